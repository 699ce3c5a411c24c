//! Which contents the store holds, and under which key. Bytes are written after their row and deleted after it: whatever
//! ends in between, a row leads to them.
//!
//! Nothing waits for anything here. An upload makes its row young before it writes the bytes, and the sweep deletes only
//! what has been without an attachment for a day. A row that is deleted all the same, because its content was given up
//! long ago, takes its key along: the next upload of the same content gets another one.

use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        hex::{self, Sha256Hash},
    },
    db::{Bind, Db, Tx},
    files::{Files, incoming::Received},
};

/// How many rows are looked at in one step.
const STEP: i64 = 500;

/// A content, as a backup knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    pub hash: Sha256Hash,
    /// The random part of its key.
    random: u32,
    pub size: u64,
}

impl Blob {
    /// A row, if it is one: a key that leads elsewhere in the store is none.
    #[must_use]
    pub fn parse(sha256: &str, key: &str, size: i64) -> Option<Self> {
        let random = u32::from_str_radix(key.rsplit_once('-')?.1, 16).ok()?;
        let blob = Self { hash: hex::parse_hash(sha256)?, random, size: u64::try_from(size).ok()? };
        (blob.key() == key).then_some(blob)
    }

    #[must_use]
    pub fn key(&self) -> String {
        key(&hex::encode(&self.hash), self.random)
    }
}

fn key(sha256: &str, random: u32) -> String {
    let (first, rest) = sha256.split_at(2);
    format!("sha256/{first}/{rest}-{random:08x}")
}

/// All contents that attachments refer to.
pub async fn referred(tx: &mut Tx) -> Result<Vec<Blob>> {
    let mut all = vec![];
    let mut last = String::new();
    loop {
        let found: Vec<(String, String, i64)> = tx
            .query(
                "select sha256, key, size from blobs
                 where sha256 > $1 and exists (select 1 from attachments a where a.sha256 = blobs.sha256)
                 order by sha256
                 limit $2",
            )
            .bind(last.clone())
            .bind(STEP)
            .all()
            .await?;
        let Some((sha256, ..)) = found.last() else { return Ok(all) };
        last.clone_from(sha256);
        for (sha256, key, size) in found {
            let blob = Blob::parse(&sha256, &key, size);
            all.push(blob.ok_or_else(|| Error::Internal(format!("no attachment is kept under `{key}`")))?);
        }
    }
}

/// The key under which a content is to be kept. It stays for a day at least, also when no attachment comes to refer to it.
pub async fn pin(db: &Db, received: &Received) -> Result<String> {
    let (sha256, random) = (received.sha256(), rand::random::<u32>());
    let mut tx = db.begin().await?;
    let (key,): (String,) = tx
        .query(
            "insert into blobs (sha256, key, size, unreferenced_at)
             values ($1, $2, $3, $4)
             on conflict (sha256) do update
             set unreferenced_at = case when blobs.unreferenced_at is null then null else excluded.unreferenced_at end
             returning key",
        )
        .bind(sha256)
        .bind(key(sha256, random))
        .bind(i64::try_from(received.size()).unwrap_or(i64::MAX))
        .bind(Timestamp::now())
        .one()
        .await?;
    tx.commit().await?;
    Ok(key)
}

/// Delete the bytes of contents that no attachment has referred to since `before`. Each step can be repeated, and several
/// nodes may take it at once.
pub async fn sweep(db: &Db, files: &Files, now: Timestamp, before: Timestamp) -> Result<()> {
    mark(db, now).await?;
    unmark(db).await?;
    retire(db, before).await?;
    delete(db, files).await
}

/// Note since when contents are not referred to.
async fn mark(db: &Db, now: Timestamp) -> Result<()> {
    loop {
        let found: Vec<(String,)> = db
            .query(
                "select sha256 from blobs
                 where unreferenced_at is null
                   and not exists (select 1 from attachments a where a.sha256 = blobs.sha256)
                 limit $1",
            )
            .bind(STEP)
            .all()
            .await?;
        if found.is_empty() {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        tx.query(
            "update blobs set unreferenced_at = $2
             where sha256 in (select r.sha256 from {rows $1: sha256 text} r)",
        )
        .bind_rows(found, |cells, (sha256,)| cells.bind(sha256))
        .bind(now)
        .execute()
        .await?;
        tx.commit().await?;
    }
}

/// Forget it where an attachment refers to them again.
async fn unmark(db: &Db) -> Result<()> {
    loop {
        let found: Vec<(String,)> = db
            .query(
                "select sha256 from blobs
                 where unreferenced_at is not null
                   and exists (select 1 from attachments a where a.sha256 = blobs.sha256)
                 limit $1",
            )
            .bind(STEP)
            .all()
            .await?;
        if found.is_empty() {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        tx.query(
            "update blobs set unreferenced_at = null
             where sha256 in (select r.sha256 from {rows $1: sha256 text} r)",
        )
        .bind_rows(found, |cells, (sha256,)| cells.bind(sha256))
        .execute()
        .await?;
        tx.commit().await?;
    }
}

/// Give up the rows, and note the keys.
async fn retire(db: &Db, before: Timestamp) -> Result<()> {
    let found: Vec<(String,)> =
        db.query("select sha256 from blobs where unreferenced_at < $1 limit $2").bind(before).bind(STEP).all().await?;
    for (sha256,) in found {
        let mut tx = db.begin().await?;
        // An upload that was faster has made it young, or refers to it: then the constraint refuses this.
        let given_up: Option<(String,)> = tx
            .query(
                "delete from blobs
                 where sha256 = $1 and unreferenced_at < $2
                   and not exists (select 1 from attachments a where a.sha256 = blobs.sha256)
                 returning key",
            )
            .bind(sha256)
            .bind(before)
            .optional()
            .await?;
        if let Some((key,)) = given_up {
            tx.query("insert into blob_deletions (key) values ($1)").bind(key).execute().await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Delete the bytes of what was given up.
async fn delete(db: &Db, files: &Files) -> Result<()> {
    let keys: Vec<(String,)> =
        db.query("select key from blob_deletions order by key limit $1").bind(STEP).all().await?;
    for (key,) in keys {
        if let Err(error) = files.delete(&key).await {
            // The others go on; this one comes again.
            tracing::warn!(key, %error, "bytes that nothing refers to cannot be deleted");
            continue;
        }
        db.execute("delete from blob_deletions where key = $1", |query| query.bind(key)).await?;
    }
    Ok(())
}
