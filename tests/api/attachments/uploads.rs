//! Uploads: their shapes, their limits, and what is left of those that break off or come twice.

use super::*;

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
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("took too long"), "{answer}");
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
