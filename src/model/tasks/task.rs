//! The task: its row, its shapes on the wire, and how a path names one.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::membership::Membership,
    base::{
        clock::{Day, Timestamp},
        error::{Error, Result},
        ids::{AttachmentId, ColumnId, LabelId, MilestoneId, TaskId, UserId},
        text::{Body, Key, Title},
    },
    change::{Change, InSnapshot, Kind, Many, Most, Object, Set},
    db::{Bind, Cells, Query, Tx},
    faults::planted,
    markdown::{self, Boxes, Known},
    model::{
        nullable,
        positions::Ordered,
        present,
        search::{
            DocumentKind,
            index::{self, Indexed},
        },
        tasks::parts,
    },
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::Type, ToSchema)]
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, sqlx_macros::FromRow, ToSchema)]
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
    /// The attachment that is shown on its card.
    #[schema(required)]
    pub cover_id: Option<AttachmentId>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    /// When it was last changed: its fields, its place, its people and labels, its checklist, its attachments, or what is said
    /// in its comments. Reactions and dependencies do not count, nor that it makes room for a neighbour.
    pub updated_at: Timestamp,
    pub version: i64,
}

/// A task with what is not on the board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, sqlx_macros::FromRow, ToSchema)]
pub struct TaskDetail {
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub task: Task,
    /// Markdown.
    pub description: String,
    /// The same as HTML that is safe to show.
    pub description_html: String,
}

impl TaskDetail {
    /// What of it can be found.
    #[must_use]
    pub fn indexed(&self) -> Indexed<'_> {
        Indexed {
            kind: DocumentKind::Task,
            id: self.task.id.0,
            task: self.task.id,
            created_at: self.task.created_at,
            title: &self.task.title,
            body: &self.description,
        }
    }

    /// Rows from before the HTML was kept have none.
    pub(super) fn fill_html(&mut self) {
        if self.description_html.is_empty() {
            self.description_html = markdown::render(&self.description, &Known::default(), Boxes::Named);
        }
    }
}

/// The rows of [`Task`]; where they come from is appended.
pub(super) const TASKS: &str =
    "select tasks.id, number, title, column_id, position, milestone_id, priority, start_on, due_on, estimate,
            completed_at, archived_at, comment_count, attachment_count, cover_id, created_by, created_at, updated_at, version
     from tasks";

/// The rows of [`TaskDetail`].
pub(super) const DETAILS: &str =
    "select tasks.id, number, title, column_id, position, milestone_id, priority, start_on, due_on, estimate,
            completed_at, archived_at, comment_count, attachment_count, cover_id, created_by, created_at, updated_at, version, description,
            coalesce(description_html, '') as description_html
     from tasks";

impl Kind for Task {
    const KIND: &'static str = "tasks";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = planted!(VersionThatCounts => self.version + 1, seq);
    }

    fn touch(&mut self, at: Timestamp) {
        self.updated_at = at;
    }

    fn in_snapshot(&self) -> bool {
        self.archived_at.is_none()
    }
}

impl InSnapshot for Task {
    const ALL: &'static str =
        "select id, number, title, column_id, position, milestone_id, priority, start_on, due_on, estimate,
                completed_at, archived_at, comment_count, attachment_count, cover_id, created_by, created_at, updated_at, version
         from tasks
         where project_id = $1 and archived_at is null
         order by column_id, position";
    const ORDER: &'static [&'static str] = &["column_id", "position"];
    const OMITTED: &'static [&'static str] = &["description", "description_html"];

    async fn load_all(tx: &mut Tx, by: &Membership) -> Result<Vec<Self>> {
        let mut tasks: Vec<Self> = tx.query(Self::ALL).bind(by.project()).all().await?;
        parts::fill_all(tx, by, &mut tasks).await?;
        Ok(tasks)
    }
}

impl Set for Task {
    const UPDATE_ALL: &'static str = "update tasks
         set column_id = r.column_id, position = r.position, milestone_id = r.milestone_id, start_on = r.start_on,
             due_on = r.due_on, completed_at = r.completed_at, updated_at = r.updated_at, version = r.version
         from {rows $1: id uuid, column_id uuid, position text, milestone_id uuid, start_on text, due_on text,
               completed_at bigint, updated_at bigint, version bigint} r
         where tasks.id = r.id";
    const PARK_ALL: &'static str = "update tasks set position = '~' || tasks.position
         from {rows $1: id uuid} r
         where tasks.id = r.id";

    fn bind_row(&self, cells: Cells) -> Cells {
        cells
            .bind(self.id)
            .bind(self.column_id)
            .bind(self.position.clone())
            .bind(self.milestone_id)
            .bind(self.start_on.clone())
            .bind(self.due_on.clone())
            .bind(self.completed_at)
            .bind(self.updated_at)
            .bind(self.version)
    }
}

