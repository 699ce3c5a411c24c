//! A small client of the API, with a connection a request: what is measured is the streams.

use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::Result;

#[derive(Clone, Debug)]
pub struct Api {
    /// `http://host:port`
    pub url: String,
    /// A header that shows who calls.
    pub credential: (&'static str, String),
}

/// An answer: the cookie that it sets, and its body.
pub struct Answer {
    pub cookie: Option<String>,
    pub body: Value,
}

pub fn host(url: &str) -> Result<&str> {
    url.strip_prefix("http://").ok_or_else(|| "the load test speaks plain http:// (behind the TLS proxy)".into())
}

impl Api {
    pub fn with_token(url: &str, token: &str) -> Self {
        Self { url: url.into(), credential: ("authorization", format!("Bearer {token}")) }
    }

    pub async fn get(&self, path: &str) -> Result<Value> {
        Ok(self.call("GET", path, None).await?.body)
    }

    pub async fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        Ok(self.call(method, path, Some(body)).await?.body)
    }

    /// One request; anything but 2xx is an error with the server's own words.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        let failed = |error: &dyn std::fmt::Display| format!("{method} {path}: {error}");
        let host = host(&self.url)?;
        let stream = TcpStream::connect(host).await.map_err(|error| failed(&error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
        tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", host)
            .header("origin", &self.url)
            .header("content-type", "application/json")
            .header(self.credential.0, &self.credential.1)
            .body(Full::new(body.map(|body| Bytes::from(body.to_string())).unwrap_or_default()))
            .map_err(|error| failed(&error))?;
        let response = sender.send_request(request).await.map_err(|error| failed(&error))?;
        let status = response.status();
        let cookie = response.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(ToOwned::to_owned);
        let bytes = response.into_body().collect().await.map_err(|error| failed(&error))?.to_bytes();
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if !status.is_success() {
            return Err(failed(&format!("{status} {}", body["detail"].as_str().unwrap_or_default())));
        }
        Ok(Answer { cookie, body })
    }
}
