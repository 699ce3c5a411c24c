//! What would take hours through the API is written straight into the database, on both by the same statements.

use std::time::{Duration, Instant};

use boardcast::{
    base::{
        clock::Timestamp,
        ids::{ColumnId, CommentId, ProjectId, TaskId, UserId},
        rank,
    },
    config::Commit,
    db::{Bind, Db},
    model::search::index,
};
use uuid::{Builder, Uuid};

use crate::{
    Pace, Result,
    corpus::{Corpus, Text},
    server::{Api, Home},
};

const PROJECTS: usize = 10;
/// Of five texts one is a task, and the others are comments on tasks.
const COMMENTS: usize = 4;
const STEP: usize = 500;
const FIRST: i64 = 1_700_000_000_000;
/// A text every two minutes: a year of a busy team.
const EVERY: i64 = 120_000;

pub struct Filled {
    pub home: Home,
    /// Some of the texts.
    pub sample: Vec<Text>,
    pub corpus: Corpus,
    /// How long the index took.
    pub indexed: Duration,
    pub bytes: usize,
}

struct Place {
    project: ProjectId,
    column: ColumnId,
    by: UserId,
}

fn id(at: i64, corpus: &mut Corpus) -> Uuid {
    let mut random = [0; 10];
    for byte in &mut random {
        *byte = u8::try_from(corpus.below(256)).unwrap_or(0);
    }
    Builder::from_unix_timestamp_millis(u64::try_from(at).unwrap_or(0), &random).into_uuid()
}

async fn open(home: &Home, database: Option<&String>) -> Result<Db> {
    Ok(match database {
        Some(url) => Db::postgres(url, Commit::Shared).await?,
        None => Db::sqlite(&home.file(), Commit::Shared).await?,
    })
}

pub async fn fill(database: Option<String>, pace: Pace) -> Result<Filled> {
    let home = Home::new(database.clone(), PROJECTS, 1).await?;
    let mut places = vec![];
    {
        let server = home.start(&[], None)?;
        let api = Api::new(&server, &server.token);
        let by = uuid(&api.get("/me").await?["id"])?;
        for project in &home.projects {
            let board = api.get(&format!("/projects/{}/board", project.id)).await?;
            let (project, column) = (uuid(&board["project"]["id"])?, uuid(&board["columns"][0]["id"])?);
            places.push(Place { project: ProjectId(project), column: ColumnId(column), by: UserId(by) });
        }
    }
    let db = open(&home, database.as_ref()).await?;
    let mut corpus = Corpus::new();
    let (mut sample, mut bytes) = (vec![], 0);
    let each = pace.texts / PROJECTS;
    let mut at = FIRST;
    for place in &places {
        let (tasks, comments) = (each / (COMMENTS + 1), each - each / (COMMENTS + 1));
        let ids = write_tasks(&db, place, tasks, &mut corpus, &mut at, (&mut sample, &mut bytes)).await?;
        write_comments(&db, place, &ids, comments, &mut corpus, &mut at, (&mut sample, &mut bytes)).await?;
    }
    let began = Instant::now();
    index::begin_anew(&db).await?;
    while index::catch_up(&db).await?.is_some() {}
    let indexed = began.elapsed();
    if database.is_some() {
        // Postgres does it by itself, a minute later.
        db.execute("analyze search_documents", |query| query).await?;
        db.execute("analyze tasks", |query| query).await?;
    }
    db.close().await;
    Ok(Filled { home, sample, corpus, indexed, bytes })
}

fn uuid(value: &serde_json::Value) -> Result<Uuid> {
    Ok(value.as_str().ok_or("no id")?.parse()?)
}

/// Some texts to search for, and how many bytes there are.
type Seen<'a> = (&'a mut Vec<Text>, &'a mut usize);

fn see(seen: &mut Seen<'_>, text: Text, corpus: &mut Corpus) -> String {
    *seen.1 += text.body.len();
    let body = text.body.clone();
    if corpus.below(20) == 0 {
        seen.0.push(text);
    }
    body
}

async fn write_tasks(
    db: &Db,
    place: &Place,
    count: usize,
    corpus: &mut Corpus,
    at: &mut i64,
    mut seen: Seen<'_>,
) -> Result<Vec<Uuid>> {
    let mut ids = vec![];
    let positions = rank::append(Some("a2"), count);
    for (step, positions) in positions.chunks(STEP).enumerate() {
        let mut rows = vec![];
        for (index, position) in positions.iter().enumerate() {
            *at += EVERY;
            let task = id(*at, corpus);
            let title = corpus.text(3, 8);
            let title = see(&mut seen, title, corpus);
            let number = i64::try_from(step * STEP + index + 2)?;
            rows.push((task, number, title, position.clone(), *at));
            ids.push(task);
        }
        db.execute(
            "insert into tasks (id, project_id, number, title, description, column_id, position, priority, created_by,
                                created_at, version)
             select r.id, $2, r.number, r.title, '', $3, r.position, 0, $4, r.created_at, 1
             from {rows $1: id uuid, number bigint, title text, position text, created_at bigint} as r",
            |query| {
                query
                    .bind_rows(rows, |cells, (task, number, title, position, at)| {
                        cells.bind(TaskId(task)).bind(number).bind(title).bind(position).bind(Timestamp(at))
                    })
                    .bind(place.project)
                    .bind(place.column)
                    .bind(place.by)
            },
        )
        .await?;
    }
    db.execute(
        "update projects set task_seq = task_seq + $2, open_task_count = open_task_count + $2 where id = $1",
        |query| query.bind(place.project).bind(i64::try_from(count).unwrap_or(0)),
    )
    .await?;
    Ok(ids)
}

async fn write_comments(
    db: &Db,
    place: &Place,
    tasks: &[Uuid],
    count: usize,
    corpus: &mut Corpus,
    at: &mut i64,
    mut seen: Seen<'_>,
) -> Result<()> {
    let mut left = count;
    while left > 0 {
        let mut rows = vec![];
        for _ in 0..left.min(STEP) {
            *at += EVERY;
            let (comment, task) = (id(*at, corpus), tasks[corpus.below(tasks.len())]);
            let body = corpus.text(8, 40);
            rows.push((comment, task, see(&mut seen, body, corpus), *at));
        }
        left -= rows.len();
        db.execute(
            "insert into comments (id, project_id, task_id, author_id, body, body_html, created_at, version)
             select r.id, $2, r.task_id, $3, r.body, '', r.created_at, 1
             from {rows $1: id uuid, task_id uuid, body text, created_at bigint} as r",
            |query| {
                query
                    .bind_rows(rows, |cells, (comment, task, body, at)| {
                        cells.bind(CommentId(comment)).bind(TaskId(task)).bind(body).bind(Timestamp(at))
                    })
                    .bind(place.project)
                    .bind(place.by)
            },
        )
        .await?;
    }
    Ok(())
}
