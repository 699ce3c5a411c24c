//! Earlier moments of a project: the board as it was, what differs between two moments, and where the past begins.

use std::time::Duration;

use boardcast::{
    base::{clock::Timestamp, ids::ProjectId},
    log::{digest, history},
    model::boards::HELD,
};
use serde_json::{Value, json};

use crate::{
    retention::meanwhile,
    support::{App, Fields, Project, each, own_app},
};

/// The board at a moment, without what says that it is a past one.
pub async fn board_at(project: &Project, moment: &str) -> Value {
    let mut board = project.by.get(&project.at(&format!("/board?at={moment}"))).await.ok();
    assert_eq!(board.as_object_mut().unwrap().shift_remove("past"), Some(json!(true)));
    board
}

/// Checks some earlier moments of a project against the boards that were seen then.
pub async fn check_past(project: &Project, boards: &[Value]) {
    for seen in boards {
        let past = board_at(project, &seen.int("seq").to_string()).await;
        for (field, value) in seen.as_object().unwrap() {
            assert_eq!(&past[field], value, "{field} at {}", seen["seq"]);
        }
    }
}

/// Digests the whole log, as the server does by itself in time. Answers how many checkpoints there are.
async fn digest(app: &mut App, project: &Project) -> i64 {
    let id = ProjectId(project.id.parse().unwrap());
    let mut checkpoints = 0;
    meanwhile(app, async |app| {
        while digest::step(&app.db, id, HELD).await.unwrap() {}
        let count = app.db.query("select count(*) from checkpoints where project_id = $1").bind(id);
        checkpoints = count.one::<(i64,)>().await.unwrap().0;
    })
    .await;
    checkpoints
}

