//! The open streams: whose they are, and how each is woken.

use std::{
    collections::HashMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{faults, ids::UserId};

const TOLD: u8 = 1;
const ENDED: u8 = 2;
const DRAIN: u8 = 4;
const CUT: u8 = 8;
const MOVED: u8 = 16;

/// A stream that has nothing to do, as whoever has an event for it finds it.
pub trait Sleeper: Send + Sync {
    /// Give it what is due, here and now, without waking it. False when it has to be woken after all.
    fn serve(&self) -> bool;
}

/// Wakes one stream, and says why.
#[derive(Default)]
pub struct Signal {
    why: AtomicU8,
    waker: AtomicWaker,
    sleeper: OnceLock<Arc<dyn Sleeper>>,
}

/// Why a stream was woken, beside events that may wait in its topics.
#[derive(Clone, Copy, Debug, Default)]
pub struct Why(u8);

impl Why {
    /// Memberships or notifications changed.
    #[must_use]
    pub const fn told(self) -> bool {
        self.0 & TOLD != 0
    }

    /// The database has been out of reach for too long.
    #[must_use]
    pub const fn cut(self) -> bool {
        self.0 & CUT != 0
    }

    /// The server is going to stop.
    #[must_use]
    pub const fn drain(self) -> bool {
        self.0 & DRAIN != 0
    }
}

impl Signal {
    /// Something may wait in a topic. A stream that has not looked since the last time is not woken again: one that
    /// is stuck costs nothing.
    pub(super) fn wake(&self) {
        if self.why.fetch_or(MOVED, Ordering::AcqRel) & MOVED == 0 {
            self.waker.wake();
        }
    }

    /// Something waits in a topic that very many listen to: what a stream would do when it is woken is done here, if
    /// that is little. A task that is woken, queued and run costs a fifth of what the event itself does.
    pub(super) fn deliver(&self) {
        if !self.sleeper.get().is_some_and(|sleeper| sleeper.serve()) {
            self.wake();
        }
    }

    /// Who is served without being woken, from here on.
    pub fn lay_down(&self, sleeper: Arc<dyn Sleeper>) {
        // A stream does this once.
        let _ = self.sleeper.set(sleeper);
    }

    fn raise(&self, why: u8) {
        self.why.fetch_or(why | MOVED, Ordering::AcqRel);
        self.waker.wake();
    }

    fn end(self: &Arc<Self>) {
        let Some(late) = faults::ends_are_late() else { return self.raise(ENDED) };
        self.why.fetch_or(ENDED, Ordering::AcqRel);
        let signal = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(late).await;
            signal.raise(ENDED);
        });
    }

    /// Say goodbye: the server is going to stop.
    pub(super) fn drain(&self) {
        self.raise(DRAIN);
    }

    /// Look at memberships and notifications in the next turn.
    pub fn tell(&self) {
        self.raise(TOLD);
    }

    /// Ready when woken since the last time; a wake-up that came before counts.
    pub fn poll_woken(&self, cx: &Context<'_>) -> Poll<()> {
        let woken = || self.why.fetch_and(!MOVED, Ordering::AcqRel) & MOVED != 0;
        self.poll(cx, woken)
    }

    /// Ready when the stream is to end, for whatever reason.
    pub fn poll_leaving(&self, cx: &Context<'_>) -> Poll<()> {
        self.poll(cx, || self.why.load(Ordering::Acquire) & (ENDED | DRAIN | CUT) != 0)
    }

    fn poll(&self, cx: &Context<'_>, ready: impl Fn() -> bool) -> Poll<()> {
        if ready() {
            return Poll::Ready(());
        }
        self.waker.register(cx.waker());
        // It may have happened while registering.
        if ready() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// The session or token is no more.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.why.load(Ordering::Acquire) & ENDED != 0
    }

    /// Why; being told is forgotten with it, the ends are not.
    pub fn why(&self) -> Why {
        Why(self.why.fetch_and(!TOLD, Ordering::AcqRel))
    }
}

#[derive(Default)]
pub struct Readers(Mutex<Open>);

#[derive(Default)]
struct Open {
    streams: HashMap<u64, (UserId, Uuid, Arc<Signal>)>,
    by_user: HashMap<UserId, Vec<u64>>,
    next_key: u64,
    draining: bool,
}

/// One open stream; it is no more when dropped.
pub struct Reader {
    readers: Arc<Readers>,
    user: UserId,
    key: u64,
    pub signal: Arc<Signal>,
    /// How many streams the credential, the user and this node have, this one included.
    pub of_credential: usize,
    pub of_user: usize,
    pub of_node: usize,
}

impl Readers {
    pub(super) fn add(readers: &Arc<Self>, user: UserId, credential: Uuid) -> Reader {
        let signal = Arc::new(Signal::default());
        let mut open = readers.0.lock();
        let key = open.next_key;
        open.next_key += 1;
        open.streams.insert(key, (user, credential, signal.clone()));
        let keys = open.by_user.entry(user).or_default();
        keys.push(key);
        let keys = keys.clone();
        let of_credential = keys.iter().filter(|key| open.streams.get(key).is_some_and(|s| s.1 == credential)).count();
        if open.draining {
            signal.drain();
        }
        let of_node = open.streams.len();
        drop(open);
        Reader { readers: readers.clone(), user, key, signal, of_credential, of_user: keys.len(), of_node }
    }

    pub(super) fn tell(&self, user: UserId) {
        let open = self.0.lock();
        for key in open.by_user.get(&user).into_iter().flatten() {
            if let Some((_, _, signal)) = open.streams.get(key) {
                signal.tell();
            }
        }
    }

    pub(super) fn end(&self, whose: impl Fn(UserId, Uuid) -> bool) {
        for (user, credential, signal) in self.0.lock().streams.values() {
            if whose(*user, *credential) {
                signal.end();
            }
        }
    }

    /// From here on streams that come are sent away; answers which ones are open.
    pub(super) fn drain(&self) -> Vec<Arc<Signal>> {
        let mut open = self.0.lock();
        open.draining = true;
        open.streams.values().map(|(_, _, signal)| signal.clone()).collect()
    }

    pub(super) fn cut(&self) {
        for (_, _, signal) in self.0.lock().streams.values() {
            signal.raise(CUT);
        }
    }

    pub(super) fn open(&self) -> Vec<(UserId, Uuid)> {
        self.0.lock().streams.values().map(|(user, credential, _)| (*user, *credential)).collect()
    }

    pub(super) fn count(&self) -> usize {
        self.0.lock().streams.len()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut open = self.readers.0.lock();
        open.streams.remove(&self.key);
        if let Some(keys) = open.by_user.get_mut(&self.user) {
            keys.retain(|key| *key != self.key);
            if keys.is_empty() {
                open.by_user.remove(&self.user);
            }
        }
    }
}
