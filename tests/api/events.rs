//! The log of a project as pages: for scripts, polling, and readers that come back.

use serde_json::json;

use crate::support::{Fields, Project, User, app, replay};

async fn page(user: &User, project: &Project, query: &str) -> serde_json::Value {
    let call = user.get(&project.at(&format!("/events{query}")));
    call.header("Accept", "application/json").await.ok()
}

#[tokio::test]
async fn a_log_starts_at_one_and_has_no_gap() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    for n in 0..5 {
        project.task(&column, &format!("Task {n}")).await;
    }
    let answer = page(&alice, &project, "").await;
    let items = answer.list("items");
    let numbers: Vec<_> = items.iter().map(|event| event.int("seq")).collect();
    let count = i64::try_from(items.len()).unwrap();
    assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
    assert_eq!(answer["head"], count);
    assert_eq!(answer["next_cursor"], json!(null));
    assert_eq!(items[0]["type"], "project.created");
    for event in &items {
        replay::check_event(event, &project.id);
    }
    let board = project.board().await;
    assert_eq!(answer["epoch"], board["epoch"]);
    assert_eq!(answer["head"], board["seq"]);
}

#[tokio::test]
async fn the_log_comes_in_pages_and_from_any_number() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    for n in 0..6 {
        project.column(&format!("Column {n}")).await;
    }
    let all = page(&alice, &project, "").await.list("items");
    let mut paged = Vec::new();
    let mut after = 0;
    loop {
        let answer = page(&alice, &project, &format!("?after={after}&limit=2")).await;
        let items = answer.list("items");
        assert!(items.len() <= 2);
        paged.extend(items);
        match answer["next_cursor"].as_i64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(paged, all);
    let head = i64::try_from(all.len()).unwrap();
    assert_eq!(page(&alice, &project, &format!("?after={}", head - 1)).await["items"], json!([all.last()]));
    assert_eq!(page(&alice, &project, &format!("?after={head}")).await["items"], json!([]));
}

#[tokio::test]
async fn a_number_that_is_none_is_refused() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    for query in [
        "after=-1",
        "after=x",
        "after=",
        "after=1.5",
        "after=99999999999999999999",
        "limit=0",
        "limit=-1",
        "limit=201",
        "limit=x",
        "before=1",
    ] {
        let call = alice.get(&project.at(&format!("/events?{query}")));
        let answer = call.header("Accept", "application/json").await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_number_from_the_future_gets_nothing() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let call = alice.get(&project.at("/events?after=1000000"));
    let answer = call.header("Accept", "application/json").await;
    if answer.status == 200 {
        assert_eq!(answer.body["items"], json!([]));
        assert_eq!(answer.body["head"], project.seq().await);
    } else {
        // Or in words: this reader knows more than there is.
        assert!([410, 422].contains(&answer.status), "{}", answer.text);
    }
}

#[tokio::test]
async fn events_name_who_did_it_and_why() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    project.told().await;
    let body = json!({"title": "Caused", "column_id": column.id()});
    bob.post(&project.at("/tasks")).key("k-77").json(body).await.created();
    let event = project.told_only("task.created").await;
    assert_eq!(event["actor"], json!({"id": bob.id, "name": "Bob"}));
    assert_eq!(event["cause"], "k-77");
}

#[tokio::test]
async fn the_log_tells_the_same_as_the_stream() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Same").await;
    alice.delete(&project.task_at(&task, "")).await.no_content();
    let live = stream.changes(3).await;
    assert_eq!(project.told().await, live);
}
