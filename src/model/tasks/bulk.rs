//! The same change of many tasks at once: one transaction, one event, all of them or none.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        clock::Day,
        error::{Blocked, Error, Result},
        ids::{ColumnId, LabelId, MilestoneId, TaskId, UserId},
        rank,
    },
    change::{Change, Kind, Set},
    db::{Bind, Cells},
    log::Draft,
    model::{
        columns::{self, Column},
        nullable, objects,
        positions::Ordered,
        present,
        tasks::{
            Priority, Task, TaskDetail, archive::require_own, archived_conflict, create, edit, load_all, parts, place,
            task::part_of_task,
        },
        trash,
    },
};

/// The most tasks of one call.
const MOST: usize = 500;

/// The fields that many tasks can be given at once.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub priority: Option<Priority>,
    #[serde(default, deserialize_with = "nullable")]
    pub milestone_id: Option<Option<MilestoneId>>,
    #[serde(default, deserialize_with = "nullable")]
    pub start_on: Option<Option<Day>>,
    #[serde(default, deserialize_with = "nullable")]
    pub due_on: Option<Option<Day>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(minimum = 0, maximum = 100_000)]
    pub estimate: Option<Option<f64>>,
    /// Where one of the dates is given and would pass the other one, that one goes along, and the task keeps its length.
    /// Without it such a task is refused.
    #[serde(default)]
    pub keep_length: bool,
}

impl BulkPatch {
    /// Give a task its dates. One that would leave the calendar stays, and the task is refused.
    fn schedule(&self, task: &mut Task) {
        let length = match (&task.start_on, &task.due_on) {
            (Some(start), Some(due)) => due.since(start),
            _ => 0,
        };
        if let Some(day) = &self.start_on {
            task.start_on.clone_from(day);
        }
        if let Some(day) = &self.due_on {
            task.due_on.clone_from(day);
        }
        let one = self.start_on.is_some() != self.due_on.is_some();
        let (Some(start), Some(due)) = (&task.start_on, &task.due_on) else { return };
        if !self.keep_length || !one || start <= due {
            return;
        }
        if self.start_on.is_some() {
            task.due_on = start.plus(length).or_else(|| Some(due.clone()));
        } else {
            task.start_on = due.plus(-length).or_else(|| Some(start.clone()));
        }
    }
}

/// An end of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnEnd {
    First,
    Last,
}

/// What to do with tasks. Several of these may stand together, but for `delete`, which stands alone, and `complete`
/// beside `column_id`, which says it already.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkChange {
    #[schema(min_items = 1, max_items = 500)]
    pub task_ids: Vec<TaskId>,
    #[serde(default)]
    pub patch: Option<BulkPatch>,
    /// Moves those that are in another column to the end of this one, in the order of `task_ids`.
    pub column_id: Option<ColumnId>,
    /// Which end of `column_id` they go to. When it is said, those that are in that column already go there too.
    pub place: Option<ColumnEnd>,
    #[serde(default)]
    #[schema(max_items = 100)]
    pub add_label_ids: Vec<LabelId>,
    #[serde(default)]
    #[schema(max_items = 100)]
    pub remove_label_ids: Vec<LabelId>,
    #[serde(default)]
    #[schema(max_items = 100)]
    pub add_assignee_ids: Vec<UserId>,
    #[serde(default)]
    #[schema(max_items = 100)]
    pub remove_assignee_ids: Vec<UserId>,
    /// `false` takes them back from the archive.
    pub archive: Option<bool>,
    /// `false` reopens them.
    pub complete: Option<bool>,
    #[serde(default)]
    pub delete: bool,
}

/// Tasks as a change of many left them, in the order in which they were named; those that were deleted are not among them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedTasks {
    pub items: Vec<Task>,
}

