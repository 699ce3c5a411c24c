//! Writers: each has a connection that it keeps and a task of its own, whose title it changes again and again. What
//! is counted is answers with 200; what is checked is that each of them stands in the log, under its number.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use http_body_util::{BodyExt, Full};
use hyper::{
    Request,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::{net::TcpStream, task::JoinSet};

use crate::{
    Result,
    server::{Api, Project, Server},
};

const WARM_UP: Duration = Duration::from_millis(500);

struct Writer {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    token: String,
    path: String,
    number: usize,
}

/// What the writers of one project were answered: the title by its version.
type Answered = BTreeMap<i64, String>;

#[derive(Deserialize)]
struct Changed {
    version: i64,
}

impl Writer {
    async fn connect(server: &Server, project: &Project, number: usize) -> Result<Self> {
        let stream = TcpStream::connect(&server.host).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let task = &project.tasks[number % project.tasks.len()];
        let path = format!("/api/v1/projects/{}/tasks/{task}", project.id);
        Ok(Self { sender, host: server.host.clone(), token: server.token.clone(), path, number })
    }

    async fn change(&mut self, title: &str) -> Result<i64> {
        let request = Request::patch(&self.path)
            .header("host", &self.host)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(format!("{{\"title\":\"{title}\"}}"))))?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status != 200 {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(serde_json::from_slice::<Changed>(&body)?.version)
    }

    /// Answers what was answered, and how much of it between the two moments.
    async fn run(mut self, from: Instant, to: Instant) -> Result<(Vec<(i64, String)>, u32)> {
        let (mut answered, mut counted) = (vec![], 0);
        while Instant::now() < to {
            let title = format!("Title {} of {}", answered.len(), self.number);
            answered.push((self.change(&title).await?, title));
            let now = Instant::now();
            counted += u32::from(now >= from && now < to);
        }
        Ok((answered, counted))
    }
}

/// Let this many writers, spread over the projects, change titles; answers how many were changed in a second.
pub async fn run(server: &Server, projects: &[Project], writers: usize, time: Duration, ordered: bool) -> Result<f64> {
    let api = Api::new(server, &server.token);
    let mut heads = vec![];
    for project in projects {
        heads.push(api.get(&format!("/projects/{}/events?limit=1", project.id)).await?["head"].as_i64().unwrap_or(0));
    }
    let from = Instant::now() + WARM_UP;
    let to = from + time;
    let mut running = JoinSet::new();
    for number in 0..writers {
        let at = number % projects.len();
        let writer = Writer::connect(server, &projects[at], number / projects.len()).await?;
        running.spawn(async move { (at, writer.run(from, to).await) });
    }
    let mut answered = vec![Answered::new(); projects.len()];
    let mut counted = 0;
    while let Some(ended) = running.join_next().await {
        let (at, ended) = ended?;
        let (titles, count) = ended?;
        counted += count;
        for (version, title) in titles {
            if answered[at].insert(version, title).is_some() {
                return Err(format!("two changes were answered with the version {version}").into());
            }
        }
    }
    for ((project, head), answered) in projects.iter().zip(heads).zip(&answered) {
        if ordered {
            check(&api, project, head, answered).await?;
        }
    }
    Ok(f64::from(counted) / time.as_secs_f64())
}

/// The log holds what was answered and nothing else, number by number.
async fn check(api: &Api, project: &Project, head: i64, answered: &Answered) -> Result<()> {
    let mut expected = answered.iter();
    let mut after = head;
    loop {
        let page = api.get(&format!("/projects/{}/events?after={after}&limit=200", project.id)).await?;
        let events = page["items"].as_array().ok_or("no page of events")?;
        for event in events {
            after += 1;
            let title = event["changes"]["tasks"][0]["title"].as_str().unwrap_or_default();
            let seq = event["seq"].as_i64().unwrap_or_default();
            if seq != after || expected.next() != Some((&seq, &title.to_owned())) {
                return Err(format!("event {after} is not what was answered: {event}").into());
            }
        }
        if events.is_empty() {
            break;
        }
    }
    match expected.next() {
        None => Ok(()),
        Some((version, _)) => Err(format!("change {version} was answered and is not in the log").into()),
    }
}
