//! The one writer of `SQLite`, shared: whoever waits while another one writes joins its transaction, and one COMMIT, one
//! wait for the disk, makes all of them durable. Each but the first works inside of a savepoint, so one that fails
//! takes nothing of its neighbours with it; each is answered after the COMMIT.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{Connection, Sqlite, SqliteConnection, sqlite::SqliteArguments};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::{
    reserve::Reserve,
    trouble::{Trouble, end_if_unsynced},
};
use crate::{
    config::Commit,
    error::{Error, Result},
    faults::{self, Fault, planted},
};

/// At most this many share a COMMIT, and none waits for later ones longer than this.
const MOST: usize = 64;
const LONGEST: Duration = Duration::from_millis(10);
/// The WAL is copied into the database when it has this many pages more than were copied. `SQLite` would do so by
/// itself inside of a COMMIT, and tell nobody when it fails.
const WAL_PAGES: i64 = 1_000;
/// After this many commits the length of the WAL is asked for.
const ASK_EVERY: usize = 8;

#[derive(Clone)]
pub struct Writer {
    group: Arc<Mutex<Group>>,
    /// How many stand in line; whoever finishes leaves the COMMIT to the last of them.
    waiting: Arc<AtomicUsize>,
    patience: Duration,
    reserve: Reserve,
    most: usize,
}

struct Group {
    connection: SqliteConnection,
    /// Those who have written and wait for the COMMIT.
    members: Vec<oneshot::Sender<Result<(), Lost>>>,
    /// Whether the last one who came wrote inside of a savepoint.
    saved: bool,
    began: Instant,
    /// Commits since the length of the WAL was asked for.
    commits: usize,
}

/// Why a part was not kept, or may not have been.
#[derive(Clone, Debug)]
pub enum Lost {
    /// There was no room for it: it was taken back.
    Full,
    /// `SQLite` took the shared transaction back because of a neighbour, or somebody held the lock.
    TakenBack,
    /// It may be in the WAL or not.
    Unknown(String),
}

impl Lost {
    /// What an error of COMMIT means. One that says that there was no room comes before the last frame, the one that
    /// makes the transaction valid, was whole.
    fn at_commit(error: &sqlx::Error) -> Self {
        match Trouble::of(error) {
            Trouble::Full => Self::Full,
            Trouble::Locked => Self::TakenBack,
            _ => Self::Unknown(error.to_string()),
        }
    }
}

impl From<Lost> for Error {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Full => Self::StorageFull,
            Lost::TakenBack => Self::Unavailable,
            Lost::Unknown(error) => Self::Unknown(sqlx::Error::Protocol(error)),
        }
    }
}

/// One's own part of the shared transaction; dropped without `commit`, it is taken back.
pub struct Turn {
    writer: Writer,
    /// Taken out when the turn ends.
    group: Option<OwnedMutexGuard<Group>>,
}

/// A place in the line.
struct Place<'a>(&'a Writer);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl Group {
    async fn run(&mut self, sql: &'static str) -> sqlx::Result<()> {
        let ran = sqlx::query_with::<Sqlite, _>(sql, SqliteArguments::default()).execute(&mut self.connection).await;
        ran.map(drop).inspect_err(end_if_unsynced)
    }

    /// Begin somebody's part. What the one before wrote inside of a savepoint joins the transaction now: one step of
    /// the connection's thread less than letting it do so at its end.
    async fn begin(&mut self) -> sqlx::Result<()> {
        let shared = !self.members.is_empty();
        let sql = match (shared, std::mem::take(&mut self.saved)) {
            (false, _) => "begin immediate",
            (true, false) => "savepoint mine",
            (true, true) => "release mine; savepoint mine",
        };
        if !shared {
            self.began = Instant::now();
        }
        self.run(sql).await?;
        self.saved = shared;
        Ok(())
    }

