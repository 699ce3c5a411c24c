//! The plan as numbers: bars, slack, the critical path, and what moves along. Nothing here reads a database.
//!
//! Slack and critical path follow the critical path method (Kelley and Walker, "Critical-Path Planning and
//! Scheduling", 1959) on the dates as they are planned: a task's slack is how many days later it may end
//! without moving the end of the plan, and the tasks without slack are critical. Days are inclusive: a task
//! that ends on a Friday lets the next begin on Saturday, plus the dependency's lag.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use crate::{
    base::{clock::Day, ids::TaskId},
    model::dependencies::Dependency,
};

/// First and last day of a task on the plan; one date alone is a bar of one day.
pub type Bar = (Day, Day);

pub fn bar(start_on: Option<&Day>, due_on: Option<&Day>) -> Option<Bar> {
    let start = start_on.or(due_on)?;
    Some((start.clone(), due_on.unwrap_or(start).clone()))
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

/// The slack of every bar, in days; negative where the plan breaks a dependency.
pub fn slack(bars: &HashMap<TaskId, Bar>, dependencies: &[Dependency]) -> BTreeMap<TaskId, i64> {
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

/// A task is critical when it cannot end later without moving the end of the plan.
pub fn is_critical(slack: &BTreeMap<TaskId, i64>, task: TaskId) -> bool {
    slack.get(&task).is_some_and(|days| *days <= 0)
}

/// By how many days each follower of `moved` moves, where the bars are as they are now and those in `fixed` stay; nothing
/// when one of them would leave the calendar. Takes time in proportion to the links; `dependencies` holds those of the
/// followers, all that each of them waits for.
pub fn pushes(
    moved: TaskId,
    mut bars: HashMap<TaskId, Bar>,
    fixed: &HashSet<TaskId>,
    dependencies: &[Dependency],
) -> Option<HashMap<TaskId, i64>> {
    let mut waits_for: HashMap<TaskId, Vec<&Dependency>> = HashMap::new();
    for dependency in dependencies {
        waits_for.entry(dependency.task_id).or_default().push(dependency);
    }
    let following = followers(moved, dependencies);
    let mut days = HashMap::new();
    for task in topological(&following, dependencies) {
        let Some((start, due)) = bars.get(&task).cloned().filter(|_| !fixed.contains(&task)) else { continue };
        let by = waits_for
            .get(&task)
            .into_iter()
            .flatten()
            .filter_map(|link| bars.get(&link.depends_on_id).map(|(_, due)| due.since(&start) + 1 + link.lag_days))
            .max()
            .unwrap_or(0);
        if by > 0 {
            bars.insert(task, (start.plus(by)?, due.plus(by)?));
            days.insert(task, by);
        }
    }
    Some(days)
}

/// Everything that waits for a task, over any number of steps.
pub fn followers(of: TaskId, dependencies: &[Dependency]) -> HashSet<TaskId> {
    let mut next: HashMap<TaskId, Vec<TaskId>> = HashMap::new();
    for dependency in dependencies {
        next.entry(dependency.depends_on_id).or_default().push(dependency.task_id);
    }
    let mut found = HashSet::new();
    let mut open = vec![of];
    while let Some(task) = open.pop() {
        for follower in next.get(&task).into_iter().flatten() {
            if found.insert(*follower) {
                open.push(*follower);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::base::ids::DependencyId;

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
        assert_eq!(pushes(a, bars("2026-03-04"), &fixed, &dependencies), Some(HashMap::new()));
        assert_eq!(pushes(a, bars("2026-03-05"), &fixed, &dependencies), Some(HashMap::from([(b, 1)])));
        assert_eq!(pushes(a, bars("2026-03-08"), &fixed, &dependencies), Some(HashMap::from([(b, 4), (c, 2)])));
        let fixed = HashSet::from([b]);
        assert_eq!(pushes(a, bars("2026-03-08"), &fixed, &dependencies), Some(HashMap::new()));
    }

    #[test]
    fn nothing_is_pushed_out_of_the_calendar() {
        let [a, b] = ids();
        let bars = |due: &str| {
            HashMap::from([(a, (day("2999-12-01"), day(due))), (b, (day("2999-12-20"), day("2999-12-30")))])
        };
        let dependencies = [wait(b, a, 0)];
        let pushed = pushes(a, bars("2999-12-20"), &HashSet::new(), &dependencies);
        assert_eq!(pushed, Some(HashMap::from([(b, 1)])));
        assert_eq!(pushes(a, bars("2999-12-21"), &HashSet::new(), &dependencies), None);
        assert_eq!(pushes(a, bars("2999-12-31"), &HashSet::new(), &dependencies), None);
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
        let days = pushes(a, bars, &HashSet::new(), &dependencies).unwrap();
        assert_eq!(days, HashMap::from([(b, 2), (c, 2), (d, 2)]));
    }

    /// The page's tests read the same file.
    #[test]
    fn slack_and_critical_path_are_those_of_the_fixture() {
        #[derive(Deserialize)]
        struct Case {
            name: String,
            tasks: Vec<Dated>,
            dependencies: Vec<Link>,
            slack: BTreeMap<String, i64>,
            critical: Vec<String>,
        }
        #[derive(Deserialize)]
        struct Dated {
            id: String,
            start_on: Option<Day>,
            due_on: Option<Day>,
        }
        #[derive(Deserialize)]
        struct Link {
            task_id: String,
            depends_on_id: String,
            lag_days: i64,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/fixtures/critical-path.json")).unwrap();
        for case in cases {
            let ids: HashMap<&str, TaskId> = case.tasks.iter().map(|task| (&*task.id, TaskId::new())).collect();
            let bars = case
                .tasks
                .iter()
                .filter_map(|task| Some((ids[&*task.id], bar(task.start_on.as_ref(), task.due_on.as_ref())?)))
                .collect();
            let dependencies: Vec<Dependency> = case
                .dependencies
                .iter()
                .map(|link| wait(ids[&*link.task_id], ids[&*link.depends_on_id], link.lag_days))
                .collect();
            let slack = slack(&bars, &dependencies);
            let expected = case.slack.iter().map(|(id, days)| (ids[&**id], *days)).collect();
            assert_eq!(slack, expected, "{}", case.name);
            let critical: Vec<&str> =
                case.tasks.iter().map(|task| &*task.id).filter(|id| is_critical(&slack, ids[id])).collect();
            assert_eq!(critical, case.critical, "{}", case.name);
        }
    }
}
