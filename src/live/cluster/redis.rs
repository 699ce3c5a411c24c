//! Hints by way of Redis. It carries the frames too, so that the other nodes need not read the log. While Redis does not
//! answer, the hints go by way of Postgres.

use std::time::Duration;

use futures_util::StreamExt;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult,
    aio::{MultiplexedConnection, PubSub},
};
use sqlx::PgPool;
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::{
    RECONNECT, frame_message,
    hint_queue::{HintBatch, HintQueue},
    hints::{self, Hint},
    peers::Peers,
    postgres, repair_all,
};
use crate::{app::App, faults::planted};

/// A Redis that does not answer in time counts as down: the node waits once, then sends by way of Postgres.
const ANSWER: Duration = Duration::from_millis(250);
/// How often a node tries whether Redis is there again.
const RETRY: Duration = Duration::from_secs(1);

/// Named by the epoch, because other installations may use the same Redis.
pub fn channel(epoch: &str) -> String {
    format!("boardcast:{epoch}")
}

/// Send what is queued, until the process ends.
pub async fn send(node: Uuid, channel: &str, client: &Client, pool: &PgPool, queue: &HintQueue) {
    let mut connection = None;
    let mut connecting = connect_in_background(client, Duration::ZERO);
    loop {
        queue.ready().await;
        connection = connection.or_else(|| connecting.try_recv().ok());
        let Some(redis) = &mut connection else {
            sleep(postgres::GATHER).await;
            postgres::send_hints(node, pool, &queue.take().hints()).await;
            continue;
        };
        let batch = queue.take();
        let published = timeout(ANSWER, publish(node, channel, redis, &batch)).await;
        if let Err(error) = published.unwrap_or_else(|_| Err(late())) {
            tracing::warn!(%error, "Redis does not take hints; they go by way of Postgres");
            connection = None;
            connecting = connect_in_background(client, RETRY);
            // What was queued in the meantime has waited for long enough too.
            let hints = [batch.hints(), queue.take().hints()].concat();
            postgres::send_hints(node, pool, &hints).await;
        }
    }
}

fn late() -> RedisError {
    (ErrorKind::Io, "no answer in time").into()
}

/// Try to connect until Redis answers, while hints go by way of Postgres.
fn connect_in_background(client: &Client, after: Duration) -> oneshot::Receiver<MultiplexedConnection> {
    let client = client.clone();
    let (found, receiver) = oneshot::channel();
    tokio::spawn(async move {
        sleep(after).await;
        loop {
            if let Ok(Ok(connection)) = timeout(RETRY, connect(&client)).await {
                // The sender of hints is gone only when the process is about to end.
                let _ = found.send(connection);
                return;
            }
            sleep(RETRY).await;
        }
    });
    receiver
}

async fn connect(client: &Client) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new().set_connection_timeout(Some(RETRY)).set_response_timeout(Some(ANSWER));
    let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    redis::cmd("PING").exec_async(&mut connection).await?;
    Ok(connection)
}

/// Connect to a Redis and send what nothing listens for.
pub async fn probe(url: &str) -> RedisResult<()> {
    let client = Client::open(url)?;
    let mut connection = timeout(RETRY, connect(&client)).await.unwrap_or_else(|_| Err(late()))?;
    timeout(RETRY, subscribe("boardcast:doctor", &client)).await.unwrap_or_else(|_| Err(late()))?;
    redis::cmd("PUBLISH").arg("boardcast:doctor").arg("").exec_async(&mut connection).await
}

async fn publish(
    node: Uuid,
    channel: &str,
    connection: &mut MultiplexedConnection,
    batch: &HintBatch,
) -> RedisResult<()> {
    let mut pipeline = redis::pipe();
    let (hints, frames) = batch.parts();
    if !hints.is_empty() {
        for message in hints::encode(node, &hints) {
            pipeline.publish(channel, message).ignore();
        }
    }
    for (project, frame) in frames {
        pipeline.publish(channel, frame_message::encode(node, *project, frame)).ignore();
    }
    pipeline.query_async(connection).await
}

/// Apply the hints of other nodes, until the process ends.
pub async fn listen(app: &App, peers: &Peers, channel: &str, client: &Client) {
    let mut warned = false;
    loop {
        match receive(app, peers, channel, client).await {
            Ok(()) => warned = false,
            // Not at every attempt.
            Err(error) if !warned => {
                warned = true;
                tracing::warn!(%error, "Redis is out of reach; hints go by way of Postgres");
            }
            Err(_) => {}
        }
        repair_all(app);
        sleep(RECONNECT).await;
    }
}

async fn subscribe(channel: &str, client: &Client) -> RedisResult<PubSub> {
    let mut subscription = client.get_async_pubsub().await?;
    subscription.subscribe(channel).await?;
    Ok(subscription)
}

async fn receive(app: &App, peers: &Peers, channel: &str, client: &Client) -> RedisResult<()> {
    let mut subscription = timeout(RETRY, subscribe(channel, client)).await.unwrap_or_else(|_| Err(late()))?;
    // Whatever was published while nothing was subscribed is lost.
    repair_all(app);
    let mut messages = subscription.on_message();
    while let Some(message) = messages.next().await {
        apply(app, peers, message.get_payload_bytes());
    }
    Ok(())
}

fn apply(app: &App, peers: &Peers, message: &[u8]) {
    if let Some((from, project, frame)) = frame_message::decode(message) {
        let project = planted!(
            RedisMixesProjects => app.live.heads().first().map_or(project, |(followed, _)| *followed),
            project
        );
        if peers.contains(from) {
            app.live.receive(project, frame);
        } else if from != peers.node {
            // The sender may be a peer that was not heard yet, or use another database: only the log can decide.
            app.live.apply_hint(Hint::Head(project, frame.seq));
        }
    } else if let Ok(text) = std::str::from_utf8(message)
        && hints::sender(text).is_some_and(|from| peers.contains(from))
    {
        for hint in hints::decode(peers.node, text) {
            app.live.apply_hint(hint);
        }
    }
}
