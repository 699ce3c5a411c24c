//! The timeline: bars from start and due dates, what waits for what, and what moves along.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::membership::Membership,
    base::{
        clock::Day,
        error::{Error, Result},
        ids::TaskId,
    },
    change::{Change, InSnapshot},
    db::Tx,
    log::{self, Draft},
    model::{
        dependencies::Dependency,
        milestones::Milestone,
        nullable,
        plan::{self, Bar},
        tasks::{self, Task, TaskDetail, TaskRef, reschedule_all},
    },
};

#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    pub epoch: String,
    /// The last event that is in this timeline.
    pub seq: i64,
    /// Where a stream or a page of the log goes on: behind that event, in this history.
    pub cursor: String,
    /// Those that have a date and are not archived, by their start.
    pub tasks: Vec<Task>,
    pub milestones: Vec<Milestone>,
    pub dependencies: Vec<Dependency>,
    /// The tasks without slack, in the order of their start.
    pub critical_path: Vec<TaskId>,
    /// Days that a task may end later without moving the plan's end; negative where the plan breaks a dependency.
    #[schema(value_type = std::collections::HashMap<String, i64>)]
    pub slack: BTreeMap<TaskId, i64>,
}

/// What happens to the tasks that wait for this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dependents {
    /// Only this task moves.
    Keep,
    /// They move as far as the plan now demands, consuming slack.
    Push,
    /// All that follow move by the same days, keeping slack.
    Shift,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    #[serde(default, deserialize_with = "nullable")]
    pub start_on: Option<Option<Day>>,
    #[serde(default, deserialize_with = "nullable")]
    pub due_on: Option<Option<Day>>,
    pub dependents: Dependents,
}

