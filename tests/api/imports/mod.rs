//! Files of other programs that come in.

mod again;
mod formats;
mod guests;
mod hostile;
mod interrupted;
mod tables;
mod trello;

use serde_json::Value;

use crate::support::{Answer, Fields, Project, User, until};

/// A file, as a form.
pub fn form(name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = vec![];
    for (field, value) in fields {
        body.extend_from_slice(
            format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    body.extend_from_slice(
        format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes(),
    );
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    body
}

pub async fn send(by: &User, query: &str, name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Answer {
    by.post(&format!("/imports{query}")).bytes("multipart/form-data; boundary=b", form(name, bytes, fields)).await
}

/// Waits until an import is over.
pub async fn ended(by: &User, import: &Value) -> Value {
    until("the end of an import", || async {
        let now = by.get(&format!("/imports/{}", import.id())).await.ok();
        (!["queued", "running"].contains(&now["state"].as_str().unwrap())).then_some(now)
    })
    .await
}

/// Imports a file, and what came of it.
pub async fn import_with(by: &User, query: &str, name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Value {
    let begun = send(by, query, name, bytes, fields).await.status(202);
    let over = ended(by, &begun).await;
    assert_eq!(over["state"], "done", "{over}");
    let leaves = &over["report"]["leaves"];
    assert_eq!(leaves.int("total"), leaves.int("taken") + leaves.int("left"), "{over}");
    over
}

pub async fn import(by: &User, name: &str, bytes: &[u8]) -> Value {
    import_with(by, "", name, bytes, &[]).await
}

/// The project that an import made, whose events lead to its snapshot.
pub async fn project_of(by: &User, import: &Value) -> Project {
    let id = import.str("project_id");
    let answer = by.get(&format!("/projects/{id}")).await.ok();
    let project = Project::new(by.clone(), &answer).await;
    // A change that the harness checks reads the log from its beginning.
    by.patch(&project.at("")).json(serde_json::json!({"move_completed": false})).await.ok();
    by.patch(&project.at("")).json(serde_json::json!({"move_completed": true})).await.ok();
    project.told().await;
    project
}

/// The task of the board with this title.
#[track_caller]
pub fn titled(board: &Value, title: &str) -> Value {
    let found = board.list("tasks").into_iter().find(|task| task["title"] == title);
    found.unwrap_or_else(|| panic!("no task {title} in {board}"))
}

/// What was left under this name.
#[track_caller]
pub fn left(import: &Value, what: &str) -> i64 {
    import["report"].list("left").iter().filter(|left| left["what"] == what).map(|left| left.int("count")).sum()
}
