//! Server-Sent Events: hello, cursors, resuming, and what a client must never see.

mod access;
mod limits;
mod resume;

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Auth, Fields, Project, Stream, User, app, cursor_of, nobody, own_app, replay::State, soon};

async fn numbered(user: &User, project: &Project, count: usize) {
    for n in 0..count {
        let body = json!({"name": format!("Column {n}")});
        user.unchecked().post(&project.at("/columns")).json(body).await.created();
    }
}

#[tokio::test]
async fn a_stream_opens_with_retry_and_hello() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let board = project.board().await;
    let (seq, epoch, cursor) = (board.int("seq"), board.str("epoch"), board.str("cursor"));
    for path in [project.at("/events"), "/events".into()] {
        let mut stream = alice.stream(&path).await;
        let hello = stream.hello().await;
        assert!(stream.retry.is_some_and(|retry| retry > 0), "{path}");
        assert_eq!(hello["epoch"], epoch);
        assert!(hello.int("ping_ms") > 0);
        let status = &hello["projects"][&project.id];
        assert_eq!((status.int("from"), status.int("head"), &status["status"]), (seq, seq, &json!("ok")), "{path}");
        assert_eq!(cursor_of(&hello, &project.id), cursor, "{path}");
    }
}

#[tokio::test]
async fn every_stream_draws_its_own_time_to_retry() {
    let (_, alice, ..) = app().await;
    let mut times = std::collections::BTreeSet::new();
    for _ in 0..6 {
        let mut stream = alice.stream("/events").await;
        stream.hello().await;
        times.insert(stream.retry.unwrap());
    }
    assert!(times.len() > 1, "a deploy would be a stampede: {times:?}");
}

#[tokio::test]
async fn a_change_reaches_every_stream() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let mut streams = [
        alice.stream("/events").await,
        bob.stream("/events").await,
        alice.stream(&project.at("/events")).await,
        bob.stream(&project.at("/events")).await,
    ];
    for stream in &mut streams {
        stream.hello().await;
    }
    let column = project.column("Seen").await;
    for stream in &mut streams {
        let event = stream.event("column.created").await;
        assert_eq!(event["changes"]["columns"][0], column);
        assert_eq!(event["project"], project.id);
    }
}

#[tokio::test]
async fn an_event_on_a_projects_stream_carries_its_number_as_id() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let mut stream = alice.stream(&project.at("/events")).await;
    let epoch = stream.hello().await.str("epoch");
    project.column("One").await;
    let frame = stream.frame("a change", |frame| frame.event == "column.created").await;
    assert_eq!(frame.id, Some(format!("{epoch}.{}.{}", frame.data.int("seq"), frame.data.str("chain"))));
}

#[tokio::test]
async fn events_on_a_users_stream_carry_no_id_and_checkpoints_do() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    project.column("One").await;
    let change = stream.frame("a change", |frame| frame.event == "column.created").await;
    assert_eq!(change.id, None);
    let checkpoint = stream.frame("a checkpoint", |frame| frame.event == "checkpoint").await;
    assert_eq!(checkpoint.data, json!({}));
    let id = checkpoint.id.unwrap();
    assert!(!id.is_empty() && !id.contains(['\r', '\n']), "{id:?}");
}

#[tokio::test]
async fn a_checkpoint_follows_an_event_that_comes_after_a_quiet_time() {
    for inline_above in ["0", "64"] {
        let (_, alice, ..) = own_app(&[("BOARDCAST_TEST_INLINE_ABOVE", inline_above)]).await;
        let project = alice.project().await;
        let mut stream = alice.stream("/events").await;
        stream.event("checkpoint").await;
        tokio::time::sleep(Duration::from_millis(600)).await;
        // A checkpoint goes along with the first event; the second comes too soon for another.
        for name in ["After a while", "At once"] {
            project.column(name).await;
            stream.change().await;
        }
        let since = Instant::now();
        stream.event("checkpoint").await;
        // Not with the next ping.
        assert!(since.elapsed() < Duration::from_secs(5), "after {:?}", since.elapsed());
    }
}

#[tokio::test]
async fn a_stream_is_not_a_way_to_write() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    for path in ["/events".to_owned(), project.at("/events")] {
        let answer = alice.post(&path).json(json!({})).await;
        assert_eq!(answer.status, 405, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_quiet_stream_is_kept_awake() {
    let (_, alice, ..) = app().await;
    let mut stream = alice.stream("/events").await;
    let every = stream.hello().await.int("ping_ms");
    assert!((1_000..=60_000).contains(&every), "{every}");
    let wait = Duration::from_millis(u64::try_from(every).unwrap() * 13 / 10) + Duration::from_secs(2);
    let ping = tokio::time::timeout(wait, async {
        // The helper's own timeout is shorter than the pause between two pings.
        loop {
            if let Some(ping) = stream.next_named("ping").await {
                return ping;
            }
        }
    });
    let ping = ping.await.expect("a ping in time");
    assert!(crate::support::replay::is_instant(&ping.str("at")), "{ping}");
}
