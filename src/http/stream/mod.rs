//! Streams of Server-Sent Events. A stream is a cursor for each of its projects and pulls what follows it: from
//! the topic's ring, from the log when it lags, never from a queue of its own. However slow its reader is, it
//! holds one pull's worth of shared frames.
//!
//! Here is what a stream says and when; [`socket`] writes it.

mod outbox;
mod socket;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, ops::Range, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use rand::RngExt;
use serde_json::{Value, json};
pub use socket::Handover;
use tokio::time::Instant;
use uuid::Uuid;

use self::outbox::Outbox;
use crate::{
    access::Caller,
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    event::Frame,
    faults::{Fault, planted},
    hub::{Cursor, Next, Reader, Subscription},
    ids::{ProjectId, UserId},
    limits::{STREAMS_OF_CREDENTIAL, STREAMS_OF_USER, streams_of_node},
    model::{credentials, members, notifications},
};

const PING: Duration = Duration::from_secs(15);
const ROTATE: Duration = Duration::from_mins(30);
/// A checkpoint follows at the latest after this time or this many events …
const CHECKPOINT: Duration = Duration::from_millis(250);
const CHECKPOINT_EVENTS: usize = 64;
/// … but when something is written anyway and this time has passed, it goes with it.
const CHECKPOINT_ALONG: Duration = Duration::from_millis(150);
/// How many frames one turn takes from each project.
const TURN: usize = 64;
/// A cursor further behind than this is told to fetch the snapshot instead.
const TOO_FAR: i64 = 20_000;
/// Retries, in milliseconds: in quiet times, at a drain, under overload.
const RETRY: Range<u64> = 1_000..4_000;
const RETRY_DRAIN: Range<u64> = 200..10_000;
const RETRY_BUSY: Range<u64> = 5_000..30_000;

/// One project's stream: its events carry the cursor themselves.
pub async fn of_project(app: App, caller: Caller, project: ProjectId, cursor: Option<&str>) -> Response {
    let cursor = cursor.map(|text| {
        let parsed = text.rsplit_once('.').and_then(|(epoch, seq)| Some((epoch, seq.parse().ok()?)));
        let (epoch, seq) = parsed.unwrap_or_default();
        let mut cursor = Cursor::new(epoch, i64::MAX);
        cursor.set(project, seq);
        cursor
    });
    open(app, caller, Scope::Project(project), cursor).await
}

/// The stream of everything that a user may see.
pub async fn of_user(app: App, caller: Caller, only: Option<Vec<ProjectId>>, cursor: Option<&str>) -> Response {
    let cursor = cursor.map(|text| Cursor::decode(text).unwrap_or_default());
    open(app, caller, Scope::User(only), cursor).await
}

enum Scope {
    Project(ProjectId),
    User(Option<Vec<ProjectId>>),
}

async fn open(app: App, caller: Caller, scope: Scope, cursor: Option<Cursor>) -> Response {
    let reader = app.hub.reader(caller.user.id, caller.credential_id());
    let crowded = reader.of_credential > STREAMS_OF_CREDENTIAL
        || reader.of_user > STREAMS_OF_USER
        || reader.of_node > streams_of_node(app.config.connections);
    if app.limits.on() && crowded {
        return busy();
    }
    let hub = app.hub.clone();
    let mut stream = Stream::new(app, &caller, scope, reader);
    let turn = hub.beginning().await;
    let begun = stream.begin(caller.credential_id(), cursor).await;
    drop(turn);
    match begun {
        Ok(()) => {
            let mut response = dressed(Body::empty());
            response.extensions_mut().insert(Handover::new(stream));
            response
        }
        Err(Error::Unauthenticated) => Error::Unauthenticated.into_response(),
        Err(error) => {
            tracing::warn!(%error, "a stream could not begin");
            busy()
        }
    }
}

/// Overload is said inside of a 200: an `EventSource` that gets anything else on a reconnect closes for good.
#[must_use]
pub fn busy() -> Response {
    let bye = sse("bye", &json!({"reason": "busy"}));
    dressed(Body::from([retry(RETRY_BUSY), bye].concat()))
}

