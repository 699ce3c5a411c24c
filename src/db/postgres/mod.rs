//! The Postgres side: connecting, and the writers of one project, who share a transaction.

pub mod connect;
pub mod project_writers;
