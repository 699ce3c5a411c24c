//! A statement, its values, and the four verbs that run it: `execute`, `one`, `optional`, `all`.
//!
//! Statements are literals, and each of them has to run on both databases in the tests: debug builds write down which
//! ran, and `tests/statements.mjs` compares. A statement that depends on what is asked for (the filters, the sorting and
//! the page of a list) is put together from [`Part`]s, which are literals too:
//!
//! ```
//! use boardcast::db::{Db, query::part};
//! use boardcast::{base::{error::Result, ids::{LabelId, ProjectId}}};
//!
//! async fn titles(db: &Db, project: ProjectId, label: Option<LabelId>, limit: i64) -> Result<Vec<(String,)>> {
//!     let mut query = db.query("select t.title from tasks t where t.project_id = $1").bind(project);
//!     if let Some(label) = label {
//!         // In a part `$1` is the first value that is bound after it.
//!         query = query
//!             .append(part("and exists (select 1 from task_labels l where l.task_id = t.id and l.label_id = $1)"))
//!             .bind(label);
//!     }
//!     query.append(part("order by t.number limit $1")).bind(limit).all().await
//! }
//! ```

use futures_util::{TryStreamExt, stream::BoxStream};
use sqlx::{
    Arguments, AssertSqlSafe, Encode, FromRow, Postgres, SqlSafeStr, SqlStr, Sqlite, SqliteConnection, Type,
    error::BoxDynError,
    postgres::{PgArguments, PgConnection, PgPool, PgQueryResult, PgRow},
    sqlite::{SqliteArguments, SqliteQueryResult, SqliteRow},
};

use super::{
    full_text::Expression,
    meters::Waits,
    postgres::project_writers,
    rows::{self, Cells, Dialect, Rows},
    sqlite::readers::Readers,
};
use crate::base::error::{Error, Result};

/// A value that both drivers take.
pub trait Value<'q>: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + 'q {}
impl<'q, T> Value<'q> for T where T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + 'q {}

/// A row that both drivers give.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// What takes values one after the other: a statement, or one row of many ([`Query::bind_rows`]).
pub trait Bind: Sized {
    #[must_use]
    fn bind<'q>(self, value: impl Value<'q>) -> Self;
}

/// A piece of a statement, to be added to others by [`Query::append`].
#[derive(Clone, Copy, Debug)]
pub struct Part(&'static str);

/// A piece of a statement. The literal stands right here in the parentheses, where `tests/statements.mjs` finds it.
#[must_use]
pub const fn part(sql: &'static str) -> Part {
    Part(sql)
}

/// A statement with its values.
#[must_use = "a statement does nothing until one of its verbs runs it"]
pub struct Query<'a> {
    sql: &'static str,
    /// What was appended, and how many values were bound before it.
    parts: Vec<(Part, usize)>,
    /// Which parameters hold rows, and how many cells a row has.
    rows: Vec<(usize, Option<usize>)>,
    run: Run<'a>,
    refused: Option<BoxDynError>,
    /// Whether Postgres plans it for these very values; see [`Query::plan_anew`].
    anew: bool,
}

