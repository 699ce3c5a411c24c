//! Links that make somebody a member, once.

use serde_json::json;

use crate::support::{Fields, PASSWORD, Project, User, app, each, expire, nobody};

#[tokio::test]
async fn an_invitation_is_a_link_shown_once() {
    let (app, alice, ..) = app().await;
    let project = alice.project_called("Party").await;
    let made = project.invite("editor").await;
    let secret = made.str("secret");
    assert!(secret.len() >= 43, "256 bits: {secret}");
    assert_eq!(made.str("url"), format!("{}/invite#{secret}", app.url));
    assert_eq!(made["role"], "editor");
    assert_eq!(made["email"], json!(null));
    let list = alice.get(&project.at("/invitations")).await;
    assert!(!list.text.contains(&secret), "hashed at rest");
    assert_eq!(each(&list.ok().list("items"), "id"), [made.id()]);

    let body = json!({"secret": secret});
    let seen = app.anonymous().post("/invitations/preview").json(body).await.ok();
    assert_eq!(seen["project_name"], "Party");
    assert_eq!(seen["role"], "editor");
    assert_eq!(seen["expires_at"], made["expires_at"]);
    assert!(seen["invited_by"].to_string().contains("Alice"), "{seen}");
    assert!(!seen.to_string().contains(&project.id), "a link is not yet a membership");
}

#[tokio::test]
async fn accepting_makes_a_member_with_the_role_of_the_invitation() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let secret = project.invite("commenter").await.str("secret");
    project.told().await;
    let body = json!({"secret": secret});
    let answer = bob.post("/invitations/accept").json(body).await.ok();
    assert_eq!(answer["project"]["id"], project.id);
    let event = project.told_only("member.added").await;
    let member = &event["changes"]["members"][0];
    assert_eq!(member["id"], bob.id);
    assert_eq!(member["role"], "commenter");
    assert!(alice.get(&project.at("/invitations")).await.ok().list("items").is_empty());
}

#[tokio::test]
async fn an_invitation_works_once() {
    let (_, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    let secret = project.invite("viewer").await.str("secret");
    let body = json!({"secret": secret});
    bob.post("/invitations/accept").json(body.clone()).await.ok();
    stranger.post("/invitations/accept").json(body.clone()).await.not_found();
    stranger.post("/invitations/preview").json(body).await.not_found();
    stranger.get(&project.at("/board")).await.not_found();
}

#[tokio::test]
async fn an_invitation_works_once_even_at_the_same_time() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let secret = project.invite("viewer").await.str("secret");
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(app.sign_up(&format!("Guest {n}")).await);
    }
    let racers: Vec<_> = people
        .into_iter()
        .map(|guest| {
            let body = json!({"secret": secret});
            tokio::spawn(async move { guest.unchecked().post("/invitations/accept").json(body).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for racer in racers {
        statuses.push(racer.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404, 404, 404, 404]);
    assert_eq!(project.board().await.list("members").len(), 2);
    project.settle().await;
}

#[tokio::test]
async fn a_revoked_invitation_is_worth_nothing() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let made = project.invite("viewer").await;
    alice.delete(&project.at(&format!("/invitations/{}", made.id()))).await.no_content();
    let body = json!({"secret": made.str("secret")});
    let revoked = bob.post("/invitations/accept").json(body).await.not_found();
    let body = json!({"secret": "nonsense"});
    let nonsense = bob.post("/invitations/accept").json(body).await.not_found();
    assert_eq!(revoked, nonsense);
    alice.delete(&project.at(&format!("/invitations/{}", made.id()))).await.not_found();
}

#[tokio::test]
async fn an_invitation_of_another_project_is_not_revoked_here() {
    let (_, alice, bob, _) = app().await;
    let (mine, theirs) = (alice.project().await, bob.project().await);
    let made = theirs.invite("viewer").await;
    alice.delete(&mine.at(&format!("/invitations/{}", made.id()))).await.not_found();
    let body = json!({"secret": made.str("secret")});
    alice.post("/invitations/preview").json(body).await.ok();
}

#[tokio::test]
async fn a_member_keeps_the_role_he_has() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    for role in ["viewer", "manager"] {
        let secret = project.invite(role).await.str("secret");
        project.told().await;
        let body = json!({"secret": secret});
        let answer = bob.post("/invitations/accept").json(body).await;
        assert!([200, 409].contains(&answer.status), "{}", answer.text);
        project.told_nothing().await;
    }
    let list = bob.get("/projects").await.ok().list("items");
    assert_eq!(list[0]["role"], "editor");
}

#[tokio::test]
async fn an_invitation_says_what_is_wrong_with_it() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let invite = |body| alice.post(&project.at("/invitations")).json(body);
    invite(json!({})).await.invalid("/role");
    invite(json!({"role": "king"})).await.invalid("/role");
    for days in [json!(0), json!(91), json!(-1), json!(1.5), json!("7"), json!(9_007_199_254_740_993_i64)] {
        invite(json!({"role": "viewer", "expires_in_days": days})).await.invalid("/expires_in_days");
    }
    invite(json!({"role": "viewer", "email": "nowhere"})).await.invalid("/email");
    invite(json!({"role": "viewer", "secret": "mine"})).await.invalid("/secret");
    assert!(alice.get(&project.at("/invitations")).await.ok().list("items").is_empty());
}

