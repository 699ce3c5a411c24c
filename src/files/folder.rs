//! A folder that keeps the attachments: `sha256/ab/cdef…`, and `tmp` for what is on its way. What is kept is on the disk
//! before anything refers to it: the file, and the folder that names it.

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io,
    ops::Range,
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
#[cfg(target_os = "linux")]
use rustix::io::{ReadWriteFlags, preadv2};
use tokio::task::spawn_blocking;

use super::{Content, incoming::unsynced, on_disk};
use crate::base::{
    error::{Error, Result},
    ids::RequestId,
};

/// How much is read at once: a visit to another thread costs as much as copying some tens of KiB.
const PIECE: u64 = 256 * 1024;
/// How much is copied at once of what the kernel has in memory: it stays in the processor's cache until it is sent.
#[cfg(target_os = "linux")]
const CACHED: u64 = 64 * 1024;
/// A temporary file that is younger may not be locked yet by the upload that makes it.
const YOUNG: Duration = Duration::from_secs(2);
/// Where the file system knows no locks, an upload has come to its end after this long.
const OLD: Duration = Duration::from_hours(1);

/// A file on its way to a client.
struct Reading {
    file: File,
    rest: Range<u64>,
    /// Used again when a piece has been sent.
    buffer: BytesMut,
}

impl Reading {
    /// The next piece, if the kernel has it in memory: then no thread has to wait for the disk.
    #[cfg(target_os = "linux")]
    fn cached(&mut self) -> Option<Bytes> {
        let size = self.rest.end.saturating_sub(self.rest.start).min(CACHED);
        self.buffer.resize(usize::try_from(size).ok()?, 0);
        let mut into = [io::IoSliceMut::new(&mut self.buffer)];
        let read =
            preadv2(&self.file, &mut into, self.rest.start, ReadWriteFlags::NOWAIT).ok().filter(|read| *read > 0)?;
        self.rest.start += u64::try_from(read).ok()?;
        self.buffer.truncate(read);
        Some(self.buffer.split().freeze())
    }

    #[cfg(not(target_os = "linux"))]
    fn cached(&mut self) -> Option<Bytes> {
        None
    }

    /// The next piece, from the disk.
    fn wait(&mut self) -> io::Result<Bytes> {
        let size = self.rest.end.saturating_sub(self.rest.start).min(PIECE);
        let mut piece = vec![0; usize::try_from(size).unwrap_or(0)];
        self.file.read_exact_at(&mut piece, self.rest.start)?;
        self.rest.start += size;
        Ok(piece.into())
    }
}

#[derive(Clone, Debug)]
pub struct Folder(Arc<Path>);

/// A file of an upload; removed when it is dropped, unless it was kept. While its server lives it is locked.
#[derive(Debug)]
pub struct Temporary {
    path: PathBuf,
    _lock: File,
}

impl Temporary {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // It is gone where it was kept; what else fails is left to the sweep.
        drop(fs::remove_file(&self.path));
    }
}

