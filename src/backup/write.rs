//! Making a backup while servers run.
//!
//! All rows are read in one transaction, so they are of one moment. Attachments are read behind it: a content is never
//! changed, and the sweep deletes one only a day after the last attachment that referred to it is gone. A backup that is at
//! its files for longer than that finds some missing, and says which.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use fs4::FileExt;
use futures_util::StreamExt;
use tokio::{sync::mpsc, task::JoinHandle};

use super::container::{self, Entry, Head, Manifest};
use crate::{
    base::{
        error::{Error, Result},
        hex,
    },
    db::{
        Db,
        tables::{self, Table},
    },
    faults,
    files::Files,
    model::blobs::{self, Blob},
};

/// How many parts may wait to be written; each has 4 MiB.
const WAITING: usize = 2;
/// How many pieces of an attachment.
const PIECES: usize = 4;

/// A file that becomes a backup: under another name until it is whole.
struct Target {
    part: PathBuf,
    path: PathBuf,
    file: Option<File>,
}

fn failed(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::BadRequest(format!("there is no room for the backup in {}: {error}", path.display()))
        }
        _ => Error::BadRequest(format!("the backup {} cannot be written: {error}", path.display())),
    }
}

impl Target {
    fn begin(path: &Path) -> Result<Self> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let options = File::options().create(true).truncate(false).write(true).mode(0o600).clone();
        let file = options.open(&part).map_err(|error| failed(path, &error))?;
        // What a command that was killed left behind is written over; what another one is writing is not.
        match FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => {
                return Err(Error::BadRequest(format!("another command is writing {}", part.display())));
            }
            Err(fs4::TryLockError::Error(error)) => return Err(failed(path, &error)),
        }
        // It may have become a whole backup between the two.
        let same = fs::metadata(&part).and_then(|named| Ok(named.ino() == file.metadata()?.ino()));
        if !same.unwrap_or(false) {
            return Err(Error::BadRequest(format!("another command was writing {}: try again", part.display())));
        }
        file.set_len(0).map_err(|error| failed(path, &error))?;
        Ok(Self { part, path: path.to_owned(), file: Some(file) })
    }

    /// Make it durable, and give it its name.
    fn keep(mut self) -> Result<()> {
        let kept = (|| {
            if let Some(file) = &self.file {
                file.sync_all()?;
            }
            faults::point("backup.before_rename");
            fs::rename(&self.part, &self.path)?;
            self.file = None;
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            match File::open(folder.unwrap_or(Path::new(".")))?.sync_all() {
                // Some file systems cannot sync a folder.
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
                synced => synced,
            }
        })();
        kept.map_err(|error: io::Error| failed(&self.path, &error))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if self.file.is_some() {
            // A backup that was given up leaves nothing; the next one writes over what stays here.
            drop(fs::remove_file(&self.part));
        }
    }
}

/// Make a backup in a file. One that cannot be written to its end is not there.
pub async fn to_file(db: &Db, files: &Files, path: &Path) -> Result<Manifest> {
    let target = Target::begin(path)?;
    let to = target.file.as_ref().map(File::try_clone).transpose().map_err(|error| failed(path, &error))?;
    let to = to.ok_or(Error::Unavailable)?;
    let written = to_writer(db, files, to).await;
    let manifest = written.map_err(|error| match error {
        Failed::Write(error) => failed(path, &error),
        Failed::Other(error) => error,
    })?;
    super::inspect::on_disk(move || target.keep()).await?;
    Ok(manifest)
}

/// Make a backup that goes to the standard output.
pub async fn to_stdout(db: &Db, files: &Files) -> Result<Manifest> {
    to_writer(db, files, io::stdout()).await.map_err(|error| match error {
        Failed::Write(error) => Error::BadRequest(format!("the backup cannot be written: {error}")),
        Failed::Other(error) => error,
    })
}

/// Why there is no backup: it could not be written, or not be read.
enum Failed {
    Write(io::Error),
    Other(Error),
}

type Writing = JoinHandle<io::Result<Manifest>>;

async fn to_writer(db: &Db, files: &Files, to: impl Write + Send + 'static) -> std::result::Result<Manifest, Failed> {
    let schema = tables::latest();
    let tables = tables::tables(schema).await.map_err(Failed::Other)?;
    let columns: BTreeMap<_, _> = tables.iter().map(|table| (table.name.clone(), table.columns.clone())).collect();
    let (entries, coming) = mpsc::channel(WAITING);
    let writing: Writing = tokio::task::spawn_blocking(move || {
        let (mut to, manifest) = container::write(to, Head::new(schema), columns, coming)?;
        to.flush()?;
        Ok(manifest)
    });
    let read = send_all(db, files, &tables, &entries).await;
    drop(entries);
    let written = writing.await.map_err(|error| Failed::Other(Error::Internal(error.to_string())))?;
    match (read, written) {
        (Ok(()), Ok(manifest)) => Ok(manifest),
        // The writer that stops is why nothing more is taken.
        (_, Err(error))
            if error.kind() != io::ErrorKind::Interrupted && error.kind() != io::ErrorKind::UnexpectedEof =>
        {
            Err(Failed::Write(error))
        }
        (Err(error), _) => Err(Failed::Other(error)),
        (Ok(()), Err(error)) => Err(Failed::Write(error)),
    }
}

async fn send_all(db: &Db, files: &Files, tables: &[Table], entries: &mpsc::Sender<Entry>) -> Result<()> {
    let blobs = send_rows(db, tables, entries).await?;
    let mut missing = vec![];
    for blob in blobs {
        let Some(mut content) = files.find(&blob.key(), blob.size).await? else {
            missing.push(hex::encode(&blob.hash));
            continue;
        };
        let (to, pieces) = mpsc::channel(PIECES);
        send(entries, Entry::File { hash: blob.hash, size: blob.size, pieces }).await?;
        while let Some(piece) = content.next().await {
            let piece = piece.map_err(|error| {
                Error::BadRequest(format!("the attachment {} cannot be read: {error}", hex::encode(&blob.hash)))
            })?;
            // An empty one may come behind the end, when no more are taken.
            if !piece.is_empty() {
                to.send(piece).await.map_err(|_| not_taken())?;
            }
        }
        faults::point("backup.file");
    }
    send(entries, Entry::End { missing }).await
}

/// Send the rows of all tables, as of one moment. Answers the contents that attachments refer to.
async fn send_rows(db: &Db, tables: &[Table], entries: &mpsc::Sender<Entry>) -> Result<Vec<Blob>> {
    let mut tx = db.begin_read().await?;
    tx.take_time().await?;
    for table in tables {
        let (to, mut lines) = mpsc::channel::<tables::Lines>(1);
        let forwarded = async {
            while let Some(lines) = lines.recv().await {
                let table = table.name.clone();
                send(entries, Entry::Rows { table, rows: lines.count, text: lines.text }).await?;
            }
            Ok(())
        };
        let dumped = async {
            let dumped = tx.dump(table, &to).await;
            drop(to);
            dumped
        };
        let (dumped, forwarded) = tokio::join!(dumped, forwarded);
        forwarded.and(dumped)?;
        faults::point("backup.table");
    }
    let blobs = blobs::referred(&mut tx).await?;
    tx.rollback().await?;
    Ok(blobs)
}

fn not_taken() -> Error {
    Error::Internal("the backup is not written any more".into())
}

async fn send(entries: &mpsc::Sender<Entry>, entry: Entry) -> Result<()> {
    entries.send(entry).await.map_err(|_| not_taken())
}