#[tokio::test]
async fn an_invitation_lasts_as_long_as_asked() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let mut ends = Vec::new();
    for days in [1, 7, 90] {
        let body = json!({"role": "viewer", "expires_in_days": days});
        let made = alice.post(&project.at("/invitations")).json(body).await.created();
        let from: jiff::Timestamp = made.str("created_at").parse().unwrap();
        let to: jiff::Timestamp = made.str("expires_at").parse().unwrap();
        ends.push(to.as_second() - from.as_second());
    }
    assert_eq!(ends, [86_400, 7 * 86_400, 90 * 86_400]);
}

#[tokio::test]
async fn an_invitation_that_has_expired_opens_nothing() {
    let (app, alice, bob, _) = app().await;
    let project = alice.project().await;
    let made = project.invite("editor").await;
    expire(&app, "invitations", &made.id()).await;
    let body = json!({"secret": made.str("secret")});
    app.anonymous().post("/invitations/preview").json(body.clone()).await.not_found();
    bob.post("/invitations/accept").json(body).await.not_found();
    let email = format!("{}@example.com", nobody());
    let body = json!({"email": email, "name": "Charlie", "password": PASSWORD, "invitation": made.str("secret")});
    app.anonymous().post("/users").json(body).await.not_found();
    bob.get(&project.at("/board")).await.not_found();
    assert!(alice.get(&project.at("/invitations")).await.ok().list("items").is_empty());
}

#[tokio::test]
async fn an_invitation_that_never_was_is_not_found() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    alice.delete(&project.at(&format!("/invitations/{}", nobody()))).await.not_found();
    for secret in ["", "x", "\u{0}", &"x".repeat(10_000)] {
        let body = json!({"secret": secret});
        let answer = app.anonymous().post("/invitations/preview").json(body).await;
        assert!([404, 422].contains(&answer.status), "{}", answer.text);
    }
}

#[tokio::test]
async fn accepting_needs_a_sign_in() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let secret = project.invite("viewer").await.str("secret");
    let body = json!({"secret": secret});
    let call = app.anonymous().post("/invitations/accept").json(body.clone());
    call.await.problem(401, "unauthenticated");
    app.anonymous().post("/invitations/preview").json(body).await.ok();
}

