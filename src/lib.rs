//! Boardcast: the project board on which nothing is ever stale and nothing is ever lost.
//!
//! The folders, from the ground up; each one imports only from those above it in this list:
//!
//! - [`base`] — ids, instants, checked text, errors: what every part needs and what knows of no part
//! - [`markdown`] — what people write, as HTML that is safe to show
//! - [`mail`] — how a letter is written and handed to an SMTP server
//! - [`outgoing`] — requests to other servers: to public addresses, and within bounds
//! - [`push`] — how a push message is encrypted, signed, and handed to a push service
//! - [`db`] — one SQL text, two databases, transactions that share a COMMIT
//! - [`files`] — the bytes of attachments: uploads, a folder or a bucket, thumbnails
//! - [`log`] — the event log: how an event is drafted, written, framed and read again
//! - [`auth`] — roles, callers, memberships, sessions, tokens, passwords, limits
//! - [`live`] — topics, cursors, streams, and hints between the nodes of a cluster
//! - [`change`] — the only way to write: a transaction, a project's change, idempotency, `If-Match`
//! - [`model`] — the rules and their SQL, a file a noun
//! - [`backup`] — the whole instance in one file: written, proved, restored
//! - [`http`] — the wire: one router, the guard, problem details, a file a noun, the page's files
//! - [`jobs`] — sweeps that run by themselves
//! - [`cli`] — the commands; [`client`] reads a server from outside for them and for the tests
//!
//! Beside the folders: [`app`] (what every part of a running server shares), [`config`] (settings) and
//! [`faults`] (mistakes that tests plant, in debug builds).

pub mod app;
pub mod auth;
pub mod backup;
pub mod base;
pub mod change;
pub mod cli;
pub mod client;
pub mod config;
pub mod db;
pub mod faults;
pub mod files;
pub mod http;
pub mod import;
pub mod jobs;
pub mod live;
pub mod log;
pub mod mail;
pub mod markdown;
pub mod model;
pub mod outgoing;
pub mod push;
