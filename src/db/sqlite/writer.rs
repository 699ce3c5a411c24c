//! The one connection that writes to `SQLite`, the queue of transactions for it, and the write-ahead log (WAL) that it
//! fills.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use sqlx::{Connection, Sqlite, SqliteConnection, sqlite::SqliteArguments};

use crate::db::{
    error_kind::{exit_file_vanished, exit_if_fsync_failed},
    group_commit::{self, GroupCommit, SharedConnection},
    meters::Meters,
    sqlite::{ballast::BallastFile, files::Files},
};
use crate::{
    base::error::{Error, Result},
    config::Commit,
    faults,
};

/// At most this many transactions share a COMMIT.
const MAX_PARTS: usize = 64;
/// The WAL is copied into the database (a checkpoint) once this many of its pages are not there yet. `SQLite`'s own
/// checkpoint runs inside of a COMMIT, and its errors are not reported.
const CHECKPOINT_PAGES: i64 = 1_000;
/// After this many commits the length of the WAL is looked at.
const LOOK_EVERY: usize = 8;
/// After so many looks at a database that nothing has written to meanwhile, the WAL is emptied.
const QUIET: u32 = 5;

/// How long the connection waits for a lock of another one, as a statement.
type BusyTimeout = &'static str;
const BUSY_TIMEOUT: BusyTimeout = "pragma busy_timeout = 5000";
const LAST_BUSY_TIMEOUT: BusyTimeout = "pragma busy_timeout = 500";
const NO_BUSY_TIMEOUT: BusyTimeout = "pragma busy_timeout = 0";

pub type WriteTx = group_commit::WriteTx<SqliteWriter>;

#[derive(Clone)]
pub struct Writer {
    queue: GroupCommit<SqliteWriter>,
    ballast: BallastFile,
    files: Arc<OnceLock<Files>>,
    meters: Arc<Meters>,
}

/// The connection that writes.
pub struct SqliteWriter {
    connection: SqliteConnection,
    /// How many commits there were since the length of the WAL was looked at.
    commits: usize,
    /// How often [`Writer::look_after`] has come by since the last commit.
    quiet: u32,
    /// Whether something may be in the WAL.
    filled: bool,
    /// The files that it has open, once they are watched.
    files: Arc<OnceLock<Files>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl SharedConnection for SqliteWriter {
    type Connection = SqliteConnection;

    fn connection(&self) -> &SqliteConnection {
        &self.connection
    }

    fn connection_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Takes the write lock at once: a transaction that began as a reader could find it taken later, and fail.
    async fn begin(&mut self) -> sqlx::Result<()> {
        self.control("begin immediate").await
    }

    async fn control(&mut self, sql: &'static str) -> sqlx::Result<()> {
        let ran = sqlx::query_with::<Sqlite, _>(sql, SqliteArguments::default()).execute(&mut self.connection).await;
        ran.map(drop).inspect_err(exit_if_fsync_failed)
    }

    async fn commit(&mut self) -> sqlx::Result<()> {
        let committed = self.control("commit").await;
        if committed.is_err() {
            // After some errors SQLite has ended the transaction, after others it is still open.
            self.rollback().await;
        }
        self.commits += 1;
        self.quiet = 0;
        self.filled = true;
        if committed.is_ok() {
            // Nothing is answered that was written to a file which is not there any more.
            self.check_files().await;
        }
        committed
    }

    async fn rollback(&mut self) {
        // It fails when no transaction is open, and then there is nothing to roll back.
        let _ = self.control("rollback").await;
    }

    async fn maintain(&mut self) {
        if self.commits >= LOOK_EVERY {
            self.commits = 0;
            self.checkpoint(CHECKPOINT_PAGES).await;
        }
    }
}

impl SqliteWriter {
    pub fn new(connection: SqliteConnection) -> Self {
        Self::watched(connection, Arc::new(OnceLock::new()))
    }

    const fn watched(connection: SqliteConnection, files: Arc<OnceLock<Files>>) -> Self {
        Self { connection, commits: 0, quiet: 0, filled: true, files }
    }

    /// End the process when one of the files is not the one that was opened.
    async fn check_files(&mut self) {
        let Some(what) = self.files.get().and_then(Files::vanished) else { return };
        // What is in the WAL and not in the database is copied there as long as both are open: a WAL that was removed
        // takes nothing with it, and one that is left behind holds nothing that a database in the other's place must not get.
        self.rollback().await;
        let copied = self.empty_wal(LAST_BUSY_TIMEOUT).await;
        if !matches!(copied, Ok(true)) {
            tracing::error!(?copied, "not everything in the WAL could be copied into the database");
        }
        exit_file_vanished(&what)
    }

