//! Lists of tasks, filtered and sorted: of one project, or of all projects of a person.

use std::{
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};
use uuid::Uuid;

use crate::{
    auth::caller::Caller,
    base::{
        error::Result,
        ids::{ProjectId, UserId},
    },
    db::{
        Bind, Db,
        query::{Part, part},
    },
    model::{
        filters::{Choice, Days, Status, TaskFilter},
        search,
        tasks::{self, Task},
    },
};

/// By what tasks are sorted. Of equal ones the first created is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// As on the board: by column, and then as they stand there.
    Position,
    /// What is not due comes last, either way round.
    DueOn,
    Priority,
    UpdatedAt,
    CreatedAt,
    Number,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub key: SortKey,
    pub descending: bool,
}

impl Sort {
    const NAMES: [(&'static str, SortKey); 6] = [
        ("position", SortKey::Position),
        ("due_on", SortKey::DueOn),
        ("priority", SortKey::Priority),
        ("updated_at", SortKey::UpdatedAt),
        ("created_at", SortKey::CreatedAt),
        ("number", SortKey::Number),
    ];
}

impl<'de> Deserialize<'de> for Sort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let name = text.strip_prefix('-').unwrap_or(&text);
        let found = Self::NAMES.iter().find(|(known, _)| *known == name).ok_or_else(|| {
            let names = Self::NAMES.map(|(name, _)| name).join(", ");
            D::Error::custom(format!("must be one of {names}, or one of them behind a hyphen"))
        })?;
        Ok(Self { key: found.1, descending: text.starts_with('-') })
    }
}

impl PartialSchema for Sort {
    fn schema() -> RefOr<Schema> {
        let each = Self::NAMES.iter().flat_map(|(name, _)| [(*name).to_owned(), format!("-{name}")]);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(each.collect::<Vec<_>>())).into()
    }
}

impl ToSchema for Sort {}

impl Sort {
    /// The two parts of the key that a task is sorted by: a number and a text.
    const fn expression(self) -> Part {
        match (self.key, self.descending) {
            (SortKey::Position, _) => part(
                "cast(0 as bigint) as sort_number,
                 ({hex t.project_id} || ' ' || c.position || ' ' || t.position) collate \"C\" as sort_text",
            ),
            (SortKey::DueOn, false) => {
                part("cast(0 as bigint) as sort_number, coalesce(t.due_on, '9999-99-99') collate \"C\" as sort_text")
            }
            (SortKey::DueOn, true) => {
                part("cast(0 as bigint) as sort_number, coalesce(t.due_on, '0000-00-00') collate \"C\" as sort_text")
            }
            (SortKey::Priority, _) => part("cast(t.priority as bigint) as sort_number, '' as sort_text"),
            (SortKey::UpdatedAt, _) => part("t.updated_at as sort_number, '' as sort_text"),
            (SortKey::CreatedAt, _) => part("t.created_at as sort_number, '' as sort_text"),
            (SortKey::Number, _) => part("t.number as sort_number, '' as sort_text"),
        }
    }
}

/// Where a page ends: behind this key and this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPlace {
    number: i64,
    text: String,
    id: Uuid,
}

impl Display for ListPlace {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}~{}", self.number, self.id.simple(), self.text.replace(' ', "_"))
    }
}

impl FromStr for ListPlace {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let mut parts = text.splitn(3, '~');
        let mut next = || parts.next().ok_or(());
        let (number, id, text) = (next()?, next()?, next()?);
        if text.contains('\0') {
            return Err(());
        }
        Ok(Self {
            number: number.parse().map_err(drop)?,
            id: Uuid::try_parse(id).map_err(drop)?,
            text: text.replace('_', " "),
        })
    }
}

/// A task in a list over several projects.
#[derive(Clone, Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct ListedTask {
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub task: Task,
    pub project_id: ProjectId,
    /// The project's key and the number, as in `WEB-12`.
    pub key: String,
    #[serde(skip)]
    sort_number: i64,
    #[serde(skip)]
    sort_text: String,
}

impl ListedTask {
    #[must_use]
    pub fn place(&self) -> ListPlace {
        ListPlace { number: self.sort_number, text: self.sort_text.clone(), id: self.task.id.0 }
    }
}

/// What is asked for.
pub struct TaskList<'a> {
    /// A line as in a search: its words have to be in the task, and its filters are added to the others.
    pub text: &'a str,
    pub filter: TaskFilter,
    pub project: Option<ProjectId>,
    pub sort: Sort,
    pub after: Option<ListPlace>,
    pub limit: i64,
}

/// Where the search for the tasks of a list begins. What fits is the same; what is looked at on the way is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// With what one person is assigned to.
    Assigned(UserId),
    /// With the first tasks of each project by the day on which they are due.
    DueFirst,
    /// With all tasks of the projects.
    All,
}

impl Start {
    fn of(list: &TaskList<'_>, has_line: bool) -> Self {
        let by_due = list.sort == Sort { key: SortKey::DueOn, descending: false };
        // In the archive there are other tasks than the index has.
        let unarchived = !list.filter.status.contains(&Status::Archived);
        match &list.filter.assignees {
            Some(Choice { ids, none: false }) if ids.len() == 1 => Self::Assigned(ids[0]),
            None if by_due && unarchived && !has_line => Self::DueFirst,
            _ => Self::All,
        }
    }
}

