//! What each event did to the fields of objects: by which an undo is held against what it undoes, and a change that names an
//! older version against what others did since.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    law::{Law, Verdict},
    support::replay::State,
};

/// How many events are remembered: no writer knows of older ones for long.
const KEPT: usize = 2_000;
/// The kinds whose changes can be undone.
const UNDOABLE: [&str; 6] = ["columns", "labels", "milestones", "tasks", "checklist_items", "dependencies"];
/// What follows from other things: a place beside others, what hangs on a task and when it changed, people who may have left.
const FOLLOWING: [&str; 7] =
    ["id", "version", "updated_at", "position", "comment_count", "attachment_count", "assignee_ids"];

/// What an event did to one object.
#[derive(Clone, Debug)]
enum Touch {
    Created,
    /// Whether the board held it: an archived task is deleted too.
    Removed {
        held: bool,
    },
    /// What the fields were before.
    Changed(BTreeMap<String, Value>),
}

/// By event, kind and id.
#[derive(Clone, Default)]
pub struct Touches(BTreeMap<i64, Vec<(String, String, Touch)>>);

impl Touches {
    /// Takes in an event that follows this state.
    pub fn take(&mut self, before: &State, event: &Value) {
        let mut touched = vec![];
        for (kind, objects) in event["changes"].as_object().into_iter().flatten() {
            for object in objects.as_array().into_iter().flatten() {
                let id = object["id"].as_str().unwrap_or_default();
                let known = before.kinds.get(kind).and_then(|known| known.get(id));
                let touch = known.map_or(Touch::Created, |known| {
                    let fields = object.as_object().into_iter().flatten();
                    let old = fields.filter_map(|(field, _)| Some((field.clone(), known.get(field)?.clone())));
                    Touch::Changed(old.filter(|(field, _)| !FOLLOWING.contains(&field.as_str())).collect())
                });
                touched.push((kind.clone(), id.to_owned(), touch));
            }
        }
        for (kind, ids) in event["removed"].as_object().into_iter().flatten() {
            for id in ids.as_array().into_iter().flatten() {
                let id = id.as_str().unwrap_or_default().to_owned();
                let held = before.kinds.get(kind).is_some_and(|known| known.contains_key(&id));
                touched.push((kind.clone(), id, Touch::Removed { held }));
            }
        }
        self.0.insert(event["seq"].as_i64().unwrap_or(0), touched);
        while self.0.len() > KEPT {
            self.0.pop_first();
        }
    }

    /// Which other event between two touched a field of an object.
    fn between(&self, (from, to): (i64, i64), (kind, id): (&str, &str), field: &str) -> Option<i64> {
        let later = if from + 1 < to { from + 1..to } else { to..to };
        let touches = |touched: &Vec<(String, String, Touch)>| {
            touched.iter().any(|(other, of, touch)| {
                let same = other == kind && of == id;
                same && matches!(touch, Touch::Changed(fields) if fields.contains_key(field))
            })
        };
        self.0.range(later).find(|(_, touched)| touches(touched)).map(|(seq, _)| *seq)
    }

    /// Holds an event that undoes one other event against what that one did. This state follows it.
    pub fn check_undo(&self, after: &State, event: &Value, verdict: &Verdict) {
        let undone = event["cause"].as_str().and_then(|cause| cause.strip_prefix("undo:")?.parse::<i64>().ok());
        let seq = event["seq"].as_i64().unwrap_or(0);
        let Some((undone, touched)) = undone.and_then(|undone| Some((undone, self.0.get(&undone)?))) else { return };
        for (kind, id, touch) in touched.iter().filter(|(kind, ..)| UNDOABLE.contains(&kind.as_str())) {
            let now = after.kinds.get(kind).and_then(|known| known.get(id));
            match (touch, now) {
                (Touch::Created, Some(now)) if kind == "tasks" => {
                    let text = format!("event {seq} undoes {undone}, which made {now:?}, and that is still there");
                    verdict.broken(Law::Replay, text);
                }
                (Touch::Removed { held: true }, None) if kind == "tasks" => {
                    let text = format!("event {seq} undoes {undone}, which removed {kind} {id}, and it is not there");
                    verdict.broken(Law::Replay, text);
                }
                (Touch::Changed(old), Some(now)) => {
                    for (field, was) in old {
                        if let Some(other) = self.between((undone, seq), (kind, id), field) {
                            let text =
                                format!("event {seq} undoes {undone}, and so what {other} did to {field} of {id}");
                            verdict.broken(Law::Kept, text);
                        } else if now.get(field) != Some(was) {
                            let text = format!(
                                "event {seq} undoes {undone}, before which {field} of {kind} {id} was {was}: {event}"
                            );
                            verdict.broken(Law::Replay, text);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a task was removed by an event up to this one, as far as is remembered.
    pub fn was_removed(&self, task: &str, to: i64) -> bool {
        let forgotten = self.0.first_key_value().is_some_and(|(first, _)| *first > 1);
        let mut touched = self.0.range(..=to).flat_map(|(_, touched)| touched);
        forgotten
            || touched.any(|(kind, id, touch)| kind == "tasks" && id == task && matches!(touch, Touch::Removed { .. }))
    }

    /// Which of these fields of a task no event changed behind one and up to another.
    pub fn untouched<'a>(&self, task: &str, (from, to): (i64, i64), fields: &[&'a str]) -> Option<&'a str> {
        let forgotten = self.0.first_key_value().is_none_or(|(first, _)| *first > from + 1);
        // Boards leave texts out.
        let mut known = fields.iter().filter(|field| !FOLLOWING.contains(field) && **field != "description");
        let whole = |touched: &Vec<(String, String, Touch)>| {
            touched.iter().any(|(_, id, touch)| id == task && !matches!(touch, Touch::Changed(_)))
        };
        // What leaves the board or comes back is told whole, or not at all.
        if forgotten || self.0.range(from + 1..=to.max(from + 1)).any(|(_, touched)| whole(touched)) {
            return None;
        }
        known.find(|field| self.between((from, to + 1), ("tasks", task), field).is_none()).copied()
    }

    /// What an event changed of an object although another one had changed the same since the version that its writer knew.
    pub fn overwritten(&self, object: &str, base: i64, seq: i64) -> Option<String> {
        self.0.get(&seq)?.iter().filter(|(_, id, _)| id == object).find_map(|(kind, id, touch)| {
            let Touch::Changed(fields) = touch else { return None };
            fields.keys().filter(|field| !field.ends_with("_html")).find_map(|field| {
                let other = self.between((base, seq), (kind, id), field)?;
                Some(format!("{field} of {kind} {id}, which event {other} had changed since {base}"))
            })
        })
    }
}
