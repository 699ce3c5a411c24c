//! What reports need of a log, and nothing else: where each task was, whether it was completed, whose it was, and when. A job
//! writes it behind the changes as compact chunks, so that a report reads a hundredth of what the events have.

pub mod chunk;

use serde::{Deserialize, Deserializer, de::IgnoredAny};
use uuid::Uuid;

pub use self::chunk::{Chunk, ColumnFact, Fact, Ids, TaskFact};
use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::ProjectId,
    },
    db::{Db, Tx},
    log::{
        parse,
        past::{HeldKind, Moment},
    },
};

/// How many events are digested in one transaction, and read at once.
const STEP: i64 = 500;
/// A chunk of so many bytes is not written again.
const FULL: usize = 8 * 1024;

fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[expect(clippy::option_option, reason = "what is not said is not null")]
struct Task<'a> {
    id: Uuid,
    number: Option<IgnoredAny>,
    column_id: Option<Uuid>,
    #[serde(default, deserialize_with = "present")]
    completed_at: Option<Option<IgnoredAny>>,
    assignee_ids: Option<Vec<Uuid>>,
    label_ids: Option<Vec<Uuid>>,
    #[serde(default, deserialize_with = "present")]
    milestone_id: Option<Option<Uuid>>,
    #[serde(borrow, default, deserialize_with = "present")]
    due_on: Option<Option<&'a str>>,
}

#[derive(Deserialize)]
struct Column {
    id: Uuid,
    name: Option<String>,
    kind: Option<String>,
    position: Option<String>,
}

#[derive(Default, Deserialize)]
struct Changes<'a> {
    #[serde(borrow, default)]
    tasks: Vec<Task<'a>>,
    #[serde(default)]
    columns: Vec<Column>,
}

#[derive(Default, Deserialize)]
struct Removed {
    #[serde(default)]
    tasks: Vec<Uuid>,
    #[serde(default)]
    columns: Vec<Uuid>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    changes: Option<Changes<'a>>,
    removed: Option<Removed>,
}

/// What an event keeps of a task that it removed.
#[derive(Deserialize)]
struct Before<'a> {
    id: Uuid,
    archived_at: Option<IgnoredAny>,
    deleted: Option<bool>,
    #[serde(borrow)]
    untold: Option<Task<'a>>,
}

#[derive(Default, Deserialize)]
struct Kept<'a> {
    #[serde(borrow, default)]
    tasks: Vec<Before<'a>>,
}

fn day(text: &str) -> Option<u32> {
    text.replace('-', "").parse().ok()
}

impl Task<'_> {
    fn fact(self) -> TaskFact<Uuid> {
        TaskFact {
            id: self.id,
            whole: self.number.is_some(),
            column: self.column_id,
            completed: self.completed_at.map(|at| at.is_some()),
            assignees: self.assignee_ids,
            labels: self.label_ids,
            milestone: self.milestone_id,
            due_on: self.due_on.map(|due_on| due_on.and_then(day)),
        }
    }
}

