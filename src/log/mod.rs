//! The event log of a project, which is the truth: what changed, numbered 1, 2, 3 … in the order of the commits. The
//! rows of the other tables are what the log adds up to, and streams may lose anything but their place in it.
//!
//! - `draft`     an event that is being composed and written
//! - `frame`     an event as streams write it
//! - `position`  a place in a log, and how cursors name it
//! - `read`      events behind a cursor, as frames or as a page
//! - `conflict`  what other changes did to an object since a version
//! - `history`   how long events are kept
//! - `past`      what a project was at an earlier event
//! - `verify`    proves a log by its chain
//! - `facts`     what reports need of a log, compactly
//! - `digest`    what is noted behind the changes, so that looking back is cheap

pub mod conflict;
pub mod digest;
mod draft;
pub mod facts;
mod fields;
mod frame;
pub mod history;
pub mod notifications;
pub mod past;
mod position;
pub mod read;
pub mod verify;

pub use draft::{Actor, Draft, EventMeta, FROM_TRASH, Person, is_field};
pub use frame::Frame;
pub use position::{LogPosition, ProjectCursor};

pub use crate::base::chain::Chain;

use crate::base::error::{Error, Result};

/// Read a text of the log, which the server wrote itself.
pub fn parse<'de, T: serde::Deserialize<'de>>(text: &'de str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Internal(format!("the log holds what it cannot: {error}")))
}
