//! One SQL text, two databases. Statements are written once, with `$1`, and run on `SQLite` or Postgres
//! by matching in the four verbs of [`Query`].

mod lanes;
mod line;
mod readers;
mod reserve;
pub mod trouble;
mod writer;

use std::{fs::File, path::Path, time::Duration};

use sqlx::{
    Connection, Encode, FromRow, Postgres, Sqlite, SqliteConnection, Transaction, Type,
    migrate::{MigrateError, Migrator},
    postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow},
    sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};

use lanes::Lanes;
use readers::{Readers, Reading};
use reserve::Reserve;
use trouble::Trouble;
use writer::Writer;

use crate::{
    config::Commit,
    error::{Error, Result},
    faults::{self, Fault, planted},
    ids::ProjectId,
};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// `SQLite` below this can corrupt a database when a WAL is reset.
const SQLITE_AT_LEAST: (u32, u32, u32) = (3, 51, 3);

const ACQUIRE: Duration = Duration::from_secs(2);
/// `SQLite` has one writer, and who waits for it waits in line; that line may be long under a burst.
const ACQUIRE_WRITER: Duration = Duration::from_secs(10);
/// A connection to Postgres that nobody used for this long is asked whether it still lives.
const IDLE: Duration = Duration::from_secs(1);
/// How long a reader waits for something to be noted.
const NOTE: Duration = Duration::from_millis(250);

#[derive(Clone, Debug)]
pub enum Db {
    Sqlite { writer: Writer, readers: Readers },
    Postgres { lanes: Lanes, pool: PgPool },
}

/// A transaction; dropped without `commit`, it is rolled back.
pub enum Tx {
    Sqlite(writer::Turn),
    SqliteReader(Reading),
    Postgres(lanes::Turn),
    PostgresReader(Transaction<'static, Postgres>),
}

impl Db {
    /// Open the `SQLite` file, create it if need be, and bring its tables up to date.
    pub async fn sqlite(file: &Path, commit: Commit) -> Result<Self> {
        let reserve = Reserve::beside(file);
        match Self::sqlite_with(file, &reserve, commit).await {
            // The files beside the database need room too; a full disk is no reason not to start.
            Err(Error::Database(error)) if Trouble::of(&error) == Trouble::Full && reserve.give().await => {
                Self::sqlite_with(file, &reserve, commit).await
            }
            opened => opened,
        }
    }

    async fn sqlite_with(file: &Path, reserve: &Reserve, commit: Commit) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(if planted(Fault::SynchronousNormal) {
                SqliteSynchronous::Normal
            } else {
                SqliteSynchronous::Full
            })
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .collation("C", Ord::cmp)
            .pragma("cache_size", "-16384")
            .pragma("temp_store", "memory")
            // The writer does it, and hears what became of it.
            .pragma("wal_autocheckpoint", "0")
            .statement_cache_capacity(256);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        check_sqlite(&mut connection).await?;
        faults::point("migrate.before");
        MIGRATIONS.run(&mut connection).await.map_err(migration_failed)?;
        faults::point("migrate.after");
        sync_folder(file).await?;
        let writer = Writer::new(connection, ACQUIRE_WRITER, reserve.clone(), commit);
        let readers = Readers::open(&options.pragma("query_only", "on"), ACQUIRE).await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Connect to Postgres and bring its tables up to date.
    pub async fn postgres(url: &str, commit: Commit) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let options = options.application_name("boardcast").options([
            ("synchronous_commit", "on"),
            ("statement_timeout", "5000"),
            ("lock_timeout", "5000"),
            ("idle_in_transaction_session_timeout", "15000"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(24)
            .acquire_timeout(ACQUIRE)
            // Each was asked when it came back; ask again only if that was a while ago.
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for >= IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        faults::point("migrate.before");
        MIGRATIONS.run(&pool).await.map_err(migration_failed)?;
        faults::point("migrate.after");
        Ok(Self::Postgres { lanes: Lanes::new(pool.clone(), commit), pool })
    }

    /// Begin to write. On `SQLite` this waits for the one writer, and nobody else writes until the end.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.turn().await?),
            Self::Postgres { lanes, .. } => Tx::Postgres(lanes.alone().await?),
        })
    }

