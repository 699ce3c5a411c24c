//! Dependencies between tasks, finish to start: a task begins after the one it depends on has ended, and
//! `lag_days` later still. They never form a circle.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        error::{Error, Result},
        ids::{DependencyId, TaskId},
    },
    change::{Change, Findable, InSnapshot, Kind, Many, Most, Object, Removable},
    db::{Bind, Cells, Query, Tx},
    log::Draft,
    model::{
        objects::OfTask,
        tasks::{self, TaskRef},
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::FromRow, ToSchema)]
pub struct Dependency {
    pub id: DependencyId,
    /// Begins after `depends_on_id` has ended.
    pub task_id: TaskId,
    pub depends_on_id: TaskId,
    /// Days between the two; negative when they may overlap.
    pub lag_days: i64,
    pub version: i64,
}

impl Dependency {
    const fn ends(&self) -> [TaskId; 2] {
        [self.task_id, self.depends_on_id]
    }
}

impl Kind for Dependency {
    const KIND: &'static str = "dependencies";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = seq;
    }
}

impl InSnapshot for Dependency {
    const ALL: &'static str = "select d.id, d.task_id, d.depends_on_id, d.lag_days, d.version from dependencies d
         join tasks t on t.id = d.task_id
         join tasks o on o.id = d.depends_on_id
         where d.project_id = $1 and t.archived_at is null and o.archived_at is null
         order by d.id";
    const ORDER: &'static [&'static str] = &["id"];
}

impl Object for Dependency {
    const MOST: Option<Most> = None;
    const SELECT: &'static str = "select id, task_id, depends_on_id, lag_days, version from dependencies
         where project_id = $1 and id = $2";
    const INSERT: &'static str = "insert into dependencies (project_id, id, task_id, depends_on_id, lag_days, version)
         values ($1, $2, $3, $4, $5, $6)";
    const UPDATE: &'static str = "update dependencies set task_id = $3, depends_on_id = $4, lag_days = $5, version = $6
         where project_id = $1 and id = $2";
    const DELETE: &'static str = "delete from dependencies where project_id = $1 and id = $2";

    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.task_id).bind(self.depends_on_id).bind(self.lag_days).bind(self.version)
    }
}

impl Findable for Dependency {
    const SELECT_ALL: &'static str = "select d.id, d.task_id, d.depends_on_id, d.lag_days, d.version
         from {rows $1: id uuid} r
         join dependencies d on d.id = r.id and d.project_id = $2";
}

impl OfTask for Dependency {
    /// Those from and to these tasks, whose other end is one of them or in the snapshot too.
    const OF_TASKS: &'static str = "select d.id, d.task_id, d.depends_on_id, d.lag_days, d.version
         from (select a.id from {rows $1: id uuid} r join dependencies a on a.task_id = r.id
               union
               select b.id from {rows $1: id uuid} r join dependencies b on b.depends_on_id = r.id) f
         join dependencies d on d.id = f.id
         where not exists (
           select 1 from tasks o
           where o.id in (d.task_id, d.depends_on_id) and o.archived_at is not null
             and o.id not in (select r.id from {rows $1: id uuid} r))
         order by d.id";
    const TOUCH: &'static str = "update dependencies set version = $2
         where id in (select a.id from {rows $1: id uuid} r join dependencies a on a.task_id = r.id
                      union
                      select b.id from {rows $1: id uuid} r join dependencies b on b.depends_on_id = r.id)";
}

impl Removable for Dependency {
    const DELETE_ALL: &'static str = "delete from dependencies where id in (select r.id from {rows $1: id uuid} r)";
}

/// All dependencies from and to tasks, also those that no snapshot holds because their other end is archived.
const ANY_OF_TASKS: &str = "select d.id, d.task_id, d.depends_on_id, d.lag_days, d.version
     from (select a.id from {rows $1: id uuid} r join dependencies a on a.task_id = r.id
           union
           select b.id from {rows $1: id uuid} r join dependencies b on b.depends_on_id = r.id) f
     join dependencies d on d.id = f.id
     order by d.id";

/// What a task that was found waits for, and what waits for it.
pub async fn of_task(tx: &mut Tx, task: TaskId) -> Result<Vec<Dependency>> {
    tx.query(Dependency::OF_TASKS).bind_rows([task], Bind::bind).all().await
}

