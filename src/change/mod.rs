//! The only way to write. A [`Transaction`] keeps its answer for retries; a [`Change`] is a transaction that holds
//! the lock of one project and records events in its log. [`Object`] says how the rows of a noun are written, so
//! that a row and its part of the event come from one call.

pub mod idempotency;
mod if_match;
mod object;
mod project;
mod transaction;

pub use if_match::object;
pub use object::{Findable, InSnapshot, Kind, Many, Most, Object, Removable, Set};
pub use project::{Change, Grant};
pub use transaction::{Request, Transaction};
