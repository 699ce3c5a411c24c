//! What one node tells the others: never the change itself, only that there is something to look for.

use std::{collections::BTreeMap, fmt::Write};

use uuid::Uuid;

use crate::{
    event::Frame,
    ids::{ProjectId, UserId},
};

/// Postgres refuses longer payloads.
const LONGEST: usize = 7_500;

/// A hint. Losing one delays what it tells of until the next repair; it loses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// A hint, and the frame that it is about where the bell can carry it.
#[derive(Clone, Debug)]
pub struct Rung {
    pub hint: Hint,
    pub frame: Option<Frame>,
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

/// The hints in a text, unless it comes from this node itself. What is not understood (a newer node's) is passed over.
#[must_use]
pub fn decode(node: Uuid, text: &str) -> Vec<Hint> {
    let mut words = text.split(' ');
    if words.next().and_then(|from| Uuid::try_parse(from).ok()).is_none_or(|from| from == node) {
        return vec![];
    }
    words.filter_map(hint).collect()
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
    fn noise_is_passed_over() {
        for text in ["", "x", "00000000-0000-0000-0000-000000000000 m:x:1 m t:1 q:q", " ", "::"] {
            assert_eq!(decode(id(), text), vec![]);
        }
    }
}
