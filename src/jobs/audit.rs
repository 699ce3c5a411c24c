//! Writes to the audit log which settings the server begins with, and what belongs to no transaction. The first of several is
//! there at once; the more there are, the longer the others wait, and are counted together.

use std::time::Duration;

use tokio::time::sleep;

use crate::{app::App, model::audit_log};

/// How long the next ones wait at least, and at most while there are more than are kept apart.
const SHORTEST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_mins(10);
/// How long they wait after an attempt that failed.
const LATER: Duration = Duration::from_secs(30);

/// Write what is noted, until the process ends.
pub async fn run(app: App) {
    if let Err(error) = audit_log::note_settings(&app.db, &app.config.settings).await {
        tracing::warn!(%error, "the settings could not be written to the audit log");
    }
    let mut pause = SHORTEST;
    loop {
        app.noted.wait().await;
        let crowded = loop {
            match app.noted.flush(&app.db).await {
                Ok(crowded) => break crowded,
                // What could not be written waits on: a full disk may have room again.
                Err(error) => {
                    tracing::warn!(%error, "the audit log could not be written: the next attempt is in {LATER:?}");
                    sleep(LATER).await;
                }
            }
        };
        pause = if crowded { (2 * pause).min(LONGEST) } else { SHORTEST };
        sleep(pause).await;
    }
}
