//! Files of other programs, read: what they hold becomes a [`board::Board`], and what does not fit is in the report. Nothing
//! here writes or asks; `model/imports` does.
//!
//! - [`board`], [`report`] — what every parser answers
//! - [`recognise`] — which program a file is of, by its content
//! - `json`, `text`, [`leaves`], `archive` — reading what may say anything
//! - `tidy` — makes a board fit the rules here
//! - the rest — one file a program; those with tables are in `table`

mod archive;
mod asana;
pub mod board;
pub mod boardcast;
mod deck;
mod json;
mod kanboard;
pub mod leaves;
mod planka;
pub mod recognise;
pub mod report;
mod table;
mod text;
mod tidy;
mod trello;
mod vikunja;
mod wekan;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::recognise::Format;
use self::{board::Parsed, recognise::Content};
use crate::base::{clock::Timestamp, error::Result};

/// How day and month stand in a date such as 05/06/2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    Dmy,
    Mdy,
}

/// What a person says of a file beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// Of a table: what its columns are, by their headers, such as `{"Summary": "title"}`. `ignore` leaves one out, `extra`
    /// puts it into a table under the description.
    pub columns: HashMap<String, table::Field>,
    /// Of a table: what stands between its cells; guessed when absent.
    #[schema(max_length = 1)]
    pub delimiter: Option<char>,
    /// Of a table: `utf-8`, `windows-1252`, `utf-16le` …; guessed when absent.
    #[schema(max_length = 40)]
    pub encoding: Option<String>,
    /// Of a table: needed where its dates do not say.
    pub date_order: Option<DateOrder>,
    /// Who the people of the file are here, by their ids, e-mail addresses or names there.
    pub people: HashMap<String, Uuid>,
    /// Make a project of its own, also when this board was imported before.
    pub new_project: bool,
}

/// What parsers need to know beside the file.
#[derive(Clone, Debug)]
pub struct Options {
    pub format: Option<Format>,
    pub mapping: Mapping,
    /// The name of the file, without its ending.
    pub name: String,
    /// The time zone of the person who imports.
    pub zone: Option<String>,
    pub now: Timestamp,
}

/// The name of a file without its ending: what a board is called that has no name of its own.
#[must_use]
pub fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    text::line(stem, 100).unwrap_or_else(|| "Imported".into())
}

/// Read a file. It is refused where it is of no known program, and where something has to be said of it first.
pub fn parse(bytes: &[u8], options: &Options) -> Result<(Format, Parsed)> {
    let (format, content) = recognise::recognise(bytes, options)?;
    let parsed = match (format, &content) {
        (Format::Boardcast, Content::Json(document)) => boardcast::parse(document)?,
        (Format::Trello, Content::Json(document)) => trello::parse(document, options),
        (Format::Planka, Content::Json(document)) => planka::parse(document, options),
        (Format::Vikunja, Content::Json(document)) => vikunja::parse(document, options),
        (Format::Wekan, Content::Json(document)) => wekan::parse(document, options),
        (Format::Kanboard, Content::Json(document)) => kanboard::parse(document, options),
        (Format::Deck, Content::Json(document)) => deck::parse(document, options),
        (Format::Asana, Content::Json(document)) => asana::parse(document, options),
        (format, Content::Table(table)) => table::parse(format, table, options)?,
        (format, Content::Json(_)) => return Err(recognise::misfit(format)),
    };
    Ok((format, tidy::tidy(parsed, options.now)?))
}
