//! What keeps the repairs of one topic from getting into each other's way: one reads the log at a time, one more may
//! wait for its turn, and one watches over a hole.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Mutex, MutexGuard};

#[derive(Default)]
pub struct Repair {
    turn: Mutex<()>,
    wanted: AtomicBool,
    watched: AtomicBool,
}

impl Repair {
    /// Whether somebody has to wait for a turn; whoever waits already will see what there is to see now.
    pub fn is_new(&self) -> bool {
        !self.wanted.swap(true, Ordering::AcqRel)
    }

    /// Wait until nobody else reads.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// The reading begins: whoever wants one from here on has to wait for the next.
    pub fn begins(&self) {
        self.wanted.store(false, Ordering::Release);
    }

    /// Watch over a hole, unless somebody does.
    pub fn watch(&self) -> bool {
        !self.watched.swap(true, Ordering::AcqRel)
    }

    pub fn leave(&self) {
        self.watched.store(false, Ordering::Release);
    }
}
