//! Finding tasks, comments and attachments by the words in them.
//!
//! - [`wanted`] — what a line asks for
//! - [`names`] — what its filters name
//! - [`index`] — what is kept of each text, written with the text
//! - [`find`] — what fits, best first
//! - [`snippet`] — what is shown of it

mod find;
pub mod index;
mod names;
mod snippet;
mod wanted;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use find::{Hit, HitPlace, Search, TaskSearch, find, line};
pub use names::{due, when};
pub use snippet::Snippet;

/// What a text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HitKind)]
#[repr(i16)]
pub enum DocumentKind {
    /// Its title and its description.
    Task = 0,
    Comment = 1,
    /// Its name.
    Attachment = 2,
}
