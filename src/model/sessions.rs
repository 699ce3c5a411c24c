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

use crate::{
    access::{Caller, Credential, Role},
    app::App,
    change::Work,
    clock::Timestamp,
    db::{Db, Query},
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

#[derive(sqlx::FromRow)]
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
        // Its row is there already, written by whoever began it; nothing is left to do that could fail.
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
        if planted(Fault::SessionWrittenBack)
            && let Some(data) = record.data.get(KEY)
            && let Ok(data) = serde_json::from_value::<Data>(data.clone())
        {
            // It is there already, unless it ended in between.
            let _ = self.db.execute(INSERT, |query| data.bind(id, query)).await;
        }
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

/// A session that begins, always under a new id. First it is written, then, when that is durable, the browser gets it.
pub struct Beginning {
    secret: Id,
    data: Data,
    former: Option<SessionId>,
}

impl Beginning {
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
    pub async fn write(&self, work: &mut Work) -> Result<()> {
        if let Some(former) = self.former {
            work.query("delete from sessions where id = $1").bind(former).execute().await?;
        }
        self.data.bind(&self.secret, work.query(INSERT)).execute().await?;
        Ok(())
    }

    /// Write it by itself, on a full disk too.
    pub async fn write_alone(&self, db: &Db) -> Result<()> {
        db.execute_from_reserve(INSERT, |query| self.data.bind(&self.secret, query)).await?;
        if let Some(former) = self.former {
            let ended = db.execute_from_reserve("delete from sessions where id = $1", |query| query.bind(former)).await;
            // The new one is there; the browser forgets the former one in any case.
            let _ = ended.inspect_err(|error| tracing::warn!(%error, "a former session lives until it expires"));
        }
        Ok(())
    }

    /// Give it to the browser. Answers which session was its former one.
    pub async fn hand_over(self, session: &Session) -> Option<SessionId> {
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
