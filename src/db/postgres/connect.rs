//! Connecting to Postgres: what is refused with words before anything else, how many connections there may be and who gets
//! them, and the settings of each.
//!
//! The settings are made by `set` on the new connection and not in the startup message, which `PgBouncer` refuses.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    Connection, Executor, Row,
    postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions},
};
use tokio::time::{sleep, timeout};

use super::project_writers::ProjectWriters;
use crate::{
    base::error::{Error, Result},
    config::Commit,
    db::{
        Db,
        error_kind::ErrorKind,
        inspect::{LAST_BACKUP, LastBackup, Tables, tables},
        migrate,
    },
};

/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// A connection that was idle for this long is pinged before it is used.
const PING_AFTER_IDLE: Duration = Duration::from_secs(1);
/// How long the start waits for a Postgres that is only just starting too.
const START_TIMEOUT: Duration = Duration::from_secs(5);

/// For requests.
const REQUESTS: &str = "set synchronous_commit = on; set statement_timeout = 5000; set lock_timeout = 5000;
                        set idle_in_transaction_session_timeout = 15000";
/// A node listens for as long as it runs, and migrations take as long as they take.
const PATIENT: &str = "set synchronous_commit = on; set statement_timeout = 0; set lock_timeout = 0;
                       set idle_in_transaction_session_timeout = 0";

/// How many connections there are where neither a setting nor a limit of Postgres says so.
pub const CONNECTIONS: u32 = 28;
/// Two for hints, and two for requests.
const MIN_CONNECTIONS: u32 = 4;
/// Of all connections, those for hints, and those for comparing with the database.
const FOR_HINTS: u32 = 2;
const FOR_COMPARING: u32 = 2;
/// With fewer connections requests share theirs with the comparing.
const ENOUGH: u32 = 8;

/// Connect, and bring the tables up to date.
pub async fn connect(url: &str, commit: Commit, wanted: Option<u32>) -> Result<Db> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("boardcast").extra_float_digits(None);
    let deadline = Instant::now() + START_TIMEOUT;
    let (all, pool) = loop {
        match prepare(&options, wanted).await {
            // Postgres ended the connection on the way: it restarts, or an operator ends connections.
            Err(Error::Database(error)) if is_lost(&error) && Instant::now() < deadline => {
                tracing::warn!(%error, "the connection to Postgres was lost at the start: trying again");
                sleep(Duration::from_millis(200)).await;
            }
            prepared => break prepared?,
        }
    };
    let compares_apart = all >= ENOUGH;
    Ok(Db::Postgres { writers: ProjectWriters::new(pool.clone(), commit, Arc::default()), pool, compares_apart })
}

/// Check the database, bring its tables up to date, and open the connections for requests; answers how many there are in all.
async fn prepare(options: &PgConnectOptions, wanted: Option<u32>) -> Result<(u32, PgPool)> {
    let mut connection = first_connection(options).await?;
    refuse_transaction_pooling(&mut connection, options).await?;
    check_encoding(&mut connection).await?;
    let all = connections(&mut connection, wanted).await?;
    connection.execute(PATIENT).await?;
    migrate::run(&mut connection).await?;
    // What it held is free again when Postgres has seen the end of it.
    let _ = connection.close().await;
    let for_requests = all - FOR_HINTS - if all < ENOUGH { 0 } else { FOR_COMPARING };
    Ok((all, pool(for_requests, REQUESTS).connect_with(options.clone()).await?))
}

/// Connect to a database whose tables are made as they were at a version, for what is restored into them.
pub async fn connect_at(url: &str, version: i64) -> Result<Db> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("boardcast").extra_float_digits(None);
    let mut connection = first_connection(&options).await?;
    refuse_transaction_pooling(&mut connection, &options).await?;
    check_encoding(&mut connection).await?;
    connection.execute(PATIENT).await?;
    migrate::run_to(&mut connection, version).await?;
    let _ = connection.close().await;
    let pool = pool(MIN_CONNECTIONS, PATIENT).connect_with(options).await?;
    let writers = ProjectWriters::new(pool.clone(), Commit::Alone, Arc::default());
    Ok(Db::Postgres { writers, pool, compares_apart: false })
}

fn is_lost(error: &sqlx::Error) -> bool {
    ErrorKind::of(error) == ErrorKind::Unavailable
}

fn pool(connections: u32, settings: &'static str) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(settings).await?;
                Ok(())
            })
        })
        // The pool pings each connection when it comes back; ping again only one that was idle for a while.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for >= PING_AFTER_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

