//! A long log, written straight into the database: what would take hours through the API.

use boardcast::{
    base::{
        chain::Chain,
        clock::Timestamp,
        ids::{ProjectId, TaskId, UserId},
    },
    config::Commit,
    db::{Bind, Db},
    log::{digest, facts},
    model::boards::HELD,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Map, Value, json};

use crate::{
    Result,
    server::{Api, Home},
};

const STEP: usize = 500;
const KINDS: [&str; 3] = ["backlog", "active", "done"];
/// So many days until now.
const DAYS: i64 = 180;
const DAY: i64 = 86_400_000;

pub struct Filled {
    pub home: Home,
    pub project: String,
    /// The last event.
    pub head: i64,
}

struct Writer {
    project: ProjectId,
    actor: Value,
    seq: i64,
    chain: Chain,
    rows: Vec<(i64, &'static str, i64, String, i64)>,
}

impl Writer {
    fn add(&mut self, event_type: &'static str, at: i64, tasks: &Value) -> Result<()> {
        self.seq += 1;
        let event = json!({
            "project": self.project, "seq": self.seq, "type": event_type, "at": Timestamp(at), "actor": self.actor,
            "changes": {"tasks": tasks},
        });
        let (chain, body) = self.chain.append(serde_json::to_string(&event)?);
        self.chain = chain;
        self.rows.push((self.seq, event_type, at, body, chain.stored()));
        Ok(())
    }

    async fn write(&mut self, db: &Db) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        db.execute(
            "insert into events (project_id, seq, type, at, body, chain)
             select $2, r.seq, r.type, r.at, r.body, r.chain
             from {rows $1: seq bigint, type text, at bigint, body text, chain bigint} as r",
            |query| {
                query
                    .bind_rows(rows, |cells, (seq, event_type, at, body, chain)| {
                        cells.bind(seq).bind(event_type.to_owned()).bind(Timestamp(at)).bind(body).bind(chain)
                    })
                    .bind(self.project)
            },
        )
        .await?;
        Ok(())
    }
}

/// The columns of the project, one of each kind.
async fn columns(home: &Home, project: &str) -> Result<(Vec<String>, Value, i64, Chain)> {
    let server = home.start(&[], None)?;
    let client = reqwest::Client::new();
    let mut columns = vec![];
    for kind in KINDS {
        let url = format!("http://{}/api/v1/projects/{project}/columns", server.host);
        let made = client.post(url).bearer_auth(&server.token).json(&json!({"name": kind, "kind": kind}));
        let made: Value = made.send().await?.error_for_status()?.json().await?;
        columns.push(made["id"].as_str().ok_or("no id")?.to_owned());
    }
    let api = Api::new(&server, &server.token);
    let board = api.get(&format!("/projects/{project}/board")).await?;
    let me = api.get("/me").await?;
    let seq = board["seq"].as_i64().ok_or("no seq")?;
    let chain = board["cursor"].as_str().and_then(|cursor| cursor.rsplit('.').next()).and_then(Chain::parse);
    Ok((columns, json!({"id": me["id"], "name": me["name"]}), seq, chain.ok_or("no chain")?))
}

/// A project with so many events about so many tasks, digested.
pub async fn fill(events: usize, tasks: usize) -> Result<Filled> {
    let home = Home::new(None, 1, 1).await?;
    let project = home.projects[0].id.clone();
    let (columns, actor, seq, chain) = columns(&home, &project).await?;
    let db = Db::sqlite(&home.file(), Commit::Shared).await?;
    let mut random = StdRng::seed_from_u64(7);
    let project_id = ProjectId(project.parse()?);
    let user = actor["id"].clone();
    let mut writer = Writer { project: project_id, actor, seq, chain, rows: vec![] };
    let begin = Timestamp::now().0 - DAYS * DAY;
    let mut all: Vec<Map<String, Value>> = vec![];
    for event in 0..events {
        let at = begin + i64::try_from(event)? * (DAYS * DAY / i64::try_from(events)?);
        // Tasks come all the time, and stay.
        if all.len() < tasks * (event + 1) / events + 1 {
            let number = all.len() + 2;
            let task = json!({
                "id": TaskId::new(), "number": number, "title": format!("Task {number} of many"),
                "column_id": columns[0], "position": format!("a{event:08}"), "assignee_ids": [], "label_ids": [],
                "milestone_id": null, "priority": "none", "start_on": null, "due_on": null, "estimate": null,
                "completed_at": null, "archived_at": null, "comment_count": 0, "attachment_count": 0, "cover_id": null,
                "created_by": user, "created_at": Timestamp(at), "version": writer.seq + 1,
            });
            writer.add("task.created", at, &json!([task]))?;
            all.extend(task.as_object().cloned());
        } else {
            let task = random.random_range(0..all.len());
            let task = &mut all[task];
            let mut change = json!({"id": task["id"], "version": writer.seq + 1});
            let event_type = match random.random_range(0..10) {
                0..5 => {
                    let column = random.random_range(0..KINDS.len());
                    change["column_id"] = json!(columns[column]);
                    change["position"] = json!(format!("a{event:08}"));
                    change["completed_at"] = if column == 2 { json!(Timestamp(at)) } else { Value::Null };
                    "task.moved"
                }
                5..7 => {
                    change["assignee_ids"] = if random.random() { json!([user]) } else { json!([]) };
                    "task.assigned"
                }
                7 => {
                    change["due_on"] = json!(Timestamp(at + 9 * DAY).to_string()[..10]);
                    "task.changed"
                }
                _ => {
                    change["title"] = json!(format!("A title that was changed at event {event}"));
                    "task.changed"
                }
            };
            task.extend(change.as_object().cloned().unwrap_or_default());
            writer.add(event_type, at, &json!([change]))?;
        }
        if writer.rows.len() == STEP {
            writer.write(&db).await?;
        }
    }
    writer.write(&db).await?;
    rows(&db, project_id, &all).await?;
    let head = writer.seq;
    db.execute("update projects set seq = $2, task_seq = $3, open_task_count = $3 where id = $1", |query| {
        query.bind(project_id).bind(head).bind(i64::try_from(all.len() + 1).unwrap_or(0))
    })
    .await?;
    while digest::step(&db, project_id, HELD).await? {}
    while facts::step(&db, project_id, HELD).await? {}
    db.close().await;
    Ok(Filled { home, project, head })
}

/// The rows of the tasks, as far as reports read them.
async fn rows(db: &Db, project: ProjectId, all: &[Map<String, Value>]) -> Result<()> {
    for step in all.chunks(STEP) {
        let text = |task: &Map<String, Value>, field: &str| task[field].as_str().unwrap_or_default().to_owned();
        let id = |task: &Map<String, Value>, field: &str| text(task, field).parse::<uuid::Uuid>().unwrap_or_default();
        db.execute(
            "insert into tasks (id, project_id, number, title, description, column_id, position, priority, created_by,
                                created_at, version)
             select r.id, $2, r.number, r.title, '', r.column_id, r.position, 0, r.created_by, $3, r.version
             from {rows $1: id uuid, number bigint, title text, column_id uuid, position text, created_by uuid,
                   version bigint} as r",
            |query| {
                query
                    .bind_rows(step, |cells, task| {
                        cells
                            .bind(id(task, "id"))
                            .bind(task["number"].as_i64())
                            .bind(text(task, "title"))
                            .bind(id(task, "column_id"))
                            .bind(text(task, "position"))
                            .bind(UserId(id(task, "created_by")))
                            .bind(task["version"].as_i64())
                    })
                    .bind(project)
                    .bind(Timestamp::now())
            },
        )
        .await?;
    }
    Ok(())
}
