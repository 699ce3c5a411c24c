//! Waiting for what happens next.

use std::time::Duration;

use tokio::time::Instant;

use super::*;

/// Waits for the next change, in a task of its own.
fn follow(by: &User, project: &Project, after: i64) -> tokio::task::JoinHandle<crate::support::Answer> {
    let arguments = json!({"project": project.id, "after_seq": after, "wait": 20});
    let call = request(by, "/mcp", "tools/call", json!({"name": "changes", "arguments": arguments}));
    tokio::spawn(async move { call.await })
}

/// Until one request waits: it counts as a stream, and so does the administrator who looks.
async fn until_it_waits(app: &App) {
    let admin = app.administrator().await;
    until("one that waits", || async {
        let seen = admin.stream("/admin/live").await.event("metrics").await;
        (seen.int("streams") == 2).then_some(())
    })
    .await;
}

async fn structured(waiting: tokio::task::JoinHandle<crate::support::Answer>) -> Value {
    let answer = soon("the end of the wait", waiting).await.unwrap().ok();
    answer["result"]["structuredContent"].clone()
}

#[tokio::test]
async fn a_wait_ends_with_the_next_change() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let (todo, _) = columns(&project).await;
    let seq = project.seq().await;
    let waiting = follow(&alice, &project, seq);
    until_it_waits(&app).await;
    assert!(!waiting.is_finished());
    project.task(&todo, "One").await;
    let told = structured(waiting).await;
    assert_eq!((each(&told.list("items"), "type"), told.int("seq")), (vec!["task.created".into()], seq + 1));
    // What is there already is not waited for, and nothing is told after so many seconds.
    let began = Instant::now();
    let now = tool(&alice, "changes", json!({"project": project.id, "after_seq": seq, "wait": 20})).await;
    assert_eq!(now.list("items").len(), 1);
    assert!(began.elapsed() < Duration::from_secs(10));
    let nothing = tool(&alice, "changes", json!({"project": project.id, "after_seq": seq + 1, "wait": 1})).await;
    assert_eq!((&nothing["items"], nothing.int("seq")), (&json!([]), seq + 1));
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_member_who_is_removed_hears_nothing_more() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    let (todo, _) = columns(&project).await;
    project.add(&bob, "editor").await;
    let waiting = follow(&bob, &project, project.seq().await);
    until_it_waits(&app).await;
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    project.task(&todo, "Secret").await;
    let told = structured(waiting).await;
    assert_eq!(told["error"]["code"], "not_found", "{told}");
    assert!(!told.to_string().contains("Secret"));
}

#[tokio::test]
async fn a_token_that_is_revoked_hears_nothing_more() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let session = alice.by_cookie().await;
    let robot = session.by_token(json!({"name": "Robot"})).await;
    let waiting = follow(&robot, &project, project.seq().await);
    until_it_waits(&app).await;
    let tokens = session.get("/tokens").await.ok().list("items");
    let id = tokens.iter().find(|token| token["name"] == "Robot").unwrap().id();
    session.delete(&format!("/tokens/{id}")).await.no_content();
    let answer = soon("the end of the wait", waiting).await.unwrap();
    answer.problem(401, "unauthenticated");
}

#[tokio::test]
async fn waiting_requests_count_as_streams() {
    let (_, alice, ..) = own_app(&[("BOARDCAST_LIMITS", "on")]).await;
    let project = alice.project().await;
    let seq = project.seq().await;
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..11 {
        let arguments = json!({"project": project.id, "after_seq": seq, "wait": 20});
        let call = request(&alice, "/mcp", "tools/call", json!({"name": "changes", "arguments": arguments}));
        waiting.spawn(async move { call.await.ok()["result"].clone() });
    }
    // One is too many, whichever comes last.
    let refused = soon("a refusal", waiting.join_next()).await.unwrap().unwrap();
    assert_eq!(refused["structuredContent"]["error"]["code"], "rate_limited", "{refused}");
    project.column("To do").await;
    while let Some(told) = soon("the others", waiting.join_next()).await {
        assert_eq!(told.unwrap()["structuredContent"]["items"][0]["type"], "column.created");
    }
}

#[tokio::test]
async fn a_server_that_stops_lets_nobody_wait() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let waiting = follow(&alice, &project, project.seq().await);
    until_it_waits(&app).await;
    let began = Instant::now();
    app.terminate().await;
    let told = structured(waiting).await;
    assert_eq!(told["items"], json!([]), "{told}");
    assert!(began.elapsed() < Duration::from_secs(15));
}

mod nodes {
    use super::*;

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn a_change_at_another_node_ends_a_wait() {
        let (here, alice, ..) = own_app(&[]).await;
        let there = here.another_node();
        let project = alice.project().await;
        let seq = project.seq().await;
        let waiting = follow(&alice.on(&there), &project, seq);
        project.column("To do").await;
        let told = structured(waiting).await;
        assert_eq!((each(&told.list("items"), "type"), told.int("seq")), (vec!["column.created".into()], seq + 1));
        let read = alice.on(&there).get(&project.at(&format!("/board?min_seq={}", seq + 2)));
        let reading = tokio::spawn(async move { read.await });
        project.column("Doing").await;
        assert_eq!(soon("the board", reading).await.unwrap().ok().int("seq"), seq + 2);
    }
}
