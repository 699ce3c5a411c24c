//! How committed events reach the streams that follow a project, on this node and on others.
//!
//! A request publishes its event to the project's `Topic`; each `stream` reads the topic by a cursor of its own; a
//! `cluster` hint reaches the other nodes. The log in the database is the truth: whatever is kept here may be lost at
//! any moment, and no event is lost with it.
//!
//! - `topic`, `ring`: the latest frames of a project, and the listeners for new ones
//! - `fanout`, `coalesce`, `signal`: how and when the listeners are notified
//! - `gap`, `repair`: what the topic missed is read from the log
//! - `catch_up`, `log_pages`: what a stream missed is read from the log
//! - `presence`: keeps in memory which members are in a project and what they do
//! - `meters`, `nodes`: what each node measures, and tells the others of itself
//! - `reach`: waits until a project is at an event
//! - `follower`: wakes what sends events elsewhere
//! - `registry`: the open streams; `cursor`: where a stream goes on
//! - `stream`: what is written to a stream, and how; `cluster`: several nodes on one database

mod catch_up;
pub mod cluster;
mod coalesce;
mod cursor;
mod fanout;
mod follower;
mod gap;
mod log_pages;
mod meters;
mod nodes;
pub mod presence;
mod reach;
mod registry;
mod repair;
mod ring;
mod signal;
pub mod stream;
mod subscription;
mod topic;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};
use uuid::Uuid;

use self::{
    cluster::{hint_queue::HintQueue, hints::Hint},
    log_pages::size,
    meters::Meters,
    nodes::Nodes,
    presence::{Departure, Presence},
    registry::Registry,
    ring::Inserted,
};
pub use self::{
    cursor::Cursor, follower::Follower, meters::Totals, nodes::EVERY, registry::Registration, registry::StreamKind,
    ring::Next, signal::Signal, subscription::Subscription, topic::Topic,
};
use crate::{
    base::{
        error::Result,
        ids::{ProjectId, RequestId, UserId},
    },
    db::Db,
    faults::{self, planted},
    log::{self, Frame},
};

/// How many streams look up at the same time where they begin.
const OPENINGS: usize = 4;
/// A drain says `bye` to the streams in this many parts, of at least so many streams.
const DRAIN_PARTS: usize = 20;
const DRAIN_AT_LEAST: usize = 50;

/// The topics, the open streams and the queue of hints of this node; cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    db: Db,
    epoch: Arc<str>,
    topics: Mutex<HashMap<ProjectId, Arc<Topic>>>,
    registry: Arc<Registry>,
    presence: Presence,
    meters: Meters,
    /// The id of this node.
    node: Uuid,
    nodes: Nodes,
    follower: Follower,
    /// Set when other nodes may share the database.
    hints: OnceLock<Arc<HintQueue>>,
    openings: Semaphore,
}

impl Live {
    #[must_use]
    pub fn new(db: Db, epoch: Arc<str>) -> Self {
        Self(Arc::new(Inner {
            db,
            epoch,
            topics: Mutex::default(),
            registry: Arc::default(),
            presence: Presence::default(),
            meters: Meters::default(),
            node: RequestId::new().0,
            nodes: Nodes::default(),
            follower: Follower::default(),
            hints: OnceLock::new(),
            openings: Semaphore::new(OPENINGS),
        }))
    }

    fn topic(&self, project: ProjectId) -> Option<Arc<Topic>> {
        self.0.topics.lock().get(&project).cloned()
    }

    async fn read_log(&self, project: ProjectId, after: i64, limit: i64) -> Result<Vec<Frame>> {
        let frames = log::read::frames_after(&self.0.db, &self.0.epoch, project, after, limit).await?;
        tracing::debug!(target: "boardcast::log", %project, after, bytes = size(&frames), "read");
        Ok(frames)
    }

    /// A request committed this event: give it to the streams here, and send the other nodes a hint.
    pub fn publish(&self, project: ProjectId, frame: Frame) {
        self.0.meters.changed();
        if let Some(user) = frame.left {
            let departure = Departure { user, project: Some(project), credential: None };
            planted!(FormerMembersStay => (), self.depart(departure));
        }
        self.send_hint(Hint::Head(project, frame.seq), Some(&frame));
        self.receive(project, frame);
    }

    /// This event was committed, here or on another node: give it to the streams here.
    pub fn receive(&self, project: ProjectId, mut frame: Frame) {
        self.0.follower.changed(project, frame.seq);
        let Some(topic) = self.topic(project) else { return };
        frame.received = Some(Instant::now());
        if topic.insert(frame) == Inserted::Gap {
            self.watch_gap(topic, project);
        }
    }

