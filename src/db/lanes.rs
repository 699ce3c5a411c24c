//! Writers on Postgres. Whoever changes a project stands in the line of that project and shares its transaction: the
//! project's row is handed on from one change to the next without a wait for the disk in between, and who waits for
//! it holds no connection. Whoever writes something else has a transaction alone.
//!
//! Only changes of *one* project share one. What they hold together is that project's row and what belongs to it; what
//! else a change may hold, somebody's notifications, it holds as the last of its transaction. So transactions wait
//! for each other in the order in which each change alone would.

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

use super::line::{self, Line, Remembered, Shared};
use crate::{config::Commit, error::Result, ids::ProjectId};

/// At most this many share a COMMIT: Postgres keeps up to 64 savepoints of a transaction where others find them fast.
const MOST: usize = 32;
/// How long a change waits for those before it, as for a lock.
const PATIENCE: Duration = Duration::from_secs(5);

pub type Turn = line::Turn<Lane>;

/// A transaction on a connection from the pool.
pub struct Lane {
    pool: PgPool,
    transaction: Option<Transaction<'static, Postgres>>,
}

impl Lane {
    const fn new(pool: PgPool) -> Self {
        Self { pool, transaction: None }
    }
}

impl Shared for Lane {
    type Connection = PgConnection;

    #[expect(clippy::expect_used, reason = "asked for between begin and the end only")]
    fn connection(&self) -> &PgConnection {
        self.transaction.as_ref().expect("a turn has a transaction until it ends")
    }

    #[expect(clippy::expect_used, reason = "asked for between begin and the end only")]
    fn connection_mut(&mut self) -> &mut PgConnection {
        self.transaction.as_mut().expect("a turn has a transaction until it ends")
    }

    async fn begin(&mut self) -> sqlx::Result<()> {
        self.transaction = Some(self.pool.begin().await?);
        Ok(())
    }

    async fn run(&mut self, sql: &'static str) -> sqlx::Result<()> {
        // The simple protocol: several statements, one way there and back.
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
            // A connection that cannot do that is lost, and what it had written with it.
            let _ = transaction.rollback().await;
        }
    }

    async fn tidy(&mut self) {}
}

#[derive(Clone)]
pub struct Lanes {
    pool: PgPool,
    most: usize,
    open: Arc<Mutex<HashMap<ProjectId, Remembered<Lane>>>>,
}

impl Debug for Lanes {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lanes")
    }
}

impl Lanes {
    #[must_use]
    pub fn new(pool: PgPool, commit: Commit) -> Self {
        let most = if commit == Commit::Shared { MOST } else { 1 };
        Self { pool, most, open: Arc::default() }
    }

    /// Begin to write, in a transaction alone.
    pub async fn alone(&self) -> Result<Turn> {
        Line::new(Lane::new(self.pool.clone()), PATIENCE, 1).turn().await
    }

    /// Begin to change a project, in a transaction that is shared with others who do.
    pub async fn of(&self, project: ProjectId) -> Result<Turn> {
        self.line(project).turn().await
    }

    fn line(&self, project: ProjectId) -> Line<Lane> {
        let mut open = self.open.lock();
        if let Some(line) = open.get(&project).and_then(Remembered::line) {
            return line;
        }
        // Now and then those are forgotten in which nobody stands.
        if open.len().is_power_of_two() {
            open.retain(|_, remembered| remembered.line().is_some());
        }
        let line = Line::new(Lane::new(self.pool.clone()), PATIENCE, self.most);
        open.insert(project, line.remember());
        line
    }
}
