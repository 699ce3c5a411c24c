//! Two people edit one thing: what overlaps is refused with both sides, the rest is merged.

use serde_json::{Value, json};

use crate::support::{Fields, Project, app};

async fn edited() -> (Project, Value, Value) {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let old = project.task(&column, "Base").await;
    let body = json!({"title": "Theirs"});
    let now = alice.patch(&project.task_at(&old, "")).json(body).await.ok();
    project.told().await;
    (project, old, now)
}

#[tokio::test]
async fn a_version_is_the_number_of_the_event_that_changed_it() {
    let (project, _, now) = edited().await;
    let answer = project.by.get(&project.task_at(&now, "")).await;
    assert_eq!(answer.header("etag"), format!("\"{}\"", now.version()));
    let events = project.events_after(now.version() - 1).await;
    assert_eq!(events[0]["seq"], now["version"]);
    assert_eq!(events[0]["changes"]["tasks"][0]["id"], now["id"]);
    project.column("Something else").await;
    let again = project.by.get(&project.task_at(&now, "")).await.ok();
    assert_eq!(again["version"], now["version"]);
}

#[tokio::test]
async fn the_current_version_goes_through() {
    let (project, _, now) = edited().await;
    let body = json!({"title": "Mine"});
    let call = project.by.patch(&project.task_at(&now, "")).if_match(now.version());
    assert_eq!(call.json(body).await.ok()["title"], "Mine");
    project.told_only("task.changed").await;
}

#[tokio::test]
async fn a_stale_edit_of_the_same_field_is_refused_with_both_sides() {
    let (project, old, now) = edited().await;
    let body = json!({"title": "Mine", "priority": "high"});
    let call = project.by.patch(&project.task_at(&old, "")).if_match(old.version());
    let problem = call.json(body).await.problem(412, "version_conflict");
    assert_eq!(problem["conflicts"], json!(["title"]));
    assert_eq!(problem["current"]["title"], "Theirs");
    assert_eq!(problem["current"]["version"], now["version"]);
    assert_eq!(problem["base"]["title"], "Base");
    project.told_nothing().await;
}

#[tokio::test]
async fn a_stale_edit_of_another_field_is_merged() {
    let (project, old, _) = edited().await;
    let call = project.by.patch(&project.task_at(&old, "")).if_match(old.version());
    let after = call.json(json!({"priority": "high"})).await.ok();
    assert_eq!(after["title"], "Theirs");
    assert_eq!(after["priority"], "high");
    let event = project.told_only("task.changed").await;
    assert!(event["changes"]["tasks"][0].get("title").is_none());
}

#[tokio::test]
async fn a_description_conflicts_with_a_description() {
    let (project, old, _) = edited().await;
    let path = project.task_at(&old, "");
    let mine = project.by.patch(&path).json(json!({"description": "Theirs"})).await.ok();
    let call = project.by.patch(&path).if_match(old.version());
    let problem = call.json(json!({"description": "Mine"})).await.problem(412, "version_conflict");
    assert_eq!(problem["conflicts"], json!(["description"]));
    assert_eq!(problem["current"]["description"], "Theirs");
    let call = project.by.patch(&path).if_match(mine.version());
    call.json(json!({"description": "Mine"})).await.ok();
}

#[tokio::test]
async fn both_wanted_the_same_and_nobody_is_bothered() {
    let (project, old, now) = edited().await;
    let call = project.by.patch(&project.task_at(&old, "")).if_match(old.version());
    let answer = call.json(json!({"title": "Theirs"})).await;
    // Either nothing is left to change, or the overlap is shown; never a second event.
    if answer.status == 200 {
        assert_eq!(answer.ok()["version"], now["version"]);
    } else {
        answer.problem(412, "version_conflict");
    }
    project.told_nothing().await;
}

#[tokio::test]
async fn without_a_version_the_last_writer_wins() {
    let (project, old, _) = edited().await;
    let call = project.by.patch(&project.task_at(&old, ""));
    assert_eq!(call.json(json!({"title": "Mine"})).await.ok()["title"], "Mine");
}