    /// Copy everything in the WAL into the database and make the WAL empty. Answers whether that was done, and no reader was
    /// in the way for so long.
    async fn empty_wal(&mut self, patience: BusyTimeout) -> sqlx::Result<bool> {
        self.control(patience).await?;
        let emptied = self.wal_checkpoint("pragma wal_checkpoint(truncate)").await;
        self.control(BUSY_TIMEOUT).await?;
        let (busy, length, copied) = emptied?;
        let done = busy == 0 && length == copied;
        self.filled = !done;
        Ok(done)
    }

    /// Copy the WAL into the database if this many of its pages are not there yet; `SQLite` then writes it from its
    /// beginning again.
    async fn checkpoint(&mut self, at_least: i64) {
        let looked = self.wal_checkpoint("pragma wal_checkpoint(noop)").await;
        let Ok((_, length, copied)) =
            looked.inspect_err(|error| tracing::warn!(%error, "the length of the WAL cannot be read"))
        else {
            return;
        };
        if length - copied < at_least {
            return;
        }
        faults::point("checkpoint.before");
        if let Err(error) = self.wal_checkpoint("pragma wal_checkpoint(passive)").await {
            // What is in the WAL is durable there. The next checkpoint tries again.
            tracing::warn!(%error, "the WAL could not be copied into the database");
        }
        faults::point("checkpoint.after");
    }

    /// Answers whether a reader was in the way, how many pages are in the WAL, and how many of them are in the database.
    async fn wal_checkpoint(&mut self, sql: &'static str) -> sqlx::Result<(i64, i64, i64)> {
        let row = sqlx::query_as_with(sql, SqliteArguments::default()).fetch_one(&mut self.connection).await;
        row.inspect_err(exit_if_fsync_failed)
    }
}

impl Writer {
    #[must_use]
    pub fn new(connection: SqliteConnection, timeout: Duration, ballast: BallastFile, commit: Commit) -> Self {
        let max_parts = if commit == Commit::Shared { MAX_PARTS } else { 1 };
        let files = Arc::new(OnceLock::new());
        let shared = SqliteWriter::watched(connection, files.clone());
        let meters = Arc::<Meters>::default();
        Self { queue: GroupCommit::new(shared, timeout, max_parts, meters.clone()), ballast, files, meters }
    }

    pub const fn meters(&self) -> &Arc<Meters> {
        &self.meters
    }

    /// From now on the process ends when one of these files is not the same any more.
    pub fn watch(&self, paths: impl IntoIterator<Item = PathBuf>) -> std::io::Result<()> {
        let files = Files::opened(paths)?;
        // They are watched already.
        let _ = self.files.set(files);
        Ok(())
    }

    /// Once a second: look whether the files are there, and empty the WAL when nothing was written for a while, so that the
    /// database is whole without it.
    pub async fn look_after(&self) {
        let gone = self.files.get().is_some_and(|files| files.vanished().is_some());
        let mut group = self.queue.lock().await;
        if gone {
            group.shared.check_files().await;
        }
        if !group.is_idle() {
            return;
        }
        group.shared.quiet = group.shared.quiet.saturating_add(1);
        if group.shared.quiet >= QUIET && group.shared.filled {
            // A reader that is in the way is not waited for: writers would wait too.
            let emptied = group.shared.empty_wal(NO_BUSY_TIMEOUT).await;
            if let Err(error) = emptied {
                tracing::warn!(%error, "the WAL could not be emptied");
            }
        }
    }

    /// Wait in the queue and begin a transaction. While the ballast file is released it is refused: ordinary writes must
    /// not use up the space that signing in and out may need.
    pub async fn begin(&self) -> Result<WriteTx> {
        let tx = self.begin_from_ballast().await?;
        if self.ballast.reacquire().await {
            return Ok(tx);
        }
        tx.rollback().await;
        Err(Error::StorageFull)
    }

    /// The same for a transaction that may use the ballast's space.
    pub async fn begin_from_ballast(&self) -> Result<WriteTx> {
        self.queue.begin().await
    }

    /// Release the ballast file, and let `SQLite` write its WAL from the beginning again.
    pub async fn release_ballast(&self) {
        if self.ballast.release().await {
            self.queue.lock().await.shared.checkpoint(1).await;
        }
    }

    /// Close the connection once the transactions that were waiting for it are committed.
    pub async fn close(&self) {
        let mut group = self.queue.lock_committed().await;
        let _ = group.shared.control("pragma optimize").await;
        // Readers are closed by now. What stays in the WAL is durable there.
        if let Err(error) = group.shared.empty_wal(LAST_BUSY_TIMEOUT).await {
            tracing::warn!(%error, "the WAL could not be emptied");
        }
        let _ = group.shared.connection.clear_cached_statements().await;
    }
}
