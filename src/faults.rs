//! Faults that tests plant on purpose, to show that the suite would find them, and points at which the process dies. Debug
//! builds only: a release build contains nothing of it.

use std::time::Duration;

use clap::ValueEnum;

/// A mistake that the code could have; `tests/torture/faults.rs` says which law each of them breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// Events are published before the change is durable.
    PublishBeforeCommit,
    /// Events take their numbers from one counter of the process, not from the project's row.
    NumberFromAGlobalCounter,
    /// The number of an event is read before the project's row is locked.
    NumberReadBeforeTheLock,
    /// A change without an event keeps the number that it drew.
    NumberKeptWithoutEvent,
    /// The event is written in a transaction of its own.
    EventInItsOwnTransaction,
    /// The actor's role is not read again behind the lock on the project's row.
    StaleMembership,
    /// An `Idempotency-Key` is claimed in a transaction of its own.
    KeyClaimedByItself,
    /// The version of a task counts its changes instead of naming its event.
    VersionThatCounts,
    /// The event of a change forgets one of the fields.
    ForgottenField,
    /// The event of a deleted task does not tell of what is deleted with it.
    ForgottenParts,
    /// A part of a shared transaction is answered before the COMMIT.
    AnswerBeforeCommit,
    /// A refusal that rests on what another part of a shared transaction wrote is answered before the COMMIT.
    RefusalBeforeCommit,
    /// What a failed part of a shared transaction has written stays in it.
    PartNotRolledBack,
    /// `SQLite` does not wait for the disk at a COMMIT.
    SynchronousNormal,
    /// A token reaches projects that it is not limited to.
    TokenReachesEverything,
    /// A token can do what its scopes do not allow.
    ScopesIgnored,
    /// Users find projects of which they are not members.
    StrangersFindProjects,
    /// Each request writes back the session that it has read, which restores one that ended in between.
    SessionWrittenBack,
    /// A new password leaves the user's other sessions signed in.
    OthersStaySignedIn,
    /// A page of the log begins where the trimmed part ends, instead of being refused.
    PageAcrossATrim,
    /// The streams of a session or token that ended are not closed.
    RevocationIgnored,
    /// A stream does not notice that its user was removed from the project.
    RemovalUnseen,
    /// A stream does not notice that its project was deleted.
    DeletionUnseen,
    /// A stream that lags behind the ring goes on from the ring's head.
    LaggardSkipsAhead,
    /// The ring takes an event although the one before it is missing.
    GapSkipped,
    /// A stream that resumes begins with the last event that its client has.
    CursorOffByOne,
    /// Nodes rely on hints and never compare with the database.
    HintsOnly,
    /// A checkpoint names the head of the topic instead of what was written.
    CheckpointAhead,
    /// A stream whose next events were trimmed gets those that are left, without a reset.
    TrimNotReported,
    /// A stream does not watch when its token expires.
    ExpiryUnwatched,
    /// Frames that Redis carries do not say who left with them.
    RedisForgetsWhoLeft,
    /// A frame that Redis carried is given to the readers of another project.
    RedisMixesProjects,
    /// The stream of a user ignores which projects it was narrowed to.
    FilterIgnored,
    /// The streams of a user are not told that memberships or notifications changed.
    UserNotNotified,
    /// A stream begins at its topic's head instead of the head that was read together with the membership.
    StartAtTopicHead,
    /// Events are published although the COMMIT failed.
    PublishAfterAFailedCommit,
    /// A stream reads where the log ends before it subscribes.
    SubscribeAfterReadingHead,
    /// Other nodes are sent no hints.
    HintsNeverSent,
    /// The hints of other nodes are not applied.
    HintsIgnored,
    /// Streams stay open although the database has been out of reach for too long.
    StreamsOutliveDatabase,
    /// The write buffer of a stuck stream takes all that there is, and not only as much as it may hold.
    UnboundedWriteBuffer,
    /// The server closes streams without a `bye`.
    ByeNotSent,
    /// A stream goes on from a cursor of another history.
    ChainNotCompared,
    /// The chain of an event is made of its own bytes only.
    ChainForgetsPredecessor,
    /// A line of the log is written by the task that has it, and waits for the reader of the log.
    LogLinesBlock,
    /// The server goes on when its files were removed or moved away.
    VanishedFilesUnnoticed,
    /// A body is read before the caller is known.
    BodyReadForStrangers,
    /// The board of an earlier moment leaves that moment's event out.
    PastStopsShort,
    /// The board of an earlier moment has the event behind that moment too.
    PastRunsAhead,
    /// What differs between two moments leaves out what was removed.
    ChangesForgetRemovals,
    /// The activity of a task leaves out every other event.
    ActivityForgets,
    /// An undo leaves one of the fields as it is.
    UndoForgetsAField,
    /// An undo goes over what others did since.
    UndoGoesOverOthers,
    /// Everybody who may change anything may undo everything.
    UndoIgnoresRoles,
    /// The event of a restored task does not tell of what hangs on it.
    RestoreForgetsParts,
    /// A change goes on although its `If-Match` is stale.
    StaleIfMatchAccepted,
    /// The board of an earlier moment still has what was removed until then.
    PastKeepsRemoved,
    /// A change of an older version, which could be merged, is answered and not written.
    MergedEditForgotten,
    /// The refusal of a stale change names no field.
    ConflictsUnnamed,
    /// People who say nothing any more are still there.
    SilentPeopleStay,
    /// People whose last stream closed are still there.
    ClosedStreamsStay,
    /// People who were removed from a project are still there.
    FormerMembersStay,
    /// A node does not tell the others what its people do.
    PresenceKeptToItself,
    /// What was pushed is pushed again.
    PushNotForgotten,
    /// News are pushed to people who were removed from the project since.
    PushToFormerMembers,
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

    /// How often sweeps run, in milliseconds.
    static SWEEP_EVERY: LazyLock<Option<u64>> = LazyLock::new(|| number("BOARDCAST_TEST_SWEEP_EVERY"));

    pub fn sweep_every() -> Option<Duration> {
        SWEEP_EVERY.map(Duration::from_millis)
    }

    /// How often the server makes a backup, in milliseconds.
    static BACKUP_EVERY: LazyLock<Option<u64>> = LazyLock::new(|| number("BOARDCAST_TEST_BACKUP_EVERY"));

    pub fn backup_every() -> Option<Duration> {
        BACKUP_EVERY.map(Duration::from_millis)
    }

    /// How long a failed mail waits for its next attempt, and a claimed one for another node, in milliseconds.
    static MAIL_PACE: LazyLock<Option<u64>> = LazyLock::new(|| number("BOARDCAST_TEST_MAIL_PACE"));

    pub fn mail_pace() -> Option<Duration> {
        MAIL_PACE.map(Duration::from_millis)
    }

    /// How long a push message waits for its person to see the news, in fifths, in milliseconds.
    static PUSH_PACE: LazyLock<Option<u64>> = LazyLock::new(|| number("BOARDCAST_TEST_PUSH_PACE"));

    pub fn push_pace() -> Option<Duration> {
        PUSH_PACE.map(Duration::from_millis)
    }

    /// The first pause of a webhook, and its other times in proportion, in milliseconds.
    static WEBHOOK_PACE: LazyLock<Option<u64>> = LazyLock::new(|| number("BOARDCAST_TEST_WEBHOOK_PACE"));

    pub fn webhook_pace() -> Option<Duration> {
        WEBHOOK_PACE.map(Duration::from_millis)
    }

    /// With more listeners than this a topic serves them inline.
    static INLINE_ABOVE: LazyLock<Option<usize>> = LazyLock::new(|| number("BOARDCAST_TEST_INLINE_ABOVE"));

    pub fn inline_above() -> Option<usize> {
        *INLINE_ABOVE
    }

    pub fn is_planted(fault: Fault) -> bool {
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

/// Plant a fault in place of one expression: `planted!(Fault => wrong, right)` is `wrong` while the test names the fault,
/// else `right`. In a release build it is `right`, and `wrong` is not compiled. `A | B => …` plants it for either
/// fault, `A if guard => …` only where the guard holds.
#[cfg(debug_assertions)]
macro_rules! planted {
    ($($fault:ident)|+ $(if $guard:expr)? => $wrong:expr, $right:expr $(,)?) => {
        if ($($crate::faults::is_planted($crate::faults::Fault::$fault))||+) $(&& $guard)? { $wrong } else { $right }
    };
}

#[cfg(not(debug_assertions))]
macro_rules! planted {
    ($($fault:ident)|+ $(if $guard:expr)? => $wrong:expr, $right:expr $(,)?) => {
        $right
    };
}

pub(crate) use planted;

/// Whether this fault is planted: `BOARDCAST_TEST_FAULT` names it.
#[cfg(debug_assertions)]
#[must_use]
pub fn is_planted(fault: Fault) -> bool {
    on::is_planted(fault)
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

/// With more listeners than this a topic serves them inline: `BOARDCAST_TEST_INLINE_ABOVE=0` does so for every topic.
#[cfg(debug_assertions)]
#[must_use]
pub fn inline_above() -> Option<usize> {
    on::inline_above()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn inline_above() -> Option<usize> {
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

/// How often sweeps run instead of once a minute: `BOARDCAST_TEST_SWEEP_EVERY=50` milliseconds.
#[cfg(debug_assertions)]
#[must_use]
pub fn sweep_every() -> Option<Duration> {
    on::sweep_every()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn sweep_every() -> Option<Duration> {
    None
}

/// How often the server makes a backup, instead of what `--backup-every` says: `BOARDCAST_TEST_BACKUP_EVERY=1000` milliseconds.
#[cfg(debug_assertions)]
#[must_use]
pub fn backup_every() -> Option<Duration> {
    on::backup_every()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn backup_every() -> Option<Duration> {
    None
}

/// The pace of the outbox instead of seconds and minutes: `BOARDCAST_TEST_MAIL_PACE=20` milliseconds.
#[cfg(debug_assertions)]
#[must_use]
pub fn mail_pace() -> Option<Duration> {
    on::mail_pace()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn mail_pace() -> Option<Duration> {
    None
}

/// The pace of push messages instead of seconds and minutes: `BOARDCAST_TEST_PUSH_PACE=20` milliseconds.
#[cfg(debug_assertions)]
#[must_use]
pub fn push_pace() -> Option<Duration> {
    on::push_pace()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn push_pace() -> Option<Duration> {
    None
}

/// The pace of webhooks instead of seconds and hours: `BOARDCAST_TEST_WEBHOOK_PACE=20` milliseconds.
#[cfg(debug_assertions)]
#[must_use]
pub fn webhook_pace() -> Option<Duration> {
    on::webhook_pace()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn webhook_pace() -> Option<Duration> {
    None
}