    /// Begin to change this project, perhaps in a transaction with others who do.
    pub async fn write_to(&self, project: ProjectId) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.turn().await?),
            Self::Postgres { lanes, .. } => Tx::Postgres(lanes.of(project).await?),
        })
    }

    /// Begin to write what may use the room that is kept for it, when there is no other.
    pub async fn write_from_reserve(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.turn_from_reserve().await?)),
            Self::Postgres { .. } => self.write().await,
        }
    }

    /// Begin to read: every statement sees the same moment.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::SqliteReader(readers.begin().await?),
            Self::Postgres { pool, .. } => {
                Tx::PostgresReader(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
        })
    }

    /// A single reading statement, without a transaction around it.
    pub fn query<'a>(&'a self, sql: &'static str) -> Query<'a> {
        match self {
            Self::Sqlite { readers, .. } => {
                Query { sql, run: Run::SqliteReaders(readers, SqliteArguments::default()), refused: None }
            }
            Self::Postgres { pool, .. } => {
                Query { sql, run: Run::PostgresPool(pool, PgArguments::default()), refused: None }
            }
        }
    }

    /// A single writing statement, committed by itself.
    pub async fn execute(&self, sql: &'static str, bind: impl FnOnce(Query<'_>) -> Query<'_>) -> Result<u64> {
        let mut tx = self.write().await?;
        let rows = bind(tx.query(sql)).execute().await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// The same for what has to go on when the disk is full: it may use the room that is kept for that.
    pub async fn execute_from_reserve(&self, sql: &'static str, bind: impl Fn(Query<'_>) -> Query<'_>) -> Result<u64> {
        let once = || async {
            let mut tx = self.write_from_reserve().await?;
            let rows = bind(tx.query(sql)).execute().await?;
            tx.commit().await?;
            Ok(rows)
        };
        self.making_room(once).await
    }

    /// Try once more when the disk is full, now with the room that is kept for what has to go on.
    pub async fn making_room<T, F: Future<Output = Result<T>>>(&self, once: impl Fn() -> F) -> Result<T> {
        match (once().await, self) {
            (Err(error), Self::Sqlite { writer, .. }) if error.is_full() => {
                writer.make_room().await;
                once().await
            }
            (done, _) => done,
        }
    }

    /// Write down something that is good to know and that nobody waits for: at most for a moment, and without
    /// refusing anybody when it cannot be written.
    pub async fn note(&self, sql: &'static str, bind: impl FnOnce(Query<'_>) -> Query<'_> + Send + 'static) {
        let db = self.clone();
        let noted = tokio::spawn(async move {
            if let Err(error) = db.execute(sql, bind).await {
                tracing::debug!(%error, "something could not be noted");
            }
        });
        // Given up is only the waiting.
        let _ = tokio::time::timeout(NOTE, noted).await;
    }

    /// Connections of its own for the doorbell between nodes, where there can be several; for as long as it rings.
    #[must_use]
    pub fn doorbell(&self) -> Option<PgPool> {
        match self {
            Self::Sqlite { .. } => None,
            Self::Postgres { pool, .. } => {
                Some(few(PgConnectOptions::clone(&pool.connect_options()).options([("statement_timeout", "0")])))
            }
        }
    }

    /// The same database by connections that no request can hold.
    #[must_use]
    pub fn apart(&self) -> Self {
        match self {
            Self::Sqlite { .. } => self.clone(),
            Self::Postgres { pool, .. } => {
                let pool = few(PgConnectOptions::clone(&pool.connect_options()));
                Self::Postgres { lanes: Lanes::new(pool.clone(), Commit::Alone), pool }
            }
        }
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}

/// A pool beside the one for requests; its connections are made when they are needed.
fn few(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(2).acquire_timeout(ACQUIRE).connect_lazy_with(options)
}

