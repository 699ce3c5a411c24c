//! The process under test and the place where it keeps its data.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use boardcast::config::{Commit, Config, LogFormat, SignUp, Switch};
use sqlx::{Connection, Executor};

use super::{LogReader, PASSWORD, SOON};

const BINARY: &str = env!("CARGO_BIN_EXE_boardcast");
pub const ADMIN_EMAIL: &str = "administrator@example.com";

/// How a server is started where it is not as people do it: with switches that only tests set, through another
/// program that becomes it.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    pub address: Option<String>,
    pub settings: Vec<(String, String)>,
    pub through: Vec<String>,
    /// Who reads its log; a file takes it when absent.
    pub log_reader: Option<LogReader>,
    /// A folder for its data, other than its home's.
    pub data: Option<PathBuf>,
}

impl Launch {
    pub fn at(mut self, address: &str) -> Self {
        self.address = Some(address.to_owned());
        self
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn read_by(mut self, reader: &LogReader) -> Self {
        self.log_reader = Some(reader.clone());
        self
    }

    pub fn on(mut self, data: &Path) -> Self {
        self.data = Some(data.to_owned());
        self
    }

    /// These words stand before the program and its arguments; the last of them is to `exec` it.
    pub fn through(mut self, words: &[&str]) -> Self {
        self.through = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }
}

/// A server that ended before it said where it listens.
#[derive(Debug)]
pub struct Stillborn {
    pub status: ExitStatus,
    pub log: String,
}

/// A data folder and, on Postgres, a database; both are gone when it is dropped.
pub struct Home {
    data: PathBuf,
    database: Option<String>,
    settings: Vec<(String, String)>,
}

impl Home {
    pub async fn new(settings: &[(&str, &str)]) -> Arc<Self> {
        let postgres = std::env::var("BOARDCAST_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
        Self::on(postgres.as_deref(), settings).await
    }

    /// On a database of its own in this Postgres, else on files.
    pub async fn on(postgres: Option<&str>, settings: &[(&str, &str)]) -> Arc<Self> {
        let name = fresh_name();
        let database = match postgres {
            Some(url) => Some(create_database(url, &name).await),
            None => None,
        };
        Self::at(std::env::temp_dir().join(name), database, settings)
    }

    /// On files, whatever the other tests run on.
    pub fn of_files() -> Arc<Self> {
        Self::at(std::env::temp_dir().join(fresh_name()), None, &[])
    }

    /// On files in a folder that the caller made.
    pub fn in_folder(data: &Path) -> Arc<Self> {
        Self::at(data.to_owned(), None, &[])
    }

    /// The same database by another address, or a copy of it, with a folder of its own.
    pub fn with_database(&self, url: &str) -> Arc<Self> {
        let settings: Vec<_> = self.settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        Self::at(std::env::temp_dir().join(fresh_name()), Some(url.to_owned()), &settings)
    }

    /// A copy of the data as it is now, while no server runs on it: what a backup is.
    pub async fn copy(&self) -> Arc<Self> {
        let settings: Vec<_> = self.settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let name = fresh_name();
        let database = match &self.database {
            Some(url) => Some(copy_database(url, &name).await),
            None => None,
        };
        let copy = Self::at(std::env::temp_dir().join(name), database, &settings);
        for file in std::fs::read_dir(&self.data).unwrap().map(|entry| entry.unwrap().file_name()) {
            if file.to_string_lossy().starts_with("boardcast.db") {
                std::fs::copy(self.data.join(&file), copy.data.join(&file)).unwrap();
            }
        }
        copy
    }

    fn at(data: PathBuf, database: Option<String>, more: &[(&str, &str)]) -> Arc<Self> {
        std::fs::create_dir_all(&data).unwrap();
        let mut settings = BTreeMap::from([("BOARDCAST_SIGNUP", "open"), ("BOARDCAST_LIMITS", "off")]);
        settings.extend(more.iter().copied());
        let settings = settings.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Arc::new(Self { data, database, settings })
    }

    /// Where everything is kept.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The address of the database, for tests that disturb it.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The settings of a server on this data, for opening it in this process while none runs.
    pub fn config(&self) -> Config {
        Config {
            config: None,
            listen: ([127, 0, 0, 1], 0).into(),
            data: self.data.clone(),
            database: self.database.clone(),
            pool: None,
            redis: None,
            public_url: None,
            signup: SignUp::Open,
            limits: Switch::Off,
            commit: Commit::Shared,
            connections: 100,
            connections_per_address: None,
            body_memory: 64,
            projects_per_person: 1_000,
            sessions_per_person: 100,
            dependencies_per_task: 200,
            attachment_limit: 25 * 1024 * 1024,
            import_limit: 100 * 1024 * 1024,
            project_quota: None,
            history: None,
            files: None,
            backup_to: None,
            backup_every: Duration::from_hours(24),
            backup_keep: 7,
            proxies: vec![],
            hosts: vec![],
            cors_origins: vec![],
            outgoing_networks: vec![],
            smtp: None,
            mail_from: None,
            mail_delay: 0,
            metrics: None,
            log: "warn".into(),
            settings: vec![],
            log_format: LogFormat::Text,
        }
    }

    /// A command of the binary on this data, deaf to settings of whoever runs the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_through(&[], arguments)
    }

