//! A reader that asks for a long log and reads nothing of it: what the server keeps for it meanwhile is little. How
//! much it is shows when the log is gone by the time that it reads on.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::{
    archive::project_id,
    call::Answer,
    law::Law,
    people::Credential,
    support::{Auth, PASSWORD, cookie_at},
    world::World,
};

/// How many events there are, and how long each is.
const EVENTS: usize = 32;
const LENGTH: usize = 60_000;
/// What the kernel and the stream may hold between them.
const BOUND: usize = 512 * 1024;
/// For longer than a page of the log is kept for others that come back.
const FORGOTTEN: Duration = Duration::from_millis(2_500);
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn read(world: &World) {
    let Some(mean) = world.plan.stuck else { return };
    let mut rng = world.chances("stuck");
    let mut count = 0;
    while !world.over() {
        count += 1;
        if let Some(kept) = once(world, count).await
            && kept > BOUND
        {
            let text = format!("{kept} bytes and more were kept for a reader that read nothing");
            world.verdict.broken(Law::SlowReader, text);
        }
        world.pause(&mut rng, mean).await;
    }
}

/// How many bytes of events a reader gets whose log was trimmed while it was stuck. Nothing when something went wrong.
async fn once(world: &World, count: usize) -> Option<usize> {
    let (by, project, start) = log(world, count).await?;
    let mut socket = ask(world, &by, &project, &start).await?;
    // The answer begins to come when there is all that it begins with.
    tokio::time::timeout(PATIENCE, socket.readable()).await.ok()?.ok()?;
    forget(world, &project).await.ok()?;
    tokio::time::sleep(FORGOTTEN).await;
    let mut got = vec![];
    let reset = b"\nevent: reset\n";
    let read = async {
        let mut from = 0;
        loop {
            let whole = got[from..].windows(reset.len()).any(|bytes| bytes == reset);
            if whole || got.len() > BOUND {
                return Some(got.len());
            }
            from = got.len().saturating_sub(reset.len());
            if socket.read_buf(&mut got).await.ok()? == 0 {
                return None;
            }
        }
    };
    tokio::time::timeout(PATIENCE, read).await.ok()?
}

/// A project of somebody of their own, with a long log; and the cursor of its beginning.
async fn log(world: &World, count: usize) -> Option<(Arc<Credential>, String, String)> {
    let nobody = Arc::new(Credential::new(0, Auth::None, String::new()));
    let email = format!("stuck-{count}@example.com");
    let body = json!({"email": email, "name": "Stuck", "password": PASSWORD});
    let cookie = world.call(0, &nobody, Method::POST, "/users").json(body).send().await?.cookie?;
    let by = Arc::new(Credential::session(0, cookie));
    let make = async |method, path: String, body: Value| -> Option<Value> {
        let answer = world.call(0, &by, method, path).json(body).send().await.filter(Answer::done)?;
        Some(answer.body)
    };
    let text = |value: &Value, field: &str| value[field].as_str().map(str::to_owned);
    let project = make(Method::POST, "/projects".into(), json!({"name": "Stuck", "template": "empty"})).await?;
    let at = format!("/projects/{}", text(&project, "id")?);
    let column = make(Method::POST, format!("{at}/columns"), json!({"name": "Long texts"})).await?;
    let task = json!({"title": "Written often", "column_id": column["id"]});
    let task = make(Method::POST, format!("{at}/tasks"), task).await?;
    let board = world.call(0, &by, Method::GET, format!("{at}/board")).send().await.filter(Answer::done)?.body;
    let start = text(&board, "cursor")?;
    let task = format!("{at}/tasks/{}", text(&task, "id")?);
    for n in 0..EVENTS {
        make(Method::PATCH, task.clone(), json!({"description": format!("{n} {}", "x".repeat(LENGTH))})).await?;
    }
    Some((by, text(&project, "id")?, start))
}

/// Asks for a stream, from a cursor, through the smallest window that there is.
async fn ask(world: &World, by: &Credential, project: &str, cursor: &str) -> Option<TcpStream> {
    let url = world.cluster.url(world.cluster.size() - 1);
    let address = url.strip_prefix("http://")?;
    let Auth::Cookie(cookie) = &by.auth else { return None };
    let cookie = cookie_at(cookie, &url);
    let socket = TcpSocket::new_v4().ok()?;
    socket.set_recv_buffer_size(4096).ok()?;
    let mut socket = socket.connect(address.parse().ok()?).await.ok()?;
    let head = format!(
        "GET /api/v1/projects/{project}/events HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\
         Cookie: {cookie}\r\nLast-Event-ID: {cursor}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.ok()?;
    Some(socket)
}

/// The whole log of a project is trimmed, past the server.
async fn forget(world: &World, project: &str) -> boardcast::base::error::Result<()> {
    let mut tx = world.cluster.db.begin().await?;
    let id = project_id(project);
    tx.query(
        "update projects
         set trimmed_seq = seq,
             trimmed_chain = (select e.chain from events e where e.project_id = projects.id and e.seq = projects.seq)
         where id = $1",
    )
    .bind(id)
    .execute()
    .await?;
    tx.query("delete from events where project_id = $1").bind(id).execute().await?;
    tx.commit().await
}
