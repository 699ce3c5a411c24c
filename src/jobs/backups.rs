//! Makes a backup now and then, in the folder that the settings name. Every node looks whether one is due; one of them makes
//! it. What fails is told and tried again, and stops nothing else.

use std::time::Duration;

use tokio::time::{interval, sleep};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    app::App,
    auth::audit::{self, Act, By, Entry},
    backup::{scheduled::Folder, write},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        runs::Run,
    },
    db::Dialect,
    faults,
    model::scheduled_backups::{self, Claim, Made, Schedule},
};

/// How often it is looked whether a backup is due.
const LOOK: Duration = Duration::from_secs(10);
/// How long a node may be silent before another one takes its turn over, and how often it says in that time that it is at it.
const LEASE: Duration = Duration::from_mins(1);
const SIGNS: u32 = 6;
/// How long the next attempt waits after one that failed, at most.
const AGAIN: Duration = Duration::from_mins(10);

/// Make backups until the process ends, where there is a folder for them.
pub async fn run(app: App) {
    let Some(path) = &app.config.backup_to else { return };
    let folder = Folder::new(path, &app.epoch);
    let quick = faults::backup_every();
    let every = quick.unwrap_or(app.config.backup_every);
    let schedule = Schedule { every, again: every.min(AGAIN), lease: quick.map_or(LEASE, |every| every * 3) };
    if app.db.dialect() == Dialect::Sqlite
        && let Err(error) = scheduled_backups::release(&app.db).await
    {
        tracing::warn!(%error, "a backup that was interrupted is made anew in a minute");
    }
    loop {
        if let Err(error) = next(&app, &folder, schedule).await {
            tracing::warn!(%error, "whether a backup is due is not known");
        }
        sleep(LOOK.min(every)).await;
    }
}

/// Make a backup, where one is due and it is this node's turn.
async fn next(app: &App, folder: &Folder, schedule: Schedule) -> Result<()> {
    let at = Timestamp::now();
    let Some(turn) = scheduled_backups::claim(&app.db, at, schedule).await? else { return Ok(()) };
    let signs = AbortOnDropHandle::new(tokio::spawn(say_alive(app.clone(), turn.clone(), schedule.lease / SIGNS)));
    // In a task of its own: one that panics has failed.
    let making = AbortOnDropHandle::new(tokio::spawn(make(app.clone(), folder.clone(), at)));
    let made = making.await.unwrap_or_else(|panic| Err(Error::Internal(panic.to_string())));
    drop(signs);
    app.backups.count(made.is_ok());
    let (pause, error) = match &made {
        Ok(made) => (schedule.every, made.error.clone()),
        Err(error) => (schedule.again, Some(error.to_string())),
    };
    app.runs.note(Run {
        name: "backups",
        last_run_at: at,
        next_run_at: Timestamp::now().plus(pause),
        last_error: error.clone(),
    });
    match made {
        Ok(made) => {
            if let Some(error) = error {
                tracing::error!(file = made.file, %error, "a backup was made, and something is wrong with it");
            } else {
                tracing::info!(file = made.file, bytes = made.bytes, "a backup was made");
            }
            scheduled_backups::made(&app.db, &turn, made).await
        }
        Err(error) => {
            tracing::error!(%error, "no backup was made; the next attempt is in {pause:?}");
            scheduled_backups::failed(&app.db, &turn, Timestamp::now(), &error.to_string()).await
        }
    }
}

async fn say_alive(app: App, turn: Claim, every: Duration) {
    let mut signs = interval(every);
    loop {
        signs.tick().await;
        if let Err(error) = scheduled_backups::refresh(&app.db, &turn).await {
            tracing::debug!(%error, "the turn to make a backup was not kept");
        }
    }
}

async fn make(app: App, folder: Folder, at: Timestamp) -> Result<Made> {
    let file = folder.file(at);
    let unwritten = |error| Error::BadRequest(format!("the folder of backups cannot be used: {error}"));
    let unfinished = folder.clone();
    on_disk(move || unfinished.discard_unfinished()).await?.map_err(unwritten)?;
    let manifest = Box::pin(write::to_file(&app.db, &app.files, &file)).await?;
    let (path, count) = (file.clone(), app.config.backup_keep);
    let (bytes, kept) =
        on_disk(move || (std::fs::metadata(&path).map(|file| file.len()), folder.keep(count, &path))).await?;
    let by = By { via: Some("schedule".into()), ..By::default() };
    let entry = Entry::new(Act::Backup).with("tables", manifest.head.schema);
    if let Err(error) = audit::append_alone(&app.db, &[(Timestamp::now(), by, entry)]).await {
        tracing::warn!(%error, "the audit log could not be written");
    }
    let lost = manifest.attachments.missing.len() + manifest.attachments.damaged.len();
    let error = match kept {
        Err(error) => Some(format!("older backups could not be removed: {error}")),
        Ok(()) if lost > 0 => Some(format!("it is without {lost} attachments that the store has lost")),
        Ok(()) => None,
    };
    let bytes = i64::try_from(bytes.map_err(unwritten)?).unwrap_or(i64::MAX);
    Ok(Made { at, file: file.display().to_string(), bytes, error })
}

async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))
}
