//! Streams of Server-Sent Events.
//!
//! A stream keeps a cursor for each of its projects and pulls what follows: from the topic's ring, or from the log when
//! it lags; never from a queue of its own. However slow its client is, it holds one turn's worth of shared frames.
//!
//! A stream works in turns. A turn fills the write buffer without waiting. What it lacks from the database is looked up
//! before the next turn. Then the connection writes the buffer and parks the stream until something wakes it.
//!
//! - `open`, `begin`: from a request to the hello
//! - `turn`, `lookup`, `memberships`, `notifications`: what is written when, and what has to be looked up for it
//! - `people`: the people whom the stream tells of in each project
//! - `checkpoint`, `closing`: the cursors in between, and the `bye` at the end
//! - `frames`: the text of every frame that is not an event
//! - `upgrade`, `connection`, `flush`, `socket`, `write_buffer`: how it gets to the client

mod begin;
mod checkpoint;
mod closing;
mod connection;
mod flush;
mod frames;
mod lookup;
mod memberships;
mod notifications;
mod open;
mod people;
mod socket;
#[cfg(test)]
mod tests;
mod turn;
mod upgrade;
mod write_buffer;

use std::{sync::Arc, time::Duration};

use rand::RngExt;
use tokio::time::Instant;
use uuid::Uuid;

use self::{checkpoint::Checkpoints, lookup::Lookup, write_buffer::WriteBuffer};
pub use self::{
    frames::bye,
    open::{busy, event_stream, of_project, of_user},
    upgrade::Upgrade,
};
use crate::{
    app::App,
    auth::caller::Caller,
    base::ids::{ProjectId, UserId},
    faults::planted,
    live::{StreamKind, Subscription, presence::Room, registry::Registration},
    log::{LogPosition, notifications::Notified},
};

/// A stream that has nothing to say sends a ping after this time, a little more or less.
const PING: Duration = Duration::from_secs(15);
/// A stream ends after this time, a little more or less, so that the load of streams moves on to other nodes.
const ROTATE: Duration = Duration::from_mins(30);

/// What a stream is about.
enum Scope {
    Project(ProjectId),
    /// All projects of the user, or those of them that the request names; and the user's notifications.
    User(Option<Vec<ProjectId>>),
}

impl Scope {
    const fn kind(&self) -> StreamKind {
        match self {
            Self::Project(_) => StreamKind::Project,
            Self::User(_) => StreamKind::User,
        }
    }
}

/// One project in a stream.
struct Followed {
    subscription: Subscription,
    /// The last event that was written.
    cursor: LogPosition,
    room: Arc<Room>,
    /// The last round of the room that was written.
    round: u64,
    /// The version of the membership. A removal of the user that is older than this ended an earlier membership.
    member_since: i64,
}

impl Followed {
    /// Where the log ends, for a stream that begins now.
    fn log_end(&self) -> LogPosition {
        planted!(
            StartAtTopicHead => {
                let topic = &self.subscription.topic;
                let seq = topic.head().unwrap_or(0);
                LogPosition::new(seq, topic.chain_at(seq).unwrap_or_default())
            },
            self.cursor
        )
    }

    /// What a checkpoint says of this project.
    fn written(&self) -> LogPosition {
        planted!(
            CheckpointAhead => {
                let topic = &self.subscription.topic;
                let seq = topic.head().unwrap_or(self.cursor.seq);
                LogPosition::new(seq, topic.chain_at(seq).unwrap_or(self.cursor.chain))
            },
            self.cursor
        )
    }
}

/// What is written to one client, and when.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact by itself")]
pub struct Stream {
    app: App,
    user: UserId,
    /// The session or token.
    credential: Uuid,
    /// The projects that the caller's token is limited to.
    token_projects: Option<Vec<ProjectId>>,
    scope: Scope,
    registration: Registration,
    followed: Vec<Followed>,
    /// The index of the project that the next turn pulls from first.
    pull_first: usize,
    /// The last notification that was written.
    notified: Notified,
    buffer: WriteBuffer,
    /// What the last turn lacks from the database.
    lookup: Option<Lookup>,
    /// Memberships or notifications changed and have not been looked up since.
    news: bool,
    /// The next turn is due now: the last one left something, or the stream was woken.
    turn_due: bool,
    checkpoints: Checkpoints,
    ping: Duration,
    wrote_at: Instant,
    /// The time of the last turn. What is written right after a turn counts as written then, which saves a look at the
    /// clock.
    turned_at: Instant,
    rotate_at: Instant,
    expires_at: Instant,
    /// The `bye` is in the buffer; nothing follows it.
    closing: bool,
    /// The client was sent away, and comes back by itself.
    comes_back: bool,
}

impl Stream {
    fn new(app: App, caller: &Caller, scope: Scope, registration: Registration) -> Self {
        let now = Instant::now();
        Self {
            app,
            user: caller.user.id,
            credential: caller.credential_id(),
            token_projects: caller.within(),
            scope,
            registration,
            followed: vec![],
            pull_first: 0,
            notified: Notified::default(),
            buffer: WriteBuffer::default(),
            lookup: None,
            news: false,
            turn_due: true,
            checkpoints: Checkpoints::new(now),
            ping: spread(PING),
            wrote_at: now,
            turned_at: now,
            rotate_at: now + spread(ROTATE),
            expires_at: now + planted!(ExpiryUnwatched => ROTATE, caller.expires_at().until()),
            closing: false,
            comes_back: false,
        }
    }

    /// Whether this is the stream of a user: its events carry no cursor, so that checkpoints have to.
    const fn is_of_user(&self) -> bool {
        matches!(self.scope, Scope::User(_))
    }

    fn wants(&self, project: ProjectId) -> bool {
        let in_scope = match &self.scope {
            Scope::Project(only) => *only == project,
            Scope::User(Some(only)) => planted!(FilterIgnored => true, only.contains(&project)),
            Scope::User(None) => true,
        };
        in_scope && self.token_projects.as_ref().is_none_or(|projects| projects.contains(&project))
    }

    fn index_of(&self, project: ProjectId) -> Option<usize> {
        self.followed.iter().position(|followed| followed.subscription.project == project)
    }
}

/// A fifth more or less, so that streams that were opened together do not act together.
fn spread(duration: Duration) -> Duration {
    duration.mul_f64(rand::rng().random_range(0.8..1.2))
}
