//! Talk on a task.

use serde_json::{Value, json};

use crate::support::{Fields, Project, User, app, each, nobody, own_app, until};

fn at(project: &Project, comment: &Value, rest: &str) -> String {
    project.at(&format!("/comments/{}{rest}", comment.id()))
}

const THUMB: &str = "/reactions/%F0%9F%91%8D";

async fn kinds(user: &User) -> Vec<Value> {
    let items = user.get("/me/notifications").await.ok().list("items");
    items.into_iter().filter(|item| item["kind"] != "added").collect()
}

#[tokio::test]
async fn a_comment_is_made_edited_and_deleted() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "commenter").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Talk").await;
    project.told().await;
    let body = json!({"body": "See **this** <b>x</b>"});
    let comment = bob.post(&project.task_at(&task, "/comments")).json(body).await.created();
    assert_eq!(comment["body_html"], "<p>See <strong>this</strong> &lt;b&gt;x&lt;/b&gt;</p>\n");
    assert_eq!((&comment["author_id"], &comment["task_id"]), (&json!(bob.id), &task["id"]));
    assert_eq!((&comment["edited_at"], &comment["reactions"]), (&json!(null), &json!([])));
    let event = project.told_only("comment.created").await;
    assert_eq!(event["changes"]["comments"], json!([comment]));
    assert_eq!(
        event["changes"]["tasks"],
        json!([{"id": task.id(), "version": event["seq"], "comment_count": 1, "updated_at": event["at"]}])
    );

    let edited = bob.patch(&at(&project, &comment, "")).json(json!({"body": "Better"})).await.ok();
    assert_eq!(edited["body_html"], "<p>Better</p>\n");
    assert!(edited["edited_at"].is_string(), "{edited}");
    let told = project.told_only("comment.changed").await["changes"]["comments"][0].clone();
    assert_eq!((&told["body"], told.get("reactions")), (&json!("Better"), None));
    bob.patch(&at(&project, &comment, "")).json(json!({"body": "Better"})).await.ok();
    project.told_nothing().await;
    assert_eq!(project.comments(&task).await, [edited]);

    // Managers delete what others wrote, and edit nothing of it.
    alice.patch(&at(&project, &comment, "")).json(json!({"body": "Mine"})).await.problem(403, "forbidden");
    alice.delete(&at(&project, &comment, "")).await.no_content();
    let event = project.told_only("comment.deleted").await;
    assert_eq!(event["removed"]["comments"], json!([comment.id()]));
    assert_eq!(event["changes"]["tasks"][0]["comment_count"], 0);
    assert!(project.comments(&task).await.is_empty());
    bob.patch(&at(&project, &comment, "")).json(json!({"body": "Late"})).await.not_found();
    bob.put(&at(&project, &comment, THUMB)).await.not_found();
}

#[tokio::test]
async fn comments_come_in_pages_from_either_end() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let (task, other) = (project.task(&column, "Talk").await, project.task(&column, "Other").await);
    for n in 0..5 {
        project.comment(&task, &format!("{n}")).await;
    }
    project.comment(&other, "elsewhere").await;
    for (order, expected) in [("asc", ["0", "1", "2", "3", "4"]), ("desc", ["4", "3", "2", "1", "0"])] {
        let mut path = project.task_at(&task, &format!("/comments?order={order}&limit=2"));
        let mut found = vec![];
        loop {
            let page = alice.get(&path).await.ok();
            found.extend(each(&page.list("items"), "body"));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = project.task_at(&task, &format!("/comments?order={order}&limit=2&cursor={cursor}"));
        }
        assert_eq!(found, expected);
    }
    for query in ["order=up", "cursor=x", "limit=0", "x=1"] {
        let answer = alice.get(&project.task_at(&task, &format!("/comments?{query}"))).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_comment_says_what_is_wrong_with_it() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Talk").await;
    let comment = project.comment(&task, "First").await;
    let elsewhere = alice.project().await;
    project.told().await;
    let path = project.task_at(&task, "/comments");
    for body in [json!(""), json!(" \n\t"), json!("a\u{0}"), json!(null), json!(1), json!("x".repeat(65_537))] {
        alice.post(&path).json(json!({"body": body})).await.invalid("/body");
        alice.patch(&at(&project, &comment, "")).json(json!({"body": body})).await.invalid("/body");
    }
    alice.post(&path).json(json!({"body": "x", "author_id": bob.id})).await.invalid("/author_id");
    for emoji in ["x", "%F0%9F%91%8D%F0%9F%91%8D", "%3Cb%3E", "1"] {
        alice.put(&at(&project, &comment, &format!("/reactions/{emoji}"))).await.not_found();
    }
    // The comment of one project does not exist in another.
    alice.patch(&elsewhere.at(&format!("/comments/{}", comment.id()))).json(json!({"body": "x"})).await.not_found();
    alice.delete(&elsewhere.at(&format!("/comments/{}", comment.id()))).await.not_found();
    alice.post(&elsewhere.at(&format!("/tasks/{}/comments", task.id()))).json(json!({"body": "x"})).await.not_found();
    bob.delete(&at(&project, &comment, "")).await.problem(403, "forbidden");
    alice.delete(&project.at(&format!("/comments/{}", nobody()))).await.not_found();
    project.told_nothing().await;

    alice.put(&project.task_at(&task, "/archive")).await.ok();
    alice.post(&path).json(json!({"body": "x"})).await.problem(409, "task_archived");
    alice.put(&at(&project, &comment, THUMB)).await.problem(409, "task_archived");
    alice.delete(&at(&project, &comment, "")).await.problem(409, "task_archived");
    assert_eq!(project.comments(&task).await.len(), 1);
    // Deleted with everything on it.
    alice.delete(&project.task_at(&task, "")).await.no_content();
    alice.get(&path).await.not_found();
    alice.delete(&at(&project, &comment, "")).await.not_found();
}

