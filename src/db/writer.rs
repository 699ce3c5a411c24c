//! The one writer of `SQLite`: a line of all who write, and the WAL that they fill.

use std::time::Duration;

use sqlx::{Connection, Sqlite, SqliteConnection, sqlite::SqliteArguments};

use super::{
    line::{self, Line, Shared},
    reserve::Reserve,
    trouble::end_if_unsynced,
};
use crate::{
    config::Commit,
    error::{Error, Result},
    faults,
};

/// At most this many share a COMMIT.
const MOST: usize = 64;
/// The WAL is copied into the database when it has this many pages more than were copied. `SQLite` would do so by
/// itself inside of a COMMIT, and tell nobody when it fails.
const WAL_PAGES: i64 = 1_000;
/// After this many commits the length of the WAL is asked for.
const ASK_EVERY: usize = 8;

pub type Turn = line::Turn<File>;

#[derive(Clone)]
pub struct Writer {
    line: Line<File>,
    reserve: Reserve,
}

/// The database file as its one writer holds it. `BEGIN IMMEDIATE`: whoever begins is going to write.
pub struct File {
    connection: SqliteConnection,
    /// Commits since the length of the WAL was asked for.
    commits: usize,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl Shared for File {
    type Connection = SqliteConnection;

    fn connection(&self) -> &SqliteConnection {
        &self.connection
    }

    fn connection_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    async fn begin(&mut self) -> sqlx::Result<()> {
        self.run("begin immediate").await
    }

    async fn run(&mut self, sql: &'static str) -> sqlx::Result<()> {
        let ran = sqlx::query_with::<Sqlite, _>(sql, SqliteArguments::default()).execute(&mut self.connection).await;
        ran.map(drop).inspect_err(end_if_unsynced)
    }

    async fn commit(&mut self) -> sqlx::Result<()> {
        let committed = self.run("commit").await;
        if committed.is_err() {
            // The transaction may still be open, or SQLite has ended it; either way this process keeps nothing of it.
            self.rollback().await;
        }
        self.commits += 1;
        committed
    }

    async fn rollback(&mut self) {
        // Where nothing is open, nothing is to be taken back.
        let _ = self.run("rollback").await;
    }

    async fn tidy(&mut self) {
        if self.commits >= ASK_EVERY {
            self.commits = 0;
            self.shorten_wal(WAL_PAGES).await;
        }
    }
}

impl File {
    pub const fn new(connection: SqliteConnection) -> Self {
        Self { connection, commits: 0 }
    }

    /// Copy the WAL into the database once it is this long, so that it can begin anew.
    async fn shorten_wal(&mut self, pages: i64) {
        let asked = self.checkpoint("pragma wal_checkpoint(noop)").await;
        let Ok((_, length, copied)) =
            asked.inspect_err(|error| tracing::warn!(%error, "the WAL does not say its length"))
        else {
            return;
        };
        if length - copied < pages {
            return;
        }
        faults::point("checkpoint.before");
        if let Err(error) = self.checkpoint("pragma wal_checkpoint(passive)").await {
            // What is in the WAL is durable there; the next one tries again.
            tracing::warn!(%error, "the WAL could not be copied into the database");
        }
        faults::point("checkpoint.after");
    }

    /// Whether somebody was in the way, how many pages are in the WAL, and how many of them are in the database.
    async fn checkpoint(&mut self, sql: &'static str) -> sqlx::Result<(i64, i64, i64)> {
        let row = sqlx::query_as_with(sql, SqliteArguments::default()).fetch_one(&mut self.connection).await;
        row.inspect_err(end_if_unsynced)
    }
}

impl Writer {
    #[must_use]
    pub fn new(connection: SqliteConnection, patience: Duration, reserve: Reserve, commit: Commit) -> Self {
        let most = if commit == Commit::Shared { MOST } else { 1 };
        Self { line: Line::new(File::new(connection), patience, most), reserve }
    }

    /// Wait in line and begin to write.
    pub async fn turn(&self) -> Result<Turn> {
        let turn = self.turn_from_reserve().await?;
        if self.reserve.whole().await {
            return Ok(turn);
        }
        turn.rollback().await;
        Err(Error::StorageFull)
    }

    /// The same for who may use the room that is kept in reserve.
    pub async fn turn_from_reserve(&self) -> Result<Turn> {
        self.line.turn().await
    }

    /// Give up the room that is kept in reserve, and what the WAL can give.
    pub async fn make_room(&self) {
        if self.reserve.give().await {
            self.line.quiet().await.shared.shorten_wal(1).await;
        }
    }

    /// Close the connection when the last one is done with it.
    pub async fn close(&self) {
        let mut group = self.line.settled().await;
        let _ = group.shared.run("pragma optimize").await;
        let _ = group.shared.connection.clear_cached_statements().await;
    }
}
