//! Deleted tasks: they wait in the trash, come back with everything, and go for good in time.

use std::time::Duration;

use boardcast::{base::clock::Timestamp, jobs};
use serde_json::{Value, json};

use crate::{
    retention::meanwhile,
    support::{Fields, Project, User, each, own_app},
};

async fn trash(by: &User, project: &Project) -> Vec<Value> {
    by.get(&project.at("/trash")).await.ok().list("items")
}

#[tokio::test]
async fn a_deleted_task_comes_back_with_everything_that_hung_on_it() {
    let (_, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let (one, two, put_away) =
        (project.task(&column, "One").await, project.task(&column, "Two").await, project.task(&column, "Away").await);
    let label = project.label("bug").await;
    let patch = json!({"label_ids": [label.id()], "assignee_ids": [bob.id], "description": "Why, and how"});
    alice.patch(&project.task_at(&one, "")).json(patch).await.ok();
    project.checklist_item(&one, "First").await;
    let comment = project.comment(&one, "Hello").await;
    let file = project.attach(&one, "notes.txt", b"some notes").await;
    project.dependency(&one, &two, 2).await;
    project.dependency(&put_away, &one, 0).await;
    alice.put(&project.task_at(&put_away, "/archive")).await.ok();
    let before = project.board().await;
    let detail = alice.get(&project.task_at(&one, "")).await.ok();
    project.told().await;

    alice.delete(&project.task_at(&one, "")).await.no_content();
    let event = project.told_only("task.deleted").await;
    assert_eq!(event["removed"]["tasks"], json!([one.id()]));
    // It is gone for everything else.
    for path in ["", "/comments", "/attachments", "/checklist", "/activity"] {
        let answer = alice.unchecked().get(&project.task_at(&one, path)).await;
        assert!([404, 405].contains(&answer.status), "{path}: {answer:?}");
    }
    for path in [format!("/attachments/{}/content", file.id()), format!("/tasks/{}", one.int("number"))] {
        alice.get(&project.at(&path)).await.not_found();
    }
    alice.patch(&project.at(&format!("/comments/{}", comment.id()))).json(json!({"body": "x"})).await.not_found();
    alice.put(&project.task_at(&two, &format!("/dependencies/{}", one.id()))).json(json!({})).await.not_found();
    alice.delete(&project.task_at(&one, "")).await.not_found();
    for query in ["q=hello", "q=notes", "q=One", &format!("q={}", one.int("number")), "q=is:archived"] {
        let hits = alice.get(&format!("/search?{query}")).await.ok().list("items");
        assert!(hits.iter().all(|hit| hit["task_id"] != one["id"]), "{query}: {hits:?}");
    }
    for list in ["/tasks?status=archived", "/tasks?status=open,done,archived", "/tasks"] {
        let listed = alice.get(&project.at(list)).await.ok().list("items");
        assert!(!each(&listed, "id").contains(&one.id()), "{list}");
    }

    let waiting = trash(&alice, &project).await;
    assert_eq!((each(&waiting, "title"), &waiting[0]["deleted_by"]), (vec!["One".to_owned()], &json!(alice.id)));
    assert_eq!(waiting[0]["archived_at"], Value::Null);
    project.told_nothing().await;
    let back = alice.post(&project.at(&format!("/trash/{}/restore", one.id()))).await.ok();
    project.told_only("task.restored").await;
    for field in [
        "title",
        "number",
        "description",
        "label_ids",
        "assignee_ids",
        "comment_count",
        "attachment_count",
        "column_id",
        "position",
        "archived_at",
    ] {
        assert_eq!(back[field], detail[field], "{field}");
    }
    let after = project.board().await;
    for kind in ["dependencies", "checklist_items"] {
        let without_version = |board: &Value| -> Vec<Value> {
            let strip = |mut object: Value| {
                object.as_object_mut().unwrap().shift_remove("version");
                object
            };
            board.list(kind).into_iter().map(strip).collect()
        };
        assert_eq!(without_version(&after), without_version(&before), "{kind}");
    }
    assert_eq!(each(&project.comments(&one).await, "body"), ["Hello"]);
    alice.get(&project.at(&format!("/attachments/{}/content", file.id()))).await;
    let hits = alice.get("/search?q=notes").await.ok().list("items");
    assert_eq!(hits.len(), 1, "{hits:?}");
    assert_eq!(trash(&alice, &project).await.len(), 0);
    // Of an archived task, too.
    alice.put(&project.task_at(&put_away, "/unarchive")).await;
    alice.delete(&project.task_at(&put_away, "/archive")).await;
    project.settle().await;
    alice.post(&project.at(&format!("/trash/{}/restore", one.id()))).await.not_found();
}

#[tokio::test]
async fn the_trash_is_for_those_who_may_delete() {
    let (_, alice, bob, charlie) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    project.add(&charlie, "viewer").await;
    let column = project.column("To do").await;
    let (own, foreign) = (project.seen_by(&bob).task(&column, "Bob's").await, project.task(&column, "Alice's").await);
    let ids = json!([own.id(), foreign.id()]);
    alice.post(&project.at("/tasks/bulk")).json(json!({"task_ids": ids, "delete": true})).await.ok();
    assert_eq!(trash(&alice, &project).await.len(), 2);
    assert_eq!(each(&trash(&bob, &project).await, "title"), ["Bob's"]);
    charlie.get(&project.at("/trash")).await.problem(403, "forbidden");
    let at = |task: &Value, rest: &str| project.at(&format!("/trash/{}{rest}", task.id()));
    bob.post(&at(&foreign, "/restore")).await.problem(403, "forbidden");
    bob.delete(&at(&own, "")).await.problem(403, "forbidden");
    charlie.post(&at(&own, "/restore")).await.problem(403, "forbidden");
    bob.post(&at(&own, "/restore")).await.ok();
    alice.delete(&at(&own, "")).await.not_found();
    alice.delete(&at(&foreign, "")).await.no_content();
    alice.post(&at(&foreign, "/restore")).await.not_found();
    assert_eq!(trash(&alice, &project).await.len(), 0);
    project.settle().await;
}

#[tokio::test]
async fn the_trash_is_listed_by_pages_and_emptied_in_time() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut ids = vec![];
    for n in 0..5 {
        let task = project.task(&column, &format!("Task {n}")).await;
        alice.delete(&project.task_at(&task, "")).await.no_content();
        ids.push(task.id());
    }
    ids.reverse();
    let (mut seen, mut from) = (vec![], String::new());
    loop {
        let page = alice.get(&project.at(&format!("/trash?limit=2{from}"))).await.ok();
        seen.extend(each(&page.list("items"), "id"));
        match page["next_cursor"].as_str() {
            Some(next) => from = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ids);
    // A column that has only deleted tasks goes, and they stay.
    let other = project.column("Done").await;
    alice.delete(&project.at(&format!("/columns/{}", column.id()))).await.no_content();
    let back = alice.post(&project.at(&format!("/trash/{}/restore", ids[0]))).await.ok();
    assert_eq!(back["column_id"], other["id"]);
    project.settle().await;
    let day = Duration::from_hours(24);
    meanwhile(&mut app, async |app| {
        let count = async || app.db.query("select count(*) from tasks").one::<(i64,)>().await.unwrap().0;
        jobs::sweep(app, Timestamp::now().plus(day * 29)).await.unwrap();
        assert_eq!(count().await, 5);
        jobs::sweep(app, Timestamp::now().plus(day * 31)).await.unwrap();
        assert_eq!(count().await, 1);
    })
    .await;
}
