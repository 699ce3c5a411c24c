//! Attachments in a bucket: what a server of S3 may do that is full, hangs, or sends the server elsewhere. With a real one
//! in `real`, which has a part of its own.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use boardcast::base::clock::Timestamp;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{App, Fields, Project, User, own_app, until};

const OCTETS: &str = "application/octet-stream";

/// Something that listens, and what it answers to the first words of a request: nothing is no answer at all.
struct Endpoint {
    url: String,
    asked: Arc<AtomicUsize>,
}

impl Endpoint {
    async fn new(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (answer, count) = (Arc::new(answer), asked.clone());
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (answer, count) = (answer.clone(), count.clone());
                tokio::spawn(async move {
                    let mut buffer = vec![0; 16 * 1024];
                    let read = socket.read(&mut buffer).await.unwrap_or(0);
                    count.fetch_add(1, Ordering::SeqCst);
                    let answer = answer(&String::from_utf8_lossy(&buffer[..read]));
                    if answer.is_empty() {
                        // Until the other side has enough.
                        while socket.read(&mut buffer).await.unwrap_or(0) > 0 {}
                    }
                    drop(socket.write_all(answer.as_bytes()).await);
                });
            }
        });
        Self { url, asked }
    }
}

fn status(line: &str, more: &str) -> String {
    format!("HTTP/1.1 {line}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n")
}

/// A server whose attachments are in a bucket at this endpoint, and a task.
async fn with_bucket(endpoint: &str) -> (App, User, Project, Value) {
    let url = format!("s3://attachments/some/where?endpoint={endpoint}");
    let settings = [
        ("BOARDCAST_FILES", url.as_str()),
        ("AWS_ACCESS_KEY_ID", "alice"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("BOARDCAST_OUTGOING_NETWORKS", "127.0.0.0/8"),
    ];
    let (app, alice, ..) = own_app(&settings).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "With files").await;
    project.told().await;
    (app, alice, project, task)
}

/// What uploads have left on the disk.
fn left(app: &App) -> usize {
    std::fs::read_dir(app.home().data().join("files/tmp")).map_or(0, Iterator::count)
}

async fn upload(project: &Project, task: &Value) -> crate::support::Answer {
    project.by.post(&project.task_at(task, "/attachments?name=x")).bytes(OCTETS, "bytes").await
}

#[tokio::test]
async fn a_bucket_without_room_is_said_to_be_full() {
    let endpoint = Endpoint::new(|request| {
        if request.starts_with("HEAD ") { status("404 Not Found", "") } else { status("507 Insufficient Storage", "") }
    })
    .await;
    let (app, _, project, task) = with_bucket(&endpoint.url).await;
    upload(&project, &task).await.problem(507, "store_full");
    project.told_nothing().await;
    assert_eq!(left(&app), 0);
}

#[tokio::test]
async fn a_bucket_that_hangs_or_is_gone_is_said_to_be_unavailable() {
    let hangs = Endpoint::new(|_| String::new()).await;
    for endpoint in [hangs.url.as_str(), "http://127.0.0.1:1"] {
        let (app, alice, project, task) = with_bucket(endpoint).await;
        let answer = upload(&project, &task).await;
        assert_eq!(answer.header("retry-after"), "5");
        assert_eq!(answer.problem(503, "store_unavailable")["outcome"], "not_done");
        project.told_nothing().await;
        assert_eq!(left(&app), 0);
        // Everything else goes on.
        alice.patch(&project.task_at(&task, "")).json(json!({"title": "On"})).await.ok();
    }
}

#[tokio::test]
async fn a_bucket_cannot_send_the_server_elsewhere() {
    let elsewhere = Endpoint::new(|_| status("200 OK", "ETag: \"x\"\r\n")).await;
    let location = format!("Location: {}/attachments/x\r\n", elsewhere.url);
    let endpoint = Endpoint::new(move |_| status("307 Temporary Redirect", &location)).await;
    let (_, _, project, task) = with_bucket(&endpoint.url).await;
    upload(&project, &task).await.problem(503, "store_unavailable");
    assert!(endpoint.asked.load(Ordering::SeqCst) > 0);
    assert_eq!(elsewhere.asked.load(Ordering::SeqCst), 0);
    project.told_nothing().await;
}

/// What a bucket lists of uploads that were never completed.
fn listing(uploads: &[(&str, Timestamp)]) -> String {
    let each = uploads.iter().map(|(key, at)| {
        format!("<Upload><Key>{key}</Key><UploadId>of-{}</UploadId><Initiated>{at}</Initiated></Upload>", key.len())
    });
    let each: String = each.collect();
    format!("<?xml version=\"1.0\"?><ListMultipartUploadsResult>{each}</ListMultipartUploadsResult>")
}

