//! The streams, many on each of a few threads. A stream is a task of its own, and costs its socket, a counter and
//! nothing for each frame: whoever measures must not be what is measured.

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

use super::{Answers, report::Tally};
use crate::client::{Arrival, Failure, Frame, Order, Stream};

/// How many connect at the same time: the listen queue of a server is short.
const AT_ONCE: usize = 64;
/// Before trying again, where the server said nothing about it.
const PAUSE: Duration = Duration::from_millis(200);
/// No pause is longer, whatever the server asks for: the end of the test has to come.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
const BUFFER: usize = 256 << 10;

/// What all readers need.
pub struct Plan {
    pub host: String,
    pub path: String,
    pub project: String,
    /// One for each person.
    pub tokens: Vec<String>,
    pub answers: Answers,
    pub progress: Progress,
}

/// For those who watch.
#[derive(Default)]
pub struct Progress {
    /// Streams that got through once, and those that are there now.
    pub connected: AtomicUsize,
    pub here: AtomicUsize,
    /// Events that came for the first time, or of which the server said that they will not come.
    pub settled: AtomicU64,
    /// Streams that were turned away.
    pub busy: AtomicU64,
}

/// Streams on threads of their own, until `over`.
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

    /// What they saw, one a thread; they end when `over` says so.
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
    let room = Rc::new(Semaphore::new(AT_ONCE));
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
            room: room.clone(),
            cursor: None,
            ready: false,
            here: false,
        };
        orders.push(order);
        readers.spawn_local(reader.run());
    }
    // An error means that nobody is interested any more.
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
    /// The last event before the first that this stream has to get, and how they come; none before hello.
    order: Rc<RefCell<Option<(i64, Order)>>>,
    buffer: Rc<RefCell<Vec<u8>>>,
    room: Rc<Semaphore>,
    cursor: Option<String>,
    /// Said hello and where it goes on after a cut.
    ready: bool,
    /// And is connected.
    here: bool,
}

impl Reader {
    async fn run(mut self) {
        loop {
            let mut pause = PAUSE;
            match self.follow(&mut pause).await {
                // There is nothing to come back for.
                Err(Failure::Refused(why)) => {
                    tracing::warn!(why, "a stream was refused");
                    return self.tally.borrow_mut().refused(why);
                }
                Err(Failure::Broken(why)) => tracing::debug!(why, "a stream broke off"),
                Ok(()) => {}
            }
            if std::mem::take(&mut self.here) {
                self.plan.progress.here.fetch_sub(1, Ordering::Relaxed);
                self.tally.borrow_mut().cuts += 1;
            }
            time::sleep(pause.min(LONGEST_PAUSE)).await;
        }
    }

    /// One connection, from its beginning to its end.
    async fn follow(&mut self, pause: &mut Duration) -> Result<(), Failure> {
        let room = self.room.clone();
        let mut connecting = room.acquire().await.ok();
        let plan = self.plan.clone();
        let token = &plan.tokens[self.token];
        let mut stream = Stream::open(&plan.host, &plan.path, token, self.cursor.as_deref()).await?;
        let buffer = self.buffer.clone();
        loop {
            stream.readable().await?;
            let now = plan.answers.now();
            let goes_on = stream.read(&mut buffer.borrow_mut(), |frame| self.take(frame, now, pause))?;
            if !goes_on {
                return Ok(());
            }
            if self.here {
                drop(connecting.take());
            }
        }
    }

    fn take(&mut self, frame: Frame<'_>, now: u64, pause: &mut Duration) {
        if let Some(retry) = frame.retry {
            *pause = Duration::from_millis(retry);
        }
        if let Some(id) = frame.id {
            let cursor = self.cursor.get_or_insert_default();
            cursor.clear();
            cursor.push_str(id);
            if !self.ready && self.order.borrow().is_some() {
                self.ready = true;
                self.arrive();
                self.plan.progress.connected.fetch_add(1, Ordering::Relaxed);
            }
        }
        match frame.event {
            "hello" | "reset" => self.stand(&serde_json::from_str(frame.data).unwrap_or_default()),
            "bye" if frame.data.contains("busy") => {
                self.plan.progress.busy.fetch_add(1, Ordering::Relaxed);
            }
            _ if frame.is_event() => {
                if let (Some(seq), Some((_, order))) = (frame.seq(), self.order.borrow_mut().as_mut()) {
                    let arrival = order.arrived(seq);
                    self.tally.borrow_mut().arrived(arrival, self.plan.answers.lag(seq, now));
                    if !matches!(arrival, Arrival::Again | Arrival::Double) {
                        self.plan.progress.settled.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
            _ => {}
        }
    }

    fn arrive(&mut self) {
        self.here = true;
        self.plan.progress.here.fetch_add(1, Ordering::Relaxed);
    }

    /// Where the server says that the project stands.
    fn stand(&mut self, said: &Value) {
        let standing = &said["projects"][&self.plan.project];
        let (Some(from), Some(head)) = (standing["from"].as_i64(), standing["head"].as_i64()) else { return };
        let place = self.order.clone();
        let mut place = place.borrow_mut();
        let order = match &mut *place {
            Some((_, order)) if self.ready => order,
            // Only a stream that got a cursor can come back to where it was.
            none => {
                *none = Some((from, Order::after(from)));
                return;
            }
        };
        if standing["status"] == "reset" {
            let skipped = order.reset(head);
            let mut tally = self.tally.borrow_mut();
            tally.resets += 1;
            tally.skipped += skipped;
            self.plan.progress.settled.fetch_add(skipped, Ordering::Relaxed);
        } else {
            order.resume(from);
        }
        if !self.here {
            self.arrive();
        }
    }
}
