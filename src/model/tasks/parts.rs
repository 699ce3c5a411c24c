//! Of what a task has several: assignees and labels.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use crate::{
    auth::membership::Membership,
    base::{
        error::{Error, Result},
        ids::{LabelId, TaskId, UserId},
    },
    change::Change,
    db::{Bind, Tx},
    model::{
        notification_settings::NotificationKind,
        notifications::{self, About},
        tasks::Task,
    },
};

/// The most assignees, and the most labels, of a task.
pub const MOST: usize = 100;

/// Load who is assigned to a task and which labels it has.
pub async fn load(tx: &mut Tx, task: &mut Task) -> Result<()> {
    let parts: Vec<(bool, Uuid)> = tx
        .query(
            "select true as assigned, user_id as id from task_assignees where task_id = $1
             union all
             select false, label_id from task_labels where task_id = $1
             order by id",
        )
        .bind(task.id)
        .all()
        .await?;
    for (assigned, id) in parts {
        if assigned {
            task.assignee_ids.push(UserId(id));
        } else {
            task.label_ids.push(LabelId(id));
        }
    }
    Ok(())
}

/// The statements for one sort of part.
struct Sort {
    /// Those of the rows `$1` that a task of the project `$2` can have.
    known: &'static str,
    remove: &'static str,
    /// For the project `$2`.
    add: &'static str,
    foreign: &'static str,
}

const ASSIGNEES: Sort = Sort {
    known: "select m.user_id from {rows $1: id uuid} r
            join members m on m.user_id = r.id and m.project_id = $2
            join users u on u.id = m.user_id
            where u.disabled_at is null",
    remove: "delete from task_assignees
             where (task_id, user_id) in (select r.task_id, r.id from {rows $1: task_id uuid, id uuid} r)",
    add: "insert into task_assignees (task_id, user_id, project_id)
          select r.task_id, r.id, $2 from {rows $1: task_id uuid, id uuid} r",
    foreign: "names somebody who is not a member of this project, or whose account is disabled",
};

const LABELS: Sort = Sort {
    known: "select l.id from {rows $1: id uuid} r
            join labels l on l.id = r.id and l.project_id = $2",
    remove: "delete from task_labels
             where (task_id, label_id) in (select r.task_id, r.id from {rows $1: task_id uuid, id uuid} r)",
    add: "insert into task_labels (task_id, label_id, project_id)
          select r.task_id, r.id, $2 from {rows $1: task_id uuid, id uuid} r",
    foreign: "names a label that is not of this project",
};

/// What one list has and the other has not.
fn added<T: Copy + PartialEq>(before: &[T], after: &[T]) -> Vec<T> {
    after.iter().filter(|part| !before.contains(part)).copied().collect()
}

impl Sort {
    /// Those that a task of the project can have.
    async fn known<T: Copy + Into<Uuid>>(&self, change: &mut Change, parts: &[T]) -> Result<Vec<T>> {
        if parts.is_empty() {
            return Ok(vec![]);
        }
        let project = change.project();
        let known = change.query(self.known).bind_rows(parts, |cells, part| cells.bind((*part).into())).bind(project);
        let known: Vec<(Uuid,)> = known.all().await?;
        Ok(parts.iter().filter(|part| known.contains(&((**part).into(),))).copied().collect())
    }

    /// Refuse others.
    async fn check<T: Copy + Into<Uuid>>(&self, change: &mut Change, pointer: &str, parts: &[T]) -> Result<()> {
        let known = self.known(change, parts).await?;
        if known.len() == parts.len() { Ok(()) } else { Err(Error::invalid(pointer, self.foreign)) }
    }