#[tokio::test]
async fn the_board_at_an_event_is_what_it_was_with_and_without_checkpoints() {
    let (mut app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let (one, two) = (project.task(&column, "One").await, project.task(&column, "Two").await);
    let label = project.label("bug").await;
    project.checklist_item(&one, "First").await;
    project.dependency(&two, &one, 2).await;
    let mut boards = vec![project.board().await];
    for n in 0..40 {
        // Texts that are no longer than they may be, and that no compression makes small.
        let text: String = (0..1_500).map(|_| nobody_knows()).collect();
        let patch = json!({"title": format!("One, {n}"), "description": text, "label_ids": [label.id()]});
        alice.patch(&project.task_at(&one, "")).json(patch).await.ok();
        boards.push(project.board().await);
    }
    alice.put(&project.task_at(&two, "/archive")).await.ok();
    boards.push(project.board().await);
    alice.delete(&project.at(&format!("/labels/{}", label.id()))).await.no_content();
    alice.delete(&project.task_at(&one, "")).await.no_content();
    boards.push(project.board().await);
    check_past(&project, &boards).await;

    let checkpoints = digest(&mut app, &project).await;
    assert!(checkpoints >= 1, "{checkpoints}");
    let project = project.on(&app);
    check_past(&project, &boards).await;
    // The same cursor as then: a stream or a page goes on from there.
    let cursor = board_at(&project, &boards[5].int("seq").to_string()).await.str("cursor");
    let path = project.at(&format!("/events?cursor={cursor}&limit=1"));
    let next = project.by.get(&path).header("Accept", "application/json").await.ok();
    assert_eq!(next["items"][0]["seq"], boards[5].int("seq") + 1);
}

#[tokio::test]
async fn lists_of_the_past_have_the_order_of_those_of_today() {
    let (_, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let days = [Some("2027-03-01"), None, Some("2027-01-01"), None];
    for (n, due_on) in days.iter().enumerate() {
        let body = json!({"name": format!("Milestone {n}"), "due_on": due_on});
        alice.post(&project.at("/milestones")).json(body).await.created();
    }
    for name in ["b", "B", "a", "ä", "10", "9"] {
        project.label(name).await;
    }
    for name in ["To do", "Doing"] {
        project.column(name).await;
    }
    let now = project.board().await;
    let dates: Vec<_> = now.list("milestones").iter().map(|one| one["due_on"].clone()).collect();
    assert_eq!(dates, [json!(null), json!(null), json!("2027-01-01"), json!("2027-03-01")]);
    check_past(&project, &[now]).await;
}

fn nobody_knows() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

#[tokio::test]
async fn an_instant_means_the_last_event_until_then() {
    let (_, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let mut boards = vec![];
    for name in ["To do", "Doing", "Done"] {
        project.column(name).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        boards.push((Timestamp::now(), project.board().await));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for (at, seen) in boards {
        let past = board_at(&project, &at.to_string()).await;
        assert_eq!((&past["seq"], &past["columns"]), (&seen["seq"], &seen["columns"]), "{at}");
    }
    let future = board_at(&project, "2100-01-01T00:00:00Z").await;
    assert_eq!(future["seq"], project.seq().await);
}

#[tokio::test]
async fn a_moment_that_is_none_is_refused() {
    let (_, alice, bob, charlie) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let head = project.seq().await;
    for at in
        ["", "yesterday", "-1", "0", "1.5", &(head + 1).to_string(), "2001-01-01T00:00:00Z", "99999999999999999999"]
    {
        let refused = bob.get(&project.at(&format!("/board?at={at}"))).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/at", "{at}: {refused}");
    }
    for path in ["/changes?from=x", "/changes?from=-1", &format!("/changes?from=1&to={}", head + 1)] {
        bob.get(&project.at(path)).await.problem(422, "invalid");
    }
    for path in ["/board?at=1", "/changes?from=1", "/activity"] {
        charlie.get(&project.at(path)).await.not_found();
        bob.get(&project.at(path)).await.ok();
    }
    // What one may not see now one may not see as it was.
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    for path in ["/board?at=1", "/changes?from=1", "/activity"] {
        bob.get(&project.at(path)).await.not_found();
    }
}

#[tokio::test]
async fn two_moments_are_compared_by_object() {
    let (_, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let (one, two) = (project.task(&column, "One").await, project.task(&column, "Two").await);
    let from = project.seq().await;
    for title in ["Uno", "Eins", "Un"] {
        alice.patch(&project.task_at(&one, "")).json(json!({"title": title})).await.ok();
    }
    // Back to what it was: no difference but its version.
    for title in ["Dos", "Two"] {
        alice.patch(&project.task_at(&two, "")).json(json!({"title": title})).await.ok();
    }
    let label = project.label("bug").await;
    let to = project.seq().await;
    alice.delete(&project.at(&format!("/labels/{}", label.id()))).await.no_content();
    alice.delete(&project.task_at(&one, "")).await.no_content();

    let compare = async |path: &str| alice.get(&project.at(path)).await.ok();
    let found = compare(&format!("/changes?from={from}&to={to}")).await;
    assert_eq!((found.int("from"), found.int("to")), (from, to));
    let items = found.list("items");
    assert_eq!(each(&items, "kind"), ["tasks", "labels"]);
    assert_eq!(items[0]["fields"], json!([{"name": "title", "from": "One", "to": "Un"}]));
    assert_eq!((&items[0]["id"], &items[0]["change"]), (&one["id"], &json!("changed")));
    assert_eq!((&items[1]["id"], &items[1]["change"]), (&label["id"], &json!("created")));

    // To the present, and backwards.
    let found = compare(&format!("/changes?from={from}")).await;
    assert_eq!(found.int("to"), project.seq().await);
    let items = found.list("items");
    assert_eq!((items.len(), &items[0]["change"], &items[0]["id"]), (1, &json!("removed"), &one["id"]));
    let back = compare(&format!("/changes?from={to}&to={from}")).await.list("items");
    assert_eq!(each(&back, "change"), ["changed", "removed"]);
    assert_eq!(compare(&format!("/changes?from={to}&to={to}")).await["items"], json!([]));
}

#[tokio::test]
async fn the_past_of_a_trimmed_log_begins_where_it_was_trimmed() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "One").await;
    let mut boards = vec![];
    for n in 0..30 {
        alice.patch(&project.task_at(&task, "")).json(json!({"title": format!("Title {n}")})).await.ok();
        boards.push(project.board().await);
    }
    let head = project.seq().await;
    meanwhile(&mut app, async |app| {
        let later = Timestamp::now().plus(Duration::from_hours(24));
        while history::trim(&app.db, HELD, 10, later).await.unwrap() > 0 {}
    })
    .await;
    let (alice, project) = (alice.on(&app), project.on(&app));
    boards.retain(|board| board.int("seq") >= head - 10);
    assert_eq!(boards.len(), 11);
    check_past(&project, &boards).await;
    let refused = alice.get(&project.at(&format!("/board?at={}", head - 11))).await.problem(410, "trimmed");
    assert_eq!(refused.int("oldest"), head - 9);
    // What is left of the log is all of the activity.
    let page = alice.get(&project.at("/activity?limit=200")).await.ok();
    assert_eq!((page.list("items").len(), &page["next_cursor"]), (10, &Value::Null));
}
