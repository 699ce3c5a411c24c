//! Dependencies between tasks, finish to start: a task begins after the one it depends on has ended, and
//! `lag_days` later still. They never form a circle.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    change::Change,
    db::Tx,
    error::{Error, Result},
    event::Draft,
    ids::{DependencyId, ProjectId, TaskId},
    model::tasks::{self, TaskRef},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow, ToSchema)]
pub struct Dependency {
    pub id: DependencyId,
    /// Begins after `depends_on_id` has ended.
    pub task_id: TaskId,
    pub depends_on_id: TaskId,
    /// Days between the two; negative when they may overlap.
    pub lag_days: i64,
    pub version: i64,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDependency {
    /// -365 to 365, 0 when absent.
    #[serde(default)]
    pub lag_days: i64,
}

pub async fn all(tx: &mut Tx, project: ProjectId) -> Result<Vec<Dependency>> {
    tx.query("select id, task_id, depends_on_id, lag_days, version from dependencies where project_id = $1 order by id")
        .bind(project)
        .all()
        .await
}

async fn find(change: &mut Change, task: TaskId, other: TaskId) -> Result<Option<Dependency>> {
    let project = change.project();
    change
        .query(
            "select id, task_id, depends_on_id, lag_days, version from dependencies
             where project_id = $1 and task_id = $2 and depends_on_id = $3",
        )
        .bind(project)
        .bind(task)
        .bind(other)
        .optional()
        .await
}

pub async fn set(change: &mut Change, task: TaskRef, other: TaskRef, lag_days: i64) -> Result<Dependency> {
    if !(-365..=365).contains(&lag_days) {
        return Err(Error::invalid("/lag_days", "must be -365 to 365"));
    }
    let (project, task) = (change.project(), tasks::load(change, task).await?.task.id);
    let other = tasks::load(change, other).await?.task.id;
    let known = all(change.tx(), project).await?;
    if task == other || reaches(&known, other, task) {
        return Err(Error::conflict("dependency_cycle", "the other task already waits for this one"));
    }
    if let Some(before) = find(change, task, other).await? {
        change.check_match("dependencies", &before, &["lag_days"]).await?;
        return set_lag(change, before, lag_days).await;
    }
    let dependency =
        Dependency { id: DependencyId::new(), task_id: task, depends_on_id: other, lag_days, version: change.seq() };
    change
        .query(
            "insert into dependencies (id, project_id, task_id, depends_on_id, lag_days, version)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(dependency.id)
        .bind(project)
        .bind(task)
        .bind(other)
        .bind(lag_days)
        .bind(dependency.version)
        .execute()
        .await?;
    let mut draft = Draft::new("dependency.created");
    draft.create("dependencies", &dependency)?;
    change.record(draft).await?;
    Ok(dependency)
}

async fn set_lag(change: &mut Change, before: Dependency, lag_days: i64) -> Result<Dependency> {
    if before.lag_days == lag_days {
        return Ok(before);
    }
    let after = Dependency { lag_days, version: change.seq(), ..before.clone() };
    change
        .query("update dependencies set lag_days = $2, version = $3 where id = $1")
        .bind(after.id)
        .bind(after.lag_days)
        .bind(after.version)
        .execute()
        .await?;
    let mut draft = Draft::new("dependency.changed");
    draft.update("dependencies", &before, &after)?;
    change.record(draft).await?;
    Ok(after)
}

/// Whether `from` waits, over any number of steps, for `to`.
fn reaches(dependencies: &[Dependency], from: TaskId, to: TaskId) -> bool {
    let mut waits_for: HashMap<TaskId, Vec<TaskId>> = HashMap::new();
    for dependency in dependencies {
        waits_for.entry(dependency.task_id).or_default().push(dependency.depends_on_id);
    }
    let mut seen = HashSet::new();
    let mut open = vec![from];
    while let Some(task) = open.pop() {
        if task == to {
            return true;
        }
        if seen.insert(task) {
            open.extend(waits_for.get(&task).into_iter().flatten());
        }
    }
    false
}

pub async fn remove(change: &mut Change, task: TaskRef, other: TaskRef) -> Result<()> {
    let (task, other) = (tasks::load(change, task).await?.task.id, tasks::load(change, other).await?.task.id);
    let before = find(change, task, other).await?.ok_or(Error::NotFound)?;
    change.check_match("dependencies", &before, &[]).await?;
    change.query("delete from dependencies where id = $1").bind(before.id).execute().await?;
    let mut draft = Draft::new("dependency.deleted");
    draft.remove("dependencies", &before)?;
    change.record(draft).await
}

/// Remove all dependencies from and to a task that is going away, as part of its event.
pub async fn remove_of(change: &mut Change, draft: &mut Draft, task: TaskId) -> Result<()> {
    let gone: Vec<Dependency> = change
        .query(
            "select id, task_id, depends_on_id, lag_days, version from dependencies
             where task_id = $1 or depends_on_id = $1
             order by id",
        )
        .bind(task)
        .all()
        .await?;
    change.query("delete from dependencies where task_id = $1 or depends_on_id = $1").bind(task).execute().await?;
    gone.iter().try_for_each(|dependency| draft.remove("dependencies", dependency))
}
