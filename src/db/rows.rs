//! One statement over many rows. A statement writes `{rows $1: id uuid, position text} as r` where a table may stand, and
//! [`Query::bind_rows`](super::query::Query::bind_rows) gives the rows for `$1`. The rows travel as one JSON array of
//! arrays; each database has its own way of reading such an array as a table. That, the digits of an id (`{hex id}`),
//! locks on rows (`{for update}`), and full-text search, are the only places in which the text differs from the one that
//! is written down.
//!
//! A search is written as `select … from {documents} {join} … where {matches $1} order by {newest}`: the documents are `d`,
//! `{document}` is the place of one in their order, and each `{join}` looks up what belongs to the ones that were found, in
//! that order. A text of the index is written as `{tokens $1}`.
//!
//! `id {among (} select … limit $1 {)}` looks a few ids up that another statement finds for each row before it: Postgres would
//! run a plain `in` once for every id.

use std::{
    collections::HashMap,
    fmt::Write,
    sync::{Arc, LazyLock},
};

use parking_lot::Mutex;
use sqlx::{Encode, Postgres, Type, TypeInfo, encode::IsNull, error::BoxDynError, postgres::PgArgumentBuffer};

use super::query::{Bind, Value};

/// Whose SQL a statement becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A statement in the SQL of one database.
#[derive(Clone, Debug)]
pub struct Expanded {
    pub sql: Arc<str>,
    /// For each table of rows, the number of its parameter and how many columns it has.
    pub tables: Vec<(usize, usize)>,
}

/// The statement in this dialect. It is worked out once: the driver knows a prepared statement by its text.
pub fn expand(sql: &'static str, dialect: Dialect) -> Result<Expanded, BoxDynError> {
    static DONE: LazyLock<Mutex<HashMap<(&'static str, Dialect), Expanded>>> = LazyLock::new(Mutex::default);
    if let Some(expanded) = DONE.lock().get(&(sql, dialect)) {
        return Ok(expanded.clone());
    }
    let expanded = expand_anew(sql, dialect)?;
    DONE.lock().insert((sql, dialect), expanded.clone());
    Ok(expanded)
}

/// The same for a text that was put together, and may not come again.
pub fn expand_anew(sql: &str, dialect: Dialect) -> Result<Expanded, BoxDynError> {
    // SQLite has one writer, and no locks on rows. Postgres lets rows be written meanwhile that only refer to a locked one.
    let sql = sql.replace("{for update}", if dialect == Dialect::Postgres { "for no key update" } else { "" });
    let sql = expand_hex(&sql, dialect)?;
    let sql = expand_search(&sql, dialect)?;
    let (mut done, mut rest, mut tables) = (String::with_capacity(2 * sql.len()), sql.as_str(), vec![]);
    while let Some((before, token)) = rest.split_once("{rows $") {
        let (parameter, token) = token.split_once(':').ok_or("`{rows $1` is followed by a colon and the columns")?;
        let (columns, after) = token.split_once('}').ok_or("`{rows` has no closing brace")?;
        let number: usize = parameter.parse()?;
        done.push_str(before);
        done.push_str("(select ");
        let columns = columns.split(',').collect::<Vec<_>>();
        for (index, column) in columns.iter().enumerate() {
            let (name, kind) = column.trim().split_once(' ').ok_or("a column is a name and a type")?;
            if index > 0 {
                done.push_str(", ");
            }
            done.push_str(&cell(dialect, index, kind)?);
            done.push_str(" as ");
            done.push_str(name);
        }
        match dialect {
            Dialect::Sqlite => write!(done, " from json_each(${number}))")?,
            Dialect::Postgres => {
                write!(done, " from jsonb_array_elements(cast(${number} as jsonb)) as one (value))")?;
            }
        }
        tables.push((number, columns.len()));
        rest = after;
    }
    done.push_str(rest);
    Ok(Expanded { sql: done.into(), tables })
}

/// `{hex id}` is an id as 32 hexadecimal digits, in upper or lower case.
fn expand_hex(sql: &str, dialect: Dialect) -> Result<String, BoxDynError> {
    expand_one(sql, "{hex ", |id| match dialect {
        Dialect::Sqlite => format!("hex({id})"),
        Dialect::Postgres => format!("replace(cast({id} as text), '-', '')"),
    })
}

/// Full-text search. FTS5 gives documents in the order of their places, as long as nothing else comes before it: `cross
/// join` tells `SQLite` to leave it there.
fn expand_search(sql: &str, dialect: Dialect) -> Result<String, BoxDynError> {
    if !sql.contains('{') {
        return Ok(sql.into());
    }
    let sqlite = dialect == Dialect::Sqlite;
    let pick = |of_sqlite, of_postgres| if sqlite { of_sqlite } else { of_postgres };
    let documents = pick("search_index i cross join search_documents d on d.id = i.rowid", "search_documents d");
    let sql = sql
        .replace("{documents}", documents)
        .replace("{join}", pick("cross join", "join"))
        .replace("{among (}", pick("in (", "= any(array("))
        .replace("{)}", pick(")", "))"))
        .replace("{document}", pick("i.rowid", "d.id"))
        .replace("{newest}", pick("i.rowid desc", "d.id desc, d.object_id desc"));
    let sql = expand_one(&sql, "{matches ", |value| match dialect {
        Dialect::Sqlite => format!("i.search_index match {value}"),
        Dialect::Postgres => format!("d.tokens @@ cast({value} as tsquery)"),
    })?;
    expand_one(&sql, "{tokens ", |value| match dialect {
        Dialect::Sqlite => value.into(),
        Dialect::Postgres => format!("cast({value} as tsvector)"),
    })
}

/// Replace what begins so and goes to the next brace.
fn expand_one(sql: &str, begins: &str, by: impl Fn(&str) -> String) -> Result<String, BoxDynError> {
    let (mut done, mut rest) = (String::new(), sql);
    while let Some((before, token)) = rest.split_once(begins) {
        let (value, after) = token.split_once('}').ok_or_else(|| format!("`{begins}` has no closing brace"))?;
        done.push_str(before);
        done.push_str(&by(value));
        rest = after;
    }
    done.push_str(rest);
    Ok(done)
}

/// The expression that reads one column of a row. `->>` gives a text, or on `SQLite` the number that it is.
fn cell(dialect: Dialect, index: usize, kind: &str) -> Result<String, BoxDynError> {
    Ok(match (dialect, kind) {
        (Dialect::Sqlite, "uuid" | "bytes") => format!("unhex(value ->> {index})"),
        (Dialect::Postgres, "bytes") => format!("decode(value ->> {index}, 'hex')"),
        (Dialect::Sqlite, "text" | "bigint" | "smallint" | "boolean" | "double precision")
        | (Dialect::Postgres, "text") => format!("value ->> {index}"),
        (Dialect::Postgres, "uuid" | "bigint" | "smallint" | "boolean" | "double precision") => {
            format!("cast(value ->> {index} as {kind})")
        }
        _ => return Err(format!("rows have no columns of the type `{kind}`").into()),
    })
}

/// Rows as they travel.
#[derive(Debug, Default)]
pub struct Rows {
    json: String,
    width: Option<usize>,
}

impl Rows {
    pub fn add(&mut self, cells: Cells) -> Result<(), BoxDynError> {
        let Cells { json, count, refused } = cells;
        if let Some(error) = refused {
            return Err(error);
        }
        if *self.width.get_or_insert(count) != count {
            return Err("the rows of one statement have the same number of cells".into());
        }
        self.json.push(if self.json.is_empty() { '[' } else { ',' });
        self.json.push('[');
        self.json.push_str(&json);
        self.json.push(']');
        Ok(())
    }

    /// The JSON, and how many cells a row has; unknown when there are no rows.
    pub fn end(mut self) -> (String, Option<usize>) {
        if self.json.is_empty() {
            self.json.push('[');
        }
        self.json.push(']');
        (self.json, self.width)
    }
}

/// The values of one row, in the order of the columns.
#[derive(Debug, Default)]
pub struct Cells {
    json: String,
    count: usize,
    refused: Option<BoxDynError>,
}

impl Cells {
    fn push<'q>(&mut self, value: &impl Value<'q>) -> Result<(), BoxDynError> {
        if self.count > 0 {
            self.json.push(',');
        }
        self.count += 1;
        self.json.push_str(&json(value)?);
        Ok(())
    }
}

