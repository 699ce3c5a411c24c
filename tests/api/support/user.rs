//! Somebody who calls the server, and what every answer has to satisfy.

use std::{
    collections::HashMap,
    future::{Future, IntoFuture},
    pin::Pin,
    process::ExitStatus,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::OnceCell,
};

use super::{
    Fields, Home, Launch, PASSWORD, Project, SOON, Server, Stillborn, Stream, replay,
    server::{ADMIN_EMAIL, Said},
};

/// A server and what the tests know about its projects.
#[derive(Clone)]
pub struct App {
    pub url: String,
    http: reqwest::Client,
    shared: Arc<Shared>,
}

struct Shared {
    server: Mutex<Option<Server>>,
    home: Arc<Home>,
    said: Said,
    addresses: AtomicU64,
    known: Mutex<HashMap<String, Arc<replay::Known>>>,
}

impl App {
    /// The server that all tests share.
    pub async fn shared() -> Self {
        static SHARED: OnceCell<(String, Arc<Shared>)> = OnceCell::const_new();
        let (url, shared) = SHARED.get_or_init(|| start(&[])).await;
        Self::at(url.clone(), shared.clone())
    }

    /// A server of one's own, with these settings.
    pub async fn own(settings: &[(&str, &str)]) -> Self {
        let (url, shared) = start(settings).await;
        Self::at(url, shared)
    }

    /// A server that nobody has set up yet.
    pub async fn untouched(settings: &[(&str, &str)]) -> Self {
        Self::of(&Home::new(settings).await)
    }

    fn at(url: String, shared: Arc<Shared>) -> Self {
        Self { url, http: client(), shared }
    }

    /// A server on data of one's own making.
    pub fn of(home: &Arc<Home>) -> Self {
        let (url, shared) = serve(home, "serve");
        Self::at(url, shared)
    }

    pub fn demo(home: &Arc<Home>) -> Self {
        let (url, shared) = serve(home, "demo");
        Self::at(url, shared)
    }

    /// One more server on the same database.
    pub fn another_node(&self) -> Self {
        Self::of(&self.shared.home)
    }

    pub fn home(&self) -> &Arc<Home> {
        &self.shared.home
    }

    /// What the server wrote to standard output so far.
    pub fn said(&self) -> Vec<String> {
        self.shared.said.lock().unwrap().clone()
    }

    /// `kill -9`, then a new process on the same data. Streams end, the address changes.
    pub fn restart(&mut self) {
        let mut server = self.shared.server.lock().unwrap();
        drop(server.take());
        let next = self.shared.home.start("serve");
        self.url.clone_from(&next.url);
        *server = Some(next);
    }

    /// `kill -9`, then a new process on the same data, at the same address.
    pub fn restart_in_place(&mut self) {
        let mut server = self.shared.server.lock().unwrap();
        drop(server.take());
        *server = Some(self.shared.home.start_at("serve", self.url.trim_start_matches("http://")));
        // The connections of the former one ended with the server.
        self.http = client();
    }

    /// The same, started in another way, in which it may end before it began.
    pub fn restart_as(&mut self, launch: &Launch) -> Result<(), Stillborn> {
        let mut server = self.shared.server.lock().unwrap();
        drop(server.take());
        let next = self.shared.home.launch("serve", launch)?;
        self.url.clone_from(&next.url);
        *server = Some(next);
        Ok(())
    }

    /// Sends the server a signal, by its name.
    pub fn signal(&self, name: &str) {
        self.shared.server.lock().unwrap().as_ref().unwrap().signal(name);
    }

    /// Waits until the server has ended by itself.
    pub async fn ended(&self) -> ExitStatus {
        let shared = self.shared.clone();
        let ended = tokio::task::spawn_blocking(move || shared.server.lock().unwrap().as_ref().unwrap().ended());
        ended.await.unwrap()
    }

    /// What the server wrote to its log so far.
    pub fn log(&self) -> String {
        self.shared.server.lock().unwrap().as_ref().unwrap().log()
    }

    /// The number of the server's process.
    pub fn process(&self) -> u32 {
        self.shared.server.lock().unwrap().as_ref().unwrap().id()
    }

    /// A new process at the address of the last one, which has ended.
    pub fn start_again(&self) {
        let next = self.shared.home.start_at("serve", self.url.trim_start_matches("http://"));
        *self.shared.server.lock().unwrap() = Some(next);
    }

