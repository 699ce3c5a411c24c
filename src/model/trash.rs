//! The trash: deleted tasks, with what hangs on them, until a member brings them back or their time is over.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::{membership::Membership, role::Role},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ColumnId, TaskId, UserId},
    },
    change::{Change, Kind, Object},
    db::{Bind, Db},
    faults::planted,
    log::{self, Draft},
    model::{
        columns::Column,
        dependencies, objects,
        tasks::{self, Task, TaskDetail},
    },
};

/// How many tasks go for good at once: other writers get their turn in between.
const STEP: i64 = 200;

/// A task in the trash.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrashedTask {
    #[serde(flatten)]
    pub task: Task,
    pub deleted_at: Timestamp,
    pub deleted_by: Option<UserId>,
}

/// How tasks go to the trash and come back.
trait Trashable: Kind {
    /// Puts the rows `{rows $1: id uuid}` into the trash at `$2`, by the person `$3` with the event `$4`.
    const TRASH: &'static str;
    /// Takes the rows `{rows $1: id uuid, completed_at bigint}` of the project `$2` out of the trash, with the event `$3`
    /// at `$4`.
    const RESTORE: &'static str;
    /// Deletes those of the rows `{rows $1: id uuid}` for good that are in the trash.
    const PURGE: &'static str;
}

impl Trashable for TaskDetail {
    const TRASH: &'static str = "update tasks
         set trashed_at = $2, trashed_by = $3, trashed_seq = $4, version = $4, archived_at = coalesce(archived_at, $2)
         where id in (select r.id from {rows $1: id uuid} r)";
    const RESTORE: &'static str = "update tasks
         set trashed_at = null, trashed_by = null, trashed_seq = null, archived_at = null, completed_at = r.completed_at,
             updated_at = $4, version = $3
         from {rows $1: id uuid, completed_at bigint} r
         where tasks.project_id = $2 and tasks.id = r.id";
    const PURGE: &'static str = "delete from tasks
         where trashed_at is not null and id in (select r.id from {rows $1: id uuid} r)";
}

/// Put tasks into the trash, as part of an event. The caller has checked who may.
pub async fn put(change: &mut Change, event: &mut Draft, deleted: &[TaskDetail]) -> Result<()> {
    let ids: Vec<TaskId> = deleted.iter().map(|task| task.task.id).collect();
    dependencies::cut_off(change, event, &ids).await?;
    objects::tell_of_tasks(change, event, &ids, false).await?;
    for task in deleted {
        event.trash(TaskDetail::KIND, task)?;
    }
    let (at, seq, by) = (change.at(), change.seq(), change.actor_or_none().map(|actor| actor.id));
    let statement = change.query(TaskDetail::TRASH).bind_rows(&ids, |cells, id| cells.bind(*id));
    statement.bind(at).bind(by).bind(seq).execute().await?;
    tasks::count_open(change, 0, deleted.iter().filter(|task| task.in_snapshot()).count()).await
}

#[derive(sqlx_macros::FromRow)]
struct InTrash {
    id: TaskId,
    trashed_at: Timestamp,
    trashed_by: Option<UserId>,
    trashed_seq: i64,
}

/// Those of these tasks of the project that are in the trash.
async fn find(change: &mut Change, tasks: &[TaskId]) -> Result<Vec<InTrash>> {
    if tasks.is_empty() {
        return Ok(vec![]);
    }
    let project = change.project();
    change
        .query(
            "select t.id, t.trashed_at, t.trashed_by, t.trashed_seq from {rows $1: id uuid} r
             join tasks t on t.id = r.id
             where t.project_id = $2 and t.trashed_at is not null",
        )
        .bind_rows(tasks, |cells, task| cells.bind(*task))
        .bind(project)
        .all()
        .await
}

/// Which of these tasks of the project are in the trash.
pub async fn held(change: &mut Change, tasks: &[TaskId]) -> Result<HashSet<TaskId>> {
    Ok(find(change, tasks).await?.into_iter().map(|found| found.id).collect())
}

/// Take a task out of the trash, onto the board: with its comments, attachments, checklist, and its dependencies on tasks
/// that are still there. Those who may delete it may.
pub async fn restore(change: &mut Change, task: TaskId) -> Result<TaskDetail> {
    let mut event = Draft::new("task.restored");
    let restored = bring_back(change, &mut event, &[task]).await?.pop().ok_or(Error::NotFound)?;
    change.record(event).await?;
    Ok(restored)
}

