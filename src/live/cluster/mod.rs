//! Several nodes on one Postgres.
//!
//! After a commit, outside of its transaction, a node sends the others one hint for all that moved: `NOTIFY` inside of a
//! transaction takes a lock on the whole database. Hints may be lost. So once a second every node compares what its
//! streams follow with the database, and repairs what it missed.

mod compare;
mod frame_message;
pub mod hint_queue;
pub mod hints;
mod peers;
mod postgres;
mod redis;

use std::time::Duration;

use crate::app::App;

use peers::Peers;

/// Whether a Redis takes hints and gives them.
pub async fn probe_redis(url: &str) -> Result<(), String> {
    redis::probe(url).await.map_err(|error| error.to_string())
}

/// How long a listener that lost its connection waits before it connects again.
const RECONNECT: Duration = Duration::from_millis(500);

/// Send hints, listen for those of other nodes, and compare with the database, where there can be other nodes.
pub async fn run(app: &App) {
    let node = app.live.node();
    let Some(pool) = app.db.hint_pool() else { return compare::run(app).await };
    let client = app.config.redis.as_deref().and_then(|url| ::redis::Client::open(url).ok());
    let hints = app.live.queue_hints(client.is_some());
    let peers = Peers::new(node);
    match client {
        Some(client) => {
            let channel = redis::channel(&app.epoch);
            tokio::join!(
                redis::send(node, &channel, &client, &pool, &hints),
                redis::listen(app, &peers, &channel, &client),
                postgres::listen(app, &peers, &pool),
                compare::run(app)
            );
        }
        None => {
            tokio::join!(postgres::send(node, &pool, &hints), postgres::listen(app, &peers, &pool), compare::run(app));
        }
    }
}

/// Look into the log of every project that a stream follows.
fn repair_all(app: &App) {
    for (project, _) in app.live.heads() {
        app.live.repair(project);
    }
}
