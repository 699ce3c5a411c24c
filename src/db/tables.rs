//! The tables as rows of text, the same on both databases: what a backup is made of, and restored from.
//!
//! Nothing lists the tables: the migrations say which there are, so that a backup holds what a migration adds. A row is a
//! JSON list of its cells, in the order of the columns. An id is 32 hexadecimal digits, and so are bytes; whether a row was
//! written by `SQLite` or by Postgres cannot be seen.

use futures_util::TryStreamExt;
use serde::Serialize;
use sqlx::{
    Arguments, AssertSqlSafe, Connection, Postgres, Row, Sqlite, SqliteConnection,
    postgres::{PgArguments, PgConnection},
    sqlite::{SqliteArguments, SqliteConnectOptions},
};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Tx, migrate, rows};
use crate::base::{
    error::{Error, Result},
    hex,
};

/// A part of a table is sent on when it has so many bytes.
const PART: usize = 4 * 1024 * 1024;
/// How many rows are read at once on `SQLite`.
const AHEAD: u32 = 100;
/// How many rows one statement writes, and how many bytes of them.
const STEP_ROWS: usize = 500;
const STEP_BYTES: usize = 1024 * 1024;

/// What follows from other tables, and is written anew by the server: the index of the search.
const DERIVED: [&str; 2] = ["search_documents", "search_backlog"];
/// What migrations and a server write at its first start.
const FIRST: [&str; 4] = ["instance", "setup_links", "audit_head", "scheduled_backups"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Uuid,
    Text,
    Bigint,
    Smallint,
    Boolean,
    Double,
    Bytes,
}

impl Kind {
    fn parse(name: &str) -> Result<Self> {
        Ok(match name.to_lowercase().as_str() {
            "uuid" => Self::Uuid,
            "text" => Self::Text,
            "bigint" => Self::Bigint,
            "smallint" => Self::Smallint,
            "boolean" => Self::Boolean,
            "double precision" => Self::Double,
            "blob" => Self::Bytes,
            name => return Err(Error::Internal(format!("a backup cannot hold a column of the type {name}"))),
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Text => "text",
            Self::Bigint => "bigint",
            Self::Smallint => "smallint",
            Self::Boolean => "boolean",
            Self::Double => "double precision",
            Self::Bytes => "bytes",
        }
    }
}

/// A table that a backup holds.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    kinds: Vec<Kind>,
    /// What its rows are ordered by on Postgres.
    key: Vec<String>,
}

/// Rows of one table, one a line.
#[derive(Debug, Default)]
pub struct Lines {
    pub text: Vec<u8>,
    pub count: u64,
}

/// The last version of the tables that this program knows.
#[must_use]
pub fn latest() -> i64 {
    migrate::latest()
}

/// The tables as of a version, those that others refer to first. Made on a database in memory.
pub async fn tables(version: i64) -> Result<Vec<Table>> {
    let options = SqliteConnectOptions::new().in_memory(true).collation("C", Ord::cmp);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    migrate::run_to(&mut connection, version).await?;
    let mut left = vec![];
    for name in names(&mut connection).await? {
        let table = describe(&mut connection, name).await?;
        left.push(table);
    }
    let _ = connection.close().await;
    let mut ordered: Vec<Table> = vec![];
    while !left.is_empty() {
        let waits = |refers: &[String]| left.iter().any(|(table, _)| refers.contains(&table.name));
        let (later, now): (Vec<_>, Vec<_>) = left.clone().into_iter().partition(|(_, refers)| waits(refers));
        if now.is_empty() {
            return Err(Error::Internal("tables refer to each other in a circle".into()));
        }
        ordered.extend(now.into_iter().map(|(table, _)| table));
        left = later;
    }
    Ok(ordered)
}

async fn names(connection: &mut SqliteConnection) -> Result<Vec<String>> {
    let sql = "select name from sqlite_master where type = 'table' order by name";
    let rows: Vec<(String,)> =
        sqlx::query_as_with::<Sqlite, _, _>(sql, SqliteArguments::default()).fetch_all(connection).await?;
    let held = |name: &String| {
        !name.starts_with("sqlite_")
            && !name.starts_with("search_index")
            && !name.starts_with("_sqlx")
            && !DERIVED.contains(&name.as_str())
    };
    Ok(rows.into_iter().map(|(name,)| name).filter(held).collect())
}

