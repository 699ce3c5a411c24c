//! Tables of cells (CSV, TSV), of any program: what each column is, is known by the program, guessed by its header, or said
//! by the person who imports.
//!
//! - `read` — bytes to cells: encoding, delimiter, quotes, where the header is
//! - [`fields`] — what a column may be, and what the headers of programs say
//! - `dates` — in which order day and month stand
//! - `rows` — rows to tasks
//! - `todoist` — rows that are of several kinds

mod dates;
mod fields;
mod read;
mod rows;
mod todoist;

pub use self::{fields::Field, read::read};
use super::{Format, Options, board::Parsed};
use crate::base::error::Result;

/// The cells of a table.
#[derive(Debug, Default)]
pub struct Table {
    pub headers: Vec<String>,
    /// Each has as many cells as there are headers, or fewer.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The program that writes such headers.
    #[must_use]
    pub fn format(&self) -> Format {
        fields::format(&self.headers)
    }
}

pub fn parse(format: Format, table: &Table, options: &Options) -> Result<Parsed> {
    if format == Format::TodoistCsv { Ok(todoist::parse(table, options)) } else { rows::parse(format, table, options) }
}
