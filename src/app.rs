//! What every part of the server shares.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{config::Config, db::Db, hub::Hub, limits::Limits, passwords::Passwords};

/// A handle to the running application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub config: Config,
    pub db: Db,
    /// The life of the log that this database is in.
    pub epoch: Arc<str>,
    pub hub: Hub,
    pub limits: Limits,
    pub passwords: Passwords,
    /// Where people reach the server, without a slash at the end.
    pub public_url: String,
    draining: AtomicBool,
}

impl App {
    #[must_use]
    pub fn new(config: Config, db: Db, epoch: &str, public_url: String) -> Self {
        let epoch: Arc<str> = epoch.into();
        let hub = Hub::new(db.clone(), epoch.clone());
        let limits = Limits::new(config.limits);
        Self(Arc::new(Inner {
            config,
            db,
            epoch,
            hub,
            limits,
            passwords: Passwords::default(),
            public_url,
            draining: AtomicBool::new(false),
        }))
    }

    /// Say that the server is about to stop: not ready any more, and a goodbye to every stream, spread over a time.
    pub async fn drain(&self, over: Duration) {
        self.draining.store(true, Ordering::Release);
        self.hub.drain(over).await;
    }

    #[must_use]
    pub fn draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
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
