//! Room on the disk that is kept free for what has to go on when the disk is full: signing in and out, and ending
//! sessions and tokens. It is a file of that size beside the database. Who must write and finds no room gives it up and
//! tries again; until the room is taken back, ordinary writes are refused, so that they do not use it up.

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

/// Enough for some hundred sessions, even if the WAL could never be begun anew.
const SIZE: u64 = 4 * 1024 * 1024;
/// How often it is tried to take the room back.
const EVERY: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub struct Reserve(Arc<Inner>);

struct Inner {
    file: PathBuf,
    held: AtomicBool,
    tried: Mutex<Instant>,
}

fn allocate(path: &Path) -> io::Result<()> {
    let mut file = File::options().create(true).truncate(false).write(true).open(path)?;
    // The length alone would be a promise that nobody keeps.
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

/// Take the room. Answers whether there is enough of it: what else may be wrong with the folder, the database will say.
fn take(path: &Path) -> bool {
    let Err(error) = allocate(path) else { return true };
    // Half of it helps nobody, and who signs in next needs the room.
    let _ = fs::remove_file(path);
    let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    if !full {
        tracing::warn!(%error, "no room can be kept in reserve: a full disk will stop signing in too");
    }
    !full
}

impl Reserve {
    /// Take the room beside this database.
    #[must_use]
    pub fn beside(database: &Path) -> Self {
        let file = database.with_extension("reserve");
        let held = take(&file);
        if !held {
            tracing::warn!("the disk is full: signing in goes on, writing does not");
        }
        Self::new(file, held)
    }

    fn new(file: PathBuf, held: bool) -> Self {
        Self(Arc::new(Inner { file, held: AtomicBool::new(held), tried: Mutex::new(Instant::now()) }))
    }

    /// Whether the room is held, or could be taken back just now: then ordinary writes may go on.
    pub async fn whole(&self) -> bool {
        if self.0.held.load(Ordering::Acquire) {
            return true;
        }
        {
            let mut tried = self.0.tried.lock();
            if tried.elapsed() < EVERY {
                return false;
            }
            *tried = Instant::now();
        }
        let file = self.0.file.clone();
        let taken = tokio::task::spawn_blocking(move || take(&file)).await.unwrap_or(false);
        if taken && !self.0.held.swap(true, Ordering::AcqRel) {
            tracing::info!("the disk has room again: writing goes on");
        }
        taken
    }

    /// Give the room up. Answers whether there was any to give.
    pub async fn give(&self) -> bool {
        if !self.0.held.swap(false, Ordering::AcqRel) {
            return false;
        }
        tracing::warn!("the disk is full: what is kept in reserve is used for signing in and out");
        *self.0.tried.lock() = Instant::now();
        let file = self.0.file.clone();
        tokio::task::spawn_blocking(move || fs::remove_file(file)).await.is_ok_and(|removed| removed.is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_given_up_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("boardcast.db");
        let reserve = Reserve::beside(&database);
        let file = folder.path().join("boardcast.reserve");
        let size = || FileExt::allocated_size(&File::open(&file).unwrap()).unwrap();
        assert!(reserve.whole().await);
        assert!(size() >= SIZE);
        assert!(reserve.give().await);
        assert!(!file.exists());
        assert!(!reserve.give().await, "only once");
        assert!(!reserve.whole().await, "not at once");
        while !reserve.whole().await {
            tokio::time::sleep(EVERY).await;
        }
        assert!(size() >= SIZE);
    }
}
