//! A project as a file: everything of it that a member may see, piece by piece, as it is at one moment.
//!
//! - this file — what is asked for, and what a project is made of
//! - [`account`] — what there is of one person instead
//! - `json` — the whole as one document, which this program imports
//! - `csv` — one kind of it as a table

pub mod account;
pub(in crate::model) mod csv;
mod json;

use std::collections::HashMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::json::{ExportHead, ProjectExport};
use crate::{
    auth::role::Role,
    base::{
        error::{Error, Result},
        ids::{ProjectId, TaskId, UserId},
    },
    change::InSnapshot,
    db::{Bind, Db, Tx},
    model::{
        checklists::ChecklistItem,
        columns::Column,
        comments::Comment,
        labels::Label,
        milestones::Milestone,
        projects::Project,
        tasks::{self, TaskDetail},
    },
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportFormat, default = "json")]
pub enum Format {
    #[default]
    Json,
    Csv,
}

impl Format {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

/// What a table lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
#[schema(as = ExportKind, default = "tasks")]
pub enum Kind {
    #[default]
    Tasks,
    Comments,
    ChecklistItems,
    Dependencies,
    Attachments,
    Columns,
    Labels,
    Milestones,
    People,
}

impl Kind {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Comments => "comments",
            Self::ChecklistItems => "checklist_items",
            Self::Dependencies => "dependencies",
            Self::Attachments => "attachments",
            Self::Columns => "columns",
            Self::Labels => "labels",
            Self::Milestones => "milestones",
            Self::People => "people",
        }
    }
}

/// Where an export goes, piece by piece.
pub trait Sink: Send {
    fn write(&mut self, bytes: Bytes) -> impl Future<Output = Result<()>> + Send;
}

/// A project, and what the reader may see of it beside.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub project: ProjectId,
    /// Managers know people by their addresses.
    pub with_emails: bool,
    pub reader: Option<UserId>,
    pub format: Format,
    pub kind: Kind,
}

/// So many bytes go out at once.
const PIECE: usize = 32 * 1024;
/// How many tasks are read at once, and how many comments.
const TASKS: i64 = 200;
const COMMENTS: i64 = 500;

/// Gathers what is written into pieces.
struct Out<'a, S> {
    sink: &'a mut S,
    piece: Vec<u8>,
}

impl<S: Sink> Out<'_, S> {
    async fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<()> {
        let piece = std::mem::take(&mut self.piece);
        if piece.is_empty() { Ok(()) } else { self.sink.write(piece.into()).await }
    }
}

/// A person who belongs to the project, or did.
#[derive(Clone, Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct ExportedPerson {
    pub id: UserId,
    pub name: String,
    /// For managers and owners; `null` for others. Of a guest the one of the file that they came from.
    #[schema(required)]
    pub email: Option<String>,
    /// `null` of a person who is no member any more.
    #[schema(required)]
    pub role: Option<Role>,
    pub disabled: bool,
}

/// Write it. Every statement sees the same moment.
pub async fn write(db: &Db, wanted: Wanted, sink: &mut impl Sink) -> Result<()> {
    let mut tx = db.begin_read().await?;
    let mut out = Out { sink, piece: vec![] };
    match wanted.format {
        Format::Json => json::write(&mut tx, wanted, &mut out).await?,
        Format::Csv => csv::write(&mut tx, wanted, &mut out).await?,
    }
    out.flush().await
}

/// The project of a key or an id, for the command line: keys are one to a person, and not to all.
pub async fn named(db: &Db, name: &str) -> Result<ProjectId> {
    if let Ok(id) = uuid::Uuid::try_parse(name) {
        return Ok(ProjectId(id));
    }
    let found: Vec<(ProjectId, String)> = db
        .query("select id, name from projects where key = $1 and deleted_at is null order by id")
        .bind(name)
        .all()
        .await?;
    match &found[..] {
        [] => Err(Error::NotFound),
        [(id, _)] => Ok(*id),
        several => {
            let list: Vec<String> = several.iter().map(|(id, name)| format!("{id} ({name})")).collect();
            Err(Error::BadRequest(format!("several projects have this key, name one by its id: {}", list.join(", "))))
        }
    }
}

