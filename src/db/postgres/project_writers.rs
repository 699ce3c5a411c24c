//! Writers on Postgres. Changes of the same project wait for each other in a queue on this node and share a transaction:
//! the lock on the project's row passes from one change to the next without a wait for the disk in between, and a
//! change that waits in the queue holds no connection. Anything else is written in a transaction of its own.
//!
//! Only changes of *one* project share a transaction. All of them lock that project's row and what belongs to it. A change
//! that locks anything else besides (a user's row, to count their notifications) seals its transaction, so that
//! it holds that lock as shortly as it would alone. Transactions therefore lock rows in the same order in which
//! single changes would, and no deadlock comes from sharing.

use std::{
    collections::HashMap,
    fmt::{Debug, Formatter},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use sqlx::{
    Postgres, Transaction,
    postgres::{PgConnection, PgPool},
};

use crate::db::{
    group_commit::{self, GroupCommit, SharedConnection, WeakGroup},
    meters::Meters,
};
use crate::{
    base::{error::Result, ids::ProjectId},
    config::Commit,
};

/// At most this many changes share a COMMIT. Of a transaction with up to 64 savepoints Postgres keeps the state in shared
/// memory; with more, other transactions have to look it up.
const MAX_PARTS: usize = 32;
/// How long a change waits in the queue; as long as for a lock of the database.
const TIMEOUT: Duration = Duration::from_secs(5);

pub type WriteTx = group_commit::WriteTx<PgTx>;

/// A transaction on a connection from the pool. It holds the connection from `begin` to its end only.
pub struct PgTx {
    pool: PgPool,
    transaction: Option<Transaction<'static, Postgres>>,
    meters: Arc<Meters>,
}

impl PgTx {
    const fn new(pool: PgPool, meters: Arc<Meters>) -> Self {
        Self { pool, transaction: None, meters }
    }
}

impl SharedConnection for PgTx {
    type Connection = PgConnection;

    #[expect(clippy::expect_used, reason = "asked for between begin and the end only")]
    fn connection(&self) -> &PgConnection {
        self.transaction.as_ref().expect("the transaction is open")
    }

    #[expect(clippy::expect_used, reason = "asked for between begin and the end only")]
    fn connection_mut(&mut self) -> &mut PgConnection {
        self.transaction.as_mut().expect("the transaction is open")
    }

    async fn begin(&mut self) -> sqlx::Result<()> {
        let waiting = self.meters.connections.begin();
        self.transaction = Some(waiting.until(self.pool.begin()).await?);
        Ok(())
    }

    async fn control(&mut self, sql: &'static str) -> sqlx::Result<()> {
        // The simple protocol sends several statements in one round trip.
        sqlx::raw_sql(sql).execute(&mut *self.connection_mut()).await.map(drop)
    }

    async fn commit(&mut self) -> sqlx::Result<()> {
        match self.transaction.take() {
            Some(transaction) => transaction.commit().await,
            None => Err(sqlx::Error::BeginFailed),
        }
    }

    async fn rollback(&mut self) {
        if let Some(transaction) = self.transaction.take() {
            // When it fails, the connection is lost, and Postgres rolls back what a lost connection had open.
            let _ = transaction.rollback().await;
        }
    }

    async fn maintain(&mut self) {}
}

/// A queue for each project that is being written to.
#[derive(Clone)]
pub struct ProjectWriters {
    pool: PgPool,
    max_parts: usize,
    meters: Arc<Meters>,
    queues: Arc<Mutex<HashMap<ProjectId, WeakGroup<PgTx>>>>,
}

impl Debug for ProjectWriters {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProjectWriters")
    }
}

impl ProjectWriters {
    #[must_use]
    pub fn new(pool: PgPool, commit: Commit, meters: Arc<Meters>) -> Self {
        let max_parts = if commit == Commit::Shared { MAX_PARTS } else { 1 };
        Self { pool, max_parts, meters, queues: Arc::default() }
    }

    pub const fn meters(&self) -> &Arc<Meters> {
        &self.meters
    }

    fn group(&self, max_parts: usize) -> GroupCommit<PgTx> {
        let shared = PgTx::new(self.pool.clone(), self.meters.clone());
        GroupCommit::new(shared, TIMEOUT, max_parts, self.meters.clone())
    }

    /// Begin a transaction that shares its COMMIT with no other.
    pub async fn begin(&self) -> Result<WriteTx> {
        self.group(1).begin().await
    }

    /// Begin a change of this project, in a transaction that it may share with other changes of the same project.
    pub async fn begin_for(&self, project: ProjectId) -> Result<WriteTx> {
        self.queue(project).begin().await
    }

    fn queue(&self, project: ProjectId) -> GroupCommit<PgTx> {
        let mut queues = self.queues.lock();
        if let Some(queue) = queues.get(&project).and_then(WeakGroup::upgrade) {
            return queue;
        }
        // Drop the queues that are empty whenever their number reaches a power of two.
        if queues.len().is_power_of_two() {
            queues.retain(|_, queue| queue.upgrade().is_some());
        }
        let queue = self.group(self.max_parts);
        queues.insert(project, queue.downgrade());
        queue
    }
}
