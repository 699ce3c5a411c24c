//! A card and its column never say two things: columns of kind `done` hold completed tasks, and completing moves a task there.

use serde_json::{Value, json};

use crate::support::{Fields, Project, User, app};

struct Board {
    alice: User,
    project: Project,
    backlog: Value,
    doing: Value,
    done: Value,
}

impl Board {
    async fn new() -> Self {
        let (_, alice, ..) = app().await;
        let project = alice.project().await;
        let backlog = project.column_with(json!({"name": "Backlog", "kind": "backlog"})).await;
        let doing = project.column("Doing").await;
        let done = project.column_with(json!({"name": "Done", "kind": "done"})).await;
        project.column_with(json!({"name": "Shipped", "kind": "done"})).await;
        project.told().await;
        Self { alice, project, backlog, doing, done }
    }

    async fn task(&self, column: &Value, title: &str) -> Value {
        let task = self.project.task(column, title).await;
        self.project.told().await;
        task
    }

    async fn move_to(&self, task: &Value, column: &Value) -> Value {
        let body = json!({"column_id": column.id(), "after": null});
        self.alice.put(&self.project.task_at(task, "/position")).json(body).await.ok()
    }

    async fn complete(&self, task: &Value) -> Value {
        self.alice.put(&self.project.task_at(task, "/completion")).await.ok()
    }

    async fn reopen(&self, task: &Value) -> Value {
        self.alice.delete(&self.project.task_at(task, "/completion")).await.ok()
    }

    /// The fields of the only task in the only event since the last look.
    async fn told(&self, kind: &str) -> Value {
        let event = self.project.told_only(kind).await;
        let tasks = event["changes"]["tasks"].as_array().unwrap();
        assert_eq!(tasks.len(), 1, "{event}");
        tasks[0].clone()
    }
}

fn stands(task: &Value, column: &Value, completed: bool) {
    assert_eq!(task["column_id"], column["id"], "{task}");
    assert_eq!(!task["completed_at"].is_null(), completed, "{task}");
}

#[tokio::test]
async fn a_done_column_completes_and_leaving_it_reopens() {
    let board = Board::new().await;
    let task = board.task(&board.doing, "Dig").await;
    let moved = board.move_to(&task, &board.done).await;
    stands(&moved, &board.done, true);
    let told = board.told("task.moved").await;
    assert_eq!((&told["column_id"], &told["completed_at"]), (&board.done["id"], &moved["completed_at"]));
    // From one to another it keeps the time at which it was completed.
    let shipped = board.project.board().await.list("columns").pop().unwrap();
    let again = board.move_to(&task, &shipped).await;
    assert_eq!(again["completed_at"], moved["completed_at"]);
    board.project.told().await;
    stands(&board.move_to(&task, &board.backlog).await, &board.backlog, false);
    assert_eq!(board.told("task.moved").await["completed_at"], json!(null));
    stands(&board.project.task(&board.done, "Sown").await, &board.done, true);
    board.project.settle().await;
}

#[tokio::test]
async fn completing_moves_to_the_first_done_column_and_reopening_back_out() {
    let board = Board::new().await;
    board.task(&board.done, "Before").await;
    let task = board.task(&board.backlog, "Dig").await;
    stands(&board.complete(&task).await, &board.done, true);
    board.told("task.completed").await;
    assert_eq!(board.project.titles(&board.done).await, ["Dig", "Before"]);
    let at = board.complete(&task).await["completed_at"].clone();
    board.project.told_nothing().await;
    let reopened = board.reopen(&task).await;
    stands(&reopened, &board.doing, false);
    assert_eq!(board.told("task.reopened").await["column_id"], board.doing["id"]);
    assert!(!at.is_null());
    board.project.settle().await;
}

