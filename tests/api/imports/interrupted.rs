//! Imports that are cut off, or cancelled.

use serde_json::{Value, json};

use super::{ended, project_of, send, trello};
use crate::support::{Fields, own_app, until};

/// A board of so many cards with a comment each.
fn large(cards: u32) -> Vec<u8> {
    let mut board = trello::board();
    let list = board["lists"][1]["id"].clone();
    let cards: Vec<Value> = (0..cards)
        .map(|n| json!({"id": trello::id(1_600_000_000, 1_000 + n), "idShort": 100 + n, "name": format!("Card {n}"), "desc": "some *words*", "idList": list, "pos": n}))
        .collect();
    let actions: Vec<Value> = cards
        .iter()
        .enumerate()
        .map(|(n, card)| json!({"id": trello::id(1_600_000_001, 500_000 + u32::try_from(n).unwrap()), "type": "commentCard", "data": {"text": "said", "card": card}}))
        .collect();
    (board["cards"], board["actions"]) = (json!(cards), json!(actions));
    serde_json::to_vec(&board).unwrap()
}

#[tokio::test]
async fn a_server_that_dies_in_the_middle_leaves_all_or_nothing() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let file = large(1_500);
    let begun = send(&alice, "", "large.json", &file, &[]).await.status(202);
    let path = format!("/imports/{}", begun.id());
    until("the middle of an import", || async {
        let now = alice.get(&path).await.ok();
        (now["progress"].int("done") > 0).then_some(())
    })
    .await;
    // Nobody sees it before it is whole.
    let now = alice.get(&path).await.ok();
    if now["state"] == "running" {
        assert_eq!(alice.get("/projects").await.ok().list("items").len(), 0);
        assert_eq!(now["project_id"], Value::Null);
    }
    app.restart();
    let alice = alice.on(&app);
    let over = crate::support::until_at_last("the import after the restart", || async {
        let now = alice.get(&path).await.ok();
        (now["state"] == "done").then_some(now)
    })
    .await;
    let projects = alice.get("/projects").await.ok().list("items");
    assert_eq!(projects.len(), 1, "{projects:?}");
    let project = project_of(&alice, &over).await;
    let board = project.board().await;
    assert_eq!(board.list("tasks").len(), 1_500);
    assert!(board.list("tasks").iter().all(|task| task["comment_count"] == 1));
}

#[tokio::test]
async fn what_is_cancelled_leaves_nothing() {
    let (_, alice, ..) = own_app(&[]).await;
    let file = large(1_500);
    for into in [false, true] {
        let project = if into { Some(alice.project().await) } else { None };
        let query = project.as_ref().map(|project| format!("?project_id={}", project.id)).unwrap_or_default();
        let before = alice.get("/projects").await.ok().list("items").len();
        let seq = if let Some(project) = &project { project.seq().await } else { 0 };
        let begun = send(&alice, &query, "large.json", &file, &[]).await.status(202);
        let path = format!("/imports/{}", begun.id());
        until("its beginning", || async { (alice.get(&path).await.ok()["state"] != "queued").then_some(()) }).await;
        let cancelled = alice.delete(&path).await;
        if cancelled.status == 204 {
            assert_eq!(ended(&alice, &begun).await["state"], "cancelled");
            // The next import begins when this one is taken back.
            let next =
                send(&alice, "", "small.csv", b"Title,Status\nx,y\n", &[("mapping", r#"{"new_project": true}"#)])
                    .await
                    .status(202);
            assert_eq!(ended(&alice, &next).await["state"], "done");
            assert_eq!(alice.get("/projects").await.ok().list("items").len(), before + 1);
            if let Some(project) = &project {
                assert_eq!(project.seq().await, seq);
            }
        } else {
            // It was faster.
            cancelled.problem(409, "import_ended");
        }
    }
}
