//! Who listens, and what they are told. The log in the database is the truth: everything here may be lost
//! at any moment without losing an event.

mod cursor;
pub mod doorbell;
mod pace;
mod pages;
mod readers;
mod repair;
mod row;
mod topic;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

pub use cursor::Cursor;
use doorbell::{Bell, Hint};
use pages::{KEPT, PAGE};
use parking_lot::Mutex;
pub use readers::{Reader, Signal, Sleeper};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};
pub use topic::{Next, Subscription, Topic};
use uuid::Uuid;

use crate::{
    db::Db,
    error::Result,
    event::{self, Frame, PAGE_BYTES},
    faults::{self, Fault, planted},
    hub::{
        readers::Readers,
        topic::{Offered, RING_EVENTS},
    },
    ids::{ProjectId, UserId},
};

/// How long a hole (n + 1 offered before n) may last before it is filled from the log.
const HOLE: Duration = Duration::from_millis(5);
/// How many streams look up at once where they begin.
const BEGINNINGS: usize = 4;
/// In how many parts streams are said goodbye to, and how many are in one at least.
const DRAIN_PARTS: usize = 20;
const DRAIN_AT_LEAST: usize = 50;

#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    db: Db,
    epoch: Arc<str>,
    topics: Mutex<HashMap<ProjectId, Arc<Topic>>>,
    readers: Arc<Readers>,
    /// Where the other nodes' doorbell is rung, if there are others.
    bell: OnceLock<Arc<Bell>>,
    beginnings: Semaphore,
}

fn weight(frames: &[Frame]) -> usize {
    frames.iter().map(Frame::len).sum()
}

/// Whether a page of the log may end for another reason than the log's own end.
fn may_go_on(frames: &[Frame]) -> bool {
    i64::try_from(frames.len()).is_ok_and(|count| count >= PAGE) || weight(frames) >= PAGE_BYTES
}

impl Hub {
    #[must_use]
    pub fn new(db: Db, epoch: Arc<str>) -> Self {
        Self(Arc::new(Inner {
            db,
            epoch,
            topics: Mutex::default(),
            readers: Arc::default(),
            bell: OnceLock::new(),
            beginnings: Semaphore::new(BEGINNINGS),
        }))
    }

    fn topic(&self, project: ProjectId) -> Option<Arc<Topic>> {
        self.0.topics.lock().get(&project).cloned()
    }

    /// From here on there are other nodes to tell, with the frames where what rings can carry them.
    #[must_use]
    pub fn hang_bell(&self, carries: bool) -> Arc<Bell> {
        self.0.bell.get_or_init(|| Arc::new(Bell::new(carries))).clone()
    }

    fn ring(&self, hint: Hint, frame: Option<&Frame>) {
        if let Some(bell) = self.0.bell.get()
            && !faults::hint_is_lost()
            && !planted(Fault::DoorbellNeverRings)
        {
            bell.add(hint, frame);
        }
    }

    /// Another node rang.
    pub fn heard(&self, hint: Hint) {
        match hint {
            Hint::Moved(project, seq) => {
                if self.topic(project).is_some_and(|topic| topic.head().is_none_or(|head| head < seq)) {
                    self.repair(project);
                }
            }
            Hint::Told(user) => self.0.readers.tell(user),
            Hint::Ended(credential) => self.0.readers.end(|_, of| of == credential),
            Hint::UserEnded(user, but) => self.0.readers.end(|reader, of| reader == user && Some(of) != but),
        }
    }

    /// An event was committed: give it to whoever reads along.
    pub fn offer(&self, project: ProjectId, frame: Frame) {
        self.ring(Hint::Moved(project, frame.seq), Some(&frame));
        self.receive(project, frame);
    }

    /// An event was committed, here or on another node.
    pub fn receive(&self, project: ProjectId, frame: Frame) {
        let Some(topic) = self.topic(project) else { return };
        if topic.offer(frame) == Offered::Hole && topic.repair.watch() {
            let hub = self.clone();
            tokio::spawn(async move { hub.watch(&topic, project).await });
        }
    }

    /// Read the log for a hole that lasts. Most do not: writers that share a COMMIT offer their events in any order.
    async fn watch(&self, topic: &Arc<Topic>, project: ProjectId) {
        loop {
            while let Some(hole) = topic.hole() {
                tokio::time::sleep(HOLE).await;
                if topic.hole() != Some(hole) {
                    continue;
                }
                let turn = topic.repair.turn().await;
                if topic.hole() == Some(hole) {
                    self.fill(topic, project).await;
                }
                drop(turn);
                // What cannot be read now is found by the next repair.
                if topic.hole() == Some(hole) {
                    return topic.repair.leave();
                }
            }
            topic.repair.leave();
            // Another one may have come in between, and found that somebody watches.
            if topic.hole().is_none() || !topic.repair.watch() {
                return;
            }
        }
    }

    /// Perhaps something was committed: look into the log.
    pub fn repair(&self, project: ProjectId) {
        let Some(topic) = self.topic(project) else { return };
        if topic.repair.is_new() {
            let hub = self.clone();
            tokio::spawn(async move {
                let _turn = topic.repair.turn().await;
                topic.repair.begins();
                hub.fill(&topic, project).await;
            });
        }
    }

    async fn fill(&self, topic: &Arc<Topic>, project: ProjectId) {
        while let Some(head) = topic.head() {
            let frames = match self.log(project, head, PAGE).await {
                Ok(frames) => frames,
                Err(error) => {
                    tracing::warn!(%error, %project, "the log could not be read to fill a hole");
                    return;
                }
            };
            let more = may_go_on(&frames);
            if let Some(first) = frames.first() {
                // Nothing when it is the next one. Else the next one was trimmed away.
                topic.begin_anew(first.seq - 1);
            }
            for frame in frames {
                topic.offer(frame);
            }
            if !more {
                return;
            }
        }
    }

