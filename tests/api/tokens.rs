//! Tokens: what programs call with.

use serde_json::json;

use crate::support::{App, Auth, Fields, User, app, each, nobody, until};

async fn token(user: &User, more: serde_json::Value) -> User {
    user.by_cookie().await.by_token(more).await
}

#[tokio::test]
async fn the_secret_is_shown_once() {
    let (_, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    let body = json!({"name": "Deploys", "scopes": ["read"]});
    let made = alice.post("/tokens").json(body).await.created();
    let secret = made.str("secret");
    assert!(secret.starts_with("bc_"), "{secret}");
    assert_eq!(secret.len(), 3 + 43 + 6);
    assert!(secret[3..].chars().all(|c| c.is_ascii_alphanumeric()));
    assert_eq!(made["name"], "Deploys");
    assert_eq!(made["scopes"], json!(["read"]));
    assert_eq!(made["project_ids"], json!(null));
    assert!(made["expires_at"].is_string(), "90 days unless said otherwise");

    let list = alice.get("/tokens").await;
    assert!(!list.text.contains(&secret));
    let items = list.ok().list("items");
    let listed = items.iter().find(|t| t["id"] == made["id"]).unwrap();
    assert!(listed.get("secret").is_none());
    assert_eq!(listed["last_used_at"], json!(null));
}

#[tokio::test]
async fn a_token_says_when_it_was_last_used() {
    let (_, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    alice.get("/me").await.ok();
    let items = session.get("/tokens").await.ok().list("items");
    assert!(items[0]["last_used_at"].is_string(), "{items:?}");
}

#[tokio::test]
async fn a_revoked_token_is_worth_nothing_and_its_stream_ends() {
    let (_, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    let id = session.get("/tokens").await.ok().list("items")[0].id();
    session.delete(&format!("/tokens/{id}")).await.no_content();
    alice.get("/me").await.problem(401, "unauthenticated");
    stream.end().await;
    assert!(stream.saw("bye"), "{:?}", stream.seen);
    session.delete(&format!("/tokens/{id}")).await.not_found();
}

#[tokio::test]
async fn a_token_ends_when_it_said_and_its_stream_with_it() {
    let (_, alice, ..) = app().await;
    let soon = jiff::Timestamp::now() + std::time::Duration::from_secs(2);
    let brief = token(&alice, json!({"expires_at": format!("{soon:.3}")})).await;
    let mut stream = brief.stream("/events").await;
    stream.hello().await;
    stream.end().await;
    assert!(stream.saw("bye"), "{:?}", stream.seen);
    until("the end of the token", || async { (brief.get("/me").await.status == 401).then_some(()) }).await;
}

#[tokio::test]
async fn a_token_is_not_born_expired() {
    let (_, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let body = json!({"name": "Old", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00.000Z"});
    session.post("/tokens").json(body).await.invalid("/expires_at");
}

#[tokio::test]
async fn a_token_that_reads_cannot_write() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.told().await;
    let reader = token(&alice, json!({"scopes": ["read"]})).await;
    reader.get(&project.at("/board")).await.ok();
    let body = json!({"title": "No", "column_id": column.id()});
    reader.post(&project.at("/tasks")).json(body).await.problem(403, "insufficient_scope");
    reader.post("/projects").json(json!({"name": "No"})).await.problem(403, "insufficient_scope");
    reader.patch("/me").json(json!({"name": "No"})).await.problem(403, "insufficient_scope");
    project.told_nothing().await;
}

#[tokio::test]
async fn a_token_for_one_project_sees_no_other() {
    let (_, alice, ..) = app().await;
    let (mine, other) = (alice.project().await, alice.project().await);
    let narrow = token(&alice, json!({"project_ids": [mine.id]})).await;
    narrow.get(&mine.at("/board")).await.ok();
    let refused = narrow.get(&other.at("/board")).await.not_found();
    let random = narrow.get(&format!("/projects/{}/board", nobody())).await.not_found();
    assert_eq!(refused, random);
    let list = narrow.get("/projects").await.ok().list("items");
    assert_eq!(each(&list, "id"), [mine.id.as_str()]);

    let mut stream = narrow.stream("/events").await;
    let hello = stream.hello().await;
    let projects: Vec<_> = hello["projects"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(projects, [mine.id.as_str()]);
    other.column("Hidden").await;
    mine.column("Seen").await;
    let change = stream.change().await;
    assert_eq!(change["project"], mine.id);
    assert!(stream.numbers(&other.id).is_empty());
}

#[tokio::test]
async fn a_token_for_a_foreign_project_opens_nothing() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let session = bob.by_cookie().await;
    let body = json!({"name": "Sneaky", "scopes": ["read"], "project_ids": [project.id]});
    let answer = session.post("/tokens").json(body).await;
    if answer.status == 201 {
        let sneaky = bob.with(Auth::Token(answer.body.str("secret")));
        sneaky.get(&project.at("/board")).await.not_found();
    } else {
        answer.invalid("/project_ids/0");
    }
}

#[tokio::test]
async fn a_token_can_do_what_its_owner_can_do_now() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let body = json!({"title": "By token", "column_id": column.id()});
    bob.post(&project.at("/tasks")).json(body.clone()).await.created();
    let path = project.at(&format!("/members/{}", bob.id));
    alice.put(&path).json(json!({"role": "viewer"})).await.ok();
    bob.post(&project.at("/tasks")).json(body).await.problem(403, "forbidden");
    alice.delete(&path).await.no_content();
    bob.get(&project.at("/board")).await.not_found();
}

#[tokio::test]
async fn a_token_makes_no_tokens_and_no_password() {
    let (_, alice, ..) = app().await;
    // Otherwise a leaked token with an end would live for ever.
    let body = json!({"name": "Child", "scopes": ["read", "write"]});
    let answer = alice.post("/tokens").json(body).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    let body = json!({"current_password": crate::support::PASSWORD, "new_password": "violet-harbour-9"});
    let answer = alice.put("/me/password").json(body).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
}

#[tokio::test]
async fn somebody_elses_token_cannot_be_revoked() {
    let (_, alice, bob, _) = app().await;
    let (mine, theirs) = (alice.by_cookie().await, bob.by_cookie().await);
    let id = theirs.get("/tokens").await.ok().list("items")[0].id();
    mine.delete(&format!("/tokens/{id}")).await.not_found();
    bob.get("/me").await.ok();
    let listed = mine.get("/tokens").await.ok().list("items");
    assert!(!each(&listed, "id").contains(&id));
}

#[tokio::test]
async fn nonsense_is_no_token() {
    let (app, alice, ..) = app().await;
    let Auth::Token(secret) = &alice.auth else { unreachable!() };
    let mut wrong_checksum = secret.clone();
    let last = if wrong_checksum.pop() == Some('a') { 'b' } else { 'a' };
    wrong_checksum.push(last);
    for header in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer bc_".to_owned(),
        format!("Bearer {wrong_checksum}"),
        format!("Bearer {secret}x"),
        format!("Basic {secret}"),
        format!("Bearer {}", "x".repeat(4000)),
    ] {
        let call = app.anonymous().get("/me").header("Authorization", &header);
        call.await.problem(401, "unauthenticated");
    }
    // A header only: addresses end up in logs.
    let call = app.anonymous().get(&format!("/me?token={secret}"));
    assert!([401, 422].contains(&call.await.status));
}

#[tokio::test]
async fn a_token_names_its_fields() {
    let (_, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    let make = |body| alice.post("/tokens").json(body);
    make(json!({"name": "", "scopes": ["read"]})).await.invalid("/name");
    make(json!({"name": "No scope", "scopes": []})).await.invalid("/scopes");
    make(json!({"name": "Admin", "scopes": ["admin"]})).await.invalid("/scopes/0");
    make(json!({"name": "Bad", "scopes": ["read"], "project_ids": ["x"]})).await.invalid("/project_ids/0");
    make(json!({"name": "Bad", "scopes": ["read"], "secret": "mine"})).await.invalid("/secret");
    make(json!({"name": "Bad", "scopes": ["read"], "expires_at": "soon"})).await.invalid("/expires_at");
}

#[tokio::test]
async fn disabling_the_owner_ends_the_token() {
    let app = App::shared().await;
    let bob = app.sign_up("Bob").await;
    let admin = app.administrator().await;
    bob.get("/me").await.ok();
    let path = format!("/admin/users/{}", bob.id);
    admin.patch(&path).json(json!({"disabled": true})).await.ok();
    bob.get("/me").await.problem(401, "unauthenticated");
}