/// A table, and the others that it refers to.
async fn describe(connection: &mut SqliteConnection, name: String) -> Result<(Table, Vec<String>)> {
    let with_name = || {
        let mut values = SqliteArguments::default();
        let added = values.add(name.clone());
        added.map(|()| values).map_err(|error| Error::Database(sqlx::Error::Encode(error)))
    };
    let sql = "select name, type, pk from pragma_table_info($1) order by cid";
    let columns: Vec<(String, String, i64)> =
        sqlx::query_as_with::<Sqlite, _, _>(sql, with_name()?).fetch_all(&mut *connection).await?;
    let sql = "select distinct \"table\" from pragma_foreign_key_list($1)";
    let refers: Vec<(String,)> =
        sqlx::query_as_with::<Sqlite, _, _>(sql, with_name()?).fetch_all(&mut *connection).await?;
    let mut key: Vec<(i64, String)> =
        columns.iter().filter(|(.., pk)| *pk > 0).map(|(column, _, pk)| (*pk, column.clone())).collect();
    key.sort();
    if key.is_empty() {
        return Err(Error::Internal(format!("the table {name} has no primary key")));
    }
    let table = Table {
        kinds: columns.iter().map(|(_, kind, _)| Kind::parse(kind)).collect::<Result<_>>()?,
        columns: columns.into_iter().map(|(column, ..)| column).collect(),
        key: key.into_iter().map(|(_, column)| column).collect(),
        name: name.clone(),
    };
    Ok((table, refers.into_iter().map(|(other,)| other).filter(|other| *other != name).collect()))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

fn put(text: &mut Vec<u8>, value: &impl Serialize) -> sqlx::Result<()> {
    serde_json::to_writer(text, value).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Add a row, of whichever database, to a text.
macro_rules! add_row {
    ($table:expr, $row:expr, $text:expr) => {{
        for (at, kind) in $table.kinds.iter().enumerate() {
            $text.push(if at == 0 { b'[' } else { b',' });
            match kind {
                Kind::Uuid => {
                    let id: Option<Uuid> = $row.try_get_unchecked(at)?;
                    put($text, &id.map(|id| id.simple().to_string()))?;
                }
                Kind::Text => put($text, &$row.try_get_unchecked::<Option<&str>, _>(at)?)?,
                Kind::Bigint => put($text, &$row.try_get_unchecked::<Option<i64>, _>(at)?)?,
                Kind::Smallint => put($text, &$row.try_get_unchecked::<Option<i16>, _>(at)?)?,
                Kind::Boolean => put($text, &$row.try_get_unchecked::<Option<bool>, _>(at)?)?,
                Kind::Double => put($text, &$row.try_get_unchecked::<Option<f64>, _>(at)?)?,
                Kind::Bytes => put($text, &$row.try_get_unchecked::<Option<&[u8]>, _>(at)?.map(hex::encode))?,
            }
        }
        $text.extend_from_slice(b"]\n");
    }};
}

impl Lines {
    /// Send them on when they are a part.
    async fn send_if_many(&mut self, to: &mpsc::Sender<Self>) -> Result<()> {
        if self.text.len() >= PART {
            send(to, std::mem::take(self)).await?;
        }
        Ok(())
    }
}

/// The driver reads ahead, more rows than memory may take where they are large: so they are read in steps, by the number that
/// every row has on `SQLite`.
async fn dump_sqlite(connection: &mut SqliteConnection, table: &Table, to: &mpsc::Sender<Lines>) -> Result<()> {
    let (columns, name) = (quoted(&table.columns), &table.name);
    let sql = format!("select {columns}, rowid from \"{name}\" where rowid > $1 order by rowid limit {AHEAD}");
    let (mut lines, mut last) = (Lines::default(), i64::MIN);
    loop {
        let mut values = SqliteArguments::default();
        values.add(last).map_err(|error| Error::Database(sqlx::Error::Encode(error)))?;
        let mut rows = sqlx::query_with::<Sqlite, _>(AssertSqlSafe(sql.clone()), values).fetch(&mut *connection);
        let begin = last;
        while let Some(row) = rows.try_next().await? {
            let text = &mut lines.text;
            add_row!(table, row, text);
            last = row.try_get_unchecked(table.columns.len())?;
            lines.count += 1;
            lines.send_if_many(to).await?;
        }
        if last == begin {
            break;
        }
    }
    if lines.count > 0 { send(to, lines).await } else { Ok(()) }
}

async fn dump_postgres(connection: &mut PgConnection, table: &Table, to: &mpsc::Sender<Lines>) -> Result<()> {
    let (columns, name, key) = (quoted(&table.columns), &table.name, quoted(&table.key));
    let sql = AssertSqlSafe(format!("select {columns} from \"{name}\" order by {key}"));
    let mut rows = sqlx::query_with::<Postgres, _>(sql, PgArguments::default()).fetch(connection);
    let mut lines = Lines::default();
    while let Some(row) = rows.try_next().await? {
        let text = &mut lines.text;
        add_row!(table, row, text);
        lines.count += 1;
        lines.send_if_many(to).await?;
    }
    if lines.count > 0 { send(to, lines).await } else { Ok(()) }
}

async fn send(to: &mpsc::Sender<Lines>, lines: Lines) -> Result<()> {
    to.send(lines).await.map_err(|_| Error::Internal("the rows of a backup are not taken any more".into()))
}

impl Tx {
    /// Let this transaction take its time: requests have to be quick, and a backup is not.
    pub async fn take_time(&mut self) -> Result<()> {
        const SETTINGS: [&str; 3] = [
            "set local statement_timeout = 0",
            "set local lock_timeout = 0",
            "set local idle_in_transaction_session_timeout = 0",
        ];
        for sql in SETTINGS {
            let query = sqlx::query_with::<Postgres, _>(sql, PgArguments::default());
            match self {
                Self::Postgres(tx) => query.execute(&mut **tx).await.map(|_| ())?,
                Self::PostgresReader(tx) => query.execute(&mut **tx).await.map(|_| ())?,
                Self::Sqlite(_) | Self::SqliteReader(_) => {}
            }
        }
        Ok(())
    }

    /// Send all rows of a table.
    pub async fn dump(&mut self, table: &Table, to: &mpsc::Sender<Lines>) -> Result<()> {
        match self {
            Self::Sqlite(tx) => dump_sqlite(tx, table, to).await,
            Self::SqliteReader(tx) => dump_sqlite(tx, table, to).await,
            Self::Postgres(tx) => dump_postgres(tx, table, to).await,
            Self::PostgresReader(tx) => dump_postgres(tx, table, to).await,
        }
    }

    /// Write rows into a table; each is a JSON list of as many cells as the table has columns.
    pub async fn load(&mut self, table: &Table, lines: &[impl AsRef<str> + Sync]) -> Result<()> {
        let mut begin = 0;
        while begin < lines.len() {
            let (mut end, mut bytes) = (begin, 0);
            while end < lines.len() && end - begin < STEP_ROWS && bytes < STEP_BYTES {
                bytes += lines[end].as_ref().len();
                end += 1;
            }
            let step: Vec<&str> = lines[begin..end].iter().map(AsRef::as_ref).collect();
            self.load_step(table, format!("[{}]", step.join(","))).await?;
            begin = end;
        }
        Ok(())
    }

    async fn load_step(&mut self, table: &Table, json: String) -> Result<()> {
        let (columns, name) = (quoted(&table.columns), &table.name);
        let typed: Vec<String> =
            table.columns.iter().zip(&table.kinds).map(|(name, kind)| format!("\"{name}\" {}", kind.name())).collect();
        let typed = typed.join(", ");
        let sql = format!("insert into \"{name}\" ({columns}) select {columns} from {{rows $1: {typed}}} as r");
        let expanded = rows::expand_anew(&sql, self.dialect());
        let sql = expanded.map_err(|error| Error::Database(sqlx::Error::Encode(error)))?.sql;
        let sql = AssertSqlSafe(sql.to_string());
        match self {
            Self::Sqlite(tx) => {
                let mut values = SqliteArguments::default();
                let added = values.add(json);
                added.map_err(|error| Error::Database(sqlx::Error::Encode(error)))?;
                sqlx::query_with::<Sqlite, _>(sql, values).execute(&mut **tx).await?;
            }
            Self::Postgres(tx) => {
                let mut values = PgArguments::default();
                let added = values.add(json);
                added.map_err(|error| Error::Database(sqlx::Error::Encode(error)))?;
                let outcome = sqlx::query_with::<Postgres, _>(sql, values).execute(&mut **tx).await;
                tx.track(outcome)?;
            }
            Self::SqliteReader(_) | Self::PostgresReader(_) => {
                return Err(Error::Internal("a transaction that reads takes no rows".into()));
            }
        }
        Ok(())
    }

    /// Delete what a server wrote at its first start, or name a table that has rows all the same.
    pub async fn make_empty(&mut self, tables: &[Table]) -> Result<Option<String>> {
        for Table { name, .. } in tables {
            let first = FIRST.contains(&name.as_str());
            let sql =
                if first { format!("delete from \"{name}\"") } else { format!("select 1 from \"{name}\" limit 1") };
            let sql = AssertSqlSafe(sql);
            let found = match self {
                Self::Sqlite(tx) => sqlite_finds(tx, sql).await?,
                Self::SqliteReader(tx) => sqlite_finds(tx, sql).await?,
                Self::Postgres(tx) => postgres_finds(tx, sql).await?,
                Self::PostgresReader(tx) => postgres_finds(tx, sql).await?,
            };
            if found {
                return Ok(Some(name.clone()));
            }
        }
        Ok(None)
    }
}

/// Run it, and say whether it found a row.
async fn sqlite_finds(connection: &mut SqliteConnection, sql: AssertSqlSafe<String>) -> sqlx::Result<bool> {
    let query = sqlx::query_with::<Sqlite, _>(sql, SqliteArguments::default());
    Ok(query.fetch_optional(connection).await?.is_some())
}

async fn postgres_finds(connection: &mut PgConnection, sql: AssertSqlSafe<String>) -> sqlx::Result<bool> {
    let query = sqlx::query_with::<Postgres, _>(sql, PgArguments::default());
    Ok(query.fetch_optional(connection).await?.is_some())
}