impl BulkChange {
    fn check(&self) -> Result<()> {
        if self.task_ids.is_empty() || self.task_ids.len() > MOST {
            return Err(Error::invalid("/task_ids", format!("must name 1 to {MOST} tasks")));
        }
        let lists = [
            ("/add_label_ids", self.add_label_ids.len()),
            ("/remove_label_ids", self.remove_label_ids.len()),
            ("/add_assignee_ids", self.add_assignee_ids.len()),
            ("/remove_assignee_ids", self.remove_assignee_ids.len()),
        ];
        if let Some((pointer, _)) = lists.iter().find(|(_, count)| *count > parts::MOST) {
            return Err(Error::invalid(*pointer, format!("must have at most {} entries", parts::MOST)));
        }
        let edits = self.patch.is_some() || self.column_id.is_some() || lists.iter().any(|(_, count)| *count > 0);
        let others = edits || self.archive.is_some() || self.complete.is_some();
        if self.delete && others {
            return Err(Error::invalid("/delete", "must stand alone"));
        }
        if !self.delete && !others {
            return Err(Error::invalid("", "must say what to do"));
        }
        if self.place.is_some() && self.column_id.is_none() {
            return Err(Error::invalid("/place", "must stand beside column_id"));
        }
        if self.column_id.is_some() && self.complete.is_some() {
            return Err(Error::invalid("/complete", "must not stand beside column_id"));
        }
        Ok(())
    }

    /// The type of the event: that of the single verb where there is one.
    fn event(&self) -> &'static str {
        let labels = !self.add_label_ids.is_empty() || !self.remove_label_ids.is_empty();
        let assigns = !self.add_assignee_ids.is_empty() || !self.remove_assignee_ids.is_empty();
        // What leaves the snapshot, and what comes back into it, is told as such whatever else changes.
        match (self.archive, self.delete) {
            (_, true) => return "task.deleted",
            (Some(true), _) => return "task.archived",
            (Some(false), _) => return "task.unarchived",
            (None, false) => {}
        }
        match (self.patch.is_some(), self.column_id, self.complete, labels, assigns) {
            (false, Some(_), None, false, false) => "task.moved",
            (false, None, Some(true), false, false) => "task.completed",
            (false, None, Some(false), false, false) => "task.reopened",
            (false, None, None, true, false) if self.remove_label_ids.is_empty() => "task.labelled",
            (false, None, None, true, false) if self.add_label_ids.is_empty() => "task.unlabelled",
            (false, None, None, false, true) if self.remove_assignee_ids.is_empty() => "task.assigned",
            (false, None, None, false, true) if self.add_assignee_ids.is_empty() => "task.unassigned",
            _ => "task.changed",
        }
    }
}

/// Put tasks into the archive, as a rule of the project says.
pub async fn archive_all(change: &mut Change, tasks: Vec<TaskId>) -> Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    let bulk = BulkChange { task_ids: tasks, archive: Some(true), ..BulkChange::default() };
    change_all(change, bulk).await?;
    Ok(())
}

/// Change, archive or delete tasks.
pub async fn change_all(change: &mut Change, mut bulk: BulkChange) -> Result<ChangedTasks> {
    bulk.check()?;
    // Named twice is named once.
    let mut seen = HashSet::new();
    bulk.task_ids.retain(|id| seen.insert(*id));
    let before = load_named(change, &bulk.task_ids).await?;
    let mut event = Draft::new(bulk.event());
    if bulk.delete {
        refuse(before.iter().map(|task| (task.task.id, task.task.number, require_own(change, task))))?;
        trash::put(change, &mut event, &before).await?;
        change.record(event).await?;
        return Ok(ChangedTasks { items: vec![] });
    }
    let mut after = before.clone();
    edit(change, &bulk, &mut after).await?;
    let both = before.iter().zip(&after);
    refuse(both.map(|(before, after)| (after.task.id, after.task.number, check(change, &bulk, before, after))))?;
    let columns = place_all(change, &bulk, &mut after).await?;
    let order: Vec<Task> = after.iter().map(|after| after.task.clone()).collect();
    let written = write_all(change, &mut event, before.into_iter().zip(after).collect()).await?;
    for column in &columns {
        place::check_limit(change, column).await?;
    }
    change.record(event).await?;
    let mut written: HashMap<TaskId, Task> = written.into_iter().map(|one| (one.task.id, one.task)).collect();
    let items = order.into_iter().map(|task| written.remove(&task.id).unwrap_or(task));
    Ok(ChangedTasks { items: items.collect() })
}

