//! Who calls, and what a caller may do.

pub mod audit;
pub mod buckets;
pub mod caller;
pub mod credentials;
pub mod limits;
pub mod membership;
pub mod network;
pub mod passwords;
pub mod pending_sign_ins;
pub mod policy;
pub mod role;
pub mod sessions;
pub mod shares;
pub mod tokens;
pub mod totps;
pub mod user;