#[tokio::test]
async fn reactions_are_counted_by_person_and_in_their_order() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "commenter").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Talk").await;
    let comment = project.comment(&task, "First").await;
    project.told().await;
    bob.put(&at(&project, &comment, "/reactions/%E2%9D%A4%EF%B8%8F")).await.ok();
    alice.put(&at(&project, &comment, THUMB)).await.ok();
    let reacted = bob.put(&at(&project, &comment, THUMB)).await.ok();
    let expected = json!([{"emoji": "❤️", "user_ids": [bob.id]}, {"emoji": "👍", "user_ids": [alice.id, bob.id]}]);
    assert_eq!(reacted["reactions"], expected);
    assert_eq!(reacted["edited_at"], json!(null));
    assert_eq!(project.comments(&task).await, [reacted]);
    let events = project.told().await;
    assert_eq!(each(&events, "type"), ["comment.reacted"; 3]);
    assert_eq!(events[2]["changes"]["comments"][0]["reactions"], expected);
    bob.put(&at(&project, &comment, THUMB)).await.ok();
    bob.delete(&at(&project, &comment, "/reactions/%F0%9F%8E%89")).await.ok();
    project.told_nothing().await;
    let left = bob.delete(&at(&project, &comment, "/reactions/%E2%9D%A4%EF%B8%8F")).await.ok();
    assert_eq!(left["reactions"], json!([{"emoji": "👍", "user_ids": [alice.id, bob.id]}]));
    let edited = alice.patch(&at(&project, &comment, "")).json(json!({"body": "Second"})).await.ok();
    assert_eq!(edited["reactions"], left["reactions"]);
    // The order is that of the first who still reacts so.
    alice.put(&at(&project, &comment, "/reactions/%F0%9F%8E%89")).await.ok();
    alice.delete(&at(&project, &comment, THUMB)).await.ok();
    bob.delete(&at(&project, &comment, THUMB)).await.ok();
    let reordered = bob.put(&at(&project, &comment, THUMB)).await.ok();
    let expected = json!([{"emoji": "🎉", "user_ids": [alice.id]}, {"emoji": "👍", "user_ids": [bob.id]}]);
    assert_eq!(reordered["reactions"], expected);
    assert_eq!(project.comments(&task).await, [reordered]);
}

#[tokio::test]
async fn at_most_twenty_different_reactions() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Talk").await;
    let comment = project.comment(&task, "First").await;
    // Faces, from U+1F600 on.
    let face = |n: usize| format!("/reactions/%F0%9F%98%{:02X}", 0x80 + n);
    for n in 0..20 {
        alice.put(&at(&project, &comment, &face(n))).await.ok();
    }
    alice.put(&at(&project, &comment, &face(20))).await.problem(409, "too_many_reactions");
    alice.put(&at(&project, &comment, &face(3))).await.ok();
    alice.delete(&at(&project, &comment, &face(3))).await.ok();
    alice.put(&at(&project, &comment, &face(20))).await.ok();
}

