//! Goes along each log behind the changes, and notes what makes looking back cheap: which events are about which task, and
//! checkpoints. What it notes follows from the log alone, so that it may stop anywhere and nodes may do it twice.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    base::{
        error::{Error, Result},
        ids::ProjectId,
    },
    db::{Bind, Db, Tx},
    faults::planted,
    log::{
        parse,
        past::{self, HeldKind, Moment},
    },
};

/// How many events are digested in one transaction: other writers get their turn in between.
const STEP: i64 = 500;
/// And how many pairs of a task and an event are noted in one.
const ROWS: usize = 1_000;
/// The events behind a checkpoint have at least this many bytes before there is another one …
const BETWEEN: usize = 256 * 1024;
/// … and at least so many times those of the checkpoint: all checkpoints take a tenth of the log's room.
const TIMES: usize = 10;

/// What of an object says of which tasks it is.
#[derive(Deserialize)]
struct About {
    #[serde(default)]
    id: Option<Uuid>,
    #[serde(default)]
    task_id: Option<Uuid>,
    #[serde(default)]
    depends_on_id: Option<Uuid>,
}

type Objects<'a, T> = HashMap<Cow<'a, str>, Vec<T>>;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    changes: Option<Objects<'a, About>>,
    #[serde(borrow)]
    removed: Option<Objects<'a, Uuid>>,
}

/// The tasks that an event is about.
pub fn tasks_of(body: &str, before: Option<&str>, tasks: Option<&str>) -> Result<BTreeSet<Uuid>> {
    Ok(touched(body, before, tasks)?.0)
}

/// The tasks that an event is about, and those of them that it takes out of the snapshot: deleted and archived ones.
fn touched(body: &str, before: Option<&str>, tasks: Option<&str>) -> Result<(BTreeSet<Uuid>, Vec<Uuid>)> {
    let Event { changes, removed } = parse(body)?;
    let before: Option<Objects<'_, About>> = before.map(parse).transpose()?;
    let named: Option<Vec<Uuid>> = tasks.map(parse).transpose()?;
    let mut found: BTreeSet<Uuid> = named.into_iter().flatten().collect();
    for (kind, objects) in changes.into_iter().flatten().chain(before.into_iter().flatten()) {
        for object in objects {
            found.extend(object.id.filter(|_| kind == "tasks"));
            found.extend(object.task_id);
            found.extend(object.depends_on_id);
        }
    }
    let removed = removed.and_then(|mut kinds| kinds.remove("tasks")).unwrap_or_default();
    found.extend(&removed);
    Ok((found, removed))
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    seq: i64,
    body: String,
    before: Option<String>,
    tasks: Option<String>,
}

/// Digest the next events of a project. Answers whether there may be more.
pub async fn step(db: &Db, project: ProjectId, kinds: &'static [HeldKind]) -> Result<bool> {
    let known: Option<(i64, i64)> =
        db.query("select seq, bytes from log_digests where project_id = $1").bind(project).optional().await?;
    let (known, bytes) = known.unwrap_or_default();
    let rows: Vec<Row> = db
        .query(
            "select e.seq, e.body, e.before, e.tasks from events e
             join projects p on p.id = e.project_id
             where e.project_id = $1 and e.seq > $2 and e.seq > p.trimmed_seq
               and e.seq <= $3 + case when p.trimmed_seq > $2 then p.trimmed_seq else $2 end
             order by e.seq",
        )
        .bind(project)
        .bind(known)
        .bind(STEP)
        .all()
        .await?;
    let Some(last) = rows.last().map(|row| row.seq) else { return Ok(false) };
    let (mut about, mut gone) = (vec![], vec![]);
    for row in &rows {
        let (tasks, removed) = touched(&row.body, row.before.as_deref(), row.tasks.as_deref())?;
        let noted = planted!(ActivityForgets => row.seq % 2 == 0, true);
        about.extend(tasks.into_iter().filter(|_| noted).map(|task| (task, row.seq)));
        gone.extend(removed);
    }
    let grown = usize::try_from(bytes).unwrap_or(0) + rows.iter().map(|row| row.body.len()).sum::<usize>();
    let checkpoint = checkpoint(db, project, last, grown, kinds).await?;
    let grown = if checkpoint.is_some() { 0 } else { i64::try_from(grown).unwrap_or(i64::MAX) };

    // An event may be about thousands of tasks. What is noted early is noted once, whether or not the last step follows.
    let (early, last_rows) = about.split_at(about.len().saturating_sub(ROWS));
    for rows in early.chunks(ROWS) {
        let mut tx = db.begin().await?;
        note(&mut tx, rows).await?;
        tx.commit().await?;
    }
    let mut tx = db.begin().await?;
    note(&mut tx, last_rows).await?;
    tx.query(
        "delete from task_events
         where task_id in (select r.id from {rows $1: id uuid} r where not exists (select 1 from tasks t where t.id = r.id))",
    )
    .bind_rows(gone, Bind::bind)
    .execute()
    .await?;
    if let Some(state) = checkpoint {
        past::keep(&mut tx, project, last, state).await?;
    }
    let noted = tx
        .query(
            "insert into log_digests (project_id, seq, bytes) values ($1, $2, $3)
             on conflict (project_id) do update set seq = excluded.seq, bytes = excluded.bytes
             where log_digests.seq = $4",
        )
        .bind(project)
        .bind(last)
        .bind(grown)
        .bind(known)
        .execute()
        .await?;
    // Another node was here meanwhile, and has done the same.
    if noted > 0 {
        tx.commit().await?;
    }
    Ok(true)
}

