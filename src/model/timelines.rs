//! The plan: bars from start and due dates, what waits for what, and what moves along.
//!
//! Slack and critical path follow the critical path method (Kelley and Walker, "Critical-Path Planning and
//! Scheduling", 1959) on the dates as they are planned: a task's slack is how many days later it may end
//! without moving the end of the plan, and the tasks without slack are critical. Days are inclusive: a task
//! that ends on a Friday lets the next begin on Saturday, plus the dependency's lag.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    change::Change,
    clock::Day,
    error::Result,
    event::Draft,
    ids::{ProjectId, TaskId},
    model::{
        dependencies::{self, Dependency},
        milestones::{self, Milestone},
        nullable,
        tasks::{self, Task, TaskDetail, TaskRef},
    },
};

#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    pub epoch: String,
    pub seq: i64,
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

#[derive(Debug, Serialize, ToSchema)]
pub struct Scheduled {
    /// Every task that moved.
    pub tasks: Vec<TaskDetail>,
    /// The event that says so.
    pub seq: i64,
}

/// First and last day of a task on the plan; one date alone is a bar of one day.
type Bar = (Day, Day);

fn bar(start_on: Option<&Day>, due_on: Option<&Day>) -> Option<Bar> {
    let start = start_on.or(due_on)?;
    Some((start.clone(), due_on.unwrap_or(start).clone()))
}

pub async fn find(app: &App, project: ProjectId) -> Result<Timeline> {
    let mut tx = app.db.read().await?;
    let (seq,): (i64,) = tx.query("select seq from projects where id = $1").bind(project).one().await?;
    let mut tasks = tasks::all(&mut tx, project).await?;
    let milestones = milestones::all(&mut tx, project).await?;
    let dependencies = dependencies::all(&mut tx, project).await?;
    tasks.retain(|task| task.archived_at.is_none() && (task.start_on.is_some() || task.due_on.is_some()));
    let bars: HashMap<TaskId, Bar> =
        tasks.iter().filter_map(|task| Some((task.id, bar(task.start_on.as_ref(), task.due_on.as_ref())?))).collect();
    tasks.sort_by(|a, b| bars.get(&a.id).cmp(&bars.get(&b.id)).then(a.number.cmp(&b.number)));
    let slack = slack(&bars, &dependencies);
    let critical_path =
        tasks.iter().map(|task| task.id).filter(|id| slack.get(id).is_some_and(|days| *days <= 0)).collect();
    Ok(Timeline { epoch: app.epoch.to_string(), seq, tasks, milestones, dependencies, critical_path, slack })
}

/// Tasks in an order in which each comes after all that it depends on.
fn topological(among: &HashSet<TaskId>, dependencies: &[Dependency]) -> Vec<TaskId> {
    let inside = |d: &&Dependency| among.contains(&d.task_id) && among.contains(&d.depends_on_id);
    let mut waiting: HashMap<TaskId, usize> = HashMap::new();
    for dependency in dependencies.iter().filter(inside) {
        *waiting.entry(dependency.task_id).or_default() += 1;
    }
    let mut ready: Vec<TaskId> = among.iter().copied().filter(|task| !waiting.contains_key(task)).collect();
    ready.sort_unstable();
    let mut ready = VecDeque::from(ready);
    let mut next: HashMap<TaskId, Vec<TaskId>> = HashMap::new();
    for dependency in dependencies.iter().filter(inside) {
        next.entry(dependency.depends_on_id).or_default().push(dependency.task_id);
    }
    let mut order = Vec::with_capacity(among.len());
    while let Some(task) = ready.pop_front() {
        order.push(task);
        for follower in next.get(&task).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(follower) {
                *count -= 1;
                if *count == 0 {
                    ready.push_back(*follower);
                }
            }
        }
    }
    order
}

