//! One SQL text, two databases: a statement is written once, with `$1`, and runs on `SQLite` or Postgres.
//!
//! - [`Db`] — the database: opens transactions, runs single statements
//! - [`Tx`] — a transaction, to read or to write
//! - [`query`] — a statement, its values, its verbs; statements that are put together from parts
//! - [`tables`] — the tables as rows of text, for backups
//! - `rows` — many rows in one statement
//! - `open`, `migrate` — settings and connections; bringing the tables up to date, and whether they are all there
//! - `group_commit` — transactions that share a COMMIT, on both databases
//! - [`settled`] — refusals wait until what they rest on is durable
//! - `sqlite`, `postgres` — what only one of them has
//! - [`inspect`] — a database as it is, for operators
//! - [`meters`] — what the layer counts of its own work
//! - [`full_text`] — texts as an index keeps them, and what is looked for in them
//! - [`error_kind`] — what an error of a database means

pub mod error_kind;
pub mod full_text;
mod group_commit;
pub mod inspect;
pub mod meters;
mod migrate;
mod open;
mod postgres;
pub mod query;
mod rows;
mod settled;
mod sqlite;
pub mod tables;

use std::time::Duration;

use sqlx::{
    Postgres, Transaction,
    postgres::{PgArguments, PgPool},
    sqlite::SqliteArguments,
};

use meters::{Connections, Meters};
use postgres::project_writers::{self, ProjectWriters};
use query::Run;
pub use query::{Bind, Query, Row, Value};
pub use rows::{Cells, Dialect};
pub use settled::settled;
use sqlite::{
    readers::{Reader, Readers},
    writer::{self, Writer},
};

use crate::base::{error::Result, ids::ProjectId};

/// How long a request waits for a write whose outcome it does not need.
const BEST_EFFORT_TIMEOUT: Duration = Duration::from_millis(250);

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite {
        writer: Writer,
        readers: Readers,
    },
    Postgres {
        writers: ProjectWriters,
        pool: PgPool,
        /// Whether [`Db::dedicated_pool`] has connections of its own.
        compares_apart: bool,
    },
}