/// The same for tasks that are in the trash, as part of an event and in a constant number of statements.
pub async fn bring_back(change: &mut Change, event: &mut Draft, tasks: &[TaskId]) -> Result<Vec<TaskDetail>> {
    let trashed = find(change, tasks).await?;
    if trashed.is_empty() {
        return Ok(vec![]);
    }
    let before = tasks::load_all(change.tx(), trashed.iter().map(|found| found.id)).await?;
    let mut columns: HashMap<ColumnId, Column> = HashMap::new();
    for task in &before {
        tasks::require_own(change, task)?;
        if let Entry::Vacant(column) = columns.entry(task.task.column_id) {
            column.insert(change.load(task.task.column_id).await?);
        }
    }
    let (project, seq, at) = (change.project(), change.seq(), change.at());
    let mut after = before.clone();
    for TaskDetail { task, .. } in &mut after {
        (task.archived_at, task.version) = (None, seq);
        task.touch(at);
        let kind = columns.get(&task.column_id).map(|column| column.kind).unwrap_or_default();
        task.completed_at = tasks::completion(task, kind, kind, at);
    }
    let rows = after.iter().map(|task| (task.task.id, task.task.completed_at));
    let statement = change.query(TaskDetail::RESTORE);
    let statement = statement.bind_rows(rows, |cells, (id, completed_at)| cells.bind(id).bind(completed_at));
    statement.bind(project).bind(seq).bind(at).execute().await?;
    for (before, after) in before.iter().zip(&after) {
        event.restore(TaskDetail::KIND, before, after)?;
    }
    let back: Vec<TaskId> = after.iter().map(|task| task.task.id).collect();
    let told = planted!(RestoreForgetsParts => &[][..], &back);
    objects::tell_of_tasks(change, event, told, true).await?;
    let events: BTreeSet<i64> = trashed.iter().map(|found| found.trashed_seq).collect();
    let kept = log::read::kept_by(change.tx(), project, events).await?;
    dependencies::reconnect(change, event, &back, kept.values().map(String::as_str)).await?;
    tasks::count_open(change, after.len(), 0).await?;
    for column in columns.values() {
        tasks::check_limit(change, column).await?;
    }
    Ok(after)
}

/// Delete a task that is in the trash for good.
pub async fn purge(change: &mut Change, task: TaskId) -> Result<()> {
    find(change, &[task]).await?.pop().ok_or(Error::NotFound)?;
    let project = change.project();
    change.query(TaskDetail::DELETE).bind(project).bind(task).execute().await?;
    Ok(())
}

/// The trash of a project, the last deleted first, behind the one that ended the page before. Editors see what they may
/// bring back: the tasks that they created.
pub async fn list(by: &Membership, after: Option<(Timestamp, TaskId)>, limit: i64) -> Result<Vec<TrashedTask>> {
    let mut tx = by.read().await?;
    let (at, id) = after.unwrap_or((Timestamp(i64::MAX), TaskId(uuid::Uuid::max())));
    let all = by.role() >= Role::Manager;
    let rows: Vec<InTrash> = tx
        .query(
            "select id, trashed_at, trashed_by, trashed_seq from tasks
             where project_id = $1 and trashed_at is not null and (trashed_at, id) < ($2, $3)
               and ($4 or created_by = $5)
             order by trashed_at desc, id desc
             limit $6",
        )
        .bind(by.project())
        .bind(at)
        .bind(id)
        .bind(all)
        .bind(by.user())
        .bind(limit)
        .all()
        .await?;
    let found = tasks::load_all(&mut tx, rows.iter().map(|row| row.id)).await?;
    let mut found: HashMap<TaskId, Task> = found.into_iter().map(|task| (task.task.id, task.task)).collect();
    let entry = |row: InTrash| {
        let mut task = found.remove(&row.id)?;
        // What it was archived at when it was deleted says nothing.
        task.archived_at = task.archived_at.filter(|at| *at != row.trashed_at);
        Some(TrashedTask { task, deleted_at: row.trashed_at, deleted_by: row.trashed_by })
    };
    Ok(rows.into_iter().filter_map(entry).collect())
}

/// Delete what has been in the trash since before this instant.
pub async fn sweep(db: &Db, before: Timestamp) -> Result<u64> {
    let mut purged = 0;
    loop {
        let due: Vec<(TaskId,)> = db
            .query("select id from tasks where trashed_at < $1 order by trashed_at limit $2")
            .bind(before)
            .bind(STEP)
            .all()
            .await?;
        if due.is_empty() {
            return Ok(purged);
        }
        let mut tx = db.begin().await?;
        let gone = tx.query(TaskDetail::PURGE).bind_rows(&due, |cells, (id,)| cells.bind(*id)).execute().await?;
        tx.commit().await?;
        if gone == 0 {
            return Ok(purged);
        }
        purged += gone;
    }
}
