//! The data folder: who may use it, what it has to be, and what must be in it.

use std::{
    fs::{self, DirBuilder, File, Metadata, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use fs4::FileExt;
use rustix::{
    fs::{Access, AtFlags, CWD, accessat, statfs},
    process::geteuid,
};

use crate::{cli::serve::StartError, db::error_kind::exit_fsync_failed};

const DATABASE: &str = "boardcast.db";
const LOCK: &str = "boardcast.lock";
const MARKER: &str = "boardcast.marker";
/// All files of the server.
const FILES: [&str; 6] = [DATABASE, "boardcast.db-wal", "boardcast.db-shm", LOCK, MARKER, "boardcast.reserve"];

const ABOUT_MARKER: &str = "This folder holds the data of a Boardcast server: boardcast.db, and boardcast.db-wal while \
    it runs.\nWhile this file is here, a server does not begin anew where the database is missing or empty.\n";

/// A data folder that may be used.
pub struct DataFolder {
    path: PathBuf,
    /// Held by the one server that serves it; nothing where another one does.
    lock: Option<File>,
}

fn said(text: String) -> StartError {
    StartError::Setting(text)
}

impl DataFolder {
    /// Make the folder if there is none, refuse one that cannot hold a database, and let no other user read it.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        let failed = |error| unusable(path, &error);
        // With its parents; only the server's user may look into what is made here.
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        let folder = usable(path)?;
        close_to_others(path, &folder);
        let lock = lock(path)?;
        Ok(Self { path: path.to_owned(), lock })
    }

    /// Whether no other server serves it, and none will until this is dropped.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        self.lock.is_some()
    }

    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// The files beside the database that have to stay what they are while a server runs.
    #[must_use]
    pub fn others(&self) -> [PathBuf; 1] {
        [self.path.join(LOCK)]
    }

    /// Refuse to begin anew where there was a database: it was removed or emptied, and something is wrong.
    pub fn refuse_emptied(&self) -> Result<(), StartError> {
        refuse_emptied(&self.path)
    }

    /// Note that there is a database in it.
    pub fn mark(&self) -> Result<(), StartError> {
        let path = self.path.join(MARKER);
        if path.exists() {
            return Ok(());
        }
        let made =
            File::options().create(true).truncate(true).write(true).mode(0o600).open(path).and_then(|mut file| {
                io::Write::write_all(&mut file, ABOUT_MARKER.as_bytes())?;
                Ok(file)
            });
        match made {
            Ok(file) => {
                if let Err(error) = file.sync_all() {
                    exit_fsync_failed(&error);
                }
                Ok(())
            }
            // The next start makes it: a full disk is to be read.
            Err(error) if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => Ok(()),
            Err(error) => Err(unusable(&self.path, &error)),
        }
    }
}