/// A transaction; dropped without `commit`, it is rolled back.
pub enum Tx {
    Sqlite(writer::WriteTx),
    SqliteReader(Reader),
    Postgres(project_writers::WriteTx),
    PostgresReader(Transaction<'static, Postgres>),
}

impl Db {
    /// Begin a transaction that writes. On `SQLite` it waits for the one connection that writes, and keeps it to its end.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin().await?),
            Self::Postgres { writers, .. } => Tx::Postgres(writers.begin().await?),
        })
    }

    /// Begin a change of this project, which may share its COMMIT with other changes.
    pub async fn begin_for(&self, project: ProjectId) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin().await?),
            Self::Postgres { writers, .. } => Tx::Postgres(writers.begin_for(project).await?),
        })
    }

    /// Begin a transaction that may write while ordinary ones are refused because the disk is full. It is to run in
    /// [`Self::retry_from_ballast`], which makes the space for it.
    pub async fn begin_from_ballast(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin_from_ballast().await?)),
            Self::Postgres { .. } => self.begin().await,
        }
    }

    /// The same for a change of this project.
    pub async fn begin_for_from_ballast(&self, project: ProjectId) -> Result<Tx> {
        match self {
            Self::Sqlite { .. } => self.begin_from_ballast().await,
            Self::Postgres { .. } => self.begin_for(project).await,
        }
    }

    /// Make space on a full disk for what is to run once more. Answers whether that is of any use.
    pub async fn release_ballast(&self) -> bool {
        match self {
            Self::Sqlite { writer, .. } => {
                writer.release_ballast().await;
                true
            }
            Self::Postgres { .. } => false,
        }
    }

    /// Begin a transaction that reads: every statement sees the database as it was at the first one.
    pub async fn begin_read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::SqliteReader(readers.begin().await?),
            Self::Postgres { writers, pool, .. } => {
                let begin = pool.begin_with("begin isolation level repeatable read read only");
                Tx::PostgresReader(writers.meters().connections.begin().until(begin).await?)
            }
        })
    }

    /// A single statement that reads, without a transaction around it.
    pub fn query<'a>(&'a self, sql: &'static str) -> Query<'a> {
        match self {
            Self::Sqlite { readers, .. } => Query::new(sql, Run::SqliteReaders(readers, SqliteArguments::default())),
            Self::Postgres { writers, pool, .. } => {
                let waits = &writers.meters().connections;
                Query::new(sql, Run::PostgresPool(pool, waits, PgArguments::default()))
            }
        }
    }

    /// Whose SQL it speaks.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// A single statement that writes, in a transaction of its own. Answers how many rows it changed.
    pub async fn execute(&self, sql: &'static str, bind: impl FnOnce(Query<'_>) -> Query<'_>) -> Result<u64> {
        let mut tx = self.begin().await?;
        let rows = bind(tx.query(sql)).execute().await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// The same for a statement that has to work when the disk is full: it may use the ballast's space.
    pub async fn execute_from_ballast(&self, sql: &'static str, bind: impl Fn(Query<'_>) -> Query<'_>) -> Result<u64> {
        let once = || async {
            let mut tx = self.begin_from_ballast().await?;
            let rows = bind(tx.query(sql)).execute().await?;
            tx.commit().await?;
            Ok(rows)
        };
        self.retry_from_ballast(once).await
    }

    /// Run it, and when the disk is full release the ballast file and run it once more.
    pub async fn retry_from_ballast<T, F: Future<Output = Result<T>>>(&self, once: impl Fn() -> F) -> Result<T> {
        match (once().await, self) {
            (Err(error), Self::Sqlite { writer, .. }) if error.is_full() => {
                writer.release_ballast().await;
                once().await
            }
            (done, _) => done,
        }
    }

    /// A single statement that writes and that no request depends on, such as when a session was last seen. The caller waits
    /// for a moment at most; an error is logged and otherwise ignored.
    pub async fn execute_best_effort(
        &self,
        sql: &'static str,
        bind: impl FnOnce(Query<'_>) -> Query<'_> + Send + 'static,
    ) {
        let db = self.clone();
        let written = tokio::spawn(async move {
            if let Err(error) = db.execute(sql, bind).await {
                tracing::debug!(%error, "a write without consequence failed");
            }
        });
        // The timeout ends the waiting; the task goes on.
        let _ = tokio::time::timeout(BEST_EFFORT_TIMEOUT, written).await;
    }

    /// What it counts of its own work.
    #[must_use]
    pub fn meters(&self) -> &Meters {
        match self {
            Self::Sqlite { writer, .. } => writer.meters(),
            Self::Postgres { writers, .. } => writers.meters(),
        }
    }

    /// The connections for what is read, and on Postgres for what is written too.
    #[must_use]
    pub fn connections(&self) -> Connections {
        match self {
            Self::Sqlite { readers, .. } => readers.connections(),
            Self::Postgres { pool, .. } => {
                let (all, idle) = (usize::try_from(pool.size()).unwrap_or(0), pool.num_idle());
                let most = usize::try_from(pool.options().get_max_connections()).unwrap_or(0);
                Connections { used: all.saturating_sub(idle), idle, most }
            }
        }
    }

    /// How many bytes the database has.
    pub async fn size(&self) -> Result<i64> {
        let sql = match self.dialect() {
            Dialect::Sqlite => "select page_count * page_size from pragma_page_count(), pragma_page_size()",
            Dialect::Postgres => "select pg_database_size(current_database())",
        };
        let (bytes,): (i64,) = self.query(sql).one().await?;
        Ok(bytes)
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

impl Tx {
    pub fn query<'a>(&'a mut self, sql: &'static str) -> Query<'a> {
        match self {
            Self::Sqlite(tx) => Query::new(sql, Run::Sqlite(tx, SqliteArguments::default())),
            Self::SqliteReader(reader) => Query::new(sql, Run::Sqlite(reader, SqliteArguments::default())),
            Self::Postgres(tx) => Query::new(sql, Run::Postgres(tx, PgArguments::default())),
            Self::PostgresReader(tx) => Query::new(sql, Run::PostgresReader(tx, PgArguments::default())),
        }
    }

    /// Whose SQL it speaks.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) | Self::SqliteReader(_) => Dialect::Sqlite,
            Self::Postgres(_) | Self::PostgresReader(_) => Dialect::Postgres,
        }
    }

    /// Let no later transaction join this one: it is about to lock a row that others should not have to wait for.
    pub fn seal(&mut self) {
        if let Self::Postgres(tx) = self {
            tx.seal();
        }
    }

    /// Make it durable. [`Error::Unknown`](crate::base::error::Error::Unknown) means that it may be durable or not; after
    /// any other error it is not.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::SqliteReader(reader) => reader.end().await,
            Self::Postgres(tx) => tx.commit().await,
            Self::PostgresReader(tx) => Ok(tx.commit().await?),
        }
    }

    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await,
            Self::SqliteReader(reader) => reader.end().await?,
            Self::Postgres(tx) => tx.rollback().await,
            Self::PostgresReader(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
