//! Tasks: making, reading, changing, moving, completing, archiving, deleting.

use serde_json::{Value, json};

use crate::support::{Fields, User, app, each, nobody, with_id};

/// A task as its reader is shown it, without what that says of the reader.
async fn shown(user: &User, path: &str) -> Value {
    let mut task = user.get(path).await.ok();
    assert!(task.as_object_mut().unwrap().remove("watching").is_some_and(|watching| watching.is_boolean()), "{task}");
    task
}

#[tokio::test]
async fn a_task_is_made_with_a_title_alone() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.told().await;
    let body = json!({"title": "Write", "column_id": column.id()});
    let task = alice.post(&project.at("/tasks")).json(body).await.created();
    for (field, value) in [
        ("number", json!(1)),
        ("title", json!("Write")),
        ("column_id", json!(column.id())),
        ("description", json!("")),
        ("assignee_ids", json!([])),
        ("label_ids", json!([])),
        ("milestone_id", json!(null)),
        ("priority", json!("none")),
        ("start_on", json!(null)),
        ("due_on", json!(null)),
        ("estimate", json!(null)),
        ("completed_at", json!(null)),
        ("archived_at", json!(null)),
        ("comment_count", json!(0)),
        ("attachment_count", json!(0)),
        ("cover_id", json!(null)),
        ("created_by", json!(alice.id)),
    ] {
        assert_eq!(task[field], value, "{field}");
    }
    assert_eq!(task["updated_at"], task["created_at"]);
    assert_eq!(task.as_object().unwrap().len(), 23, "{task}");
    let event = project.told_only("task.created").await;
    assert_eq!(event["changes"]["tasks"], json!([task]));
    assert_eq!(event["actor"], json!({"id": alice.id, "name": "Alice", "via": "tests"}));
    assert_eq!(event["seq"], task["version"]);
    assert!(event.get("cause").is_none());
    assert_eq!(shown(&alice, &project.task_at(&task, "")).await, task);
    assert!(crate::support::replay::is_instant(&task.str("created_at")));
}

#[tokio::test]
async fn a_task_is_made_with_everything() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let label = project.label("bug").await;
    let milestone = project.milestone("Beta").await;
    project.told().await;
    let body = json!({
        "title": "Everything", "column_id": column.id(), "description": "Long *text*",
        "assignee_ids": [bob.id], "label_ids": [label.id()], "milestone_id": milestone.id(),
        "priority": "urgent", "start_on": "2026-12-01", "due_on": "2026-12-24", "estimate": 2.5,
    });
    let task = alice.post(&project.at("/tasks")).json(body.clone()).await.created();
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&task[field], value, "{field}");
    }
    let event = project.told_only("task.created").await;
    assert_eq!(event["changes"]["tasks"][0]["description"], "Long *text*");
    let on_board = project.find("tasks", &task.id()).await.unwrap();
    assert!(on_board.get("description").is_none(), "read with the task");
}

#[tokio::test]
async fn tasks_are_numbered_from_one() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    for n in 1..=3 {
        let task = project.task(&column, "Next").await;
        assert_eq!(task["number"], n);
        if n == 2 {
            alice.delete(&project.task_at(&task, "")).await.no_content();
        }
    }
}

#[tokio::test]
async fn a_task_is_found_by_id_by_number_and_by_its_name_for_people() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Find me").await;
    for name in [task.id(), "1".into(), format!("{}-1", project.key)] {
        assert_eq!(shown(&alice, &project.at(&format!("/tasks/{name}"))).await, task);
    }
    for name in ["2", "0", "-1", "99999999999999999999", "x", "1.0", "01x", &nobody()] {
        alice.get(&project.at(&format!("/tasks/{name}"))).await.not_found();
    }
}

#[tokio::test]
async fn a_name_for_people_outlives_the_projects_key() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "In somebody's mail").await;
    alice.patch(&project.at("")).json(json!({"key": "FRESH"})).await.ok();
    for name in [format!("{}-1", project.key), "FRESH-1".into()] {
        assert_eq!(alice.get(&project.at(&format!("/tasks/{name}"))).await.ok()["id"], task["id"]);
    }
}

#[tokio::test]
async fn tasks_stand_where_they_were_put() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let a = project.task(&column, "A").await;
    let b = project.task(&column, "B").await;
    project.task_with(&column, json!({"title": "first", "after": null})).await;
    project.task_with(&column, json!({"title": "after A", "after": a.id()})).await;
    project.task_with(&column, json!({"title": "before B", "before": b.id()})).await;
    assert_eq!(project.titles(&column).await, ["first", "A", "after A", "before B", "B"]);
}

