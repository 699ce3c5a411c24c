//! People whose account is disabled, and projects of which no owner can sign in.

use serde_json::json;

use crate::support::{Fields, Project, User, app, each, nobody, until, with_id};

async fn disable(user: &User, disabled: bool) {
    let admin = user.app.administrator().await;
    admin.patch(&format!("/admin/users/{}", user.id)).json(json!({"disabled": disabled})).await.ok();
}

/// This project in the administrator's list of those without an owner.
async fn orphaned(project: &Project) -> Option<serde_json::Value> {
    let admin = project.by.app.administrator().await;
    let mut path = "/admin/projects?orphaned=true&limit=2".to_owned();
    loop {
        let answer = admin.get(&path).await;
        let link = answer.header("link").to_owned();
        let page = answer.ok();
        assert_eq!(link.ends_with("rel=\"next\""), !page["next_cursor"].is_null(), "{link}");
        if let Some(found) = page.list("items").into_iter().find(|item| item["id"] == project.id) {
            return Some(found);
        }
        let cursor = page["next_cursor"].as_str()?.to_owned();
        path = format!("/admin/projects?orphaned=true&limit=2&cursor={cursor}");
    }
}

#[tokio::test]
async fn a_disabled_member_is_marked_at_once_in_every_project() {
    let (_, alice, bob, _) = app().await;
    let projects = [alice.project().await, alice.project().await];
    for project in &projects {
        project.add(&bob, "editor").await;
    }
    for disabled in [true, false] {
        disable(&bob, disabled).await;
        for project in &projects {
            let event = project.told_only("member.changed").await;
            let changed = &event["changes"]["members"][0];
            assert_eq!((&changed["id"], &changed["disabled"]), (&json!(bob.id), &json!(disabled)));
            let list = alice.get(&project.at("/members")).await.ok().list("items");
            assert_eq!(with_id(&list, &bob.id)["disabled"], disabled);
            project.settle().await;
        }
        // Once more is no event.
        disable(&bob, disabled).await;
        projects[0].told_nothing().await;
    }
}

#[tokio::test]
async fn a_disabled_person_is_assigned_to_nothing_more_and_told_nothing() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let before = project.task_with(&column, json!({"assignee_ids": [bob.id]})).await;
    let task = project.task(&column, "Another").await;
    disable(&bob, true).await;
    project.told().await;

    let create = json!({"title": "New", "column_id": column.id(), "assignee_ids": [bob.id]});
    alice.post(&project.at("/tasks")).json(create).await.invalid("/assignee_ids");
    let path = project.task_at(&task, "");
    alice.patch(&path).json(json!({"assignee_ids": [alice.id, bob.id]})).await.invalid("/assignee_ids");
    alice.put(&project.task_at(&task, &format!("/assignees/{}", bob.id))).await.not_found();
    project.told_nothing().await;
    // What was assigned before stays, and may be changed beside them.
    let path = project.task_at(&before, "");
    alice.patch(&path).json(json!({"title": "Still theirs", "assignee_ids": [alice.id, bob.id]})).await.ok();
    alice.put(&project.at(&format!("/members/{}", bob.id))).json(json!({"role": "viewer"})).await.ok();
    let elsewhere = alice.project().await;
    let people = alice.get(&elsewhere.at("/people")).await.ok().list("items");
    assert!(!each(&people, "id").contains(&bob.id));
    alice.put(&elsewhere.at(&format!("/members/{}", bob.id))).json(json!({"role": "viewer"})).await.status(422);

    disable(&bob, false).await;
    let told = bob.by_cookie().await.get("/me/notifications").await.ok().list("items");
    assert_eq!(each(&told, "kind"), ["assigned"], "only what came before: {told:?}");
}

#[tokio::test]
async fn an_owner_who_is_disabled_is_no_owner() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "owner").await;
    disable(&alice, true).await;
    let me = project.at(&format!("/members/{}", bob.id));
    bob.delete(&me).await.problem(409, "last_owner");
    bob.put(&me).json(json!({"role": "manager"})).await.problem(409, "last_owner");
    // The disabled one may be demoted and removed: an owner is left.
    let her = project.at(&format!("/members/{}", alice.id));
    bob.put(&her).json(json!({"role": "viewer"})).await.ok();
    bob.delete(&her).await.no_content();
    assert_eq!(orphaned(&project).await, None);
}

#[tokio::test]
async fn an_administrator_gives_an_orphaned_project_an_owner_and_sees_nothing_else() {
    let (app, alice, bob, charlie) = app().await;
    let admin = app.administrator().await;
    let project = alice.project_called("Left behind").await;
    project.add(&bob, "manager").await;
    project.add(&charlie, "viewer").await;
    let column = project.column("Secret").await;
    project.task(&column, "Secret").await;
    let path = format!("/admin/projects/{}/owner", project.id);
    let give = |user: &str| admin.put(&path).json(json!({"user_id": user}));
    assert_eq!(orphaned(&project).await, None);
    give(&bob.id).await.not_found();

    disable(&alice, true).await;
    let project = project.seen_by(&bob);
    project.told().await;
    let found = orphaned(&project).await.unwrap();
    assert_eq!(found["name"], "Left behind");
    assert_eq!(each(&found.list("candidates"), "id"), [bob.id.as_str(), charlie.id.as_str()]);
    let fields: Vec<&str> = found.as_object().unwrap().keys().map(String::as_str).collect();
    let known = [
        "id",
        "name",
        "key",
        "orphaned",
        "candidates",
        "owners",
        "member_count",
        "task_count",
        "attachment_bytes",
        "created_at",
        "updated_at",
        "archived_at",
    ];
    assert_eq!(fields, known);
    admin.get(&project.at("/board")).await.not_found();
    // Its managers go on.
    bob.put(&project.at(&format!("/members/{}", charlie.id))).json(json!({"role": "editor"})).await.ok();
    project.told_only("member.changed").await;

    for wrong in [alice.id.clone(), nobody()] {
        give(&wrong).await.invalid("/user_id");
    }
    admin.put(&path).json(json!({})).await.invalid("/user_id");
    let member = give(&bob.id).await.ok();
    assert_eq!((&member["id"], &member["role"]), (&json!(bob.id), &json!("owner")));
    let event = project.told_only("member.changed").await;
    assert_eq!(event["actor"]["id"], admin.id);
    assert_eq!(event["changes"]["members"][0]["role"], "owner");
    project.settle().await;
    assert_eq!(orphaned(&project).await, None);
    give(&charlie.id).await.not_found();
    bob.delete(&project.at("")).await.no_content();
    give(&charlie.id).await.not_found();
    let told = || app.log().lines().any(|line| line.contains("give_owner") && line.contains(&project.id));
    until("the line of the log", || async { told().then_some(()) }).await;
}

#[tokio::test]
async fn an_orphaned_project_may_go_to_a_user_who_is_no_member() {
    let (app, alice, _, charlie) = app().await;
    let admin = app.administrator().await;
    let project = alice.project().await;
    disable(&alice, true).await;
    let mut stream = charlie.stream("/events").await;
    stream.hello().await;
    let path = format!("/admin/projects/{}/owner", project.id);
    admin.put(&path).json(json!({"user_id": charlie.id})).await.ok();
    let project = project.seen_by(&charlie);
    let events = project.events_after(0).await;
    assert_eq!(events.last().unwrap()["type"], "member.added");
    project.settle().await;
    let told = charlie.get("/me/notifications").await.ok().list("items");
    assert_eq!(each(&told, "kind"), ["added"]);
    admin.get("/admin/projects?orphaned=some").await.invalid("/orphaned");
}
