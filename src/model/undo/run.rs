//! What a run of events did in all to each object: what the objects were before it, and which fields it touched.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    base::{
        error::{Error, Result},
        ids::{ProjectId, UserId},
    },
    change::Change,
    log::Actor,
};

/// The most events of one run, and the most objects that they touched.
const MOST_EVENTS: usize = 1_000;
const MOST_OBJECTS: usize = 5_000;

/// Which events to undo.
#[derive(Debug)]
pub struct Run {
    pub from: i64,
    pub to: i64,
    /// Only what this person did.
    pub actor: Option<UserId>,
    /// Only what has a cause that begins so.
    pub cause_prefix: Option<String>,
}

/// What a run did to an object.
#[derive(Debug, Default)]
pub struct Net {
    /// The first event of the run that touched it.
    pub first: i64,
    /// It is of the run: there was none before.
    pub created: bool,
    /// The run took it away: it was deleted, or put into the archive or the trash.
    pub gone: bool,
    /// What its fields were before the run, as far as the run changed them; all of them when it was deleted, but of a task,
    /// whose row stays.
    pub old: Map<String, Value>,
    /// The fields that the run changed.
    pub fields: BTreeSet<String>,
}

impl Net {
    /// Whether there is nothing left of what the run did.
    pub const fn is_nothing(&self) -> bool {
        self.created && self.gone
    }
}

/// The kind and the id of an object.
pub type Key = (String, String);

/// A run of events as it was read.
#[derive(Debug, Default)]
pub struct Done {
    pub events: BTreeSet<i64>,
    /// The first word of each event's type.
    pub nouns: BTreeSet<String>,
    pub objects: BTreeMap<Key, Net>,
}

type Objects<'a> = HashMap<Cow<'a, str>, Vec<Map<String, Value>>>;

#[derive(Deserialize)]
struct Event<'a> {
    actor: Option<Actor>,
    cause: Option<String>,
    #[serde(borrow)]
    changes: Option<Objects<'a>>,
    #[serde(borrow)]
    removed: Option<HashMap<Cow<'a, str>, Vec<String>>>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    seq: i64,
    r#type: String,
    body: String,
    before: Option<String>,
}

fn parse<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Internal(format!("the log holds what it cannot: {error}")))
}

fn id(object: &Map<String, Value>) -> String {
    object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn counts(field: &str) -> bool {
    field != "id" && field != "version"
}

impl Done {
    /// Read the events of a run; 404 where there are none, 410 where they were trimmed.
    pub async fn read(change: &mut Change, run: &Run) -> Result<Self> {
        let project: ProjectId = change.project();
        let (trimmed,): (i64,) =
            change.query("select trimmed_seq from projects where id = $1").bind(project).one().await?;
        if run.from <= trimmed {
            return Err(Error::Trimmed { oldest: trimmed + 1 });
        }
        let rows: Vec<Row> = change
            .query(
                "select seq, type, body, before from events
                 where project_id = $1 and seq >= $2 and seq <= $3
                 order by seq
                 limit $4",
            )
            .bind(project)
            .bind(run.from)
            .bind(run.to)
            .bind(i64::try_from(MOST_EVENTS + 1).unwrap_or(i64::MAX))
            .all()
            .await?;
        let mut done = Self::default();
        for row in &rows {
            let event: Event<'_> = parse(&row.body)?;
            let other_actor = run.actor.is_some_and(|id| event.actor.as_ref().is_none_or(|actor| actor.id != id));
            let cause = event.cause.as_deref().unwrap_or_default();
            let other_cause = run.cause_prefix.as_deref().is_some_and(|prefix| !cause.starts_with(prefix));
            if !other_actor && !other_cause {
                done.add(row, event)?;
            }
        }
        if done.events.is_empty() {
            return Err(Error::NotFound);
        }
        if rows.len() > MOST_EVENTS || done.objects.len() > MOST_OBJECTS {
            let detail = format!("a run has at most {MOST_EVENTS} events and {MOST_OBJECTS} objects");
            return Err(Error::conflict("run_too_long", detail));
        }
        done.objects.retain(|_, net| !net.is_nothing());
        Ok(done)
    }

    fn add(&mut self, row: &Row, event: Event<'_>) -> Result<()> {
        self.events.insert(row.seq);
        self.nouns.insert(row.r#type.split('.').next().unwrap_or_default().to_owned());
        let before: Option<Objects<'_>> = row.before.as_deref().map(parse).transpose()?;
        let mut before = before.unwrap_or_default();
        // What hangs on a task leaves with it and comes back with it.
        let crosses = ["task.archived", "task.unarchived", "task.deleted", "task.restored"].contains(&&*row.r#type);
        let held = |kind: &str| !crosses || kind == "tasks";
        for (kind, objects) in event.changes.into_iter().flatten().filter(|(kind, _)| held(kind)) {
            let earlier = before.get(&kind).cloned().unwrap_or_default();
            for object in objects {
                let id = id(&object);
                // Out of the trash it is as if it were new.
                let known = row.r#type != "task.restored" && earlier.iter().any(|old| old["id"] == id);
                let net = self.net(row.seq, &kind, id, !known);
                net.gone = false;
                net.fields.extend(object.into_iter().map(|(field, _)| field).filter(|field| counts(field)));
            }
        }
        let mut put_away: BTreeSet<String> = BTreeSet::new();
        for (kind, ids) in event.removed.into_iter().flatten().filter(|(kind, _)| held(kind)) {
            for id in ids {
                self.net(row.seq, &kind, id.clone(), false).gone = true;
                if kind == "tasks" {
                    put_away.insert(id);
                }
            }
        }
        for (kind, objects) in before.drain().filter(|(kind, _)| held(kind)) {
            for object in objects {
                let key = (kind.clone().into_owned(), id(&object));
                // What no reader holds is not undone.
                let Some(net) = self.objects.get_mut(&key) else { continue };
                let stays = |field: &str| put_away.contains(&key.1) && kind == "tasks" && field != "archived_at";
                for (field, value) in object.into_iter().filter(|(field, _)| counts(field) && !stays(field)) {
                    net.fields.insert(field.clone());
                    net.old.entry(field).or_insert(value);
                }
            }
        }
        Ok(())
    }

    fn net(&mut self, seq: i64, kind: &str, id: String, created: bool) -> &mut Net {
        self.objects.entry((kind.to_owned(), id)).or_insert_with(|| Net { first: seq, created, ..Net::default() })
    }
}
