//! What one node tells the others: never the change itself, only that there is something to look for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use parking_lot::Mutex;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    event::Frame,
    ids::{ProjectId, UserId},
};

/// Postgres refuses longer payloads.
const LONGEST: usize = 7_500;
/// How much waits to be rung at most: bytes of frames, beyond which only their numbers are told; projects; and hints
/// about people, beyond which they are lost.
const MOST_BYTES: usize = 4 * 1024 * 1024;
const MOST_HINTS: usize = 20_000;

/// A hint. Losing one delays what it tells of until the next repair; it loses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// The log of this project reaches to here.
    Moved(ProjectId, i64),
    /// Memberships or notifications of this user changed.
    Told(UserId),
    /// This session or token ended.
    Ended(Uuid),
    /// All sessions and tokens of this user ended, but for one.
    UserEnded(UserId, Option<Uuid>),
}

/// Where hints wait for whoever rings. However long that takes, no more than so much waits here.
#[derive(Debug)]
pub struct Bell {
    /// Whether frames may be kept until they are rung.
    carries: bool,
    waiting: Mutex<Rung>,
    rung: Notify,
}

/// What waited: each project and each person once.
#[derive(Debug, Default)]
pub struct Rung {
    /// Sessions that ended, and people who are told something.
    people: BTreeSet<Hint>,
    moved: BTreeMap<ProjectId, i64>,
    frames: Vec<(ProjectId, Frame)>,
    bytes: usize,
}

impl Bell {
    #[must_use]
    pub fn new(carries: bool) -> Self {
        Self { carries, waiting: Mutex::default(), rung: Notify::new() }
    }

    pub fn add(&self, hint: Hint, frame: Option<&Frame>) {
        self.waiting.lock().add(hint, frame.filter(|_| self.carries));
        self.rung.notify_one();
    }

    /// Ready when something waits.
    pub async fn rung(&self) {
        while self.waiting.lock().is_empty() {
            self.rung.notified().await;
        }
    }

    /// Everything that waits.
    #[must_use]
    pub fn take(&self) -> Rung {
        std::mem::take(&mut *self.waiting.lock())
    }
}

impl Rung {
    fn add(&mut self, hint: Hint, frame: Option<&Frame>) {
        match (hint, frame) {
            (Hint::Moved(project, _), Some(frame)) if self.bytes + frame.len() <= MOST_BYTES => {
                self.bytes += frame.len();
                self.frames.push((project, frame.clone()));
            }
            (Hint::Moved(project, seq), _) => self.move_to(project, seq),
            (hint, _) if self.people.len() < MOST_HINTS => {
                self.people.insert(hint);
            }
            _ => {}
        }
    }

    fn move_to(&mut self, project: ProjectId, seq: i64) {
        if self.moved.len() < MOST_HINTS || self.moved.contains_key(&project) {
            let last = self.moved.entry(project).or_default();
            *last = (*last).max(seq);
        }
    }

    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.moved.is_empty() && self.frames.is_empty()
    }

    /// The frames, and what is told without one.
    #[must_use]
    pub fn parts(&self) -> (Vec<Hint>, &[(ProjectId, Frame)]) {
        let moved = self.moved.iter().map(|(project, seq)| Hint::Moved(*project, *seq));
        (self.people.iter().copied().chain(moved).collect(), &self.frames)
    }

    /// All of it as hints, for a bell that carries no frames.
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        let (mut hints, frames) = self.parts();
        hints.extend(frames.iter().map(|(project, frame)| Hint::Moved(*project, frame.seq)));
        hints
    }
}

/// Many hints as few texts, each marked with the node that they come from; of a project's hints the last counts.
#[must_use]
pub fn encode(node: Uuid, hints: &[Hint]) -> Vec<String> {
    let mut moved: BTreeMap<ProjectId, i64> = BTreeMap::new();
    let mut words = vec![];
    for hint in hints {
        match hint {
            Hint::Moved(project, seq) => {
                let last = moved.entry(*project).or_default();
                *last = (*last).max(*seq);
            }
            Hint::Told(user) => words.push(format!("t:{user}")),
            Hint::Ended(credential) => words.push(format!("e:{credential}")),
            Hint::UserEnded(user, None) => words.push(format!("u:{user}")),
            Hint::UserEnded(user, Some(but)) => words.push(format!("u:{user}:{but}")),
        }
    }
    words.extend(moved.iter().map(|(project, seq)| format!("m:{project}:{seq}")));
    words.dedup();
    let mut texts = vec![];
    let mut text = node.to_string();
    for word in words {
        if text.len() + word.len() >= LONGEST {
            texts.push(std::mem::replace(&mut text, node.to_string()));
        }
        // Writing to a String does not fail.
        let _ = write!(text, " {word}");
    }
    texts.push(text);
    texts
}

