//! Sessions of browsers: the store behind tower-sessions, and what people see of it.
//!
//! The published SQL stores write a session back when they save it, which would bring a session back that
//! was ended in the meantime; here a session is written once, in the transaction that begins it where there is one, and
//! expiry is decided when a session is loaded.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use serde::Serialize;
use serde_json::json;
use tower_sessions::{
    Expiry, Session, SessionStore,
    session::{Id, Record},
    session_store,
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::{
        caller::{Caller, Credential},
        role::Role,
        user::User,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, SessionId, UserId},
        secrets,
    },
    db::{Bind, Db, Query, Tx},
    faults::planted,
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
    /// The secret of a session that was written already, on its way to the cookie; kept nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
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

#[derive(sqlx_macros::FromRow)]
struct Row {
    data: String,
    remember: bool,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
}

const INSERT: &str = "insert into sessions
   (id, secret_hash, user_id, remember, user_agent, data, created_at, last_seen_at, expires_at)
 values ($1, $2, $3, $4, $5, $6, $7, $7, $8)";

impl Data {
    /// The values of a session's row.
    fn bind<'a>(&self, secret: &Id, query: Query<'a>) -> Query<'a> {
        let now = Timestamp::now();
        query
            .bind(self.id)
            .bind(secret_hash(secret))
            .bind(self.user)
            .bind(self.remember)
            .bind(self.user_agent.clone())
            .bind(json!({KEY: self}).to_string())
            .bind(now)
            .bind(now.plus(if self.remember { ABSOLUTE_REMEMBERED } else { ABSOLUTE }))
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // The request that signed in has written the row; nothing is left to do that could fail.
        let data = record.data.get(KEY).cloned().unwrap_or_default();
        let data: Data = serde_json::from_value(data).map_err(failed)?;
        let secret = data.secret.ok_or_else(|| failed("a session is begun before it is handed over"))?;
        record.id = secret.parse().map_err(failed)?;
        Ok(())
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
        let Some(row) = row.filter(|row| row.is_live(now)) else { return Ok(None) };
        if row.last_seen_at.plus(SEEN_EVERY) < now {
            let hash = secret_hash(id);
            self.db
                .execute_best_effort("update sessions set last_seen_at = $2 where secret_hash = $1", move |query| {
                    query.bind(hash).bind(now)
                })
                .await;
        }
        let data: HashMap<_, _> = serde_json::from_str(&row.data).map_err(failed)?;
        let end = i128::from(row.expires_at.0) * 1_000_000;
        let expiry_date = time::OffsetDateTime::from_unix_timestamp_nanos(end).map_err(failed)?;
        let record = Record { id: *id, data, expiry_date };
        planted!(
            // The row is there already and refuses a second one, unless the session ended in between.
            SessionWrittenBack => if let Some(data) = record.data.get(KEY)
                && let Ok(data) = serde_json::from_value::<Data>(data.clone())
            {
                let _ = self.db.execute(INSERT, |query| data.bind(id, query)).await;
            },
            ()
        );
        Ok(Some(record))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let found: Option<(SessionId,)> = self
            .db
            .query("select id from sessions where secret_hash = $1")
            .bind(secret_hash(id))
            .optional()
            .await
            .map_err(failed)?;
        if found.is_none() {
            return Ok(());
        }
        self.db
            .execute_from_ballast("delete from sessions where secret_hash = $1", |query| query.bind(secret_hash(id)))
            .await
            .map_err(failed)?;
        Ok(())
    }
}

