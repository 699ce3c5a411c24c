//! Attachments: what is uploaded comes back as it was sent, only to those who may see it, and nothing half is ever left.

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

/// The head of an upload by a token, without its body.
fn head(project: &Project, task: &Value, more: &str) -> String {
    let Auth::Token(token) = &project.by.auth else { panic!("a token") };
    let path = project.task_at(task, "/attachments?name=x");
    format!("POST /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{more}\r\n\r\n")
}

/// Begins to send a body and does not end.
async fn begin(app: &App, project: &Project, task: &Value) -> TcpStream {
    let mut socket = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    socket.write_all(head(project, task, "Content-Length: 1000000").as_bytes()).await.unwrap();
    socket.write_all(&vec![b'x'; 400_000]).await.unwrap();
    until("a temporary file", async || (files(app, "tmp").len() == 1).then_some(())).await;
    socket
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
    assert!(told.get("size").is_none() && event["changes"].get("tasks").is_none(), "{event}");
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
async fn the_bytes_come_back_as_they_were_sent() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let bytes: Vec<u8> = (0..700_000_u32).map(|n| n.to_le_bytes()[usize::from(n % 3 == 0)]).collect();
    let one = form(&project, &task, &[part("name=file; filename=x.bin", &bytes)]).await.created();
    let hash = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(one["sha256"], hash);
    let path = content(&project, &one);
    let (status, headers, body) = get(alice.get(&path).header("Accept-Encoding", "gzip")).await;
    assert!(status == 200 && body == bytes);
    for (name, value) in [
        ("content-type", OCTETS),
        ("content-length", "700000"),
        ("content-encoding", ""),
        ("etag", &format!("\"{hash}\"")),
        ("accept-ranges", "bytes"),
        ("content-disposition", "attachment; filename=\"x.bin\"; filename*=UTF-8''x.bin"),
        ("cache-control", "private, no-cache"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(text(&headers, name), value, "{name}");
    }
    let (status, headers, body) = get(alice.call(Method::HEAD, &path)).await;
    assert_eq!((status, body.len(), text(&headers, "content-length")), (200, 0, "700000"));
    let known = format!("W/\"{hash}\"");
    let (status, headers, body) = get(alice.get(&path).header("If-None-Match", &known)).await;
    assert_eq!((status, body.len(), text(&headers, "cache-control")), (304, 0, "private, no-cache"));

    let nothing = alice.post(&project.task_at(&task, "/attachments?name=nothing.txt")).await;
    nothing.invalid("/file");
    let empty = raw(&project, &task, "empty.txt", b"").await.created();
    assert_eq!(empty["size"], 0);
    let (status, headers, body) = get(alice.get(&content(&project, &empty))).await;
    assert_eq!((status, body.len(), text(&headers, "content-length")), (200, 0, "0"));
}

#[tokio::test]
async fn a_part_of_the_bytes_is_served_by_its_range() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let one = raw(&project, &task, "x.txt", b"0123456789").await.created();
    let path = content(&project, &one);
    let etag = format!("\"{}\"", one.str("sha256"));
    for (range, part, shown) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=4-", "456789", "bytes 4-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=8-100", "89", "bytes 8-9/10"),
    ] {
        for same in [None, Some(&etag)] {
            let mut call = alice.get(&path).header("Range", range);
            if let Some(etag) = same {
                call = call.header("If-Range", etag);
            }
            let (status, headers, body) = get(call).await;
            assert_eq!((status, body.as_slice()), (206, part.as_bytes()), "{range}");
            assert_eq!(text(&headers, "content-range"), shown);
            assert_eq!(text(&headers, "content-length"), part.len().to_string());
            assert_eq!(text(&headers, "etag"), etag);
            assert_eq!(text(&headers, "content-security-policy"), "default-src 'none'; sandbox");
        }
    }
    for whole in ["bytes=0-1,4-5", "bytes=5-4", "lines=1-2", "bytes=x"] {
        let (status, _, body) = get(alice.get(&path).header("Range", whole)).await;
        assert_eq!((status, body.as_slice()), (200, &b"0123456789"[..]), "{whole}");
    }
    for other in ["\"other\"", "Wed, 21 Oct 2026 07:28:00 GMT", &format!("W/{etag}")] {
        let (status, ..) = get(alice.get(&path).header("Range", "bytes=0-3").header("If-Range", other)).await;
        assert_eq!(status, 200, "{other}");
    }
    for beyond in ["bytes=10-", "bytes=-0", "bytes=99999999999999999999-"] {
        let answer = alice.get(&path).header("Range", beyond).await;
        assert_eq!(answer.header("content-range"), "bytes */10", "{beyond}");
        answer.problem(416, "range_not_satisfiable");
    }
    let (status, ..) = get(alice.get(&path).header("Range", "bytes=0-3").header("If-None-Match", &etag)).await;
    assert_eq!(status, 304);
    let (status, headers, _) = get(alice.call(Method::HEAD, &path).header("Range", "bytes=0-3")).await;
    assert_eq!((status, text(&headers, "content-length")), (200, "10"));
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
async fn a_form_has_one_file_and_nothing_else() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let file = || part("name=file; filename=x.txt", b"x");
    form(&project, &task, &[file(), file()]).await.invalid("/file");
    form(&project, &task, &[]).await.invalid("/file");
    form(&project, &task, &[part("name=file", b"x")]).await.invalid("/file");
    form(&project, &task, &[part("name=\"a/b\"", b"x"), file()]).await.invalid("/a~1b");
    form(&project, &task, &[file(), part("name=task_id", b"x")]).await.invalid("/task_id");
    let path = project.task_at(&task, "/attachments");
    for (media, body) in [
        ("multipart/form-data", b"--xyz--".to_vec()),
        ("multipart/form-data; boundary=xyz", b"no form".to_vec()),
        ("multipart/form-data; boundary=xyz", file()),
    ] {
        alice.post(&path).bytes(media, body).await.problem(400, "bad_request");
    }
    let coded = raw(&project, &task, "x", b"x").header("Content-Encoding", "gzip").await;
    assert_eq!(coded.header("accept-encoding"), "identity");
    coded.problem(415, "unsupported_encoding");
    raw(&project, &task, "x", b"x").header("Content-Encoding", "identity").await.created();
    let json = alice.post(&format!("{path}?name=x.json")).json(json!({"a": 1})).await.created();
    assert_eq!(json["media_type"], "application/json");
    alice.post(&format!("{path}?name=x&size=1")).bytes(OCTETS, "x").await.invalid("/size");
}

