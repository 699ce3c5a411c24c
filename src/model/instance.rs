//! The instance itself: its epoch, and the link by which its first administrator comes in.

use std::time::Duration;

use crate::{
    change::Work,
    clock::Timestamp,
    db::Db,
    error::{Error, Result},
    secrets,
    text::Secret,
};

const SETUP_LINK: Duration = Duration::from_hours(168);

/// The epoch names one life of the log: cursors of another one mean nothing here.
pub async fn epoch(db: &Db) -> Result<String> {
    const SQL: &str = "select epoch from instance where id = 1";
    // A database that has one is not written to: it may be on a full disk.
    if let Some((epoch,)) = db.query(SQL).optional().await? {
        return Ok(epoch);
    }
    let mut tx = db.write().await?;
    let fresh: String = secrets::link().chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    tx.query("insert into instance (id, epoch, created_at) values (1, $1, $2) on conflict (id) do nothing")
        .bind(fresh)
        .bind(Timestamp::now())
        .execute()
        .await?;
    let (epoch,): (String,) = tx.query(SQL).one().await?;
    tx.commit().await?;
    Ok(epoch)
}

pub async fn setup_required(db: &Db) -> Result<bool> {
    let (admins,): (i64,) = db.query("select count(*) from users where admin").one().await?;
    Ok(admins == 0)
}

/// A new link for the first administrator; links printed before end.
pub async fn new_setup_link(db: &Db) -> Result<String> {
    let secret = secrets::link();
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    tx.query("delete from setup_links where used_at is null").execute().await?;
    tx.query("insert into setup_links (secret_hash, created_at, expires_at) values ($1, $2, $3)")
        .bind(secrets::hash(&secret))
        .bind(now)
        .bind(now.plus(SETUP_LINK))
        .execute()
        .await?;
    tx.commit().await?;
    Ok(secret)
}

/// Use the link: once, in time, and only while there is no administrator.
pub async fn use_setup_link(work: &mut Work, secret: &Secret) -> Result<()> {
    let now = work.at();
    let used = work
        .query(
            "update setup_links set used_at = $2
             where secret_hash = $1 and used_at is null and expires_at > $2",
        )
        .bind(secrets::hash(&secret.0))
        .bind(now)
        .execute()
        .await?;
    let (admins,): (i64,) = work.query("select count(*) from users where admin").one().await?;
    if used == 1 && admins == 0 {
        Ok(())
    } else {
        Err(Error::conflict(
            "setup_done",
            "this link was used or has expired; the server prints a new one while there is no administrator",
        ))
    }
}
