//! What the filters of a search name: people, labels, milestones, columns and projects of the searcher.

use uuid::Uuid;

use super::{
    DocumentKind,
    wanted::{Field, Wanted},
};
use crate::{
    base::{
        clock::Day,
        error::{Error, Result},
        fold::fold,
        ids::{ColumnId, LabelId, MilestoneId, ProjectId, UserId},
        tokens::tokens,
    },
    db::{Bind, Query, Tx},
    model::{
        filters::{Choice, Due, Status, TaskFilter, When},
        tasks::Priority,
    },
};

/// A project in which is searched.
#[derive(Clone, Debug, sqlx_macros::FromRow)]
pub struct Searched {
    pub id: ProjectId,
    pub key: String,
    pub name: String,
}

/// What filters come to.
#[derive(Debug, Default)]
pub struct Filters {
    pub tasks: TaskFilter,
    pub kinds: Vec<DocumentKind>,
    pub without_kinds: Vec<DocumentKind>,
}

fn refuse<T>(field: &str, value: &str, expected: &str) -> Result<T> {
    Err(Error::invalid("/q", format!("`{field}:{value}` is no filter: {expected}")))
}

/// Those that have this name, or else those whose name has words that begin so.
fn named<T: Copy>(all: &[(T, String)], wanted: &str) -> Vec<T> {
    let folded = fold(wanted.trim());
    let same = |(_, name): &&(T, String)| fold(name) == folded;
    let exact: Vec<T> = all.iter().filter(same).map(|(id, _)| *id).collect();
    let words: Vec<_> = tokens(wanted).map(|token| token.text).collect();
    if !exact.is_empty() || words.is_empty() {
        return exact;
    }
    let begins = |name: &str| {
        let parts: Vec<_> = tokens(name).map(|token| token.text).collect();
        words.iter().all(|word| parts.iter().any(|part| part.starts_with(word.as_str())))
    };
    all.iter().filter(|(_, name)| begins(name)).map(|(id, _)| *id).collect()
}

fn of_projects<'q>(query: Query<'q>, projects: &[Searched]) -> Query<'q> {
    query.bind_rows(projects, |cells, project| cells.bind(project.id))
}

async fn members(tx: &mut Tx, projects: &[Searched]) -> Result<Vec<(Uuid, String)>> {
    let query = tx.query(
        "select distinct u.id, u.name from {rows $1: id uuid} as r
         join members m on m.project_id = r.id
         join users u on u.id = m.user_id",
    );
    of_projects(query, projects).all().await
}

async fn labels(tx: &mut Tx, projects: &[Searched]) -> Result<Vec<(Uuid, String)>> {
    let query = tx.query("select l.id, l.name from {rows $1: id uuid} as r join labels l on l.project_id = r.id");
    of_projects(query, projects).all().await
}

async fn milestones(tx: &mut Tx, projects: &[Searched]) -> Result<Vec<(Uuid, String)>> {
    let query = tx.query("select m.id, m.name from {rows $1: id uuid} as r join milestones m on m.project_id = r.id");
    of_projects(query, projects).all().await
}

async fn columns(tx: &mut Tx, projects: &[Searched]) -> Result<Vec<(Uuid, String)>> {
    let query = tx.query("select c.id, c.name from {rows $1: id uuid} as r join columns c on c.project_id = r.id");
    of_projects(query, projects).all().await
}

/// Add what a value names: none, an id, or a name.
fn choose<T: Copy>(chosen: &mut Option<Choice<T>>, value: &str, all: &[(Uuid, String)], id: fn(Uuid) -> T) {
    let chosen = chosen.get_or_insert_default();
    if value.eq_ignore_ascii_case("none") {
        chosen.none = true;
    } else if let Ok(one) = Uuid::try_parse(value) {
        chosen.ids.push(id(one));
    } else {
        chosen.ids.extend(named(all, value).into_iter().map(id));
    }
}

/// Narrow the projects to those that are named, by key or by name.
pub fn narrow(projects: &mut Vec<Searched>, line: &Wanted) {
    let of = |filters: &'_ [(Field, String)]| -> Vec<String> {
        filters.iter().filter(|(field, _)| *field == Field::Project).map(|(_, value)| value.clone()).collect()
    };
    let (wanted, excluded) = (of(&line.filters), of(&line.excluded));
    let named = |project: &Searched, wanted: &str| {
        project.key.eq_ignore_ascii_case(wanted)
            || fold(&project.name) == fold(wanted)
            || Uuid::try_parse(wanted).is_ok_and(|id| id == project.id.0)
    };
    projects.retain(|project| {
        let is_wanted = wanted.is_empty() || wanted.iter().any(|wanted| named(project, wanted));
        is_wanted && !excluded.iter().any(|excluded| named(project, excluded))
    });
}

fn status(value: &str) -> Result<Status> {
    match value.to_ascii_lowercase().as_str() {
        "open" => Ok(Status::Open),
        "done" => Ok(Status::Done),
        "archived" => Ok(Status::Archived),
        _ => refuse("is", value, "it is open, done or archived"),
    }
}

