//! The log of a project as lines.

use serde_json::{Value, json};

use crate::support::{Call, Fields, Project, User, app};

fn lines(by: &User, project: &Project, query: &str) -> Call {
    by.get(&project.at(&format!("/events{query}"))).header("Accept", "application/x-ndjson")
}

fn parsed(text: &str) -> Vec<Value> {
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn the_whole_log_comes_as_lines() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    for _ in 0..20 {
        project.task(&column, "x, and y").await;
    }
    let page = alice.get(&project.at("/events?limit=200")).await.ok().list("items");
    let answer = lines(&bob, &project, "").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-ndjson"));
    assert_eq!(parsed(&answer.text), page);
    // Byte for byte as in the page.
    let whole = alice.get(&project.at("/events?limit=200")).await.text;
    assert!(answer.text.lines().all(|line| whole.contains(line)));

    let head = project.seq().await;
    let rest = parsed(&lines(&bob, &project, &format!("?after={}", head - 3)).await.text);
    assert_eq!(rest, page[page.len() - 3..]);
    let some = parsed(&lines(&bob, &project, "?after=1&limit=2").await.text);
    assert_eq!(some, page[1..3]);
    assert_eq!(lines(&bob, &project, &format!("?after={head}")).await.text, "");
    assert_eq!(lines(&bob, &project, "?after=99999").await.text, "");
    let json = alice.get(&project.at("/events")).header("Accept", "application/x-ndjson;q=0.5, application/json").await;
    assert_eq!(json.header("content-type"), "application/json");
}

/// More than the server reads at once.
#[tokio::test]
async fn a_long_log_comes_in_parts() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    // An event a task.
    let tasks = vec![json!({"title": "One", "column_id": column.id()}); 50];
    let call = json!({"name": "create_tasks", "arguments": {"project": project.id, "tasks": tasks}});
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call});
    for _ in 0..12 {
        alice.unchecked().post("/mcp").json(call.clone()).await.ok();
    }
    let head = alice.get(&project.at("/events")).await.ok().int("head");
    let numbers = |text: &str| parsed(text).iter().map(|event| event.int("seq")).collect::<Vec<_>>();
    assert_eq!(numbers(&lines(&alice, &project, "").await.text), (1..=head).collect::<Vec<_>>());
    let some = lines(&alice, &project, "?after=100&limit=200").await;
    assert_eq!(numbers(&some.text), (101..=300).collect::<Vec<_>>());
    project.settle().await;
}

#[tokio::test]
async fn lines_are_refused_as_pages_are() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    lines(&bob, &project, "").await.not_found();
    lines(&alice, &project, "?limit=0").await.invalid("/limit");
    lines(&alice, &project, "?after=1&cursor=x").await.invalid("/cursor");
    lines(&alice, &project, "?cursor=0000.1.00000000").await.problem(410, "other_history");
    project.add(&bob, "viewer").await;
    let page = alice.get(&project.at("/events")).await.ok();
    let cursor = page.str("cursor");
    assert_eq!(lines(&alice, &project, &format!("?cursor={cursor}")).await.text, "");
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    lines(&bob, &project, "").await.not_found();
}
