//! Dates, dependencies, milestones, and what follows when a date moves.

use std::future::IntoFuture;

use serde_json::{Value, json};

use crate::support::{Fields, Project, User, app, each, nobody, with_id};

async fn dated(project: &Project, column: &Value, title: &str, start: &str, due: &str) -> Value {
    let body = json!({"title": title, "start_on": start, "due_on": due});
    project.task_with(column, body).await
}

async fn schedule(user: &User, project: &Project, task: &Value, body: Value) -> Value {
    user.put(&project.task_at(task, "/schedule")).json(body).await.ok()
}

async fn dates(project: &Project, task: &Value) -> (Value, Value) {
    let task = project.find("tasks", &task.id()).await.unwrap();
    (task["start_on"].clone(), task["due_on"].clone())
}

/// Three tasks in a row, each starting the day after the one before it is due.
async fn chain(alice: &User) -> (Project, Vec<Value>) {
    let project = alice.project().await;
    let column = project.column("Plan").await;
    let tasks = vec![
        dated(&project, &column, "First", "2026-06-01", "2026-06-03").await,
        dated(&project, &column, "Second", "2026-06-04", "2026-06-05").await,
        dated(&project, &column, "Third", "2026-06-10", "2026-06-12").await,
    ];
    project.dependency(&tasks[1], &tasks[0], 0).await;
    project.dependency(&tasks[2], &tasks[1], 0).await;
    project.told().await;
    (project, tasks)
}

#[tokio::test]
async fn keep_moves_one_task_alone() {
    let (_, alice, ..) = app().await;
    let (project, tasks) = chain(&alice).await;
    let body = json!({"start_on": "2026-06-02", "due_on": "2026-06-08", "dependents": "keep"});
    let answer = schedule(&alice, &project, &tasks[0], body).await;
    assert_eq!(each(&answer.list("tasks"), "id"), [tasks[0].id()]);
    let event = project.told_only("timeline.shifted").await;
    assert_eq!(event["seq"], answer["seq"]);
    assert_eq!(event["changes"].list("tasks").len(), 1);
    assert_eq!(dates(&project, &tasks[1]).await, (json!("2026-06-04"), json!("2026-06-05")));
}

#[tokio::test]
async fn push_moves_dependents_only_as_far_as_they_must() {
    let (_, alice, ..) = app().await;
    let (project, tasks) = chain(&alice).await;
    // The second no longer fits and goes on; the third has days to spare.
    let body = json!({"due_on": "2026-06-05", "dependents": "push"});
    let answer = schedule(&alice, &project, &tasks[0], body).await;
    let changed = answer.list("tasks");
    assert_eq!(changed.len(), 2, "{changed:?}");
    let second = with_id(&changed, &tasks[1].id());
    assert_eq!((second.str("start_on"), second.str("due_on")), ("2026-06-06".into(), "2026-06-07".into()));
    let event = project.told_only("timeline.shifted").await;
    assert_eq!(event["changes"].list("tasks").len(), 2, "one event for the whole plan");
    assert_eq!(dates(&project, &tasks[2]).await.0, "2026-06-10");

    // Now the third has none left.
    let body = json!({"due_on": "2026-06-09", "dependents": "push"});
    schedule(&alice, &project, &tasks[0], body).await;
    assert_eq!(dates(&project, &tasks[1]).await, (json!("2026-06-10"), json!("2026-06-11")));
    assert_eq!(dates(&project, &tasks[2]).await, (json!("2026-06-12"), json!("2026-06-14")));
}

