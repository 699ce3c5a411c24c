//! Crowds: bodies that are announced and not sent, passwords that are tried, connections that are kept.

use std::{
    net::{IpAddr, UdpSocket},
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::support::{App, Auth, Home, Launch, PASSWORD, SOON, User, app, own_app, soon, until};

/// A request with a body of which only the first bytes are sent.
async fn begin(app: &App, path: &str, more: &str, announced: usize, sent: usize) -> TcpStream {
    let address = app.url.trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: {address}\r\nOrigin: {}\r\nContent-Type: application/json\r\n\
         {more}Content-Length: {announced}\r\n\r\n{}",
        app.url,
        " ".repeat(sent)
    );
    // A server that refuses early may close before everything is written.
    drop(socket.write_all(head.as_bytes()).await);
    socket
}

/// The status of the answer; nothing when none comes in time.
async fn status(socket: &mut TcpStream, patience: Duration) -> Option<u16> {
    let mut answer = [0; 12];
    timeout(patience, socket.read_exact(&mut answer)).await.ok()?.ok()?;
    std::str::from_utf8(&answer[9..]).ok()?.parse().ok()
}

fn authorization(user: &User) -> String {
    let Auth::Token(secret) = &user.auth else { panic!("{} has no token", user.name) };
    format!("Authorization: Bearer {secret}\r\n")
}

#[tokio::test]
async fn a_stranger_is_refused_before_the_body_is_read() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    for path in ["/projects", "/tokens", "/invitations/accept", &project.at("/columns")] {
        let mut socket = begin(&app, path, "", 200_000, 10).await;
        assert_eq!(status(&mut socket, SOON).await, Some(401), "{path}");
    }
    let mut socket = begin(&app, "/projects", "Authorization: Bearer bc_nonsense\r\n", 200_000, 10).await;
    assert_eq!(status(&mut socket, SOON).await, Some(401));
}

#[tokio::test]
async fn a_body_that_is_announced_too_large_is_refused_before_it_is_read() {
    let (app, alice, ..) = app().await;
    let mut socket = begin(&app, "/projects", &authorization(&alice), 256 * 1024 + 1, 10).await;
    assert_eq!(status(&mut socket, SOON).await, Some(413));
    for path in ["/session", "/users", "/invitations/preview"] {
        let mut socket = begin(&app, path, "", 16 * 1024 + 1, 10).await;
        assert_eq!(status(&mut socket, SOON).await, Some(413), "{path}");
    }
    // What is not announced is counted.
    let mut socket = begin(&app, "/session", "Transfer-Encoding: chunked\r\nX-", 1, 0).await;
    drop(socket.write_all(format!("5000\r\n{}\r\n", " ".repeat(0x5000)).as_bytes()).await);
    assert_eq!(status(&mut socket, SOON).await, Some(413));
}

