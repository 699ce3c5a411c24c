//! A server as a test holds it, and the people whom it signs up there.

use std::{
    collections::HashMap,
    process::ExitStatus,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::OnceCell,
};

use super::{
    Auth, Fields, Home, Launch, PASSWORD, SOON, Server, Stillborn, User, replay,
    server::{ADMIN_EMAIL, Said},
};

/// A server and what the tests know about its projects.
#[derive(Clone)]
pub struct App {
    pub url: String,
    pub(super) http: reqwest::Client,
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
