//! The generic reducer, written a second time from the design and not from the server's code,
//! and the law that it reproduces every snapshot.

use std::{collections::BTreeMap, fmt};

use serde_json::{Map, Value};

use super::{Auth, Fields, User};

type Objects = BTreeMap<String, Map<String, Value>>;

/// A project as a client holds it: the kinds, and in each the objects by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub seq: i64,
    pub kinds: BTreeMap<String, Objects>,
}

impl State {
    #[track_caller]
    pub fn of_snapshot(snapshot: &Value) -> Self {
        let mut state = Self { seq: snapshot.int("seq"), ..Self::default() };
        for (kind, value) in snapshot.as_object().unwrap() {
            match value {
                Value::Object(project) => state.put(kind, project),
                Value::Array(objects) => {
                    // A kind with nothing in it is the same as a kind that was never told of.
                    for object in objects {
                        state.put(kind, object.as_object().unwrap());
                    }
                }
                _ => assert!(kind == "seq" || kind == "epoch", "{kind} in a snapshot"),
            }
        }
        state
    }

    fn put(&mut self, kind: &str, object: &Map<String, Value>) {
        let id = object["id"].as_str().unwrap().to_owned();
        let known = self.kinds.entry(kind.to_owned()).or_default();
        let merged = known.entry(id).or_default();
        merged.extend(object.clone());
    }

    /// Merges what an event changed and deletes what it removed.
    #[track_caller]
    pub fn apply(&mut self, event: &Value) {
        let seq = event.int("seq");
        assert_eq!(seq, self.seq + 1, "a gap before {event}");
        self.seq = seq;
        for (kind, objects) in each_kind(event, "changes") {
            for object in objects {
                // The version of an object is the number of the event that last changed it.
                assert_eq!(object["version"], seq, "a {kind} of {event}");
                if kind == "comments" || kind == "attachments" {
                    continue;
                }
                let mut object = object.as_object().unwrap().clone();
                if kind == "tasks" {
                    object.remove("description");
                }
                self.put(&kind, &object);
            }
        }
        for (kind, ids) in each_kind(event, "removed") {
            let known = self.kinds.entry(kind).or_default();
            for id in ids {
                known.remove(id.as_str().unwrap());
            }
        }
        self.kinds.retain(|_, objects| !objects.is_empty());
    }

    /// What differs, one line each; empty when nothing does.
    pub fn difference(&self, other: &Self) -> String {
        let mut lines = Vec::new();
        let kinds = self.kinds.keys().chain(other.kinds.keys());
        for kind in kinds.collect::<std::collections::BTreeSet<_>>() {
            let nothing = Objects::new();
            let here = self.kinds.get(kind).unwrap_or(&nothing);
            let there = other.kinds.get(kind).unwrap_or(&nothing);
            for id in here.keys().chain(there.keys()) {
                if here.get(id) != there.get(id) {
                    let (here, there) = (Shown(here.get(id)), Shown(there.get(id)));
                    lines.push(format!("{kind} {id}\n  replayed {here}\n  snapshot {there}"));
                }
            }
        }
        lines.join("\n")
    }
}

struct Shown<'a>(Option<&'a Map<String, Value>>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(object) => f.write_str(&Value::Object(object.clone()).to_string()),
            None => f.write_str("nothing"),
        }
    }
}

#[track_caller]
fn each_kind(event: &Value, field: &str) -> Vec<(String, Vec<Value>)> {
    let Some(kinds) = event.get(field) else {
        return Vec::new();
    };
    let kinds = kinds.as_object().unwrap();
    assert!(!kinds.is_empty(), "an empty `{field}` in {event}");
    let pairs = kinds.iter().map(|(kind, list)| {
        let list = list.as_array().unwrap().clone();
        assert!(!list.is_empty(), "no {kind} in `{field}` of {event}");
        (kind.clone(), list)
    });
    pairs.collect()
}

/// What holds for each event by itself.
#[track_caller]
pub fn check_event(event: &Value, project: &str) {
    assert_eq!(event["project"], project, "{event}");
    let (noun, verb) = event["type"].as_str().unwrap().split_once('.').unwrap();
    assert!(!noun.is_empty() && !verb.is_empty(), "{event}");
    assert!(is_instant(&event.str("at")), "{event}");
    let actor = &event["actor"];
    assert!(actor.is_null() || (actor["id"].is_string() && actor["name"].is_string()), "{event}");
    assert!(event.get("cause").is_none_or(Value::is_string), "{event}");
    let known = ["project", "seq", "type", "at", "actor", "cause", "changes", "removed"];
    for field in event.as_object().unwrap().keys() {
        assert!(known.contains(&field.as_str()), "`{field}` in {event}");
    }
}

/// `2026-11-20T10:00:00.000Z`
pub fn is_instant(text: &str) -> bool {
    let pattern = "dddd-dd-ddTdd:dd:dd.dddZ";
    text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(c, p)| match p {
            'd' => c.is_ascii_digit(),
            _ => c == p,
        })
}

/// A project as the tests last saw it; at first, as before its first event.
#[derive(Default)]
pub struct Known {
    inner: tokio::sync::Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    state: State,
    /// Everybody who changed it, by id: some of them may have left since. Not as users, who would hold the
    /// server that holds this.
    witnesses: Vec<(String, Auth)>,
}

impl Known {
    /// `what was known ⊕ the events since = the snapshot now`. Holds with others writing meanwhile,
    /// since the snapshot says which event it ends with.
    pub async fn check(&self, user: &User, project: &str) {
        let mut inner = self.inner.lock().await;
        if !inner.witnesses.iter().any(|(known, _)| *known == user.id) {
            inner.witnesses.push((user.id.clone(), user.auth.clone()));
        }
        let Some((snapshot, witness)) = look(user, &inner.witnesses, project).await else {
            // The change that was made has ended the project, or everybody's part in it.
            return;
        };
        let now = State::of_snapshot(&snapshot);
        let mut replayed = inner.state.clone();
        while replayed.seq < now.seq {
            let after = replayed.seq;
            let path = format!("/projects/{project}/events?after={after}&limit=200");
            let call = witness.get(&path).header("Accept", "application/json");
            let page = call.await.ok();
            let events = page.list("items");
            assert!(!events.is_empty(), "the snapshot is at {}, and no event follows {after}", now.seq);
            for event in events.iter().filter(|event| event.int("seq") <= now.seq) {
                check_event(event, project);
                replayed.apply(event);
            }
        }
        assert_eq!(replayed.seq, now.seq, "the snapshot went back");
        let difference = replayed.difference(&now);
        assert!(difference.is_empty(), "replay is not the state at {}:\n{difference}", now.seq);
        inner.state = now;
    }
}

/// The snapshot through the eyes of anybody who may still see it.
async fn look(user: &User, witnesses: &[(String, Auth)], project: &str) -> Option<(Value, User)> {
    let others = witnesses.iter().map(|(_, auth)| user.with(auth.clone()));
    for witness in std::iter::once(user.clone()).chain(others) {
        let answer = witness.get(&format!("/projects/{project}/board")).await;
        if answer.status == 200 {
            return Some((answer.body, witness));
        }
        assert!([401, 403, 404].contains(&answer.status), "{answer:?}");
    }
    None
}
