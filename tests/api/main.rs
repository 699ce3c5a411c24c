//! The whole server from outside. Every test makes its own people and projects, so that all of
//! them run at once against one process; the replay law is checked after every mutation.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test ends with a panic, reads its own settings and makes ids that nobody has"
)]

mod support;
