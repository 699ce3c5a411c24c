//! Numbers of a project over time, from its log: the same for everyone who may see the project.
//!
//! - `span`  the time that is asked for, and its intervals
//! - `fold`  what each task was at a moment

mod fold;
mod span;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use self::fold::{Column, Fold, Notes, Task};
pub use self::span::{Interval, Span};
use crate::{
    auth::membership::Membership,
    base::{
        clock::{Day, Timestamp},
        error::{Error, Result},
        ids::{ColumnId, LabelId, MilestoneId, TaskId, UserId},
    },
    db::{Bind, Tx},
    log::facts,
    model::{boards::HELD, columns::ColumnKind},
};

/// The most tasks that a report lists.
const MOST_TASKS: usize = 5_000;
const DAY: i64 = 86_400_000;
const TENTH: i64 = DAY / 10;

/// What a report is about.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub span: Span,
    pub label: Option<LabelId>,
    /// `Some(None)` are tasks without an assignee.
    pub assignee: Option<Option<UserId>>,
    pub milestone: Option<Option<MilestoneId>>,
}

/// A report: its points, and what it is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Report<T> {
    pub interval: Interval,
    pub from: Day,
    pub to: Day,
    /// False where the log was trimmed before reports could read it: what was before that is missing.
    pub complete: bool,
    pub points: Vec<T>,
}

/// What there was at the end of an interval.
#[derive(Debug, Serialize, ToSchema)]
pub struct BurnupPoint {
    /// The first day of the interval.
    pub on: Day,
    /// How many tasks there were, completed or not, archived ones included, deleted ones not.
    pub scope: i64,
    /// How many of them were completed.
    pub done: i64,
}

/// What happened in an interval.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThroughputPoint {
    /// The first day of the interval.
    pub on: Day,
    pub created: i64,
    pub completed: i64,
    pub reopened: i64,
}

/// A task that was completed, and is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CycleTimePoint {
    pub task_id: TaskId,
    pub number: i64,
    pub title: String,
    pub completed_on: Day,
    /// From when it first came into a column of kind `active`, or else from its creation, until it was last completed; in
    /// tenths of a day.
    pub days: f64,
}

/// So many days or fewer had 50, 85 and 95 of 100 tasks; null where there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Percentiles {
    #[schema(required)]
    pub p50: Option<f64>,
    #[schema(required)]
    pub p85: Option<f64>,
    #[schema(required)]
    pub p95: Option<f64>,
}

/// Of more than 5,000 tasks the last ones are listed; the percentiles are of all.
#[derive(Debug, Serialize, ToSchema)]
pub struct CycleTime {
    #[serde(flatten)]
    pub report: Report<CycleTimePoint>,
    pub percentiles: Percentiles,
}

/// How many tasks were in each column at the end of an interval, in the order of `columns`.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowPoint {
    /// The first day of the interval.
    pub on: Day,
    /// Archived tasks are counted in their column.
    pub counts: Vec<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FlowColumn {
    pub id: ColumnId,
    pub name: String,
    pub kind: ColumnKind,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CumulativeFlow {
    #[serde(flatten)]
    pub report: Report<FlowPoint>,
    /// The columns in the order of the board, and those that were deleted and had tasks in this time.
    pub columns: Vec<FlowColumn>,
}

/// What a person had at the end of the time. A task of several people counts for each of them.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct WorkloadPoint {
    /// Null for tasks without an assignee.
    #[schema(required)]
    pub user_id: Option<UserId>,
    /// Neither completed nor archived.
    pub open: i64,
    /// Open, and due before the last day.
    pub overdue: i64,
    /// Open, and due on the last day or in the seven days behind it.
    pub due_this_week: i64,
    /// Completed in this time.
    pub completed: i64,
}

/// An open task in a column of kind `active`.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgeingPoint {
    pub task_id: TaskId,
    pub number: i64,
    pub title: String,
    pub column_id: ColumnId,
    /// Since when it is worked on, in tenths of a day.
    pub days: f64,
    pub since: Timestamp,
}