impl Bind for Cells {
    fn bind<'q>(mut self, value: impl Value<'q>) -> Self {
        if let Err(error) = self.push(&value) {
            self.refused.get_or_insert(error);
        }
        self
    }
}

/// A value as JSON. What can be bound is a cell too, without a word about JSON at its type: the bytes that Postgres' driver
/// makes of it are read here.
fn json<'q, T: Encode<'q, Postgres> + Type<Postgres>>(value: &T) -> Result<String, BoxDynError> {
    let mut bytes = PgArgumentBuffer::default();
    if let IsNull::Yes = value.encode_by_ref(&mut bytes)? {
        return Ok("null".into());
    }
    let bytes = bytes.as_slice();
    let kind = T::type_info();
    Ok(match kind.name() {
        "UUID" => format!("\"{}\"", uuid::Uuid::from_slice(bytes)?.simple()),
        "TEXT" | "VARCHAR" => serde_json::to_string(std::str::from_utf8(bytes)?)?,
        "INT8" => i64::from_be_bytes(bytes.try_into()?).to_string(),
        "INT4" => i32::from_be_bytes(bytes.try_into()?).to_string(),
        "INT2" => i16::from_be_bytes(bytes.try_into()?).to_string(),
        // 0 and 1 are what SQLite keeps, and Postgres reads.
        "BOOL" => u8::from(bytes != [0]).to_string(),
        "FLOAT8" => serde_json::to_string(&f64::from_be_bytes(bytes.try_into()?))?,
        name => return Err(format!("a {name} cannot be a cell").into()),
    })
}
