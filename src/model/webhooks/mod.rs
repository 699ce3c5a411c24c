//! Webhooks: where a project's events are sent, each in order by its own place in the log. Only managers see
//! them, so no event tells of them: an address may hold a secret of its receiver.
//!
//! - `event_types`  which events a webhook is sent
//! - `deliveries`   the last attempts of each
//! - `message`      what is sent, as each kind of receiver takes it
//! - `chat`         an event in a line that people read
//! - `overview`     what administrators see of those of all projects
//! - `queue`        what is due, and which node sends it
//! - `schedule`     what becomes of an attempt, and when the next one is made

pub mod chat;
pub mod deliveries;
mod event_types;
pub mod message;
pub mod overview;
pub mod queue;
pub mod schedule;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::event_types::EventPattern;
use crate::{
    auth::membership::Membership,
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{DeliveryId, UserId, WebhookId},
        text::Name,
    },
    change::Change,
    config::Config,
    db::query::part,
    log::parse,
    model::{nullable, present},
    outgoing::{Reach, SigningSecret, check_url},
};

/// The most of one project.
const MOST: i64 = 20;
/// The most patterns of one webhook.
const MOST_TYPES: usize = 50;
/// For how long messages are signed by the secret before, too.
const ROTATION: Duration = Duration::from_hours(24);

/// What a receiver takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx_macros::Type)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookTemplate, default = "standard")]
#[repr(i16)]
pub enum Template {
    /// A program: the event as the log has it.
    #[default]
    Standard = 0,
    /// A channel of Slack, or of what takes the same: a line of text.
    Slack = 1,
    /// A room of Matrix, through its bridge for webhooks (Hookshot).
    Matrix = 2,
    /// A topic of ntfy.
    Ntfy = 3,
}

/// Where events of a project are sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhook {
    pub id: WebhookId,
    #[schema(required)]
    pub name: Option<String>,
    pub url: String,
    /// Which events are sent.
    pub types: Vec<EventPattern>,
    pub template: Template,
    /// Whether anything is sent. What happens meanwhile waits.
    pub active: bool,
    /// Who made it. It stays with the project when they leave.
    pub created_by: UserId,
    pub created_at: Timestamp,
    /// The event that it goes on with.
    pub next_seq: i64,
    /// How many events of the log are behind its place.
    pub backlog_count: i64,
    /// Attempts that failed since the last one that did not.
    pub failure_count: i64,
    #[schema(required)]
    pub failing_since: Option<Timestamp>,
    /// When it is tried again, where the last attempt failed.
    #[schema(required)]
    pub next_attempt_at: Option<Timestamp>,
    #[schema(required)]
    pub last_error: Option<String>,
    /// When the server made it inactive, and why: its receiver is gone, or took nothing for days.
    #[schema(required)]
    pub disabled_at: Option<Timestamp>,
    #[schema(required)]
    pub disabled_reason: Option<String>,
    /// Until when the secret before the present one signs too.
    #[schema(required)]
    pub old_secret_until: Option<Timestamp>,
}

/// A webhook whose secret was just made: the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookWithSecret {
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What checks the signature of messages. Absent when the answer is given again under the same `Idempotency-Key`: make
    /// another one then.
    #[schema(required = false)]
    pub secret: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    #[schema(max_length = 2048, pattern = "^https?://")]
    pub url: String,
    /// All events when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_items = 1, max_items = 50)]
    pub types: Option<Vec<EventPattern>>,
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub active: bool,
    pub name: Option<Name>,
    #[serde(default)]
    pub template: Template,
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_length = 2048, pattern = "^https?://")]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_items = 1, max_items = 50)]
    pub types: Option<Vec<EventPattern>>,
    /// True brings back one that the server made inactive, too; it goes on where it stopped.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub active: Option<bool>,
    #[serde(default, deserialize_with = "nullable")]
    pub name: Option<Option<Name>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub template: Option<Template>,
}

/// From where events are sent once more; or what is left out, when it lies ahead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redelivery {
    /// At most one behind the last event.
    #[schema(minimum = 1)]
    pub from_seq: i64,
}