#[tokio::test]
async fn completing_stays_in_place_where_the_project_wants_that() {
    let board = Board::new().await;
    let (alice, project) = (&board.alice, &board.project);
    assert_eq!(project.board().await["project"]["move_completed"], true);
    alice.patch(&project.at("")).json(json!({"move_completed": null})).await.invalid("/move_completed");
    alice.patch(&project.at("")).json(json!({"move_completed": "no"})).await.invalid("/move_completed");
    let changed = alice.patch(&project.at("")).json(json!({"move_completed": false})).await.ok();
    assert_eq!(changed["move_completed"], false);
    let event = project.told_only("project.changed").await;
    assert_eq!(event["changes"]["project"][0]["move_completed"], false);
    let task = board.task(&board.backlog, "Dig").await;
    stands(&board.complete(&task).await, &board.backlog, true);
    board.project.told().await;
    // Elsewhere a completed task stays so.
    stands(&board.move_to(&task, &board.doing).await, &board.doing, true);
    stands(&board.reopen(&task).await, &board.doing, false);
    stands(&board.move_to(&task, &board.done).await, &board.done, true);
    project.settle().await;
}

#[tokio::test]
async fn a_column_that_becomes_done_completes_its_tasks() {
    let board = Board::new().await;
    let (alice, project) = (&board.alice, &board.project);
    let first = board.task(&board.doing, "Dig").await;
    let second = board.task(&board.doing, "Sow").await;
    let archived = board.task(&board.doing, "Old").await;
    alice.put(&project.task_at(&archived, "/archive")).await.ok();
    project.told().await;
    alice.patch(&project.at(&format!("/columns/{}", board.doing.id()))).json(json!({"kind": "done"})).await.ok();
    let event = project.told_only("column.changed").await;
    let told = event["changes"]["tasks"].as_array().unwrap();
    assert_eq!(told.len(), 2, "{event}");
    for task in [&first, &second] {
        assert!(!alice.get(&project.task_at(task, "")).await.ok()["completed_at"].is_null());
    }
    assert!(alice.get(&project.task_at(&archived, "")).await.ok()["completed_at"].is_null());
    let back = alice.delete(&project.task_at(&archived, "/archive")).await.ok();
    stands(&back, &board.doing, true);
    project.settle().await;
}

#[tokio::test]
async fn tasks_of_a_deleted_column_say_what_their_new_one_says() {
    let board = Board::new().await;
    let (alice, project) = (&board.alice, &board.project);
    let task = board.task(&board.doing, "Dig").await;
    let delete =
        |from: &Value, to: &Value| alice.delete(&project.at(&format!("/columns/{}?move_to={}", from.id(), to.id())));
    delete(&board.doing, &board.done).await.no_content();
    stands(&alice.get(&project.task_at(&task, "")).await.ok(), &board.done, true);
    delete(&board.done, &board.backlog).await.no_content();
    stands(&alice.get(&project.task_at(&task, "")).await.ok(), &board.backlog, false);
    project.settle().await;
}

#[tokio::test]
async fn a_full_done_column_refuses_what_is_completed() {
    let board = Board::new().await;
    let (alice, project) = (&board.alice, &board.project);
    alice.patch(&project.at(&format!("/columns/{}", board.done.id()))).json(json!({"wip_limit": 1})).await.ok();
    board.task(&board.done, "One").await;
    let task = board.task(&board.doing, "Two").await;
    alice.put(&project.task_at(&task, "/completion")).await.problem(409, "wip_limit");
    project.told_nothing().await;
    stands(&alice.get(&project.task_at(&task, "")).await.ok(), &board.doing, false);
}

#[tokio::test]
async fn where_all_columns_are_done_a_task_is_reopened_where_it_stands() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let done = project.column_with(json!({"name": "Done", "kind": "done"})).await;
    let task = project.task(&done, "Dig").await;
    let reopened = alice.delete(&project.task_at(&task, "/completion")).await.ok();
    stands(&reopened, &done, false);
    project.settle().await;
}