/// Write tasks before and after a change of them, in a constant number of statements unless their texts change: some may
/// leave the snapshot, and some come back into it. Answers those that changed.
pub async fn write_all(
    change: &mut Change,
    event: &mut Draft,
    pairs: Vec<(TaskDetail, TaskDetail)>,
) -> Result<Vec<TaskDetail>> {
    let tasks: Vec<_> = pairs.iter().map(|(before, after)| (before.task.clone(), after.task.clone())).collect();
    // Which of them leave the snapshot, and which come back into it.
    let crossing = |open: bool| -> Vec<TaskId> {
        let crosses = |(before, after): &&(Task, Task)| before.in_snapshot() == open && after.in_snapshot() != open;
        tasks.iter().filter(crosses).map(|(before, _)| before.id).collect()
    };
    let (gone, back) = (crossing(true), crossing(false));
    objects::tell_of_tasks(change, event, &gone, false).await?;
    let at = change.at();
    let pairs = pairs.into_iter().map(|(before, mut after)| {
        if before != after {
            after.touch(at);
        }
        (Bulk { of: before }, Bulk { of: after })
    });
    let written = change.reposition_all(event, pairs.collect()).await?;
    parts::write_all(change, &tasks).await?;
    objects::tell_of_tasks(change, event, &back, true).await?;
    count(change, back.len(), gone.len()).await?;
    Ok(written.into_iter().map(|one| one.of).collect())
}

/// Give tasks other fields as part of an event, texts too. Columns that get tasks keep their limits.
pub async fn rewrite_all(change: &mut Change, event: &mut Draft, pairs: Vec<(TaskDetail, TaskDetail)>) -> Result<()> {
    let texts = |task: &TaskDetail| (task.task.title.clone(), task.description.clone(), task.task.cover_id);
    let fuller: BTreeSet<ColumnId> = pairs
        .iter()
        .filter(|(now, then)| then.in_snapshot() && (!now.in_snapshot() || now.task.column_id != then.task.column_id))
        .map(|(_, then)| then.task.column_id)
        .collect();
    for (now, then) in pairs.iter().filter(|(now, then)| texts(now) != texts(then)) {
        let mut worded = now.clone();
        (worded.task.title, worded.task.cover_id) = (then.task.title.clone(), then.task.cover_id);
        (worded.description, worded.description_html) = (then.description.clone(), then.description_html.clone());
        change.update(event, now, worded).await?;
    }
    let same_texts = |(mut now, then): (TaskDetail, TaskDetail)| {
        (now.task.title, now.task.cover_id) = (then.task.title.clone(), then.task.cover_id);
        (now.description, now.description_html) = (then.description.clone(), then.description_html.clone());
        now.task.version = if texts(&now) == texts(&then) { now.task.version } else { then.task.version };
        (now, then)
    };
    write_all(change, event, pairs.into_iter().map(same_texts).collect()).await?;
    for column in fuller {
        let column: Column = change.load(column).await?;
        place::check_limit(change, &column).await?;
    }
    Ok(())
}

/// Count open tasks that came, and that went.
pub async fn count(change: &mut Change, back: usize, gone: usize) -> Result<()> {
    let by = i64::try_from(back).unwrap_or(0) - i64::try_from(gone).unwrap_or(0);
    if by == 0 { Ok(()) } else { create::count(change, by).await }
}

/// The tasks that a body names, in its order.
async fn load_named(change: &mut Change, named: &[TaskId]) -> Result<Vec<TaskDetail>> {
    let project = change.project();
    let here: Vec<(TaskId,)> = change
        .query(
            "select t.id from {rows $1: id uuid} r
             join tasks t on t.id = r.id and t.project_id = $2 and t.trashed_at is null",
        )
        .bind_rows(named, |cells, task| cells.bind(*task))
        .bind(project)
        .all()
        .await?;
    let here: HashSet<TaskId> = here.into_iter().map(|(id,)| id).collect();
    let detail = "there is no such task";
    let missing: Vec<_> = named
        .iter()
        .filter(|id| !here.contains(id))
        .map(|id| Blocked { task_id: id.0, number: None, code: "not_found", detail: detail.into() })
        .collect();
    if !missing.is_empty() {
        return Err(Error::Blocked(missing));
    }
    let found = load_all(change.tx(), named.iter().copied()).await?;
    let mut found: HashMap<TaskId, TaskDetail> = found.into_iter().map(|task| (task.task.id, task)).collect();
    Ok(named.iter().filter_map(|id| found.remove(id)).collect())
}