#[tokio::test]
async fn shift_moves_dependents_by_the_same_days() {
    let (_, alice, ..) = app().await;
    let (project, tasks) = chain(&alice).await;
    let body = json!({"start_on": "2026-06-03", "due_on": "2026-06-05", "dependents": "shift"});
    let answer = schedule(&alice, &project, &tasks[0], body).await;
    assert_eq!(answer.list("tasks").len(), 3);
    assert_eq!(dates(&project, &tasks[1]).await, (json!("2026-06-06"), json!("2026-06-07")));
    assert_eq!(dates(&project, &tasks[2]).await, (json!("2026-06-12"), json!("2026-06-14")));
    project.told_only("timeline.shifted").await;
    // Backwards too.
    let body = json!({"start_on": "2026-06-01", "due_on": "2026-06-03", "dependents": "shift"});
    schedule(&alice, &project, &tasks[0], body).await;
    assert_eq!(dates(&project, &tasks[2]).await, (json!("2026-06-10"), json!("2026-06-12")));
}

#[tokio::test]
async fn nothing_is_moved_out_of_the_calendar() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let first = dated(&project, &column, "First", "2999-12-01", "2999-12-05").await;
    let last = dated(&project, &column, "Last", "2999-12-20", "2999-12-28").await;
    project.dependency(&last, &first, 0).await;
    project.told().await;
    for (due, dependents) in [("2999-12-10", "shift"), ("2999-12-30", "push")] {
        let body = json!({"due_on": due, "dependents": dependents});
        let path = project.task_at(&first, "/schedule");
        alice.put(&path).json(body).await.invalid("/dependents");
        project.told_nothing().await;
    }
    for (due, dependents, moved) in [("2999-12-08", "shift", "2999-12-31"), ("2999-12-19", "push", "2999-12-31")] {
        schedule(&alice, &project, &first, json!({"due_on": due, "dependents": dependents})).await;
        assert_eq!(dates(&project, &last).await.1, moved, "{dependents}");
    }
}

/// What follows a task is read before the project is locked; whatever is wrong is found behind the lock all the same.
#[tokio::test]
async fn a_push_is_refused_and_retried_like_any_other_change() {
    let (_, alice, ..) = app().await;
    let (project, tasks) = chain(&alice).await;
    let put = |body: Value| alice.put(&project.task_at(&tasks[0], "/schedule")).json(body);
    let beyond = json!({"due_on": "2999-12-31", "dependents": "push"});
    put(beyond.clone()).await.invalid("/dependents");
    let stale = tasks[0].int("version");
    schedule(&alice, &project, &tasks[0], json!({"due_on": "2026-06-02", "dependents": "keep"})).await;
    assert_eq!(put(beyond).if_match(stale).await.status, 412);
    let body = json!({"due_on": "2026-06-05", "dependents": "push"});
    let done = put(body.clone()).key("push").await.ok();
    alice.delete(&project.task_at(&tasks[0], "")).await.no_content();
    assert_eq!(put(body.clone()).key("push").await.ok(), done);
    put(body.clone()).await.not_found();
    project.told().await;
    alice.put(&project.at("/archive")).await.ok();
    put(body).await.problem(409, "project_archived");
    project.settle().await;
}

#[tokio::test]
async fn a_lag_is_kept_between_two_tasks() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("Plan").await;
    let first = dated(&project, &column, "First", "2026-06-01", "2026-06-03").await;
    let second = dated(&project, &column, "Second", "2026-06-06", "2026-06-07").await;
    project.dependency(&second, &first, 2).await;
    project.told().await;
    let body = json!({"due_on": "2026-06-04", "dependents": "push"});
    schedule(&alice, &project, &first, body).await;
    assert_eq!(dates(&project, &second).await, (json!("2026-06-07"), json!("2026-06-08")));
}

#[tokio::test]
async fn a_date_is_cleared_with_null_and_kept_when_absent() {
    let (_, alice, ..) = app().await;
    let (project, tasks) = chain(&alice).await;
    schedule(&alice, &project, &tasks[0], json!({"start_on": null, "dependents": "keep"})).await;
    assert_eq!(dates(&project, &tasks[0]).await, (json!(null), json!("2026-06-03")));
    schedule(&alice, &project, &tasks[0], json!({"due_on": null, "dependents": "push"})).await;
    assert_eq!(dates(&project, &tasks[0]).await, (json!(null), json!(null)));
    project.told().await;
    let answer = schedule(&alice, &project, &tasks[0], json!({"dependents": "keep"})).await;
    assert_eq!(answer["tasks"], json!([]));
    project.told_nothing().await;
}

