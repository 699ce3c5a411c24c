//! Boards of Trello.

use serde_json::{Value, json};

use super::{import, import_with, left, project_of, titled};
use crate::support::{Fields, app, each};

/// An id of Trello, whose first digits say when its object was made.
pub fn id(seconds: u32, n: u32) -> String {
    format!("{seconds:08x}{n:016x}")
}

const BORN: u32 = 1_607_199_790;

/// A board with one of everything.
pub fn board() -> Value {
    let (todo, old) = (id(BORN, 1), id(BORN, 2));
    let (one, two, three) = (id(BORN, 11), id(BORN + 60, 12), id(BORN, 13));
    json!({
        "id": id(BORN, 0), "name": "Garden", "desc": "Our **garden**", "closed": false, "url": "javascript:alert(1)",
        "prefs": {"background": "blue", "voting": "disabled"}, "limits": {"cards": {"openPerBoard": {"warnAt": 4500}}},
        "labelNames": {"green": ""},
        "lists": [
            {"id": old, "name": "Old", "closed": true, "pos": 2.5, "softLimit": null},
            {"id": todo, "name": "To do", "closed": false, "pos": 1, "softLimit": 3},
        ],
        "labels": [
            {"id": id(BORN, 21), "name": "", "color": "green"}, {"id": id(BORN, 22), "name": "soil", "color": "red_dark"},
            {"id": id(BORN, 23), "name": "soil", "color": null},
        ],
        "members": [{"id": id(BORN, 31), "fullName": "Bob Builder", "username": "bob", "initials": "BB"}],
        "checklists": [
            {"id": id(BORN, 41), "idCard": one, "name": "Steps", "pos": 1, "checkItems": [
                {"id": id(BORN, 43), "name": "second", "state": "incomplete", "pos": 2},
                {"id": id(BORN, 42), "name": "first", "state": "complete", "pos": 1}]},
        ],
        "customFields": [{"id": id(BORN, 51), "name": "Depth", "type": "number"},
            {"id": id(BORN, 52), "name": "Kind", "type": "list", "options": [{"id": id(BORN, 53), "value": {"text": "tree"}}]}],
        "cards": [
            {"id": two, "idShort": 7, "name": "Water", "desc": "see #3", "closed": false, "idList": todo, "pos": 1.0,
             "due": null, "badges": {"comments": 3}, "idLabels": [], "idMembers": [], "attachments": [], "customFieldItems": []},
            {"id": one, "idShort": 3, "name": "Plant | <script>alert(1)</script>", "desc": "A *tree*", "closed": false,
             "idList": todo, "pos": 1.0, "due": "2026-05-04T12:30:00.000Z", "start": "2026-05-01T00:00:00.000Z", "dueComplete": true,
             "dateLastActivity": "2026-05-02T08:00:00.000Z", "idLabels": [id(BORN, 21), id(BORN, 23)], "idMembers": [id(BORN, 31)],
             "idMembersVoted": [id(BORN, 31)], "stickers": [{"image": "star"}], "badges": {"comments": 1},
             "attachments": [{"id": id(BORN, 61), "name": "photo", "url": "https://example.org/a b.png", "isUpload": true, "bytes": 7},
                             {"id": id(BORN, 62), "name": "bad", "url": "javascript:alert(1)"}],
             "customFieldItems": [{"idCustomField": id(BORN, 51), "value": {"number": "100.32"}},
                                  {"idCustomField": id(BORN, 52), "idValue": id(BORN, 53)},
                                  {"idCustomField": id(BORN, 52), "idValue": null, "value": null}]},
            {"id": three, "idShort": 9, "name": "Dig", "desc": "", "closed": false, "idList": old, "pos": 4, "badges": {"comments": 0},
             "dateLastActivity": "2021-01-01T00:00:00.000Z"},
        ],
        "actions": [
            {"id": id(BORN + 99, 72), "type": "commentCard", "date": "2021-03-02T10:00:00.000Z", "idMemberCreator": id(BORN, 32),
             "memberCreator": {"id": id(BORN, 32), "fullName": "Who Left", "username": "left"},
             "data": {"text": "second", "card": {"id": two}}},
            {"id": id(BORN + 98, 71), "type": "commentCard", "date": "2021-03-01T10:00:00.000Z", "idMemberCreator": id(BORN, 31),
             "data": {"text": "first **words**", "card": {"id": two}}},
            {"id": id(BORN + 97, 73), "type": "commentCard", "date": "2021-03-01T10:00:00.000Z",
             "data": {"text": "of no one", "card": {"id": one}}},
            {"id": id(BORN + 97, 74), "type": "updateCard", "date": "2021-03-01T10:00:00.000Z",
             "data": {"listBefore": {"name": "x"}, "card": {"id": one}}},
        ],
    })
}

