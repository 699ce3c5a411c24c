//! Streams that go on where they were cut: cursors, resets, restarts.

use super::*;

#[tokio::test]
async fn a_client_that_resumes_gets_exactly_the_rest() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    for path in [project.at("/events"), "/events".to_owned()] {
        let mut stream = alice.stream(&path).await;
        let from = stream.hello().await["projects"][&project.id].int("head");
        numbered(&alice, &project, 3).await;
        stream.changes(3).await;
        if path == "/events" {
            stream.event("checkpoint").await;
        }
        let cursor = stream.cut();
        numbered(&alice, &project, 4).await;

        let mut stream = alice.stream_from(&path, &cursor).await;
        let status = stream.hello().await["projects"][&project.id].clone();
        let chain = project.events_after(from + 2).await[0].str("chain");
        assert_eq!(status, json!({"from": from + 3, "head": from + 7, "chain": chain, "status": "ok"}), "{path}");
        numbered(&alice, &project, 1).await;
        stream.changes(5).await;
        assert_eq!(stream.numbers(&project.id), (from + 4..=from + 8).collect::<Vec<_>>(), "{path}");
    }
    project.settle().await;
}

#[tokio::test]
async fn a_cursor_in_the_query_does_what_the_header_does_and_the_header_wins() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    numbered(&alice, &project, 5).await;
    let head = project.seq().await;
    let path = project.at(&format!("/events?cursor={}", project.cursor_at(head - 2).await));
    let mut stream = alice.stream(&path).await;
    assert_eq!(stream.hello().await["projects"][&project.id]["from"], head - 2);
    stream.changes(2).await;
    let mut stream = alice.stream_from(&path, &project.cursor_at(head - 1).await).await;
    assert_eq!(stream.hello().await["projects"][&project.id]["from"], head - 1);
    stream.change().await;
    assert_eq!(stream.numbers(&project.id), [head]);
}

#[tokio::test]
async fn a_cut_between_any_two_events_loses_none() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let path = project.at("/events");
    let mut stream = alice.stream(&path).await;
    let hello = stream.hello().await;
    let first = hello["projects"][&project.id].int("head");
    let mut cursor = cursor_of(&hello, &project.id);
    let writer = {
        let (alice, project) = (alice.clone(), project.clone());
        tokio::spawn(async move { numbered(&alice, &project, 40).await })
    };
    let mut numbers = Vec::new();
    while numbers.len() < 40 {
        let mut stream = alice.stream_from(&path, &cursor).await;
        stream.hello().await;
        numbers.push(stream.change().await.int("seq"));
        cursor = stream.cut();
    }
    writer.await.unwrap();
    assert_eq!(numbers, (first + 1..=first + 40).collect::<Vec<_>>());
    project.settle().await;
}

#[tokio::test]
async fn a_stream_then_a_snapshot_then_events_is_the_state() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let writer = {
        let (alice, project) = (alice.clone(), project.clone());
        tokio::spawn(async move { numbered(&alice, &project, 30).await })
    };
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    let mut state = State::of_snapshot(&project.board().await);
    writer.await.unwrap();
    let end = project.board().await;
    while state.seq < end.int("seq") {
        let event = stream.change().await;
        if event.int("seq") > state.seq {
            state.apply(&event);
        }
    }
    assert_eq!(state.difference(&State::of_snapshot(&end)), "");
}

#[tokio::test]
async fn a_cursor_that_makes_no_sense_is_answered_with_a_reset() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let epoch = project.board().await.str("epoch");
    let head = project.seq().await;
    let right = project.cursor_at(head).await;
    let (_, chain) = right.rsplit_once('.').unwrap();
    let huge = "9".repeat(10_000 - 5);
    let cases = [
        ("", "reset"),
        ("nonsense", "reset"),
        ("-1", "reset"),
        (".", "reset"),
        ("0000.1", "reset"),
        (&format!("{epoch}.-1"), "reset"),
        (&format!("{epoch}.{}.{chain}", head + 1), "reset"),
        (&format!("{epoch}.99999999999999999999999.{chain}"), "reset"),
        (&format!("{epoch}.{head}"), "reset"),
        (&format!("{epoch}.{head}."), "reset"),
        (&format!("{epoch}.{head}.1"), "reset"),
        (&format!("{epoch}.{head}.00000000"), "reset"),
        (&format!("{epoch}.+{head}.{chain}"), "reset"),
        (&format!("{epoch}.%2B{head}.{chain}"), "reset"),
        (&format!("{epoch}.0{head}.{chain}"), "reset"),
        (&format!("{epoch}.{head}.{}", chain.to_uppercase() + "A"), "reset"),
        (&format!("{right}.1"), "reset"),
        ("%0d%0adata:%20x", "reset"),
        ("%F0%9F%92%A9", "reset"),
        (&huge[..4000], "reset"),
    ];
    for (cursor, status) in cases {
        let paths = [project.at("/events"), "/events".to_owned()];
        for path in &paths[..] {
            let mut stream = alice.stream(&format!("{path}?cursor={cursor}")).await;
            let hello = stream.hello().await;
            let told = &hello["projects"][&project.id];
            assert_eq!(told["head"], head, "{cursor}: {hello}");
            // A user's cursor looks different: there, all of these are nonsense.
            assert_eq!(told["status"], status, "{path} {cursor}: {hello}");
            assert_eq!(told["reason"].is_string(), status == "reset", "{hello}");
        }
    }
    let ahead = project.at(&format!("/events?cursor={epoch}.{}.{chain}", head + 1));
    let hello = alice.stream(&ahead).await.hello().await;
    assert_eq!(hello["projects"][&project.id]["reason"], "ahead");
    let other = project.at(&format!("/events?cursor=0000.1.{chain}"));
    let hello = alice.stream(&other).await.hello().await;
    assert_eq!(hello["projects"][&project.id]["reason"], "epoch");
    // The beginning is that of every history.
    let mut stream = alice.stream(&project.at(&format!("/events?cursor={epoch}.0"))).await;
    assert_eq!(stream.hello().await["projects"][&project.id]["status"], "ok");
    assert_eq!(stream.change().await["seq"], 1);
}

