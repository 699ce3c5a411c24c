//! A request, and what its answer has to satisfy.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
};

use reqwest::{Method, header::HeaderMap};
use serde_json::Value;

use super::{Auth, Fields, SOON, User, documented};

/// A request that is sent when it is awaited.
#[must_use]
#[derive(Clone)]
pub struct Call {
    pub(super) user: User,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
}

impl Call {
    pub fn json(self, body: Value) -> Self {
        let bytes = serde_json::to_vec(&body).unwrap();
        self.bytes("application/json", bytes)
    }

    pub fn bytes(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("Content-Type", media_type)
    }

    /// Replaces what the harness would have sent; an empty value sends none.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same request once more.
    pub fn again(&self) -> Self {
        self.clone()
    }

    /// `Idempotency-Key`.
    pub fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    pub fn if_match(self, version: i64) -> Self {
        self.header("If-Match", &format!("\"{version}\""))
    }

    fn changes(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    fn given(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Sends it and leaves the answer's body to the caller.
    pub async fn open(&self) -> reqwest::Result<reqwest::Response> {
        let app = &self.user.app;
        let url = if ["/api", "/mcp", "/calendar/"].iter().any(|begin| self.path.starts_with(begin)) {
            format!("{}{}", app.url, self.path)
        } else {
            format!("{}/api/v1{}", app.url, self.path)
        };
        let mut request = app.http.request(self.method.clone(), url);
        match &self.user.auth {
            Auth::Token(secret) if !self.given("Authorization") => {
                request = request.bearer_auth(secret);
            }
            Auth::Cookie(cookie) if !self.given("Cookie") => {
                request = request.header("Cookie", cookie);
            }
            _ => {}
        }
        // A page would send this by itself; a program with a cookie has to.
        if self.changes() && !matches!(self.user.auth, Auth::Token(_)) && !self.given("Origin") {
            request = request.header("Origin", &app.url);
        }
        for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(name, value);
        }
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        request.send().await
    }

    /// Sends it; an error when the connection broke before the answer was whole.
    pub async fn attempt(self) -> reqwest::Result<Answer> {
        let what = format!("{} {} by {}", self.method, self.path, self.user.name);
        let response = self.open().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answer = Answer { what, status, headers, text, body };
        answer.check(self.changes());
        let missing = documented::missing(self.method.as_str(), &self.path, answer.status);
        assert!(missing.is_none(), "{missing:?}: {} {}", answer.what, answer.text);
        if self.user.checked
            && self.changes()
            && answer.status < 300
            && let Some(project) = self.project(&answer)
        {
            self.user.app.known(&project).check(&self.user, &project).await;
        }
        Ok(answer)
    }

    /// Which project a mutation changed.
    fn project(&self, answer: &Answer) -> Option<String> {
        if self.path == "/projects" {
            return answer.body["id"].as_str().map(str::to_owned);
        }
        if self.path == "/invitations/accept" {
            return answer.body["project"]["id"].as_str().map(str::to_owned);
        }
        if self.path.starts_with("/trash/") {
            return answer.body["id"].as_str().map(str::to_owned);
        }
        let rest = self.path.strip_prefix("/projects/")?;
        let id = rest.split(['/', '?']).next()?;
        Some(id.to_owned())
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let what = format!("{} {}", self.method, self.path);
            match tokio::time::timeout(SOON * 3, self.attempt()).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => panic!("{what}: {error:?}"),
                Err(_) => panic!("{what}: no answer in {:?}", SOON * 3),
            }
        })
    }
}

#[derive(Debug, Clone)]
pub struct Answer {
    what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    /// What holds for every answer, whatever was asked.
    #[track_caller]
    fn check(&self, changed: bool) {
        let Self { what, text, .. } = self;
        assert_ne!(self.status, 500, "{what}: {text}");
        assert!(!self.header("x-request-id").is_empty(), "{what}: no X-Request-Id");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{what}");
        // A snapshot may be kept, and has to be asked about each time.
        let cached = self.header("cache-control");
        assert!(["no-store", "private, no-cache"].contains(&cached), "{what}: {cached}");
        // Another protocol has its own way to say what is wrong.
        if self.status >= 400 && self.body["jsonrpc"].is_null() {
            assert_eq!(self.header("content-type"), "application/problem+json", "{what}: {text}");
            let body = &self.body;
            assert_eq!(body["status"], self.status, "{what}: {text}");
            assert_eq!(body["request_id"], self.header("x-request-id"), "{what}: {text}");
            for field in ["type", "title", "code", "detail"] {
                assert!(body[field].is_string(), "{what}: no {field} in {text}");
            }
        } else if changed && let Some(version) = self.body["version"].as_i64() {
            assert_eq!(self.header("etag"), format!("\"{version}\""), "{what}");
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// `name=value` of the session cookie that this answer sets.
    #[track_caller]
    pub fn cookie(&self) -> String {
        match self.set_cookie().and_then(|line| line.split(';').next().map(str::to_owned)) {
            Some(cookie) => cookie,
            None => panic!("{}: no cookie; {} {}", self.what, self.status, self.text),
        }
    }

    pub fn set_cookie(&self) -> Option<String> {
        let header = self.headers.get("set-cookie")?;
        Some(header.to_str().unwrap().to_owned())
    }

    #[track_caller]
    pub fn status(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text);
        self.body
    }

    #[track_caller]
    pub fn ok(self) -> Value {
        self.status(200)
    }

    #[track_caller]
    pub fn created(self) -> Value {
        self.status(201)
    }

    #[track_caller]
    pub fn no_content(self) {
        assert_eq!(self.text, "", "{}: {}", self.what, self.status);
        self.status(204);
    }

    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{}: {}", self.what, self.text);
        self.body
    }

    /// Parseable and wrong, with the field that is.
    #[track_caller]
    pub fn invalid(self, pointer: &str) -> Value {
        let (what, text) = (self.what.clone(), self.text.clone());
        let body = self.problem(422, "invalid");
        let errors = body.list("errors");
        assert!(!errors.is_empty(), "{what}: {text}");
        for error in &errors {
            assert!(error["detail"].is_string(), "{what}: {text}");
        }
        assert!(errors.iter().any(|error| error["pointer"] == pointer), "{what}: no error at {pointer}: {text}");
        body
    }

    /// The same as for something that never existed.
    #[track_caller]
    pub fn not_found(self) -> Value {
        let mut body = self.problem(404, "not_found");
        body.as_object_mut().unwrap().remove("request_id");
        body
    }
}
