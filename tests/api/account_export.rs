//! One's own data as a file.

use serde_json::json;

use crate::{
    imports::import,
    support::{Fields, app, each},
};

#[tokio::test]
async fn it_holds_what_is_ones_own_and_nothing_of_others() {
    let (app, alice, bob, _) = app().await;
    let session = alice.by_cookie().await;
    let project = alice.project_called("Garden").await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let mine = json!({"title": "Mine", "description": "*Dig*", "assignee_ids": [alice.id]});
    let mine = project.task_with(&column, mine).await;
    let kept = project.task_with(&column, json!({"title": "Kept", "assignee_ids": [alice.id]})).await;
    alice.put(&project.task_at(&kept, "/archive")).await.ok();
    let gone = project.task_with(&column, json!({"title": "Gone", "assignee_ids": [alice.id]})).await;
    project.comment(&gone, "Said on what is gone").await;
    alice.delete(&project.task_at(&gone, "")).await.no_content();
    let theirs = project.task_with(&column, json!({"title": "Theirs", "assignee_ids": [bob.id]})).await;
    let comments = [project.comment(&mine, "One").await, project.comment(&theirs, "Two").await];
    project.seen_by(&bob).comment(&mine, "Of Bob").await;
    let path = project.at(&format!("/comments/{}/reactions/%F0%9F%91%8D", comments[0].id()));
    bob.put(&path).await.ok();
    project.attach(&theirs, "plan.txt", b"Dig").await;
    project.seen_by(&bob).attach(&mine, "other.txt", b"Do not").await;
    let view = json!({"name": "For myself", "layout": "board"});
    alice.post(&project.at("/views")).json(view).await.created();
    bob.post(&project.at("/views")).json(json!({"name": "For Bob", "layout": "board"})).await.created();
    alice.put(&project.at("/mute")).await.ok();
    alice.patch("/me").json(json!({"time_zone": "Europe/Berlin"})).await.ok();
    let settings = json!({"commented": {"email": false}});
    alice.patch("/me/notification-settings").json(settings).await.ok();
    let calendar = session.post("/me/calendars").json(json!({"name": "All"})).await.created();
    let token = session.post("/tokens").json(json!({"name": "Deploys", "scopes": ["read"]})).await.created();
    // Of a project that she left, she sees nothing more.
    let left = bob.project_called("Left").await;
    left.add(&alice, "editor").await;
    let there = left.column("There").await;
    let task = left.task_with(&there, json!({"title": "Not any more", "assignee_ids": [alice.id]})).await;
    left.seen_by(&alice).comment(&task, "Nor this").await;
    alice.delete(&left.at(&format!("/members/{}", alice.id))).await.no_content();

    let answer = session.get("/me/export").await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"boardcast-account.json\"");
    let text = answer.text.clone();
    let export = answer.ok();
    assert_eq!(export["account"], session.get("/me").await.ok());
    assert_eq!(export["account"]["time_zone"], "Europe/Berlin");
    assert_eq!(export["notification_settings"], session.get("/me/notification-settings").await.ok());
    assert_eq!(export["muted_project_ids"], json!([project.id]));
    assert_eq!(each(&export.list("projects"), "name"), ["Garden"]);
    assert_eq!(each(&export.list("views"), "name"), ["For myself"]);
    assert_eq!(each(&export.list("tasks"), "title"), ["Mine", "Kept"], "also from the archive, not from the trash");
    assert_eq!(
        (&export["tasks"][0]["description"], &export["tasks"][0]["project_id"]),
        (&json!("*Dig*"), &json!(project.id))
    );
    assert_eq!(each(&export.list("comments"), "body"), ["One", "Two"]);
    assert_eq!(export["comments"][0]["reactions"][0]["user_ids"], json!([bob.id]));
    assert_eq!(each(&export.list("attachments"), "name"), ["plan.txt"]);
    assert_eq!(export["calendars"][0]["id"], calendar.id());
    assert!(each(&export.list("tokens"), "name").contains(&"Deploys".into()));
    let sessions = export.list("sessions");
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1, "{sessions:?}");
    assert_eq!(export["sign_ins"], session.get("/me/sign-ins").await.ok()["items"]);
    assert_eq!(each(&export.list("sign_ins"), "method"), ["password", "sign_up"]);
    let secret = calendar.str("url").rsplit('/').next().unwrap().replace(".ics", "");
    for hidden in
        [secret, token.str("secret"), bob.email.clone(), "Of Bob".into(), "Not any more".into(), "Nor this".into()]
    {
        assert!(!text.contains(&hidden), "{hidden} in {text}");
    }
    for word in ["secret", "password", "hash", "Said on what is gone"] {
        // By what she signed in is told.
        assert!(!text.replace("\"method\":\"password\"", "").contains(word), "{word} in {text}");
    }
    // Nothing of it is read by a token, or for another person.
    alice.get("/me/export").await.problem(403, "session_required");
    app.anonymous().get("/me/export").await.problem(401, "unauthenticated");
    let other = bob.by_cookie().await.get("/me/export").await;
    assert!(!other.text.contains(&alice.email) && other.text.contains("For Bob"), "{}", other.text);
}

#[tokio::test]
async fn a_person_without_anything_has_a_file_too() {
    let (_, _, _, stranger) = app().await;
    let export = stranger.by_cookie().await.get("/me/export").await.ok();
    for list in ["muted_project_ids", "calendars", "projects", "views", "tasks", "comments", "attachments"] {
        assert_eq!(export[list], json!([]), "{list}");
    }
}

#[tokio::test]
async fn what_is_long_comes_whole() {
    let (_, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let comment = |n: usize| {
        json!({"id": format!("c{n}"), "author_id": "a", "body": format!("Comment {n}"),
               "created_at": format!("2025-01-01T00:{:02}:{:02}Z", n / 60, n % 60)})
    };
    let task = |n: usize| {
        let comments: Vec<_> = if n == 0 { (0..505).map(comment).collect() } else { vec![] };
        json!({"id": format!("t{n}"), "number": n + 1, "title": format!("Task {n}"), "column_id": "c",
               "assignee_ids": ["a"], "created_by": "a", "comments": comments})
    };
    let file = json!({
        "boardcast": {"export": 1}, "project": {"name": "Long", "key": "LONG"},
        "people": [{"id": "a", "name": "Alice", "email": alice.email}],
        "columns": [{"id": "c", "name": "To do"}], "tasks": (0..205).map(task).collect::<Vec<_>>(),
    });
    import(&alice, "long.json", file.to_string().as_bytes()).await;
    let export = session.get("/me/export").await.ok();
    let numbered = |what: &str, count: usize| (0..count).map(|n| format!("{what} {n}")).collect::<Vec<_>>();
    assert_eq!(each(&export.list("tasks"), "title"), numbered("Task", 205));
    assert_eq!(each(&export.list("comments"), "body"), numbered("Comment", 505));
}