/// Refuse the change when tasks do not allow it: with a list of these, and of why.
fn refuse(checked: impl Iterator<Item = (TaskId, i64, Result<()>)>) -> Result<()> {
    let mut blocked = vec![];
    for (id, number, outcome) in checked {
        match outcome {
            Ok(()) => {}
            Err(Error::Forbidden { code, detail } | Error::Conflict { code, detail }) => {
                blocked.push(Blocked { task_id: id.0, number: Some(number), code, detail });
            }
            Err(error) => return Err(error),
        }
    }
    if blocked.is_empty() { Ok(()) } else { Err(Error::Blocked(blocked)) }
}

/// Whether a task may be changed so.
fn check(change: &Change, bulk: &BulkChange, before: &TaskDetail, after: &TaskDetail) -> Result<()> {
    if bulk.archive.is_some() {
        require_own(change, before)?;
    } else if before.task.archived_at.is_some() {
        return Err(archived_conflict());
    }
    let task = &after.task;
    if edit::check_dates(task).is_err() {
        return Err(Error::conflict("invalid", "due_on would be before start_on"));
    }
    if task.assignee_ids.len() > parts::MOST || task.label_ids.len() > parts::MOST {
        return Err(Error::conflict("too_many", "the task would have too many assignees or labels"));
    }
    Ok(())
}

/// What changes in every task by itself.
async fn edit(change: &mut Change, bulk: &BulkChange, tasks: &mut [TaskDetail]) -> Result<()> {
    parts::check_members(change, "/add_assignee_ids", &bulk.add_assignee_ids).await?;
    parts::check_labels(change, "/add_label_ids", &bulk.add_label_ids).await?;
    let nothing = BulkPatch::default();
    let patch = bulk.patch.as_ref().unwrap_or(&nothing);
    let milestone = match patch.milestone_id {
        Some(milestone) => {
            let checked = create::checked_milestone(change, milestone).await;
            Some(checked.map_err(|error| under("/patch", error))?)
        }
        None => None,
    };
    let estimate = patch.estimate.map(edit::checked_estimate).transpose().map_err(|error| under("/patch", error))?;
    let at = change.at();
    for detail in tasks {
        let task = &mut detail.task;
        task.priority = patch.priority.unwrap_or(task.priority);
        task.milestone_id = milestone.unwrap_or(task.milestone_id);
        task.estimate = estimate.unwrap_or(task.estimate);
        patch.schedule(task);
        toggle_all(&mut task.label_ids, &bulk.add_label_ids, &bulk.remove_label_ids);
        toggle_all(&mut task.assignee_ids, &bulk.add_assignee_ids, &bulk.remove_assignee_ids);
        match bulk.archive {
            Some(true) => task.archived_at = task.archived_at.or(Some(at)),
            Some(false) => task.archived_at = None,
            None => {}
        }
    }
    Ok(())
}

/// An error about a field that stands deeper in this body.
fn under(parent: &str, error: Error) -> Error {
    match error {
        Error::Invalid { pointer, detail } => Error::invalid(format!("{parent}{pointer}"), detail),
        error => error,
    }
}

fn toggle_all<T: Ord + Copy>(items: &mut Vec<T>, add: &[T], remove: &[T]) {
    if add.is_empty() && remove.is_empty() {
        return;
    }
    let mut all: BTreeSet<T> = items.iter().copied().chain(add.iter().copied()).collect();
    for one in remove {
        all.remove(one);
    }
    *items = all.into_iter().collect();
}

