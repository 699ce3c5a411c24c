//! The last attempts of each webhook: what was sent, and what its receiver said.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::membership::Membership,
    base::{
        clock::Timestamp,
        error::Result,
        ids::{DeliveryId, WebhookId},
    },
    db::{Bind, Tx},
    model::webhooks,
};

/// How many are kept of each webhook.
pub const KEPT: usize = 200;

/// An attempt to send a message.
#[derive(Clone, Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Delivery {
    pub id: DeliveryId,
    /// As `webhook-id` had it: the same in each attempt.
    pub message_id: String,
    /// The event; null for a ping.
    #[schema(required)]
    pub seq: Option<i64>,
    /// The type of the event; `ping`, or `log.trimmed` where events are gone that were still to be sent.
    pub r#type: String,
    /// 1 for the first one.
    pub attempt: i64,
    pub at: Timestamp,
    pub latency_ms: i64,
    /// What the receiver answered; null when no answer came.
    #[schema(required)]
    pub status: Option<i64>,
    /// Why it failed; null when it did not.
    #[schema(required)]
    pub error: Option<String>,
    /// The beginning of the answer to an attempt that failed.
    #[schema(required)]
    pub excerpt: Option<String>,
    /// When the next attempt is made.
    #[schema(required)]
    pub next_attempt_at: Option<Timestamp>,
}

/// The last attempts of a webhook, the newest first, behind the one that ended the page before.
pub async fn list(
    by: &Membership,
    webhook: WebhookId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    webhooks::find(by, webhook).await?;
    by.query(
        "select id, message_id, seq, type, attempt, at, latency_ms, status, error, excerpt, next_attempt_at
         from webhook_deliveries
         where webhook_id = $1 and id < $2
         order by id desc
         limit $3",
    )
    .bind(webhook)
    .bind(before.unwrap_or(DeliveryId(Uuid::max())))
    .bind(limit)
    .all()
    .await
}

/// Write attempts down, and forget the oldest beyond what is kept.
pub(super) async fn write(tx: &mut Tx, webhook: WebhookId, made: &[Delivery]) -> Result<()> {
    if made.is_empty() {
        return Ok(());
    }
    tx.query(
        "insert into webhook_deliveries
           (id, webhook_id, message_id, seq, type, attempt, at, latency_ms, status, error, excerpt, next_attempt_at)
         select r.id, $2, r.message_id, r.seq, r.type, r.attempt, r.at, r.latency_ms, r.status, r.error, r.excerpt,
                r.next_attempt_at
         from {rows $1: id uuid, message_id text, seq bigint, type text, attempt bigint, at bigint,
                        latency_ms bigint, status bigint, error text, excerpt text, next_attempt_at bigint} r",
    )
    .bind_rows(&made[made.len().saturating_sub(KEPT)..], |cells, one| {
        cells
            .bind(one.id)
            .bind(one.message_id.clone())
            .bind(one.seq)
            .bind(one.r#type.clone())
            .bind(one.attempt)
            .bind(one.at)
            .bind(one.latency_ms)
            .bind(one.status)
            .bind(one.error.clone())
            .bind(one.excerpt.clone())
            .bind(one.next_attempt_at)
    })
    .bind(webhook)
    .execute()
    .await?;
    tx.query(
        "delete from webhook_deliveries
         where id in (select id from webhook_deliveries
                      where webhook_id = $1
                      order by id desc
                      limit 1000 offset $2)",
    )
    .bind(webhook)
    .bind(i64::try_from(KEPT).unwrap_or(i64::MAX))
    .execute()
    .await?;
    Ok(())
}
