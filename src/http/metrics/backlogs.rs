//! What waits for jobs, as the database said a moment ago. However many scrapes there are, the database is asked once in a
//! while, by one question at a time; and however slow it is, a scrape waits for a moment only.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    sync::{Semaphore, watch},
    time::timeout,
};

use crate::{
    app::App,
    base::{clock::Timestamp, error::Result},
    model::{
        backlogs::{self, Backlogs},
        scheduled_backups::{self, Last},
    },
};

/// For how long an answer counts as new.
const FRESH: Duration = Duration::from_secs(5);
/// How long a scrape waits for a new one.
const PATIENCE: Duration = Duration::from_millis(750);
/// How long the database may take.
const LONGEST: Duration = Duration::from_secs(10);

/// What the database said.
#[derive(Clone, Debug)]
pub struct Known {
    pub at: Timestamp,
    pub backlogs: Backlogs,
    pub bytes: i64,
    pub writable: bool,
    /// The last backup that a node made by itself, where this one is to make some.
    pub backup: Option<Last>,
}

#[derive(Clone, Debug, Default)]
struct Asked {
    at: Option<Instant>,
    /// Nothing where it did not answer.
    known: Option<Known>,
}

pub struct Cache {
    asked: watch::Sender<Asked>,
    /// One question at a time.
    asking: Arc<Semaphore>,
}

impl Default for Cache {
    fn default() -> Self {
        Self { asked: watch::Sender::default(), asking: Arc::new(Semaphore::new(1)) }
    }
}

async fn ask(app: &App) -> Result<Known> {
    let at = Timestamp::now();
    let backlogs = backlogs::all(&app.db, at).await?;
    let backup = if app.config.backup_to.is_some() { scheduled_backups::last(&app.db).await? } else { None };
    Ok(Known { at, backlogs, bytes: app.db.size().await?, writable: app.db.writable().await?, backup })
}

impl Cache {
    fn fresh(&self) -> Option<Asked> {
        let asked = self.asked.borrow();
        asked.at.is_some_and(|at| at.elapsed() < FRESH).then(|| asked.clone())
    }

    /// What the database said at most a few seconds ago; nothing where it does not answer.
    pub async fn read(self: &Arc<Self>, app: &App) -> Option<Known> {
        if let Some(asked) = self.fresh() {
            return asked.known;
        }
        let mut answers = self.asked.subscribe();
        if let Ok(permit) = self.asking.clone().try_acquire_owned() {
            let (cache, app) = (self.clone(), app.clone());
            tokio::spawn(async move {
                let known = match timeout(LONGEST, ask(&app)).await {
                    Ok(Ok(known)) => Some(known),
                    Ok(Err(error)) => {
                        tracing::debug!(%error, "the database does not say what waits");
                        None
                    }
                    Err(_) => None,
                };
                cache.asked.send_replace(Asked { at: Some(Instant::now()), known });
                drop(permit);
            });
        }
        // It ends by the answer, or by the end of the patience.
        let _ = timeout(PATIENCE, answers.changed()).await;
        self.fresh()?.known
    }
}