fn slack(bars: &HashMap<TaskId, Bar>, dependencies: &[Dependency]) -> BTreeMap<TaskId, i64> {
    let Some(end) = bars.values().map(|(_, due)| due).max() else { return BTreeMap::new() };
    let among = bars.keys().copied().collect();
    let mut followers: HashMap<TaskId, Vec<&Dependency>> = HashMap::new();
    for dependency in dependencies {
        followers.entry(dependency.depends_on_id).or_default().push(dependency);
    }
    let mut slack: BTreeMap<TaskId, i64> = BTreeMap::new();
    for task in topological(&among, dependencies).into_iter().rev() {
        let Some((_, due)) = bars.get(&task) else { continue };
        let mut room = end.since(due);
        for dependency in followers.get(&task).into_iter().flatten() {
            if let (Some((start, _)), Some(later)) = (bars.get(&dependency.task_id), slack.get(&dependency.task_id)) {
                room = room.min(start.since(due) - 1 - dependency.lag_days + later);
            }
        }
        slack.insert(task, room);
    }
    slack
}

/// Everything that waits for a task, over any number of steps.
fn followers(of: TaskId, dependencies: &[Dependency]) -> HashSet<TaskId> {
    let mut found = HashSet::new();
    let mut open = vec![of];
    while let Some(task) = open.pop() {
        for dependency in dependencies.iter().filter(|d| d.depends_on_id == task) {
            if found.insert(dependency.task_id) {
                open.push(dependency.task_id);
            }
        }
    }
    found
}

/// By how many days each follower moves when the bars of `moved` are as they are now.
fn pushes(
    moved: TaskId,
    bars: &HashMap<TaskId, Bar>,
    fixed: &HashSet<TaskId>,
    dependencies: &[Dependency],
) -> HashMap<TaskId, i64> {
    let following = followers(moved, dependencies);
    let mut bars = bars.clone();
    let mut days = HashMap::new();
    for task in topological(&following, dependencies) {
        let Some((start, due)) = bars.get(&task).cloned().filter(|_| !fixed.contains(&task)) else { continue };
        let needed = dependencies
            .iter()
            .filter(|d| d.task_id == task)
            .filter_map(|d| bars.get(&d.depends_on_id).map(|(_, due)| due.plus(1 + d.lag_days)))
            .max();
        let by = needed.map_or(0, |needed| needed.since(&start));
        if by > 0 {
            bars.insert(task, (start.plus(by), due.plus(by)));
            days.insert(task, by);
        }
    }
    days
}

#[derive(sqlx::FromRow)]
struct Dates {
    id: TaskId,
    start_on: Option<Day>,
    due_on: Option<Day>,
    fixed: bool,
}

/// Move or resize a task's bar, and what waits for it along with it: one transaction, one event.
pub async fn schedule(change: &mut Change, task: TaskRef, schedule: Schedule) -> Result<Scheduled> {
    let before = tasks::load(change, task).await?;
    change.check_match("tasks", &before, &["start_on", "due_on"]).await?;
    let mut after = before.clone();
    if let Some(start_on) = schedule.start_on {
        after.task.start_on = start_on;
    }
    if let Some(due_on) = schedule.due_on {
        after.task.due_on = due_on;
    }
    let mut draft = Draft::new("timeline.shifted");
    let days = if schedule.dependents == Dependents::Keep {
        HashMap::new()
    } else {
        moves(change, &before.task, &after.task, schedule.dependents).await?
    };
    let seq = change.seq();
    let mut moved = vec![];
    let after = tasks::save(change, &mut draft, &before, after).await?;
    if after != before {
        moved.push(after);
    }
    let mut days: Vec<_> = days.into_iter().collect();
    days.sort_unstable();
    for (follower, by) in days {
        let before = tasks::load(change, TaskRef::Id(follower)).await?;
        let mut after = before.clone();
        after.task.start_on = after.task.start_on.map(|day| day.plus(by));
        after.task.due_on = after.task.due_on.map(|day| day.plus(by));
        moved.push(tasks::save(change, &mut draft, &before, after).await?);
    }
    let seq = if draft.is_empty() { seq - 1 } else { seq };
    change.record(draft).await?;
    Ok(Scheduled { tasks: moved, seq })
}

