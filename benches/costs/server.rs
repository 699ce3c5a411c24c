//! The servers under measurement and the client that asks them. Each build has data of its own; all of them run at
//! once, on the same core, and are asked in turns.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::{Result, SERVER_CORE, cpu::Cpu};

const EMAIL: &str = "alice@example.com";
const PASSWORD: &str = "orchid-lantern-42";

/// A binary, and what it is called in the tables.
#[derive(Clone)]
pub struct Build {
    pub name: String,
    pub binary: PathBuf,
}

/// A running server on data of its own.
pub struct Server {
    pub name: String,
    binary: PathBuf,
    folder: TempDir,
    process: Option<Child>,
    host: String,
    token: String,
    /// The account that the client uses.
    pub user: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Server {
    /// With one account. The data is on the disk that the build is on, not in memory.
    pub async fn new(build: &Build) -> Result<Self> {
        let folder = TempDir::with_prefix_in("costs-", env!("CARGO_TARGET_TMPDIR"))?;
        let mut server = Self {
            name: build.name.clone(),
            binary: build.binary.clone(),
            folder,
            process: None,
            host: String::new(),
            token: String::new(),
            user: String::new(),
        };
        server.add_user()?;
        server.start()?;
        server.sign_in().await?;
        Ok(server)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("taskset");
        command.args(["-c", &SERVER_CORE.to_string()]).arg(&self.binary).args(arguments);
        command.arg("--data").arg(self.folder.path()).args(["--limits", "off", "--log", "warn"]);
        command.stderr(Stdio::inherit());
        command
    }

    fn add_user(&self) -> Result<()> {
        let mut command = self.command(&["user", "add", "--email", EMAIL, "--name", "Alice", "--password-stdin"]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        writeln!(process.stdin.take().ok_or("no standard input")?, "{PASSWORD}")?;
        if process.wait()?.success() { Ok(()) } else { Err("the account could not be made".into()) }
    }

    fn start(&mut self) -> Result<()> {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut process = command.stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(process.stdout.take().ok_or("no standard output")?).lines();
        self.process = Some(process);
        self.host = loop {
            let line = lines.next().ok_or("the server ended at once")??;
            if let Some(host) = line.strip_prefix("listening on http://") {
                break host.to_owned();
            }
        };
        // The rest of its output has to be read, or a full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(())
    }

    fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // Every answered change is durable.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Stop the server, write into its file, and start it again.
    pub fn fill<T>(&mut self, write: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        self.stop();
        let mut file = rusqlite::Connection::open(self.folder.path().join("boardcast.db"))?;
        file.create_collation("C", Ord::cmp)?;
        file.pragma_update(None, "synchronous", "off")?;
        file.pragma_update(None, "cache_size", "-200000")?;
        let transaction = file.transaction()?;
        let written = write(&transaction)?;
        transaction.commit()?;
        file.execute_batch("analyze")?;
        drop(file);
        self.start()?;
        Ok(written)
    }

    async fn sign_in(&mut self) -> Result<()> {
        let client = reqwest::Client::new();
        let origin = format!("http://{}", self.host);
        let post = |path: &str, body: Value| {
            client.post(format!("{origin}/api/v1{path}")).header("origin", &origin).json(&body)
        };
        let answer =
            post("/session", json!({"email": EMAIL, "password": PASSWORD})).send().await?.error_for_status()?;
        let cookie = answer.headers().get("set-cookie").ok_or("signing in set no cookie")?.clone();
        let signed_in: Value = answer.json().await?;
        self.user = text(&signed_in["user"], "id")?;
        let new = json!({"name": "costs", "scopes": ["read", "write"]});
        let created: Value =
            post("/tokens", new).header("cookie", cookie).send().await?.error_for_status()?.json().await?;
        self.token = text(&created, "secret")?;
        Ok(())
    }

    pub fn cpu(&self) -> Result<Cpu> {
        Cpu::of(self.process.as_ref().ok_or("the server is stopped")?.id())
    }

    /// How long the file and its WAL are together.
    pub fn file_bytes(&self) -> u64 {
        let length = |name: &str| fs::metadata(self.folder.path().join(name)).map_or(0, |file| file.len());
        length("boardcast.db") + length("boardcast.db-wal")
    }

    /// A connection that is kept.
    pub async fn client(&self) -> Result<Client> {
        let sender = connect(&self.host).await?;
        Ok(Client { sender, host: self.host.clone(), authorization: format!("Bearer {}", self.token) })
    }
}

async fn connect(host: &str) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// The server's time for something, once; it is idle before and behind.
pub async fn measured<T>(server: &Server, work: impl Future<Output = Result<T>>) -> Result<(T, Duration)> {
    let before = server.cpu()?;
    let done = work.await?;
    // What the server does behind the answer, such as telling streams, belongs to it.
    tokio::time::sleep(Duration::from_millis(2)).await;
    Ok((done, server.cpu()?.since(&before)))
}

pub fn text(value: &Value, field: &str) -> Result<String> {
    value[field].as_str().map(ToOwned::to_owned).ok_or_else(|| format!("no {field} in {value}").into())
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body of an answer that says yes.
    pub fn json(&self) -> Result<Value> {
        if self.status.is_success() {
            Ok(if self.body.is_empty() { Value::Null } else { serde_json::from_slice(&self.body)? })
        } else {
            Err(format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
        }
    }

    pub fn refused(&self, status: u16) -> Result<()> {
        if self.status.as_u16() == status {
            Ok(())
        } else {
            Err(format!("{} instead of {status}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
        }
    }
}

pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    authorization: String,
}

impl Client {
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", &self.host)
            .header("authorization", &self.authorization);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        // The server closes a connection that was idle for long.
        if self.sender.ready().await.is_err() {
            self.sender = connect(&self.host).await?;
        }
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let response = self.sender.send_request(request.body(Full::new(body))?).await?;
        let (parts, body) = response.into_parts();
        Ok(Answer { status: parts.status, headers: parts.headers, body: body.collect().await?.to_bytes() })
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Result<Value> {
        self.send("POST", path, &[], Some(body)).await?.json()
    }

    pub async fn put(&mut self, path: &str, body: Value) -> Result<Value> {
        self.send("PUT", path, &[], Some(body)).await?.json()
    }

    pub async fn patch(&mut self, path: &str, body: Value) -> Result<Value> {
        self.send("PATCH", path, &[], Some(body)).await?.json()
    }

    pub async fn delete(&mut self, path: &str) -> Result<()> {
        self.send("DELETE", path, &[], None).await?.json().map(drop)
    }

    /// An empty project.
    pub async fn project(&mut self, name: &str) -> Result<String> {
        text(&self.post("/projects", json!({"name": name, "template": "empty"})).await?, "id")
    }

    pub async fn column(&mut self, project: &str, name: &str) -> Result<String> {
        text(&self.post(&format!("/projects/{project}/columns"), json!({"name": name})).await?, "id")
    }
}

/// The binary of this build.
pub fn this_build() -> Build {
    Build { name: "this build".into(), binary: Path::new(env!("CARGO_BIN_EXE_boardcast")).to_owned() }
}
