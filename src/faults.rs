//! Faults that are planted on purpose, so that it can be seen that they would be found, and points at which the
//! process dies. Debug builds only: a release build answers every question here with a constant.

use std::time::Duration;

use clap::ValueEnum;

/// A mistake that could have been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// Readers are told before the change is durable.
    PublishBeforeCommit,
    /// Events are numbered by one counter of the process, not by the project's row.
    NumberFromAGlobalCounter,
    /// The number is what was read before the row was locked.
    NumberReadBeforeTheLock,
    /// A change that says nothing keeps the number that it drew.
    NumberKeptBySilence,
    /// The event is written in a transaction of its own.
    EventInItsOwnTransaction,
    /// Whether the actor still is a member is not asked again inside of the change.
    StaleMembership,
    /// An `Idempotency-Key` is claimed in a transaction of its own.
    KeyClaimedByItself,
    /// The version of a task counts its changes instead of naming its event.
    VersionThatCounts,
    /// The event of a change forgets one of the fields.
    ForgottenField,
    /// What goes away along with a task is not told.
    ForgottenParts,
    /// A part of a shared transaction is answered before the COMMIT.
    AnswerBeforeCommit,
    /// What a failed part of a shared transaction had written stays in it.
    NeighbourNotTakenBack,
    /// `SQLite` is not asked to wait for the disk.
    SynchronousNormal,
    /// A token's list of projects is not looked at.
    TokenReachesEverything,
    /// A token's scopes are not looked at.
    ScopesIgnored,
    /// Projects are found by people who are no members.
    StrangersFindProjects,
    /// Each request writes its session back when it has read it, and brings back one that was ended in between.
    SessionWrittenBack,
    /// Whoever takes another password leaves the other sessions signed in.
    OthersStaySignedIn,
    /// A page of the log begins where the trimmed part ends, without a word.
    PageAcrossATrim,
    /// Streams of an ended session or token are not told.
    RevocationUnheard,
    /// A stream does not notice that its reader was removed.
    RemovalUnseen,
    /// A stream does not notice that its project was deleted.
    DeletionUnseen,
    /// A reader that lags behind the ring is moved to its end.
    LaggardSkipsAhead,
    /// The ring takes an event though the one before it is missing.
    HoleSteppedOver,
    /// A reader that comes back goes on with the last event that it has.
    CursorOffByOne,
    /// Nodes find what moved by hints only.
    HintsOnly,
    /// A checkpoint names the end of the ring, and not what was written.
    CheckpointAhead,
    /// A reader whose next events were trimmed gets those that are left.
    TrimUnsaid,
    /// A stream does not watch when its token expires.
    ExpiryUnwatched,
    /// Frames that Redis carries do not say who left with them.
    RedisForgetsWhoLeft,
    /// A frame that Redis carried is given to the readers of another project.
    RedisMixesProjects,
    /// The stream of a user ignores which projects it was narrowed to.
    FilterIgnored,
    /// Streams are not told that their user joined a project.
    JoiningUnheard,
    /// A stream begins where its topic is, though the membership was looked up before that.
    BeginAtTheTopic,
    /// Readers are told though the COMMIT failed.
    PublishAfterAFailedCommit,
    /// A stream looks where the log ends before it listens.
    SubscribeAfterTheLook,
    /// Nobody rings at the other nodes.
    DoorbellNeverRings,
    /// What other nodes ring for is not looked at.
    DoorbellUnheard,
    /// Streams go on though the database has been out of reach for long.
    NeverCut,
    /// Whatever there is waits for a reader that does not read, and not only as much as it may hold.
    OutboxWithoutEnd,
    /// Streams are cut off when the server is asked to end.
    GoodbyeUnsaid,
}

#[cfg(debug_assertions)]
mod on {
    use std::{
        str::FromStr,
        sync::{
            LazyLock,
            atomic::{AtomicU64, Ordering},
        },
        time::Duration,
    };

    use clap::ValueEnum;

    use super::Fault;
    use crate::config;

    fn number<T: FromStr>(switch: &str) -> Option<T> {
        config::test_switch(switch)?.parse().ok()
    }

