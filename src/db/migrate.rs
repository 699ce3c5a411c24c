//! Migrations: what has to be done to the tables of a database, and whether they are all there afterwards.

use std::{collections::BTreeSet, fmt::Write, sync::OnceLock};

use sqlx::{
    AssertSqlSafe, Connection, SqlSafeStr, Sqlite, SqliteConnection,
    migrate::{Migrate, MigrateError, Migrator},
    postgres::{PgArguments, PgConnection},
    sqlite::{SqliteArguments, SqliteConnectOptions},
};

use super::{error_kind::ErrorKind, rows::Dialect};
use crate::{
    base::error::{Error, Result},
    faults,
};

static MIGRATIONS: Migrator = sqlx_macros::migrate!("./migrations");

/// The migrations of one database. A file is for both of them; what stands behind a line `-- only sqlite` or
/// `-- only postgres`, up to the line `-- both`, is for that one. Its checksum is that of the whole file.
fn migrations(dialect: Dialect) -> &'static Migrator {
    static EACH: [OnceLock<Migrator>; 2] = [const { OnceLock::new() }; 2];
    let of = match dialect {
        Dialect::Sqlite => &EACH[0],
        Dialect::Postgres => &EACH[1],
    };
    of.get_or_init(|| {
        let each = MIGRATIONS.iter().map(|of_both| {
            let mut migration = of_both.clone();
            if of_both.sql.as_str().contains("\n-- only ") {
                migration.sql = AssertSqlSafe(section(of_both.sql.as_str(), dialect.name())).into_sql_str();
            }
            migration
        });
        Migrator::with_migrations(each.collect())
    })
}

/// The lines that are for one database.
fn section(text: &str, name: &str) -> String {
    let mut kept = String::new();
    let mut keeps = true;
    for line in text.lines() {
        match line.strip_prefix("-- only ") {
            Some(only) => keeps = only == name,
            None if line == "-- both" => keeps = true,
            None if keeps => {
                kept.push_str(line);
                kept.push('\n');
            }
            None => {}
        }
    }
    kept
}

/// A connection whose tables can be looked at.
pub trait Tables: Migrate + Send {
    const DIALECT: Dialect;
    /// Whether this table is there.
    fn has(&mut self, table: &str) -> impl Future<Output = sqlx::Result<bool>> + Send;
    /// Each column of each table.
    fn columns(&mut self) -> impl Future<Output = sqlx::Result<BTreeSet<Column>>> + Send;
}

/// The name of a table, and that of a column in it.
type Column = (String, String);

impl Tables for SqliteConnection {
    const DIALECT: Dialect = Dialect::Sqlite;

    async fn has(&mut self, table: &str) -> sqlx::Result<bool> {
        Ok(self.columns().await?.iter().any(|(known, _)| known == table))
    }

    async fn columns(&mut self) -> sqlx::Result<BTreeSet<Column>> {
        let sql = "select t.name, c.name from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table'";
        let rows = sqlx::query_as_with::<Sqlite, _, _>(sql, SqliteArguments::default()).fetch_all(self).await?;
        Ok(rows.into_iter().collect())
    }
}

impl Tables for PgConnection {
    const DIALECT: Dialect = Dialect::Postgres;

    async fn has(&mut self, table: &str) -> sqlx::Result<bool> {
        Ok(self.columns().await?.iter().any(|(known, _)| known == table))
    }

    async fn columns(&mut self) -> sqlx::Result<BTreeSet<Column>> {
        // Of the catalogue: `information_schema` shows only what the role has a right to.
        let sql = "select cast(c.relname as text), cast(a.attname as text) from pg_class c
             join pg_attribute a on a.attrelid = c.oid
             join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and pg_table_is_visible(c.oid)
               and n.nspname not in ('pg_catalog', 'information_schema')";
        let rows = sqlx::query_as_with(sql, PgArguments::default()).fetch_all(self).await?;
        Ok(rows.into_iter().collect())
    }
}