#[tokio::test]
async fn a_task_is_moved_in_its_column() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut tasks = Vec::new();
    for title in ["A", "B", "C", "D"] {
        tasks.push(project.task(&column, title).await);
    }
    project.told().await;
    let id = |n: usize| tasks[n].id();
    for (task, place, order) in [
        (0, json!({"after": id(1)}), ["B", "A", "C", "D"]),
        (3, json!({"after": null}), ["D", "B", "A", "C"]),
        (3, json!({"before": null}), ["B", "A", "C", "D"]),
        (2, json!({"before": id(1)}), ["C", "B", "A", "D"]),
        (2, json!({"after": id(3)}), ["B", "A", "D", "C"]),
    ] {
        let mut body = place.clone();
        body["column_id"] = json!(column.id());
        let path = project.task_at(&tasks[task], "/position");
        let moved = alice.put(&path).json(body.clone()).await.ok();
        assert_eq!(project.titles(&column).await, order, "{place}");
        let event = project.told_only("task.moved").await;
        let told = with_id(&event["changes"].list("tasks"), &id(task)).clone();
        assert_eq!(told["position"], moved["position"]);
        assert!(told.get("title").is_none(), "only what changed: {told}");
        // It is there already.
        alice.put(&path).json(body).await.ok();
        project.told_nothing().await;
    }
}

#[tokio::test]
async fn a_task_is_moved_to_another_column() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let from = project.column("To do").await;
    let to = project.column("Doing").await;
    let there = project.task(&to, "There").await;
    let task = project.task(&from, "Mover").await;
    project.told().await;
    let body = json!({"column_id": to.id(), "before": there.id()});
    let moved = alice.put(&project.task_at(&task, "/position")).json(body).await.ok();
    assert_eq!(moved["column_id"], to["id"]);
    let event = project.told_only("task.moved").await;
    assert_eq!(event["changes"]["tasks"][0]["column_id"], to["id"]);
    assert_eq!(project.titles(&to).await, ["Mover", "There"]);
    assert!(project.titles(&from).await.is_empty());
}

#[tokio::test]
async fn a_move_says_what_is_wrong_with_it() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let other = project.column("Other").await;
    let task = project.task(&column, "Stays").await;
    let elsewhere = project.task(&other, "Elsewhere").await;
    let theirs = bob.project().await;
    let foreign_column = theirs.column("Theirs").await;
    let foreign_task = theirs.task(&foreign_column, "Theirs").await;
    project.told().await;
    let put = |body: Value| alice.put(&project.task_at(&task, "/position")).json(body);
    put(json!({"after": null})).await.invalid("/column_id");
    put(json!({"column_id": nobody(), "after": null})).await.invalid("/column_id");
    put(json!({"column_id": foreign_column.id(), "after": null})).await.invalid("/column_id");
    put(json!({"column_id": "x", "after": null})).await.invalid("/column_id");
    let id = column.id();
    put(json!({"column_id": id, "after": task.id()})).await.invalid("/after");
    put(json!({"column_id": id, "before": task.id()})).await.invalid("/before");
    put(json!({"column_id": id, "after": "x"})).await.invalid("/after");
    put(json!({"column_id": id, "after": null, "position": "a"})).await.invalid("/position");
    project.told_nothing().await;
    // Neighbours that are not in the column may have been there a moment ago: at the end, where it is already.
    for gone in [nobody(), foreign_task.id(), elsewhere.id()] {
        put(json!({"column_id": id, "after": gone})).await.ok();
        put(json!({"column_id": id, "before": gone})).await.ok();
    }
    project.told_nothing().await;
    // Neither is no mistake: at the end, as for a new task.
    put(json!({"column_id": other.id()})).await.ok();
    assert_eq!(project.titles(&other).await, ["Elsewhere", "Stays"]);
}

