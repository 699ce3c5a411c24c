//! Which tasks a list or a search is about: one filter, and its parts of a statement about the tasks `t`. Values of one
//! field are alternatives, and every field has to fit.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        clock::{Day, Timestamp},
        ids::{ColumnId, LabelId, MilestoneId, UserId},
    },
    db::{
        Bind, Query,
        query::{Part, part},
    },
    model::tasks::Priority,
};

/// What has become of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not completed, and not archived.
    Open,
    /// Completed, and not archived.
    Done,
    Archived,
}

/// Some of a kind, or tasks that have none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<T> {
    pub ids: Vec<T>,
    pub none: bool,
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self { ids: vec![], none: false }
    }
}

/// When a task is due. The words are about what is not completed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    Overdue,
    Today,
    /// Today and in the seven days behind it.
    Week,
    /// Behind those.
    Later,
    None,
    /// From a day to a day, both included.
    Between(Option<Day>, Option<Day>),
}

/// When something happened to a task, by the days of the person who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// In the last days, today included.
    Last(i64),
    /// From a day to a day, both included.
    Between(Option<Day>, Option<Day>),
}

/// The days of a person, as of now.
pub struct Days {
    today: Day,
    zone: Option<String>,
}

impl Days {
    #[must_use]
    pub fn now(zone: Option<&str>) -> Self {
        Self { today: Day::at(Timestamp::now(), zone).0, zone: zone.map(ToOwned::to_owned) }
    }

    fn begin(&self, day: &Day) -> Timestamp {
        day.begins(self.zone.as_deref())
    }
}

impl When {
    /// The first instant, and the first one behind.
    fn instants(&self, days: &Days) -> (i64, i64) {
        let (from, to) = match self {
            Self::Last(count) => (days.today.plus(1 - count), None),
            Self::Between(from, to) => (from.clone(), to.clone()),
        };
        let begin = from.map_or(i64::MIN, |day| days.begin(&day).0);
        let end = to.and_then(|day| day.plus(1)).map_or(i64::MAX, |day| days.begin(&day).0);
        (begin, end)
    }
}

/// Which tasks. A field that is `None` or empty lets all of them through; of those with `Some` and no id, none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    pub assignees: Option<Choice<UserId>>,
    pub labels: Option<Choice<LabelId>>,
    pub milestones: Option<Choice<MilestoneId>>,
    pub columns: Option<Vec<ColumnId>>,
    pub priorities: Vec<Priority>,
    /// Those that are not archived when there is none.
    pub status: Vec<Status>,
    pub due: Vec<Due>,
    pub created: Vec<When>,
    pub updated: Vec<When>,
    /// None of these fits.
    pub without: Vec<Self>,
}

const ASSIGNEES: Part = part(
    "and (exists (select 1 from task_assignees a
                  where a.task_id = t.id and a.user_id in (select r.id from {rows $1: id uuid} as r))
          or ($2 and not exists (select 1 from task_assignees a where a.task_id = t.id)))",
);
const LABELS: Part = part(
    "and (exists (select 1 from task_labels l
                  where l.task_id = t.id and l.label_id in (select r.id from {rows $1: id uuid} as r))
          or ($2 and not exists (select 1 from task_labels l where l.task_id = t.id)))",
);
const MILESTONES: Part =
    part("and (t.milestone_id in (select r.id from {rows $1: id uuid} as r) or ($2 and t.milestone_id is null))");
const COLUMNS: Part = part("and t.column_id in (select r.id from {rows $1: id uuid} as r)");
const PRIORITIES: Part = part("and t.priority in (select r.priority from {rows $1: priority smallint} as r)");
const UNARCHIVED: Part = part("and t.archived_at is null");
const STATUS: Part = part(
    "and (($1 and t.archived_at is null and t.completed_at is null)
          or ($2 and t.archived_at is null and t.completed_at is not null)
          or ($3 and t.archived_at is not null))",
);
const DUE_BETWEEN: Part = part("and t.due_on >= $1 and t.due_on <= $2 and (t.completed_at is null or not $3)");
const DUE: Part = part(
    "and (exists (select 1 from {rows $1: first_on text, last_on text, uncompleted boolean} as r
                  where t.due_on >= r.first_on and t.due_on <= r.last_on
                    and (t.completed_at is null or not r.uncompleted))
          or ($2 and t.due_on is null))",
);

// What is asked of a field that a task does not have is not true, and then it is not excluded.
const EXCLUDED: Part = part("and (true");
const EXCLUDED_END: Part = part(") is not true");

const CREATED_BETWEEN: Part = part("and t.created_at >= $1 and t.created_at < $2");
const UPDATED_BETWEEN: Part = part("and t.updated_at >= $1 and t.updated_at < $2");
const CREATED: Part = part(
    "and exists (select 1 from {rows $1: from_at bigint, until_at bigint} as r
                 where t.created_at >= r.from_at and t.created_at < r.until_at)",
);
const UPDATED: Part = part(
    "and exists (select 1 from {rows $1: from_at bigint, until_at bigint} as r
                 where t.updated_at >= r.from_at and t.updated_at < r.until_at)",
);