fn bytes(board: &Value) -> Vec<u8> {
    serde_json::to_vec(board).unwrap()
}

#[tokio::test]
async fn a_board_comes_with_everything_that_there_is_a_place_for() {
    let (_, alice, ..) = app().await;
    let over = import(&alice, "garden.json", &bytes(&board())).await;
    assert_eq!(over["format"], "trello");
    let taken = &over["report"]["taken"];
    let counts = ["columns", "labels", "tasks", "checklist_items", "comments"].map(|kind| taken.int(kind));
    assert_eq!(counts, [2, 2, 3, 2, 3], "{over}");
    assert_eq!(over["progress"], json!({"done": 6, "total": 6}));

    let project = project_of(&alice, &over).await;
    let shown = alice.get(&project.at("")).await.ok();
    assert_eq!((shown.str("name"), shown.str("description")), ("Garden".into(), "Our **garden**".into()));
    let board = project.board().await;
    assert_eq!(each(&board.list("columns"), "name"), ["To do", "Old"]);
    assert_eq!(board.list("columns")[0]["wip_limit"], 3);
    let mut labels: Vec<_> =
        board.list("labels").iter().map(|label| (label.str("name"), label.str("colour"))).collect();
    labels.sort();
    assert_eq!(labels, [("green".into(), "#4bce97".into()), ("soil".into(), "#c9372c".into())]);
    // Of two cards at one position the one with the smaller id comes first.
    let mut tasks = board.list("tasks");
    tasks.sort_by_key(|task| task.str("position"));
    assert_eq!(tasks.iter().map(|task| task.int("number")).collect::<Vec<_>>(), [3, 7]);
    let plant = alice.get(&project.task_at(&tasks[0], "")).await.ok();
    assert_eq!(plant["due_on"], "2026-05-04");
    assert_eq!(plant["start_on"], "2026-05-01");
    assert_eq!(plant["completed_at"], "2026-05-02T08:00:00.000Z");
    assert_eq!(plant["created_at"], "2020-12-05T20:23:10.000Z");
    assert_eq!(plant.list("label_ids").len(), 2);
    let description = plant.str("description");
    assert!(description.starts_with("A *tree*\n"), "{description}");
    for part in ["| Depth | 100.32 |", "| Kind | tree |", "[photo](<https://example.org/a%20b.png>)"] {
        assert!(description.contains(part), "{description}");
    }
    assert!(!description.contains("javascript"), "{description}");
    let html = plant.str("description_html");
    assert!(html.contains("<em>tree</em>") && html.contains("<table>") && !html.contains("<script"), "{html}");
    let water = alice.get(&project.task_at(&tasks[1], "")).await.ok();
    assert!(water.str("description_html").contains(&format!("/p/{}/board/3", project.key)), "{water}");

    let items: Vec<_> = board
        .list("checklist_items")
        .iter()
        .map(|item| (item.str("position"), item.str("text"), item["done"] == true))
        .collect();
    let mut items = items;
    items.sort();
    assert_eq!(
        items.iter().map(|(_, text, done)| (text.as_str(), *done)).collect::<Vec<_>>(),
        [("first", true), ("second", false)]
    );

    // People without an account are guests: named, and never signed in.
    let members = board.list("members");
    let guest = |name: &str| members.iter().find(|member| member["name"] == name).unwrap();
    assert_eq!(guest("Bob Builder")["disabled"], true);
    assert_eq!(plant.list("assignee_ids"), [guest("Bob Builder")["id"].clone()]);
    let comments = project.comments(&tasks[1]).await;
    assert_eq!(each(&comments, "body"), ["first **words**", "second"]);
    assert_eq!(each(&comments, "created_at"), ["2021-03-01T10:00:00.000Z", "2021-03-02T10:00:00.000Z"]);
    assert!(comments[0].str("body_html").contains("<strong>words</strong>"));
    assert_eq!(comments[1]["author_id"], guest("Who Left")["id"]);
    assert_eq!(project.comments(&tasks[0]).await[0]["author_id"], alice.id.as_str());
    assert_eq!(tasks[1]["comment_count"], 2);

    // A card of a closed list is archived.
    let archived = alice.get(&project.at("/tasks?status=archived")).await.ok().list("items");
    assert_eq!(each(&archived, "title"), ["Dig"]);
    assert_eq!(archived[0]["archived_at"], "2021-01-01T00:00:00.000Z");

    // What did not come is named: a comment that is not in the file, times, votes, and what nothing leads to.
    assert_eq!(left(&over, "comments"), 1, "{over}");
    assert_eq!(left(&over, "times of day of dates"), 1);
    for what in ["cards[].idMembersVoted[]", "cards[].stickers[].image", "prefs.background", "attachments", "url"] {
        assert_eq!(left(&over, what), 1, "{what}: {over}");
    }

    let found = alice.get(&format!("/search?q=words&project={}", project.id)).await.ok();
    assert_eq!(found.list("items").len(), 1);
    let found = alice.get(&format!("/search?q=tree&project={}", project.id)).await.ok();
    assert_eq!(found.list("items").len(), 1);
}