#[tokio::test]
async fn only_uploads_that_are_its_own_and_a_day_old_are_aborted() {
    let now = Timestamp::now();
    let old = now.minus(Duration::from_hours(25));
    let listed = [
        ("some/where/sha256/old", old),
        ("some/where/sha256/younger", now.minus(Duration::from_hours(23))),
        ("some/where/else", old),
        ("some/where/sha256/old-too", old),
    ];
    let asked = Arc::new(Mutex::new(vec![]));
    let heard = asked.clone();
    let endpoint = Endpoint::new(move |request| {
        let line = request.lines().next().unwrap_or_default().to_owned();
        let list = line.starts_with("GET ");
        heard.lock().unwrap().push(line);
        let body = if list { listing(&listed) } else { String::new() };
        let status = if list { "200 OK" } else { "204 No Content" };
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    })
    .await;
    let (_app, ..) = with_bucket(&endpoint.url).await;
    let lines = until("both uploads to be aborted", async || {
        let lines = asked.lock().unwrap().clone();
        (lines.len() >= 3).then_some(lines)
    })
    .await;
    assert_eq!(
        lines,
        [
            "GET /attachments?prefix=some%2Fwhere%2Fsha256%2F&uploads= HTTP/1.1",
            "DELETE /attachments/some/where/sha256/old?uploadId=of-21 HTTP/1.1",
            "DELETE /attachments/some/where/sha256/old-too?uploadId=of-25 HTTP/1.1",
        ]
    );
}

#[tokio::test]
async fn a_bucket_that_does_not_list_uploads_is_named_in_the_log() {
    let endpoint = Endpoint::new(|_| status("501 Not Implemented", "")).await;
    let (app, alice, project, task) = with_bucket(&endpoint.url).await;
    until("a warning", async || app.log().contains("give it a lifecycle rule").then_some(())).await;
    alice.patch(&project.task_at(&task, "")).json(json!({"title": "On"})).await.ok();
}

#[tokio::test]
async fn a_bucket_needs_credentials() {
    let home = crate::support::Home::new(&[("BOARDCAST_FILES", "s3://attachments?endpoint=http://127.0.0.1:1")]).await;
    let stillborn = home.launch("serve", &crate::support::Launch::default()).err().unwrap();
    assert!(stillborn.log.contains("AWS_ACCESS_KEY_ID"), "{}", stillborn.log);
}

#[tokio::test]
async fn a_bucket_inside_is_named_in_the_settings_or_the_server_does_not_start() {
    for endpoint in ["http://127.0.0.1:1", "https://169.254.169.254", "http://[::1]:1", "http://localhost:1"] {
        let url = format!("s3://attachments?endpoint={endpoint}");
        let credentials = [("AWS_ACCESS_KEY_ID", "alice"), ("AWS_SECRET_ACCESS_KEY", "secret")];
        let settings = [&[("BOARDCAST_FILES", url.as_str())], &credentials[..]].concat();
        let home = crate::support::Home::new(&settings).await;
        let stillborn = home.launch("serve", &crate::support::Launch::default()).err().unwrap();
        for part in ["--files (BOARDCAST_FILES)", "not public", "--outgoing-networks"] {
            assert!(stillborn.log.contains(part), "{endpoint}: {}", stillborn.log);
        }
    }
}

mod real {
    //! A real server of S3, which is Moto's: `BOARDCAST_TEST_MOTO` says where.

    use std::process::{Child, Command, Stdio};

    use super::*;
    use crate::support::png;

    struct Moto {
        url: String,
        process: Child,
    }

    impl Moto {
        async fn start() -> Self {
            let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
            Self::at(free.port()).await
        }

        async fn at(port: u16) -> Self {
            let program = std::env::var("BOARDCAST_TEST_MOTO").expect("where Moto's server is");
            let mut command = Command::new(program);
            command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
            let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let moto = Self { url: format!("http://127.0.0.1:{port}"), process };
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            until("a bucket", async || {
                client.put(format!("{}/attachments", moto.url)).send().await.ok().filter(|made| made.status() == 200)
            })
            .await;
            moto
        }

        async fn keys(&self) -> Vec<String> {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let list = client.get(format!("{}/attachments?list-type=2", self.url)).send().await.unwrap();
            let list = list.text().await.unwrap();
            let keys = list.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
            keys.collect()
        }

        /// The keys of uploads that are not complete.
        async fn unfinished(&self) -> Vec<String> {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let list = client.get(format!("{}/attachments?uploads", self.url)).send().await.unwrap();
            let list = list.text().await.unwrap();
            list.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
        }

