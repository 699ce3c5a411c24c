//! A client for requests to addresses that people give: over TLS, within a bound of time and bytes.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, builderstates::WantsSchemes};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use tokio::time::timeout;

use super::{Dial, Reach};
use crate::base::clock::Timestamp;

/// How many bytes of an answer are read, and how many its head may have.
const MOST_BYTES: usize = 64 * 1024;
/// How long a connection is kept for the next request, and how many to one server.
const IDLE: Duration = Duration::from_secs(20);
const MOST_IDLE: usize = 4;

/// Sends requests; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outgoing(Client<HttpsConnector<Dial>, Full<Bytes>>);

/// What a server answered. No more than the beginning of a long body is read, and the body means nothing to this server.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The beginning of the body, on one line.
    #[must_use]
    pub fn excerpt(&self, most: usize) -> String {
        String::from_utf8_lossy(&self.body).chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect()
    }

    /// When the server wants to be asked again: it says a number of seconds, or an instant.
    #[must_use]
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let text = self.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
        Some(Duration::from_millis(u64::try_from(at.saturating_sub(now.0)).unwrap_or(0)))
    }
}

impl Outgoing {
    /// A client for `https` addresses, which trusts the certificates that this machine trusts.
    pub fn new(reach: Reach) -> Result<Self, String> {
        Ok(Self::over(Self::tls()?.https_only().enable_http1().wrap_connector(Dial::new(reach))))
    }

    /// The same, and for `http` addresses in the networks that the settings name.
    pub fn also_plain(reach: Reach) -> Result<Self, String> {
        let dial = Dial::new(reach).plain_inside();
        Ok(Self::over(Self::tls()?.https_or_http().enable_http1().wrap_connector(dial)))
    }

    fn tls() -> Result<HttpsConnectorBuilder<WantsSchemes>, String> {
        HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| format!("there are no certificates that this machine trusts: {error}"))
    }

    fn over(connector: HttpsConnector<Dial>) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MOST_IDLE)
            .http1_max_buf_size(MOST_BYTES)
            .build(connector);
        Self(client)
    }

    /// Send a request, and wait no longer than this for its answer. A redirect is an answer.
    pub async fn send(&self, request: Request<Full<Bytes>>, within: Duration) -> Result<Answer, String> {
        timeout(within, self.ask(request)).await.unwrap_or_else(|_| Err(format!("no answer within {within:?}")))
    }

    async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Answer, String> {
        let answer = self.0.request(request).await.map_err(|error| reason(&error))?;
        let (head, mut rest) = answer.into_parts();
        let mut body = BytesMut::new();
        while body.len() < MOST_BYTES {
            // What breaks off, or goes on for ever, ends here: the connection is closed with it.
            let Some(Ok(frame)) = rest.frame().await else { break };
            if let Ok(bytes) = frame.into_data() {
                body.extend_from_slice(&bytes[..bytes.len().min(MOST_BYTES - body.len())]);
            }
        }
        Ok(Answer { status: head.status, headers: head.headers, body: body.freeze() })
    }
}

/// The innermost cause, which says the most.
fn reason(error: &hyper_util::client::legacy::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
