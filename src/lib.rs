//! Boardcast: the project board on which nothing is ever stale and nothing is ever lost.
//!
//! The path of a change, and the files it passes through:
//!
//! - [`http`] — the wire: one router, extractors, problem details, streams, the page's files
//! - [`access`] — [`access::Member`]: the proof that a caller may
//! - [`model`] — the rules and their SQL, a file a noun
//! - [`change`] — [`change::Change`]: the only way to write to a project
//! - [`event`] — what a project can tell its readers, and its log
//! - [`hub`] — who listens: rings, cursors, signals
//! - [`jobs`] — what runs by itself
//! - [`db`] — one SQL text, two databases
//! - [`load`], [`tail`] — commands that look at a server from outside, with the [`client`]
//! - [`faults`] — mistakes planted by tests, in debug builds
//!
//! Small ones, one duty each: [`app`], [`cli`], [`config`], [`clock`], [`error`], [`ids`], [`limits`],
//! [`passwords`], [`rank`], [`secrets`], [`serve`], [`text`].

pub mod access;
pub mod app;
pub mod change;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod event;
pub mod faults;
pub mod http;
pub mod hub;
pub mod ids;
pub mod jobs;
pub mod limits;
pub mod load;
pub mod model;
pub mod passwords;
pub mod rank;
pub mod secrets;
pub mod serve;
pub mod tail;

pub mod text;