impl Tx {
    pub fn query<'a>(&'a mut self, sql: &'static str) -> Query<'a> {
        match self {
            Self::Sqlite(turn) => Query { sql, run: Run::Sqlite(turn, SqliteArguments::default()), refused: None },
            Self::SqliteReader(reading) => {
                Query { sql, run: Run::Sqlite(reading, SqliteArguments::default()), refused: None }
            }
            Self::Postgres(turn) => Query { sql, run: Run::Postgres(turn, PgArguments::default()), refused: None },
            Self::PostgresReader(tx) => {
                Query { sql, run: Run::PostgresReader(tx, PgArguments::default()), refused: None }
            }
        }
    }

    /// Nothing joins this transaction any more, where others do: what it is going to hold is nothing to wait for.
    pub fn last(&mut self) {
        if let Self::Postgres(turn) = self {
            turn.last();
        }
    }

    /// Make it durable. [`Error::Unknown`] means that nobody knows whether it is; any other error, that it is not.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(turn) => turn.commit().await,
            Self::SqliteReader(reading) => reading.end().await,
            Self::Postgres(turn) => turn.commit().await,
            Self::PostgresReader(tx) => Ok(tx.commit().await?),
        }
    }

    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(turn) => turn.rollback().await,
            Self::SqliteReader(reading) => reading.end().await?,
            Self::Postgres(turn) => turn.rollback().await,
            Self::PostgresReader(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

/// A value that both drivers take.
pub trait Value<'q>: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + 'q {}
impl<'q, T> Value<'q> for T where T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + 'q {}

/// A row that both drivers give.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A statement with its values.
#[must_use = "a statement does nothing until one of its verbs runs it"]
pub struct Query<'a> {
    sql: &'static str,
    run: Run<'a>,
    refused: Option<sqlx::error::BoxDynError>,
}