fn priority(value: &str) -> Result<Priority> {
    match value.to_ascii_lowercase().as_str() {
        "none" => Ok(Priority::None),
        "low" => Ok(Priority::Low),
        "medium" => Ok(Priority::Medium),
        "high" => Ok(Priority::High),
        "urgent" => Ok(Priority::Urgent),
        _ => refuse("priority", value, "it is none, low, medium, high or urgent"),
    }
}

fn kind(value: &str) -> Result<DocumentKind> {
    match value.to_ascii_lowercase().as_str() {
        "task" => Ok(DocumentKind::Task),
        "comment" => Ok(DocumentKind::Comment),
        "attachment" => Ok(DocumentKind::Attachment),
        _ => refuse("kind", value, "it is task, comment or attachment"),
    }
}

/// A word, or days.
#[must_use]
pub fn due(value: &str) -> Option<Due> {
    match value.to_ascii_lowercase().as_str() {
        "overdue" => Some(Due::Overdue),
        "today" => Some(Due::Today),
        "week" => Some(Due::Week),
        "later" => Some(Due::Later),
        "none" => Some(Due::None),
        _ => days(value).map(|(from, to)| Due::Between(from, to)),
    }
}

/// How far back, or days.
#[must_use]
pub fn when(value: &str) -> Option<When> {
    match value.to_ascii_lowercase().as_str() {
        "today" => Some(When::Last(1)),
        "week" => Some(When::Last(7)),
        "month" => Some(When::Last(30)),
        _ => days(value).map(|(from, to)| When::Between(from, to)),
    }
}

/// From which day to which: a day, `<` or `>` with a day, or two days with `..` between them.
fn days(value: &str) -> Option<(Option<Day>, Option<Day>)> {
    let day = |text: &str| text.parse::<Day>().ok();
    let either = |text: &str| if text.is_empty() { Some(None) } else { day(text).map(Some) };
    if let Some((from, to)) = value.split_once("..") {
        return Some((either(from)?, either(to)?)).filter(|_| value != "..");
    }
    for (sign, before, shift) in [("<=", true, 0), ("<", true, -1), (">=", false, 0), (">", false, 1)] {
        if let Some(rest) = value.strip_prefix(sign) {
            let end = day(rest)?.plus(shift);
            // Beyond the calendar there is nothing.
            let Some(end) = end else { return Some((day("2999-12-31"), day("1900-01-01"))) };
            return Some(if before { (None, Some(end)) } else { (Some(end), None) });
        }
    }
    let day = day(value)?;
    Some((Some(day.clone()), Some(day)))
}

fn said_when(field: &str, value: &str) -> Result<When> {
    let expected =
        "it is today, week, month, a day such as 2026-12-01, <2026-12-01, >=2026-12-01 or 2026-12-01..2026-12-24";
    when(value).map_or_else(|| refuse(field, value, expected), Ok)
}

/// Look up what the filters of a line name, in these projects.
pub async fn resolve(tx: &mut Tx, by: UserId, projects: &[Searched], line: &Wanted) -> Result<Filters> {
    let mut found = Filters::default();
    for (field, value) in &line.filters {
        add(tx, by, projects, &mut found, *field, value).await?;
    }
    for (field, value) in &line.excluded {
        let mut one = Filters::default();
        add(tx, by, projects, &mut one, *field, value).await?;
        found.without_kinds.extend(one.kinds);
        if !matches!(field, Field::Project | Field::Kind) {
            found.tasks.without.push(one.tasks);
        }
    }
    Ok(found)
}

/// Add what one filter asks for.
async fn add(
    tx: &mut Tx,
    by: UserId,
    projects: &[Searched],
    found: &mut Filters,
    field: Field,
    value: &str,
) -> Result<()> {
    let tasks = &mut found.tasks;
    match field {
        Field::Assignee if value.eq_ignore_ascii_case("me") => {
            tasks.assignees.get_or_insert_default().ids.push(by);
        }
        Field::Assignee => choose(&mut tasks.assignees, value, &members(tx, projects).await?, UserId),
        Field::Label => choose(&mut tasks.labels, value, &labels(tx, projects).await?, LabelId),
        Field::Milestone => choose(&mut tasks.milestones, value, &milestones(tx, projects).await?, MilestoneId),
        Field::Column => {
            let mut chosen = None;
            choose(&mut chosen, value, &columns(tx, projects).await?, ColumnId);
            tasks.columns.get_or_insert_default().extend(chosen.unwrap_or_default().ids);
        }
        Field::Priority => tasks.priorities.push(priority(value)?),
        Field::Is => tasks.status.push(status(value)?),
        Field::Due => {
            let expected = "it is overdue, today, week, later, none, a day such as 2026-12-01, <2026-12-01, >2026-12-01 \
                            or 2026-12-01..2026-12-24";
            tasks.due.push(due(value).map_or_else(|| refuse("due", value, expected), Ok)?);
        }
        Field::Created => tasks.created.push(said_when("created", value)?),
        Field::Updated => tasks.updated.push(said_when("updated", value)?),
        Field::Project => {}
        Field::Kind => found.kinds.push(kind(value)?),
    }
    Ok(())
}