impl Row {
    fn is_live(&self, now: Timestamp) -> bool {
        let idle_end = self.last_seen_at.plus(if self.remember { IDLE_REMEMBERED } else { IDLE });
        now < self.expires_at && now < idle_end
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn store_failed(error: tower_sessions::session::Error) -> Error {
    tracing::error!(%error, "the session store failed");
    Error::Unavailable
}

/// A session that begins, always under a new id. First it is written, then, when that is durable, the browser gets it.
pub struct NewSession {
    secret: Id,
    data: Data,
    former: Option<SessionId>,
}

impl NewSession {
    /// In this browser, whose former session is looked up now: later nothing may fail any more.
    pub async fn new(session: &Session, remember: bool, user_agent: &str) -> Result<Self> {
        let former: Option<Data> = session.get(KEY).await.map_err(store_failed)?;
        let user = UserId(uuid::Uuid::nil());
        let user_agent = user_agent.chars().take(255).collect();
        let data = Data { id: SessionId::new(), user, remember, user_agent, secret: None };
        Ok(Self { secret: Id::default(), data, former: former.map(|former| former.id) })
    }

    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.data.id
    }

    /// Whose it is.
    #[must_use]
    pub fn of(mut self, user: UserId) -> Self {
        self.data.user = user;
        self
    }

    /// Write it beside a change that it depends on; the former one ends.
    pub async fn write(&self, tx: &mut Tx) -> Result<()> {
        if let Some(former) = self.former {
            tx.query("delete from sessions where id = $1").bind(former).execute().await?;
        }
        self.data.bind(&self.secret, tx.query(INSERT)).execute().await?;
        Ok(())
    }

    /// Write it by itself, on a full disk too.
    pub async fn write_alone(&self, db: &Db) -> Result<()> {
        db.execute_from_ballast(INSERT, |query| self.data.bind(&self.secret, query)).await?;
        if let Some(former) = self.former {
            let ended = db.execute_from_ballast("delete from sessions where id = $1", |query| query.bind(former)).await;
            // The new one is there; the browser forgets the former one in any case.
            let _ = ended.inspect_err(|error| tracing::warn!(%error, "a former session lives until it expires"));
        }
        Ok(())
    }

    /// Give it to the browser. Answers which session was its former one.
    pub async fn set_cookie(self, session: &Session) -> Option<SessionId> {
        session.clear().await;
        if session.id().is_some() {
            // It lets go of the former id before it looks for a row, which is gone.
            let _ = session.cycle_id().await;
        }
        let data = Data { secret: Some(self.secret.to_string()), ..self.data };
        // Without "remember me" the cookie ends with the browser; the row ends by itself in either case.
        session.set_expiry(data.remember.then(|| Expiry::OnInactivity(time::Duration::days(30))));
        let given = match session.insert(KEY, data).await {
            Ok(()) => session.save().await,
            Err(error) => Err(error),
        };
        if let Err(error) = given {
            tracing::error!(%error, "a session could not be handed over: its user has to sign in again");
        }
        self.former
    }
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
pub async fn caller(db: &Db, session: &Session, project: Option<ProjectId>) -> Result<Caller> {
    #[derive(sqlx_macros::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        user: User,
        session_id: SessionId,
        expires_at: Timestamp,
        role: Option<Role>,
        second_factor_missing: bool,
    }
    let data: Data = session.get(KEY).await.map_err(store_failed)?.ok_or(Error::Unauthenticated)?;
    let row: Option<Row> = db
        .query(
            "select u.id, u.email, u.name, u.admin, u.created_at, u.time_zone, u.show_presence, s.id as session_id, s.expires_at, m.role,
                    exists (select 1 from second_factors_missing f where f.user_id = u.id) as second_factor_missing
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
    let second_factor_missing = row.second_factor_missing;
    Ok(Caller { user: row.user, credential, role: project.zip(row.role), second_factor_missing })
}

/// Whether a session lives at this instant: one that has ended may not have been swept away yet.
pub async fn is_live(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<bool> {
    let row: Option<Row> = tx
        .query("select data, remember, last_seen_at, expires_at from sessions where id = $1")
        .bind(session)
        .optional()
        .await?;
    Ok(row.is_some_and(|row| row.is_live(now)))
}

/// Keep a session from ending until the transaction is over; answers whether it is there.
pub async fn hold(tx: &mut Tx, session: SessionId) -> Result<bool> {
    tx.seal();
    let found: Option<(SessionId,)> =
        tx.query("select id from sessions where id = $1 {for update}").bind(session).optional().await?;
    Ok(found.is_some())
}

/// A session as its owner sees it.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
#[schema(as = Session)]
pub struct SessionInfo {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub user_agent: String,
    /// Whether it is the one that asks.
    #[sqlx(default)]
    pub current: bool,
}

/// The sessions of a user, those used last first, behind the one that ended the page before. `asking` is the one of the caller.
pub async fn list(
    db: &Db,
    user: UserId,
    asking: Uuid,
    before: Option<(Timestamp, SessionId)>,
    limit: i64,
) -> Result<Vec<SessionInfo>> {
    let (seen_at, id) = before.unwrap_or((Timestamp(i64::MAX), SessionId(uuid::Uuid::nil())));
    let mut sessions: Vec<SessionInfo> = db
        .query(
            "select id, created_at, last_seen_at, expires_at, user_agent from sessions
             where user_id = $1 and expires_at > $2 and (last_seen_at < $3 or (last_seen_at = $3 and id < $4))
             order by last_seen_at desc, id desc
             limit $5",
        )
        .bind(user)
        .bind(Timestamp::now())
        .bind(seen_at)
        .bind(id)
        .bind(limit)
        .all()
        .await?;
    for session in &mut sessions {
        session.current = session.id.0 == asking;
    }
    Ok(sessions)
}

/// End one session of a user.
pub async fn remove(tx: &mut Tx, user: UserId, session: SessionId) -> Result<()> {
    let ended =
        tx.query("delete from sessions where id = $1 and user_id = $2").bind(session).bind(user).execute().await?;
    if ended == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// End all sessions of a user, but for one.
pub async fn remove_others(tx: &mut Tx, user: UserId, but: Option<SessionId>) -> Result<()> {
    tx.query("delete from sessions where user_id = $1 and id <> $2")
        .bind(planted!(OthersStaySignedIn => UserId(uuid::Uuid::nil()), user))
        .bind(but.unwrap_or(SessionId(uuid::Uuid::nil())))
        .execute()
        .await?;
    Ok(())
}

/// End the sessions of a user beyond the newest `keep` ones. Answers which; when it fails, the next sign-in does it.
pub async fn end_oldest(db: &Db, user: UserId, keep: i64) -> Vec<SessionId> {
    let ended = async {
        let oldest: Vec<(SessionId,)> = db
            .query("select id from sessions where user_id = $1 order by created_at desc, id desc limit 1000 offset $2")
            .bind(user)
            .bind(keep)
            .all()
            .await?;
        let oldest: Vec<SessionId> = oldest.into_iter().map(|(session,)| session).collect();
        if !oldest.is_empty() {
            let sql = "delete from sessions where id in (select id from {rows $1: id uuid} as r)";
            db.execute(sql, |query| query.bind_rows(&oldest, |cells, session| cells.bind(*session))).await?;
        }
        Ok::<_, Error>(oldest)
    };
    ended.await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the oldest sessions of a user could not be ended");
        vec![]
    })
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