    fn command_through(&self, through: &[String], arguments: &[&str]) -> Command {
        self.command_on(&self.data, through, arguments)
    }

    fn command_on(&self, data: &Path, through: &[String], arguments: &[&str]) -> Command {
        let mut words = through.iter().map(String::as_str).chain([BINARY]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words);
        for (key, _) in std::env::vars() {
            if key.starts_with("BOARDCAST_") && key != "BOARDCAST_TEST_STATEMENTS" {
                command.env_remove(key);
            }
        }
        command.args(arguments).arg("--data").arg(data);
        if let Some(url) = &self.database {
            command.arg("--database").arg(url);
        }
        command.current_dir(&self.data);
        command
    }

    /// `boardcast user add`, as an administrator would type it.
    pub fn add_user(&self, email: &str, name: &str, admin: bool) {
        let mut command = self.command(&["user", "add", "--email", email, "--name", name]);
        command.arg("--password-stdin");
        if admin {
            command.arg("--admin");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        writeln!(stdin, "{PASSWORD}").unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "user add: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts the server, by `serve` or `demo`, and returns when it says where it listens.
    pub fn start(&self, what: &str) -> Server {
        self.start_at(what, "127.0.0.1:0")
    }

    /// The same where others expect it.
    pub fn start_at(&self, what: &str, address: &str) -> Server {
        self.launch(what, &Launch::default().at(address)).unwrap_or_else(|stillborn| {
            panic!("the server did not say where it listens; it ended with {}: {}", stillborn.status, stillborn.log)
        })
    }

    /// The same in another way, in which it may end before it began.
    pub fn launch(&self, what: &str, launch: &Launch) -> Result<Server, Stillborn> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::var("BOARDCAST_TEST_LOGS").map_or(self.data.clone(), PathBuf::from);
        let log = folder.join(format!("server-{}-{}.log", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        let address = launch.address.as_deref().unwrap_or("127.0.0.1:0");
        let data = launch.data.as_ref().unwrap_or(&self.data);
        let mut command = self.command_on(data, &launch.through, &[what, "--listen", address]);
        command.envs(self.settings.iter().map(|(key, value)| (key, value)));
        command.envs(launch.settings.iter().map(|(key, value)| (key, value)));
        command.env("RUST_BACKTRACE", "1");
        let file = File::create(&log).unwrap();
        let piped = launch.log_reader.is_some();
        let stderr = if piped { Stdio::piped() } else { file.try_clone().unwrap().into() };
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        if let (Some(reader), Some(stderr)) = (&launch.log_reader, child.stderr.take()) {
            reader.read(stderr, file);
        }
        let guard = guard(child.id(), &self.data);

        // Its standard output is read to the end, or a full pipe would stop it some day.
        let stdout = child.stdout.take().unwrap();
        let said = Said::default();
        let (tell, hear) = mpsc::channel();
        let keep = said.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Nobody hears what comes after the address; reading on is what matters.
                keep.lock().unwrap().push(line.clone());
                drop(tell.send(line));
            }
        });
        let url = loop {
            match hear.recv_timeout(Duration::from_mins(1)) {
                Ok(line) if line.starts_with("listening on http://") => {
                    let url = line.trim_start_matches("listening on ");
                    break Some(url.split_whitespace().next().unwrap().to_owned());
                }
                Ok(_) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break None,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!(
                    "the server did not say where it listens; it wrote {said:?} and {}",
                    std::fs::read_to_string(&log).unwrap_or_default()
                ),
            }
        };
        let Some(url) = url else {
            let status = child.wait().unwrap();
            drop(guard);
            return Err(Stillborn { status, log: std::fs::read_to_string(&log).unwrap_or_default() });
        };
        let url = url.trim_end_matches('/').to_owned();
        Ok(Server { url, said, log, child: Mutex::new(child), guard: Mutex::new(Some(guard)) })
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // A folder that stays behind harms nobody; a panic while dropping would hide the test's own.
        drop(std::fs::remove_dir_all(&self.data));
    }
}

/// The lines of standard output so far: the setup link is there.
pub type Said = Arc<Mutex<Vec<String>>>;

/// A running process; dead when dropped.
pub struct Server {
    pub url: String,
    pub said: Said,
    log: PathBuf,
    child: Mutex<Child>,
    guard: Mutex<Option<Guard>>,
}

impl Server {
    /// `kill -9`, and waits until it is gone.
    pub fn kill(&self) {
        // The guard goes first: it would kill whoever gets the number next.
        drop(self.guard.lock().unwrap().take());
        let mut child = self.child.lock().unwrap();
        drop(child.kill());
        drop(child.wait());
    }