/// Connections beside those for requests; the first use connects.
fn beside(requests: &PgPool, connections: u32, settings: &'static str) -> PgPool {
    pool(connections, settings).connect_lazy_with(PgConnectOptions::clone(&requests.connect_options()))
}

/// Connections for comparing, which requests cannot use up.
pub fn for_comparing(requests: &PgPool) -> PgPool {
    beside(requests, FOR_COMPARING, REQUESTS)
}

/// Connections for the hints between nodes.
pub fn for_hints(requests: &PgPool) -> PgPool {
    beside(requests, FOR_HINTS, PATIENT)
}

/// Where Postgres is to be found, as a person would look it up; without the password.
fn place(options: &PgConnectOptions) -> String {
    let (host, port) = (options.get_host(), options.get_port());
    let at = match options.get_socket() {
        Some(socket) => format!("the socket of port {port} in {}", socket.display()),
        None if host.starts_with('/') => format!("the socket of port {port} in {host}"),
        None => format!("{host}:{port}"),
    };
    let user = options.get_username();
    format!("{at} (database {}, user {user})", options.get_database().unwrap_or(user))
}

fn unreachable(options: &PgConnectOptions, why: impl std::fmt::Display) -> Error {
    Error::Internal(format!("Postgres at {} cannot be used: {why}", place(options)))
}

/// Whether it may be there in a moment: it is starting, or all its connections are taken.
fn may_come(error: &sqlx::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, NotFound};
    match error {
        sqlx::Error::Io(error) => {
            [ConnectionAborted, ConnectionRefused, ConnectionReset, NotFound].contains(&error.kind())
        }
        sqlx::Error::Database(error) => matches!(error.code().as_deref(), Some("57P03" | "53300")),
        _ => false,
    }
}

async fn first_connection(options: &PgConnectOptions) -> Result<PgConnection> {
    let deadline = Instant::now() + START_TIMEOUT;
    loop {
        match timeout(START_TIMEOUT, PgConnection::connect_with(options)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) if may_come(&error) && Instant::now() < deadline => sleep(Duration::from_millis(200)).await,
            Ok(Err(error)) => return Err(unreachable(options, error)),
            Err(_) => return Err(unreachable(options, format!("no answer within {} s", START_TIMEOUT.as_secs()))),
        }
    }
}

/// The process that answers this connection. By the simple protocol: a statement that is prepared may be unknown to the next
/// process behind a pooler.
async fn backend(connection: &mut PgConnection) -> sqlx::Result<i32> {
    sqlx::raw_sql("select pg_backend_pid()").fetch_one(connection).await?.try_get(0)
}

/// Refuse a pooler that gives each transaction another connection: neither prepared statements nor settings nor `listen`
/// survive that. While another client is inside of a transaction, such a pooler has to answer by another process.
async fn refuse_transaction_pooling(connection: &mut PgConnection, options: &PgConnectOptions) -> Result<()> {
    let refused = |what: &str| {
        unreachable(
            options,
            format!(
                "a pooler answers there in {what} mode, which keeps neither settings nor prepared statements: set \
                 pool_mode=session, or give the address of Postgres itself"
            ),
        )
    };
    let mut other = first_connection(options).await?;
    let before = backend(connection).await?;
    if let Err(error) = sqlx::raw_sql("begin; select 1").fetch_all(&mut other).await {
        let text = error.to_string();
        // The pooler's words first: its code is that of a lost connection.
        if text.contains("statement pooling") {
            return Err(refused("statement"));
        }
        return Err(if is_lost(&error) { error.into() } else { unreachable(options, text) });
    }
    let after = timeout(START_TIMEOUT, backend(connection)).await;
    let moved = match after {
        Ok(after) => after? != before,
        // It waits for the only connection that the pooler has.
        Err(_) => true,
    };
    // The connection ends, and with it the transaction.
    let _ = other.close().await;
    if moved { Err(refused("transaction")) } else { Ok(()) }
}

async fn check_encoding(connection: &mut PgConnection) -> Result<()> {
    let sql = "select current_database(), current_setting('server_encoding'), current_setting('transaction_read_only')";
    let row: (String, String, String) =
        sqlx::query_as_with(sql, PgArguments::default()).fetch_one(&mut *connection).await?;
    let (database, encoding, read_only) = row;
    if encoding != "UTF8" {
        return Err(Error::Internal(format!(
            "the database {database} has the encoding {encoding}, which cannot hold every text: make one with \
             create database … encoding 'UTF8' template template0"
        )));
    }
    if read_only == "on" {
        tracing::warn!(database, "the database is read-only: changes and signing in are refused until it is not");
    }
    Ok(())
}

