//! A copy of the data that goes on differently is another history, though its epoch and its numbers are the same: whoever
//! has read further than the copy reaches has to be told.

use std::time::Duration;

use boardcast::{base::clock::Timestamp, log, model::boards::HELD};
use serde_json::json;

use crate::{
    retention::meanwhile,
    support::{App, Fields, Project, User, own_app, replay::State},
};

/// Changes that no reader of another history has seen.
async fn columns(user: &User, project: &Project, prefix: &str, count: usize) {
    for n in 0..count {
        let body = json!({"name": format!("{prefix} {n}")});
        user.unchecked().post(&project.at("/columns")).json(body).await.created();
    }
}

async fn renamed(user: &User, project: &Project, count: usize) {
    let column = project.board().await.list("columns")[0].clone();
    let path = project.at(&format!("/columns/{}", column.id()));
    for n in 0..count {
        user.unchecked().patch(&path).json(json!({"name": format!("Renamed {n} {}", user.id)})).await.ok();
    }
}

/// A project of Alice's that was copied, and then went on by ten changes; and the server on the copy, where ten others
/// have been made.
struct Restored {
    alice: User,
    bob: User,
    project: Project,
    /// The event up to which both are the same.
    copied: i64,
    /// Where readers of the project's stream and of Alice's own were when the copy was made, and ten events later.
    early: Vec<(String, String)>,
    late: Vec<(String, String)>,
    /// What a reader has that has read everything.
    state: State,
    tag: String,
    /// Bob's stream, behind his last notification.
    notified: String,
    there: App,
}

async fn cursors(alice: &User, project: &Project, prefix: &str, count: usize) -> Vec<(String, String)> {
    let mut streams = vec![];
    for path in [project.at("/events"), "/events".to_owned()] {
        let mut stream = alice.stream(&path).await;
        stream.hello().await;
        streams.push((path, stream));
    }
    columns(alice, project, prefix, count).await;
    let mut cursors = vec![];
    for (path, mut stream) in streams {
        stream.changes(count).await;
        if path == "/events" {
            stream.event("checkpoint").await;
        }
        cursors.push((path, stream.cut()));
    }
    cursors
}

async fn assign(project: &Project, user: &User, count: usize) {
    let column = project.board().await.list("columns")[0].clone();
    for n in 0..count {
        let body =
            json!({"title": format!("For {} {n}", user.id), "column_id": column.id(), "assignee_ids": [user.id]});
        project.by.unchecked().post(&project.at("/tasks")).json(body).await.created();
    }
}