#[tokio::test]
async fn deleting_what_changed_meanwhile_is_refused() {
    let (project, old, now) = edited().await;
    let path = project.task_at(&old, "");
    let problem = project.by.delete(&path).if_match(old.version()).await;
    problem.problem(412, "version_conflict");
    project.told_nothing().await;
    project.by.delete(&path).if_match(now.version()).await.no_content();
    project.told_only("task.deleted").await;
}

#[tokio::test]
async fn a_stale_move_is_refused_only_when_it_was_moved() {
    let (project, old, _) = edited().await;
    let column = project.column("Other").await;
    project.task(&column, "There").await;
    project.told().await;
    // The title changed since, the place did not.
    let path = project.task_at(&old, "/position");
    let body = json!({"column_id": column.id(), "after": null});
    project.by.put(&path).if_match(old.version()).json(body).await.ok();
    project.told_only("task.moved").await;
    let body = json!({"column_id": old.str("column_id"), "after": null});
    let call = project.by.put(&path).if_match(old.version()).json(body);
    call.await.problem(412, "version_conflict");
    project.told_nothing().await;
}

#[tokio::test]
async fn every_kind_of_thing_has_a_version() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("Column").await;
    let label = project.label("label").await;
    let milestone = project.milestone("Milestone").await;
    for (path, thing) in [
        (project.at(&format!("/columns/{}", column.id())), &column),
        (project.at(&format!("/labels/{}", label.id())), &label),
        (project.at(&format!("/milestones/{}", milestone.id())), &milestone),
        (project.at(""), &alice.get(&project.at("")).await.ok()),
    ] {
        alice.patch(&path).if_match(thing.version()).json(json!({"name": "Theirs"})).await.ok();
        project.told().await;
        let call = alice.patch(&path).if_match(thing.version());
        let problem = call.json(json!({"name": "Mine"})).await.problem(412, "version_conflict");
        assert_eq!(problem["conflicts"], json!(["name"]), "{path}");
        assert_eq!(problem["current"]["name"], "Theirs");
        assert_eq!(problem["base"]["name"], thing["name"]);
        project.told_nothing().await;
    }
}

#[tokio::test]
async fn a_version_from_the_future_or_from_nowhere_is_refused() {
    let (project, _, now) = edited().await;
    let path = project.task_at(&now, "");
    for tag in ["\"99999\"", "\"x\"", "12", "\"-1\"", "W/\"1\"", "\"99999999999999999999\""] {
        let call = project.by.patch(&path).header("If-Match", tag);
        let answer = call.json(json!({"title": "Mine"})).await;
        assert!([400, 412, 422].contains(&answer.status), "{tag}: {} {}", answer.status, answer.text);
    }
    project.told_nothing().await;
    // A star means: whatever it is, if it is.
    let call = project.by.patch(&path).header("If-Match", "*");
    call.json(json!({"title": "Mine"})).await.ok();
}

/// Other tasks of a project, created and changed until the log has this many more events.
async fn other_events(project: &Project, column: &Value, count: usize) {
    let by = project.by.unchecked();
    let other = project.task(column, "Another").await;
    let path = project.task_at(&other, "");
    for n in 1..count {
        by.patch(&path).json(json!({"title": format!("Another {n}")})).await.ok();
    }
}