    /// Waits until it has ended by itself.
    pub fn ended(&self) -> ExitStatus {
        self.ended_within(SOON * 3).expect("the server goes on")
    }

    /// The same, for so long.
    pub fn ended_within(&self, time: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + time;
        let status = loop {
            if let Some(status) = self.child.lock().unwrap().try_wait().unwrap() {
                break status;
            }
            if Instant::now() > deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        drop(self.guard.lock().unwrap().take());
        Some(status)
    }

    /// Sends it a signal, by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// What it wrote to standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn id(&self) -> u32 {
        self.child.lock().unwrap().id()
    }

    /// Asks it to finish, as a service manager does, and waits until it has.
    pub fn terminate(&self) -> ExitStatus {
        self.signal("TERM");
        let status = self.child.lock().unwrap().wait().unwrap();
        drop(self.guard.lock().unwrap().take());
        status
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A shell that outlives the test program by a moment: statics are never dropped and a test
/// program can itself be killed, but either way the pipe to the shell closes. Dropped, it does nothing any more.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn guard(server: u32, data: &Path) -> Guard {
    let shell = Command::new("sh")
        .args([
            "-c",
            r#"trap '' INT TERM HUP; read -r _; kill -9 "$1"; rm -rf "$2" || { sleep 1; rm -rf "$2"; }"#,
            "guard",
        ])
        .arg(server.to_string())
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Guard(shell.unwrap())
}

fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("boardcast_test_{}_{n}", std::process::id())
}

async fn create_database(administrator: &str, name: &str) -> String {
    let mut connection = sqlx::PgConnection::connect(administrator).await.unwrap();
    let statement = sqlx::AssertSqlSafe(format!(r#"create database "{name}""#));
    connection.execute(statement).await.unwrap();
    let mut url = reqwest::Url::parse(administrator).unwrap();
    url.set_path(name);
    url.to_string()
}

/// A copy of a database to which nothing is connected, or is about to be no more.
async fn copy_database(url: &str, name: &str) -> String {
    let mut url = reqwest::Url::parse(url).unwrap();
    let original = url.path().trim_start_matches('/').to_owned();
    url.set_path("postgres");
    let mut connection = sqlx::PgConnection::connect(url.as_str()).await.unwrap();
    let copy = format!(r#"create database "{name}" template "{original}""#);
    super::soon("a database without connections", async {
        while connection.execute(sqlx::AssertSqlSafe(copy.clone())).await.is_err() {}
    })
    .await;
    url.set_path(name);
    url.to_string()
}
