//! Keeps the repairs of one topic apart. One task at a time reads the log, one more may be queued behind it, and one
//! task watches over a gap.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Mutex, MutexGuard};

#[derive(Default)]
pub struct GapRepair {
    reading: Mutex<()>,
    queued: AtomicBool,
    watched: AtomicBool,
}

impl GapRepair {
    /// Queue a repair. False when one is queued already: it has not read yet, so it will see all there is to see now.
    pub fn queue(&self) -> bool {
        !self.queued.swap(true, Ordering::AcqRel)
    }

    /// Wait until no other repair reads the log.
    pub async fn lock(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().await
    }

    /// The queued repair begins to read: a request from here on needs another one.
    pub fn begin(&self) {
        self.queued.store(false, Ordering::Release);
    }

    /// Become the task that watches over the gap. False when there is one.
    pub fn watch(&self) -> bool {
        !self.watched.swap(true, Ordering::AcqRel)
    }

    pub fn unwatch(&self) {
        self.watched.store(false, Ordering::Release);
    }
}