impl Ordered for Task {
    const POSITION: &'static str = "select position from tasks where column_id = $1 and id = $2 and trashed_at is null";
    const PREVIOUS: &'static str =
        "select max(position) from tasks where column_id = $1 and id <> $2 and position < $3";
    const NEXT: &'static str = "select min(position) from tasks where column_id = $1 and id <> $2 and position > $3";
    const ROWS_BEFORE: &'static str =
        "select id, number, title, column_id, position, milestone_id, priority, start_on, due_on, estimate,
                completed_at, archived_at, comment_count, attachment_count, cover_id, created_by, created_at, updated_at, version
         from tasks
         where column_id = $1 and position < $2
         order by position desc
         limit $3";
    const ROWS_FROM: &'static str =
        "select id, number, title, column_id, position, milestone_id, priority, start_on, due_on, estimate,
                completed_at, archived_at, comment_count, attachment_count, cover_id, created_by, created_at, updated_at, version
         from tasks
         where column_id = $1 and position >= $2
         order by position
         limit $3";

    const TAKEN: &'static str = "select t.column_id, t.position, t.id from {rows $1: parent uuid, position text} r
         join tasks t on t.column_id = r.parent and t.position = r.position";

    fn position(&self) -> &str {
        &self.position
    }

    fn set_position(&mut self, position: String) {
        self.position = position;
    }
}

impl Kind for TaskDetail {
    const KIND: &'static str = Task::KIND;

    fn id(&self) -> Uuid {
        self.task.id()
    }

    fn set_version(&mut self, seq: i64) {
        self.task.set_version(seq);
    }

    fn touch(&mut self, at: Timestamp) {
        self.task.touch(at);
    }

    fn in_snapshot(&self) -> bool {
        self.task.in_snapshot()
    }
}

impl Object for TaskDetail {
    /// The project keeps the number of its tasks; see [`super::create`].
    const MOST: Option<Most> = None;
    const SELECT: &'static str =
        "select id, number, title, column_id, position, milestone_id, priority, start_on, due_on, estimate,
                completed_at, archived_at, comment_count, attachment_count, cover_id, created_by, created_at, updated_at, version, description,
            coalesce(description_html, '') as description_html
         from tasks
         where project_id = $1 and id = $2 and trashed_at is null";
    const INSERT: &'static str = "insert into tasks
           (project_id, id, title, description, description_html, column_id, position, milestone_id, priority,
            start_on, due_on, estimate, completed_at, archived_at, cover_id, updated_at, version, number, created_by,
            created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    const UPDATE: &'static str = "update tasks
         set title = $3, description = $4, description_html = $5, column_id = $6, position = $7, milestone_id = $8,
             priority = $9, start_on = $10, due_on = $11, estimate = $12, completed_at = $13, archived_at = $14,
             cover_id = $15, updated_at = $16, version = $17
         where project_id = $1 and id = $2";
    const DELETE: &'static str = "delete from tasks where project_id = $1 and id = $2";

    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        let task = &self.task;
        query
            .bind(task.title.clone())
            .bind(self.description.clone())
            .bind(self.description_html.clone())
            .bind(task.column_id)
            .bind(task.position.clone())
            .bind(task.milestone_id)
            .bind(task.priority)
            .bind(task.start_on.clone())
            .bind(task.due_on.clone())
            .bind(task.estimate)
            .bind(task.completed_at)
            .bind(task.archived_at)
            .bind(task.cover_id)
            .bind(task.updated_at)
            .bind(task.version)
    }

    fn bind_fixed<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.task.number).bind(self.task.created_by).bind(self.task.created_at)
    }

    async fn load_parts(&mut self, change: &mut Change) -> Result<()> {
        self.fill_html();
        parts::load(change.tx(), &mut self.task).await
    }

    async fn write_parts(&self, before: Option<&Self>, change: &mut Change) -> Result<()> {
        parts::write(change, before.map(|before| &before.task), &self.task).await?;
        let text = self.indexed();
        match before {
            None => index::add(change, text).await,
            Some(before) if (&before.task.title, &before.description) == (&self.task.title, &self.description) => {
                Ok(())
            }
            Some(_) => index::replace(change, text).await,
        }
    }
}

impl Many for TaskDetail {
    const INSERT_ALL: &'static str = "insert into tasks
           (project_id, id, title, description, description_html, column_id, position, milestone_id, priority,
            start_on, due_on, estimate, completed_at, comment_count, updated_at, version, number, created_by,
            created_at)
         select $2, r.id, r.title, r.description, r.description_html, r.column_id, r.position, r.milestone_id,
                r.priority, r.start_on, r.due_on, r.estimate, r.completed_at, r.comment_count, r.updated_at, r.version,
                r.number, r.created_by, r.created_at
         from {rows $1: id uuid, title text, description text, description_html text, column_id uuid, position text,
               milestone_id uuid, priority smallint, start_on text, due_on text, estimate double precision,
               completed_at bigint, comment_count bigint, updated_at bigint, version bigint, number bigint,
               created_by uuid, created_at bigint} r";

