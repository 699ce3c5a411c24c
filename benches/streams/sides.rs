//! The servers that are compared: how each is started, read and written to.

use std::{
    fs::{self, File},
    io::Write,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{client::Client, machine};

const BINARY: &str = env!("CARGO_BIN_EXE_boardcast");
const OWNER: &str = "alice@example.com";
const PASSWORD: &str = "a password for one bench";
/// How many people the streams of Boardcast belong to.
const PEOPLE: usize = 20;
const TASKS: usize = 50;
/// Every title has this many characters, so that all events of a run are about equally long.
const DIGITS: usize = 8;

/// A started server; gone when dropped.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    /// Start it and wait until it says where it listens.
    fn start(mut command: Command, folder: &Path) -> Self {
        let out = folder.join("out");
        let child = command
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(folder.join("errors")).unwrap())
            .spawn()
            .unwrap();
        let mut process = Self { child, address: ([127, 0, 0, 1], 0).into() };
        process.address = process.until("it says where it listens", folder, || {
            let said = fs::read_to_string(&out).unwrap();
            said.lines().find_map(|line| line.strip_prefix("listening on http://")?.parse().ok())
        });
        process
    }

    fn until<T>(&mut self, what: &str, folder: &Path, mut ask: impl FnMut() -> Option<T>) -> T {
        for _ in 0..1_000 {
            if let Some(answer) = ask() {
                return answer;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "ended before {what}: {}", errors(folder));
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("waited in vain until {what}: {}", errors(folder));
    }

    pub fn pids(&self) -> Vec<u32> {
        machine::family(self.child.id())
    }
}

fn errors(folder: &Path) -> String {
    fs::read_to_string(folder.join("errors")).unwrap_or_default()
}

impl Drop for Process {
    fn drop(&mut self) {
        // nginx ends its workers when asked, and would leave them behind if it was killed.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        for _ in 0..100 {
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Boardcast, by the stream of one project or by the stream of everything.
    Project,
    User,
    /// nginx with nchan, with so many workers.
    Nchan(u8),
    Node,
    Axum,
    Bare,
}

impl Kind {
    pub fn name(self) -> String {
        match self {
            Self::Project => "Boardcast, project stream".into(),
            Self::User => "Boardcast, user stream".into(),
            Self::Nchan(1) => "nginx + nchan, 1 worker".into(),
            Self::Nchan(workers) => format!("nginx + nchan, {workers} workers"),
            Self::Node => "Node, `for (…) res.write`".into(),
            Self::Axum => "axum `Sse` + broadcast".into(),
            Self::Bare => "bare epoll loop in C".into(),
        }
    }

    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Project | Self::User)
    }
}

/// One event as Boardcast sent it, as a pattern for what the others send.
#[derive(Clone)]
pub struct Sample {
    epoch: String,
    chain: String,
    data: String,
    seq: u64,
}

impl Sample {
    fn data(&self, number: u64) -> String {
        let seq = self.seq;
        let data = self.data.replacen(&format!("\"seq\":{seq}"), &format!("\"seq\":{number}"), 1);
        data.replacen(&format!("\"version\":{seq}"), &format!("\"version\":{number}"), 1)
    }

    fn frame(&self, number: u64) -> String {
        let Self { epoch, chain, .. } = self;
        format!("id: {epoch}.{number}.{chain}\nevent: task.changed\ndata: {}\n\n", self.data(number))
    }

    pub fn length(&self) -> usize {
        self.frame(self.seq).len()
    }
}

/// A server to read from and write to.
pub struct Side {
    pub kind: Kind,
    pub process: Process,
    requests: Vec<Arc<[u8]>>,
    voice: Voice,
    /// The number of the next event, where it is ours to choose.
    pub number: Arc<AtomicU64>,
    _folder: Arc<TempDir>,
}

/// How events are made.
#[derive(Clone)]
enum Voice {
    /// A change through the API.
    Change { project: String, tasks: Vec<String>, tokens: Vec<String> },
    /// The bytes of the event in a POST.
    Post { sample: Sample, frame: bool },
}

/// Somebody who makes events, with a connection of their own.
pub struct Writer {
    client: Client,
    voice: Voice,
    token: String,
}