/// Of more than 5,000 tasks the oldest are listed; the percentiles are of all.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ageing {
    #[serde(flatten)]
    pub report: Report<AgeingPoint>,
    pub percentiles: Percentiles,
}

impl Wanted {
    fn report<T>(&self, complete: bool, points: Vec<T>) -> Report<T> {
        let Span { interval, from, to, .. } = &self.span;
        Report { interval: *interval, from: from.clone(), to: to.clone(), complete, points }
    }
}

/// Read the facts and go through them, on a thread that no other request waits for.
async fn fold<N: Notes + Send + 'static>(
    tx: &mut Tx,
    by: &Membership,
    wanted: &Wanted,
    mut notes: N,
) -> Result<(Fold, N)> {
    let chunks = facts::load(tx, by.project(), HELD).await?;
    let wanted = wanted.clone();
    let folded = tokio::task::spawn_blocking(move || {
        let fold = Fold::run(&chunks, &wanted, &wanted.span.ends, &mut notes)?;
        Ok((fold, notes))
    });
    folded.await.map_err(|error| Error::Internal(error.to_string()))?
}

#[derive(Default)]
struct Burnup {
    scope: i64,
    done: i64,
    points: Vec<(i64, i64)>,
}

impl Notes for Burnup {
    fn changed(&mut self, fold: &Fold, before: Option<&Task>, after: &Task, _: bool) {
        let counted = |task: &&Task| task.there && fold.filter.matches(task);
        for (task, weight) in [(before, -1), (Some(after), 1)] {
            if let Some(task) = task.filter(counted) {
                self.scope += weight;
                self.done += if task.completed { weight } else { 0 };
            }
        }
    }

    fn end_interval(&mut self) {
        self.points.push((self.scope, self.done));
    }
}

pub async fn burnup(by: &Membership, wanted: &Wanted) -> Result<Report<BurnupPoint>> {
    let mut tx = by.read().await?;
    let (fold, notes) = fold(&mut tx, by, wanted, Burnup::default()).await?;
    let points = wanted.span.firsts.iter().zip(notes.points);
    let points = points.map(|(on, (scope, done))| BurnupPoint { on: on.clone(), scope, done }).collect();
    Ok(wanted.report(fold.complete, points))
}

#[derive(Default)]
struct Throughput {
    begin: i64,
    now: [i64; 3],
    points: Vec<[i64; 3]>,
}

impl Notes for Throughput {
    fn changed(&mut self, fold: &Fold, before: Option<&Task>, after: &Task, base: bool) {
        if base || fold.at < self.begin || !fold.filter.matches(after) {
            return;
        }
        let was = before.is_some_and(|task| task.completed);
        self.now[0] += i64::from(before.is_none());
        self.now[1] += i64::from(after.completed && !was);
        self.now[2] += i64::from(was && !after.completed);
    }

    fn end_interval(&mut self) {
        self.points.push(std::mem::take(&mut self.now));
    }
}

pub async fn throughput(by: &Membership, wanted: &Wanted) -> Result<Report<ThroughputPoint>> {
    let mut tx = by.read().await?;
    let notes = Throughput { begin: wanted.span.begin, ..Throughput::default() };
    let (fold, notes) = fold(&mut tx, by, wanted, notes).await?;
    let points = wanted.span.firsts.iter().zip(notes.points);
    let points = points.map(|(on, [created, completed, reopened])| ThroughputPoint {
        on: on.clone(),
        created,
        completed,
        reopened,
    });
    Ok(wanted.report(fold.complete, points.collect()))
}

#[derive(Default)]
struct Flow {
    now: HashMap<u32, i64>,
    points: Vec<HashMap<u32, i64>>,
}

impl Notes for Flow {
    fn changed(&mut self, fold: &Fold, before: Option<&Task>, after: &Task, _: bool) {
        let counted = |task: &&Task| task.there && fold.filter.matches(task);
        for (task, weight) in [(before, -1), (Some(after), 1)] {
            if let Some(task) = task.filter(counted) {
                *self.now.entry(task.column).or_default() += weight;
            }
        }
    }

