//! The database: that it can be reached, is the right one, and has room for this server.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use tokio::time::timeout;

use super::finding::{Finding, bytes};
use crate::{
    base::{clock::Timestamp, error::Result},
    cli::folder::Looked,
    config::Config,
    db::inspect::{self, CONNECTIONS, LastBackup, Postgres, Tables},
};

const PATIENCE: Duration = Duration::from_secs(20);
/// A WAL of this size was not copied into the database for long: a reader is in the way.
const LARGE_WAL: u64 = 256 << 20;
/// Clocks that differ by more than this make times look wrong; by more than that, sign-ins and links end too early or late.
const DIFFERS: i64 = 2_000;
const DIFFERS_MUCH: i64 = 60_000;

/// Look at the database. Answers what it says of the last backup, too.
pub async fn check(config: &Config, looked: Option<&Looked>) -> (Vec<Finding>, Option<LastBackup>) {
    const CHECK: &str = "database";
    let Some(url) = &config.database else {
        return match looked.and_then(|looked| looked.database.as_deref()) {
            Some(file) => sqlite(file).await,
            None => (vec![Finding::ok(CHECK, "SQLite; the first start makes it")], None),
        };
    };
    let found = match timeout(PATIENCE, inspect::postgres(url, config.pool)).await {
        Ok(Ok(found)) => return (postgres(&found, config), found.backup),
        Ok(Err(error)) => {
            let remedy = "start Postgres, or mend --database: host, port, user, password, the database and pg_hba.conf";
            Finding::error(CHECK, error.to_string(), remedy)
        }
        Err(_) => Finding::error(
            CHECK,
            format!("Postgres has not answered within {} s", PATIENCE.as_secs()),
            "look whether it hangs, or a firewall drops what goes there",
        ),
    };
    (vec![found], None)
}

fn tables(found: &Result<Tables>) -> Finding {
    const CHECK: &str = "tables";
    let version = inspect::known_tables();
    match found {
        Ok(Tables::Current) => Finding::ok(CHECK, format!("at version {version}, which is this program's")),
        Ok(Tables::Older) => Finding::warning(
            CHECK,
            format!("they are older than version {version}, which is this program's, or not made yet"),
            "back up, then start the server: it brings them up to date",
        ),
        Err(error) => Finding::error(
            CHECK,
            error.to_string(),
            "use the version of Boardcast that wrote them, or restore a backup",
        ),
    }
}

async fn sqlite(file: &Path) -> (Vec<Finding>, Option<LastBackup>) {
    const CHECK: &str = "database";
    let found = match timeout(PATIENCE, inspect::sqlite(file)).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            let detail = format!("{} cannot be read: {error}", file.display());
            return (vec![Finding::error(CHECK, detail, "restore it from a backup (boardcast restore)")], None);
        }
        Err(_) => {
            let detail = format!("{} cannot be read within {} s", file.display(), PATIENCE.as_secs());
            return (vec![Finding::error(CHECK, detail, "look at the disk: it is slow, or failing")], None);
        }
    };
    let size = fs::metadata(file).map_or(0, |file| file.len());
    let mut findings = vec![
        Finding::ok(CHECK, format!("SQLite {}, {}, {}", found.version, file.display(), bytes(size))),
        tables(&found.tables),
        wal(file),
    ];
    findings.extend(written_ahead(file));
    (findings, found.backup)
}

fn wal(database: &Path) -> Finding {
    const CHECK: &str = "wal";
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    match fs::metadata(&name).map_or(0, |file| file.len()) {
        size @ LARGE_WAL.. => Finding::warning(
            CHECK,
            format!("{} wait to be copied into the database", bytes(size)),
            "end what has the database open for long (exports, other programs), or restart the server",
        ),
        0 => Finding::ok(CHECK, "empty"),
        size => Finding::ok(CHECK, bytes(size)),
    }
}

/// Whether the file was written in the future: then the clock was ahead, or is behind now.
fn written_ahead(file: &Path) -> Option<Finding> {
    let written = fs::metadata(file).ok()?.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let ahead = i64::try_from(written.as_millis()).ok()?.saturating_sub(Timestamp::now().0);
    Some(if ahead > DIFFERS_MUCH {
        Finding::error(
            "clock",
            format!("the database was last written {} s in the future", ahead / 1_000),
            "set the clock of this machine by NTP",
        )
    } else {
        Finding::ok("clock", "behind nothing that was written")
    })
}

fn clock(found: &Postgres) -> Finding {
    const CHECK: &str = "clock";
    // The answer was on its way for half of that time, more or less.
    let way = i64::try_from(found.asked_ms / 2).unwrap_or(0);
    let off = Timestamp::now().0.saturating_sub(found.clock.saturating_add(way));
    let side = if off > 0 { "ahead of" } else { "behind" };
    let detail = format!("this machine is {} ms {side} the database's", off.abs());
    let remedy = "set the clocks of both machines by NTP";
    match off.abs() {
        DIFFERS_MUCH.. => Finding::error(CHECK, detail, remedy),
        DIFFERS.. => Finding::warning(CHECK, detail, remedy),
        _ => Finding::ok(CHECK, detail),
    }
}

fn postgres(found: &Postgres, config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::ok("database", format!("Postgres {}", found.version)), tables(&found.tables)];
    findings.push(match &found.pooling {
        Ok(()) => Finding::ok("pooler", "none, or one that keeps sessions together"),
        Err(error) => {
            Finding::error("pooler", error.to_string(), "set pool_mode=session, or give the address of Postgres itself")
        }
    });
    findings.push(match &found.encoding {
        Ok(()) => Finding::ok("encoding", "UTF-8"),
        Err(error) => {
            Finding::error("encoding", error.to_string(), "make a database with encoding 'UTF8' and restore into it")
        }
    });
    findings.push(if found.read_only {
        Finding::error(
            "writes",
            "the database is read-only: nothing can be changed",
            "point --database to the primary, or end the read-only mode (default_transaction_read_only)",
        )
    } else {
        Finding::ok("writes", "the database takes changes")
    });
    findings.push(slots(found, config));
    findings.push(clock(found));
    findings
}

/// Whether there is room for the pool of this server.
fn slots(found: &Postgres, config: &Config) -> Finding {
    const CHECK: &str = "connections";
    let wanted = config.pool.unwrap_or(CONNECTIONS);
    let remedy = "raise max_connections or the limit of the role and the database, or lower --pool";
    let allowed = match &found.allowed {
        Ok(allowed) => *allowed,
        Err(error) => return Finding::error(CHECK, error.to_string(), remedy),
    };
    if allowed < wanted {
        let detail = format!("Postgres allows {allowed} of the {wanted} connections of a server");
        return Finding::warning(CHECK, detail, remedy);
    }
    let free = (found.most - found.taken).max(0);
    if free < i64::from(wanted) {
        return Finding::warning(
            CHECK,
            format!(
                "{} of {} connections are taken: a server wants {wanted} (those of one that runs are among the taken)",
                found.taken, found.most
            ),
            remedy,
        );
    }
    Finding::ok(CHECK, format!("{wanted} fit: {free} of {} are free", found.most))
}