impl Writer {
    /// Make the event with this number; answers the number that it got.
    pub fn write(&mut self, number: u64) -> u64 {
        match &self.voice {
            Voice::Change { project, tasks, .. } => {
                let turn = usize::try_from(number).unwrap();
                let path = format!("/api/v1/projects/{project}/tasks/{}", tasks[turn % tasks.len()]);
                let body = json!({"title": format!("Change {number:0DIGITS$}")}).to_string();
                let answer = self.client.call("PATCH", &path, &self.token, &body).json();
                answer["version"].as_u64().unwrap()
            }
            Voice::Post { sample, frame } => {
                let body = if *frame { sample.frame(number) } else { sample.data(number) };
                let headers = "Content-Type: text/plain\r\nX-EventSource-Event: task.changed\r\n";
                let status = self.client.call("POST", "/publish", headers, &body).status;
                assert!((200..300).contains(&status), "{status}");
                number
            }
        }
    }
}

impl Side {
    pub fn pids(&self) -> Vec<u32> {
        self.process.pids()
    }

    pub fn requests(&self) -> Vec<Arc<[u8]>> {
        self.requests.clone()
    }

    pub fn writer(&self, number: usize) -> Writer {
        let token = match &self.voice {
            Voice::Change { tokens, .. } => {
                format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", tokens[number % tokens.len()])
            }
            Voice::Post { .. } => String::new(),
        };
        Writer { client: Client::new(self.process.address), voice: self.voice.clone(), token }
    }
}

fn get(path: &str, more: &str) -> Arc<[u8]> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n{more}\r\n").into_bytes().into()
}

/// Boardcast with its data, its people and a project; servers come and go on it.
pub struct Ours {
    folder: Arc<TempDir>,
    tokens: Vec<String>,
    writers: Vec<String>,
    pub project: String,
    tasks: Vec<String>,
    /// A title that a task has already is no change, so none is used twice, whichever server runs.
    number: Arc<AtomicU64>,
}

impl Ours {
    pub fn new() -> Self {
        let folder = Arc::new(TempDir::with_prefix("boardcast-bench-").unwrap());
        add_owner(folder.path());
        let mut ours = Self {
            folder,
            tokens: vec![],
            writers: vec![],
            project: String::new(),
            tasks: vec![],
            number: Arc::new(1_000.into()),
        };
        let process = ours.serve("warn");
        ours.settle(&process);
        ours
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    fn serve(&self, log: &str) -> Process {
        let mut command = Command::new(BINARY);
        // One writer is stopped by the rate limit, many streams of a person by the caps.
        command.args(["serve", "--listen", "127.0.0.1:0", "--limits", "off", "--log", log, "--data"]);
        command.arg(self.folder.path());
        Process::start(command, self.folder.path())
    }

    fn settle(&mut self, process: &Process) {
        let mut client = Client::new(process.address);
        let origin = format!("Origin: http://{}\r\nContent-Type: application/json\r\n", process.address);
        let session = json!({"email": OWNER, "password": PASSWORD}).to_string();
        let cookie = client.call("POST", "/api/v1/session", &origin, &session).cookie();
        let alice = format!("{origin}Cookie: {cookie}\r\n");
        let new = json!({"name": "Bench", "template": "empty"});
        self.project = text(&post(&mut client, "/projects", &alice, &new), "id");
        let below = format!("/projects/{}", self.project);
        let column = text(&post(&mut client, &format!("{below}/columns"), &alice, &json!({"name": "Doing"})), "id");
        for number in 0..TASKS {
            let new = json!({"title": format!("Task {number}"), "column_id": column});
            self.tasks.push(text(&post(&mut client, &format!("{below}/tasks"), &alice, &new), "id"));
        }
        for _ in 0..4 {
            self.writers.push(mint(&mut client, &alice));
        }
        for number in 0..PEOPLE {
            let invitation = post(&mut client, &format!("{below}/invitations"), &alice, &json!({"role": "viewer"}));
            let account = json!({
                "email": format!("reader-{number}@example.com"),
                "name": format!("Reader {number}"),
                "password": PASSWORD,
                "invitation": text(&invitation, "secret"),
            });
            let answer = client.call("POST", "/api/v1/users", &origin, &account.to_string());
            let reader = format!("{origin}Cookie: {}\r\n", answer.cookie());
            self.tokens.push(mint(&mut client, &reader));
        }
    }

    pub fn start(&self, kind: Kind) -> Side {
        self.start_with_log(kind, "warn")
    }

    pub fn start_with_log(&self, kind: Kind, log: &str) -> Side {
        let voice =
            Voice::Change { project: self.project.clone(), tasks: self.tasks.clone(), tokens: self.writers.clone() };
        let requests = self.requests(kind, "");
        Side {
            kind,
            process: self.serve(log),
            requests,
            voice,
            number: self.number.clone(),
            _folder: self.folder.clone(),
        }
    }

    /// What readers send, with these headers.
    pub fn requests(&self, kind: Kind, more: &str) -> Vec<Arc<[u8]>> {
        let path = match kind {
            Kind::User => "/api/v1/events".to_owned(),
            _ => format!("/api/v1/projects/{}/events", self.project),
        };
        let tokens = self.tokens.iter();
        tokens.map(|token| get(&path, &format!("Authorization: Bearer {token}\r\n{more}"))).collect()
    }

    /// A page of the log, and where the log is.
    pub fn page(&self, side: &Side, client: &mut Client, after: u64, limit: u64) -> Value {
        assert!(side.kind.is_ours());
        let path = format!("/api/v1/projects/{}/events?after={after}&limit={limit}", self.project);
        client.call("GET", &path, &format!("Authorization: Bearer {}\r\n", self.tokens[0]), "").json()
    }

    /// An event as it looks after many changes.
    pub fn sample(&self, side: &Side) -> Sample {
        let seq = side.writer(0).write(1);
        let page = self.page(side, &mut Client::new(side.process.address), seq - 1, 1);
        let cursor: Vec<&str> = page["cursor"].as_str().unwrap().split('.').collect();
        Sample { epoch: cursor[0].into(), chain: cursor[2].into(), data: page["items"][0].to_string(), seq }
    }
}

#[track_caller]
fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}")).to_owned()
}

