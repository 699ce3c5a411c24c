//! What runs by itself on this node: when it ran last, and what became of it.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use parking_lot::Mutex;
use serde::Serialize;
use utoipa::ToSchema;

use super::clock::Timestamp;

/// One of the things that run by themselves, on this node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct Run {
    pub name: &'static str,
    pub last_run_at: Timestamp,
    pub next_run_at: Timestamp,
    /// Why the last run failed; `null` where it did not.
    #[schema(required)]
    pub last_error: Option<String>,
}

/// The last run of each.
#[derive(Debug, Default)]
pub struct Runs(Mutex<BTreeMap<&'static str, Run>>);

impl Runs {
    pub fn note(&self, run: Run) {
        self.0.lock().insert(run.name, run);
    }

    /// In the order of their names.
    pub fn list(&self) -> Vec<Run> {
        self.0.lock().values().cloned().collect()
    }
}

/// How often something was done, and how often it failed, since this node began.
#[derive(Debug, Default)]
pub struct Outcomes {
    done: AtomicU64,
    failed: AtomicU64,
}

impl Outcomes {
    pub fn count(&self, done: bool) {
        let counter = if done { &self.done } else { &self.failed };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Both, by their names.
    pub fn totals(&self) -> [(&'static str, u64); 2] {
        [("done", self.done.load(Ordering::Relaxed)), ("failed", self.failed.load(Ordering::Relaxed))]
    }
}
