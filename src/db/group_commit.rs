//! Group commit: transactions that wait for the same connection share one COMMIT, and so one wait for the disk.
//!
//! A transaction that begins while another one is writing waits for it, then writes inside of the same database
//! transaction, behind a savepoint. A part that fails is rolled back to its savepoint and takes nothing of its
//! neighbours with it. The last part in the queue runs the COMMIT, and each part is answered after it.
//!
//! - [`GroupCommit`] — the queue of transactions for one connection
//! - [`WriteTx`] — one part of the shared transaction, as the rest of the program sees it: a transaction
//! - `Ticket` — a place in the queue
//! - [`Group`] — the shared transaction: its connection, and the parts that wait for the COMMIT

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

use crate::db::{
    error_kind::ErrorKind,
    meters::Meters,
    settled::{self, Outcome},
};
use crate::{
    base::error::{Error, Result},
    faults::{self, planted},
};

/// A group commits once it is this old, however many transactions are still waiting: its first part is not to wait
/// longer for the later ones.
const MAX_AGE: Duration = Duration::from_millis(10);

/// What the parts of a group share: a connection, and at most one transaction on it.
pub trait SharedConnection: Send + 'static {
    type Connection;

    /// The connection that the transaction runs on. It is there between `begin` and `commit` or `rollback`.
    fn connection(&self) -> &Self::Connection;
    fn connection_mut(&mut self) -> &mut Self::Connection;

    /// Open the transaction.
    fn begin(&mut self) -> impl Future<Output = sqlx::Result<()>> + Send;
    /// Run a statement that controls the transaction, such as one about savepoints.
    fn control(&mut self, sql: &'static str) -> impl Future<Output = sqlx::Result<()>> + Send;
    /// Make the transaction durable. After an error nothing is left open; the error says what became of it.
    fn commit(&mut self) -> impl Future<Output = sqlx::Result<()>> + Send;
    /// Roll the whole transaction back.
    fn rollback(&mut self) -> impl Future<Output = ()> + Send;
    /// Upkeep that has to happen now and then, between two transactions.
    fn maintain(&mut self) -> impl Future<Output = ()> + Send;
}

/// The queue of transactions for one connection; cheap to clone.
pub struct GroupCommit<C>(Arc<Inner<C>>);

struct Inner<C> {
    group: Arc<Mutex<Group<C>>>,
    /// How many transactions wait for the group. One that ends while others wait leaves the COMMIT to them.
    waiting: AtomicUsize,
    /// How long a transaction waits before it gives up.
    timeout: Duration,
    /// At most this many parts share a COMMIT.
    max_parts: usize,
    meters: Arc<Meters>,
}

/// A reference to a queue that does not keep it alive.
pub struct WeakGroup<C>(Weak<Inner<C>>);

pub struct Group<C> {
    pub shared: C,
    /// The parts that are written and wait for the COMMIT.
    members: Vec<oneshot::Sender<Outcome>>,
    /// The parts that were rolled back and may have read what those had written: they hear what becomes of it.
    refused: Vec<oneshot::Sender<Outcome>>,
    /// Whether the part that was written last stands behind a savepoint.
    in_savepoint: bool,
    began_at: Instant,
    /// A step on the connection began and has not ended. Seen by the next transaction, it means that the task which ran the
    /// step was cancelled in the middle of it, so that the state of the connection is not known.
    poisoned: bool,
    meters: Arc<Meters>,
}

/// Why a part was not committed, or may not have been.
#[derive(Clone, Debug)]
pub enum CommitError {
    /// The disk is full: the part was rolled back.
    Full,
    /// The shared transaction was rolled back because of another part or of a lock that was not free.
    RolledBack,
    /// The part may be in the database's log or not.
    Unknown(String),
}

impl CommitError {
    /// What an error of COMMIT means. `SQLite` reports a full disk before the last frame of the transaction, the one
    /// that makes it valid, is whole. Postgres reports it before it has written that the transaction is committed.
    fn of(error: &sqlx::Error) -> Self {
        match ErrorKind::noted(error) {
            ErrorKind::Full => Self::Full,
            ErrorKind::Locked => Self::RolledBack,
            _ => Self::Unknown(error.to_string()),
        }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Full => Self::StorageFull,
            CommitError::RolledBack => Self::Unavailable,
            CommitError::Unknown(error) => Self::Unknown(sqlx::Error::Protocol(error)),
        }
    }
}

