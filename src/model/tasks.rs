//! Tasks: the rows, and the verbs that change them. Every verb loads the task, makes the new one beside it and
//! hands both to [`save`], which writes what differs and tells the event of it.

use std::{
    collections::{BTreeSet, HashMap},
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    access::Role,
    app::App,
    change::Change,
    clock::{Day, Timestamp},
    db::{Query, Tx, Value},
    error::{Error, Result},
    event::Draft,
    faults::{Fault, planted},
    ids::{ColumnId, LabelId, MilestoneId, ProjectId, TaskId, UserId},
    model::{
        checklists, columns, dependencies, notifications, nullable,
        positions::{self, Place},
        present,
    },
    text::{Body, Key, Title},
};

const MOST: i64 = 50_000;
const MOST_PARTS: usize = 100;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum Priority {
    #[default]
    None = 0,
    Low = 1,
    Medium = 2,
    High = 3,
    Urgent = 4,
}

#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow, ToSchema)]
pub struct Task {
    pub id: TaskId,
    /// Unique in its project and never given twice: shown as `WEB-12`.
    pub number: i64,
    pub title: String,
    pub column_id: ColumnId,
    /// An opaque key; tasks of a column are in its byte order.
    pub position: String,
    #[sqlx(skip)]
    pub assignee_ids: Vec<UserId>,
    #[sqlx(skip)]
    pub label_ids: Vec<LabelId>,
    #[schema(required)]
    pub milestone_id: Option<MilestoneId>,
    pub priority: Priority,
    #[schema(required)]
    pub start_on: Option<Day>,
    #[schema(required)]
    pub due_on: Option<Day>,
    #[schema(required)]
    pub estimate: Option<f64>,
    #[schema(required)]
    pub completed_at: Option<Timestamp>,
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    pub comment_count: i64,
    pub attachment_count: i64,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub version: i64,
}

/// A task with what is not on the board.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow, ToSchema)]
pub struct TaskDetail {
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub task: Task,
    pub description: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    pub title: Title,
    pub column_id: ColumnId,
    /// The task before it; `null` is the beginning, absent the end.
    #[serde(default, deserialize_with = "nullable")]
    pub after: Option<Option<TaskId>>,
    /// The task behind it, instead of `after`.
    pub before: Option<TaskId>,
    #[serde(default)]
    pub description: Body,
    #[serde(default)]
    pub assignee_ids: Vec<UserId>,
    #[serde(default)]
    pub label_ids: Vec<LabelId>,
    pub milestone_id: Option<MilestoneId>,
    #[serde(default)]
    pub priority: Priority,
    pub start_on: Option<Day>,
    pub due_on: Option<Day>,
    pub estimate: Option<f64>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub title: Option<Title>,
    #[serde(default, deserialize_with = "nullable")]
    pub description: Option<Option<Body>>,
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
    pub estimate: Option<Option<f64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub assignee_ids: Option<Vec<UserId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub label_ids: Option<Vec<LabelId>>,
}

impl TaskPatch {
    fn fields(&self) -> Vec<&'static str> {
        let fields = [
            (self.title.is_some(), "title"),
            (self.description.is_some(), "description"),
            (self.priority.is_some(), "priority"),
            (self.milestone_id.is_some(), "milestone_id"),
            (self.start_on.is_some(), "start_on"),
            (self.due_on.is_some(), "due_on"),
            (self.estimate.is_some(), "estimate"),
            (self.assignee_ids.is_some(), "assignee_ids"),
            (self.label_ids.is_some(), "label_ids"),
        ];
        fields.into_iter().filter(|(has, _)| *has).map(|(_, field)| field).collect()
    }
}

/// Where a task goes: `column_id`, and either `after` (`null` is the beginning) or `before` (`null` is the end).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPosition {
    pub column_id: ColumnId,
    #[serde(default, deserialize_with = "nullable")]
    pub after: Option<Option<TaskId>>,
    #[serde(default, deserialize_with = "nullable")]
    pub before: Option<Option<TaskId>>,
}

/// A task in a path: its id, its number, or its number with the project's key before it.
#[derive(Clone, Copy, Debug)]
pub enum TaskRef {
    Id(TaskId),
    Number(i64),
}