/// Which followers move, and by how many days. What is completed or archived stays where it was.
async fn moves(
    change: &mut Change,
    before: &Task,
    after: &Task,
    dependents: Dependents,
) -> Result<HashMap<TaskId, i64>> {
    let project = change.project();
    let dependencies = dependencies::all(change.tx(), project).await?;
    let rows: Vec<Dates> = change
        .query(
            "select id, start_on, due_on, (completed_at is not null or archived_at is not null) as fixed from tasks
             where project_id = $1 and (start_on is not null or due_on is not null)",
        )
        .bind(project)
        .all()
        .await?;
    let fixed: HashSet<TaskId> = rows.iter().filter(|row| row.fixed).map(|row| row.id).collect();
    let mut bars: HashMap<TaskId, Bar> =
        rows.iter().filter_map(|row| Some((row.id, bar(row.start_on.as_ref(), row.due_on.as_ref())?))).collect();
    let was = bar(before.start_on.as_ref(), before.due_on.as_ref());
    let is = bar(after.start_on.as_ref(), after.due_on.as_ref());
    match (&is, dependents) {
        (None, _) => Ok(HashMap::new()),
        (Some(is), Dependents::Push) => {
            bars.insert(after.id, is.clone());
            Ok(pushes(after.id, &bars, &fixed, &dependencies))
        }
        (Some((_, due)), _) => {
            let by = was.map_or(0, |(_, was)| due.since(&was));
            let following = followers(after.id, &dependencies);
            Ok(following
                .into_iter()
                .filter(|task| by != 0 && bars.contains_key(task) && !fixed.contains(task))
                .map(|task| (task, by))
                .collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::DependencyId;

    fn day(text: &str) -> Day {
        serde_json::from_value(serde_json::json!(text)).unwrap()
    }

    fn wait(task: TaskId, depends_on: TaskId, lag_days: i64) -> Dependency {
        Dependency { id: DependencyId::new(), task_id: task, depends_on_id: depends_on, lag_days, version: 1 }
    }

    fn ids<const N: usize>() -> [TaskId; N] {
        std::array::from_fn(|_| TaskId::new())
    }

    #[test]
    fn slack_is_counted_to_the_end_of_the_plan() {
        let [a, b, c] = ids();
        let bars = HashMap::from([
            (a, (day("2026-03-02"), day("2026-03-03"))),
            (b, (day("2026-03-04"), day("2026-03-06"))),
            (c, (day("2026-03-03"), day("2026-03-04"))),
        ]);
        let slack = slack(&bars, &[wait(b, a, 0)]);
        assert_eq!(slack, BTreeMap::from([(a, 0), (b, 0), (c, 2)]));
    }

    #[test]
    fn a_broken_dependency_has_negative_slack() {
        let [a, b] = ids();
        let bars =
            HashMap::from([(a, (day("2026-03-02"), day("2026-03-05"))), (b, (day("2026-03-04"), day("2026-03-06")))]);
        assert_eq!(slack(&bars, &[wait(b, a, 0)])[&a], -2);
    }

    #[test]
    fn pushing_consumes_slack_before_it_moves_anything() {
        let [a, b, c] = ids();
        let dependencies = [wait(b, a, 0), wait(c, b, 1)];
        let bars = |due: &str| {
            HashMap::from([
                (a, (day("2026-03-02"), day(due))),
                (b, (day("2026-03-05"), day("2026-03-06"))),
                (c, (day("2026-03-10"), day("2026-03-11"))),
            ])
        };
        let fixed = HashSet::new();
        assert_eq!(pushes(a, &bars("2026-03-04"), &fixed, &dependencies), HashMap::new());
        assert_eq!(pushes(a, &bars("2026-03-05"), &fixed, &dependencies), HashMap::from([(b, 1)]));
        assert_eq!(pushes(a, &bars("2026-03-08"), &fixed, &dependencies), HashMap::from([(b, 4), (c, 2)]));
        let fixed = HashSet::from([b]);
        assert_eq!(pushes(a, &bars("2026-03-08"), &fixed, &dependencies), HashMap::new());
    }

    #[test]
    fn a_diamond_is_pushed_once_by_its_longer_side() {
        let [a, b, c, d] = ids();
        let dependencies = [wait(b, a, 0), wait(c, a, 0), wait(d, b, 0), wait(d, c, 0)];
        let bars = HashMap::from([
            (a, (day("2026-03-02"), day("2026-03-04"))),
            (b, (day("2026-03-03"), day("2026-03-03"))),
            (c, (day("2026-03-03"), day("2026-03-06"))),
            (d, (day("2026-03-07"), day("2026-03-07"))),
        ]);
        let days = pushes(a, &bars, &HashSet::new(), &dependencies);
        assert_eq!(days, HashMap::from([(b, 2), (c, 2), (d, 2)]));
    }
}
