//! A person deletes their account: what goes, what stays, and what stands in the way.

use serde_json::{Value, json};

use crate::support::{App, Auth, Fields, PASSWORD, User, app, each, own_app};

fn removal() -> Value {
    json!({"current_password": PASSWORD})
}

async fn remove(by: &User) {
    by.delete("/me").json(removal()).await.no_content();
}

async fn signs_in(app: &App, user: &User) -> u16 {
    let body = json!({"email": user.email, "password": PASSWORD});
    app.anonymous().post("/session").json(body).await.status
}

#[tokio::test]
async fn an_account_goes_and_what_its_person_did_stays_without_the_name() {
    let (app, alice, bob, _) = app().await;
    let (here, there) = (bob.by_cookie().await, bob.by_cookie().await);
    bob.patch("/me").json(json!({"name": "Robert Unmistakable"})).await.ok();
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"title": "Kept", "assignee_ids": [bob.id]})).await;
    let theirs = project.seen_by(&bob).task(&column, "Made by Bob").await;
    let comment = project.seen_by(&bob).comment(&task, "Said by Bob").await;
    let calendar = here.post("/me/calendars").json(json!({"name": "All"})).await.created().str("url");
    let feed = calendar.split_once("/calendar/").unwrap().1.to_owned();
    app.anonymous().get(&format!("/calendar/{feed}")).await.status(200);
    let mut stream = bob.stream("/events").await;
    stream.hello().await;
    project.told().await;

    let wrong = json!({"current_password": "not-this-one-1"});
    here.delete("/me").json(wrong).await.invalid("/current_password");
    here.delete("/me").json(json!({})).await.invalid("/current_password");
    bob.delete("/me").json(removal()).await.problem(403, "session_required");
    remove(&here).await;

    stream.end().await;
    for gone in [&here, &there, &bob] {
        gone.get("/me").await.problem(401, "unauthenticated");
    }
    assert_eq!(signs_in(&app, &bob).await, 401);
    app.anonymous().get(&format!("/calendar/{feed}")).await.not_found();
    let event = project.told_only("member.removed").await;
    assert_eq!(event["removed"]["members"], json!([bob.id]));
    project.settle().await;
    assert_eq!(each(&alice.get(&project.at("/members")).await.ok().list("items"), "id"), [alice.id.as_str()]);
    let task = alice.get(&project.task_at(&task, "")).await.ok();
    assert_eq!(task["assignee_ids"], json!([]));
    let theirs = alice.get(&project.task_at(&theirs, "")).await.ok();
    assert_eq!(theirs["created_by"], bob.id);
    let comments = alice.get(&project.task_at(&task, "/comments")).await.ok();
    assert_eq!((comments["items"][0].id(), comments["items"][0].str("body")), (comment.id(), "Said by Bob".into()));
    // What happened is told without the name.
    let activity = alice.get(&project.at("/activity?limit=200")).await;
    assert!(activity.text.contains("Removed person") && activity.text.contains("Made by Bob"), "{}", activity.text);
    assert!(!activity.text.contains("Unmistakable"), "{}", activity.text);
    let admin = app.administrator().await;
    for word in ["Unmistakable", &bob.email, &format!("removed {}", bob.id)] {
        let found = admin.get(&format!("/admin/users?q={}", word.replace(' ', "%20"))).await.ok();
        assert!(found.list("items").is_empty(), "{found}");
    }
    admin.patch(&format!("/admin/users/{}", bob.id)).json(json!({"disabled": false})).await.not_found();
    admin.post(&format!("/admin/users/{}/password-link", bob.id)).await.not_found();
    // The address is free, and whoever takes it is another person.
    let body = json!({"email": bob.email, "name": "Bob", "password": PASSWORD});
    let again = app.anonymous().post("/users").json(body).await.created();
    assert_ne!(again["user"].id(), bob.id);
}

#[tokio::test]
async fn others_are_not_left_without_an_owner() {
    let (app, alice, bob, charlie) = app().await;
    let here = bob.by_cookie().await;
    let (first, second, alone) =
        (bob.project_called("First").await, bob.project_called("Second").await, bob.project_called("Alone").await);
    let shared = alice.project_called("Shared").await;
    shared.add(&bob, "owner").await;
    first.add(&alice, "manager").await;
    second.add(&charlie, "viewer").await;
    let problem = here.delete("/me").json(removal()).await.problem(409, "only_owner");
    assert_eq!(each(&problem.list("projects"), "name"), ["First", "Second"]);
    assert_eq!(problem["projects"][0]["id"], first.id);
    here.get("/session").await.ok();
    assert_eq!(bob.get("/projects").await.ok().list("items").len(), 4);

    bob.put(&first.at(&format!("/members/{}", alice.id))).json(json!({"role": "owner"})).await.ok();
    let problem = here.delete("/me").json(removal()).await.problem(409, "only_owner");
    assert_eq!(each(&problem.list("projects"), "name"), ["Second"]);
    bob.delete(&second.at("")).await.no_content();
    remove(&here).await;
    assert_eq!(signs_in(&app, &bob).await, 401);
    let left = alice.get("/projects").await.ok().list("items");
    assert_eq!(each(&left, "name").len(), 2, "{left:?}");
    // A project of nobody else goes.
    let orphans = app.administrator().await.get("/admin/projects?orphaned=true&limit=200").await;
    assert!(!orphans.text.contains(&alone.id), "{}", orphans.text);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let (app, alice, ..) = own_app(&[]).await;
    let root = app.administrator().await;
    root.delete("/me").json(removal()).await.problem(409, "last_admin");
    root.get("/session").await.ok();
    let grown = json!({"admin": true, "current_password": PASSWORD});
    root.patch(&format!("/admin/users/{}", alice.id)).json(grown).await.ok();
    remove(&root).await;
    root.get("/session").await.problem(401, "unauthenticated");
    alice.by_cookie().await.get("/admin/users").await.ok();
}

#[tokio::test]
async fn a_second_factor_is_asked_for_too() {
    let (app, alice, bob, _) = app().await;
    let session = alice.by_cookie().await;
    let made = session.post("/me/totp").json(removal()).await.ok();
    let code = crate::totps::code_now(&made.str("secret"));
    let answer = session.put("/me/totp").json(json!({"code": code})).await;
    let session = alice.with(Auth::Cookie(answer.cookie()));
    let recovery = answer.ok().list("recovery_codes")[0].clone();
    session.delete("/me").json(removal()).await.invalid("/code");
    let with = |code: &Value| json!({"current_password": PASSWORD, "code": code});
    session.delete("/me").json(with(&json!(code))).await.invalid("/code");
    // A refusal for another reason does not use the code up.
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    session.delete("/me").json(with(&recovery)).await.problem(409, "only_owner");
    alice.delete(&project.at("")).await.no_content();
    session.delete("/me").json(with(&recovery)).await.no_content();
    assert_eq!(signs_in(&app, &alice).await, 401);
}
