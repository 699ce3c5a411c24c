//! Opening a database: its settings and its connections.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    Connection, Sqlite, SqliteConnection,
    postgres::PgPool,
    sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{
    Db,
    error_kind::{ErrorKind, exit_fsync_failed},
    migrate,
    postgres::{connect, project_writers::ProjectWriters},
    sqlite::{ballast::BallastFile, readers::Readers, writer::Writer},
};
use crate::{
    base::error::{Error, Result},
    config::Commit,
    faults::planted,
};

/// Versions of `SQLite` below this one can corrupt a database when they start to write the WAL from its beginning again.
const MIN_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How long a request waits for a connection that reads.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a transaction waits for the one connection that writes to `SQLite`: under a burst its queue may be long.
const WRITER_TIMEOUT: Duration = Duration::from_secs(10);

impl Db {
    /// Open the `SQLite` file, make it if there is none, and bring its tables up to date.
    pub async fn sqlite(file: &Path, commit: Commit) -> Result<Self> {
        let ballast = BallastFile::beside(file);
        match open_sqlite(file, &ballast, commit).await {
            // The WAL and its index need space too. A server on a full disk can still be read.
            Err(Error::Database(error)) if ErrorKind::of(&error) == ErrorKind::Full && ballast.release().await => {
                open_sqlite(file, &ballast, commit).await
            }
            opened => opened,
        }
    }

    /// Open the `SQLite` file beside the server that has it open, and leave its tables and its ballast alone.
    pub async fn sqlite_beside(file: &Path, commit: Commit) -> Result<Self> {
        let options = sqlite_options(file).create_if_missing(false);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        if !migrate::done(&mut connection).await? {
            return Err(Error::Internal(
                "a server of another version has it open: use the command of that version".into(),
            ));
        }
        handle(connection, &options, BallastFile::of_another(file), commit).await
    }

    /// Make the `SQLite` file with its tables as they were at a version, for what is restored into them.
    pub async fn sqlite_at(file: &Path, version: i64) -> Result<Self> {
        let options = sqlite_options(file);
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(|error| damaged(error, file))?;
        check_sqlite(&mut connection).await.map_err(|error| damaged(error, file))?;
        migrate::run_to(&mut connection, version).await?;
        sync_folder(file).await?;
        handle(connection, &options, BallastFile::of_another(file), Commit::Alone).await
    }

    /// The same of Postgres.
    pub async fn postgres_at(url: &str, version: i64) -> Result<Self> {
        connect::connect_at(url, version).await
    }

    /// Connect to Postgres and bring its tables up to date.
    pub async fn postgres(url: &str, commit: Commit) -> Result<Self> {
        Self::postgres_with(url, commit, None).await
    }

    /// The same with at most so many connections.
    pub async fn postgres_with(url: &str, commit: Commit, connections: Option<u32>) -> Result<Self> {
        connect::connect(url, commit, connections).await
    }

    /// A handle on the same database with connections that requests cannot use up.
    #[must_use]
    pub fn dedicated_pool(&self) -> Self {
        match self {
            Self::Postgres { pool, compares_apart: true, .. } => {
                let pool = connect::for_comparing(pool);
                let writers = ProjectWriters::new(pool.clone(), Commit::Alone, Arc::default());
                Self::Postgres { writers, pool, compares_apart: false }
            }
            db => db.clone(),
        }
    }

    /// Connections for the hints between the nodes of a cluster; none on `SQLite`, which has one node. A node listens for as
    /// long as it runs, so statements have no timeout.
    #[must_use]
    pub fn hint_pool(&self) -> Option<PgPool> {
        match self {
            Self::Sqlite { .. } => None,
            Self::Postgres { pool, .. } => Some(connect::for_hints(pool)),
        }
    }

