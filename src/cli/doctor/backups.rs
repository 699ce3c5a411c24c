//! The backups that the server makes by itself: that their folder takes them, and that there are some.

use std::{fs, os::unix::fs::MetadataExt, path::Path, time::Duration};

use rustix::fs::statvfs;

use super::finding::{Finding, bytes};
use crate::{backup::scheduled, base::clock::Timestamp, config::Config, db::inspect::LastBackup};

const CHECK: &str = "backups";

fn free(folder: &Path) -> Option<u64> {
    statvfs(folder).ok().map(|found| found.f_bavail.saturating_mul(found.f_frsize))
}

/// Whether both are on one file system: what ends the one ends the other.
fn beside(folder: &Path, data: &Path) -> bool {
    let device = |path: &Path| fs::metadata(path).ok().map(|found| found.dev());
    device(folder).is_some_and(|found| device(data) == Some(found))
}

pub fn check(config: &Config, last: Option<&LastBackup>) -> Finding {
    let Some(folder) = &config.backup_to else {
        return Finding::ok(CHECK, "the server makes none by itself (--backup-to)");
    };
    if let Err(why) = scheduled::check(folder) {
        return Finding::error(CHECK, why, "mend --backup-to: the server refuses to start with it");
    }
    let Some((made, size, failed, error)) = last else {
        return Finding::ok(
            CHECK,
            format!("none yet in {}: the server makes the first one when it starts", folder.display()),
        );
    };
    let ago = |at: i64| Duration::from_millis(u64::try_from(Timestamp::now().0.saturating_sub(at)).unwrap_or(0));
    let hours = |at: i64| format!("{} h ago", ago(at).as_secs() / 3_600);
    let made_ago = made.map_or_else(|| "there is none".into(), |at| format!("the last one was made {}", hours(at)));
    let why = error.as_deref().unwrap_or("for no known reason");
    if let Some(failed) = *failed {
        let detail = format!("the last attempt failed, {}: {why}; {made_ago}", hours(failed));
        return Finding::error(CHECK, detail, "mend what it says: the server tries again within ten minutes");
    }
    if let Some(error) = error {
        let detail = format!("{made_ago}, and something is wrong: {error}");
        return Finding::warning(CHECK, detail, "mend what it says before the next one is made");
    }
    let Some(made) = *made else {
        return Finding::ok(CHECK, format!("the first one is being made in {}", folder.display()));
    };
    if ago(made) > config.backup_every * 2 {
        let remedy = "start the server, and look in its log for what keeps it from making one";
        return Finding::warning(CHECK, made_ago, remedy);
    }
    let size = u64::try_from(size.unwrap_or(0)).unwrap_or(0);
    if let Some(free) = free(folder)
        && free < size
    {
        let detail = format!("the last one has {}, and {} are free in {}", bytes(size), bytes(free), folder.display());
        return Finding::warning(CHECK, detail, "make room, or keep fewer (--backup-keep)");
    }
    let beside =
        if beside(folder, &config.data) { "; they are on the disk of the data: copy them elsewhere" } else { "" };
    Finding::ok(CHECK, format!("{made_ago}, {} in {}{beside}", bytes(size), folder.display()))
}
