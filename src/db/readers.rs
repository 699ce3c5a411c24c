//! Those who read `SQLite`, on a few connections. The driver's own pool asks each connection that comes back whether it
//! still lives, in a task of its own: with a file in this process that costs as much as a short statement, and tells
//! nothing.

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

use crate::error::{Error, Result};

const COUNT: u32 = 4;

#[derive(Clone)]
pub struct Readers(Arc<Inner>);

struct Inner {
    idle: Mutex<Vec<SqliteConnection>>,
    /// As many as there are idle connections.
    room: Arc<Semaphore>,
    patience: Duration,
}

/// A connection to read with, handed back when it is dropped.
pub struct Reading {
    readers: Readers,
    /// Taken out when it is handed back, together with its place.
    held: Option<(SqliteConnection, OwnedSemaphorePermit)>,
    began: bool,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readers")
    }
}

impl Readers {
    pub async fn open(options: &SqliteConnectOptions, patience: Duration) -> Result<Self> {
        let mut idle = vec![];
        for _ in 0..COUNT {
            idle.push(SqliteConnection::connect_with(options).await?);
        }
        let room = Arc::new(Semaphore::new(idle.len()));
        Ok(Self(Arc::new(Inner { idle: Mutex::new(idle), room, patience })))
    }

    /// A connection for one statement.
    pub async fn take(&self) -> Result<Reading> {
        let place = tokio::time::timeout(self.0.patience, self.0.room.clone().acquire_owned()).await;
        // Late, or closed.
        let place = place.ok().and_then(Result::ok).ok_or(Error::Unavailable)?;
        let idle = self.0.idle.lock().pop();
        let connection = idle.ok_or(Error::Unavailable)?;
        Ok(Reading { readers: self.clone(), held: Some((connection, place)), began: false })
    }

    /// A transaction: every statement sees the same moment.
    pub async fn begin(&self) -> Result<Reading> {
        let mut reading = self.take().await?;
        reading.began = true;
        run(&mut reading, "begin").await?;
        Ok(reading)
    }

    fn hand_back(&self, (connection, place): (SqliteConnection, OwnedSemaphorePermit)) {
        self.0.idle.lock().push(connection);
        drop(place);
    }

    /// Close the connections when those who read are done.
    pub async fn close(&self) {
        let Ok(_all) = self.0.room.acquire_many(COUNT).await else { return };
        self.0.room.close();
        let idle = std::mem::take(&mut *self.0.idle.lock());
        for connection in idle {
            // Nothing was written.
            let _ = connection.close().await;
        }
    }
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> sqlx::Result<()> {
    sqlx::query_with::<Sqlite, _>(sql, SqliteArguments::default()).execute(connection).await?;
    Ok(())
}

impl Reading {
    /// End the transaction.
    pub async fn end(mut self) -> Result<()> {
        run(&mut self, "rollback").await?;
        self.began = false;
        Ok(())
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(mut held) = self.held.take() else { return };
        let readers = self.readers.clone();
        if !self.began {
            readers.hand_back(held);
            return;
        }
        tokio::spawn(async move {
            // It fails when `begin` never ran; in either case none is open then.
            let _ = run(&mut held.0, "rollback").await;
            readers.hand_back(held);
        });
    }
}

impl Deref for Reading {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        #[expect(clippy::expect_used, reason = "only `drop` takes it out")]
        &self.held.as_ref().expect("it is held until it is dropped").0
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        #[expect(clippy::expect_used, reason = "only `drop` takes it out")]
        &mut self.held.as_mut().expect("it is held until it is dropped").0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn readers() -> Readers {
        Readers::open(&SqliteConnectOptions::new().in_memory(true), Duration::from_millis(20)).await.unwrap()
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_comes_back_closed() {
        let readers = readers().await;
        for _ in 0..20 {
            drop(readers.begin().await.unwrap());
            readers.begin().await.unwrap().end().await.unwrap();
        }
        let mut reading = readers.take().await.unwrap();
        // Refused when one is open.
        run(&mut reading, "begin").await.unwrap();
    }

    #[tokio::test]
    async fn who_finds_no_connection_is_told_so() {
        let readers = readers().await;
        let mut held = vec![];
        for _ in 0..COUNT {
            held.push(readers.take().await.unwrap());
        }
        assert!(matches!(readers.take().await, Err(Error::Unavailable)));
        held.pop();
        assert!(readers.take().await.is_ok());
    }

    #[tokio::test]
    async fn after_the_end_nobody_reads() {
        let readers = readers().await;
        readers.close().await;
        assert!(matches!(readers.take().await, Err(Error::Unavailable)));
    }
}
