//! Who is there, and what they look at: told to the members who watch, and never later.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{App, Fields, Frame, Project, Stream, User, each, nobody, own_app, soon};

/// Short enough to wait for.
const SILENCE: u64 = 2_500;

fn silence() -> (&'static str, String) {
    ("BOARDCAST_TEST_PRESENCE_SILENCE", SILENCE.to_string())
}

async fn quick() -> (App, User, User, User) {
    let (name, value) = silence();
    own_app(&[(name, &value)]).await
}

async fn put(by: &User, project: &Project, body: Value) {
    by.put(&project.at("/presence")).json(body).await.no_content();
}

fn is_of(frame: &Frame, user: &User) -> bool {
    frame.event == "presence" && frame.data["user_id"] == user.id
}

/// The next that a stream tells of a person: the state and the task.
async fn next(stream: &mut Stream, user: &User, project: &Project) -> (String, Value) {
    let frame = stream.frame("presence", |frame| is_of(frame, user)).await;
    assert_eq!((&frame.id, &frame.data["project"]), (&None, &json!(project.id)));
    assert_eq!(frame.data.as_object().unwrap().len(), 4, "{frame:?}");
    (frame.data.str("state"), frame.data["task_id"].clone())
}

/// Waits for an event that comes after all that was told so far, and says what was told of a person.
async fn told_of(stream: &mut Stream, fence: &Project, user: &User) -> Vec<String> {
    // What is told of presence is told within a round, and another one follows it here.
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    let column = fence.column("Fence").await;
    stream.frame("the fence", |frame| frame.data["changes"]["columns"][0]["id"] == column["id"]).await;
    let told = stream.seen.iter().filter(|frame| is_of(frame, user)).map(|frame| frame.data.clone());
    each(&told.collect::<Vec<_>>(), "state")
}

#[tokio::test]
async fn members_see_who_is_there_and_what_they_edit() {
    let (_app, alice, bob, charlie) = quick().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "One").await;
    let (head, told) = (project.seq().await, project.told().await.len());
    let mut streams = [alice.stream("/events").await, alice.stream(&project.at("/events")).await];
    let mut strangers = charlie.stream("/events").await;
    for stream in streams.iter_mut().chain([&mut strangers]) {
        stream.hello().await;
    }
    for (body, state, of) in [
        (json!({"state": "viewing"}), "viewing", Value::Null),
        (json!({"state": "viewing", "task_id": task.id()}), "viewing", task["id"].clone()),
        (json!({"state": "editing", "task_id": task.id()}), "editing", task["id"].clone()),
        (json!({"state": "left"}), "left", Value::Null),
    ] {
        put(&bob, &project, body).await;
        for stream in &mut streams {
            assert_eq!(next(stream, &bob, &project).await, (state.to_owned(), of.clone()));
        }
    }
    // A stream that begins gets who is there, right behind its hello; and one who says nothing more is gone.
    put(&bob, &project, json!({"state": "editing", "task_id": task.id()})).await;
    assert_eq!(next(&mut streams[0], &bob, &project).await.0, "editing");
    let asked = Instant::now();
    let mut late = alice.stream(&project.at("/events")).await;
    late.hello().await;
    let first = late.read().await.unwrap();
    assert!(is_of(&first, &bob) && first.data["state"] == "editing", "{first:?}");
    assert_eq!(next(&mut late, &bob, &project).await, ("left".into(), Value::Null));
    let waited = asked.elapsed();
    assert!(waited < Duration::from_millis(SILENCE + 2_500), "{waited:?}");
    // Nothing of it is in the log, and strangers got nothing.
    assert_eq!((project.seq().await, project.told().await.len()), (head, 0), "{told}");
    let other = charlie.project().await;
    strangers.frame("joined", |frame| frame.data["project"] == other.id).await;
    assert!(!strangers.saw("presence"));
}

