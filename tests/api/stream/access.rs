//! Of which projects a stream tells, and when it ends because its reader may read no more.

use super::*;

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
