//! Server-Sent Events: hello, cursors, resuming, and what a client must never see.

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
async fn a_users_stream_is_narrowed_to_projects() {
    let (_, alice, ..) = app().await;
    let (one, two, three) = (alice.project().await, alice.project().await, alice.project().await);
    let mut stream = alice.stream(&format!("/events?project={}&project={}", one.id, two.id)).await;
    let hello = stream.hello().await;
    assert_eq!(hello["projects"].as_object().unwrap().len(), 2);
    three.column("Unseen").await;
    two.column("Seen").await;
    one.column("Seen").await;
    stream.changes(2).await;
    assert!(stream.numbers(&three.id).is_empty());
}

#[tokio::test]
async fn a_foreign_project_in_the_list_shows_nothing() {
    let (_, alice, bob, _) = app().await;
    let (mine, theirs) = (alice.project().await, bob.project().await);
    let foreign = alice.get(&format!("/events?project={}", theirs.id)).header("Accept", "text/event-stream");
    let random = nobody();
    let unknown = alice.get(&format!("/events?project={random}")).header("Accept", "text/event-stream");
    let (foreign, unknown) = (foreign.open().await.unwrap(), unknown.open().await.unwrap());
    assert_eq!(foreign.status(), unknown.status(), "the answer does not tell which project exists");

    let list = format!("/events?project={}&project={}", mine.id, theirs.id);
    let call = alice.get(&list).header("Accept", "text/event-stream");
    if call.open().await.unwrap().status() == 200 {
        let mut stream = alice.stream(&list).await;
        let hello = stream.hello().await;
        assert!(hello["projects"][&theirs.id]["head"].is_null(), "{hello}");
        theirs.column("Secret").await;
        mine.column("Fence").await;
        stream.change().await;
        assert!(stream.numbers(&theirs.id).is_empty());
    }
}

#[tokio::test]
async fn strangers_and_anonymous_callers_get_no_stream() {
    let (app, alice, _, stranger) = app().await;
    let project = alice.project().await;
    let sse = |user: &User, path: &str| user.get(path).header("Accept", "text/event-stream");
    let refused = sse(&stranger, &project.at("/events")).await.not_found();
    let random = format!("/projects/{}/events", nobody());
    assert_eq!(sse(&stranger, &random).await.not_found(), refused);
    sse(&app.anonymous(), "/events").await.problem(401, "unauthenticated");
    sse(&app.anonymous(), &project.at("/events")).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_removed_member_gets_left_and_nothing_later() {
    let (_, alice, bob, _) = app().await;
    let (project, fence) = (alice.project().await, alice.project().await);
    project.add(&bob, "editor").await;
    fence.add(&bob, "viewer").await;
    let mut whole = bob.stream("/events").await;
    let mut single = bob.stream(&project.at("/events")).await;
    whole.hello().await;
    single.hello().await;
    let writer = {
        let (alice, project) = (alice.clone(), project.clone());
        tokio::spawn(async move { numbered(&alice, &project, 30).await })
    };
    let path = project.at(&format!("/members/{}", bob.id));
    alice.unchecked().delete(&path).await.no_content();
    writer.await.unwrap();
    fence.column("Fence").await;

    let events = project.told().await;
    let removal = events.iter().find(|event| event["type"] == "member.removed").unwrap();
    let removal = removal.int("seq");
    whole.frame("the fence", |frame| frame.data["project"] == fence.id && frame.data["seq"].is_i64()).await;
    single.end().await;
    for stream in [&whole, &single] {
        let seen = stream.numbers(&project.id);
        assert!(seen.iter().all(|seq| *seq < removal), "{removal}: {seen:?}");
        // Everything before it did come, in order.
        let from = stream.seen[0].data["projects"][&project.id].int("head");
        assert_eq!(seen, (from + 1..removal).collect::<Vec<_>>());
        let left = stream.seen.iter().find(|frame| frame.event == "left").unwrap();
        assert_eq!(left.data["project"], project.id);
        assert_eq!(left.data["reason"], "removed");
    }
    let last = single.seen.last().unwrap();
    assert_eq!((last.event.as_str(), &last.data["reason"]), ("bye", &json!("left")));
    project.settle().await;
}

#[tokio::test]
async fn a_cursor_lets_no_removed_member_back_in() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let mut stream = bob.stream("/events").await;
    stream.hello().await;
    project.column("Before").await;
    stream.event("checkpoint").await;
    let cursor = stream.cut();
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    project.column("After").await;
    let mut stream = bob.stream_from("/events", &cursor).await;
    let hello = stream.hello().await;
    assert!(hello["projects"].get(&project.id).is_none(), "{hello}");
    let own = bob.project().await;
    stream.frame("a project of Bob's own", |frame| frame.data["project"] == own.id).await;
    assert!(stream.numbers(&project.id).is_empty());
}

#[tokio::test]
async fn a_project_joined_later_joins_the_stream() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let mut stream = bob.stream("/events").await;
    let hello = stream.hello().await;
    assert!(hello["projects"].get(&project.id).is_none());
    project.add(&bob, "viewer").await;
    let joined = stream.event("joined").await;
    assert_eq!(joined["project"], project.id);
    let head = joined.int("head");
    project.column("Welcome").await;
    let is_later = |frame: &crate::support::Frame| frame.data["seq"].as_i64() > Some(head);
    let event = stream.frame("a later event", is_later).await;
    assert_eq!(event.data["type"], "column.created");
    let seen = stream.numbers(&project.id);
    assert!(seen.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seen:?}");
}

