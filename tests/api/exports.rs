//! A project as a file.

use std::{collections::BTreeMap, io::Read};

use flate2::read::GzDecoder;
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use serde_json::{Value, json};

use crate::{
    imports::{import, import_with, project_of},
    support::{Fields, Project, app, each},
};

/// A value with names in place of ids, without what belongs to one server.
fn named(value: &Value, names: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => {
            let known = names.iter().find(|(id, _)| text.contains(id.as_str()));
            known.map_or_else(|| value.clone(), |(id, name)| text.replace(id.as_str(), name).into())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| named(item, names)).collect();
            if items.iter().all(Value::is_string) {
                items.sort_by_key(ToString::to_string);
            }
            items.into()
        }
        Value::Object(fields) => {
            let own = ["id", "version", "position", "attachments", "owner_id", "exported_at"];
            let kept = fields.iter().filter(|(name, _)| !own.contains(&name.as_str()));
            Value::Object(kept.map(|(name, value)| (name.clone(), named(value, names))).collect())
        }
        value => value.clone(),
    }
}

/// What two exports of the same state have in common: names in place of ids, and nothing that belongs to one server.
fn state(export: &Value) -> Value {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (kind, name) in [("columns", "name"), ("labels", "name"), ("milestones", "name"), ("people", "name")] {
        for one in export.list(kind) {
            names.insert(one.id(), format!("{kind} {}", one.str(name)));
        }
    }
    for task in export.list("tasks") {
        names.insert(task.id(), format!("task {}", task.int("number")));
    }
    let mut state = export.clone();
    // An import changes a task.
    for task in state["tasks"].as_array_mut().unwrap() {
        task.as_object_mut().unwrap().remove("updated_at");
    }
    // The order of the board is the order of the positions.
    let mut order: Vec<Value> = export.list("tasks");
    order.sort_by_key(|task| (task.str("column_id"), task.str("position")));
    state["order"] = order.iter().map(|task| json!(task.int("number"))).collect();
    // Lists whose order is that of ids have one of their own here.
    for kind in ["people", "dependencies", "labels", "views"] {
        let mut items: Vec<Value> = export.list(kind).iter().map(|item| named(item, &names)).collect();
        items.sort_by_key(ToString::to_string);
        state[kind] = items.into();
    }
    let mut people = state.list("people");
    for person in &mut people {
        for field in ["role", "disabled", "email"] {
            person.as_object_mut().unwrap().remove(field);
        }
    }
    state["people"] = people.into();
    state["project"]["key"] = Value::Null;
    let order = state["order"].clone();
    let mut state = named(&state, &names);
    state["order"] = order;
    state
}

