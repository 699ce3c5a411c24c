//! The latest frames of one project, contiguous with its log, and frames that came before their turn.

use std::collections::{BTreeMap, VecDeque};

use crate::{
    faults::planted,
    log::{Chain, Frame},
};

pub const RING_EVENTS: usize = 1024;
const RING_BYTES: usize = 1024 * 1024;

#[derive(Default)]
pub struct Ring {
    /// The number of the last frame in order. `None` until the first stream has read where the log ends.
    head: Option<i64>,
    frames: VecDeque<Frame>,
    bytes: usize,
    /// Frames beyond a gap, by their numbers.
    out_of_order: BTreeMap<i64, Frame>,
    out_of_order_bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// The frame, and perhaps others that waited for it, can be read now.
    InOrder,
    /// The ring has had the frame already, or does not know yet where the log ends.
    Ignored,
    /// Frames before this one are missing.
    Gap,
}

/// What follows a cursor.
pub enum Next {
    Frame(Frame),
    UpToDate,
    /// The ring no longer reaches back to the cursor: read the log.
    Behind,
}

impl Ring {
    pub const fn head(&self) -> Option<i64> {
        self.head
    }

    /// The number before the oldest frame.
    pub fn floor(&self) -> i64 {
        self.frames.front().map_or(self.head.unwrap_or(0), |frame| frame.seq - 1)
    }

    /// The chain of an event, if the ring holds it.
    pub fn chain_at(&self, seq: i64) -> Option<Chain> {
        let index = usize::try_from(seq - self.floor() - 1).ok()?;
        self.frames.get(index).filter(|frame| frame.seq == seq).map(|frame| frame.chain)
    }

    /// The frame after a cursor.
    pub fn next(&self, cursor: i64) -> Next {
        if self.head.is_none_or(|head| head <= cursor) {
            return Next::UpToDate;
        }
        let index = usize::try_from(cursor - self.floor());
        match index.ok().and_then(|index| self.frames.get(index)) {
            Some(frame) => Next::Frame(frame.clone()),
            None => Next::Behind,
        }
    }

    /// Take a committed event. Nodes and requests may deliver events twice and in any order.
    pub fn insert(&mut self, frame: Frame) -> Inserted {
        let seq = frame.seq;
        let Some(head) = self.head else {
            self.hold_back(frame);
            return Inserted::Ignored;
        };
        if seq <= head {
            return Inserted::Ignored;
        }
        if planted!(GapSkipped => false, seq > head + 1) {
            self.hold_back(frame);
            return Inserted::Gap;
        }
        self.push(frame);
        self.release(seq);
        Inserted::InOrder
    }

    fn push(&mut self, frame: Frame) {
        self.head = Some(frame.seq);
        self.bytes += frame.len();
        self.frames.push_back(frame);
        while self.frames.len() > RING_EVENTS || self.bytes > RING_BYTES {
            let Some(oldest) = self.frames.pop_front() else { break };
            self.bytes -= oldest.len();
        }
    }

    /// Keep a frame until its turn. When there are too many, the furthest are dropped: the repair that fills the gap
    /// from the log finds them there too.
    fn hold_back(&mut self, frame: Frame) {
        self.out_of_order_bytes += frame.len();
        if let Some(duplicate) = self.out_of_order.insert(frame.seq, frame) {
            self.out_of_order_bytes -= duplicate.len();
        }
        while self.out_of_order.len() > RING_EVENTS || self.out_of_order_bytes > RING_BYTES {
            let Some((_, furthest)) = self.out_of_order.pop_last() else { break };
            self.out_of_order_bytes -= furthest.len();
        }
    }

    /// Push the frames whose turn has come after this head, and drop those that the ring has by now.
    fn release(&mut self, mut head: i64) {
        while let Some(entry) = self.out_of_order.first_entry().filter(|entry| *entry.key() <= head + 1) {
            let frame = entry.remove();
            self.out_of_order_bytes -= frame.len();
            if frame.seq > head {
                head = frame.seq;
                self.push(frame);
            }
        }
    }

    /// Begin where the log ended when the first stream read it. False when the head is known already.
    pub fn start_at(&mut self, head: i64) -> bool {
        let first = self.head.is_none();
        if first {
            self.head = Some(head);
            self.release(head);
        }
        first
    }

    /// Drop everything and go on from this later head, because the log no longer holds what follows the present one.
    /// False when the present head is not earlier.
    pub fn restart_at(&mut self, head: i64) -> bool {
        let later = self.head.is_some_and(|present| present < head);
        if later {
            self.frames.clear();
            self.bytes = 0;
            self.head = Some(head);
            self.release(head);
        }
        later
    }

    /// The number before a gap, when frames are held back behind one.
    pub fn gap(&self) -> Option<i64> {
        self.head.filter(|_| !self.out_of_order.is_empty())
    }

    /// Whether it pays to put older frames into the ring.
    pub fn has_room(&self) -> bool {
        self.frames.len() < RING_EVENTS && self.bytes < RING_BYTES / 4 * 3
    }

