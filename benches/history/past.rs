//! How long the board of an earlier moment is waited for, and that it is what a slow fold of the log gives.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    time::Instant,
};

use boardcast::{base::ids::ProjectId, config::Commit, db::Db};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Map, Value};

use crate::{Pace, Result, fill::fill, summary};

const STEP: i64 = 5_000;

/// The tasks that a log adds up to, merged event by event.
#[derive(Default)]
struct Slow(BTreeMap<String, Map<String, Value>>);

impl Slow {
    fn apply(&mut self, body: &str) -> Result<()> {
        let event: Value = serde_json::from_str(body)?;
        for task in event["changes"]["tasks"].as_array().into_iter().flatten() {
            let id = task["id"].as_str().ok_or("no id")?.to_owned();
            let fields = task.as_object().ok_or("no object")?;
            let told = fields.iter().filter(|(name, _)| !name.starts_with("description"));
            self.0.entry(id).or_default().extend(told.map(|(name, value)| (name.clone(), value.clone())));
        }
        Ok(())
    }
}

/// One number for all tasks, whatever the order of their fields.
fn digest<'a>(tasks: impl Iterator<Item = (&'a String, &'a Map<String, Value>)>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (id, task) in tasks {
        let fields: BTreeMap<&String, String> = task.iter().map(|(name, value)| (name, value.to_string())).collect();
        (id, fields).hash(&mut hasher);
    }
    hasher.finish()
}

fn digest_of_board(board: &Value) -> Result<u64> {
    let tasks = board["tasks"].as_array().ok_or("no tasks")?;
    let one = |task: &Value| Some((task["id"].as_str()?.to_owned(), task.as_object()?.clone()));
    let tasks: BTreeMap<String, Map<String, Value>> = tasks.iter().filter_map(one).collect();
    Ok(digest(tasks.iter()))
}

pub async fn run(pace: Pace) -> Result<()> {
    let filled = fill(pace.events_of_past, pace.tasks).await?;
    let mut random = StdRng::seed_from_u64(11);
    let moments: Vec<i64> = (0..pace.moments).map(|_| random.random_range(1..=filled.head)).collect();
    let server = filled.home.start(&[], None)?;
    let client = reqwest::Client::new();
    let (mut took, mut boards) = (vec![], BTreeMap::new());
    for seq in moments {
        let url = format!("http://{}/api/v1/projects/{}/board?at={seq}", server.host, filled.project);
        let began = Instant::now();
        let answer = client.get(url).bearer_auth(&server.token).send().await?.error_for_status()?;
        let bytes = answer.bytes().await?;
        took.push(began.elapsed());
        boards.insert(seq, digest_of_board(&serde_json::from_slice(&bytes)?)?);
    }
    drop(server);
    let [p50, p99, longest] = summary(took);
    println!("\n### The board at any of {} events, {} tasks, ms (aim: 50)\n", filled.head, pace.tasks);
    println!("| moments | p50 | p99 | longest |\n|---:|---:|---:|---:|");
    println!("| {} | {p50:.1} | {p99:.1} | {longest:.1} |", boards.len());

    let db = Db::sqlite(&filled.home.file(), Commit::Shared).await?;
    let (mut slow, mut last) = (Slow::default(), 0);
    for (seq, board) in &boards {
        while last < *seq {
            let upto = (*seq).min(last + STEP);
            let rows: Vec<(String,)> = db
                .query("select body from events where project_id = $1 and seq > $2 and seq <= $3 order by seq")
                .bind(ProjectId(filled.project.parse()?))
                .bind(last)
                .bind(upto)
                .all()
                .await?;
            rows.iter().try_for_each(|(body,)| slow.apply(body))?;
            last = upto;
        }
        if digest(slow.0.iter()) != *board {
            return Err(format!("the board at {seq} is not what the log adds up to").into());
        }
    }
    db.close().await;
    println!("\nEach of them is what a slow fold of the log gives.");
    Ok(())
}
