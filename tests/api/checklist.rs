//! The checklist of a task.

use serde_json::{Value, json};

use crate::support::{Fields, Project, app, each, nobody};

async fn texts(project: &Project) -> Vec<String> {
    let mut items = project.board().await.list("checklist_items");
    items.sort_by_key(|item| item.str("position"));
    each(&items, "text")
}

#[tokio::test]
async fn an_item_is_added_checked_moved_and_removed() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "With parts").await;
    project.told().await;
    let first = project.checklist_item(&task, "First").await;
    assert_eq!(first["done"], false);
    assert_eq!(first["task_id"], task["id"]);
    let event = project.told_only("checklist_item.created").await;
    assert_eq!(event["changes"]["checklist_items"], json!([first]));
    let second = project.checklist_item(&task, "Second").await;
    let path = |item: &Value, rest: &str| project.task_at(&task, &format!("/checklist/{}{rest}", item.id()));
    project.told().await;

    let done = alice.patch(&path(&first, "")).json(json!({"done": true})).await.ok();
    assert_eq!(done["done"], true);
    let event = project.told_only("checklist_item.changed").await;
    let told = &event["changes"]["checklist_items"][0];
    assert_eq!(told["done"], true);
    assert!(told.get("text").is_none(), "{told}");
    alice.patch(&path(&first, "")).json(json!({"text": "1st"})).await.ok();
    project.told_only("checklist_item.changed").await;
    alice.patch(&path(&first, "")).json(json!({"text": "1st", "done": true})).await.ok();
    project.told_nothing().await;

    alice.put(&path(&second, "/position")).json(json!({"after": null})).await.ok();
    project.told_only("checklist_item.moved").await;
    assert_eq!(texts(&project).await, ["Second", "1st"]);
    alice.put(&path(&second, "/position")).json(json!({"after": first.id()})).await.ok();
    assert_eq!(texts(&project).await, ["1st", "Second"]);
    project.told().await;

    alice.delete(&path(&first, "")).await.no_content();
    let event = project.told_only("checklist_item.deleted").await;
    assert_eq!(event["removed"]["checklist_items"], json!([first.id()]));
    alice.delete(&path(&first, "")).await.not_found();
    assert_eq!(texts(&project).await, ["Second"]);
}

#[tokio::test]
async fn an_item_goes_after_another() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "With parts").await;
    let a = project.checklist_item(&task, "A").await;
    project.checklist_item(&task, "B").await;
    let add = |body| alice.post(&project.task_at(&task, "/checklist")).json(body);
    add(json!({"text": "after A", "after": a.id()})).await.created();
    add(json!({"text": "first", "after": null})).await.created();
    assert_eq!(texts(&project).await, ["first", "A", "after A", "B"]);
}

#[tokio::test]
async fn an_item_says_what_is_wrong_with_it() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "With parts").await;
    let other = project.task(&column, "Other").await;
    let item = project.checklist_item(&task, "Item").await;
    let elsewhere = project.checklist_item(&other, "Elsewhere").await;
    project.told().await;
    let add = |body| alice.post(&project.task_at(&task, "/checklist")).json(body);
    let path = |task: &Value, item: &str, rest: &str| project.task_at(task, &format!("/checklist/{item}{rest}"));
    for text in [json!(""), json!("  "), json!("a\u{0}"), json!(null), json!(1), json!("x".repeat(70_000))] {
        add(json!({"text": text})).await.invalid("/text");
        alice.patch(&path(&task, &item.id(), "")).json(json!({"text": text})).await.invalid("/text");
    }
    add(json!({"text": "x", "after": "x"})).await.invalid("/after");
    add(json!({"text": "x", "done": true})).await.invalid("/done");
    alice.patch(&path(&task, &item.id(), "")).json(json!({"done": "yes"})).await.invalid("/done");
    alice.patch(&path(&task, &item.id(), "")).json(json!({"task_id": other.id()})).await.invalid("/task_id");
    // An item that is not in this list may have been there a moment ago: at the end, where it is already.
    let after = json!({"after": elsewhere.id()});
    alice.put(&path(&task, &item.id(), "/position")).json(after).await.ok();
    let after = json!({"after": item.id()});
    alice.put(&path(&task, &item.id(), "/position")).json(after).await.invalid("/after");
    // The item exists, but not in this task.
    let body = json!({"done": true});
    alice.patch(&path(&task, &elsewhere.id(), "")).json(body.clone()).await.not_found();
    alice.patch(&path(&task, &nobody(), "")).json(body).await.not_found();
    alice.delete(&path(&task, &elsewhere.id(), "")).await.not_found();
    project.told_nothing().await;
}
