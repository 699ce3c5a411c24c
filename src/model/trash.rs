//! The trash: deleted tasks, with what hangs on them, until a member brings them back or their time is over.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::{membership::Membership, role::Role},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{TaskId, UserId},
    },
    change::{Change, Kind, Object},
    db::{Bind, Db},
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
    /// Takes `$2` of the project `$1` out of the trash, with the event `$3`.
    const RESTORE: &'static str;
    /// Deletes those of the rows `{rows $1: id uuid}` for good that are in the trash.
    const PURGE: &'static str;
}

impl Trashable for TaskDetail {
    const TRASH: &'static str = "update tasks
         set trashed_at = $2, trashed_by = $3, trashed_seq = $4, version = $4, archived_at = coalesce(archived_at, $2)
         where id in (select r.id from {rows $1: id uuid} r)";
    const RESTORE: &'static str = "update tasks
         set trashed_at = null, trashed_by = null, trashed_seq = null, archived_at = null, version = $3
         where project_id = $1 and id = $2";
    const PURGE: &'static str = "delete from tasks
         where trashed_at is not null and id in (select r.id from {rows $1: id uuid} r)";
}

/// Put tasks into the trash, as part of an event. The caller has checked who may.
pub async fn put(change: &mut Change, event: &mut Draft, deleted: &[TaskDetail]) -> Result<()> {
    let ids: Vec<TaskId> = deleted.iter().map(|task| task.task.id).collect();
    dependencies::cut_off(change, event, &ids).await?;
    objects::tell_of_tasks(change, event, &ids, false).await?;
    for task in deleted {
        event.remove(TaskDetail::KIND, task)?;
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

/// A task of the project that is in the trash.
async fn load(change: &mut Change, task: TaskId) -> Result<(TaskDetail, InTrash)> {
    let project = change.project();
    let found: InTrash = change
        .query(
            "select id, trashed_at, trashed_by, trashed_seq from tasks
             where project_id = $1 and id = $2 and trashed_at is not null",
        )
        .bind(project)
        .bind(task)
        .one()
        .await?;
    let task = tasks::load_all(change.tx(), [task].into_iter()).await?.pop().ok_or(Error::NotFound)?;
    Ok((task, found))
}

/// Whether this task of the project is in the trash.
pub async fn holds(change: &mut Change, task: TaskId) -> Result<bool> {
    let project = change.project();
    let found: Option<(TaskId,)> = change
        .query("select id from tasks where project_id = $1 and id = $2 and trashed_at is not null")
        .bind(project)
        .bind(task)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Take a task out of the trash, onto the board: with its comments, attachments, checklist, and its dependencies on tasks
/// that are still there. Those who may delete it may.
pub async fn restore(change: &mut Change, task: TaskId) -> Result<TaskDetail> {
    let mut event = Draft::new("task.restored");
    let restored = bring_back(change, &mut event, task).await?;
    change.record(event).await?;
    Ok(restored)
}

/// The same as part of an event.
pub async fn bring_back(change: &mut Change, event: &mut Draft, task: TaskId) -> Result<TaskDetail> {
    let (before, trashed) = load(change, task).await?;
    tasks::require_own(change, &before)?;
    let (project, seq, at) = (change.project(), change.seq(), change.at());
    change.query(TaskDetail::RESTORE).bind(project).bind(task).bind(seq).execute().await?;
    let column: Column = change.load(before.task.column_id).await?;
    let mut after = before.clone();
    after.task.archived_at = None;
    after.task.version = seq;
    after.task.completed_at = tasks::completion(&after.task, column.kind, column.kind, at);
    if after.task.completed_at != before.task.completed_at {
        let statement = change.query(TaskDetail::UPDATE).bind(project).bind(task);
        after.bind(statement).execute().await?;
    }
    event.restore(TaskDetail::KIND, &before, &after)?;
    objects::tell_of_tasks(change, event, &[task], true).await?;
    let deleted = log::read::before(change.tx(), project, trashed.trashed_seq).await?;
    dependencies::reconnect(change, event, task, deleted.as_deref()).await?;
    tasks::count_open(change, 1, 0).await?;
    tasks::check_limit(change, &column).await?;
    Ok(after)
}

/// Delete a task that is in the trash for good.
pub async fn purge(change: &mut Change, task: TaskId) -> Result<()> {
    load(change, task).await?;
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