impl Due {
    /// The first and the last day, and whether it is about what is not completed.
    fn days(&self, today: &Day) -> Option<(String, String, bool)> {
        // Before and behind every day of the calendar.
        const FIRST: &str = "0000-00-00";
        const LAST: &str = "9999-99-99";
        let text = |day: Option<&Day>, or: &str| day.map_or_else(|| or.to_owned(), ToString::to_string);
        match self {
            Self::Overdue => Some((FIRST.into(), text(today.plus(-1).as_ref(), FIRST), true)),
            Self::Today => Some((today.to_string(), today.to_string(), true)),
            Self::Week => Some((today.to_string(), text(today.plus(7).as_ref(), LAST), true)),
            Self::Later => Some((text(today.plus(8).as_ref(), LAST), LAST.into(), true)),
            Self::None => None,
            Self::Between(from, to) => Some((text(from.as_ref(), FIRST), text(to.as_ref(), LAST), false)),
        }
    }
}

fn ids<'a, T: Copy + Into<Uuid>>(query: Query<'a>, part: Part, ids: &[T]) -> Query<'a> {
    query.append(part).bind_rows(ids, |cells, id| cells.bind((*id).into()))
}

fn choice<'a, T: Copy + Into<Uuid>>(query: Query<'a>, part: Part, chosen: Option<&Choice<T>>) -> Query<'a> {
    match chosen {
        Some(chosen) => ids(query, part, &chosen.ids).bind(chosen.none),
        None => query,
    }
}

fn due_among(query: Query<'_>, due: Vec<(String, String, bool)>, none: bool) -> Query<'_> {
    query.append(DUE).bind_rows(due, |cells, (from, to, open)| cells.bind(from).bind(to).bind(open)).bind(none)
}

/// Days that follow each other as one range: what is overdue and what is due in a week, which people mostly ask for.
fn joined(mut ranges: Vec<(String, String, bool)>) -> Vec<(String, String, bool)> {
    ranges.sort();
    let mut joined: Vec<(String, String, bool)> = vec![];
    for (from, to, open) in ranges {
        match joined.last_mut() {
            Some((_, last, same))
                if *same == open && (from <= *last || next(last).is_some_and(|next| from <= next)) =>
            {
                *last = to.max(std::mem::take(last));
            }
            _ => joined.push((from, to, open)),
        }
    }
    joined
}

/// The day behind this one.
fn next(day: &str) -> Option<String> {
    let day: Day = serde_json::from_value(day.into()).ok()?;
    day.plus(1).map(|next| next.to_string())
}

impl TaskFilter {
    /// Go on with the conditions on the tasks `t`, as of these days. Without a status archived ones are left out.
    pub fn apply<'a>(&self, query: Query<'a>, days: &Days) -> Query<'a> {
        let query = self.apply_chosen(query, days);
        if self.status.is_empty() { query.append(UNARCHIVED) } else { query }
    }

    /// The same, and without a status archived ones too.
    pub fn apply_chosen<'a>(&self, query: Query<'a>, days: &Days) -> Query<'a> {
        let mut query = choice(query, ASSIGNEES, self.assignees.as_ref());
        query = choice(query, LABELS, self.labels.as_ref());
        query = choice(query, MILESTONES, self.milestones.as_ref());
        if let Some(columns) = &self.columns {
            query = ids(query, COLUMNS, columns);
        }
        if !self.priorities.is_empty() {
            query = query.append(PRIORITIES).bind_rows(&self.priorities, |cells, priority| cells.bind(*priority));
        }
        if !self.status.is_empty() {
            let has = |one| self.status.contains(&one);
            query = query.append(STATUS).bind(has(Status::Open)).bind(has(Status::Done)).bind(has(Status::Archived));
        }
        if !self.due.is_empty() {
            let due = joined(self.due.iter().filter_map(|due| due.days(&days.today)).collect());
            let none = self.due.contains(&Due::None);
            query = match <[_; 1]>::try_from(due) {
                Ok([(from, to, open)]) if !none => query.append(DUE_BETWEEN).bind(from).bind(to).bind(open),
                Ok(one) => due_among(query, Vec::from(one), none),
                Err(some) => due_among(query, some, none),
            };
        }
        let instants = [(CREATED_BETWEEN, CREATED, &self.created), (UPDATED_BETWEEN, UPDATED, &self.updated)];
        for (between, among, when) in instants {
            let instants: Vec<_> = when.iter().map(|when| when.instants(days)).collect();
            query = match instants[..] {
                [] => query,
                [(from, until)] => query.append(between).bind(from).bind(until),
                _ => query.append(among).bind_rows(instants, |cells, (from, until)| cells.bind(from).bind(until)),
            };
        }
        for one in &self.without {
            query = one.apply_chosen(query.append(EXCLUDED), days).append(EXCLUDED_END);
        }
        query
    }
}
