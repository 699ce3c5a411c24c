//! One project that streams of this node follow: the latest frames, and the listeners that are notified of new ones.
//! A stream reads the frames by its own cursor, so a slow stream holds nothing here.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::{
    live::{
        coalesce::{Coalescer, Flush},
        fanout::Fanout,
        gap::GapRepair,
        log_pages::LogPageCache,
        ring::{Inserted, Next, Ring},
        signal::Signal,
    },
    log::{Chain, Frame},
};

pub struct Topic {
    state: Mutex<State>,
    /// A copy of the ring's head, so that a stream which is up to date finds out without the lock; −1 while the head is
    /// unknown.
    head: AtomicI64,
    /// Locked while a stream reads older frames from the log: the streams that wait for the lock then find them in the
    /// ring or in here.
    pub(super) log_pages: tokio::sync::Mutex<LogPageCache>,
    pub(super) gap_repair: GapRepair,
}

impl Default for Topic {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            head: AtomicI64::new(-1),
            log_pages: tokio::sync::Mutex::default(),
            gap_repair: GapRepair::default(),
        }
    }
}

#[derive(Default)]
struct State {
    ring: Ring,
    /// In the order of subscription. Sockets that were opened one after the other lie together in memory, so a fanout
    /// in this order walks through memory once.
    listeners: BTreeMap<u64, Arc<Signal>>,
    next_key: u64,
    /// Made again after a listener came or went.
    fanout: Option<Arc<Fanout>>,
    coalescer: Coalescer,
}

impl State {
    fn fanout(&mut self) -> Arc<Fanout> {
        let listeners = &self.listeners;
        self.fanout.get_or_insert_with(|| Fanout::new(listeners.values().cloned())).clone()
    }
}

impl Topic {
    /// Take a committed event. Once it is in order, the listeners are notified.
    pub(super) fn insert(self: &Arc<Self>, frame: Frame) -> Inserted {
        let mut state = self.state.lock();
        let inserted = state.ring.insert(frame);
        if inserted == Inserted::InOrder {
            self.head_moved(&state);
            self.notify_listeners(state);
        }
        inserted
    }

    fn head_moved(&self, state: &State) {
        self.head.store(state.ring.head().unwrap_or(-1), Ordering::Release);
    }

    fn notify_listeners(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        let listeners = state.listeners.len();
        if listeners == 0 {
            return;
        }
        match state.coalescer.event(Instant::now(), listeners) {
            Flush::Now => {
                let fanout = state.fanout();
                drop(state);
                fanout.deliver();
            }
            Flush::At(instant) => {
                let topic = self.clone();
                tokio::spawn(async move {
                    tokio::time::sleep_until(instant).await;
                    topic.flush();
                });
            }
            Flush::Scheduled => {}
        }
    }

    /// Notify the listeners of the events that were coalesced.
    fn flush(&self) {
        let mut state = self.state.lock();
        let listeners = state.listeners.len();
        state.coalescer.flushed(Instant::now(), listeners);
        let fanout = state.fanout();
        drop(state);
        fanout.deliver();
    }

    /// The listeners have something new that is no event.
    pub(super) fn wake(&self) {
        let mut state = self.state.lock();
        if !state.listeners.is_empty() {
            let fanout = state.fanout();
            drop(state);
            fanout.deliver();
        }
    }

    /// Begin where the log ended when the first stream read it after subscribing. Later calls change nothing.
    pub fn start_at(&self, head: i64) {
        let mut state = self.state.lock();
        if state.ring.start_at(head) {
            self.head_moved(&state);
        }
    }

    /// Go on from this later head, because the log no longer holds what follows the present one. A stream with an older
    /// cursor finds that the ring does not reach back so far, then that the log does not either.
    pub(super) fn restart_at(&self, head: i64) {
        let mut state = self.state.lock();
        if state.ring.restart_at(head) {
            self.head_moved(&state);
            let fanout = state.fanout();
            drop(state);
            fanout.deliver();
        }
    }

    /// The number before a gap, when later frames have come already.
    pub(super) fn gap(&self) -> Option<i64> {
        self.state.lock().ring.gap()
    }

    /// The number of the last frame in order; `None` until a stream has read where the log ends.
    #[must_use]
    pub fn head(&self) -> Option<i64> {
        self.state.lock().ring.head()
    }

    /// The chain of an event, if the ring holds it.
    pub(super) fn chain_at(&self, seq: i64) -> Option<Chain> {
        self.state.lock().ring.chain_at(seq)
    }

    /// The frame after a cursor.
    #[must_use]
    pub fn next(&self, cursor: i64) -> Next {
        if self.head.load(Ordering::Acquire) <= cursor {
            return Next::UpToDate;
        }
        self.state.lock().ring.next(cursor)
    }

    /// The number before the oldest frame of the ring, and the head; `None` until a stream has read where the log ends.
    pub(super) fn reach(&self) -> Option<(i64, i64)> {
        let state = self.state.lock();
        state.ring.head().map(|head| (state.ring.floor(), head))
    }

    /// Whether it pays to put older frames into the ring.
    pub(super) fn has_room(&self) -> bool {
        self.state.lock().ring.has_room()
    }

    /// Put older frames, read from the log, before those of the ring.
    pub(super) fn backfill(&self, frames: Vec<Frame>) {
        self.state.lock().ring.backfill(frames);
    }

    /// Notify this signal of new frames. Answers the key by which it is removed.
    pub(super) fn add_listener(&self, signal: Arc<Signal>) -> u64 {
        let mut state = self.state.lock();
        let key = state.next_key;
        state.next_key += 1;
        state.listeners.insert(key, signal);
        state.fanout = None;
        key
    }

    /// Answers how many listeners are left.
    pub(super) fn remove_listener(&self, key: u64) -> usize {
        let mut state = self.state.lock();
        state.listeners.remove(&key);
        state.fanout = None;
        state.listeners.len()
    }
}
