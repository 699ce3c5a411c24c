//! What a project can tell its readers: the event, how it is composed, written and read again.

use std::time::Duration;

use bytes::{Buf, Bytes};
use serde::Serialize;
use serde_json::{Map, Value, json, value::RawValue};

use crate::{
    clock::Timestamp,
    db::{Db, Query, Tx},
    error::{Error, Result},
    faults::{self, Fault, planted},
    ids::{ProjectId, UserId},
};

/// A read of the log ends with the event that brings it to this many bytes: a page of long events has fewer of them.
pub const PAGE_BYTES: usize = 1024 * 1024;

/// At least this many events of a project are kept, however old …
pub const KEEP_EVENTS: i64 = 5_000;
/// … and at least those of this time, however many.
pub const KEEP_TIME: Duration = Duration::from_hours(168);

/// Who did it, as readers see it.
#[derive(Clone, Debug, Serialize)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
}

/// An event being composed: what was created, changed and removed, under the kinds of the snapshot.
#[derive(Debug)]
pub struct Draft {
    pub kind: &'static str,
    changes: Map<String, Value>,
    removed: Map<String, Value>,
    before: Map<String, Value>,
    /// The person whose membership ends with this event.
    pub left: Option<UserId>,
}

/// What every event carries, whatever happened.
pub struct Stamp<'a> {
    pub epoch: &'a str,
    pub project: ProjectId,
    pub seq: i64,
    pub at: Timestamp,
    pub actor: Option<&'a Actor>,
    pub cause: Option<&'a str>,
}

fn object(value: &impl Serialize) -> Result<Map<String, Value>> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Error::Internal("an event holds objects only".into())),
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}

fn push(into: &mut Map<String, Value>, kind: &str, value: Value) {
    if let Value::Array(items) = into.entry(kind).or_insert_with(|| json!([])) {
        items.push(value);
    }
}

impl Draft {
    #[must_use]
    pub fn new(kind: &'static str) -> Self {
        Self { kind, changes: Map::new(), removed: Map::new(), before: Map::new(), left: None }
    }

    /// A new object, with all its fields.
    pub fn create(&mut self, kind: &str, new: &impl Serialize) -> Result<()> {
        push(&mut self.changes, kind, Value::Object(object(new)?));
        Ok(())
    }

    /// An object that changed: its id, its version, and the fields that differ.
    pub fn update(&mut self, kind: &str, old: &impl Serialize, new: &impl Serialize) -> Result<()> {
        let (old, new) = (object(old)?, object(new)?);
        let mut changed = Map::new();
        let mut before = Map::new();
        for field in ["id", "version"] {
            changed.insert(field.into(), new.get(field).cloned().unwrap_or_default());
            before.insert(field.into(), old.get(field).cloned().unwrap_or_default());
        }
        for (field, value) in new {
            if field == "position" && planted(Fault::ForgottenField) {
                continue;
            }
            if field != "version" && old.get(&field) != Some(&value) {
                before.insert(field.clone(), old.get(&field).cloned().unwrap_or_default());
                changed.insert(field, value);
            }
        }
        if changed.len() > 2 {
            push(&mut self.changes, kind, changed.into());
            push(&mut self.before, kind, before.into());
        }
        Ok(())
    }

    /// An object that is no more.
    pub fn remove(&mut self, kind: &str, old: &impl Serialize) -> Result<()> {
        if self.kind == "task.deleted" && kind != "tasks" && planted(Fault::ForgottenParts) {
            return Ok(());
        }
        let old = object(old)?;
        push(&mut self.removed, kind, old.get("id").cloned().unwrap_or_default());
        push(&mut self.before, kind, old.into());
        Ok(())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.removed.is_empty()
    }

