//! What runs by itself.

mod nodes;

use std::time::Duration;

use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    event::{self, KEEP_EVENTS, KEEP_TIME},
    faults,
    model::{projects, sessions},
};

const EVERY: Duration = Duration::from_mins(1);
const KEYS: Duration = Duration::from_hours(24);
const DELETED_PROJECTS: Duration = Duration::from_hours(24);

/// Everything that runs by itself, until the process ends.
pub async fn run(app: App) {
    tokio::join!(sweeps(&app), nodes::run(&app));
}

/// Sweep at the start and once a minute.
async fn sweeps(app: &App) {
    loop {
        app.limits.sweep();
        if let Err(error) = sweep(app, Timestamp::now()).await {
            tracing::warn!(%error, "a sweep failed; the next one is in a minute");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Forget what need not be kept any more at this instant: ended sessions, old answers, deleted projects, the
/// oldest events.
pub async fn sweep(app: &App, now: Timestamp) -> Result<()> {
    sessions::sweep(&app.db, now).await?;
    app.db.execute("delete from idempotency_keys where created_at < $1", |query| query.bind(now.minus(KEYS))).await?;
    projects::sweep(app, now.minus(DELETED_PROJECTS)).await?;
    while event::trim(&app.db, KEEP_EVENTS, now.minus(KEEP_TIME)).await? > 0 {}
    faults::point("sweep.after");
    Ok(())
}