#[tokio::test]
async fn a_schedule_says_what_is_wrong_with_it() {
    let (_, alice, ..) = app().await;
    let (project, tasks) = chain(&alice).await;
    let put = |body: Value| alice.put(&project.task_at(&tasks[0], "/schedule")).json(body);
    put(json!({"start_on": "2026-06-30", "dependents": "keep"})).await.invalid("/due_on");
    put(json!({"start_on": "2026-02-30", "dependents": "keep"})).await.invalid("/start_on");
    put(json!({"due_on": "0000-01-00", "dependents": "keep"})).await.invalid("/due_on");
    put(json!({"due_on": "2026-06-30"})).await.invalid("/dependents");
    put(json!({"due_on": "2026-06-30", "dependents": "drag"})).await.invalid("/dependents");
    put(json!({"due_on": "2026-06-30", "dependents": "keep", "title": "x"})).await.invalid("/title");
    project.told_nothing().await;
}

#[tokio::test]
async fn a_dependency_is_made_changed_and_removed() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("Plan").await;
    let first = project.task(&column, "First").await;
    let second = project.task(&column, "Second").await;
    project.told().await;
    let path = project.task_at(&second, &format!("/dependencies/{}", first.id()));
    // The body may be left out.
    let made = alice.put(&path).await.ok();
    assert_eq!(made["task_id"], second["id"]);
    assert_eq!(made["depends_on_id"], first["id"]);
    assert_eq!(made["lag_days"], 0);
    let event = project.told_only("dependency.created").await;
    assert_eq!(event["changes"]["dependencies"], json!([made]));
    let later = alice.put(&path).json(json!({"lag_days": -3})).await.ok();
    assert_eq!(later["id"], made["id"]);
    project.told_only("dependency.changed").await;
    alice.put(&path).json(json!({"lag_days": -3})).await.ok();
    project.told_nothing().await;
    alice.delete(&path).await.no_content();
    project.told_only("dependency.deleted").await;
    alice.delete(&path).await.not_found();
}

#[tokio::test]
async fn nothing_depends_on_itself_however_long_the_way() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("Plan").await;
    let mut tasks = Vec::new();
    for n in 0..5 {
        tasks.push(project.task(&column, &format!("{n}")).await);
    }
    for pair in tasks.windows(2) {
        project.dependency(&pair[1], &pair[0], 0).await;
    }
    project.told().await;
    let put = |task: usize, other: usize| {
        alice.put(&project.task_at(&tasks[task], &format!("/dependencies/{}", tasks[other].id())))
    };
    put(0, 4).await.problem(409, "dependency_cycle");
    put(0, 1).await.problem(409, "dependency_cycle");
    let own = put(0, 0).await;
    assert!([409, 422].contains(&own.status), "{}", own.text);
    project.told_nothing().await;
    put(4, 0).await.ok();
}

#[tokio::test]
async fn two_dependencies_made_at_once_close_no_circle() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("Plan").await;
    for _ in 0..5 {
        let a = project.task(&column, "A").await;
        let b = project.task(&column, "B").await;
        let quick = alice.unchecked();
        let (one, other) = tokio::join!(
            quick.put(&project.task_at(&a, &format!("/dependencies/{}", b.id()))).into_future(),
            quick.put(&project.task_at(&b, &format!("/dependencies/{}", a.id()))).into_future(),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        project.settle().await;
    }
}

#[tokio::test]
async fn a_dependency_stays_within_its_project() {
    let (_, alice, bob, _) = app().await;
    let (mine, theirs) = (alice.project().await, bob.project().await);
    let task = mine.task(&mine.column("Mine").await, "Mine").await;
    let foreign = theirs.task(&theirs.column("Theirs").await, "Theirs").await;
    mine.told().await;
    let put = |id: &str| alice.put(&mine.task_at(&task, &format!("/dependencies/{id}")));
    let refused = put(&foreign.id()).await.not_found();
    assert_eq!(put(&nobody()).await.not_found(), refused);
    mine.told_nothing().await;
}

