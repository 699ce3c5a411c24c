//! Labels, and the tasks that wear them.

use serde_json::{Value, json};

use crate::support::{Fields, app, nobody, with_id};

#[tokio::test]
async fn a_label_is_made_changed_and_deleted() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let label = project.label("bug").await;
    assert_eq!(label["colour"], "#3366cc");
    let event = project.told_only("label.created").await;
    assert_eq!(event["changes"]["labels"], json!([label]));
    let path = project.at(&format!("/labels/{}", label.id()));
    let after = alice.patch(&path).json(json!({"colour": "#ff0000"})).await.ok();
    assert_eq!((&after["name"], &after["colour"]), (&json!("bug"), &json!("#ff0000")));
    let event = project.told_only("label.changed").await;
    assert!(event["changes"]["labels"][0].get("name").is_none());
    alice.patch(&path).json(json!({"colour": "#ff0000"})).await.ok();
    project.told_nothing().await;
    alice.delete(&path).await.no_content();
    project.told_only("label.deleted").await;
    alice.delete(&path).await.not_found();
}

#[tokio::test]
async fn a_task_wears_a_label() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Labelled").await;
    let label = project.label("bug").await;
    project.told().await;
    let path = project.task_at(&task, &format!("/labels/{}", label.id()));
    let after = alice.put(&path).await.ok();
    assert_eq!(after["label_ids"], json!([label.id()]));
    let event = project.told_only("task.labelled").await;
    assert_eq!(event["changes"]["tasks"][0]["label_ids"], json!([label.id()]));
    alice.put(&path).await.ok();
    project.told_nothing().await;
    let after = alice.delete(&path).await.ok();
    assert_eq!(after["label_ids"], json!([]));
    project.told_only("task.unlabelled").await;
    alice.delete(&path).await.ok();
    project.told_nothing().await;
}

#[tokio::test]
async fn a_deleted_label_leaves_every_task() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let (going, staying) = (project.label("going").await, project.label("staying").await);
    let both = project.task_with(&column, json!({"label_ids": [going.id(), staying.id()]})).await;
    let none = project.task(&column, "Plain").await;
    project.told().await;
    alice.delete(&project.at(&format!("/labels/{}", going.id()))).await.no_content();
    let event = project.told_only("label.deleted").await;
    let tasks = event["changes"].list("tasks");
    assert_eq!(with_id(&tasks, &both.id())["label_ids"], json!([staying.id()]));
    assert!(!tasks.iter().any(|task| task["id"] == none["id"]), "{tasks:?}");
    assert_eq!(alice.get(&project.task_at(&both, "")).await.ok()["label_ids"], json!([staying.id()]));
}

#[tokio::test]
async fn a_label_says_what_is_wrong_with_it() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let label = project.label("bug").await;
    project.told().await;
    let path = project.at(&format!("/labels/{}", label.id()));
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(256))),
        ("name", json!(null)),
        ("colour", json!("red")),
        ("colour", json!("#12345")),
        ("colour", json!("#1234567")),
        ("colour", json!("#gggggg")),
        ("colour", json!("url(x)")),
        ("colour", json!(null)),
        ("id", json!(nobody())),
    ] {
        let mut body = json!({"name": "new", "colour": "#000000"});
        body[field] = value.clone();
        let pointer = format!("/{field}");
        alice.post(&project.at("/labels")).json(body).await.invalid(&pointer);
        alice.patch(&path).json(json!({field: value})).await.invalid(&pointer);
    }
    alice.post(&project.at("/labels")).json(json!({"name": "new"})).await.invalid("/colour");
    project.told_nothing().await;
}

#[tokio::test]
async fn a_label_of_another_project_cannot_be_worn() {
    let (_, alice, bob, _) = app().await;
    let (mine, theirs) = (alice.project().await, bob.project().await);
    let column = mine.column("To do").await;
    let task = mine.task(&column, "Mine").await;
    let foreign: Value = theirs.label("theirs").await;
    mine.told().await;
    let wear = |id: &str| alice.put(&mine.task_at(&task, &format!("/labels/{id}")));
    let refused = wear(&foreign.id()).await.not_found();
    assert_eq!(wear(&nobody()).await.not_found(), refused);
    let path = mine.at(&format!("/labels/{}", foreign.id()));
    alice.patch(&path).json(json!({"name": "mine"})).await.not_found();
    alice.delete(&path).await.not_found();
    mine.told_nothing().await;
    theirs.told_only("label.created").await;
}