    fn end_interval(&mut self) {
        self.points.push(self.now.clone());
    }
}

pub async fn cumulative_flow(by: &Membership, wanted: &Wanted) -> Result<CumulativeFlow> {
    let mut tx = by.read().await?;
    let (fold, notes) = fold(&mut tx, by, wanted, Flow::default()).await?;
    let held: HashSet<u32> =
        notes.points.iter().flatten().filter(|(_, count)| **count > 0).map(|(column, _)| *column).collect();
    let mut columns: Vec<(u32, &Column)> = fold.columns.iter().map(|(number, column)| (*number, column)).collect();
    columns.retain(|(number, column)| !column.gone || held.contains(number));
    columns.sort_by_key(|(number, column)| (&column.position, column.gone, fold.ids.get(*number)));
    let points = wanted.span.firsts.iter().zip(&notes.points).map(|(on, counts)| FlowPoint {
        on: on.clone(),
        counts: columns.iter().map(|(number, _)| counts.get(number).copied().unwrap_or(0)).collect(),
    });
    let report = wanted.report(fold.complete, points.collect());
    let columns = columns.into_iter().map(|(number, column)| FlowColumn {
        id: ColumnId(fold.ids.get(number)),
        name: column.name.clone(),
        kind: column.kind,
    });
    Ok(CumulativeFlow { report, columns: columns.collect() })
}

/// In tenths of a day, rounded.
fn tenths(milliseconds: i64) -> i64 {
    (milliseconds.max(0) + TENTH / 2) / TENTH
}

fn days(tenths: i64) -> f64 {
    f64::from(i32::try_from(tenths).unwrap_or(i32::MAX)) / 10.0
}

/// By nearest rank, of tenths of days.
fn percentiles(mut tenths: Vec<i64>) -> Percentiles {
    tenths.sort_unstable();
    let rank = |percent: usize| {
        let at = (tenths.len() * percent).div_ceil(100).checked_sub(1)?;
        tenths.get(at).copied().map(days)
    };
    Percentiles { p50: rank(50), p85: rank(85), p95: rank(95) }
}

/// The numbers and titles of tasks that are not in the trash.
async fn named(tx: &mut Tx, by: &Membership, tasks: &[Uuid]) -> Result<HashMap<Uuid, (i64, String)>> {
    let rows: Vec<(TaskId, i64, String)> = tx
        .query(
            "select t.id, t.number, t.title from {rows $1: id uuid} r
             join tasks t on t.id = r.id
             where t.project_id = $2 and t.trashed_at is null",
        )
        .bind_rows(tasks, |cells, id| cells.bind(*id))
        .bind(by.project())
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id, number, title)| (id.0, (number, title))).collect())
}

pub async fn cycle_time(by: &Membership, wanted: &Wanted) -> Result<CycleTime> {
    let mut tx = by.read().await?;
    let (fold, ()) = fold(&mut tx, by, wanted, ()).await?;
    let completed = fold.tasks().filter(|(_, task)| task.completed && wanted.span.holds(task.completed_at));
    let mut found: Vec<(i64, Uuid, i64)> = completed
        .map(|(id, task)| (task.completed_at, id, tenths(task.completed_at - task.begun_at(task.completed_at))))
        .collect();
    let percentiles = percentiles(found.iter().map(|(.., tenths)| *tenths).collect());
    found.sort_unstable();
    let found = &found[found.len().saturating_sub(MOST_TASKS)..];
    let ids: Vec<Uuid> = found.iter().map(|(_, id, _)| *id).collect();
    let mut names = named(&mut tx, by, &ids).await?;
    let points = found.iter().filter_map(|(at, id, tenths)| {
        let (number, title) = names.remove(id)?;
        let (completed_on, _) = Day::at(Timestamp(*at), wanted.span.zone.as_deref());
        Some(CycleTimePoint { task_id: TaskId(*id), number, title, completed_on, days: days(*tenths) })
    });
    Ok(CycleTime { report: wanted.report(fold.complete, points.collect()), percentiles })
}