fn dressed(body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx buffers answers unless told otherwise.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

fn retry(range: Range<u64>) -> Bytes {
    Bytes::from(format!("retry: {}\n\n", rand::rng().random_range(range)))
}

fn sse(event: &str, data: &Value) -> Bytes {
    Bytes::from(format!("event: {event}\ndata: {data}\n\n"))
}

fn spread(duration: Duration) -> Duration {
    duration.mul_f64(rand::rng().random_range(0.8..1.2))
}

/// One project in a stream.
struct Followed {
    subscription: Subscription,
    cursor: i64,
    /// The version of the membership: an older removal in the log is a former one.
    member_since: i64,
}

impl Followed {
    /// The end of the log as a stream that begins takes it.
    fn end(&self) -> i64 {
        if planted(Fault::BeginAtTheTopic) { self.subscription.topic.head().unwrap_or(0) } else { self.cursor }
    }

    /// How far a reader has it.
    fn said(&self) -> i64 {
        if planted(Fault::CheckpointAhead) {
            self.subscription.topic.head().unwrap_or(self.cursor)
        } else {
            self.cursor
        }
    }
}

/// What a turn needs from the database before it can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    /// What follows the cursor of this project, beyond the ring.
    Log(ProjectId),
    /// New memberships and notifications.
    News,
}

/// What is written to one reader, and when. Everything but [`Stream::answer`] is done without waiting.
pub struct Stream {
    app: App,
    user: UserId,
    /// The projects that the token is limited to.
    within: Option<Vec<ProjectId>>,
    scope: Scope,
    reader: Reader,
    followed: Vec<Followed>,
    /// Whose turn it is to be pulled first.
    first: usize,
    notified: i64,
    out: Outbox,
    ask: Option<Ask>,
    news: bool,
    /// More may be waiting than the last turn took.
    more: bool,
    since_checkpoint: usize,
    checkpoint_at: Instant,
    /// Since when something was written that no checkpoint tells of.
    unsaid: Option<Instant>,
    ping: Duration,
    wrote_at: Instant,
    /// When the last turn was: what is written at once was written then.
    turned_at: Instant,
    rotate_at: Instant,
    expires_at: Instant,
    over: bool,
}

impl Stream {
    fn new(app: App, caller: &Caller, scope: Scope, reader: Reader) -> Self {
        let now = Instant::now();
        Self {
            app,
            user: caller.user.id,
            within: caller.within(),
            scope,
            reader,
            followed: vec![],
            first: 0,
            notified: 0,
            out: Outbox::default(),
            ask: None,
            news: false,
            more: true,
            since_checkpoint: 0,
            // The first one goes with the hello: who is cut off right after it comes back with a cursor.
            checkpoint_at: now.checked_sub(CHECKPOINT).unwrap_or(now),
            unsaid: None,
            ping: spread(PING),
            wrote_at: now,
            turned_at: now,
            rotate_at: now + spread(ROTATE),
            expires_at: now + if planted(Fault::ExpiryUnwatched) { ROTATE } else { caller.expires_at().until() },
            over: false,
        }
    }

    const fn of_user(&self) -> bool {
        matches!(self.scope, Scope::User(_))
    }

    fn wants(&self, project: ProjectId) -> bool {
        let in_scope = match &self.scope {
            Scope::User(_) if planted(Fault::FilterIgnored) => true,
            Scope::Project(only) => *only == project,
            Scope::User(Some(only)) => only.contains(&project),
            Scope::User(None) => true,
        };
        in_scope && self.within.as_ref().is_none_or(|within| within.contains(&project))
    }

