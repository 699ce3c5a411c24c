//! Events as lines in chats.

use serde_json::{Value, json};

use crate::{
    support::{Fields, Project, User},
    webhooks::Scene,
};

/// Something of everything that a chat reads differently, and the last task.
async fn happen(project: &Project, bob: &User, column: &Value) -> Value {
    let alice = &project.by;
    let other = project.column("Review").await;
    let task = project.task(column, "Plan <b> & *x*").await;
    let plain = project.task(column, "Plain").await;
    alice.put(&project.task_at(&plain, "/position")).json(json!({"column_id": other.id(), "before": null})).await.ok();
    // Another place in the same column says nothing.
    let first = project.task(&other, "First").await;
    alice
        .put(&project.task_at(&first, "/position"))
        .json(json!({"column_id": other.id(), "before": plain.id()}))
        .await
        .ok();
    let by_bob = project.seen_by(bob);
    let comment = by_bob.comment(&task, "Look **here**").await;
    bob.patch(&project.at(&format!("/comments/{}", comment.id()))).json(json!({"body": "Look there"})).await.ok();
    alice.put(&project.task_at(&plain, &format!("/assignees/{}", bob.id))).await.ok();
    alice.delete(&project.task_at(&plain, &format!("/assignees/{}", bob.id))).await.ok();
    alice.patch(&project.task_at(&plain, "")).json(json!({"title": "Plainer", "priority": "high"})).await.ok();
    let item = project.checklist_item(&plain, "Dig").await;
    let path = project.task_at(&plain, &format!("/checklist/{}", item.id()));
    alice.patch(&path).json(json!({"done": true})).await.ok();
    project.label("soon").await;
    alice.put(&project.task_at(&plain, "/completion")).await.ok();
    let both = json!({"task_ids": [task.id(), plain.id()], "patch": {"estimate": 3}});
    alice.post(&project.at("/tasks/bulk")).json(both).await.ok();
    alice.delete(&project.task_at(&first, "")).await.no_content();
    plain
}

#[tokio::test]
async fn a_chat_reads_what_happened_with_the_names_that_things_have() {
    let scene = Scene::new().await;
    let project = &scene.project;
    project.add(&scene.bob, "editor").await;
    // Lines have the names of the moment at which they are sent.
    let hook = |path: &'static str, template: &'static str| {
        scene.webhook(path, json!({"template": template, "active": false}))
    };
    let hooks = [hook("/slack", "slack").await, hook("/matrix", "matrix").await, hook("/ntfy", "ntfy").await];
    happen(project, &scene.bob, &scene.column).await;
    for hook in &hooks {
        project.by.patch(&scene.at(hook, "")).json(json!({"active": true})).await.ok();
    }
    let end = "deleted ";
    let told = |path: &'static str| {
        let receiver = scene.receiver.clone();
        crate::support::until("all lines", move || {
            let all = receiver.at(path);
            async move { Some(all).filter(|all| all.iter().any(|one| String::from_utf8_lossy(&one.body).contains(end))) }
        })
    };
    let ntfy = told("/ntfy").await;
    let lines: Vec<String> = ntfy.iter().map(|one| String::from_utf8(one.body.clone()).unwrap()).collect();
    let key = &project.key;
    let expected = [
        "Alice created the column Review".to_owned(),
        format!("Alice created {key}-1 Plan <b> & *x*"),
        format!("Alice created {key}-2 Plainer"),
        format!("Alice moved {key}-2 Plainer from To do to Review"),
        format!("Alice created {key}-3 First"),
        format!("Bob commented on {key}-1 Plan <b> & *x*: Look there"),
        format!("Bob changed the comment on {key}-1 Plan <b> & *x*"),
        format!("Alice assigned {key}-2 Plainer to Bob"),
        format!("Alice took Bob off {key}-2 Plainer"),
        format!("Alice changed the title and priority of {key}-2 Plainer"),
        format!("Alice created the checklist item Dig on {key}-2 Plainer"),
        format!("Alice ticked off a step on {key}-2 Plainer"),
        "Alice created the label soon".to_owned(),
        format!("Alice completed {key}-2 Plainer"),
        format!("Alice changed the estimate of {key}-1 Plan <b> & *x* and 1 more"),
        format!("Alice deleted {key}-3 First"),
    ];
    assert_eq!(lines, expected, "{lines:#?}");
    let moved = &ntfy[3];
    assert_eq!(moved.header("click"), format!("{}/p/{key}/board/2", scene.app.url));
    assert_eq!(moved.header("title"), "=?UTF-8?B?TGF1bmNo?=");

    let slack = told("/slack").await;
    assert_eq!(slack.len(), expected.len());
    let text = |n: usize| slack[n].json().str("text");
    let at = |n: i64| format!("<{}/p/{key}/board/{n}|{key}-{n}>", scene.app.url);
    assert_eq!(text(1), format!("Alice created {} Plan &lt;b&gt; &amp; *x*", at(1)), "its own marks stay plain");
    assert_eq!(text(3), format!("Alice moved {} *Plainer* from To do to Review", at(2)));
    assert!(text(5).contains(&format!("{}/p/{key}/board/1#comment-", scene.app.url)), "{}", text(5));
    assert_eq!(slack[0].header("content-type"), "application/json");

    let matrix = told("/matrix").await;
    let body = matrix[3].json();
    assert_eq!((&body["username"], &body["text"]), (&json!("Boardcast"), &json!(expected[3])));
    let html = format!(
        "Alice moved <a href=\"{}/p/{key}/board/2\">{key}-2</a> <strong>Plainer</strong> from To do to Review",
        scene.app.url
    );
    assert_eq!(body["html"], html);
    assert!(matrix[1].json().str("html").contains("<strong>Plan &lt;b&gt; &amp; *x*</strong>"));
    // A ping is a line too.
    project.by.post(&scene.at(&hooks[0], "/ping")).await.status(202);
    let pinged = scene.receiver.messages("/slack", expected.len() + 1).await;
    assert_eq!(pinged[expected.len()].json()["text"], "Boardcast tells of *Launch* here.");
}
