//! What people cost who are present in one project, each with a stream of their own.

use std::time::Duration;

use boardcast::{
    base::{
        clock::Timestamp,
        ids::{ProjectId, TokenId, UserId},
        secrets,
    },
    config::Commit,
    db::{Bind, Db},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::{Pace, Result, cpu::Cpu, server::Home};

/// A page says that it is there this often …
const REFRESH: Duration = Duration::from_secs(20);
/// … and so many of a hundred times that it is at another task.
const MOVES: usize = 33;

/// People with tokens, in the first project.
async fn people(home: &Home, count: usize) -> Result<Vec<String>> {
    let db = Db::sqlite(&home.file(), Commit::Shared).await?;
    let now = Timestamp::now();
    let project = ProjectId(home.projects[0].id.parse()?);
    let all: Vec<(UserId, String)> = (0..count).map(|_| (UserId::new(), secrets::token())).collect();
    db.execute(
        "insert into users (id, email, name, password_hash, admin, created_at)
         select r.id, r.email, 'Bob', '', false, $2 from {rows $1: id uuid, email text} as r",
        |query| {
            query.bind_rows(&all, |cells, (user, _)| cells.bind(*user).bind(format!("{user}@example.com"))).bind(now)
        },
    )
    .await?;
    db.execute(
        "insert into members (project_id, user_id, role, version)
         select $2, r.id, 1, 1 from {rows $1: id uuid} as r",
        |query| query.bind_rows(&all, |cells, (user, _)| cells.bind(*user)).bind(project),
    )
    .await?;
    db.execute(
        "insert into tokens (id, user_id, name, secret_hash, can_read, can_write, restricted, created_at, expires_at)
         select r.id, r.user_id, 'bench', r.hash, true, true, false, $2, $3
         from {rows $1: id uuid, user_id uuid, hash text} as r",
        |query| {
            query
                .bind_rows(&all, |cells, (user, secret)| {
                    cells.bind(TokenId::new()).bind(*user).bind(secrets::hash(secret))
                })
                .bind(now)
                .bind(now.plus(Duration::from_hours(24)))
        },
    )
    .await?;
    db.close().await;
    Ok(all.into_iter().map(|(_, secret)| secret).collect())
}

/// Open a stream and read it to its end. Answers how many bytes came.
async fn read(host: String, project: String, token: String) -> Result<usize> {
    let mut socket = TcpStream::connect(&host).await?;
    let request = format!(
        "GET /api/v1/projects/{project}/events HTTP/1.1\r\nhost: {host}\r\naccept: text/event-stream\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await?;
    let (mut buffer, mut bytes) = (vec![0; 64 * 1024], 0);
    loop {
        match socket.read(&mut buffer).await? {
            0 => return Ok(bytes),
            read => bytes += read,
        }
    }
}

/// A person who is there until the end.
async fn stay(
    client: reqwest::Client,
    url: String,
    token: String,
    tasks: [String; 2],
    first: Instant,
    end: Instant,
) -> Result<usize> {
    let (mut at, mut said) = (first, 0);
    while at < end {
        sleep_until(at).await;
        let task = &tasks[usize::from(said * MOVES % 100 < MOVES)];
        let body = json!({"task_id": task, "state": "viewing"});
        client.put(&url).bearer_auth(&token).json(&body).send().await?.error_for_status()?;
        said += 1;
        at += REFRESH;
    }
    Ok(said)
}

pub async fn run(pace: Pace) -> Result<()> {
    let home = Home::new(None, 1, 2).await?;
    let tokens = people(&home, pace.people).await?;
    let project = home.projects[0].clone();
    let server = home.start(&[], None)?;
    let mut streams = JoinSet::new();
    for token in &tokens {
        streams.spawn(read(server.host.clone(), project.id.clone(), token.clone()));
    }
    let span = Duration::from_secs(pace.seconds);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = Cpu::of(server.process.id())?;
    tokio::time::sleep(span).await;
    let idle = Cpu::of(server.process.id())?.since(&before);

    let client = reqwest::Client::new();
    let url = format!("http://{}/api/v1/projects/{}/presence", server.host, project.id);
    let tasks: [String; 2] = project.tasks.clone().try_into().map_err(|_| "two tasks are needed")?;
    let begin = Instant::now();
    // One round before the measurement, in which everyone comes.
    let end = begin + REFRESH + span;
    let mut present = JoinSet::new();
    for (n, token) in (0..).zip(&tokens) {
        let first = begin + REFRESH * n / u32::try_from(tokens.len())?;
        present.spawn(stay(client.clone(), url.clone(), token.clone(), tasks.clone(), first, end));
    }
    sleep_until(begin + REFRESH).await;
    let before = Cpu::of(server.process.id())?;
    sleep_until(end).await;
    let busy = Cpu::of(server.process.id())?.since(&before);
    let mut said = 0;
    for one in present.join_all().await {
        said += one?;
    }
    if streams.try_join_next().is_some() {
        return Err("a stream ended early".into());
    }
    let percent = |time: Duration| 100.0 * time.as_secs_f64() / span.as_secs_f64();
    println!("\n### {} people present in one project, each with a stream: of one core (aim: 5 %)\n", pace.people);
    println!("| | % |\n|---|---:|");
    println!("| streams alone | {:.2} |", percent(idle));
    println!("| with presence | {:.2} |", percent(busy));
    println!("| presence | {:.2} |", percent(busy) - percent(idle));
    println!("\nThey said {said} times that they are there, a third of the times at another task.");
    Ok(())
}
