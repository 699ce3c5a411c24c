//! The tasks, written straight into the database, on both by the same statements: with days, priorities and people as in
//! projects that are really used. The same ones in each run, but for the day on which it is made.

use boardcast::{
    base::{
        clock::{Day, Timestamp},
        ids::{ColumnId, ProjectId, TaskId, UserId},
        rank,
    },
    config::Commit,
    db::{Bind, Db},
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use serde_json::Value;
use uuid::{Builder, Uuid};

use crate::{
    Pace, Result,
    server::{Api, Home},
};

const STEP: usize = 500;
const MINUTE: i64 = 60_000;
/// The tasks of a project were made and changed within so many minutes: two years.
const MINUTES: i64 = 2 * 365 * 24 * 60;

struct Place {
    project: ProjectId,
    column: ColumnId,
    by: UserId,
    /// Of all projects; the first one is 0.
    at: usize,
}

struct Task {
    id: Uuid,
    number: i64,
    title: String,
    position: String,
    priority: i16,
    due_on: Option<Day>,
    completed_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    mine: bool,
}

fn uuid(value: &Value) -> Result<Uuid> {
    Ok(value.as_str().ok_or("no id")?.parse()?)
}

async fn places(home: &Home) -> Result<Vec<Place>> {
    let server = home.start(&[], None)?;
    let api = Api::new(&server, &server.token);
    let by = UserId(uuid(&api.get("/me").await?["id"])?);
    let mut places = vec![];
    for (at, project) in home.projects.iter().enumerate() {
        let board = api.get(&format!("/projects/{}/board", project.id)).await?;
        let (project, column) = (uuid(&board["project"]["id"])?, uuid(&board["columns"][0]["id"])?);
        places.push(Place { project: ProjectId(project), column: ColumnId(column), by, at });
    }
    Ok(places)
}

fn tasks(of: &Place, pace: Pace, random: &mut SmallRng) -> Result<Vec<Task>> {
    let now = Timestamp::now();
    let mut tasks = vec![];
    for (at, position) in rank::append(Some("a2"), pace.tasks).into_iter().enumerate() {
        let age = random.random_range(0..MINUTES);
        let created_at = Timestamp(now.0 - age * MINUTE);
        let updated_at = Timestamp(created_at.0 + random.random_range(0..=age) * MINUTE);
        let done = random.random_range(0..3) > 0;
        let mut bytes = [0; 10];
        random.fill(&mut bytes);
        let days = random.random_range(-60..60);
        tasks.push(Task {
            id: Builder::from_unix_timestamp_millis(u64::try_from(created_at.0)?, &bytes).into_uuid(),
            number: i64::try_from(at + 2)?,
            title: format!("Task {at} of project {}", of.at),
            position,
            priority: random.random_range(0..5),
            due_on: if random.random_range(0..3) > 0 { Day::today().plus(days) } else { None },
            completed_at: done.then_some(updated_at),
            created_at,
            updated_at,
            mine: random.random_range(0..8) == 0,
        });
    }
    Ok(tasks)
}

async fn write(db: &Db, place: &Place, tasks: &[Task]) -> Result<()> {
    for tasks in tasks.chunks(STEP) {
        db.execute(
            "insert into tasks (id, project_id, number, title, description, column_id, position, priority, due_on,
                                completed_at, created_by, created_at, updated_at, version)
             select r.id, $2, r.number, r.title, '', $3, r.position, r.priority, r.due_on, r.completed_at, $4,
                    r.created_at, r.updated_at, 1
             from {rows $1: id uuid, number bigint, title text, position text, priority smallint, due_on text,
                   completed_at bigint, created_at bigint, updated_at bigint} as r",
            |query| {
                let rows = query.bind_rows(tasks, |cells, task| {
                    let cells = cells.bind(TaskId(task.id)).bind(task.number).bind(task.title.clone());
                    let cells = cells.bind(task.position.clone()).bind(task.priority).bind(task.due_on.clone());
                    cells.bind(task.completed_at).bind(task.created_at).bind(task.updated_at)
                });
                rows.bind(place.project).bind(place.column).bind(place.by)
            },
        )
        .await?;
        let mine: Vec<&Task> = tasks.iter().filter(|task| task.mine).collect();
        db.execute(
            "insert into task_assignees (task_id, user_id, project_id) select r.id, $2, $3 from {rows $1: id uuid} as r",
            |query| {
                let rows = query.bind_rows(mine, |cells, task| cells.bind(TaskId(task.id)));
                rows.bind(place.by).bind(place.project)
            },
        )
        .await?;
    }
    let count = i64::try_from(tasks.len())?;
    db.execute(
        "update projects set task_seq = task_seq + $2, open_task_count = open_task_count + $2 where id = $1",
        |query| query.bind(place.project).bind(count),
    )
    .await?;
    Ok(())
}

pub async fn fill(home: &Home, database: Option<&String>, pace: Pace) -> Result<()> {
    let places = places(home).await?;
    let db = match database {
        Some(url) => Db::postgres(url, Commit::Shared).await?,
        None => Db::sqlite(&home.file(), Commit::Shared).await?,
    };
    let mut random = SmallRng::seed_from_u64(100_000);
    for place in &places {
        let tasks = tasks(place, pace, &mut random)?;
        write(&db, place, &tasks).await?;
    }
    // Postgres does it by itself, a minute later.
    db.execute("analyze", |query| query).await?;
    db.close().await;
    Ok(())
}