async fn restored() -> Restored {
    let (mut app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    columns(&alice, &project, "Before", 3).await;
    let early = cursors(&alice, &project, "Both", 2).await;
    let copied = project.seq().await;
    app.terminate().await;
    let copy = app.home().copy().await;
    app.restart();
    {
        let (alice, bob, project) = (alice.on(&app), bob.on(&app), project.on(&app));
        let mut stream = bob.stream("/events").await;
        stream.hello().await;
        assign(&project, &bob, 2).await;
        for _ in 0..2 {
            stream.event("notification").await;
        }
        stream.event("checkpoint").await;
        let notified = stream.cut();
        // Here the cursor is a good one.
        let hello = bob.stream_from("/events", &notified).await.hello().await;
        assert_eq!(hello["notifications"]["status"], "ok", "{hello}");
        let late = cursors(&alice, &project, "Here", 8).await;
        for (path, cursor) in &late {
            let hello = alice.stream_from(path, cursor).await.hello().await;
            assert_eq!(hello["projects"][&project.id]["status"], "ok", "{hello}");
        }
        let board = alice.get(&project.at("/board")).await;
        let tag = board.header("etag").to_owned();
        let state = State::of_snapshot(&board.ok());
        assert_eq!(state.seq, copied + 10);
        app.terminate().await;
        let there = App::of(&copy);
        let (alice, bob, project) = (alice.on(&there), bob.on(&there), project.on(&there));
        assign(&project, &bob, 2).await;
        columns(&alice, &project, "There", 8).await;
        assert_eq!(project.seq().await, copied + 10);
        Restored { alice, bob, project, copied, early, late, state, tag, notified, there }
    }
}

#[tokio::test]
async fn a_reader_of_another_history_is_told_to_begin_anew() {
    let Restored { alice, project, late, state, copied, there, .. } = restored().await;
    // As far as the reader has come, further, and much further.
    for more in [0, 2, 1_100] {
        renamed(&alice, &project, more).await;
        for (path, cursor) in &late {
            let mut stream = alice.stream_from(path, cursor).await;
            let hello = stream.hello().await;
            let standing = &hello["projects"][&project.id];
            assert_eq!((&standing["status"], &standing["reason"]), (&json!("reset"), &json!("epoch")), "{hello}");
            // The snapshot and what follows the head are the state again.
            let board = alice.get(&project.at("/board")).await.ok();
            assert_eq!(standing["head"], board["seq"]);
            assert!(board.str("cursor").ends_with(&standing.str("chain")), "{hello} {}", board["cursor"]);
            let mut now = State::of_snapshot(&board);
            assert_ne!(now.difference(&state), "");
            columns(&alice, &project, "Live", 1).await;
            now.apply(&stream.change().await);
            assert_eq!(now.difference(&State::of_snapshot(&project.board().await)), "");
        }
    }
    // A log that begins with what both have still verifies to its end.
    assert!(project.seq().await > copied + 1_000);
    project.settle().await;
    drop(there);
}

#[tokio::test]
async fn a_reader_that_had_no_more_than_the_copy_goes_on_in_it() {
    let Restored { alice, project, early, copied, .. } = restored().await;
    for (path, cursor) in &early {
        let mut stream = alice.stream_from(path, cursor).await;
        let hello = stream.hello().await;
        let standing = &hello["projects"][&project.id];
        assert_eq!((standing.int("from"), &standing["status"]), (copied, &json!("ok")), "{hello}");
        stream.changes(10).await;
        assert_eq!(stream.numbers(&project.id), (copied + 1..=copied + 10).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_tag_of_another_history_gets_the_snapshot() {
    let Restored { alice, project, tag, .. } = restored().await;
    let answer = alice.get(&project.at("/board")).header("If-None-Match", &tag).await;
    assert_ne!(answer.header("etag"), tag);
    let names = crate::support::each(&answer.ok().list("columns"), "name");
    assert!(names.contains(&"There 7".to_owned()) && !names.contains(&"Here 7".to_owned()), "{names:?}");
}

#[tokio::test]
async fn a_page_behind_a_cursor_of_another_history_is_refused() {
    let Restored { alice, project, early, late, copied, .. } = restored().await;
    let page = |query: String| alice.get(&project.at(&format!("/events?{query}"))).header("Accept", "application/json");
    let (early, late) = (&early[0].1, &late[0].1);
    page(format!("cursor={late}")).await.problem(410, "other_history");
    let items = page(format!("cursor={early}")).await.ok().list("items");
    assert_eq!((items.len(), items[0].int("seq")), (10, copied + 1));
    // A number says nothing of a history.
    assert_eq!(page(format!("after={}", copied + 8)).await.ok().list("items").len(), 2);
    // The copy before it has come so far.
    columns(&alice, &project, "More", 1).await;
    page(format!("cursor={late}")).await.problem(410, "other_history");
}

#[tokio::test]
async fn notifications_of_another_history_are_read_anew() {
    let Restored { bob, project, notified, .. } = restored().await;
    for more in [0, 1] {
        assign(&project, &bob, more).await;
        let mut stream = bob.stream_from("/events", &notified).await;
        let hello = stream.hello().await;
        let told = &hello["notifications"];
        assert_eq!((&told["status"], &told["from"]), (&json!("reset"), &told["head"]), "{hello}");
        assign(&project, &bob, 1).await;
        assert_eq!(stream.event("notification").await["number"], told.int("head") + 1);
    }
}

#[tokio::test]
async fn a_log_that_is_trimmed_to_its_end_is_gone_on_with() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let read = cursors(&alice, &project, "Read", 2).await;
    let tag = alice.get(&project.at("/board")).await.header("etag").to_owned();
    let last = project.events_after(project.seq().await - 1).await[0].clone();
    meanwhile(&mut app, async |app| {
        let later = Timestamp::now().plus(Duration::from_hours(24));
        while log::history::trim(&app.db, HELD, 0, later).await.unwrap() > 0 {}
    })
    .await;
    let (alice, project) = (alice.on(&app), project.on(&app));
    assert_eq!(alice.get(&project.at("/board")).header("If-None-Match", &tag).await.status, 304);
    let cursor = &read[0].1;
    let page = alice.get(&project.at(&format!("/events?cursor={cursor}"))).await.ok();
    assert_eq!((&page["items"], &page["cursor"]), (&json!([]), &json!(cursor)));
    columns(&alice, &project, "After", 2).await;
    for (path, cursor) in &read {
        let mut stream = alice.stream_from(path, cursor).await;
        let hello = stream.hello().await;
        assert_eq!(hello["projects"][&project.id]["status"], "ok", "{hello}");
        let next = stream.change().await;
        let chain = boardcast::base::chain::Chain::parse(&last.str("chain")).unwrap();
        assert_eq!(chain.verify(&next.to_string()).unwrap().to_string(), next.str("chain"));
    }
    let page = alice.get(&project.at(&format!("/events?cursor={cursor}"))).await.ok();
    assert_eq!(page.list("items").len(), 2);
}
