//! Requests to a server, one after the other on a connection that stays open.

use std::{fmt, time::Duration};

use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, time};

/// How long to wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How often a request is made while the server answers 429.
const MAX_ATTEMPTS: u32 = 20;

#[derive(Clone, Debug)]
pub enum Credential {
    None,
    /// The secret of an API token.
    Token(String),
    /// `name=value`
    Cookie(String),
}

/// Why there is no answer to use.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The connection broke, or the server answered 5xx: the same request may succeed later.
    Broken(String),
    /// The server refused, in these words; the same request will be refused again.
    Refused(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Broken(text) | Self::Refused(text)) = self;
        f.write_str(text)
    }
}

impl From<Failure> for String {
    fn from(failure: Failure) -> Self {
        failure.to_string()
    }
}

/// An answer of the server, whatever its status.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    /// The body as it came.
    pub bytes: Bytes,
}

impl Answer {
    /// The cookie that it sets, as `name=value`.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        let cookie = self.headers.get(header::SET_COOKIE)?.to_str().ok()?;
        cookie.split(';').next().map(ToOwned::to_owned)
    }

    /// A field of the body that is a text.
    pub fn text(&self, field: &str) -> Result<String, Failure> {
        let text = self.body[field].as_str().map(ToOwned::to_owned);
        text.ok_or_else(|| Failure::Refused(format!("the server's answer has no {field}")))
    }

    fn retry_after(&self) -> Duration {
        let seconds = self.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        Duration::from_secs(seconds.unwrap_or(1).clamp(1, 60))
    }
}

pub struct Api {
    host: String,
    origin: String,
    credential: Credential,
    connection: Option<http1::SendRequest<Full<Bytes>>>,
}

impl Api {
    pub fn new(url: &str, credential: Credential) -> Result<Self, Failure> {
        Ok(Self { host: super::host(url)?, origin: url.trim_end_matches('/').to_owned(), credential, connection: None })
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer, Failure> {
        self.call("GET", path, None, None).await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Result<Answer, Failure> {
        self.call("POST", path, Some(body), None).await
    }

    pub async fn delete(&mut self, path: &str) -> Result<Answer, Failure> {
        self.call("DELETE", path, None, None).await
    }

    /// Make a request below `/api/v1`, again after a while when the server answers 429. Any other status than 2xx is a failure.
    pub async fn call(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Answer, Failure> {
        let mut attempts = 0;
        loop {
            let answer = self.ask(method, path, body, key).await?;
            attempts += 1;
            if answer.status.is_success() {
                return Ok(answer);
            }
            if answer.status == StatusCode::TOO_MANY_REQUESTS && attempts < MAX_ATTEMPTS {
                time::sleep(answer.retry_after()).await;
                continue;
            }
            let said = answer.body["detail"].as_str().unwrap_or_default();
            let text = format!("{method} {path}: {} {said}", answer.status.as_u16());
            return Err(if answer.status.is_server_error() { Failure::Broken(text) } else { Failure::Refused(text) });
        }
    }

    /// Make one request; an answer of any status is an answer.
    pub async fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Answer, Failure> {
        let failed = |error: &dyn fmt::Display| Failure::Broken(format!("{method} {path}: {error}"));
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::HOST, &self.host)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json")
            // The headers of a page of the same site: without them the server refuses a cookie (CSRF).
            .header("sec-fetch-site", "same-origin")
            .header(header::ORIGIN, &self.origin);
        request = match &self.credential {
            Credential::None => request,
            Credential::Token(secret) => request.header(header::AUTHORIZATION, format!("Bearer {secret}")),
            Credential::Cookie(cookie) => request.header(header::COOKIE, cookie),
        };
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let request = request.body(Full::new(body)).map_err(|error| Failure::Refused(error.to_string()))?;

        let mut connection = self.connected().await?;
        let asked = time::timeout(TIMEOUT, async {
            let response = connection.send_request(request).await?;
            let (head, body) = response.into_parts();
            let bytes = body.collect().await?.to_bytes();
            Ok::<_, hyper::Error>((head, bytes))
        });
        // Put the connection back only now: one that failed is not used again.
        let (head, bytes) = asked.await.map_err(|_| failed(&"no answer"))?.map_err(|error| failed(&error))?;
        self.connection = Some(connection);
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Answer { status: head.status, headers: head.headers, body, bytes })
    }

    async fn connected(&mut self) -> Result<http1::SendRequest<Full<Bytes>>, Failure> {
        if let Some(mut connection) = self.connection.take()
            && connection.ready().await.is_ok()
        {
            return Ok(connection);
        }
        let failed = |error: &dyn fmt::Display| Failure::Broken(format!("{}: {error}", self.origin));
        let stream = TcpStream::connect(&self.host).await.map_err(|error| failed(&error))?;
        stream.set_nodelay(true).map_err(|error| failed(&error))?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
        tokio::spawn(connection);
        Ok(sender)
    }
}
