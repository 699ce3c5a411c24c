//! The same change of many tasks at once: one event, and all of them or none.

use serde_json::{Value, json};

use crate::support::{Fields, Project, User, app, each, nobody, with_id};

struct Fixture {
    project: Project,
    bob: User,
    todo: Value,
    doing: Value,
    done: Value,
    tasks: Vec<Value>,
}

/// Three tasks of Alice's in the first of three columns, in a project where Bob is an editor.
async fn fixture() -> Fixture {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let todo = project.column("To do").await;
    let doing = project.column("Doing").await;
    let done = project.column_with(json!({"name": "Done", "kind": "done"})).await;
    let mut tasks = vec![];
    for title in ["One", "Two", "Three"] {
        tasks.push(project.task(&todo, title).await);
    }
    project.told().await;
    Fixture { project, bob, todo, doing, done, tasks }
}

impl Fixture {
    fn body(&self, mut body: Value) -> Value {
        body["task_ids"] = json!(each(&self.tasks, "id"));
        body
    }

    async fn bulk(&self, body: Value) -> Vec<Value> {
        self.project.by.post(&self.project.at("/tasks/bulk")).json(self.body(body)).await.ok().list("items")
    }

    async fn refused(&self, body: Value, status: u16, code: &str) -> Value {
        let answer = self.project.by.post(&self.project.at("/tasks/bulk")).json(self.body(body)).await;
        let problem = answer.problem(status, code);
        self.project.told_nothing().await;
        problem
    }
}

#[tokio::test]
async fn many_tasks_change_in_one_event() {
    let fixture = fixture().await;
    let Fixture { project, bob, .. } = &fixture;
    let (bug, old) = (project.label("bug").await, project.label("old").await);
    let milestone = project.milestone("Beta").await;
    for task in &fixture.tasks {
        project.by.put(&project.task_at(task, &format!("/labels/{}", old.id()))).await.ok();
    }
    project.told().await;
    let patch = json!({
        "priority": "high", "milestone_id": milestone.id(), "start_on": "2026-03-02", "due_on": "2026-03-06", "estimate": 2.5,
    });
    let body = json!({
        "patch": patch, "add_label_ids": [bug.id()], "remove_label_ids": [old.id()], "add_assignee_ids": [bob.id],
    });
    let items = fixture.bulk(body).await;
    assert_eq!(each(&items, "id"), each(&fixture.tasks, "id"));
    let event = project.told_only("task.changed").await;
    let told = event["changes"].list("tasks");
    assert_eq!(told.len(), 3);
    for item in &items {
        assert_eq!(item["version"], event["seq"]);
        let told = with_id(&told, &item.id());
        for field in ["priority", "milestone_id", "start_on", "due_on", "estimate", "label_ids", "assignee_ids"] {
            assert_eq!(told[field], item[field], "{field}");
        }
        assert_eq!((&item["label_ids"], &item["assignee_ids"]), (&json!([bug.id()]), &json!([bob.id])));
        assert_eq!((&item["priority"], &item["due_on"]), (&json!("high"), &json!("2026-03-06")));
        assert_eq!(&project.find("tasks", &item.id()).await.unwrap(), item);
    }
    // The same once more changes nothing.
    fixture.bulk(json!({"patch": patch, "add_label_ids": [bug.id()]})).await;
    project.told_nothing().await;
    // Null takes away.
    fixture.bulk(json!({"patch": {"milestone_id": null, "due_on": null}})).await;
    project.told_only("task.changed").await;
    assert_eq!(project.find("tasks", &fixture.tasks[0].id()).await.unwrap()["due_on"], json!(null));
    project.settle().await;
}

