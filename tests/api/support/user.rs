//! A person who calls the server.

use reqwest::Method;
use serde_json::{Value, json};

use super::{App, Call, Fields, PASSWORD, Project, Stream, app::cookie_at};

#[derive(Clone, Debug)]
pub enum Auth {
    None,
    Cookie(String),
    Token(String),
}

#[derive(Clone)]
pub struct User {
    pub app: App,
    pub id: String,
    pub name: String,
    pub email: String,
    pub auth: Auth,
    /// Whether the replay law is checked after each mutation.
    pub(super) checked: bool,
}

impl User {
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }
    pub fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }
    pub fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }
    pub fn patch(&self, path: &str) -> Call {
        self.call(Method::PATCH, path)
    }
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// A path is one below `/api/v1`, unless it starts with `/api`, `/mcp` or `/calendar/`.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call { user: self.clone(), method, path: path.to_owned(), headers: Vec::new(), body: None }
    }

    /// The same person, without the replay law after each mutation: for many calls at once, which
    /// end with `project.settle()`.
    pub fn unchecked(&self) -> Self {
        Self { checked: false, ..self.clone() }
    }

    /// The same person with a new session.
    pub async fn by_cookie(&self) -> Self {
        let answer =
            self.app.anonymous().post("/session").json(json!({"email": self.email, "password": PASSWORD})).await;
        let auth = Auth::Cookie(answer.cookie());
        answer.ok();
        Self { auth, ..self.clone() }
    }

    /// The same person with a new token, made by the session that this is.
    pub async fn by_token(&self, more: Value) -> Self {
        let mut body = json!({"name": "tests", "scopes": ["read", "write"]});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let token = self.post("/tokens").json(body).await.created();
        Self { auth: Auth::Token(token.str("secret")), ..self.clone() }
    }

    /// The same person at a server that came back at another address.
    pub fn on(&self, app: &App) -> Self {
        let auth = match &self.auth {
            Auth::Cookie(cookie) => Auth::Cookie(cookie_at(cookie, &app.url)),
            auth => auth.clone(),
        };
        Self { app: app.clone(), auth, ..self.clone() }
    }

    pub fn with(&self, auth: Auth) -> Self {
        Self { auth, ..self.clone() }
    }

    /// A project of this person with nothing in it.
    pub async fn project(&self) -> Project {
        self.project_called("A project").await
    }

    pub async fn project_called(&self, name: &str) -> Project {
        let body = json!({"name": name, "template": "empty"});
        let answer = self.post("/projects").json(body).await.created();
        Project::new(self.clone(), &answer).await
    }

    /// Opens a stream at the present.
    pub async fn stream(&self, path: &str) -> Stream {
        Stream::open(self.get(path)).await
    }

    /// Opens a stream, where another was cut if there was one, at a server that may be gone.
    pub async fn attempt_stream(&self, path: &str, cursor: Option<&str>) -> Option<Stream> {
        let call = self.get(path);
        Stream::attempt(match cursor {
            Some(cursor) => call.header("Last-Event-ID", cursor),
            None => call,
        })
        .await
    }

    /// Opens a stream where another was cut.
    pub async fn stream_from(&self, path: &str, cursor: &str) -> Stream {
        Stream::open(self.get(path).header("Last-Event-ID", cursor)).await
    }
}
