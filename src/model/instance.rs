//! The instance itself: its epoch, and the link by which its first administrator comes in.

use std::time::Duration;

use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        secrets,
        text::Secret,
    },
    change::Transaction,
    db::Db,
    mail::Key,
    push::ServerKey,
};

const SETUP_LINK: Duration = Duration::from_hours(168);

/// The epoch names one life of the log: cursors of another one mean nothing here.
pub async fn epoch(db: &Db) -> Result<String> {
    const SQL: &str = "select epoch from instance where id = 1";
    // A database that has one is not written to: it may be on a full disk.
    if let Some((epoch,)) = db.query(SQL).optional().await? {
        return Ok(epoch);
    }
    let mut tx = db.begin().await?;
    let fresh = fresh_epoch();
    tx.query("insert into instance (id, epoch, created_at) values (1, $1, $2) on conflict (id) do nothing")
        .bind(fresh)
        .bind(Timestamp::now())
        .execute()
        .await?;
    let (epoch,): (String,) = tx.query(SQL).one().await?;
    tx.commit().await?;
    Ok(epoch)
}

/// An epoch that no database had before.
#[must_use]
pub fn fresh_epoch() -> String {
    secrets::link().chars().filter(char::is_ascii_alphanumeric).take(8).collect()
}

/// What signs the links in this instance's mails; made when it is first needed.
pub async fn mail_key(db: &Db) -> Result<Key> {
    const SQL: &str = "select mail_key from instance where id = 1";
    if let Some((Some(key),)) = db.query(SQL).optional::<(Option<String>,)>().await? {
        return Ok(Key::new(&key));
    }
    let mut tx = db.begin().await?;
    tx.query("update instance set mail_key = $1 where id = 1 and mail_key is null")
        .bind(secrets::link())
        .execute()
        .await?;
    let (key,): (String,) = tx.query(SQL).one().await?;
    tx.commit().await?;
    Ok(Key::new(&key))
}

/// The key by which push services know this instance, on all of its nodes; made at the first start.
pub async fn push_key(db: &Db) -> Result<ServerKey> {
    const SQL: &str = "select push_key from instance where id = 1";
    let read = |kept: &str| ServerKey::read(kept).ok_or_else(|| Error::Internal("the push key is damaged".into()));
    if let Some((Some(key),)) = db.query(SQL).optional::<(Option<String>,)>().await? {
        return read(&key);
    }
    let fresh = ServerKey::fresh().ok_or_else(|| Error::Internal("no push key can be made".into()))?;
    let mut tx = db.begin().await?;
    // Of several nodes that start together one writes its key, and all read that one.
    tx.query("update instance set push_key = $1 where id = 1 and push_key is null").bind(fresh).execute().await?;
    let (key,): (String,) = tx.query(SQL).one().await?;
    tx.commit().await?;
    read(&key)
}

pub async fn setup_required(db: &Db) -> Result<bool> {
    let (admins,): (i64,) = db.query("select count(*) from users where admin").one().await?;
    Ok(admins == 0)
}

/// A new link for the first administrator; links printed before end.
pub async fn new_setup_link(db: &Db) -> Result<String> {
    let secret = secrets::link();
    let now = Timestamp::now();
    let mut tx = db.begin().await?;
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
pub async fn use_setup_link(tx: &mut Transaction, secret: &Secret) -> Result<()> {
    let now = tx.at();
    let used = tx
        .query(
            "update setup_links set used_at = $2
             where secret_hash = $1 and used_at is null and expires_at > $2",
        )
        .bind(secrets::hash(&secret.0))
        .bind(now)
        .execute()
        .await?;
    let (admins,): (i64,) = tx.query("select count(*) from users where admin").one().await?;
    if used == 1 && admins == 0 {
        Ok(())
    } else {
        Err(Error::conflict(
            "setup_done",
            "this link was used or has expired; the server prints a new one while there is no administrator",
        ))
    }
}
