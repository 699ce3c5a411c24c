//! The doorbell over Redis: it carries the frames too, so that the others need not read the log. When Redis cannot
//! be reached, Postgres rings instead.

use std::time::Duration;

use bytes::Bytes;
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

use super::{Peers, RECONNECT, postgres, repair_all};
use crate::{
    app::App,
    event::Frame,
    faults::{Fault, planted},
    hub::doorbell::{self, Bell, Hint, Rung},
    ids::{ProjectId, UserId},
};

/// A Redis that hangs is a Redis that is not there. Once is waited for it.
const PATIENCE: Duration = Duration::from_millis(250);
/// How often is looked whether it is there again.
const REST: Duration = Duration::from_secs(1);

/// Other installations may use the same Redis.
pub fn channel(epoch: &str) -> String {
    format!("boardcast:{epoch}")
}

pub async fn ring(node: Uuid, channel: &str, client: &Client, pool: &PgPool, bell: &Bell) {
    let mut connection = None;
    let mut search = seek(client, Duration::ZERO);
    loop {
        bell.rung().await;
        connection = connection.or_else(|| search.try_recv().ok());
        let Some(redis) = &mut connection else {
            sleep(postgres::GATHER).await;
            postgres::notify(node, pool, &bell.take().hints()).await;
            continue;
        };
        let rung = bell.take();
        let published = timeout(PATIENCE, publish(node, channel, redis, &rung)).await;
        if let Err(error) = published.unwrap_or_else(|_| Err(late())) {
            tracing::warn!(%error, "Redis does not take what is rung; Postgres rings instead");
            connection = None;
            search = seek(client, REST);
            // What came in the meantime has waited for long enough too.
            let hints = [rung.hints(), bell.take().hints()].concat();
            postgres::notify(node, pool, &hints).await;
        }
    }
}

fn late() -> RedisError {
    (ErrorKind::Io, "no answer in time").into()
}

/// Look for Redis until it answers, beside those who ring.
fn seek(client: &Client, after: Duration) -> oneshot::Receiver<MultiplexedConnection> {
    let client = client.clone();
    let (tell, found) = oneshot::channel();
    tokio::spawn(async move {
        sleep(after).await;
        loop {
            if let Ok(Ok(connection)) = timeout(REST, connect(&client)).await {
                // Without anybody who rings the process is about to end.
                let _ = tell.send(connection);
                return;
            }
            sleep(REST).await;
        }
    });
    found
}

async fn connect(client: &Client) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new().set_connection_timeout(Some(REST)).set_response_timeout(Some(PATIENCE));
    let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    redis::cmd("PING").exec_async(&mut connection).await?;
    Ok(connection)
}

async fn publish(node: Uuid, channel: &str, connection: &mut MultiplexedConnection, rung: &Rung) -> RedisResult<()> {
    let mut pipeline = redis::pipe();
    let (hints, frames) = rung.parts();
    if !hints.is_empty() {
        for text in doorbell::encode(node, &hints) {
            pipeline.publish(channel, text).ignore();
        }
    }
    for (project, frame) in frames {
        pipeline.publish(channel, carry(node, *project, frame)).ignore();
    }
    pipeline.query_async(connection).await
}

/// A frame as a message: one line of what stands beside it, then its bytes.
fn carry(node: Uuid, project: ProjectId, frame: &Frame) -> Vec<u8> {
    let left = frame
        .left
        .filter(|_| !planted(Fault::RedisForgetsWhoLeft))
        .map_or_else(|| "-".to_owned(), |user| user.to_string());
    let gone = u8::from(frame.gone);
    let mut message = format!("frame {node} {project} {} {left} {gone}\n", frame.seq).into_bytes();
    message.extend_from_slice(frame.as_bytes());
    message
}

/// The frame in a message, and the node that sent it.
fn carried(message: &[u8]) -> Option<(Uuid, ProjectId, Frame)> {
    let end = message.iter().position(|byte| *byte == b'\n')?;
    let (line, bytes) = (std::str::from_utf8(&message[..end]).ok()?, &message[end + 1..]);
    let mut words = line.strip_prefix("frame ")?.split(' ');
    let from = Uuid::try_parse(words.next()?).ok()?;
    let project = ProjectId(Uuid::try_parse(words.next()?).ok()?);
    let seq = words.next()?.parse().ok()?;
    let left = match words.next()? {
        "-" => None,
        user => Some(UserId(Uuid::try_parse(user).ok()?)),
    };
    let gone = words.next()? == "1";
    let frame = Frame::from_bytes(seq, Bytes::copy_from_slice(bytes), left, gone)?;
    Some((from, project, frame))
}

pub async fn listen(app: &App, peers: &Peers, channel: &str, client: &Client) {
    let mut said = false;
    loop {
        match hear(app, peers, channel, client).await {
            Ok(()) => said = false,
            // Once, not at every try.
            Err(error) if !said => {
                said = true;
                tracing::warn!(%error, "Redis is out of reach; Postgres rings instead");
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

async fn hear(app: &App, peers: &Peers, channel: &str, client: &Client) -> RedisResult<()> {
    let mut subscription = timeout(REST, subscribe(channel, client)).await.unwrap_or_else(|_| Err(late()))?;
    repair_all(app);
    let mut messages = subscription.on_message();
    while let Some(message) = messages.next().await {
        take(app, peers, message.get_payload_bytes());
    }
    Ok(())
}

fn take(app: &App, peers: &Peers, message: &[u8]) {
    if let Some((from, mut project, frame)) = carried(message) {
        if planted(Fault::RedisMixesProjects) {
            project = app.hub.hosted().first().map_or(project, |(hosted, _)| *hosted);
        }
        if peers.know(from) {
            app.hub.receive(project, frame);
        } else if from != peers.node {
            // Of a node that is about to be met, or one that has nothing to do with this database: the log knows.
            app.hub.heard(Hint::Moved(project, frame.seq));
        }
    } else if let Ok(text) = std::str::from_utf8(message)
        && doorbell::sender(text).is_some_and(|from| peers.know(from))
    {
        for hint in doorbell::decode(peers.node, text) {
            app.hub.heard(hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RequestId;

    #[test]
    fn a_frame_arrives_as_it_was() {
        let (there, project) = (RequestId::new().0, ProjectId::new());
        let user = UserId::new();
        let frame = Frame::new("e1", 7, "member.removed", r#"{"title":"a\nb"}"#, Some(user));
        let message = carry(there, project, &frame);
        let (from, of, arrived) = carried(&message).unwrap();
        assert_eq!((from, of, arrived.seq, arrived.left, arrived.gone), (there, project, 7, Some(user), false));
        assert_eq!(arrived.as_bytes(), frame.as_bytes());
        assert_eq!(arrived.bare(), frame.bare());
        assert!(carried(b"frame x").is_none());
        assert!(carried(b"").is_none());
    }
}
