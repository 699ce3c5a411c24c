//! Deleted projects: they wait in their owners' trash, come back with everything, and go for good in time.

use std::time::Duration;

use boardcast::{base::clock::Timestamp, jobs};
use serde_json::{Value, json};

use crate::{
    retention::meanwhile,
    support::{App, Fields, User, each, own_app},
};

const DAY: Duration = Duration::from_hours(24);

async fn trash(by: &User) -> Vec<Value> {
    by.get("/trash").await.ok().list("items")
}

#[tokio::test]
async fn a_deleted_project_comes_back_with_everything_and_everybody() {
    let app = App::shared().await;
    let (alice, bob) = (app.sign_up("Alice").await, app.sign_up("Bob").await);
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "One").await;
    project.comment(&task, "Hello").await;
    let file = project.attach(&task, "notes.txt", b"some notes").await;
    let before = project.board().await;
    let mut reading = bob.stream("/events").await;
    reading.hello().await;

    alice.delete(&project.at("")).await.no_content();
    assert_eq!(reading.event("left").await["reason"], "deleted");
    for path in ["", "/board", "/events", &format!("/attachments/{}/content", file.id())] {
        alice.unchecked().get(&project.at(path)).await.not_found();
    }
    let waiting = trash(&alice).await;
    let found = waiting.iter().find(|one| one["id"] == json!(project.id)).unwrap();
    assert_eq!((found["task_count"].clone(), found["member_count"].clone()), (json!(1), json!(2)), "{found}");

    let back = alice.post(&format!("/trash/{}/restore", project.id)).await.ok();
    assert_eq!((&back["key"], &back["name"]), (&before["project"]["key"], &before["project"]["name"]));
    assert_eq!(reading.event("joined").await["project"], json!(project.id));
    let after = project.board().await;
    for kind in ["columns", "tasks", "members", "labels"] {
        assert_eq!(after[kind], before[kind], "{kind}");
    }
    alice.get(&project.at(&format!("/attachments/{}/content", file.id()))).await.ok();
    bob.patch(&project.task_at(&task, "")).json(json!({"title": "Two"})).await.ok();
    assert_eq!(reading.change().await["type"], "task.changed");
    assert!(trash(&alice).await.iter().all(|one| one["id"] != json!(project.id)));
    let types = each(&project.events_after(before.int("seq")).await, "type");
    assert_eq!(types, ["project.deleted", "project.restored", "task.changed"]);
    // The event that deleted it shows what was deleted.
    let then = alice.get(&project.at(&format!("/board?at={}", before.int("seq") + 1))).await.ok();
    assert_eq!((&then["project"]["name"], &then["tasks"]), (&before["project"]["name"], &before["tasks"]));
    project.settle_as(&[&alice, &bob]).await;
}

#[tokio::test]
async fn a_reader_from_before_the_deletion_goes_on_over_it() {
    let app = App::shared().await;
    let alice = app.sign_up("Alice").await;
    let project = alice.project().await;
    let mut cursors = vec![];
    for path in [project.at("/events"), "/events".to_owned()] {
        let mut stream = alice.stream(&path).await;
        stream.hello().await;
        project.column(&path).await;
        stream.changes(1).await;
        if path == "/events" {
            stream.event("checkpoint").await;
        }
        cursors.push((path, stream.cut()));
    }
    alice.delete(&project.at("")).await.no_content();
    alice.post(&format!("/trash/{}/restore", project.id)).await.ok();
    project.column("After").await;
    for (path, cursor) in cursors {
        let mut stream = alice.stream_from(&path, &cursor).await;
        assert_eq!(stream.hello().await["projects"][&project.id]["status"], "ok");
        // The single stream was cut before the other one's column.
        let more = usize::from(path != "/events");
        let types = each(&stream.changes(3 + more).await, "type");
        assert_eq!(types[more..], ["project.deleted", "project.restored", "column.created"], "{path}");
    }
    // A second deletion ends a stream that has read of the first.
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    alice.delete(&project.at("")).await.no_content();
    assert_eq!(stream.event("left").await["reason"], "deleted");
}

