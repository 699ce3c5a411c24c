//! `boardcast load`: many streams of real members, changes through the real API, and every stream followed with a
//! check that nothing is lost, doubled or out of order. For operators who want to know what their machine carries.

mod api;
mod reader;
mod report;
mod target;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use tokio::{sync::mpsc, task::JoinSet, time};

use self::{
    api::Api,
    report::{Report, Tally},
    target::Target,
};

/// What goes wrong here is for people to read.
pub type Result<T> = std::result::Result<T, String>;

#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The server to load; a throw-away one of its own when absent.
    #[arg(long, value_name = "URL", requires = "token")]
    url: Option<String>,
    /// An API token with both scopes, for the server at --url. It makes a project, and accounts by invitation.
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// How many streams.
    #[arg(long, default_value_t = 1_000)]
    streams: usize,
    /// For how long changes are made.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Changes in a second.
    #[arg(long, default_value_t = 10)]
    rate: u32,
    /// How many people the streams belong to.
    #[arg(long, default_value_t = 20)]
    people: usize,
    /// How many changes may be under way at once.
    #[arg(long, default_value_t = 8)]
    writers: usize,
}

/// When each event was answered to its writer, in microseconds after the beginning, by its number.
pub struct Answers {
    began: Instant,
    first: i64,
    at: Vec<AtomicU64>,
}

impl Answers {
    fn new(first: i64, count: usize) -> Self {
        Self { began: Instant::now(), first, at: (0..count).map(|_| AtomicU64::new(0)).collect() }
    }

    fn slot(&self, seq: i64) -> Option<&AtomicU64> {
        self.at.get(usize::try_from(seq - self.first).ok()?)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn answered(&self, seq: i64) {
        if let Some(slot) = self.slot(seq) {
            slot.store(self.now(), Ordering::Release);
        }
    }

    /// How long after its writer's answer an event arrives now; nothing when it is there before the answer.
    fn lag(&self, seq: i64) -> Option<u64> {
        let answered = self.slot(seq)?.load(Ordering::Acquire);
        Some(if answered == 0 { 0 } else { self.now().saturating_sub(answered) })
    }
}

/// Run the load test; answers whether every stream got everything.
pub async fn run(options: Options) -> Result<bool> {
    let target = Target::open(&options).await?;
    let owner = target.owner();
    let project = target::project(&owner).await?;
    let people = target::people(&owner, &project, options.people.max(1)).await?;
    let tasks = target::tasks(&owner, &project, 50).await?;
    let head = owner.get(&format!("/projects/{project}/events?after=0&limit=1")).await?["head"].as_i64().unwrap_or(0);

    let changes = usize::try_from(options.seconds).unwrap_or(0) * usize::try_from(options.rate).unwrap_or(0);
    let answers = Arc::new(Answers::new(head + 1, changes + 1));
    let before = target.usage();
    let (tallies, mut counted) = mpsc::unbounded_channel::<Tally>();
    let over = Arc::new(AtomicBool::new(false));
    let delivered = Arc::new(AtomicU64::new(0));
    let (ready, mut readied) = mpsc::unbounded_channel();
    let connecting = bar(options.streams, "connecting");
    let mut readers = JoinSet::new();
    for number in 0..options.streams {
        let person = &people[number % people.len()];
        let reader = reader::Reader {
            url: target.url().to_owned(),
            token: person.clone(),
            project: project.clone(),
            answers: answers.clone(),
            over: over.clone(),
            delivered: delivered.clone(),
            ready: ready.clone(),
        };
        let tallies = tallies.clone();
        readers.spawn(async move {
            // The receiver lives until all readers have ended.
            let _ = tallies.send(reader.run().await);
        });
        // A few at a time: the listen queue of a server is short.
        if number % 50 == 49 {
            time::sleep(Duration::from_millis(10)).await;
        }
    }
    drop(tallies);
    drop(ready);
    let connected = all_ready(&mut readied, options.streams, &connecting).await;
    let idle = target.usage();

    let last = write(&options, &owner, &project, &tasks, &answers).await?;
    let expected = u64::try_from(last - head).unwrap_or(0) * u64::try_from(connected).unwrap_or(0);
    let deadline = Instant::now() + Duration::from_secs(10);
    while delivered.load(Ordering::Relaxed) < expected && Instant::now() < deadline {
        time::sleep(Duration::from_millis(20)).await;
    }
    let after = target.usage();
    over.store(true, Ordering::Release);
    readers.abort_all_after(Duration::from_secs(2)).await;

    let mut report = Report::new(options.streams, connected, expected);
    while let Ok(tally) = counted.try_recv() {
        report.add(&tally);
    }
    report.usage(before, idle, after);
    report.print();
    target.close(&owner, &project).await;
    Ok(report.clean())
}

fn bar(length: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(0)).with_message(what);
    let style = ProgressStyle::with_template("{msg:>12} {wide_bar} {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

async fn all_ready(ready: &mut mpsc::UnboundedReceiver<()>, streams: usize, bar: &ProgressBar) -> usize {
    let mut connected = 0;
    let patience = Duration::from_secs(30);
    while connected < streams && time::timeout(patience, ready.recv()).await.is_ok_and(|ready| ready.is_some()) {
        connected += 1;
        bar.inc(1);
    }
    bar.finish();
    connected
}

/// Change titles at the rate, a few at once; answers the last event.
async fn write(options: &Options, owner: &Api, project: &str, tasks: &[String], answers: &Arc<Answers>) -> Result<i64> {
    let total = options.seconds * u64::from(options.rate);
    let bar = bar(usize::try_from(total).unwrap_or(0), "changing");
    let mut tick = time::interval(Duration::from_secs(1) / options.rate.max(1));
    tick.set_missed_tick_behavior(time::MissedTickBehavior::Burst);
    let room = Arc::new(tokio::sync::Semaphore::new(options.writers.max(1)));
    let mut writing: JoinSet<Result<i64>> = JoinSet::new();
    let mut last = 0;
    let mut keep = |done: std::result::Result<Result<i64>, tokio::task::JoinError>| -> Result<()> {
        last = last.max(done.map_err(|error| error.to_string())??);
        Ok(())
    };
    for number in 0..total {
        tick.tick().await;
        let permit = room.clone().acquire_owned().await.map_err(|error| error.to_string())?;
        let task = &tasks[usize::try_from(number).unwrap_or(0) % tasks.len()];
        let (owner, path, answers) = (owner.clone(), format!("/projects/{project}/tasks/{task}"), answers.clone());
        writing.spawn(async move {
            let task = owner.send("PATCH", &path, &json!({"title": format!("Change {number}")})).await?;
            let seq = task["version"].as_i64().unwrap_or(0);
            answers.answered(seq);
            drop(permit);
            Ok(seq)
        });
        while let Some(done) = writing.try_join_next() {
            keep(done)?;
        }
        bar.inc(1);
    }
    while let Some(done) = writing.join_next().await {
        keep(done)?;
    }
    bar.finish();
    Ok(last)
}

trait AbortAfter {
    async fn abort_all_after(&mut self, patience: Duration);
}

impl AbortAfter for JoinSet<()> {
    async fn abort_all_after(&mut self, patience: Duration) {
        let ended = async { while self.join_next().await.is_some() {} };
        if time::timeout(patience, ended).await.is_err() {
            self.abort_all();
        }
    }
}

/// A text in a JSON answer.
fn text(value: &Value, field: &str) -> Result<String> {
    value[field].as_str().map(ToOwned::to_owned).ok_or_else(|| format!("the server's answer has no {field}: {value}"))
}
