//! Reading one's writes: a read waits until the server sees an event.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::support::{Fields, app, soon};

#[tokio::test]
async fn a_read_waits_for_the_event_that_it_names() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let seq = project.seq().await;
    for path in ["", "/board", "/tasks", "/events", "/members", "/activity", "/tasks?limit=2"] {
        let mark = if path.contains('?') { '&' } else { '?' };
        alice.get(&project.at(&format!("{path}{mark}min_seq={seq}"))).await.ok();
    }
    let next = alice.get(&project.at(&format!("/board?min_seq={}", seq + 1)));
    let waiting = tokio::spawn(async move { next.await });
    // Whether it waits already or comes later, it tells of the task.
    let task = project.task(&column, "One").await;
    let board = soon("the board", waiting).await.unwrap().ok();
    assert_eq!((board["tasks"][0].id(), board.int("seq")), (task.id(), seq + 1));
}

#[tokio::test]
async fn a_read_does_not_wait_for_ever() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let seq = project.seq().await;
    let began = Instant::now();
    let refused = alice.get(&project.at(&format!("/board?min_seq={}", seq + 1))).await;
    assert!((Duration::from_secs(2)..Duration::from_secs(10)).contains(&began.elapsed()), "{:?}", began.elapsed());
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.problem(409, "behind").int("head"), seq);
    // Others learn nothing, and wait for nothing.
    let began = Instant::now();
    bob.get(&project.at(&format!("/board?min_seq={}", seq + 1))).await.not_found();
    for wrong in ["-1", "x", "9007199254740992", ""] {
        alice.get(&project.at(&format!("/board?min_seq={wrong}"))).await.invalid("/min_seq");
    }
    alice.get(&project.at("/board?min_seq=1&min_seq=2")).await.invalid("/min_seq");
    alice.get(&format!("/projects?min_seq={seq}")).await.invalid("/min_seq");
    let change = alice.post(&project.at(&format!("/columns?min_seq={seq}"))).json(json!({"name": "No"}));
    change.await.invalid("/min_seq");
    // A stream goes on from its cursor.
    let mut stream = alice.stream(&project.at(&format!("/events?min_seq={}", seq + 1))).await;
    stream.hello().await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}