#[tokio::test]
async fn who_is_assigned_to_many_tasks_is_told_of_each() {
    let fixture = fixture().await;
    let Fixture { project, bob, .. } = &fixture;
    let before = bob.get("/me/notifications").await.ok();
    fixture.bulk(json!({"add_assignee_ids": [bob.id, project.by.id]})).await;
    project.told_only("task.assigned").await;
    let after = bob.get("/me/notifications").await.ok();
    let count = |list: &Value| list["unread_count"].as_i64().unwrap();
    assert_eq!(count(&after), count(&before) + 3);
    let news = after.list("items");
    let numbers: Vec<i64> = news.iter().map(|one| one["number"].as_i64().unwrap()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] == pair[1] + 1), "{numbers:?}");
    let mut told: Vec<String> = news[..3].iter().map(|one| one["task"]["id"].as_str().unwrap().to_owned()).collect();
    let mut tasks = each(&fixture.tasks, "id");
    told.sort();
    tasks.sort();
    assert_eq!(told, tasks);
    // Who does it is told nothing of it.
    fixture.bulk(json!({"remove_assignee_ids": [bob.id]})).await;
    project.told_only("task.unassigned").await;
    assert_eq!(count(&bob.get("/me/notifications").await.ok()), count(&after));
}

#[tokio::test]
async fn many_tasks_move_in_the_order_in_which_they_are_named() {
    let mut fixture = fixture().await;
    let Fixture { doing, done, .. } = &fixture;
    let (doing, done) = (doing.clone(), done.clone());
    let there = fixture.project.task(&doing, "There").await;
    fixture.project.told().await;
    fixture.tasks.reverse();
    fixture.tasks.insert(1, there);
    fixture.bulk(json!({"column_id": doing.id()})).await;
    let event = fixture.project.told_only("task.moved").await;
    assert_eq!(event["changes"].list("tasks").len(), 3, "what is there stays where it is");
    assert_eq!(fixture.project.titles(&doing).await, ["There", "Three", "Two", "One"]);
    // A column of kind `done` completes, and leaving it reopens.
    for item in fixture.bulk(json!({"column_id": done.id()})).await {
        assert!(item["completed_at"].is_string());
    }
    for item in fixture.bulk(json!({"column_id": doing.id()})).await {
        assert_eq!(item["completed_at"], json!(null));
    }
    fixture.project.settle().await;
}

#[tokio::test]
async fn many_tasks_are_completed_and_reopened() {
    let fixture = fixture().await;
    let Fixture { project, todo, doing, done, tasks, .. } = &fixture;
    let first = project.task(done, "First").await;
    project.by.put(&project.task_at(&tasks[1], "/completion")).await.ok();
    let at = project.find("tasks", &tasks[1].id()).await.unwrap()["completed_at"].clone();
    project.told().await;
    let items = fixture.bulk(json!({"complete": true})).await;
    let event = project.told_only("task.completed").await;
    assert_eq!(event["changes"].list("tasks").len(), 2, "one was completed before");
    assert!(items.iter().all(|item| item["completed_at"].is_string()));
    assert_eq!(items[1]["completed_at"], at);
    // As with the single verb: to the first column of kind `done`, at its top.
    assert_eq!(project.titles(done).await, ["One", "Three", "Two", "First"]);
    fixture.bulk(json!({"complete": false})).await;
    project.told_only("task.reopened").await;
    assert_eq!(project.titles(doing).await, ["One", "Two", "Three"]);
    assert_eq!(project.titles(done).await, ["First"]);
    assert!(project.titles(todo).await.is_empty() && first["completed_at"].is_string());
    project.settle().await;
}

