//! Restoring a backup into a database that is empty, of either kind.
//!
//! The restored copy is another database, so it has another epoch: each reader begins anew. What must not happen a second
//! time is left out (docs/decisions/0030): mails and push messages that waited, sessions, and links that work once.

use std::io::Read;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::{
    container::{self, Manifest, Visit, broken},
    inspect::{Cells, Inspected, lines, on_disk},
};
use crate::{
    base::{
        error::{Error, Result},
        hex::{self, Sha256Hash},
    },
    db::{Db, Tx, tables::Table},
    faults,
    files::Files,
    model::{instance, search::index},
};

/// What a copy does not go on with.
const LEFT_OUT: [&str; 8] = [
    "sessions",
    "pending_sign_ins",
    "push_subscriptions",
    "pushes",
    "mails",
    "password_resets",
    "setup_links",
    "scheduled_backups",
];
/// Since this version of the tables there is an index of the search.
const WITH_SEARCH: i64 = 13;
/// How many pieces of an attachment wait to be kept, and of how many bytes each is.
const PIECES: usize = 4;
const PIECE: usize = 256 * 1024;

/// What becomes of what a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// The same, to be looked at.
    Scratch,
    /// An instance that goes on in the place of the one that is lost.
    Successor,
    /// A copy beside an instance that goes on: it sends nothing to webhooks.
    Copy,
}

/// Read a backup once more, and take in turn what is sent from it. Answers what it is now.
async fn each<T: Send + 'static, V: Visit + Send + 'static>(
    backup: &Inspected,
    visit: impl FnOnce(mpsc::Sender<T>) -> V,
    mut take: impl AsyncFnMut(T) -> Result<()>,
) -> Result<Manifest> {
    let (to, mut sent) = mpsc::channel(1);
    let (path, mut visit) = (backup.path.clone(), visit(to));
    let reading = tokio::spawn(on_disk(move || container::read(&path, &mut visit)));
    let mut outcome = Ok(());
    while let Some(one) = sent.recv().await {
        outcome = take(one).await;
        if outcome.is_err() {
            break;
        }
    }
    drop(sent);
    let read = reading.await.map_err(|error| Error::Internal(error.to_string()))?;
    outcome?;
    read
}

/// Sends the rows of a backup to what writes them.
struct Rows(mpsc::Sender<(String, Vec<u8>)>);

impl Visit for Rows {
    fn rows(&mut self, table: &str, text: Vec<u8>) -> Result<()> {
        self.0.blocking_send((table.to_owned(), text)).map_err(|_| Error::Unavailable)
    }
}

/// Refuse a database in which there is anything but what a server writes at its first start.
pub async fn refuse_filled(db: &Db, backup: &Inspected) -> Result<()> {
    let mut tx = db.begin().await?;
    let checked = make_empty(&mut tx, backup).await;
    tx.rollback().await?;
    checked
}

async fn make_empty(tx: &mut Tx, backup: &Inspected) -> Result<()> {
    tx.take_time().await?;
    match tx.make_empty(&backup.tables).await? {
        None => Ok(()),
        Some(table) => Err(Error::BadRequest(format!(
            "the database is not empty: there are rows in `{table}`; restore into one without a single account or project"
        ))),
    }
}

/// Write all rows in one transaction: a restore that is killed has written nothing.
pub async fn rows(db: &Db, backup: &Inspected, how: As) -> Result<()> {
    let mut tx = db.begin().await?;
    make_empty(&mut tx, backup).await?;
    let loaded = each(backup, Rows, async |(name, text)| part(&mut tx, backup, &name, &text, how).await);
    if loaded.await? != backup.manifest {
        return Err(Error::BadRequest("the backup was changed meanwhile".into()));
    }
    if backup.manifest.head.schema >= WITH_SEARCH {
        index::begin_anew_in(&mut tx).await?;
    }
    faults::point("restore.before_commit");
    tx.commit().await
}

async fn part(tx: &mut Tx, backup: &Inspected, name: &str, text: &[u8], how: As) -> Result<()> {
    let table = backup.tables.iter().find(|table| table.name == name);
    let table = table.ok_or_else(|| broken(format!("there is no table `{name}`")))?;
    if how != As::Scratch && LEFT_OUT.contains(&name) {
        return Ok(());
    }
    let lines = lines(text)?;
    let adapted = match name {
        "instance" | "blobs" => how != As::Scratch,
        "webhooks" => how == As::Copy,
        _ => false,
    };
    let loaded = if adapted {
        let mut changed = vec![];
        for line in lines {
            changed.extend(row(backup, table, line)?);
        }
        tx.load(table, &changed).await
    } else {
        tx.load(table, &lines).await
    };
    loaded.map_err(|error| match error {
        Error::Database(error) => broken(format!("`{name}`: {error}")),
        error => error,
    })
}

/// A row as the copy has it, if it has it.
fn row(backup: &Inspected, table: &Table, line: &str) -> Result<Option<String>> {
    let cells = Cells::parse(table, line)?;
    Ok(match table.name.as_str() {
        "instance" => Some(cells.with("epoch", &format!("\"{}\"", instance::fresh_epoch()))?),
        "webhooks" => Some(cells.with("active", "false")?),
        // Contents that no attachment refers to are not in the backup.
        "blobs" => {
            let hash = hex::parse_hash(&cells.text("sha256")?);
            hash.filter(|hash| backup.blobs.contains_key(hash)).map(|_| line.to_owned())
        }
        _ => Some(line.to_owned()),
    })
}

/// Sends the attachments of a backup to what keeps them.
struct Contents(mpsc::Sender<(Sha256Hash, mpsc::Receiver<Bytes>)>);

impl Visit for Contents {
    fn file(&mut self, hash: Sha256Hash, _: u64, bytes: &mut dyn Read) -> Result<()> {
        let (to, pieces) = mpsc::channel(PIECES);
        self.0.blocking_send((hash, pieces)).map_err(|_| Error::Unavailable)?;
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            let most = u64::try_from(PIECE).unwrap_or(u64::MAX);
            bytes.take(most).read_to_end(&mut piece).map_err(broken)?;
            if piece.is_empty() {
                return Ok(());
            }
            to.blocking_send(piece.into()).map_err(|_| Error::Unavailable)?;
        }
    }
}

/// Keep the attachments, under the keys that their rows name. What is there already stays what it is.
pub async fn files(files: &Files, backup: &Inspected) -> Result<()> {
    each(backup, Contents, async |(hash, pieces)| keep(files, backup, &hash, pieces).await).await.map(drop)
}

async fn keep(files: &Files, backup: &Inspected, hash: &Sha256Hash, mut pieces: mpsc::Receiver<Bytes>) -> Result<()> {
    let blob = backup.blobs.get(hash).ok_or_else(|| broken("nothing refers to one of its attachments"))?;
    let mut incoming = files.receive_up_to(usize::MAX).await?;
    while let Some(piece) = pieces.recv().await {
        incoming.write(&piece).await?;
    }
    let received = incoming.finish("restored").await?;
    if u64::try_from(received.size()) != Ok(blob.size) {
        return Err(broken("the file is cut off"));
    }
    files.keep(&received, &blob.key()).await
}
