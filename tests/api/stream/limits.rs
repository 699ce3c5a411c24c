//! How many streams there may be, and a reader that does not read.

use super::*;

#[tokio::test]
async fn a_client_that_does_not_read_delays_no_other() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let Auth::Token(secret) = &alice.auth else { unreachable!() };
    let mut stream = alice.stream(&project.at("/events")).await;
    let hello = stream.hello().await;
    let from = hello["projects"][&project.id].int("head");
    let address = app.url.trim_start_matches("http://").to_owned();
    let head = format!(
        "GET /api/v1{}?cursor={} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {secret}\r\n\r\n",
        project.at("/events"),
        cursor_of(&hello, &project.id),
    );
    let mut stuck = Vec::new();
    for _ in 0..20 {
        let mut socket = TcpStream::connect(&address).await.unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        stuck.push(socket);
    }
    let column = project.column("Long texts").await;
    stream.change().await;
    // More than the kernel takes for any socket.
    let long = "x".repeat(60_000);
    for n in 0..60 {
        let body = json!({"title": format!("{n}"), "description": long, "column_id": column.id()});
        alice.unchecked().post(&project.at("/tasks")).json(body).await.created();
        stream.change().await;
    }
    assert_eq!(stream.numbers(&project.id), (from + 1..=from + 61).collect::<Vec<_>>());

    // A stuck client that reads again finds everything in order, or an end after which it resumes by its cursor.
    let mut socket = stuck.pop().unwrap();
    let mut text = Vec::new();
    let mut part = vec![0; 1 << 16];
    soon("what the stuck client missed", async {
        loop {
            let read = socket.read(&mut part).await.unwrap();
            text.extend_from_slice(&part[..read]);
            let last = format!(".{}.", from + 61);
            if read == 0 || String::from_utf8_lossy(&text).contains(&last) {
                return;
            }
        }
    })
    .await;
    let text = String::from_utf8_lossy(&text);
    let numbers: Vec<i64> = text
        .lines()
        .filter_map(|line| line.strip_prefix("id: "))
        .map(|id| id.split('.').nth(1).unwrap().parse().unwrap())
        .collect();
    assert_eq!(numbers, (from + 1..).take(numbers.len()).collect::<Vec<_>>());
    project.settle().await;
}

#[tokio::test]
async fn streams_are_capped_without_an_error() {
    let (app, alice, ..) = own_app(&[("BOARDCAST_LIMITS", "on")]).await;
    drop(app);
    let session = alice.by_cookie().await;
    let streams = open(&session, 10).await;
    is_sent_away(&session).await;
    drop(streams);
    finds_a_place(&session).await;
}

/// A status that is not 200 would close an `EventSource` for good.
async fn is_sent_away(user: &User) {
    let mut stream = user.stream("/events").await;
    assert_eq!(stream.event("bye").await["reason"], "busy");
    assert_eq!(stream.seen.len(), 1, "{:?}", stream.seen);
    assert!(stream.retry.is_some_and(|retry| (5_000..=30_000).contains(&retry)), "{:?}", stream.retry);
    stream.end().await;
}

async fn finds_a_place(user: &User) {
    crate::support::until("a free place", || async {
        let mut stream = user.stream("/events").await;
        let frame = stream.frame("anything", |_| true).await;
        (frame.event == "hello").then_some(())
    })
    .await;
}

async fn open(user: &User, count: usize) -> Vec<Stream> {
    let mut streams = Vec::with_capacity(count);
    for _ in 0..count {
        let mut stream = user.stream("/events").await;
        stream.hello().await;
        streams.push(stream);
    }
    streams
}

#[tokio::test]
async fn streams_of_one_user_are_capped_over_all_sessions_and_tokens() {
    let (_, alice, bob, _) = own_app(&[("BOARDCAST_LIMITS", "on")]).await;
    let session = alice.by_cookie().await;
    let mut streams = vec![];
    for _ in 0..3 {
        streams.push(open(&session.by_token(json!({})).await, 10).await);
    }
    is_sent_away(&session).await;
    // Another user's limit is not touched.
    bob.stream("/events").await.hello().await;
    streams.pop();
    finds_a_place(&session).await;
}

#[tokio::test]
async fn streams_leave_a_tenth_of_the_connections_to_other_requests() {
    let (_, alice, bob, charlie) = own_app(&[("BOARDCAST_LIMITS", "on"), ("BOARDCAST_CONNECTIONS", "40")]).await;
    let session = alice.by_cookie().await;
    let mut streams = vec![];
    for (user, count) in [(&alice, 10), (&bob, 10), (&charlie, 10), (&session, 6)] {
        streams.push(open(user, count).await);
    }
    // Six streams are within the session's own limit.
    is_sent_away(&session).await;
    session.get("/session").await.ok();
    streams.pop();
    finds_a_place(&session).await;
}
