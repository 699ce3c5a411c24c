//! Attachments: what is uploaded comes back as it was sent, only to those who may see it, and nothing half is ever left.

mod bytes;
mod pictures;
mod uploads;

use std::{path::Path, time::Duration};

use boardcast::{base::clock::Timestamp, model::blobs};
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    retention::meanwhile,
    support::{App, Auth, Call, Fields, Project, User, app, each, nobody, own_app, png, until},
};

const OCTETS: &str = "application/octet-stream";
const DAY: Duration = Duration::from_hours(24);

async fn with_task(alice: &User) -> (Project, Value) {
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "With files").await;
    project.told().await;
    (project, task)
}

/// An upload of the file by itself.
fn raw(project: &Project, task: &Value, name: &str, bytes: &[u8]) -> Call {
    let query = reqwest::Url::parse_with_params("http://x", [("name", name)]).unwrap();
    let path = project.task_at(task, &format!("/attachments?{}", query.query().unwrap()));
    project.by.post(&path).bytes(OCTETS, bytes)
}

fn part(head: &str, bytes: &[u8]) -> Vec<u8> {
    [format!("--xyz\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(), bytes, b"\r\n"].concat()
}

/// An upload of these parts of a form.
fn form(project: &Project, task: &Value, parts: &[Vec<u8>]) -> Call {
    let body = [parts.concat(), b"--xyz--\r\n".to_vec()].concat();
    project.by.post(&project.task_at(task, "/attachments")).bytes("multipart/form-data; boundary=xyz", body)
}

async fn get(call: Call) -> (u16, HeaderMap, Vec<u8>) {
    let response = call.open().await.unwrap();
    (response.status().as_u16(), response.headers().clone(), response.bytes().await.unwrap().to_vec())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn content(project: &Project, attachment: &Value) -> String {
    project.at(&format!("/attachments/{}/content", attachment.id()))
}

/// The names of all files below a folder of the server's data.
fn files(app: &App, folder: &str) -> Vec<String> {
    fn below(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else {
                found.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    let mut found = vec![];
    below(&app.home().data().join("files").join(folder), &mut found);
    found
}

#[tokio::test]
async fn a_file_is_attached_listed_renamed_and_deleted() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let first = form(&project, &task, &[part("name=\"file\"; filename=\"notes.txt\"", b"Dig")]).await.created();
    assert_eq!(first["name"], "notes.txt");
    assert_eq!(first["media_type"], "text/plain");
    assert_eq!(first["size"], 3);
    assert_eq!(first["task_id"], task["id"]);
    assert_eq!(first["uploaded_by"], json!(alice.id));
    assert!(first["width"].is_null() && first["height"].is_null());
    let event = project.told_only("attachment.created").await;
    assert_eq!(event["changes"]["attachments"], json!([first]));
    assert_eq!(event["changes"]["tasks"][0]["attachment_count"], 1);
    let answer = raw(&project, &task, "plan.pdf", b"%PDF-1.7").await;
    let address = project.at(&format!("/attachments/{}", answer.body.id()));
    assert!(answer.header("location").ends_with(&address), "{answer:?}");
    let second = answer.created();
    assert_eq!(second["media_type"], "application/pdf");

    let path = project.task_at(&task, "/attachments");
    let listed = alice.get(&path).await.ok();
    assert_eq!(listed["items"], json!([first, second]));
    assert!(listed["next_cursor"].is_null());
    let page = alice.get(&format!("{path}?limit=1")).await.ok();
    assert_eq!(page["items"], json!([first]));
    let rest = alice.get(&format!("{path}?cursor={}", page.str("next_cursor"))).await.ok();
    assert_eq!(rest["items"], json!([second]));
    project.told().await;

    let path = project.at(&format!("/attachments/{}", first.id()));
    let renamed = alice.patch(&path).json(json!({"name": "done.txt"})).await.ok();
    assert_eq!(renamed["name"], "done.txt");
    let event = project.told_only("attachment.changed").await;
    let told = &event["changes"]["attachments"][0];
    assert_eq!(told["name"], "done.txt");
    assert!(told.get("size").is_none() && event["changes"]["tasks"][0].get("attachment_count").is_none(), "{event}");
    alice.patch(&path).json(json!({"name": "done.txt"})).await.ok();
    project.told_nothing().await;
    alice.patch(&path).if_match(first.version()).json(json!({"name": "x.txt"})).await.problem(412, "version_conflict");
    for name in ["", "..", "a/b", "a\\b", "a\0", "a\r\nb", &"x".repeat(256)] {
        alice.patch(&path).json(json!({"name": name})).await.invalid("/name");
    }
    alice.patch(&path).json(json!({"size": 1})).await.invalid("/size");

    alice.delete(&path).await.no_content();
    let event = project.told_only("attachment.deleted").await;
    assert_eq!(event["removed"]["attachments"], json!([first.id()]));
    assert_eq!(event["changes"]["tasks"][0]["attachment_count"], 1);
    alice.delete(&path).await.not_found();
    alice.patch(&path).json(json!({"name": "x"})).await.not_found();
    alice.get(&content(&project, &first)).await.not_found();
}

#[tokio::test]
async fn a_name_from_outside_is_a_name_and_nothing_else() {
    let (app, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    for (sent, name) in [
        (" plan.txt ", "plan.txt"),
        ("\"quoted\"; x=y.txt", "\"quoted\"; x=y.txt"),
        ("Blümchen 花.txt", "Blümchen 花.txt"),
        ("%0d%0aSet-Cookie: a=b", "%0d%0aSet-Cookie: a=b"),
    ] {
        let one = raw(&project, &task, sent, sent.as_bytes()).await.created();
        assert_eq!(one["name"], name);
        let (status, headers, body) = get(alice.get(&content(&project, &one))).await;
        assert!(status == 200 && body == sent.as_bytes());
        let shown = text(&headers, "content-disposition");
        assert!(shown.starts_with("attachment; filename=\"") && shown.is_ascii(), "{shown}");
        // Nothing of the name ends the quotes before their end.
        assert_eq!(shown.matches('"').count(), 2, "{shown}");
        assert!(headers.get("set-cookie").is_none());
    }
    let quoted = form(&project, &task, &[part("name=\"file\"; filename=\"a%22b\\\"c.txt\"", b"x")]).await.created();
    assert_eq!(quoted["name"], "a\"b\"c.txt");
    // Some browsers send the folder that a file is in.
    for (sent, name) in [("../../x", "x"), ("/etc/passwd", "passwd"), ("C:\\garden\\plan.txt", "plan.txt")] {
        let one = form(&project, &task, &[part(&format!("name=file; filename=\"{sent}\""), b"x")]).await.created();
        assert_eq!(one["name"], name);
    }
    project.told().await;
    let long = "x".repeat(300);
    for refused in ["", ".", "..", "../../x", "a\\b", "a\0.png", "a\r\nb: c", "exe\u{202e}gpj.x", &long] {
        raw(&project, &task, refused, b"x").await.invalid("/name");
    }
    for refused in ["a\0.png", "a\nb", &long, "", "../.."] {
        form(&project, &task, &[part(&format!("name=file; filename=\"{refused}\""), b"x")]).await.invalid("/name");
    }
    alice.post(&project.task_at(&task, "/attachments")).bytes(OCTETS, "x").await.invalid("/name");
    project.told_nothing().await;
    assert!(!app.home().data().join("x").exists() && !app.home().data().parent().unwrap().join("x").exists());
}

#[tokio::test]
async fn attachments_are_for_those_who_may_see_the_project_now() {
    let (_, alice, bob, charlie) = app().await;
    let (project, task) = with_task(&alice).await;
    project.add(&bob, "viewer").await;
    project.add(&charlie, "editor").await;
    let one = raw(&project, &task, "x.png", &png(4, 4)).await.created();
    let small = project.at(&format!("/attachments/{}/thumbnail", one.id()));
    let path = content(&project, &one);
    assert_eq!(get(bob.get(&path)).await.0, 200);
    assert_eq!(get(bob.get(&small)).await.0, 200);
    raw(&project.seen_by(&bob), &task, "x", b"x").await.problem(403, "forbidden");
    // Editors rename all and delete their own.
    let of_charlie = raw(&project.seen_by(&charlie), &task, "y", b"y").await.created();
    let at = |one: &Value| project.at(&format!("/attachments/{}", one.id()));
    charlie.patch(&at(&one)).json(json!({"name": "z.png"})).await.ok();
    charlie.delete(&at(&one)).await.problem(403, "forbidden");
    charlie.delete(&at(&of_charlie)).await.no_content();

    let (other, _) = with_task(&alice).await;
    for id in [one.id(), nobody(), "x".into()] {
        for rest in ["/content", "/thumbnail"] {
            alice.get(&other.at(&format!("/attachments/{id}{rest}"))).await.not_found();
        }
        alice.delete(&other.at(&format!("/attachments/{id}"))).await.not_found();
    }
    raw(&other, &task, "x", b"x").await.not_found();

    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    for path in [&path, &small, &project.task_at(&task, "/attachments")] {
        bob.get(path).await.not_found();
        bob.get(path).header("If-None-Match", "*").await.not_found();
        bob.get(path).header("Range", "bytes=0-0").await.not_found();
    }
}

#[tokio::test]
async fn an_archived_task_keeps_its_attachments_as_they_are() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let one = raw(&project, &task, "x.txt", b"x").await.created();
    alice.put(&project.task_at(&task, "/archive")).await.ok();
    let at = project.at(&format!("/attachments/{}", one.id()));
    raw(&project, &task, "y", b"y").await.problem(409, "task_archived");
    raw(&project, &task, "y", b"y").key("y").await.problem(409, "task_archived");
    alice.patch(&at).json(json!({"name": "z"})).await.problem(409, "task_archived");
    alice.delete(&at).await.problem(409, "task_archived");
    assert_eq!(get(alice.get(&content(&project, &one))).await.2, b"x");
    assert_eq!(alice.get(&project.task_at(&task, "/attachments")).await.ok()["items"], json!([one]));
}
