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
    log::{Actor, FROM_TRASH, is_field, parse},
};

/// The most events of one run, and the most objects that they touched.
const MOST_EVENTS: usize = 1_000;
const MOST_OBJECTS: usize = 20_000;
/// The most events among which the run is looked for.
const WIDEST: i64 = 20_000;

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

impl Run {
    /// What the events of the run have in their bodies, as patterns; other events may have it too.
    fn patterns(&self) -> [Option<String>; 2] {
        let cause = self.cause_prefix.as_ref().map(|prefix| {
            let json = serde_json::Value::from(prefix.as_str()).to_string();
            format!("\"cause\":{}", json.trim_end_matches('"'))
        });
        let actor = self.actor.map(|id| format!("\"actor\":{{\"id\":\"{id}\""));
        [actor, cause].map(|part| {
            let part = part?;
            let escaped = part.replace('!', "!!").replace('%', "!%").replace('_', "!_");
            Some(format!("%{escaped}%"))
        })
    }
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
    /// Tasks that the run made and then archived: no reader holds them, and they are there.
    pub put_away: BTreeSet<String>,
    /// All tasks that the run made: what hangs on them goes with them.
    made: BTreeSet<String>,
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

fn id(object: &Map<String, Value>) -> String {
    object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The tasks that an event takes out of the snapshot or brings into it.
fn crossing(
    changes: &Objects<'_>,
    removed: &HashMap<Cow<'_, str>, Vec<String>>,
    before: &Objects<'_>,
) -> BTreeSet<String> {
    let mut crossing: BTreeSet<String> = removed.get("tasks").into_iter().flatten().cloned().collect();
    let earlier = before.get("tasks");
    for task in changes.get("tasks").into_iter().flatten() {
        let id = id(task);
        let mut old = earlier.into_iter().flatten().filter(|old| old["id"] == id).peekable();
        if old.peek().is_none() || old.any(|old| old.contains_key("archived_at")) {
            crossing.insert(id);
        }
    }
    crossing
}

impl Done {
    /// Read the events of a run; 404 where there are none, 410 where they were trimmed.
    pub async fn read(change: &mut Change, run: &Run) -> Result<Self> {
        if run.from < 1 {
            return Err(Error::NotFound);
        }
        let project: ProjectId = change.project();
        let (trimmed,): (i64,) =
            change.query("select trimmed_seq from projects where id = $1").bind(project).one().await?;
        if run.from <= trimmed {
            return Err(Error::Trimmed { oldest: trimmed + 1 });
        }
        // What others did meanwhile is not read: it may be much more than the run.
        let to = run.to.min(change.seq());
        if to - run.from >= WIDEST {
            let detail = format!("a run is looked for among at most {WIDEST} events");
            return Err(Error::conflict("run_too_long", detail));
        }
        let [actor, cause] = run.patterns();
        let rows: Vec<Row> = change
            .query(
                "select seq, type, body, before from events
                 where project_id = $1 and seq >= $2 and seq <= $3
                   and ($4 is null or body like $4 escape '!') and ($5 is null or body like $5 escape '!')
                 order by seq
                 limit $6",
            )
            .bind(project)
            .bind(run.from)
            .bind(to)
            .bind(actor)
            .bind(cause)
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
        let gone = done.objects.iter().filter(|((kind, _), net)| kind == "tasks" && net.is_nothing());
        done.put_away = gone.map(|((_, id), _)| id.clone()).collect();
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
        let (before, changes, removed) =
            (before.unwrap_or_default(), event.changes.unwrap_or_default(), event.removed.unwrap_or_default());
        let crossing = crossing(&changes, &removed, &before);
        let new = changes.get("tasks").into_iter().flatten().map(id);
        let earlier = before.get("tasks");
        let known = |task: &String| earlier.into_iter().flatten().any(|old| old["id"] == *task);
        self.made.extend(new.filter(|task| !known(task)));
        let made = std::mem::take(&mut self.made);
        // What hangs on a task leaves the snapshot with it and comes back with it.
        let hangs = |object: &Map<String, Value>| {
            ["task_id", "depends_on_id"].iter().any(|field| {
                let task = object.get(*field).and_then(Value::as_str);
                task.is_some_and(|task| crossing.contains(task) || made.contains(task))
            })
        };
        let nothing = vec![];
        for (kind, objects) in &changes {
            let earlier = before.get(kind).unwrap_or(&nothing);
            for object in objects {
                let id = id(object);
                // What comes out of the trash is as if it were new.
                let known = earlier.iter().any(|old| old["id"] == id && !old.contains_key(FROM_TRASH));
                // A task may be told of because of what hangs on it: there is nothing of its own to undo.
                let of_others = known && !object.keys().any(|field| is_field(field));
                if of_others || (!known && hangs(object)) {
                    continue;
                }
                let net = self.net(row.seq, kind, id, !known);
                net.gone = false;
                net.fields.extend(object.keys().filter(|field| is_field(field)).cloned());
            }
        }
        for (kind, ids) in &removed {
            let earlier = before.get(kind).unwrap_or(&nothing);
            for gone in ids {
                if !earlier.iter().any(|old| old["id"] == *gone && hangs(old)) {
                    self.net(row.seq, kind, gone.clone(), false).gone = true;
                }
            }
        }
        let deleted = row.r#type == "task.deleted";
        for (kind, objects) in before {
            for object in objects {
                let key = (kind.clone().into_owned(), id(&object));
                // What no reader holds is not undone.
                let Some(net) = self.objects.get_mut(&key) else { continue };
                // The row of a task that is in the trash stays as it was.
                let stays = |field: &str| deleted && kind == "tasks" && field != "archived_at";
                for (field, value) in object.into_iter().filter(|(field, _)| is_field(field) && !stays(field)) {
                    net.fields.insert(field.clone());
                    net.old.entry(field).or_insert(value);
                }
            }
        }
        self.made = made;
        Ok(())
    }

    fn net(&mut self, seq: i64, kind: &str, id: String, created: bool) -> &mut Net {
        self.objects.entry((kind.to_owned(), id)).or_insert_with(|| Net { first: seq, created, ..Net::default() })
    }
}
