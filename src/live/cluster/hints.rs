//! What one node sends the others: never a change itself, only what to look for in the database.

use std::{collections::BTreeMap, fmt::Write};

use uuid::Uuid;

use crate::{
    base::ids::{ProjectId, TaskId, UserId},
    live::{
        nodes::NodeReport,
        presence::{Departure, Place, PresenceState, Sighting},
    },
};

/// Postgres refuses payloads of 8,000 bytes and more.
const LONGEST: usize = 7_500;

/// Losing a hint delays its effect until the next comparison with the database; nothing else is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// The log of this project ends here.
    Head(ProjectId, i64),
    /// Memberships or notifications of this user changed.
    UserChanged(UserId),
    /// This session or token ended.
    CredentialEnded(Uuid),
    /// All sessions and tokens of this user ended, except one.
    UserEnded(UserId, Option<Uuid>),
    /// What a person does in a project.
    Present(Sighting),
    /// A person is in a project no more.
    Departed(Departure),
    /// What a node tells of itself.
    Node(NodeReport),
}

/// Encode many hints as few messages, each headed by the node that sends it. Of a project only the last head is named.
#[must_use]
pub fn encode(node: Uuid, hints: &[Hint]) -> Vec<String> {
    let mut heads: BTreeMap<ProjectId, i64> = BTreeMap::new();
    let mut words = vec![];
    for hint in hints {
        match hint {
            Hint::Head(project, seq) => {
                let head = heads.entry(*project).or_default();
                *head = (*head).max(*seq);
            }
            Hint::UserChanged(user) => words.push(format!("t:{user}")),
            Hint::CredentialEnded(credential) => words.push(format!("e:{credential}")),
            Hint::UserEnded(user, None) => words.push(format!("u:{user}")),
            Hint::UserEnded(user, Some(except)) => words.push(format!("u:{user}:{except}")),
            Hint::Node(NodeReport { node, people, streams }) => words.push(format!("n:{node}:{people}:{streams}")),
            Hint::Present(sighting) => words.push(seen(sighting)),
            Hint::Departed(Departure { user, project, credential }) => {
                words.push(format!("g:{user}:{}:{}", or_dash(project.as_ref()), or_dash(credential.as_ref())));
            }
        }
    }
    words.extend(heads.iter().map(|(project, seq)| format!("m:{project}:{seq}")));
    words.dedup();
    join(node, &words)
}

fn or_dash(value: Option<&impl ToString>) -> String {
    value.map_or_else(|| "-".into(), ToString::to_string)
}

fn seen(Sighting { place, state, task }: &Sighting) -> String {
    let Place { project, user, credential, tab } = place;
    let state = match state {
        PresenceState::Left => "l",
        PresenceState::Viewing => "v",
        PresenceState::Editing => "e",
    };
    format!("p:{project}:{user}:{credential}:{tab}:{state}:{}", or_dash(task.as_ref()))
}

/// An id, or none where there is a dash.
fn dash_or_id(text: &str) -> Result<Option<Uuid>, uuid::Error> {
    if text == "-" { Ok(None) } else { Uuid::try_parse(text).map(Some) }
}

fn longer(parts: &[&str]) -> Option<Hint> {
    match parts {
        ["p", project, user, credential, tab, state, task] => {
            let id = |text: &str| Uuid::try_parse(text).ok();
            let (project, user) = (ProjectId(id(project)?), UserId(id(user)?));
            let place = Place { project, user, credential: id(credential)?, tab: tab.parse().ok()? };
            let state = match *state {
                "l" => PresenceState::Left,
                "v" => PresenceState::Viewing,
                "e" => PresenceState::Editing,
                _ => return None,
            };
            Some(Hint::Present(Sighting { place, state, task: dash_or_id(task).ok()?.map(TaskId) }))
        }
        ["n", node, people, streams] => Some(Hint::Node(NodeReport {
            node: Uuid::try_parse(node).ok()?,
            people: people.parse().ok()?,
            streams: streams.parse().ok()?,
        })),
        ["g", user, project, credential] => Some(Hint::Departed(Departure {
            user: UserId(Uuid::try_parse(user).ok()?),
            project: dash_or_id(project).ok()?.map(ProjectId),
            credential: dash_or_id(credential).ok()?,
        })),
        _ => None,
    }
}