/// Note which tasks events are about. A task that was deleted has no activity of its own any more.
async fn note(tx: &mut Tx, about: &[(Uuid, i64)]) -> Result<()> {
    tx.query(
        // The rows first: SQLite might look through all tasks for each of them.
        "insert into task_events (task_id, seq)
         select t.id, r.seq from {rows $1: id uuid, seq bigint} r
         cross join tasks t
         where t.id = r.id
         on conflict do nothing",
    )
    .bind_rows(about, |cells, (task, seq)| cells.bind(*task).bind(*seq))
    .execute()
    .await?;
    Ok(())
}

/// A checkpoint at this event, if the events since the last one have so many bytes that one pays.
async fn checkpoint(
    db: &Db,
    project: ProjectId,
    seq: i64,
    grown: usize,
    kinds: &'static [HeldKind],
) -> Result<Option<Vec<u8>>> {
    if grown < BETWEEN {
        return Ok(None);
    }
    let last: Option<(i64,)> = db
        .query("select cast(octet_length(state) as bigint) from checkpoints where project_id = $1 order by seq desc limit 1")
        .bind(project)
        .optional()
        .await?;
    let size = last.and_then(|(size,)| usize::try_from(size).ok()).unwrap_or(0);
    if grown < size.saturating_mul(TIMES) {
        return Ok(None);
    }
    let mut tx = db.begin_read().await?;
    match Moment::read(&mut tx, project, seq).await {
        Ok(moment) => Ok(Some(moment.fold(kinds).await?.compress()?)),
        // The log was trimmed before there were checkpoints: its past begins later.
        Err(Error::Trimmed { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Projects with events that are not digested yet, or of which the reports have no facts yet.
pub async fn due(db: &Db) -> Result<Vec<ProjectId>> {
    let rows: Vec<(ProjectId,)> = db
        .query(
            "select p.id from projects p
             left join log_digests d on d.project_id = p.id
             where p.deleted_at is null and p.seq > p.trimmed_seq
               and (p.seq > coalesce(d.seq, 0) or p.seq > coalesce(d.facts_seq, 0))
             limit 100",
        )
        .all()
        .await?;
    Ok(rows.into_iter().map(|(project,)| project).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_about_the_tasks_of_all_that_it_touches() {
        let id = |n: u128| Uuid::from_u128(n);
        let body = format!(
            r#"{{"changes":{{"tasks":[{{"id":"{}","title":"x"}}],"comments":[{{"id":"{}","task_id":"{}"}}]}},
                "removed":{{"tasks":["{}"],"labels":["{}"]}}}}"#,
            id(1),
            id(90),
            id(2),
            id(3),
            id(91)
        );
        let before =
            format!(r#"{{"dependencies":[{{"id":"{}","task_id":"{}","depends_on_id":"{}"}}]}}"#, id(92), id(4), id(5));
        let tasks = format!(r#"["{}"]"#, id(6));
        let found = tasks_of(&body, Some(&before), Some(&tasks)).unwrap();
        assert_eq!(found, (1..=6).map(id).collect());
        assert_eq!(tasks_of("{}", None, None).unwrap(), BTreeSet::new());
    }
}