    /// Put older frames, read from the log, before those of the ring: the newest of them first, as many as fit.
    pub fn backfill(&mut self, frames: Vec<Frame>) {
        for frame in frames.into_iter().rev() {
            if frame.seq > self.floor() {
                continue;
            }
            let fits = self.frames.len() < RING_EVENTS && self.bytes + frame.len() <= RING_BYTES;
            if frame.seq < self.floor() || !fits {
                break;
            }
            self.bytes += frame.len();
            self.frames.push_front(frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::LogPosition;

    fn frame(seq: i64) -> Frame {
        Frame::new("e", LogPosition::new(seq, Chain::NONE), "task.changed", "{}", None)
    }

    /// Everything after a cursor; `None` when the log has to be read.
    fn seqs(ring: &Ring, after: i64) -> Option<Vec<i64>> {
        let mut seqs = vec![];
        loop {
            match ring.next(seqs.last().copied().unwrap_or(after)) {
                Next::Frame(frame) => seqs.push(frame.seq),
                Next::UpToDate => return Some(seqs),
                Next::Behind => return None,
            }
        }
    }

    #[test]
    fn no_frame_is_given_out_across_a_gap() {
        let mut ring = Ring::default();
        ring.start_at(3);
        assert_eq!(ring.insert(frame(5)), Inserted::Gap);
        assert_eq!(seqs(&ring, 3), Some(vec![]));
        assert_eq!(ring.insert(frame(4)), Inserted::InOrder);
        assert_eq!(seqs(&ring, 3), Some(vec![4, 5]));
        assert_eq!(ring.insert(frame(4)), Inserted::Ignored);
        assert_eq!(seqs(&ring, 4), Some(vec![5]));
    }

    #[test]
    fn a_gap_that_lasts_holds_back_no_more_than_the_ring_does() {
        let mut ring = Ring::default();
        ring.start_at(0);
        let last = i64::try_from(RING_EVENTS).unwrap() + 1;
        for seq in (2..=last + 100).rev() {
            assert_eq!(ring.insert(frame(seq)), Inserted::Gap);
        }
        assert_eq!(ring.out_of_order.len(), RING_EVENTS);
        for seq in 2..5 {
            ring.insert(Frame::new(
                "e",
                LogPosition::new(seq, Chain::NONE),
                "task.changed",
                &"x".repeat(RING_BYTES / 2),
                None,
            ));
        }
        assert!(ring.out_of_order_bytes <= RING_BYTES);
        // The frames that were dropped come from the log, with those of the gap.
        for seq in 1..=last + 100 {
            ring.insert(frame(seq));
        }
        assert_eq!(ring.head, Some(last + 100));
        assert_eq!((ring.out_of_order.len(), ring.out_of_order_bytes), (0, 0));
    }

    #[test]
    fn frames_that_come_before_the_head_is_known_are_kept() {
        let mut ring = Ring::default();
        ring.insert(frame(7));
        ring.insert(frame(8));
        ring.insert(frame(6));
        ring.start_at(6);
        assert_eq!(seqs(&ring, 6), Some(vec![7, 8]));
        assert_eq!(ring.head, Some(8));
    }

    #[test]
    fn a_stream_behind_the_ring_is_sent_to_the_log() {
        let mut ring = Ring::default();
        ring.start_at(0);
        for seq in 1..=2_000 {
            ring.insert(frame(seq));
        }
        assert_eq!(seqs(&ring, 10), None);
        assert_eq!(seqs(&ring, 1_997), Some(vec![1_998, 1_999, 2_000]));
        assert_eq!(seqs(&ring, 2_000), Some(vec![]));
    }

    #[test]
    fn a_stream_right_before_the_ring_needs_no_log() {
        let mut ring = Ring::default();
        ring.start_at(41);
        ring.insert(frame(42));
        assert_eq!(seqs(&ring, 41), Some(vec![42]));
        assert_eq!(seqs(&ring, 40), None);
    }

    #[test]
    fn frames_that_one_stream_fetched_serve_the_others() {
        let mut ring = Ring::default();
        ring.start_at(40);
        assert_eq!(seqs(&ring, 37), None);
        ring.insert(frame(41));
        ring.backfill((36..=41).map(frame).collect());
        assert_eq!(seqs(&ring, 37), Some(vec![38, 39, 40, 41]));
        assert_eq!(ring.floor(), 35);
        ring.backfill((30..=33).map(frame).collect());
        assert_eq!(ring.floor(), 35, "never across a gap");
    }

    #[test]
    fn the_ring_takes_no_more_old_frames_than_it_has_room_for() {
        let mut ring = Ring::default();
        ring.start_at(3_000);
        ring.backfill((1..=3_000).map(frame).collect());
        assert_eq!(ring.floor(), 3_000 - 1_024);
        ring.insert(frame(3_001));
        assert_eq!(ring.floor(), 3_001 - 1_024);
    }
}
