//! Web Push: how a message is encrypted for one browser (RFC 8291), signed for its push service (RFC 8292), and handed to
//! it (RFC 8030). Nothing here reads the database.
//!
//! - [`Keys`] — the keys of a browser, and the encryption for it
//! - [`ServerKey`] — by which push services know this server
//! - [`Notice`] — what a message says
//! - [`Pusher`] — hands a message to a push service, and reads what it says to it

mod keys;
mod notice;
mod pusher;
mod server_key;

pub use self::{
    keys::Keys,
    notice::{Notice, Reader, notices},
    pusher::{Message, Outcome, Pusher},
    server_key::ServerKey,
};
