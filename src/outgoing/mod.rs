//! Requests to other servers. Their addresses come from people, so all of them go through here: to public addresses and
//! to networks that the settings name, through no proxy, after no redirect, and within a bound of time and bytes.
//!
//! - [`Reach`] — which addresses requests may go to
//! - [`check_url`] — whether an address that a person gives can be one of them
//! - [`Dial`] — connects to an address that was checked, and looks the name up once
//! - [`Outgoing`] — a client over it
//! - [`signed_headers`] — messages that a receiver can check (Standard Webhooks)

mod addresses;
mod client;
mod dial;
mod signing;

pub use self::{
    addresses::{Reach, check_url},
    client::{Answer, Outgoing},
    dial::Dial,
    signing::{SigningSecret, signed_headers},
};
