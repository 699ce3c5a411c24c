//! The same request twice, on purpose or because an answer was lost.

use serde_json::json;

use crate::support::{Fields, PASSWORD, app, own_app};

#[tokio::test]
async fn the_same_key_and_body_has_one_effect_and_one_answer() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.told().await;
    let body = json!({"title": "Once", "column_id": column.id()});
    let create = || alice.post(&project.at("/tasks")).key("once").json(body.clone());
    let first = create().await;
    let second = create().await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.text, second.text, "to the letter");
    assert_eq!(first.header("etag"), second.header("etag"));
    let event = project.told_only("task.created").await;
    assert_eq!(event["cause"], "once");
}

#[tokio::test]
async fn the_same_answer_comes_even_when_the_world_went_on() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let body = json!({"title": "First title", "column_id": column.id()});
    let create = || alice.post(&project.at("/tasks")).key("k").json(body.clone());
    let task = create().await.created();
    alice.patch(&project.task_at(&task, "")).json(json!({"title": "Second"})).await.ok();
    project.told().await;
    assert_eq!(create().await.created(), task);
    alice.delete(&project.task_at(&task, "")).await.no_content();
    assert_eq!(create().await.created(), task);
    project.told_only("task.deleted").await;
}

#[tokio::test]
async fn every_kind_of_mutation_takes_a_key() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Task").await;
    project.told().await;
    let at = |rest: &str| project.task_at(&task, rest);
    let calls = [
        alice.patch(&project.at("")).json(json!({"name": "New"})),
        alice.post(&project.at("/columns")).json(json!({"name": "New"})),
        alice.post(&project.at("/labels")).json(json!({"name": "New", "colour": "#000000"})),
        alice.post(&project.at("/milestones")).json(json!({"name": "New"})),
        alice.put(&project.at(&format!("/members/{}", bob.id))).json(json!({"role": "editor"})),
        alice.patch(&at("")).json(json!({"title": "New"})),
        alice.put(&at("/completion")),
        alice.put(&at(&format!("/assignees/{}", bob.id))),
        alice.post(&at("/checklist")).json(json!({"text": "New"})),
        alice.put(&at("/schedule")).json(json!({"due_on": "2026-12-24", "dependents": "keep"})),
        alice.delete(&project.at(&format!("/members/{}", bob.id))),
        alice.delete(&at("")),
    ];
    for (n, call) in calls.into_iter().enumerate() {
        let key = format!("each-{n}");
        let again = call.again().key(&key);
        let first = call.key(&key).await;
        assert!(first.status < 300, "{n}: {}", first.text);
        let before = project.seq().await;
        let second = again.await;
        assert_eq!((first.status, &first.text), (second.status, &second.text), "{n}");
        assert_eq!(project.seq().await, before, "{n}: a second effect");
    }
    alice.post("/projects").key("project").json(json!({"name": "Once"})).await.created();
    alice.post("/projects").key("project").json(json!({"name": "Once"})).await.created();
    let names: Vec<_> = alice.get("/projects").await.ok().list("items");
    assert_eq!(names.iter().filter(|project| project["name"] == "Once").count(), 1);
}

#[tokio::test]
async fn a_secret_is_not_kept_for_a_second_answer() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let call = alice.post(&project.at("/invitations")).key("k").json(json!({"role": "viewer"}));
    let first = call.again().await.created();
    let second = call.await.created();
    assert_eq!(first["id"], second["id"]);
    // What is stored only as a hash is not stored beside it in plain text.
    assert!(first["secret"].is_string() && second.get("secret").is_none(), "{second}");
    assert_eq!(alice.get(&project.at("/invitations")).await.ok().list("items").len(), 1);
}

#[tokio::test]
async fn another_body_under_the_same_key_is_refused() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let create = |title: &str| {
        let body = json!({"title": title, "column_id": column.id()});
        alice.post(&project.at("/tasks")).key("k").json(body)
    };
    create("One").await.created();
    project.told().await;
    let answer = create("Another").await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    project.told_nothing().await;
}

#[tokio::test]
async fn another_route_under_the_same_key_is_refused() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let (one, two) = (project.task(&column, "One").await, project.task(&column, "Two").await);
    alice.put(&project.task_at(&one, "/completion")).key("k").await.ok();
    project.told().await;
    let answer = alice.put(&project.task_at(&two, "/completion")).key("k").await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    let answer = alice.delete(&project.task_at(&one, "/completion")).key("k").await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    project.told_nothing().await;
}

#[tokio::test]
async fn a_key_belongs_to_who_used_it() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let body = json!({"title": "Mine", "column_id": column.id()});
    let create = |user: &crate::support::User| user.post(&project.at("/tasks")).key("shared").json(body.clone());
    let hers = create(&alice).await.created();
    let his = create(&bob).await.created();
    assert_ne!(hers["id"], his["id"]);
    assert_eq!(his["created_by"], bob.id);
}

#[tokio::test]
async fn a_refused_request_does_not_use_up_its_key() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column_with(json!({"name": "Narrow", "wip_limit": 1})).await;
    let first = project.task(&column, "In the way").await;
    let body = json!({"title": "Next", "column_id": column.id()});
    let create = || alice.post(&project.at("/tasks")).key("k").json(body.clone());
    create().await.problem(409, "wip_limit");
    alice.put(&project.task_at(&first, "/archive")).await.ok();
    create().await.created();
}

#[tokio::test]
async fn a_key_has_its_limits() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    project.told().await;
    for key in [&"k".repeat(256), "with space", "caf\u{e9}"] {
        let call = alice.post(&project.at("/columns")).key(key);
        let answer = call.json(json!({"name": "No"})).await;
        assert!([400, 422].contains(&answer.status), "{key}: {}", answer.text);
    }
    project.told_nothing().await;
    let call = alice.post(&project.at("/columns")).key(&"k".repeat(255));
    call.json(json!({"name": "Yes"})).await.created();
}

#[tokio::test]
async fn a_kept_answer_is_not_given_to_who_lost_the_right() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let body = json!({"title": "Kept", "column_id": column.id()});
    let create = || bob.post(&project.at("/tasks")).key("k").json(body.clone());
    create().await.created();
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    create().await.not_found();
}

#[tokio::test]
async fn the_same_key_fifty_times_at_once_has_one_effect() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.told().await;
    let quick = alice.unchecked();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let body = json!({"title": "Once", "column_id": column.id()});
            let call = quick.post(&project.at("/tasks")).key("fifty").json(body);
            tokio::spawn(async move { call.await })
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    let first = answers[0].clone();
    for answer in answers {
        assert_eq!((answer.status, &answer.text), (201, &first.text));
    }
    project.told_only("task.created").await;
    project.settle().await;
}

#[tokio::test]
async fn of_a_body_with_a_password_not_even_a_hash_is_kept() {
    let (app, alice, ..) = own_app(&[]).await;
    let session = alice.by_cookie().await;
    let body = json!({"current_password": PASSWORD, "new_password": "another-orchid-43"});
    session.put("/me/password").json(body).key("a-new-password").await.no_content();
    let email = app.fresh_email("Bob");
    let body = json!({"email": email, "name": "Bob", "password": PASSWORD});
    app.anonymous().post("/users").json(body).key("a-new-account").await.created();
    app.terminate().await;
    let config = app.home().config();
    let address = config.listen;
    let opened = boardcast::cli::serve::open(config, address).await.unwrap();
    let count = "select count(*) from idempotency_keys where key in ('a-new-password', 'a-new-account')";
    assert_eq!(opened.app.db.query(count).one::<(i64,)>().await.unwrap(), (0,));
}
