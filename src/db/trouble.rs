//! What an error of a database means for whoever asked, and the one error after which nobody is asked any more.

/// An error, by what is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No room on the disk. Nothing was kept.
    Full,
    /// Somebody else holds a lock for longer than our patience. Nothing was kept.
    Locked,
    /// The database, its disk or the way to it failed; what is not committed is lost.
    Away,
    /// What was written may not be on the disk, and writing it once more would not show it (`fsync` failed).
    Unsynced,
    /// A value that the database cannot hold.
    Value,
    /// A mistake of ours, or a refusal that somebody up the stack understands.
    Other,
}

/// The status of a process that ends because its disk failed: `EX_IOERR`.
const DISK_FAILED: i32 = 74;

impl Trouble {
    #[must_use]
    pub fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_) => Self::Away,
            sqlx::Error::Database(inner) => match inner.code() {
                Some(code) if code.len() == 5 => Self::of_postgres(&code),
                Some(code) => Self::of_sqlite(&code),
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// <https://www.sqlite.org/rescode.html>; the lowest byte is the kind.
    fn of_sqlite(code: &str) -> Self {
        let Ok(code) = code.parse::<u32>() else { return Self::Other };
        match code {
            // IOERR_FSYNC, IOERR_DIR_FSYNC
            1034 | 1290 => Self::Unsynced,
            // IOERR_SHMSIZE: no room for the index of the WAL
            4874 => Self::Full,
            code => match code & 0xff {
                // BUSY, LOCKED
                5 | 6 => Self::Locked,
                // FULL
                13 => Self::Full,
                // NOMEM, IOERR, CANTOPEN
                7 | 10 | 14 => Self::Away,
                _ => Self::Other,
            },
        }
    }

    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    fn of_postgres(code: &str) -> Self {
        match code {
            // disk_full
            "53100" => Self::Full,
            // deadlock, serialisation, lock_timeout, statement_timeout
            "40P01" | "40001" | "55P03" | "57014" => Self::Locked,
            // invalid bytes in a text, a value out of range
            "22021" | "22003" => Self::Value,
            // idle_in_transaction_session_timeout: the connection is gone
            "25P03" => Self::Away,
            // connection exceptions, insufficient resources, operator intervention, system errors
            code if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Self::Away,
            _ => Self::Other,
        }
    }
}

/// After an `fsync` that failed the kernel may have dropped what it could not write and say "done" the next time:
/// nothing that is answered from here on could be promised. What was answered before is in the WAL; whoever starts
/// the process again reads it from there.
pub fn end(error: &dyn std::fmt::Display) -> ! {
    tracing::error!(%error, "the disk could not keep what was written (fsync failed): the process ends");
    std::process::exit(DISK_FAILED)
}

/// The same, when this is such an error.
pub fn end_if_unsynced(error: &sqlx::Error) {
    if Trouble::of(error) == Trouble::Unsynced {
        end(error);
    }
}