/// Where a statement runs.
pub(super) enum Run<'a> {
    Sqlite(&'a mut SqliteConnection, SqliteArguments),
    Postgres(&'a mut project_writers::WriteTx, PgArguments),
    PostgresReader(&'a mut PgConnection, PgArguments),
    SqliteReaders(&'a Readers, SqliteArguments),
    PostgresPool(&'a PgPool, &'a Waits, PgArguments),
}

/// A row, of whichever database.
enum AnyRow {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl AnyRow {
    fn read<T: Row>(&self) -> sqlx::Result<T> {
        match self {
            Self::Sqlite(row) => T::from_row(row),
            Self::Postgres(row) => T::from_row(row),
        }
    }
}

/// Run a query by one of sqlx's verbs, on whichever connection it is meant for.
macro_rules! run {
    ($query:expr, $verb:ident, $sqlite:expr, $postgres:expr) => {{
        let mut query = $query;
        let sql = query.text()?;
        let keep = !query.anew;
        Ok(match query.run {
            Run::Sqlite(connection, values) => $sqlite(sqlx::query_with(sql, values).$verb(connection).await?),
            Run::Postgres(tx, values) => {
                let outcome = sqlx::query_with(sql, values).persistent(keep).$verb(&mut **tx).await;
                $postgres(tx.track(outcome)?)
            }
            Run::PostgresReader(tx, values) => {
                $postgres(sqlx::query_with(sql, values).persistent(keep).$verb(tx).await?)
            }
            Run::SqliteReaders(readers, values) => {
                $sqlite(sqlx::query_with(sql, values).$verb(&mut *readers.acquire().await?).await?)
            }
            Run::PostgresPool(pool, waits, values) => {
                let mut connection = waits.begin().until(pool.acquire()).await?;
                $postgres(sqlx::query_with(sql, values).persistent(keep).$verb(&mut *connection).await?)
            }
        })
    }};
}

impl<'a> Query<'a> {
    pub(super) const fn new(sql: &'static str, run: Run<'a>) -> Self {
        Self { sql, parts: vec![], rows: vec![], run, refused: None, anew: false }
    }

    pub fn bind<'q>(mut self, value: impl Value<'q>) -> Self {
        let added = match &mut self.run {
            Run::Sqlite(_, values) | Run::SqliteReaders(_, values) => Arguments::add(values, value),
            Run::Postgres(_, values) | Run::PostgresReader(_, values) | Run::PostgresPool(_, _, values) => {
                Arguments::add(values, value)
            }
        };
        self.check(added)
    }

    /// Bind rows to the next parameter, which the statement names as a table with typed columns:
    ///
    /// ```
    /// # use boardcast::{base::{error::Result, ids::TaskId}, db::{Tx, query::Bind}};
    /// # async fn place(tx: &mut Tx, seq: i64, moved: Vec<(TaskId, String)>) -> Result<u64> {
    /// tx.query(
    ///     "update tasks set position = r.position, version = $2
    ///      from {rows $1: id uuid, position text} as r
    ///      where tasks.id = r.id",
    /// )
    /// .bind_rows(moved, |cells, (id, position)| cells.bind(id).bind(position))
    /// .bind(seq)
    /// .execute()
    /// .await
    /// # }
    /// ```
    ///
    /// Columns are `uuid`, `text`, `bigint`, `smallint`, `boolean` or `double precision`; each may be null. It also
    /// stands in `insert into … select … from {rows …} as r` and in `delete from … where id in (select id from {rows …} as r)`.
    pub fn bind_rows<T>(mut self, of: impl IntoIterator<Item = T>, cells: impl Fn(Cells, T) -> Cells) -> Self {
        let mut rows = Rows::default();
        let added = of.into_iter().try_for_each(|row| rows.add(cells(Cells::default(), row)));
        let (json, width) = rows.end();
        self = self.bind(json);
        self.rows.push((self.bound(), width));
        self.check(added)
    }

    /// Go on with this text. Its `$1` is the first value that is bound from here on.
    pub fn append(mut self, part: Part) -> Self {
        self.parts.push((part, self.bound()));
        self
    }

    /// Let Postgres plan this for the values that it has, and not once for all: how many rows there are to a value decides
    /// how they are best looked for.
    pub fn plan_anew(mut self) -> Self {
        self.anew = true;
        self
    }

    /// Bind what is looked for in texts.
    pub fn bind_expression(self, wanted: &Expression) -> Self {
        let wanted = wanted.render(self.dialect());
        self.bind(wanted)
    }

    fn check(mut self, added: std::result::Result<(), BoxDynError>) -> Self {
        if let Err(error) = added {
            self.refused.get_or_insert(error);
        }
        self
    }

    /// How many values there are so far.
    fn bound(&self) -> usize {
        match &self.run {
            Run::Sqlite(_, values) | Run::SqliteReaders(_, values) => values.len(),
            Run::Postgres(_, values) | Run::PostgresReader(_, values) | Run::PostgresPool(_, _, values) => values.len(),
        }
    }

    const fn dialect(&self) -> Dialect {
        match &self.run {
            Run::Sqlite(..) | Run::SqliteReaders(..) => Dialect::Sqlite,
            Run::Postgres(..) | Run::PostgresReader(..) | Run::PostgresPool(..) => Dialect::Postgres,
        }
    }

    /// The text as the database gets it, noted as run.
    fn text(&mut self) -> Result<SqlStr> {
        let text = match self.refused.take() {
            Some(error) => Err(error),
            None => self.compose(),
        };
        remember(self.sql);
        for (Part(part), _) in &self.parts {
            remember(part);
        }
        text.map_err(|error| Error::Database(sqlx::Error::Encode(error)))
    }

    fn compose(&self) -> std::result::Result<SqlStr, BoxDynError> {
        let expanded = if !self.parts.is_empty() {
            let mut text = self.sql.to_owned();
            for (Part(part), before) in &self.parts {
                text.push(' ');
                renumber(part, *before, &mut text)?;
            }
            rows::expand_anew(&text, self.dialect())?
        } else if self.sql.contains('{') {
            rows::expand(self.sql, self.dialect())?
        } else {
            return Ok(SqlStr::from_static(self.sql));
        };
        for (number, columns) in &expanded.tables {
            match self.rows.iter().find(|(parameter, _)| parameter == number) {
                Some((_, width)) if width.is_none_or(|width| width == *columns) => {}
                _ => return Err(format!("${number} is not bound to rows of {columns} cells").into()),
            }
        }
        Ok(AssertSqlSafe(expanded.sql).into_sql_str())
    }

    pub async fn execute(self) -> Result<u64> {
        run!(self, execute, |done: SqliteQueryResult| done.rows_affected(), |done: PgQueryResult| done.rows_affected())
    }

    /// Exactly one row; none is 404.
    pub async fn one<T: Row>(self) -> Result<T> {
        self.optional().await?.ok_or(Error::NotFound)
    }

    pub async fn optional<T: Row>(self) -> Result<Option<T>> {
        Ok(self.fetch_optional().await?.map(|row| row.read()).transpose()?)
    }

    pub async fn all<T: Row>(self) -> Result<Vec<T>> {
        let mut all = vec![];
        // Each row is read as it comes: thousands of them kept beside what they become cost more than reading them.
        self.fetch_each(&mut |row| {
            all.push(row.read()?);
            Ok(())
        })
        .await?;
        Ok(all)
    }

    // What talks to the database does not know the type of the rows, and so is compiled once and not for each of them.

    async fn fetch_optional(self) -> Result<Option<AnyRow>> {
        run!(self, fetch_optional, |row: Option<SqliteRow>| row.map(AnyRow::Sqlite), |row: Option<PgRow>| row
            .map(AnyRow::Postgres))
    }

    async fn fetch_each(mut self, take: &mut Take<'_>) -> Result<()> {
        let sql = self.text()?;
        let keep = !self.anew;
        let outcome = match self.run {
            Run::Sqlite(connection, values) => {
                each(sqlx::query_with(sql, values).fetch(connection), AnyRow::Sqlite, take).await
            }
            Run::Postgres(tx, values) => {
                let outcome =
                    each(sqlx::query_with(sql, values).persistent(keep).fetch(&mut **tx), AnyRow::Postgres, take).await;
                tx.track(outcome)
            }
            Run::PostgresReader(tx, values) => {
                each(sqlx::query_with(sql, values).persistent(keep).fetch(tx), AnyRow::Postgres, take).await
            }
            Run::SqliteReaders(readers, values) => {
                let mut connection = readers.acquire().await?;
                each(sqlx::query_with(sql, values).fetch(&mut *connection), AnyRow::Sqlite, take).await
            }
            Run::PostgresPool(pool, waits, values) => {
                let mut connection = waits.begin().until(pool.acquire()).await?;
                let rows = sqlx::query_with(sql, values).persistent(keep).fetch(&mut *connection);
                each(rows, AnyRow::Postgres, take).await
            }
        };
        Ok(outcome?)
    }
}

type Take<'a> = dyn FnMut(AnyRow) -> sqlx::Result<()> + Send + 'a;

async fn each<R>(
    mut rows: BoxStream<'_, sqlx::Result<R>>,
    any: fn(R) -> AnyRow,
    take: &mut Take<'_>,
) -> sqlx::Result<()> {
    while let Some(row) = rows.try_next().await? {
        take(any(row))?;
    }
    Ok(())
}

impl Bind for Query<'_> {
    fn bind<'q>(self, value: impl Value<'q>) -> Self {
        Query::bind(self, value)
    }
}

/// Add a part whose parameters are counted from the values that were bound before it.
fn renumber(part: &str, before: usize, text: &mut String) -> std::result::Result<(), BoxDynError> {
    let mut pieces = part.split('$');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (number, rest) = piece.split_at(piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len()));
        text.push('$');
        text.push_str(&(before + number.parse::<usize>()?).to_string());
        text.push_str(rest);
    }
    Ok(())
}

/// Debug builds write down which statements ran, so that the suite can show that each one did, on both databases.
#[cfg(debug_assertions)]
mod ran {
    use std::{collections::BTreeSet, fs::File, io::Write, sync::LazyLock};

    use parking_lot::Mutex;

    type Ran = (BTreeSet<&'static str>, File);

    static RAN: LazyLock<Option<Mutex<Ran>>> = LazyLock::new(|| {
        let path = crate::config::test_switch("BOARDCAST_TEST_STATEMENTS")?;
        let file = File::options().create(true).append(true).open(path).ok()?;
        Some(Mutex::new((BTreeSet::new(), file)))
    });

    pub fn remember(sql: &'static str) {
        let Some(ran) = &*RAN else { return };
        let mut ran = ran.lock();
        if ran.0.insert(sql) {
            let line = sql.split_whitespace().collect::<Vec<_>>().join(" ") + "\n";
            // One write a line: several servers share the file.
            let _ = ran.1.write_all(line.as_bytes());
        }
    }
}

#[cfg(debug_assertions)]
use ran::remember;
#[cfg(not(debug_assertions))]
const fn remember(_: &'static str) {}