#[tokio::test]
async fn bodies_of_strangers_are_few_at_a_time_and_members_go_on() {
    let app = App::own(&[("BOARDCAST_LIMITS", "on")]).await;
    let alice = app.sign_up("Alice").await;
    let mut held = vec![];
    for _ in 0..16 {
        held.push(begin(&app, "/session", "", 10_000, 10).await);
    }
    soon("a stranger who is refused", async {
        loop {
            let mut socket = begin(&app, "/session", "", 10_000, 10).await;
            if status(&mut socket, Duration::from_secs(2)).await == Some(429) {
                break;
            }
            held.push(socket);
        }
    })
    .await;
    alice.post("/projects").json(json!({"name": "Goes on"})).await.created();
    drop(held);
    let body = json!({"email": alice.email, "password": PASSWORD});
    until("room for a sign-in", || async {
        (app.anonymous().post("/session").json(body.clone()).await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn unfinished_bodies_hold_no_more_memory_than_the_settings_say() {
    let app = App::own(&[("BOARDCAST_BODY_MEMORY", "1")]).await;
    let alice = app.sign_up("Alice").await;
    let by = authorization(&alice);
    let mut held = vec![];
    // A quarter of a MiB for this address: one body of nearly that size.
    soon("memory that is used up", async {
        loop {
            let mut socket = begin(&app, "/projects", &by, 250_000, 240_000).await;
            if status(&mut socket, Duration::from_secs(1)).await == Some(429) {
                break;
            }
            held.push(socket);
        }
    })
    .await;
    drop(held);
    let body = json!({"name": "x".repeat(90), "template": "empty"});
    until("memory that is given back", || async {
        (alice.post("/projects").json(body.clone()).await.status == 201).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_no_address_costs_no_hash_and_is_kept_nowhere() {
    let (app, ..) = app().await;
    let sign_in =
        |email: &str| app.anonymous().post("/session").json(json!({"email": email, "password": "wrong-one-1"}));
    let time = async |email: &str| {
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let began = Instant::now();
            sign_in(email).await.problem(401, "wrong_credentials");
            best = best.min(began.elapsed());
        }
        best
    };
    let (unknown, nonsense) = (time("unknown-person@example.com").await, time(&"x".repeat(9_000)).await);
    assert!(nonsense * 3 < unknown, "{nonsense:?} for no address, {unknown:?} for one without an account");
}

#[tokio::test]
async fn right_passwords_are_never_too_many() {
    let app = App::own(&[("BOARDCAST_LIMITS", "on")]).await;
    let alice = app.sign_up_by_cookie("Alice").await;
    let body = json!({"email": alice.email, "password": PASSWORD});
    for _ in 0..12 {
        app.anonymous().post("/session").json(body.clone()).await.ok();
    }
    // Nor are people who sign up.
    for n in 0..8 {
        app.sign_up_by_cookie(&format!("Person {n}")).await;
    }
}

#[tokio::test]
async fn one_address_cannot_try_many_accounts() {
    let app = App::own(&[("BOARDCAST_LIMITS", "on"), ("BOARDCAST_PROXIES", "127.0.0.0/8")]).await;
    let alice = app.sign_up_by_cookie("Alice").await;
    let sign_in = |from: String, email: String, password: &str| {
        let body = json!({"email": email, "password": password});
        app.anonymous().post("/session").header("X-Forwarded-For", &from).json(body)
    };
    let mut statuses = vec![];
    for n in 0..40 {
        // Another address of the same network each time.
        let from = format!("2001:db8::{n:x}");
        statuses.push(sign_in(from, format!("person-{n}@example.com"), "wrong-one-1").await.status);
    }
    assert!(statuses[..20].iter().all(|status| *status == 401), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    // A right password from elsewhere is let in, whatever came before it.
    for _ in 0..10 {
        sign_in("2001:db8:0:2::1".into(), alice.email.clone(), "wrong-one-1").await;
    }
    sign_in("2001:db8:0:2::2".into(), alice.email.clone(), PASSWORD).await.problem(429, "rate_limited");
    sign_in("[2001:db8:0:3::1]:4711".into(), alice.email.clone(), PASSWORD).await.ok();
    sign_in("198.51.100.7:4711".into(), alice.email, PASSWORD).await.ok();
}

#[tokio::test]
async fn a_person_has_one_budget_of_changes_over_all_tokens() {
    let app = App::own(&[("BOARDCAST_LIMITS", "on")]).await;
    let session = app.sign_up_by_cookie("Alice").await;
    let mut tokens = vec![];
    for _ in 0..5 {
        tokens.push(session.by_token(json!({})).await.unchecked());
    }
    let bob = app.sign_up("Bob").await;
    let calls = (0..200).map(|n| {
        let call = tokens[n % tokens.len()].patch("/me").json(json!({"name": "Alice"}));
        async move { call.await.status }
    });
    let began = Instant::now();
    let statuses = futures_util::future::join_all(calls).await;
    let done = statuses.iter().filter(|status| **status == 200).count();
    // On a slow machine more come in meanwhile.
    let most = 62.0 + 20.0 * began.elapsed().as_secs_f64();
    assert!(done >= 40 && f64::from(u32::try_from(done).unwrap()) <= most, "{done} changes, at most {most}");
    tokens[0].get("/me").await.ok();
    bob.patch("/me").json(json!({"name": "Bob"})).await.ok();
}

#[tokio::test]
async fn a_person_has_a_budget_of_reads_that_a_page_never_meets() {
    let app = App::own(&[("BOARDCAST_LIMITS", "on")]).await;
    let alice = app.sign_up("Alice").await;
    let began = Instant::now();
    let reads = async |count: usize| {
        let calls = (0..count).map(|_| alice.get("/me")).map(|call| async move { call.await.status });
        futures_util::future::join_all(calls).await
    };
    assert!(reads(400).await.iter().all(|status| *status != 429));
    let statuses = reads(1_000).await;
    let done = 400 + statuses.iter().filter(|status| **status == 200).count();
    let most = 605.0 + 100.0 * began.elapsed().as_secs_f64();
    assert!(f64::from(u32::try_from(done).unwrap()) <= most, "{done} reads, at most {most}");
    // A stream is told to come back later: an EventSource would give up at a 429.
    let response = alice.get("/events").header("Accept", "text/event-stream").open().await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_forwarded_address_that_nobody_trusts_is_warned_of_once() {
    let app = App::own(&[]).await;
    for n in 0..3 {
        app.anonymous().get("/instance").header("X-Forwarded-For", &format!("198.51.100.{n}")).await.ok();
    }
    let warnings = || app.log().lines().filter(|line| line.contains("X-Forwarded-For")).count();
    // Lines are written by a thread of their own.
    until("a warning", async || (warnings() > 0).then_some(())).await;
    assert_eq!(warnings(), 1, "{}", app.log());
}

/// An address of this machine that is not the one it talks to itself by.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent: the kernel only picks a route.
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|address| !address.is_loopback())
}

#[tokio::test]
async fn one_address_cannot_take_all_connections() {
    let Some(address) = own_address() else { return };
    let home = Home::new(&[("BOARDCAST_LIMITS", "on")]).await;
    let launch = Launch::default()
        .at("0.0.0.0:0")
        .with("BOARDCAST_PUBLIC_URL", "http://localhost")
        .with("BOARDCAST_CONNECTIONS_PER_ADDRESS", "5");
    let server = home.launch("serve", &launch).unwrap_or_else(|stillborn| panic!("{}", stillborn.log));
    let port = server.url.rsplit(':').next().unwrap();
    let open = async |host: &str| {
        let mut socket = TcpStream::connect(format!("{host}:{port}")).await.unwrap();
        // A connection that was closed at once may refuse this already.
        drop(socket.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await);
        (status(&mut socket, SOON).await, socket)
    };
    let mut held = vec![];
    for n in 0..5 {
        let (status, socket) = open(&address.to_string()).await;
        assert_eq!(status, Some(200), "connection {n}");
        held.push(socket);
    }
    assert_eq!(open(&address.to_string()).await.0, None, "one too many is closed");
    for _ in 0..10 {
        let (status, socket) = open("127.0.0.1").await;
        assert_eq!(status, Some(200), "this machine speaks for many");
        held.push(socket);
    }
    held.remove(0);
    until("a free place", || async { open(&address.to_string()).await.0 }).await;
}

#[tokio::test]
async fn the_document_is_in_memory_once_however_many_read_it_slowly() {
    let (app, ..) = own_app(&[("BOARDCAST_LIMITS", "on")]).await;
    let address = app.url.trim_start_matches("http://");
    app.anonymous().get("/api/openapi.json").await.ok();
    let before = app.memory();
    let mut held = vec![];
    for n in 0..400 {
        // The kernel takes little of an answer for a reader whose own buffer is small, and whose packets are those of a network.
        let small = TcpSocket::new_v4().unwrap();
        small.set_recv_buffer_size(2_048).unwrap();
        socket2::SockRef::from(&small).set_tcp_mss(1_400).unwrap();
        let mut socket = small.connect(address.parse().unwrap()).await.unwrap();
        let path = if n % 2 == 0 { "/api/openapi.json" } else { "/api/openapi-3.1.json" };
        let zipped = if n % 4 < 2 { "Accept-Encoding: gzip\r\n" } else { "" };
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{zipped}\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        assert_eq!(status(&mut socket, SOON).await, Some(200));
        held.push(socket);
    }
    let grown = app.memory() - before;
    assert!(grown < 40 * 1024, "400 who read a document slowly take {grown} KiB");
}