    /// Make everything durable, and tell everybody who waits for it.
    async fn commit(&mut self) {
        self.saved = false;
        faults::point("group.before");
        let committed = self.run("commit").await;
        faults::point("group.after");
        let outcome = committed.as_ref().copied().map_err(Lost::at_commit);
        if let Err(error) = committed {
            tracing::warn!(%error, members = self.members.len(), "a COMMIT failed");
            // The transaction may still be open, or SQLite has ended it; either way this process keeps nothing of it.
            let _ = self.run("rollback").await;
        }
        self.tell(&outcome);
        self.commits += 1;
        if self.commits >= ASK_EVERY {
            self.commits = 0;
            self.shorten_wal(WAL_PAGES).await;
        }
    }

    fn tell(&mut self, outcome: &Result<(), Lost>) {
        for member in self.members.drain(..) {
            // Whoever does not wait any more reads the log.
            let _ = member.send(outcome.clone());
        }
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

    /// Take back the last one's part. Some errors (a full disk) make `SQLite` take back everything: then everybody
    /// in the group is told so.
    async fn take_back(&mut self) {
        if self.members.is_empty() {
            let _ = self.run("rollback").await;
        } else if planted(Fault::NeighbourNotTakenBack) {
            // It joins the transaction with the next one's savepoint.
        } else if self.run("rollback to mine").await.is_err() {
            self.saved = false;
            let _ = self.run("rollback").await;
            self.tell(&Err(Lost::TakenBack));
        }
    }
}

impl Writer {
    #[must_use]
    pub fn new(connection: SqliteConnection, patience: Duration, reserve: Reserve, commit: Commit) -> Self {
        let most = if commit == Commit::Shared { MOST } else { 1 };
        let group = Group { connection, members: vec![], saved: false, began: Instant::now(), commits: 0 };
        Self { group: Arc::new(Mutex::new(group)), waiting: Arc::default(), patience, reserve, most }
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

    /// Give up the room that is kept in reserve, and what the WAL can give.
    pub async fn make_room(&self) {
        if self.reserve.give().await {
            self.group.lock().await.shorten_wal(1).await;
        }
    }

    /// The same for who may use the room that is kept in reserve.
    pub async fn turn_from_reserve(&self) -> Result<Turn> {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let place = Place(self);
        let Ok(mut group) = tokio::time::timeout(self.patience, self.group.clone().lock_owned()).await else {
            drop(place);
            // Somebody may have left the COMMIT to us.
            self.clone().settle_later();
            return Err(Error::Unavailable);
        };
        drop(place);
        if let Err(error) = group.begin().await {
            self.settle(&mut group).await;
            return Err(error.into());
        }
        Ok(Turn { writer: self.clone(), group: Some(group) })
    }

    /// Nobody else is going to write: commit for those who wait.
    async fn settle(&self, group: &mut Group) {
        let alone = self.waiting.load(Ordering::Acquire) == 0;
        let full = group.members.len() >= self.most || group.began.elapsed() >= LONGEST;
        if !group.members.is_empty() && (alone || full) {
            group.commit().await;
        }
    }

    fn settle_later(self) {
        tokio::spawn(async move {
            let mut group = self.group.clone().lock_owned().await;
            self.settle(&mut group).await;
        });
    }

    /// Close the connection when the last one is done with it.
    pub async fn close(&self) {
        let mut group = self.group.lock().await;
        if !group.members.is_empty() {
            group.commit().await;
        }
        let _ = group.run("pragma optimize").await;
        let _ = group.connection.clear_cached_statements().await;
    }
}

impl Turn {
    /// Make one's part durable: at once when nobody waits, else with the others.
    pub async fn commit(mut self) -> Result<()> {
        let Some(mut group) = self.group.take() else { return Ok(()) };
        let (sender, receiver) = oneshot::channel();
        group.members.push(sender);
        self.writer.settle(&mut group).await;
        drop(group);
        if planted(Fault::AnswerBeforeCommit) {
            return Ok(());
        }
        match receiver.await {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(Lost::Unknown("the writer ended".into()).into()),
        }
    }

