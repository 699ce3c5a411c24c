//! Digests the logs of projects behind their changes.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    app::App,
    base::error::Result,
    log::{digest, facts},
    model::boards,
};

/// How long until the job looks for new events again. What is not digested yet is read from the log itself.
const EVERY: Duration = Duration::from_secs(2);

/// Keep up, until the process ends. Every node does: a step that two of them make counts once.
pub async fn run(app: App) {
    loop {
        if let Err(error) = keep_up(&app).await {
            tracing::warn!(%error, "events could not be digested; the next attempt is in {EVERY:?}");
        }
        sleep(EVERY).await;
    }
}

async fn keep_up(app: &App) -> Result<()> {
    let due = digest::due(&app.db).await?;
    // The facts first, which take less time: a report reads from the log what has none.
    for project in &due {
        while facts::step(&app.db, *project, boards::HELD).await? {}
    }
    for project in &due {
        while digest::step(&app.db, *project, boards::HELD).await? {}
    }
    Ok(())
}