    /// Subscribe, find out where everything stands, and say hello.
    async fn begin(&mut self, credential: Uuid, cursor: Option<Cursor>) -> Result<()> {
        // What ended before we were listed among the readers was told to nobody.
        if !credentials::live(&self.app.db, credential).await? {
            return Err(Error::Unauthenticated);
        }
        self.out.push(retry(RETRY));
        let notified = if self.of_user() { notifications::head(&self.app, self.user).await? } else { i64::MAX };
        let joined = self.join().await?;
        let mut projects = serde_json::Map::new();
        for (index, trimmed) in joined {
            let (from, reason) = self.stand(index, trimmed, cursor.as_ref());
            let followed = &mut self.followed[index];
            // The end of the log as it was when the membership was looked up, not the topic's: a removal may be there
            // already, and would be stepped over; or the topic may not have heard of what the cursor has seen.
            let head = followed.end();
            followed.cursor = if reason.is_some() { head } else { from };
            projects.insert(followed.subscription.project.to_string(), standing(from, head, reason));
        }
        let mut hello = json!({
            "epoch": &*self.app.epoch,
            "ping_ms": u64::try_from(PING.as_millis()).unwrap_or(0),
            "projects": projects,
        });
        if self.of_user() {
            let resumed = cursor.filter(|cursor| *cursor.epoch == *self.app.epoch).map(|cursor| cursor.notification);
            self.notified = resumed.filter(|from| *from <= notified).unwrap_or(notified);
            hello["notifications"] = json!({"from": self.notified, "head": notified});
            self.unsaid = Some(Instant::now());
            // What was added between the two look-ups is found in the first turn.
            self.news = true;
        }
        self.out.push(sse("hello", &hello));
        if let Scope::Project(project) = self.scope
            && self.followed.is_empty()
        {
            // The membership ended after the request was let in.
            self.out.push(left(project, "removed"));
            self.bye("left", RETRY);
        }
        Ok(())
    }

    /// From where a project goes on, and why not from the cursor if so.
    fn stand(&self, index: usize, trimmed: i64, cursor: Option<&Cursor>) -> (i64, Option<&'static str>) {
        let followed = &self.followed[index];
        let head = followed.end();
        let Some(cursor) = cursor else { return (head, None) };
        if *cursor.epoch != *self.app.epoch {
            return (head, Some("epoch"));
        }
        let Some(seq) = cursor.seq(followed.subscription.project) else {
            return (head, Some("new"));
        };
        let reason = match seq {
            seq if seq < 0 => Some("epoch"),
            seq if seq > head => Some("ahead"),
            seq if seq < trimmed && !planted(Fault::TrimUnsaid) => Some("trimmed"),
            seq if head - seq > TOO_FAR => Some("too_far"),
            _ => None,
        };
        (seq - i64::from(planted(Fault::CursorOffByOne) && seq > trimmed), reason)
    }

