//! Lists of tasks: filters, sorting, pages, and whose tasks they are.

use serde_json::{Value, json};

use crate::support::{Answer, Fields, Project, User, app, each};

struct World {
    alice: User,
    bob: User,
    project: Project,
    label: String,
    milestone: String,
    column: String,
}

/// Five tasks of which each differs from the others in everything that is filtered by.
async fn world() -> World {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let (todo, done) =
        (project.column("To do").await, project.column_with(json!({"name": "Done", "kind": "done"})).await);
    let (label, milestone) = (project.label("Bug").await, project.milestone("Spring").await);
    let make = |column: &Value, body: Value| {
        let (project, column) = (project.clone(), column.clone());
        async move { project.task_with(&column, body).await }
    };
    let one = json!({"title": "One", "assignee_ids": [alice.id], "due_on": "2026-12-03", "priority": "low"});
    let one = make(&todo, one).await;
    make(&todo, json!({"title": "Two", "assignee_ids": [bob.id], "due_on": "2026-12-01", "label_ids": [label.id()]}))
        .await;
    make(&todo, json!({"title": "Three", "priority": "urgent", "milestone_id": milestone.id(), "before": one.id()}))
        .await;
    make(&done, json!({"title": "Four", "due_on": "2026-12-02", "description": "A needle"})).await;
    let five = make(&todo, json!({"title": "Five"})).await;
    alice.put(&project.task_at(&five, "/archive")).await.ok();
    let ids = (label.id(), milestone.id(), done.id());
    World { alice, bob, project, label: ids.0, milestone: ids.1, column: ids.2 }
}

fn titles(answer: Answer) -> Vec<String> {
    each(&answer.ok().list("items"), "title")
}

#[tokio::test]
async fn tasks_are_filtered_by_each_field_and_by_all_of_them() {
    let World { alice, bob, project, label, milestone, column } = world().await;
    let bob_id = &bob.id;
    for (query, found) in [
        (String::new(), &["One", "Two", "Three", "Four"][..]),
        ("assignee=me".into(), &["One"]),
        (format!("assignee=me&assignee={bob_id}"), &["One", "Two"]),
        (format!("assignee=me,{bob_id}"), &["One", "Two"]),
        ("assignee=none".into(), &["Three", "Four"]),
        ("assignee=none&assignee=me".into(), &["One", "Three", "Four"]),
        (format!("label={label}"), &["Two"]),
        ("label=none&assignee=me".into(), &["One"]),
        (format!("label={label}&assignee=me"), &[]),
        (format!("milestone={milestone}"), &["Three"]),
        (format!("milestone={milestone},none"), &["One", "Two", "Three", "Four"]),
        (format!("column={column}"), &["Four"]),
        ("priority=urgent&priority=low".into(), &["One", "Three"]),
        ("status=open".into(), &["One", "Two", "Three"]),
        ("status=done".into(), &["Four"]),
        ("status=archived".into(), &["Five"]),
        ("status=archived&status=done".into(), &["Four", "Five"]),
        ("status=archived&assignee=none".into(), &["Five"]),
        ("due=none".into(), &["Three"]),
        ("due=2026-12-02".into(), &["Four"]),
        ("due=2026-12-02..".into(), &["One", "Four"]),
        ("due=..2026-12-02,none".into(), &["Two", "Three", "Four"]),
        ("q=needle".into(), &["Four"]),
        ("q=-needle&sort=number".into(), &["One", "Two", "Three"]),
        ("q=label:bug".into(), &["Two"]),
        ("q=is:archived".into(), &["Five"]),
        ("q=t".into(), &[]),
        ("q=tw".into(), &["Two"]),
    ] {
        assert_eq!(titles(alice.get(&project.at(&format!("/tasks?{query}"))).await), *found, "{query}");
    }
    let listed = alice.get(&project.at("/tasks?label=none&assignee=me")).await.ok().list("items");
    assert_eq!(listed[0], project.find("tasks", &listed[0].id()).await.unwrap(), "as the board has it");
    for query in [
        "assignee=x",
        "label=me",
        "milestone=x",
        "column=none",
        "priority=x",
        "status=x",
        "due=x",
        "sort=x",
        "sort=--due_on",
        "sort=due_on&cursor=x",
        "q=is:x",
        "unknown=1",
    ] {
        alice.get(&project.at(&format!("/tasks?{query}"))).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn tasks_are_sorted_and_paged_by_every_key() {
    let World { alice, project, .. } = world().await;
    let two = alice.get(&project.at("/tasks?q=two")).await.ok().list("items")[0].clone();
    alice.patch(&project.task_at(&two, "")).json(json!({"estimate": 2})).await.ok();
    for (sort, order) in [
        ("position", ["Three", "One", "Two", "Four"]),
        ("-position", ["Four", "Two", "One", "Three"]),
        ("due_on", ["Two", "Four", "One", "Three"]),
        ("-due_on", ["One", "Four", "Two", "Three"]),
        ("priority", ["Two", "Four", "One", "Three"]),
        ("-priority", ["Three", "One", "Two", "Four"]),
        ("created_at", ["One", "Two", "Three", "Four"]),
        ("-created_at", ["Four", "Three", "Two", "One"]),
        ("number", ["One", "Two", "Three", "Four"]),
        ("-number", ["Four", "Three", "Two", "One"]),
        ("-updated_at", ["Two", "Four", "Three", "One"]),
        ("updated_at", ["One", "Three", "Four", "Two"]),
    ] {
        for path in [project.at("/tasks"), "/me/tasks".into()] {
            assert_eq!(titles(alice.get(&format!("{path}?sort={sort}")).await), order, "{sort}");
            let (mut paged, mut cursor) = (vec![], String::new());
            loop {
                let page = alice.get(&format!("{path}?sort={sort}&limit=1{cursor}")).await.ok();
                paged.extend(each(&page.list("items"), "title"));
                assert!(paged.len() < 6, "a pager loops");
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(paged, order, "{sort}, one at a time");
        }
    }
}

#[tokio::test]
async fn ones_own_tasks_are_those_of_all_projects_while_one_belongs_to_them() {
    let World { alice, bob, project, .. } = world().await;
    let other = bob.project().await;
    let column = other.column("To do").await;
    let mine = json!({"title": "Elsewhere", "assignee_ids": [bob.id], "due_on": "2026-12-02"});
    other.task_with(&column, mine).await;
    let listed = bob.get("/me/tasks?assignee=me").await.ok().list("items");
    assert_eq!(each(&listed, "title"), ["Two", "Elsewhere"], "by when they are due");
    assert_eq!(each(&listed, "project_id"), [project.id.as_str(), other.id.as_str()]);
    assert_eq!(each(&listed, "key"), [format!("{}-2", project.key), format!("{}-1", other.key)]);
    assert_eq!(titles(bob.get(&format!("/me/tasks?q=project:{}", other.key)).await), ["Elsewhere"]);
    let token = bob.by_cookie().await.by_token(json!({"project_ids": [other.id]})).await;
    assert_eq!(titles(token.get("/me/tasks?assignee=me").await), ["Elsewhere"]);
    assert!(titles(alice.get("/me/tasks?q=elsewhere").await).is_empty());
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    assert_eq!(titles(bob.get("/me/tasks?assignee=me").await), ["Elsewhere"]);
    assert_eq!(titles(bob.get("/me/tasks").await), ["Elsewhere"]);
}
