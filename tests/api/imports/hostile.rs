//! Files that mean harm, or are none.

use std::io::Write;

use serde_json::json;

use super::{import, project_of, send, titled};
use crate::support::{Fields, app, own_app};

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn what_is_no_board_is_refused_and_leaves_nothing() {
    let (_, alice, ..) = app().await;
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let deep_trello = format!(r#"{{"id":"x","lists":[],"cards":[],"labels":{deep}}}"#);
    let wide = format!("{}\n{}", "a,".repeat(10_000), "b,".repeat(10_000));
    // A megabyte of blanks and more, of which a few kB are packed.
    let bomb = zip(&[("data.json", &vec![b' '; 300 * 1024 * 1024 / 4])]);
    assert!(bomb.len() < 200_000);
    let traversal = zip(&[("../../etc/passwd", b"root"), ("..\\..\\x.txt", b"y")]);
    let many: Vec<(String, &[u8])> = (0..20_001).map(|n| (format!("{n}"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    let many = zip(&many);
    for (name, bytes) in [
        ("empty.json", &b""[..]),
        ("blank.json", b"  \n "),
        ("half.json", br#"{"id": "x", "lists": ["#),
        ("list.json", b"[1, 2, 3]"),
        ("nothing.json", b"{}"),
        ("deep.json", deep.as_bytes()),
        ("deep trello.json", deep_trello.as_bytes()),
        ("wide.csv", wide.as_bytes()),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        ("bomb.zip", &bomb),
        ("traversal.zip", &traversal),
        ("many.zip", &many),
        ("cut.zip", &bomb[..bomb.len() / 2]),
        ("liar.zip", b"PK\x03\x04 not really"),
        ("utf8.csv", b"Title,Status\n\xff\xfe\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\n"),
    ] {
        send(&alice, "", name, bytes, &[]).await.problem(422, "invalid");
    }
    assert_eq!(alice.get("/projects").await.ok().list("items").len(), 0);
    assert_eq!(alice.get("/imports").await.ok().list("items").len(), 0);
}

#[tokio::test]
async fn forms_that_are_none_are_refused() {
    let (app, alice, ..) = app().await;
    let ask = |media: &str, body: &[u8]| alice.post("/imports").bytes(media, body);
    ask("application/json", b"{}").await.problem(400, "bad_request");
    ask("multipart/form-data; boundary=b", b"--b--").await.invalid("/file");
    let two = [super::form("a.csv", b"Title\nx\n", &[]), super::form("b.csv", b"Title\nx\n", &[])].concat();
    let two = String::from_utf8(two).unwrap().replacen("--b--\r\n", "", 1);
    ask("multipart/form-data; boundary=b", two.as_bytes()).await.invalid("/file");
    let unknown = super::form("a.csv", b"Title\nx\n", &[("x/y", "1")]);
    ask("multipart/form-data; boundary=b", &unknown).await.invalid("/x~1y");
    // A page of another site has the cookie and not the header.
    let cookie = alice.by_cookie().await;
    let form = super::form("a.csv", b"Title,Status\nx,y\n", &[]);
    let call = cookie.post("/imports").bytes("multipart/form-data; boundary=b", form);
    call.again().await.problem(403, "csrf");
    call.header("X-Boardcast", "1").await.status(202);
    app.anonymous().get("/imports").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_file_has_a_limit() {
    let (_, alice, ..) = own_app(&[("BOARDCAST_IMPORT_LIMIT", "1000")]).await;
    let large = format!("Title,Status\n{},x\n", "y".repeat(2_000));
    let refused = send(&alice, "", "large.csv", large.as_bytes(), &[]).await.problem(413, "too_large");
    assert_eq!(refused["limit"], 1_000);
    send(&alice, "", "small.csv", b"Title,Status\nx,y\n", &[]).await.status(202);
}

#[tokio::test]
async fn an_import_and_an_attachment_each_have_their_own_limit() {
    let (app, alice, ..) =
        own_app(&[("BOARDCAST_IMPORT_LIMIT", "300000"), ("BOARDCAST_ATTACHMENT_LIMIT", "1000")]).await;
    let table = |bytes: usize| format!("Title,Status\n{}", format!("{},x\n", "y".repeat(97)).repeat(bytes / 100));
    send(&alice, "", "large.csv", table(200_000).as_bytes(), &[]).await.status(202);
    let refused = send(&alice, "", "larger.csv", table(900_000).as_bytes(), &[]).await.problem(413, "too_large");
    assert_eq!(refused["limit"], 300_000);
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "With a file").await;
    let path = project.task_at(&task, "/attachments");
    let body = super::form("a.txt", "x".repeat(400_000).as_bytes(), &[]);
    let refused = alice.post(&path).bytes("multipart/form-data; boundary=b", body).await.problem(413, "too_large");
    assert_eq!(refused["limit"], 1_000);
    drop(app);
}

#[tokio::test]
async fn a_mapping_is_an_object() {
    let (_, alice, ..) = app().await;
    let ask = async |mapping: &str| send(&alice, "", "a.csv", b"Title,Status\nx,y\n", &[("mapping", mapping)]).await;
    for (mapping, pointer) in [("[]", "/mapping"), ("{", "/mapping"), (r#"{"x":1}"#, "/mapping/x")] {
        ask(mapping).await.invalid(pointer);
    }
    ask("\u{feff}{}").await.status(202);
}

#[tokio::test]
async fn scripts_in_every_text_stay_texts() {
    let (_, alice, ..) = app().await;
    let evil = "</script><img src=x onerror=alert(1)>[x](javascript:alert(1))\u{202e}\0";
    let board = json!({
        "id": evil, "name": evil, "desc": evil, "lists": [{"id": "l", "name": evil, "softLimit": -5}],
        "labels": [{"id": "x", "name": evil, "color": "url(javascript:alert(1))"}], "checklists": [{"idCard": "c", "name": evil, "checkItems": [{"name": evil}]}],
        "members": [{"id": "m", "fullName": evil}], "customFields": [{"id": "f", "name": evil}],
        "cards": [{"id": "c", "idShort": 1e300, "name": evil, "desc": evil, "idList": "l", "idLabels": ["x"], "due": 1e300, "idMembers": ["m"],
                   "customFieldItems": [{"idCustomField": "f", "value": {"text": evil}}], "attachments": [{"name": evil, "url": "https://example.org/<b>)"}]},
                  {"id": "c", "name": "twice"}, {"id": {"x": 1}, "name": ["list"], "idList": 7, "pos": "NaN", "desc": null, "closed": "yes"}],
        "actions": [{"id": 1, "type": "commentCard", "data": {"text": evil, "card": {"id": "c"}}}, {"type": "commentCard", "data": 7}, 5, null],
    });
    let over = import(&alice, "<b>.json", &serde_json::to_vec(&board).unwrap()).await;
    let project = project_of(&alice, &over).await;
    let shown = project.board().await;
    assert_eq!(shown.list("tasks").len(), 2, "{shown}");
    let title = evil.replace('\0', "");
    let task = alice.get(&project.task_at(&titled(&shown, title.trim()), "")).await.ok();
    let comment = project.comments(&task).await.remove(0);
    for html in [task.str("description_html"), comment.str("body_html")] {
        for tag in ["<img", "<script", "href=\"javascript", "onerror=\""] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
    }
    assert!(!task.str("description").contains('\0'));
    let label = &shown.list("labels")[0];
    assert!(label.str("colour").starts_with('#'), "{label}");
}
