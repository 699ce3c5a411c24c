//! Everything that can go wrong, and how it is said: RFC 9457 problem details.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::base::stored_response::StoredResponse;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a change was refused as stale: what is, what was at the version it was made on, and which fields
/// another change touched in between.
#[derive(Debug)]
pub struct Stale {
    pub base_version: i64,
    pub current: Value,
    pub base: Value,
    pub conflicts: Vec<String>,
}

/// A task that stands in the way of a change of many.
#[derive(Debug, Serialize)]
pub struct Blocked {
    pub task_id: Uuid,
    pub number: Option<i64>,
    pub code: &'static str,
    pub detail: String,
}

/// An object that others changed since what is to be undone, and the fields that they touched.
#[derive(Debug, Serialize)]
pub struct Touched {
    pub kind: &'static str,
    pub id: String,
    pub fields: Vec<String>,
}

/// A project whose other people would be left without an owner.
#[derive(Debug, Serialize)]
pub struct OnlyOwner {
    pub id: Uuid,
    pub name: String,
    pub key: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 401: no valid session or token.
    #[error("sign in first")]
    Unauthenticated,
    /// 401 with its own code: the address or the password is wrong.
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
    /// 401 with its own code: the password is right, and a code is asked for too.
    #[error("a code of the second factor is needed")]
    SecondFactorRequired,
    /// 401 with its own code: the code is none of now, or was used.
    #[error("the code is wrong, or was used already")]
    WrongCode,
    /// 401 with its own code: nothing waits for a second factor, or not any more.
    #[error("the sign-in took too long: begin again with the password")]
    SignInExpired,
    /// 404: not there, or not for this caller; nothing tells the two apart.
    #[error("not found")]
    NotFound,
    /// 403: a member whose role or scope does not reach.
    #[error("{detail}")]
    Forbidden { code: &'static str, detail: String },
    /// 400: not parseable.
    #[error("{0}")]
    BadRequest(String),
    /// 422: parseable and invalid.
    #[error("{detail}")]
    Invalid { pointer: String, detail: String },
    /// 406: the client takes none of these.
    #[error("the answer comes as {offered}, of which Accept takes nothing")]
    NotAcceptable { offered: String },
    /// 405.
    #[error("this address does not know this method")]
    MethodNotAllowed,
    /// 409: against the present state.
    #[error("{detail}")]
    Conflict { code: &'static str, detail: String },
    /// 409: the project is not yet at the event that a read asks for, as far as this node sees.
    #[error("the last event that this server sees is {head}: try again")]
    Behind { head: i64 },
    /// 409: some of many objects stand in the way, and nothing was changed.
    #[error("{} of the tasks stand in the way, and nothing was changed", .0.len())]
    Blocked(Vec<Blocked>),
    /// 409: a person who goes is the only owner of projects of others too.
    #[error("you are the only owner of {} projects with others: make somebody else owner first, or delete them", .0.len())]
    OnlyOwner(Vec<OnlyOwner>),
    /// 409: others touched since what is to be undone, and nothing was changed.
    #[error("others changed since what this would undo, and nothing was undone")]
    Undo(Vec<Touched>),
    /// 410: the log no longer reaches back so far.
    #[error("the log begins at event {oldest}")]
    Trimmed { oldest: i64 },
    /// 410: the cursor is of another history of this log.
    #[error("this cursor belongs to another history: read the snapshot anew")]
    OtherHistory,
    /// 408.
    #[error("the body took too long to arrive")]
    RequestTimeout,
    /// 412: another change touched the same fields.
    #[error("changed by somebody else since version {}", .0.base_version)]
    Stale(Box<Stale>),
    /// 413.
    #[error("the body has more than {limit} bytes")]
    TooLarge { limit: usize },
    /// 414.
    #[error("the address has more than {limit} bytes")]
    UriTooLong { limit: usize },
    /// 415.
    #[error("the body must be application/json in UTF-8, or with PATCH application/merge-patch+json")]
    UnsupportedMediaType,
    /// 415 for the coding of a body.
    #[error("a body may be compressed by gzip, and by nothing else")]
    UnsupportedEncoding,
    /// 415 for the coding of a file.
    #[error("a file is sent as it is, without Content-Encoding")]
    EncodedFile,
    /// 416: nothing of the content is in the range that was asked for.
    #[error("the content has {size} bytes, and none in this range")]
    RangeNotSatisfiable { size: u64 },
    /// 421: for another host.
    #[error("this server does not answer for this host")]
    Misdirected,
    /// 429.
    #[error("too many requests")]
    RateLimited { retry_after: u64 },
    /// 503: not done, and may be tried again.
    #[error("busy, try again")]
    Unavailable,
    /// 503 of the probe: why the server cannot serve.
    #[error("{detail}")]
    NotReady { code: &'static str, detail: String },
    /// 503: the answer to COMMIT was lost; an Idempotency-Key makes the retry safe.
    #[error("whether the change was kept is unknown")]
    Unknown(#[source] sqlx::Error),
    /// 503: what keeps the attachments is gone, or slow. Nothing was done.
    #[error("what keeps the attachments does not answer, try again")]
    StoreUnavailable,
    /// 507.
    #[error("the disk is full")]
    StorageFull,
    /// 507 for attachments, which may be kept elsewhere.
    #[error("there is no room for more attachments")]
    StoreFull,
    /// Not an error: the stored answer to the same Idempotency-Key.
    #[error("answered before")]
    Answered(Box<StoredResponse>),
    /// 500 (or 503, 507 where the database says so).
    #[error(transparent)]
    Database(sqlx::Error),
    /// 500.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    #[must_use]
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict { code, detail: detail.into() }
    }

    #[must_use]
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid { pointer: pointer.into(), detail: detail.into() }
    }

    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::Forbidden { code: "forbidden", detail: detail.into() }
    }
}
