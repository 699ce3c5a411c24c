//! The streams, many on each of a few threads. A stream is a task with a socket and a few counters, and allocates nothing for
//! a frame: the reading is not to slow down what it measures.

use std::{
    cell::RefCell,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use tokio::{
    sync::{Semaphore, watch},
    task::{self, JoinHandle},
    time,
};

use super::{Answers, Chains, report::Tally};
use crate::client::{Arrival, Failure, Frame, Order, Stream};

/// How many streams of a thread connect at the same time: the listen queue of a server is short.
const MAX_CONNECTING: usize = 64;
/// How long to wait before connecting again, where the server did not say.
const RETRY: Duration = Duration::from_millis(200);
/// The longest such wait, whatever the server says: the test has to end.
const MAX_RETRY: Duration = Duration::from_secs(10);
const BUFFER: usize = 256 << 10;

/// What all readers need.
pub struct Plan {
    pub host: String,
    pub path: String,
    pub project: String,
    /// One for each person.
    pub tokens: Vec<String>,
    pub answers: Answers,
    pub chains: Chains,
    pub progress: Progress,
}

/// What the progress bars show.
#[derive(Default)]
pub struct Progress {
    /// Streams that were connected at least once.
    pub connected: AtomicUsize,
    /// Streams that are connected now.
    pub online: AtomicUsize,
    /// Events that arrived for the first time, or that a reset left out.
    pub settled: AtomicU64,
    /// Streams that were turned away.
    pub busy: AtomicU64,
}

/// The streams, until `over` has a value: the number of the last event.
pub struct Readers {
    threads: Vec<JoinHandle<Result<Vec<Tally>, String>>>,
}

impl Readers {
    pub fn open(plan: &Arc<Plan>, streams: usize, over: &watch::Receiver<Option<i64>>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = (cores / 4).clamp(1, 8).min(streams.max(1));
        let groups = (0..threads).map(|thread| {
            let (plan, over) = (plan.clone(), over.clone());
            let numbers = (thread..streams).step_by(threads).collect();
            task::spawn_blocking(move || super::on_this_thread(group(plan, numbers, over)))
        });
        Self { threads: groups.collect() }
    }

    /// What they saw, a tally for each thread.
    pub async fn join(self) -> Result<Vec<Tally>, String> {
        let mut tallies = vec![];
        for thread in self.threads {
            tallies.extend(thread.await.map_err(|error| error.to_string())??);
        }
        Ok(tallies)
    }
}

/// The streams of one thread; `over` holds the last event's number.
async fn group(plan: Arc<Plan>, numbers: Vec<usize>, mut over: watch::Receiver<Option<i64>>) -> Vec<Tally> {
    let tally = Rc::new(RefCell::new(Tally::default()));
    let buffer = Rc::new(RefCell::new(vec![0; BUFFER]));
    let permits = Rc::new(Semaphore::new(MAX_CONNECTING));
    let mut orders = vec![];
    let readers = task::LocalSet::new();
    for number in numbers {
        let order = Rc::new(RefCell::new(None));
        let reader = Reader {
            plan: plan.clone(),
            token: number % plan.tokens.len(),
            tally: tally.clone(),
            order: order.clone(),
            buffer: buffer.clone(),
            permits: permits.clone(),
            cursor: None,
            ready: false,
            online: false,
        };
        orders.push(order);
        readers.spawn_local(reader.run());
    }
    // An error means that the test was given up.
    let last = readers.run_until(async { over.wait_for(Option::is_some).await.ok().and_then(|last| *last) }).await;
    drop(readers);
    let mut tally = tally.take();
    for order in orders {
        if let Some((first, order)) = &*order.borrow() {
            tally.ended(*first, order, last.unwrap_or_else(|| order.last()));
        }
    }
    vec![tally]
}

struct Reader {
    plan: Arc<Plan>,
    token: usize,
    tally: Rc<RefCell<Tally>>,
    /// The last event before those that this stream has to receive, and how these arrive; none before `hello`.
    order: Rc<RefCell<Option<(i64, Order)>>>,
    buffer: Rc<RefCell<Vec<u8>>>,
    permits: Rc<Semaphore>,
    cursor: Option<String>,
    /// It has received `hello` and a cursor, so that it can go on after a cut.
    ready: bool,
    /// It is ready and connected.
    online: bool,
}

impl Reader {
    async fn run(mut self) {
        loop {
            let mut retry = RETRY;
            match self.follow(&mut retry).await {
                // The next attempt would be refused too.
                Err(Failure::Refused(why)) => {
                    tracing::warn!(why, "a stream was refused");
                    return self.tally.borrow_mut().refused(why);
                }
                Err(Failure::Broken(why)) => tracing::debug!(why, "a stream broke off"),
                Ok(()) => {}
            }
            if std::mem::take(&mut self.online) {
                self.plan.progress.online.fetch_sub(1, Ordering::Relaxed);
                self.tally.borrow_mut().cuts += 1;
            }
            time::sleep(retry.min(MAX_RETRY)).await;
        }
    }

    /// One connection, to its end. `retry` becomes how long the server wants the client to wait before the next one.
    async fn follow(&mut self, retry: &mut Duration) -> Result<(), Failure> {
        let permits = self.permits.clone();
        let mut connecting = permits.acquire().await.ok();
        let plan = self.plan.clone();
        let token = &plan.tokens[self.token];
        let mut stream = Stream::open(&plan.host, &plan.path, token, self.cursor.as_deref()).await?;
        let buffer = self.buffer.clone();
        loop {
            stream.readable().await?;
            let now = plan.answers.now();
            let goes_on = stream.read(&mut buffer.borrow_mut(), |frame| self.frame(frame, now, retry))?;
            if !goes_on {
                return Ok(());
            }
            if self.online {
                drop(connecting.take());
            }
        }
    }

    fn frame(&mut self, frame: Frame<'_>, now: u64, retry: &mut Duration) {
        if let Some(ms) = frame.retry {
            *retry = Duration::from_millis(ms);
        }
        if let Some(id) = frame.id {
            let cursor = self.cursor.get_or_insert_default();
            cursor.clear();
            cursor.push_str(id);
            if !self.ready && self.order.borrow().is_some() {
                self.ready = true;
                self.come_online();
                self.plan.progress.connected.fetch_add(1, Ordering::Relaxed);
            }
        }
        match frame.event {
            "hello" | "reset" => self.start_from(&serde_json::from_str(frame.data).unwrap_or_default()),
            "bye" if frame.data.contains("busy") => {
                self.plan.progress.busy.fetch_add(1, Ordering::Relaxed);
            }
            _ if frame.is_event() => {
                if let (Some(seq), Some((_, order))) = (frame.seq(), self.order.borrow_mut().as_mut()) {
                    let arrival = order.arrived(seq);
                    let mut tally = self.tally.borrow_mut();
                    tally.arrived(arrival, self.plan.answers.lag(seq, now));
                    tally.mischained += u64::from(!self.plan.chains.fits(seq, frame.data));
                    if !matches!(arrival, Arrival::Repeated | Arrival::Duplicate) {
                        self.plan.progress.settled.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
            _ => {}
        }
    }

    fn come_online(&mut self) {
        self.online = true;
        self.plan.progress.online.fetch_add(1, Ordering::Relaxed);
    }

    /// The server tells from which event on it sends: `hello` or `reset`.
    fn start_from(&mut self, told: &Value) {
        let position = &told["projects"][&self.plan.project];
        let (Some(from), Some(head)) = (position["from"].as_i64(), position["head"].as_i64()) else { return };
        let followed = self.order.clone();
        let mut followed = followed.borrow_mut();
        let order = match &mut *followed {
            Some((_, order)) if self.ready => order,
            // A stream that never received a cursor starts anew.
            none => {
                *none = Some((from, Order::after(from)));
                return;
            }
        };
        if position["status"] == "reset" {
            let skipped = order.reset(head);
            let mut tally = self.tally.borrow_mut();
            tally.resets += 1;
            tally.skipped += skipped;
            self.plan.progress.settled.fetch_add(skipped, Ordering::Relaxed);
        } else {
            order.resume(from);
        }
        if !self.online {
            self.come_online();
        }
    }
}