/// How many connections to use: as many as are asked for, as far as the role, the database and the server allow them.
async fn connections(connection: &mut PgConnection, wanted: Option<u32>) -> Result<u32> {
    let sql = "select cast(r.rolname as text), r.rolsuper, r.rolconnlimit, d.datconnlimit,
             cast(current_setting('max_connections') as int) - cast(current_setting('superuser_reserved_connections') as int)
               - cast(coalesce(current_setting('reserved_connections', true), '0') as int)
         from pg_roles r, pg_database d
         where r.rolname = current_user and d.datname = current_database()";
    let row: (String, bool, i32, i32, i32) =
        sqlx::query_as_with(sql, PgArguments::default()).fetch_one(&mut *connection).await?;
    let (role, superuser, of_role, of_database, of_server) = row;
    let limits = if superuser { vec![of_server] } else { vec![of_role, of_database, of_server] };
    // A negative number is no limit.
    let most = limits.into_iter().filter_map(|limit| u32::try_from(limit).ok()).min().unwrap_or(u32::MAX);
    if most < MIN_CONNECTIONS {
        return Err(Error::Internal(format!(
            "Postgres allows the role {role} only {most} connections, and at least {MIN_CONNECTIONS} are needed"
        )));
    }
    let connections = wanted.unwrap_or(CONNECTIONS);
    if connections > most {
        tracing::warn!(most, connections, "Postgres allows fewer connections");
    }
    Ok(connections.min(most))
}

/// A Postgres as it is.
#[derive(Debug)]
pub struct Inspected {
    pub version: String,
    /// An error says what pooler is in front.
    pub pooling: Result<()>,
    /// An error says which encoding it has.
    pub encoding: Result<()>,
    pub read_only: bool,
    /// How many connections a server would open; an error where there are too few.
    pub allowed: Result<u32>,
    /// How many all programs have open on the server, and how many it takes.
    pub taken: i64,
    pub most: i64,
    /// Its clock, and how long it took to ask for it, in milliseconds.
    pub clock: i64,
    pub asked_ms: u64,
    pub tables: Result<Tables>,
    pub backup: Option<LastBackup>,
}

/// Look at a Postgres. An error where it cannot be reached, or refuses us.
pub async fn inspect(url: &str, wanted: Option<u32>) -> Result<Inspected> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("boardcast-doctor").extra_float_digits(None);
    let mut connection = first_connection(&options).await?;
    let pooling = refuse_transaction_pooling(&mut connection, &options).await;
    let _ = connection.close().await;
    // A pooler that changes connections may have another one by now.
    let mut connection = first_connection(&options).await?;
    let encoding = check_encoding(&mut connection).await;
    let sql = "select current_setting('server_version'), current_setting('transaction_read_only'),
             (select count(*) from pg_stat_activity where usesysid is not null),
             cast(current_setting('max_connections') as bigint)";
    let row: (String, String, i64, i64) =
        sqlx::query_as_with(sql, PgArguments::default()).persistent(false).fetch_one(&mut connection).await?;
    let (version, read_only, taken, most) = row;
    let asked = Instant::now();
    let sql = "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";
    let (clock,): (i64,) =
        sqlx::query_as_with(sql, PgArguments::default()).persistent(false).fetch_one(&mut connection).await?;
    let asked_ms = u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX);
    let allowed = connections(&mut connection, wanted).await;
    let tables = tables(&mut connection).await;
    let last = sqlx::query_as_with::<_, LastBackup, _>(LAST_BACKUP, PgArguments::default()).persistent(false);
    // Older tables have none.
    let backup = last.fetch_optional(&mut connection).await.ok().flatten();
    let _ = connection.close().await;
    let read_only = read_only == "on";
    Ok(Inspected { version, pooling, encoding, read_only, allowed, taken, most, clock, asked_ms, tables, backup })
}

/// Whether changes are possible: a standby, or a database that was set to read-only, refuses them.
pub async fn writable(pool: &PgPool) -> Result<bool> {
    let sql = "select current_setting('transaction_read_only')";
    match sqlx::query_as_with::<_, (String,), _>(sql, PgArguments::default()).fetch_one(pool).await {
        Ok((read_only,)) => Ok(read_only == "off"),
        Err(error) if ErrorKind::of(&error) == ErrorKind::Unavailable => Err(Error::Unavailable),
        Err(error) => Err(error.into()),
    }
}