    async fn log(&self, project: ProjectId, after: i64, limit: i64) -> Result<Vec<Frame>> {
        let frames = event::frames_after(&self.0.db, &self.0.epoch, project, after, limit).await?;
        tracing::debug!(target: "boardcast::log", %project, after, bytes = weight(&frames), "read");
        Ok(frames)
    }

    /// The next events behind a cursor that the ring does not reach; none when the log does not either. When many come
    /// back at once, after a restart for instance, the first one fetches for all: what fits into the ring is read once,
    /// and what does not, a page at a time.
    pub async fn fetch(&self, topic: &Arc<Topic>, project: ProjectId, after: i64) -> Result<Vec<Frame>> {
        let mut pages = topic.pages.lock().await;
        if let Next::Frame(frame) = topic.next(after) {
            return Ok(vec![frame]);
        }
        let (Some(head), Some(floor)) = (topic.head(), topic.floor()) else { return Ok(vec![]) };
        let reach = (head - i64::try_from(RING_EVENTS).unwrap_or(0)).max(0);
        if after >= reach && topic.has_room() {
            let mut frames = event::frames_upto(&self.0.db, &self.0.epoch, project, reach, floor).await?;
            tracing::debug!(target: "boardcast::log", %project, upto = floor, bytes = weight(&frames), "read");
            topic.backfill(frames.clone());
            // When they are long, what this reader needs may not be among them.
            let whole = weight(&frames) < PAGE_BYTES;
            if frames.first().is_some_and(|first| whole || first.seq <= after + 1) {
                frames.retain(|frame| frame.seq > after);
                return Ok(frames);
            }
        }
        loop {
            let now = Instant::now();
            if let Some(frames) = pages.behind(after, now) {
                return Ok(frames);
            }
            let begin = pages.begin(after);
            let frames = self.log(project, begin, PAGE).await?;
            let ends = !may_go_on(&frames);
            if pages.keep(begin, frames, now) {
                // The last reader of a page leaves nothing behind.
                let topic = topic.clone();
                tokio::spawn(async move {
                    loop {
                        tokio::time::sleep(KEPT).await;
                        if topic.pages.lock().await.sweep(Instant::now()) {
                            return;
                        }
                    }
                });
            }
            let found = pages.behind(after, now);
            if found.is_some() || ends || begin == after {
                return Ok(found.unwrap_or_default());
            }
            // Pages turned out to be shorter than the way from there to the cursor.
        }
    }

    /// Listen to a project. What is committed from here on will be offered; what came before is in the log, so
    /// subscribe *before* reading where the log ends.
    #[must_use]
    pub fn subscribe(&self, project: ProjectId, signal: &Arc<Signal>) -> Subscription {
        let mut topics = self.0.topics.lock();
        let topic = topics.entry(project).or_default().clone();
        let key = topic.add(signal.clone());
        Subscription { hub: self.clone(), project, topic, key }
    }

    fn unsubscribe(&self, project: ProjectId, topic: &Topic, key: u64) {
        let mut topics = self.0.topics.lock();
        if topic.remove(key) == 0 {
            topics.remove(&project);
        }
    }

    /// Wait for a turn to look up where a stream begins. After a cut thousands come back at once, and whoever changes
    /// something needs the database too.
    pub async fn beginning(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed.
        self.0.beginnings.acquire().await.ok()
    }

    /// Count a stream of this user and credential.
    #[must_use]
    pub fn reader(&self, user: UserId, credential: Uuid) -> Reader {
        Readers::add(&self.0.readers, user, credential)
    }

    /// Something that concerns this user changed: memberships or notifications.
    pub fn tell(&self, user: UserId) {
        if planted(Fault::JoiningUnheard) {
            return;
        }
        self.heard(Hint::Told(user));
        self.ring(Hint::Told(user), None);
    }

    /// A session or token ended: close its streams.
    pub fn end(&self, credential: Uuid) {
        if !planted(Fault::RevocationUnheard) {
            self.heard(Hint::Ended(credential));
        }
        self.ring(Hint::Ended(credential), None);
    }

    /// Close all streams of a user, but for those of one session.
    pub fn end_user(&self, user: UserId, but: Option<Uuid>) {
        self.heard(Hint::UserEnded(user, but));
        self.ring(Hint::UserEnded(user, but), None);
    }

    /// Close all streams: what they are told can no longer be checked. They come back by themselves.
    pub fn cut(&self) {
        self.0.readers.cut();
    }

    /// Whose streams are open, and by which sessions and tokens.
    #[must_use]
    pub fn open_readers(&self) -> Vec<(UserId, Uuid)> {
        self.0.readers.open()
    }

    /// Say goodbye to all streams, a part after the other, and to those that still come at once.
    pub async fn drain(&self, within: Duration) {
        let open = self.0.readers.drain();
        let part = (open.len() / DRAIN_PARTS).max(DRAIN_AT_LEAST);
        for (n, part) in open.chunks(part).enumerate() {
            if n > 0 {
                tokio::time::sleep(within / u32::try_from(DRAIN_PARTS).unwrap_or(u32::MAX)).await;
            }
            for signal in part {
                signal.drain();
            }
        }
    }

    /// How many streams are open.
    #[must_use]
    pub fn reader_count(&self) -> usize {
        self.0.readers.count()
    }

    /// The projects that somebody reads.
    #[must_use]
    pub fn hosted(&self) -> Vec<(ProjectId, i64)> {
        self.0.topics.lock().iter().filter_map(|(project, topic)| Some((*project, topic.head()?))).collect()
    }
}
