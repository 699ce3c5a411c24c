//! The same board again, a newer one, and taking it all back.

use serde_json::{Value, json};

use super::{import, import_with, project_of, send, titled, trello};
use crate::support::{Fields, app, each};

fn bytes(board: &Value) -> Vec<u8> {
    serde_json::to_vec(board).unwrap()
}

#[tokio::test]
async fn the_same_file_changes_nothing_and_a_newer_one_adds_what_is_new() {
    let (_, alice, ..) = app().await;
    let mut board = trello::board();
    let first = import(&alice, "garden.json", &bytes(&board)).await;
    let project = project_of(&alice, &first).await;
    let before = (project.seq().await, project.board().await);

    let again = import(&alice, "garden.json", &bytes(&board)).await;
    assert_eq!(again["project_id"], first["project_id"]);
    assert_eq!((again["report"].int("events"), again["report"].int("known_tasks")), (0, 3), "{again}");
    assert_eq!((project.seq().await, project.board().await), before);

    // People changed things here, and the board went on there.
    let water = titled(&before.1, "Water");
    alice.patch(&project.task_at(&water, "")).json(json!({"title": "Water it"})).await.ok();
    let plant = before.1.list("tasks").into_iter().find(|task| task["number"] == 3).unwrap();
    alice.delete(&project.task_at(&plant, "")).await.no_content();
    let (old, new) = (board["cards"][0]["id"].clone(), trello::id(1_700_000_000, 5));
    let harvest = json!({
        "id": new, "idShort": 30, "name": "Harvest", "desc": "", "idList": board["lists"][1]["id"], "pos": 9, "idLabels": [board["labels"][1]["id"]],
    });
    board["cards"].as_array_mut().unwrap().push(harvest);
    board["actions"].as_array_mut().unwrap().push(json!({
        "id": trello::id(1_700_000_000, 6), "type": "commentCard", "date": "2023-11-15T00:00:00.000Z",
        "data": {"text": "third", "card": {"id": old}},
    }));
    let newer = import(&alice, "garden.json", &bytes(&board)).await;
    let taken = &newer["report"]["taken"];
    assert_eq!((taken.int("tasks"), taken.int("comments"), taken.int("columns")), (1, 1, 0), "{newer}");
    let after = project.board().await;
    let titles = after.list("tasks");
    assert!(
        titles.iter().any(|task| task["title"] == "Water it") && titles.iter().any(|task| task["title"] == "Harvest")
    );
    // What was deleted here stays deleted.
    assert_eq!(titles.len(), 2, "{titles:?}");
    let water = titled(&after, "Water it");
    assert_eq!(water["comment_count"], 3);
    assert_eq!(each(&project.comments(&water).await, "body"), ["first **words**", "second", "third"]);
    project.settle().await;

    // A project of its own, when that is asked for.
    let other =
        import_with(&alice, "", "garden.json", &bytes(&board), &[("mapping", r#"{"new_project": true}"#)]).await;
    assert_ne!(other["project_id"], first["project_id"]);
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_writes_nothing() {
    let (_, alice, ..) = app().await;
    let rehearsed = import_with(&alice, "?dry_run=true", "garden.json", &bytes(&trello::board()), &[]).await;
    assert_eq!((rehearsed["dry_run"] == true, rehearsed["project_id"].clone()), (true, Value::Null));
    assert_eq!(alice.get("/projects").await.ok().list("items"), [json!(null); 0]);
    let done = import(&alice, "garden.json", &bytes(&trello::board())).await;
    for part in ["taken", "left", "people", "leaves", "notes"] {
        assert_eq!(rehearsed["report"][part], done["report"][part], "{part}");
    }
}

#[tokio::test]
async fn one_undo_takes_back_what_was_added_to_a_project() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let home = project.column("Home").await;
    let task = project.task(&home, "Mine").await;
    project.label("soil").await;
    let before = project.board().await;
    let query = format!("?project_id={}", project.id);
    let file = bytes(&trello::board());
    let over = import_with(&alice, &query, "garden.json", &file, &[]).await;
    project.settle().await;
    let seq = project.seq().await;
    assert_eq!(seq, before.int("seq") + over["report"].int("events"));
    let events =
        alice.get(&project.at(&format!("/events?after={}&limit=200", before.int("seq")))).await.ok().list("items");
    let cause = format!("import:{}", over.id());
    assert!(
        events.iter().filter(|event| event["type"] != "member.added").all(|event| event["cause"] == cause.as_str())
    );
    // The label of this name was there.
    assert_eq!(project.board().await.list("labels").len(), 2);

    // Others see what happened as it does, and may not take it back.
    project.add(&bob, "editor").await;
    let run = json!({"from_seq": before.int("seq") + 1, "to_seq": seq, "cause_prefix": cause});
    bob.post(&project.at("/undo")).json(run.clone()).await.problem(403, "forbidden");
    alice.post(&project.at("/undo")).json(run.clone()).await.ok();
    let after = project.board().await;
    for kind in ["columns", "labels", "milestones", "checklist_items", "dependencies"] {
        assert_eq!(after[kind], before[kind], "{kind}");
    }
    assert_eq!(each(&after.list("tasks"), "id"), [task.id()]);
    assert_eq!(alice.get(&project.at("/tasks?status=archived")).await.ok().list("items").len(), 0);
    alice.post(&project.at("/undo")).json(run).await.problem(409, "undo_conflict");

    // What was taken back may come again.
    let again = import_with(&alice, &query, "garden.json", &file, &[]).await;
    assert_eq!(again["report"]["taken"].int("tasks"), 3, "{again}");
    let board = project.board().await;
    let water = titled(&board, "Water");
    let mut newer = trello::board();
    let comment = json!({"id": trello::id(1_700_000_000, 6), "type": "commentCard", "data": {"text": "third", "card": newer["cards"][0]}});
    newer["actions"].as_array_mut().unwrap().push(comment);
    let begin = project.seq().await;
    let more = import_with(&alice, &query, "garden.json", &bytes(&newer), &[]).await;
    assert_eq!(more["report"]["taken"].int("comments"), 1);
    assert_eq!(project.comments(&water).await.len(), 3);
    let run = json!({"from_seq": begin + 1, "to_seq": begin + 1, "cause_prefix": format!("import:{}", more.id())});
    alice.post(&project.at("/undo")).json(run).await.ok();
    assert_eq!(project.comments(&water).await.len(), 2);
    assert_eq!(titled(&project.board().await, "Water")["comment_count"], 2);
}

#[tokio::test]
async fn those_who_manage_a_project_import_into_it() {
    let (_, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let query = format!("?project_id={}", project.id);
    let file = bytes(&trello::board());
    send(&bob, &query, "x.json", &file, &[]).await.problem(403, "forbidden");
    send(&stranger, &query, "x.json", &file, &[]).await.not_found();
    let elsewhere = bob.project().await;
    let token = alice.by_cookie().await.by_token(json!({"project_ids": [project.id]})).await;
    send(&token, "", "x.json", &file, &[]).await.problem(403, "forbidden");
    send(&token, &format!("?project_id={}", elsewhere.id), "x.json", &file, &[]).await.not_found();
    alice.put(&project.at("/archive")).await.ok();
    send(&alice, &query, "x.json", &file, &[]).await.problem(409, "project_archived");
    alice.delete(&project.at("/archive")).await.ok();
    let before = project.seq().await;
    // An import is its person's own.
    let begun = send(&alice, &query, "x.json", &file, &[]).await.status(202);
    let path = format!("/imports/{}", begun.id());
    bob.get(&path).await.not_found();
    bob.delete(&path).await.not_found();
    let over = super::ended(&alice, &begun).await;
    assert_eq!(over["state"], "done");
    alice.delete(&path).await.problem(409, "import_ended");
    assert!(project.seq().await > before);
    assert_eq!(alice.get("/imports").await.ok().list("items")[0]["id"], begun["id"]);
}

#[tokio::test]
async fn a_retry_of_a_request_imports_once() {
    let (_, alice, ..) = app().await;
    let body = super::form("garden.json", &bytes(&trello::board()), &[]);
    let call = alice.post("/imports").bytes("multipart/form-data; boundary=b", body).key("once");
    let first = call.again().await.status(202);
    let second = call.await;
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(second.status(202)["id"], first["id"]);
    super::ended(&alice, &first).await;
    assert_eq!(alice.get("/projects").await.ok().list("items").len(), 1);
}