#[tokio::test]
async fn a_browser_shows_pictures_and_nothing_that_could_run() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let script = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let avif = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf";
    for (name, bytes, inline) in [
        ("a.png", png(2, 2).as_slice(), Some("image/png")),
        ("b.html", png(2, 2).as_slice(), Some("image/png")),
        ("c.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", Some("image/jpeg")),
        ("d.gif", b"GIF89a\x01\0\x01\0", Some("image/gif")),
        ("e.webp", b"RIFF\x10\0\0\0WEBPVP8 ", Some("image/webp")),
        ("f.avif", avif, Some("image/avif")),
        ("g.svg", script.as_bytes(), None),
        ("h.png", script.as_bytes(), None),
        ("i.png", b"<!DOCTYPE html><script>alert(1)</script>", None),
        ("j.jpg", b"  <img src=x onerror=alert(1)>", None),
        ("k.js", b"alert(1)", None),
        ("l.css", b"body{}", None),
        ("m.pdf", b"%PDF-1.7", None),
    ] {
        let one = raw(&project, &task, name, bytes).await.created();
        let path = content(&project, &one);
        for (query, inline) in [("", inline), ("?download=false", inline), ("?download=true", None)] {
            let (status, headers, body) = get(alice.get(&format!("{path}{query}"))).await;
            assert!(status == 200 && body == bytes, "{name}");
            let kind = if inline.is_some() { "inline; " } else { "attachment; " };
            assert!(text(&headers, "content-disposition").starts_with(kind), "{name}{query}: {headers:?}");
            if query != "?download=true" {
                assert_eq!(text(&headers, "content-type"), inline.unwrap_or(OCTETS), "{name}");
            }
            assert_eq!(text(&headers, "x-content-type-options"), "nosniff");
            assert_eq!(text(&headers, "content-security-policy"), "default-src 'none'; sandbox");
        }
    }
}