/// Delete the dependencies of tasks that go to the trash, as part of the event, which keeps them.
pub async fn cut_off(change: &mut Change, event: &mut Draft, tasks: &[TaskId]) -> Result<()> {
    let bind = |cells: Cells, task: &TaskId| cells.bind(*task);
    let all: Vec<Dependency> = change.query(ANY_OF_TASKS).bind_rows(tasks, bind).all().await?;
    let told: Vec<Dependency> = change.query(Dependency::OF_TASKS).bind_rows(tasks, bind).all().await?;
    let untold: Vec<Dependency> = all.into_iter().filter(|dependency| !told.contains(dependency)).collect();
    change.delete_all(event, &told).await?;
    change.delete_untold(event, &untold).await
}

/// The dependencies that tasks wait for, over any number of steps.
struct Waits(HashMap<TaskId, Vec<TaskId>>);

impl Waits {
    /// Those of both ends of these.
    async fn of(change: &mut Change, dependencies: &[Dependency]) -> Result<Self> {
        let ends = dependencies.iter().flat_map(Dependency::ends);
        let rows: Vec<(TaskId, TaskId)> = change
            .query(
                "with recursive waits (task_id, depends_on_id) as (
                   select d.task_id, d.depends_on_id from {rows $1: id uuid} r join dependencies d on d.task_id = r.id
                   union
                   select d.task_id, d.depends_on_id from dependencies d join waits w on d.task_id = w.depends_on_id
                 )
                 select task_id, depends_on_id from waits",
            )
            .bind_rows(ends, Bind::bind)
            .all()
            .await?;
        let mut waits = Self(HashMap::new());
        for (task, other) in rows {
            waits.0.entry(task).or_default().push(other);
        }
        Ok(waits)
    }

    fn reach(&self, from: TaskId, to: TaskId) -> bool {
        let (mut seen, mut open) = (HashSet::new(), vec![from]);
        while let Some(task) = open.pop() {
            for next in self.0.get(&task).into_iter().flatten() {
                if *next == to {
                    return true;
                }
                if seen.insert(*next) {
                    open.push(*next);
                }
            }
        }
        false
    }

    /// Take in one more, unless it is there or closes a circle.
    fn add(&mut self, dependency: &Dependency) -> bool {
        let Dependency { task_id, depends_on_id, .. } = *dependency;
        let there = self.0.get(&task_id).is_some_and(|others| others.contains(&depends_on_id));
        if there || task_id == depends_on_id || self.reach(depends_on_id, task_id) {
            return false;
        }
        self.0.entry(task_id).or_default().push(depends_on_id);
        true
    }
}

/// Make dependencies anew that were deleted, in a constant number of statements. Answers those that cannot be: both tasks
/// have to be open, and it must neither be there nor close a circle.
pub async fn make_anew(change: &mut Change, event: &mut Draft, gone: Vec<Dependency>) -> Result<Vec<Dependency>> {
    if gone.is_empty() {
        return Ok(gone);
    }
    let open = tasks::openness(change, gone.iter().flat_map(Dependency::ends)).await?;
    let mut waits = Waits::of(change, &gone).await?;
    let is_open = |task: &TaskId| open.get(task) == Some(&true);
    let (new, refused): (Vec<_>, Vec<_>) =
        gone.into_iter().partition(|one| one.ends().iter().all(is_open) && waits.add(one));
    change.insert_all(event, new).await?;
    Ok(refused)
}

/// Give tasks that come back from the trash the dependencies that the events of their deletion kept, as far as their other
/// end is still there.
pub async fn reconnect<'a>(
    change: &mut Change,
    event: &mut Draft,
    back: &[TaskId],
    kept: impl Iterator<Item = &'a str>,
) -> Result<()> {
    #[derive(Deserialize)]
    struct Kept {
        #[serde(default)]
        dependencies: Vec<Dependency>,
    }
    let back: HashSet<TaskId> = back.iter().copied().collect();
    let mut gone: BTreeMap<DependencyId, Dependency> = BTreeMap::new();
    for kept in kept {
        let kept: Kept = serde_json::from_str(kept).map_err(|error| Error::Internal(error.to_string()))?;
        // Of several tasks that one event deleted, each brings its own back.
        let own = kept.dependencies.into_iter().filter(|one| one.ends().iter().any(|end| back.contains(end)));
        gone.extend(own.map(|one| (one.id, one)));
    }
    if gone.is_empty() {
        return Ok(());
    }
    let mut gone: Vec<Dependency> = gone.into_values().collect();
    let open = tasks::openness(change, gone.iter().flat_map(Dependency::ends)).await?;
    let mut waits = Waits::of(change, &gone).await?;
    gone.retain(|one| one.ends().iter().all(|end| open.contains_key(end)) && waits.add(one));
    let (told, mut untold): (Vec<_>, Vec<_>) =
        gone.into_iter().partition(|one| one.ends().iter().all(|end| open.get(end) == Some(&true)));
    change.insert_all(event, told).await?;
    let seq = change.seq();
    for one in &mut untold {
        one.version = seq;
    }
    change.insert_rows(&untold).await
}