    fn bind_new(&self, cells: Cells) -> Cells {
        let task = &self.task;
        cells
            .bind(task.id)
            .bind(task.title.clone())
            .bind(self.description.clone())
            .bind(self.description_html.clone())
            .bind(task.column_id)
            .bind(task.position.clone())
            .bind(task.milestone_id)
            .bind(task.priority)
            .bind(task.start_on.clone())
            .bind(task.due_on.clone())
            .bind(task.estimate)
            .bind(task.completed_at)
            .bind(task.comment_count)
            .bind(task.updated_at)
            .bind(task.version)
            .bind(task.number)
            .bind(task.created_by)
            .bind(task.created_at)
    }
}

/// Declares a task of which one statement rewrites some fields and no others; [`Set`] says which. Where they are few they are
/// named here too, in the order of [`Task`]: an event compares those alone, which for thousands of tasks is most of its time.
/// Such a task neither enters nor leaves the snapshot by the change, as that tells of all fields.
macro_rules! part_of_task {
    ($(#[$doc:meta])* $name:ident { $($field:ident),+ $(,)? }) => {
        part_of_task! { @declare $(#[$doc])* #[derive(Clone, Debug, PartialEq, sqlx_macros::FromRow)] $name, }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct;

                let task = &self.of.task;
                let fields = ["id", $(stringify!($field),)+ "version"];
                let mut object = serializer.serialize_struct(stringify!($name), fields.len())?;
                object.serialize_field("id", &task.id)?;
                $(object.serialize_field(stringify!($field), &task.$field)?;)+
                object.serialize_field("version", &task.version)?;
                object.end()
            }
        }
    };
    ($(#[$doc:meta])* $name:ident) => {
        part_of_task! {
            @declare $(#[$doc])* #[derive(Clone, Debug, PartialEq, serde::Serialize, sqlx_macros::FromRow)] $name,
            #[serde(flatten)]
        }
    };
    (@declare $(#[$doc:meta])* $name:ident, $(#[$whole:meta])?) => {
        $(#[$doc])*
        struct $name {
            $(#[$whole])?
            #[sqlx(flatten)]
            of: $crate::model::tasks::TaskDetail,
        }

        impl $crate::change::Kind for $name {
            const KIND: &'static str = <$crate::model::tasks::TaskDetail as $crate::change::Kind>::KIND;

            fn id(&self) -> uuid::Uuid {
                self.of.id()
            }

            fn set_version(&mut self, seq: i64) {
                self.of.set_version(seq);
            }

            fn touch(&mut self, at: $crate::base::clock::Timestamp) {
                self.of.touch(at);
            }

            fn in_snapshot(&self) -> bool {
                self.of.in_snapshot()
            }
        }
    };
}

pub(super) use part_of_task;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    pub title: Title,
    pub column_id: ColumnId,
    /// The task before it; `null` is the beginning, absent the end.
    #[serde(default, deserialize_with = "nullable")]
    pub after: Option<Option<TaskId>>,
    /// The task behind it, for when there is no `after`, or it is no longer in the column.
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
    #[schema(minimum = 0, maximum = 100_000)]
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
    #[schema(minimum = 0, maximum = 100_000)]
    pub estimate: Option<Option<f64>>,
    /// One of the task's attachments.
    #[serde(default, deserialize_with = "nullable")]
    pub cover_id: Option<Option<AttachmentId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub assignee_ids: Option<Vec<UserId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub label_ids: Option<Vec<LabelId>>,
}

impl TaskPatch {
    /// Whether it is about nothing but the assignees.
    pub(super) const fn only_assigns(&self) -> bool {
        self.assignee_ids.is_some()
            && self.label_ids.is_none()
            && self.title.is_none()
            && self.description.is_none()
            && self.priority.is_none()
            && self.milestone_id.is_none()
            && self.start_on.is_none()
            && self.due_on.is_none()
            && self.estimate.is_none()
            && self.cover_id.is_none()
    }
}

/// Where a task goes: `column_id`, and its neighbours there, `after` (`null` is the beginning) and `before` (`null` is
/// the end), of which one is enough. It goes next to the first of the two that is still in the column, or else to the
/// end; the answer tells where it is.
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
#[derive(Clone, Debug)]
pub enum TaskRef {
    Id(TaskId),
    Number(i64),
    /// As in `WEB-12`: the key is the project's, or there is no such task.
    Keyed(Key, i64),
}

impl FromStr for TaskRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Ok(id) = Uuid::try_parse(text) {
            return Ok(Self::Id(TaskId(id)));
        }
        let number = |digits: &str| {
            let only_digits = digits.bytes().all(|b| b.is_ascii_digit());
            digits.parse().ok().filter(|_| only_digits).ok_or(Error::NotFound)
        };
        match text.rsplit_once('-') {
            None => number(text).map(Self::Number),
            Some((key, digits)) => Ok(Self::Keyed(Key::parse(key).map_err(|_| Error::NotFound)?, number(digits)?)),
        }
    }
}

impl<'de> Deserialize<'de> for TaskRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