/// As many messages as it takes for none to be longer than Postgres allows.
fn join(node: Uuid, words: &[String]) -> Vec<String> {
    let mut messages = vec![];
    let mut message = node.to_string();
    for word in words {
        if message.len() + word.len() >= LONGEST {
            messages.push(std::mem::replace(&mut message, node.to_string()));
        }
        // Writing to a String does not fail.
        let _ = write!(message, " {word}");
    }
    messages.push(message);
    messages
}

/// The node that sent a message.
#[must_use]
pub fn sender(message: &str) -> Option<Uuid> {
    Uuid::try_parse(message.split(' ').next()?).ok()
}

/// The hints in a message; none when this node sent it itself. What a newer node says and this one does not understand
/// is skipped.
#[must_use]
pub fn decode(node: Uuid, message: &str) -> Vec<Hint> {
    match sender(message) {
        Some(from) if from != node => message.split(' ').skip(1).filter_map(hint).collect(),
        _ => vec![],
    }
}

fn hint(word: &str) -> Option<Hint> {
    if ["p:", "g:", "n:"].iter().any(|kind| word.starts_with(kind)) {
        return longer(&word.split(':').collect::<Vec<_>>());
    }
    let mut parts = word.split(':');
    let kind = parts.next()?;
    let id = Uuid::try_parse(parts.next()?).ok()?;
    let rest = parts.next();
    match (kind, rest) {
        ("m", Some(seq)) => Some(Hint::Head(ProjectId(id), seq.parse().ok()?)),
        ("t", None) => Some(Hint::UserChanged(UserId(id))),
        ("e", None) => Some(Hint::CredentialEnded(id)),
        ("u", None) => Some(Hint::UserEnded(UserId(id), None)),
        ("u", Some(except)) => Some(Hint::UserEnded(UserId(id), Some(Uuid::try_parse(except).ok()?))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::RequestId;

    fn id() -> Uuid {
        RequestId::new().0
    }

    #[test]
    fn hints_are_decoded_as_they_were_encoded_and_a_project_is_named_once() {
        let (here, there, project, user) = (id(), id(), ProjectId(id()), UserId(id()));
        let place = Place { project, user, credential: here, tab: 7 };
        let hints = [
            Hint::UserChanged(user),
            Hint::CredentialEnded(user.0),
            Hint::UserEnded(user, None),
            Hint::UserEnded(user, Some(here)),
            Hint::Departed(Departure { user, project: None, credential: Some(here) }),
            Hint::Departed(Departure { user, project: Some(project), credential: None }),
            Hint::Present(Sighting { place, state: PresenceState::Editing, task: Some(TaskId(there)) }),
            Hint::Present(Sighting { place, state: PresenceState::Left, task: None }),
            Hint::Node(NodeReport { node: here, people: 3, streams: 7 }),
            Hint::Head(project, 7),
            Hint::Head(project, 9),
        ];
        let messages = encode(there, &hints);
        assert_eq!(messages.len(), 1);
        let expected = [&hints[..9], &hints[10..]].concat();
        assert_eq!(decode(here, &messages[0]), expected);
        assert_eq!(decode(there, &messages[0]), vec![], "a node ignores its own hints");
    }

    #[test]
    fn long_lists_are_split_into_messages_that_fit() {
        let (here, there) = (id(), id());
        let hints: Vec<Hint> = (0..1_000).map(|seq| Hint::Head(ProjectId(id()), seq)).collect();
        let messages = encode(there, &hints);
        assert!(messages.iter().all(|message| message.len() <= 8_000));
        assert_eq!(messages.iter().flat_map(|message| decode(here, message)).count(), 1_000);
    }

    #[test]
    fn noise_is_ignored() {
        for message in
            ["", "x", "00000000-0000-0000-0000-000000000000 m:x:1 m t:1 q:q p:1 g:-:-:- p:-:-:-:1:v:-", " ", "::"]
        {
            assert_eq!(decode(id(), message), vec![]);
        }
    }
}
