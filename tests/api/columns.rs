//! Columns: order, limits, deletion.

use serde_json::{Value, json};

use crate::support::{Fields, Project, app, each, nobody};

async fn names(project: &Project) -> Vec<String> {
    let mut columns = project.board().await.list("columns");
    columns.sort_by_key(|column| column.str("position"));
    each(&columns, "name")
}

fn path(project: &Project, column: &Value, rest: &str) -> String {
    project.at(&format!("/columns/{}{rest}", column.id()))
}

#[tokio::test]
async fn a_column_is_made_with_all_its_fields() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let plain = project.column("To do").await;
    assert_eq!(plain["wip_limit"], json!(null));
    assert_eq!(plain["kind"], "active");
    let event = project.told_only("column.created").await;
    assert_eq!(event["changes"]["columns"], json!([plain]));
    let full = json!({"name": "Done", "wip_limit": 3, "kind": "done"});
    let full = project.column_with(full).await;
    assert_eq!(full["wip_limit"], 3);
    assert_eq!(full["kind"], "done");
    assert_eq!(names(&project).await, ["To do", "Done"]);
}

#[tokio::test]
async fn a_column_goes_where_it_was_asked_to() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let a = project.column("A").await;
    project.column("B").await;
    project.column_with(json!({"name": "first", "after": null})).await;
    project.column_with(json!({"name": "after A", "after": a.id()})).await;
    assert_eq!(names(&project).await, ["first", "A", "after A", "B"]);
}

#[tokio::test]
async fn a_column_is_moved() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let a = project.column("A").await;
    let b = project.column("B").await;
    let c = project.column("C").await;
    project.told().await;
    let move_to =
        |column: &Value, after: Value| alice.put(&path(&project, column, "/position")).json(json!({"after": after}));
    let moved = move_to(&c, json!(null)).await.ok();
    assert_eq!(names(&project).await, ["C", "A", "B"]);
    let event = project.told_only("column.moved").await;
    assert_eq!(event["changes"]["columns"][0]["position"], moved["position"]);
    move_to(&a, json!(b.id())).await.ok();
    assert_eq!(names(&project).await, ["C", "B", "A"]);
    project.told_only("column.moved").await;
    // It is there already.
    move_to(&a, json!(b.id())).await.ok();
    project.told_nothing().await;
    move_to(&a, json!(a.id())).await.invalid("/after");
    // One that is gone is no mistake: at the end, where it is already.
    move_to(&a, json!(nobody())).await.ok();
    project.told_nothing().await;
}

#[tokio::test]
async fn a_column_is_changed_field_by_field() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column_with(json!({"name": "Doing", "wip_limit": 2})).await;
    project.told().await;
    let patch = |body| alice.patch(&path(&project, &column, "")).json(body);
    let after = patch(json!({"name": "In work"})).await.ok();
    assert_eq!((&after["name"], &after["wip_limit"]), (&json!("In work"), &json!(2)));
    let event = project.told_only("column.changed").await;
    let told = &event["changes"]["columns"][0];
    assert_eq!(told["name"], "In work");
    assert!(told.get("position").is_none(), "only what changed: {told}");
    let after = patch(json!({"wip_limit": null, "kind": "backlog"})).await.ok();
    assert_eq!((&after["wip_limit"], &after["kind"]), (&json!(null), &json!("backlog")));
    patch(json!({"kind": "backlog"})).await.ok();
    project.told_only("column.changed").await;
}

#[tokio::test]
async fn a_column_says_what_is_wrong_with_it() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("Doing").await;
    project.told().await;
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("  ")),
        ("name", json!("x".repeat(256))),
        ("name", json!(null)),
        ("name", json!(1)),
        ("wip_limit", json!(0)),
        ("wip_limit", json!(-1)),
        ("wip_limit", json!(1.5)),
        ("wip_limit", json!(9_007_199_254_740_993_i64)),
        ("wip_limit", json!("3")),
        ("kind", json!("started")),
        ("kind", json!(null)),
        ("position", json!("a")),
        ("id", json!(nobody())),
        ("version", json!(1)),
        ("project_id", json!(nobody())),
    ] {
        let body = json!({field: value});
        let pointer = format!("/{field}");
        alice.patch(&path(&project, &column, "")).json(body.clone()).await.invalid(&pointer);
        let mut create = json!({"name": "New"});
        create[field] = body[field].clone();
        if field == "kind" && create[field].is_null() {
            continue;
        }
        alice.post(&project.at("/columns")).json(create).await.invalid(&pointer);
    }
    alice.post(&project.at("/columns")).json(json!({"name": "New", "after": "x"})).await.invalid("/after");
    project.told_nothing().await;
}