impl Column {
    fn fact(self) -> ColumnFact<Uuid> {
        let kind = self.kind.map(|kind| match kind.as_str() {
            "backlog" => 0,
            "done" => 2,
            _ => 1,
        });
        ColumnFact { id: self.id, name: self.name, kind, position: self.position }
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    seq: i64,
    r#type: String,
    at: Timestamp,
    body: String,
    before: Option<String>,
}

/// The facts of an event; none when no report needs to know of it.
fn facts_of(row: &Row) -> Result<Vec<Fact<Uuid>>> {
    let Event { changes, removed } = parse(&row.body)?;
    let mut facts = vec![Fact::At(row.at.0)];
    let (changes, removed) = (changes.unwrap_or_default(), removed.unwrap_or_default());
    let unsaid =
        |column: &ColumnFact<Uuid>| column.name.is_none() && column.kind.is_none() && column.position.is_none();
    facts.extend(changes.columns.into_iter().map(Column::fact).filter(|column| !unsaid(column)).map(Fact::Column));
    let nothing = |task: &TaskFact<Uuid>| *task == TaskFact { id: task.id, ..TaskFact::default() };
    facts.extend(changes.tasks.into_iter().map(Task::fact).filter(|task| !nothing(task)).map(Fact::Task));
    let kept = row.before.as_deref().filter(|before| !removed.tasks.is_empty() || before.contains("\"untold\""));
    let mut kept: Kept<'_> = kept.map(parse).transpose()?.unwrap_or_default();
    let untold = kept.tasks.iter_mut().filter_map(|before| before.untold.take()).map(Task::fact);
    facts.extend(untold.filter(|task| !nothing(task)).map(Fact::Task));
    if !removed.tasks.is_empty() {
        // An undo may put some tasks into the archive and others into the trash.
        let marked = |id: Uuid| {
            let mut kept = kept.tasks.iter().filter(|before| before.id == id);
            kept.any(|before| before.deleted == Some(true) || before.archived_at.is_some())
        };
        let deletes = row.r#type == "task.deleted";
        let fact = |id: Uuid| if deletes || marked(id) { Fact::Deleted(id) } else { Fact::Archived(id) };
        facts.extend(removed.tasks.into_iter().map(fact));
    }
    facts.extend(removed.columns.into_iter().map(Fact::ColumnGone));
    if facts.len() == 1 {
        facts.clear();
    }
    Ok(facts)
}

async fn events_after(tx: &mut Tx, project: ProjectId, after: i64) -> Result<Vec<Row>> {
    tx.query(
        "select seq, type, at, body, before from events
         where project_id = $1 and seq > $2
         order by seq
         limit $3",
    )
    .bind(project)
    .bind(after)
    .bind(STEP)
    .all()
    .await
}

/// Where the digest of a project stands, and where its log begins.
async fn reach(tx: &mut Tx, project: ProjectId) -> Result<(i64, i64)> {
    tx.query(
        "select coalesce(d.facts_seq, 0), p.trimmed_seq from projects p
         left join log_digests d on d.project_id = p.id
         where p.id = $1",
    )
    .bind(project)
    .one()
    .await
}

/// What is known of the moment with which a trimmed log begins.
async fn base(tx: &mut Tx, project: ProjectId, trimmed: i64, kinds: &'static [HeldKind]) -> Result<Chunk> {
    let mut chunk = Chunk::default();
    let first: Option<(Timestamp,)> =
        tx.query("select at from events where project_id = $1 order by seq limit 1").bind(project).optional().await?;
    chunk.add(&Fact::At(first.map_or(0, |(at,)| at.0)));
    chunk.add(&Fact::Base);
    let mut state = match Moment::read(tx, project, trimmed).await {
        Ok(moment) => moment.fold(kinds).await?,
        Err(Error::Trimmed { .. }) => return Ok(chunk),
        Err(error) => return Err(error),
    };
    let text = |object| serde_json::to_string(&object).map_err(|error| Error::Internal(error.to_string()));
    for object in state.take("columns", &["id"])? {
        chunk.add(&Fact::Column(parse::<Column>(&text(object)?)?.fact()));
    }
    for object in state.take("tasks", &["id"])? {
        chunk.add(&Fact::Task(parse::<Task<'_>>(&text(object)?)?.fact()));
    }
    Ok(chunk)
}

/// The facts of a whole log as chunks, in order: those that are digested, and those of the events behind them.
pub async fn load(tx: &mut Tx, project: ProjectId, kinds: &'static [HeldKind]) -> Result<Vec<Vec<u8>>> {
    let rows: Vec<(Vec<u8>,)> =
        tx.query("select facts from report_facts where project_id = $1 order by first_seq").bind(project).all().await?;
    let mut chunks: Vec<Vec<u8>> = rows.into_iter().map(|(facts,)| facts).collect();
    let (mut known, trimmed) = reach(tx, project).await?;
    if known < trimmed {
        chunks.push(base(tx, project, trimmed, kinds).await?.close());
        known = trimmed;
    }
    loop {
        let rows = events_after(tx, project, known).await?;
        let Some(last) = rows.last() else { return Ok(chunks) };
        known = last.seq;
        let mut chunk = Chunk::default();
        for row in &rows {
            facts_of(row)?.iter().for_each(|fact| chunk.add(fact));
        }
        chunks.push(chunk.close());
    }
}

/// Digest the next events of a project. Answers whether there may be more.
pub async fn step(db: &Db, project: ProjectId, kinds: &'static [HeldKind]) -> Result<bool> {
    let mut reading = db.begin_read().await?;
    let (known, trimmed) = reach(&mut reading, project).await?;
    let begins = if known < trimmed { Some(base(&mut reading, project, trimmed, kinds).await?) } else { None };
    let rows = events_after(&mut reading, project, known).await?;
    let open: Option<(i64, Vec<u8>)> = reading
        .query("select first_seq, facts from report_facts where project_id = $1 order by first_seq desc limit 1")
        .bind(project)
        .optional()
        .await?;
    drop(reading);
    let (Some(first), Some(last)) = (rows.first().map(|row| row.seq), rows.last().map(|row| row.seq)) else {
        return Ok(false);
    };
    let open = open.filter(|(_, facts)| facts.len() < FULL && begins.is_none());
    let (first, mut chunk) = match (open, begins) {
        (Some((first, facts)), _) => (first, Chunk::open(&facts)?),
        (None, begins) => (first, begins.unwrap_or_default()),
    };
    for row in &rows {
        facts_of(row)?.iter().for_each(|fact| chunk.add(fact));
    }
    // Packed before the transaction, for which writers wait.
    let facts = (!chunk.is_empty()).then(|| chunk.close());
    let mut tx = db.begin().await?;
    let noted = tx
        .query(
            "insert into log_digests (project_id, seq, bytes, facts_seq) values ($1, 0, 0, $2)
             on conflict (project_id) do update set facts_seq = excluded.facts_seq
             where log_digests.facts_seq = $3",
        )
        .bind(project)
        .bind(last)
        .bind(known)
        .execute()
        .await?;
    // Another node was here meanwhile, and has done the same.
    if noted > 0 {
        if let Some(facts) = facts {
            tx.query(
                "insert into report_facts (project_id, first_seq, facts) values ($1, $2, $3)
                 on conflict (project_id, first_seq) do update set facts = excluded.facts",
            )
            .bind(project)
            .bind(first)
            .bind(facts)
            .execute()
            .await?;
        }
        tx.commit().await?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(event_type: &str, body: &str, before: Option<&str>) -> Row {
        let [r#type, body] = [event_type, body].map(ToOwned::to_owned);
        Row { seq: 1, r#type, at: Timestamp(7), body, before: before.map(ToOwned::to_owned) }
    }

    #[test]
    fn an_event_says_what_reports_need_and_nothing_else() {
        let id = Uuid::from_u128;
        let body = format!(
            r#"{{"changes":{{"tasks":[{{"id":"{0}","version":1,"title":"\"x","column_id":"{1}","completed_at":null}},
                {{"id":"{2}","position":"a"}}],"columns":[{{"id":"{1}","kind":"done"}},{{"id":"{2}","wip_limit":3}}]}}}}"#,
            id(1),
            id(2),
            id(3)
        );
        let column = ColumnFact { id: id(2), kind: Some(2), ..ColumnFact::default() };
        let task = TaskFact { id: id(1), column: Some(id(2)), completed: Some(false), ..TaskFact::default() };
        let expected = vec![Fact::At(7), Fact::Column(column), Fact::Task(task)];
        assert_eq!(facts_of(&row("task.changed", &body, None)).unwrap(), expected);
        assert_eq!(facts_of(&row("label.created", r#"{"changes":{"labels":[{"id":1}]}}"#, None)).unwrap(), []);
    }

    #[test]
    fn a_task_that_leaves_is_archived_or_deleted() {
        let id = Uuid::from_u128(1);
        let body = format!(r#"{{"removed":{{"tasks":["{id}"]}}}}"#);
        for (event_type, mark, deleted) in [
            ("task.archived", "", false),
            ("task.archived", r#","archived_at":null,"untold":{"id":"00000000-0000-0000-0000-000000000001"}"#, false),
            ("task.undone", "", false),
            ("task.undone", r#","archived_at":null"#, false),
            ("task.deleted", "", true),
            ("task.undone", r#","deleted":true"#, true),
            ("task.undone", r#","archived_at":"2026-11-20T10:00:00Z""#, true),
        ] {
            let before = format!(r#"{{"tasks":[{{"id":"{id}"{mark}}}]}}"#);
            let found = facts_of(&row(event_type, &body, Some(&before))).unwrap();
            let expected = if deleted { Fact::Deleted(id) } else { Fact::Archived(id) };
            assert_eq!(found, [Fact::At(7), expected], "{event_type} {mark}");
        }
    }
}
