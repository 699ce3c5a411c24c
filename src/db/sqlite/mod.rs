//! The `SQLite` side: one connection that writes, a few that read, and a ballast file for a full disk.

pub mod ballast;
pub mod files;
pub mod readers;
pub mod writer;
