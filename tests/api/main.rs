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
mod below;
mod checklist;
mod cli;
mod columns;
mod concurrency;
mod crash;
mod drain;
mod events;
mod faults;
mod hub;
mod idempotency;
mod if_match;
mod input;
mod invitations;
mod labels;
mod load;
mod members;
mod nodes;
mod notifications;
mod openapi;
mod projects;
mod proxy;
mod replay;
mod retention;
mod revocation;
mod session;
mod slow;
mod stream;
mod support;
mod tail;
mod tasks;
mod timeline;
mod tokens;
mod users;