/// Make a folder with its parents, durably; only the server's user may look into it.
fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make(parent)?;
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        return sync(parent);
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all().or_else(unsynced)
}

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self(path.into())
    }

    pub fn at(&self, key: &str) -> PathBuf {
        self.0.join(key)
    }

    /// A new file for what comes.
    pub async fn temporary(&self) -> Result<(Temporary, File)> {
        let folder = self.0.join("tmp");
        on_disk(move || {
            make(&folder)?;
            let path = folder.join(RequestId::new().to_string());
            let file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
            let temporary = Temporary { path, _lock: file.try_clone()? };
            // A file system without locks is swept by age.
            drop(file.try_lock());
            Ok((temporary, file))
        })
        .await
    }

    pub async fn keep(&self, temporary: &Temporary, key: &str) -> Result<()> {
        let (from, to) = (temporary.path().to_owned(), self.at(key));
        on_disk(move || {
            let folder = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
            make(folder)?;
            fs::rename(from, &to)?;
            sync(folder)
        })
        .await
    }

    pub async fn read(&self, key: &str, range: Range<u64>) -> Result<Content> {
        let path = self.at(key);
        let end = range.end;
        let file = on_disk(move || {
            let file = File::open(path)?;
            Ok((file.metadata()?.len() >= end).then_some(file))
        })
        .await?;
        let Some(file) = file else {
            tracing::error!("a file in the store for attachments is shorter than it was");
            return Err(Error::StoreUnavailable);
        };
        let reading = Reading { file, rest: range, buffer: BytesMut::new() };
        let pieces = stream::try_unfold(reading, |mut reading| async move {
            if reading.rest.is_empty() {
                return Ok(None);
            }
            if let Some(piece) = reading.cached() {
                return Ok(Some((piece, reading)));
            }
            // The file goes to a thread that may wait for the disk, and comes back.
            let (piece, reading) = spawn_blocking(move || io::Result::Ok((reading.wait()?, reading))).await??;
            Ok(Some((piece, reading)))
        });
        Ok(pieces.boxed())
    }

    /// How many bytes a file has; nothing when there is none.
    pub async fn size(&self, key: &str) -> Result<Option<u64>> {
        let path = self.at(key);
        on_disk(move || match fs::metadata(path) {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// All of a small file; nothing when there is none.
    pub async fn whole(&self, key: &str) -> Result<Option<Bytes>> {
        let path = self.at(key);
        on_disk(move || match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    pub async fn delete(&self, key: &str) -> Result<()> {
        let path = self.at(key);
        on_disk(move || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }

    /// Remove temporary files whose server has ended: their lock went with it.
    pub async fn sweep(&self) -> Result<()> {
        let folder = self.0.join("tmp");
        on_disk(move || {
            let entries = match fs::read_dir(folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                entries => entries?,
            };
            for entry in entries {
                let path = entry?.path();
                // One that has gone meanwhile was kept, or refused.
                let Ok(file) = File::open(&path) else { continue };
                let age = file.metadata()?.modified()?.elapsed().unwrap_or_default();
                let left = match file.try_lock() {
                    Ok(()) => age >= YOUNG,
                    Err(TryLockError::WouldBlock) => false,
                    Err(TryLockError::Error(_)) => age >= OLD,
                };
                if left {
                    match fs::remove_file(&path) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                        _ => {}
                    }
                }
            }
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::incoming::Incoming;

    async fn received(folder: &Folder, bytes: &[u8]) -> crate::files::incoming::Received {
        let mut incoming = Incoming::new(folder.temporary().await.unwrap(), 1_000_000);
        incoming.write(bytes).await.unwrap();
        incoming.finish("x").await.unwrap()
    }

    async fn bytes(content: Content) -> Vec<u8> {
        content.map(|piece| piece.unwrap().to_vec()).concat().await
    }

    #[tokio::test]
    async fn what_is_kept_is_read_in_parts_and_deleted() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::new(home.path().join("files"));
        let whole: Vec<u8> = (0..=255).cycle().take(600_000).collect();
        let content = received(&folder, &whole).await;
        assert_eq!(content.size(), whole.len());
        assert_eq!(content.sha256().len(), 64);
        folder.keep(content.temporary(), "sha256/ab/cd").await.unwrap();
        drop(content);
        assert_eq!(fs::read_dir(home.path().join("files/tmp")).unwrap().count(), 0);
        for range in [0..600_000, 0..1, 65_535..65_537, 599_999..600_000, 7..7] {
            let expected = &whole[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
            assert_eq!(bytes(folder.read("sha256/ab/cd", range).await.unwrap()).await, expected);
        }
        assert!(matches!(folder.read("sha256/ab/cd", 0..600_001).await, Err(Error::StoreUnavailable)));
        folder.delete("sha256/ab/cd").await.unwrap();
        folder.delete("sha256/ab/cd").await.unwrap();
        assert!(matches!(folder.read("sha256/ab/cd", 0..1).await, Err(Error::StoreUnavailable)));
    }

    #[tokio::test]
    async fn the_sweep_leaves_uploads_that_are_on_their_way() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::new(home.path().join("files"));
        let on_its_way = received(&folder, b"x").await;
        let left = home.path().join("files/tmp/left");
        let young = home.path().join("files/tmp/young");
        let old = File::create(&left).unwrap();
        old.set_modified(old.metadata().unwrap().modified().unwrap() - YOUNG).unwrap();
        drop(old);
        let upload = File::options().write(true).open(on_its_way.temporary().path()).unwrap();
        upload.set_modified(upload.metadata().unwrap().modified().unwrap() - OLD * 2).unwrap();
        File::create(&young).unwrap();
        folder.sweep().await.unwrap();
        assert!(!left.exists() && young.exists() && on_its_way.temporary().path().exists());
    }

    #[tokio::test]
    async fn more_than_the_limit_is_refused_and_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::new(home.path().join("files"));
        let mut incoming = Incoming::new(folder.temporary().await.unwrap(), 300_000);
        incoming.write(&vec![1; 300_000]).await.unwrap();
        assert!(matches!(incoming.write(&[1]).await, Err(Error::TooLarge { limit: 300_000 })));
        drop(incoming);
        assert_eq!(fs::read_dir(home.path().join("files/tmp")).unwrap().count(), 0);
    }
}
