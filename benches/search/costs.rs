//! What the index adds to a change. The database of one server throws away what is written into its index; nothing else
//! differs. The words are parted on both sides, and how long that takes is given apart.

use std::time::{Duration, Instant};

use boardcast::{base::tokens::tokens, config::Commit, db::Db};
use serde_json::{Value, json};

use crate::{
    Pace, Result,
    corpus::Corpus,
    cpu::Cpu,
    server::{Api, Home, Server},
};

const DOINGS: [&str; 4] = ["create a task", "give it another title", "comment on it", "move it"];

/// Let the database throw away what is written into its index.
async fn take_away(home: &Home, database: Option<&String>) -> Result<()> {
    let statements: &[&'static str] = match database {
        Some(_) => &["create rule unindexed as on insert to search_texts do instead nothing"],
        None => &[
            "drop trigger search_texts_insert",
            "create trigger search_texts_insert instead of insert on search_texts begin select 1; end",
        ],
    };
    let db = match database {
        Some(url) => Db::postgres(url, Commit::Shared).await?,
        None => Db::sqlite(&home.file(), Commit::Shared).await?,
    };
    for statement in statements {
        db.execute(statement, |query| query).await?;
    }
    db.close().await;
    Ok(())
}

struct Side {
    server: Server,
    project: String,
    column: String,
    tasks: Vec<String>,
    client: reqwest::Client,
    /// Of each sort of change: how long it took, and the server's time of the processor.
    wall: [Vec<Duration>; 4],
    cpu: [Vec<Duration>; 4],
    // What it stands on is gone when it is dropped.
    _home: Home,
}

impl Side {
    async fn new(database: Option<String>, indexed: bool) -> Result<Self> {
        let home = Home::new(database.clone(), 1, 1).await?;
        if !indexed {
            take_away(&home, database.as_ref()).await?;
        }
        let server = home.start(&[], None)?;
        let project = home.projects[0].id.clone();
        let board = Api::new(&server, &server.token).get(&format!("/projects/{project}/board")).await?;
        let column = board["columns"][0]["id"].as_str().ok_or("no column")?.to_owned();
        let [wall, cpu] = [(); 2].map(|()| Default::default());
        Ok(Self { server, project, column, tasks: vec![], client: reqwest::Client::new(), wall, cpu, _home: home })
    }

    async fn send(&self, method: reqwest::Method, rest: &str, body: Value) -> Result<Value> {
        let url = format!("http://{}/api/v1/projects/{}{rest}", self.server.host, self.project);
        let request = self.client.request(method, url).bearer_auth(&self.server.token).json(&body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    async fn once(&mut self, doing: usize, texts: &(String, String), pick: usize) -> Result<()> {
        let task = self.tasks.get(pick % self.tasks.len().max(1)).cloned().unwrap_or_default();
        match doing {
            0 => {
                let new = json!({"title": texts.0, "description": texts.1, "column_id": self.column});
                let made = self.send(reqwest::Method::POST, "/tasks", new).await?;
                self.tasks.push(made["id"].as_str().ok_or("no id")?.to_owned());
            }
            1 => {
                let title = json!({"title": texts.0});
                self.send(reqwest::Method::PATCH, &format!("/tasks/{task}"), title).await?;
            }
            2 => {
                let body = json!({"body": texts.1});
                self.send(reqwest::Method::POST, &format!("/tasks/{task}/comments"), body).await?;
            }
            _ => {
                let to = json!({"column_id": self.column, "after": null});
                self.send(reqwest::Method::PUT, &format!("/tasks/{task}/position"), to).await?;
            }
        }
        Ok(())
    }
}

fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn row(what: &str, of: &str, sides: [Duration; 2]) {
    let [with, without] = sides.map(|time| time.as_secs_f64() * 1e3);
    println!("| {what} | {of} | {without:.3} | {with:.3} | {:+.1} % |", (with / without - 1.0) * 100.0);
}

pub async fn run(name: &str, databases: [Option<String>; 2], pace: Pace) -> Result<()> {
    let [indexed, unindexed] = databases;
    let mut sides = [Side::new(indexed, true).await?, Side::new(unindexed, false).await?];
    let mut corpus = Corpus::new();
    let (mut parting, mut parted) = (Duration::ZERO, 0);
    for round in 0..=pace.rounds {
        for doing in 0..DOINGS.len() {
            let texts: Vec<_> = (0..pace.changes).map(|_| (corpus.text(3, 8).body, corpus.text(8, 40).body)).collect();
            for (title, body) in &texts {
                let began = Instant::now();
                parted += tokens(title).count() + tokens(body).count();
                parting += began.elapsed();
            }
            // Each is first every other time.
            let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
            for side in order {
                let side = &mut sides[side];
                let before = Cpu::of(side.server.process.id())?;
                let mut took = vec![];
                for (at, texts) in texts.iter().enumerate() {
                    let began = Instant::now();
                    side.once(doing, texts, at).await?;
                    took.push(began.elapsed());
                }
                let cpu = Cpu::of(side.server.process.id())?.since(&before) / u32::try_from(texts.len())?;
                // The first round fills caches.
                if round > 0 {
                    side.wall[doing].push(median(took));
                    side.cpu[doing].push(cpu);
                }
            }
        }
    }
    println!("\n### {name}: a change with the index and without, ms (aim: at most 15 % more)\n");
    println!("| what | of what | without | with | more |\n|---|---|---:|---:|---:|");
    for (doing, what) in DOINGS.iter().enumerate() {
        row(what, "as it is waited for", [0, 1].map(|side: usize| median(sides[side].wall[doing].clone())));
        row(what, "CPU of the server", [0, 1].map(|side: usize| median(sides[side].cpu[doing].clone())));
    }
    let each = parting.as_secs_f64() * 1e6 / f64::from(u32::try_from(parted)?);
    println!("\nTo part texts into words takes {each:.2} µs a word, on both sides.");
    Ok(())
}
