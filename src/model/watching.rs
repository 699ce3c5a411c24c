//! Who follows a task, and who does not want to hear of a project.
//!
//! Creator and assignees watch a task without a row; a row says who else does, and which of them all does not.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::membership::Membership,
    base::{
        error::Result,
        ids::{TaskId, UserId},
    },
    change::Change,
    db::{Bind, Tx},
    model::tasks::{self, Task, TaskRef},
};

#[derive(Debug, Serialize, ToSchema)]
pub struct Watching {
    pub watching: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Muted {
    pub muted: bool,
}

/// Whether a member watches a task, and whether that follows from the task alone.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    pub watching: bool,
    pub unasked: bool,
}

/// Whether the caller watches a task.
pub async fn find(tx: &mut Tx, by: &Membership, task: &Task) -> Result<Watch> {
    let row: Option<(bool,)> = tx
        .query("select watching from task_watchers where task_id = $1 and user_id = $2")
        .bind(task.id)
        .bind(by.user())
        .optional()
        .await?;
    let unasked = task.created_by == by.user() || task.assignee_ids.contains(&by.user());
    let watching = row.map_or(unasked, |(watching,)| watching);
    Ok(Watch { watching, unasked: watching == unasked })
}

/// Watch a task, or do not, whatever else would make one watch it.
pub async fn set(change: &mut Change, task: TaskRef, watching: bool) -> Result<Watching> {
    let task = tasks::load(change, task).await?.task.id;
    let (project, user) = (change.project(), change.actor()?.id);
    change
        .query(
            "insert into task_watchers (task_id, project_id, user_id, watching)
             values ($1, $2, $3, $4)
             on conflict (task_id, user_id) do update set watching = excluded.watching",
        )
        .bind(task)
        .bind(project)
        .bind(user)
        .bind(watching)
        .execute()
        .await?;
    Ok(Watching { watching })
}

/// Let members watch a task because they talk there, or are talked of; those who chose not to watch it still do not.
pub async fn begin(change: &mut Change, task: TaskId, users: &[UserId]) -> Result<()> {
    let project = change.project();
    change
        .query(
            "insert into task_watchers (task_id, project_id, user_id, watching)
             select $2, m.project_id, m.user_id, true
             from {rows $1: id uuid} r
             join members m on m.user_id = r.id and m.project_id = $3
             where true
             on conflict (task_id, user_id) do nothing",
        )
        .bind_rows(users, |cells, user| cells.bind(*user))
        .bind(task)
        .bind(project)
        .execute()
        .await?;
    Ok(())
}

/// The members who watch a task.
pub async fn watchers(change: &mut Change, task: TaskId) -> Result<Vec<UserId>> {
    let project = change.project();
    let found: Vec<(UserId,)> = change
        .query(
            "select m.user_id
             from (select user_id from task_watchers where task_id = $1 and watching
                   union select user_id from task_assignees where task_id = $1
                   union select created_by from tasks where id = $1) c
             join members m on m.user_id = c.user_id and m.project_id = $2
             where not exists (
               select 1 from task_watchers w where w.task_id = $1 and w.user_id = m.user_id and not w.watching)
             order by m.user_id",
        )
        .bind(task)
        .bind(project)
        .all()
        .await?;
    Ok(found.into_iter().map(|(user,)| user).collect())
}

/// Whether the caller has muted a project.
pub async fn is_muted(by: &Membership) -> Result<Muted> {
    let (count,): (i64,) = by
        .query("select count(*) from project_mutes where project_id = $1 and user_id = $2")
        .bind(by.project())
        .bind(by.user())
        .one()
        .await?;
    Ok(Muted { muted: count > 0 })
}

/// Be told nothing of a project but what names oneself, or everything again.
pub async fn mute(change: &mut Change, muted: bool) -> Result<Muted> {
    let (project, user) = (change.project(), change.actor()?.id);
    let statement = if muted {
        change.query("insert into project_mutes (project_id, user_id) values ($1, $2) on conflict do nothing")
    } else {
        change.query("delete from project_mutes where project_id = $1 and user_id = $2")
    };
    statement.bind(project).bind(user).execute().await?;
    Ok(Muted { muted })
}
