//! Compares, once a second, what the streams of this node know with the database, and repairs what they missed. So a
//! lost hint costs time and nothing else.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use tokio::time::{Instant, sleep, timeout, timeout_at};
use uuid::Uuid;

use super::hints::Hint;
use crate::{
    app::App,
    auth::{
        credentials,
        membership::{self, Fingerprint},
    },
    base::{
        error::{Error, Result},
        ids::{ProjectId, UserId},
    },
    db::Db,
    faults::planted,
    log,
};

const EVERY: Duration = Duration::from_secs(1);
/// After this long without the database the node can no longer vouch for what its streams say.
const BLIND: Duration = Duration::from_secs(15);
/// How long one statement may take. Asked again on another connection, it may be answered.
const STATEMENT: Duration = Duration::from_secs(3);

/// Compare once a second, and close the streams when that has not been possible for too long.
pub async fn run(app: &App) {
    // Writers that wait for each other may hold every connection of the pool for requests.
    let db = app.db.dedicated_pool();
    let mut users = HashMap::new();
    let mut last = Instant::now();
    loop {
        sleep(EVERY.mul_f64(rand::random_range(0.8..1.2))).await;
        let begun = Instant::now();
        let until = if last + BLIND > begun { last + BLIND } else { begun + STATEMENT };
        match timeout_at(until, compare(app, &db, &mut users)).await {
            Ok(Ok(())) => last = begun,
            Ok(Err(error)) => tracing::warn!(%error, "the streams could not be compared with the database"),
            Err(_) => tracing::warn!("the streams could not be compared with the database: no answer in time"),
        }
        if planted!(StreamsOutliveDatabase => false, last.elapsed() >= BLIND) {
            app.live.cut_off();
        }
    }
}

async fn compare(app: &App, db: &Db, users: &mut HashMap<UserId, Fingerprint>) -> Result<()> {
    let owners = app.live.stream_owners();
    end_invalid(app, db, owners.iter().map(|(_, credential)| *credential).collect()).await?;
    // SQLite has one node, and that publishes every event itself. But a gap that it could not fill is tried again here.
    find_moved(app, db).await?;
    // It also notifies every user itself; only credentials end without it, by the clock or the command line.
    if matches!(db, Db::Sqlite { .. }) {
        return Ok(());
    }
    notify_changed(app, db, owners.iter().map(|(user, _)| *user).collect(), users).await
}

/// A statement that gets no answer counts as failed.
async fn in_time<T>(rows: impl Future<Output = Result<T>>) -> Result<T> {
    let late = || Error::Database(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
    timeout(STATEMENT, rows).await.unwrap_or_else(|_| Err(late()))
}

/// Close the streams whose session or token is no longer valid.
async fn end_invalid(app: &App, db: &Db, credentials: BTreeSet<Uuid>) -> Result<()> {
    // The comparison would hide the fault within a second.
    let credentials = planted!(ExpiryUnwatched => BTreeSet::new(), credentials);
    let valid = in_time(credentials::which_live(db, &credentials)).await?;
    for credential in credentials.difference(&valid) {
        app.live.apply_hint(Hint::CredentialEnded(*credential));
    }
    Ok(())
}

/// Repair the topics whose logs go on beyond what this node knows.
async fn find_moved(app: &App, db: &Db) -> Result<()> {
    // The comparison would hide these faults within a second.
    let heads = planted!(HintsOnly | SubscribeAfterReadingHead => vec![], app.live.heads());
    let known: Vec<ProjectId> = heads.into_iter().map(|(project, _)| project).collect();
    for (project, seq) in in_time(log::read::heads(db, &known)).await? {
        app.live.apply_hint(Hint::Head(project, seq));
    }
    Ok(())
}

/// Notify the users of whom the database says something else than at the last comparison.
async fn notify_changed(
    app: &App,
    db: &Db,
    users: BTreeSet<UserId>,
    known: &mut HashMap<UserId, Fingerprint>,
) -> Result<()> {
    let found = in_time(membership::fingerprints(db, &users)).await?;
    for (user, fingerprint) in &found {
        if known.get(user) != Some(fingerprint) {
            app.live.apply_hint(Hint::UserChanged(*user));
        }
    }
    *known = found;
    Ok(())
}