/// Any project, in the words of an export.
fn any_project(seed: u64) -> Value {
    let mut rng = SmallRng::seed_from_u64(seed);
    let id = |kind: u32, n: usize| format!("01900000-0000-7000-8{kind:03}-{n:012}");
    let words = [
        "plain",
        "*bold* & <b>",
        "- [ ] box\n- [x] done",
        "#2 and `code`",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "größe 日本 🎂",
        "=1+1",
        "https://example.org",
    ];
    let word = |rng: &mut SmallRng| words[rng.random_range(0..words.len())];
    let day = |rng: &mut SmallRng| format!("2026-0{}-1{}", rng.random_range(1..9), rng.random_range(0..9));
    let maybe = |rng: &mut SmallRng, value: Value| if rng.random_bool(0.5) { value } else { Value::Null };
    let (columns, labels, people, tasks) =
        (rng.random_range(1..4), rng.random_range(0..4), rng.random_range(1..4), rng.random_range(0..12_usize));
    let instant = |n: usize| format!("2025-01-01T00:00:{:02}.000Z", n % 60);
    let mut all = vec![];
    for n in 0..tasks {
        let some = |rng: &mut SmallRng, kind: u32, count: usize| -> Vec<String> {
            (0..count).filter(|_| rng.random_bool(0.4)).map(|n| id(kind, n)).collect()
        };
        let comments: Vec<Value> = (0..rng.random_range(0..3_usize))
            .map(|c| {
                let reactions = if rng.random_bool(0.5) { json!([{"emoji": "👍", "user_ids": [id(3, 0)]}]) } else { json!([]) };
                let mention = format!("[@P](mention:{}) {}", id(3, 0), word(&mut rng));
                json!({"id": id(6, n * 10 + c), "author_id": id(3, rng.random_range(0..people)), "body": mention, "created_at": instant(c), "edited_at": maybe(&mut rng, instant(c + 1).into()), "reactions": reactions})
            })
            .collect();
        let checklist: Vec<Value> = (0..rng.random_range(0..3))
            .map(|i| json!({"text": format!("item {i}"), "done": rng.random_bool(0.5), "position": format!("{i}")}))
            .collect();
        let due = day(&mut rng);
        let priority = ["none", "low", "medium", "high", "urgent"][rng.random_range(0..5)];
        all.push(json!({
            "id": id(5, n), "number": n * 2 + 1, "title": format!("Task {n}"), "description": word(&mut rng), "column_id": id(1, rng.random_range(0..columns)),
            "position": format!("A{:03}", rng.random_range(0..999) * 20 + n), "assignee_ids": some(&mut rng, 3, people), "label_ids": some(&mut rng, 2, labels),
            "milestone_id": maybe(&mut rng, id(4, 0).into()), "priority": priority,
            "start_on": maybe(&mut rng, "2026-01-01".into()), "due_on": maybe(&mut rng, due.into()), "estimate": maybe(&mut rng, json!(2.5)),
            "completed_at": maybe(&mut rng, instant(n).into()), "archived_at": if rng.random_bool(0.3) { json!(instant(n)) } else { Value::Null },
            "created_by": id(3, rng.random_range(0..people)), "created_at": instant(n), "checklist": checklist, "comments": comments, "attachments": [],
        }));
    }
    let mut dependencies = vec![];
    for n in 1..tasks {
        if rng.random_bool(0.4) {
            dependencies.push(json!({"id": id(7, n), "task_id": id(5, n), "depends_on_id": id(5, rng.random_range(0..n)), "lag_days": rng.random_range(-3..9)}));
        }
    }
    json!({
        "boardcast": {"export": 1}, "project": {"id": id(0, usize::try_from(seed).unwrap()), "name": format!("Project {seed}"), "key": "RND", "description": word(&mut rng), "move_completed": rng.random_bool(0.5)},
        "people": (0..people).map(|n| json!({"id": id(3, n), "name": format!("Person {n}"), "email": null})).collect::<Vec<_>>(),
        "columns": (0..columns).map(|n| json!({"id": id(1, n), "name": format!("Column {n}"), "kind": if n % 2 == 0 { "backlog" } else { "active" }, "wip_limit": maybe(&mut rng, json!(5)), "archive_after_days": null})).collect::<Vec<_>>(),
        "labels": (0..labels).map(|n| json!({"id": id(2, n), "name": format!("Label {n}"), "colour": "#123456"})).collect::<Vec<_>>(),
        "milestones": [{"id": id(4, 0), "name": "Launch", "due_on": "2026-09-09", "completed_at": null}],
        "views": [{"id": id(8, 0), "name": "Mine", "layout": "table", "filter": format!("label={}", id(2, 0)), "sort": "-due_on", "group_by": null}],
        "tasks": all, "dependencies": dependencies,
    })
}

async fn export(project: &Project) -> Value {
    let answer = project.by.get(&project.at("/export")).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{}.json\"", project.key));
    answer.ok()
}

