//! One small file of each program that writes JSON, in two shapes.

use serde_json::{Value, json};

use super::{form, import, left, project_of, titled};
use crate::support::{Fields, User, app, each};

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

async fn imported(by: &User, value: &Value, format: &str) -> (Value, Value) {
    let over = import(by, "file.json", &bytes(value)).await;
    assert_eq!(over["format"], format, "{over}");
    let project = project_of(by, &over).await;
    // Again it changes nothing.
    let seq = project.seq().await;
    let again = import(by, "file.json", &bytes(value)).await;
    assert_eq!((again["report"].int("events"), project.seq().await), (0, seq), "{again}");
    (over, project.board().await)
}

async fn comments(by: &User, board: &Value, title: &str) -> Vec<String> {
    let project = board["project"].id();
    let task = titled(board, title);
    let path = format!("/projects/{project}/tasks/{}/comments", task.id());
    each(&by.get(&path).await.ok().list("items"), "body")
}

#[tokio::test]
async fn planka() {
    let (_, alice, ..) = app().await;
    let second = json!({
        "item": {"id": "10", "name": "Kitchen", "projectId": "1"},
        "included": {
            "users": [{"id": "u", "name": "Bob", "username": "bob"}],
            "labels": [{"id": "la", "name": null, "color": "berry-red", "position": 1}],
            "lists": [{"id": "2", "name": "Later", "type": "active", "position": 2}, {"id": "1", "name": "Now", "type": "active", "position": 1},
                      {"id": "3", "name": null, "type": "archive", "position": null}, {"id": "4", "name": null, "type": "trash", "position": null}],
            "cards": [{"id": "c", "name": "Sink", "description": "**wet**", "listId": "2", "position": 5, "dueDate": "2024-03-01T10:00:00.000Z",
                       "createdAt": "2024-01-01T00:00:00.000Z", "creatorUserId": "u", "commentsTotal": 2},
                      {"id": "d", "name": "Old", "listId": "3", "position": 1}, {"id": "e", "name": "Thrown away", "listId": "4", "position": 1}],
            "cardLabels": [{"id": "x", "cardId": "c", "labelId": "la"}], "cardMemberships": [{"id": "y", "cardId": "c", "userId": "u"}],
            "taskLists": [{"id": "t", "cardId": "c", "name": "Steps", "position": 1}],
            "tasks": [{"id": "t2", "taskListId": "t", "name": "two", "isCompleted": false, "position": 2},
                      {"id": "t1", "taskListId": "t", "name": "one", "isCompleted": true, "position": 1}],
            "comments": [{"id": "co", "cardId": "c", "userId": "u", "text": "drip", "createdAt": "2024-02-01T00:00:00.000Z"}],
            "attachments": [{"id": "a", "cardId": "c", "name": "plan", "data": {"url": "https://example.org/p"}}],
            "customFields": [{"id": "f", "name": "Price"}], "customFieldValues": [{"id": "v", "cardId": "c", "customFieldId": "f", "content": "7"}],
        },
    });
    let (over, board) = imported(&alice, &second, "planka").await;
    assert_eq!(each(&board.list("columns"), "name"), ["Now", "Later"]);
    assert_eq!(board.list("labels")[0]["name"], "berry red");
    assert_eq!(each(&board.list("checklist_items"), "text"), ["one", "two"]);
    assert_eq!(titled(&board, "Sink")["due_on"], "2024-03-01");
    assert_eq!(comments(&alice, &board, "Sink").await, ["drip"]);
    assert_eq!((left(&over, "comments"), left(&over, "cards in the trash")), (1, 1));

    // Version 1 has no lists of tasks, and names who is signed in otherwise.
    let first = json!({
        "item": {"id": "30", "name": "Old board"},
        "included": {"lists": [{"id": "1", "name": "Done", "position": 1}], "labels": [], "cardLabels": [],
            "cards": [{"id": "9", "name": "Shelf", "listId": "1", "position": 1}],
            "tasks": [{"id": "1", "cardId": "9", "name": "drill", "isCompleted": true, "position": 1}]},
    });
    let (_, board) = imported(&alice, &first, "planka").await;
    assert_eq!(board.list("checklist_items")[0]["text"], "drill");
    assert!(titled(&board, "Shelf")["completed_at"].is_string());
}

