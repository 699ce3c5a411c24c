//! The doorbell over Postgres' own `NOTIFY`, on connections of its own.

use std::time::Duration;

use sqlx::{PgPool, postgres::PgListener};
use tokio::{sync::mpsc::UnboundedReceiver, time::sleep};
use uuid::Uuid;

use super::{RECONNECT, repair_all};
use crate::{
    app::App,
    faults::{Fault, planted},
    hub::doorbell::{self, Hint, Rung},
};

const CHANNEL: &str = "boardcast";
/// For how long hints are gathered before one ring.
const GATHER: Duration = Duration::from_millis(3);

pub async fn ring(node: Uuid, pool: &PgPool, mut bell: UnboundedReceiver<Rung>) {
    let mut rung = vec![];
    while bell.recv_many(&mut rung, 1_000).await > 0 {
        sleep(GATHER).await;
        while let Ok(hint) = bell.try_recv() {
            rung.push(hint);
        }
        let hints: Vec<Hint> = rung.drain(..).map(|rung| rung.hint).collect();
        notify(node, pool, &hints).await;
    }
}

/// Ring once for many hints.
pub async fn notify(node: Uuid, pool: &PgPool, hints: &[Hint]) {
    for text in doorbell::encode(node, hints) {
        if let Err(error) = notify_once(pool, &text).await {
            tracing::warn!(%error, "the doorbell could not be rung; the others repair by themselves");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the doorbell is Postgres' own, outside of every transaction")]
async fn notify_once(pool: &PgPool, text: &str) -> sqlx::Result<()> {
    sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(text).execute(pool).await?;
    Ok(())
}

pub async fn listen(app: &App, node: Uuid, pool: &PgPool) {
    loop {
        if let Err(error) = hear(app, node, pool).await {
            tracing::warn!(%error, "the doorbell is out of reach");
            sleep(RECONNECT).await;
        }
    }
}

async fn hear(app: &App, node: Uuid, pool: &PgPool) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // Whatever rang while nobody listened was missed.
        repair_all(app);
        while let Some(ring) = listener.try_recv().await? {
            for hint in doorbell::decode(node, ring.payload()).into_iter().filter(|_| !planted(Fault::DoorbellUnheard))
            {
                app.hub.heard(hint);
            }
        }
    }
}