    /// Write what differs between the parts of tasks before and after; answers what is new.
    async fn save<T>(&self, change: &mut Change, tasks: &[(TaskId, &[T], &[T])]) -> Result<Vec<(TaskId, T)>>
    where
        T: Copy + PartialEq + Into<Uuid>,
    {
        let of = |task: TaskId, parts: Vec<T>| parts.into_iter().map(move |part| (task, part));
        let gone: Vec<_> = tasks.iter().flat_map(|(task, before, after)| of(*task, added(after, before))).collect();
        let new: Vec<_> = tasks.iter().flat_map(|(task, before, after)| of(*task, added(before, after))).collect();
        if !gone.is_empty() {
            let remove = change.query(self.remove);
            remove.bind_rows(&gone, |cells, (task, part)| cells.bind(*task).bind((*part).into())).execute().await?;
        }
        if !new.is_empty() {
            let project = change.project();
            let add = change.query(self.add);
            let add = add.bind_rows(&new, |cells, (task, part)| cells.bind(*task).bind((*part).into()));
            add.bind(project).execute().await?;
        }
        Ok(new)
    }
}

/// Those of these people whom a task of the project can be given.
pub async fn assignable(change: &mut Change, users: &[UserId]) -> Result<Vec<UserId>> {
    ASSIGNEES.known(change, users).await
}

/// Refuse people whom no task of the project can be given.
pub async fn check_members(change: &mut Change, pointer: &str, users: &[UserId]) -> Result<()> {
    ASSIGNEES.check(change, pointer, users).await
}

/// Those of these labels that the project has.
pub async fn known_labels(change: &mut Change, labels: &[LabelId]) -> Result<Vec<LabelId>> {
    LABELS.known(change, labels).await
}

/// Refuse labels of another project.
pub async fn check_labels(change: &mut Change, pointer: &str, labels: &[LabelId]) -> Result<()> {
    LABELS.check(change, pointer, labels).await
}

/// A task before a change, if it was there, and after it.
type Pair<'a> = (Option<&'a Task>, &'a Task);

/// Write who is assigned to tasks and which labels they have, in a constant number of statements. Answers who is newly
/// assigned.
async fn save(change: &mut Change, pairs: &[Pair<'_>]) -> Result<Vec<(TaskId, UserId)>> {
    let users: Vec<_> = pairs
        .iter()
        .map(|(before, after)| (after.id, before.map_or(&[][..], |task| &task.assignee_ids), &after.assignee_ids[..]))
        .collect();
    let labels: Vec<_> = pairs
        .iter()
        .map(|(before, after)| (after.id, before.map_or(&[][..], |task| &task.label_ids), &after.label_ids[..]))
        .collect();
    LABELS.save(change, &labels).await?;
    ASSIGNEES.save(change, &users).await
}

/// Tell people that they are assigned.
async fn tell(change: &mut Change, assigned: &[(TaskId, UserId)]) -> Result<()> {
    let news = assigned
        .iter()
        .map(|(task, user)| (About { task: Some(*task), comment: None }, vec![(*user, NotificationKind::Assigned)]));
    notifications::notify_all(change, &news.collect::<Vec<_>>()).await
}

/// Write who is assigned and which labels the task has; tell those who are newly assigned.
pub async fn write(change: &mut Change, before: Option<&Task>, after: &Task) -> Result<()> {
    let (users, labels) = before.map_or((&[][..], &[][..]), |task| (&task.assignee_ids[..], &task.label_ids[..]));
    check_members(change, "/assignee_ids", &added(users, &after.assignee_ids)).await?;
    check_labels(change, "/label_ids", &added(labels, &after.label_ids)).await?;
    let assigned = save(change, &[(before, after)]).await?;
    tell(change, &assigned).await
}

/// The same for many tasks. Who and what is put on them was checked.
pub async fn write_all(change: &mut Change, pairs: &[(Task, Task)]) -> Result<()> {
    let pairs: Vec<Pair<'_>> = pairs.iter().map(|(before, after)| (Some(before), after)).collect();
    let assigned = save(change, &pairs).await?;
    tell(change, &assigned).await
}

/// The same for new tasks, of which the caller tells people by itself.
pub async fn write_new<'a>(change: &mut Change, tasks: impl Iterator<Item = &'a Task>) -> Result<()> {
    let pairs: Vec<Pair<'_>> = tasks.map(|task| (None, task)).collect();
    save(change, &pairs).await?;
    Ok(())
}

