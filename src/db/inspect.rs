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
}

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
    // It only read.
    let _ = connection.close().await;
    Ok(File { version, tables })
}
