//! The server under load, and what it needs before the load begins.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;
use tokio::{task::JoinSet, time};

use super::{Options, Result, api::Api, report::Usage, text};

pub struct Target {
    url: String,
    token: String,
    own: Option<Own>,
}

/// A throw-away server on a throw-away folder.
struct Own {
    process: Child,
    folder: TempDir,
}

impl Drop for Own {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const OWNER: &str = "load@example.com";
const PASSWORD: &str = "a password for one load test";

impl Target {
    pub async fn open(options: &Options) -> Result<Self> {
        if let (Some(url), Some(token)) = (&options.url, &options.token) {
            return Ok(Self { url: url.trim_end_matches('/').into(), token: token.clone(), own: None });
        }
        let folder = TempDir::with_prefix("boardcast-load-").map_err(|error| error.to_string())?;
        let binary = std::env::current_exe().map_err(|error| error.to_string())?;
        add_owner(&binary, &folder)?;
        let process = Command::new(&binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--limits", "off", "--log", "warn", "--data"])
            .arg(folder.path())
            .stdout(fs::File::create(folder.path().join("out")).map_err(|error| error.to_string())?)
            .spawn()
            .map_err(|error| error.to_string())?;
        let own = Own { process, folder };
        let url = listening(&own).await?;
        let nobody = Api { url: url.clone(), credential: ("x-load", String::new()) };
        let cookie = nobody
            .call("POST", "/session", Some(&json!({"email": OWNER, "password": PASSWORD})))
            .await?
            .cookie
            .ok_or("signing in set no cookie")?;
        let token = mint(&Api { url: url.clone(), credential: ("cookie", cookie) }).await?;
        Ok(Self { url, token, own: Some(own) })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn owner(&self) -> Api {
        Api::with_token(&self.url, &self.token)
    }

    /// What the server uses, if it is our own.
    pub fn usage(&self) -> Option<Usage> {
        let pid = self.own.as_ref()?.process.id();
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let kib =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // Behind the name, which may hold spaces: state is the first field, utime and stime the 12th and 13th.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        Some(Usage { kib, cpu_ms: ticks * 10 })
    }

    /// Leave nothing behind but the accounts, which have nothing to see.
    pub async fn close(self, owner: &Api, project: &str) {
        if self.own.is_none()
            && let Err(error) = owner.call("DELETE", &format!("/projects/{project}"), None).await
        {
            tracing::warn!(error, "the project of the load test could not be deleted");
        }
    }
}

fn add_owner(binary: &PathBuf, folder: &TempDir) -> Result<()> {
    use std::io::Write;
    let mut process = Command::new(binary)
        .args(["user", "add", "--email", OWNER, "--name", "Load", "--password-stdin", "--admin", "--data"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(stdin) = &mut process.stdin {
        writeln!(stdin, "{PASSWORD}").map_err(|error| error.to_string())?;
    }
    let status = process.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err("the account for the load test could not be made".into()) }
}

async fn listening(own: &Own) -> Result<String> {
    for _ in 0..500 {
        let out = fs::read_to_string(own.folder.path().join("out")).unwrap_or_default();
        if let Some(url) = out.lines().find_map(|line| line.strip_prefix("listening on ")) {
            return Ok(url.into());
        }
        time::sleep(Duration::from_millis(20)).await;
    }
    Err("the server of the load test did not start".into())
}

async fn mint(api: &Api) -> Result<String> {
    let token = api.send("POST", "/tokens", &json!({"name": "load test", "scopes": ["read", "write"]})).await?;
    text(&token, "secret")
}

pub async fn project(owner: &Api) -> Result<String> {
    let project = owner.send("POST", "/projects", &json!({"name": "Load test", "template": "empty"})).await?;
    text(&project, "id")
}

/// Members with an account and a token of their own, each invited by a link.
pub async fn people(owner: &Api, project: &str, count: usize) -> Result<Vec<String>> {
    let mut coming: JoinSet<Result<String>> = JoinSet::new();
    let mut tokens = vec![];
    for number in 0..count {
        let invitations = format!("/projects/{project}/invitations");
        let secret = text(&owner.send("POST", &invitations, &json!({"role": "viewer"})).await?, "secret")?;
        let nobody = Api { url: owner.url.clone(), credential: ("x-load", String::new()) };
        let email = format!("load-{number}-{project}@example.com");
        coming.spawn(async move {
            let account =
                json!({"email": email, "name": format!("Load {number}"), "password": PASSWORD, "invitation": secret});
            let cookie = nobody.call("POST", "/users", Some(&account)).await?.cookie.ok_or("no cookie")?;
            mint(&Api { url: nobody.url, credential: ("cookie", cookie) }).await
        });
        // Hashing passwords is slow by design; a few at a time are enough.
        if coming.len() >= 4
            && let Some(joined) = coming.join_next().await
        {
            tokens.push(joined.map_err(|error| error.to_string())??);
        }
    }
    while let Some(joined) = coming.join_next().await {
        tokens.push(joined.map_err(|error| error.to_string())??);
    }
    Ok(tokens)
}

pub async fn tasks(owner: &Api, project: &str, count: usize) -> Result<Vec<String>> {
    let column = owner.send("POST", &format!("/projects/{project}/columns"), &json!({"name": "Load"})).await?;
    let column = text(&column, "id")?;
    let mut tasks = vec![];
    for number in 0..count {
        let new = json!({"title": format!("Task {number}"), "column_id": column});
        tasks.push(text(&owner.send("POST", &format!("/projects/{project}/tasks"), &new).await?, "id")?);
    }
    Ok(tasks)
}