/// A ZIP with these files, none of them compressed.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;

    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn vikunja() {
    let (_, alice, ..) = app().await;
    let one = json!([
        {"id": 3, "title": "House", "description": "<p>Our <b>house</b></p>", "buckets": [{"id": 8, "title": "Doing", "position": 2, "limit": 4},
            {"id": 7, "title": "Ideas", "position": 1, "limit": 0}],
         "tasks": [{"id": 11, "index": 4, "title": "Roof", "description": "<p>Is <em>old</em></p>", "done": false, "due_date": "2026-05-04T00:00:00Z",
             "start_date": "0001-01-01T00:00:00Z", "priority": 5, "bucket_id": 8, "created": "2024-01-01T00:00:00Z",
             "labels": [{"id": 1, "title": "outside", "hex_color": "e8e8e8"}], "assignees": [{"id": 2, "username": "bob"}],
             "comments": [{"id": 1, "comment": "<p>soon</p>", "author": {"id": 2, "username": "bob"}, "created": "2024-02-01T00:00:00Z"}],
             "related_tasks": {"blocked": [{"id": 12}], "subtask": [{"id": 12}]}},
            {"id": 12, "index": 5, "title": "Ladder", "done": true, "done_at": "2024-03-01T00:00:00Z", "bucket_id": 7, "percent_done": 0.5}]},
        {"id": 4, "title": "Inbox", "tasks": []},
    ]);
    let archive =
        zip(&[("VERSION", b"0.24.0"), ("data.json", &bytes(&one)), ("../../evil.json", b"{}"), ("files/1", b"x")]);
    let over = import(&alice, "export.zip", &archive).await;
    assert_eq!(over["format"], "vikunja");
    let project = project_of(&alice, &over).await;
    assert_eq!(alice.get(&project.at("")).await.ok()["description"], "Our **house**");
    let board = project.board().await;
    assert_eq!(each(&board.list("columns"), "name"), ["Ideas", "Doing"]);
    let roof = titled(&board, "Roof");
    assert_eq!(
        (roof.int("number"), roof.str("priority"), roof.str("due_on")),
        (4, "urgent".into(), "2026-05-04".into())
    );
    assert_eq!(alice.get(&project.task_at(&roof, "")).await.ok()["description"], "Is *old*");
    assert_eq!(board.list("dependencies")[0]["depends_on_id"], titled(&board, "Ladder")["id"]);
    assert_eq!(each(&project.comments(&roof).await, "body"), ["soon"]);

    // Several projects in one file, and no ZIP around it.
    let several = json!([{"id": 5, "title": "A", "tasks": [{"id": 1, "title": "x"}]}, {"id": 6, "title": "B", "tasks": [{"id": 2, "title": "y"}]}]);
    let (_, board) = imported(&alice, &several, "vikunja").await;
    assert_eq!(each(&board.list("columns"), "name"), ["A", "B"]);
}

