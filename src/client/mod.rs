//! A small client of a server's API, for the commands that look at it from outside: [`crate::cli::load`], [`crate::cli::tail`].
//!
//! - [`Api`] — requests, one after the other on a connection that stays open
//! - [`Stream`] — a stream of server-sent events, read without a copy and without an allocation for each frame
//! - [`FrameParser`] — the parser of server-sent events, for any source of bytes; [`StreamResponse`] — with the head and
//!   the chunks of an HTTP answer before it
//! - [`Order`] — whether the numbers of a project's events are contiguous; [`ChainCheck`] — whether each follows from the
//!   one before

mod api;
mod frames;
mod order;
mod response;
mod stream;

pub use api::{Answer, Api, Credential, Failure};
pub use frames::{Frame, FrameParser, OwnedFrame, RawFrame};
pub use order::{Arrival, ChainCheck, Order};
pub use response::StreamResponse;
pub use stream::Stream;

/// `host:port` of an address such as `http://host:port`.
pub fn host(url: &str) -> Result<String, Failure> {
    let host = url.trim_end_matches('/').strip_prefix("http://").unwrap_or_default();
    if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
        return Err(Failure::Refused(format!(
            "{url} must be like http://host:port; TLS is spoken by the proxy in front"
        )));
    }
    Ok(if host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        host.into()
    } else {
        format!("{host}:80")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_its_origin() {
        assert_eq!(host("http://127.0.0.1:8080/").unwrap(), "127.0.0.1:8080");
        assert_eq!(host("http://boards").unwrap(), "boards:80");
        assert_eq!(host("http://[::1]").unwrap(), "[::1]:80");
        for url in ["", "boards", "https://boards", "http://", "http://boards/x", "http://a@b"] {
            assert!(host(url).is_err(), "{url}");
        }
    }
}