async fn project(tx: &mut Tx, wanted: Wanted) -> Result<Project> {
    tx.query(
        "select id, name, key, description, move_completed, template, archived_at, version from projects
         where id = $1 and deleted_at is null",
    )
    .bind(wanted.project)
    .one()
    .await
}

async fn people(tx: &mut Tx, wanted: Wanted) -> Result<Vec<ExportedPerson>> {
    tx.query(
        "select u.id, u.name, m.role, u.disabled_at is not null as disabled,
                case when $2 or u.id = $3 then case when u.guest then u.guest_email else u.email end end as email
         from (select user_id as id from members where project_id = $1
               union
               select created_by from tasks where project_id = $1
               union
               select author_id from comments where project_id = $1
               union
               select r.user_id from comment_reactions r join comments c on c.id = r.comment_id where c.project_id = $1
               union
               select user_id from task_assignees where project_id = $1
               union
               select uploaded_by from attachments where project_id = $1) as known
         join users u on u.id = known.id
         left join members m on m.user_id = u.id and m.project_id = $1
         order by u.id",
    )
    .bind(wanted.project)
    .bind(wanted.with_emails)
    .bind(wanted.reader)
    .all()
    .await
}

/// What tasks refer to.
async fn all<T: InSnapshot>(tx: &mut Tx, wanted: Wanted) -> Result<Vec<T>> {
    tx.query(T::ALL).bind(wanted.project).all().await
}

/// The next tasks behind a number, archived ones too.
async fn next_tasks(tx: &mut Tx, wanted: Wanted, after: i64) -> Result<Vec<TaskDetail>> {
    let ids: Vec<(TaskId, i64)> = tx
        .query(
            "select id, number from tasks
             where project_id = $1 and number > $2 and trashed_at is null
             order by number
             limit $3",
        )
        .bind(wanted.project)
        .bind(after)
        .bind(TASKS)
        .all()
        .await?;
    let found = tasks::load_all(tx, ids.iter().map(|(id, _)| *id)).await?;
    let mut found: HashMap<TaskId, TaskDetail> = found.into_iter().map(|task| (task.task.id, task)).collect();
    Ok(ids.into_iter().filter_map(|(id, _)| found.remove(&id)).collect())
}

async fn items_of(tx: &mut Tx, tasks: &[TaskDetail]) -> Result<HashMap<TaskId, Vec<ChecklistItem>>> {
    use crate::model::objects::OfTask;
    let items: Vec<ChecklistItem> =
        tx.query(ChecklistItem::OF_TASKS).bind_rows(tasks, |cells, task| cells.bind(task.task.id)).all().await?;
    let mut of: HashMap<TaskId, Vec<ChecklistItem>> = HashMap::new();
    for item in items {
        of.entry(item.task_id).or_default().push(item);
    }
    Ok(of)
}

/// The columns, labels, milestones and people by their ids, as tables name them.
struct Names {
    columns: HashMap<uuid::Uuid, String>,
    labels: HashMap<uuid::Uuid, String>,
    milestones: HashMap<uuid::Uuid, String>,
    people: HashMap<uuid::Uuid, String>,
}

impl Names {
    async fn load(tx: &mut Tx, wanted: Wanted) -> Result<Self> {
        let columns: Vec<Column> = all(tx, wanted).await?;
        let labels: Vec<Label> = all(tx, wanted).await?;
        let milestones: Vec<Milestone> = all(tx, wanted).await?;
        Ok(Self {
            columns: columns.into_iter().map(|column| (column.id.0, column.name)).collect(),
            labels: labels.into_iter().map(|label| (label.id.0, label.name)).collect(),
            milestones: milestones.into_iter().map(|one| (one.id.0, one.name)).collect(),
            people: people(tx, wanted).await?.into_iter().map(|person| (person.id.0, person.name)).collect(),
        })
    }
}

/// The next comments of a task behind one.
async fn next_comments(tx: &mut Tx, task: TaskId, after: uuid::Uuid) -> Result<Vec<Comment>> {
    crate::model::comments::of_task(tx, task, after, COMMENTS).await
}
