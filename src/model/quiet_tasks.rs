//! Tasks that go to the archive by themselves: those of a column with `archive_after_days` that no change has
//! touched for so long.
//!
//! The version of a task is the number of the event that touched it last, so a task is quiet as long as it keeps its
//! version. What is seen quiet is written down with the instant at which it goes; a task that is touched, or a column whose
//! rule changes, makes the row wrong, and it is written anew. Between the first sight and the archive is a notice of a
//! week, or of all the quiet days where they are fewer: no rule empties a column on the day on which it is made.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::App,
    auth::membership::Membership,
    base::{
        clock::Timestamp,
        error::Result,
        ids::{ProjectId, TaskId},
    },
    change::{Change, Grant, Request, Transaction},
    db::{
        Bind, Db,
        query::{Part, part},
    },
    model::tasks,
};

/// What events name as their cause.
const CAUSE: &str = "rule:archive_after_days";

const DAY: i64 = 24 * 60 * 60 * 1_000;
const NOTICE: i64 = 7 * DAY;
/// That a task is as it was seen, and its column too.
const STILL: Part = part(
    "join tasks t on t.id = q.task_id and t.version = q.version and t.archived_at is null
     join columns c on c.id = t.column_id and c.archive_after_days = q.days",
);
/// How many tasks one event puts away.
const STEP: usize = 500;
/// The most tasks of one sweep; the next one goes on.
const MOST: i64 = 10_000;

/// A task that goes to the archive within a week unless a change touches it.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct QuietTask {
    pub task_id: TaskId,
    pub archives_at: Timestamp,
}

/// The tasks of a project that are going to the archive, by their ids, behind the one that ended the page before.
pub async fn list(by: &Membership, now: Timestamp, after: Option<TaskId>, limit: i64) -> Result<Vec<QuietTask>> {
    by.query("select q.task_id, q.archives_at from quiet_tasks q")
        .append(STILL)
        .append(part(
            "where t.project_id = $1 and q.archives_at <= $2 and q.task_id > $3
         order by q.task_id
         limit $4",
        ))
        .bind(by.project())
        .bind(Timestamp(now.0 + NOTICE))
        .bind(after.unwrap_or(TaskId(Uuid::nil())))
        .bind(limit)
        .all()
        .await
}

/// Write down since when tasks are quiet.
async fn look(db: &Db, now: Timestamp) -> Result<()> {
    db.execute(
        "insert into quiet_tasks (task_id, version, days, archives_at)
         select s.id, s.version, s.days,
                case when s.since + s.days * $2 < $1 + s.notice then $1 + s.notice else s.since + s.days * $2 end
         from (
           select t.id, t.version, c.archive_after_days as days,
                  case when c.archive_after_days * $2 < $3 then c.archive_after_days * $2 else $3 end as notice,
                  coalesce((select e.at from events e where e.project_id = t.project_id and e.seq = t.version), $1) as since
           from columns c
           join tasks t on t.column_id = c.id and t.archived_at is null
           left join quiet_tasks q on q.task_id = t.id
           where c.archive_after_days is not null
             and (q.task_id is null or q.version <> t.version or q.days <> c.archive_after_days)
         ) s
         where true
         on conflict (task_id) do update
         set version = excluded.version, days = excluded.days, archives_at = excluded.archives_at",
        |query| query.bind(now).bind(DAY).bind(NOTICE),
    )
    .await?;
    Ok(())
}

/// Put away what has been quiet for long enough. A project in which it fails stops no other.
pub async fn sweep(app: &App, now: Timestamp) -> Result<()> {
    look(&app.db, now).await?;
    let due: Vec<(ProjectId, TaskId)> = app
        .db
        .query("select t.project_id, t.id from quiet_tasks q")
        .append(STILL)
        .append(part(
            "join projects p on p.id = t.project_id and p.deleted_at is null and p.archived_at is null
             where q.archives_at <= $1
             order by t.project_id, t.id
             limit $2",
        ))
        .bind(now)
        .bind(MOST)
        .all()
        .await?;
    let mut by_project: BTreeMap<ProjectId, Vec<TaskId>> = BTreeMap::new();
    for (project, task) in due {
        by_project.entry(project).or_default().push(task);
    }
    for (project, tasks) in by_project {
        for tasks in tasks.chunks(STEP) {
            if let Err(error) = archive(app, project, tasks).await {
                tracing::warn!(%project, %error, "quiet tasks stay on the board: the next attempt is in an hour");
            }
        }
    }
    Ok(())
}

async fn archive(app: &App, project: ProjectId, tasks: &[TaskId]) -> Result<()> {
    let transaction = Transaction::anonymous(app, &Request::default().into()).await?;
    let mut change = transaction.lock_project(project, Grant::Rule(CAUSE)).await?.require_active()?;
    let still = still_quiet(&mut change, tasks).await?;
    tasks::archive_all(&mut change, still).await?;
    change.no_content().await?;
    Ok(())
}

/// Those that no change has touched before the project was locked.
async fn still_quiet(change: &mut Change, tasks: &[TaskId]) -> Result<Vec<TaskId>> {
    let rows: Vec<(TaskId,)> = change
        .query(
            "select t.id from {rows $1: id uuid} r
             join quiet_tasks q on q.task_id = r.id",
        )
        .append(STILL)
        .append(part("order by t.id"))
        .bind_rows(tasks, |cells, task| cells.bind(*task))
        .all()
        .await?;
    Ok(rows.into_iter().map(|(task,)| task).collect())
}
