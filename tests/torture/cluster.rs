//! The servers under test, and the harness's own way to their database.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::ExitStatus,
    sync::{
        Arc, Mutex, MutexGuard, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use boardcast::{config::Commit, db::Db};

use crate::{
    plan::Plan,
    power,
    presence::SILENCE,
    push,
    support::{Home, Launch, LogReader, PushService, Redis, Server},
};

pub const KEEPER_EMAIL: &str = "alice@example.com";

/// What a server did that lost a file.
pub enum Lost {
    WasDown,
    Ended(ExitStatus),
    GoesOn,
}

#[derive(Default)]
struct Node {
    server: Mutex<Option<Server>>,
    log_reader: Mutex<LogReader>,
    restarting: Mutex<()>,
    url: RwLock<String>,
    /// How often it had no time to say `bye`: counted before a kill and after it, so odd while one is underway.
    kills: AtomicUsize,
}

pub struct Cluster {
    pub home: Arc<Home>,
    /// The database, past the server.
    pub db: Db,
    nodes: Vec<Node>,
    redis: Option<Mutex<Redis>>,
    recorder: Vec<String>,
    pub push_service: Option<PushService>,
    /// When servers ended or lost their database.
    disturbed: Mutex<Vec<Instant>>,
}

impl Cluster {
    pub async fn start(plan: &Plan) -> Self {
        let redis = plan.redis.then(Redis::start);
        // Where its reader stops there has to be much to read.
        let log = if plan.log_stops.is_some() { "info" } else { "warn" };
        let silence = SILENCE.as_millis().to_string();
        let mut settings = vec![("BOARDCAST_LOG", log.to_owned()), ("BOARDCAST_TEST_PRESENCE_SILENCE", silence)];
        let push_service = if plan.push.is_some() { Some(PushService::start().await) } else { None };
        settings.extend(push_service.iter().flat_map(push::settings));
        if let Some(redis) = &redis {
            settings.push(("BOARDCAST_REDIS_URL", redis.url()));
        }
        if let Some(fault) = plan.fault {
            settings.push(("BOARDCAST_TEST_FAULT", crate::faults::name(fault)));
        }
        if plan.lost_hints > 0 {
            settings.push(("BOARDCAST_TEST_LOST_HINTS", format!("{}", f64::from(plan.lost_hints) / 100.0)));
        }
        if plan.failed_commits > 0 {
            settings.push(("BOARDCAST_TEST_FAILED_COMMITS", format!("{}", f64::from(plan.failed_commits) / 100.0)));
        }
        // By turns the way in which few are served, and the one for very many.
        if plan.seed.is_multiple_of(2) {
            settings.push(("BOARDCAST_TEST_INLINE_ABOVE", "0".to_owned()));
        }
        let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let home = Home::on(plan.postgres.as_deref(), &settings).await;
        home.add_user(KEEPER_EMAIL, "Alice", true);
        let db = match home.database() {
            Some(url) => Db::postgres(url, Commit::Shared).await.unwrap(),
            None => Db::sqlite(&home.config().data.join("boardcast.db"), Commit::Shared).await.unwrap(),
        };
        let nodes = (0..plan.nodes).map(|_| Node::default()).collect();
        let mut recorder = vec![];
        if plan.power_cut {
            power::keep_base(&home.config().data);
            recorder = power::recorder(&home.config().data);
        }
        let cluster =
            Self { home, db, nodes, redis: redis.map(Mutex::new), recorder, push_service, disturbed: Mutex::default() };
        for at in 0..plan.nodes {
            cluster.up(at);
        }
        cluster
    }

    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    pub fn url(&self, at: usize) -> String {
        self.nodes[at].url.read().unwrap().clone()
    }

    /// Starts a node; returns when it listens.
    pub fn up(&self, at: usize) {
        let recorder: Vec<&str> = self.recorder.iter().map(String::as_str).collect();
        let log_reader = LogReader::brief();
        let launch = Launch::default().through(&recorder).read_by(&log_reader);
        let launched = self.home.launch("serve", &launch);
        let server = launched.unwrap_or_else(|stillborn| panic!("a server ended before it began: {stillborn:?}"));
        *self.nodes[at].log_reader.lock().unwrap() = log_reader;
        self.nodes[at].url.write().unwrap().clone_from(&server.url);
        *self.nodes[at].server.lock().unwrap() = Some(server);
    }

    /// `kill -9`, or the polite way; answers how that ended, and after how long.
    pub fn down(&self, at: usize, politely: bool) -> Option<(ExitStatus, Duration)> {
        let server = self.nodes[at].server.lock().unwrap().take();
        self.disturb();
        if politely {
            let asked = Instant::now();
            return server.map(|server| (server.terminate(), asked.elapsed()));
        }
        self.nodes[at].kills.fetch_add(1, Ordering::SeqCst);
        drop(server);
        self.nodes[at].kills.fetch_add(1, Ordering::SeqCst);
        None
    }

    /// Held while a node goes down and comes up again: one at a time.
    pub fn restarting(&self, at: usize) -> MutexGuard<'_, ()> {
        self.nodes[at].restarting.lock().unwrap()
    }

    /// Whether a node answers more requests within this time than lines of a log wait for their reader, unless it is down.
    pub fn is_alive(&self, at: usize, time: Duration) -> bool {
        const MANY: usize = 600;
        let _alone = self.restarting(at);
        if self.nodes[at].server.lock().unwrap().is_none() {
            return true;
        }
        let ask = || -> std::io::Result<bool> {
            let url = self.url(at);
            let address = url.trim_start_matches("http://").parse().unwrap();
            let mut socket = TcpStream::connect_timeout(&address, time)?;
            socket.set_read_timeout(Some(time))?;
            socket.set_write_timeout(Some(time))?;
            let mut requests = socket.try_clone()?;
            std::thread::spawn(move || {
                let head = format!("GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-Id: {}\r\n", "x".repeat(64));
                let all = format!("{head}\r\n").repeat(MANY - 1) + &head + "Connection: close\r\n\r\n";
                drop(requests.write_all(all.as_bytes()));
            });
            let mut answers = String::new();
            socket.read_to_string(&mut answers)?;
            Ok(answers.matches("HTTP/1.1 200").count() == MANY)
        };
        ask().unwrap_or(false)
    }

    pub fn log_reader(&self, at: usize) -> LogReader {
        self.nodes[at].log_reader.lock().unwrap().clone()
    }

    /// One of the files of a server on files is moved away, until the server has ended or for so long; then it is there again,
    /// and so is the server. Answers how it ended, nothing where no server ran.
    pub fn lose_file(&self, at: usize, name: &str, time: Duration) -> Lost {
        let _alone = self.restarting(at);
        let data = &self.home.config().data;
        let Some(server) = self.nodes[at].server.lock().unwrap().take() else { return Lost::WasDown };
        self.nodes[at].kills.fetch_add(1, Ordering::SeqCst);
        self.disturb();
        let (path, away) = (data.join(name), data.join("away"));
        std::fs::rename(&path, &away).unwrap();
        let ended = server.ended_within(time);
        drop(server);
        std::fs::rename(&away, &path).unwrap();
        self.up(at);
        self.nodes[at].kills.fetch_add(1, Ordering::SeqCst);
        ended.map_or(Lost::GoesOn, Lost::Ended)
    }

    fn disturb(&self) {
        self.disturbed.lock().unwrap().push(Instant::now());
    }

    /// Whether a server may have forgotten between two moments what it did shortly before the first or later.
    pub fn was_disturbed(&self, from: Instant, to: Instant) -> bool {
        let shortly = Duration::from_secs(5);
        self.disturbed.lock().unwrap().iter().any(|at| *at + shortly >= from && *at <= to)
    }

    /// A mark, to ask later whether this node was killed since.
    pub fn kills(&self, at: usize) -> usize {
        self.nodes[at].kills.load(Ordering::SeqCst)
    }

    /// Whether it was, or is just about to be: a stream may still be opened after the kill was decided on.
    pub fn was_killed_since(&self, at: usize, mark: usize) -> bool {
        let kills = self.kills(at);
        kills != mark || kills % 2 == 1
    }

    /// The last error that a node wrote down.
    pub fn last_error(&self, at: usize) -> String {
        let server = self.nodes[at].server.lock().unwrap();
        let log = server.as_ref().map(Server::log).unwrap_or_default();
        log.lines().rfind(|line| line.contains("ERROR")).unwrap_or_default().to_owned()
    }

    /// Redis is gone, or it hangs.
    pub fn lose_redis(&self, hangs: bool) {
        if let Some(redis) = &self.redis {
            let mut redis = redis.lock().unwrap();
            if hangs { redis.hang() } else { redis.stop() }
        }
    }

    pub fn redis_again(&self, hangs: bool) {
        if let Some(redis) = &self.redis {
            let mut redis = redis.lock().unwrap();
            if hangs { redis.go_on() } else { redis.go() }
        }
    }

    /// Postgres ends connections: those that listen for hints, or all of them.
    pub async fn hang_up(&self, listeners_only: bool) {
        self.disturb();
        let sql = if listeners_only {
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'"
        } else {
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()"
        };
        drop(self.db.query(sql).all::<(bool,)>().await);
    }

    /// The power goes, and comes back with what the disk was asked to keep.
    pub async fn cut_power(&mut self) {
        let data = self.home.config().data;
        let elsewhere = Db::sqlite(&data.join("elsewhere.db"), Commit::Shared).await.unwrap();
        let db = std::mem::replace(&mut self.db, elsewhere);
        db.close().await;
        drop(db);
        // The last one to close a database removes its WAL: not the one that is going to be put there.
        while data.join("boardcast.db-shm").exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        power::cut(&data);
        self.recorder.clear();
        self.db = Db::sqlite(&data.join("boardcast.db"), Commit::Shared).await.unwrap();
        self.up(0);
    }

    /// What the servers wrote about panics.
    pub fn panics(&self) -> Option<String> {
        let files = std::fs::read_dir(self.home.config().data).into_iter().flatten().flatten();
        let mut logs = files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|kind| kind == "log"));
        logs.find_map(|log| {
            let text = std::fs::read_to_string(log).unwrap_or_default();
            let at = text.find("panicked at")?;
            Some(text[at..].chars().take(1_000).collect())
        })
    }

    pub async fn end(&self) {
        for node in &self.nodes {
            drop(node.server.lock().unwrap().take());
        }
        drop(tokio::time::timeout(Duration::from_secs(2), self.db.close()).await);
    }
}