#[tokio::test]
async fn a_task_is_changed_field_by_field() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    let label = project.label("bug").await;
    let milestone = project.milestone("Beta").await;
    let task = project.task(&column, "Old").await;
    project.told().await;
    for (field, value) in [
        ("title", json!("New")),
        ("description", json!("Line\nline")),
        ("priority", json!("high")),
        ("milestone_id", json!(milestone.id())),
        ("start_on", json!("2026-02-28")),
        ("due_on", json!("2028-02-29")),
        ("estimate", json!(0.5)),
        ("assignee_ids", json!([bob.id])),
        ("label_ids", json!([label.id()])),
        ("milestone_id", json!(null)),
        ("start_on", json!(null)),
        ("due_on", json!(null)),
        ("estimate", json!(null)),
        ("assignee_ids", json!([])),
        ("label_ids", json!([])),
    ] {
        let body = json!({field: value});
        let after = alice.patch(&project.task_at(&task, "")).json(body.clone()).await.ok();
        assert_eq!(after[field], value, "{field}");
        let events = project.told().await;
        assert_eq!(events.len(), 1, "{field}: {events:?}");
        let told = &events[0]["changes"]["tasks"][0];
        assert_eq!(told[field], value, "{field}");
        let with_html = usize::from(field == "description");
        assert_eq!(told.as_object().unwrap().len(), 4 + with_html, "id, version, updated_at and what changed: {told}");
        assert_eq!(events[0]["seq"], after["version"]);
        assert_eq!(shown(&alice, &project.task_at(&task, "")).await, after);
        // Once more is no change.
        alice.patch(&project.task_at(&task, "")).json(body).await.ok();
        project.told_nothing().await;
    }
}

#[tokio::test]
async fn several_fields_change_in_one_event() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Old").await;
    project.told().await;
    let body = json!({"title": "New", "priority": "low", "estimate": 3});
    alice.patch(&project.task_at(&task, "")).json(body).await.ok();
    let event = project.told_only("task.changed").await;
    assert_eq!(event["changes"]["tasks"][0]["priority"], "low");
}

#[tokio::test]
async fn a_description_clears_with_null() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"description": "Text"})).await;
    let body = json!({"description": null});
    let after = alice.patch(&project.task_at(&task, "")).json(body).await.ok();
    assert_eq!(after["description"], "");
}

#[tokio::test]
async fn a_task_says_what_is_wrong_with_it() {
    let (_, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"start_on": "2026-05-10"})).await;
    let theirs = stranger.project().await;
    let foreign_label = theirs.label("theirs").await;
    let foreign_milestone = theirs.milestone("theirs").await;
    let foreign_column = theirs.column("theirs").await;
    project.told().await;
    for (pointer, value) in [
        ("/title", json!("")),
        ("/title", json!("   ")),
        ("/title", json!("x".repeat(256))),
        ("/title", json!("a\u{0}b")),
        ("/title", json!(null)),
        ("/title", json!(7)),
        ("/description", json!("x".repeat(65 * 1024))),
        ("/description", json!("a\u{0}b")),
        ("/priority", json!("huge")),
        ("/priority", json!(null)),
        ("/priority", json!(3)),
        ("/start_on", json!("2026-02-30")),
        ("/start_on", json!("0000-00-00")),
        ("/start_on", json!("2026-2-3")),
        ("/start_on", json!("2026-02-03T00:00:00Z")),
        ("/start_on", json!("tomorrow")),
        ("/due_on", json!("2025-02-29")),
        ("/due_on", json!("-001-01-01")),
        ("/due_on", json!("2026-05-09")),
        ("/due_on", json!(20_260_509)),
        ("/estimate", json!(-1)),
        ("/estimate", json!("3")),
        ("/estimate", json!(1e300)),
        ("/milestone_id", json!(nobody())),
        ("/milestone_id", json!(foreign_milestone.id())),
        ("/milestone_id", json!("x")),
        ("/assignee_ids", json!([stranger.id])),
        ("/assignee_ids", json!([nobody()])),
        ("/assignee_ids/1", json!([bob.id, "x"])),
        ("/assignee_ids", json!(null)),
        ("/label_ids", json!([foreign_label.id()])),
        ("/label_ids", json!([nobody()])),
        ("/number", json!(7)),
        ("/created_by", json!(bob.id)),
        ("/created_at", json!("2020-01-01T00:00:00.000Z")),
        ("/version", json!(1)),
        ("/completed_at", json!("2020-01-01T00:00:00.000Z")),
        ("/position", json!("a0")),
    ] {
        let field = pointer.split('/').nth(1).unwrap();
        let body = json!({field: value});
        alice.patch(&project.task_at(&task, "")).json(body.clone()).await.invalid(pointer);
        let mut create = json!({"title": "New", "column_id": column.id(), "start_on": "2026-05-10"});
        create[field] = value.clone();
        let creation = alice.post(&project.at("/tasks")).json(create).await;
        // Absent and null are the same in something that is not there yet.
        if !(value.is_null() && field != "title" && creation.status == 201) {
            creation.invalid(pointer);
        }
    }
    let create = |body: Value| alice.post(&project.at("/tasks")).json(body);
    create(json!({"title": "No column"})).await.invalid("/column_id");
    create(json!({"title": "Foreign", "column_id": foreign_column.id()})).await.invalid("/column_id");
    create(json!({"title": "Wrong", "column_id": nobody()})).await.invalid("/column_id");
    create(json!({"title": "After", "column_id": column.id(), "after": "x"})).await.invalid("/after");
    let told = project.told().await;
    // Only those that a lenient reading of null let in.
    assert!(told.iter().all(|event| event["type"] == "task.created"), "{told:?}");
    assert_eq!(shown(&alice, &project.task_at(&task, "")).await, task);
}

