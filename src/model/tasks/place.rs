//! Where tasks stand: their column, their position, and how many a column takes.

use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ColumnId, TaskId},
        rank,
    },
    change::Change,
    db::query::part,
    log::Draft,
    model::{
        columns::{self, Column, ColumnKind},
        positions::{self, Ordered, Place},
        tasks::{Task, TaskDetail, TaskPosition, TaskRef, load_open, task::TASKS},
    },
};

/// Move a task between two neighbours: one event, even when the positions around it are spread anew.
pub async fn place(change: &mut Change, task: TaskRef, to: &TaskPosition) -> Result<TaskDetail> {
    let before = load_open(change, task).await?;
    let column = columns::named(change, "/column_id", to.column_id).await?;
    let mut event = Draft::new("task.moved");
    let mut after = before.clone();
    put(change, &mut event, &mut after.task, &column, Place::between(to.after, to.before)).await?;
    let after = change.update(&mut event, &before, after).await?;
    if before.task.column_id != column.id {
        check_limit(change, &column).await?;
    }
    change.record(event).await?;
    Ok(after)
}

/// Put a task into a column. A column of kind `done` completes it, and leaving one reopens it, so that a card and its
/// column never say two things.
pub async fn put(change: &mut Change, event: &mut Draft, task: &mut Task, column: &Column, place: Place) -> Result<()> {
    let may_reopen = column.kind != ColumnKind::Done && task.completed_at.is_some() && column.id != task.column_id;
    let from = if may_reopen { change.load::<Column>(task.column_id).await?.kind } else { column.kind };
    task.completed_at = completion(task, from, column.kind, change.at());
    task.column_id = column.id;
    task.position = positions::key::<Task>(change, event, column.id.0, task.id.0, place).await?;
    Ok(())
}

/// When a task was completed that comes from a column of one kind into one of another.
#[must_use]
pub fn completion(task: &Task, from: ColumnKind, to: ColumnKind, at: Timestamp) -> Option<Timestamp> {
    match (from, to) {
        (_, ColumnKind::Done) => task.completed_at.or(Some(at)),
        (ColumnKind::Done, _) => None,
        _ => task.completed_at,
    }
}

/// Complete the open tasks of a column that is now of kind `done`, as part of an event.
pub async fn complete_all(change: &mut Change, event: &mut Draft, column: ColumnId) -> Result<()> {
    let at = change.at();
    let tasks: Vec<Task> = change
        .query(TASKS)
        .append(part("where column_id = $1 and archived_at is null and completed_at is null order by position"))
        .bind(column)
        .all()
        .await?;
    let pairs = tasks.into_iter().map(|task| {
        let completed = Task { completed_at: Some(at), ..task.clone() };
        (task, completed)
    });
    let pairs = pairs.collect();
    change.update_all(event, pairs).await?;
    Ok(())
}

/// Refuse when the column now has more open tasks than its limit. Only a limit is worth counting for, and only up to one
/// more.
pub async fn check_limit(change: &mut Change, column: &Column) -> Result<()> {
    let Some(limit) = column.wip_limit else { return Ok(()) };
    let (count,): (i64,) = change
        .query(
            "select count(*) from (
               select 1 as open from tasks where column_id = $1 and archived_at is null limit $2
             ) counted",
        )
        .bind(column.id)
        .bind(limit + 1)
        .one()
        .await?;
    if count > limit {
        return Err(Error::conflict("wip_limit", format!("the column holds at most {limit} tasks")));
    }
    Ok(())
}

/// Whether a column has a task that is not archived.
pub async fn any_open_in(change: &mut Change, column: ColumnId) -> Result<bool> {
    let found: Option<(TaskId,)> = change
        .query("select id from tasks where column_id = $1 and archived_at is null limit 1")
        .bind(column)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Whether a column has any task.
pub async fn any_in(change: &mut Change, column: ColumnId) -> Result<bool> {
    let found: Option<(TaskId,)> =
        change.query("select id from tasks where column_id = $1 limit 1").bind(column).optional().await?;
    Ok(found.is_some())
}

/// Move all tasks of a column to the end of another one as part of an event, without regard to its limit.
pub async fn move_all(change: &mut Change, event: &mut Draft, from: &Column, to: &Column) -> Result<()> {
    let at = change.at();
    let tasks: Vec<Task> = change.query(Task::ROWS_FROM).bind(from.id).bind("").bind(i64::MAX).all().await?;
    let nobody = TaskId(uuid::Uuid::nil());
    let (last,): (Option<String>,) = change.query(Task::PREVIOUS).bind(to.id).bind(nobody).bind("~").one().await?;
    let keys = rank::append(last.as_deref(), tasks.len());
    let pairs = tasks.into_iter().zip(keys).map(|(task, position)| {
        let mut moved = Task { column_id: to.id, position, ..task.clone() };
        // An archived task stays as it was put away.
        if task.archived_at.is_none() {
            moved.completed_at = completion(&task, from.kind, to.kind, at);
        }
        (task, moved)
    });
    let pairs = pairs.collect();
    change.update_all(event, pairs).await?;
    Ok(())
}
