//! One project that is being read: a ring of its latest frames. A stream is a cursor into it, not a queue:
//! however slow it is, it holds nothing here.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{
    event::Frame,
    faults::{Fault, planted},
    hub::{
        Hub,
        pace::{Due, Pace},
        pages::Pages,
        readers::Signal,
        repair::Repair,
        row::Row,
    },
    ids::ProjectId,
};

pub(super) const RING_EVENTS: usize = 1024;
const RING_BYTES: usize = 1024 * 1024;

pub struct Topic {
    ring: Mutex<Ring>,
    /// The ring's `head` for those who only want to know whether they have it; before the first read −1.
    head: AtomicI64,
    /// Held while older frames are fetched from the log: whoever waits for it finds them in the ring or in here.
    pub(super) pages: tokio::sync::Mutex<Pages>,
    pub(super) repair: Repair,
}

impl Default for Topic {
    fn default() -> Self {
        Self {
            ring: Mutex::default(),
            head: AtomicI64::new(-1),
            pages: tokio::sync::Mutex::default(),
            repair: Repair::default(),
        }
    }
}

#[derive(Default)]
struct Ring {
    /// The last number that is contiguous with the log; unknown until the first stream has read it.
    head: Option<i64>,
    frames: VecDeque<Frame>,
    bytes: usize,
    /// Frames beyond a hole.
    ahead: BTreeMap<i64, Frame>,
    ahead_bytes: usize,
    /// In the order in which they came: so lie their sockets in memory, and who wakes them goes through it once.
    listeners: BTreeMap<u64, Arc<Signal>>,
    next_key: u64,
    /// The listeners in a row, to be served without holding the ring; made anew after one came or went.
    row: Option<Arc<Row>>,
    pace: Pace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    Taken,
    Known,
    Hole,
}

/// What follows a cursor.
pub enum Next {
    Frame(Frame),
    UpToDate,
    /// The ring no longer reaches back so far: read the log.
    Behind,
}

impl Ring {
    fn push(&mut self, frame: Frame) {
        self.head = Some(frame.seq);
        self.bytes += frame.len();
        self.frames.push_back(frame);
        while self.frames.len() > RING_EVENTS || self.bytes > RING_BYTES {
            let Some(oldest) = self.frames.pop_front() else { break };
            self.bytes -= oldest.len();
        }
    }

    /// Keep what cannot be given out yet. The furthest are not kept when they are too many: whoever fills the hole
    /// from the log finds them there.
    fn set_aside(&mut self, frame: Frame) {
        self.ahead_bytes += frame.len();
        if let Some(twice) = self.ahead.insert(frame.seq, frame) {
            self.ahead_bytes -= twice.len();
        }
        while self.ahead.len() > RING_EVENTS || self.ahead_bytes > RING_BYTES {
            let Some((_, furthest)) = self.ahead.pop_last() else { break };
            self.ahead_bytes -= furthest.len();
        }
    }

    /// What was kept aside is next, or known by now.
    fn take_ahead(&mut self, mut head: i64) {
        while let Some(entry) = self.ahead.first_entry().filter(|entry| *entry.key() <= head + 1) {
            let frame = entry.remove();
            self.ahead_bytes -= frame.len();
            if frame.seq > head {
                head = frame.seq;
                self.push(frame);
            }
        }
    }

    /// The number before the oldest frame.
    fn floor(&self) -> i64 {
        self.frames.front().map_or(self.head.unwrap_or(0), |frame| frame.seq - 1)
    }

    fn next(&self, after: i64) -> Next {
        if self.head.is_none_or(|head| head <= after) {
            return Next::UpToDate;
        }
        let place = usize::try_from(after - self.floor());
        match place.ok().and_then(|place| self.frames.get(place)) {
            Some(frame) => Next::Frame(frame.clone()),
            None => Next::Behind,
        }
    }

    fn row(&mut self) -> Arc<Row> {
        let listeners = &self.listeners;
        self.row.get_or_insert_with(|| Row::new(listeners.values().cloned())).clone()
    }
}

