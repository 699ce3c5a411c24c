//! Reading tasks.

use std::{
    collections::HashMap,
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use uuid::Uuid;

use crate::{
    auth::membership::Membership,
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::TaskId,
    },
    change::{Change, Object},
    db::{
        Bind, Tx,
        query::{Part, part},
    },
    model::tasks::{
        Task, TaskDetail, TaskRef, parts,
        task::{DETAILS, TASKS},
    },
};

const BY_NUMBER: Part = part("where project_id = $1 and number = $2 and trashed_at is null");
const BY_KEY: Part = part(
    "where project_id = $1 and number = $2 and trashed_at is null
       and (exists (select 1 from projects p where p.id = tasks.project_id and p.key = $3)
            or exists (select 1 from project_keys k where k.project_id = tasks.project_id and k.key = $3))",
);

/// A task by itself, inside of a transaction that reads.
pub async fn find_in(tx: &mut Tx, by: &Membership, task: TaskRef) -> Result<TaskDetail> {
    let mut found: TaskDetail = match task {
        TaskRef::Id(id) => tx.query(TaskDetail::SELECT).bind(by.project()).bind(id).one().await?,
        TaskRef::Number(number) => tx.query(DETAILS).append(BY_NUMBER).bind(by.project()).bind(number).one().await?,
        TaskRef::Keyed(key, number) => {
            tx.query(DETAILS).append(BY_KEY).bind(by.project()).bind(number).bind(key).one().await?
        }
    };
    found.fill_html();
    parts::load(tx, &mut found.task).await?;
    Ok(found)
}

/// Whether the project has this task, and not in the trash.
pub async fn is_there(by: &Membership, task: TaskId) -> Result<bool> {
    let found: Option<(TaskId,)> = by
        .query("select id from tasks where project_id = $1 and id = $2 and trashed_at is null")
        .bind(by.project())
        .bind(task)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// A task of the project that is being changed.
pub async fn load(change: &mut Change, task: TaskRef) -> Result<TaskDetail> {
    let project = change.project();
    let mut found: TaskDetail = match task {
        TaskRef::Id(id) => return change.load(id).await,
        TaskRef::Number(number) => change.query(DETAILS).append(BY_NUMBER).bind(project).bind(number).one().await?,
        TaskRef::Keyed(key, number) => {
            change.query(DETAILS).append(BY_KEY).bind(project).bind(number).bind(key).one().await?
        }
    };
    found.load_parts(change).await?;
    Ok(found)
}

/// The same for what only open tasks allow: an archived one is restored before it is edited.
pub async fn load_open(change: &mut Change, task: TaskRef) -> Result<TaskDetail> {
    let found = load(change, task).await?;
    if found.task.archived_at.is_some() {
        return Err(archived_conflict());
    }
    Ok(found)
}

/// The refusal of what only open tasks allow.
#[must_use]
pub fn archived_conflict() -> Error {
    Error::conflict("task_archived", "the task is archived: restore it first")
}

/// Many tasks, in the order of their ids and in two statements. The ids were found in one project; they alone lead to the
/// table, so that each task is looked up by its key.
pub async fn load_all(tx: &mut Tx, ids: impl Iterator<Item = TaskId>) -> Result<Vec<TaskDetail>> {
    let ids: Vec<TaskId> = ids.collect();
    let mut found: Vec<TaskDetail> = tx
        .query(DETAILS)
        .append(part("join {rows $1: id uuid} r on r.id = tasks.id order by tasks.id"))
        .bind_rows(&ids, |cells, id| cells.bind(*id))
        .all()
        .await?;
    let parts = parts::of_all(tx, &ids).await?;
    for detail in &mut found {
        detail.fill_html();
        parts.fill(&mut detail.task);
    }
    Ok(found)
}

/// Which of these tasks of the project are there, and whether each is open.
pub async fn openness(change: &mut Change, tasks: impl IntoIterator<Item = TaskId>) -> Result<HashMap<TaskId, bool>> {
    let project = change.project();
    let rows: Vec<(TaskId, Option<Timestamp>)> = change
        .query(
            "select t.id, t.archived_at from {rows $1: id uuid} r
             join tasks t on t.id = r.id
             where t.project_id = $2 and t.trashed_at is null",
        )
        .bind_rows(tasks, Bind::bind)
        .bind(project)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(task, archived_at)| (task, archived_at.is_none())).collect())
}

/// Where a page of archived tasks goes on: behind the task that ended the page before.
#[derive(Clone, Copy, Debug)]
pub struct ArchivedAfter(Timestamp, TaskId);

impl ArchivedAfter {
    #[must_use]
    pub fn of(task: &Task) -> Self {
        Self(task.archived_at.unwrap_or(Timestamp(0)), task.id)
    }
}

impl Display for ArchivedAfter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.0, self.1)
    }
}

impl FromStr for ArchivedAfter {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let parsed = text
            .split_once('.')
            .and_then(|(at, id)| Some(Self(Timestamp(at.parse().ok()?), TaskId(Uuid::try_parse(id).ok()?))));
        parsed.ok_or(())
    }
}

/// The tasks of a project that are not archived, by number, behind the one that ended the page before.
pub async fn open(by: &Membership, after: i64, limit: i64) -> Result<Vec<Task>> {
    let mut tx = by.read().await?;
    let tasks = tx
        .query(TASKS)
        .append(part(
            "where project_id = $1 and archived_at is null and number > $2
             order by number
             limit $3",
        ))
        .bind(by.project())
        .bind(after)
        .bind(limit)
        .all()
        .await?;
    with_parts(&mut tx, tasks).await
}

/// The archived tasks of a project, the last archived first, behind the one that ended the page before.
pub async fn archived(by: &Membership, after: Option<ArchivedAfter>, limit: i64) -> Result<Vec<Task>> {
    let mut tx = by.read().await?;
    let ArchivedAfter(at, id) = after.unwrap_or(ArchivedAfter(Timestamp(i64::MAX), TaskId(Uuid::max())));
    let tasks = tx
        .query(TASKS)
        .append(part(
            "where project_id = $1 and archived_at is not null and trashed_at is null and (archived_at, tasks.id) < ($2, $3)
             order by archived_at desc, tasks.id desc
             limit $4",
        ))
        .bind(by.project())
        .bind(at)
        .bind(id)
        .bind(limit)
        .all()
        .await?;
    with_parts(&mut tx, tasks).await
}

async fn with_parts(tx: &mut Tx, mut tasks: Vec<Task>) -> Result<Vec<Task>> {
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
    let parts = parts::of_all(tx, &ids).await?;
    for task in &mut tasks {
        parts.fill(task);
    }
    Ok(tasks)
}
