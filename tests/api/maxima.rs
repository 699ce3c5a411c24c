//! How much of everything there may be, and how long connections are kept.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::support::{Fields, SOON, app, each, own_app};

#[tokio::test]
async fn a_person_owns_so_many_projects() {
    let (_, alice, bob, _) = own_app(&[("BOARDCAST_PROJECTS_PER_PERSON", "2")]).await;
    let projects = [alice.project().await, alice.project().await];
    let third = || alice.post("/projects").json(json!({"name": "Third"}));
    third().await.problem(409, "too_many_projects");
    assert_eq!(alice.get("/projects").await.ok().list("items").len(), 2);
    // What others own does not count, nor what is deleted.
    bob.project().await.add(&alice, "editor").await;
    third().await.problem(409, "too_many_projects");
    alice.delete(&projects[0].at("")).await.no_content();
    third().await.created();
}

#[tokio::test]
async fn a_person_has_so_many_sessions_and_the_oldest_ends() {
    let (_, alice, bob, _) = own_app(&[("BOARDCAST_SESSIONS_PER_PERSON", "3")]).await;
    let other = bob.by_cookie().await;
    let mut sessions = vec![];
    // Signing up began one.
    for _ in 0..2 {
        sessions.push(alice.by_cookie().await);
    }
    let mut stream = sessions[0].stream("/events").await;
    stream.hello().await;
    let ids = each(&sessions[0].get("/me/sessions").await.ok().list("items"), "id");
    assert_eq!(ids.len(), 3);
    for _ in 0..2 {
        sessions.push(alice.by_cookie().await);
    }
    stream.end().await;
    sessions[0].get("/session").await.problem(401, "unauthenticated");
    for session in &sessions[1..] {
        session.get("/session").await.ok();
    }
    assert_eq!(sessions[3].get("/me/sessions").await.ok().list("items").len(), 3);
    other.get("/session").await.ok();
    // Tokens are no sessions.
    alice.get("/me").await.ok();
}

#[tokio::test]
async fn a_task_has_so_many_dependencies() {
    let (_, alice, ..) = own_app(&[("BOARDCAST_DEPENDENCIES_PER_TASK", "2")]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut tasks = vec![];
    for n in 0..4 {
        tasks.push(project.task(&column, &format!("Task {n}")).await);
    }
    project.dependency(&tasks[0], &tasks[1], 0).await;
    project.dependency(&tasks[2], &tasks[0], 0).await;
    project.told().await;
    let put = |task: usize, other: usize| {
        alice.put(&project.task_at(&tasks[task], &format!("/dependencies/{}", tasks[other].id())))
    };
    put(0, 3).await.problem(409, "too_many_dependencies");
    put(3, 0).await.problem(409, "too_many_dependencies");
    project.told_nothing().await;
    // One that is there may change.
    put(0, 1).json(json!({"lag_days": 2})).await.ok();
    put(3, 1).await.ok();
}

#[tokio::test]
async fn a_task_is_found_by_the_key_of_its_own_project_only() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Task").await;
    let other = project.task(&column, "Other").await;
    let key = &project.key;
    let path = |name: &str| project.at(&format!("/tasks/{name}"));
    for name in [format!("{key}-1"), "1".into(), task.id()] {
        assert_eq!(alice.get(&path(&name)).await.ok()["id"], task["id"], "{name}");
        alice.patch(&path(&name)).json(json!({"title": format!("By {name}")})).await.ok();
    }
    project.told().await;
    let (small, none, signed) = (format!("{}-1", key.to_lowercase()), format!("{key}-"), format!("{key}-+1"));
    for name in ["WEB-1", "N-1", "-1", "1-1", &small, &none, &signed] {
        alice.get(&path(name)).await.not_found();
        alice.patch(&path(name)).json(json!({"title": "By another name"})).await.not_found();
        alice.put(&path(&format!("2/dependencies/{name}"))).await.not_found();
        alice.delete(&path(name)).await.not_found();
    }
    project.told_nothing().await;
    alice.put(&path(&format!("{key}-1/dependencies/{key}-2"))).await.ok();
    // The new key counts, and the one that stands in older mails.
    alice.patch(&project.at("")).json(json!({"key": "NEWKEY"})).await.ok();
    for name in ["NEWKEY-2".to_owned(), format!("{key}-2")] {
        assert_eq!(alice.get(&path(&name)).await.ok()["id"], other["id"], "{name}");
    }
}

async fn answered(socket: &mut TcpStream) -> bool {
    let asked = socket.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut answer = [0; 4096];
    let read = async { socket.read(&mut answer).await.unwrap_or(0) };
    asked.is_ok() && timeout(SOON, read).await.is_ok_and(|read| answer[..read].starts_with(b"HTTP/1.1 200"))
}

#[tokio::test]
async fn an_idle_connection_is_kept_longer_than_a_head_may_take() {
    let (app, ..) = app().await;
    let connect = async || TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    let (mut slow, mut idle) = (connect().await, connect().await);
    assert!(answered(&mut slow).await && answered(&mut idle).await);
    let began = Instant::now();
    slow.write_all(b"GET /livez HTTP/1.1\r\nHost").await.unwrap();
    let mut rest = vec![];
    timeout(SOON * 2, slow.read_to_end(&mut rest)).await.expect("the end of a connection with half a head").unwrap();
    assert!(began.elapsed() > Duration::from_secs(9), "{:?}", began.elapsed());
    // It has been idle for as long, and goes on.
    assert!(answered(&mut idle).await);
}

#[tokio::test]
async fn a_head_has_room_for_what_proxies_add() {
    let (app, alice, ..) = app().await;
    let mut call = alice.get("/me");
    for n in 0..90 {
        call = call.header(&format!("X-Added-{n}"), &"x".repeat(200));
    }
    call.await.ok();
    let lines: Vec<String> = (0..120).map(|n| format!("X-Added-{n}: y\r\n")).collect();
    let answer = app.raw(format!("GET /livez HTTP/1.1\r\nHost: x\r\n{}\r\n", lines.concat()).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = format!("GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "y".repeat(100_000));
    let answer = app.raw(long.as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}
