//! Requests to other servers. Their addresses come from people, so all of them go through here: to public addresses and
//! to networks that the settings name, through no proxy, after no redirect, and within a bound of time and bytes.
//!
//! - [`Reach`] — which addresses requests may go to
//! - [`Dial`] — connects to an address that was checked, and looks the name up once
//! - [`Outgoing`] — a client over it

mod addresses;
mod client;
mod dial;

pub use self::{
    addresses::Reach,
    client::{Answer, Outgoing},
    dial::Dial,
};
