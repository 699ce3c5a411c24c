//! What every part needs and what knows of no part.

pub mod chain;
pub mod clock;
pub mod error;
pub mod fold;
pub mod hex;
pub mod histogram;
pub mod ids;
pub mod invisible;
pub mod output;
pub mod rank;
pub mod runs;
pub mod secrets;
pub mod stored_response;
pub mod text;
pub mod tokens;
