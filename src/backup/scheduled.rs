//! The folder of the backups that a server makes by itself: their names, how many stay, and what a crash left.
//!
//! A name says when a backup was made and of which history of the database. A server removes files of its own history only,
//! so that several instances may share a folder, and what people put there stays.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use fs4::FileExt;

use crate::base::clock::Timestamp;

const PREFIX: &str = "boardcast-";
const SUFFIX: &str = ".tar.zst";
/// What a file is called until it is whole.
const PART: &str = ".part";

/// The folder, and whose files in it are ours.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    epoch: String,
}

/// Refuse a folder in which no file can be made. A file without a name is made there, and is gone at once.
pub fn check(path: &Path) -> Result<(), String> {
    let found = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            format!("the folder {} is not there: make it, for the server's user", path.display())
        }
        _ => format!("the folder {} cannot be used: {error}", path.display()),
    })?;
    if !found.is_dir() {
        return Err(format!("{} is a file, and should be a folder", path.display()));
    }
    let listed = fs::read_dir(path).map(drop);
    listed.and_then(|()| tempfile::tempfile_in(path).map(drop)).map_err(|error| {
        format!("the folder {} cannot be written to: {error}; give it to the server's user", path.display())
    })
}

/// The instant in the name of a backup of this history; it sorts as instants do.
fn instant<'a>(name: &'a str, epoch: &str) -> Option<&'a str> {
    const SHAPE: &str = "0000-00-00T00-00-00Z";
    let (instant, rest) = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split_at_checked(SHAPE.len())?;
    let fits = instant.bytes().zip(SHAPE.bytes()).all(|(found, shape)| match shape {
        b'0' => found.is_ascii_digit(),
        shape => found == shape,
    });
    (fits && rest.strip_prefix('-') == Some(epoch)).then_some(instant)
}

impl Folder {
    #[must_use]
    pub fn new(path: &Path, epoch: &str) -> Self {
        Self { path: path.to_owned(), epoch: epoch.to_owned() }
    }

    /// Where the backup of this moment goes.
    #[must_use]
    pub fn file(&self, at: Timestamp) -> PathBuf {
        let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let instant = instant.strftime("%Y-%m-%dT%H-%M-%SZ");
        self.path.join(format!("{PREFIX}{instant}-{}{SUFFIX}", self.epoch))
    }

    /// The files of the folder that have a name of ours, once this is cut off at its end; the oldest first.
    fn ours(&self, end: &str) -> io::Result<Vec<PathBuf>> {
        let mut found = vec![];
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let instant =
                name.to_str().and_then(|name| name.strip_suffix(end)).and_then(|name| instant(name, &self.epoch));
            if let Some(instant) = instant
                && entry.file_type()?.is_file()
            {
                found.push((instant.to_owned(), entry.path()));
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, path)| path).collect())
    }

    /// Remove what a process left that ended while it wrote a backup. A file that another one is writing is locked, and stays.
    pub fn discard_unfinished(&self) -> io::Result<()> {
        for path in self.ours(PART)? {
            let file = File::options().write(true).open(&path)?;
            if FileExt::try_lock(&file).is_ok() {
                tracing::info!(file = %path.display(), "a backup that was not finished is removed");
                remove(&path)?;
            }
        }
        Ok(())
    }

    /// Remove the oldest until so many are left. The one that was just made stays, also where the clock was ahead before and
    /// the others seem to be newer.
    pub fn keep(&self, count: usize, made: &Path) -> io::Result<()> {
        let all = self.ours("")?;
        let surplus = all.len().saturating_sub(count);
        for path in all.iter().filter(|path| *path != made).take(surplus) {
            remove(path)?;
        }
        Ok(())
    }
}

/// Remove a file that another node may have removed meanwhile.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const HOUR: i64 = 3_600_000;

    fn names(folder: &Path) -> BTreeSet<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn only_the_oldest_of_ones_own_are_removed() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::new(home.path(), "AbCdEf12");
        assert_eq!(folder.file(Timestamp(0)), home.path().join("boardcast-1970-01-01T00-00-00Z-AbCdEf12.tar.zst"));
        let others = [
            "boardcast-1960-01-01T00-00-00Z-ZZZZZZZZ.tar.zst",
            "boardcast-1960-01-01T00-00-00Z-AbCdEf12.tar.zst.gpg",
            "boardcast-1960-01-01T00-00-00Z-AbCdEf12.tar",
            "boardcast-1960-01-01.tar.zst",
            "boardcast-1960-01-01T00-00-0xZ-AbCdEf12.tar.zst",
            "boardcast-1960-01-01T00-00-00Z-AbCdEf12-mine.tar.zst",
            "boardcast-äöüäöüäöüäöüäöü.tar.zst",
            "family.jpg",
        ];
        for name in others {
            fs::write(home.path().join(name), "").unwrap();
        }
        fs::create_dir(home.path().join("boardcast-1961-01-01T00-00-00Z-AbCdEf12.tar.zst")).unwrap();
        let ours: Vec<_> = (0..5).map(|n| folder.file(Timestamp(n * HOUR))).collect();
        for path in &ours {
            fs::write(path, "").unwrap();
        }
        folder.keep(3, &ours[4]).unwrap();
        let left: Vec<_> = ours.iter().map(|path| path.exists()).collect();
        assert_eq!(left, [false, false, true, true, true]);
        assert_eq!(names(home.path()).len(), others.len() + 1 + 3);
        folder.keep(1, &ours[2]).unwrap();
        assert_eq!(ours.iter().filter(|path| path.exists()).collect::<Vec<_>>(), [&ours[2]], "the one just made stays");
        assert_eq!(names(home.path()).len(), others.len() + 1 + 1);
    }

    #[test]
    fn what_is_not_finished_goes_unless_it_is_being_written() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::new(home.path(), "AbCdEf12");
        let part = |at| PathBuf::from(format!("{}{PART}", folder.file(Timestamp(at)).display()));
        let written = File::create(part(0)).unwrap();
        FileExt::try_lock(&written).unwrap();
        fs::write(part(HOUR), "half").unwrap();
        fs::write(home.path().join("boardcast-mine.tar.zst.part"), "").unwrap();
        folder.discard_unfinished().unwrap();
        assert!(part(0).exists() && !part(HOUR).exists());
        assert_eq!(names(home.path()).len(), 2);
        drop(written);
        folder.discard_unfinished().unwrap();
        assert!(!part(0).exists());
    }

    #[test]
    fn a_folder_has_to_be_there_and_take_files() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(check(home.path()), Ok(()));
        assert!(names(home.path()).is_empty());
        assert!(check(&home.path().join("none")).unwrap_err().contains("is not there"));
        fs::write(home.path().join("file"), "").unwrap();
        assert!(check(&home.path().join("file")).unwrap_err().contains("is a file"));
        // Not even root makes a file there.
        assert!(check(Path::new("/proc/self")).unwrap_err().contains("cannot be written to"));
    }
}