        /// Begins an upload, sends a part of it, and goes away.
        async fn break_off(&self, key: &str) {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let at = format!("{}/attachments/{key}", self.url);
            let begun = client.post(format!("{at}?uploads")).send().await.unwrap().text().await.unwrap();
            let id = begun.split("<UploadId>").nth(1).unwrap().split('<').next().unwrap().to_owned();
            let part = client.put(format!("{at}?partNumber=1&uploadId={id}")).body("bytes").send().await.unwrap();
            assert_eq!(part.status(), 200);
        }

        fn port(&self) -> u16 {
            self.url.rsplit(':').next().unwrap().parse().unwrap()
        }
    }

    impl Drop for Moto {
        fn drop(&mut self) {
            drop(self.process.kill());
            drop(self.process.wait());
        }
    }

    async fn bytes(user: &User, path: &str, range: &str) -> (u16, Vec<u8>) {
        let response = user.get(path).header("Range", range).open().await.unwrap();
        (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
    }

    #[tokio::test]
    #[ignore = "needs Moto: tests/run s3"]
    async fn attachments_are_kept_in_a_bucket() {
        let moto = Moto::start().await;
        let (app, alice, project, task) = with_bucket(&moto.url).await;
        // In one piece, and in parts.
        for size in [0, 5, 3 * 1024 * 1024, 19 * 1024 * 1024_usize] {
            let sent: Vec<u8> = (0..size).map(|n| n.to_le_bytes()[n % 3]).collect();
            let path = project.task_at(&task, "/attachments?name=x");
            let one = alice.post(&path).bytes(OCTETS, sent.clone()).await.created();
            assert_eq!(one["size"], size);
            let path = project.at(&format!("/attachments/{}/content", one.id()));
            let whole = bytes(&alice, &path, "").await;
            assert!(whole == (200, sent.clone()), "{size}: {} of {}", whole.0, whole.1.len());
            if size > 1_100_000 {
                let part = bytes(&alice, &path, "bytes=1000000-1100000").await;
                assert!(part == (206, sent[1_000_000..=1_100_000].to_vec()), "{size}");
            }
            assert_eq!(left(&app), 0);
        }
        let keys = moto.keys().await;
        assert_eq!(keys.len(), 4, "{keys:?}");
        assert!(keys.iter().all(|key| key.starts_with("some/where/sha256/")), "{keys:?}");

        let path = project.task_at(&task, "/attachments?name=x.png");
        let picture = alice.post(&path).bytes(OCTETS, png(900, 600)).await.created();
        let path = project.at(&format!("/attachments/{}/thumbnail", picture.id()));
        for _ in 0..2 {
            let (status, small) = bytes(&alice, &path, "").await;
            assert_eq!(status, 200);
            assert_eq!(image::load_from_memory(&small).unwrap().width(), 320);
        }
        assert_eq!(moto.keys().await.len(), 6);
        assert_eq!(left(&app), 0);
    }

    #[tokio::test]
    #[ignore = "needs Moto: tests/run s3"]
    async fn a_bucket_that_comes_back_is_used_again() {
        let moto = Moto::start().await;
        let (app, alice, project, task) = with_bucket(&moto.url).await;
        let one = upload(&project, &task).await.created();
        project.told().await;
        let port = moto.port();
        drop(moto);
        upload(&project, &task).await.problem(503, "store_unavailable");
        let path = project.at(&format!("/attachments/{}/content", one.id()));
        alice.get(&path).await.problem(503, "store_unavailable");
        project.told_nothing().await;
        // It has forgotten everything, and the next upload of the same content brings the bytes back.
        let _moto = Moto::at(port).await;
        alice.get(&path).await.problem(503, "store_unavailable");
        upload(&project, &task).await.created();
        assert_eq!(bytes(&alice, &path, "").await, (200, b"bytes".to_vec()));
        assert_eq!(left(&app), 0);
    }
    #[tokio::test]
    #[ignore = "needs Moto: tests/run s3"]
    async fn what_a_broken_upload_left_is_deleted() {
        let moto = Moto::start().await;
        for key in ["some/where/sha256/ab/cdef", "some/where/other", "sha256/ab/cdef"] {
            moto.break_off(key).await;
        }
        assert_eq!(moto.unfinished().await.len(), 3);
        // This server of S3 says of each upload that it is years old.
        let (_app, _, project, task) = with_bucket(&moto.url).await;
        until("the parts to be deleted", async || (moto.unfinished().await.len() == 2).then_some(())).await;
        let mut left = moto.unfinished().await;
        left.sort();
        assert_eq!(left, ["sha256/ab/cdef", "some/where/other"], "what others send stays");
        upload(&project, &task).await.created();
    }
}
