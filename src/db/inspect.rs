//! A database as it is, for operators: nothing of it is changed, and no connection stays.

use std::path::Path;

use sqlx::{
    Connection, Sqlite, SqliteConnection,
    sqlite::{SqliteArguments, SqliteConnectOptions},
};

use super::migrate;
pub use super::postgres::connect::{CONNECTIONS, Inspected as Postgres, inspect as postgres};
use crate::base::error::Result;

/// Whether the tables are those of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// They are.
    Current,
    /// The next start of a server brings them up to date.
    Older,
}

/// A `SQLite` file.
#[derive(Debug)]
pub struct File {
    pub version: String,
    /// An error says what is missing, or that a newer version was there.
    pub tables: Result<Tables>,
    pub backup: Option<LastBackup>,
}

/// What became of the last backups that servers made by themselves: the moment of the last one that was made, its size, when
/// an attempt failed that no backup followed, and what was wrong.
pub type LastBackup = (Option<i64>, Option<i64>, Option<i64>, Option<String>);

pub(super) const LAST_BACKUP: &str = "select made_at, bytes, failed_at, error from scheduled_backups where id = 1";

/// The version of the tables that this program knows.
#[must_use]
pub fn known_tables() -> i64 {
    migrate::latest()
}

pub(super) async fn tables(connection: &mut impl migrate::Tables) -> Result<Tables> {
    if !migrate::done(&mut *connection).await? {
        return Ok(Tables::Older);
    }
    migrate::check(connection).await?;
    Ok(Tables::Current)
}

/// Look at a `SQLite` file that is there.
pub async fn sqlite(file: &Path) -> Result<File> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true).collation("C", Ord::cmp);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let version = sqlx::query_as_with::<Sqlite, (String,), _>("select sqlite_version()", SqliteArguments::default());
    let (version,) = version.fetch_one(&mut connection).await?;
    let tables = tables(&mut connection).await;
    let last = sqlx::query_as_with::<Sqlite, LastBackup, _>(LAST_BACKUP, SqliteArguments::default());
    // Older tables have none.
    let backup = last.fetch_optional(&mut connection).await.ok().flatten();
    // It only read.
    let _ = connection.close().await;
    Ok(File { version, tables, backup })
}
