//! The snapshot of a project of 10,000 tasks: after a change, again, and for many readers at once.

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    Pace, Result,
    fill::{self, Numbers, Tasks},
    server::{Answer, Build, Client, Server, measured, text},
    table::{Table, median, ms, ratio},
};

const TASKS: usize = 10_000;
const READERS: usize = 20;
const BROWSER: &str = "gzip, deflate, br, zstd";

#[derive(Clone, Copy)]
enum Reading {
    /// The first one after a change.
    Fresh(&'static str),
    /// Nothing happened since the last one.
    Again(&'static str),
    /// The client has it already.
    Known,
    /// Many at once after a change.
    Crowd(&'static str),
}

const READINGS: [(&str, Reading); 7] = [
    ("after a change, as browsers ask", Reading::Fresh(BROWSER)),
    ("after a change, gzip", Reading::Fresh("gzip")),
    ("after a change, not compressed", Reading::Fresh("identity")),
    ("again, as browsers ask", Reading::Again(BROWSER)),
    ("again, not compressed", Reading::Again("identity")),
    ("again, 304", Reading::Known),
    ("20 readers at once after a change, as browsers ask", Reading::Crowd(BROWSER)),
];

struct Side {
    server: Server,
    client: Client,
    project: String,
    task: String,
    took: [Vec<Duration>; READINGS.len()],
    bytes: [usize; READINGS.len()],
}

async fn prepare(build: &Build) -> Result<Side> {
    let mut server = Server::new(build).await?;
    let mut client = server.client().await?;
    let project = client.project("Project").await?;
    let mut columns = vec![];
    for name in ["Backlog", "To do", "Doing", "Done"] {
        columns.push(client.column(&project, name).await?);
    }
    let mut labels = vec![];
    for number in 0..20 {
        let label = json!({"name": format!("label {number}"), "colour": "#3366cc"});
        labels.push(text(&client.post(&format!("/projects/{project}/labels"), label).await?, "id")?);
    }
    let by = server.user.clone();
    let task = server.fill(|file| {
        let mut numbers = Numbers::new(4);
        let people = fill::people(file, &mut numbers, &project, 20)?;
        let tasks = Tasks { project: &project, column: &columns[1], by: &by, count: TASKS, full: true };
        let tasks = tasks.write(file, &mut numbers)?;
        fill::spread_parts(file, &mut numbers, &project, &tasks, &people, fill::ASSIGNEES, 2)?;
        fill::spread_parts(file, &mut numbers, &project, &tasks, &labels, fill::LABELS, 4)?;
        fill::chain(file, &mut numbers, &project, &tasks[..2_000])?;
        Ok(tasks[0].clone())
    })?;
    let client = server.client().await?;
    Ok(Side { server, client, project, task, took: Default::default(), bytes: Default::default() })
}

async fn board(client: &mut Client, project: &str, encoding: &str, known: Option<&str>) -> Result<Answer> {
    let mut headers = vec![("accept-encoding", encoding)];
    headers.extend(known.map(|etag| ("if-none-match", etag)));
    let answer = client.send("GET", &format!("/projects/{project}/board"), &headers, None).await?;
    answer.refused(if known.is_some() { 304 } else { 200 })?;
    Ok(answer)
}

impl Side {
    async fn change(&mut self, number: usize) -> Result<()> {
        let path = format!("/projects/{}/tasks/{}", self.project, self.task);
        self.client.patch(&path, json!({"title": format!("Title {number}")})).await.map(drop)
    }

    /// The time of one answer and its length.
    async fn read(&mut self, reading: Reading, number: usize, times: usize) -> Result<(Duration, usize)> {
        let project = self.project.clone();
        match reading {
            Reading::Fresh(encoding) => {
                self.change(number).await?;
                let (answer, took) = measured(&self.server, board(&mut self.client, &project, encoding, None)).await?;
                Ok((took, answer.body.len()))
            }
            Reading::Again(encoding) => {
                board(&mut self.client, &project, encoding, None).await?;
                let client = &mut self.client;
                let work = async {
                    let mut length = 0;
                    for _ in 0..times {
                        length = board(client, &project, encoding, None).await?.body.len();
                    }
                    Ok(length)
                };
                let (length, took) = measured(&self.server, work).await?;
                Ok((took / u32::try_from(times)?, length))
            }
            Reading::Known => {
                let answer = board(&mut self.client, &project, BROWSER, None).await?;
                let etag = answer.headers.get("etag").ok_or("no etag")?.to_str()?.to_owned();
                let client = &mut self.client;
                let work = async {
                    for _ in 0..times {
                        board(client, &project, BROWSER, Some(&etag)).await?;
                    }
                    Ok(())
                };
                let ((), took) = measured(&self.server, work).await?;
                Ok((took / u32::try_from(times)?, 0))
            }
            Reading::Crowd(encoding) => {
                let mut clients = vec![];
                for _ in 0..READERS {
                    clients.push(self.server.client().await?);
                }
                self.change(number).await?;
                let work = async {
                    let mut readers = JoinSet::new();
                    for mut client in clients {
                        let project = project.clone();
                        readers.spawn(async move {
                            loop {
                                match board(&mut client, &project, encoding, None).await {
                                    // Refused as too many: it comes back, as the page does.
                                    Err(error) if error.to_string().starts_with("503") => {}
                                    answer => return answer,
                                }
                            }
                        });
                    }
                    let mut length = 0;
                    while let Some(answer) = readers.join_next().await {
                        length = answer??.body.len();
                    }
                    Ok(length)
                };
                let (length, took) = measured(&self.server, work).await?;
                Ok((took, length))
            }
        }
    }
}

pub async fn run(builds: &[Build], pace: Pace) -> Result<()> {
    let mut sides = vec![];
    for build in builds {
        sides.push(prepare(build).await?);
    }
    for round in 0..=pace.rounds {
        for (at, (_, reading)) in READINGS.iter().enumerate() {
            // A crowd takes long where each of it is served anew.
            if matches!(reading, Reading::Crowd(_)) && round > 2 {
                continue;
            }
            for side in &mut sides {
                let (took, bytes) = side.read(*reading, round * READINGS.len() + at, pace.times.min(10)).await?;
                if round > 0 {
                    side.took[at].push(took);
                    side.bytes[at] = bytes;
                }
            }
        }
    }
    let mut table = Table::new(
        format!("The snapshot of {TASKS} tasks (aim: at most 0.50 of the build before)"),
        &["what", "build", "CPU of the server, ms", "bytes", "ratio to the last build"],
    );
    for (at, (what, _)) in READINGS.iter().enumerate() {
        let last = sides.last().map(|side| median(side.took[at].clone())).unwrap_or_default();
        for side in &sides {
            let took = median(side.took[at].clone());
            let name = side.server.name.clone();
            table.row([(*what).to_owned(), name, ms(took), side.bytes[at].to_string(), ratio(took, last)]);
        }
    }
    table.print();
    Ok(())
}
