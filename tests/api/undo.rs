//! Undoing events: what was before is back, and what others did since stays.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    replay::{Step, steps, take},
    support::{App, Fields, Project, each, nobody, own_app, replay::State},
};

/// A board without the numbers and the instants of the events that it came from.
fn contents(board: &Value) -> BTreeMap<String, BTreeMap<String, Value>> {
    let kinds = State::of_snapshot(board).kinds.into_iter();
    let strip = |objects: BTreeMap<String, serde_json::Map<String, Value>>| {
        objects
            .into_iter()
            .map(|(id, mut object)| {
                object.shift_remove("version");
                object.shift_remove("updated_at");
                (id, Value::Object(object))
            })
            .collect()
    };
    kinds.map(|(kind, objects)| (kind, strip(objects))).collect()
}

async fn undo(project: &Project, seq: i64) -> i64 {
    let undone = project.by.post(&project.at(&format!("/events/{seq}/undo"))).await.ok();
    undone.int("seq")
}

async fn last(project: &Project) -> i64 {
    project.seq().await
}

#[tokio::test]
async fn an_edit_is_undone_and_done_again() {
    let (_, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let (todo, done) =
        (project.column("To do").await, project.column_with(json!({"name": "Done", "kind": "done"})).await);
    let (one, two) = (project.task(&todo, "One").await, project.task(&todo, "Two").await);
    alice.patch(&project.task_at(&one, "")).json(json!({"title": "Uno", "description": "Why"})).await.ok();
    let edited = last(&project).await;
    // Another's change of another field stays.
    bob.put(&project.task_at(&one, "/position")).json(json!({"column_id": done.id()})).await.ok();
    let moved = last(&project).await;
    let before = contents(&project.board().await);
    project.told().await;

    let undone = undo(&project, edited).await;
    let event = project.told_only("task.undone").await;
    assert_eq!(
        (event.int("seq"), &event["cause"], &event["actor"]["id"]),
        (undone, &json!(format!("undo:{edited}")), &json!(alice.id))
    );
    let back = alice.get(&project.task_at(&one, "")).await.ok();
    assert_eq!((&back["title"], &back["description"], &back["column_id"]), (&json!("One"), &json!(""), &done["id"]));
    assert_ne!(back["completed_at"], Value::Null);
    // An undo is undone like any other change.
    let again = undo(&project, undone).await;
    assert_eq!(contents(&project.board().await), before);
    let detail = alice.get(&project.task_at(&one, "")).await.ok();
    assert_eq!((&detail["title"], &detail["description"]), (&json!("Uno"), &json!("Why")));
    assert!(detail.str("description_html").contains("Why"));
    // Once undone it is not undone again: its own undoing touched it since.
    let refused = alice.post(&project.at(&format!("/events/{undone}/undo"))).await.problem(409, "undo_conflict");
    assert_eq!(refused["touched"][0]["kind"], "tasks");
    assert!(again > undone);

    // Back to its place, between the others, and open again.
    project.task(&todo, "Three").await;
    undo(&project, moved).await;
    assert_eq!(project.titles(&todo).await, ["Uno", "Two", "Three"]);
    assert_eq!(project.find("tasks", &one.id()).await.unwrap()["completed_at"], Value::Null);
    project.settle_as(&[&alice, &bob]).await;
    drop(two);
}

#[tokio::test]
async fn a_cover_comes_back_as_long_as_it_is_attached() {
    let (_, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let task = project.task(&project.column("To do").await, "One").await;
    let [first, second] = [project.attach(&task, "one.txt", b"1").await, project.attach(&task, "two.txt", b"2").await];
    let cover = async |to: Value| {
        alice.patch(&project.task_at(&task, "")).json(json!({"cover_id": to})).await.ok();
        last(&project).await
    };
    cover(json!(first.id())).await;
    let other = cover(json!(second.id())).await;
    let undone = undo(&project, other).await;
    assert_eq!(project.find("tasks", &task.id()).await.unwrap()["cover_id"], first["id"]);
    alice.delete(&project.at(&format!("/attachments/{}", second.id()))).await.no_content();
    let refused = alice.post(&project.at(&format!("/events/{undone}/undo"))).await.problem(409, "undo_conflict");
    assert_eq!(refused["touched"][0]["fields"], json!(["cover_id"]));
}

#[tokio::test]
async fn what_others_touched_since_is_named_and_nothing_is_undone() {
    let (_, alice, bob, charlie) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    project.add(&charlie, "viewer").await;
    let column = project.column("To do").await;
    let (one, two) = (project.task(&column, "One").await, project.task(&column, "Two").await);
    let ids = json!([one.id(), two.id()]);
    let body = json!({"task_ids": ids, "patch": {"priority": "high", "due_on": "2026-12-24"}});
    alice.post(&project.at("/tasks/bulk")).json(body).await.ok();
    let bulk = last(&project).await;
    bob.patch(&project.task_at(&two, "")).json(json!({"due_on": "2027-01-01", "title": "Zwei"})).await.ok();
    let head = last(&project).await;
    let at = project.at(&format!("/events/{bulk}/undo"));
    let refused = alice.post(&at).await.problem(409, "undo_conflict");
    assert_eq!(refused["touched"], json!([{"kind": "tasks", "id": two.id(), "fields": ["due_on"]}]));
    assert_eq!(last(&project).await, head);
    charlie.post(&at).await.problem(403, "forbidden");
    // With Bob's change in the run it is free.
    let run = json!({"from_seq": bulk, "to_seq": head});
    alice.post(&project.at("/undo")).json(run).await.ok();
    let tasks = project.board().await.list("tasks");
    assert_eq!(
        (each(&tasks, "title"), each(&tasks, "priority")),
        (vec!["One".into(), "Two".into()], vec!["none".into(), "none".into()])
    );
    assert!(tasks.iter().all(|task| task["due_on"].is_null()));
    project.settle().await;

    for (path, body, status, code) in [
        ("/events/0/undo".to_owned(), Value::Null, 404, "not_found"),
        (format!("/events/{}/undo", head + 100), Value::Null, 404, "not_found"),
        ("/events/x/undo".to_owned(), Value::Null, 404, "not_found"),
        ("/undo".to_owned(), json!({"from_seq": 5, "to_seq": 4}), 422, "invalid"),
        ("/undo".to_owned(), json!({"from_seq": 5, "to_seq": 5, "x": 1}), 422, "invalid"),
        ("/undo".to_owned(), json!({"from_seq": bulk, "to_seq": head, "actor_id": nobody()}), 404, "not_found"),
        ("/events/1/undo".to_owned(), Value::Null, 409, "not_undoable"),
    ] {
        let call = alice.post(&project.at(&path));
        let answer = if body.is_null() { call.await } else { call.json(body).await };
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        answer.problem(status, code);
    }
}

#[tokio::test]
async fn a_run_is_undone_by_person_and_cause() {
    let (_, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "One").await;
    let before = contents(&project.board().await);
    let from = last(&project).await + 1;
    for n in 0..3 {
        let made = bob.post(&project.at("/tasks")).key(&format!("agent-{n}"));
        made.json(json!({"column_id": column.id(), "title": format!("Made {n}")})).await.created();
        let label = bob.post(&project.at("/labels")).key(&format!("agent-label-{n}"));
        let label = label.json(json!({"name": format!("label {n}"), "colour": "#123456"})).await.created();
        let put = bob.put(&project.task_at(&task, &format!("/labels/{}", label.id())));
        put.key(&format!("agent-put-{n}")).await.ok();
    }
    project.column("Alice's").await;
    let kept = contents(&project.board().await);
    let to = last(&project).await;
    let run = json!({"from_seq": from, "to_seq": to, "actor_id": bob.id, "cause_prefix": "agent-"});
    alice.post(&project.at("/undo")).json(run).await.ok();
    let after = contents(&project.board().await);
    assert_eq!((&after["tasks"], after.get("labels")), (&before["tasks"], None));
    assert_eq!(after["columns"], kept["columns"]);
    // What was made goes to the trash.
    assert_eq!(alice.get(&project.at("/trash")).await.ok().list("items").len(), 3);
    project.settle().await;
}

#[tokio::test]
async fn a_deletion_is_undone_with_what_hung_on_it() {
    let (_, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let (todo, done) = (project.column("To do").await, project.column("Done").await);
    let (one, two) = (project.task(&todo, "One").await, project.task(&todo, "Two").await);
    let (label, milestone) = (project.label("bug").await, project.milestone("1.0").await);
    let patch = json!({"label_ids": [label.id()], "milestone_id": milestone.id()});
    alice.patch(&project.task_at(&one, "")).json(patch).await.ok();
    project.comment(&one, "Hello").await;
    project.checklist_item(&one, "First").await;
    project.dependency(&one, &two, 1).await;
    let before = contents(&project.board().await);
    for path in [
        format!("/tasks/{}", one.id()),
        format!("/labels/{}", label.id()),
        format!("/milestones/{}", milestone.id()),
        format!("/columns/{}?move_to={}", todo.id(), done.id()),
    ] {
        alice.delete(&project.at(&path)).await.no_content();
        let deleted = last(&project).await;
        assert_ne!(contents(&project.board().await), before, "{path}");
        undo(&project, deleted).await;
        assert_eq!(contents(&project.board().await), before, "{path}");
    }
    assert_eq!(each(&project.comments(&one).await, "body"), ["Hello"]);
    // Editors undo what they may do.
    let label = project.label("late").await;
    let made = last(&project).await;
    let at = project.at(&format!("/events/{made}/undo"));
    bob.post(&at).await.problem(403, "forbidden");
    // A label that others use by now stays.
    alice.put(&project.task_at(&two, &format!("/labels/{}", label.id()))).await.ok();
    let refused = alice.post(&at).await.problem(409, "undo_conflict");
    assert_eq!(refused["touched"][0]["fields"], json!(["tasks"]));
    // And one whose name another has by now does not come back.
    alice.delete(&project.at(&format!("/labels/{}", label.id()))).await.no_content();
    let deleted = last(&project).await;
    project.label("late").await;
    let refused = alice.post(&project.at(&format!("/events/{deleted}/undo"))).await.problem(409, "undo_conflict");
    assert_eq!(refused["touched"][0]["fields"], json!(["name"]));
    project.settle().await;
}

/// What a board does not show: a task that leaves it again, by undoing an undo, leaves it as it did before.
#[tokio::test]
async fn an_undo_that_is_undone_leaves_what_is_not_on_the_board_as_it_was() {
    let (_, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let (one, two) = (project.task(&column, "One").await, project.task(&column, "Two").await);
    project.checklist_item(&one, "First").await;
    project.dependency(&one, &two, 3).await;
    let before = contents(&project.board().await);
    // Into the trash, back, and into it again.
    alice.delete(&project.task_at(&one, "")).await.no_content();
    let undone = undo(&project, last(&project).await).await;
    undo(&project, undone).await;
    assert_eq!(each(&alice.get(&project.at("/trash")).await.ok().list("items"), "title"), ["One"]);
    assert_eq!(alice.get(&project.at("/tasks?status=archived")).await.ok()["items"], json!([]));
    undo(&project, last(&project).await).await;
    assert_eq!(contents(&project.board().await), before);
    // The same with the archive, which keeps the dependencies too.
    alice.put(&project.task_at(&one, "/archive")).await.ok();
    let undone = undo(&project, last(&project).await).await;
    undo(&project, undone).await;
    assert_eq!(alice.get(&project.at("/trash")).await.ok()["items"], json!([]));
    alice.delete(&project.task_at(&one, "/archive")).await.ok();
    assert_eq!(contents(&project.board().await), before);
    // A copy with its checklist, gone and back.
    alice.post(&project.task_at(&one, "/duplicate")).await.created();
    let copied = contents(&project.board().await);
    let undone = undo(&project, last(&project).await).await;
    undo(&project, undone).await;
    assert_eq!(contents(&project.board().await), copied);
    project.settle().await;
}

/// Undoes each step and does it again. Answers how often.
async fn play(app: &App, steps: &[Step]) -> usize {
    let mut count = 0;
    let alice = app.sign_up("Alice").await;
    let bob = app.sign_up("Bob").await;
    let project = alice.project().await;
    for name in ["To do", "Done"] {
        project.column(name).await;
    }
    project.add(&bob, "editor").await;
    let people = [alice.id.clone(), bob.id.clone(), bob.id.clone()];
    for step in steps {
        let before = project.board().await;
        take(*step, alice.unchecked(), project.clone(), before.clone(), people.clone()).await;
        let now = alice.unchecked().get(&project.at("/board")).await;
        if now.status != 200 {
            return count;
        }
        let (from, to) = (before.int("seq") + 1, now.body.int("seq"));
        if to < from {
            continue;
        }
        let run = json!({"from_seq": from, "to_seq": to});
        let answer = alice.unchecked().post(&project.at("/undo")).json(run).await;
        if answer.status != 200 {
            // What is not of the board is not undone, and an archived project takes no change.
            let code = answer.body.str("code");
            let expected = ["not_undoable", "project_archived", "nothing_to_undo", "wip_limit"];
            assert!(expected.contains(&code.as_str()), "{step:?}: {answer:?}");
            continue;
        }
        let undone = project.board().await;
        assert_eq!(contents(&undone), contents(&before), "{step:?} was not undone");
        let path = project.at(&format!("/events/{}/undo", undone.int("seq")));
        alice.unchecked().post(&path).await.ok();
        assert_eq!(contents(&project.board().await), contents(&now.body), "{step:?} was not done again");
        count += 1;
    }
    project.settle().await;
    count
}

#[test]
fn undo_after_any_change_gives_the_state_before() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let app = runtime.block_on(App::shared());
    // PROPTEST_CASES asks for more.
    let cases = std::env::var("PROPTEST_CASES").map_or(12, |cases| cases.parse().unwrap());
    let config =
        ProptestConfig { cases, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() };
    let count = AtomicUsize::new(0);
    proptest!(config, |(steps in steps())| {
        count.fetch_add(runtime.block_on(play(&app, &steps)), Ordering::Relaxed);
    });
    let count = count.into_inner();
    assert!(count > 100, "{count} changes were undone");
}

/// How often the server ran each statement for what `act` does, by its log.
async fn statements(app: &App, act: impl Future) -> BTreeMap<String, usize> {
    let before = app.log().len();
    act.await;
    let log = app.log();
    let mut counts = BTreeMap::new();
    for line in log[before..].lines().filter(|line| line.contains("sqlx::query")) {
        let statement = line.split("db.statement").next().unwrap_or_default();
        let statement = statement.split_once("summary=").map_or(statement, |(_, rest)| rest);
        *counts.entry(statement.to_owned()).or_default() += 1;
    }
    counts
}

/// Changes so many tasks at once, in every way that there is; undoes that, and undoes the undoing. Says which statements that took.
async fn there_and_back(app: &App, tasks: usize) -> BTreeMap<String, usize> {
    let alice = app.sign_up("Alice").await;
    let project = alice.project().await;
    let (todo, done) =
        (project.column("To do").await, project.column_with(json!({"name": "Done", "kind": "done"})).await);
    let label = project.label("Blue").await;
    let mut ids = vec![];
    let quick = alice.unchecked();
    for n in 0..tasks {
        let body = json!({"title": format!("Task {n}"), "column_id": todo.id()});
        ids.push(quick.post(&project.at("/tasks")).json(body).await.created().id());
    }
    for pair in ids.windows(2) {
        quick.put(&project.at(&format!("/tasks/{}/dependencies/{}", pair[0], pair[1]))).await.ok();
    }
    let bulk = async |body: Value| {
        let mut body = body;
        body["task_ids"] = json!(ids);
        alice.post(&project.at("/tasks/bulk")).json(body).await.ok();
        last(&project).await
    };
    let edited =
        bulk(json!({"patch": {"priority": "high"}, "add_label_ids": [label.id()], "add_assignee_ids": [alice.id]}))
            .await;
    let moved = bulk(json!({"column_id": done.id()})).await;
    let before = contents(&project.board().await);
    let counts = statements(app, async {
        // The first one has to look behind the second.
        let back = undo(&project, edited).await;
        undo(&project, back).await;
        let back = undo(&project, moved).await;
        undo(&project, back).await;
        let archived = bulk(json!({"archive": true})).await;
        undo(&project, archived).await;
        let deleted = bulk(json!({"delete": true})).await;
        undo(&project, deleted).await;
    });
    let counts = counts.await;
    assert_eq!(contents(&project.board().await), before);
    counts
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_what_is_undone() {
    let (app, ..) = own_app(&[("BOARDCAST_LOG", "info,sqlx::query=debug")]).await;
    let few = there_and_back(&app, 10).await;
    let many = there_and_back(&app, 500).await;
    assert!(few.values().sum::<usize>() > 100, "{few:?}");
    // Jobs look for work meanwhile, a few times.
    let grown: Vec<_> =
        many.iter().filter(|(sql, count)| **count > few.get(*sql).copied().unwrap_or(0) * 2 + 40).collect();
    assert!(grown.is_empty(), "{grown:#?}");
}
