//! The server under load: what is made on it before the load begins, and removed afterwards.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;
use tokio::{task::JoinSet, time};

use super::{Options, Result, report::Usage};
use crate::{
    client::{Api, Credential},
    config,
};

/// The server, and what was made on it so far.
pub struct Target {
    pub url: String,
    pub token: String,
    pub project: Option<String>,
    pub people: Vec<Person>,
    pub tasks: Vec<String>,
    own: Option<Own>,
    pid: Option<u32>,
}

/// A member of the project, with an account that was made for the test.
pub struct Person {
    pub token: String,
    token_id: String,
    cookie: String,
}

/// A server that was started for the test, on a temporary folder.
struct Own {
    process: Child,
    folder: TempDir,
    binary: PathBuf,
    streams: usize,
}

impl Drop for Own {
    fn drop(&mut self) {
        // The folder is removed with it, so it need not shut down in order.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const OWNER: &str = "load@example.com";
const PASSWORD: &str = "a password for one load test";
const TASKS: usize = 50;
/// How many accounts are made at the same time: hashing a password is slow by design.
const MAX_JOINING: usize = 4;

impl Target {
    pub async fn open(options: &Options) -> Result<Self> {
        if let (Some(url), Some(token)) = (&options.url, &options.token) {
            let url = url.trim_end_matches('/').to_owned();
            return Ok(Self::new(url, token.clone(), None, options.pid));
        }
        let own = Own::start(options.streams)?;
        let url = own.listening().await?;
        let mut owner = Api::new(&url, Credential::None)?;
        let answer = owner.post("/session", &json!({"email": OWNER, "password": PASSWORD})).await?;
        let (token, _) = mint(&url, answer.cookie().ok_or("signing in set no cookie")?).await?;
        let pid = own.process.id();
        Ok(Self::new(url, token, Some(own), Some(pid)))
    }

    fn new(url: String, token: String, own: Option<Own>, pid: Option<u32>) -> Self {
        Self { url, token, project: None, people: vec![], tasks: vec![], own, pid }
    }

    pub fn owner(&self) -> Result<Api> {
        Ok(Api::new(&self.url, Credential::Token(self.token.clone()))?)
    }

    /// A project with tasks and members.
    pub async fn furnish(&mut self, people: usize) -> Result<()> {
        let mut owner = self.owner()?;
        let project = owner.post("/projects", &json!({"name": "Load test", "template": "empty"})).await?.text("id")?;
        let at = format!("/projects/{project}");
        self.project = Some(project);
        let column = owner.post(&format!("{at}/columns"), &json!({"name": "Load"})).await?.text("id")?;
        for number in 0..TASKS {
            let new = json!({"title": format!("Task {number}"), "column_id": column});
            self.tasks.push(owner.post(&format!("{at}/tasks"), &new).await?.text("id")?);
        }
        let mut joining = JoinSet::new();
        for number in 0..people.max(1) {
            let invitation = owner.post(&format!("{at}/invitations"), &json!({"role": "viewer"})).await?;
            joining.spawn(join(self.url.clone(), at.clone(), number, invitation.text("secret")?));
            if joining.len() >= MAX_JOINING {
                self.joined(joining.join_next().await)?;
            }
        }
        while let Some(person) = joining.join_next().await {
            self.joined(Some(person))?;
        }
        Ok(())
    }

    /// Restart the server, if it was started for the test: hashing all those passwords left it with free memory that the
    /// streams would use, so that they would seem to need none.
    pub async fn refresh(&mut self) -> Result<()> {
        if let Some(own) = &mut self.own {
            own.restart().map_err(|error| format!("the server of the load test: {error}"))?;
            self.pid = Some(own.process.id());
            self.url = own.listening().await?;
            // The memory that the first request needs is not to be counted for the streams.
            self.head().await?;
        }
        Ok(())
    }

    fn joined(&mut self, person: Option<std::result::Result<Result<Person>, tokio::task::JoinError>>) -> Result<()> {
        if let Some(person) = person {
            self.people.push(person.map_err(|error| error.to_string())??);
        }
        Ok(())
    }

    /// The number of the project's last event.
    pub async fn head(&self) -> Result<i64> {
        let project = self.project.as_deref().unwrap_or_default();
        let page = self.owner()?.get(&format!("/projects/{project}/events?after=0&limit=1")).await;
        // The first page of a log that was trimmed is refused. The board always has the number.
        let page = match page {
            Ok(page) if page.body["head"].is_i64() => page.body["head"].clone(),
            _ => self.owner()?.get(&format!("/projects/{project}/board")).await?.body["seq"].clone(),
        };
        page.as_i64().ok_or_else(|| "the server does not say how far the project is".into())
    }

    /// The memory and the processor time of the server, if its process is known.
    pub fn usage(&self) -> Option<Usage> {
        let pid = self.pid?;
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let kib =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // Fields are counted from the name on, which may hold spaces: utime and stime are the 12th and 13th after it, in
        // hundredths of a second.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        Some(Usage { kib, cpu_ms: ticks * 10 })
    }

    /// Remove what was made. Answers what stays, if anything.
    pub async fn close(self) -> Option<String> {
        if self.own.is_some() {
            return None;
        }
        let mut stays = vec![];
        if let Some(project) = &self.project {
            let deleted = match self.owner() {
                Ok(mut owner) => owner.delete(&format!("/projects/{project}")).await.map_err(String::from),
                Err(error) => Err(error),
            };
            if let Err(error) = deleted {
                stays.push(format!("the project \"Load test\", which could not be deleted ({error})"));
            }
        }
        for person in &self.people {
            // An error changes little: without the project the token reaches nothing, and the cookie is not kept.
            if let Ok(mut api) = Api::new(&self.url, Credential::Cookie(person.cookie.clone())) {
                let _ = api.delete(&format!("/tokens/{}", person.token_id)).await;
                let _ = api.delete("/session").await;
            }
        }
        if !self.people.is_empty() {
            stays.push(format!(
                "{} accounts load-…@example.com, which belong to nothing; an administrator can disable them",
                self.people.len()
            ));
        }
        (!stays.is_empty()).then(|| format!("What stays on {}: {}.", self.url, stays.join("; ")))
    }
}

impl Own {
    fn start(streams: usize) -> Result<Self> {
        let said = |error: std::io::Error| format!("the server of the load test: {error}");
        let folder = TempDir::with_prefix("boardcast-load-").map_err(said)?;
        let binary = std::env::current_exe().map_err(said)?;
        add_owner(&binary, folder.path())?;
        let process = serve(&binary, folder.path(), streams).map_err(said)?;
        Ok(Self { process, folder, binary, streams })
    }

    /// Start the same server in a new process.
    fn restart(&mut self) -> std::io::Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        self.process = serve(&self.binary, self.folder.path(), self.streams)?;
        Ok(())
    }

    async fn listening(&self) -> Result<String> {
        for _ in 0..500 {
            let out = fs::read_to_string(self.folder.path().join("out")).unwrap_or_default();
            if let Some(url) = out.lines().find_map(|line| line.strip_prefix("listening on ")) {
                return Ok(url.into());
            }
            time::sleep(Duration::from_millis(20)).await;
        }
        Err("the server of the load test did not start".into())
    }
}

fn serve(binary: &Path, folder: &Path, streams: usize) -> std::io::Result<Child> {
    command(binary, folder)
        .args(["serve", "--listen", "127.0.0.1:0", "--limits", "off", "--log", "warn", "--connections"])
        .arg((streams + 1_000).to_string())
        .stdin(Stdio::null())
        .stdout(fs::File::create(folder.join("out"))?)
        // Ctrl-C is to reach this process only: the server has to serve until the streams are counted.
        .process_group(0)
        .spawn()
}

/// This binary on a folder, without the settings of another server in the environment.
fn command(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    for name in config::KNOWN {
        command.env_remove(name);
    }
    command.arg("--data").arg(folder);
    command
}

fn add_owner(binary: &Path, folder: &Path) -> Result<()> {
    use std::io::Write;
    let said = |error: std::io::Error| error.to_string();
    let mut process = command(binary, folder)
        .args(["user", "add", "--email", OWNER, "--name", "Load", "--password-stdin", "--admin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(said)?;
    if let Some(stdin) = &mut process.stdin {
        writeln!(stdin, "{PASSWORD}").map_err(said)?;
    }
    let status = process.wait().map_err(said)?;
    if status.success() { Ok(()) } else { Err("the account for the load test could not be made".into()) }
}

/// Make a token. Answers its secret and its id.
async fn mint(url: &str, cookie: String) -> Result<(String, String)> {
    let mut api = Api::new(url, Credential::Cookie(cookie))?;
    let token = api.post("/tokens", &json!({"name": "load test", "scopes": ["read", "write"]})).await?;
    Ok((token.text("secret")?, token.text("id")?))
}

/// Sign up by an invitation.
async fn join(url: String, project: String, number: usize, invitation: String) -> Result<Person> {
    let id = project.rsplit('/').next().unwrap_or_default();
    let account = json!({
        "email": format!("load-{number}-{id}@example.com"),
        "name": format!("Load {number}"),
        "password": PASSWORD,
        "invitation": invitation,
    });
    let answer = Api::new(&url, Credential::None)?.post("/users", &account).await?;
    let cookie = answer.cookie().ok_or("signing up set no cookie")?;
    let (token, token_id) = mint(&url, cookie.clone()).await?;
    Ok(Person { token, token_id, cookie })
}
