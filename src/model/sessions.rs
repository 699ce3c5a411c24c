//! Sessions of browsers: the store behind tower-sessions, and what people see of it.
//!
//! The published SQL stores write a session back when they save it, which would bring a session back that
//! was ended in the meantime; here a session is written once, and expiry is decided when a session is loaded.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use serde::Serialize;
use tower_sessions::{
    Expiry, Session, SessionStore,
    session::{Id, Record},
    session_store,
};
use utoipa::ToSchema;

use crate::{
    access::{Caller, Credential, Role},
    app::App,
    change::Work,
    clock::Timestamp,
    db::Db,
    error::{Error, Result},
    faults::{Fault, planted},
    ids::{ProjectId, SessionId, UserId},
    model::users::User,
    secrets,
};

const IDLE: Duration = Duration::from_hours(12);
const ABSOLUTE: Duration = Duration::from_hours(24);
const IDLE_REMEMBERED: Duration = Duration::from_hours(168);
const ABSOLUTE_REMEMBERED: Duration = Duration::from_hours(720);
/// How often the last use is written down.
const SEEN_EVERY: Duration = Duration::from_mins(5);

const KEY: &str = "session";

/// What a session knows, kept under one key of its record.
#[derive(Clone, Debug, serde::Deserialize, Serialize)]
struct Data {
    id: SessionId,
    user: UserId,
    remember: bool,
    user_agent: String,
}

#[derive(Clone, Debug)]
pub struct Store {
    pub db: Db,
}

