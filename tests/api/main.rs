//! The whole server from outside. Every test makes its own people and projects, so that all of
//! them run at once against one process; the replay law is checked after every mutation.
#![expect(
    clippy::unwrap_used,
    clippy::match_wild_err_arm,
    clippy::disallowed_methods,
    clippy::needless_pass_by_value,
    reason = "a test ends with a panic, reads its own settings, makes ids that nobody has, and \
              writes bodies where they are sent"
)]

mod access;
mod activity;
mod archive;
mod attachments;
mod below;
mod bulk;
mod checklist;
mod cli;
mod columns;
mod comments;
mod concurrency;
mod contract;
mod copies;
mod crash;
mod crowds;
mod done;
mod drain;
mod events;
mod faults;
mod files;
mod idempotency;
mod if_match;
mod input;
mod invitation_links;
mod invitations;
mod labels;
mod load;
mod mail;
mod markdown;
mod maxima;
mod members;
mod nodes;
mod notifications;
mod openapi;
mod origins;
mod orphans;
mod past;
mod postgres;
mod process;
mod projects;
mod proxy;
mod push;
mod queries;
mod quiet_tasks;
mod reminders;
mod replay;
mod restored;
mod retention;
mod revocation;
mod s3;
mod search;
mod session;
mod slow;
mod snapshot;
mod stream;
mod support;
mod sweeps;
mod tail;
mod task_lists;
mod tasks;
mod timeline;
mod tokens;
mod topic;
mod trash;
mod undo;
mod users;
mod views;
mod watching;