    /// From now on the process ends when a file of the `SQLite` database, or one of these, is not the same any more.
    pub fn watch_files(&self, file: &Path, more: &[PathBuf]) -> std::io::Result<()> {
        let Self::Sqlite { writer, .. } = self else { return Ok(()) };
        let beside = |end: &str| {
            let mut name = file.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        writer.watch([file.to_owned(), beside("-wal"), beside("-shm")].into_iter().chain(more.iter().cloned()))
    }

    /// What the database needs once a second.
    pub async fn look_after(&self) {
        if let Self::Sqlite { writer, .. } = self {
            writer.look_after().await;
        }
    }

    /// Whether changes are possible, as far as the database says so by itself.
    pub async fn writable(&self) -> Result<bool> {
        match self {
            Self::Sqlite { .. } => Ok(true),
            Self::Postgres { pool, .. } => connect::writable(pool).await,
        }
    }
}

fn sqlite_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(planted!(SynchronousNormal => SqliteSynchronous::Normal, SqliteSynchronous::Full))
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .collation("C", Ord::cmp)
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "memory")
        // The writer runs the checkpoints itself, to see their errors.
        .pragma("wal_autocheckpoint", "0")
        .statement_cache_capacity(256)
        // Rows come from a thread of the driver's: the fewer fit in between, the more often it and the reader wait.
        .row_buffer_size(1024)
}

async fn open_sqlite(file: &Path, ballast: &BallastFile, commit: Commit) -> Result<Db> {
    let options = sqlite_options(file);
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(|error| damaged(error, file))?;
    check_sqlite(&mut connection).await.map_err(|error| damaged(error, file))?;
    migrate::run(&mut connection).await?;
    sync_folder(file).await?;
    handle(connection, &options, ballast.clone(), commit).await
}

/// A database by a connection that writes, and by others that read.
async fn handle(
    connection: SqliteConnection,
    options: &SqliteConnectOptions,
    ballast: BallastFile,
    commit: Commit,
) -> Result<Db> {
    let writer = Writer::new(connection, WRITER_TIMEOUT, ballast, commit);
    let read_only = options.clone().pragma("query_only", "on");
    let readers = Readers::open(&read_only, ACQUIRE_TIMEOUT, writer.meters().clone()).await?;
    Ok(Db::Sqlite { writer, readers })
}

/// Say in words that the file is no whole database.
fn damaged(error: impl Into<Error>, file: &Path) -> Error {
    match error.into() {
        Error::Database(sqlx::Error::Database(error))
            // NOTADB, CORRUPT
            if matches!(error.code().and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff), Some(26 | 11)) =>
        {
            Error::Internal(format!(
                "{} is damaged or no database ({error}): restore it from a backup",
                file.display()
            ))
        }
        error => error,
    }
}

/// Make the names of the files durable, the WAL's too: `SQLite` syncs the folder and ignores whether that worked.
async fn sync_folder(file: &Path) -> Result<()> {
    let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
    let synced = tokio::task::spawn_blocking(move || File::open(folder)?.sync_all()).await;
    match synced.map_err(std::io::Error::other) {
        Ok(Ok(())) => Ok(()),
        // Some file systems cannot sync a folder.
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::InvalidInput => Ok(()),
        Ok(Err(error)) => exit_fsync_failed(&error),
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}

async fn check_sqlite(connection: &mut SqliteConnection) -> Result<()> {
    let one = |sql: &'static str| sqlx::query_as_with::<Sqlite, (String,), _>(sql, SqliteArguments::default());
    let (version,) = one("select sqlite_version()").fetch_one(&mut *connection).await?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < MIN_SQLITE {
        return Err(Error::Internal(format!("SQLite {version} is too old: 3.51.3 or newer is needed")));
    }
    let (journal,) = one("select journal_mode from pragma_journal_mode").fetch_one(&mut *connection).await?;
    let (synchronous,) =
        one("select cast(synchronous as text) from pragma_synchronous").fetch_one(&mut *connection).await?;
    let (keys,) = one("select cast(foreign_keys as text) from pragma_foreign_keys").fetch_one(&mut *connection).await?;
    let needed = ("wal", planted!(SynchronousNormal => "1", "2"), "1");
    if (journal.as_str(), synchronous.as_str(), keys.as_str()) != needed {
        return Err(Error::Internal(format!(
            "SQLite refused its settings: journal_mode is {journal} (needed: wal), synchronous {synchronous} (2), \
             foreign_keys {keys} (1); is the data folder on a network file system?"
        )));
    }
    Ok(())
}
