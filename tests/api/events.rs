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
    let mut from = String::new();
    loop {
        let answer = page(&alice, &project, &format!("?limit=2{from}")).await;
        let items = answer.list("items");
        assert!(items.len() <= 2);
        paged.extend(items);
        assert_eq!(answer.str("cursor"), project.cursor_at(i64::try_from(paged.len()).unwrap()).await);
        match answer["next_cursor"].as_str() {
            Some(next) => from = format!("&cursor={next}"),
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
async fn a_cursor_that_is_none_is_refused() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let cursor = project.board().await.str("cursor");
    let (place, chain) = cursor.rsplit_once('.').unwrap();
    let (epoch, seq) = place.rsplit_once('.').unwrap();
    for query in [
        "cursor=".to_owned(),
        "cursor=1".to_owned(),
        "cursor=nonsense".to_owned(),
        format!("cursor={place}"),
        format!("cursor={place}.1"),
        format!("cursor={cursor}.1"),
        format!("cursor={epoch}.0{seq}.{chain}"),
        format!("cursor={epoch}.%2B{seq}.{chain}"),
        format!("cursor={epoch}.-{seq}.{chain}"),
        format!("cursor={cursor}&after=1"),
        format!("cursor={cursor}&cursor={cursor}"),
    ] {
        let call = alice.get(&project.at(&format!("/events?{query}")));
        let problem = call.header("Accept", "application/json").await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/cursor", "{query}: {problem}");
    }
    for query in [format!("cursor=0000.{seq}.{chain}"), format!("cursor={place}.00000000")] {
        let call = alice.get(&project.at(&format!("/events?{query}")));
        call.header("Accept", "application/json").await.problem(410, "other_history");
    }
}

#[tokio::test]
async fn a_cursor_leads_from_the_snapshot_to_the_log_and_the_stream() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    project.column("In the snapshot").await;
    for path in ["/board", "/timeline"] {
        let cursor = alice.get(&project.at(path)).await.ok().str("cursor");
        project.column(path).await;
        let answer = page(&alice, &project, &format!("?cursor={cursor}")).await;
        assert_eq!(answer.list("items").len(), 1);
        let mut stream = alice.stream_from(&project.at("/events"), &cursor).await;
        stream.hello().await;
        assert_eq!(stream.change().await, answer["items"][0]);
        assert_eq!(stream.cut(), answer.str("cursor"));
        // The end of the log has a cursor too, and says that it is the end.
        let end = page(&alice, &project, &format!("?cursor={}", answer.str("cursor"))).await;
        assert_eq!((&end["items"], &end["next_cursor"], &end["cursor"]), (&json!([]), &json!(null), &answer["cursor"]));
    }
    assert_eq!(page(&alice, &project, "").await, {
        let epoch = project.board().await.str("epoch");
        page(&alice, &project, &format!("?cursor={epoch}.0")).await
    });
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
    assert_eq!(event["actor"], json!({"id": bob.id, "name": "Bob", "via": "tests"}));
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