    /// Take one's part back.
    pub async fn rollback(mut self) {
        if let Some(mut group) = self.group.take() {
            group.take_back().await;
            self.writer.settle(&mut group).await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut group) = self.group.take() else { return };
        let writer = self.writer.clone();
        tokio::spawn(async move {
            group.take_back().await;
            writer.settle(&mut group).await;
        });
    }
}

impl Deref for Turn {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        // Only `commit`, `rollback` and `drop` take the group out, and they end the turn.
        #[expect(clippy::expect_used, reason = "a turn has its group until it ends")]
        &self.group.as_ref().expect("a turn has its group until it ends").connection
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        #[expect(clippy::expect_used, reason = "a turn has its group until it ends")]
        &mut self.group.as_mut().expect("a turn has its group until it ends").connection
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;

    async fn run(turn: &mut Turn, sql: &'static str) -> sqlx::Result<()> {
        sqlx::query_with::<Sqlite, _>(sql, SqliteArguments::default()).execute(&mut **turn).await?;
        Ok(())
    }

    async fn numbers(writer: &Writer) -> Vec<i64> {
        let mut turn = writer.turn().await.unwrap();
        let sql = "select n from numbers order by n";
        let rows: Vec<(i64,)> =
            sqlx::query_as_with(sql, SqliteArguments::default()).fetch_all(&mut *turn).await.unwrap();
        turn.rollback().await;
        rows.into_iter().map(|(n,)| n).collect()
    }

    async fn writer() -> Writer {
        let options = SqliteConnectOptions::new().in_memory(true);
        let connection = SqliteConnection::connect_with(&options).await.unwrap();
        let writer = Writer::new(connection, Duration::from_secs(5), Reserve::none(), Commit::Shared);
        let mut turn = writer.turn().await.unwrap();
        run(&mut turn, "create table numbers (n integer primary key)").await.unwrap();
        turn.commit().await.unwrap();
        writer
    }

    #[tokio::test]
    async fn one_that_fails_takes_nothing_of_its_neighbours_with_it() {
        let writer = writer().await;
        let mut first = writer.turn().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        let others = [
            ("insert into numbers values (2)", true),
            ("insert into numbers values (3)", false),
            ("insert into numbers values (1)", true),
            ("insert into numbers values (4)", true),
        ];
        let tasks: Vec<_> = others
            .into_iter()
            .map(|(sql, keep)| {
                let writer = writer.clone();
                tokio::spawn(async move {
                    let mut turn = writer.turn().await.unwrap();
                    let ran = run(&mut turn, sql).await.is_ok();
                    if ran && keep {
                        turn.commit().await.is_ok()
                    } else {
                        drop(turn);
                        false
                    }
                })
            })
            .collect();
        while writer.waiting.load(Ordering::Acquire) < 4 {
            tokio::task::yield_now().await;
        }
        first.commit().await.unwrap();
        let mut kept = vec![];
        for task in tasks {
            kept.push(task.await.unwrap());
        }
        assert_eq!(kept, [true, false, false, true]);
        assert_eq!(numbers(&writer).await, [1, 2, 4]);
    }

    #[tokio::test]
    async fn the_first_one_s_failure_is_its_own() {
        let writer = writer().await;
        let mut first = writer.turn().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        drop(first);
        let mut second = writer.turn().await.unwrap();
        run(&mut second, "insert into numbers values (2)").await.unwrap();
        second.commit().await.unwrap();
        assert_eq!(numbers(&writer).await, [2]);
    }

    #[tokio::test]
    async fn whoever_gives_up_waiting_leaves_nobody_uncommitted() {
        let mut writer = writer().await;
        let mut first = writer.turn().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        writer.patience = Duration::from_millis(20);
        assert!(writer.turn().await.is_err());
        first.commit().await.unwrap();
        assert_eq!(numbers(&writer).await, [1]);
    }

    #[tokio::test]
    async fn many_writers_lose_nothing() {
        let writer = writer().await;
        let tasks: Vec<_> = (0..200)
            .map(|_| {
                let writer = writer.clone();
                tokio::spawn(async move {
                    let mut turn = writer.turn().await.unwrap();
                    run(&mut turn, "insert into numbers select coalesce(max(n), 0) + 1 from numbers").await.unwrap();
                    turn.commit().await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(numbers(&writer).await.len(), 200);
    }
}