#[tokio::test]
async fn a_cursor_that_is_no_text_is_answered_with_a_reset() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let Auth::Token(secret) = &alice.auth else { unreachable!() };
    let host = app.url.trim_start_matches("http://");
    for path in [project.at("/events"), "/events".to_owned()] {
        let mut request = format!(
            "GET /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {secret}\r\nLast-Event-ID: "
        )
        .into_bytes();
        request.extend_from_slice(b"\xff\xfe\r\n\r\n");
        let mut socket = TcpStream::connect(host).await.unwrap();
        socket.write_all(&request).await.unwrap();
        let mut text = String::new();
        let mut part = vec![0; 1 << 16];
        soon("hello", async {
            while !text.contains("event: hello") || !text.ends_with("\n\n") {
                let read = socket.read(&mut part).await.unwrap();
                assert_ne!(read, 0, "{text}");
                text.push_str(&String::from_utf8_lossy(&part[..read]));
            }
        })
        .await;
        assert!(text.contains(r#""status":"reset""#), "{path}: {text}");
    }
}

#[tokio::test]
async fn after_a_reset_the_stream_goes_on_live() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    for path in [project.at("/events"), "/events".to_owned()] {
        let mut stream = alice.stream_from(&path, "0000.1").await;
        let hello = stream.hello().await;
        assert_eq!(hello["projects"][&project.id]["status"], "reset");
        let head = hello["projects"][&project.id].int("head");
        project.column("Live").await;
        assert_eq!(stream.change().await["seq"], head + 1);
    }
}

#[tokio::test]
async fn a_server_that_stops_says_bye_with_a_cursor() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let mut whole = alice.stream("/events").await;
    let mut single = alice.stream(&project.at("/events")).await;
    whole.hello().await;
    single.hello().await;
    project.column("Last words").await;
    for stream in [&mut whole, &mut single] {
        stream.event("column.created").await;
    }
    let stopping = {
        let app = app.clone();
        tokio::spawn(async move { app.terminate().await })
    };
    for stream in [&mut whole, &mut single] {
        assert_eq!(stream.event("bye").await["reason"], "deploy");
        stream.end().await;
        assert!(stream.cursor.is_some(), "every bye comes after a cursor");
        assert!(stream.retry.is_some_and(|retry| (200..=10_000).contains(&retry)), "{:?}", stream.retry);
    }
    let status = soon("the end of the server", stopping).await.unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_stream_goes_on_after_a_restart_where_it_was_cut() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    numbered(&alice, &project, 2).await;
    stream.changes(2).await;
    stream.event("checkpoint").await;
    numbered(&alice, &project, 2).await;
    let head = project.seq().await;
    let cursor = stream.cut();
    app.restart();
    let alice = alice.on(&app);
    let mut stream = alice.stream_from("/events", &cursor).await;
    let hello = stream.hello().await;
    let standing = &hello["projects"][&project.id];
    assert_eq!((standing.int("from"), standing.int("head"), &standing["status"]), (head - 2, head, &json!("ok")));
    assert_eq!(cursor_of(&hello, &project.id), project.on(&app).cursor_at(head - 2).await);
    stream.changes(2).await;
    assert_eq!(stream.numbers(&project.id), [head - 1, head]);
}

#[tokio::test]
async fn a_stream_far_behind_is_served_from_the_log() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("Busy").await;
    let mut stream = alice.stream(&project.at("/events")).await;
    let hello = stream.hello().await;
    let from = hello["projects"][&project.id].int("head");
    drop(stream);
    let mut whole = alice.stream("/events").await;
    whole.event("checkpoint").await;
    let cursor = whole.cut();
    let quick = alice.unchecked();
    let task = project.task(&column, "Renamed often").await;
    for n in 0..1_200 {
        let body = json!({"title": format!("Title {n}")});
        quick.patch(&project.task_at(&task, "")).json(body).await.ok();
    }
    let mut stream = alice.stream_from(&project.at("/events"), &cursor_of(&hello, &project.id)).await;
    let status = stream.hello().await["projects"][&project.id].clone();
    assert_eq!(status["status"], "ok", "{status}");
    stream.changes(1_201).await;
    assert_eq!(stream.numbers(&project.id), (from + 1..=from + 1_201).collect::<Vec<_>>());
    project.settle().await;

    // A client that is cut off on the way resumes where it was, not where it began.
    let mut whole = alice.stream_from("/events", &cursor).await;
    assert_eq!(whole.hello().await["projects"][&project.id]["status"], "ok");
    let (mut got, mut uncovered) = (0, 0);
    while got < 1_201 {
        let frame = soon("the next frame", whole.read()).await.unwrap();
        if frame.event == "checkpoint" {
            uncovered = 0;
        } else {
            got += 1;
            uncovered += 1;
            assert!(uncovered <= 64, "{uncovered} events since the last checkpoint");
        }
    }
}