#[tokio::test]
async fn only_an_owner_brings_it_back_and_nothing_leaks() {
    let app = App::shared().await;
    let (alice, bob, charlie) = (app.sign_up("Alice").await, app.sign_up("Bob").await, app.sign_up("Charlie").await);
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let path = format!("/trash/{}/restore", project.id);
    // What is not deleted is not in the trash.
    alice.post(&path).await.not_found();
    alice.delete(&format!("/trash/{}", project.id)).await.not_found();
    let elsewhere = alice.project().await;
    let limited = alice.by_cookie().await.by_token(json!({"project_ids": [elsewhere.id]})).await;
    let reading = alice.by_cookie().await.by_token(json!({"scopes": ["read"]})).await;
    alice.delete(&project.at("")).await.no_content();
    for user in [&bob, &charlie, &limited] {
        assert!(trash(user).await.iter().all(|one| one["id"] != json!(project.id)));
        user.post(&path).await.not_found();
        user.delete(&format!("/trash/{}", project.id)).await.not_found();
    }
    reading.post(&path).await.problem(403, "insufficient_scope");
    assert_eq!(trash(&alice).await.len(), 1);
    alice.post(&path).await.ok();
    alice.post(&path).await.not_found();
}

#[tokio::test]
async fn a_key_that_is_taken_meanwhile_gets_a_number_and_tasks_keep_their_names() {
    let app = App::shared().await;
    let alice = app.sign_up("Alice").await;
    let made = alice.post("/projects").json(json!({"name": "Web", "key": "WEB"})).await.created();
    alice.delete(&format!("/projects/{}", made.id())).await.no_content();
    alice.post("/projects").json(json!({"name": "Web again", "key": "WEB"})).await.created();
    let back = alice.post(&format!("/trash/{}/restore", made.id())).await.ok();
    assert_eq!(back["key"], "WEB2");
    assert_eq!(alice.get(&format!("/projects/{}", made.id())).await.ok()["key"], "WEB2");
}

#[tokio::test]
async fn one_project_too_many_stays_in_the_trash() {
    let (_, alice, ..) = own_app(&[("BOARDCAST_PROJECTS_PER_PERSON", "2")]).await;
    let (one, _two) = (alice.project().await, alice.project().await);
    alice.delete(&one.at("")).await.no_content();
    let three = alice.project().await;
    let path = format!("/trash/{}/restore", one.id);
    alice.post(&path).await.problem(409, "too_many_projects");
    assert_eq!(trash(&alice).await.len(), 1, "nothing changed");
    alice.delete(&three.at("")).await.no_content();
    alice.post(&path).await.ok();
}

#[tokio::test]
async fn it_goes_for_good_by_hand_or_after_thirty_days() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let (one, two, three) = (alice.project().await, alice.project().await, alice.project().await);
    for project in [&one, &two] {
        alice.delete(&project.at("")).await.no_content();
    }
    alice.delete(&format!("/trash/{}", one.id)).await.no_content();
    alice.post(&format!("/trash/{}/restore", one.id)).await.not_found();
    let page = alice.get("/trash?limit=1").await.ok();
    assert_eq!(each(&page.list("items"), "id"), std::slice::from_ref(&two.id));
    alice.delete(&three.at("")).await.no_content();
    let page = alice.get("/trash?limit=1").await.ok();
    assert_eq!(each(&page.list("items"), "id"), std::slice::from_ref(&three.id));
    let next = alice.get(&format!("/trash?limit=1&cursor={}", page.str("next_cursor"))).await.ok();
    assert_eq!((each(&next.list("items"), "id"), &next["next_cursor"]), (vec![two.id.clone()], &Value::Null));

    let left = async |app: &boardcast::app::App| {
        app.db.query("select count(*) from projects").one::<(i64,)>().await.unwrap().0
    };
    meanwhile(&mut app, async |app| {
        jobs::sweep(app, Timestamp::now()).await.unwrap();
        assert_eq!(left(app).await, 2, "one is gone for good");
        jobs::sweep(app, Timestamp::now().plus(DAY * 29)).await.unwrap();
        assert_eq!(left(app).await, 2);
    })
    .await;
    alice.on(&app).post(&format!("/trash/{}/restore", two.id)).await.ok();
    meanwhile(&mut app, async |app| {
        jobs::sweep(app, Timestamp::now().plus(DAY * 31)).await.unwrap();
        assert_eq!(left(app).await, 1, "what came back stays");
    })
    .await;
    two.on(&app).settle().await;
}
