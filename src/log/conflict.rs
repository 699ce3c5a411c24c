//! What other changes did to one object since a version of it.
//!
//! The version of an object is the number of the event that last changed it, and that event keeps what was before, the
//! version before included. So the changes of an object are a chain: each event names the one before it. The chain is
//! followed backwards, event by event, and no other event is read, however many there are.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    base::{
        error::{Error, Result},
        ids::ProjectId,
    },
    db::Tx,
    log::{is_field, read},
};

/// The chain is followed this far. The request holds the project's lock meanwhile, and a client that is further behind
/// had better load the object anew.
const MOST_CHANGES: usize = 1_000;

/// An object of a project: its kind, its id and its present version.
#[derive(Clone, Copy, Debug)]
pub struct ObjectVersion<'a> {
    pub kind: &'a str,
    pub id: &'a str,
    pub version: i64,
}

/// The fields that changed since the version `since`, each with the value that it had then. `None` when the log cannot
/// say: it no longer holds one of the events, the object had no such version, or it changed too often.
pub async fn changed_since(
    tx: &mut Tx,
    project: ProjectId,
    object: ObjectVersion<'_>,
    since: i64,
) -> Result<Option<Map<String, Value>>> {
    let Some(states) = states_since(tx, project, &[(object, since)]).await?.pop().flatten() else { return Ok(None) };
    let mut base = Map::new();
    for (field, value) in states.into_iter().rev().flat_map(|(_, states)| states).flatten() {
        if is_field(&field) {
            base.entry(field).or_insert(value);
        }
    }
    Ok(Some(base))
}

/// The events since a version that changed an object, the last one first, and the fields that each changed.
pub type Touches = Vec<(i64, Vec<String>)>;

/// The events that changed each of these objects since a version of it, in the order of the objects. `None` when the log
/// cannot say. Each event is read once, whatever the number of objects that it changed.
pub async fn touched_since(
    tx: &mut Tx,
    project: ProjectId,
    objects: &[(ObjectVersion<'_>, i64)],
) -> Result<Vec<Option<Touches>>> {
    let fields = |states: Vec<Map<String, Value>>| states.into_iter().flatten().map(|(field, _)| field).collect();
    let touches = |states: States| states.into_iter().map(|(seq, states)| (seq, fields(states))).collect();
    Ok(states_since(tx, project, objects).await?.into_iter().map(|states| states.map(touches)).collect())
}

/// What each event since a version keeps of an object, the last one first.
type States = Vec<(i64, Vec<Map<String, Value>>)>;

/// How far the chain of an object was followed.
struct Followed<'a> {
    object: ObjectVersion<'a>,
    since: i64,
    /// `None` when the chain is torn.
    states: Option<States>,
}

impl Followed<'_> {
    fn is_open(&self) -> bool {
        self.states.is_some() && self.object.version > self.since
    }

    /// Take in what the event of its version keeps of the object.
    fn follow(&mut self, touched: Vec<Map<String, Value>>) {
        let version = self.object.version;
        let earlier = touched.iter().filter_map(|state| state.get("version").and_then(Value::as_i64)).min();
        let states = self.states.take();
        let (Some(earlier), Some(mut states)) = (earlier.filter(|earlier| *earlier < version), states) else { return };
        states.push((version, touched));
        self.object.version = earlier;
        self.states = Some(states).filter(|states| states.len() <= MOST_CHANGES);
    }
}

/// The chains of many objects are followed together, step by step: a step is one statement.
async fn states_since(
    tx: &mut Tx,
    project: ProjectId,
    objects: &[(ObjectVersion<'_>, i64)],
) -> Result<Vec<Option<States>>> {
    let begin = |(object, since)| Followed { object, since, states: Some(vec![]) };
    let mut chains: Vec<_> = objects.iter().copied().map(begin).collect();
    loop {
        let mut open: BTreeMap<i64, Vec<&mut Followed<'_>>> = BTreeMap::new();
        for chain in chains.iter_mut().filter(|chain| chain.is_open()) {
            open.entry(chain.object.version).or_default().push(chain);
        }
        if open.is_empty() {
            return Ok(chains.into_iter().map(|chain| chain.states).collect());
        }
        let kept = read::kept_by(tx, project, open.keys().copied()).await?;
        for (seq, chains) in open {
            let objects: Vec<_> = chains.iter().map(|chain| chain.object).collect();
            let touched = kept.get(&seq).map(|before| states_of(&objects, before)).transpose()?;
            let mut touched = touched.unwrap_or_default();
            for (at, chain) in chains.into_iter().enumerate() {
                chain.follow(touched.remove(&at).unwrap_or_default());
            }
        }
    }
}

/// What an event keeps of some objects, each by its place in the list. There are several entries when the event changed an
/// object in steps. One event may tell of thousands of objects: the others are not parsed.
fn states_of(objects: &[ObjectVersion<'_>], before: &str) -> Result<HashMap<usize, Vec<Map<String, Value>>>> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow, default)]
        id: Option<Cow<'a, str>>,
    }
    let malformed = |error: serde_json::Error| Error::Internal(error.to_string());
    let kinds: HashMap<&str, Vec<&RawValue>> = serde_json::from_str(before).map_err(malformed)?;
    let places: HashMap<(&str, &str), usize> =
        objects.iter().enumerate().map(|(at, object)| ((object.kind, object.id), at)).collect();
    let only = objects.first().filter(|_| objects.len() == 1);
    let mut states: HashMap<usize, Vec<_>> = HashMap::new();
    for (kind, entries) in kinds.iter().filter(|(kind, _)| objects.iter().any(|object| object.kind == **kind)) {
        for text in entries.iter().map(|entry| entry.get()) {
            if only.is_some_and(|object| !text.contains(object.id)) {
                continue;
            }
            let Named { id } = serde_json::from_str(text).map_err(malformed)?;
            if let Some(at) = id.as_deref().and_then(|id| places.get(&(*kind, id))) {
                states.entry(*at).or_default().push(serde_json::from_str(text).map_err(malformed)?);
            }
        }
    }
    Ok(states)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_says_what_it_did_to_one_object() {
        fn object(id: &str) -> ObjectVersion<'_> {
            ObjectVersion { kind: "tasks", id, version: 7 }
        }
        let before = r#"{
            "labels": [{"id": "a", "version": 1, "name": "x"}],
            "tasks": [{"id": "a", "version": 3, "title": "b"}, {"id": "b", "version": 4, "title": "a"},
                      {"id": "a", "version": 7, "position": "1"}]
        }"#;
        let versions = |objects: &[&str], at: usize| -> Vec<Value> {
            let objects: Vec<_> = objects.iter().map(|id| object(id)).collect();
            let found = states_of(&objects, before).unwrap();
            found.get(&at).into_iter().flatten().map(|state| state["version"].clone()).collect()
        };
        for (at, expected) in [vec![3, 7], vec![4], vec![]].into_iter().enumerate() {
            let all = ["a", "b", "c"];
            assert_eq!(versions(&all, at), expected);
            assert_eq!(versions(&all[at..=at], 0), expected);
        }
        assert!(states_of(&[object("a")], r#"{"tasks": 1}"#).is_err());
    }
}
