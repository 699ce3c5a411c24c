//! Waiting until a project is at an event, as this node sees it.

use std::{future::poll_fn, sync::Arc, time::Duration};

use tokio::time::{Instant, timeout_at};

use crate::{
    base::{error::Result, ids::ProjectId},
    live::{Live, signal::Signal},
    log,
};

/// A number so far beyond the last event is no answer to a change of a moment ago: it is not waited for.
const FAR: i64 = 10_000;

impl Live {
    /// Wait until the log of a project reaches this event, and no longer than so long; answers how far it reaches.
    pub async fn reach(&self, project: ProjectId, seq: i64, wait: Duration) -> Result<i64> {
        let head = log::read::head(&self.0.db, project).await?.seq;
        if head >= seq || seq - head > FAR {
            return Ok(head);
        }
        let (signal, until) = (Arc::new(Signal::default()), Instant::now() + wait);
        // Subscribe first, then look: what is committed in between is in the log, or it wakes.
        let subscription = self.subscribe(project, &signal);
        loop {
            let head = log::read::head(&self.0.db, project).await?.seq;
            if head >= seq || Instant::now() >= until {
                return Ok(head);
            }
            subscription.topic.start_at(head);
            if subscription.topic.head().is_none_or(|known| known <= head) {
                // Woken or not, the log says what there is.
                let _ = timeout_at(until, poll_fn(|cx| signal.poll_woken(cx))).await;
            }
        }
    }
}