    /// Follow every project that the user belongs to and that is not followed yet. Answers which ones, and how
    /// far their logs are trimmed.
    async fn join(&mut self) -> Result<Vec<(usize, i64)>> {
        let known = |followed: &[Followed], project| followed.iter().any(|f| f.subscription.project == project);
        let candidates = match &self.scope {
            Scope::Project(project) => vec![*project],
            Scope::User(_) => {
                let standings = members::of_user(&self.app, self.user).await?;
                standings.into_iter().map(|standing| standing.project).collect()
            }
        };
        // Listen first, then read where the logs end and whether the user is a member: a removal that comes in
        // between is either seen in the second reading or offered to the subscription.
        let mut early = None;
        if planted(Fault::SubscribeAfterTheLook) {
            early = Some(members::of_user(&self.app, self.user).await?);
            // As long as it may take between the two on a busy machine.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let subscriptions: Vec<Subscription> = candidates
            .into_iter()
            .filter(|project| self.wants(*project) && !known(&self.followed, *project))
            .map(|project| self.app.hub.subscribe(project, &self.reader.signal))
            .collect();
        if subscriptions.is_empty() {
            return Ok(vec![]);
        }
        let look = if let Some(early) = early { early } else { members::of_user(&self.app, self.user).await? };
        let mut standings: BTreeMap<ProjectId, members::Standing> =
            look.into_iter().map(|standing| (standing.project, standing)).collect();
        let mut joined = vec![];
        for subscription in subscriptions {
            let Some(standing) = standings.remove(&subscription.project) else { continue };
            subscription.topic.begin_at(standing.seq);
            joined.push((self.followed.len(), standing.trimmed_seq));
            self.followed.push(Followed { subscription, cursor: standing.seq, member_since: standing.version });
        }
        Ok(joined)
    }

    /// Put whatever is due into the outbox.
    fn turn(&mut self) {
        if self.over {
            return;
        }
        self.more = false;
        let now = Instant::now();
        self.turned_at = now;
        let why = self.reader.signal.why();
        // The one before may not have been asked: who serves a sleeping stream only writes.
        self.ask = None;
        self.news |= why.told();
        if why.cut() {
            return self.bye("busy", RETRY_BUSY);
        }
        if self.expires_at <= now {
            return self.bye("session", RETRY);
        }
        self.pull_all();
        if self.over {
            return;
        }
        if self.ask.is_some() {
            // A reader that has much to catch up with is told how far it is, and is sent away, like any other.
            if why.drain() || self.rotate_at <= now {
                self.ask = None;
            } else {
                return self.checkpoint_if_due(now);
            }
        }
        if self.news && self.of_user() && !why.drain() {
            self.ask = Some(Ask::News);
        } else if self.more {
            // The next turn follows at once.
        } else if why.drain() {
            self.bye("deploy", RETRY_DRAIN);
        } else if self.rotate_at <= now {
            self.bye("rotate", RETRY);
        } else {
            self.checkpoint_if_due(now);
            if self.out.is_empty() && self.wrote_at + self.ping <= now {
                self.checkpoint();
                self.out.push(sse("ping", &json!({"at": Timestamp::now()})));
            }
        }
    }

    /// When the next turn is due if nobody wakes the stream before.
    fn deadline(&self) -> Instant {
        let deadline = (self.wrote_at + self.ping).min(self.rotate_at).min(self.expires_at);
        self.unsaid.map_or(deadline, |since| deadline.min(since + CHECKPOINT))
    }

    /// Everything was written, right after a turn.
    const fn wrote(&mut self) {
        self.wrote_at = self.turned_at;
    }

    /// Take what follows from every project, beginning with another one each time.
    fn pull_all(&mut self) {
        for _ in 0..self.followed.len() {
            if self.followed.is_empty() {
                return;
            }
            self.first %= self.followed.len();
            let stays = self.pull(self.first);
            if stays {
                self.first += 1;
            }
            if self.over || self.ask.is_some() {
                return;
            }
            if self.out.is_full() {
                self.more = true;
                return;
            }
        }
    }

    /// Take the next frames of one project; answers whether the project goes on.
    fn pull(&mut self, index: usize) -> bool {
        for _ in 0..TURN {
            let followed = &self.followed[index];
            match followed.subscription.topic.next(followed.cursor) {
                Next::UpToDate => return true,
                Next::Behind => {
                    self.ask = Some(Ask::Log(followed.subscription.project));
                    return true;
                }
                Next::Frame(frame) => {
                    if !self.give(index, frame) {
                        return false;
                    }
                }
            }
            if self.out.is_full() {
                break;
            }
        }
        self.more = true;
        true
    }

    /// Ask the database what the turn wanted to know.
    async fn answer(&mut self, ask: Ask) -> Result<()> {
        self.more = true;
        match ask {
            Ask::News => {
                self.news = false;
                self.look().await
            }
            Ask::Log(project) => match self.followed.iter().position(|f| f.subscription.project == project) {
                Some(index) => self.fetch(index).await,
                None => Ok(()),
            },
        }
    }

    /// Take what follows the cursor of one project from the log.
    async fn fetch(&mut self, index: usize) -> Result<()> {
        let Followed { subscription, cursor, .. } = &self.followed[index];
        let frames = self.app.hub.fetch(&subscription.topic, subscription.project, *cursor).await?;
        if planted(Fault::LaggardSkipsAhead) {
            let head = subscription.topic.head().unwrap_or(*cursor);
            self.followed[index].cursor = head;
            return Ok(());
        }
        if frames.first().is_none_or(|frame| frame.seq != cursor + 1) && !planted(Fault::TrimUnsaid) {
            return self.reset(index).await;
        }
        for frame in frames {
            if !self.give(index, frame) || self.out.is_full() {
                break;
            }
        }
        Ok(())
    }

    /// Queue one frame; answers whether the project goes on.
    fn give(&mut self, index: usize, frame: Frame) -> bool {
        let followed = &mut self.followed[index];
        followed.cursor = frame.seq;
        let left = frame.left == Some(self.user) && frame.seq > followed.member_since;
        let removed = left && !planted(Fault::RemovalUnseen);
        if removed || (frame.gone && !planted(Fault::DeletionUnseen)) {
            self.leave(index, if removed { "removed" } else { "deleted" });
            return false;
        }
        self.out.push(if self.of_user() { frame.bare() } else { frame.with_id() });
        self.moved();
        true
    }

    fn moved(&mut self) {
        if self.of_user() {
            self.since_checkpoint += 1;
            self.unsaid.get_or_insert_with(Instant::now);
            if self.since_checkpoint >= CHECKPOINT_EVENTS {
                self.checkpoint();
            }
        }
    }

    /// The user is no longer a member: nothing of the project follows.
    fn leave(&mut self, index: usize, reason: &str) {
        let followed = self.followed.swap_remove(index);
        let project = followed.subscription.project;
        self.out.push(left(project, reason));
        if self.of_user() {
            self.moved();
            // Brought back in the meantime? Then the next look follows the project anew.
            self.news = true;
            self.more = true;
        } else {
            self.bye("left", RETRY);
        }
    }

    /// The log no longer has what follows the cursor: go on from the end, and say so.
    async fn reset(&mut self, index: usize) -> Result<()> {
        let project = self.followed[index].subscription.project;
        // The removal may be among what was lost; and where the log ends belongs to the same look.
        let standings = members::of_user(&self.app, self.user).await?;
        let Some(found) = standings.into_iter().find(|standing| standing.project == project) else {
            self.leave(index, "removed");
            return Ok(());
        };
        let followed = &mut self.followed[index];
        followed.member_since = found.version;
        let head = found.seq;
        let from = std::mem::replace(&mut followed.cursor, head);
        let mut projects = serde_json::Map::new();
        projects.insert(project.to_string(), standing(from, head, Some("trimmed")));
        self.out.push(sse("reset", &json!({"epoch": &*self.app.epoch, "projects": projects})));
        self.moved();
        Ok(())
    }

    /// Look for new memberships and notifications.
    async fn look(&mut self) -> Result<()> {
        for (index, _) in self.join().await? {
            let followed = &self.followed[index];
            let (project, head) = (followed.subscription.project, followed.cursor);
            self.out.push(sse("joined", &json!({"project": project, "from": head, "head": head, "status": "ok"})));
            self.moved();
        }
        while !self.out.is_full() {
            let items = notifications::after(&self.app, self.user, self.notified, 100).await?;
            let Some(last) = items.last() else { return Ok(()) };
            self.notified = last.number;
            for notification in &items {
                if self.wants(notification.project.id) {
                    let data = serde_json::to_value(notification).unwrap_or_default();
                    self.out.push(sse("notification", &data));
                }
            }
            self.moved();
        }
        // The rest when there is room for it.
        self.news = true;
        Ok(())
    }

    /// Something was written long enough ago that the reader should be able to come back behind it; or nothing was
    /// for so long that saying it with this very write costs little.
    fn checkpoint_if_due(&mut self, now: Instant) {
        let along = !self.out.is_empty() && self.unsaid.is_some_and(|since| since + CHECKPOINT_ALONG <= now);
        if along || self.checkpoint_at + CHECKPOINT <= now {
            self.checkpoint();
        }
    }

    /// Where a reader of many projects stands after all of the above.
    fn checkpoint(&mut self) {
        if self.unsaid.take().is_none() {
            return;
        }
        self.since_checkpoint = 0;
        self.checkpoint_at = Instant::now();
        let mut cursor = Cursor::new(&self.app.epoch, self.notified);
        for followed in &self.followed {
            cursor.set(followed.subscription.project, followed.said());
        }
        self.out.push(format!("id: {}\nevent: checkpoint\ndata: {{}}\n\n", cursor.encode()));
    }

    fn bye(&mut self, reason: &str, again: Range<u64>) {
        if self.over {
            return;
        }
        self.over = true;
        if planted(Fault::GoodbyeUnsaid) {
            return;
        }
        self.checkpoint();
        self.out.push(retry(again));
        self.out.push(sse("bye", &json!({"reason": reason})));
    }

    /// Nothing more to somebody who signed out, not even what was waiting. Answers whether a goodbye can still be
    /// said: not before the head of the answer, nor in the middle of a frame.
    fn end(&mut self) -> bool {
        let clean = self.out.is_between_frames();
        self.out.clear();
        self.unsaid = None;
        self.bye("session", RETRY);
        clean
    }
}

fn left(project: ProjectId, reason: &str) -> Bytes {
    sse("left", &json!({"project": project, "reason": reason}))
}

fn standing(from: i64, head: i64, reason: Option<&str>) -> Value {
    match reason {
        None => json!({"from": from, "head": head, "status": "ok"}),
        Some(reason) => json!({"from": from, "head": head, "status": "reset", "reason": reason}),
    }
}