#[tokio::test]
async fn wekan() {
    let (_, alice, ..) = app().await;
    let whole = json!({
        "_format": "wekan-board-1.0.0", "_id": "w", "title": "Shop", "labels": [{"_id": "r", "name": "", "color": "red"}],
        "lists": [{"_id": "l", "title": "Open", "sort": 0, "archived": false}, {"_id": "m", "title": "Gone", "sort": 1, "archived": true}],
        "swimlanes": [{"_id": "s", "title": "Front"}, {"_id": "t", "title": "Back"}],
        "cards": [{"_id": "c", "title": "Door", "description": "open it", "listId": "l", "swimlaneId": "t", "labelIds": ["r"], "sort": 0, "archived": false,
                   "startAt": "2024-03-01T09:00:00.000Z", "dueAt": "2024-03-15T17:00:00.000Z", "createdAt": "2024-02-20T10:00:00.000Z", "members": ["u"],
                   "customFields": [{"_id": "f", "value": "blue"}]},
                  {"_id": "d", "title": "Sign", "listId": "m", "sort": 1, "archived": false, "parentId": "c"}],
        "customFields": [{"_id": "f", "name": "Colour"}],
        "checklists": [{"_id": "k", "cardId": "c", "title": "Steps", "sort": 0}, {"_id": "k2", "cardId": "c", "title": "More", "sort": 1}],
        "checklistItems": [{"_id": "i", "checklistId": "k", "cardId": "c", "title": "paint", "sort": 0, "isFinished": true},
                           {"_id": "j", "checklistId": "k2", "cardId": "c", "title": "oil", "sort": 0}],
        "comments": [{"_id": "o", "cardId": "c", "text": "squeaks", "createdAt": "2024-03-02T11:30:00.000Z", "userId": "u"}],
        "users": [{"_id": "u", "username": "bob", "profile": {"fullname": "Bob B"}}], "activities": [{"x": 1}],
        "attachments": [{"_id": "a", "cardId": "c", "name": "note.txt", "file": "aGVsbG8=", "type": "text/plain"}],
    });
    let (over, board) = imported(&alice, &whole, "wekan").await;
    assert_eq!(each(&board.list("tasks"), "title"), ["Door"]);
    assert_eq!(each(&board.list("checklist_items"), "text"), ["Steps: paint", "More: oil"]);
    assert_eq!(board.list("labels")[0]["name"], "red");
    assert_eq!(comments(&alice, &board, "Door").await, ["squeaks"]);
    assert_eq!(left(&over, "attachments"), 1);
    assert!(board.list("members").iter().any(|member| member["name"] == "Bob B"));

    let old = json!({"_id": "v", "title": "Bare", "lists": [{"_id": "l", "title": "x"}], "cards": [{"_id": "c", "title": "y", "listId": "l", "archived": 0}]});
    let (_, board) = imported(&alice, &old, "wekan").await;
    assert_eq!(board.list("tasks").len(), 1);
}

#[tokio::test]
async fn kanboard() {
    let (_, alice, ..) = app().await;
    let by_names = json!({
        "board": {"name": "Team"}, "columns": [{"title": "Ready"}, {"title": "Done"}], "swimlanes": [{"name": "Default"}],
        "tasks": [{"title": "Ship", "description": "it", "column_name": "Ready", "swimlane_name": "Default", "date_due": 1_700_000_000, "owner_username": "bob", "tags": ["red", "blue"]},
                  {"title": "Ship", "column_name": "Done", "date_due": "2026-01-02"}],
    });
    let (_, board) = imported(&alice, &by_names, "kanboard").await;
    assert_eq!(board.list("tasks").len(), 2);
    assert_eq!(board.list("labels").len(), 2);
    assert!(board.list("tasks").iter().any(|task| task["due_on"] == "2023-11-14"));
    let whole = json!({
        "board": {"id": 5, "name": "Ids"}, "columns": [{"title": "Ready", "task_limit": 2}],
        "tasks": [{"id": "7", "title": "a", "column_name": "Ready", "is_active": 0, "date_completed": 1_600_000_000, "score": "3", "priority": 2,
            "subtasks": [{"title": "s", "status": 2}], "comments": [{"id": 1, "comment": "hm", "username": "bob", "date_creation": 1_600_000_000}]}],
    });
    let (over, board) = imported(&alice, &whole, "kanboard").await;
    assert_eq!(board.list("tasks").len(), 0);
    assert_eq!(over["report"]["taken"].int("comments"), 1);
}

