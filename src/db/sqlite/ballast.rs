//! A ballast file: space on the disk that is kept for what has to work even when the disk is full: signing in and out, and
//! ending sessions and tokens. It is a file of that size beside the database. A write of this kind that finds no space
//! releases the file and tries again. Until the file can be made again, ordinary writes are refused, so that they do
//! not use up its space.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use fs4::FileExt;
use parking_lot::Mutex;

/// Enough for some hundred sessions, even if the WAL is never written from its beginning again.
const SIZE: u64 = 4 * 1024 * 1024;
/// How often the file is tried to be made again.
const RETRY_EVERY: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub struct BallastFile(Arc<Inner>);

struct Inner {
    file: PathBuf,
    held: AtomicBool,
    tried_at: Mutex<Instant>,
}

fn allocate(path: &Path) -> io::Result<()> {
    let mut file = File::options().create(true).truncate(false).write(true).open(path)?;
    // A file can have its length without having the blocks.
    if FileExt::allocated_size(&file)? >= SIZE {
        return Ok(());
    }
    match FileExt::allocate(&file, SIZE) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            let copied = io::copy(&mut io::repeat(0).take(SIZE), &mut file)?;
            file.sync_all()?;
            debug_assert_eq!(copied, SIZE);
            Ok(())
        }
        allocated => allocated,
    }
}

/// Make the file. Answers whether there is enough space for it. Any other error is not one to stop writing for: if
/// the folder is unusable, the database will fail by itself.
fn acquire(path: &Path) -> bool {
    let Err(error) = allocate(path) else { return true };
    // Half a file is of no use, and the next sign-in needs its space.
    let _ = fs::remove_file(path);
    let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    if !full {
        tracing::warn!(%error, "no ballast file can be made: a full disk will stop signing in too");
    }
    !full
}

impl BallastFile {
    /// Make the file beside this database.
    #[must_use]
    pub fn beside(database: &Path) -> Self {
        let file = database.with_extension("reserve");
        let held = acquire(&file);
        if !held {
            tracing::warn!("the disk is full: signing in goes on, writing does not");
        }
        Self(Arc::new(Inner { file, held: AtomicBool::new(held), tried_at: Mutex::new(Instant::now()) }))
    }

    /// The file of the server that has this database open, as another program sees it: that takes no part in it.
    #[must_use]
    pub fn of_another(database: &Path) -> Self {
        let file = database.with_extension("reserve");
        Self(Arc::new(Inner { file, held: AtomicBool::new(true), tried_at: Mutex::new(Instant::now()) }))
    }

    /// Whether the file is there, or could be made again just now: then ordinary writes may go on.
    pub async fn reacquire(&self) -> bool {
        if self.0.held.load(Ordering::Acquire) {
            return true;
        }
        {
            let mut tried_at = self.0.tried_at.lock();
            if tried_at.elapsed() < RETRY_EVERY {
                return false;
            }
            *tried_at = Instant::now();
        }
        let file = self.0.file.clone();
        let acquired = tokio::task::spawn_blocking(move || acquire(&file)).await.unwrap_or(false);
        if acquired && !self.0.held.swap(true, Ordering::AcqRel) {
            tracing::info!("the disk has space again: writing goes on");
        }
        acquired
    }

    /// Remove the file. Answers whether that made space.
    pub async fn release(&self) -> bool {
        if !self.0.held.swap(false, Ordering::AcqRel) {
            return false;
        }
        tracing::warn!("the disk is full: the ballast file is released for signing in and out");
        *self.0.tried_at.lock() = Instant::now();
        let file = self.0.file.clone();
        tokio::task::spawn_blocking(move || fs::remove_file(file)).await.is_ok_and(|removed| removed.is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_released_file_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("boardcast.db");
        let ballast = BallastFile::beside(&database);
        let file = folder.path().join("boardcast.reserve");
        let size = || FileExt::allocated_size(&File::open(&file).unwrap()).unwrap();
        assert!(ballast.reacquire().await);
        assert!(size() >= SIZE);
        assert!(ballast.release().await);
        assert!(!file.exists());
        assert!(!ballast.release().await, "only once");
        assert!(!ballast.reacquire().await, "not at once");
        while !ballast.reacquire().await {
            tokio::time::sleep(RETRY_EVERY).await;
        }
        assert!(size() >= SIZE);
    }
}
