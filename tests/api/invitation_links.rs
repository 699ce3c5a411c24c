//! Links by which several people join.

use serde_json::{Value, json};

use crate::support::{Fields, PASSWORD, Project, User, app};

/// A link of this member that takes so many people.
async fn link(by: &User, project: &Project, role: &str, max_uses: Value) -> Value {
    let call = by.post(&project.at("/invitations")).json(json!({"role": role, "max_uses": max_uses}));
    call.await.created()
}

async fn accept(user: &User, made: &Value) -> Value {
    user.post("/invitations/accept").json(json!({"secret": made.str("secret")})).await.ok()
}

async fn refused(user: &User, made: &Value) {
    user.post("/invitations/accept").json(json!({"secret": made.str("secret")})).await.not_found();
}

/// What the list says of the only open invitation.
async fn listed(project: &Project) -> Value {
    let list = project.by.get(&project.at("/invitations")).await.ok().list("items");
    assert_eq!(list.len(), 1, "{list:?}");
    list[0].clone()
}

#[tokio::test]
async fn several_people_join_by_one_link_until_it_is_used_up() {
    let (app, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    let made = link(&alice, &project, "commenter", json!(2)).await;
    assert_eq!((&made["max_uses"], &made["use_count"]), (&json!(2), &json!(0)));
    accept(&bob, &made).await;
    assert_eq!(project.told_only("member.added").await["changes"]["members"][0]["role"], "commenter");
    assert_eq!(listed(&project).await["use_count"], 1);
    app.anonymous().post("/invitations/preview").json(json!({"secret": made.str("secret")})).await.ok();
    accept(&charlie, &made).await;
    project.told_only("member.added").await;

    assert!(alice.get(&project.at("/invitations")).await.ok().list("items").is_empty());
    let late = app.sign_up("Late").await;
    refused(&late, &made).await;
    app.anonymous().post("/invitations/preview").json(json!({"secret": made.str("secret")})).await.not_found();
    project.told_nothing().await;
    alice.delete(&project.at(&format!("/invitations/{}", made.id()))).await.not_found();
}

#[tokio::test]
async fn a_link_without_a_number_takes_any_number_and_makes_accounts() {
    let (app, alice, bob, _) = app().await;
    let project = alice.project().await;
    let made = link(&alice, &project, "editor", json!(null)).await;
    assert_eq!(made["max_uses"], json!(null));
    for n in 0..3 {
        let name = format!("Guest {n}");
        let mut sign_up = json!({"email": app.fresh_email("guest"), "name": name, "password": PASSWORD});
        sign_up["invitation"] = made["secret"].clone();
        app.anonymous().post("/users").json(sign_up).await.created();
        project.told_only("member.added").await;
    }
    accept(&bob, &made).await;
    let one = listed(&project).await;
    assert_eq!((&one["use_count"], &one["max_uses"]), (&json!(4), &json!(null)));
    project.settle().await;
}

#[tokio::test]
async fn a_member_who_opens_the_link_takes_no_place() {
    let (_, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    let made = link(&alice, &project, "editor", json!(2)).await;
    for _ in 0..3 {
        accept(&bob, &made).await;
        accept(&alice, &made).await;
    }
    assert_eq!(listed(&project).await["use_count"], 1);
    accept(&charlie, &made).await;
    project.settle().await;
}

#[tokio::test]
async fn the_last_place_of_a_link_goes_to_one() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let made = link(&alice, &project, "viewer", json!(3)).await;
    let mut racers = Vec::new();
    for n in 0..8 {
        let guest = app.sign_up(&format!("Guest {n}")).await;
        let body = json!({"secret": made.str("secret")});
        racers.push(tokio::spawn(async move { guest.unchecked().post("/invitations/accept").json(body).await.status }));
    }
    let mut statuses = Vec::new();
    for racer in racers {
        statuses.push(racer.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 404, 404, 404, 404, 404]);
    assert_eq!(project.board().await.list("members").len(), 4);
    assert!(alice.get(&project.at("/invitations")).await.ok().list("items").is_empty());
    project.settle().await;
}

#[tokio::test]
async fn a_revoked_link_takes_no_more_people_and_its_people_stay() {
    let (_, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    let made = link(&alice, &project, "editor", json!(null)).await;
    accept(&bob, &made).await;
    alice.delete(&project.at(&format!("/invitations/{}", made.id()))).await.no_content();
    refused(&charlie, &made).await;
    bob.get(&project.at("/board")).await.ok();
    project.settle().await;
}

#[tokio::test]
async fn a_link_for_many_gives_no_more_than_its_maker_may_give_now() {
    let (app, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    project.add(&bob, "owner").await;
    let made = link(&bob, &project, "manager", json!(null)).await;
    accept(&charlie, &made).await;
    let members = |user: &User| project.at(&format!("/members/{}", user.id));
    alice.put(&members(&bob)).json(json!({"role": "manager"})).await.ok();
    let one = listed(&project).await;
    assert_eq!((&one["gives"], &one["problem"]), (&json!("editor"), &json!("maker_demoted")));
    let guest = app.sign_up("Guest").await;
    accept(&guest, &made).await;
    assert_eq!(project.find("members", &guest.id).await.unwrap()["role"], "editor");
    assert_eq!(project.find("members", &charlie.id).await.unwrap()["role"], "manager");

    let admin = app.administrator().await;
    let account = format!("/admin/users/{}", bob.id);
    admin.patch(&account).json(json!({"disabled": true})).await.ok();
    let one = listed(&project).await;
    assert_eq!((&one["gives"], &one["problem"]), (&json!(null), &json!("maker_disabled")));
    assert_eq!(one["use_count"], 2);
    let late = app.sign_up("Late").await;
    refused(&late, &made).await;
    alice.delete(&members(&bob)).await.no_content();
    assert!(alice.get(&project.at("/invitations")).await.ok().list("items").is_empty());
    project.settle().await;
}

#[tokio::test]
async fn a_removed_member_does_not_come_back_by_a_link_from_before() {
    let (_, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    let members = |user: &User| project.at(&format!("/members/{}", user.id));
    let shared = link(&alice, &project, "editor", json!(null)).await;
    let single = project.invite("viewer").await;
    accept(&bob, &shared).await;
    accept(&charlie, &shared).await;
    alice.delete(&members(&bob)).await.no_content();
    charlie.delete(&members(&charlie)).await.no_content();
    project.told().await;
    for made in [&shared, &single] {
        refused(&bob, made).await;
        refused(&charlie, made).await;
    }
    project.told_nothing().await;
    bob.get(&project.at("/board")).await.not_found();

    // One that was made after that is meant for everybody again, and a second removal counts anew.
    let later = link(&alice, &project, "viewer", json!(null)).await;
    accept(&bob, &later).await;
    alice.delete(&members(&bob)).await.no_content();
    refused(&bob, &later).await;
    accept(&charlie, &later).await;
    project.settle().await;
}

#[tokio::test]
async fn a_link_for_many_says_what_is_wrong_with_it() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let invite = |body| alice.post(&project.at("/invitations")).json(body);
    for count in [json!(0), json!(1_001), json!(-1), json!(1.5), json!("7"), json!(9_007_199_254_740_993_i64)] {
        invite(json!({"role": "viewer", "max_uses": count})).await.invalid("/max_uses");
    }
    for count in [json!(2), json!(null)] {
        invite(json!({"role": "viewer", "max_uses": count, "email": "bob@example.com"})).await.invalid("/email");
    }
    let one = json!({"role": "viewer", "max_uses": 1, "email": "bob@example.com"});
    let made = invite(one).await.created();
    alice.delete(&project.at(&format!("/invitations/{}", made.id()))).await.no_content();
    let above = bob.post(&project.at("/invitations")).json(json!({"role": "manager", "max_uses": null}));
    above.await.problem(403, "forbidden");
    assert!(alice.get(&project.at("/invitations")).await.ok().list("items").is_empty());
}
