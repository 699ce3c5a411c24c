//! Answers kept under their `Idempotency-Key`, so that a retry has no second effect.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::{
    clock::Timestamp,
    db::Tx,
    error::{Error, Result},
};

/// An answer as it goes out, and as it is kept for 24 hours.
#[derive(Clone, Debug)]
pub struct Stored {
    pub status: StatusCode,
    pub etag: Option<String>,
    pub body: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    request_hash: String,
    status: i64,
    etag: Option<String>,
    body: Option<String>,
}

impl Stored {
    pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Self> {
        let value = serde_json::to_value(value).map_err(|error| Error::Internal(error.to_string()))?;
        let etag = value.get("version").map(|version| format!("\"{version}\""));
        Ok(Self { status, etag, body: Some(value.to_string()) })
    }

    #[must_use]
    pub const fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, etag: None, body: None }
    }
}

impl IntoResponse for Stored {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
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

/// Take the key for this request, or give the answer that it had before. Whoever comes second with the
/// same key waits here for the first one's end.
pub async fn claim(tx: &mut Tx, caller: &str, key: &str, hash: &str) -> Result<()> {
    let claimed = tx
        .query(
            "insert into idempotency_keys (caller, key, request_hash, status, created_at)
             values ($1, $2, $3, 0, $4)
             on conflict (caller, key) do nothing",
        )
        .bind(caller)
        .bind(key)
        .bind(hash)
        .bind(Timestamp::now())
        .execute()
        .await?;
    if claimed == 1 {
        return Ok(());
    }
    let row: Row = tx
        .query("select request_hash, status, etag, body from idempotency_keys where caller = $1 and key = $2")
        .bind(caller)
        .bind(key)
        .one()
        .await?;
    if row.request_hash != hash {
        return Err(Error::invalid("", "this Idempotency-Key was used for another request"));
    }
    let status = u16::try_from(row.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    Err(Error::Answered(Box::new(Stored { status: status.unwrap_or_default(), etag: row.etag, body: row.body })))
}

/// Keep the answer beside the change that it tells of.
pub async fn keep(tx: &mut Tx, caller: &str, key: &str, answer: &Stored) -> Result<()> {
    tx.query("update idempotency_keys set status = $3, etag = $4, body = $5 where caller = $1 and key = $2")
        .bind(caller)
        .bind(key)
        .bind(i64::from(answer.status.as_u16()))
        .bind(answer.etag.clone())
        .bind(answer.body.clone())
        .execute()
        .await?;
    Ok(())
}
