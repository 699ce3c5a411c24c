//! When each event was answered to its writer.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// By the event's number, in microseconds after the beginning.
pub struct Answers {
    began: Instant,
    first: i64,
    at: Vec<AtomicU64>,
}

/// The answer was not the first one to this change: when it was committed is not known.
const UNCLEAR: u64 = u64::MAX;

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

    pub fn answered(&self, seq: i64, at_once: bool) {
        if let Some(slot) = self.slot(seq) {
            slot.store(if at_once { self.now().max(1) } else { UNCLEAR }, Ordering::Release);
        }
    }

    /// How long after its writer's answer an event is there at `now`: 0 when it is there first. Nothing for events
    /// of which the answer's moment says nothing.
    pub fn lag(&self, seq: i64, now: u64) -> Option<u64> {
        match self.slot(seq)?.load(Ordering::Acquire) {
            UNCLEAR => None,
            0 => Some(0),
            answered => Some(now.saturating_sub(answered)),
        }
    }
}
