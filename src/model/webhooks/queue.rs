//! Which webhooks have something to be sent, and which node sends it. A webhook's place in the log is the queue: nothing is
//! copied, and what a receiver does not take holds up what is behind it.

use uuid::Uuid;

use super::{
    EventPattern, Template,
    deliveries::{self, Delivery},
    schedule::{State, Timing},
};
use crate::{
    base::{
        clock::Timestamp,
        error::Result,
        ids::{ProjectId, RequestId, WebhookId},
    },
    db::{Bind, Db, Dialect},
    log::parse,
    outgoing::SigningSecret,
};

/// A webhook that this node has taken.
#[derive(Debug)]
pub struct Claimed {
    pub id: WebhookId,
    pub project: ProjectId,
    pub project_key: String,
    pub project_name: String,
    pub url: String,
    pub types: Vec<EventPattern>,
    pub template: Template,
    pub secrets: Vec<SigningSecret>,
    /// A ping that is to be sent.
    pub ping: Option<Uuid>,
    /// Whether events are sent now.
    pub sends_events: bool,
    /// The last event that was trimmed away.
    pub trimmed_seq: i64,
    claim: Uuid,
    generation: i64,
    pub state: State,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: WebhookId,
    project_id: ProjectId,
    project_key: String,
    project_name: String,
    trimmed_seq: i64,
    deleted: bool,
    url: String,
    types: String,
    template: Template,
    active: bool,
    secret: String,
    old_secret: Option<String>,
    ping_id: Option<Uuid>,
    generation: i64,
    next_seq: i64,
    failures: i64,
    failing_since: Option<Timestamp>,
    next_attempt_at: Timestamp,
    last_error: Option<String>,
}

impl Row {
    fn claimed(self, claim: Uuid, now: Timestamp) -> Result<Claimed> {
        let secrets = [Some(self.secret), self.old_secret].into_iter().flatten().map(SigningSecret::kept).collect();
        Ok(Claimed {
            id: self.id,
            project: self.project_id,
            project_key: self.project_key,
            project_name: self.project_name,
            url: self.url,
            types: parse(&self.types)?,
            template: self.template,
            secrets,
            ping: self.ping_id,
            sends_events: self.active && self.next_attempt_at <= now && (!self.deleted || self.failures == 0),
            trimmed_seq: self.trimmed_seq,
            claim,
            generation: self.generation,
            state: State {
                next_seq: self.next_seq,
                failures: self.failures,
                failing_since: self.failing_since,
                next_attempt_at: self.next_attempt_at,
                last_error: self.last_error,
                disabled: None,
            },
        })
    }
}

/// Take webhooks for which something is due, so that no other node sends to them: at most so many, and those first that
/// waited longest. The last event of a deleted project is sent too, and tried once.
pub async fn claim(db: &Db, most: usize, now: Timestamp) -> Result<Vec<Claimed>> {
    // Without a transaction, for which writers would wait.
    let due: Vec<(WebhookId,)> = db
        .query(
            "select w.id from webhooks w
             join projects p on p.id = w.project_id
             where (w.claimed_until is null or w.claimed_until < $1)
               and (w.ping_id is not null
                    or (w.active and w.next_attempt_at <= $1 and w.next_seq <= p.seq
                        and (p.deleted_at is null or w.failures = 0)))
             order by w.served_at, w.id
             limit $2",
        )
        .bind(now)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .all()
        .await?;
    if due.is_empty() {
        return Ok(vec![]);
    }
    let claim = RequestId::new().0;
    let mut tx = db.begin().await?;
    let rows: Vec<Row> = tx
        .query(
            "update webhooks
             set claimed_by = $2, claimed_until = $3,
                 old_secret = case when old_secret_until > $4 then old_secret end
             where id in (select r.id from {rows $1: id uuid} r) and (claimed_until is null or claimed_until < $4)
             returning id, project_id, url, types, template, active, secret, old_secret, ping_id, generation, next_seq,
                       failures, failing_since, next_attempt_at, last_error,
                       (select p.key from projects p where p.id = webhooks.project_id) as project_key,
                       (select p.name from projects p where p.id = webhooks.project_id) as project_name,
                       (select p.trimmed_seq from projects p where p.id = webhooks.project_id) as trimmed_seq,
                       exists (select 1 from projects p
                               where p.id = webhooks.project_id and p.deleted_at is not null) as deleted",
        )
        .bind_rows(due, |cells, (id,)| cells.bind(id))
        .bind(claim)
        .bind(now.plus(Timing::present().lease))
        .bind(now)
        .all()
        .await?;
    tx.commit().await?;
    rows.into_iter().map(|row| row.claimed(claim, now)).collect()
}

/// Free what no node can have taken: all of it where there is one process at a time, else what a clock that was ahead wrote.
pub async fn free(db: &Db, now: Timestamp) -> Result<()> {
    let beyond = match db.dialect() {
        Dialect::Sqlite => Timestamp(0),
        Dialect::Postgres => now.plus(Timing::present().lease * 2),
    };
    db.execute("update webhooks set claimed_until = null where claimed_until > $1", |query| query.bind(beyond)).await?;
    Ok(())
}

impl Claimed {
    /// Write down where sending has come to, with the attempts that led there, and until when this node goes on. False when
    /// people have changed the webhook meanwhile, or it is another node's: nothing is written then, and this node has to let
    /// go of it.
    pub async fn write(
        &self,
        db: &Db,
        made: &[Delivery],
        pinged: Option<Uuid>,
        leased_until: Option<Timestamp>,
    ) -> Result<bool> {
        let now = Timestamp::now();
        let state = &self.state;
        let mut tx = db.begin().await?;
        let written = tx
            .query(
                "update webhooks
                 set next_seq = $4, failures = $5, failing_since = $6, next_attempt_at = $7, last_error = $8,
                     active = active and cast($9 as text) is null,
                     disabled_at = case when cast($9 as text) is null then disabled_at else $10 end,
                     disabled_reason = coalesce($9, disabled_reason),
                     ping_id = case when ping_id = $11 then null else ping_id end,
                     claimed_until = $12, served_at = $10
                 where id = $1 and claimed_by = $2 and generation = $3",
            )
            .bind(self.id)
            .bind(self.claim)
            .bind(self.generation)
            .bind(state.next_seq)
            .bind(state.failures)
            .bind(state.failing_since)
            .bind(state.next_attempt_at)
            .bind(state.last_error.clone())
            .bind(state.disabled.clone())
            .bind(now)
            .bind(pinged)
            .bind(leased_until)
            .execute()
            .await?;
        if written > 0 {
            deliveries::write(&mut tx, self.id, made).await?;
        }
        tx.commit().await?;
        Ok(written > 0)
    }

    /// Let others send: people have changed the webhook.
    pub async fn release(&self, db: &Db) -> Result<()> {
        db.execute(
            "update webhooks set claimed_until = null, served_at = $3 where id = $1 and claimed_by = $2",
            |query| query.bind(self.id).bind(self.claim).bind(Timestamp::now()),
        )
        .await?;
        Ok(())
    }

    #[must_use]
    pub fn wants(&self, event_type: &str) -> bool {
        self.types.iter().any(|pattern| pattern.matches(event_type))
    }
}

/// The projects whose webhooks are active, and how many those are.
pub async fn followed(db: &Db) -> Result<Vec<(ProjectId, usize)>> {
    let rows: Vec<(ProjectId, i64)> =
        db.query("select project_id, count(*) from webhooks where active group by project_id").all().await?;
    Ok(rows.into_iter().map(|(project, count)| (project, usize::try_from(count).unwrap_or(usize::MAX))).collect())
}