#[tokio::test]
async fn exactly_the_limit_is_taken_and_one_more_is_refused() {
    let (app, alice, ..) = own_app(&[("BOARDCAST_ATTACHMENT_LIMIT", "300000")]).await;
    assert_eq!(app.anonymous().get("/instance").await.ok()["attachment_limit"], 300_000);
    let (project, task) = with_task(&alice).await;
    let (fits, beyond) = (vec![1; 300_000], vec![1; 300_001]);
    let file = |bytes: &[u8]| [part("name=file; filename=x", bytes)];
    assert_eq!(raw(&project, &task, "x", &fits).await.created()["size"], 300_000);
    assert_eq!(form(&project, &task, &file(&fits)).await.created()["size"], 300_000);
    project.told().await;
    for call in [raw(&project, &task, "x", &beyond), form(&project, &task, &file(&beyond))] {
        let problem = call.await.problem(413, "too_large");
        assert_eq!(problem["limit"], 300_000);
        assert!(problem.str("detail").contains("300000"), "{problem}");
    }
    // In chunks nothing is announced.
    let mut chunked = head(&project, &task, "Transfer-Encoding: chunked\r\nConnection: close").into_bytes();
    for _ in 0..4 {
        chunked.extend(format!("{:x}\r\n", 100_000).into_bytes());
        chunked.extend(vec![b'x'; 100_000]);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    assert!(app.raw(&chunked).await.starts_with("HTTP/1.1 413 "));
    // What is announced is refused before it is sent, and so is what a stranger announces.
    let announced = app.raw(head(&project, &task, "Content-Length: 99999999999").as_bytes()).await;
    assert!(announced.starts_with("HTTP/1.1 413 ") && announced.contains("\"limit\":300000"), "{announced}");
    // A form is not a way around it.
    let long = [b"x".repeat(400_000), part("name=file; filename=x", b"x")];
    form(&project, &task, &long).await.problem(413, "too_large");
    project.told_nothing().await;
    assert_eq!(files(&app, "tmp"), [""; 0]);
    assert_eq!(files(&app, "sha256").len(), 1);
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let (app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let socket = begin(&app, &project, &task).await;
    drop(socket);
    until("nothing left", async || files(&app, "").is_empty().then_some(())).await;
    project.told_nothing().await;
    assert_eq!(alice.get(&project.task_at(&task, "/attachments")).await.ok()["items"], json!([]));
}

#[tokio::test]
async fn an_upload_that_stalls_is_cut_off() {
    let (app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let mut socket = begin(&app, &project, &task).await;
    let mut answer = vec![];
    let ended = tokio::time::timeout(Duration::from_secs(25), socket.read_to_end(&mut answer)).await;
    ended.expect("the server ends it").unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("took too long"), "{answer}");
    assert_eq!(files(&app, ""), [""; 0]);
    project.told_nothing().await;
}

#[tokio::test]
async fn a_server_that_is_killed_in_mid_upload_leaves_nothing() {
    let (mut app, alice, ..) = own_app(&[("BOARDCAST_TEST_SWEEP_EVERY", "100")]).await;
    let (project, task) = with_task(&alice).await;
    let socket = begin(&app, &project, &task).await;
    app.restart();
    drop(socket);
    until("nothing left", async || files(&app, "").is_empty().then_some(())).await;
    let project = project.on(&app);
    project.told_nothing().await;
    let one = raw(&project, &task, "x", b"x").await.created();
    assert_eq!(get(project.by.get(&content(&project, &one))).await.2, b"x");
}

#[tokio::test]
async fn bytes_are_kept_once_and_go_a_day_after_the_last_attachment_that_has_them() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let bytes = png(500, 400);
    let one = raw(&project, &task, "one.png", &bytes).await.created();
    let two = raw(&project, &task, "two.png", &bytes).await.created();
    assert_eq!(one["sha256"], two["sha256"]);
    let small = project.at(&format!("/attachments/{}/thumbnail", two.id()));
    assert_eq!(get(alice.get(&small)).await.0, 200);
    assert_eq!(files(&app, "sha256").len(), 2, "the content, and its thumbnail");
    alice.delete(&project.at(&format!("/attachments/{}", one.id()))).await.no_content();
    alice.get(&content(&project, &one)).await.not_found();

    let now = Timestamp::now();
    let sweep = async |app: &boardcast::app::App, at: Timestamp| {
        blobs::sweep(&app.db, &app.files, at, at.minus(DAY)).await.unwrap();
    };
    meanwhile(&mut app, async |app| sweep(app, now.plus(DAY * 3)).await).await;
    let (there, by) = (project.on(&app), alice.on(&app));
    assert!(get(by.get(&content(&there, &two))).await.2 == bytes, "one of two is left");
    by.delete(&there.task_at(&task, "")).await.no_content();
    by.get(&content(&there, &two)).await.not_found();
    // The sweep that sees it first begins the day.
    meanwhile(&mut app, async |app| sweep(app, now.plus(DAY * 4)).await).await;
    assert_eq!(files(&app, "sha256").len(), 2);
    let (there, by) = (project.on(&app), alice.on(&app));
    let column = there.board().await.list("columns")[0].clone();
    let another = there.task(&column, "Another").await;
    let again = raw(&there, &another, "again.png", &bytes).await.created();
    meanwhile(&mut app, async |app| sweep(app, now.plus(DAY * 9)).await).await;
    let (there, by) = (there.on(&app), by.on(&app));
    assert!(get(by.get(&content(&there, &again))).await.2 == bytes, "it is referred to again");
    by.delete(&there.at("")).await.no_content();
    let deleted = now.plus(DAY * 20);
    meanwhile(&mut app, async |app| {
        boardcast::jobs::sweep(app, deleted).await.unwrap();
        sweep(app, deleted.plus(Duration::from_hours(23))).await;
    })
    .await;
    assert_eq!(files(&app, "sha256").len(), 2);
    meanwhile(&mut app, async |app| sweep(app, deleted.plus(DAY + Duration::from_secs(1))).await).await;
    assert_eq!(files(&app, ""), [""; 0]);
}

#[tokio::test]
async fn a_content_that_comes_back_while_its_bytes_go_gets_another_key() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let one = raw(&project, &task, "x", b"bytes").await.created();
    alice.delete(&project.at(&format!("/attachments/{}", one.id()))).await.no_content();
    // The row is given up, and the node that was about to delete the bytes stands still.
    meanwhile(&mut app, async |app| {
        let retire = "insert into blob_deletions (key) select key from blobs";
        app.db.execute(retire, |query| query).await.unwrap();
        app.db.execute("delete from blobs", |query| query).await.unwrap();
    })
    .await;
    let project = project.on(&app);
    let two = raw(&project, &task, "x", b"bytes").await.created();
    meanwhile(&mut app, async |app| {
        let now = Timestamp::now();
        blobs::sweep(&app.db, &app.files, now, now.minus(DAY)).await.unwrap();
    })
    .await;
    let project = project.on(&app);
    assert_eq!(get(project.by.get(&content(&project, &two))).await.2, b"bytes");
    assert_eq!(files(&app, "sha256").len(), 1);
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

#[tokio::test]
async fn a_retry_attaches_nothing_twice() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let upload = || raw(&project, &task, "x.txt", b"x").key("upload");
    let first = upload().await;
    let again = upload().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.created(), first.created());
    project.told_only("attachment.created").await;
    // A form with the same file is another request: its address is another one.
    form(&project, &task, &[part("name=file; filename=x.txt", b"x")]).key("upload").await.invalid("");
    raw(&project, &task, "x.txt", b"y").key("upload").await.invalid("");
    raw(&project, &task, "y.txt", b"x").key("upload").await.invalid("");
    let of_form = |name: &str, bytes: &[u8]| {
        form(&project, &task, &[part(&format!("name=file; filename={name}"), bytes)]).key("form")
    };
    let first = of_form("a", b"bc").await.created();
    assert_eq!(of_form("a", b"bc").await.created(), first);
    of_form("ab", b"c").await.invalid("");
    of_form("a", b"bd").await.invalid("");
    let listed = alice.get(&project.task_at(&task, "/attachments")).await.ok();
    assert_eq!(each(&listed.list("items"), "name"), ["x.txt", "a"]);
}

