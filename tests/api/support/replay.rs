//! The generic reducer, written a second time from the design and not from the server's code,
//! and the law that it reproduces every snapshot.

use std::{collections::BTreeMap, fmt};

use boardcast::base::chain::Chain;
use serde_json::{Map, Value};

use super::{Answer, Auth, Call, Fields, User, until};

type Objects = BTreeMap<String, Map<String, Value>>;

/// What events tell of and no snapshot holds: read by pages, for each task or for the project.
pub const LOADED: [&str; 3] = ["comments", "attachments", "views"];
/// Those of a task.
pub const OF_TASK: [&str; 2] = ["comments", "attachments"];

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
                _ => assert!(["seq", "epoch", "cursor"].contains(&kind.as_str()), "{kind} in a snapshot"),
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
        self.merge(event, |kind| !LOADED.contains(&kind));
    }

    /// The same of the kinds that are read by pages, on a state that holds nothing else.
    pub fn apply_loaded(&mut self, event: &Value) {
        self.merge(event, |kind| LOADED.contains(&kind));
    }

    #[track_caller]
    fn merge(&mut self, event: &Value, held: impl Fn(&str) -> bool) {
        let seq = event.int("seq");
        for (kind, objects) in each_kind(event, "changes") {
            for object in objects {
                // The version of an object is the number of the event that last changed it.
                assert_eq!(object["version"], seq, "a {kind} of {event}");
                let mut object = object.as_object().unwrap().clone();
                if kind == "tasks" {
                    object.remove("description");
                    object.remove("description_html");
                }
                if held(&kind) {
                    self.put(&kind, &object);
                }
            }
        }
        for (kind, ids) in each_kind(event, "removed").into_iter().filter(|(kind, _)| held(kind)) {
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
    let known = ["project", "seq", "type", "at", "actor", "cause", "changes", "removed", "chain"];
    for field in event.as_object().unwrap().keys() {
        assert!(known.contains(&field.as_str()), "`{field}` in {event}");
    }
    // A body is checked by cutting off what it ends with.
    assert_eq!(event.as_object().unwrap().keys().next_back().unwrap(), "chain", "{event}");
    assert!(Chain::parse(&event.str("chain")).is_some(), "{event}");
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
    /// The chain of the last event.
    chain: Chain,
    /// Everybody who changed it, by id: some of them may have left since. Not as users, who would hold the
    /// server that holds this.
    witnesses: Vec<(String, Auth)>,
}

impl Known {
    /// `what was known ⊕ the events since = the snapshot now`, and the events' chain holds. With others writing meanwhile
    /// too, since the snapshot says which event it ends with.
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
        let (mut replayed, mut chain) = (inner.state.clone(), inner.chain);
        while replayed.seq < now.seq {
            let after = replayed.seq;
            let path = format!("/projects/{project}/events?after={after}&limit=200");
            let page = when_there(|| witness.get(&path).header("Accept", "application/json")).await.ok();
            let events = page.list("items");
            assert!(!events.is_empty(), "the snapshot is at {}, and no event follows {after}", now.seq);
            for event in events.iter().filter(|event| event.int("seq") <= now.seq) {
                check_event(event, project);
                chain = chain.verify(&event.to_string()).unwrap_or_else(|| panic!("{event} does not follow {chain}"));
                replayed.apply(event);
            }
        }
        assert_eq!(snapshot["cursor"], format!("{}.{}.{chain}", snapshot.str("epoch"), now.seq));
        assert_eq!(replayed.seq, now.seq, "the snapshot went back");
        let difference = replayed.difference(&now);
        assert!(difference.is_empty(), "replay is not the state at {}:\n{difference}", now.seq);
        (inner.state, inner.chain) = (now, chain);
    }
}

/// The snapshot through the eyes of anybody who may still see it.
async fn look(user: &User, witnesses: &[(String, Auth)], project: &str) -> Option<(Value, User)> {
    let others = witnesses.iter().map(|(_, auth)| user.with(auth.clone()));
    for witness in std::iter::once(user.clone()).chain(others) {
        let answer = when_there(|| witness.get(&format!("/projects/{project}/board"))).await;
        if answer.status == 200 {
            return Some((answer.body, witness));
        }
        assert!([401, 403, 404].contains(&answer.status), "{answer:?}");
    }
    None
}

/// The answer, once the database is there again: a test may just have ended its connections.
async fn when_there(call: impl Fn() -> Call) -> Answer {
    until("the database", || async {
        let answer = call().await;
        (answer.status != 503).then_some(answer)
    })
    .await
}