#[tokio::test]
async fn a_lag_has_its_limits() {
    let (_, alice, ..) = app().await;
    let (project, tasks) = chain(&alice).await;
    let path = project.task_at(&tasks[2], &format!("/dependencies/{}", tasks[0].id()));
    for lag in [json!(366), json!(-366), json!(1.5), json!("1"), json!(9_007_199_254_740_993_i64)] {
        alice.put(&path).json(json!({"lag_days": lag})).await.invalid("/lag_days");
    }
    project.told_nothing().await;
    for lag in [365, -365] {
        alice.put(&path).json(json!({"lag_days": lag})).await.ok();
    }
}

#[tokio::test]
async fn a_milestone_is_made_reached_and_deleted() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("Plan").await;
    let milestone = project.milestone("Beta").await;
    assert_eq!(milestone["due_on"], json!(null));
    assert_eq!(milestone["completed_at"], json!(null));
    project.task_with(&column, json!({"milestone_id": milestone.id()})).await;
    project.told().await;
    let path = project.at(&format!("/milestones/{}", milestone.id()));
    let change = |body: Value| alice.patch(&path).json(body);
    assert_eq!(change(json!({"due_on": "2026-12-24"})).await.ok()["due_on"], "2026-12-24");
    project.told_only("milestone.changed").await;
    assert!(change(json!({"completed": true})).await.ok()["completed_at"].is_string());
    project.told_only("milestone.changed").await;
    change(json!({"completed": true})).await.ok();
    project.told_nothing().await;
    assert_eq!(change(json!({"completed": false})).await.ok()["completed_at"], json!(null));
    project.told().await;
    change(json!({"name": ""})).await.invalid("/name");
    change(json!({"due_on": "2026-13-01"})).await.invalid("/due_on");
    change(json!({"completed_at": "2026-01-01T00:00:00.000Z"})).await.invalid("/completed_at");
    project.told_nothing().await;

    alice.delete(&path).await.no_content();
    let event = project.told_only("milestone.deleted").await;
    assert_eq!(event["changes"]["tasks"][0]["milestone_id"], json!(null));
    assert_eq!(event["removed"]["milestones"], json!([milestone.id()]));
    change(json!({"name": "Late"})).await.not_found();
}

#[tokio::test]
async fn the_timeline_shows_what_has_a_date_and_the_longest_way() {
    let (_, alice, ..) = app().await;
    let (project, tasks) = chain(&alice).await;
    let column = project.column("Other").await;
    project.task(&column, "No date").await;
    let short = dated(&project, &column, "Short", "2026-06-01", "2026-06-01").await;
    project.dependency(&tasks[2], &short, 0).await;
    let timeline = alice.get(&project.at("/timeline")).await.ok();
    let ids = each(&timeline.list("tasks"), "id");
    assert_eq!(ids.len(), 4, "{ids:?}");
    assert_eq!(timeline.list("dependencies").len(), 3);
    assert_eq!(timeline["seq"], project.seq().await);
    let path = timeline.list("critical_path");
    let last = path.last().unwrap();
    assert_eq!(last, &tasks[2]["id"], "{path:?}");
    // From the 2nd to the 9th of June it could wait.
    let slack = &timeline["slack"];
    assert_eq!(slack[short.id()], 8, "{slack}");
    assert_eq!(slack[tasks[2].id()], 0, "{slack}");
}

#[tokio::test]
async fn slack_below_zero_shows_a_plan_that_cannot_be_kept() {
    let (_, alice, ..) = app().await;
    let (project, tasks) = chain(&alice).await;
    // Two days for the second after the 9th, and the third begins on the 10th.
    let body = json!({"due_on": "2026-06-09", "dependents": "keep"});
    schedule(&alice, &project, &tasks[0], body).await;
    let slack = alice.get(&project.at("/timeline")).await.ok()["slack"].clone();
    assert_eq!(slack[tasks[0].id()], -2, "{slack}");
}
