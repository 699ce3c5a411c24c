//! What the database needs now and then, whatever is asked for.

use std::time::Duration;

use tokio::time::sleep;

use crate::app::App;

const EVERY: Duration = Duration::from_secs(1);

/// Look after the database, until the process ends.
pub async fn run(app: &App) {
    loop {
        sleep(EVERY).await;
        app.db.look_after().await;
    }
}
