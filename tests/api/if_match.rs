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
