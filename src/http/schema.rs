//! Shapes that exist only for the document of the API.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::log::Actor;

/// Something that happened in a project, as it is sent on streams and listed in the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Event {
    pub project: Uuid,
    /// 1, 2, 3 … in each project, without a gap.
    pub seq: i64,
    /// What happened, in the past tense, such as `task.moved`.
    pub r#type: String,
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(required)]
    pub actor: Option<Actor>,
    /// The `Idempotency-Key` of the request that caused it.
    pub cause: Option<String>,
    /// Objects by kind: merge each into the one with its id.
    pub changes: Option<Map<String, Value>>,
    /// Ids by kind.
    pub removed: Option<Map<String, Value>>,
    /// Eight hex digits: the first 4 bytes of SHA-256 over the 4 bytes of the event before (zeros before the first) and
    /// this event's text without this member. Events from before there was a chain have none, and count as zeros.
    pub chain: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EventPage {
    pub items: Vec<Event>,
    /// Hand it back as `cursor`; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Up to where the log is read with this page: to go on from here later, as a stream too.
    pub cursor: String,
    pub head: i64,
    pub epoch: String,
}

/// RFC 9457 problem details.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    pub r#type: String,
    pub title: String,
    pub status: u16,
    pub code: String,
    pub detail: String,
    pub request_id: String,
    /// With 422.
    pub errors: Option<Vec<FieldError>>,
    /// With 413: how many bytes there may be.
    pub limit: Option<usize>,
    /// With 412: the object as it is.
    pub current: Option<Value>,
    /// With 412: the fields that others changed, as they were at the version in `If-Match`.
    pub base: Option<Value>,
    /// With 412: the fields that both changed.
    pub conflicts: Option<Vec<String>>,
    /// With 409 `behind`: the last event that is seen.
    pub head: Option<i64>,
    /// With 409 `tasks_blocked`: the tasks that stand in the way.
    pub blocked: Option<Vec<BlockedTask>>,
    /// With 409 `undo_conflict`: what others changed since.
    pub touched: Option<Vec<TouchedObject>>,
    /// With 503: `not_done` or `unknown`.
    pub outcome: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BlockedTask {
    pub task_id: String,
    /// Null where there is no such task.
    pub number: Option<i64>,
    pub code: String,
    pub detail: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TouchedObject {
    /// As the board files it: `tasks`, `labels` …
    pub kind: String,
    pub id: String,
    pub fields: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// A JSON pointer into the body.
    pub pointer: String,
    pub detail: String,
}