impl Many for Dependency {
    const INSERT_ALL: &'static str =
        "insert into dependencies (project_id, id, task_id, depends_on_id, lag_days, version)
         select $2, r.id, r.task_id, r.depends_on_id, r.lag_days, r.version
         from {rows $1: id uuid, task_id uuid, depends_on_id uuid, lag_days bigint, version bigint} r";

    fn bind_new(&self, cells: Cells) -> Cells {
        let cells = cells.bind(self.id).bind(self.task_id).bind(self.depends_on_id);
        cells.bind(self.lag_days).bind(self.version)
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDependency {
    /// -365 to 365, 0 when absent.
    #[serde(default)]
    #[schema(minimum = -365, maximum = 365)]
    pub lag_days: i64,
}

async fn find(change: &mut Change, task: TaskId, other: TaskId) -> Result<Option<Dependency>> {
    let project = change.project();
    let found: Option<(DependencyId,)> = change
        .query("select id from dependencies where project_id = $1 and task_id = $2 and depends_on_id = $3")
        .bind(project)
        .bind(task)
        .bind(other)
        .optional()
        .await?;
    match found {
        Some((id,)) => change.load(id).await.map(Some),
        None => Ok(None),
    }
}

pub async fn set(change: &mut Change, task: TaskRef, other: TaskRef, lag_days: i64) -> Result<Dependency> {
    if !(-365..=365).contains(&lag_days) {
        return Err(Error::invalid("/lag_days", "must be -365 to 365"));
    }
    let task = tasks::load_open(change, task).await?.task.id;
    let other = tasks::load_open(change, other).await?.task.id;
    if task == other || reaches(change, other, task).await? {
        return Err(Error::conflict("dependency_cycle", "the other task already waits for this one"));
    }
    if let Some(before) = find(change, task, other).await? {
        let mut event = Draft::new("dependency.changed");
        let after = change.update(&mut event, &before, Dependency { lag_days, ..before.clone() }).await?;
        change.record(event).await?;
        return Ok(after);
    }
    for end in [task, other] {
        check_count(change, end).await?;
    }
    let dependency = Dependency { id: DependencyId::new(), task_id: task, depends_on_id: other, lag_days, version: 0 };
    let mut event = Draft::new("dependency.created");
    let dependency = change.insert(&mut event, dependency).await?;
    change.record(event).await?;
    Ok(dependency)
}

/// Refuse one more dependency of a task that has as many as it may.
async fn check_count(change: &mut Change, of: TaskId) -> Result<()> {
    let most = change.config().dependencies_per_task;
    let (count,): (i64,) = change
        .query(
            "select (select count(*) from dependencies d where d.task_id = $1)
                  + (select count(*) from dependencies d where d.depends_on_id = $1)",
        )
        .bind(of)
        .one()
        .await?;
    if count >= most {
        let detail = format!("a task has at most {most} dependencies: delete one first");
        return Err(Error::conflict("too_many_dependencies", detail));
    }
    Ok(())
}

/// Whether `from` waits, over any number of steps, for `to`. Looks only at what `from` waits for.
async fn reaches(change: &mut Change, from: TaskId, to: TaskId) -> Result<bool> {
    let found: Option<(TaskId,)> = change
        .query(
            "with recursive waits_for (id) as (
               select depends_on_id from dependencies where task_id = $1
               union
               select d.depends_on_id from dependencies d join waits_for w on d.task_id = w.id
             )
             select id from waits_for where id = $2",
        )
        .bind(from)
        .bind(to)
        .optional()
        .await?;
    Ok(found.is_some())
}

pub async fn remove(change: &mut Change, task: TaskRef, other: TaskRef) -> Result<()> {
    let (task, other) = (tasks::load_open(change, task).await?.task.id, tasks::load(change, other).await?.task.id);
    let before = find(change, task, other).await?.ok_or(Error::NotFound)?;
    let mut event = Draft::new("dependency.deleted");
    change.delete(&mut event, &before).await?;
    change.record(event).await
}
