//! A pool of `SQLite` connections that read. The driver's own pool pings each connection that is returned, in a task of
//! its own. For a file in this process that costs as much as a short statement and finds nothing.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use sqlx::{
    Connection, Sqlite, SqliteConnection,
    sqlite::{SqliteArguments, SqliteConnectOptions},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    base::error::{Error, Result},
    db::meters::{Connections, Meters},
};

const CONNECTIONS: u32 = 4;

#[derive(Clone)]
pub struct Readers(Arc<Inner>);

struct Inner {
    idle: Mutex<Vec<SqliteConnection>>,
    /// As many as there are idle connections.
    permits: Arc<Semaphore>,
    timeout: Duration,
    meters: Arc<Meters>,
}

/// A connection that reads; dropped, it goes back to the pool.
pub struct Reader {
    readers: Readers,
    /// Taken out when it goes back, together with its permit.
    held: Option<(SqliteConnection, OwnedSemaphorePermit)>,
    in_transaction: bool,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readers")
    }
}

impl Readers {
    pub async fn open(options: &SqliteConnectOptions, timeout: Duration, meters: Arc<Meters>) -> Result<Self> {
        let mut idle = vec![];
        for _ in 0..CONNECTIONS {
            idle.push(SqliteConnection::connect_with(options).await?);
        }
        let permits = Arc::new(Semaphore::new(idle.len()));
        Ok(Self(Arc::new(Inner { idle: Mutex::new(idle), permits, timeout, meters })))
    }

    pub fn connections(&self) -> Connections {
        let most = usize::try_from(CONNECTIONS).unwrap_or(0);
        let idle = self.0.permits.available_permits();
        Connections { used: most.saturating_sub(idle), idle, most }
    }

    /// A connection for one statement.
    pub async fn acquire(&self) -> Result<Reader> {
        let waiting = self.0.meters.connections.begin();
        let permit = tokio::time::timeout(self.0.timeout, self.0.permits.clone().acquire_owned()).await;
        let Ok(permit) = permit else {
            waiting.timed_out();
            return Err(Error::Unavailable);
        };
        drop(waiting);
        // The pool is closed.
        let permit = permit.map_err(|_| Error::Unavailable)?;
        let idle = self.0.idle.lock().pop();
        let connection = idle.ok_or(Error::Unavailable)?;
        Ok(Reader { readers: self.clone(), held: Some((connection, permit)), in_transaction: false })
    }

    /// A transaction: every statement sees the database as it was at the first one.
    pub async fn begin(&self) -> Result<Reader> {
        let mut reader = self.acquire().await?;
        reader.in_transaction = true;
        run(&mut reader, "begin").await?;
        Ok(reader)
    }

    fn put_back(&self, (connection, permit): (SqliteConnection, OwnedSemaphorePermit)) {
        self.0.idle.lock().push(connection);
        drop(permit);
    }

    /// Close the connections once all of them are back.
    pub async fn close(&self) {
        let Ok(_all) = self.0.permits.acquire_many(CONNECTIONS).await else { return };
        self.0.permits.close();
        let idle = std::mem::take(&mut *self.0.idle.lock());
        for connection in idle {
            // A connection that only read has nothing to lose.
            let _ = connection.close().await;
        }
    }
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> sqlx::Result<()> {
    sqlx::query_with::<Sqlite, _>(sql, SqliteArguments::default()).execute(connection).await?;
    Ok(())
}

impl Reader {
    /// End the transaction.
    pub async fn end(mut self) -> Result<()> {
        run(&mut self, "rollback").await?;
        self.in_transaction = false;
        Ok(())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(mut held) = self.held.take() else { return };
        let readers = self.readers.clone();
        if !self.in_transaction {
            readers.put_back(held);
            return;
        }
        tokio::spawn(async move {
            // It fails if `begin` was cancelled before it ran. Either way no transaction is open afterwards.
            let _ = run(&mut held.0, "rollback").await;
            readers.put_back(held);
        });
    }
}

impl Deref for Reader {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        #[expect(clippy::expect_used, reason = "only `drop` takes it out")]
        &self.held.as_ref().expect("it is held until it is dropped").0
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        #[expect(clippy::expect_used, reason = "only `drop` takes it out")]
        &mut self.held.as_mut().expect("it is held until it is dropped").0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn readers() -> Readers {
        let options = SqliteConnectOptions::new().in_memory(true);
        Readers::open(&options, Duration::from_millis(20), Arc::default()).await.unwrap()
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_comes_back_closed() {
        let readers = readers().await;
        for _ in 0..20 {
            drop(readers.begin().await.unwrap());
            readers.begin().await.unwrap().end().await.unwrap();
        }
        let mut reader = readers.acquire().await.unwrap();
        // SQLite refuses this where a transaction is open.
        run(&mut reader, "begin").await.unwrap();
    }

    #[tokio::test]
    async fn without_an_idle_connection_a_reader_is_refused_after_the_timeout() {
        let readers = readers().await;
        let mut held = vec![];
        for _ in 0..CONNECTIONS {
            held.push(readers.acquire().await.unwrap());
        }
        assert!(matches!(readers.acquire().await, Err(Error::Unavailable)));
        held.pop();
        assert!(readers.acquire().await.is_ok());
    }

    #[tokio::test]
    async fn a_closed_pool_gives_no_connection() {
        let readers = readers().await;
        readers.close().await;
        assert!(matches!(readers.acquire().await, Err(Error::Unavailable)));
    }
}