#[tokio::test]
async fn a_retry_of_the_last_attachment_that_there_was_room_for_is_answered() {
    let (_, alice, ..) = own_app(&[("BOARDCAST_PROJECT_QUOTA", "10")]).await;
    let (project, task) = with_task(&alice).await;
    let upload = || raw(&project, &task, "x", b"0123456789").key("all-of-it");
    let first = upload().await.created();
    raw(&project, &task, "y", b"y").await.problem(409, "quota_exceeded");
    assert_eq!(upload().await.created(), first);
    // What an empty file takes is there.
    raw(&project, &task, "empty", b"").await.created();
    alice.delete(&project.at(&format!("/attachments/{}", first.id()))).await.no_content();
    project.told().await;
    raw(&project, &task, "x", b"0123456789a").await.problem(409, "quota_exceeded");
    // Behind the lock it is decided again.
    raw(&project, &task, "x", b"0123456789a").key("too-much").await.problem(409, "quota_exceeded");
    project.told_nothing().await;
    let (other, task) = with_task(&alice).await;
    raw(&other, &task, "x", b"0123456789").await.created();
}

#[tokio::test]
async fn a_task_has_at_most_a_hundred_attachments() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let unchecked = project.seen_by(&alice.unchecked());
    for n in 0..100 {
        raw(&unchecked, &task, &format!("{n}"), b"x").await.created();
    }
    project.settle().await;
    raw(&project, &task, "x", b"x").await.problem(409, "too_many_attachments");
    raw(&project, &task, "x", b"x").key("x").await.problem(409, "too_many_attachments");
    let detail = alice.get(&project.task_at(&task, "")).await.ok();
    assert_eq!(detail["attachment_count"], 100);
}