/// A set in the order in which the database gives it back, so that equal sets are equal.
pub fn set<T: Ord>(pointer: &str, items: Vec<T>) -> Result<Vec<T>> {
    if items.len() > MOST {
        return Err(Error::invalid(pointer, format!("must have at most {MOST} entries")));
    }
    Ok(items.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
}

/// Put one item into a set or take it out.
pub fn toggle<T: Ord + Copy>(items: &mut Vec<T>, item: T, on: bool) {
    items.retain(|other| *other != item);
    if on {
        items.push(item);
        items.sort_unstable();
    }
}

/// The assignees and labels of many tasks.
pub struct Parts {
    assignees: HashMap<TaskId, Vec<UserId>>,
    labels: HashMap<TaskId, Vec<LabelId>>,
}

impl Parts {
    pub fn fill(&self, task: &mut Task) {
        task.assignee_ids = self.assignees.get(&task.id).cloned().unwrap_or_default();
        task.label_ids = self.labels.get(&task.id).cloned().unwrap_or_default();
    }
}

/// The assignees and labels of many tasks, in one statement.
pub async fn of_all(tx: &mut Tx, tasks: &[TaskId]) -> Result<Parts> {
    let found: Vec<(TaskId, bool, Uuid)> = tx
        .query(
            "select a.task_id, true as assigned, a.user_id as id
             from {rows $1: id uuid} r
             join task_assignees a on a.task_id = r.id
             union all
             select l.task_id, false, l.label_id
             from {rows $1: id uuid} r
             join task_labels l on l.task_id = r.id
             order by id",
        )
        .bind_rows(tasks, |cells, task| cells.bind(*task))
        .all()
        .await?;
    let mut parts = Parts { assignees: HashMap::new(), labels: HashMap::new() };
    for (task, assigned, id) in found {
        if assigned {
            parts.assignees.entry(task).or_default().push(UserId(id));
        } else {
            parts.labels.entry(task).or_default().push(LabelId(id));
        }
    }
    Ok(parts)
}

/// Give all open tasks of a project their assignees and labels, in two statements. Each answers one text with all pairs of
/// ids, straight from an index: rows of their own would be most of what a board costs.
pub async fn fill_all(tx: &mut Tx, by: &Membership, tasks: &mut [Task]) -> Result<()> {
    let places: HashMap<TaskId, usize> = tasks.iter().enumerate().map(|(place, task)| (task.id, place)).collect();
    let (assignees,): (Option<String>,) = tx
        .query(
            "select string_agg({hex task_id} || {hex user_id}, '') from task_assignees
             where project_id = $1
               and task_id not in (select t.id from tasks t where t.project_id = $1 and t.archived_at is not null)",
        )
        .bind(by.project())
        .one()
        .await?;
    each_pair(&assignees.unwrap_or_default(), &places, |place, id| tasks[place].assignee_ids.push(UserId(id)))?;
    let (labels,): (Option<String>,) = tx
        .query(
            "select string_agg({hex task_id} || {hex label_id}, '') from task_labels
             where project_id = $1
               and task_id not in (select t.id from tasks t where t.project_id = $1 and t.archived_at is not null)",
        )
        .bind(by.project())
        .one()
        .await?;
    each_pair(&labels.unwrap_or_default(), &places, |place, id| tasks[place].label_ids.push(LabelId(id)))?;
    for task in tasks {
        // A text has no order that both databases promise.
        task.assignee_ids.sort_unstable();
        task.label_ids.sort_unstable();
    }
    Ok(())
}

/// Calls `take` with the place of a task and the other id, for each pair whose task is among `places`.
fn each_pair(pairs: &str, places: &HashMap<TaskId, usize>, mut take: impl FnMut(usize, Uuid)) -> Result<()> {
    const DIGITS: usize = 32;
    let id = |digits: &[u8]| Uuid::try_parse_ascii(digits).map_err(|error| Error::Internal(error.to_string()));
    for pair in pairs.as_bytes().chunks(2 * DIGITS) {
        let (task, other) = pair.split_at_checked(DIGITS).unwrap_or((pair, &[]));
        if let Some(place) = places.get(&TaskId(id(task)?)) {
            take(*place, id(other)?);
        }
    }
    Ok(())
}
