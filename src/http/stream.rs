//! Streams of Server-Sent Events. A stream is a cursor for each of its projects and pulls what follows it: from
//! the topic's ring, from the log when it lags, never from a queue of its own. However slow its reader is, it
//! holds one pull's worth of shared frames.

use std::{
    collections::{BTreeMap, VecDeque},
    convert::Infallible,
    time::Duration,
};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderName, HeaderValue, header};
use rand::RngExt;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    access::{Caller, role_in},
    app::App,
    clock::Timestamp,
    error::Result,
    event::Frame,
    hub::{Cursor, Pulled, Reader, Subscription},
    ids::ProjectId,
    limits::{STREAMS_OF_CREDENTIAL, STREAMS_OF_USER},
    model::{members, notifications},
};

const PING: Duration = Duration::from_secs(15);
const ROTATE: Duration = Duration::from_mins(30);
/// A checkpoint follows at the latest after this time or this many events.
const CHECKPOINT: Duration = Duration::from_millis(250);
const CHECKPOINT_EVENTS: usize = 64;
/// How many frames one turn takes from each project.
const TURN: usize = 64;
/// A cursor further behind than this is told to fetch the snapshot instead.
const TOO_FAR: i64 = 20_000;
/// Retries, in milliseconds: in quiet times, at a drain, under overload.
const RETRY: std::ops::Range<u64> = 1_000..4_000;
const RETRY_DRAIN: std::ops::Range<u64> = 200..10_000;
const RETRY_BUSY: std::ops::Range<u64> = 5_000..30_000;

