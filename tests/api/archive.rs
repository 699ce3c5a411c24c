//! Archived tasks: they leave the snapshot, are listed by pages, and come back whole.

use serde_json::{Value, json};

use crate::support::{Fields, Project, app, each};

struct Fixture {
    project: Project,
    column: Value,
    task: Value,
    other: Value,
    item: Value,
    dependency: Value,
}

/// A task with a label, a checklist item and a dependency on another task.
async fn fixture() -> Fixture {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let label = project.label("bug").await;
    let task = project.task_with(&column, json!({"title": "Old", "label_ids": [label.id()]})).await;
    let other = project.task(&column, "Other").await;
    let item = project.checklist_item(&task, "Step").await;
    let dependency = project.dependency(&task, &other, 2).await;
    project.told().await;
    Fixture { project, column, task, other, item, dependency }
}

#[tokio::test]
async fn an_archived_task_leaves_the_board_with_what_hangs_on_it() {
    let Fixture { project, task, other, item, dependency, .. } = fixture().await;
    let archived = project.by.put(&project.task_at(&task, "/archive")).await.ok();
    assert!(archived["archived_at"].is_string());
    let event = project.told_only("task.archived").await;
    assert!(event.get("changes").is_none(), "{event}");
    assert_eq!(event["removed"]["tasks"], json!([task.id()]));
    assert_eq!(event["removed"]["checklist_items"], json!([item.id()]));
    assert_eq!(event["removed"]["dependencies"], json!([dependency.id()]));
    let board = project.board().await;
    assert_eq!(each(&board.list("tasks"), "id"), [other.id()]);
    assert!(board.list("checklist_items").is_empty() && board.list("dependencies").is_empty());
    // By itself it can still be read, and deleted.
    assert_eq!(project.by.get(&project.task_at(&task, "")).await.ok()["title"], "Old");
    project.by.delete(&project.task_at(&task, "")).await.no_content();
    project.told_only("task.deleted").await;
}

#[tokio::test]
async fn a_restored_task_comes_back_whole() {
    let Fixture { project, task, item, dependency, .. } = fixture().await;
    let before = project.find("tasks", &task.id()).await.unwrap();
    project.by.put(&project.task_at(&task, "/archive")).await.ok();
    project.told().await;
    let restored = project.by.delete(&project.task_at(&task, "/archive")).await.ok();
    let event = project.told_only("task.unarchived").await;
    let told = &event["changes"]["tasks"][0];
    for field in ["title", "number", "column_id", "position", "label_ids", "assignee_ids", "created_at"] {
        assert_eq!(told[field], before[field], "{field}");
    }
    assert_eq!(told["archived_at"], json!(null));
    assert_eq!(told["version"], restored["version"]);
    assert_eq!(event["changes"]["checklist_items"][0]["text"], item["text"]);
    assert_eq!(event["changes"]["dependencies"][0]["lag_days"], dependency["lag_days"]);
    project.settle().await;
}

#[tokio::test]
async fn a_dependency_comes_back_when_both_its_ends_are_open() {
    let Fixture { project, task, other, dependency, .. } = fixture().await;
    project.by.put(&project.task_at(&task, "/archive")).await.ok();
    project.by.put(&project.task_at(&other, "/archive")).await.ok();
    project.by.delete(&project.task_at(&task, "/archive")).await.ok();
    assert!(project.board().await.list("dependencies").is_empty());
    project.settle().await;
    project.by.delete(&project.task_at(&other, "/archive")).await.ok();
    assert_eq!(each(&project.board().await.list("dependencies"), "id"), [dependency.id()]);
    project.settle().await;
}

#[tokio::test]
async fn an_archived_task_is_restored_before_it_is_edited() {
    let Fixture { project, column, task, other, item, .. } = fixture().await;
    project.by.put(&project.task_at(&task, "/archive")).await.ok();
    project.told().await;
    let at = |rest: &str| project.task_at(&task, rest);
    let place = json!({"column_id": column.id(), "after": null});
    let dates = json!({"start_on": "2026-03-02", "dependents": "keep"});
    let step = at(&format!("/checklist/{}", item.id()));
    let link = project.task_at(&other, &format!("/dependencies/{}", task.id()));
    for call in [
        project.by.patch(&at("")).json(json!({"title": "New"})),
        project.by.put(&at("/position")).json(place),
        project.by.put(&at("/schedule")).json(dates),
        project.by.put(&at("/completion")),
        project.by.put(&at(&format!("/assignees/{}", project.by.id))),
        project.by.post(&at("/checklist")).json(json!({"text": "More"})),
        project.by.patch(&step).json(json!({"done": true})),
        project.by.put(&link),
    ] {
        call.await.problem(409, "task_archived");
    }
    project.told_nothing().await;
    // Twice is once.
    project.by.put(&at("/archive")).await.ok();
    project.told_nothing().await;
}

#[tokio::test]
async fn what_goes_away_leaves_archived_tasks_silently() {
    let Fixture { project, task, .. } = fixture().await;
    project.by.put(&project.task_at(&task, "/archive")).await.ok();
    project.told().await;
    let label = project.board().await.list("labels")[0].id();
    project.by.delete(&project.at(&format!("/labels/{label}"))).await.no_content();
    let event = project.told_only("label.deleted").await;
    assert!(event.get("changes").is_none(), "{event}");
    let found = project.by.get(&project.task_at(&task, "")).await.ok();
    assert_eq!(found["label_ids"], json!([]));
    assert_eq!(found["version"], event["seq"]);
    project.by.delete(&project.task_at(&task, "/archive")).await.ok();
    project.settle().await;
}

#[tokio::test]
async fn archived_tasks_are_listed_by_pages_the_last_first() {
    let Fixture { project, column, .. } = fixture().await;
    let mut expected = vec![];
    for n in 0..5 {
        let task = project.task(&column, &format!("{n}")).await;
        project.by.put(&project.task_at(&task, "/archive")).await.ok();
        expected.insert(0, format!("{n}"));
    }
    let list = |query: String| project.by.get(&project.at(&format!("/tasks?{query}")));
    let mut found = vec![];
    let mut cursor = String::new();
    for page in 0.. {
        let answer = list(format!("status=archived&limit=2{cursor}")).await.ok();
        found.extend(each(&answer.list("items"), "title"));
        assert!(page < 5, "a pager loops");
        match answer["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, expected);
    let open = list("limit=1".into()).await.ok();
    assert_eq!(each(&open.list("items"), "title"), ["Old"]);
    assert_eq!(open["items"][0], project.find("tasks", &open["items"][0].id()).await.unwrap());
    let next = open["next_cursor"].as_str().unwrap();
    assert_eq!(each(&list(format!("cursor={next}")).await.ok().list("items"), "title"), ["Other"]);
    for query in ["status=nonsense", "limit=0", "limit=201", "cursor=x", "status=archived&cursor=1", "unknown=1"] {
        list(query.into()).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn the_limit_of_tasks_counts_open_ones() {
    let Fixture { project, column, task, .. } = fixture().await;
    let summary = async || {
        let list = project.by.get("/projects").await.ok().list("items");
        list.into_iter().find(|item| item["id"] == project.id.as_str()).unwrap().int("task_count")
    };
    assert_eq!(summary().await, 2);
    project.by.put(&project.task_at(&task, "/archive")).await.ok();
    assert_eq!(summary().await, 1);
    let third = project.task(&column, "Third").await;
    project.by.delete(&project.task_at(&third, "")).await.no_content();
    project.by.delete(&project.task_at(&task, "/archive")).await.ok();
    assert_eq!(summary().await, 2);
}