#[tokio::test]
async fn texts_come_back_as_they_were() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    for text in [
        "a\n\ndata: {\"seq\":1}\n\n".trim(),
        "<script>alert(1)</script>",
        "'; drop table tasks; --",
        "=HYPERLINK(\"x\")",
        "\u{202e}right to left",
        "👩‍👩‍👧‍👦 \u{1F600}",
        "\\u0000 \\ud800 \\n",
        "%s %n ${x} {{y}}",
        &"e\u{301}".repeat(100),
        &"\u{300}".repeat(200),
        "\u{feff}mark",
        "line\u{2028}separator",
    ] {
        let body = json!({"title": text.replace('\n', " "), "column_id": column.id(), "description": text});
        let task = alice.post(&project.at("/tasks")).json(body).await.created();
        assert_eq!(task["description"], text);
        let told = stream.change().await;
        assert_eq!(told["changes"]["tasks"][0]["description"], text);
        assert_eq!(told["changes"]["tasks"][0]["title"], task["title"]);
        assert_eq!(shown(&alice, &project.task_at(&task, "")).await, task);
    }
}

#[tokio::test]
async fn people_are_assigned_one_by_one() {
    let (_, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Who").await;
    project.told().await;
    let path = |id: &str| project.task_at(&task, &format!("/assignees/{id}"));
    let after = alice.put(&path(&bob.id)).await.ok();
    assert_eq!(after["assignee_ids"], json!([bob.id]));
    let event = project.told_only("task.assigned").await;
    assert_eq!(event["changes"]["tasks"][0]["assignee_ids"], json!([bob.id]));
    alice.put(&path(&bob.id)).await.ok();
    project.told_nothing().await;
    alice.put(&path(&alice.id)).await.ok();
    project.told_only("task.assigned").await;

    let after = alice.delete(&path(&bob.id)).await.ok();
    assert_eq!(after["assignee_ids"], json!([alice.id]));
    project.told_only("task.unassigned").await;
    alice.delete(&path(&bob.id)).await.ok();
    project.told_nothing().await;
    // Who exists elsewhere is nobody's business.
    let foreign = alice.put(&path(&stranger.id)).await.not_found();
    assert_eq!(alice.put(&path(&nobody())).await.not_found(), foreign);
    project.told_nothing().await;
}

#[tokio::test]
async fn completing_and_reopening() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Do it").await;
    project.told().await;
    let path = project.task_at(&task, "/completion");
    let done = alice.put(&path).await.ok();
    assert!(crate::support::replay::is_instant(&done.str("completed_at")));
    project.told_only("task.completed").await;
    assert_eq!(alice.put(&path).await.ok()["completed_at"], done["completed_at"]);
    project.told_nothing().await;
    let open = alice.delete(&path).await.ok();
    assert_eq!(open["completed_at"], json!(null));
    project.told_only("task.reopened").await;
    alice.delete(&path).await.ok();
    project.told_nothing().await;
}

#[tokio::test]
async fn archiving_keeps_a_task_and_its_place_in_history() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Put away").await;
    project.told().await;
    let path = project.task_at(&task, "/archive");
    let archived = alice.put(&path).await.ok();
    assert!(archived["archived_at"].is_string());
    project.told_only("task.archived").await;
    assert!(project.titles(&column).await.is_empty());
    alice.get(&project.task_at(&task, "")).await.ok();
    alice.put(&path).await.ok();
    project.told_nothing().await;
    alice.delete(&path).await.ok();
    project.told_only("task.unarchived").await;
    assert_eq!(project.titles(&column).await, ["Put away"]);
}

