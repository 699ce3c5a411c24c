//! Filters among the words of a search.

use serde_json::json;

use super::{search, shown, titles};
use crate::support::{Fields, app};

#[tokio::test]
async fn filters_narrow_what_is_found() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let (todo, done) =
        (project.column("To do").await, project.column_with(json!({"name": "Done", "kind": "done"})).await);
    let (bug, idea) = (project.label("Bug").await, project.label("Big idea").await);
    let spring = project.milestone("Spring").await;
    let make = |column: &serde_json::Value, mut body: serde_json::Value, title: &str| {
        body["title"] = json!(title);
        let (project, column) = (project.clone(), column.clone());
        async move { project.task_with(&column, body).await }
    };
    let first =
        make(&todo, json!({"label_ids": [bug.id()], "assignee_ids": [alice.id], "due_on": "2026-11-30"}), "Larch one")
            .await;
    make(
        &todo,
        json!({"label_ids": [idea.id()], "assignee_ids": [bob.id], "due_on": "2026-12-01", "priority": "high"}),
        "Larch two",
    )
    .await;
    make(&todo, json!({"milestone_id": spring.id(), "due_on": "2026-12-24", "priority": "urgent"}), "Larch three")
        .await;
    make(&done, json!({}), "Larch four").await;
    let archived = make(&todo, json!({}), "Larch five").await;
    alice.put(&project.task_at(&archived, "/archive")).await.ok();
    project.comment(&first, "A larch is a tree").await;

    let name = bob.name.clone();
    for (query, found) in [
        ("larch assignee:me", &["Larch one", "comment: A larch is a tree"][..]),
        ("larch assignee:none kind:task", &["Larch four", "Larch three"]),
        ("larch label:bug kind:task", &["Larch one"]),
        ("larch label:\"big idea\"", &["Larch two"]),
        ("larch label:id", &["Larch two"]),
        ("larch label:bug label:none kind:task", &["Larch four", "Larch three", "Larch one"]),
        ("larch label:nosuch", &[]),
        ("larch milestone:spring", &["Larch three"]),
        ("larch milestone:none priority:high", &["Larch two"]),
        ("larch column:done", &["Larch four"]),
        ("larch column:\"to do\" kind:task", &["Larch three", "Larch two", "Larch one"]),
        ("larch priority:high priority:urgent", &["Larch three", "Larch two"]),
        ("larch is:done", &["Larch four"]),
        ("larch is:archived", &["Larch five"]),
        ("larch is:done is:archived", &["Larch five", "Larch four"]),
        ("larch is:open kind:task", &["Larch three", "Larch two", "Larch one"]),
        ("larch due:<2026-12-01 kind:task", &["Larch one"]),
        ("larch due:<=2026-12-01 kind:task", &["Larch two", "Larch one"]),
        ("larch due:>2026-12-01", &["Larch three"]),
        ("larch due:>=2026-12-01", &["Larch three", "Larch two"]),
        ("larch due:2026-12-01", &["Larch two"]),
        ("larch due:2026-12-01..2026-12-24", &["Larch three", "Larch two"]),
        ("larch due:..2026-11-30 kind:task", &["Larch one"]),
        ("larch due:<1900-01-01", &[]),
        ("larch due:none", &["Larch four"]),
        ("kind:comment larch", &["comment: A larch is a tree"]),
        ("larch kind:attachment", &[]),
        // What is excluded.
        ("larch -label:bug kind:task", &["Larch four", "Larch three", "Larch two"]),
        ("larch -label:bug -label:\"big idea\" -column:done", &["Larch three"]),
        ("larch -milestone:spring -assignee:none kind:task", &["Larch two", "Larch one"]),
        ("larch -is:open", &["Larch four"]),
        ("larch -due:none -priority:urgent kind:task", &["Larch two", "Larch one"]),
        ("larch -kind:task", &["comment: A larch is a tree"]),
        ("larch -kind:task kind:task", &[]),
        ("larch -label:nosuch -kind:comment", &["Larch four", "Larch three", "Larch two", "Larch one"]),
        ("-label:none is:open", &["Larch two", "Larch one"]),
        // Filters alone list tasks.
        ("label:bug", &["Larch one"]),
        ("is:open assignee:none", &["Larch three"]),
        ("label:bug kind:comment", &["comment: A larch is a tree"]),
        // Words before a colon that name no filter are words.
        ("larch:one", &["Larch one"]),
        ("larch author:me", &[]),
    ] {
        assert_eq!(shown(&alice, query).await, *found, "{query}");
    }
    assert_eq!(titles(&alice, &format!("larch assignee:\"{name}\"")).await, ["Larch two"]);
    assert_eq!(titles(&alice, &format!("larch assignee:{}", bob.id)).await, ["Larch two"]);
    assert_eq!(titles(&bob, "larch assignee:me").await, ["Larch two"]);
    assert_eq!(titles(&alice, &format!("larch project:{} kind:task", project.key.to_lowercase())).await.len(), 4);
    assert!(titles(&alice, "larch project:NOSUCH").await.is_empty());
    assert!(titles(&alice, &format!("larch -project:{}", project.key)).await.is_empty());
    assert_eq!(titles(&alice, "larch -project:NOSUCH kind:task").await.len(), 4);
    let number = first.int("number");
    assert_eq!(titles(&alice, &format!("{number} label:bug")).await, ["Larch one"]);
    assert!(titles(&alice, &format!("{number} is:done")).await.is_empty());
    assert!(titles(&alice, &format!("{number} kind:comment")).await.is_empty());
}

#[tokio::test]
async fn due_words_go_by_the_day_of_the_searcher() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let day = |after: i64| {
        let today = boardcast::base::clock::Day::today();
        today.plus(after).unwrap().to_string()
    };
    for (title, after) in [("Yew late", -1), ("Yew now", 0), ("Yew soon", 7), ("Yew later", 8)] {
        project.task_with(&column, json!({"title": title, "due_on": day(after)})).await;
    }
    let over = project.task_with(&column, json!({"title": "Yew over", "due_on": day(-1)})).await;
    alice.put(&project.task_at(&over, "/completion")).await.ok();
    for (query, found) in [
        ("yew due:overdue", &["Yew late"][..]),
        ("yew due:today", &["Yew now"]),
        ("yew due:week", &["Yew soon", "Yew now"]),
        ("yew due:overdue due:today", &["Yew now", "Yew late"]),
        ("yew due:later", &["Yew later"]),
        ("yew due:week due:later", &["Yew later", "Yew soon", "Yew now"]),
        ("yew -due:overdue -due:later is:open", &["Yew soon", "Yew now"]),
    ] {
        assert_eq!(titles(&alice, query).await, *found, "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_refused() {
    let (_, alice, ..) = app().await;
    for query in [
        "is:blue",
        "priority:very",
        "due:soon",
        "due:..",
        "due:2026-02-30",
        "due:<soon",
        "kind:label",
        "-is:blue",
        "-due:soon",
    ] {
        let url = reqwest::Url::parse_with_params("http://x/search", [("q", query)]).unwrap();
        alice.get(&format!("/search?{}", url.query().unwrap())).await.invalid("/q");
    }
    assert!(search(&alice, "label: x").await.is_empty());
}
