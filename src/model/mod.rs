//! The rules of the board and their SQL, a file a noun. Nothing here knows of HTTP; every change goes
//! through a [`crate::change::Change`].

pub mod answers;
pub mod boards;
pub mod checklists;
pub mod columns;
pub mod credentials;
pub mod dependencies;
pub mod instance;
pub mod invitations;
pub mod labels;
pub mod members;
pub mod milestones;
pub mod notifications;
pub mod positions;
pub mod projects;
pub mod samples;
pub mod sessions;
pub mod tasks;
pub mod timelines;
pub mod tokens;
pub mod users;

use serde::{Deserialize, Deserializer};

/// A field of a merge patch (RFC 7396): absent leaves it, `null` clears it.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A field of a merge patch that cannot be cleared: absent leaves it, `null` is refused.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
