//! What other changes did to one object since a version of it.
//!
//! The version of an object is the number of the event that last changed it, and that event keeps what was before, the
//! version before included. So the changes of an object are a chain: each event names the one before it. The chain is
//! followed backwards, event by event, and no other event is read, however many there are.

use std::collections::HashMap;

use serde_json::{Map, Value, value::RawValue};

use crate::{
    base::{
        error::{Error, Result},
        ids::ProjectId,
    },
    db::Tx,
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
    let Some(states) = states_since(tx, project, object, since).await? else { return Ok(None) };
    let mut base = Map::new();
    for (field, value) in states.into_iter().rev().flat_map(|(_, states)| states).flatten() {
        if field != "id" && field != "version" {
            base.entry(field).or_insert(value);
        }
    }
    Ok(Some(base))
}

/// The events since the version `since` that changed the object, the last one first, and the fields that each changed.
/// `None` when the log cannot say.
pub async fn touched_since(
    tx: &mut Tx,
    project: ProjectId,
    object: ObjectVersion<'_>,
    since: i64,
) -> Result<Option<Vec<(i64, Vec<String>)>>> {
    let Some(states) = states_since(tx, project, object, since).await? else { return Ok(None) };
    let fields = |states: Vec<Map<String, Value>>| states.into_iter().flatten().map(|(field, _)| field).collect();
    Ok(Some(states.into_iter().map(|(seq, states)| (seq, fields(states))).collect()))
}

/// What each event since a version keeps of an object, the last one first.
type States = Vec<(i64, Vec<Map<String, Value>>)>;

async fn states_since(
    tx: &mut Tx,
    project: ProjectId,
    object: ObjectVersion<'_>,
    since: i64,
) -> Result<Option<States>> {
    let mut states = vec![];
    let mut version = object.version;
    while version > since {
        let row: Option<(Option<String>,)> = tx
            .query("select before from events where project_id = $1 and seq = $2")
            .bind(project)
            .bind(version)
            .optional()
            .await?;
        let Some((Some(before),)) = row else { return Ok(None) };
        let touched = states_of(object, &before)?;
        let earlier = touched.iter().filter_map(|state| state.get("version").and_then(Value::as_i64)).min();
        let Some(earlier) = earlier.filter(|earlier| *earlier < version) else { return Ok(None) };
        states.push((version, touched));
        version = earlier;
        if states.len() > MOST_CHANGES {
            return Ok(None);
        }
    }
    Ok(Some(states))
}

/// What an event keeps of one object. There are several entries when the event changed it in steps. One event may tell of
/// thousands of objects: the others are not parsed.
fn states_of(object: ObjectVersion<'_>, before: &str) -> Result<Vec<Map<String, Value>>> {
    let malformed = |error: serde_json::Error| Error::Internal(error.to_string());
    let kinds: HashMap<&str, Vec<&RawValue>> = serde_json::from_str(before).map_err(malformed)?;
    let mut states = vec![];
    for text in kinds.get(object.kind).into_iter().flatten().map(|entry| entry.get()) {
        if text.contains(object.id) {
            let state: Map<String, Value> = serde_json::from_str(text).map_err(malformed)?;
            states.extend(Some(state).filter(|state| state.get("id").is_some_and(|id| id == object.id)));
        }
    }
    Ok(states)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_says_what_it_did_to_one_object() {
        let object = |id| ObjectVersion { kind: "tasks", id, version: 7 };
        let before = r#"{
            "labels": [{"id": "a", "version": 1, "name": "x"}],
            "tasks": [{"id": "a", "version": 3, "title": "b"}, {"id": "b", "version": 4, "title": "a"},
                      {"id": "a", "version": 7, "position": "1"}]
        }"#;
        let versions = |id| -> Vec<Value> {
            states_of(object(id), before).unwrap().into_iter().map(|state| state["version"].clone()).collect()
        };
        assert_eq!(versions("a"), [3, 7]);
        assert_eq!(versions("b"), [4]);
        assert_eq!(versions("c"), [0; 0]);
        assert!(states_of(object("a"), r#"{"tasks": 1}"#).is_err());
    }
}