#[tokio::test]
async fn nextcloud_deck() {
    let (_, alice, ..) = app().await;
    let card = |id: i64, title: &str, more: Value| {
        let mut card = json!({"id": id, "title": title, "order": id, "createdAt": 1_689_667_435, "lastModified": 1_689_667_500, "archived": false});
        card.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        card
    };
    let whole = json!({"version": "1.11.0", "boards": {"188": {
        "id": 188, "title": "Mine", "labels": [{"id": 1, "title": "L", "color": "31CC7C"}], "deletedAt": 0,
        "stacks": {"64": {"id": 64, "title": "A", "order": 2, "cards": [
                card(1, "one", json!({"duedate": "2024-01-02T03:04:05+00:00", "labels": [{"id": 1}], "assignedUsers": [{"participant": {"uid": "bob", "displayname": "Bob"}}]})),
                card(2, "two", json!({"archived": true})), card(3, "three", json!({"deletedAt": 5}))]},
            "65": {"id": 65, "title": "B", "order": 1, "isDoneColumn": true, "cards": [card(4, "four", json!({"done": "2024-01-02T03:04:05+00:00"}))]}},
    }}});
    let (over, board) = imported(&alice, &whole, "deck").await;
    assert_eq!(each(&board.list("columns"), "name"), ["B", "A"]);
    assert_eq!(titled(&board, "one")["due_on"], "2024-01-02");
    assert_eq!(titled(&board, "four")["completed_at"], "2024-01-02T03:04:05.000Z");
    assert_eq!((board.list("tasks").len(), left(&over, "deleted cards")), (2, 1));
    let several = json!({"boards": [
        {"id": 1, "title": "X", "stacks": [{"id": 1, "title": "s", "cards": [card(1, "a", json!({}))]}]},
        {"id": 2, "title": "Y", "stacks": [{"id": 2, "title": "s", "cards": []}]}]});
    let (_, board) = imported(&alice, &several, "deck").await;
    assert_eq!(each(&board.list("columns"), "name"), ["X: s", "Y: s"]);
}

#[tokio::test]
async fn asana() {
    let (_, alice, ..) = app().await;
    let task = |gid: &str, name: &str, section: &str| {
        json!({"gid": gid, "name": name, "notes": "n", "completed": false, "created_at": "2024-01-01T00:00:00.000Z", "due_on": "2024-02-03",
            "memberships": [{"project": {"gid": "p", "name": "Plan"}, "section": {"gid": section, "name": section}}],
            "assignee": {"gid": "u", "name": "Bob", "email": "bob@nowhere.example"}, "tags": [{"gid": "t", "name": "tag"}]})
    };
    let mut one = task("1", "first", "Next");
    one["dependencies"] = json!([{"gid": "2"}, {"gid": "gone"}]);
    one["subtasks"] = json!([{"gid": "3", "name": "sub", "completed": true}]);
    one["stories"] = json!([{"gid": "s", "type": "comment", "text": "hello", "created_by": {"gid": "u", "name": "Bob"}}, {"gid": "r", "type": "system", "text": "moved"}]);
    one["custom_fields"] = json!([{"name": "Size", "display_value": "L"}]);
    let whole = json!({"data": [one, task("2", "second", "Later")]});
    let (over, board) = imported(&alice, &whole, "asana").await;
    assert_eq!(each(&board.list("columns"), "name"), ["Next", "Later"]);
    assert_eq!(board.list("dependencies").len(), 1);
    assert_eq!(comments(&alice, &board, "first").await, ["hello"]);
    assert_eq!(left(&over, "dependencies"), 1);
    let bare = json!({"data": [{"gid": "1", "name": "x"}]});
    let (_, board) = imported(&alice, &bare, "asana").await;
    assert_eq!(board.list("tasks").len(), 1);
}

#[tokio::test]
async fn a_format_that_is_asked_for_is_checked() {
    let (_, alice, ..) = app().await;
    let file = bytes(&json!({"board": {"name": "x"}, "columns": [], "tasks": []}));
    let ask = |format: &'static str| {
        alice.post("/imports").bytes("multipart/form-data; boundary=b", form("x.json", &file, &[("format", format)]))
    };
    ask("trello").await.invalid("/format");
    ask("csv").await.problem(422, "invalid");
    ask("nonsense").await.invalid("/format");
    ask("kanboard").await.status(202);
}