#[tokio::test]
async fn many_tasks_go_to_the_archive_and_come_back_with_what_hangs_on_them() {
    let fixture = fixture().await;
    let Fixture { project, todo, tasks, .. } = &fixture;
    let outside = project.task(todo, "Outside").await;
    let within = project.dependency(&tasks[1], &tasks[0], 1).await;
    let across = project.dependency(&outside, &tasks[2], 0).await;
    let item = project.checklist_item(&tasks[0], "Step").await;
    let before = project.board().await;
    project.told().await;
    fixture.bulk(json!({"archive": true})).await;
    let event = project.told_only("task.archived").await;
    let removed = |kind: &str| {
        let mut ids: Vec<String> = event["removed"].list(kind).iter().map(|id| id.as_str().unwrap().into()).collect();
        ids.sort();
        ids
    };
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!(removed("tasks"), sorted(each(tasks, "id")));
    assert_eq!(removed("dependencies"), sorted(vec![within.id(), across.id()]));
    assert_eq!(removed("checklist_items"), [item.id()]);
    assert_eq!(each(&project.board().await.list("tasks"), "id"), [outside.id()]);
    fixture.refused(json!({"patch": {"priority": "low"}}), 409, "tasks_blocked").await;
    fixture.bulk(json!({"archive": false, "patch": {"priority": "low"}})).await;
    let event = project.told_only("task.unarchived").await;
    assert_eq!(event["changes"].list("dependencies").len(), 2);
    assert_eq!(event["changes"]["checklist_items"][0]["version"], event["seq"]);
    assert_eq!(event["changes"].list("tasks").len(), 3);
    let after = project.board().await;
    assert_eq!(each(&after.list("tasks"), "id"), each(&before.list("tasks"), "id"));
    project.settle().await;
}

#[tokio::test]
async fn many_tasks_are_deleted_with_what_hangs_on_them() {
    let fixture = fixture().await;
    let Fixture { project, tasks, .. } = &fixture;
    project.dependency(&tasks[1], &tasks[0], 1).await;
    project.checklist_item(&tasks[0], "Step").await;
    project.by.put(&project.task_at(&tasks[2], "/archive")).await.ok();
    project.told().await;
    assert!(fixture.bulk(json!({"delete": true})).await.is_empty());
    let event = project.told_only("task.deleted").await;
    assert_eq!(event["removed"].list("tasks").len(), 3);
    assert_eq!(event["removed"].list("dependencies").len(), 1);
    for task in tasks {
        project.by.get(&project.task_at(task, "")).await.problem(404, "not_found");
    }
    // The count of open tasks follows.
    let projects = project.by.get("/projects").await.ok().list("items");
    assert_eq!(with_id(&projects, &project.id)["task_count"], 0);
    project.settle().await;
}

#[tokio::test]
async fn a_date_that_passes_the_other_one_takes_it_along() {
    let fixture = fixture().await;
    let Fixture { project, tasks, .. } = &fixture;
    let dates = |task: &Value| (task["start_on"].clone(), task["due_on"].clone());
    let set = |task: &Value, start: &str, due: Value| {
        let patch = json!({"start_on": start, "due_on": due});
        project.by.patch(&project.task_at(task, "")).json(patch)
    };
    set(&tasks[0], "2026-05-01", json!("2026-05-08")).await.ok();
    set(&tasks[1], "2026-03-02", json!("2026-05-04")).await.ok();
    set(&tasks[2], "2026-05-01", json!(null)).await.ok();
    project.told().await;
    let items = fixture.bulk(json!({"patch": {"due_on": "2026-04-10", "keep_length": true}})).await;
    let expected = [("2026-04-03", "2026-04-10"), ("2026-03-02", "2026-04-10"), ("2026-04-10", "2026-04-10")];
    assert_eq!(items.iter().map(dates).collect::<Vec<_>>(), expected.map(|(start, due)| (json!(start), json!(due))));
    project.told_only("task.changed").await;
    let items = fixture.bulk(json!({"patch": {"start_on": "2026-04-12", "keep_length": true}})).await;
    assert_eq!(each(&items, "due_on"), ["2026-04-19", "2026-05-21", "2026-04-12"]);
    project.told().await;
    // Two dates say all, and what would leave the calendar stays.
    let both = json!({"patch": {"start_on": "2026-04-12", "due_on": "2026-04-11", "keep_length": true}});
    fixture.refused(both, 409, "tasks_blocked").await;
    set(&tasks[0], "1900-01-10", json!("1900-01-30")).await.ok();
    project.told().await;
    let early = json!({"patch": {"due_on": "1900-01-02", "keep_length": true}});
    let problem = fixture.refused(early, 409, "tasks_blocked").await;
    assert_eq!(each(&problem.list("blocked"), "task_id"), [tasks[0].id(), tasks[1].id()]);
    project.settle().await;
}