/// A ping on its way; `message_id` finds it among the deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ping {
    pub message_id: String,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: WebhookId,
    name: Option<String>,
    url: String,
    types: String,
    template: Template,
    active: bool,
    created_by: UserId,
    created_at: Timestamp,
    next_seq: i64,
    failures: i64,
    failing_since: Option<Timestamp>,
    next_attempt_at: Timestamp,
    last_error: Option<String>,
    disabled_at: Option<Timestamp>,
    disabled_reason: Option<String>,
    old_secret_until: Option<Timestamp>,
    head: i64,
}

const SELECT: &str =
    "select w.id, w.name, w.url, w.types, w.template, w.active, w.created_by, w.created_at, w.next_seq, w.failures,
            w.failing_since, w.next_attempt_at, w.last_error, w.disabled_at, w.disabled_reason, w.old_secret_until,
            p.seq as head
     from webhooks w
     join projects p on p.id = w.project_id
     where w.project_id = $1";

impl Row {
    fn webhook(self, now: Timestamp) -> Result<Webhook> {
        let failing = self.failures > 0 && self.active;
        Ok(Webhook {
            id: self.id,
            name: self.name,
            url: self.url,
            types: parse(&self.types)?,
            template: self.template,
            active: self.active,
            created_by: self.created_by,
            created_at: self.created_at,
            next_seq: self.next_seq,
            backlog_count: (self.head - self.next_seq + 1).max(0),
            failure_count: self.failures,
            failing_since: self.failing_since,
            next_attempt_at: failing.then_some(self.next_attempt_at),
            last_error: self.last_error,
            disabled_at: self.disabled_at,
            disabled_reason: self.disabled_reason,
            old_secret_until: self.old_secret_until.filter(|until| *until > now),
        })
    }
}

/// Refuse what nothing can be sent to. Where a name leads is checked each time that it is dialled.
fn check_target(config: &Config, url: &str) -> Result<()> {
    check_url(&Reach::new(&config.outgoing_networks), url).map_err(|detail| Error::invalid("/url", detail))
}

fn types_text(types: &[EventPattern]) -> Result<String> {
    if types.is_empty() || types.len() > MOST_TYPES {
        return Err(Error::invalid("/types", format!("must name 1 to {MOST_TYPES} types of events")));
    }
    serde_json::to_string(types).map_err(|error| Error::Internal(error.to_string()))
}

/// The webhooks of a project, the oldest first, behind the one that ended the page before.
pub async fn list(by: &Membership, after: Option<WebhookId>, limit: i64) -> Result<Vec<Webhook>> {
    let rows: Vec<Row> = by
        .query(SELECT)
        .bind(by.project())
        .append(part("and w.id > $1 order by w.id limit $2"))
        .bind(after.unwrap_or(WebhookId(Uuid::nil())))
        .bind(limit)
        .all()
        .await?;
    let now = Timestamp::now();
    rows.into_iter().map(|row| row.webhook(now)).collect()
}

pub async fn find(by: &Membership, id: WebhookId) -> Result<Webhook> {
    let row: Row = by.query(SELECT).bind(by.project()).append(part("and w.id = $1")).bind(id).one().await?;
    row.webhook(Timestamp::now())
}

async fn load(change: &mut Change, id: WebhookId) -> Result<Webhook> {
    let (project, at, seq) = (change.project(), change.at(), change.seq());
    let mut row: Row = change.query(SELECT).bind(project).append(part("and w.id = $1")).bind(id).one().await?;
    // The project counts the number already that the change has drawn and does not use.
    row.head = seq - 1;
    row.webhook(at)
}

