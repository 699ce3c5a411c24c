//! When the writer of each event had its answer.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// By the number of the event, in microseconds since the beginning.
pub struct Answers {
    began: Instant,
    first: i64,
    at: Vec<AtomicU64>,
}

/// The change was asked for more than once, so its answer came some unknown time after the commit.
const UNKNOWN: u64 = u64::MAX;

impl Answers {
    pub fn new(first: i64, count: usize) -> Self {
        Self { began: Instant::now(), first, at: (0..count).map(|_| AtomicU64::new(0)).collect() }
    }

    fn slot(&self, seq: i64) -> Option<&AtomicU64> {
        self.at.get(usize::try_from(seq - self.first).ok()?)
    }

    pub fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Note that the writer has its answer now, to its first request (`at_once`) or to a later one.
    pub fn answered(&self, seq: i64, at_once: bool) {
        if let Some(slot) = self.slot(seq) {
            slot.store(if at_once { self.now().max(1) } else { UNKNOWN }, Ordering::Release);
        }
    }

    /// How long after its writer's answer a reader has an event, if that is `now`: 0 when the reader is first. None when
    /// the answer says nothing about the commit.
    pub fn lag(&self, seq: i64, now: u64) -> Option<u64> {
        match self.slot(seq)?.load(Ordering::Acquire) {
            UNKNOWN => None,
            0 => Some(0),
            answered => Some(now.saturating_sub(answered)),
        }
    }
}