#[tokio::test]
async fn what_stands_in_the_way_is_listed_and_nothing_changes() {
    let fixture = fixture().await;
    let Fixture { project, bob, todo, tasks, .. } = &fixture;
    // Dates.
    project.by.patch(&project.task_at(&tasks[1], "")).json(json!({"start_on": "2026-05-01"})).await.ok();
    project.told().await;
    let problem = fixture.refused(json!({"patch": {"due_on": "2026-04-01"}}), 409, "tasks_blocked").await;
    assert_eq!(problem["blocked"].as_array().unwrap().len(), 1);
    assert_eq!(problem["blocked"][0]["task_id"], tasks[1].id());
    assert_eq!(problem["blocked"][0]["number"], tasks[1]["number"]);
    assert_eq!(problem["blocked"][0]["code"], "invalid");
    assert_eq!(project.find("tasks", &tasks[0].id()).await.unwrap()["due_on"], json!(null));
    // Archived ones.
    project.by.put(&project.task_at(&tasks[0], "/archive")).await.ok();
    project.told().await;
    let problem = fixture.refused(json!({"column_id": todo.id()}), 409, "tasks_blocked").await;
    assert_eq!(problem["blocked"][0]["code"], "task_archived");
    project.by.delete(&project.task_at(&tasks[0], "/archive")).await.ok();
    project.told().await;
    // Tasks of others, for an editor.
    let own = project.seen_by(bob).task(todo, "Bob's").await;
    project.told().await;
    for body in [json!({"archive": true}), json!({"delete": true})] {
        let mut ids = each(tasks, "id");
        ids.push(own.id());
        let mut body = body;
        body["task_ids"] = json!(ids);
        let problem = bob.post(&project.at("/tasks/bulk")).json(body).await.problem(409, "tasks_blocked");
        let blocked = problem["blocked"].as_array().unwrap();
        assert_eq!(blocked.len(), 3);
        assert!(blocked.iter().all(|one| one["code"] == "forbidden"));
        project.told_nothing().await;
    }
    let body = json!({"task_ids": [own.id()], "delete": true});
    bob.post(&project.at("/tasks/bulk")).json(body).await.ok();
    project.told_only("task.deleted").await;
    // Tasks of another project do not exist here.
    let (_, alice, ..) = app().await;
    let foreign = alice.project().await;
    let column = foreign.column("To do").await;
    let foreign = foreign.task(&column, "Foreign").await;
    for id in [foreign.id(), nobody()] {
        let body = json!({"task_ids": [tasks[0].id(), id], "patch": {"priority": "low"}});
        let answer = project.by.post(&project.at("/tasks/bulk")).json(body).await;
        let problem = answer.problem(409, "tasks_blocked");
        assert_eq!(
            problem["blocked"],
            json!([{
                "task_id": id, "number": null, "code": "not_found", "detail": "there is no such task",
            }])
        );
    }
    project.told_nothing().await;
    project.settle().await;
}

#[tokio::test]
async fn a_column_that_is_full_takes_all_or_none() {
    let fixture = fixture().await;
    let narrow = fixture.project.column_with(json!({"name": "Narrow", "wip_limit": 2})).await;
    fixture.project.told().await;
    fixture.refused(json!({"column_id": narrow.id()}), 409, "wip_limit").await;
    assert!(fixture.project.titles(&narrow).await.is_empty());
}

