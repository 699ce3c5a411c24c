//! The server under measurement, on a core of its own, and the people and tasks that the load needs.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Result, SERVER_CORE};

const BINARY: &str = env!("CARGO_BIN_EXE_boardcast");
const EMAIL: &str = "alice@example.com";
const PASSWORD: &str = "orchid-lantern-42";

/// A data folder (on the disk that the build is on, not in memory), or a database, and what stands in it.
pub struct Home {
    folder: TempDir,
    database: Option<String>,
    token: String,
    pub projects: Vec<Project>,
}

#[derive(Clone)]
pub struct Project {
    pub id: String,
    pub tasks: Vec<String>,
}

/// A running server.
pub struct Server {
    pub process: Child,
    pub host: String,
    pub token: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // What it promised to keep is kept in any case.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Home {
    /// With one person, who owns `projects` projects of `tasks` tasks.
    pub async fn new(database: Option<String>, projects: usize, tasks: usize) -> Result<Self> {
        let folder = TempDir::with_prefix_in("writes-", env!("CARGO_TARGET_TMPDIR"))?;
        let mut home = Self { folder, database, token: String::new(), projects: vec![] };
        home.add_user()?;
        let server = home.start(&[], None)?;
        home.token = sign_in(&server).await?;
        let api = Api::new(&server, &home.token);
        for number in 0..projects {
            home.projects.push(api.project(number, tasks).await?);
        }
        Ok(home)
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("boardcast.db")
    }

    fn command(&self, pinned: &[&str], what: &[&str]) -> Command {
        let mut command = Command::new("taskset");
        command.args(["-c", &SERVER_CORE.to_string()]).args(pinned).arg(BINARY).args(what);
        command.arg("--data").arg(self.folder.path()).args(["--limits", "off", "--log", "warn"]);
        if let Some(database) = &self.database {
            command.args(["--database", database]);
        }
        command.stderr(Stdio::inherit());
        command
    }

    fn add_user(&self) -> Result<()> {
        let mut command = self.command(&[], &["user", "add", "--email", EMAIL, "--name", "Alice", "--password-stdin"]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        writeln!(process.stdin.take().ok_or("no standard input")?, "{PASSWORD}")?;
        if process.wait()?.success() { Ok(()) } else { Err("the account could not be made".into()) }
    }

    /// Start it with more settings, and with a library that is loaded before all others.
    pub fn start(&self, settings: &[&str], preload: Option<&Path>) -> Result<Server> {
        let mut command = self.command(&[], &["serve", "--listen", "127.0.0.1:0"]);
        command.args(settings);
        if let Some(library) = preload {
            command.env("LD_PRELOAD", library);
        }
        let mut process = command.stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(process.stdout.take().ok_or("no standard output")?).lines();
        let host = loop {
            let line = lines.next().ok_or("the server ended at once")??;
            if let Some(host) = line.strip_prefix("listening on http://") {
                break host.to_owned();
            }
        };
        // It says little more; whatever it is has to be read.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Server { process, host, token: self.token.clone() })
    }
}

/// Compile the library that makes the disk slow.
pub fn slow_disk(folder: &Path) -> Result<PathBuf> {
    let (source, library) = (folder.join("slow_disk.c"), folder.join("slow_disk.so"));
    fs::write(&source, include_str!("slow_disk.c"))?;
    let status = Command::new("cc").args(["-O2", "-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status()?;
    if status.success() { Ok(library) } else { Err("cc could not compile slow_disk.c".into()) }
}

async fn sign_in(server: &Server) -> Result<String> {
    let client = reqwest::Client::new();
    let origin = format!("http://{}", server.host);
    let post =
        |path: &str, body: Value| client.post(format!("{origin}/api/v1{path}")).header("origin", &origin).json(&body);
    let answer = post("/session", json!({"email": EMAIL, "password": PASSWORD})).send().await?.error_for_status()?;
    let cookie = answer.headers().get("set-cookie").ok_or("signing in set no cookie")?.clone();
    let new = json!({"name": "writes", "scopes": ["read", "write"]});
    let minted: Value = post("/tokens", new).header("cookie", cookie).send().await?.error_for_status()?.json().await?;
    text(&minted, "secret")
}

fn text(value: &Value, field: &str) -> Result<String> {
    value[field].as_str().map(ToOwned::to_owned).ok_or_else(|| format!("no {field} in {value}").into())
}

/// The API as the preparations and the checks need it.
pub struct Api {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Api {
    pub fn new(server: &Server, token: &str) -> Self {
        let base = format!("http://{}/api/v1", server.host);
        Self { client: reqwest::Client::new(), base, token: token.into() }
    }

    pub async fn get(&self, path: &str) -> Result<Value> {
        let request = self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    async fn create(&self, path: &str, body: Value) -> Result<String> {
        let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(&body);
        text(&request.send().await?.error_for_status()?.json().await?, "id")
    }

    async fn project(&self, number: usize, tasks: usize) -> Result<Project> {
        let name = format!("Project {number}");
        let id = self.create("/projects", json!({"name": name, "template": "empty"})).await?;
        let column = self.create(&format!("/projects/{id}/columns"), json!({"name": "Doing"})).await?;
        let mut project = Project { id, tasks: vec![] };
        for number in 0..tasks {
            let new = json!({"title": format!("Task {number}"), "column_id": column});
            project.tasks.push(self.create(&format!("/projects/{}/tasks", project.id), new).await?);
        }
        // One changed title, as the bare loop's example.
        let task = format!("{}/projects/{}/tasks/{}", self.base, project.id, project.tasks[0]);
        let patch = self.client.patch(task).bearer_auth(&self.token).json(&json!({"title": "Title 00000"}));
        patch.send().await?.error_for_status()?;
        Ok(project)
    }
}