    /// How many connections the server holds, the ones it has still to notice the end of among them.
    pub fn connections(&self) -> usize {
        let port: u16 = self.url.rsplit(':').next().unwrap().parse().unwrap();
        let local = format!(":{port:04X}");
        let table = std::fs::read_to_string(format!("/proc/{}/net/tcp", self.process())).unwrap();
        let held = table.lines().skip(1).filter(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // A socket that no process has any more has no inode; state 0A listens.
            fields[1].ends_with(&local) && fields[3] != "0A" && fields[9] != "0"
        });
        held.count()
    }

    /// The server's resident memory, in KiB.
    pub fn memory(&self) -> i64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Asks the server to finish and waits until it has.
    pub async fn terminate(&self) -> ExitStatus {
        let server = self.shared.server.lock().unwrap().take().unwrap();
        tokio::task::spawn_blocking(move || server.terminate()).await.unwrap()
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> User {
        User {
            app: self.clone(),
            id: String::new(),
            name: "nobody".into(),
            email: String::new(),
            auth: Auth::None,
            checked: true,
        }
    }

    /// A new person, called by token: it costs one password hash, and no header to remember.
    pub async fn sign_up(&self, name: &str) -> User {
        let by_cookie = self.sign_up_by_cookie(name).await;
        by_cookie.by_token(json!({})).await
    }

    /// A new person with the session that signing up gave.
    pub async fn sign_up_by_cookie(&self, name: &str) -> User {
        let email = self.fresh_email(name);
        let answer =
            self.anonymous().post("/users").json(json!({"email": email, "name": name, "password": PASSWORD})).await;
        let cookie = answer.cookie();
        let user = answer.created()["user"].clone();
        User {
            app: self.clone(),
            id: user.id(),
            name: name.to_owned(),
            email,
            auth: Auth::Cookie(cookie),
            checked: true,
        }
    }

    /// An address that nobody has used on this server.
    pub fn fresh_email(&self, name: &str) -> String {
        let n = self.shared.addresses.fetch_add(1, Ordering::Relaxed);
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        format!("{}.{n}@example.com", name.to_lowercase())
    }

    /// The administrator of this instance, who is a member of nothing. Not for tokens.
    pub async fn administrator(&self) -> User {
        let answer = self.anonymous().post("/session").json(json!({"email": ADMIN_EMAIL, "password": PASSWORD})).await;
        let cookie = answer.cookie();
        let user = answer.ok()["user"].clone();
        User {
            app: self.clone(),
            id: user.id(),
            name: user.str("name"),
            email: ADMIN_EMAIL.into(),
            auth: Auth::Cookie(cookie),
            checked: true,
        }
    }

    /// Writes bytes to the port and reads until the server closes: for what no client would send.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        let address = self.url.trim_start_matches("http://");
        // Longer than the server's patience with a head that does not end.
        let patience = SOON * 2;
        let answer = tokio::time::timeout(patience, async {
            let mut socket = TcpStream::connect(address).await.unwrap();
            // A server that refuses early may close before everything is written.
            drop(socket.write_all(bytes).await);
            let mut answer = Vec::new();
            drop(socket.read_to_end(&mut answer).await);
            String::from_utf8_lossy(&answer).into_owned()
        });
        answer.await.expect("an answer, or an end of the connection")
    }

    /// Writes bytes and reads until this comes behind that; for a stream, which does not end.
    pub async fn raw_until(&self, bytes: &[u8], begin: &str, end: &str) -> String {
        let address = self.url.trim_start_matches("http://");
        let answer = tokio::time::timeout(SOON, async {
            let mut socket = TcpStream::connect(address).await.unwrap();
            socket.write_all(bytes).await.unwrap();
            let mut answer = Vec::new();
            loop {
                let text = String::from_utf8_lossy(&answer).into_owned();
                if text.split_once(begin).is_some_and(|(_, rest)| rest.contains(end)) {
                    return text;
                }
                assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0, "it ended: {text}");
            }
        });
        answer.await.expect("what was waited for")
    }

    pub(super) fn known(&self, project: &str) -> Arc<replay::Known> {
        let mut known = self.shared.known.lock().unwrap();
        known.entry(project.to_owned()).or_default().clone()
    }
}

/// A session's cookie under the name that it has at this address: servers on several ports of a host have several names.
pub fn cookie_at(cookie: &str, url: &str) -> String {
    let (_, value) = cookie.split_once('=').unwrap();
    let (_, port) = url.rsplit_once(':').unwrap();
    format!("boardcast-sid-{port}={value}")
}

/// A client belongs to the runtime of the test that made it.
fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    client.pool_max_idle_per_host(64).build().unwrap()
}

async fn start(settings: &[(&str, &str)]) -> (String, Arc<Shared>) {
    let home = Home::new(settings).await;
    home.add_user(ADMIN_EMAIL, "Administrator", true);
    serve(&home, "serve")
}

fn serve(home: &Arc<Home>, what: &str) -> (String, Arc<Shared>) {
    let server = home.start(what);
    let url = server.url.clone();
    let shared = Shared {
        said: server.said.clone(),
        server: Mutex::new(Some(server)),
        home: home.clone(),
        addresses: AtomicU64::default(),
        known: Mutex::default(),
    };
    (url, Arc::new(shared))
}

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
    checked: bool,
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

    /// A path is one below `/api/v1`, unless it starts with `/api`.
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

    /// Opens a stream where another was cut, at a server that may be gone.
    pub async fn attempt_stream(&self, path: &str, cursor: &str) -> Option<Stream> {
        Stream::attempt(self.get(path).header("Last-Event-ID", cursor)).await
    }

    /// Opens a stream where another was cut.
    pub async fn stream_from(&self, path: &str, cursor: &str) -> Stream {
        Stream::open(self.get(path).header("Last-Event-ID", cursor)).await
    }
}

/// A request that is sent when it is awaited.
#[must_use]
#[derive(Clone)]
pub struct Call {
    user: User,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
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
        let url = if self.path.starts_with("/api") {
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
        if self.status >= 400 {
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