    /// Write it under its number, and give the frame that readers get.
    pub async fn append(self, tx: &mut Tx, stamp: Stamp<'_>) -> Result<Frame> {
        let Stamp { epoch, project, seq, at, actor, cause } = stamp;
        let mut event = Map::new();
        event.insert("project".into(), json!(project));
        event.insert("seq".into(), seq.into());
        event.insert("type".into(), self.kind.into());
        event.insert("at".into(), json!(at));
        event.insert("actor".into(), json!(actor));
        for (name, value) in
            [("cause", cause.map(Value::from)), ("changes", some(self.changes)), ("removed", some(self.removed))]
        {
            if let Some(value) = value {
                event.insert(name.into(), value);
            }
        }
        let body = Value::Object(event).to_string();
        faults::point("event.before");
        tx.query(
            "insert into events (project_id, seq, type, at, body, before, left_id) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(project)
        .bind(seq)
        .bind(self.kind)
        .bind(at)
        .bind(body.as_str())
        .bind(some(self.before).map(|before| before.to_string()))
        .bind(self.left)
        .execute()
        .await?;
        faults::point("event.after");
        Ok(Frame::new(epoch, seq, self.kind, &body, self.left))
    }
}

fn some(map: Map<String, Value>) -> Option<Value> {
    if map.is_empty() { None } else { Some(Value::Object(map)) }
}

/// An event as it is written to streams: built once, shared by all of them.
#[derive(Clone, Debug)]
pub struct Frame {
    pub seq: i64,
    bytes: Bytes,
    /// Where the part without the `id:` line begins.
    bare_at: usize,
    pub left: Option<UserId>,
    /// The project itself ends with this event.
    pub gone: bool,
}

impl Frame {
    #[must_use]
    pub fn new(epoch: &str, seq: i64, kind: &str, body: &str, left: Option<UserId>) -> Self {
        let id = format!("id: {epoch}.{seq}\n");
        // `body` is JSON on one line: line ends inside of it are escaped, so no text can end the frame.
        let bytes = Bytes::from(format!("{id}event: {kind}\ndata: {body}\n\n"));
        Self { seq, bytes, bare_at: id.len(), left, gone: kind == "project.deleted" }
    }

    /// A frame that another node built; `None` when it is none.
    #[must_use]
    pub fn from_bytes(seq: i64, bytes: Bytes, left: Option<UserId>, gone: bool) -> Option<Self> {
        let bare_at = bytes.iter().position(|byte| *byte == b'\n')? + 1;
        let whole = bytes.starts_with(b"id: ") && bytes[bare_at..].starts_with(b"event: ") && bytes.ends_with(b"\n\n");
        whole.then_some(Self { seq, bytes, bare_at, left, gone })
    }

    /// For the stream of one project: with its number as the cursor.
    #[must_use]
    pub fn with_id(self) -> Bytes {
        self.bytes
    }

