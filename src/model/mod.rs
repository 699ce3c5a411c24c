//! The rules of the board and their SQL, a file a noun. Nothing here knows of HTTP; every change goes
//! through a [`crate::change::Change`].

pub mod account_removal;
pub mod activity;
pub mod admin_projects;
pub mod attachments;
pub mod audit_log;
pub mod backlogs;
pub mod blobs;
pub mod boards;
pub mod calendars;
pub mod checklists;
pub mod columns;
pub mod comments;
pub mod copies;
pub mod dependencies;
pub mod exports;
pub mod filters;
pub mod guests;
pub mod imports;
pub mod instance;
pub mod instance_overview;
pub mod invitations;
pub mod labels;
pub mod mails;
pub mod markdown;
pub mod members;
pub mod milestones;
pub mod news;
pub mod notification_settings;
pub mod notifications;
pub mod objects;
pub mod password_resets;
pub mod pins;
mod plan;
pub mod positions;
pub mod project_trash;
pub mod projects;
pub mod push_subscriptions;
pub mod pushes;
pub mod quiet_tasks;
pub mod reminders;
pub mod reports;
pub mod samples;
pub mod scheduled_backups;
pub mod search;
pub mod sign_ins;
pub mod task_lists;
pub mod tasks;
pub mod timelines;
pub mod totps;
pub mod trash;
pub mod undo;
pub mod users;
pub mod views;
pub mod watching;
pub mod webhooks;

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
