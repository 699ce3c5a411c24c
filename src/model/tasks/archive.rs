//! Archiving, restoring and deleting tasks.

use crate::{
    auth::role::Role,
    base::error::{Error, Result},
    change::Change,
    log::Draft,
    model::{
        columns::Column,
        objects,
        tasks::{TaskDetail, TaskRef, check_limit, create, load, place},
        trash,
    },
};

/// Editors archive and delete the tasks that they created; managers all.
pub fn require_own(change: &Change, task: &TaskDetail) -> Result<()> {
    if change.role() >= Role::Manager || task.task.created_by == change.actor()?.id {
        Ok(())
    } else {
        Err(Error::forbidden("editors archive and delete the tasks that they created"))
    }
}

/// Archive a task: it leaves the snapshot with what hangs on it. Restore it: everything comes back whole.
pub async fn archive(change: &mut Change, task: TaskRef, archived: bool) -> Result<TaskDetail> {
    let before = load(change, task).await?;
    require_own(change, &before)?;
    let mut after = before.clone();
    after.task.archived_at = if archived { before.task.archived_at.or(Some(change.at())) } else { None };
    if after == before {
        return Ok(after);
    }
    let column: Option<Column> = if archived { None } else { Some(change.load(after.task.column_id).await?) };
    if let Some(Column { kind, .. }) = column {
        after.task.completed_at = place::completion(&after.task, kind, kind, change.at());
    }
    let mut event = Draft::new(if archived { "task.archived" } else { "task.unarchived" });
    let after = change.update(&mut event, &before, after).await?;
    objects::tell_of_tasks(change, &mut event, &[after.task.id], !archived).await?;
    create::count(change, if archived { -1 } else { 1 }).await?;
    if let Some(column) = &column {
        check_limit(change, column).await?;
    }
    change.record(event).await?;
    Ok(after)
}

/// Delete a task with everything that hangs on it: it goes to the trash.
pub async fn remove(change: &mut Change, task: TaskRef) -> Result<()> {
    let before = load(change, task).await?;
    require_own(change, &before)?;
    change.check_delete(&before).await?;
    let mut event = Draft::new("task.deleted");
    trash::put(change, &mut event, &[before]).await?;
    change.record(event).await
}