#[tokio::test]
async fn a_form_of_another_page_uploads_nothing_with_our_cookie() {
    let (app, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let mine = project.seen_by(&alice.by_cookie().await);
    let upload = || form(&mine, &task, &[part("name=file; filename=x", b"x")]);
    upload().await.problem(403, "csrf");
    raw(&mine, &task, "x", b"x").await.problem(403, "csrf");
    upload().header("X-Boardcast", "0").await.problem(403, "csrf");
    upload().header("X-Boardcast", "1").header("Origin", "https://evil.example").await.problem(403, "csrf");
    upload().header("X-Boardcast", "1").header("Sec-Fetch-Site", "cross-site").await.problem(403, "csrf");
    project.told_nothing().await;
    upload().header("X-Boardcast", "1").await.created();
    let stranger = mine.seen_by(&app.anonymous());
    raw(&stranger, &task, "x", b"x").header("X-Boardcast", "1").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_picture_has_thumbnails() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let one = raw(&project, &task, "Wide Ö.png", &png(2_000, 1_000)).await.created();
    assert_eq!((&one["width"], &one["height"]), (&json!(2_000), &json!(1_000)));
    let path = project.at(&format!("/attachments/{}/thumbnail", one.id()));
    for (query, width, name) in [("", 320, "small"), ("?size=small", 320, "small"), ("?size=large", 1_280, "large")] {
        let (status, headers, body) = get(alice.get(&format!("{path}{query}"))).await;
        assert_eq!(status, 200);
        let picture = image::load_from_memory(&body).unwrap();
        assert_eq!((picture.width(), picture.height()), (width, width / 2));
        let etag = format!("\"{}-{name}\"", one.str("sha256"));
        assert_eq!(text(&headers, "etag"), etag);
        assert_eq!(text(&headers, "content-type"), "image/jpeg");
        assert_eq!(text(&headers, "cache-control"), "private, no-cache");
        assert_eq!(text(&headers, "content-security-policy"), "default-src 'none'; sandbox");
        assert!(text(&headers, "content-disposition").starts_with("inline; "));
        let known = get(alice.get(&format!("{path}{query}")).header("If-None-Match", &etag)).await;
        assert_eq!((known.0, known.2.len()), (304, 0));
    }
    alice.get(&format!("{path}?size=huge")).await.invalid("/size");
}

#[tokio::test]
async fn what_is_no_picture_has_no_thumbnail() {
    let (app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let mut bomb = png(1, 1);
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    let mut broken = png(300, 300);
    broken.truncate(60);
    for (name, bytes) in [("bomb.png", bomb), ("broken.png", broken), ("x.txt", b"x".to_vec())] {
        let one = raw(&project, &task, name, &bytes).await.created();
        if name == "bomb.png" {
            assert!(one["width"].is_null(), "{one}");
        }
        let path = project.at(&format!("/attachments/{}/thumbnail", one.id()));
        // The second time it is known.
        for _ in 0..2 {
            alice.get(&path).await.not_found();
        }
        assert_eq!(get(alice.get(&content(&project, &one))).await.2, bytes);
    }
    assert_eq!(files(&app, "tmp"), [""; 0]);
}

#[tokio::test]
async fn a_store_that_is_gone_is_said_to_be_and_comes_back() {
    let (app, alice, ..) = own_app(&[]).await;
    let (project, task) = with_task(&alice).await;
    let one = raw(&project, &task, "x.png", &png(9, 9)).await.created();
    let (here, away) = (app.home().data().join("files"), app.home().data().join("away"));
    project.told().await;
    std::fs::rename(&here, &away).unwrap();
    std::fs::write(&here, "a file").unwrap();
    let small = project.at(&format!("/attachments/{}/thumbnail", one.id()));
    for call in [raw(&project, &task, "y", b"y"), alice.get(&content(&project, &one)), alice.get(&small)] {
        let answer = call.await;
        assert_eq!(answer.header("retry-after"), "5");
        let problem = answer.problem(503, "store_unavailable");
        assert_eq!(problem["outcome"], "not_done");
    }
    project.told_nothing().await;
    std::fs::remove_file(&here).unwrap();
    std::fs::rename(&away, &here).unwrap();
    assert_eq!(get(alice.get(&small)).await.0, 200);
    raw(&project, &task, "y", b"y").await.created();
    assert_eq!(files(&app, "tmp"), [""; 0]);
}

#[tokio::test]
async fn a_cover_is_an_attachment_of_the_task_and_goes_with_it() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let column = project.board().await.list("columns")[0].clone();
    let other = project.task(&column, "Other").await;
    let one = raw(&project, &task, "x.png", &png(4, 4)).await.created();
    let two = raw(&project, &task, "y.png", &png(5, 5)).await.created();
    let of_other = raw(&project, &other, "z.png", &png(6, 6)).await.created();
    project.told().await;
    let path = project.task_at(&task, "");
    let cover = |id: Value| alice.patch(&path).json(json!({"cover_id": id}));
    assert_eq!(cover(one["id"].clone()).await.ok()["cover_id"], one["id"]);
    let event = project.told_only("task.changed").await;
    assert_eq!(event["changes"]["tasks"][0]["cover_id"], one["id"]);
    for id in [of_other["id"].clone(), json!(nobody()), json!("x"), json!(1)] {
        cover(id).await.invalid("/cover_id");
    }
    cover(Value::Null).await.ok();
    cover(one["id"].clone()).await.ok();
    project.told().await;
    let at = |one: &Value| project.at(&format!("/attachments/{}", one.id()));
    alice.delete(&at(&two)).await.no_content();
    let event = project.told_only("attachment.deleted").await;
    assert!(event["changes"]["tasks"][0].get("cover_id").is_none(), "{event}");
    alice.delete(&at(&one)).await.no_content();
    let event = project.told_only("attachment.deleted").await;
    let told = &event["changes"]["tasks"][0];
    assert!(told["cover_id"].is_null() && told.get("cover_id").is_some(), "{event}");
    assert_eq!(told["attachment_count"], 0);
    let detail = alice.get(&path).await.ok();
    assert!(detail["cover_id"].is_null());
    // With the task the cover goes too.
    alice.patch(&project.task_at(&other, "")).json(json!({"cover_id": of_other.id()})).await.ok();
    alice.delete(&project.task_at(&other, "")).await.no_content();
}

#[tokio::test]
async fn a_text_shows_pictures_of_its_project_and_no_others() {
    let (_, alice, ..) = app().await;
    let (project, task) = with_task(&alice).await;
    let (other, other_task) = with_task(&alice).await;
    let one = raw(&project, &task, "x.png", &png(4, 4)).await.created();
    let foreign = raw(&other, &other_task, "y.png", &png(4, 4)).await.created();
    let text = format!("![plan](attachment:{}) ![plan](attachment:{})", one.id(), foreign.id());
    let described = alice.patch(&project.task_at(&task, "")).json(json!({"description": text})).await.ok();
    let html = described.str("description_html");
    assert!(html.contains(&format!("src=\"/api/v1{}\"", content(&project, &one))), "{html}");
    assert!(!html.contains(&foreign.id()), "{html}");
}
