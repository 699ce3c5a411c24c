//! The whole instance in one file: what the database holds at one moment, and every attachment that it refers to.
//!
//! - `container` — the file: a tar compressed with zstd, its first entry, its manifest
//! - [`write`](mod@write) — making one while servers run
//! - [`inspect`] — reading one whole: is it what its manifest says?
//! - [`restore`] — into a database that is empty
//! - [`prove`] — each log by its chain, and each project by folding its log
//! - [`scheduled`] — the folder of the backups that a server makes by itself

mod container;
pub mod inspect;
pub mod prove;
pub mod restore;
pub mod scheduled;
pub mod write;

pub use container::Manifest;
