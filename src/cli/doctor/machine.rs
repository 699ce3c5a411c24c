//! The machine: how many files and threads there may be, and how much room the data folder has.

use std::{fs, io::ErrorKind, path::Path, thread};

use rustix::{
    fs::{Access, AtFlags, CWD, accessat, statvfs},
    process::{Resource, getrlimit},
};

use super::finding::{Finding, bytes};
use crate::{
    cli::{
        folder::{self, Looked},
        process::{OTHER_THREADS, check_threads},
        serve::connections_within,
    },
    config::Config,
};

/// With less room than this the server refuses attachments.
const LITTLE_ROOM: u64 = 64 << 20;
const SOME_ROOM: u64 = 1 << 30;
/// With fewer files than this left, something will not be made some day.
const FEW_INODES: u64 = 1_000;

pub fn limits(config: &Config) -> Vec<Finding> {
    let limit = getrlimit(Resource::Nofile);
    let files = limit.maximum.or(limit.current).unwrap_or(u64::MAX);
    let (wanted, capacity) = (config.connections, connections_within(files, config.connections));
    let open = if capacity < wanted {
        let wanted_files = u64::try_from(wanted).unwrap_or(u64::MAX).saturating_add(64);
        Finding::warning(
            "open files",
            format!("the limit of open files is {files}: {capacity} of {wanted} connections fit"),
            format!(
                "raise it to {wanted_files} (LimitNOFILE of systemd, ulimit -n, ulimits of a container), or lower --connections"
            ),
        )
    } else {
        Finding::ok("open files", format!("{wanted} connections fit"))
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let threads = match check_threads(workers + OTHER_THREADS) {
        Ok(()) => Finding::ok("threads", format!("{} can be started", workers + OTHER_THREADS)),
        Err(why) => Finding::error("threads", why, "raise the limit of processes for the server's user or unit"),
    };
    vec![open, threads]
}

/// The data folder. Answers where the database is, if there is one.
pub fn data(config: &Config) -> (Vec<Finding>, Option<Looked>) {
    const CHECK: &str = "data folder";
    let path = config.data.as_path();
    let remedy = "give the folder to the server's user (chown, chmod u+rwx), on a local disk";
    if fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        let there = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let above = there.ancestors().skip(1).find(|above| above.exists()).unwrap_or(Path::new("/"));
        if accessat(CWD, above, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).is_err() {
            let detail = format!("{} is not there, and cannot be made in {}", there.display(), above.display());
            return (vec![Finding::error(CHECK, detail, remedy)], None);
        }
        let detail = format!("{} is not there yet: the first start makes it", there.display());
        return (vec![Finding::ok(CHECK, detail), room(above)], None);
    }
    let looked = match folder::look(path) {
        Ok(looked) => looked,
        Err(why) => return (vec![Finding::error(CHECK, why.to_string(), remedy)], None),
    };
    let mut findings = vec![];
    if looked.open.is_empty() {
        findings.push(Finding::ok(CHECK, format!("{} is for its user alone", path.display())));
    } else {
        let open: Vec<_> = looked.open.iter().map(|path| path.display().to_string()).collect();
        findings.push(Finding::warning(
            CHECK,
            format!("other users of this machine may read {}", open.join(", ")),
            format!("chmod -R go= {}", path.display()),
        ));
    }
    findings.push(room(path));
    (findings, Some(looked))
}

fn room(folder: &Path) -> Finding {
    const CHECK: &str = "disk";
    let found = match statvfs(folder) {
        Ok(found) => found,
        Err(error) => {
            let detail = format!("how much room {} has is not known: {error}", folder.display());
            return Finding::warning(CHECK, detail, "look by df");
        }
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let detail = format!("{} free for {}", bytes(free), folder.display());
    // Some file systems make as many as are wanted, and say 0.
    if found.f_files > 0 && found.f_favail < FEW_INODES {
        return Finding::warning(
            CHECK,
            format!("{detail}, and only {} more files", found.f_favail),
            "delete small files there",
        );
    }
    if free < LITTLE_ROOM {
        Finding::error(CHECK, detail, "make room or a larger disk: without room nothing can be changed")
    } else if free < SOME_ROOM {
        Finding::warning(CHECK, detail, "make room or a larger disk before it is full")
    } else {
        Finding::ok(CHECK, detail)
    }
}
