//! What a project was at an earlier event: the checkpoint before it, and the events from there on, folded. An object that no
//! event touches stays the text that it was in the checkpoint.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    io::{Read, Write},
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::ProjectId,
    },
    db::{Db, Tx},
    faults::planted,
    log::{Chain, LogPosition, parse},
};

/// How many events are folded at once.
const STEP: i64 = 500;
/// Checkpoints are written once and read seldom.
const LEVEL: Compression = Compression::new(6);

/// A kind that the state of a project holds.
#[derive(Clone, Copy, Debug)]
pub struct HeldKind {
    pub name: &'static str,
    /// Fields that events tell of and the state leaves out.
    pub omitted: &'static [&'static str],
}

/// An object: as a checkpoint has it, or as events made it.
#[derive(Clone, Debug)]
pub enum Object {
    Kept(Box<RawValue>),
    Changed(Fields),
}

/// An object's fields.
type Fields = Map<String, Value>;

impl Object {
    /// What it is ordered by. A field that is not there, or null, comes first.
    fn key(&self, order: &[&str]) -> Result<Vec<String>> {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        match self {
            Self::Changed(fields) => Ok(order.iter().map(|field| text(fields.get(*field))).collect()),
            Self::Kept(object) => {
                let fields: HashMap<Cow<'_, str>, &RawValue> = parse(object.get())?;
                let text = |field: &&str| match fields.get(*field) {
                    Some(value) => parse::<Value>(value.get()).map(|value| text(Some(&value))),
                    None => Ok(String::new()),
                };
                order.iter().map(text).collect()
            }
        }
    }

    fn fields(&mut self) -> Result<&mut Fields> {
        if let Self::Kept(text) = self {
            *self = Self::Changed(parse(text.get())?);
        }
        match self {
            Self::Changed(fields) => Ok(fields),
            Self::Kept(_) => Err(Error::Internal("an object of a checkpoint stays a text".into())),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Kept(text) => text.serialize(serializer),
            Self::Changed(fields) => fields.serialize(serializer),
        }
    }
}

/// The objects of a project, by kind and id.
#[derive(Clone, Debug, Default)]
pub struct State(BTreeMap<String, HashMap<String, Object>>);

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    changes: Option<HashMap<Cow<'a, str>, Vec<Fields>>>,
    #[serde(borrow)]
    removed: Option<HashMap<Cow<'a, str>, Vec<Cow<'a, str>>>>,
}

impl State {
    /// Merge what an event changed, and delete what it removed.
    fn apply(&mut self, kinds: &[HeldKind], body: &str) -> Result<()> {
        let event: Event<'_> = parse(body)?;
        let held = |name: &str| kinds.iter().find(|kind| kind.name == name);
        for (name, objects) in event.changes.into_iter().flatten() {
            let Some(kind) = held(&name) else { continue };
            let known = self.0.entry(name.into_owned()).or_default();
            for mut object in objects {
                object.retain(|field, _| !kind.omitted.contains(&field.as_str()));
                let id = object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                match known.get_mut(&id) {
                    Some(known) => known.fields()?.extend(object),
                    None => drop(known.insert(id, Object::Changed(object))),
                }
            }
        }
        for (name, ids) in event.removed.into_iter().flatten() {
            if let Some(known) = self.0.get_mut(name.as_ref()) {
                for id in planted!(PastKeepsRemoved => vec![], ids) {
                    known.remove(id.as_ref());
                }
            }
        }
        Ok(())
    }

    /// What a board holds.
    pub fn of_board(board: &Value) -> Result<Self> {
        let mut state = Self::default();
        for (kind, value) in board.as_object().into_iter().flatten() {
            let objects = match value {
                Value::Object(_) => std::slice::from_ref(value),
                Value::Array(objects) => objects,
                _ => continue,
            };
            let known = state.0.entry(kind.clone()).or_default();
            for object in objects {
                let fields = object.as_object().cloned().unwrap_or_default();
                let id = fields.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                known.insert(id, Object::Changed(fields));
            }
        }
        Ok(state)
    }

