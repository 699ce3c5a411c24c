//! What people choose to hear of.

use serde_json::{Value, json};

use crate::support::{Fields, User, app, each};

async fn kinds(user: &User) -> Vec<String> {
    let items = user.get("/me/notifications").await.ok().list("items");
    each(&items, "kind").into_iter().filter(|kind| kind != "added").collect()
}

#[tokio::test]
async fn a_task_is_watched_by_who_has_to_do_with_it() {
    let (_, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    for user in [&bob, &charlie] {
        project.add(user, "editor").await;
    }
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"title": "Watched", "assignee_ids": [bob.id]})).await;
    let path = project.task_at(&task, "");
    let watching = async |user: &User| {
        let detail = user.get(&path).await.ok();
        assert_eq!(user.get(&project.task_at(&task, "/watch")).await.ok()["watching"], detail["watching"]);
        detail["watching"] == json!(true)
    };
    assert!(watching(&alice).await && watching(&bob).await && !watching(&charlie).await);
    charlie.post(&project.task_at(&task, "/comments")).json(json!({"body": "x"})).await.created();
    assert!(watching(&charlie).await);
    for user in [&alice, &bob, &charlie] {
        assert_eq!(user.delete(&project.task_at(&task, "/watch")).await.ok(), json!({"watching": false}));
        assert!(!watching(user).await);
    }
    // A choice outlasts what would make one watch it.
    bob.post(&project.task_at(&task, "/comments")).json(json!({"body": "x"})).await.created();
    assert!(!watching(&bob).await);
    assert_eq!(bob.put(&project.task_at(&task, "/watch")).await.ok(), json!({"watching": true}));
    assert!(watching(&bob).await);
    // It ends with the membership.
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    project.add(&bob, "viewer").await;
    assert!(!watching(&bob).await);
    bob.put(&project.at("/tasks/999/watch")).await.not_found();
}

#[tokio::test]
async fn the_tag_of_a_task_tells_of_watching_too() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Watched").await;
    let path = project.task_at(&task, "");
    let tag = alice.get(&path).await.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", task.version()));
    alice.delete(&project.task_at(&task, "/watch")).await.ok();
    let answer = alice.get(&path).header("If-None-Match", &tag).await;
    assert_eq!((answer.status, &answer.body["watching"]), (200, &json!(false)));
    let other = answer.header("etag").to_owned();
    assert_eq!(alice.get(&path).header("If-None-Match", &other).await.status, 304);
    // Either names the version.
    for tag in [tag, other] {
        alice.patch(&path).json(json!({"title": "Watched"})).header("If-Match", &tag).await.ok();
    }
}

#[tokio::test]
async fn a_muted_project_tells_what_names_the_person() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"title": "Loud", "assignee_ids": [bob.id]})).await;
    assert_eq!(bob.get(&project.at("/mute")).await.ok(), json!({"muted": false}));
    assert_eq!(bob.put(&project.at("/mute")).await.ok(), json!({"muted": true}));
    bob.put(&project.at("/mute")).await.ok();
    assert_eq!(alice.get(&project.at("/mute")).await.ok(), json!({"muted": false}));
    project.comment(&task, "Anybody?").await;
    assert_eq!(kinds(&bob).await, ["assigned"]);
    project.comment(&task, &format!("[@Bob](mention:{})?", bob.id)).await;
    assert_eq!(kinds(&bob).await, ["mentioned", "assigned"]);
    assert_eq!(bob.delete(&project.at("/mute")).await.ok(), json!({"muted": false}));
    project.comment(&task, "There").await;
    assert_eq!(kinds(&bob).await, ["commented", "mentioned", "assigned"]);
}

#[tokio::test]
async fn people_choose_how_they_are_told_of_each_kind() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let path = "/me/notification-settings";
    let first = bob.get(path).await.ok();
    let names: Vec<_> = first.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["assigned", "added", "mentioned", "commented", "due", "overdue"]);
    assert_eq!(first["mentioned"], json!({"page": true, "email": true, "push": true}));
    let off = json!({"commented": {"page": false}, "assigned": {"page": false, "email": false, "push": false}});
    let set = bob.patch(path).json(off).await.ok();
    assert_eq!(set["commented"], json!({"page": false, "email": true, "push": false}));
    assert_eq!((&set["mentioned"], bob.get(path).await.ok()), (&first["mentioned"], set.clone()));
    let task = project.task_with(&column, json!({"title": "Quiet", "assignee_ids": [bob.id]})).await;
    project.comment(&task, "Not on the page").await;
    let before = bob.get("/me/notifications").await.ok();
    assert_eq!(kinds(&bob).await, Vec::<String>::new());
    bob.patch(path).json(json!({"commented": {"page": true}})).await.ok();
    project.comment(&task, "Here").await;
    assert_eq!(kinds(&bob).await, ["commented"]);
    let after = bob.get("/me/notifications").await.ok();
    assert_eq!(after.int("unread_count"), before.int("unread_count") + 1);
    for (body, at) in [
        (json!({"commented": {"page": 1}}), "/commented/page"),
        (json!({"commented": {"sms": true}}), "/commented/sms"),
        (json!({"shouted": {}}), "/shouted"),
        (json!({"due": null}), "/due"),
    ] {
        bob.patch(path).json(body).await.invalid(at);
    }
    let unchanged: Value = bob.get(path).await.ok();
    assert_eq!(unchanged["due"], first["due"]);
}
