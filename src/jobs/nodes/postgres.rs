//! The doorbell over Postgres' own `NOTIFY`, on connections of its own.

use std::time::Duration;

use sqlx::{PgPool, postgres::PgListener};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::{Peers, RECONNECT, repair_all};
use crate::{
    app::App,
    faults::{Fault, planted},
    hub::doorbell::{self, Bell, Hint},
};

const CHANNEL: &str = "boardcast";
/// For how long hints are gathered before one ring.
pub const GATHER: Duration = Duration::from_millis(3);
/// Longer is not waited for one ring: what waits behind it is as urgent.
const PATIENCE: Duration = Duration::from_secs(2);

pub async fn ring(node: Uuid, pool: &PgPool, bell: &Bell) {
    loop {
        bell.rung().await;
        sleep(GATHER).await;
        notify(node, pool, &bell.take().hints()).await;
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
    let rung = sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(text).execute(pool);
    timeout(PATIENCE, rung).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|_| ())
}

pub async fn listen(app: &App, peers: &Peers, pool: &PgPool) {
    loop {
        if let Err(error) = hear(app, peers, pool).await {
            tracing::warn!(%error, "the doorbell is out of reach");
            sleep(RECONNECT).await;
        }
    }
}

async fn hear(app: &App, peers: &Peers, pool: &PgPool) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    let here = peers.node.to_string();
    notify_once(pool, &here).await?;
    loop {
        // Whatever rang while nobody listened was missed.
        repair_all(app);
        while let Some(ring) = listener.try_recv().await? {
            if doorbell::sender(ring.payload()).is_some_and(|other| peers.meet(other)) {
                notify_once(pool, &here).await?;
            }
            if planted(Fault::DoorbellUnheard) {
                continue;
            }
            for hint in doorbell::decode(peers.node, ring.payload()) {
                app.hub.heard(hint);
            }
        }
    }
}