/// What [`DataFolder::open`] refuses, without making or changing anything. The folder is there.
fn usable(path: &Path) -> Result<Metadata, StartError> {
    let failed = |error| unusable(path, &error);
    let folder = fs::metadata(path).map_err(failed)?;
    if !folder.is_dir() {
        return Err(said(format!("the data folder {} is a file", path.display())));
    }
    refuse_network(path)?;
    may_write(path, path, &folder, "the data folder")?;
    for name in FILES {
        let file = path.join(name);
        match fs::metadata(&file) {
            Ok(found) => may_write(path, &file, &found, "the file")?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(folder)
}

/// A data folder as it is.
pub struct Looked {
    /// The database, where there is one.
    pub database: Option<PathBuf>,
    /// What other users of the machine may read.
    pub open: Vec<PathBuf>,
}

/// Look whether a server could begin in this folder, which is there, and change nothing.
pub fn look(path: &Path) -> Result<Looked, StartError> {
    let folder = usable(path)?;
    refuse_emptied(path)?;
    let files = FILES.map(|name| path.join(name));
    let all = files.iter().filter_map(|file| Some((file.clone(), fs::metadata(file).ok()?)));
    let open = all.chain([(path.to_owned(), folder)]).filter(|(_, found)| found.mode() & 0o077 != 0);
    let database = Some(path.join(DATABASE)).filter(|file| file.exists());
    Ok(Looked { database, open: open.map(|(path, _)| path).collect() })
}

fn refuse_emptied(folder: &Path) -> Result<(), StartError> {
    let length = |name: &str| fs::metadata(folder.join(name)).map(|file| file.len()).ok();
    let (database, wal) = (length(DATABASE), length("boardcast.db-wal"));
    let known = folder.join(MARKER).exists();
    if database.is_some_and(|length| length > 0) || (!known && wal.unwrap_or(0) == 0) {
        return Ok(());
    }
    let what = if database.is_some() { "is empty" } else { "is missing" };
    let because = if known { MARKER } else { "boardcast.db-wal" };
    Err(said(format!(
        "{} {what}, and there was a database in {}, as {because} shows: put it back or restore a backup; to begin anew, \
         empty the folder",
        folder.join(DATABASE).display(),
        folder.display()
    )))
}

/// Take the lock. Answers nothing when another server has it.
fn lock(folder: &Path) -> Result<Option<File>, StartError> {
    let failed = |error| unusable(folder, &error);
    let options = File::options().create(true).truncate(false).write(true).mode(0o600).clone();
    let file = options.open(folder.join(LOCK)).map_err(failed)?;
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(Some(file)),
        Err(fs4::TryLockError::WouldBlock) => Ok(None),
        Err(fs4::TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// A user as people know them: the name where the machine has one, and the number.
fn user(uid: u32) -> String {
    let names = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = names.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    name.map_or_else(|| format!("user {uid}"), |name| format!("{name} (user {uid})"))
}

fn us() -> String {
    user(geteuid().as_raw())
}

/// Why the folder cannot be used: with its owner, or that of the nearest folder above it that exists, and who we are.
fn unusable(folder: &Path, error: &io::Error) -> StartError {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let owner = whole.ancestors().find_map(|above| {
        let found = fs::metadata(above).ok()?;
        Some(format!("{} belongs to {}, mode {:o}", above.display(), user(found.uid()), found.mode() & 0o7777))
    });
    said(format!(
        "the data folder {} cannot be used: {error} ({}; this process runs as {})",
        folder.display(),
        owner.unwrap_or_default(),
        us()
    ))
}

/// Refuse what we may not write, and say whose it is.
fn may_write(folder: &Path, path: &Path, found: &Metadata, what: &str) -> Result<(), StartError> {
    let wanted = if found.is_dir() {
        Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK
    } else {
        Access::READ_OK | Access::WRITE_OK
    };
    let Err(error) = accessat(CWD, path, wanted, AtFlags::EACCESS) else { return Ok(()) };
    let why = if error == rustix::io::Errno::ROFS {
        "its file system is read-only"
    } else {
        "it may not be read and written"
    };
    let of_folder = if path == folder { String::new() } else { format!(" in the data folder {}", folder.display()) };
    Err(said(format!(
        "{what} {}{of_folder} cannot be used: {why}. It belongs to {}, mode {:o}, and this process runs as {}",
        path.display(),
        user(found.uid()),
        found.mode() & 0o7777,
        us()
    )))
}

/// The network file systems by their numbers in `statfs(2)`: locks and shared memory do not work there as `SQLite` needs them.
const NETWORKS: [(u64, &str); 9] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x5346_414f, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0102_1997, "9P"),
    (0x564c, "NCP"),
    (0x00c3_6400, "Ceph"),
];

fn refuse_network(folder: &Path) -> Result<(), StartError> {
    let Ok(found) = statfs(folder) else { return Ok(()) };
    // The type is a number of another width and sign on each architecture.
    let number = i128::from(found.f_type) & 0xffff_ffff;
    let network = NETWORKS.iter().find(|(known, _)| i128::from(*known) == number);
    let Some((_, name)) = network else { return Ok(()) };
    Err(said(format!(
        "the data folder {} is on a network file system ({name}), on which SQLite loses data: use a local disk, or \
         --database postgres://…",
        folder.display()
    )))
}

/// Whether everything in the folder is a file of ours: then the folder is the server's alone.
fn holds_only_ours(folder: &Path, uid: u32) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.metadata()?;
        let ours = found.is_dir() && (entry.file_name() == "demo" || entry.file_name() == "files");
        if found.uid() != uid || !(found.is_file() || ours) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Take from other users the right to look into the folder and its files, where they are ours. A folder that holds other
/// things too, such as a home, stays as it is.
fn close_to_others(folder: &Path, found: &Metadata) {
    const STICKY: u32 = 0o1000;
    let uid = geteuid().as_raw();
    let close = |path: &Path, found: &Metadata| {
        if found.uid() == uid && found.mode() & 0o077 != 0 {
            let closed = fs::set_permissions(path, Permissions::from_mode(found.mode() & 0o700));
            if let Err(error) = closed {
                tracing::warn!(path = %path.display(), %error, "other users of this machine can read it");
            }
        }
    };
    if found.mode() & STICKY == 0 && holds_only_ours(folder, uid).unwrap_or(false) {
        close(folder, found);
    }
    for path in FILES.map(|name| folder.join(name)) {
        if let Ok(found) = fs::symlink_metadata(&path)
            && found.is_file()
        {
            close(&path, &found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_other_things_in_it_stays_open() {
        let home = tempfile::tempdir().unwrap();
        let mode = || fs::metadata(home.path()).unwrap().mode() & 0o777;
        fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(home.path().join("pictures")).unwrap();
        fs::write(home.path().join(DATABASE), "").unwrap();
        fs::set_permissions(home.path().join(DATABASE), Permissions::from_mode(0o644)).unwrap();
        close_to_others(home.path(), &fs::metadata(home.path()).unwrap());
        assert_eq!(mode(), 0o755);
        assert_eq!(fs::metadata(home.path().join(DATABASE)).unwrap().mode() & 0o777, 0o600);
        fs::remove_dir(home.path().join("pictures")).unwrap();
        close_to_others(home.path(), &fs::metadata(home.path()).unwrap());
        assert_eq!(mode(), 0o700);
    }
}
