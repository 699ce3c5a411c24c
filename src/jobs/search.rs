//! Indexes the texts of projects that the search does not know yet: those from before there was an index.

use std::time::Duration;

use tokio::time::sleep;

use crate::{app::App, model::search::index};

/// How long until the job looks for such projects again.
const EVERY: Duration = Duration::from_mins(1);

/// Catch up, until the process ends. Every node does: a project that two of them index is indexed twice, and is the same.
pub async fn run(app: App) {
    loop {
        match index::catch_up(&app.db).await {
            Ok(Some(count)) => tracing::info!(count, "the texts of a project can be searched now"),
            Ok(None) => sleep(EVERY).await,
            Err(error) => {
                tracing::warn!(%error, "texts could not be indexed; the next attempt is in {EVERY:?}");
                sleep(EVERY).await;
            }
        }
    }
}
