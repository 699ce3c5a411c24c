//! Who is in a project, and as what.

use serde_json::json;

use crate::support::{Fields, User, app, each, nobody, with_id};

#[tokio::test]
async fn a_member_gets_another_role() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let path = project.at(&format!("/members/{}", bob.id));
    let member = alice.put(&path).json(json!({"role": "editor"})).await.ok();
    assert_eq!(member["role"], "editor");
    assert_eq!(member["id"], bob.id);
    let event = project.told_only("member.changed").await;
    assert_eq!(event["changes"]["members"][0]["role"], "editor");
    let members = alice.get(&project.at("/members")).await.ok().list("items");
    let mut listed = member;
    listed["email"] = json!(bob.email);
    listed["guest"] = json!(false);
    assert_eq!(with_id(&members, &bob.id), &listed);
    // The same role again is no event.
    alice.put(&path).json(json!({"role": "editor"})).await.ok();
    project.told_nothing().await;
}

#[tokio::test]
async fn a_member_of_one_project_is_added_to_another() {
    let (_, alice, bob, _) = app().await;
    let (known, new) = (alice.project().await, alice.project().await);
    known.add(&bob, "viewer").await;
    let path = new.at(&format!("/members/{}", bob.id));
    let member = alice.put(&path).json(json!({"role": "editor"})).await.ok();
    assert_eq!(member["name"], "Bob");
    let event = new.told_only("member.added").await;
    assert_eq!(event["changes"]["members"][0]["id"], bob.id);
    bob.get(&new.at("/board")).await.ok();
}

#[tokio::test]
async fn somebody_unknown_is_not_added_by_id() {
    let (_, alice, _, stranger) = app().await;
    let project = alice.project().await;
    let mut bodies = Vec::new();
    for id in [stranger.id.clone(), nobody()] {
        let path = project.at(&format!("/members/{id}"));
        let answer = alice.put(&path).json(json!({"role": "viewer"})).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        let mut body = answer.body;
        body.as_object_mut().unwrap().remove("request_id");
        bodies.push(body);
    }
    assert_eq!(bodies[0], bodies[1], "who exists is nobody's business");
    project.told_nothing().await;
    stranger.get(&project.at("/board")).await.not_found();
}

#[tokio::test]
async fn a_removed_member_sees_nothing_more() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Secret from now on").await;
    project.told().await;
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    let event = project.told_only("member.removed").await;
    assert_eq!(event["removed"]["members"], json!([bob.id]));
    for path in ["", "/board", "/members", "/events", "/timeline", "/people", "/invitations"] {
        bob.get(&project.at(path)).await.not_found();
    }
    bob.get(&project.task_at(&task, "")).await.not_found();
    assert!(bob.get("/projects?archived=any").await.ok().list("items").is_empty());
}

#[tokio::test]
async fn a_removed_member_is_no_longer_assigned() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"assignee_ids": [alice.id, bob.id]})).await;
    project.told().await;
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    let event = project.told_only("member.removed").await;
    let changed = with_id(&event["changes"].list("tasks"), &task.id()).clone();
    assert_eq!(changed["assignee_ids"], json!([alice.id]));
    let after = alice.get(&project.task_at(&task, "")).await.ok();
    assert_eq!(after["assignee_ids"], json!([alice.id]));
}

#[tokio::test]
async fn a_member_leaves() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    for role in ["viewer", "editor", "manager", "owner"] {
        project.add(&bob, role).await;
        bob.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
        let event = project.told_only("member.removed").await;
        assert_eq!(event["actor"]["id"], bob.id, "{role}");
        bob.get(&project.at("/board")).await.not_found();
    }
}

#[tokio::test]
async fn the_last_owner_stays() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let me = project.at(&format!("/members/{}", alice.id));
    alice.delete(&me).await.problem(409, "last_owner");
    alice.put(&me).json(json!({"role": "editor"})).await.problem(409, "last_owner");
    project.told_nothing().await;

    let him = project.at(&format!("/members/{}", bob.id));
    alice.put(&him).json(json!({"role": "owner"})).await.ok();
    alice.put(&me).json(json!({"role": "editor"})).await.ok();
    bob.delete(&him).await.problem(409, "last_owner");
}

