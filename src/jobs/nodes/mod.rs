//! Several nodes on one Postgres. After a commit, outside of its transaction, one doorbell rings for all that
//! moved (`NOTIFY` inside of the transaction would take a lock of the whole database). Hints may be lost: once a
//! second every node compares what it hosts with the database, and repairs.

mod peers;
mod postgres;
mod redis;

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use peers::Peers;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use uuid::Uuid;

use crate::{
    app::App,
    db::{Db, Query},
    error::{Error, Result},
    faults::{Fault, planted},
    hub::doorbell::Hint,
    ids::{ProjectId, RequestId, UserId},
    model::credentials,
};

const REPAIR: Duration = Duration::from_secs(1);
/// After this long without the database nothing that a stream says can be vouched for.
const BLIND: Duration = Duration::from_secs(15);
/// How long one statement of the comparison may take: on another connection it may be answered.
const PATIENCE: Duration = Duration::from_secs(3);
const RECONNECT: Duration = Duration::from_millis(500);

/// Ids are looked up by this many in one statement, the last ones filled up with nil.
const CHUNK: usize = 32;

/// Ring, listen and repair, where there can be other nodes.
pub async fn run(app: &App) {
    let node = RequestId::new().0;
    let Some(pool) = app.db.doorbell() else { return repair(app).await };
    let client = app.config.redis.as_deref().and_then(|url| ::redis::Client::open(url).ok());
    let bell = app.hub.hang_bell(client.is_some());
    let peers = Peers::new(node);
    match client {
        Some(client) => {
            let channel = redis::channel(&app.epoch);
            tokio::join!(
                redis::ring(node, &channel, &client, &pool, &bell),
                redis::listen(app, &peers, &channel, &client),
                postgres::listen(app, &peers, &pool),
                repair(app)
            );
        }
        None => {
            tokio::join!(postgres::ring(node, &pool, &bell), postgres::listen(app, &peers, &pool), repair(app));
        }
    }
}

/// Look into the log of everything that somebody reads.
fn repair_all(app: &App) {
    for (project, _) in app.hub.hosted() {
        app.hub.repair(project);
    }
}

/// Compare, once a second, and cut the streams when that has not been possible for too long.
async fn repair(app: &App) {
    // Requests may hold all the others, while they wait for each other.
    let db = app.db.apart();
    let mut seen = HashMap::new();
    let mut last = Instant::now();
    loop {
        sleep(REPAIR.mul_f64(rand::random_range(0.8..1.2))).await;
        let begun = Instant::now();
        let until = if last + BLIND > begun { last + BLIND } else { begun + PATIENCE };
        match timeout_at(until, compare(app, &db, &mut seen)).await {
            Ok(Ok(())) => last = begun,
            Ok(Err(error)) => tracing::warn!(%error, "the database could not be compared with"),
            Err(_) => tracing::warn!("the database does not answer"),
        }
        if last.elapsed() >= BLIND && !planted(Fault::NeverCut) {
            app.hub.cut();
        }
    }
}

/// A connection that hangs is one that failed.
async fn patiently<T>(rows: impl Future<Output = Result<T>>) -> Result<T> {
    let late = || Error::Database(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
    timeout(PATIENCE, rows).await.unwrap_or_else(|_| Err(late()))
}

/// What is known of a user: changes with each notification and each new membership, also when a former one of the same
/// number ends before anybody looks.
type Known = (i64, i64);

async fn compare(app: &App, db: &Db, seen: &mut HashMap<UserId, Known>) -> Result<()> {
    let readers = app.hub.open_readers();
    end_invalid(app, db, readers.iter().map(|(_, credential)| *credential).collect()).await?;
    // With SQLite there is one node, which offers every event itself; but what it could not read to fill a hole it
    // would not look for again before the next one.
    find_moved(app, db).await?;
    // And it knows whom it told; only the clock and the command line end sessions behind its back.
    if matches!(db, Db::Sqlite { .. }) {
        return Ok(());
    }
    tell_changed(app, db, readers.iter().map(|(user, _)| user.0).collect(), seen).await
}

fn bind<'a>(query: Query<'a>, ids: &[Uuid]) -> Query<'a> {
    (0..CHUNK).fold(query, |query, at| query.bind(ids.get(at).copied().unwrap_or(Uuid::nil())))
}

async fn find_moved(app: &App, db: &Db) -> Result<()> {
    // What a stream missed while it began would be found here within a second.
    if planted(Fault::HintsOnly) || planted(Fault::SubscribeAfterTheLook) {
        return Ok(());
    }
    let hosted = app.hub.hosted();
    for chunk in hosted.chunks(CHUNK) {
        let ids: Vec<Uuid> = chunk.iter().map(|(project, _)| project.0).collect();
        let query = db.query(
            "select id, seq from projects
             where id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                          $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
        );
        let heads: Vec<(ProjectId, i64)> = patiently(bind(query, &ids).all()).await?;
        for (project, seq) in heads {
            app.hub.heard(Hint::Moved(project, seq));
        }
    }
    Ok(())
}

async fn end_invalid(app: &App, db: &Db, credentials: BTreeSet<Uuid>) -> Result<()> {
    // What a stream does not watch for by itself would be found here within a second.
    if planted(Fault::ExpiryUnwatched) {
        return Ok(());
    }
    let credentials: Vec<Uuid> = credentials.into_iter().collect();
    for chunk in credentials.chunks(CHUNK) {
        let valid = patiently(credentials::which_live(db, |query| bind(query, chunk))).await?;
        for credential in chunk.iter().filter(|id| !valid.contains(id)) {
            app.hub.heard(Hint::Ended(*credential));
        }
    }
    Ok(())
}

async fn tell_changed(app: &App, db: &Db, users: BTreeSet<Uuid>, seen: &mut HashMap<UserId, Known>) -> Result<()> {
    let users: Vec<Uuid> = users.into_iter().collect();
    let mut now = HashMap::with_capacity(users.len());
    for chunk in users.chunks(CHUNK) {
        let query = db.query(
            "select u.id, u.notification_seq,
                    (select cast(coalesce(sum((m.version + 1) * (p.created_at % 1000003 + 1)), 0) as bigint)
                     from members m join projects p on p.id = m.project_id
                     where m.user_id = u.id)
             from users u
             where u.id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                            $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
        );
        let rows: Vec<(UserId, i64, i64)> = patiently(bind(query, chunk).all()).await?;
        for (user, notifications, memberships) in rows {
            let known = (notifications, memberships);
            if seen.get(&user) != Some(&known) {
                app.hub.heard(Hint::Told(user));
            }
            now.insert(user, known);
        }
    }
    *seen = now;
    Ok(())
}
