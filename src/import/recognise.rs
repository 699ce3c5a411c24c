//! Which program a file is of, by its content.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Options, archive, table};
use crate::base::error::{Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Format {
    Boardcast,
    Trello,
    Planka,
    Vikunja,
    Wekan,
    Kanboard,
    Deck,
    Asana,
    AsanaCsv,
    JiraCsv,
    LinearCsv,
    TodoistCsv,
    TicktickCsv,
    GithubTsv,
    Csv,
}

impl Format {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boardcast => "boardcast",
            Self::Trello => "trello",
            Self::Planka => "planka",
            Self::Vikunja => "vikunja",
            Self::Wekan => "wekan",
            Self::Kanboard => "kanboard",
            Self::Deck => "deck",
            Self::Asana => "asana",
            Self::AsanaCsv => "asana_csv",
            Self::JiraCsv => "jira_csv",
            Self::LinearCsv => "linear_csv",
            Self::TodoistCsv => "todoist_csv",
            Self::TicktickCsv => "ticktick_csv",
            Self::GithubTsv => "github_tsv",
            Self::Csv => "csv",
        }
    }

    /// The format of a name in the database.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|format| format.name() == name)
    }

    /// Whether it is a table of cells.
    #[must_use]
    pub const fn is_table(self) -> bool {
        matches!(
            self,
            Self::AsanaCsv
                | Self::JiraCsv
                | Self::LinearCsv
                | Self::TodoistCsv
                | Self::TicktickCsv
                | Self::GithubTsv
                | Self::Csv
        )
    }
}

/// A file, as far as it was read to see what it is.
#[derive(Debug)]
pub enum Content {
    Json(Value),
    Table(table::Table),
}

const KNOWN: &str = "is none of a program that is known here: Boardcast, Trello, Planka, Vikunja, WeKan, Kanboard, \
                     Nextcloud Deck, Asana, Jira, Linear, Todoist, TickTick, GitHub Projects, or a table (CSV)";

/// A file that is not what it is said to be.
#[must_use]
pub fn misfit(format: Format) -> Error {
    Error::invalid("/format", format!("the file is not of this format ({})", format.name()))
}

fn arrays(document: &Value, names: &[&str]) -> bool {
    names.iter().all(|name| document[*name].is_array())
}

/// The program of a JSON document.
fn of_document(document: &Value) -> Option<Format> {
    if let Value::Array(items) = document {
        let project = items.first()?;
        let vikunja = ["buckets", "views", "tasks"].iter().any(|name| project[*name].is_array());
        return vikunja.then_some(Format::Vikunja);
    }
    let has = |name: &str| document.get(name).is_some();
    if document["boardcast"].is_object() {
        return Some(Format::Boardcast);
    }
    if document["item"].is_object() && document["included"].is_object() {
        return Some(Format::Planka);
    }
    if arrays(document, &["lists", "cards"]) && (has("_id") || has("_format")) {
        return Some(Format::Wekan);
    }
    if arrays(document, &["lists", "cards"]) && has("id") {
        return Some(Format::Trello);
    }
    if document["board"].is_object() && arrays(document, &["columns", "tasks"]) {
        return Some(Format::Kanboard);
    }
    if (document["boards"].is_object() || document["boards"].is_array()) || (has("stacks") && has("title")) {
        return Some(Format::Deck);
    }
    let first = document["data"].as_array().and_then(|items| items.first());
    first.is_some_and(|item| item.get("gid").is_some()).then_some(Format::Asana)
}

/// Read a file as far as to know what it is.
pub fn recognise(bytes: &[u8], options: &Options) -> Result<(Format, Content)> {
    if bytes.is_empty() {
        return Err(Error::invalid("/file", "is empty"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let inner = archive::document(bytes)?;
        return of_bytes(&inner, options);
    }
    of_bytes(bytes, options)
}

fn of_bytes(bytes: &[u8], options: &Options) -> Result<(Format, Content)> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = text.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    let asks_table = options.format.is_some_and(Format::is_table);
    if matches!(first, Some(b'{' | b'[')) && !asks_table {
        let document: Value = serde_json::from_slice(text)
            .map_err(|error| Error::invalid("/file", format!("looks like JSON, but is none: {error}")))?;
        let found = of_document(&document);
        let format = match (options.format, found) {
            (Some(asked), Some(found)) if asked != found => return Err(misfit(asked)),
            (_, Some(found)) => found,
            (Some(asked), None) => return Err(misfit(asked)),
            (None, None) => return Err(Error::invalid("/file", KNOWN)),
        };
        return Ok((format, Content::Json(document)));
    }
    if options.format.is_some() && !asks_table {
        return Err(options.format.map_or_else(|| Error::invalid("/file", KNOWN), misfit));
    }
    let table = table::read(bytes, options)?;
    let found = table.format();
    let format = match options.format {
        Some(Format::Csv) => Format::Csv,
        Some(asked) if asked != found => return Err(misfit(asked)),
        _ => found,
    };
    if format == Format::Csv && table.headers.len() < 2 && options.mapping.columns.is_empty() {
        let first = table.headers.first().map(String::as_str).unwrap_or_default();
        if table::Field::of(first) != Some(table::Field::Title) {
            return Err(Error::invalid("/file", KNOWN));
        }
    }
    Ok((format, Content::Table(table)))
}
