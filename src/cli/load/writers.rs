//! The changes of a load test: each is made once, whatever happens to the server meanwhile.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use tokio::{
    task::LocalSet,
    time::{self, Instant},
};

use super::{Options, readers::Plan, target::Target};
use crate::client::{Api, Credential, Failure};

/// How long the server may be out of reach.
const TIMEOUT: Duration = Duration::from_mins(1);
const RETRY: Duration = Duration::from_millis(100);

pub struct Work {
    pub url: String,
    pub token: String,
    pub tasks: Vec<String>,
    pub total: u64,
    pub rate: u32,
    pub writers: usize,
    pub done: AtomicU64,
    /// Make no more changes.
    pub stop: AtomicBool,
}

impl Work {
    pub fn new(options: &Options, target: &Target, total: u64) -> Self {
        Self {
            url: target.url.clone(),
            token: target.token.clone(),
            tasks: target.tasks.clone(),
            total,
            rate: options.rate,
            writers: options.writers,
            done: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        }
    }
}

/// What the writers have done.
#[derive(Default)]
pub struct Written {
    /// The last event that was answered.
    pub last: i64,
    pub changes: u64,
    pub took: Duration,
    pub failure: Option<String>,
}

/// Change titles at the rate, each writer on a connection of its own. The writers have a thread to themselves, so that
/// the moment of an answer does not depend on how busy the readers are.
pub async fn write(plan: Arc<Plan>, work: Arc<Work>) -> Written {
    let began = Instant::now();
    let next = Rc::new(Cell::new(0));
    let written = Rc::new(RefCell::new(Written::default()));
    let writers = LocalSet::new();
    for _ in 0..work.writers.max(1) {
        let (plan, work, next, written) = (plan.clone(), work.clone(), next.clone(), written.clone());
        writers.spawn_local(async move {
            if let Err(failure) = writer(&plan, &work, &next, began, &written).await {
                // The test has failed; the other writers stop too.
                work.stop.store(true, Ordering::Release);
                written.borrow_mut().failure.get_or_insert(failure.to_string());
            }
        });
    }
    writers.await;
    Written { took: began.elapsed(), ..written.take() }
}

async fn writer(
    plan: &Plan,
    work: &Work,
    next: &Cell<u64>,
    began: Instant,
    written: &RefCell<Written>,
) -> Result<(), Failure> {
    let mut api = Api::new(&work.url, Credential::Token(work.token.clone()))?;
    while !work.stop.load(Ordering::Acquire) {
        let number = next.get();
        if number >= work.total {
            break;
        }
        next.set(number + 1);
        // A writer that is late catches up: the rate does not depend on how fast the server answers.
        time::sleep_until(began + due(number, work.rate)).await;
        if work.stop.load(Ordering::Acquire) {
            break;
        }
        let task = &work.tasks[usize::try_from(number).unwrap_or(0) % work.tasks.len()];
        let seq = change(&mut api, plan, task, number).await?;
        let mut written = written.borrow_mut();
        written.last = written.last.max(seq);
        written.changes += 1;
        work.done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn due(number: u64, rate: u32) -> Duration {
    Duration::from_nanos(1_000_000_000 * number / u64::from(rate.max(1)))
}

/// Make one change. Without an answer it is asked for again under the same idempotency key.
async fn change(api: &mut Api, plan: &Plan, task: &str, number: u64) -> Result<i64, Failure> {
    let path = format!("/projects/{}/tasks/{task}", plan.project);
    let body = json!({"title": format!("Change {number}")});
    // The server remembers keys for a day; the project is new in each run.
    let key = format!("{}-{number}", plan.project);
    let until = Instant::now() + TIMEOUT;
    let mut at_once = true;
    loop {
        match api.call("PATCH", &path, Some(&body), Some(&key)).await {
            Ok(answer) => {
                let seq = answer.body["version"].as_i64();
                let seq = seq.ok_or_else(|| Failure::Refused("the server's answer has no version".into()))?;
                plan.answers.answered(seq, at_once);
                return Ok(seq);
            }
            Err(Failure::Broken(why)) if Instant::now() < until => tracing::debug!(why, "a change is asked for again"),
            Err(failure) => return Err(failure),
        }
        at_once = false;
        time::sleep(RETRY).await;
    }
}