fn post(client: &mut Client, path: &str, headers: &str, body: &Value) -> Value {
    client.call("POST", &format!("/api/v1{path}"), headers, &body.to_string()).json()
}

fn mint(client: &mut Client, headers: &str) -> String {
    text(&post(client, "/tokens", headers, &json!({"name": "bench", "scopes": ["read", "write"]})), "secret")
}

fn add_owner(folder: &Path) {
    let mut process = Command::new(BINARY)
        .args(["user", "add", "--email", OWNER, "--name", "Alice", "--password-stdin", "--admin", "--data"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(process.stdin.as_mut().unwrap(), "{PASSWORD}").unwrap();
    assert!(process.wait().unwrap().success());
}

/// Start one of the others; the error says what is missing on this machine.
pub fn other(kind: Kind, sample: &Sample) -> Result<Side, String> {
    let folder = Arc::new(TempDir::with_prefix("boardcast-bench-").unwrap());
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/streams");
    let process = match kind {
        Kind::Project | Kind::User => unreachable!("that is us"),
        Kind::Nchan(workers) => nchan(&here, folder.path(), workers)?,
        Kind::Node => {
            let mut command = Command::new("node");
            let version = Command::new("node").arg("--version").output();
            version.map_err(|_| "node is not installed".to_owned())?;
            command.arg(here.join("fanout.mjs"));
            Process::start(command, folder.path())
        }
        Kind::Axum => {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.arg("serve-axum");
            Process::start(command, folder.path())
        }
        Kind::Bare => Process::start(Command::new(bare(&here, folder.path())?), folder.path()),
    };
    let voice = Voice::Post { sample: sample.clone(), frame: matches!(kind, Kind::Node | Kind::Bare) };
    Ok(Side {
        kind,
        process,
        requests: vec![get("/events", "")],
        voice,
        number: Arc::new(1_000.into()),
        _folder: folder,
    })
}

fn bare(here: &Path, folder: &Path) -> Result<PathBuf, String> {
    let program = folder.join("bare");
    let built = Command::new("cc").args(["-O2", "-o"]).arg(&program).arg(here.join("bare.c")).status();
    match built {
        Ok(status) if status.success() => Ok(program),
        _ => Err("there is no C compiler".into()),
    }
}

fn nchan(here: &Path, folder: &Path, workers: u8) -> Result<Process, String> {
    let module = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules"]
        .iter()
        .map(|modules| Path::new(modules).join("ngx_nchan_module.so"))
        .find(|module| module.exists())
        .ok_or("nchan is not installed (Debian: nginx and libnginx-mod-nchan)")?;
    // It does not tell which port it took.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let pattern = fs::read_to_string(here.join("nchan.conf")).unwrap();
    let settings = pattern
        .replace("FOLDER", folder.to_str().unwrap())
        .replace("MODULE", module.to_str().unwrap())
        .replace("WORKERS", &workers.to_string())
        .replace("PORT", &address.port().to_string());
    let file = folder.join("nginx.conf");
    fs::write(&file, settings).unwrap();
    let child = Command::new("nginx")
        .arg("-c")
        .arg(&file)
        .arg("-p")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(folder.join("errors")).unwrap())
        .spawn()
        .map_err(|_| "nginx is not installed")?;
    let mut process = Process { child, address };
    process.until("nginx listens", folder, || TcpStream::connect(address).ok());
    Ok(process)
}
