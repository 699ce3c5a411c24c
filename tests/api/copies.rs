//! Copies of tasks and of whole projects.

use serde_json::{Value, json};

use crate::support::{Fields, Project, app, each, png};

#[tokio::test]
async fn a_copy_of_a_task_stands_right_below_it() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let label = project.label("bug").await;
    let milestone = project.milestone("Beta").await;
    let body = json!({
        "title": "Paint", "description": "**Twice**, see #2", "label_ids": [label.id()], "assignee_ids": [bob.id],
        "milestone_id": milestone.id(), "priority": "high", "start_on": "2026-03-02", "due_on": "2026-03-06", "estimate": 3,
    });
    let task = project.task_with(&column, body).await;
    let other = project.task(&column, "Dry").await;
    for text in ["First", "Second"] {
        project.checklist_item(&task, text).await;
    }
    project.dependency(&other, &task, 0).await;
    project.comment(&task, "Said").await;
    project.attach(&task, "plan.png", &png(2, 2)).await;
    project.by.put(&project.task_at(&task, "/completion")).await.ok();
    project.told().await;

    let copy = bob.post(&project.task_at(&task, "/duplicate")).await.created();
    let event = project.told_only("task.created").await;
    let original = project.by.get(&project.task_at(&task, "")).await.ok();
    let same = [
        "title",
        "description",
        "label_ids",
        "assignee_ids",
        "milestone_id",
        "priority",
        "start_on",
        "due_on",
        "estimate",
        "column_id",
    ];
    for field in same {
        assert_eq!(copy[field], original[field], "{field}");
    }
    // Its description names what is there now.
    assert!(copy.str("description_html").contains("/board/2"));
    assert_eq!((&copy["comment_count"], &copy["attachment_count"]), (&json!(0), &json!(0)));
    assert_eq!(
        (&copy["completed_at"], &copy["created_by"], &copy["number"]),
        (&json!(null), &json!(bob.id), &json!(3))
    );
    assert_eq!(project.titles(&column).await, ["Paint", "Paint", "Dry"]);
    let items = event["changes"].list("checklist_items");
    assert_eq!(each(&items, "text"), ["First", "Second"]);
    assert!(items.iter().all(|item| item["task_id"] == copy.id() && item["done"] == false));
    assert!(event["changes"].get("dependencies").is_none());
    // It is found like every other.
    let found = alice.get(&format!("/search?q=twice&project={}", project.id)).await.ok().list("items");
    assert_eq!(found.len(), 2);
    project.settle_as(&[&bob]).await;
}

#[tokio::test]
async fn a_copy_of_a_task_leaves_out_who_cannot_be_assigned_any_more() {
    let (app, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"title": "Paint", "assignee_ids": [bob.id, alice.id]})).await;
    let admin = app.administrator().await;
    admin.patch(&format!("/admin/users/{}", bob.id)).json(json!({"disabled": true})).await.ok();
    let copy = alice.post(&project.task_at(&task, "/duplicate")).await.created();
    assert_eq!(copy["assignee_ids"], json!([alice.id]));
    // What is archived is restored first, and a full column takes no copy.
    alice.put(&project.task_at(&task, "/archive")).await.ok();
    alice.post(&project.task_at(&task, "/duplicate")).await.problem(409, "task_archived");
    alice.patch(&project.at(&format!("/columns/{}", column.id()))).json(json!({"wip_limit": 1})).await.ok();
    project.told().await;
    alice.post(&project.task_at(&copy, "/duplicate")).await.problem(409, "wip_limit");
    project.told_nothing().await;
}

/// A project with all that a copy takes along, and what it leaves behind.
async fn original() -> (Project, crate::support::User) {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let todo = project.column("To do").await;
    let done = project.column_with(json!({"name": "Done", "kind": "done", "wip_limit": 9})).await;
    let label = project.label("bug").await;
    let milestone = project.milestone("Beta").await;
    let at = project.at(&format!("/milestones/{}", milestone.id()));
    alice.patch(&at).json(json!({"due_on": "2026-04-01"})).await.ok();
    let gone = project.task(&todo, "Gone").await;
    alice.put(&project.task_at(&gone, "/archive")).await.ok();
    let body = json!({
        "title": "Paint", "description": "Before #3", "label_ids": [label.id()], "assignee_ids": [bob.id, alice.id],
        "milestone_id": milestone.id(), "start_on": "2026-03-02", "due_on": "2026-03-06",
    });
    let paint = project.task_with(&todo, body).await;
    let dry = project.task_with(&done, json!({"title": "Dry", "due_on": "2026-03-10"})).await;
    project.checklist_item(&paint, "Brush").await;
    project.dependency(&dry, &paint, 2).await;
    project.comment(&paint, "Said").await;
    alice.patch(&project.at("")).json(json!({"description": "How we paint", "move_completed": false})).await.ok();
    (project, bob)
}

fn named<'a>(board: &'a Value, kind: &str, name: &str) -> &'a Value {
    let list = board[kind].as_array().unwrap();
    list.iter().find(|one| one["name"] == name || one["title"] == name).unwrap()
}

