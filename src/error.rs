//! Everything that can go wrong, and how it is said: RFC 9457 problem details.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use crate::{
    db::trouble::{self, Trouble},
    model::answers::Stored,
};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a change was refused as stale: what is, what was at the version it was made on, and which fields
/// somebody else changed in between.
#[derive(Debug)]
pub struct Stale {
    pub base_version: i64,
    pub current: Value,
    pub base: Value,
    pub conflicts: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 401: nobody, or nobody any more.
    #[error("sign in first")]
    Unauthenticated,
    /// 401 with its own code: the address or the password is wrong.
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
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
    /// 405.
    #[error("this address does not know this method")]
    MethodNotAllowed,
    /// 409: against the present state.
    #[error("{detail}")]
    Conflict { code: &'static str, detail: String },
    /// 410: the log no longer reaches back so far.
    #[error("the log begins at event {oldest}")]
    Trimmed { oldest: i64 },
    /// 412: somebody else changed the same fields.
    #[error("changed by somebody else since version {}", .0.base_version)]
    Stale(Box<Stale>),
    /// 413.
    #[error("the body has more than {limit} bytes")]
    TooLarge { limit: usize },
    /// 414.
    #[error("the address has more than {limit} bytes")]
    UriTooLong { limit: usize },
    /// 415.
    #[error("the body must be application/json")]
    UnsupportedMediaType,
    /// 429.
    #[error("too many requests")]
    RateLimited { retry_after: u64 },
    /// 503: not done, and may be tried again.
    #[error("busy, try again")]
    Unavailable,
    /// 503: the answer to COMMIT was lost; an Idempotency-Key makes the retry safe.
    #[error("whether the change was kept is unknown")]
    Unknown(#[source] sqlx::Error),
    /// 507.
    #[error("the disk is full")]
    StorageFull,
    /// Not an error: the stored answer to the same Idempotency-Key.
    #[error("answered before")]
    Answered(Box<Stored>),
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

    /// Whether a unique constraint refused the statement.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Whether there was no room on the disk.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::StorageFull => true,
            Self::Database(error) => Trouble::of(error) == Trouble::Full,
            _ => false,
        }
    }

    /// Whether the caller can do nothing about it but come back: the database is away, overloaded, or something is broken.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.status().is_server_error()
    }

    /// What the database meant, where it has a meaning of its own on the wire.
    fn seen(self) -> Self {
        let Self::Database(error) = self else { return self };
        match Trouble::of(&error) {
            Trouble::Full => Self::StorageFull,
            Trouble::Locked => Self::Unavailable,
            Trouble::Away | Trouble::Unsynced => {
                tracing::warn!(%error, "the database failed");
                Self::Unavailable
            }
            Trouble::Value => Self::BadRequest("a value is out of range".into()),
            Trouble::Other => Self::Database(error),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Trimmed { .. } => StatusCode::GONE,
            Self::Stale(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UriTooLong { .. } => StatusCode::URI_TOO_LONG,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::Unknown(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::Answered(_) => StatusCode::OK,
            Self::Database(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::WrongCredentials => "wrong_credentials",
            Self::NotFound => "not_found",
            Self::Forbidden { code, .. } | Self::Conflict { code, .. } => code,
            Self::BadRequest(_) => "bad_request",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Invalid { .. } => "invalid",
            Self::Trimmed { .. } => "trimmed",
            Self::Stale(_) => "version_conflict",
            Self::TooLarge { .. } => "too_large",
            Self::UriTooLong { .. } => "uri_too_long",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable | Self::Unknown(_) => "unavailable",
            Self::StorageFull => "storage_full",
            Self::Answered(_) => "answered",
            Self::Database(_) | Self::Internal(_) => "internal",
        }
    }

    fn extra(&self) -> Value {
        match self {
            Self::Invalid { pointer, detail } => json!({"errors": [{"pointer": pointer, "detail": detail}]}),
            Self::Trimmed { oldest } => json!({"oldest": oldest}),
            Self::Stale(stale) => {
                json!({"current": stale.current, "base": stale.base, "conflicts": stale.conflicts})
            }
            Self::Unavailable => json!({"outcome": "not_done"}),
            Self::Unknown(_) => json!({"outcome": "unknown"}),
            _ => json!({}),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        trouble::end_if_unsynced(&error);
        Self::Database(error)
    }
}

/// A problem on its way out: the request's id is written into it where the request is known.
#[derive(Clone, Debug)]
pub struct Problem(Map<String, Value>);

impl Problem {
    /// The body, with the id of the request that it answers.
    #[must_use]
    pub fn with_request_id(mut self, id: &str) -> String {
        self.0.insert("request_id".into(), id.into());
        Value::Object(self.0).to_string()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let error = match self.seen() {
            Self::Answered(stored) => return stored.into_response(),
            error => error,
        };
        let status = error.status();
        let detail = if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = ?error, "request failed");
            "something went wrong on the server".to_owned()
        } else {
            error.to_string()
        };
        let mut body = Map::new();
        body.insert("type".into(), "about:blank".into());
        body.insert("title".into(), status.canonical_reason().unwrap_or("Error").into());
        body.insert("status".into(), status.as_u16().into());
        body.insert("code".into(), error.code().into());
        body.insert("detail".into(), detail.into());
        if let Value::Object(extra) = error.extra() {
            body.extend(extra);
        }
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")]).into_response();
        let retry_after = match error {
            Self::RateLimited { retry_after } => Some(retry_after),
            Self::Unavailable | Self::Unknown(_) => Some(1),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Problem(body));
        response
    }
}