/// The node that a text comes from.
#[must_use]
pub fn sender(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.split(' ').next()?).ok()
}

/// The hints in a text, unless it comes from this node itself. What is not understood (a newer node's) is passed over.
#[must_use]
pub fn decode(node: Uuid, text: &str) -> Vec<Hint> {
    match sender(text) {
        Some(from) if from != node => text.split(' ').skip(1).filter_map(hint).collect(),
        _ => vec![],
    }
}

fn hint(word: &str) -> Option<Hint> {
    let mut parts = word.split(':');
    let kind = parts.next()?;
    let id = Uuid::try_parse(parts.next()?).ok()?;
    let rest = parts.next();
    match (kind, rest) {
        ("m", Some(seq)) => Some(Hint::Moved(ProjectId(id), seq.parse().ok()?)),
        ("t", None) => Some(Hint::Told(UserId(id))),
        ("e", None) => Some(Hint::Ended(id)),
        ("u", None) => Some(Hint::UserEnded(UserId(id), None)),
        ("u", Some(but)) => Some(Hint::UserEnded(UserId(id), Some(Uuid::try_parse(but).ok()?))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RequestId;

    fn id() -> Uuid {
        RequestId::new().0
    }

    #[test]
    fn hints_come_back_as_they_were_and_a_project_is_named_once() {
        let (here, there, project, user) = (id(), id(), ProjectId(id()), UserId(id()));
        let hints = [
            Hint::Told(user),
            Hint::Ended(user.0),
            Hint::UserEnded(user, None),
            Hint::UserEnded(user, Some(here)),
            Hint::Moved(project, 7),
            Hint::Moved(project, 9),
        ];
        let texts = encode(there, &hints);
        assert_eq!(texts.len(), 1);
        let expected = [&hints[..4], &hints[5..]].concat();
        assert_eq!(decode(here, &texts[0]), expected);
        assert_eq!(decode(there, &texts[0]), vec![], "a node does not answer its own bell");
    }

    #[test]
    fn long_lists_are_cut_into_texts_that_fit() {
        let (here, there) = (id(), id());
        let hints: Vec<Hint> = (0..1_000).map(|seq| Hint::Moved(ProjectId(id()), seq)).collect();
        let texts = encode(there, &hints);
        assert!(texts.iter().all(|text| text.len() <= 8_000));
        assert_eq!(texts.iter().flat_map(|text| decode(here, text)).count(), 1_000);
    }

    #[test]
    fn what_waits_is_bounded_and_says_where_every_project_is() {
        let bell = Bell::new(true);
        let (one, other) = (ProjectId(id()), ProjectId(id()));
        let long = "x".repeat(64 * 1024);
        for seq in 1..=1_000 {
            let frame = Frame::new("e", seq, "task.changed", &long, None);
            bell.add(Hint::Moved(one, seq), Some(&frame));
            bell.add(Hint::Ended(id()), None);
        }
        bell.add(Hint::Moved(other, 7), None);
        for _ in 0..MOST_HINTS {
            bell.add(Hint::Told(UserId(id())), None);
        }
        let rung = bell.take();
        let (hints, frames) = rung.parts();
        assert!(frames.len() < 64, "{}", frames.len());
        assert_eq!(hints.len(), MOST_HINTS + 2);
        assert!(hints.contains(&Hint::Moved(one, 1_000)) && hints.contains(&Hint::Moved(other, 7)));
        assert!(bell.take().is_empty());
    }

    #[test]
    fn a_bell_without_frames_keeps_none_and_names_the_last_number() {
        let bell = Bell::new(false);
        let project = ProjectId(id());
        for seq in [4, 6, 5] {
            bell.add(Hint::Moved(project, seq), Some(&Frame::new("e", seq, "task.changed", "{}", None)));
        }
        assert_eq!(bell.take().hints(), [Hint::Moved(project, 6)]);
    }

    #[test]
    fn noise_is_passed_over() {
        for text in ["", "x", "00000000-0000-0000-0000-000000000000 m:x:1 m t:1 q:q", " ", "::"] {
            assert_eq!(decode(id(), text), vec![]);
        }
    }
}
