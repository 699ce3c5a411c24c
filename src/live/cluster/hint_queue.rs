//! Where hints wait until they are sent to the other nodes.

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::hints::Hint;
use crate::{
    base::ids::{ProjectId, TaskId},
    live::presence::{Departure, Place, PresenceState, Sighting},
    log::Frame,
};

/// How many bytes of frames wait at most; beyond that only the heads of their projects do.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// How many projects, and how many hints about users and credentials, wait at most. The others are lost.
const MOST_HINTS: usize = 20_000;

/// However long sending takes, a bounded number of hints waits here.
#[derive(Debug)]
pub struct HintQueue {
    /// Whether frames are queued with the hints, for a sender that can carry them.
    with_frames: bool,
    waiting: Mutex<HintBatch>,
    pushed: Notify,
}

/// Hints that are sent together, each of them once.
#[derive(Debug, Default)]
pub struct HintBatch {
    /// About users, sessions and tokens.
    others: BTreeSet<Hint>,
    /// The last that is known of each place.
    presence: BTreeMap<Place, (PresenceState, Option<TaskId>)>,
    heads: BTreeMap<ProjectId, i64>,
    frames: Vec<(ProjectId, Frame)>,
    bytes: usize,
}

impl HintQueue {
    #[must_use]
    pub fn new(with_frames: bool) -> Self {
        Self { with_frames, waiting: Mutex::default(), pushed: Notify::new() }
    }

    /// Queue a hint; the frame takes its place where frames are queued.
    pub fn push(&self, hint: Hint, frame: Option<&Frame>) {
        self.waiting.lock().push(hint, frame.filter(|_| self.with_frames));
        // What people do is told once a second, and goes along with what is sent earlier.
        if !matches!(hint, Hint::Present(_)) {
            self.pushed.notify_one();
        }
    }

    /// A person departed at another node: what waits to be told of them here was said before.
    pub fn forget(&self, departure: &Departure) {
        self.waiting.lock().presence.retain(|place, _| !departure.is_of(place));
    }

    /// Send what waits.
    pub fn nudge(&self) {
        self.pushed.notify_one();
    }

    /// Ready when hints wait.
    pub async fn ready(&self) {
        while self.waiting.lock().is_empty() {
            self.pushed.notified().await;
        }
    }

    /// All hints that wait.
    #[must_use]
    pub fn take(&self) -> HintBatch {
        std::mem::take(&mut *self.waiting.lock())
    }
}

impl HintBatch {
    fn push(&mut self, hint: Hint, frame: Option<&Frame>) {
        match (hint, frame) {
            (Hint::Head(project, _), Some(frame)) if self.bytes + frame.len() <= MOST_BYTES => {
                self.bytes += frame.len();
                self.frames.push((project, frame.clone()));
            }
            (Hint::Head(project, seq), _) => self.push_head(project, seq),
            (Hint::Present(Sighting { place, state, task }), _)
                if self.presence.len() < MOST_HINTS || self.presence.contains_key(&place) =>
            {
                self.presence.insert(place, (state, task));
            }
            (Hint::Present(_), _) => {}
            (hint, _) if self.others.len() < MOST_HINTS => {
                // What waits to be told of a person who departs is dropped. A later hint says when they are back.
                if let Hint::Departed(departure) = hint {
                    self.presence.retain(|place, _| !departure.is_of(place));
                }
                self.others.insert(hint);
            }
            _ => {}
        }
    }

    fn push_head(&mut self, project: ProjectId, seq: i64) {
        if self.heads.len() < MOST_HINTS || self.heads.contains_key(&project) {
            let head = self.heads.entry(project).or_default();
            *head = (*head).max(seq);
        }
    }

    fn is_empty(&self) -> bool {
        self.others.is_empty() && self.presence.is_empty() && self.heads.is_empty() && self.frames.is_empty()
    }

    /// The hints without a frame, and the frames.
    #[must_use]
    pub fn parts(&self) -> (Vec<Hint>, &[(ProjectId, Frame)]) {
        let heads = self.heads.iter().map(|(project, seq)| Hint::Head(*project, *seq));
        let seen = self
            .presence
            .iter()
            .map(|(place, (state, task))| Hint::Present(Sighting { place: *place, state: *state, task: *task }));
        (self.others.iter().copied().chain(seen).chain(heads).collect(), &self.frames)
    }

    /// All of it as hints, for a sender that cannot carry frames.
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        let (mut hints, frames) = self.parts();
        hints.extend(frames.iter().map(|(project, frame)| Hint::Head(*project, frame.seq)));
        hints
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::ids::{RequestId, UserId},
        log::{Chain, LogPosition},
    };

    fn id() -> Uuid {
        RequestId::new().0
    }

    #[test]
    fn the_queue_is_bounded_and_still_names_the_head_of_every_project() {
        let queue = HintQueue::new(true);
        let (one, other) = (ProjectId(id()), ProjectId(id()));
        let long = "x".repeat(64 * 1024);
        for seq in 1..=1_000 {
            let frame = Frame::new("e", LogPosition::new(seq, Chain::NONE), "task.changed", &long, None);
            queue.push(Hint::Head(one, seq), Some(&frame));
            queue.push(Hint::CredentialEnded(id()), None);
        }
        queue.push(Hint::Head(other, 7), None);
        for _ in 0..MOST_HINTS {
            queue.push(Hint::UserChanged(UserId(id())), None);
        }
        let batch = queue.take();
        let (hints, frames) = batch.parts();
        assert!(frames.len() < 64, "{}", frames.len());
        assert_eq!(hints.len(), MOST_HINTS + 2);
        assert!(hints.contains(&Hint::Head(one, 1_000)) && hints.contains(&Hint::Head(other, 7)));
        assert!(queue.take().is_empty());
    }

    #[test]
    fn what_waits_to_be_told_of_a_person_ends_with_their_departure() {
        let queue = HintQueue::new(false);
        let (project, user, other) = (ProjectId(id()), UserId(id()), UserId(id()));
        let sighting = |user: UserId| {
            let place = Place { project, user, credential: user.0, tab: 0 };
            Sighting { place, state: PresenceState::Viewing, task: None }
        };
        for user in [user, other] {
            queue.push(Hint::Present(sighting(user)), None);
        }
        queue.forget(&Departure { user, project: Some(project), credential: None });
        assert_eq!(queue.take().hints(), [Hint::Present(sighting(other))]);
    }

    #[test]
    fn a_queue_without_frames_keeps_none_and_names_the_last_head() {
        let queue = HintQueue::new(false);
        let project = ProjectId(id());
        for seq in [4, 6, 5] {
            queue.push(
                Hint::Head(project, seq),
                Some(&Frame::new("e", LogPosition::new(seq, Chain::NONE), "task.changed", "{}", None)),
            );
        }
        assert_eq!(queue.take().hints(), [Hint::Head(project, 6)]);
    }
}