#[tokio::test]
async fn a_column_with_tasks_is_not_deleted_by_accident() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let other = project.column("Later").await;
    project.task(&other, "Was here").await;
    let one = project.task(&column, "One").await;
    let two = project.task(&column, "Two").await;
    project.told().await;
    alice.delete(&path(&project, &column, "")).await.problem(409, "column_not_empty");
    project.told_nothing().await;

    let target = format!("?move_to={}", other.id());
    alice.delete(&path(&project, &column, &target)).await.no_content();
    let event = project.told_only("column.deleted").await;
    assert_eq!(event["removed"]["columns"], json!([column.id()]));
    let mut moved = each(&event["changes"].list("tasks"), "id");
    moved.sort();
    let mut both = [one.id(), two.id()];
    both.sort();
    assert_eq!(moved, both);
    assert_eq!(project.titles(&other).await, ["Was here", "One", "Two"]);
}

#[tokio::test]
async fn a_column_is_deleted_with_what_was_archived_in_it() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let other = project.column("Later").await;
    let task = project.task(&column, "Archived").await;
    alice.put(&project.task_at(&task, "/archive")).await.ok();
    project.told().await;
    alice.delete(&path(&project, &column, "")).await.no_content();
    project.told_only("column.deleted").await;
    // An archived task is never lost with its column: it went elsewhere, or was told to be removed.
    let board = project.board().await;
    for task in board.list("tasks") {
        assert_ne!(task["column_id"], column["id"], "a task in no column");
    }
    assert_eq!(each(&board.list("columns"), "id"), [other.id()]);
}

#[tokio::test]
async fn tasks_move_only_into_a_column_that_takes_them() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let narrow = project.column_with(json!({"name": "Narrow", "wip_limit": 1})).await;
    project.task(&column, "One").await;
    project.task(&column, "Two").await;
    let foreign = bob.project().await.column("Elsewhere").await;
    project.told().await;
    let delete = |target: &str| alice.delete(&path(&project, &column, &format!("?move_to={target}")));
    delete(&narrow.id()).await.problem(409, "wip_limit");
    for target in [column.id(), nobody(), foreign.id(), "x".into()] {
        let answer = delete(&target).await;
        assert!([404, 422].contains(&answer.status), "{target}: {}", answer.text);
    }
    project.told_nothing().await;
}

#[tokio::test]
async fn a_limit_counts_the_tasks_that_are_not_archived() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let start = project.column("To do").await;
    let doing = project.column_with(json!({"name": "Doing", "wip_limit": 1})).await;
    let first = project.task(&doing, "First").await;
    let second = project.task(&start, "Second").await;
    project.told().await;

    let create = json!({"title": "Third", "column_id": doing.id()});
    alice.post(&project.at("/tasks")).json(create).await.problem(409, "wip_limit");
    let into = json!({"column_id": doing.id(), "after": null});
    let position = project.task_at(&second, "/position");
    alice.put(&position).json(into.clone()).await.problem(409, "wip_limit");
    project.told_nothing().await;

    // Moving within the column is not one more.
    let within = json!({"column_id": doing.id(), "before": null});
    alice.put(&project.task_at(&first, "/position")).json(within).await.ok();
    alice.put(&project.task_at(&first, "/archive")).await.ok();
    alice.put(&position).json(into).await.ok();
    project.told().await;
    alice.delete(&project.task_at(&first, "/archive")).await.problem(409, "wip_limit");
    project.told_nothing().await;
}

#[tokio::test]
async fn a_limit_below_what_is_there_only_stops_what_comes() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("Doing").await;
    let task = project.task(&column, "One").await;
    project.task(&column, "Two").await;
    alice.patch(&path(&project, &column, "")).json(json!({"wip_limit": 1})).await.ok();
    let rename = json!({"title": "Still editable"});
    alice.patch(&project.task_at(&task, "")).json(rename).await.ok();
    let create = json!({"title": "Three", "column_id": column.id()});
    alice.post(&project.at("/tasks")).json(create).await.problem(409, "wip_limit");
}

#[tokio::test]
async fn a_column_of_another_project_is_not_found() {
    let (_, alice, bob, _) = app().await;
    let (mine, theirs) = (alice.project().await, bob.project().await);
    let column = theirs.column("Theirs").await;
    let body = json!({"name": "Mine now"});
    let foreign = alice.patch(&path(&mine, &column, "")).json(body.clone()).await.not_found();
    let random = mine.at(&format!("/columns/{}", nobody()));
    assert_eq!(alice.patch(&random).json(body).await.not_found(), foreign);
    alice.delete(&path(&mine, &column, "")).await.not_found();
    let body = json!({"after": null});
    alice.put(&path(&mine, &column, "/position")).json(body).await.not_found();
    let body = json!({"name": "Mine", "after": column.id()});
    // As if it were gone.
    alice.post(&mine.at("/columns")).json(body).await.created();
    assert_eq!(names(&mine).await.last().unwrap(), "Mine");
    theirs.told_only("column.created").await;
}

#[tokio::test]
async fn a_project_has_a_hundred_columns_at_most() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let quick = alice.unchecked();
    for n in 0..100 {
        let body = json!({"name": format!("Column {n}")});
        quick.post(&project.at("/columns")).json(body).await.created();
    }
    let answer = quick.post(&project.at("/columns")).json(json!({"name": "Too many"})).await;
    assert!([409, 422].contains(&answer.status), "{}", answer.text);
    project.settle().await;
    assert_eq!(project.board().await.list("columns").len(), 100);
}
