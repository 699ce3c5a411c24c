//! The webhooks of all projects, without what managers of a project alone know of them.

use serde::Serialize;
use url::Url;
use utoipa::ToSchema;

use crate::{
    base::{
        clock::Timestamp,
        error::Result,
        ids::{ProjectId, UserId, WebhookId},
    },
    db::Db,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    Active,
    /// The last attempt failed, and is made again.
    Failing,
    /// A manager stopped it.
    Paused,
    /// The server made it inactive: its receiver is gone, or took nothing for days.
    Disabled,
}

/// A webhook as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminWebhook {
    pub id: WebhookId,
    pub project_id: ProjectId,
    /// The rest of the address may hold a secret of its receiver.
    pub host: String,
    pub state: WebhookState,
    /// Attempts that failed since the last one that did not.
    pub failure_count: i64,
    #[schema(required)]
    pub failing_since: Option<Timestamp>,
    pub created_by: UserId,
    pub created_at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: WebhookId,
    project_id: ProjectId,
    url: String,
    active: bool,
    failures: i64,
    failing_since: Option<Timestamp>,
    disabled_at: Option<Timestamp>,
    created_by: UserId,
    created_at: Timestamp,
}

impl Row {
    fn webhook(self) -> AdminWebhook {
        let host = Url::parse(&self.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        AdminWebhook {
            id: self.id,
            project_id: self.project_id,
            host: host.unwrap_or_default(),
            state: match (self.active, self.failures) {
                (true, 0) => WebhookState::Active,
                (true, _) => WebhookState::Failing,
                (false, _) if self.disabled_at.is_some() => WebhookState::Disabled,
                (false, _) => WebhookState::Paused,
            },
            failure_count: self.failures,
            failing_since: self.failing_since,
            created_by: self.created_by,
            created_at: self.created_at,
        }
    }
}

/// The webhooks of projects that are not deleted, behind the one that ended the page before.
pub async fn list(db: &Db, after: Option<WebhookId>, limit: i64) -> Result<Vec<AdminWebhook>> {
    let rows: Vec<Row> = db
        .query(
            "select w.id, w.project_id, w.url, w.active, w.failures, w.failing_since, w.disabled_at, w.created_by, w.created_at
             from webhooks w
             join projects p on p.id = w.project_id
             where p.deleted_at is null and w.id > $1
             order by w.id
             limit $2",
        )
        .bind(after.unwrap_or(WebhookId(uuid::Uuid::nil())))
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Row::webhook).collect())
}
