//! One project that is being read: a ring of its latest frames. A stream is a cursor into it, not a queue:
//! however slow it is, it holds nothing here.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use crate::{
    event::Frame,
    hub::{Hub, lock, readers::Signal},
    ids::ProjectId,
};

const RING_EVENTS: usize = 1024;
const RING_BYTES: usize = 1024 * 1024;

#[derive(Default)]
pub struct Topic(Mutex<Ring>);

#[derive(Default)]
struct Ring {
    /// The last number that is contiguous with the log; unknown until the first stream has read it.
    head: Option<i64>,
    frames: VecDeque<Frame>,
    bytes: usize,
    /// Frames beyond a hole.
    ahead: BTreeMap<i64, Frame>,
    signals: HashMap<u64, Arc<Signal>>,
    next_key: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    Taken,
    Known,
    Hole,
}

/// What there is behind a cursor.
pub enum Pulled {
    Frames(Vec<Frame>),
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

    fn take_ahead(&mut self, head: i64) {
        let mut head = head;
        self.ahead = self.ahead.split_off(&(head + 1));
        while let Some(frame) = self.ahead.remove(&(head + 1)) {
            self.push(frame);
            head += 1;
        }
    }
}

impl Topic {
    pub(super) fn offer(&self, frame: Frame) -> Offered {
        let mut ring = lock(&self.0);
        let seq = frame.seq;
        let Some(head) = ring.head else {
            ring.ahead.insert(seq, frame);
            return Offered::Known;
        };
        if seq <= head {
            return Offered::Known;
        }
        if seq > head + 1 {
            ring.ahead.insert(seq, frame);
            return Offered::Hole;
        }
        ring.push(frame);
        ring.take_ahead(seq);
        for signal in ring.signals.values() {
            signal.wake();
        }
        Offered::Taken
    }

    /// Where the log ended when it was read after subscribing; later reads change nothing.
    pub fn begin_at(&self, seq: i64) {
        let mut ring = lock(&self.0);
        if ring.head.is_none() {
            ring.head = Some(seq);
            ring.take_ahead(seq);
        }
    }

    #[must_use]
    pub fn head(&self) -> Option<i64> {
        lock(&self.0).head
    }

    /// Up to `most` frames behind a cursor.
    #[must_use]
    pub fn pull(&self, after: i64, most: usize) -> Pulled {
        let ring = lock(&self.0);
        if ring.head.is_none_or(|head| head <= after) {
            return Pulled::UpToDate;
        }
        let first = ring.frames.front().map_or(i64::MAX, |frame| frame.seq);
        match usize::try_from(after + 1 - first) {
            Ok(skip) => Pulled::Frames(ring.frames.iter().skip(skip).take(most).cloned().collect()),
            Err(_) => Pulled::Behind,
        }
    }

    pub(super) fn add(&self, signal: Arc<Signal>) -> u64 {
        let mut ring = lock(&self.0);
        let key = ring.next_key;
        ring.next_key += 1;
        ring.signals.insert(key, signal);
        key
    }

    /// Answers how many still listen.
    pub(super) fn remove(&self, key: u64) -> usize {
        let mut ring = lock(&self.0);
        ring.signals.remove(&key);
        ring.signals.len()
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

    fn seqs(pulled: Pulled) -> Option<Vec<i64>> {
        match pulled {
            Pulled::Frames(frames) => Some(frames.iter().map(|frame| frame.seq).collect()),
            Pulled::UpToDate => Some(vec![]),
            Pulled::Behind => None,
        }
    }

    #[test]
    fn nothing_is_given_out_across_a_hole() {
        let topic = Topic::default();
        topic.begin_at(3);
        assert_eq!(topic.offer(frame(5)), Offered::Hole);
        assert_eq!(seqs(topic.pull(3, 9)), Some(vec![]));
        assert_eq!(topic.offer(frame(4)), Offered::Taken);
        assert_eq!(seqs(topic.pull(3, 9)), Some(vec![4, 5]));
        assert_eq!(topic.offer(frame(4)), Offered::Known);
        assert_eq!(seqs(topic.pull(4, 9)), Some(vec![5]));
    }

    #[test]
    fn what_was_offered_before_the_log_was_read_is_kept() {
        let topic = Topic::default();
        topic.offer(frame(7));
        topic.offer(frame(8));
        topic.offer(frame(6));
        topic.begin_at(6);
        assert_eq!(seqs(topic.pull(6, 9)), Some(vec![7, 8]));
        assert_eq!(topic.head(), Some(8));
    }

    #[test]
    fn a_reader_behind_the_ring_is_sent_to_the_log() {
        let topic = Topic::default();
        topic.begin_at(0);
        for seq in 1..=2_000 {
            topic.offer(frame(seq));
        }
        assert_eq!(seqs(topic.pull(10, 3)), None);
        assert_eq!(seqs(topic.pull(1_997, 2)), Some(vec![1_998, 1_999]));
        assert_eq!(seqs(topic.pull(2_000, 2)), Some(vec![]));
    }

    #[test]
    fn a_reader_right_before_the_ring_needs_no_log() {
        let topic = Topic::default();
        topic.begin_at(41);
        topic.offer(frame(42));
        assert_eq!(seqs(topic.pull(41, 9)), Some(vec![42]));
        assert_eq!(seqs(topic.pull(40, 9)), None);
    }
}