impl Schedule {
    /// The dates that it gives to a task.
    fn dates(&self, task: &Task) -> (Option<Day>, Option<Day>) {
        (
            self.start_on.clone().unwrap_or_else(|| task.start_on.clone()),
            self.due_on.clone().unwrap_or_else(|| task.due_on.clone()),
        )
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Scheduled {
    /// Every task that moved.
    pub tasks: Vec<TaskDetail>,
    /// The event that says so.
    pub seq: i64,
}

/// The timeline of a project. The caller names the epoch that `seq` belongs to.
pub async fn find(by: &Membership, epoch: &str) -> Result<Timeline> {
    let mut tx = by.read().await?;
    let head = log::read::head_in(&mut tx, by.project()).await?;
    let mut tasks = Task::load_all(&mut tx, by).await?;
    let milestones = tx.query(Milestone::ALL).bind(by.project()).all().await?;
    let dependencies: Vec<Dependency> = tx.query(Dependency::ALL).bind(by.project()).all().await?;
    tasks.retain(|task| task.start_on.is_some() || task.due_on.is_some());
    let bars: HashMap<TaskId, Bar> = tasks
        .iter()
        .filter_map(|task| Some((task.id, plan::bar(task.start_on.as_ref(), task.due_on.as_ref())?)))
        .collect();
    tasks.sort_by(|a, b| bars.get(&a.id).cmp(&bars.get(&b.id)).then(a.number.cmp(&b.number)));
    let slack = plan::slack(&bars, &dependencies);
    let critical_path = tasks.iter().map(|task| task.id).filter(|id| plan::is_critical(&slack, *id)).collect();
    let (epoch, seq, cursor) = (epoch.to_owned(), head.seq, head.cursor(epoch));
    Ok(Timeline { epoch, seq, cursor, tasks, milestones, dependencies, critical_path, slack })
}

/// What follows a task that is moved, as it was at one moment.
pub struct Followers {
    /// The last event at that moment.
    seq: i64,
    moves: Moves,
}

/// Tasks that move along, each as it was and as it becomes.
type Moves = Vec<(TaskDetail, TaskDetail)>;

/// Look up what follows a task before its project is locked. On `SQLite` all writers wait for one that holds a lock, so that
/// thousands of followers had better be read before. It is a hint: when something happened in the project meanwhile, and
/// when it failed, they are read behind the lock, where whatever is wrong with the request is found in its order.
pub async fn followers(by: &Membership, task: TaskRef, schedule: &Schedule) -> Option<Followers> {
    if schedule.dependents == Dependents::Keep {
        return None;
    }
    read_followers(by, task, schedule).await.ok()
}

async fn read_followers(by: &Membership, task: TaskRef, schedule: &Schedule) -> Result<Followers> {
    let mut tx = by.read().await?;
    let seq = log::read::head_in(&mut tx, by.project()).await?.seq;
    let before = tasks::find_in(&mut tx, by, task).await?.task;
    let moves = moves(&mut tx, &before, &schedule.dates(&before), schedule.dependents).await?;
    Ok(Followers { seq, moves })
}

/// Move or resize a task's bar, and what waits for it along with it: one transaction, one event, and a constant number
/// of statements however many tasks follow.
pub async fn schedule(
    change: &mut Change,
    task: TaskRef,
    schedule: &Schedule,
    followers: Option<Followers>,
) -> Result<Scheduled> {
    let before = tasks::load_open(change, task).await?;
    let dates = schedule.dates(&before.task);
    let mut event = Draft::new("timeline.shifted");
    let after = tasks::schedule(change, &mut event, &before, dates.clone()).await?;
    let mut moved = vec![];
    let following = match followers.filter(|early| early.seq + 1 == change.seq()) {
        Some(early) => early.moves,
        None => moves(change.tx(), &before.task, &dates, schedule.dependents).await?,
    };
    if after != before {
        moved.push(after);
    }
    moved.extend(reschedule_all(change, &mut event, following).await?);
    let seq = if event.is_empty() { change.seq() - 1 } else { change.seq() };
    change.record(event).await?;
    Ok(Scheduled { tasks: moved, seq })
}

/// The links by which tasks wait for `$1`, over any number of steps, and whatever else those tasks wait for.
const LINKS: &str = "
    select d.id, d.task_id, d.depends_on_id, d.lag_days, d.version from dependencies d
    where d.task_id in (
      with recursive following (id) as (
        select task_id from dependencies where depends_on_id = $1
        union
        select d.task_id from dependencies d join following f on d.depends_on_id = f.id
      )
      select id from following
    )
    order by d.id";

/// The dates of the tasks at both ends of those links.
const DATES: &str = "
    select t.id, t.start_on, t.due_on, (t.completed_at is not null or t.archived_at is not null) as fixed from tasks t
    where t.id in (
      with recursive following (id) as (
        select task_id from dependencies where depends_on_id = $1
        union
        select d.task_id from dependencies d join following f on d.depends_on_id = f.id
      )
      select id from following
      union
      select d.depends_on_id from dependencies d join following f on d.task_id = f.id
    )";

#[derive(sqlx_macros::FromRow)]
struct Dates {
    id: TaskId,
    start_on: Option<Day>,
    due_on: Option<Day>,
    fixed: bool,
}

/// Which followers of a task move when it gets other dates. What is completed or archived stays where it is.
async fn moves(
    tx: &mut Tx,
    task: &Task,
    (start_on, due_on): &(Option<Day>, Option<Day>),
    dependents: Dependents,
) -> Result<Moves> {
    let Some(bar) = plan::bar(start_on.as_ref(), due_on.as_ref()).filter(|_| dependents != Dependents::Keep) else {
        return Ok(vec![]);
    };
    let links: Vec<Dependency> = tx.query(LINKS).bind(task.id).all().await?;
    let rows: Vec<Dates> = tx.query(DATES).bind(task.id).all().await?;
    let fixed: HashSet<TaskId> = rows.iter().filter(|row| row.fixed).map(|row| row.id).collect();
    let mut bars: HashMap<TaskId, Bar> =
        rows.iter().filter_map(|row| Some((row.id, plan::bar(row.start_on.as_ref(), row.due_on.as_ref())?))).collect();
    let (_, due) = bar.clone();
    // The rows have the task as it is, or as it already is in this transaction.
    bars.insert(task.id, bar);
    let days = if dependents == Dependents::Push {
        plan::pushes(task.id, bars, &fixed, &links).ok_or_else(beyond_the_calendar)?
    } else {
        let was = plan::bar(task.start_on.as_ref(), task.due_on.as_ref());
        let by = was.map_or(0, |(_, was)| due.since(&was));
        let follow = plan::followers(task.id, &links).into_iter();
        follow.filter(|id| by != 0 && bars.contains_key(id) && !fixed.contains(id)).map(|id| (id, by)).collect()
    };
    let mut found = tasks::load_all(tx, days.keys().copied()).await?;
    // As they were made, which is how the database keeps them: rows that are neighbours are written one after the other.
    found.sort_unstable_by_key(|task| task.task.id);
    let moved = |day: &Option<Day>, by: i64| match day {
        Some(day) => day.plus(by).map(Some).ok_or_else(beyond_the_calendar),
        None => Ok(None),
    };
    let pair = |before: TaskDetail| {
        let by = days.get(&before.task.id).copied().unwrap_or(0);
        let mut after = before.clone();
        after.task.start_on = moved(&before.task.start_on, by)?;
        after.task.due_on = moved(&before.task.due_on, by)?;
        Ok((before, after))
    };
    found.into_iter().map(pair).collect()
}

fn beyond_the_calendar() -> Error {
    Error::invalid("/dependents", "would move a task out of the calendar, which is 1900 to 2999")
}
