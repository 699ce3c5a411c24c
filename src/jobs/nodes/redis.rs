//! The doorbell over Redis: it carries the frames too, so that the others need not read the log. When Redis cannot
//! be reached, Postgres rings instead.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use redis::{Client, RedisResult, aio::ConnectionManager, aio::ConnectionManagerConfig};
use sqlx::PgPool;
use tokio::{sync::mpsc::UnboundedReceiver, time::sleep};
use uuid::Uuid;

use super::{RECONNECT, postgres, repair_all};
use crate::{
    app::App,
    event::Frame,
    faults::{Fault, planted},
    hub::doorbell::{self, Hint, Rung},
    ids::{ProjectId, UserId},
};

const CHANNEL: &str = "boardcast";
/// A Redis that hangs is a Redis that is not there.
const PATIENCE: Duration = Duration::from_millis(500);

pub async fn ring(node: Uuid, client: &Client, pool: &PgPool, mut bell: UnboundedReceiver<Rung>) {
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE));
    let mut connection: Option<ConnectionManager> = None;
    let mut rung = vec![];
    while bell.recv_many(&mut rung, 256).await > 0 {
        if connection.is_none() {
            connection = client.get_connection_manager_lazy(config.clone()).ok();
        }
        let published = match &mut connection {
            Some(connection) => publish(node, connection, &rung).await.is_ok(),
            None => false,
        };
        if !published {
            let hints: Vec<Hint> = rung.iter().map(|rung| rung.hint).collect();
            postgres::notify(node, pool, &hints).await;
        }
        rung.clear();
    }
}

async fn publish(node: Uuid, connection: &mut ConnectionManager, rung: &[Rung]) -> RedisResult<()> {
    let mut pipeline = redis::pipe();
    let mut hints = vec![];
    for rung in rung {
        match (&rung.frame, rung.hint) {
            (Some(frame), Hint::Moved(project, _)) => {
                pipeline.publish(CHANNEL, carry(node, project, frame)).ignore();
            }
            (_, hint) => hints.push(hint),
        }
    }
    if !hints.is_empty() {
        for text in doorbell::encode(node, &hints) {
            pipeline.publish(CHANNEL, text).ignore();
        }
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
    message.extend_from_slice(&frame.with_id());
    message
}

/// The frame in a message, unless this node sent it itself.
fn carried(node: Uuid, message: &[u8]) -> Option<(ProjectId, Frame)> {
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
    (from != node).then_some((project, frame))
}

pub async fn listen(app: &App, node: Uuid, client: &Client) {
    let mut said = false;
    loop {
        match hear(app, node, client).await {
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

async fn hear(app: &App, node: Uuid, client: &Client) -> RedisResult<()> {
    let mut subscription = client.get_async_pubsub().await?;
    subscription.subscribe(CHANNEL).await?;
    repair_all(app);
    let mut messages = subscription.on_message();
    while let Some(message) = messages.next().await {
        let message = message.get_payload_bytes();
        if let Some((mut project, frame)) = carried(node, message) {
            if planted(Fault::RedisMixesProjects) {
                project = app.hub.hosted().first().map_or(project, |(hosted, _)| *hosted);
            }
            app.hub.receive(project, frame);
        } else if let Ok(text) = std::str::from_utf8(message) {
            for hint in doorbell::decode(node, text) {
                app.hub.heard(hint);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RequestId;

    #[test]
    fn a_frame_arrives_as_it_was_and_not_where_it_came_from() {
        let (here, there, project) = (RequestId::new().0, RequestId::new().0, ProjectId::new());
        let user = UserId::new();
        let frame = Frame::new("e1", 7, "member.removed", r#"{"title":"a\nb"}"#, Some(user));
        let message = carry(there, project, &frame);
        let (of, arrived) = carried(here, &message).unwrap();
        assert_eq!((of, arrived.seq, arrived.left, arrived.gone), (project, 7, Some(user), false));
        assert_eq!((arrived.with_id(), arrived.bare()), (frame.with_id(), frame.bare()));
        assert!(carried(there, &message).is_none());
        assert!(carried(here, b"frame x").is_none());
        assert!(carried(here, b"").is_none());
    }
}