/// Whether every migration is done. A newer database, or one whose migrations were others, is refused.
pub async fn done(connection: &mut impl Tables) -> Result<bool> {
    if !connection.has(&MIGRATIONS.table_name).await? {
        return Ok(false);
    }
    if connection.dirty_version(&MIGRATIONS.table_name).await.map_err(failed)?.is_some() {
        return Ok(false);
    }
    let applied = connection.list_applied_migrations(&MIGRATIONS.table_name).await.map_err(failed)?;
    for done in &applied {
        let known = MIGRATIONS.iter().find(|known| known.version == done.version);
        let known = known.ok_or_else(|| failed(MigrateError::VersionMissing(done.version)))?;
        if known.checksum != done.checksum {
            return Err(failed(MigrateError::VersionMismatch(done.version)));
        }
    }
    Ok(applied.len() == MIGRATIONS.iter().count())
}

/// The last migration that there is.
pub fn latest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Make the tables as they were at a version, where there are none. Tables of a later version are refused.
pub async fn run_to<T: Tables>(connection: &mut T, version: i64) -> Result<()> {
    if connection.has(&MIGRATIONS.table_name).await? {
        let applied = connection.list_applied_migrations(&MIGRATIONS.table_name).await.map_err(failed)?;
        if applied.iter().any(|done| done.version > version) {
            return Err(Error::Internal(format!(
                "the backup is from before its tables (version {version} of them): restore it where there are no tables yet"
            )));
        }
    }
    migrations(T::DIALECT).run_direct(Some(version), connection, false).await.map_err(failed)
}

/// Bring the tables up to date. Where nothing is to be done nothing is written, and no right to change tables is needed.
pub async fn run<T: Tables>(connection: &mut T) -> Result<()> {
    faults::point("migrate.before");
    if !done(&mut *connection).await? {
        migrations(T::DIALECT).run_direct(None, &mut *connection, false).await.map_err(failed)?;
    }
    check(connection).await?;
    faults::point("migrate.after");
    Ok(())
}

/// Refuse a database in which a table or a column is missing: it was restored or changed only in part.
pub async fn check<T: Tables>(connection: &mut T) -> Result<()> {
    let found = connection.columns().await?;
    let missing: Vec<Column> = expected(T::DIALECT).await?.difference(&found).cloned().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let tables: BTreeSet<&str> = missing.iter().map(|(table, _)| table.as_str()).collect();
    let mut text = "the database is not whole: ".to_owned();
    for (at, table) in tables.into_iter().enumerate() {
        let gone = !found.iter().any(|(known, _)| known == table);
        let columns: Vec<&str> = missing.iter().filter(|(of, _)| of == table).map(|(_, name)| name.as_str()).collect();
        let comma = if at > 0 { ", " } else { "" };
        // Writing to a text never fails.
        let _ = if gone {
            write!(text, "{comma}the table {table} is missing")
        } else {
            write!(text, "{comma}the table {table} lacks {}", columns.join(", "))
        };
    }
    Err(Error::Internal(text + "; restore it from a backup"))
}

/// The tables and columns that the migrations make, on a database in memory. What only Postgres has cannot be made there.
async fn expected(dialect: Dialect) -> Result<BTreeSet<Column>> {
    let options = SqliteConnectOptions::new().in_memory(true).collation("C", Ord::cmp);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    migrations(Dialect::Sqlite).run_direct(None, &mut connection, false).await.map_err(failed)?;
    let columns = connection.columns().await?;
    let _ = connection.close().await;
    let mut columns: BTreeSet<Column> =
        columns.into_iter().filter(|(table, _)| !table.starts_with("sqlite_")).collect();
    if dialect == Dialect::Postgres {
        columns.retain(|(table, _)| !table.starts_with("search_index"));
        columns.insert(("search_documents".into(), "tokens".into()));
    }
    Ok(columns)
}

fn failed(error: MigrateError) -> Error {
    let error = match error {
        // The connection was lost on the way: the start may try again.
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)
            if ErrorKind::of(&error) == ErrorKind::Unavailable =>
        {
            return Error::Database(error);
        }
        error => error,
    };
    Error::Internal(match error {
        MigrateError::VersionMissing(version) => format!(
            "the database has migration {version}, which this version of Boardcast does not know: \
             start the newer version that wrote it"
        ),
        MigrateError::Execute(sqlx::Error::Database(error))
        | MigrateError::ExecuteMigration(sqlx::Error::Database(error), _)
            if error.code().as_deref() == Some("42501") =>
        {
            format!(
                "its tables have to be brought up to date, and the role may not do that: {error}; \
                 start this version once as the owner of the tables"
            )
        }
        error => format!("the tables could not be brought up to date: {error}"),
    })
}