fn failed(error: impl std::fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn secret_hash(id: &Id) -> String {
    secrets::hash(&id.to_string())
}

#[derive(sqlx::FromRow)]
struct Row {
    data: String,
    remember: bool,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
}

impl Store {
    async fn insert(&self, record: &Record) -> session_store::Result<()> {
        let Some(data) = record.data.get(KEY) else { return Err(failed("a session belongs to somebody")) };
        let data: Data = serde_json::from_value(data.clone()).map_err(failed)?;
        let now = Timestamp::now();
        let json = serde_json::to_string(&record.data).map_err(failed)?;
        self.db
            .execute_from_reserve(
                "insert into sessions
                   (id, secret_hash, user_id, remember, user_agent, data, created_at, last_seen_at, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
                |query| {
                    query
                        .bind(data.id)
                        .bind(secret_hash(&record.id))
                        .bind(data.user)
                        .bind(data.remember)
                        .bind(data.user_agent.as_str())
                        .bind(json.as_str())
                        .bind(now)
                        .bind(now.plus(if data.remember { ABSOLUTE_REMEMBERED } else { ABSOLUTE }))
                },
            )
            .await
            .map_err(failed)?;
        Ok(())
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // Always an id of our own making: a record that was flushed still carries the id that the cookie brought.
        record.id = Id::default();
        self.insert(record).await
    }

    async fn save(&self, _: &Record) -> session_store::Result<()> {
        // What a session knows never changes, and tower-sessions saves once more after an answer that began one: a
        // write that could only fail, when everything is done.
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let row: Option<Row> = self
            .db
            .query("select data, remember, last_seen_at, expires_at from sessions where secret_hash = $1")
            .bind(secret_hash(id))
            .optional()
            .await
            .map_err(failed)?;
        let now = Timestamp::now();
        let Some(row) = row.filter(|row| now < row.expires_at && now < idle_end(row)) else { return Ok(None) };
        if row.last_seen_at.plus(SEEN_EVERY) < now {
            let hash = secret_hash(id);
            self.db
                .note("update sessions set last_seen_at = $2 where secret_hash = $1", move |query| {
                    query.bind(hash).bind(now)
                })
                .await;
        }
        let data: HashMap<_, _> = serde_json::from_str(&row.data).map_err(failed)?;
        let end = i128::from(row.expires_at.0) * 1_000_000;
        let expiry_date = time::OffsetDateTime::from_unix_timestamp_nanos(end).map_err(failed)?;
        let record = Record { id: *id, data, expiry_date };
        if planted(Fault::SessionWrittenBack) {
            // It is there already, unless it ended in between.
            let _ = self.insert(&record).await;
        }
        Ok(Some(record))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.db
            .execute_from_reserve("delete from sessions where secret_hash = $1", |query| query.bind(secret_hash(id)))
            .await
            .map_err(failed)?;
        Ok(())
    }
}

fn idle_end(row: &Row) -> Timestamp {
    row.last_seen_at.plus(if row.remember { IDLE_REMEMBERED } else { IDLE })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn store_failed(error: tower_sessions::session::Error) -> Error {
    tracing::error!(%error, "the session store failed");
    Error::Unavailable
}

/// Sign somebody in: always under a new id.
pub async fn begin(session: &Session, user: UserId, remember: bool, user_agent: &str) -> Result<()> {
    session.flush().await.map_err(store_failed)?;
    let data = Data { id: SessionId::new(), user, remember, user_agent: user_agent.chars().take(255).collect() };
    session.insert(KEY, data).await.map_err(store_failed)?;
    // Without "remember me" the cookie ends with the browser; the row ends by itself in either case.
    session.set_expiry(remember.then(|| Expiry::OnInactivity(time::Duration::days(30))));
    session.save().await.map_err(store_failed)
}

/// Whether this browser asked to stay signed in.
pub async fn remembered(session: &Session) -> Result<bool> {
    let data: Option<Data> = session.get(KEY).await.map_err(store_failed)?;
    Ok(data.is_some_and(|data| data.remember))
}

/// End the session of this browser.
pub async fn end(session: &Session) -> Result<()> {
    session.flush().await.map_err(store_failed)
}

/// Who this session belongs to, as long as it lives and the account is not disabled, and their role in a project.
pub async fn caller(app: &App, session: &Session, project: Option<ProjectId>) -> Result<Caller> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        user: User,
        session_id: SessionId,
        expires_at: Timestamp,
        role: Option<Role>,
    }
    let data: Data = session.get(KEY).await.map_err(store_failed)?.ok_or(Error::Unauthenticated)?;
    let row: Option<Row> = app
        .db
        .query(
            "select u.id, u.email, u.name, u.admin, u.created_at, s.id as session_id, s.expires_at, m.role
             from sessions s
             join users u on u.id = s.user_id
             left join projects p on p.id = $2 and p.deleted_at is null
             left join members m on m.project_id = p.id and m.user_id = u.id
             where s.id = $1 and u.disabled_at is null",
        )
        .bind(data.id)
        .bind(project)
        .optional()
        .await?;
    let row = row.ok_or(Error::Unauthenticated)?;
    let credential = Credential::Session { id: row.session_id, expires_at: row.expires_at };
    Ok(Caller { user: row.user, credential, role: row.role })
}

/// A session as its owner sees it.
#[derive(Debug, Serialize, sqlx::FromRow, ToSchema)]
#[schema(as = Session)]
pub struct Listed {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub user_agent: String,
    /// Whether it is the one that asks.
    #[sqlx(default)]
    pub current: bool,
}

pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Listed>> {
    let mut sessions: Vec<Listed> = app
        .db
        .query(
            "select id, created_at, last_seen_at, expires_at, user_agent from sessions
             where user_id = $1 and expires_at > $2
             order by last_seen_at desc",
        )
        .bind(caller.user.id)
        .bind(Timestamp::now())
        .all()
        .await?;
    for session in &mut sessions {
        session.current = session.id.0 == caller.credential_id();
    }
    Ok(sessions)
}

/// End one session of a user.
pub async fn remove(work: &mut Work, user: UserId, session: SessionId) -> Result<()> {
    let ended =
        work.query("delete from sessions where id = $1 and user_id = $2").bind(session).bind(user).execute().await?;
    if ended == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// End all sessions of a user, but for one.
pub async fn remove_others(work: &mut Work, user: UserId, but: Option<SessionId>) -> Result<()> {
    if planted(Fault::OthersStaySignedIn) {
        return Ok(());
    }
    work.query("delete from sessions where user_id = $1 and id <> $2")
        .bind(user)
        .bind(but.unwrap_or(SessionId(uuid::Uuid::nil())))
        .execute()
        .await?;
    Ok(())
}

/// Forget sessions that have ended.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    db.execute(
        "delete from sessions
         where expires_at <= $1 or last_seen_at <= $2 or (last_seen_at <= $3 and not remember)",
        |query| query.bind(now).bind(now.minus(IDLE_REMEMBERED)).bind(now.minus(IDLE)),
    )
    .await
}
