//! What runs by itself on this node: when it ran last, and what became of it.

use std::collections::BTreeMap;

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