impl Topic {
    pub(super) fn offer(self: &Arc<Self>, frame: Frame) -> Offered {
        let mut ring = self.ring.lock();
        let seq = frame.seq;
        let Some(head) = ring.head else {
            ring.set_aside(frame);
            return Offered::Known;
        };
        if seq <= head {
            return Offered::Known;
        }
        if seq > head + 1 && !planted(Fault::HoleSteppedOver) {
            ring.set_aside(frame);
            return Offered::Hole;
        }
        ring.push(frame);
        ring.take_ahead(seq);
        self.head.store(ring.head.unwrap_or(seq), Ordering::Release);
        let listeners = ring.listeners.len();
        if listeners == 0 {
            return Offered::Taken;
        }
        match ring.pace.event(Instant::now(), listeners) {
            Due::Now => {
                let row = ring.row();
                drop(ring);
                row.serve();
            }
            Due::At(instant) => {
                let topic = self.clone();
                tokio::spawn(async move {
                    tokio::time::sleep_until(instant).await;
                    topic.flush();
                });
            }
            Due::Underway => {}
        }
        Offered::Taken
    }

    /// Wake everybody for the events that were gathered.
    fn flush(&self) {
        let mut ring = self.ring.lock();
        let listeners = ring.listeners.len();
        ring.pace.flushed(Instant::now(), listeners);
        let row = ring.row();
        drop(ring);
        row.serve();
    }

    /// Where the log ended when it was read after subscribing; later reads change nothing.
    pub fn begin_at(&self, seq: i64) {
        let mut ring = self.ring.lock();
        if ring.head.is_none() {
            ring.head = Some(seq);
            ring.take_ahead(seq);
            self.head.store(ring.head.unwrap_or(seq), Ordering::Release);
        }
    }

    /// What followed the head is no longer in the log: go on behind `seq`. Whoever has less finds that the ring does
    /// not reach back so far, then that the log does not.
    pub(super) fn begin_anew(&self, seq: i64) {
        let mut ring = self.ring.lock();
        if ring.head.is_some_and(|head| head < seq) {
            ring.frames.clear();
            ring.bytes = 0;
            ring.head = Some(seq);
            ring.take_ahead(seq);
            self.head.store(ring.head.unwrap_or(seq), Ordering::Release);
            let row = ring.row();
            drop(ring);
            row.serve();
        }
    }

    /// The number before a hole, when frames wait beyond one.
    pub(super) fn hole(&self) -> Option<i64> {
        let ring = self.ring.lock();
        ring.head.filter(|_| !ring.ahead.is_empty())
    }

    #[must_use]
    pub fn head(&self) -> Option<i64> {
        self.ring.lock().head
    }

    /// The frame behind a cursor.
    #[must_use]
    pub fn next(&self, after: i64) -> Next {
        if self.head.load(Ordering::Acquire) <= after {
            return Next::UpToDate;
        }
        self.ring.lock().next(after)
    }

    /// The number before the oldest frame that the ring holds; unknown until the log was read.
    pub(super) fn floor(&self) -> Option<i64> {
        let ring = self.ring.lock();
        ring.head.map(|_| ring.floor())
    }

    /// Whether it pays to put older frames into the ring.
    pub(super) fn has_room(&self) -> bool {
        let ring = self.ring.lock();
        ring.frames.len() < RING_EVENTS && ring.bytes < RING_BYTES / 4 * 3
    }

    /// Put older frames, read from the log, before those that are there; as many as there is room for, the
    /// newest of them first.
    pub(super) fn backfill(&self, frames: Vec<Frame>) {
        let mut ring = self.ring.lock();
        for frame in frames.into_iter().rev() {
            if frame.seq > ring.floor() {
                continue;
            }
            let room = ring.frames.len() < RING_EVENTS && ring.bytes + frame.len() <= RING_BYTES;
            if frame.seq < ring.floor() || !room {
                break;
            }
            ring.bytes += frame.len();
            ring.frames.push_front(frame);
        }
    }

    pub(super) fn add(&self, signal: Arc<Signal>) -> u64 {
        let mut ring = self.ring.lock();
        let key = ring.next_key;
        ring.next_key += 1;
        ring.listeners.insert(key, signal);
        ring.row = None;
        key
    }

    /// Answers how many still listen.
    pub(super) fn remove(&self, key: u64) -> usize {
        let mut ring = self.ring.lock();
        ring.listeners.remove(&key);
        ring.row = None;
        ring.listeners.len()
    }
}