#[tokio::test]
async fn a_board_of_another_shape_comes_too() {
    let (_, alice, ..) = app().await;
    // What cards, actions and lists have not, and what they have in other types.
    let small = json!({
        "id": "fakeboard", "name": "", "lists": [{"id": "l", "name": "Done", "pos": "top"}], "labels": [], "members": [],
        "checklists": [], "actions": [],
        "cards": [{"id": "c", "name": "", "idList": "l", "pos": null, "labels": [{"id": "x"}]},
                  {"id": "d", "name": "in no list", "idList": "gone", "due": "not a date", "idLabels": ["x", 7], "badges": []}],
    });
    let over = import(&alice, "board.json", &bytes(&small)).await;
    let project = project_of(&alice, &over).await;
    let board = project.board().await;
    assert_eq!(each(&board.list("columns"), "name"), ["To do", "Done"]);
    // What stands in a column of what is done is done.
    assert!(titled(&board, "Untitled")["completed_at"].is_string());
    assert_eq!(titled(&board, "in no list")["due_on"], Value::Null);
    assert_eq!(alice.get(&project.at("")).await.ok()["name"], "Imported board");
}

#[tokio::test]
async fn people_are_who_the_importer_says() {
    let (app, alice, bob, stranger) = app().await;
    let shared = alice.project().await;
    shared.add(&bob, "editor").await;
    let mapping = json!({"people": {"Bob Builder": bob.id}}).to_string();
    let over = import_with(&alice, "", "garden.json", &bytes(&board()), &[("mapping", &mapping)]).await;
    let project = project_of(&alice, &over).await;
    let board = project.board().await;
    let member = board.list("members").into_iter().find(|member| member["id"] == bob.id.as_str()).unwrap();
    assert_eq!((member.str("role"), member["disabled"] == true), ("editor".into(), false));
    assert_eq!(board.list("tasks").iter().filter(|task| task.list("assignee_ids") == [json!(bob.id)]).count(), 1);
    assert_eq!(bob.get(&project.at("")).await.ok()["name"], "Garden");
    let matched = over["report"].list("people");
    assert_eq!(matched.iter().filter(|person| person["matched_user_id"] == bob.id.as_str()).count(), 1);

    // Somebody with whom one does not work cannot be told from somebody who does not exist.
    for id in [stranger.id.clone(), crate::support::nobody()] {
        let mapping = json!({"people": {"bob": id}}).to_string();
        let refused =
            super::send(&alice, "", "garden.json", &bytes(&super::trello::board()), &[("mapping", &mapping)]).await;
        refused.invalid("/mapping/people/bob");
    }
    // Guests are no accounts.
    let guest = board.list("members").into_iter().find(|member| member["name"] == "Who Left").unwrap();
    let email = format!("{}@guest.invalid", guest.id().replace('-', ""));
    let refused = app.anonymous().post("/session").json(json!({"email": email, "password": "!"})).await;
    refused.problem(401, "wrong_credentials");
    let admin = app.administrator().await;
    let accounts = admin.get("/admin/users?q=Builder").await.ok().list("items");
    assert!(!accounts.iter().any(|account| account["name"] == "Bob Builder"), "{accounts:?}");
}
