//! How an error becomes a response: its status, its code, and problem details (RFC 9457).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    base::{error::Error, stored_response::StoredResponse},
    db::error_kind::ErrorKind,
};

impl Error {
    /// Whether the fault is the server's: the database is away or overloaded, or something is broken. The client can
    /// only try again.
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        self.status().is_server_error()
    }

    /// A database error as the error that the wire has for it, where it has one.
    fn translated(self) -> Self {
        let Self::Database(error) = self else { return self };
        match ErrorKind::of(&error) {
            ErrorKind::Full => Self::StorageFull,
            ErrorKind::Locked => Self::Unavailable,
            ErrorKind::Unavailable | ErrorKind::FsyncFailed => {
                tracing::warn!(%error, "the database failed");
                Self::Unavailable
            }
            ErrorKind::OutOfRange => Self::BadRequest("a value is out of range".into()),
            ErrorKind::Other => Self::Database(error),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated
            | Self::WrongCredentials
            | Self::SecondFactorRequired
            | Self::WrongCode
            | Self::SignInExpired => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::Conflict { .. } | Self::Behind { .. } | Self::Blocked(_) | Self::Undo(_) | Self::OnlyOwner(_) => {
                StatusCode::CONFLICT
            }
            Self::Trimmed { .. } | Self::OtherHistory => StatusCode::GONE,
            Self::Stale(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::UriTooLong { .. } => StatusCode::URI_TOO_LONG,
            Self::UnsupportedMediaType | Self::UnsupportedEncoding | Self::EncodedFile => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::RangeNotSatisfiable { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::NotReady { .. } | Self::Unknown(_) | Self::StoreUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::StorageFull | Self::StoreFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::Answered(_) => StatusCode::OK,
            Self::Database(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::WrongCredentials => "wrong_credentials",
            Self::SecondFactorRequired => "second_factor_required",
            Self::WrongCode => "wrong_code",
            Self::SignInExpired => "sign_in_expired",
            Self::NotFound => "not_found",
            Self::Forbidden { code, .. } | Self::Conflict { code, .. } | Self::NotReady { code, .. } => code,
            Self::Behind { .. } => "behind",
            Self::Blocked(_) => "tasks_blocked",
            Self::Undo(_) => "undo_conflict",
            Self::OnlyOwner(_) => "only_owner",
            Self::BadRequest(_) => "bad_request",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NotAcceptable { .. } => "not_acceptable",
            Self::Invalid { .. } => "invalid",
            Self::Trimmed { .. } => "trimmed",
            Self::OtherHistory => "other_history",
            Self::Stale(_) => "version_conflict",
            Self::TooLarge { .. } => "too_large",
            Self::RequestTimeout => "request_timeout",
            Self::UriTooLong { .. } => "uri_too_long",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::UnsupportedEncoding | Self::EncodedFile => "unsupported_encoding",
            Self::RangeNotSatisfiable { .. } => "range_not_satisfiable",
            Self::Misdirected => "misdirected",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable | Self::Unknown(_) => "unavailable",
            Self::StoreUnavailable => "store_unavailable",
            Self::StorageFull => "storage_full",
            Self::StoreFull => "store_full",
            Self::Answered(_) => "answered",
            Self::Database(_) | Self::Internal(_) => "internal",
        }
    }

    fn extra(&self) -> Value {
        match self {
            Self::Invalid { pointer, detail } => json!({"errors": [{"pointer": pointer, "detail": detail}]}),
            Self::Behind { head } => json!({"head": head}),
            Self::Blocked(tasks) => json!({"blocked": tasks}),
            Self::Undo(touched) => json!({"touched": touched}),
            Self::OnlyOwner(projects) => json!({"projects": projects}),
            Self::Trimmed { oldest } => json!({"oldest": oldest}),
            Self::Stale(stale) => {
                json!({"current": stale.current, "base": stale.base, "conflicts": stale.conflicts})
            }
            Self::TooLarge { limit } => json!({"limit": limit}),
            Self::Unavailable | Self::StoreUnavailable => json!({"outcome": "not_done"}),
            Self::Unknown(_) => json!({"outcome": "unknown"}),
            _ => json!({}),
        }
    }
}

/// A problem's body without the request's id, which [`observe`](crate::http::observe) adds: an error does not know
/// its request.
#[derive(Clone, Debug)]
pub struct Problem(Map<String, Value>);

impl Problem {
    #[must_use]
    pub fn code(&self) -> &str {
        self.0.get("code").and_then(Value::as_str).unwrap_or_default()
    }

    /// What it says beside the request's id.
    #[must_use]
    pub fn fields(self) -> Map<String, Value> {
        self.0
    }

    /// The body as it is sent.
    #[must_use]
    pub fn with_request_id(mut self, id: &str) -> String {
        self.0.insert("request_id".into(), id.into());
        Value::Object(self.0).to_string()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let error = match self.translated() {
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
            Self::Unavailable | Self::NotReady { .. } | Self::Unknown(_) | Self::Behind { .. } => Some(1),
            Self::StoreUnavailable => Some(5),
            _ => None,
        };
        if matches!(error, Self::UnsupportedEncoding | Self::EncodedFile) {
            let taken = if matches!(error, Self::EncodedFile) { "identity" } else { "gzip" };
            response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(taken));
        }
        if let Self::RangeNotSatisfiable { size } = error
            && let Ok(range) = HeaderValue::try_from(format!("bytes */{size}"))
        {
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Problem(body));
        response
    }
}

/// The id of what a request created, for `Location`.
#[derive(Clone, Debug, Deserialize)]
pub struct CreatedId {
    pub id: String,
}

impl IntoResponse for StoredResponse {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.replayed {
            response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
        }
        let created = self.body.as_deref().filter(|_| self.status == StatusCode::CREATED);
        if let Some(id) = created.and_then(|body| serde_json::from_str::<CreatedId>(body).ok()) {
            response.extensions_mut().insert(id);
        }
        if let Some(etag) = self.etag.and_then(|etag| HeaderValue::try_from(etag).ok()) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        if let Some(body) = self.body {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *response.body_mut() = body.into();
        }
        response
    }
}