/// The columns of a task in a list, from the tasks `t` of the projects `p`.
const HEAD: &str =
    "select s.* from (
     select t.id, t.number, t.title, t.column_id, t.position, t.milestone_id, t.priority, t.start_on, t.due_on,
            t.estimate, t.completed_at, t.archived_at, t.comment_count, t.attachment_count, t.cover_id,
            t.created_by, t.created_at, t.updated_at, t.version, t.project_id, p.key || '-' || cast(t.number as text) as key,";

const PROJECTS: Part = part(
    "from members m
     join projects p on p.id = m.project_id and p.deleted_at is null",
);
const TASKS: Part = part("join tasks t on t.project_id = p.id and t.trashed_at is null");
const ASSIGNED: Part = part(
    "{join} task_assignees a on a.project_id = p.id and a.user_id = $1
     {join} tasks t on t.id = a.task_id and t.trashed_at is null",
);
/// The index `tasks_by_due_in_project` has what is neither in the trash nor archived: the statement says so in its words.
const FIRST_DUE: Part = part(
    "{join} tasks t on t.id {among (}
       select t.id from tasks t
       where t.project_id = p.id and t.trashed_at is null and t.archived_at is null",
);
const FIRST_DUE_BEHIND: Part = part("and (coalesce(t.due_on, '9999-99-99') collate \"C\", t.id) > ($1, $2)");
const FIRST_DUE_END: Part = part("order by coalesce(t.due_on, '9999-99-99') collate \"C\", t.id limit $1 {)}");
const COLUMNS: Part = part("join columns c on c.id = t.column_id");

/// The tasks of the caller's projects, or of one of them, that fit. Memberships are looked up by the same statement.
pub async fn list(db: &Db, by: &Caller, list: TaskList<'_>) -> Result<Vec<ListedTask>> {
    let days = Days::now(by.user.time_zone.as_deref());
    let mut tx = db.begin_read().await?;
    let line = search::line(&mut tx, by, list.text, list.project).await?;
    let start = Start::of(&list, line.is_some());
    let mut query = tx.query(HEAD).append(list.sort.expression()).append(PROJECTS);
    query = match start {
        Start::Assigned(user) => query.append(ASSIGNED).bind(user),
        Start::DueFirst => {
            query = list.filter.apply(query.append(FIRST_DUE), &days);
            if let Some(after) = &list.after {
                query = query.append(FIRST_DUE_BEHIND).bind(after.text.as_str()).bind(after.id);
            }
            query.append(FIRST_DUE_END).bind(list.limit)
        }
        Start::All => query.append(TASKS),
    };
    if list.sort.key == SortKey::Position {
        query = query.append(COLUMNS);
    }
    query = query.append(part("where m.user_id = $1")).bind(by.user.id);
    if let Some(within) = by.within() {
        query = query
            .append(part("and p.id in (select r.id from {rows $1: id uuid} as r)"))
            .bind_rows(&within, |cells, id| cells.bind(*id));
    }
    if let Some(project) = list.project {
        query = query.append(part("and p.id = $1")).bind(project);
    }
    if let Some(line) = &line {
        query = query
            .append(part("and p.id in (select r.id from {rows $1: id uuid} as r)"))
            .bind_rows(&line.projects, |cells, id| cells.bind(*id));
        if let Some(words) = &line.words {
            query = query
                .append(part("and t.id in (select d.object_id from {documents} where {matches $1} and d.kind = 0)"))
                .bind_expression(words);
        }
        query = line.filter.apply_chosen(query, &days);
    }
    if start != Start::DueFirst {
        let mut filter = list.filter;
        if let Start::Assigned(_) = start {
            filter.assignees = None;
        }
        let unsaid = line.is_none_or(|line| line.filter.status.is_empty());
        query = if unsaid { filter.apply(query, &days) } else { filter.apply_chosen(query, &days) };
    }
    query = query.append(part(") s"));
    if let Some(after) = &list.after {
        let behind = if list.sort.descending {
            part(
                "where (s.sort_number, s.sort_text) < ($1, $2) or ((s.sort_number, s.sort_text) = ($1, $2) and s.id > $3)",
            )
        } else {
            part(
                "where (s.sort_number, s.sort_text) > ($1, $2) or ((s.sort_number, s.sort_text) = ($1, $2) and s.id > $3)",
            )
        };
        query = query.append(behind).bind(after.number).bind(after.text.as_str()).bind(after.id);
    }
    let order = if list.sort.descending {
        part("order by s.sort_number desc, s.sort_text desc, s.id limit $1")
    } else {
        part("order by s.sort_number, s.sort_text, s.id limit $1")
    };
    let mut found: Vec<ListedTask> = query.append(order).bind(list.limit).plan_anew().all().await?;
    let ids: Vec<_> = found.iter().map(|listed| listed.task.id).collect();
    let parts = tasks::parts_of(&mut tx, &ids).await?;
    for listed in &mut found {
        parts.fill(&mut listed.task);
    }
    Ok(found)
}