#[tokio::test]
async fn a_copy_of_a_project_has_its_board_and_plan() {
    let (project, bob) = original().await;
    let copy =
        bob.post(&project.at("/duplicate")).json(json!({"name": "Again", "start_on": "2027-03-02"})).await.created();
    assert_eq!(
        (&copy["name"], &copy["description"], &copy["move_completed"]),
        (&json!("Again"), &json!("How we paint"), &json!(false))
    );
    let copy = Project::new(bob.clone(), &copy).await;
    let (before, after) = (project.board().await, copy.board().await);
    assert_eq!(each(&after.list("columns"), "name"), each(&before.list("columns"), "name"));
    assert_eq!(named(&after, "columns", "Done")["wip_limit"], 9);
    assert_eq!(each(&after.list("members"), "id"), std::slice::from_ref(&bob.id), "without its people");
    let (paint, dry) = (named(&after, "tasks", "Paint"), named(&after, "tasks", "Dry"));
    assert_eq!(after.list("tasks").len(), 2, "what is archived stays behind");
    // The earliest date is the one that was asked for, and all others keep their distance.
    assert_eq!(
        (&paint["start_on"], &paint["due_on"], &dry["due_on"]),
        (&json!("2027-03-02"), &json!("2027-03-06"), &json!("2027-03-10"))
    );
    assert_eq!(named(&after, "milestones", "Beta")["due_on"], "2027-04-01");
    assert_eq!(paint["milestone_id"], named(&after, "milestones", "Beta")["id"]);
    assert_eq!(paint["label_ids"], json!([named(&after, "labels", "bug")["id"]]));
    assert_eq!(paint["column_id"], named(&after, "columns", "To do")["id"]);
    assert_eq!((&paint["assignee_ids"], &paint["comment_count"]), (&json!([]), &json!(0)));
    assert!(dry["completed_at"].is_string());
    // A text that names a task by its number still means it.
    assert_eq!((&paint["number"], &dry["number"]), (&json!(2), &json!(3)));
    let detail = bob.get(&copy.task_at(paint, "")).await.ok();
    let key = after["project"].str("key");
    assert!(detail.str("description_html").contains(&format!("/p/{key}/board/3")), "{detail}");
    let dependency = &after["dependencies"][0];
    assert_eq!(
        (&dependency["task_id"], &dependency["depends_on_id"], &dependency["lag_days"]),
        (&dry["id"], &paint["id"], &json!(2))
    );
    assert_eq!(
        (&after["checklist_items"][0]["text"], &after["checklist_items"][0]["task_id"]),
        (&json!("Brush"), &paint["id"])
    );
    // The next task has the next number, and what was copied is found.
    let column = named(&after, "columns", "To do").clone();
    assert_eq!(copy.task(&column, "New").await["number"], 4);
    let found = bob.get(&format!("/search?q=paint&project={}", copy.id)).await.ok().list("items");
    assert_eq!(found.len(), 1);
    let projects = bob.get("/projects").await.ok().list("items");
    let listed = projects.iter().find(|one| one["id"] == copy.id.as_str()).unwrap();
    assert_eq!(listed["task_count"], 3);
    copy.settle().await;
    // The original is as it was.
    assert_eq!(project.board().await, before);
}

#[tokio::test]
async fn a_copy_of_a_project_takes_its_people_along() {
    let (project, bob) = original().await;
    let body = json!({"name": "Again", "key": "AGAIN", "with_members": true});
    let copy = project.by.post(&project.at("/duplicate")).json(body.clone()).await.created();
    let copy = Project::new(project.by.clone(), &copy).await;
    let board = copy.board().await;
    let members = board.list("members");
    let role = |id: &str| members.iter().find(|one| one["id"] == id).unwrap().str("role");
    assert_eq!((role(&project.by.id), role(&bob.id)), ("owner".to_owned(), "editor".to_owned()));
    assert_eq!(named(&board, "tasks", "Paint")["assignee_ids"].as_array().unwrap().len(), 2);
    assert_eq!(named(&board, "tasks", "Paint")["start_on"], "2026-03-02");
    let news = bob.get("/me/notifications").await.ok().list("items");
    assert_eq!((&news[0]["kind"], &news[0]["project"]["id"]), (&json!("added"), &json!(copy.id)));
    copy.settle_as(&[&bob]).await;
    project.by.post(&project.at("/duplicate")).json(body).await.problem(409, "key_taken");
}

#[tokio::test]
async fn a_copy_of_a_project_says_what_is_wrong_with_it() {
    let (project, bob) = original().await;
    let count = |list: Value| list.list("items").len();
    let before = count(bob.get("/projects").await.ok());
    for (body, pointer) in [
        (json!({}), "/name"),
        (json!({"name": " "}), "/name"),
        (json!({"name": "x", "start_on": "2026-02-30"}), "/start_on"),
        (json!({"name": "x", "start_on": "2999-12-30"}), "/start_on"),
    ] {
        bob.post(&project.at("/duplicate")).json(body).await.invalid(pointer);
    }
    project.by.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    bob.post(&project.at("/duplicate")).json(json!({"name": "x"})).await.problem(404, "not_found");
    assert_eq!(count(bob.get("/projects").await.ok()), before - 1);
}

#[tokio::test]
async fn a_project_is_marked_as_a_template() {
    let (project, _) = original().await;
    let patched = project.by.patch(&project.at("")).json(json!({"template": true})).await.ok();
    assert_eq!(patched["template"], true);
    // Its copy is none.
    let copy = project.by.post(&project.at("/duplicate")).json(json!({"name": "From it"})).await.created();
    assert_eq!(copy["template"], false);
    project.settle().await;
}
