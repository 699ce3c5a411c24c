//! Hints by way of Postgres' own `NOTIFY`, on connections of their own.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgListener, PgNotification},
};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::{
    RECONNECT,
    hint_queue::HintQueue,
    hints::{self, Hint},
    peers::Peers,
    repair_all,
};
use crate::{app::App, faults::planted};

const CHANNEL: &str = "boardcast";
/// How long hints are gathered before they are sent together.
pub const GATHER: Duration = Duration::from_millis(3);
/// How long one message may take. The hints that wait behind it are as urgent.
const SEND: Duration = Duration::from_secs(2);

/// Send what is queued, until the process ends.
pub async fn send(node: Uuid, pool: &PgPool, queue: &HintQueue) {
    loop {
        queue.ready().await;
        sleep(GATHER).await;
        send_hints(node, pool, &queue.take().hints()).await;
    }
}

pub async fn send_hints(node: Uuid, pool: &PgPool, hints: &[Hint]) {
    for message in hints::encode(node, hints) {
        if let Err(error) = notify(pool, &message).await {
            tracing::warn!(%error, "a hint could not be sent; the other nodes find the change by comparing");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a hint is sent outside of every transaction, and to Postgres only")]
async fn notify(pool: &PgPool, message: &str) -> sqlx::Result<()> {
    let sent = sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(message).execute(pool);
    timeout(SEND, sent).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|_| ())
}

/// Apply the hints of other nodes, until the process ends.
pub async fn listen(app: &App, peers: &Peers, pool: &PgPool) {
    loop {
        if let Err(error) = receive(app, peers, pool).await {
            tracing::warn!(%error, "hints of other nodes cannot be received");
            sleep(RECONNECT).await;
        }
    }
}

async fn receive(app: &App, peers: &Peers, pool: &PgPool) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    let here = peers.node.to_string();
    // A message without hints: the other nodes learn of this one.
    notify(pool, &here).await?;
    loop {
        // Whatever was sent while nothing listened is lost.
        repair_all(app);
        while let Some(message) = listener.try_recv().await? {
            if hints::sender(message.payload()).is_some_and(|node| peers.add(node)) {
                notify(pool, &here).await?;
            }
            apply(app, peers, &message);
        }
    }
}

fn apply(app: &App, peers: &Peers, message: &PgNotification) {
    for hint in planted!(HintsIgnored => vec![], hints::decode(peers.node, message.payload())) {
        app.live.apply_hint(hint);
    }
}
