//! What a user is told personally.

use serde_json::json;

use crate::support::{Fields, User, app, each, nobody, until};

async fn inbox(user: &User, count: usize) -> Vec<serde_json::Value> {
    until("notifications", || async {
        let items = user.get("/me/notifications").await.ok().list("items");
        (items.len() >= count).then_some(items)
    })
    .await
}

#[tokio::test]
async fn being_added_and_assigned_is_told() {
    let (_, alice, bob, _) = app().await;
    let (known, project) = (alice.project().await, alice.project_called("News").await);
    known.add(&bob, "viewer").await;
    let body = json!({"role": "editor"});
    alice.put(&project.at(&format!("/members/{}", bob.id))).json(body).await.ok();
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"title": "For Bob", "assignee_ids": [bob.id]})).await;

    let mut items = inbox(&bob, 2).await;
    items.retain(|item| item["project"]["id"] == project.id);
    assert_eq!(each(&items, "kind"), ["assigned", "added"], "newest first");
    let assigned = &items[0];
    assert_eq!(assigned["task"], json!({"id": task.id(), "number": 1, "title": "For Bob"}));
    assert_eq!(assigned["actor"], json!({"id": alice.id, "name": "Alice"}));
    assert_eq!(assigned["project"], json!({"id": project.id, "key": project.key, "name": "News"}));
    assert_eq!(assigned["read_at"], json!(null));
    assert_eq!(items[1]["task"], json!(null));
    assert!(assigned.int("number") > items[1].int("number"));
}

#[tokio::test]
async fn every_way_of_assigning_tells() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let before = bob.get("/me/notifications").await.ok().list("items").len();
    project.task_with(&column, json!({"assignee_ids": [bob.id]})).await;
    let second = project.task(&column, "Second").await;
    alice.put(&project.task_at(&second, &format!("/assignees/{}", bob.id))).await.ok();
    let third = project.task(&column, "Third").await;
    let body = json!({"assignee_ids": [bob.id]});
    alice.patch(&project.task_at(&third, "")).json(body.clone()).await.ok();
    assert_eq!(inbox(&bob, before + 3).await.len(), before + 3);
    // Being assigned already is no news.
    alice.patch(&project.task_at(&third, "")).json(body).await.ok();
    alice.put(&project.task_at(&third, &format!("/assignees/{}", bob.id))).await.ok();
    assert_eq!(bob.get("/me/notifications").await.ok().list("items").len(), before + 3);
}

#[tokio::test]
async fn nobody_is_told_of_what_he_did_himself() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.task_with(&column, json!({"assignee_ids": [alice.id]})).await;
    let answer = alice.get("/me/notifications").await.ok();
    assert_eq!(answer["items"], json!([]));
    assert_eq!(answer["unread_count"], 0);
}

#[tokio::test]
async fn notifications_are_read_one_by_one_or_up_to_a_number() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let start = bob.put("/me/notifications/read").json(json!({})).await.ok();
    assert_eq!(start["unread_count"], 0);
    for n in 0..4 {
        project.task_with(&column, json!({"title": format!("{n}"), "assignee_ids": [bob.id]})).await;
    }
    let unread = || async { bob.get("/me/notifications?unread=true").await.ok() };
    until("four notifications", || async { (unread().await.int("unread_count") == 4).then_some(()) }).await;
    let items = unread().await.list("items");
    let path = format!("/me/notifications/{}/read", items[0].id());
    let first = bob.put(&path).await.ok();
    assert!(first["read_at"].is_string());
    assert_eq!(bob.put(&path).await.ok()["read_at"], first["read_at"]);
    assert_eq!(unread().await.int("unread_count"), 3);

    let body = json!({"up_to": items[2].int("number")});
    assert_eq!(bob.put("/me/notifications/read").json(body).await.ok()["unread_count"], 1);
    assert_eq!(each(&unread().await.list("items"), "id"), [items[1].id()]);
    assert_eq!(bob.put("/me/notifications/read").json(json!({})).await.ok()["unread_count"], 0);
    assert!(unread().await.list("items").is_empty());
}

#[tokio::test]
async fn notifications_come_in_pages() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    for _ in 0..5 {
        project.task_with(&column, json!({"assignee_ids": [bob.id]})).await;
    }
    let all = each(&inbox(&bob, 5).await, "id");
    let mut paged = Vec::new();
    let mut path = "/me/notifications?limit=2".to_owned();
    loop {
        let page = bob.get(&path).await.ok();
        paged.extend(each(&page.list("items"), "id"));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/me/notifications?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    for query in ["limit=0", "limit=201", "cursor=nonsense", "unread=maybe", "x=1"] {
        let answer = bob.get(&format!("/me/notifications?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn somebody_elses_notification_is_not_found() {
    let (_, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    project.task_with(&column, json!({"assignee_ids": [bob.id]})).await;
    let id = inbox(&bob, 1).await[0].id();
    let refused = stranger.put(&format!("/me/notifications/{id}/read")).await.not_found();
    let random = stranger.put(&format!("/me/notifications/{}/read", nobody())).await.not_found();
    assert_eq!(refused, random);
    assert!(bob.get("/me/notifications").await.ok().int("unread_count") >= 1);
}

#[tokio::test]
async fn a_removed_member_is_not_shown_what_the_project_told_him() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    project.task_with(&column, json!({"title": "Secret", "assignee_ids": [bob.id]})).await;
    inbox(&bob, 1).await;
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    let answer = bob.get("/me/notifications").await;
    assert!(!answer.text.contains("Secret"), "{}", answer.text);
    assert!(!answer.text.contains(&project.id), "{}", answer.text);
    assert_eq!(answer.ok()["unread_count"], 0);
}

#[tokio::test]
async fn a_notification_comes_down_the_stream() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let mut stream = bob.stream("/events").await;
    let hello = stream.hello().await;
    assert!(hello["notifications"]["head"].is_i64(), "{hello}");
    project.task_with(&column, json!({"title": "For Bob", "assignee_ids": [bob.id]})).await;
    let told = stream.event("notification").await;
    assert_eq!(told["kind"], "assigned");
    assert_eq!(told["task"]["title"], "For Bob");
    let listed = inbox(&bob, 1).await;
    assert_eq!(listed[0], told);
}