/// A drop between two neighbours, of which others have meanwhile taken one away, or both.
#[tokio::test]
async fn a_task_goes_to_the_nearest_place_that_is_left() {
    let board = Board::new().await;
    let (alice, project) = (&board.alice, &board.project);
    let mut tasks = Vec::new();
    for title in ["A", "B", "C", "D"] {
        tasks.push(board.task(&board.doing, title).await);
    }
    let dropped = board.task(&board.backlog, "X").await;
    let put = |body: Value| alice.put(&project.task_at(&dropped, "/position")).json(body);
    let column = board.doing.id();
    let between =
        |after: &Value, before: &Value| json!({"column_id": column, "after": after["id"], "before": before["id"]});
    // Both are there, and something has come in between: below the upper one.
    let answer = put(between(&tasks[0], &tasks[2])).await.ok();
    assert_eq!(project.titles(&board.doing).await, ["A", "X", "B", "C", "D"]);
    assert_eq!(project.find("tasks", &dropped.id()).await.unwrap()["position"], answer["position"]);
    // The upper one is gone: above the lower one.
    board.move_to(&tasks[1], &board.backlog).await;
    put(between(&tasks[1], &tasks[2])).await.ok();
    assert_eq!(project.titles(&board.doing).await, ["A", "X", "C", "D"]);
    put(between(&tasks[1], &tasks[3])).await.ok();
    assert_eq!(project.titles(&board.doing).await, ["A", "C", "X", "D"]);
    // Both are gone: at the end.
    alice.delete(&project.task_at(&tasks[2], "")).await.no_content();
    put(between(&tasks[1], &tasks[2])).await.ok();
    assert_eq!(project.titles(&board.doing).await, ["A", "D", "X"]);
    put(json!({"column_id": column, "after": tasks[1].id()})).await.ok();
    put(json!({"column_id": column})).await.ok();
    assert_eq!(project.titles(&board.doing).await, ["A", "D", "X"]);
    put(json!({"column_id": column, "after": null, "before": tasks[3].id()})).await.ok();
    assert_eq!(project.titles(&board.doing).await, ["X", "A", "D"]);
    // A new one likewise.
    project.task_with(&board.doing, json!({"title": "Y", "after": tasks[1].id(), "before": tasks[3].id()})).await;
    project.task_with(&board.doing, json!({"title": "Z", "after": tasks[2].id()})).await;
    assert_eq!(project.titles(&board.doing).await, ["X", "A", "Y", "D", "Z"]);
    put(json!({"column_id": column, "after": dropped.id()})).await.invalid("/after");
    put(json!({"column_id": column, "after": null, "before": "x"})).await.invalid("/before");
    project.settle().await;
}

#[tokio::test]
async fn columns_and_checklist_items_go_to_the_nearest_place_too() {
    let board = Board::new().await;
    let (alice, project) = (&board.alice, &board.project);
    let at = |column: &Value, rest: &str| project.at(&format!("/columns/{}{rest}", column.id()));
    let names = async || {
        let mut columns = project.board().await.list("columns");
        columns.sort_by_key(|column| column.str("position"));
        columns.iter().map(|column| column.str("name")).collect::<Vec<_>>()
    };
    let shipped = project.board().await.list("columns").pop().unwrap();
    alice.delete(&at(&board.doing, "")).await.no_content();
    let body = json!({"after": board.doing.id(), "before": board.done.id()});
    alice.put(&at(&shipped, "/position")).json(body).await.ok();
    assert_eq!(names().await, ["Backlog", "Shipped", "Done"]);
    alice.put(&at(&shipped, "/position")).json(json!({"after": board.doing.id()})).await.ok();
    assert_eq!(names().await, ["Backlog", "Done", "Shipped"]);
    alice.put(&at(&shipped, "/position")).json(json!({})).await.invalid("/after");

    let task = board.task(&board.backlog, "Dig").await;
    let mut items = Vec::new();
    for text in ["A", "B", "C"] {
        items.push(project.checklist_item(&task, text).await);
    }
    let at = |item: &Value, rest: &str| project.task_at(&task, &format!("/checklist/{}{rest}", item.id()));
    alice.delete(&at(&items[0], "")).await.no_content();
    let body = json!({"after": items[0].id(), "before": items[1].id()});
    alice.put(&at(&items[2], "/position")).json(body).await.ok();
    let mut left = project.board().await.list("checklist_items");
    left.sort_by_key(|item| item.str("position"));
    assert_eq!(left.iter().map(|item| item.str("text")).collect::<Vec<_>>(), ["C", "B"]);
    project.settle().await;
}
