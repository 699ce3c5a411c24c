//! `/metrics`, for Prometheus and what reads its text (`OpenMetrics`). It has a listener of its own: the public address does not
//! know it.
//!
//! Everything is counted where it happens, in numbers that threads add to without waiting for each other. A scrape reads
//! them; only what waits in the database is asked for, and that is never waited for long.
//!
//! - `requests` — how long requests take, by method, route and status
//! - `backlogs` — what waits for jobs, as the database said a moment ago
//! - `process` — what the machine says of this process
//! - `text` — all of it as text

mod backlogs;
mod process;
mod requests;
mod text;

use std::sync::Arc;

use self::{backlogs::Cache, process::Process};
pub use self::{process::memory, requests::Requests};
use crate::{app::App, base::clock::Timestamp};

/// How the text is to be read.
pub const MEDIA: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What a scrape reads; cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    app: App,
    requests: Arc<Requests>,
    backlogs: Arc<Cache>,
    began: Timestamp,
}

impl Metrics {
    #[must_use]
    pub fn new(app: App) -> Self {
        Self { app, requests: Arc::default(), backlogs: Arc::default(), began: Timestamp::now() }
    }

    /// Where the requests are counted.
    #[must_use]
    pub fn requests(&self) -> Arc<Requests> {
        self.requests.clone()
    }

    /// All metrics as of now.
    pub async fn text(&self) -> String {
        let known = self.backlogs.read(&self.app).await;
        let process = Process::read(self.began).await;
        text::write(text::Figures {
            live: self.app.live.meters().totals(),
            streams: self.app.live.streams_by_kind(),
            nodes: self.app.live.overview().nodes,
            connections: self.app.db.connections(),
            refusals: self.app.limits.refusals(),
            requests: self.requests.clone(),
            app: self.app.clone(),
            known,
            process,
        })
    }
}