#[tokio::test]
async fn a_stale_edit_is_held_against_the_changes_of_its_own_object_among_many() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let old = project.task(&column, "Base").await;
    let path = project.task_at(&old, "");
    let mut versions = vec![old.version()];
    for body in [json!({"title": "Second"}), json!({"title": "Third", "priority": "high"}), json!({"estimate": 3})] {
        other_events(&project, &column, 500).await;
        versions.push(alice.patch(&path).json(body).await.ok().version());
    }
    other_events(&project, &column, 500).await;
    let head = project.seq().await;
    assert!(head - versions[0] > 2_000, "{head} {versions:?}");
    project.told().await;

    let stale = async |version: i64, body: Value| {
        let answer = alice.patch(&path).if_match(version).json(body).await.problem(412, "version_conflict");
        (answer["conflicts"].clone(), answer["base"].clone())
    };
    let mine = json!({"title": "Mine", "due_on": "2026-11-20"});
    // Each field with the value that it had at the version: the first one that was kept since.
    let base = json!({"title": "Base", "priority": "none", "estimate": null});
    assert_eq!(stale(versions[0], mine.clone()).await, (json!(["title"]), base));
    let base = json!({"title": "Second", "priority": "none", "estimate": null});
    assert_eq!(stale(versions[1], mine.clone()).await, (json!(["title"]), base));
    assert_eq!(stale(versions[2], json!({"estimate": 5})).await, (json!(["estimate"]), json!({"estimate": null})));
    project.told_nothing().await;
    // A version between two of the object's own is as good as the one before it.
    assert_eq!(
        stale(versions[2] + 100, json!({"estimate": 5})).await,
        (json!(["estimate"]), json!({"estimate": null}))
    );
    // And what nobody else touched goes through, however old the version is.
    let after = alice.patch(&path).if_match(versions[0]).json(json!({"due_on": "2026-11-20"})).await.ok();
    assert_eq!((&after["title"], &after["due_on"]), (&json!("Third"), &json!("2026-11-20")));
    project.told_only("task.changed").await;
}

#[tokio::test]
async fn a_version_from_before_the_object_is_refused() {
    let (project, _, now) = edited().await;
    let call = project.by.patch(&project.task_at(&now, "")).if_match(1).json(json!({"priority": "high"}));
    let problem = call.await.problem(412, "version_conflict");
    assert_eq!((&problem["base"], &problem["conflicts"]), (&json!(null), &json!(["priority"])));
    project.told_nothing().await;
}

#[tokio::test]
async fn a_task_that_was_given_another_key_was_moved() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let old = project.task(&column, "Last").await;
    let unchecked = alice.unchecked();
    // Always right before it, until the keys there have grown so long that they are spread anew.
    let mut spread = json!(null);
    while spread.is_null() {
        let body = json!({"title": "Before", "column_id": column.id(), "before": old.id()});
        let new = unchecked.post(&project.at("/tasks")).json(body).await.created();
        assert!(new.version() < 1_000, "the keys are never spread");
        let event = project.events_after(new.version() - 1).await.remove(0);
        let tasks = event["changes"]["tasks"].as_array().unwrap();
        if tasks.iter().any(|task| task["id"] == old["id"]) {
            spread = event;
        }
    }
    project.settle().await;
    project.told().await;
    let (path, place) = (project.task_at(&old, ""), project.task_at(&old, "/position"));
    let title = alice.patch(&path).if_match(old.version()).json(json!({"title": "Mine"})).await.ok();
    assert!(title.version() > spread.int("seq"));
    project.told_only("task.changed").await;
    let body = json!({"column_id": column.id(), "after": null});
    let problem = alice.put(&place).if_match(old.version()).json(body).await.problem(412, "version_conflict");
    assert_eq!(problem["base"]["position"], old["position"]);
    assert_eq!(problem["conflicts"], json!(["position"]));
    project.told_nothing().await;
}

#[tokio::test]
async fn a_task_that_was_archived_and_restored_was_changed_in_that() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let old = project.task(&column, "Base").await;
    let path = project.task_at(&old, "");
    alice.patch(&path).json(json!({"title": "Theirs"})).await.ok();
    alice.put(&project.task_at(&old, "/archive")).await.ok();
    alice.delete(&project.task_at(&old, "/archive")).await.ok();
    project.told().await;
    let mine = json!({"title": "Mine"});
    let problem = alice.patch(&path).if_match(old.version()).json(mine).await.problem(412, "version_conflict");
    assert_eq!((&problem["conflicts"], &problem["base"]["title"]), (&json!(["title"]), &json!("Base")));
    project.told_nothing().await;
}
