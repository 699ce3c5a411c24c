//! What every part of a running server shares.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Notify, Semaphore};

use crate::{
    auth::{audit::noted::Noted, limits::Limits, passwords::Passwords},
    base::{
        clock::Timestamp,
        runs::{Outcomes, Runs},
    },
    config::Config,
    db::Db,
    files::Files,
    live::Live,
};

/// How many exports go out at once.
const MOST_EXPORTS: usize = 2;

/// A handle to the running application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub config: Config,
    pub db: Db,
    pub files: Files,
    /// Which history of this database the numbers of events belong to. It changes when a backup is restored.
    pub epoch: Arc<str>,
    pub live: Live,
    pub limits: Limits,
    /// What goes to the audit log beside transactions.
    pub noted: Noted,
    pub passwords: Passwords,
    /// The address that users reach the server at, without a slash at the end.
    pub public_url: String,
    /// Files of other programs are read one at a time: what they become in memory is many times their size.
    pub reading_imports: Semaphore,
    /// Exports hold a reader of the database as long as they last.
    pub exporting: Arc<Semaphore>,
    /// What ran by itself on this node.
    pub runs: Runs,
    /// The backups that this node made by itself, or could not make.
    pub backups: Outcomes,
    pub started_at: Timestamp,
    /// An import waits for the job.
    pub import_waits: Notify,
    draining: AtomicBool,
}

impl App {
    #[must_use]
    pub fn new(config: Config, db: Db, files: Files, epoch: &str, public_url: String) -> Self {
        let epoch: Arc<str> = epoch.into();
        let live = Live::new(db.clone(), epoch.clone());
        let limits = Limits::new(config.limits);
        Self(Arc::new(Inner {
            config,
            db,
            files,
            epoch,
            live,
            limits,
            noted: Noted::default(),
            passwords: Passwords::default(),
            public_url,
            reading_imports: Semaphore::new(1),
            exporting: Arc::new(Semaphore::new(MOST_EXPORTS)),
            runs: Runs::default(),
            backups: Outcomes::default(),
            started_at: Timestamp::now(),
            import_waits: Notify::new(),
            draining: AtomicBool::new(false),
        }))
    }

    /// Prepare for the end: the server is no longer ready, and says `bye` to its streams, spread over this time.
    pub async fn drain(&self, over: Duration) {
        self.draining.store(true, Ordering::Release);
        self.live.drain(over).await;
    }

    #[must_use]
    pub fn draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// The name of the session's cookie. Browsers keep cookies by host and not by port: servers on several ports of one host
    /// have several names.
    #[must_use]
    pub fn cookie_name(&self) -> String {
        self.cookie_called("sid")
    }

    /// The name of the cookie of a sign-in that waits for the second factor.
    #[must_use]
    pub fn pending_cookie_name(&self) -> String {
        self.cookie_called("pending")
    }

    fn cookie_called(&self, name: &str) -> String {
        let prefix = if self.secure() { "__Host" } else { "boardcast" };
        let (_, authority) = self.public_url.split_once("://").unwrap_or_default();
        // A colon inside of the brackets of an IPv6 address is none of a port.
        match authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((_, port)) => format!("{prefix}-{name}-{port}"),
            None => format!("{prefix}-{name}"),
        }
    }

    /// Whether cookies travel over TLS only.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