/// A transaction that is one part of a group. Dropped without `commit`, it is rolled back.
pub struct WriteTx<C: SharedConnection> {
    queue: GroupCommit<C>,
    /// The group, locked for this transaction; taken out when the transaction ends.
    group: Option<OwnedMutexGuard<Group<C>>>,
    /// No further part may join after this one.
    sealed: bool,
    /// One of its statements failed.
    failed: bool,
}

/// A place in the queue.
struct Ticket<C: SharedConnection> {
    queue: GroupCommit<C>,
    /// The transaction has locked the group and will see to the COMMIT itself.
    admitted: bool,
}

impl<C: SharedConnection> Drop for Ticket<C> {
    fn drop(&mut self) {
        self.queue.0.waiting.fetch_sub(1, Ordering::AcqRel);
        if !self.admitted {
            // A transaction before us may have left the COMMIT to us.
            self.queue.clone().spawn_commit_if_last();
        }
    }
}

impl<C: SharedConnection> Group<C> {
    /// Begin a part. Where the part before it stands behind a savepoint, the same round trip that sets the new savepoint
    /// releases that one: a statement fewer than releasing it at the part's end.
    async fn begin_part(&mut self) -> sqlx::Result<()> {
        self.poisoned = true;
        if self.members.is_empty() {
            self.in_savepoint = false;
            self.shared.begin().await?;
            self.began_at = Instant::now();
        } else {
            let sql = if self.in_savepoint { "release savepoint part; savepoint part" } else { "savepoint part" };
            if let Err(error) = self.shared.control(sql).await {
                tracing::warn!(%error, members = self.members.len(), "a shared transaction cannot go on");
                self.abort_all(&CommitError::RolledBack).await;
                return Err(error);
            }
            self.in_savepoint = true;
        }
        self.poisoned = false;
        Ok(())
    }

    /// Commit all parts, and tell each of them what came of it.
    async fn commit(&mut self) {
        self.poisoned = true;
        self.in_savepoint = false;
        faults::point("group.before");
        let began = Instant::now();
        let committed = self.shared.commit().await;
        self.meters.commits.add_time(began.elapsed());
        self.meters.sizes.add(u64::try_from(self.members.len()).unwrap_or(u64::MAX));
        faults::point("group.after");
        if let Err(error) = &committed {
            tracing::warn!(%error, members = self.members.len(), "a COMMIT failed");
        }
        self.answer_all(&committed.map_err(|error| CommitError::of(&error)));
        self.poisoned = false;
        self.shared.maintain().await;
    }

    /// Whether nothing waits for a COMMIT.
    pub const fn is_idle(&self) -> bool {
        self.members.is_empty()
    }

    fn answer_all(&mut self, outcome: &Outcome) {
        for member in self.members.drain(..).chain(self.refused.drain(..)) {
            // A request that no longer waits for its answer finds the outcome in the log.
            let _ = member.send(outcome.clone());
        }
    }

    /// Roll back the part that is being written. Some errors (a full disk on `SQLite`) have already rolled back the
    /// whole transaction: then there is no savepoint any more, and every part of the group fails.
    ///
    /// What it read of other parts is not durable yet: `reader` is told when it is.
    async fn rollback_part(&mut self, reader: Option<oneshot::Sender<Outcome>>) {
        self.poisoned = true;
        if self.members.is_empty() {
            self.shared.rollback().await;
            reader.map(|reader| reader.send(Ok(())));
        } else {
            self.refused.extend(reader);
            let sql = "rollback to savepoint part";
            let rolled_back = planted!(PartNotRolledBack => Ok(()), self.shared.control(sql).await);
            if rolled_back.is_err() {
                self.abort_all(&CommitError::RolledBack).await;
            }
        }
        self.poisoned = false;
    }

    /// Roll back everything and fail every part of the group.
    async fn abort_all(&mut self, why: &CommitError) {
        self.in_savepoint = false;
        self.shared.rollback().await;
        self.answer_all(&Err(why.clone()));
        self.poisoned = false;
    }
}

impl<C> Clone for GroupCommit<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C> WeakGroup<C> {
    pub fn upgrade(&self) -> Option<GroupCommit<C>> {
        self.0.upgrade().map(GroupCommit)
    }
}