    /// Whether another state holds the same objects, however their texts are written.
    fn equals(mut self, mut other: Self) -> Result<bool> {
        let kinds: Vec<String> = self.0.keys().chain(other.0.keys()).cloned().collect();
        for kind in kinds {
            if Self::differing(&mut self, &mut other, &kind)?.iter().any(|(_, one, two)| one != two) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// As a checkpoint.
    pub fn compress(&self) -> Result<Vec<u8>> {
        let failed = |error: std::io::Error| Error::Internal(error.to_string());
        let text = serde_json::to_vec(&self.0).map_err(|error| Error::Internal(error.to_string()))?;
        let mut gzip = GzEncoder::new(Vec::new(), LEVEL);
        gzip.write_all(&text).map_err(failed)?;
        gzip.finish().map_err(failed)
    }

    fn decompress(bytes: &[u8]) -> Result<Self> {
        let mut text = String::new();
        GzDecoder::new(bytes).read_to_string(&mut text).map_err(|error| Error::Internal(error.to_string()))?;
        let kinds: BTreeMap<String, HashMap<String, Box<RawValue>>> = parse(&text)?;
        let objects = |known: HashMap<String, Box<RawValue>>| {
            known.into_iter().map(|(id, text)| (id, Object::Kept(text))).collect()
        };
        Ok(Self(kinds.into_iter().map(|(kind, known)| (kind, objects(known))).collect()))
    }

    /// Take the objects of a kind, ordered by these fields.
    pub fn take(&mut self, kind: &str, order: &[&str]) -> Result<Vec<Object>> {
        let known = self.0.remove(kind).unwrap_or_default();
        let keyed = known.into_values().map(|object| Ok((object.key(order)?, object))).collect::<Result<Vec<_>>>();
        let mut keyed = keyed?;
        keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(keyed.into_iter().map(|(_, object)| object).collect())
    }

    /// Take the objects of a kind that are not the same in two states: the id, and the fields in each; none where the state
    /// has no such object.
    pub fn differing(old: &mut Self, new: &mut Self, kind: &str) -> Result<Vec<(String, Fields, Fields)>> {
        let mut before = old.0.remove(kind).unwrap_or_default();
        let after = new.0.remove(kind).unwrap_or_default();
        let mut differing = BTreeMap::new();
        for (id, mut object) in after {
            let known = before.remove(&id);
            if let (Some(Object::Kept(one)), Object::Kept(other)) = (&known, &object)
                && one.get() == other.get()
            {
                continue;
            }
            let known = known.map(|mut known| known.fields().map(std::mem::take)).transpose()?;
            differing.insert(id, (known.unwrap_or_default(), std::mem::take(object.fields()?)));
        }
        for (id, mut object) in planted!(ChangesForgetRemovals => HashMap::new(), before) {
            differing.insert(id, (std::mem::take(object.fields()?), Fields::new()));
        }
        Ok(differing.into_iter().map(|(id, (old, new))| (id, old, new)).collect())
    }
}

/// What a state is made of, as it was read.
pub struct Moment {
    /// The event that the state ends with.
    pub end: LogPosition,
    checkpoint: Option<Vec<u8>>,
    bodies: Vec<String>,
}

#[derive(sqlx_macros::FromRow)]
struct Bounds {
    seq: i64,
    trimmed_seq: i64,
    chain: Option<i64>,
}

impl Moment {
    /// What the state at the event `seq` is made of; 422 where the log has no such event yet.
    pub async fn read(tx: &mut Tx, project: ProjectId, seq: i64) -> Result<Self> {
        let bounds: Bounds = tx
            .query(
                "select p.seq, p.trimmed_seq,
                        coalesce((select e.chain from events e where e.project_id = p.id and e.seq = $2),
                                 case when p.trimmed_seq = $2 then p.trimmed_chain end) as chain
                 from projects p
                 where p.id = $1",
            )
            .bind(project)
            .bind(seq)
            .one()
            .await?;
        if seq > bounds.seq {
            return Err(Error::invalid("/at", format!("the last event of the project is {}", bounds.seq)));
        }
        let checkpoint: Option<(i64, Vec<u8>)> = tx.query(LAST_CHECKPOINT).bind(project).bind(seq).optional().await?;
        let (from, checkpoint) = checkpoint.map_or((0, None), |(seq, state)| (seq, Some(state)));
        if from < bounds.trimmed_seq {
            return Err(Error::Trimmed { oldest: bounds.trimmed_seq + 1 });
        }
        let rows: Vec<(String,)> = tx
            .query("select body from events where project_id = $1 and seq > $2 and seq <= $3 order by seq")
            .bind(project)
            .bind(from)
            .bind(planted!(PastRunsAhead => seq + 1, seq))
            .all()
            .await?;
        let end = LogPosition::new(seq, bounds.chain.map_or(Chain::NONE, Chain::from));
        let told = planted!(PastStopsShort => rows.len().saturating_sub(1), rows.len());
        let bodies = rows.into_iter().take(told).map(|(body,)| body).collect();
        Ok(Self { end, checkpoint, bodies })
    }

    /// Fold them, on a thread that no other request waits for.
    pub async fn fold(self, kinds: &'static [HeldKind]) -> Result<State> {
        let folded = tokio::task::spawn_blocking(move || {
            let checkpoint = self.checkpoint.as_deref().map(State::decompress).transpose()?;
            let mut state = checkpoint.unwrap_or_default();
            for body in &self.bodies {
                state.apply(kinds, body)?;
            }
            Ok(state)
        });
        folded.await.map_err(|error| Error::Internal(error.to_string()))?
    }
}

/// Behind which event the log of a project begins.
pub async fn begins(db: &Db, project: ProjectId) -> Result<i64> {
    let (trimmed,) = db.query("select trimmed_seq from projects where id = $1").bind(project).one().await?;
    Ok(trimmed)
}

/// What the whole log of a project says.
pub enum Folded {
    /// All events from where the log begins; with the first checkpoint that says another thing than they do.
    Whole { state: State, false_checkpoint: Option<i64> },
    /// The log was trimmed when there were no checkpoints yet.
    Nowhere,
}

/// Fold all events of a project up to this one, from where its log begins and not from the last checkpoint: each checkpoint
/// on the way is compared.
pub async fn fold_log(db: &Db, project: ProjectId, kinds: &'static [HeldKind], upto: i64) -> Result<Folded> {
    let trimmed = begins(db, project).await?;
    let checkpoints: Vec<(i64,)> = db
        .query("select seq from checkpoints where project_id = $1 and seq >= $2 and seq <= $3 order by seq")
        .bind(project)
        .bind(trimmed)
        .bind(upto)
        .all()
        .await?;
    let mut checkpoints = checkpoints.into_iter().map(|(seq,)| seq).peekable();
    let (mut state, mut done) = (State::default(), 0);
    if trimmed > 0 {
        let Some(first) = checkpoints.next() else { return Ok(Folded::Nowhere) };
        (state, done) = (checkpoint(db, project, first).await?, first);
    }
    while done < upto {
        let next = checkpoints.peek().copied().unwrap_or(upto).min(done + STEP);
        let rows: Vec<(String,)> = db
            .query("select body from events where project_id = $1 and seq > $2 and seq <= $3 order by seq")
            .bind(project)
            .bind(done)
            .bind(next)
            .all()
            .await?;
        state = apply_all(state, kinds, rows).await?;
        done = next;
        if checkpoints.next_if_eq(&done).is_some() {
            let kept = checkpoint(db, project, done).await?;
            if !state.clone().equals(kept)? {
                return Ok(Folded::Whole { state, false_checkpoint: Some(done) });
            }
        }
    }
    Ok(Folded::Whole { state, false_checkpoint: None })
}

async fn apply_all(mut state: State, kinds: &'static [HeldKind], rows: Vec<(String,)>) -> Result<State> {
    let applied = tokio::task::spawn_blocking(move || {
        for (body,) in rows {
            state.apply(kinds, &body)?;
        }
        Ok(state)
    });
    applied.await.map_err(|error| Error::Internal(error.to_string()))?
}

/// The last checkpoint up to an event.
const LAST_CHECKPOINT: &str =
    "select seq, state from checkpoints where project_id = $1 and seq <= $2 order by seq desc limit 1";

/// The checkpoint of an event that has one.
async fn checkpoint(db: &Db, project: ProjectId, seq: i64) -> Result<State> {
    let (_, state): (i64, Vec<u8>) = db.query(LAST_CHECKPOINT).bind(project).bind(seq).one().await?;
    State::decompress(&state)
}

/// The last event of a project that was written at this instant or before; 0 before the first. Instants do not go back from
/// event to event, unless the clock did.
pub async fn last_until(db: &Db, project: ProjectId, instant: Timestamp) -> Result<i64> {
    let mut tx = db.begin_read().await?;
    let (trimmed, seq): (i64, i64) =
        tx.query("select trimmed_seq, seq from projects where id = $1").bind(project).one().await?;
    let (mut below, mut above) = (trimmed, seq + 1);
    while below + 1 < above {
        let middle = below.midpoint(above);
        let at: Option<(Timestamp,)> = tx
            .query("select at from events where project_id = $1 and seq = $2")
            .bind(project)
            .bind(middle)
            .optional()
            .await?;
        if at.is_some_and(|(at,)| at <= instant) { below = middle } else { above = middle }
    }
    Ok(below)
}

/// Keep a checkpoint. It says what the events say: one that is there already is the same.
pub async fn keep(tx: &mut Tx, project: ProjectId, seq: i64, state: Vec<u8>) -> Result<()> {
    tx.query("insert into checkpoints (project_id, seq, state) values ($1, $2, $3) on conflict do nothing")
        .bind(project)
        .bind(seq)
        .bind(state)
        .execute()
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KINDS: &[HeldKind] =
        &[HeldKind { name: "tasks", omitted: &["text"] }, HeldKind { name: "labels", omitted: &[] }];

    fn objects(state: &State, kind: &str) -> Vec<Value> {
        let objects = state.clone().take(kind, &["id"]).unwrap();
        objects.into_iter().map(|object| serde_json::to_value(object).unwrap()).collect()
    }

    #[test]
    fn events_are_merged_with_and_without_a_checkpoint_between_them() {
        let events = [
            r#"{"changes":{"tasks":[{"id":"a","version":1,"title":"A","text":"x"},{"id":"b","version":1,"title":"B"}]}}"#,
            r#"{"changes":{"labels":[{"id":"l","version":2}],"comments":[{"id":"c","version":2}]}}"#,
            r#"{"changes":{"tasks":[{"id":"a","version":3,"title":"\"Ä\""}]},"removed":{"tasks":["b"],"comments":["c"]}}"#,
        ];
        let (mut through, mut stepwise) = (State::default(), State::default());
        for event in events {
            through.apply(KINDS, event).unwrap();
            stepwise = State::decompress(&stepwise.compress().unwrap()).unwrap();
            stepwise.apply(KINDS, event).unwrap();
        }
        for state in [through, stepwise] {
            assert_eq!(objects(&state, "tasks"), [json!({"id": "a", "version": 3, "title": "\"Ä\""})]);
            assert_eq!(objects(&state, "labels"), [json!({"id": "l", "version": 2})]);
            assert_eq!(objects(&state, "comments"), [Value::Null; 0]);
        }
    }
}
