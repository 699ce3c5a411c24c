//! Checkpoints: the cursor of a stream of many projects. The events of a project's own stream carry theirs themselves.

use std::time::Duration;

use tokio::time::Instant;

use super::{Stream, frames};
use crate::live::Cursor;

/// A checkpoint follows what was written after this time at the latest …
const LATEST: Duration = Duration::from_millis(250);
/// … or after this many frames …
const FRAMES: usize = 64;
/// … and it goes along with a write that happens anyway when this time has passed.
const ALONG: Duration = Duration::from_millis(150);

/// When the next checkpoint is due.
pub struct Checkpoints {
    /// How many frames were written since the last checkpoint.
    frames: usize,
    last: Instant,
    /// Since when something was written that no checkpoint covers.
    uncovered_since: Option<Instant>,
}

impl Checkpoints {
    /// The first checkpoint goes along with the hello.
    pub fn new(now: Instant) -> Self {
        Self { frames: 0, last: now.checked_sub(LATEST).unwrap_or(now), uncovered_since: None }
    }

    /// A checkpoint has to follow, although no frame was written.
    pub fn require(&mut self) {
        self.uncovered_since = Some(Instant::now());
    }

    /// No checkpoint has to follow.
    pub const fn forget(&mut self) {
        self.uncovered_since = None;
    }

    /// When a checkpoint has to be written at the latest.
    pub fn deadline(&self) -> Option<Instant> {
        self.uncovered_since.map(|since| since + LATEST)
    }
}

impl Stream {
    /// A frame was written that the next checkpoint has to cover.
    pub(super) fn uncovered(&mut self) {
        if self.is_of_user() {
            self.checkpoints.frames += 1;
            self.checkpoints.uncovered_since.get_or_insert_with(Instant::now);
            if self.checkpoints.frames >= FRAMES {
                self.checkpoint();
            }
        }
    }

    /// Write a checkpoint when the last one is long ago, or when a write happens anyway and it is a while ago.
    pub(super) fn checkpoint_if_due(&mut self, now: Instant) {
        let Checkpoints { last, uncovered_since, .. } = self.checkpoints;
        let along = !self.buffer.is_empty() && uncovered_since.is_some_and(|since| since + ALONG <= now);
        if along || last + LATEST <= now {
            self.checkpoint();
        }
    }

    /// Write a checkpoint for everything that was written so far, unless one covers it already.
    pub(super) fn checkpoint(&mut self) {
        if self.checkpoints.uncovered_since.take().is_none() {
            return;
        }
        self.checkpoints.frames = 0;
        self.checkpoints.last = Instant::now();
        let mut cursor = Cursor::new(&self.app.epoch, self.notified);
        for followed in &self.followed {
            cursor.set(followed.subscription.project, followed.written());
        }
        self.buffer.push(frames::checkpoint(&cursor.encode()));
    }
}
