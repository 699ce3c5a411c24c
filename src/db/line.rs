//! A line of those who write. Whoever waits while another one writes joins its transaction, and one COMMIT, one wait for
//! the disk, makes all of them durable. Each but the first works inside of a savepoint, so one that fails takes nothing
//! of its neighbours with it; each is answered after the COMMIT.

use std::{
    future::Future,
    ops::{Deref, DerefMut},
    sync::{
        Arc, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::trouble::Trouble;
use crate::{
    error::{Error, Result},
    faults::{self, Fault, planted},
};

/// None waits for later ones longer than this.
const LONGEST: Duration = Duration::from_millis(10);

/// What those in a line share: a connection, and at most one transaction on it.
pub trait Shared: Send + 'static {
    type Connection;

    /// The connection that the transaction runs on; there is one between `begin` and its end.
    fn connection(&self) -> &Self::Connection;
    fn connection_mut(&mut self) -> &mut Self::Connection;

    /// Open the transaction.
    fn begin(&mut self) -> impl Future<Output = sqlx::Result<()>> + Send;
    /// Run one of the statements that only a transaction is for.
    fn run(&mut self, sql: &'static str) -> impl Future<Output = sqlx::Result<()>> + Send;
    /// Make it durable. After an error this process keeps nothing of it.
    fn commit(&mut self) -> impl Future<Output = sqlx::Result<()>> + Send;
    /// Take everything back.
    fn rollback(&mut self) -> impl Future<Output = ()> + Send;
    /// What is to be done now and then between two transactions.
    fn tidy(&mut self) -> impl Future<Output = ()> + Send;
}

pub struct Line<S>(Arc<Inner<S>>);

struct Inner<S> {
    group: Arc<Mutex<Group<S>>>,
    /// How many stand in line; whoever finishes leaves the COMMIT to the last of them.
    waiting: AtomicUsize,
    patience: Duration,
    /// At most this many share a COMMIT.
    most: usize,
}

/// A line that is there as long as somebody stands in it.
pub struct Remembered<S>(Weak<Inner<S>>);

pub struct Group<S> {
    pub shared: S,
    /// Those who have written and wait for the COMMIT.
    members: Vec<oneshot::Sender<Result<(), Lost>>>,
    /// Whether the last one who came wrote inside of a savepoint.
    saved: bool,
    began: Instant,
    /// Somebody is in the middle of a step, or was given up there.
    torn: bool,
}

/// Why a part was not kept, or may not have been.
#[derive(Clone, Debug)]
pub enum Lost {
    /// There was no room for it: it was taken back.
    Full,
    /// The shared transaction was taken back because of a neighbour, or somebody held the lock.
    TakenBack,
    /// It may be in the log of the database or not.
    Unknown(String),
}

impl Lost {
    /// What an error of COMMIT means. `SQLite` says that there was no room before the last frame, the one that makes
    /// the transaction valid, was whole; Postgres before it wrote that the transaction is committed.
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
pub struct Turn<S: Shared> {
    line: Line<S>,
    /// Taken out when the turn ends.
    group: Option<OwnedMutexGuard<Group<S>>>,
    /// Nobody joins after this one.
    last: bool,
    /// One of its statements failed.
    failed: bool,
}

/// A place in the line.
struct Place<S: Shared> {
    line: Line<S>,
    /// Whose turn it is has left the line in good order.
    arrived: bool,
}

impl<S: Shared> Drop for Place<S> {
    fn drop(&mut self) {
        self.line.0.waiting.fetch_sub(1, Ordering::AcqRel);
        if !self.arrived {
            // Somebody may have left the COMMIT to us.
            self.line.clone().settle_later();
        }
    }
}

impl<S: Shared> Group<S> {
    /// Begin somebody's part. What the one before wrote inside of a savepoint joins the transaction now: one step
    /// less than letting it do so at its end.
    async fn begin(&mut self) -> sqlx::Result<()> {
        self.torn = true;
        if self.members.is_empty() {
            self.saved = false;
            self.shared.begin().await?;
            self.began = Instant::now();
        } else {
            let sql = if self.saved { "release savepoint mine; savepoint mine" } else { "savepoint mine" };
            if let Err(error) = self.shared.run(sql).await {
                tracing::warn!(%error, members = self.members.len(), "a shared transaction cannot go on");
                self.give_up(&Lost::TakenBack).await;
                return Err(error);
            }
            self.saved = true;
        }
        self.torn = false;
        Ok(())
    }

    /// Make everything durable, and tell everybody who waits for it.
    async fn commit(&mut self) {
        self.torn = true;
        self.saved = false;
        faults::point("group.before");
        let committed = self.shared.commit().await;
        faults::point("group.after");
        if let Err(error) = &committed {
            tracing::warn!(%error, members = self.members.len(), "a COMMIT failed");
        }
        self.tell(&committed.map_err(|error| Lost::at_commit(&error)));
        self.torn = false;
        self.shared.tidy().await;
    }

    fn tell(&mut self, outcome: &Result<(), Lost>) {
        for member in self.members.drain(..) {
            // Whoever does not wait any more reads the log.
            let _ = member.send(outcome.clone());
        }
    }

    /// Take back the last one's part. Some errors (a full disk on `SQLite`) take back everything: then everybody in the
    /// group is told so.
    async fn take_back(&mut self) {
        self.torn = true;
        if self.members.is_empty() {
            self.shared.rollback().await;
        } else if planted(Fault::NeighbourNotTakenBack) {
            // It joins the transaction with the next one's savepoint.
        } else if self.shared.run("rollback to savepoint mine").await.is_err() {
            self.give_up(&Lost::TakenBack).await;
        }
        self.torn = false;
    }

    async fn give_up(&mut self, why: &Lost) {
        self.saved = false;
        self.shared.rollback().await;
        self.tell(&Err(why.clone()));
        self.torn = false;
    }
}

impl<S> Clone for Line<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S> Remembered<S> {
    pub fn line(&self) -> Option<Line<S>> {
        self.0.upgrade().map(Line)
    }
}

impl<S: Shared> Line<S> {
    pub fn new(shared: S, patience: Duration, most: usize) -> Self {
        let group =
            Arc::new(Mutex::new(Group { shared, members: vec![], saved: false, began: Instant::now(), torn: false }));
        Self(Arc::new(Inner { group, waiting: AtomicUsize::new(0), patience, most }))
    }

    pub fn remember(&self) -> Remembered<S> {
        Remembered(Arc::downgrade(&self.0))
    }

    /// Wait in line and begin to write.
    pub async fn turn(&self) -> Result<Turn<S>> {
        self.0.waiting.fetch_add(1, Ordering::AcqRel);
        let mut place = Place { line: self.clone(), arrived: false };
        let Ok(mut group) = tokio::time::timeout(self.0.patience, self.quiet()).await else {
            return Err(Error::Unavailable);
        };
        place.arrived = true;
        drop(place);
        group.begin().await?;
        Ok(Turn { line: self.clone(), group: Some(group), last: false, failed: false })
    }

    /// Wait until nobody writes.
    pub async fn quiet(&self) -> OwnedMutexGuard<Group<S>> {
        let mut group = self.0.group.clone().lock_owned().await;
        if group.torn {
            // Nobody knows how far it came.
            group.give_up(&Lost::Unknown("whoever wrote was given up".into())).await;
        }
        group
    }

    /// The same, when those who wait for a COMMIT have it.
    pub async fn settled(&self) -> OwnedMutexGuard<Group<S>> {
        let mut group = self.quiet().await;
        if !group.members.is_empty() {
            group.commit().await;
        }
        group
    }

    /// Nobody else is going to write: commit for those who wait.
    async fn settle(&self, group: &mut Group<S>, last: bool) {
        let alone = self.0.waiting.load(Ordering::Acquire) == 0;
        let full = group.members.len() >= self.0.most || group.began.elapsed() >= LONGEST;
        if !group.members.is_empty() && (alone || full || last) {
            group.commit().await;
        }
    }

    fn settle_later(self) {
        tokio::spawn(async move {
            let mut group = self.quiet().await;
            self.settle(&mut group, false).await;
        });
    }
}

impl<S: Shared> Turn<S> {
    /// What this part holds is not to be held for those who come later: commit right after it.
    pub const fn last(&mut self) {
        self.last = true;
    }

    /// Look at what came of a statement: on Postgres nothing can be kept after one that failed, and COMMIT would not say.
    pub fn watch<T>(&mut self, outcome: sqlx::Result<T>) -> sqlx::Result<T> {
        self.failed |= matches!(outcome, Err(ref error) if !matches!(error, sqlx::Error::RowNotFound));
        outcome
    }

    /// Make one's part durable: at once when nobody waits, else with the others.
    pub async fn commit(mut self) -> Result<()> {
        if self.failed {
            self.rollback().await;
            return Err(Error::Internal("a change went on after one of its statements had failed".into()));
        }
        let Some(mut group) = self.group.take() else { return Ok(()) };
        let (sender, receiver) = oneshot::channel();
        group.members.push(sender);
        self.line.settle(&mut group, self.last).await;
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
            self.line.settle(&mut group, false).await;
        }
    }
}

impl<S: Shared> Drop for Turn<S> {
    fn drop(&mut self) {
        let Some(mut group) = self.group.take() else { return };
        let line = self.line.clone();
        tokio::spawn(async move {
            group.take_back().await;
            line.settle(&mut group, false).await;
        });
    }
}

impl<S: Shared> Deref for Turn<S> {
    type Target = S::Connection;
    fn deref(&self) -> &S::Connection {
        // Only `commit`, `rollback` and `drop` take the group out, and they end the turn.
        #[expect(clippy::expect_used, reason = "a turn has its group until it ends")]
        self.group.as_ref().expect("a turn has its group until it ends").shared.connection()
    }
}

impl<S: Shared> DerefMut for Turn<S> {
    fn deref_mut(&mut self) -> &mut S::Connection {
        #[expect(clippy::expect_used, reason = "a turn has its group until it ends")]
        self.group.as_mut().expect("a turn has its group until it ends").shared.connection_mut()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{
        Connection, Sqlite, SqliteConnection,
        sqlite::{SqliteArguments, SqliteConnectOptions},
    };

    use super::*;
    use crate::db::writer::File;

    const LONG: Duration = Duration::from_secs(5);

    async fn run(turn: &mut Turn<File>, sql: &'static str) -> sqlx::Result<()> {
        sqlx::query_with::<Sqlite, _>(sql, SqliteArguments::default()).execute(&mut **turn).await?;
        Ok(())
    }

    async fn numbers(line: &Line<File>) -> Vec<i64> {
        let mut turn = line.turn().await.unwrap();
        let sql = "select n from numbers order by n";
        let rows: Vec<(i64,)> =
            sqlx::query_as_with(sql, SqliteArguments::default()).fetch_all(&mut *turn).await.unwrap();
        turn.rollback().await;
        rows.into_iter().map(|(n,)| n).collect()
    }

    async fn writer(patience: Duration) -> Line<File> {
        let options = SqliteConnectOptions::new().in_memory(true);
        let connection = SqliteConnection::connect_with(&options).await.unwrap();
        let writer = Line::new(File::new(connection), patience, 64);
        let mut turn = writer.turn().await.unwrap();
        run(&mut turn, "create table numbers (n integer primary key)").await.unwrap();
        turn.commit().await.unwrap();
        writer
    }

    #[tokio::test]
    async fn one_that_fails_takes_nothing_of_its_neighbours_with_it() {
        let writer = writer(LONG).await;
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
        while writer.0.waiting.load(Ordering::Acquire) < 4 {
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
        let writer = writer(LONG).await;
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
        let writer = writer(Duration::from_millis(20)).await;
        let mut first = writer.turn().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        assert!(writer.turn().await.is_err());
        first.commit().await.unwrap();
        assert_eq!(numbers(&writer).await, [1]);
    }

    #[tokio::test]
    async fn many_writers_lose_nothing() {
        let writer = writer(LONG).await;
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

    #[tokio::test]
    async fn whoever_goes_away_while_waiting_leaves_nobody_uncommitted() {
        let writer = writer(LONG).await;
        let mut first = writer.turn().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        let mut second = Box::pin(writer.turn());
        assert!(futures_util::poll!(&mut second).is_pending());
        let mut commit = Box::pin(first.commit());
        assert!(futures_util::poll!(&mut commit).is_pending(), "it is left to the second");
        drop(second);
        tokio::time::timeout(LONG, commit).await.unwrap().unwrap();
        assert_eq!(numbers(&writer).await, [1]);
    }

    #[tokio::test]
    async fn whoever_goes_away_in_the_middle_of_a_step_leaves_the_line_usable() {
        let writer = writer(LONG).await;
        let mut torn = 0;
        for _ in 0..200 {
            let mut half = Box::pin(writer.turn());
            // Mostly it has the line by now, and waits for the connection to begin.
            torn += u32::from(futures_util::poll!(&mut half).is_pending() && writer.0.group.try_lock().is_err());
            drop(half);
            let mut next = writer.turn().await.unwrap();
            run(&mut next, "insert into numbers select coalesce(max(n), 0) + 1 from numbers").await.unwrap();
            next.commit().await.unwrap();
        }
        assert!(torn > 0, "none was in the middle");
        assert_eq!(numbers(&writer).await.len(), 200);
    }

    #[tokio::test]
    async fn a_panic_takes_its_own_part_back_and_no_other() {
        let writer = writer(LONG).await;
        let mut first = writer.turn().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        let line = writer.clone();
        let panics = tokio::spawn(async move {
            let mut turn = line.turn().await.unwrap();
            run(&mut turn, "insert into numbers values (2)").await.unwrap();
            panic!("on purpose");
        });
        while writer.0.waiting.load(Ordering::Acquire) < 1 {
            tokio::task::yield_now().await;
        }
        first.commit().await.unwrap();
        assert!(panics.await.unwrap_err().is_panic());
        assert_eq!(numbers(&writer).await, [1]);
    }

    #[tokio::test]
    async fn the_last_of_a_transaction_is_not_joined() {
        let writer = writer(LONG).await;
        let mut first = writer.turn().await.unwrap();
        first.last();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        let mut second = Box::pin(writer.turn());
        assert!(futures_util::poll!(&mut second).is_pending());
        // The second is in line, and would be waited for.
        tokio::time::timeout(LONG, first.commit()).await.unwrap().unwrap();
        let second = second.await.unwrap();
        assert!(second.group.as_ref().unwrap().members.is_empty());
    }

    #[tokio::test]
    async fn nothing_is_committed_after_a_statement_that_failed_where_it_is_watched() {
        let writer = writer(LONG).await;
        let mut turn = writer.turn().await.unwrap();
        let outcome = run(&mut turn, "insert into nowhere values (1)").await;
        assert!(turn.watch(outcome).is_err());
        assert!(turn.commit().await.is_err());
    }
}