impl<C: SharedConnection> GroupCommit<C> {
    pub fn new(shared: C, timeout: Duration, max_parts: usize, meters: Arc<Meters>) -> Self {
        let group = Group {
            shared,
            members: vec![],
            refused: vec![],
            in_savepoint: false,
            began_at: Instant::now(),
            poisoned: false,
            meters: meters.clone(),
        };
        let group = Arc::new(Mutex::new(group));
        Self(Arc::new(Inner { group, waiting: AtomicUsize::new(0), timeout, max_parts, meters }))
    }

    pub fn downgrade(&self) -> WeakGroup<C> {
        WeakGroup(Arc::downgrade(&self.0))
    }

    /// Wait in the queue and begin a transaction.
    pub async fn begin(&self) -> Result<WriteTx<C>> {
        self.0.waiting.fetch_add(1, Ordering::AcqRel);
        let mut ticket = Ticket { queue: self.clone(), admitted: false };
        let waiting = self.0.meters.queue.begin();
        let Ok(mut group) = tokio::time::timeout(self.0.timeout, self.lock()).await else {
            waiting.timed_out();
            return Err(Error::Unavailable);
        };
        drop(waiting);
        ticket.admitted = true;
        drop(ticket);
        group.begin_part().await?;
        Ok(WriteTx { queue: self.clone(), group: Some(group), sealed: false, failed: false })
    }

    /// Wait until no transaction is writing.
    pub async fn lock(&self) -> OwnedMutexGuard<Group<C>> {
        let mut group = self.0.group.clone().lock_owned().await;
        if group.poisoned {
            group.abort_all(&CommitError::Unknown("the task that was writing was cancelled".into())).await;
        }
        group
    }

    /// The same, with everything committed that was waiting for it.
    pub async fn lock_committed(&self) -> OwnedMutexGuard<Group<C>> {
        let mut group = self.lock().await;
        if !group.members.is_empty() {
            group.commit().await;
        }
        group
    }

    /// Commit the group if no other transaction will: the last one in the queue, one that fills the group, and one that
    /// seals it run the COMMIT for all.
    async fn commit_if_last(&self, group: &mut Group<C>, sealed: bool) {
        let last = self.0.waiting.load(Ordering::Acquire) == 0;
        let full = group.members.len() >= self.0.max_parts || group.began_at.elapsed() >= MAX_AGE;
        if !group.members.is_empty() && (last || full || sealed) {
            group.commit().await;
        }
    }

    fn spawn_commit_if_last(self) {
        tokio::spawn(async move {
            let mut group = self.lock().await;
            self.commit_if_last(&mut group, false).await;
        });
    }
}

impl<C: SharedConnection> WriteTx<C> {
    /// Commit right after this part: it holds a lock that later parts must not keep any longer.
    pub const fn seal(&mut self) {
        self.sealed = true;
    }

    /// Note whether a statement failed. After a failed statement Postgres keeps nothing of the transaction, and its
    /// COMMIT does not report that as an error.
    pub fn track<T>(&mut self, outcome: sqlx::Result<T>) -> sqlx::Result<T> {
        self.failed |= matches!(outcome, Err(ref error) if !matches!(error, sqlx::Error::RowNotFound));
        outcome
    }

    /// Make the part durable: at once when no other transaction waits, else together with it.
    pub async fn commit(mut self) -> Result<()> {
        if self.failed {
            self.rollback().await;
            return Err(Error::Internal("a change went on after one of its statements had failed".into()));
        }
        let Some(mut group) = self.group.take() else { return Ok(()) };
        let (sender, receiver) = oneshot::channel();
        group.members.push(sender);
        self.queue.commit_if_last(&mut group, self.sealed).await;
        drop(group);
        match planted!(AnswerBeforeCommit => Ok(Ok(())), receiver.await) {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(CommitError::Unknown("the writer ended".into()).into()),
        }
    }

    /// Roll the part back.
    pub async fn rollback(mut self) {
        if let Some(mut group) = self.group.take() {
            group.rollback_part(settled::note()).await;
            self.queue.commit_if_last(&mut group, false).await;
        }
    }
}

impl<C: SharedConnection> Drop for WriteTx<C> {
    fn drop(&mut self) {
        let Some(mut group) = self.group.take() else { return };
        let (queue, reader) = (self.queue.clone(), settled::note());
        tokio::spawn(async move {
            group.rollback_part(reader).await;
            queue.commit_if_last(&mut group, false).await;
        });
    }
}

