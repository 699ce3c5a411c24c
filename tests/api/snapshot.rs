//! The snapshot as an answer: in which encoding, for whom, and never older than what was answered before.

use std::io::Read;

use flate2::read::GzDecoder;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Fields, Project, User, app};

/// The board in one encoding, and the headers that came with it.
async fn board(user: &User, project: &Project, encoding: &str) -> (reqwest::header::HeaderMap, Value) {
    let response = user.get(&project.at("/board")).header("Accept-Encoding", encoding).open().await.unwrap();
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    let bytes = response.bytes().await.unwrap();
    let text = match headers.get("content-encoding").map(|value| value.to_str().unwrap()) {
        Some("gzip") => {
            let mut text = String::new();
            GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
            text
        }
        None => String::from_utf8(bytes.to_vec()).unwrap(),
        Some(other) => panic!("{other} was not asked for"),
    };
    (headers, serde_json::from_str(&text).unwrap())
}

#[tokio::test]
async fn a_snapshot_is_the_same_in_every_encoding() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    project.task(&column, "A task").await;
    let plain = board(&alice, &project, "").await;
    assert_eq!(plain.1["tasks"][0]["title"], "A task");
    for (encoding, expected) in
        [("", None), ("gzip", Some("gzip")), ("gzip, deflate, br, zstd", Some("gzip")), ("gzip;q=0", None)]
    {
        // Made, and then kept; for each member the same.
        for user in [&alice, &bob, &alice] {
            let (headers, found) = board(user, &project, encoding).await;
            let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
            assert_eq!(header("content-encoding"), expected, "{encoding}");
            // A strong tag names the bytes of one encoding.
            let tag = plain.0["etag"].to_str().unwrap();
            let tag = expected.map_or(tag.to_owned(), |coding| format!("{}-{coding}\"", tag.trim_end_matches('"')));
            assert_eq!(header("etag"), Some(tag.as_str()), "{encoding}");
            assert_eq!(header("vary"), Some("accept-encoding"), "{encoding}");
            assert_eq!(header("content-type"), Some("application/json"), "{encoding}");
            assert!(header("content-length").is_some(), "{encoding}");
            assert_eq!(found, plain.1, "{encoding}");
        }
    }
    let call = alice.get(&project.at("/board")).header("Accept-Encoding", "br").open().await.unwrap();
    assert_eq!(call.headers()["etag"], plain.0["etag"]);
}

#[tokio::test]
async fn a_snapshot_is_not_sent_when_it_is_not_wanted() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let (headers, _) = board(&alice, &project, "gzip").await;
    let etag = headers["etag"].to_str().unwrap();
    for known in [etag.to_owned(), format!("W/{etag}"), format!("\"x.1\" , {etag}")] {
        let answer =
            alice.get(&project.at("/board")).header("Accept-Encoding", "gzip").header("If-None-Match", &known).await;
        assert_eq!((answer.status, answer.text.as_str(), answer.header("etag")), (304, "", etag), "{known}");
        assert_eq!(answer.header("vary"), "accept-encoding");
    }
    for known in ["\"x.1\"", "1", ""] {
        let answer = alice.get(&project.at("/board")).header("If-None-Match", known).await;
        assert_eq!(answer.status, 200, "{known}");
    }
    let head = alice.call(Method::HEAD, &project.at("/board")).header("Accept-Encoding", "gzip").open().await.unwrap();
    assert_eq!(head.status(), 200);
    for name in ["etag", "content-encoding", "content-length", "content-type"] {
        assert_eq!(head.headers().get(name), headers.get(name), "{name}");
    }
    assert_eq!(head.text().await.unwrap(), "");
}

#[tokio::test]
async fn a_kept_snapshot_is_for_members_only() {
    let (_, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    for encoding in ["gzip", ""] {
        board(&bob, &project, encoding).await;
        charlie.get(&project.at("/board")).header("Accept-Encoding", encoding).await.not_found();
    }
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    for encoding in ["gzip", ""] {
        let (_, now) = board(&alice, &project, encoding).await;
        assert_eq!(now.list("members").len(), 1);
        bob.get(&project.at("/board")).header("Accept-Encoding", encoding).await.not_found();
    }
    // Whoever's project it is: the next one begins with nothing of this one.
    let other = charlie.project().await;
    assert_eq!(board(&charlie, &other, "gzip").await.1["project"]["id"], other.id);
}

#[tokio::test]
async fn a_snapshot_holds_every_change_that_was_answered_before_it_was_asked_for() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut writers = JoinSet::new();
    for n in 0..8 {
        let (user, project) = (alice.unchecked(), project.clone());
        let task = project.task(&column, &format!("Task {n}")).await;
        writers.spawn(async move {
            for round in 0..25 {
                let title = format!("Title {n} {round}");
                let changed = user.patch(&project.task_at(&task, "")).json(json!({"title": title})).await.ok();
                let (headers, found) = board(&user, &project, ["gzip", ""][round % 2]).await;
                let coding = ["-gzip", ""][round % 2];
                assert!(found.int("seq") >= changed.version(), "{} after {}", found["seq"], changed.version());
                let tag = format!("\"{}{coding}\"", found.str("cursor"));
                assert_eq!(headers["etag"], tag);
                let seen = found.list("tasks").into_iter().find(|other| other["id"] == task["id"]).unwrap();
                assert_eq!((&seen["title"], &seen["version"]), (&json!(title), &changed["version"]));
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    project.settle().await;
}

#[tokio::test]
async fn every_task_has_its_own_people_and_labels_in_order() {
    let (_, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    project.add(&charlie, "editor").await;
    let column = project.column("To do").await;
    let labels = [project.label("a").await.id(), project.label("b").await.id(), project.label("c").await.id()];
    let people = [alice.id.clone(), bob.id.clone(), charlie.id.clone()];
    let mut expected = vec![];
    for n in 0..8_usize {
        let some = |of: &[String; 3]| -> Vec<String> {
            let mut chosen: Vec<_> = (0..3).filter(|at| n >> at & 1 == 1).map(|at| of[at].clone()).collect();
            chosen.sort();
            chosen
        };
        let body = json!({"assignee_ids": some(&people), "label_ids": some(&labels)});
        expected.push(project.task_with(&column, body).await);
    }
    // An archived task is not among them, and its labels fall to no other one.
    let archived = project.task_with(&column, json!({"label_ids": labels, "assignee_ids": people})).await;
    alice.put(&project.task_at(&archived, "/archive")).await.ok();
    let tasks = project.board().await.list("tasks");
    assert_eq!(tasks.len(), 8);
    for (task, made) in tasks.iter().zip(&expected) {
        for field in ["id", "assignee_ids", "label_ids"] {
            assert_eq!(task[field], made[field], "{field}");
        }
    }
}
