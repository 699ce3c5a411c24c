//! The text of every frame that is not an event of a log.

use std::ops::Range;

use bytes::Bytes;
use rand::RngExt;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::PING;
use crate::{
    base::{clock::Timestamp, ids::ProjectId},
    log::LogPosition,
};

/// When the client comes back, in milliseconds: as a rule, at a drain, under overload. Each stream draws its own time, so
/// that clients which lost their streams together do not come back together.
pub const RETRY: Range<u64> = 1_000..4_000;
pub const RETRY_DRAIN: Range<u64> = 200..10_000;
pub const RETRY_BUSY: Range<u64> = 5_000..30_000;

fn frame(event: &str, data: &Value) -> Bytes {
    Bytes::from(format!("event: {event}\ndata: {data}\n\n"))
}

pub fn retry(range: Range<u64>) -> Bytes {
    Bytes::from(format!("retry: {}\n\n", rand::rng().random_range(range)))
}

/// Where each project begins, and the notifications in the stream of a user.
pub fn hello(epoch: &str, projects: &Map<String, Value>, notifications: Option<Value>) -> Bytes {
    let mut hello = json!({
        "epoch": epoch,
        "ping_ms": u64::try_from(PING.as_millis()).unwrap_or(0),
        "projects": projects,
    });
    if let Some(notifications) = notifications {
        hello["notifications"] = notifications;
    }
    frame("hello", &hello)
}

/// Where one project begins. With a reason the stream does not go on from the cursor `from` but from `head`, and the
/// client fetches the snapshot. `chain` is that of the event behind which the stream goes on.
pub fn position(from: LogPosition, head: LogPosition, reset: Option<&str>) -> Value {
    match reset {
        None => json!({"from": from.seq, "head": head.seq, "chain": from.chain.to_string(), "status": "ok"}),
        Some(reason) => json!({
            "from": from.seq, "head": head.seq, "chain": head.chain.to_string(), "status": "reset", "reason": reason
        }),
    }
}

/// Behind which notification the stream goes on. With `reset` the numbers that the client knows are not those of these
/// notifications, and it reads the list anew.
pub fn notifications(from: i64, head: i64, resumed: bool) -> Value {
    json!({"from": from, "head": head, "status": if resumed { "ok" } else { "reset" }})
}

/// The log of a project no longer holds what follows its cursor.
pub fn reset(epoch: &str, project: ProjectId, from: LogPosition, head: LogPosition) -> Bytes {
    let mut projects = Map::new();
    projects.insert(project.to_string(), position(from, head, Some("trimmed")));
    frame("reset", &json!({"epoch": epoch, "projects": projects}))
}

pub fn joined(project: ProjectId, head: LogPosition) -> Bytes {
    let (seq, chain) = (head.seq, head.chain.to_string());
    frame("joined", &json!({"project": project, "from": seq, "head": seq, "chain": chain, "status": "ok"}))
}

pub fn left(project: ProjectId, reason: &str) -> Bytes {
    frame("left", &json!({"project": project, "reason": reason}))
}

pub fn notification(notification: &impl Serialize) -> Bytes {
    frame("notification", &serde_json::to_value(notification).unwrap_or_default())
}

pub fn checkpoint(cursor: &str) -> Bytes {
    Bytes::from(format!("id: {cursor}\nevent: checkpoint\ndata: {{}}\n\n"))
}

pub fn ping() -> Bytes {
    frame("ping", &json!({"at": Timestamp::now()}))
}

#[must_use]
pub fn bye(reason: &str) -> Bytes {
    frame("bye", &json!({"reason": reason}))
}