impl<C: SharedConnection> Deref for WriteTx<C> {
    type Target = C::Connection;
    fn deref(&self) -> &C::Connection {
        // Only `commit`, `rollback` and `drop` take the group out, and they end the transaction.
        #[expect(clippy::expect_used, reason = "a transaction has its group until it ends")]
        self.group.as_ref().expect("a transaction has its group until it ends").shared.connection()
    }
}

impl<C: SharedConnection> DerefMut for WriteTx<C> {
    fn deref_mut(&mut self) -> &mut C::Connection {
        #[expect(clippy::expect_used, reason = "a transaction has its group until it ends")]
        self.group.as_mut().expect("a transaction has its group until it ends").shared.connection_mut()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{
        Connection, Sqlite, SqliteConnection,
        sqlite::{SqliteArguments, SqliteConnectOptions},
    };

    use super::*;
    use crate::db::sqlite::writer::SqliteWriter;

    const LONG: Duration = Duration::from_mins(1);

    async fn run(tx: &mut WriteTx<SqliteWriter>, sql: &'static str) -> sqlx::Result<()> {
        sqlx::query_with::<Sqlite, _>(sql, SqliteArguments::default()).execute(&mut **tx).await?;
        Ok(())
    }

    async fn numbers(queue: &GroupCommit<SqliteWriter>) -> Vec<i64> {
        let mut tx = queue.begin().await.unwrap();
        let sql = "select n from numbers order by n";
        let rows: Vec<(i64,)> = sqlx::query_as_with(sql, SqliteArguments::default()).fetch_all(&mut *tx).await.unwrap();
        tx.rollback().await;
        rows.into_iter().map(|(n,)| n).collect()
    }

    async fn queue(timeout: Duration) -> GroupCommit<SqliteWriter> {
        let options = SqliteConnectOptions::new().in_memory(true);
        let connection = SqliteConnection::connect_with(&options).await.unwrap();
        let queue = GroupCommit::new(SqliteWriter::new(connection), timeout, 64, Arc::default());
        let mut tx = queue.begin().await.unwrap();
        run(&mut tx, "create table numbers (n integer primary key)").await.unwrap();
        tx.commit().await.unwrap();
        queue
    }

    #[tokio::test]
    async fn a_part_that_fails_takes_nothing_of_its_neighbours_with_it() {
        let queue = queue(LONG).await;
        let mut first = queue.begin().await.unwrap();
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
                let queue = queue.clone();
                tokio::spawn(async move {
                    let mut tx = queue.begin().await.unwrap();
                    let ran = run(&mut tx, sql).await.is_ok();
                    if ran && keep {
                        tx.commit().await.is_ok()
                    } else {
                        drop(tx);
                        false
                    }
                })
            })
            .collect();
        while queue.0.waiting.load(Ordering::Acquire) < 4 {
            tokio::task::yield_now().await;
        }
        first.commit().await.unwrap();
        let mut kept = vec![];
        for task in tasks {
            kept.push(task.await.unwrap());
        }
        assert_eq!(kept, [true, false, false, true]);
        assert_eq!(numbers(&queue).await, [1, 2, 4]);
    }

    #[tokio::test]
    async fn the_failure_of_the_first_part_is_its_own() {
        let queue = queue(LONG).await;
        let mut first = queue.begin().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        drop(first);
        let mut second = queue.begin().await.unwrap();
        run(&mut second, "insert into numbers values (2)").await.unwrap();
        second.commit().await.unwrap();
        assert_eq!(numbers(&queue).await, [2]);
    }

    #[tokio::test]
    async fn a_part_that_times_out_leaves_no_other_uncommitted() {
        let queue = queue(Duration::from_millis(20)).await;
        let mut first = queue.begin().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        assert!(queue.begin().await.is_err());
        first.commit().await.unwrap();
        assert_eq!(numbers(&queue).await, [1]);
    }

    #[tokio::test]
    async fn many_parts_lose_nothing() {
        let queue = queue(LONG).await;
        let tasks: Vec<_> = (0..200)
            .map(|_| {
                let queue = queue.clone();
                tokio::spawn(async move {
                    let mut tx = queue.begin().await.unwrap();
                    run(&mut tx, "insert into numbers select coalesce(max(n), 0) + 1 from numbers").await.unwrap();
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(numbers(&queue).await.len(), 200);
    }

    #[tokio::test]
    async fn a_part_that_is_cancelled_in_the_queue_leaves_no_other_uncommitted() {
        let queue = queue(LONG).await;
        let mut first = queue.begin().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        let mut second = Box::pin(queue.begin());
        assert!(futures_util::poll!(&mut second).is_pending());
        let mut commit = Box::pin(first.commit());
        assert!(futures_util::poll!(&mut commit).is_pending(), "the second is to commit");
        drop(second);
        tokio::time::timeout(LONG, commit).await.unwrap().unwrap();
        assert_eq!(numbers(&queue).await, [1]);
    }

    #[tokio::test]
    async fn a_part_that_is_cancelled_in_the_middle_of_a_step_leaves_the_queue_usable() {
        let queue = queue(LONG).await;
        let mut poisoned = 0;
        for _ in 0..200 {
            let mut half = Box::pin(queue.begin());
            // By now it mostly holds the lock, and waits for the connection to run BEGIN.
            poisoned += u32::from(futures_util::poll!(&mut half).is_pending() && queue.0.group.try_lock().is_err());
            drop(half);
            let mut next = queue.begin().await.unwrap();
            run(&mut next, "insert into numbers select coalesce(max(n), 0) + 1 from numbers").await.unwrap();
            next.commit().await.unwrap();
        }
        assert!(poisoned > 0, "none was in the middle");
        assert_eq!(numbers(&queue).await.len(), 200);
    }

    #[tokio::test]
    async fn a_panic_rolls_back_its_own_part_and_no_other() {
        let queue = queue(LONG).await;
        let mut first = queue.begin().await.unwrap();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        let same = queue.clone();
        let panics = tokio::spawn(async move {
            let mut tx = same.begin().await.unwrap();
            run(&mut tx, "insert into numbers values (2)").await.unwrap();
            panic!("on purpose");
        });
        while queue.0.waiting.load(Ordering::Acquire) < 1 {
            tokio::task::yield_now().await;
        }
        first.commit().await.unwrap();
        assert!(panics.await.unwrap_err().is_panic());
        assert_eq!(numbers(&queue).await, [1]);
    }

    #[tokio::test]
    async fn no_part_joins_after_a_sealed_one() {
        let queue = queue(LONG).await;
        let mut first = queue.begin().await.unwrap();
        first.seal();
        run(&mut first, "insert into numbers values (1)").await.unwrap();
        let mut second = Box::pin(queue.begin());
        assert!(futures_util::poll!(&mut second).is_pending());
        // The second waits in the queue, and would otherwise be left to commit.
        tokio::time::timeout(LONG, first.commit()).await.unwrap().unwrap();
        let second = second.await.unwrap();
        assert!(second.group.as_ref().unwrap().members.is_empty());
    }

    #[tokio::test]
    async fn a_refusal_waits_until_what_it_read_is_durable() {
        for lost in [false, true] {
            let queue = queue(LONG).await;
            let mut first = queue.begin().await.unwrap();
            run(&mut first, "insert into numbers values (1)").await.unwrap();
            let same = queue.clone();
            let refusal = tokio::spawn(settled::settled(async move { drop(same.begin().await) }));
            while queue.0.waiting.load(Ordering::Acquire) < 1 {
                tokio::task::yield_now().await;
            }
            let mut third = Box::pin(queue.begin());
            assert!(futures_util::poll!(&mut third).is_pending());
            let mut commit = Box::pin(first.commit());
            assert!(futures_util::poll!(&mut commit).is_pending(), "the third is to commit");
            let mut third = third.await.unwrap();
            assert!(!refusal.is_finished());
            if lost {
                third.group.as_mut().unwrap().abort_all(&CommitError::RolledBack).await;
            }
            assert_eq!(third.commit().await.is_err(), lost);
            assert_eq!(commit.await.is_err(), lost);
            assert_eq!(refusal.await.unwrap().1.is_err(), lost);
        }
    }

    #[tokio::test]
    async fn nothing_is_committed_after_a_statement_that_failed() {
        let queue = queue(LONG).await;
        let mut tx = queue.begin().await.unwrap();
        let outcome = run(&mut tx, "insert into nowhere values (1)").await;
        assert!(tx.track(outcome).is_err());
        assert!(tx.commit().await.is_err());
    }
}