#[tokio::test]
async fn a_bulk_change_says_what_is_wrong_with_it() {
    let fixture = fixture().await;
    let Fixture { project, tasks, .. } = &fixture;
    let (foreign, own) = (nobody(), tasks[0].id());
    for (body, pointer) in [
        (json!({}), ""),
        (json!({"delete": false}), ""),
        (json!({"delete": true, "archive": true}), "/delete"),
        (json!({"complete": true, "column_id": fixture.doing.id()}), "/complete"),
        (json!({"column_id": foreign}), "/column_id"),
        (json!({"add_label_ids": [foreign]}), "/add_label_ids"),
        (json!({"add_assignee_ids": [foreign]}), "/add_assignee_ids"),
        (json!({"patch": {"milestone_id": foreign}}), "/patch/milestone_id"),
        (json!({"patch": {"estimate": -1}}), "/patch/estimate"),
    ] {
        let problem = fixture.refused(body.clone(), 422, "invalid").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    let many: Vec<String> = (0..501).map(|_| nobody()).collect();
    for ids in [json!([]), json!(many)] {
        let body = json!({"task_ids": ids, "archive": true});
        let answer = project.by.post(&project.at("/tasks/bulk")).json(body).await;
        assert_eq!(answer.problem(422, "invalid")["errors"][0]["pointer"], "/task_ids");
    }
    for body in [json!({"patch": {"title": "All the same"}, "task_ids": [own]}), json!({"task_ids": "all"})] {
        project.by.post(&project.at("/tasks/bulk")).json(body).await.problem(422, "invalid");
    }
    project.told_nothing().await;
    // A task that is named twice is one task.
    let body = json!({"task_ids": [own, own], "patch": {"estimate": 7}});
    assert_eq!(project.by.post(&project.at("/tasks/bulk")).json(body).await.ok().list("items").len(), 1);
    assert_eq!(project.told_only("task.changed").await["changes"].list("tasks").len(), 1);
}

#[tokio::test]
async fn bulk_changes_at_once_converge() {
    let fixture = fixture().await;
    let Fixture { project, bob, todo, doing, tasks, .. } = &fixture;
    let at = project.at("/tasks/bulk");
    let ids = each(tasks, "id");
    let calls = (0..10).map(|index| {
        let (by, column) = if index % 2 == 0 { (&project.by, todo) } else { (bob, doing) };
        let body = json!({"task_ids": ids, "column_id": column.id(), "patch": {"estimate": index}});
        let at = &at;
        async move { by.post(at).json(body).await.ok() }
    });
    futures_util::future::join_all(calls).await;
    let board = project.board().await;
    let tasks = board.list("tasks");
    assert!(tasks.iter().all(|task| task["estimate"] == tasks[0]["estimate"]), "all or none: {tasks:?}");
    assert!(tasks.iter().all(|task| task["column_id"] == tasks[0]["column_id"]));
    project.settle_as(&[bob]).await;
}

#[tokio::test]
async fn tasks_go_to_an_end_of_a_column_together() {
    let fixture = fixture().await;
    let Fixture { project, todo, doing, tasks, .. } = &fixture;
    let bulk = async |tasks: &[&Value], rest: Value| {
        let mut body = rest;
        body["task_ids"] = tasks.iter().map(|task| task.id()).collect();
        body["column_id"] = json!(doing.id());
        project.by.post(&project.at("/tasks/bulk")).json(body).await.ok();
    };
    let there = project.task(doing, "There").await;
    bulk(&[&tasks[1]], json!({})).await;
    project.told().await;
    assert_eq!(project.titles(doing).await, ["There", "Two"]);

    // One of them is there already.
    bulk(&[&tasks[0], &tasks[1], &tasks[2]], json!({"place": "first"})).await;
    project.told_only("task.moved").await;
    assert_eq!(project.titles(doing).await, ["One", "Two", "Three", "There"]);
    // Without a place those that are there stay where they are.
    bulk(&[&tasks[0], &tasks[1], &tasks[2]], json!({})).await;
    project.told_nothing().await;
    bulk(&[&tasks[0], &there], json!({"place": "last"})).await;
    project.told_only("task.moved").await;
    assert_eq!(project.titles(doing).await, ["Two", "Three", "One", "There"]);

    // A full column takes no more, but its own may change places.
    project.by.patch(&project.at(&format!("/columns/{}", doing.id()))).json(json!({"wip_limit": 1})).await.ok();
    project.told().await;
    bulk(&[&tasks[0]], json!({"place": "first"})).await;
    project.told_only("task.moved").await;
    assert_eq!(project.titles(doing).await, ["One", "Two", "Three", "There"]);

    fixture.refused(json!({"complete": true, "place": "first"}), 422, "invalid").await;
    fixture.refused(json!({"column_id": todo.id(), "place": "middle"}), 422, "invalid").await;
}