#[tokio::test]
async fn an_export_that_is_imported_is_the_same_project_but_for_its_ids() {
    let (_, alice, ..) = app().await;
    for seed in 1..=8 {
        let bytes = serde_json::to_vec(&any_project(seed)).unwrap();
        let first = import_with(&alice, "", "p.json", &bytes, &[("mapping", r#"{"new_project": true}"#)]).await;
        let first = project_of(&alice, &first).await;
        let exported = export(&first).await;
        let bytes = serde_json::to_vec(&exported).unwrap();
        let second = import(&alice, "q.json", &bytes).await;
        assert_ne!(second["project_id"], first.id.as_str());
        let lost: Vec<String> = each(&second["report"].list("left"), "what");
        let known = ["people[].disabled", "people[].role", "people[].email", "project.template"];
        assert!(lost.iter().all(|what| known.contains(&what.as_str())), "seed {seed}: {lost:?}");
        let second = project_of(&alice, &second).await;
        let again = export(&second).await;
        let (one, other) = (state(&exported), state(&again));
        for (kind, value) in one.as_object().unwrap() {
            assert_eq!(value, &other[kind], "seed {seed}: {kind}");
        }
    }
}

#[tokio::test]
async fn an_export_is_whole_for_a_browser_which_asks_for_it_compressed() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.task(&column, "One").await;
    for format in ["json", "csv"] {
        let path = project.at(&format!("/export?format={format}"));
        let plain = alice.get(&path).await;
        let packed = alice.get(&path).header("Accept-Encoding", "gzip").open().await.unwrap();
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        let mut text = String::new();
        GzDecoder::new(&packed.bytes().await.unwrap()[..]).read_to_string(&mut text).unwrap();
        let lines = |text: &str| text.lines().filter(|line| !line.contains("exported_at")).count();
        assert_eq!(lines(&text), lines(&plain.text), "{format}");
    }
}

#[tokio::test]
async fn an_export_holds_what_its_reader_may_see() {
    let (_, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let home = project.column("Home").await;
    let task = project.task_with(&home, json!({"title": "=cmd", "description": "-x, \"y\""})).await;
    let comment = project.comment(&task, "+said").await;
    alice.put(&project.at(&format!("/comments/{}/reactions/%F0%9F%91%8D", comment.id()))).await.ok();
    project.attach(&task, "a.txt", b"abc").await;
    project.checklist_item(&task, "step").await;
    let other = project.task(&home, "Other").await;
    project.dependency(&other, &task, 2).await;
    project.label("red").await;
    project.milestone("Launch").await;
    let trashed = project.task(&home, "Trashed").await;
    alice.delete(&project.task_at(&trashed, "")).await.no_content();
    alice.post(&project.at("/views")).json(json!({"name": "Secret", "layout": "board"})).await.created();

    let mine = export(&project).await;
    assert_eq!(mine["boardcast"]["export"], 1);
    assert_eq!(each(&mine.list("tasks"), "title"), ["=cmd", "Other"]);
    assert_eq!(mine.list("views").len(), 0);
    let first = &mine.list("tasks")[0];
    let content = first.list("attachments")[0].str("content");
    assert_eq!(alice.get(&content).await.text, "abc");
    assert_eq!(first.list("comments")[0].list("reactions")[0]["emoji"], "👍");
    let emails =
        |export: &Value| -> Vec<Value> { export.list("people").iter().map(|one| one["email"].clone()).collect() };
    assert!(emails(&mine).iter().all(Value::is_string));
    let theirs = export(&project.seen_by(&bob)).await;
    assert_eq!(emails(&theirs).iter().filter(|email| email.is_string()).collect::<Vec<_>>(), [&json!(bob.email)]);
    stranger.get(&project.at("/export")).await.not_found();

    for (kind, lines) in [
        ("tasks", "WEB-1,'=cmd,\"'-x, \"\"y\"\"\",Home,,,,none,,,,Alice,"),
        ("comments", "WEB-1,Alice,'+said,"),
        ("checklist_items", "WEB-1,step,false\r\n"),
        ("dependencies", "WEB-2,WEB-1,2\r\n"),
        ("attachments", "WEB-1,a.txt,text/plain,3,"),
        ("columns", "Home,active,,\r\n"),
        ("labels", "red,#3366cc\r\n"),
        ("milestones", "Launch,,\r\n"),
        ("people", "Alice,"),
    ] {
        let answer = alice.get(&project.at(&format!("/export?format=csv&kind={kind}"))).await;
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        assert!(answer.text.starts_with('\u{feff}'), "{kind}");
        let expected = lines.replace("WEB", &project.key);
        assert!(answer.text.contains(&expected), "{kind}: {} lacks {expected}", answer.text);
    }
    alice.get(&project.at("/export?format=xml")).await.problem(422, "invalid");
    alice.get(&project.at("/export?kind=secrets")).await.problem(422, "invalid");

    // The table of tasks comes in again, without the apostrophes.
    let table = alice.get(&project.at("/export?format=csv")).await.text;
    let over = import(&alice, "tasks.csv", table.as_bytes()).await;
    let board = project_of(&alice, &over).await.board().await;
    assert_eq!(crate::imports::titled(&board, "=cmd")["number"], 1);
}