#[tokio::test]
async fn a_project_made_later_joins_the_stream() {
    let (_, alice, ..) = app().await;
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    let project = alice.project().await;
    assert_eq!(stream.event("joined").await["project"], project.id);
    project.column("First").await;
    assert_eq!(stream.event("column.created").await["project"], project.id);
}

#[tokio::test]
async fn a_deleted_project_leaves_the_stream() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let mut whole = bob.stream("/events").await;
    let mut single = bob.stream(&project.at("/events")).await;
    whole.hello().await;
    single.hello().await;
    alice.delete(&project.at("")).await.no_content();
    let left = whole.event("left").await;
    assert_eq!((&left["project"], &left["reason"]), (&json!(project.id), &json!("deleted")));
    single.end().await;
    assert!(single.saw("left") && single.saw("bye"), "{:?}", single.seen);
}

#[tokio::test]
async fn signing_out_ends_the_streams_of_that_session() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let (here, there) = (alice.by_cookie().await, alice.by_cookie().await);
    let mut ending = here.stream("/events").await;
    let mut single = here.stream(&project.at("/events")).await;
    let mut going_on = there.stream("/events").await;
    for stream in [&mut ending, &mut single, &mut going_on] {
        stream.hello().await;
    }
    here.delete("/session").await.no_content();
    for stream in [&mut ending, &mut single] {
        let bye = stream.event("bye").await;
        assert_eq!(bye["reason"], "session");
        stream.end().await;
    }
    project.column("Still here").await;
    going_on.event("column.created").await;
}

#[tokio::test]
async fn a_new_password_ends_the_streams_of_other_sessions() {
    let (_, alice, ..) = app().await;
    let (here, there) = (alice.by_cookie().await, alice.by_cookie().await);
    let mut stream = there.stream("/events").await;
    stream.hello().await;
    let body = json!({"current_password": crate::support::PASSWORD, "new_password": "violet-harbour-9"});
    here.put("/me/password").json(body).await.no_content();
    assert_eq!(stream.event("bye").await["reason"], "session");
    stream.end().await;
}

#[tokio::test]
async fn ending_one_session_in_the_list_ends_its_streams() {
    let (_, alice, ..) = app().await;
    let (here, there) = (alice.by_cookie().await, alice.by_cookie().await);
    let mut stream = there.stream("/events").await;
    stream.hello().await;
    let items = there.get("/me/sessions").await.ok().list("items");
    let current = items.iter().find(|session| session["current"] == true).unwrap();
    here.delete(&format!("/me/sessions/{}", current.id())).await.no_content();
    stream.end().await;
    assert!(stream.saw("bye"));
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

#[tokio::test]
async fn a_session_that_ends_while_its_stream_begins_gets_a_whole_response_or_none() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    for path in ["/events".to_owned(), project.at("/events")] {
        for _ in 0..20 {
            let session = alice.by_cookie().await;
            let Auth::Cookie(cookie) = &session.auth else { unreachable!() };
            let head = format!(
                "GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
            );
            let (answer, ended) = tokio::join!(app.raw(head.as_bytes()), session.delete("/session"));
            ended.no_content();
            // The stream closes because the session ended, and nothing is written before the head of the response.
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 "), "{answer}");
            let status = answer.split(' ').nth(1).unwrap_or("none");
            assert!(["200", "401", "none"].contains(&status), "{answer}");
        }
    }
}

/// Whether the stream's own task takes its turns or a fanout takes them inline.
#[tokio::test]
async fn an_event_that_comes_before_an_ended_stream_wakes_is_not_written() {
    for inline_above in ["0", "64"] {
        let (_, alice, ..) =
            own_app(&[("BOARDCAST_TEST_LATE_ENDS", "300"), ("BOARDCAST_TEST_INLINE_ABOVE", inline_above)]).await;
        let project = alice.project().await;
        let session = alice.by_cookie().await;
        let mut streams = [session.stream("/events").await, session.stream(&project.at("/events")).await];
        for stream in &mut streams {
            stream.hello().await;
            project.column("For all").await;
            stream.change().await;
        }
        session.delete("/session").await.no_content();
        project.column("For open streams").await;
        for mut stream in streams {
            assert_eq!(stream.event("bye").await["reason"], "session");
            stream.end().await;
            let last = project.seq().await;
            assert!(!stream.numbers(&project.id).contains(&last), "{:?}", stream.seen);
        }
    }
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
async fn a_membership_that_ends_while_the_stream_begins_ends_the_stream() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    for _ in 0..20 {
        project.add(&bob, "viewer").await;
        let membership = project.at(&format!("/members/{}", bob.id));
        let opening = bob.get(&project.at("/events")).header("Accept", "text/event-stream");
        // Several at once, so that one of them is beginning when the membership ends.
        let openings = futures_util::future::join_all((0..6).map(|_| opening.open()));
        let (responses, removed) = tokio::join!(openings, alice.unchecked().delete(&membership));
        removed.no_content();
        for response in responses {
            let mut response = response.unwrap();
            if response.status() == 404 {
                continue;
            }
            assert_eq!(response.status(), 200);
            let mut said = String::new();
            while let Ok(Some(bytes)) = soon("the end of the stream", response.chunk()).await {
                said += &String::from_utf8_lossy(&bytes);
            }
            assert!(said.contains("event: left\n") && said.contains("event: bye\n"), "{said}");
        }
    }
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
