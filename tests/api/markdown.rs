//! Texts as HTML: what is kept beside them, and the boxes of their task lists.

use serde_json::json;

use crate::support::{Fields, app};

#[tokio::test]
async fn a_description_has_its_html() {
    let (_, alice, ..) = app().await;
    let (project, other) = (alice.project().await, alice.project().await);
    let column = project.column("To do").await;
    project.task(&column, "First").await;
    let text = format!("Like #1, {}-1 and {}-1; not #9", project.key, other.key);
    let task = project.task_with(&column, json!({"title": "Second", "description": text})).await;
    let link = |words: &str, key: &str| format!("<a class=\"reference\" href=\"/p/{key}/board/1\">{words}</a>");
    let key = &project.key;
    // The other project has no task yet.
    let html =
        format!("<p>Like {}, {} and {}-1; not #9</p>\n", link("#1", key), link(&format!("{key}-1"), key), other.key);
    assert_eq!(task["description_html"], html);
    project.told().await;
    let path = project.task_at(&task, "");
    let edited = alice.patch(&path).json(json!({"description": "**New**"})).await.ok();
    assert_eq!(edited["description_html"], "<p><strong>New</strong></p>\n");
    let told = project.told_only("task.changed").await["changes"]["tasks"][0].clone();
    assert_eq!(told["description_html"], edited["description_html"]);
    assert_eq!(alice.get(&path).await.ok()["description_html"], edited["description_html"]);
    let cleared = alice.patch(&path).json(json!({"description": null})).await.ok();
    assert_eq!((&cleared["description"], &cleared["description_html"]), (&json!(""), &json!("")));
    // Who edits the text in vain is told of the text.
    alice.patch(&path).json(json!({"description": "Mine"})).await.ok();
    let stale = alice.patch(&path).json(json!({"description": "Yours"})).if_match(edited.version()).await;
    assert_eq!(stale.problem(412, "version_conflict")["conflicts"], json!(["description"]));
}

#[tokio::test]
async fn a_box_is_ticked_while_the_text_changes() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let description = "- [ ] one\n- [ ] two\n";
    let task = project.task_with(&column, json!({"title": "Boxes", "description": description})).await;
    let html = task.str("description_html");
    let names: Vec<_> = html.split("data-box=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let path = |name: &str| project.task_at(&task, &format!("/boxes/{name}"));
    let text = "- [ ] zero\n- [ ] one\n- [ ] two\n";
    bob.patch(&project.task_at(&task, "")).json(json!({"description": text})).await.ok();
    let (first, second) = tokio::join!(alice.put(&path(names[0])), bob.put(&path(names[1])));
    assert!(first.status == 200 && second.status == 200, "{} {}", first.text, second.text);
    let detail = alice.get(&project.task_at(&task, "")).await.ok();
    assert_eq!(detail["description"], "- [ ] zero\n- [x] one\n- [x] two\n");
    assert_eq!(detail.str("description_html").matches("checked").count(), 2);
    project.told().await;
    alice.put(&path(names[0])).await.ok();
    project.told_nothing().await;
    let cleared = alice.delete(&path(names[0])).await.ok();
    assert_eq!(cleared["description"], "- [ ] zero\n- [ ] one\n- [x] two\n");
    project.told_only("task.changed").await;
    bob.patch(&project.task_at(&task, "")).json(json!({"description": "- [ ] 1"})).await.ok();
    alice.put(&path(names[0])).await.problem(409, "box_gone");
    alice.put(&path("x")).await.problem(409, "box_gone");
}

#[tokio::test]
async fn a_preview_is_kept_nowhere() {
    let (_, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    project.told().await;
    let path = project.at("/preview");
    let body = json!({"text": format!("*x* [@x](mention:{})", alice.id)});
    let html = format!("<p><em>x</em> <span class=\"mention\" data-mention=\"{}\">@Alice</span></p>\n", alice.id);
    assert_eq!(bob.post(&path).json(body.clone()).await.ok(), json!({"html": html}));
    stranger.post(&path).json(body).await.not_found();
    bob.post(&path).json(json!({"text": 1})).await.invalid("/text");
    project.told_nothing().await;
}