    static PLANTED: LazyLock<Vec<Fault>> = LazyLock::new(|| {
        let names = config::test_switch("BOARDCAST_TEST_FAULT").unwrap_or_default();
        names.split(',').filter_map(|name| Fault::from_str(name, false).ok()).collect()
    });

    /// The point to die at, and how often it is passed before.
    static DEADLY: LazyLock<Option<(String, AtomicU64)>> = LazyLock::new(|| {
        let text = config::test_switch("BOARDCAST_TEST_KILL")?;
        let (name, times) = text.rsplit_once(':')?;
        Some((name.to_owned(), AtomicU64::new(times.parse().ok()?)))
    });

    /// Which part of the hints between nodes is lost.
    static LOST_HINTS: LazyLock<f64> = LazyLock::new(|| number("BOARDCAST_TEST_LOST_HINTS").unwrap_or(0.0));

    /// Which part of the changes fail at the end.
    static FAILED_COMMITS: LazyLock<f64> = LazyLock::new(|| number("BOARDCAST_TEST_FAILED_COMMITS").unwrap_or(0.0));

    /// How long the end of a session takes to wake its streams, in milliseconds.
    static LATE_ENDS: LazyLock<u64> = LazyLock::new(|| number("BOARDCAST_TEST_LATE_ENDS").unwrap_or(0));

    pub fn ends_are_late() -> Option<Duration> {
        (*LATE_ENDS > 0).then(|| Duration::from_millis(*LATE_ENDS))
    }

    /// How many listeners are not yet many.
    static MANY: LazyLock<Option<usize>> = LazyLock::new(|| number("BOARDCAST_TEST_MANY"));

    pub fn many() -> Option<usize> {
        *MANY
    }

    pub fn planted(fault: Fault) -> bool {
        PLANTED.contains(&fault)
    }

    pub fn commit_fails() -> bool {
        rand::random_bool(*FAILED_COMMITS)
    }

    pub fn hint_is_lost() -> bool {
        rand::random_bool(*LOST_HINTS)
    }

    pub fn point(name: &str) {
        if let Some((deadly, left)) = &*DEADLY
            && deadly == name
            && left.fetch_sub(1, Ordering::AcqRel) == 1
        {
            // As sudden as a power cut: nothing is flushed, nothing is dropped.
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    }
}

/// Whether this fault is planted: `BOARDCAST_TEST_FAULT` names it.
#[cfg(debug_assertions)]
#[must_use]
pub fn planted(fault: Fault) -> bool {
    on::planted(fault)
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn planted(_: Fault) -> bool {
    false
}

/// A point that a test can choose to die at: `BOARDCAST_TEST_KILL=name:3` kills the process the third time.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    on::point(name);
}

#[cfg(not(debug_assertions))]
pub const fn point(_: &str) {}

/// Whether a hint to other nodes gets lost on the way: `BOARDCAST_TEST_LOST_HINTS=0.3` loses three of ten. Not a mistake:
/// hints may be lost.
#[cfg(debug_assertions)]
#[must_use]
pub fn hint_is_lost() -> bool {
    on::hint_is_lost()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn hint_is_lost() -> bool {
    false
}

/// Whether a change is taken back instead of kept, and said to be unknown: `BOARDCAST_TEST_FAILED_COMMITS=0.02` does so
/// to two of a hundred. Not a mistake: a COMMIT may fail.
#[cfg(debug_assertions)]
#[must_use]
pub fn commit_fails() -> bool {
    on::commit_fails()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn commit_fails() -> bool {
    false
}

/// How many listeners are not yet many: `BOARDCAST_TEST_MANY=0` treats every topic as one that very many listen to.
#[cfg(debug_assertions)]
#[must_use]
pub fn many() -> Option<usize> {
    on::many()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn many() -> Option<usize> {
    None
}

/// How late the end of a session wakes its streams: `BOARDCAST_TEST_LATE_ENDS=50` milliseconds. Not a mistake: a machine
/// may be as busy.
#[cfg(debug_assertions)]
#[must_use]
pub fn ends_are_late() -> Option<Duration> {
    on::ends_are_late()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn ends_are_late() -> Option<Duration> {
    None
}
