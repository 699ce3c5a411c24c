//! Tasks that go to the archive by themselves when nobody touches them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::{App, Fields, Project, User, archive_at, each, own_app, until};

struct Fixture {
    app: App,
    project: Project,
    bob: User,
    column: Value,
    tasks: Vec<Value>,
}

/// Two tasks in a column whose tasks are put away after 14 quiet days, on a server that looks every few moments.
async fn fixture() -> Fixture {
    let (app, alice, bob, _) = own_app(&[("BOARDCAST_TEST_SWEEP_EVERY", "2")]).await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column_with(json!({"name": "Done", "archive_after_days": 14})).await;
    let other = project.column("To do").await;
    let mut tasks = vec![];
    for title in ["One", "Two"] {
        tasks.push(project.task(&column, title).await);
    }
    project.task(&other, "Elsewhere").await;
    project.told().await;
    Fixture { app, project, bob, column, tasks }
}

fn in_days(days: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap() + days * 24 * 3_600_000
}

impl Fixture {
    async fn quiet(&self) -> Vec<Value> {
        self.bob.get(&self.project.at("/quiet-tasks")).await.ok().list("items")
    }
}

#[tokio::test]
async fn what_nobody_touches_goes_to_the_archive_by_a_rule() {
    let fixture = fixture().await;
    let Fixture { project, tasks, column, .. } = &fixture;
    // With fewer days than a week all of them are a notice, so that it is told at once.
    let at = project.at(&format!("/columns/{}", column.id()));
    project.by.patch(&at).json(json!({"archive_after_days": 3})).await.ok();
    project.told().await;
    let quiet = until("a notice", || async {
        let quiet = fixture.quiet().await;
        (quiet.len() == 2).then_some(quiet)
    })
    .await;
    let mut ids = each(tasks, "id");
    ids.sort();
    assert_eq!(each(&quiet, "task_id"), ids);
    project.told_nothing().await;

    // One is touched: its days begin anew.
    archive_at(&fixture.app, &tasks[0].id(), in_days(1)).await;
    let before = fixture.quiet().await;
    project.comment(&tasks[0], "Still needed").await;
    project.told().await;
    until("the days to begin anew", || async {
        let quiet = fixture.quiet().await;
        let of =
            |list: &[Value]| list.iter().find(|one| one["task_id"] == tasks[0].id()).map(|one| one.str("archives_at"));
        (of(&quiet) > of(&before)).then_some(())
    })
    .await;

    // The other one goes, by nobody, and the event says by which rule.
    archive_at(&fixture.app, &tasks[1].id(), in_days(-1)).await;
    let event = until("the archive", || async { project.told().await.pop() }).await;
    assert_eq!((&event["type"], &event["actor"]), (&json!("task.archived"), &json!(null)));
    assert_eq!(event["cause"], "rule:archive_after_days");
    assert_eq!(event["removed"]["tasks"], json!([tasks[1].id()]));
    assert_eq!(each(&fixture.quiet().await, "task_id"), [tasks[0].id()]);
    assert_eq!(each(&project.board().await.list("tasks"), "title"), ["One", "Elsewhere"]);
    // It can be taken back, and is not put away again at once.
    project.by.delete(&project.task_at(&tasks[1], "/archive")).await.ok();
    project.told().await;
    until("the days to begin anew", || async { (fixture.quiet().await.len() == 2).then_some(()) }).await;
    project.told_nothing().await;
    // Without the rule nothing goes.
    project.by.patch(&at).json(json!({"archive_after_days": null})).await.ok();
    assert!(fixture.quiet().await.is_empty());
    project.settle().await;
}

#[tokio::test]
async fn a_rule_takes_so_many_days() {
    let fixture = fixture().await;
    let Fixture { project, column, .. } = &fixture;
    let at = project.at(&format!("/columns/{}", column.id()));
    for days in [json!(0), json!(366), json!("7"), json!(1.5)] {
        project.by.patch(&at).json(json!({"archive_after_days": days})).await.invalid("/archive_after_days");
    }
    assert!(fixture.quiet().await.is_empty(), "a week before, and not earlier");
    project.told_nothing().await;
}
