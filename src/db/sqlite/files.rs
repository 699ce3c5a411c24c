//! Whether the files of the database are still those that were opened. A file that was removed, moved or replaced goes on
//! taking what is written, and nothing of it is there at the next start.

use std::{fs, os::unix::fs::MetadataExt, path::PathBuf};

use crate::faults::planted;

/// Files by their names, and by what they were when they were opened.
#[derive(Debug)]
pub struct Files(Vec<(PathBuf, Identity)>);

/// The number of a file, and of the device that it is on.
type Identity = (u64, u64);

fn identity(path: &PathBuf) -> std::io::Result<Identity> {
    fs::metadata(path).map(|file| (file.dev(), file.ino()))
}

impl Files {
    /// These files as they are now.
    pub fn opened(paths: impl IntoIterator<Item = PathBuf>) -> std::io::Result<Self> {
        let known = paths.into_iter().map(|path| identity(&path).map(|identity| (path, identity)));
        Ok(Self(known.collect::<Result<_, _>>()?))
    }

    /// The first file that is not the one that was opened, and what became of it. Takes a few microseconds.
    pub fn vanished(&self) -> Option<String> {
        planted!(
            VanishedFilesUnnoticed => None,
            self.0.iter().find_map(|(path, known)| match identity(path) {
                Ok(found) if found == *known => None,
                Ok(_) => Some(format!("{} was replaced by another file", path.display())),
                Err(error) => Some(format!("{} is gone: {error}", path.display())),
            })
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_gone_or_another_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        fs::write(&one, "one").unwrap();
        fs::write(&other, "other").unwrap();
        let files = Files::opened([one.clone()]).unwrap();
        fs::write(&one, "changed").unwrap();
        assert_eq!(files.vanished(), None);
        fs::rename(&one, folder.path().join("away")).unwrap();
        assert!(files.vanished().unwrap().contains("gone"));
        fs::rename(&other, &one).unwrap();
        assert!(files.vanished().unwrap().contains("replaced"));
        fs::rename(folder.path().join("away"), &one).unwrap();
        assert_eq!(files.vanished(), None);
    }
}
