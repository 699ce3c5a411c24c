//! Answers kept under their `Idempotency-Key`, so that a retry has no second effect.

use http::StatusCode;

use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::ProjectId,
        stored_response::StoredResponse,
    },
    db::{Db, Tx},
};

#[derive(sqlx_macros::FromRow)]
struct Row {
    request_hash: String,
    status: i64,
    etag: Option<String>,
    body: Option<String>,
    project_id: Option<ProjectId>,
}

/// Claim the key for this request, or give the answer that it had before. A second request with the same key waits
/// here until the first one has ended.
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
        .query(
            "select request_hash, status, etag, body, project_id from idempotency_keys where caller = $1 and key = $2",
        )
        .bind(caller)
        .bind(key)
        .one()
        .await?;
    if row.request_hash != hash {
        return Err(Error::invalid("", "this Idempotency-Key was used for another request"));
    }
    let status = u16::try_from(row.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    Err(Error::Answered(Box::new(StoredResponse {
        status: status.unwrap_or_default(),
        etag: row.etag,
        body: row.body,
        project: row.project_id,
        replayed: true,
    })))
}

/// Store the answer in the transaction of the change that it tells of.
pub async fn store(tx: &mut Tx, caller: &str, key: &str, answer: &StoredResponse) -> Result<()> {
    tx.query(
        "update idempotency_keys set status = $3, etag = $4, body = $5, project_id = $6 where caller = $1 and key = $2",
    )
    .bind(caller)
    .bind(key)
    .bind(i64::from(answer.status.as_u16()))
    .bind(answer.etag.clone())
    .bind(answer.body.clone())
    .bind(answer.project)
    .execute()
    .await?;
    Ok(())
}

/// Delete the answers that were stored before this instant.
pub async fn sweep(db: &Db, before: Timestamp) -> Result<u64> {
    db.execute("delete from idempotency_keys where created_at < $1", |query| query.bind(before)).await
}