#[tokio::test]
async fn a_manager_decides_only_about_those_below() {
    let (app, alice, bob, charlie) = app().await;
    let other = app.sign_up("Other manager").await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    project.add(&other, "manager").await;
    project.add(&charlie, "editor").await;
    let path = |id: &str| project.at(&format!("/members/{id}"));
    for (id, role) in [
        (&charlie.id, "owner"),
        (&charlie.id, "manager"),
        (&other.id, "viewer"),
        (&alice.id, "viewer"),
        (&bob.id, "owner"),
    ] {
        let answer = bob.put(&path(id)).json(json!({"role": role})).await;
        answer.problem(403, "forbidden");
    }
    for id in [&alice.id, &other.id] {
        bob.delete(&path(id)).await.problem(403, "forbidden");
    }
    for role in ["owner", "manager"] {
        let body = json!({"role": role});
        bob.post(&project.at("/invitations")).json(body).await.problem(403, "forbidden");
    }
    project.told_nothing().await;

    bob.put(&path(&charlie.id)).json(json!({"role": "commenter"})).await.ok();
    project.told_only("member.changed").await;
    bob.delete(&path(&charlie.id)).await.no_content();
    project.told_only("member.removed").await;
}

#[tokio::test]
async fn a_manager_may_step_down() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    bob.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    project.told_only("member.removed").await;
}

#[tokio::test]
async fn a_role_is_one_of_five() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let path = project.at(&format!("/members/{}", bob.id));
    for role in [json!("admin"), json!(""), json!("Owner"), json!(null), json!(3), json!(["owner"])] {
        alice.put(&path).json(json!({"role": role})).await.invalid("/role");
    }
    alice.put(&path).json(json!({})).await.invalid("/role");
    alice.put(&path).json(json!({"role": "viewer", "name": "X"})).await.invalid("/name");
    project.told_nothing().await;
}

#[tokio::test]
async fn nobody_can_be_removed_twice() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let path = project.at(&format!("/members/{}", bob.id));
    alice.delete(&path).await.no_content();
    alice.delete(&path).await.not_found();
    alice.delete(&project.at(&format!("/members/{}", nobody()))).await.not_found();
}

#[tokio::test]
async fn nothing_but_the_list_of_members_shows_an_address() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    for path in ["/board", "/events", "/people"] {
        let answer = alice.get(&project.at(path)).header("Accept", "application/json").await;
        assert_eq!(answer.status, 200);
        assert!(!answer.text.contains("@example.com"), "{path}: {}", answer.text);
    }
    let members = bob.get(&project.at("/members")).await.ok().list("items");
    let mut ids = each(&members, "id");
    ids.sort();
    let mut both = [alice.id.clone(), bob.id.clone()];
    both.sort();
    assert_eq!(ids, both);
}

#[tokio::test]
async fn an_administrator_adds_people_where_he_is_a_member() {
    let (app, .., stranger) = app().await;
    let admin = app.administrator().await;
    let project = admin.project().await;
    let path = project.at(&format!("/members/{}", stranger.id));
    admin.put(&path).json(json!({"role": "editor"})).await.ok();
    project.told_only("member.added").await;
    stranger.get(&project.at("/board")).await.ok();
}

#[tokio::test]
async fn managers_see_the_addresses_of_members() {
    let (_, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    project.add(&charlie, "editor").await;
    let emails = async |user: &User| {
        let list = user.get(&project.at("/members")).await.ok();
        list.list("items").iter().map(|member| member["email"].clone()).collect::<Vec<_>>()
    };
    let all = [&alice, &bob, &charlie].map(|user| json!(user.email));
    assert_eq!(emails(&alice).await, all);
    assert_eq!(emails(&bob).await, all);
    assert_eq!(emails(&charlie).await, [json!(null), json!(null), json!(null)]);
}