#[tokio::test]
async fn the_invitation_of_somebody_removed_ends_with_him() {
    let (_, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let call = bob.post(&project.at("/invitations")).json(json!({"role": "editor"}));
    let secret = call.await.created().str("secret");
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    // He could otherwise come back by a link that he kept.
    let body = json!({"secret": secret});
    stranger.post("/invitations/accept").json(body.clone()).await.not_found();
    bob.post("/invitations/accept").json(body).await.not_found();
}

/// A link by this member, and what the list says of it.
async fn link_of(member: &User, project: &Project, role: &str) -> String {
    let call = member.post(&project.at("/invitations")).json(json!({"role": role}));
    let made = call.await.created();
    assert_eq!((&made["gives"], &made["problem"]), (&json!(role), &json!(null)));
    made.str("secret")
}

async fn listed(project: &Project) -> (serde_json::Value, serde_json::Value) {
    let list = project.by.get(&project.at("/invitations")).await.ok().list("items");
    assert_eq!(list.len(), 1, "{list:?}");
    (list[0]["gives"].clone(), list[0]["problem"].clone())
}

#[tokio::test]
async fn a_link_is_dead_while_its_maker_is_disabled() {
    let (app, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    project.add(&bob, "owner").await;
    let secret = json!({"secret": link_of(&bob, &project, "owner").await});
    let admin = app.administrator().await;
    let account = format!("/admin/users/{}", bob.id);
    admin.patch(&account).json(json!({"disabled": true})).await.ok();
    assert_eq!(listed(&project).await, (json!(null), json!("maker_disabled")));
    project.told().await;

    let nonsense = stranger.post("/invitations/accept").json(json!({"secret": "nonsense"})).await.not_found();
    let dead = stranger.post("/invitations/accept").json(secret.clone()).await.not_found();
    assert_eq!(dead, nonsense);
    app.anonymous().post("/invitations/preview").json(secret.clone()).await.not_found();
    let mut sign_up = json!({"email": app.fresh_email("late"), "name": "Late", "password": PASSWORD});
    sign_up["invitation"] = secret["secret"].clone();
    app.anonymous().post("/users").json(sign_up).await.not_found();
    project.told_nothing().await;

    // As with their tokens: enabled again, they may again.
    admin.patch(&account).json(json!({"disabled": false})).await.ok();
    assert_eq!(listed(&project).await, (json!("owner"), json!(null)));
    stranger.post("/invitations/accept").json(secret).await.ok();
    project.settle().await;
}

#[tokio::test]
async fn a_link_gives_no_more_than_its_maker_may_give_now() {
    let (app, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    project.add(&bob, "owner").await;
    let secret = json!({"secret": link_of(&bob, &project, "owner").await});
    let path = project.at(&format!("/members/{}", bob.id));
    for below in ["editor", "commenter", "viewer"] {
        alice.put(&path).json(json!({"role": below})).await.ok();
        assert_eq!(listed(&project).await, (json!(null), json!("maker_demoted")), "{below}");
        stranger.post("/invitations/accept").json(secret.clone()).await.not_found();
        app.anonymous().post("/invitations/preview").json(secret.clone()).await.not_found();
    }
    alice.put(&path).json(json!({"role": "manager"})).await.ok();
    assert_eq!(listed(&project).await, (json!("editor"), json!("maker_demoted")));
    let seen = app.anonymous().post("/invitations/preview").json(secret.clone()).await.ok();
    assert_eq!(seen["role"], "editor");
    stranger.post("/invitations/accept").json(secret).await.ok();
    let member = project.find("members", &stranger.id).await.unwrap();
    assert_eq!(member["role"], "editor");
}

#[tokio::test]
async fn a_link_of_a_manager_who_was_demoted_gives_nothing() {
    let (app, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let secret = link_of(&bob, &project, "editor").await;
    let path = project.at(&format!("/members/{}", bob.id));
    alice.put(&path).json(json!({"role": "viewer"})).await.ok();
    project.told().await;
    let mut sign_up = json!({"email": app.fresh_email("late"), "name": "Late", "password": PASSWORD});
    sign_up["invitation"] = json!(secret);
    app.anonymous().post("/users").json(sign_up.clone()).await.not_found();
    project.told_nothing().await;
    // No account was made on the way: the same address signs up with a link that works.
    sign_up["invitation"] = json!(project.invite("viewer").await.str("secret"));
    app.anonymous().post("/users").json(sign_up).await.created();
}