/// Where the tasks go, and what that says of their completion. Answers the columns that have more open tasks than before.
async fn place_all(change: &mut Change, bulk: &BulkChange, tasks: &mut [TaskDetail]) -> Result<Vec<Column>> {
    let at = change.at();
    let mut columns: HashMap<ColumnId, Column> = HashMap::new();
    let mut targets: HashMap<ColumnId, (Column, bool)> = HashMap::new();
    for id in tasks.iter().map(|detail| detail.task.column_id).collect::<HashSet<_>>() {
        columns.insert(id, change.load(id).await?);
    }
    if let Some(id) = bulk.column_id {
        let column = columns::named(change, "/column_id", id).await?;
        for from in columns.keys().filter(|from| **from != id || bulk.place.is_some()) {
            targets.insert(*from, (column.clone(), bulk.place == Some(ColumnEnd::First)));
        }
    }
    if let Some(completed) = bulk.complete {
        for from in columns.keys().copied().collect::<Vec<_>>() {
            let to = if completed {
                columns::to_complete_in(change, from).await?
            } else {
                columns::to_reopen_in(change, from).await?
            };
            if let Some(to) = to {
                targets.insert(from, (to, true));
            }
        }
    }
    let mut moving: HashMap<(ColumnId, bool), Vec<usize>> = HashMap::new();
    for (index, detail) in tasks.iter_mut().enumerate() {
        let task = &mut detail.task;
        let from = columns[&task.column_id].kind;
        // One that is completed already stays where it is, as with the single verb.
        let stays = bulk.complete.is_some_and(|completed| completed == task.completed_at.is_some());
        if let Some(completed) = bulk.complete
            && !stays
        {
            task.completed_at = completed.then_some(at);
        }
        if let Some((to, first)) = targets.get(&task.column_id).filter(|_| !stays) {
            task.completed_at = place::completion(task, from, to.kind, at);
            moving.entry((to.id, *first)).or_default().push(index);
        } else if bulk.archive == Some(false) {
            task.completed_at = place::completion(task, from, from, at);
        }
    }
    // Those that only change their place in a column make it no fuller.
    let coming = targets.into_iter().filter(|(from, (to, _))| *from != to.id);
    let targets: HashMap<ColumnId, Column> = coming.map(|(_, (column, _))| (column.id, column)).collect();
    for ((to, first), moved) in moving {
        let keys = keys(change, to, first, moved.len()).await?;
        for (index, key) in moved.into_iter().zip(keys) {
            (tasks[index].task.column_id, tasks[index].task.position) = (to, key);
        }
    }
    let mut fuller: Vec<Column> = targets.into_values().collect();
    if bulk.archive == Some(false) {
        fuller.extend(columns.into_values());
    }
    Ok(fuller)
}

/// Keys in order for so many tasks, before all others of a column or behind them.
async fn keys(change: &mut Change, column: ColumnId, first: bool, count: usize) -> Result<Vec<String>> {
    let (statement, from) = if first { (Task::NEXT, "") } else { (Task::PREVIOUS, "~") };
    let (end,): (Option<String>,) =
        change.query(statement).bind(column).bind(TaskId(Uuid::nil())).bind(from).one().await?;
    Ok(if first { rank::spread_between(None, end.as_deref(), count) } else { rank::append(end.as_deref(), count) })
}

part_of_task! {
    /// A task of which anything changes but its texts and its cover.
    Bulk
}

impl Set for Bulk {
    const UPDATE_ALL: &'static str = "update tasks
         set column_id = r.column_id, position = r.position, milestone_id = r.milestone_id, priority = r.priority,
             start_on = r.start_on, due_on = r.due_on, estimate = r.estimate, completed_at = r.completed_at,
             archived_at = r.archived_at, updated_at = r.updated_at, version = r.version
         from {rows $1: id uuid, column_id uuid, position text, milestone_id uuid, priority smallint, start_on text,
               due_on text, estimate double precision, completed_at bigint, archived_at bigint, updated_at bigint,
               version bigint} r
         where tasks.id = r.id";
    const PARK_ALL: &'static str = Task::PARK_ALL;

    fn bind_row(&self, cells: Cells) -> Cells {
        let task = &self.of.task;
        cells
            .bind(task.id)
            .bind(task.column_id)
            .bind(task.position.clone())
            .bind(task.milestone_id)
            .bind(task.priority)
            .bind(task.start_on.clone())
            .bind(task.due_on.clone())
            .bind(task.estimate)
            .bind(task.completed_at)
            .bind(task.archived_at)
            .bind(task.updated_at)
            .bind(task.version)
    }
}