enum Run<'a> {
    Sqlite(&'a mut SqliteConnection, SqliteArguments),
    Postgres(&'a mut lanes::Turn, PgArguments),
    PostgresReader(&'a mut PgConnection, PgArguments),
    SqliteReaders(&'a Readers, SqliteArguments),
    PostgresPool(&'a PgPool, PgArguments),
}

macro_rules! run {
    ($query:expr, $verb:ident) => {{
        remember($query.sql);
        if let Some(error) = $query.refused {
            return Err(Error::Database(sqlx::Error::Encode(error)));
        }
        match $query.run {
            Run::Sqlite(connection, values) => sqlx::query_as_with($query.sql, values).$verb(connection).await,
            Run::Postgres(turn, values) => {
                let outcome = sqlx::query_as_with($query.sql, values).$verb(&mut **turn).await;
                turn.watch(outcome)
            }
            Run::PostgresReader(tx, values) => sqlx::query_as_with($query.sql, values).$verb(tx).await,
            Run::SqliteReaders(readers, values) => {
                sqlx::query_as_with($query.sql, values).$verb(&mut *readers.take().await?).await
            }
            Run::PostgresPool(pool, values) => sqlx::query_as_with($query.sql, values).$verb(pool).await,
        }
    }};
}

impl Query<'_> {
    pub fn bind<'q>(mut self, value: impl Value<'q>) -> Self {
        use sqlx::Arguments;
        let added = match &mut self.run {
            Run::Sqlite(_, values) | Run::SqliteReaders(_, values) => Arguments::add(values, value),
            Run::Postgres(_, values) | Run::PostgresReader(_, values) | Run::PostgresPool(_, values) => {
                Arguments::add(values, value)
            }
        };
        if let Err(error) = added {
            self.refused.get_or_insert(error);
        }
        self
    }

    pub async fn execute(self) -> Result<u64> {
        remember(self.sql);
        if let Some(error) = self.refused {
            return Err(Error::Database(sqlx::Error::Encode(error)));
        }
        Ok(match self.run {
            Run::Sqlite(connection, values) => {
                sqlx::query_with(self.sql, values).execute(connection).await?.rows_affected()
            }
            Run::Postgres(turn, values) => {
                let outcome = sqlx::query_with(self.sql, values).execute(&mut **turn).await;
                turn.watch(outcome)?.rows_affected()
            }
            Run::PostgresReader(tx, values) => sqlx::query_with(self.sql, values).execute(tx).await?.rows_affected(),
            Run::SqliteReaders(readers, values) => {
                sqlx::query_with(self.sql, values).execute(&mut *readers.take().await?).await?.rows_affected()
            }
            Run::PostgresPool(pool, values) => sqlx::query_with(self.sql, values).execute(pool).await?.rows_affected(),
        })
    }

    /// Exactly one row; none is 404.
    pub async fn one<T: Row>(self) -> Result<T> {
        self.optional().await?.ok_or(Error::NotFound)
    }

    pub async fn optional<T: Row>(self) -> Result<Option<T>> {
        Ok(run!(self, fetch_optional)?)
    }

    pub async fn all<T: Row>(self) -> Result<Vec<T>> {
        Ok(run!(self, fetch_all)?)
    }
}

/// Make the names of the files durable, the WAL's too: `SQLite` tries and does not look whether it worked.
async fn sync_folder(file: &Path) -> Result<()> {
    let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
    let synced = tokio::task::spawn_blocking(move || File::open(folder)?.sync_all()).await;
    match synced.map_err(std::io::Error::other) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::InvalidInput => Ok(()),
        Ok(Err(error)) => trouble::end(&error),
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}

async fn check_sqlite(connection: &mut SqliteConnection) -> Result<()> {
    let one = |sql: &'static str| sqlx::query_as_with::<Sqlite, (String,), _>(sql, SqliteArguments::default());
    let (version,) = one("select sqlite_version()").fetch_one(&mut *connection).await?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < SQLITE_AT_LEAST {
        return Err(Error::Internal(format!("SQLite {version} is too old: 3.51.3 or newer is needed")));
    }
    let (journal,) = one("select journal_mode from pragma_journal_mode").fetch_one(&mut *connection).await?;
    let (synchronous,) =
        one("select cast(synchronous as text) from pragma_synchronous").fetch_one(&mut *connection).await?;
    let (keys,) = one("select cast(foreign_keys as text) from pragma_foreign_keys").fetch_one(&mut *connection).await?;
    let asked = (journal.as_str(), synchronous.as_str(), keys.as_str()) == ("wal", "2", "1");
    if !asked && !planted(Fault::SynchronousNormal) {
        return Err(Error::Internal(format!(
            "SQLite refused its settings: journal_mode is {journal} (needed: wal), synchronous {synchronous} (2), \
             foreign_keys {keys} (1); is the data folder on a network file system?"
        )));
    }
    Ok(())
}

fn migration_failed(error: MigrateError) -> Error {
    Error::Internal(match error {
        MigrateError::VersionMissing(version) => format!(
            "the database has migration {version}, which this version of Boardcast does not know: \
             start the newer version that wrote it"
        ),
        error => format!("the tables could not be brought up to date: {error}"),
    })
}

/// Debug builds write down which statements ran, so that the suite can show that each one did, on both databases.
#[cfg(debug_assertions)]
mod ran {
    use std::{collections::BTreeSet, fs::File, io::Write, sync::LazyLock};

    use parking_lot::Mutex;

    type Ran = (BTreeSet<&'static str>, File);

    static RAN: LazyLock<Option<Mutex<Ran>>> = LazyLock::new(|| {
        let path = crate::config::test_switch("BOARDCAST_TEST_STATEMENTS")?;
        let file = File::options().create(true).append(true).open(path).ok()?;
        Some(Mutex::new((BTreeSet::new(), file)))
    });

    pub fn remember(sql: &'static str) {
        let Some(ran) = &*RAN else { return };
        let mut ran = ran.lock();
        if ran.0.insert(sql) {
            let line = sql.split_whitespace().collect::<Vec<_>>().join(" ") + "\n";
            // One write a line: several servers share the file.
            let _ = ran.1.write_all(line.as_bytes());
        }
    }
}

#[cfg(debug_assertions)]
use ran::remember;
#[cfg(not(debug_assertions))]
const fn remember(_: &'static str) {}