#[tokio::test]
async fn a_deleted_task_takes_its_parts_with_it() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Goes").await;
    let other = project.task(&column, "Stays").await;
    let item = project.checklist_item(&task, "Part").await;
    let before = project.dependency(&task, &other, 0).await;
    project.told().await;
    alice.delete(&project.task_at(&task, "")).await.no_content();
    let event = project.told_only("task.deleted").await;
    assert_eq!(event["removed"]["tasks"], json!([task.id()]));
    assert_eq!(event["removed"]["checklist_items"], json!([item.id()]));
    assert_eq!(event["removed"]["dependencies"], json!([before.id()]));
    alice.get(&project.task_at(&task, "")).await.not_found();
    alice.delete(&project.task_at(&task, "")).await.not_found();
    assert_eq!(each(&project.board().await.list("tasks"), "id"), [other.id()]);
}

#[tokio::test]
async fn an_editor_deletes_and_archives_only_what_is_his() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let hers = project.task(&column, "Hers").await;
    let body = json!({"title": "His", "column_id": column.id()});
    let his = bob.post(&project.at("/tasks")).json(body).await.created();
    project.told().await;
    bob.delete(&project.task_at(&hers, "")).await.problem(403, "forbidden");
    bob.put(&project.task_at(&hers, "/archive")).await.problem(403, "forbidden");
    project.told_nothing().await;
    bob.put(&project.task_at(&his, "/archive")).await.ok();
    bob.delete(&project.task_at(&his, "/archive")).await.ok();
    bob.delete(&project.task_at(&his, "")).await.no_content();
}

#[tokio::test]
async fn a_viewer_cannot_rename_a_task() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Fixed").await;
    project.told().await;
    let body = json!({"title": "Changed"});
    bob.patch(&project.task_at(&task, "")).json(body).await.problem(403, "forbidden");
    project.told_nothing().await;
    assert_eq!(bob.get(&project.task_at(&task, "")).await.ok()["title"], "Fixed");
}

#[tokio::test]
async fn a_task_of_another_project_is_not_found() {
    let (_, alice, bob, _) = app().await;
    let (mine, theirs) = (alice.project().await, bob.project().await);
    let column = mine.column("Mine").await;
    let their_column = theirs.column("Theirs").await;
    let task = theirs.task(&their_column, "Theirs").await;
    theirs.told().await;
    mine.told().await;
    let random = alice.get(&mine.at(&format!("/tasks/{}", nobody()))).await.not_found();
    let position = json!({"column_id": column.id(), "after": null});
    for answer in [
        alice.get(&mine.task_at(&task, "")).await,
        alice.patch(&mine.task_at(&task, "")).json(json!({"title": "Mine"})).await,
        alice.put(&mine.task_at(&task, "/position")).json(position).await,
        alice.put(&mine.task_at(&task, "/completion")).await,
        alice.put(&mine.task_at(&task, "/archive")).await,
        alice.post(&mine.task_at(&task, "/checklist")).json(json!({"text": "x"})).await,
        alice.put(&mine.task_at(&task, &format!("/assignees/{}", alice.id))).await,
        alice.delete(&mine.task_at(&task, "")).await,
    ] {
        assert_eq!(answer.not_found(), random);
    }
    mine.told_nothing().await;
    theirs.told_nothing().await;
}

#[tokio::test]
async fn an_assignee_named_twice_is_assigned_once() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let body = json!({"title": "Twice", "column_id": column.id(), "assignee_ids": [alice.id, alice.id]});
    let answer = alice.post(&project.at("/tasks")).json(body).await;
    if answer.status == 201 {
        assert_eq!(answer.body["assignee_ids"], json!([alice.id]));
    } else {
        answer.invalid("/assignee_ids/1");
    }
}

/// Where the keys have grown long they are spread anew, and none of them is the one that the moved task still has.
#[tokio::test]
async fn a_task_goes_to_the_top_however_often() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut tasks = vec![];
    for n in 0..30 {
        tasks.push(project.task(&column, &format!("Task {n}")).await);
    }
    let top = json!({"column_id": column.id(), "after": null});
    // Two go up in turns, and now and then one that has not moved since the keys were spread.
    for n in 0..3_000_usize {
        let task = if n % 7 == 0 { &tasks[2 + n / 7 % 28] } else { &tasks[n % 2] };
        alice.unchecked().put(&project.task_at(task, "/position")).json(top.clone()).await.ok();
    }
    project.settle().await;
}