/// A stream's place among the listeners of a project; ends when dropped.
pub struct Subscription {
    pub(super) hub: Hub,
    pub project: ProjectId,
    pub topic: Arc<Topic>,
    pub(super) key: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.unsubscribe(self.project, &self.topic, self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(seq: i64) -> Frame {
        Frame::new("e", seq, "task.changed", "{}", None)
    }

    fn topic() -> Arc<Topic> {
        Arc::default()
    }

    /// Everything behind a cursor; nothing when the log has to be read.
    fn seqs(topic: &Topic, after: i64) -> Option<Vec<i64>> {
        let mut seqs = vec![];
        loop {
            match topic.next(seqs.last().copied().unwrap_or(after)) {
                Next::Frame(frame) => seqs.push(frame.seq),
                Next::UpToDate => return Some(seqs),
                Next::Behind => return None,
            }
        }
    }

    #[test]
    fn nothing_is_given_out_across_a_hole() {
        let topic = topic();
        topic.begin_at(3);
        assert_eq!(topic.offer(frame(5)), Offered::Hole);
        assert_eq!(seqs(&topic, 3), Some(vec![]));
        assert_eq!(topic.offer(frame(4)), Offered::Taken);
        assert_eq!(seqs(&topic, 3), Some(vec![4, 5]));
        assert_eq!(topic.offer(frame(4)), Offered::Known);
        assert_eq!(seqs(&topic, 4), Some(vec![5]));
    }

    #[test]
    fn a_hole_that_lasts_keeps_no_more_waiting_than_the_ring_holds() {
        let topic = topic();
        topic.begin_at(0);
        let last = i64::try_from(RING_EVENTS).unwrap() + 1;
        for seq in (2..=last + 100).rev() {
            assert_eq!(topic.offer(frame(seq)), Offered::Hole);
        }
        assert_eq!(topic.ring.lock().ahead.len(), RING_EVENTS);
        for seq in 2..5 {
            topic.offer(Frame::new("e", seq, "task.changed", &"x".repeat(RING_BYTES / 2), None));
        }
        assert!(topic.ring.lock().ahead_bytes <= RING_BYTES);
        // What could not be kept comes from the log with the hole itself.
        for seq in 1..=last + 100 {
            topic.offer(frame(seq));
        }
        assert_eq!(topic.head(), Some(last + 100));
        let ring = topic.ring.lock();
        assert_eq!((ring.ahead.len(), ring.ahead_bytes), (0, 0));
    }

    #[test]
    fn what_was_offered_before_the_log_was_read_is_kept() {
        let topic = topic();
        topic.offer(frame(7));
        topic.offer(frame(8));
        topic.offer(frame(6));
        topic.begin_at(6);
        assert_eq!(seqs(&topic, 6), Some(vec![7, 8]));
        assert_eq!(topic.head(), Some(8));
    }

    #[test]
    fn a_reader_behind_the_ring_is_sent_to_the_log() {
        let topic = topic();
        topic.begin_at(0);
        for seq in 1..=2_000 {
            topic.offer(frame(seq));
        }
        assert_eq!(seqs(&topic, 10), None);
        assert_eq!(seqs(&topic, 1_997), Some(vec![1_998, 1_999, 2_000]));
        assert_eq!(seqs(&topic, 2_000), Some(vec![]));
    }

    #[test]
    fn a_reader_right_before_the_ring_needs_no_log() {
        let topic = topic();
        topic.begin_at(41);
        topic.offer(frame(42));
        assert_eq!(seqs(&topic, 41), Some(vec![42]));
        assert_eq!(seqs(&topic, 40), None);
    }

    #[test]
    fn what_one_reader_fetched_is_there_for_the_others() {
        let topic = topic();
        topic.begin_at(40);
        assert_eq!(seqs(&topic, 37), None);
        topic.offer(frame(41));
        topic.backfill((36..=41).map(frame).collect());
        assert_eq!(seqs(&topic, 37), Some(vec![38, 39, 40, 41]));
        assert_eq!(topic.floor(), Some(35));
        topic.backfill((30..=33).map(frame).collect());
        assert_eq!(topic.floor(), Some(35), "never across a hole");
    }

    #[test]
    fn the_ring_takes_no_more_old_frames_than_it_has_room_for() {
        let topic = topic();
        topic.begin_at(3_000);
        topic.backfill((1..=3_000).map(frame).collect());
        assert_eq!(topic.floor(), Some(3_000 - 1_024));
        topic.offer(frame(3_001));
        assert_eq!(topic.floor(), Some(3_001 - 1_024));
    }
}