impl FromStr for TaskRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Ok(id) = Uuid::try_parse(text) {
            return Ok(Self::Id(TaskId(id)));
        }
        let (key, digits) = text.rsplit_once('-').unwrap_or(("N", text));
        let numbered = Key::parse(key).is_ok() || key == "N";
        if !numbered || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::NotFound);
        }
        digits.parse().map(Self::Number).map_err(|_| Error::NotFound)
    }
}

impl<'de> Deserialize<'de> for TaskRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

const DETAIL: &str =
    "select id, number, title, column_id, position, milestone_id, priority, start_on, due_on, estimate,
        completed_at, archived_at, comment_count, attachment_count, created_by, created_at, version, description
 from tasks
 where project_id = $1 and (id = $2 or number = $3)";

fn by_ref(query: Query<'_>, project: ProjectId, task: TaskRef) -> Query<'_> {
    let (id, number) = match task {
        TaskRef::Id(id) => (id, -1),
        TaskRef::Number(number) => (TaskId(Uuid::nil()), number),
    };
    query.bind(project).bind(id).bind(number)
}

/// A task by itself, for reading.
pub async fn find(app: &App, project: ProjectId, task: TaskRef) -> Result<TaskDetail> {
    let mut tx = app.db.read().await?;
    let mut found: TaskDetail = by_ref(tx.query(DETAIL), project, task).one().await?;
    fill(&mut tx, &mut found).await?;
    Ok(found)
}

/// A task of the project that is being changed.
pub async fn load(change: &mut Change, task: TaskRef) -> Result<TaskDetail> {
    let project = change.project();
    let mut found: TaskDetail = by_ref(change.query(DETAIL), project, task).one().await?;
    fill(change.tx(), &mut found).await?;
    Ok(found)
}

async fn fill(tx: &mut Tx, found: &mut TaskDetail) -> Result<()> {
    let parts: Vec<(bool, Uuid)> = tx
        .query(
            "select true as assigned, user_id as id from task_assignees where task_id = $1
             union all
             select false, label_id from task_labels where task_id = $1
             order by id",
        )
        .bind(found.task.id)
        .all()
        .await?;
    for (assigned, id) in parts {
        if assigned {
            found.task.assignee_ids.push(UserId(id));
        } else {
            found.task.label_ids.push(LabelId(id));
        }
    }
    Ok(())
}

/// All tasks of a project, in three statements, whatever their number.
pub async fn all(tx: &mut Tx, project: ProjectId) -> Result<Vec<Task>> {
    let mut tasks: Vec<Task> = tx
        .query(
            "select id, number, title, column_id, position, milestone_id, priority, start_on, due_on, estimate,
                    completed_at, archived_at, comment_count, attachment_count, created_by, created_at, version
             from tasks
             where project_id = $1
             order by column_id, position",
        )
        .bind(project)
        .all()
        .await?;
    let assignees: Vec<(TaskId, UserId)> = tx
        .query("select task_id, user_id from task_assignees where project_id = $1 order by task_id, user_id")
        .bind(project)
        .all()
        .await?;
    let labels: Vec<(TaskId, LabelId)> = tx
        .query("select task_id, label_id from task_labels where project_id = $1 order by task_id, label_id")
        .bind(project)
        .all()
        .await?;
    let mut assignees = grouped(assignees);
    let mut labels = grouped(labels);
    for task in &mut tasks {
        task.assignee_ids = assignees.remove(&task.id).unwrap_or_default();
        task.label_ids = labels.remove(&task.id).unwrap_or_default();
    }
    Ok(tasks)
}

fn grouped<T>(rows: Vec<(TaskId, T)>) -> HashMap<TaskId, Vec<T>> {
    let mut groups: HashMap<TaskId, Vec<T>> = HashMap::new();
    for (task, value) in rows {
        groups.entry(task).or_default().push(value);
    }
    groups
}

/// Write what differs between two states of a task, and put it into the draft.
pub async fn save(
    change: &mut Change,
    draft: &mut Draft,
    before: &TaskDetail,
    mut after: TaskDetail,
) -> Result<TaskDetail> {
    if *before == after {
        return Ok(after);
    }
    check_dates(&after.task)?;
    after.task.version = if planted(Fault::VersionThatCounts) { before.task.version + 1 } else { change.seq() };
    let task = &after.task;
    change
        .query(
            "update tasks
             set title = $2, description = $3, column_id = $4, position = $5, milestone_id = $6, priority = $7,
                 start_on = $8, due_on = $9, estimate = $10, completed_at = $11, archived_at = $12, version = $13
             where id = $1",
        )
        .bind(task.id)
        .bind(task.title.as_str())
        .bind(after.description.as_str())
        .bind(task.column_id)
        .bind(task.position.as_str())
        .bind(task.milestone_id)
        .bind(task.priority)
        .bind(task.start_on.clone())
        .bind(task.due_on.clone())
        .bind(task.estimate)
        .bind(task.completed_at)
        .bind(task.archived_at)
        .bind(task.version)
        .execute()
        .await?;
    save_parts(change, Some(&before.task), task).await?;
    if before.task.column_id != task.column_id || (before.task.archived_at.is_some() && task.archived_at.is_none()) {
        check_wip_limit(change, task.column_id).await?;
    }
    draft.update("tasks", before, &after)?;
    Ok(after)
}

fn check_dates(task: &Task) -> Result<()> {
    if let (Some(start), Some(due)) = (&task.start_on, &task.due_on)
        && start > due
    {
        return Err(Error::invalid("/due_on", "must not be before start_on"));
    }
    Ok(())
}

/// Something of which a task has several.
struct Parts {
    remove: &'static str,
    /// Only what belongs to the project can be put on a task of it.
    add: &'static str,
    pointer: &'static str,
    foreign: &'static str,
}

const ASSIGNEES: Parts = Parts {
    remove: "delete from task_assignees where task_id = $1 and user_id = $2",
    add: "insert into task_assignees (task_id, user_id, project_id)
          select $1, m.user_id, m.project_id from members m where m.project_id = $2 and m.user_id = $3",
    pointer: "/assignee_ids",
    foreign: "names somebody who is not a member of this project",
};

const LABELS: Parts = Parts {
    remove: "delete from task_labels where task_id = $1 and label_id = $2",
    add: "insert into task_labels (task_id, label_id, project_id)
          select $1, l.id, l.project_id from labels l where l.project_id = $2 and l.id = $3",
    pointer: "/label_ids",
    foreign: "names a label that is not of this project",
};

impl Parts {
    /// Write what differs; answers what is new.
    async fn save<T>(&self, change: &mut Change, task: TaskId, before: &[T], after: &[T]) -> Result<Vec<T>>
    where
        T: Copy + PartialEq + for<'q> Value<'q>,
    {
        let project = change.project();
        for part in before.iter().filter(|part| !after.contains(part)) {
            change.query(self.remove).bind(task).bind(*part).execute().await?;
        }
        let new: Vec<T> = after.iter().filter(|part| !before.contains(part)).copied().collect();
        for part in &new {
            if change.query(self.add).bind(task).bind(project).bind(*part).execute().await? == 0 {
                return Err(Error::invalid(self.pointer, self.foreign));
            }
        }
        Ok(new)
    }
}

async fn save_parts(change: &mut Change, before: Option<&Task>, after: &Task) -> Result<()> {
    let (users, labels) = before.map_or((&[][..], &[][..]), |task| (&task.assignee_ids[..], &task.label_ids[..]));
    let project = change.project();
    for user in ASSIGNEES.save(change, after.id, users, &after.assignee_ids).await? {
        notifications::notify(change, user, notifications::ASSIGNED, project, Some(after.id)).await?;
    }
    LABELS.save(change, after.id, labels, &after.label_ids).await?;
    Ok(())
}

/// Refuse when the column now has more tasks than its limit.
pub async fn check_wip_limit(change: &mut Change, column: ColumnId) -> Result<()> {
    let (limit, count): (Option<i64>, i64) = change
        .query(
            "select c.wip_limit, (select count(*) from tasks t where t.column_id = c.id and t.archived_at is null)
             from columns c
             where c.id = $1",
        )
        .bind(column)
        .one()
        .await?;
    match limit {
        Some(limit) if count > limit => {
            Err(Error::conflict("wip_limit", format!("the column holds at most {limit} tasks")))
        }
        _ => Ok(()),
    }
}

/// A set in the order in which the database gives it back, so that equal sets are equal.
fn set<T: Ord>(pointer: &str, items: Vec<T>) -> Result<Vec<T>> {
    if items.len() > MOST_PARTS {
        return Err(Error::invalid(pointer, format!("must have at most {MOST_PARTS} entries")));
    }
    Ok(items.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
}

fn checked_estimate(estimate: Option<f64>) -> Result<Option<f64>> {
    match estimate {
        Some(value) if !(0.0..=100_000.0).contains(&value) => Err(Error::invalid("/estimate", "must be 0 to 100000")),
        estimate => Ok(estimate),
    }
}

async fn checked_milestone(change: &mut Change, milestone: Option<MilestoneId>) -> Result<Option<MilestoneId>> {
    if let Some(id) = milestone {
        let project = change.project();
        let (known,): (i64,) = change
            .query("select count(*) from milestones where project_id = $1 and id = $2")
            .bind(project)
            .bind(id)
            .one()
            .await?;
        if known == 0 {
            return Err(Error::invalid("/milestone_id", "is not a milestone of this project"));
        }
    }
    Ok(milestone)
}

async fn next_number(change: &mut Change) -> Result<i64> {
    let project = change.project();
    let (number,): (i64,) = change
        .query("update projects set task_seq = task_seq + 1 where id = $1 returning task_seq")
        .bind(project)
        .one()
        .await?;
    if number > MOST {
        let (count,): (i64,) =
            change.query("select count(*) from tasks where project_id = $1").bind(project).one().await?;
        if count >= MOST {
            return Err(Error::conflict("too_many_tasks", format!("a project has at most {MOST} tasks")));
        }
    }
    Ok(number)
}

async fn key(change: &mut Change, draft: &mut Draft, column: ColumnId, task: TaskId, place: Place) -> Result<String> {
    let pointer = if matches!(place, Place::Before(_)) { "/before" } else { "/after" };
    positions::key(change, draft, &positions::TASKS, column.0, task.0, place)
        .await?
        .ok_or_else(|| Error::invalid(pointer, "is not another task of this column"))
}

pub async fn create(change: &mut Change, new: NewTask) -> Result<TaskDetail> {
    let mut draft = Draft::new("task.created");
    let task = create_in(change, &mut draft, new).await?;
    change.record(draft).await?;
    Ok(task)
}

/// Create a task as part of an event.
pub async fn create_in(change: &mut Change, draft: &mut Draft, new: NewTask) -> Result<TaskDetail> {
    let column = columns::named(change, "/column_id", new.column_id).await?.id;
    if new.after.is_some() && new.before.is_some() {
        return Err(Error::invalid("/before", "must not be given together with after"));
    }
    let place = match new.before {
        Some(before) => Place::Before(before.0),
        None => Place::after(new.after.map(|after| after.map(|id| id.0))),
    };
    let id = TaskId::new();
    let task = Task {
        id,
        number: next_number(change).await?,
        title: new.title.as_str().into(),
        column_id: column,
        position: key(change, draft, column, id, place).await?,
        assignee_ids: set("/assignee_ids", new.assignee_ids)?,
        label_ids: set("/label_ids", new.label_ids)?,
        milestone_id: checked_milestone(change, new.milestone_id).await?,
        priority: new.priority,
        start_on: new.start_on,
        due_on: new.due_on,
        estimate: checked_estimate(new.estimate)?,
        completed_at: None,
        archived_at: None,
        comment_count: 0,
        attachment_count: 0,
        created_by: change.actor()?.id,
        created_at: change.at(),
        version: change.seq(),
    };
    check_dates(&task)?;
    let detail = TaskDetail { task, description: new.description.into_string() };
    insert(change, &detail).await?;
    check_wip_limit(change, column).await?;
    draft.create("tasks", &detail)?;
    Ok(detail)
}

async fn insert(change: &mut Change, detail: &TaskDetail) -> Result<()> {
    let (project, task) = (change.project(), &detail.task);
    change
        .query(
            "insert into tasks
               (id, project_id, number, title, description, column_id, position, milestone_id, priority,
                start_on, due_on, estimate, created_by, created_at, version)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(task.id)
        .bind(project)
        .bind(task.number)
        .bind(task.title.as_str())
        .bind(detail.description.as_str())
        .bind(task.column_id)
        .bind(task.position.as_str())
        .bind(task.milestone_id)
        .bind(task.priority)
        .bind(task.start_on.clone())
        .bind(task.due_on.clone())
        .bind(task.estimate)
        .bind(task.created_by)
        .bind(task.created_at)
        .bind(task.version)
        .execute()
        .await?;
    save_parts(change, None, task).await
}

/// Load, change, save and record: what most verbs are.
async fn edit(
    change: &mut Change,
    task: TaskRef,
    kind: &'static str,
    fields: &[&str],
    edit: impl FnOnce(&mut Task, Timestamp),
) -> Result<TaskDetail> {
    let before = load(change, task).await?;
    change.check_match("tasks", &before, fields).await?;
    let mut after = before.clone();
    edit(&mut after.task, change.at());
    let mut draft = Draft::new(kind);
    let after = save(change, &mut draft, &before, after).await?;
    change.record(draft).await?;
    Ok(after)
}

pub async fn patch(change: &mut Change, task: TaskRef, patch: TaskPatch) -> Result<TaskDetail> {
    let before = load(change, task).await?;
    let fields = patch.fields();
    change.check_match("tasks", &before, &fields).await?;
    let mut after = before.clone();
    let edited = &mut after.task;
    if let Some(title) = patch.title {
        edited.title = title.as_str().into();
    }
    edited.priority = patch.priority.unwrap_or(edited.priority);
    if let Some(milestone) = patch.milestone_id {
        edited.milestone_id = checked_milestone(change, milestone).await?;
    }
    if let Some(start_on) = patch.start_on {
        edited.start_on = start_on;
    }
    if let Some(due_on) = patch.due_on {
        edited.due_on = due_on;
    }
    if let Some(estimate) = patch.estimate {
        edited.estimate = checked_estimate(estimate)?;
    }
    if let Some(assignees) = patch.assignee_ids {
        edited.assignee_ids = set("/assignee_ids", assignees)?;
    }
    if let Some(labels) = patch.label_ids {
        edited.label_ids = set("/label_ids", labels)?;
    }
    if let Some(description) = patch.description {
        after.description = description.unwrap_or_default().into_string();
    }
    let mut draft = Draft::new(if fields == ["assignee_ids"] { "task.assigned" } else { "task.changed" });
    let after = save(change, &mut draft, &before, after).await?;
    change.record(draft).await?;
    Ok(after)
}

/// Move a task between two neighbours: one event, even when the column had to be spread anew.
pub async fn place(change: &mut Change, task: TaskRef, to: &TaskPosition) -> Result<TaskDetail> {
    let before = load(change, task).await?;
    change.check_match("tasks", &before, &["column_id", "position"]).await?;
    let place = match (to.after, to.before) {
        (Some(_), Some(_)) => return Err(Error::invalid("/before", "must not be given together with after")),
        (after, None) => Place::after(after.map(|after| after.map(|id| id.0))),
        (None, Some(None)) => Place::Last,
        (None, Some(Some(before))) => Place::Before(before.0),
    };
    let column = columns::named(change, "/column_id", to.column_id).await?.id;
    let mut draft = Draft::new("task.moved");
    let mut after = before.clone();
    after.task.column_id = column;
    after.task.position = key(change, &mut draft, column, before.task.id, place).await?;
    let after = save(change, &mut draft, &before, after).await?;
    change.record(draft).await?;
    Ok(after)
}

pub async fn assign(change: &mut Change, task: TaskRef, user: UserId, assigned: bool) -> Result<TaskDetail> {
    let kind = if assigned { "task.assigned" } else { "task.unassigned" };
    let edited =
        edit(change, task, kind, &["assignee_ids"], |task, _| toggle(&mut task.assignee_ids, user, assigned)).await;
    edited.map_err(unknown_part)
}

pub async fn label(change: &mut Change, task: TaskRef, label: LabelId, labelled: bool) -> Result<TaskDetail> {
    let kind = if labelled { "task.labelled" } else { "task.unlabelled" };
    let edited = edit(change, task, kind, &["label_ids"], |task, _| toggle(&mut task.label_ids, label, labelled)).await;
    edited.map_err(unknown_part)
}

/// Here the id stood in the path, not in the body.
fn unknown_part(error: Error) -> Error {
    match error {
        Error::Invalid { pointer, .. } if pointer == "/assignee_ids" || pointer == "/label_ids" => Error::NotFound,
        error => error,
    }
}

fn toggle<T: Ord + Copy>(items: &mut Vec<T>, item: T, on: bool) {
    items.retain(|other| *other != item);
    if on {
        items.push(item);
        items.sort_unstable();
    }
}

pub async fn complete(change: &mut Change, task: TaskRef, completed: bool) -> Result<TaskDetail> {
    let kind = if completed { "task.completed" } else { "task.reopened" };
    edit(change, task, kind, &["completed_at"], |task, at| {
        task.completed_at = if completed { task.completed_at.or(Some(at)) } else { None };
    })
    .await
}

/// Editors archive and delete what they made; managers all.
async fn require_own(change: &mut Change, task: TaskRef) -> Result<()> {
    let found = load(change, task).await?;
    if change.role() >= Role::Manager || found.task.created_by == change.actor()?.id {
        Ok(())
    } else {
        Err(Error::forbidden("editors archive and delete the tasks that they created"))
    }
}

pub async fn archive(change: &mut Change, task: TaskRef, archived: bool) -> Result<TaskDetail> {
    require_own(change, task).await?;
    let kind = if archived { "task.archived" } else { "task.unarchived" };
    edit(change, task, kind, &["archived_at"], |task, at| {
        task.archived_at = if archived { task.archived_at.or(Some(at)) } else { None };
    })
    .await
}

/// Delete a task with everything that is its own.
pub async fn remove(change: &mut Change, task: TaskRef) -> Result<()> {
    require_own(change, task).await?;
    let before = load(change, task).await?;
    change.check_match("tasks", &before, &[]).await?;
    let id = before.task.id;
    let mut draft = Draft::new("task.deleted");
    dependencies::remove_of(change, &mut draft, id).await?;
    checklists::remove_of(change, &mut draft, id).await?;
    for sql in [
        "delete from task_assignees where task_id = $1",
        "delete from task_labels where task_id = $1",
        "delete from tasks where id = $1",
    ] {
        change.query(sql).bind(id).execute().await?;
    }
    draft.remove("tasks", &before)?;
    change.record(draft).await
}

/// Something that tasks refer to and that goes away.
#[derive(Clone, Copy, Debug)]
pub enum Touched {
    Assignee(UserId),
    Label(LabelId),
    Milestone(MilestoneId),
}

/// Take something off every task that has it, as part of an event.
pub async fn detach(change: &mut Change, draft: &mut Draft, touched: Touched) -> Result<()> {
    let project = change.project();
    let (sql, id) = match touched {
        Touched::Assignee(user) => {
            ("select task_id from task_assignees where project_id = $1 and user_id = $2 order by task_id", user.0)
        }
        Touched::Label(label) => {
            ("select task_id from task_labels where project_id = $1 and label_id = $2 order by task_id", label.0)
        }
        Touched::Milestone(milestone) => {
            ("select id from tasks where project_id = $1 and milestone_id = $2 order by id", milestone.0)
        }
    };
    let rows: Vec<(TaskId,)> = change.query(sql).bind(project).bind(id).all().await?;
    for (task,) in rows {
        let before = load(change, TaskRef::Id(task)).await?;
        let mut after = before.clone();
        match touched {
            Touched::Assignee(user) => after.task.assignee_ids.retain(|id| *id != user),
            Touched::Label(label) => after.task.label_ids.retain(|id| *id != label),
            Touched::Milestone(_) => after.task.milestone_id = None,
        }
        save(change, draft, &before, after).await?;
    }
    Ok(())
}

/// The tasks of a column in their order, archived ones too.
pub async fn in_column(change: &mut Change, column: ColumnId) -> Result<Vec<TaskDetail>> {
    let rows: Vec<(TaskId,)> =
        change.query("select id from tasks where column_id = $1 order by position").bind(column).all().await?;
    let mut tasks = Vec::with_capacity(rows.len());
    for (task,) in rows {
        tasks.push(load(change, TaskRef::Id(task)).await?);
    }
    Ok(tasks)
}

/// Move a task to the end of a column as part of an event, without regard to the column's limit.
pub async fn move_to_end(change: &mut Change, draft: &mut Draft, before: TaskDetail, column: ColumnId) -> Result<()> {
    let mut after = before.clone();
    after.task.column_id = column;
    after.task.position = key(change, draft, column, before.task.id, Place::Last).await?;
    after.task.version = change.seq();
    change
        .query("update tasks set column_id = $2, position = $3, version = $4 where id = $1")
        .bind(after.task.id)
        .bind(column)
        .bind(after.task.position.as_str())
        .bind(after.task.version)
        .execute()
        .await?;
    draft.update("tasks", &before, &after)
}
