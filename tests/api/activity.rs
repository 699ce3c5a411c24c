//! What happened, in the words of the log: of a project and of a task, complete, by pages and filtered.

use boardcast::{base::ids::ProjectId, log::digest, model::boards::HELD};
use serde_json::{Value, json};

use crate::{
    retention::meanwhile,
    support::{Fields, Project, User, each, own_app},
};

async fn activity(by: &User, path: &str) -> Vec<Value> {
    let (mut items, mut from) = (vec![], String::new());
    loop {
        let joint = if path.contains('?') { '&' } else { '?' };
        let page = by.get(&format!("{path}{joint}limit=3{from}")).await.ok();
        items.extend(page.list("items"));
        match page["next_cursor"].as_str() {
            Some(next) => from = format!("&cursor={next}"),
            None => return items,
        }
    }
}

/// Everything that can happen to the first of two tasks; answers the types of the events, in order.
async fn story(project: &Project, bob: &User) -> (Value, Value, Vec<&'static str>) {
    let alice = &project.by;
    let (todo, done) = (project.column("To do").await, project.column("Done").await);
    let (one, two) = (project.task(&todo, "One").await, project.task(&todo, "Two").await);
    alice.patch(&project.task_at(&one, "")).json(json!({"title": "Uno", "description": "Why"})).await.ok();
    bob.put(&project.task_at(&one, "/position")).json(json!({"column_id": done.id()})).await.ok();
    let item = project.checklist_item(&one, "First").await;
    alice.patch(&project.task_at(&one, &format!("/checklist/{}", item.id()))).json(json!({"done": true})).await.ok();
    let comment = project.comment(&one, "Hello").await;
    alice.patch(&project.at(&format!("/comments/{}", comment.id()))).json(json!({"body": "Hi"})).await.ok();
    project.comment(&two, "Elsewhere").await;
    alice.delete(&project.at(&format!("/comments/{}", comment.id()))).await.no_content();
    project.dependency(&two, &one, 0).await;
    let ids = json!([one.id(), two.id()]);
    bob.post(&project.at("/tasks/bulk")).json(json!({"task_ids": ids, "patch": {"priority": "high"}})).await.ok();
    let types = vec![
        "task.created",
        "task.changed",
        "task.moved",
        "checklist_item.created",
        "checklist_item.changed",
        "comment.created",
        "comment.changed",
        "comment.deleted",
        "dependency.created",
        "task.changed",
    ];
    (one, two, types)
}

#[tokio::test]
async fn the_activity_of_a_task_is_complete_whether_it_is_digested_or_not() {
    let (mut app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let (one, two, mut types) = story(&project, &bob).await;
    types.reverse();
    let path = project.task_at(&one, "/activity");
    let before = activity(&alice, &path).await;
    assert_eq!(each(&before, "type"), types);
    for item in &before {
        assert_eq!(item["task_id"], one["id"], "{item}");
    }

    let id = ProjectId(project.id.parse().unwrap());
    meanwhile(&mut app, async |app| while digest::step(&app.db, id, HELD).await.unwrap() {}).await;
    let (alice, project) = (alice.on(&app), project.on(&app));
    assert_eq!(activity(&alice, &path).await, before);
    alice.patch(&project.task_at(&one, "")).json(json!({"title": "Un"})).await.ok();
    let after = activity(&alice, &path).await;
    assert_eq!(
        (&after[0]["fields"], &after[1..]),
        (&json!([{"name": "title", "from": "Uno", "to": "Un"}]), &before[..])
    );

    let of = |n: usize| (&before[n]["kind"], before[n]["fields"].clone());
    let (kind, fields) = of(0);
    assert_eq!((kind, fields), (&json!("tasks"), json!([{"name": "priority", "from": "none", "to": "high"}])));
    assert_eq!(of(2), (&json!("comments"), json!([{"name": "reactions", "from": [], "to": null}])));
    // What its author has taken back is not told, nor what it was before that.
    assert_eq!(of(3), (&json!("comments"), json!([])));
    assert_eq!(
        of(1),
        (
            &json!("dependencies"),
            json!([
                {"name": "task_id", "from": null, "to": two.id()},
                {"name": "depends_on_id", "from": null, "to": one.id()},
                {"name": "lag_days", "from": null, "to": 0},
            ])
        )
    );
    assert_eq!(of(5), (&json!("checklist_items"), json!([{"name": "done", "from": false, "to": true}])));
    let moved = of(7).1;
    assert_eq!((moved.as_array().unwrap().len(), &moved[0]["name"]), (1, &json!("column_id")));
    assert_eq!(before[7]["actor"], json!({"id": bob.id, "name": "Bob", "via": "tests"}));
    let edited = each(&of(8).1.as_array().unwrap().clone(), "name");
    assert_eq!(edited, ["title", "description"]);

    // A dependency belongs to both of its tasks.
    let other = activity(&alice, &project.task_at(&two, "/activity")).await;
    assert_eq!(each(&other, "type"), ["task.changed", "dependency.created", "comment.created", "task.created"]);
    let told = &other[2]["fields"];
    assert_eq!(told[0], json!({"name": "body", "from": null, "to": "Elsewhere"}), "{told}");
    // A task that is gone has none of its own; the project's still tells of it.
    alice.delete(&project.task_at(&one, "")).await.no_content();
    alice.get(&path).await.not_found();
    let all = activity(&alice, &project.at("/activity")).await;
    assert_eq!(
        (&all[0]["type"], &all[0]["object_id"], &all[0]["name"]),
        (&json!("task.deleted"), &one["id"], &json!("Un"))
    );
}

#[tokio::test]
async fn the_activity_of_a_project_is_its_log_and_is_filtered_by_person_and_kind() {
    let (_, alice, bob, charlie) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let (one, ..) = story(&project, &bob).await;
    let all = activity(&alice, &project.at("/activity")).await;
    let seqs: Vec<i64> = all.iter().map(|item| item.int("seq")).collect();
    assert_eq!(seqs, (1..=project.seq().await).rev().collect::<Vec<_>>());
    assert_eq!(all.last().unwrap()["type"], "project.created");

    let bulk = &all[0];
    assert_eq!((&bulk["others"], &bulk["task_id"]), (&json!(1), &Value::Null));
    assert_eq!(all[2]["task_id"], one["id"], "{}", all[2]);

    let of_bob = activity(&alice, &project.at(&format!("/activity?actor={}", bob.id))).await;
    assert_eq!(each(&of_bob, "type"), ["task.changed", "task.moved", "member.added"]);
    let of_comments = activity(&alice, &project.at("/activity?kind=comment,checklist_item")).await;
    assert_eq!(of_comments.len(), 6);
    let of_columns =
        activity(&alice, &project.at(&format!("/activity?kind=column&kind=label&actor={}", alice.id))).await;
    assert_eq!(each(&of_columns, "name"), ["Done", "To do"]);
    assert_eq!(activity(&alice, &project.at(&format!("/activity?actor={}", charlie.id))).await.len(), 0);
    for query in ["kind=nothing", "actor=me", "cursor=x", "limit=0"] {
        alice.get(&project.at(&format!("/activity?{query}"))).await.problem(422, "invalid");
    }
}
