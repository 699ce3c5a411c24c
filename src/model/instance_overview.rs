//! How much there is on an instance, and what waits: numbers only, and nothing of what is in a project.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    base::{clock::Timestamp, error::Result},
    db::{Db, Dialect, tables},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DatabaseOverview {
    pub kind: DatabaseKind,
    pub bytes: i64,
    /// The version of its tables.
    pub schema: i64,
}

/// How much there is.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Counts {
    /// Accounts, also disabled ones.
    pub people: i64,
    pub disabled_people: i64,
    pub administrators: i64,
    /// Sessions that have not expired.
    pub sessions: i64,
    /// Tokens that have not expired.
    pub tokens: i64,
    /// Projects that are neither deleted nor archived.
    pub projects: i64,
    pub archived_projects: i64,
    pub deleted_projects: i64,
    /// Tasks, also archived ones.
    pub tasks: i64,
    /// Events in the logs of all projects.
    pub events: i64,
    /// Entries of the audit log.
    pub audit_entries: i64,
    pub attachments: i64,
    /// What they take in the store: bytes of one content are kept once.
    pub attachment_bytes: i64,
}

/// What waits to be sent or done, and what was given up.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Waiting {
    pub mails: i64,
    /// Mails that could not be sent: they wait for an administrator.
    pub failed_mails: i64,
    pub pushes: i64,
    /// Webhooks that something is sent to.
    pub active_webhooks: i64,
    /// Those of them whose last attempt failed.
    pub failing_webhooks: i64,
    /// Webhooks that the server made inactive: their receivers were gone.
    pub disabled_webhooks: i64,
    pub imports: i64,
    /// Projects whose texts are not in the index of the search yet.
    pub unindexed_projects: i64,
}

/// The database itself.
pub async fn database(db: &Db) -> Result<DatabaseOverview> {
    let kind = match db.dialect() {
        Dialect::Sqlite => DatabaseKind::Sqlite,
        Dialect::Postgres => DatabaseKind::Postgres,
    };
    Ok(DatabaseOverview { kind, bytes: db.size().await?, schema: tables::latest() })
}

pub async fn counts(db: &Db) -> Result<Counts> {
    db.query(
        "select (select count(*) from users where not guest) as people,
                (select count(*) from users where not guest and disabled_at is not null) as disabled_people,
                (select count(*) from users where admin and disabled_at is null) as administrators,
                (select count(*) from sessions where expires_at > $1) as sessions,
                (select count(*) from tokens where expires_at > $1) as tokens,
                (select count(*) from projects where deleted_at is null and archived_at is null) as projects,
                (select count(*) from projects where deleted_at is null and archived_at is not null) as archived_projects,
                (select count(*) from projects where deleted_at > 0) as deleted_projects,
                (select count(*) from tasks) as tasks,
                (select cast(coalesce(sum(seq - trimmed_seq), 0) as bigint) from projects) as events,
                (select number from audit_head where id = 1) as audit_entries,
                (select count(*) from attachments) as attachments,
                (select cast(coalesce(sum(size), 0) as bigint) from blobs) as attachment_bytes",
    )
    .bind(Timestamp::now())
    .one()
    .await
}

pub async fn waiting(db: &Db) -> Result<Waiting> {
    db.query(
        "select (select count(*) from mails where failed_at is null) as mails,
                (select count(*) from mails where failed_at is not null) as failed_mails,
                (select count(*) from pushes) as pushes,
                (select count(*) from webhooks where active) as active_webhooks,
                (select count(*) from webhooks where active and failures > 0) as failing_webhooks,
                (select count(*) from webhooks where disabled_at is not null) as disabled_webhooks,
                (select count(*) from imports where state < 2) as imports,
                (select count(*) from search_backlog) as unindexed_projects",
    )
    .one()
    .await
}