pub async fn ageing(by: &Membership, wanted: &Wanted) -> Result<Ageing> {
    let mut tx = by.read().await?;
    let (fold, ()) = fold(&mut tx, by, wanted, ()).await?;
    let active = |column: u32| fold.columns.get(&column).is_some_and(|column| column.kind == ColumnKind::Active);
    let until = wanted.span.until;
    let mut found: Vec<(i64, Uuid, u32)> = fold
        .tasks()
        .filter(|(_, task)| !task.completed && !task.archived && active(task.column))
        .map(|(id, task)| (task.begun_at(i64::MAX), id, task.column))
        .collect();
    let percentiles = percentiles(found.iter().map(|(since, ..)| tenths(until - since)).collect());
    found.sort_unstable();
    found.truncate(MOST_TASKS);
    let ids: Vec<Uuid> = found.iter().map(|(_, id, _)| *id).collect();
    let mut names = named(&mut tx, by, &ids).await?;
    let points = found.iter().filter_map(|(since, id, column)| {
        let (number, title) = names.remove(id)?;
        let column_id = ColumnId(fold.ids.get(*column));
        let (days, since) = (days(tenths(until - since)), Timestamp(*since));
        Some(AgeingPoint { task_id: TaskId(*id), number, title, column_id, days, since })
    });
    Ok(Ageing { report: wanted.report(fold.complete, points.collect()), percentiles })
}

/// A day as tasks are due on it in the facts.
fn number_of(day: Option<Day>) -> u32 {
    day.and_then(|day| day.to_string().replace('-', "").parse().ok()).unwrap_or(u32::MAX)
}

pub async fn workload(by: &Membership, wanted: &Wanted) -> Result<Report<WorkloadPoint>> {
    let mut tx = by.read().await?;
    let (fold, ()) = fold(&mut tx, by, wanted, ()).await?;
    let last = &wanted.span.last;
    let (today, week) = (number_of(Some(last.clone())), number_of(last.plus(7)));
    let mut people: BTreeMap<Option<Uuid>, WorkloadPoint> = BTreeMap::new();
    for (_, task) in fold.tasks() {
        let open = !task.completed && !task.archived;
        let completed = task.completed && wanted.span.holds(task.completed_at);
        if !open && !completed {
            continue;
        }
        let assignees = task.assignees.iter().map(|user| Some(fold.ids.get(*user)));
        let of: Vec<Option<Uuid>> = if task.assignees.is_empty() { vec![None] } else { assignees.collect() };
        // A person who is asked for is not asked about others with whom they share a task.
        let only = wanted.assignee.map(|user| user.map(|user| user.0));
        for user in of.into_iter().filter(|user| only.is_none_or(|only| only == *user)) {
            let point = people.entry(user).or_default();
            point.open += i64::from(open);
            point.completed += i64::from(completed);
            if let Some(due_on) = task.due_on.filter(|_| open) {
                point.overdue += i64::from(due_on < today);
                point.due_this_week += i64::from((today..=week).contains(&due_on));
            }
        }
    }
    let points = people.into_iter().map(|(user, point)| WorkloadPoint { user_id: user.map(UserId), ..point });
    let mut points: Vec<WorkloadPoint> = points.collect();
    points.sort_by_key(|point| (-point.open, point.user_id));
    Ok(wanted.report(fold.complete, points))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_days_that_a_task_had() {
        assert_eq!(percentiles(vec![]), Percentiles::default());
        let one = percentiles(vec![15]);
        assert_eq!((one.p50, one.p85, one.p95), (Some(1.5), Some(1.5), Some(1.5)));
        let hundred = percentiles((1..=100).rev().collect());
        assert_eq!((hundred.p50, hundred.p85, hundred.p95), (Some(5.0), Some(8.5), Some(9.5)));
    }

    #[test]
    fn days_are_rounded_to_tenths() {
        assert_eq!([0, TENTH / 2 - 1, TENTH / 2, DAY, -5].map(tenths), [0, 0, 1, 10, 0]);
    }
}