#[tokio::test]
async fn being_there_still_is_told_to_nobody() {
    let (_app, alice, bob, _) = quick().await;
    let project = alice.project().await;
    project.add(&bob, "commenter").await;
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    for _ in 0..8 {
        put(&bob, &project, json!({"state": "viewing"})).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(told_of(&mut stream, &project, &bob).await[0], "viewing");
    let states = stream.seen.iter().filter(|frame| is_of(frame, &bob) && frame.data["state"] == "viewing").count();
    assert_eq!(states, 1);
}

#[tokio::test]
async fn of_several_tabs_the_busiest_counts_and_the_last_one_leaves() {
    let (_app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let task = project.task(&project.column("To do").await, "One").await;
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    let there = |tab: &str, state: &str| json!({"tab": tab, "state": state, "task_id": task.id()});
    put(&bob, &project, there("one", "editing")).await;
    assert_eq!(next(&mut stream, &bob, &project).await.0, "editing");
    put(&bob, &project, there("two", "viewing")).await;
    put(&bob, &project, json!({"tab": "one", "state": "left"})).await;
    assert_eq!(next(&mut stream, &bob, &project).await.0, "viewing");
    // Of another session too.
    let elsewhere = bob.by_cookie().await;
    put(&elsewhere, &project, json!({"state": "editing", "task_id": null})).await;
    assert_eq!(next(&mut stream, &bob, &project).await, ("editing".into(), Value::Null));
    put(&bob, &project, json!({"tab": "two", "state": "left"})).await;
    // With the session its presence ends.
    elsewhere.delete("/session").await.no_content();
    assert_eq!(next(&mut stream, &bob, &project).await.0, "left");
}

#[tokio::test]
async fn presence_ends_with_the_last_stream_of_a_session() {
    let (_app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    let mut own = [bob.stream("/events").await, bob.stream(&project.at("/events")).await];
    for stream in &mut own {
        stream.hello().await;
    }
    put(&bob, &project, json!({"state": "viewing"})).await;
    assert_eq!(next(&mut stream, &bob, &project).await.0, "viewing");
    let [one, other] = own;
    drop(one);
    assert_eq!(told_of(&mut stream, &project, &bob).await, ["viewing"]);
    let asked = Instant::now();
    drop(other);
    assert_eq!(next(&mut stream, &bob, &project).await.0, "left");
    assert!(asked.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn who_is_removed_is_gone_at_once_and_sees_nobody_any_more() {
    let (_app, alice, bob, charlie) = own_app(&[]).await;
    let (project, fence) = (alice.project().await, alice.project().await);
    for project in [&project, &fence] {
        project.add(&bob, "editor").await;
    }
    project.add(&charlie, "editor").await;
    let mut alices = alice.stream("/events").await;
    let mut bobs = bob.stream("/events").await;
    alices.hello().await;
    bobs.hello().await;
    put(&bob, &project, json!({"state": "editing"})).await;
    assert_eq!(next(&mut alices, &bob, &project).await.0, "editing");
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    assert_eq!(next(&mut alices, &bob, &project).await.0, "left");
    bob.put(&project.at("/presence")).json(json!({"state": "viewing"})).await.not_found();
    put(&charlie, &project, json!({"state": "viewing"})).await;
    assert_eq!(next(&mut alices, &charlie, &project).await.0, "viewing");
    assert_eq!(told_of(&mut bobs, &fence, &charlie).await, [""; 0]);
    // Neither does a stream that begins find who was there before.
    let mut late = alice.stream(&project.at("/events")).await;
    late.hello().await;
    assert_eq!(next(&mut late, &charlie, &project).await.0, "viewing");
    assert!(!late.seen.iter().any(|frame| is_of(frame, &bob)));
}

#[tokio::test]
async fn who_does_not_want_to_be_seen_is_not() {
    let (_app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    assert_eq!(bob.get("/me").await.ok()["show_presence"], true);
    put(&bob, &project, json!({"state": "viewing"})).await;
    assert_eq!(next(&mut stream, &bob, &project).await.0, "viewing");
    let hidden = bob.patch("/me").json(json!({"show_presence": false})).await.ok();
    assert_eq!(hidden["show_presence"], false);
    assert_eq!(next(&mut stream, &bob, &project).await.0, "left");
    put(&bob, &project, json!({"state": "editing"})).await;
    assert_eq!(told_of(&mut stream, &project, &bob).await, ["viewing", "left"]);
    for wrong in [json!({"show_presence": null}), json!({"show_presence": "no"})] {
        bob.patch("/me").json(wrong).await.invalid("/show_presence");
    }
    assert_eq!(bob.patch("/me").json(json!({"show_presence": true})).await.ok()["show_presence"], true);
    put(&bob, &project, json!({"state": "editing"})).await;
    assert_eq!(next(&mut stream, &bob, &project).await.0, "editing");
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_refused() {
    let (_app, alice, bob, charlie) = crate::support::app().await;
    let (project, other) = (alice.project().await, alice.project().await);
    project.add(&bob, "viewer").await;
    let theirs = other.task(&other.column("To do").await, "Elsewhere").await;
    let gone = project.task(&project.column("To do").await, "Gone").await;
    alice.delete(&project.task_at(&gone, "")).await.no_content();
    let path = project.at("/presence");
    for (body, pointer) in [
        (json!({"state": "viewing", "task_id": theirs.id()}), "/task_id"),
        (json!({"state": "viewing", "task_id": gone.id()}), "/task_id"),
        (json!({"state": "left", "task_id": nobody()}), "/task_id"),
        (json!({"state": "viewing", "task_id": 7}), "/task_id"),
        (json!({"state": "sleeping"}), "/state"),
        (json!({"state": "viewing", "tab": ""}), "/tab"),
        (json!({"state": "viewing", "tab": "x".repeat(65)}), "/tab"),
        (json!({"state": "viewing", "user_id": alice.id}), "/user_id"),
    ] {
        bob.put(&path).json(body).await.invalid(pointer);
    }
    bob.put(&path).json(json!({})).await.problem(422, "invalid");
    charlie.put(&path).json(json!({"state": "viewing"})).await.not_found();
    let reads = bob.by_cookie().await.by_token(json!({"scopes": ["read"]})).await;
    reads.put(&path).json(json!({"state": "viewing"})).await.problem(403, "insufficient_scope");
    put(&bob.by_cookie().await.by_token(json!({})).await, &project, json!({"state": "viewing"})).await;
}

#[tokio::test]
async fn saying_where_one_is_leaves_the_budget_of_changes_alone() {
    let (_app, alice, bob, _) = own_app(&[("BOARDCAST_LIMITS", "on")]).await;
    let project = alice.project().await;
    let (mut refused, mut path) = (0, vec![]);
    for n in 0..70 {
        path.push(n);
        let answer = alice.put(&project.at("/presence")).json(json!({"state": "viewing"})).await;
        refused += i32::from(answer.status == 429);
        if answer.status == 429 {
            answer.problem(429, "rate_limited");
        }
    }
    assert!((1..15).contains(&refused), "{refused}");
    let changed = alice.post(&project.at("/columns")).json(json!({"name": "Later"})).await;
    let left = changed.header("ratelimit").to_owned();
    assert!(left.starts_with("\"changes\";r=5"), "{left}");
    changed.created();
    drop(bob);
}

#[tokio::test]
async fn a_crowd_is_told_in_few_writes() {
    let (_app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    // One person in many tabs, whose state changes all the time.
    for n in 0..200 {
        let state = if n % 2 == 0 { "viewing" } else { "editing" };
        put(&alice, &project, json!({"state": state, "tab": format!("{}", n % 3)})).await;
    }
    put(&alice, &project, json!({"state": "left", "tab": "0"})).await;
    soon("the end", async {
        while next(&mut stream, &alice, &project).await.0 != "viewing" {
            put(&alice, &project, json!({"state": "viewing", "tab": "1"})).await;
            put(&alice, &project, json!({"state": "viewing", "tab": "2"})).await;
        }
    })
    .await;
    let told = stream.seen.iter().filter(|frame| frame.event == "presence").count();
    assert!(told < 20, "{told}");
}

/// Several servers on one database.
mod nodes {
    use super::*;

    /// Two nodes, with Alice at the one and Bob at the other.
    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn presence_reaches_the_streams_of_other_nodes_and_ends_there() {
        let (name, value) = silence();
        let (here, alice, bob, charlie) = own_app(&[(name, &value)]).await;
        let there = here.another_node();
        let project = alice.project().await;
        for user in [&bob, &charlie] {
            project.add(user, "editor").await;
        }
        let (bob, charlie) = (bob.on(&there), charlie.on(&there));
        let mut stream = alice.stream("/events").await;
        stream.hello().await;
        let mut bobs = bob.stream("/events").await;
        bobs.hello().await;
        put(&bob, &project, json!({"state": "editing"})).await;
        assert_eq!(next(&mut stream, &bob, &project).await.0, "editing");
        drop(bobs);
        assert_eq!(next(&mut stream, &bob, &project).await.0, "left");
        put(&bob, &project, json!({"state": "viewing"})).await;
        assert_eq!(next(&mut stream, &bob, &project).await.0, "viewing");
        // Removed here, gone from there.
        alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
        assert_eq!(next(&mut stream, &bob, &project).await.0, "left");
        // A node that dies is forgotten with the people who were there by it.
        put(&charlie, &project, json!({"state": "editing"})).await;
        assert_eq!(next(&mut stream, &charlie, &project).await.0, "editing");
        there.signal("KILL");
        assert_eq!(next(&mut stream, &charlie, &project).await.0, "left");
    }
}