/// One project's stream: its events carry the cursor themselves.
pub async fn of_project(app: App, caller: Caller, project: ProjectId, cursor: Option<&str>) -> Response {
    let cursor = cursor.map(|text| {
        let parsed = text.rsplit_once('.').and_then(|(epoch, seq)| Some((epoch.to_owned(), seq.parse().ok()?)));
        let (epoch, seq) = parsed.unwrap_or_default();
        Cursor { epoch, notification: i64::MAX, projects: BTreeMap::from([(project, seq)]) }
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
    let crowded = reader.of_credential > STREAMS_OF_CREDENTIAL || reader.of_user > STREAMS_OF_USER;
    if app.limits.on() && crowded {
        return busy();
    }
    let mut stream = Stream::new(app, caller, scope, reader);
    match stream.begin(cursor).await {
        Ok(()) => {
            let frames = stream::unfold(stream, async |mut stream| {
                let bytes = stream.next().await?;
                Some((Ok::<_, Infallible>(bytes), stream))
            });
            dressed(Body::from_stream(frames))
        }
        Err(error) => {
            tracing::warn!(%error, "a stream could not begin");
            busy()
        }
    }
}

/// Overload is said inside of a 200: an `EventSource` that gets anything else on a reconnect closes for good.
fn busy() -> Response {
    let retry = rand::rng().random_range(RETRY_BUSY);
    let bye = sse("bye", &json!({"reason": "busy"}));
    let mut bytes = format!("retry: {retry}\n\n").into_bytes();
    bytes.extend_from_slice(&bye);
    dressed(Body::from(bytes))
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

struct Stream {
    app: App,
    caller: Caller,
    scope: Scope,
    reader: Reader,
    followed: Vec<Followed>,
    notified: i64,
    queue: VecDeque<Bytes>,
    since_checkpoint: usize,
    checkpoint_at: Option<Instant>,
    ping_at: Instant,
    rotate_at: Instant,
    over: bool,
}

impl Stream {
    fn new(app: App, caller: Caller, scope: Scope, reader: Reader) -> Self {
        let now = Instant::now();
        Self {
            app,
            caller,
            scope,
            reader,
            followed: vec![],
            notified: 0,
            queue: VecDeque::new(),
            since_checkpoint: 0,
            checkpoint_at: None,
            ping_at: now + spread(PING),
            rotate_at: now + spread(ROTATE),
            over: false,
        }
    }

    const fn of_user(&self) -> bool {
        matches!(self.scope, Scope::User(_))
    }

    fn wants(&self, project: ProjectId) -> bool {
        let in_scope = match &self.scope {
            Scope::Project(only) => *only == project,
            Scope::User(Some(only)) => only.contains(&project),
            Scope::User(None) => true,
        };
        in_scope && self.caller.reaches(project)
    }

    /// Subscribe, find out where everything stands, and say hello.
    async fn begin(&mut self, cursor: Option<Cursor>) -> Result<()> {
        let retry = rand::rng().random_range(RETRY);
        self.queue.push_back(Bytes::from(format!("retry: {retry}\n\n")));
        let notification_head = notifications::head(&self.app, self.caller.user.id).await?;
        let joined = self.join().await?;
        let mut projects = serde_json::Map::new();
        for (index, trimmed) in joined {
            let (from, reason) = self.stand(index, trimmed, cursor.as_ref());
            let followed = &mut self.followed[index];
            let head = followed.subscription.topic.head().unwrap_or(0);
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
            self.notified = resumed.filter(|from| *from <= notification_head).unwrap_or(notification_head);
            hello["notifications"] = json!({"from": self.notified, "head": notification_head});
            self.checkpoint_at = Some(Instant::now());
            // What was added between the two look-ups is found in the first turn.
            self.reader.signal.tell();
        }
        self.queue.push_back(sse("hello", &hello));
        Ok(())
    }

    /// From where a project goes on, and why not from the cursor if so.
    fn stand(&self, index: usize, trimmed: i64, cursor: Option<&Cursor>) -> (i64, Option<&'static str>) {
        let followed = &self.followed[index];
        let head = followed.subscription.topic.head().unwrap_or(0);
        let Some(cursor) = cursor else { return (head, None) };
        if *cursor.epoch != *self.app.epoch {
            return (head, Some("epoch"));
        }
        let Some(seq) = cursor.projects.get(&followed.subscription.project).copied() else {
            return (head, Some("new"));
        };
        let reason = match seq {
            seq if seq < 0 => Some("epoch"),
            seq if seq > head => Some("ahead"),
            seq if seq < trimmed => Some("trimmed"),
            seq if head - seq > TOO_FAR => Some("too_far"),
            _ => None,
        };
        (seq, reason)
    }

    /// Follow every project that the user belongs to and that is not followed yet. Answers which ones, and how
    /// far their logs are trimmed.
    async fn join(&mut self) -> Result<Vec<(usize, i64)>> {
        let known = |followed: &[Followed], project| followed.iter().any(|f| f.subscription.project == project);
        let candidates = members::of_user(&self.app, self.caller.user.id).await?;
        // Listen first, then read where the logs end and whether the user is a member: a removal that comes in
        // between is either seen in the second reading or offered to the subscription.
        let subscriptions: Vec<Subscription> = candidates
            .into_iter()
            .map(|standing| standing.project)
            .filter(|project| self.wants(*project) && !known(&self.followed, *project))
            .map(|project| self.app.hub.subscribe(project, &self.reader.signal))
            .collect();
        if subscriptions.is_empty() {
            return Ok(vec![]);
        }
        let mut standings: BTreeMap<ProjectId, members::Standing> = members::of_user(&self.app, self.caller.user.id)
            .await?
            .into_iter()
            .map(|standing| (standing.project, standing))
            .collect();
        let mut joined = vec![];
        for subscription in subscriptions {
            let Some(standing) = standings.remove(&subscription.project) else { continue };
            subscription.topic.begin_at(standing.seq);
            joined.push((self.followed.len(), standing.trimmed_seq));
            self.followed.push(Followed { subscription, cursor: standing.seq, member_since: standing.version });
        }
        Ok(joined)
    }

    /// The next bytes; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if !self.over && self.reader.signal.ended() {
                // Nothing more to somebody who signed out, not even what was waiting.
                self.queue.clear();
                self.bye("session", RETRY);
            }
            if let Some(bytes) = self.queue.pop_front() {
                if self.queue.is_empty() {
                    self.ping_at = Instant::now() + spread(PING);
                }
                return Some(bytes);
            }
            if self.over {
                return None;
            }
            if let Err(error) = self.turn().await {
                tracing::warn!(%error, "a stream could not go on");
                self.bye("busy", RETRY);
            }
            if self.queue.is_empty() {
                self.wait().await;
            }
        }
    }

    async fn wait(&self) {
        let deadline = self.ping_at.min(self.rotate_at).min(Instant::now() + self.caller.expires_at().until());
        let deadline = self.checkpoint_at.map_or(deadline, |at| at.min(deadline));
        tokio::select! {
            () = self.reader.signal.woken() => {}
            () = tokio::time::sleep_until(deadline) => {}
        }
    }

    /// Put whatever is due into the queue.
    async fn turn(&mut self) -> Result<()> {
        let why = self.reader.signal.why();
        if why.cut() {
            self.bye("busy", RETRY_BUSY);
            return Ok(());
        }
        if self.caller.expires_at() <= Timestamp::now() {
            self.bye("session", RETRY);
            return Ok(());
        }
        for index in (0..self.followed.len()).rev() {
            self.pull(index).await?;
        }
        if self.over {
            return Ok(());
        }
        if why.told() && self.of_user() {
            self.look().await?;
        }
        let now = Instant::now();
        if why.drain() {
            self.bye("deploy", RETRY_DRAIN);
        } else if self.rotate_at <= now {
            self.bye("rotate", RETRY);
        } else if self.since_checkpoint >= CHECKPOINT_EVENTS || self.checkpoint_at.is_some_and(|at| at <= now) {
            self.checkpoint();
        } else if self.queue.is_empty() && self.ping_at <= now {
            self.checkpoint();
            self.queue.push_back(sse("ping", &json!({"at": Timestamp::now()})));
        }
        Ok(())
    }

    /// Take the next frames of one project.
    async fn pull(&mut self, index: usize) -> Result<()> {
        let followed = &self.followed[index];
        let (project, cursor) = (followed.subscription.project, followed.cursor);
        let frames = match followed.subscription.topic.pull(cursor, TURN) {
            Pulled::UpToDate => return Ok(()),
            Pulled::Frames(frames) => frames,
            Pulled::Behind => self.app.hub.log(project, cursor).await?,
        };
        if frames.first().is_none_or(|frame| frame.seq != cursor + 1) {
            return self.reset(index).await;
        }
        for frame in frames {
            if !self.give(index, &frame) {
                break;
            }
        }
        // What is left in the ring is for the next turn.
        self.reader.signal.wake_self();
        Ok(())
    }

    /// Queue one frame; answers whether the project goes on.
    fn give(&mut self, index: usize, frame: &Frame) -> bool {
        let followed = &mut self.followed[index];
        followed.cursor = frame.seq;
        let removed = frame.left == Some(self.caller.user.id) && frame.seq > followed.member_since;
        if removed || frame.gone {
            self.leave(index, if removed { "removed" } else { "deleted" });
            return false;
        }
        self.queue.push_back(if self.of_user() { frame.bare() } else { frame.with_id() });
        self.moved();
        true
    }

    fn moved(&mut self) {
        if self.of_user() {
            self.since_checkpoint += 1;
            self.checkpoint_at.get_or_insert_with(|| Instant::now() + CHECKPOINT);
        }
    }

    /// The user is no longer a member: nothing of the project follows.
    fn leave(&mut self, index: usize, reason: &str) {
        let followed = self.followed.swap_remove(index);
        let project = followed.subscription.project;
        self.queue.push_back(sse("left", &json!({"project": project, "reason": reason})));
        if self.of_user() {
            self.moved();
            // Brought back in the meantime? Then the next look follows the project anew.
            self.reader.signal.tell();
        } else {
            self.bye("left", RETRY);
        }
    }

    /// The log no longer has what follows the cursor: go on from the end, and say so.
    async fn reset(&mut self, index: usize) -> Result<()> {
        let project = self.followed[index].subscription.project;
        // The removal may be among what was lost.
        if role_in(&self.app, project, self.caller.user.id).await?.is_none() {
            self.leave(index, "removed");
            return Ok(());
        }
        let followed = &mut self.followed[index];
        let head = followed.subscription.topic.head().unwrap_or(followed.cursor);
        let from = std::mem::replace(&mut followed.cursor, head);
        let mut projects = serde_json::Map::new();
        projects.insert(project.to_string(), standing(from, head, Some("trimmed")));
        self.queue.push_back(sse("reset", &json!({"epoch": &*self.app.epoch, "projects": projects})));
        self.moved();
        Ok(())
    }

    /// Look for new memberships and notifications.
    async fn look(&mut self) -> Result<()> {
        for (index, _) in self.join().await? {
            let followed = &self.followed[index];
            let (project, head) = (followed.subscription.project, followed.cursor);
            self.queue
                .push_back(sse("joined", &json!({"project": project, "from": head, "head": head, "status": "ok"})));
            self.moved();
        }
        loop {
            let items = notifications::after(&self.app, self.caller.user.id, self.notified, 100).await?;
            let Some(last) = items.last() else { return Ok(()) };
            self.notified = last.number;
            for notification in &items {
                if self.wants(notification.project.id) {
                    let data = serde_json::to_value(notification).unwrap_or_default();
                    self.queue.push_back(sse("notification", &data));
                }
            }
            self.moved();
        }
    }

    /// Where a reader of many projects stands after all of the above.
    fn checkpoint(&mut self) {
        if !self.of_user() || self.checkpoint_at.take().is_none() {
            return;
        }
        self.since_checkpoint = 0;
        let cursor = Cursor {
            epoch: self.app.epoch.to_string(),
            notification: self.notified,
            projects: self.followed.iter().map(|f| (f.subscription.project, f.cursor)).collect(),
        };
        self.queue.push_back(Bytes::from(format!("id: {}\nevent: checkpoint\ndata: {{}}\n\n", cursor.encode())));
    }

    fn bye(&mut self, reason: &str, retry: std::ops::Range<u64>) {
        if self.over {
            return;
        }
        self.checkpoint();
        let retry = rand::rng().random_range(retry);
        self.queue.push_back(Bytes::from(format!("retry: {retry}\n\n")));
        self.queue.push_back(sse("bye", &json!({"reason": reason})));
        self.over = true;
    }
}

fn standing(from: i64, head: i64, reason: Option<&str>) -> Value {
    match reason {
        None => json!({"from": from, "head": head, "status": "ok"}),
        Some(reason) => json!({"from": from, "head": head, "status": "reset", "reason": reason}),
    }
}