    /// For a stream of many projects, whose cursor comes in checkpoints.
    #[must_use]
    pub fn bare(mut self) -> Bytes {
        self.bytes.advance(self.bare_at);
        self.bytes
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    r#type: String,
    body: String,
    left_id: Option<UserId>,
}

/// How far a project's log reaches: the last number given, and the last one trimmed away.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Reach {
    pub seq: i64,
    pub trimmed_seq: i64,
}

const REACH: &str = "select seq, trimmed_seq from projects where id = $1";

/// The reach of a project's log, of deleted projects too (their last event ends the streams).
pub async fn reach(db: &Db, project: ProjectId) -> Result<Reach> {
    db.query(REACH).bind(project).one().await
}

fn page_bytes() -> i64 {
    i64::try_from(PAGE_BYTES).unwrap_or(i64::MAX)
}

/// The numbers have no gaps, so counting them limits the rows: a `limit` inside would be sorted once more by `SQLite`,
/// and one outside would weigh the whole log.
const ROWS_AFTER: &str = "
    select seq, type, body, left_id
    from (select seq, type, body, left_id, sum(octet_length(body)) over (order by seq) - octet_length(body) as ahead
          from events
          where project_id = $1 and seq > $2
            and seq < $3 + (select min(seq) from events where project_id = $1 and seq > $2)) weighed
    where ahead < $4
    order by seq";

async fn rows_after(rows_after: Query<'_>, project: ProjectId, after: i64, limit: i64) -> Result<Vec<Row>> {
    rows_after.bind(project).bind(after).bind(limit).bind(page_bytes()).all().await
}

impl Row {
    fn frame(self, epoch: &str) -> Frame {
        Frame::new(epoch, self.seq, &self.r#type, &self.body, self.left_id)
    }
}

/// The next frames behind `after`, in order; fewer than `limit` when they are long.
pub async fn frames_after(db: &Db, epoch: &str, project: ProjectId, after: i64, limit: i64) -> Result<Vec<Frame>> {
    let rows = rows_after(db.query(ROWS_AFTER), project, after, limit).await?;
    Ok(rows.into_iter().map(|row| row.frame(epoch)).collect())
}

/// The last frames from behind `after` up to `upto`, in order; only the latest of them when they are long.
pub async fn frames_upto(db: &Db, epoch: &str, project: ProjectId, after: i64, upto: i64) -> Result<Vec<Frame>> {
    let rows: Vec<Row> = db
        .query(
            "select seq, type, body, left_id
             from (select seq, type, body, left_id,
                          sum(octet_length(body)) over (order by seq desc) - octet_length(body) as behind
                   from events
                   where project_id = $1 and seq > $2 and seq <= $3) weighed
             where behind < $4
             order by seq",
        )
        .bind(project)
        .bind(after)
        .bind(upto)
        .bind(page_bytes())
        .all()
        .await?;
    Ok(rows.into_iter().map(|row| row.frame(epoch)).collect())
}

/// The next events behind `after`, in order, byte for byte as they were sent; fewer than `limit` when they are long.
/// With them how far the log reached at the same moment: asked for later it would promise events that are not here,
/// asked for earlier it would not know what was trimmed.
pub async fn page(db: &Db, project: ProjectId, after: i64, limit: i64) -> Result<(Vec<Box<RawValue>>, Reach)> {
    let mut tx = db.read().await?;
    let reach = tx.query(REACH).bind(project).one().await?;
    let rows = rows_after(tx.query(ROWS_AFTER), project, after, limit).await?;
    let items = rows
        .into_iter()
        .map(|row| RawValue::from_string(row.body).map_err(|error| Error::Internal(error.to_string())))
        .collect::<Result<_>>()?;
    Ok((items, reach))
}

/// What others changed of one object since a version: each field with the value it had then, or `None`
/// when the log no longer reaches back so far.
pub async fn changed_since(
    tx: &mut Tx,
    project: ProjectId,
    kind: &str,
    id: &str,
    version: i64,
) -> Result<Option<Map<String, Value>>> {
    #[derive(sqlx::FromRow)]
    struct Before {
        before: String,
    }
    let (trimmed,): (i64,) = tx.query("select trimmed_seq from projects where id = $1").bind(project).one().await?;
    if version < trimmed {
        return Ok(None);
    }
    let rows: Vec<Before> = tx
        .query(
            "select before from events
             where project_id = $1 and seq > $2 and before like $3
             order by seq",
        )
        .bind(project)
        .bind(version)
        .bind(format!("%{id}%"))
        .all()
        .await?;
    let mut base = Map::new();
    for row in rows {
        let before: Value = serde_json::from_str(&row.before).map_err(|error| Error::Internal(error.to_string()))?;
        let objects = before.get(kind).and_then(Value::as_array);
        let touched = objects.into_iter().flatten().filter(|object| object["id"] == id);
        for (field, value) in touched.filter_map(Value::as_object).flatten() {
            if field != "id" && field != "version" && !base.contains_key(field) {
                base.insert(field.clone(), value.clone());
            }
        }
    }
    Ok(Some(base))
}

/// Forget the oldest events of every project beyond what must be kept, a small step at a time.
/// Answers how many went.
pub async fn trim(db: &Db, keep_events: i64, older_than: Timestamp) -> Result<u64> {
    #[derive(sqlx::FromRow)]
    struct Due {
        project_id: ProjectId,
        upto: i64,
    }
    let due: Vec<Due> = db
        .query(
            "select e.project_id, max(e.seq) as upto
             from events e
             join projects p on p.id = e.project_id
             where e.at < $1 and e.seq <= p.seq - $2 and e.seq <= p.trimmed_seq + 500
             group by e.project_id",
        )
        .bind(older_than)
        .bind(keep_events)
        .all()
        .await?;
    let mut trimmed = 0;
    for project in due {
        trimmed += trim_upto(db, project.project_id, project.upto).await?;
    }
    Ok(trimmed)
}

/// Forget the events of a project up to this one. Answers how many went.
pub async fn trim_upto(db: &Db, project: ProjectId, upto: i64) -> Result<u64> {
    let mut tx = db.write().await?;
    tx.query("update projects set trimmed_seq = $2 where id = $1 and trimmed_seq < $2")
        .bind(project)
        .bind(upto)
        .execute()
        .await?;
    faults::point("trim.between");
    let trimmed =
        tx.query("delete from events where project_id = $1 and seq <= $2").bind(project).bind(upto).execute().await?;
    tx.commit().await?;
    faults::point("trim.after");
    Ok(trimmed)
}