#[tokio::test]
async fn who_is_mentioned_or_watches_is_told_once() {
    let (app, alice, bob, charlie) = app().await;
    let watcher = app.sign_up("Watcher").await;
    let project = alice.project().await;
    for user in [&bob, &charlie, &watcher] {
        project.add(user, "editor").await;
    }
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"title": "Talk", "assignee_ids": [bob.id]})).await;
    watcher.put(&project.task_at(&task, "/watch")).await.ok();
    let body = format!("[@c](mention:{}) and [@b](mention:{}) and me: [@a](mention:{})", charlie.id, bob.id, alice.id);
    let comment = project.comment(&task, &body).await;
    let news = until("a mention", || async { kinds(&charlie).await.into_iter().next() }).await;
    assert_eq!(news["kind"], "mentioned");
    assert_eq!(news["comment"], json!({"id": comment.id(), "excerpt": "@c and @b and me: @a"}));
    assert_eq!(news["task"]["number"], task["number"]);
    // Bob is assigned and mentioned: the stronger reason. Alice wrote it herself.
    assert_eq!(each(&kinds(&bob).await, "kind"), ["mentioned", "assigned"]);
    assert_eq!(each(&kinds(&watcher).await, "kind"), ["commented"]);
    assert!(kinds(&alice).await.is_empty());
    // Charlie watches the task since the mention, Bob no longer.
    bob.delete(&project.task_at(&task, "/watch")).await.ok();
    project.comment(&task, "Again").await;
    assert_eq!(each(&kinds(&charlie).await, "kind"), ["commented", "mentioned"]);
    assert_eq!(kinds(&bob).await.len(), 2);
    // An edit tells those who are new in it.
    let body = format!("{body} and [@d](mention:{})", watcher.id);
    alice.patch(&at(&project, &comment, "")).json(json!({"body": body})).await.ok();
    assert_eq!(each(&kinds(&watcher).await, "kind"), ["mentioned", "commented", "commented"]);
    assert_eq!(kinds(&charlie).await.len(), 2);
    // A comment that is gone is no longer quoted.
    alice.delete(&at(&project, &comment, "")).await.no_content();
    let news = &kinds(&watcher).await[0];
    assert_eq!((&news["kind"], &news["comment"]), (&json!("mentioned"), &json!(null)));
}

#[tokio::test]
async fn strangers_are_mentioned_to_no_effect() {
    let (_, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Talk").await;
    let body = format!("[@Charlie](mention:{}) [@Bob](mention:{})", charlie.id, bob.id);
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    let comment = project.comment(&task, &body).await;
    assert_eq!(comment["body_html"], "<p>@Charlie @Bob</p>\n");
    assert!(kinds(&charlie).await.is_empty() && kinds(&bob).await.is_empty());
}

#[tokio::test]
async fn a_stale_edit_of_a_comment_is_shown_both_texts() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Talk").await;
    let comment = project.comment(&task, "First").await;
    alice.put(&at(&project, &comment, THUMB)).await.ok();
    let edit = |text: &str| alice.patch(&at(&project, &comment, "")).json(json!({"body": text}));
    // A reaction since is no conflict.
    edit("Second").if_match(comment.version()).await.ok();
    let refused = edit("Third").if_match(comment.version()).await.problem(412, "version_conflict");
    assert_eq!(refused["conflicts"], json!(["body", "edited_at"]));
    assert_eq!((&refused["base"]["body"], &refused["current"]["body"]), (&json!("First"), &json!("Second")));
}

#[tokio::test]
async fn everybody_who_watches_is_told_of_one_comment() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Talk").await;
    let mut people = vec![];
    for n in 0..20 {
        let user = app.sign_up(&format!("Watcher {n}")).await;
        project.add(&user, "viewer").await;
        user.put(&project.task_at(&task, "/watch")).await.ok();
        people.push(user);
    }
    project.comment(&task, "All of you").await;
    for user in &people {
        assert_eq!(each(&kinds(user).await, "kind"), ["commented"]);
    }
}

#[tokio::test]
async fn a_description_mentions_too() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    let mention = format!("For [@Bob](mention:{})", bob.id);
    let task = project.task_with(&column, json!({"title": "Talk", "description": mention})).await;
    assert_eq!(each(&kinds(&bob).await, "kind"), ["mentioned"]);
    assert_eq!(bob.get(&project.task_at(&task, "")).await.ok()["watching"], true);
    let edit = |text: String| alice.patch(&project.task_at(&task, "")).json(json!({"description": text}));
    edit(format!("{mention}!")).await.ok();
    assert_eq!(kinds(&bob).await.len(), 1, "once for one mention");
    edit("Nothing".into()).await.ok();
    // Taken out of a comment and put back, a mention tells nothing new.
    let comment = project.comment(&task, &mention).await;
    for text in ["Nothing", &mention] {
        alice.patch(&at(&project, &comment, "")).json(json!({"body": text})).await.ok();
    }
    assert_eq!(each(&kinds(&bob).await, "kind"), ["mentioned", "mentioned"]);
}