/// Make a webhook, which is sent what happens from here on.
pub async fn create(change: &mut Change, new: NewWebhook) -> Result<WebhookWithSecret> {
    check_target(change.config(), &new.url)?;
    let types = types_text(&new.types.unwrap_or_else(|| vec![EventPattern::all()]))?;
    let (project, at, seq) = (change.project(), change.at(), change.seq());
    let (count,): (i64,) =
        change.query("select count(*) from webhooks where project_id = $1").bind(project).one().await?;
    if count >= MOST {
        let detail = format!("a project has at most {MOST} webhooks: delete one first");
        return Err(Error::conflict("too_many_webhooks", detail));
    }
    let (id, secret, by) = (WebhookId::new(), SigningSecret::fresh(), change.actor()?.id);
    change
        .query(
            "insert into webhooks
               (id, project_id, name, url, types, template, active, created_by, created_at, secret, next_seq)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(id)
        .bind(project)
        .bind(new.name.map(|name| name.as_str().to_owned()))
        .bind(new.url)
        .bind(types)
        .bind(new.template)
        .bind(new.active)
        .bind(by)
        .bind(at)
        .bind(secret.as_str().to_owned())
        .bind(seq)
        .execute()
        .await?;
    Ok(WebhookWithSecret { webhook: load(change, id).await?, secret: secret.as_str().into() })
}

/// Change a webhook. One that has another address, or is active again, is tried at once.
pub async fn patch(change: &mut Change, id: WebhookId, patch: WebhookPatch) -> Result<Webhook> {
    let before = load(change, id).await?;
    let url = patch.url.unwrap_or_else(|| before.url.clone());
    if url != before.url {
        check_target(change.config(), &url)?;
    }
    let types = types_text(&patch.types.unwrap_or(before.types))?;
    let active = patch.active.unwrap_or(before.active);
    let afresh = url != before.url || (active && !before.active);
    change
        .query(
            "update webhooks
             set name = $2, url = $3, types = $4, template = $5, active = $6, generation = generation + 1,
                 failures = case when $7 then 0 else failures end,
                 failing_since = case when $7 then null else failing_since end,
                 next_attempt_at = case when $7 then 0 else next_attempt_at end,
                 last_error = case when $7 then null else last_error end,
                 disabled_at = case when $6 then null else disabled_at end,
                 disabled_reason = case when $6 then null else disabled_reason end
             where id = $1",
        )
        .bind(id)
        .bind(patch.name.map_or(before.name, |name| name.map(|name| name.as_str().to_owned())))
        .bind(url)
        .bind(types)
        .bind(patch.template.unwrap_or(before.template))
        .bind(active)
        .bind(afresh)
        .execute()
        .await?;
    load(change, id).await
}

pub async fn remove(change: &mut Change, id: WebhookId) -> Result<()> {
    let project = change.project();
    let removed =
        change.query("delete from webhooks where id = $1 and project_id = $2").bind(id).bind(project).execute().await?;
    if removed == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Give a webhook another secret. The one before signs too, until its receiver has the new one.
pub async fn rotate(change: &mut Change, id: WebhookId) -> Result<WebhookWithSecret> {
    load(change, id).await?;
    let (at, secret) = (change.at(), SigningSecret::fresh());
    change
        .query(
            "update webhooks
             set old_secret = secret, old_secret_until = $3, secret = $2, generation = generation + 1
             where id = $1",
        )
        .bind(id)
        .bind(secret.as_str().to_owned())
        .bind(at.plus(ROTATION))
        .execute()
        .await?;
    Ok(WebhookWithSecret { webhook: load(change, id).await?, secret: secret.as_str().into() })
}

/// Send a message that tells of no event, also to a webhook that is inactive.
pub async fn ping(change: &mut Change, id: WebhookId) -> Result<Ping> {
    load(change, id).await?;
    let ping = DeliveryId::new();
    change
        .query("update webhooks set ping_id = $2, generation = generation + 1 where id = $1")
        .bind(id)
        .bind(ping)
        .execute()
        .await?;
    Ok(Ping { message_id: message::ping_id(ping.0) })
}

/// Go on from another event, at once.
pub async fn redeliver(change: &mut Change, id: WebhookId, from_seq: i64) -> Result<Webhook> {
    load(change, id).await?;
    let (project, behind) = (change.project(), change.seq());
    if !(1..=behind).contains(&from_seq) {
        let detail = format!("must be 1 to {behind}, which is one behind the last event");
        return Err(Error::invalid("/from_seq", detail));
    }
    let (trimmed,): (i64,) = change.query("select trimmed_seq from projects where id = $1").bind(project).one().await?;
    if from_seq <= trimmed {
        return Err(Error::Trimmed { oldest: trimmed + 1 });
    }
    change
        .query(
            "update webhooks
             set next_seq = $2, failures = 0, failing_since = null, next_attempt_at = 0, last_error = null,
                 generation = generation + 1
             where id = $1",
        )
        .bind(id)
        .bind(from_seq)
        .execute()
        .await?;
    load(change, id).await
}
