//! Reads the files that wait and writes what they hold. Every node does; each import is claimed by one of them.

use std::time::Duration;

use tokio::time::{interval, sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    app::App,
    base::{
        clock::Timestamp,
        error::{Error, Result},
    },
    db::Dialect,
    import::{self, Mapping, Options, board::Parsed, report::Report},
    model::imports::{
        self, Claimed,
        write::{self, Job},
    },
};

/// How often waiting imports are looked for, beside when one comes.
const EVERY: Duration = Duration::from_secs(2);
/// How often a node says that it still works on one.
const SIGN: Duration = Duration::from_secs(5);

/// Work on imports until the process ends.
pub async fn run(app: App) {
    if app.db.dialect() == Dialect::Sqlite
        && let Err(error) = imports::release_all(&app.db).await
    {
        tracing::warn!(%error, "imports that were interrupted wait until their claims end");
    }
    loop {
        match next(&app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "an import could not be worked on; the next attempt is in {EVERY:?}"),
        }
        let _ = timeout(EVERY, app.import_waits.notified()).await;
    }
}

/// Work on the next import that waits. Answers whether there was one.
pub async fn next(app: &App) -> Result<bool> {
    let Some(claimed) = imports::claim(&app.db, Timestamp::now()).await? else { return Ok(false) };
    let alive = AbortOnDropHandle::new(tokio::spawn(say_alive(app.clone(), claimed.clone())));
    let mut report = Report::default();
    let outcome = work(app, &claimed, &mut report).await;
    drop(alive);
    if let Err(error) = outcome {
        discard_unfinished(app, &claimed).await?;
        let why = said(&error);
        tracing::info!(import = %claimed.id, %error, "an import failed");
        imports::fail(&app.db, &claimed, &why, Some(&report)).await?;
    }
    Ok(true)
}

async fn say_alive(app: App, claimed: Claimed) {
    let mut pace = interval(SIGN);
    loop {
        pace.tick().await;
        if let Err(error) = imports::refresh(&app.db, &claimed).await {
            tracing::debug!(%error, "an import's claim was not renewed");
            sleep(SIGN).await;
        }
    }
}

/// What a person is told of an error.
fn said(error: &Error) -> String {
    match error {
        Error::Invalid { pointer, detail } => format!("{} {detail}", pointer.trim_start_matches('/')),
        Error::Database(_) | Error::Internal(_) => "something went wrong on the server".into(),
        error => error.to_string(),
    }
}

/// A project of an import that is not whole goes.
async fn discard_unfinished(app: &App, claimed: &Claimed) -> Result<()> {
    if let Some(project) = imports::made(&app.db, claimed).await? {
        imports::discard(&app.db, claimed, project).await?;
    }
    Ok(())
}

async fn work(app: &App, claimed: &Claimed, report: &mut Report) -> Result<()> {
    // What an earlier process began is begun anew.
    discard_unfinished(app, claimed).await?;
    if claimed.disabled_at.is_some() {
        return Err(Error::Unauthenticated);
    }
    let mapping: Mapping =
        serde_json::from_str(&claimed.mapping).map_err(|error| Error::Internal(error.to_string()))?;
    let Parsed { board, report: found } = read(app, claimed, mapping.clone()).await?;
    *report = found;
    let project = claimed.project_id.filter(|_| !claimed.made_project);
    if let Some(project) = project {
        imports::check_project(&app.db, claimed.user_id, project).await?;
    }
    let job = Job { app, claimed, board: &board, mapping: &mapping, project };
    if claimed.dry_run {
        let plan = write::plan(&job, report).await?;
        let total = i64::try_from(plan.total()).unwrap_or(i64::MAX);
        return imports::rehearsed(&app.db, claimed, report, total).await;
    }
    write::run(&job, report).await.map(drop)
}

/// The board in the file.
async fn read(app: &App, claimed: &Claimed, mapping: Mapping) -> Result<Parsed> {
    let _turn = app.reading_imports.acquire().await.map_err(|_| Error::Unavailable)?;
    let bytes = app.files.read_whole(&claimed.key, u64::try_from(claimed.size).unwrap_or(0)).await?;
    let options = Options {
        format: import::Format::of(&claimed.format),
        mapping,
        name: claimed.file_name.clone(),
        zone: claimed.time_zone.clone(),
        now: Timestamp::now(),
    };
    let parsed = tokio::task::spawn_blocking(move || import::parse(&bytes, &options));
    let (_, parsed) = parsed.await.map_err(|_| Error::invalid("/file", "cannot be read"))??;
    Ok(parsed)
}
