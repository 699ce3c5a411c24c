//! What an error of a database means to its caller, and the one error after which the process has to end.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::{error::Error, output};

/// An error of a database, by what its caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The disk is full. Nothing was kept.
    Full,
    /// Another transaction holds a lock for longer than the timeout. Nothing was kept.
    Locked,
    /// The database, its disk or the connection to it failed. What was not committed is lost.
    Unavailable,
    /// `fsync` failed: what was written may not be on the disk, and trying again would not show it.
    FsyncFailed,
    /// A value that the database cannot store.
    OutOfRange,
    /// A mistake in the server, or a refusal that the caller knows how to handle (a constraint).
    Other,
}

/// The exit status of a process whose disk failed: `EX_IOERR`.
const DISK_FAILED: i32 = 74;

/// The kinds that are counted, by their names.
const COUNTED: [(ErrorKind, &str); 4] = [
    (ErrorKind::Full, "full"),
    (ErrorKind::Locked, "locked"),
    (ErrorKind::Unavailable, "unavailable"),
    (ErrorKind::OutOfRange, "out_of_range"),
];
/// An error is made where nothing knows of a database: it is counted for the whole process.
static COUNTS: [AtomicU64; COUNTED.len()] = [const { AtomicU64::new(0) }; COUNTED.len()];

/// How many errors there were of each kind.
#[must_use]
pub fn counts() -> [(&'static str, u64); COUNTED.len()] {
    std::array::from_fn(|at| (COUNTED[at].1, COUNTS[at].load(Ordering::Relaxed)))
}

impl ErrorKind {
    /// The kind of an error that goes on to a caller; it is counted.
    pub fn noted(error: &sqlx::Error) -> Self {
        let kind = Self::of(error);
        if let Some(at) = COUNTED.iter().position(|(counted, _)| *counted == kind) {
            COUNTS[at].fetch_add(1, Ordering::Relaxed);
        }
        kind
    }

    #[must_use]
    pub fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_) => Self::Unavailable,
            sqlx::Error::Database(inner) => match inner.code() {
                // Only Postgres has codes of five characters.
                Some(code) if code.len() == 5 => Self::of_postgres(&code),
                Some(code) => Self::of_sqlite(&code),
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// <https://www.sqlite.org/rescode.html>: the lowest byte is the primary code, the rest says more.
    fn of_sqlite(code: &str) -> Self {
        let Ok(code) = code.parse::<u32>() else { return Self::Other };
        match code {
            // IOERR_FSYNC, IOERR_DIR_FSYNC
            1034 | 1290 => Self::FsyncFailed,
            // IOERR_SHMSIZE: no space for the index of the WAL
            4874 => Self::Full,
            code => match code & 0xff {
                // BUSY, LOCKED
                5 | 6 => Self::Locked,
                // FULL
                13 => Self::Full,
                // NOMEM, IOERR, CANTOPEN
                7 | 10 | 14 => Self::Unavailable,
                _ => Self::Other,
            },
        }
    }

    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>: the first two characters are the class.
    fn of_postgres(code: &str) -> Self {
        match code {
            // disk_full
            "53100" => Self::Full,
            // deadlock_detected, serialization_failure, lock_not_available, query_canceled (statement_timeout)
            "40P01" | "40001" | "55P03" | "57014" => Self::Locked,
            // character_not_in_repertoire, untranslatable_character (in JSON), numeric_value_out_of_range
            "22021" | "22P05" | "22003" => Self::OutOfRange,
            // idle_in_transaction_session_timeout: Postgres has closed the connection. read_only_sql_transaction: it was
            // made a standby, or set to read-only.
            "25P03" | "25006" => Self::Unavailable,
            // connection exceptions, insufficient resources, operator intervention, system errors
            code if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Self::Unavailable,
            _ => Self::Other,
        }
    }
}

/// End the process because `fsync` failed. The kernel may have dropped the pages that it could not write, and may report
/// success the next time, so no later COMMIT could be trusted. What was answered before is in the WAL; the next start
/// of the process reads it from there.
pub fn exit_fsync_failed(error: &dyn std::fmt::Display) -> ! {
    tracing::error!(%error, "the disk could not keep what was written (fsync failed): the process ends");
    output::exit(DISK_FAILED)
}

/// End the process because one of its files is not there any more: what it would write could not be found again.
pub fn exit_file_vanished(what: &str) -> ! {
    tracing::error!(
        "{what} while the server was running: the process ends. What was answered is in the files that it had opened; \
         put them back, or restore a backup"
    );
    output::exit(DISK_FAILED)
}

/// End the process if this is such an error.
pub fn exit_if_fsync_failed(error: &sqlx::Error) {
    if ErrorKind::of(error) == ErrorKind::FsyncFailed {
        exit_fsync_failed(error);
    }
}

impl Error {
    /// Whether a unique constraint refused the statement.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Whether the disk is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::StorageFull => true,
            Self::Database(error) => ErrorKind::of(error) == ErrorKind::Full,
            _ => false,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if ErrorKind::noted(&error) == ErrorKind::FsyncFailed {
            exit_fsync_failed(&error);
        }
        Self::Database(error)
    }
}