    /// Memberships or notifications of this user changed: its streams look them up.
    pub fn notify_user(&self, user: UserId) {
        planted!(UserNotNotified => (), {
            self.apply_hint(Hint::UserChanged(user));
            self.send_hint(Hint::UserChanged(user), None);
        });
    }

    /// A session or token ended: close its streams.
    pub fn end_credential(&self, credential: Uuid) {
        planted!(RevocationIgnored => (), self.apply_hint(Hint::CredentialEnded(credential)));
        self.send_hint(Hint::CredentialEnded(credential), None);
    }

    /// Close all streams of a user, except those of one session.
    pub fn end_user(&self, user: UserId, except: Option<Uuid>) {
        self.apply_hint(Hint::UserEnded(user, except));
        self.send_hint(Hint::UserEnded(user, except), None);
    }

    /// Wakes what sends events elsewhere.
    #[must_use]
    pub fn follower(&self) -> &Follower {
        &self.0.follower
    }

    /// From here on hints for other nodes are queued; with the frames, if what sends them can carry frames.
    #[must_use]
    pub fn queue_hints(&self, with_frames: bool) -> Arc<HintQueue> {
        self.0.hints.get_or_init(|| Arc::new(HintQueue::new(with_frames))).clone()
    }

    fn send_hint(&self, hint: Hint, frame: Option<&Frame>) {
        if let Some(hints) = self.0.hints.get()
            && planted!(HintsNeverSent => false, !faults::hint_is_lost())
        {
            hints.push(hint, frame);
        }
    }

    /// The id of this node.
    #[must_use]
    pub fn node(&self) -> Uuid {
        self.0.node
    }

    #[must_use]
    pub fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// Send the hints that waited for others to go along with.
    fn nudge_hints(&self) {
        if let Some(hints) = self.0.hints.get() {
            hints.nudge();
        }
    }

    /// Do what a hint says, whether it comes from here, from another node, or from a comparison with the database.
    pub fn apply_hint(&self, hint: Hint) {
        match hint {
            Hint::Head(project, seq) => {
                self.0.follower.changed(project, seq);
                if self.topic(project).is_some_and(|topic| topic.head().is_none_or(|head| head < seq)) {
                    self.repair(project);
                }
            }
            Hint::UserChanged(user) => self.0.registry.notify(user),
            Hint::CredentialEnded(credential) => {
                self.0.registry.end(|_, of| of == credential);
                self.0.presence.forget(None, |place| place.credential == credential);
            }
            Hint::UserEnded(user, except) => {
                self.0.registry.end(|owner, of| owner == user && Some(of) != except);
                self.0.presence.forget(None, |place| place.user == user && Some(place.credential) != except);
            }
            Hint::Node(report) => self.0.nodes.learn(report),
            Hint::Present(sighting) => drop(self.0.presence.see(&sighting)),
            Hint::Departed(departure) => {
                if let Some(hints) = self.0.hints.get() {
                    hints.forget(&departure);
                }
                self.0.presence.forget(departure.project, |place| departure.is_of(place));
            }
        }
    }

    /// Wait for a permit to look up where a stream begins. After a restart thousands come back at once, and the requests
    /// that change something need the database too.
    pub async fn opening_permit(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.0.openings.acquire().await.ok()
    }

    /// Register a stream of this user and credential.
    #[must_use]
    pub fn register(&self, user: UserId, credential: Uuid, kind: StreamKind) -> Registration {
        Registry::add(&self.0.registry, user, credential, kind)
    }

    /// Close all streams, because nothing that they say can be checked any more. Their clients come back by themselves.
    pub fn cut_off(&self) {
        self.0.registry.cut_off();
    }

    /// Say `bye` to all streams, one part after the other, and at once to those that still come.
    pub async fn drain(&self, within: Duration) {
        let open = self.0.registry.drain();
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

    /// The user and the session or token of each open stream.
    #[must_use]
    pub fn stream_owners(&self) -> Vec<(UserId, Uuid)> {
        self.0.registry.owners()
    }

    /// How many streams of each kind are open here.
    #[must_use]
    pub fn streams_by_kind(&self) -> [(StreamKind, usize); StreamKind::ALL.len()] {
        self.0.registry.by_kind()
    }

    #[must_use]
    pub fn stream_count(&self) -> usize {
        self.0.registry.count()
    }

    /// The projects that streams follow, and how far this node knows each of them.
    #[must_use]
    pub fn heads(&self) -> Vec<(ProjectId, i64)> {
        self.0.topics.lock().iter().filter_map(|(project, topic)| Some((*project, topic.head()?))).collect()
    }
}
