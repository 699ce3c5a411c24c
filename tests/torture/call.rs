//! A request, and what must hold of any answer to it.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::Value;

use crate::{
    law::Law,
    people::{Credential, End},
    support::{Auth, cookie_at},
    world::{Standing, World},
};

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone)]
pub struct Call<'a> {
    world: &'a World,
    pub node: usize,
    by: Arc<Credential>,
    method: Method,
    path: String,
    body: Option<Value>,
    file: Option<String>,
    key: Option<String>,
    if_match: Option<i64>,
    patience: Duration,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub text: String,
    pub cookie: Option<String>,
}

impl Answer {
    pub fn done(&self) -> bool {
        self.status < 300
    }

    /// Not even the server knows.
    pub fn unknown(&self) -> bool {
        self.status == 503 && self.body["outcome"] != "not_done"
    }
}

/// What holds when a request is sent, and may be different when the answer comes.
struct Before {
    ended: bool,
    valid: bool,
    standing: Option<(Standing, u64)>,
    gone: bool,
}

impl World {
    pub fn call(&self, node: usize, by: &Arc<Credential>, method: Method, path: impl Into<String>) -> Call<'_> {
        Call {
            world: self,
            node,
            by: by.clone(),
            method,
            path: path.into(),
            body: None,
            file: None,
            key: None,
            if_match: None,
            patience: PATIENCE,
        }
    }
}

impl Call<'_> {
    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// The bytes of a file instead of JSON.
    pub fn file(mut self, bytes: Option<String>) -> Self {
        self.file = bytes;
        self
    }

    pub fn key(mut self, key: Option<&str>) -> Self {
        self.key = key.map(str::to_owned);
        self
    }

    pub fn if_match(mut self, version: Option<i64>) -> Self {
        self.if_match = version;
        self
    }

    /// Hangs up after this time.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    pub fn at(mut self, node: usize) -> Self {
        self.node = node;
        self
    }

    fn project(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("/projects/")?;
        rest.split(['/', '?']).next()
    }

    /// Nothing when the connection broke, or was cut, before the answer was there.
    pub async fn send(&self) -> Option<Answer> {
        let before = self.before();
        let answer = tokio::time::timeout(self.patience, self.exchange()).await.ok()??;
        self.world.answers.fetch_add(1, Ordering::Relaxed);
        self.judge(&before, &answer);
        Some(answer)
    }

    async fn exchange(&self) -> Option<Answer> {
        let url = self.world.cluster.url(self.node);
        let mut request = self.world.http.request(self.method.clone(), format!("{url}/api/v1{}", self.path));
        match &self.by.auth {
            Auth::Cookie(cookie) => {
                request = request.header("cookie", cookie_at(cookie, &url)).header("origin", &url);
            }
            Auth::Token(secret) => request = request.bearer_auth(secret),
            Auth::None => request = request.header("origin", &url),
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(version) = self.if_match {
            request = request.header("if-match", format!("\"{version}\""));
        }
        if let Some(body) = &self.body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        if let Some(file) = &self.file {
            request = request.header("content-type", "application/octet-stream").header("x-boardcast", "1");
            request = request.body(file.clone());
        }
        let response = request.header("accept", "*/*").send().await.ok()?;
        let status = response.status().as_u16();
        let cookie = response.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|line| line.split(';').next()).map(str::to_owned);
        let text = response.text().await.ok()?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Some(Answer { status, body, text, cookie })
    }

    fn before(&self) -> Before {
        let now = Instant::now();
        Before {
            // A token's end by time is judged a moment later, for the two clocks.
            ended: matches!(self.by.end(), End::Ended(at, _) if now.duration_since(at) > Duration::from_millis(20) || self.by.expires_at.is_none()),
            valid: self.by.is_valid(),
            standing: self.project().map(|project| self.world.standing(project, self.by.person)),
            gone: self
                .project()
                .and_then(|project| self.world.board(project))
                .is_some_and(|board| board.gone_since().is_some()),
        }
    }

    fn judge(&self, before: &Before, answer: &Answer) {
        let status = answer.status;
        let broken = |law, what: &str| {
            let name = &self.world.people[self.by.person].name;
            let (method, path, node, text) = (&self.method, &self.path, self.node, &answer.text);
            self.world
                .verdict
                .broken(law, format!("{what}: {method} {path} by {name} at node {node}: {status} {text}"));
        };
        if status >= 500 && ![503, 507].contains(&status) {
            // Which error of many it was stands in the log.
            // The line may still be on its way: what is logged goes through a queue, and through the reader of the log.
            let mut why = self.world.cluster.last_error(self.node);
            for _ in 0..100 {
                if !why.is_empty() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
                why = self.world.cluster.last_error(self.node);
            }
            return broken(Law::BadInput, &format!("a server error ({why})"));
        }
        if before.ended && ![401, 503].contains(&status) {
            return broken(Law::Revocation, "accepted what had ended before it was asked");
        }
        if before.valid
            && self.by.is_valid()
            && status == 401
            && self.path != "/session"
            && answer.body["code"] != "wrong_credentials"
        {
            return broken(Law::Kept, "a session or token that nobody ended is not known");
        }
        if self.method != Method::GET && (200..300).contains(&status) && !self.by.writes {
            return broken(Law::OnlyMembers, "a change by a token that may only read");
        }
        let Some(project) = self.project() else { return };
        if [401, 503].contains(&status) || answer.body["code"] == "insufficient_scope" {
            return;
        }
        let theirs = self.by.reaches(project);
        let still = before.standing == Some(self.world.standing(project, self.by.person));
        let stands = before.standing.map(|(standing, _)| standing).filter(|_| still);
        if status != 404 && (before.gone || !theirs || stands == Some(Standing::Gone)) {
            return broken(Law::OnlyMembers, "not theirs, or not there any more");
        }
        let ends = self.world.board(project).is_none_or(|board| board.ends());
        if status == 404 && self.path.ends_with("/board") && theirs && !ends && stands == Some(Standing::Member) {
            return broken(Law::Kept, "a member does not find the project");
        }
        if let Some(foreign) = self.foreign(project, &answer.text) {
            broken(Law::OnlyMembers, &format!("something of {foreign} in the answer"));
        }
    }

    /// The tag of another project in a text.
    fn foreign(&self, project: &str, text: &str) -> Option<String> {
        let own = self.world.board(project)?.at;
        foreign_tag(text, own)
    }
}

/// The tag of another project than this one in a text.
pub fn foreign_tag(text: &str, own: usize) -> Option<String> {
    text.match_indices("[p").find_map(|(at, _)| {
        let digits: String = text[at + 2..].chars().take_while(char::is_ascii_digit).collect();
        let ends = text[at + 2 + digits.len()..].starts_with(']');
        (ends && digits.parse() != Ok(own) && !digits.is_empty()).then(|| format!("[p{digits}]"))
    })
}
