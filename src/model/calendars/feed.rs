//! What a calendar shows: each task that has a day, and each milestone, of the projects that its person belongs to at this
//! moment. The same state is the same bytes, so that a program that has them is told so.

use std::collections::HashMap;

use super::{Asked, lines::Lines};
use crate::{
    base::{
        clock::{Day, Timestamp},
        error::Result,
        ids::{MilestoneId, TaskId},
    },
    db::{Bind, Db, Tx, query::part},
    model::tasks::Priority,
};

/// The most tasks, and the most milestones, of one calendar: those around today.
const MOST: i64 = 5_000;
/// What is over for longer is left out.
const DAYS_BACK: i64 = 366;
/// How often a program is to ask. They do as they like: some ask every half hour, some once a day.
const EVERY: &str = "PT1H";

/// As what tasks are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Every program of calendars shows events.
    #[default]
    Events,
    /// Some have a list of things to do beside, where they are done.
    Todos,
}

#[derive(sqlx_macros::FromRow)]
struct TaskRow {
    id: TaskId,
    number: i64,
    title: String,
    priority: Priority,
    start_on: Option<Day>,
    due_on: Option<Day>,
    completed_at: Option<Timestamp>,
    created_at: Timestamp,
    changed_at: Timestamp,
    version: i64,
    column_name: String,
    project_key: String,
    project_name: String,
}

#[derive(sqlx_macros::FromRow)]
struct MilestoneRow {
    id: MilestoneId,
    name: String,
    due_on: Day,
    completed_at: Option<Timestamp>,
    changed_at: Timestamp,
    version: i64,
    project_key: String,
    project_name: String,
}

/// A task or a milestone, as an entry.
struct Entry {
    id: uuid::Uuid,
    version: i64,
    title: String,
    about: String,
    url: String,
    categories: Vec<String>,
    priority: Priority,
    first: Day,
    last: Day,
    /// Whether it has a day by which it is to be done.
    due: bool,
    completed_at: Option<Timestamp>,
    created_at: Option<Timestamp>,
    changed_at: Timestamp,
}

/// The calendar as a file.
pub async fn write(db: &Db, calendar: &Asked, shown: Shown, public_url: &str) -> Result<String> {
    let entries = entries(db, calendar, public_url).await?;
    let host = public_url.split_once("://").map_or("", |(_, host)| host);
    let mut lines = Lines::default();
    lines.line("BEGIN", "VCALENDAR");
    lines.line("VERSION", "2.0");
    lines.line("PRODID", "-//Boardcast//Boardcast//EN");
    lines.line("CALSCALE", "GREGORIAN");
    lines.line("METHOD", "PUBLISH");
    // RFC 7986 and, before it, what programs took from each other.
    lines.text("NAME", &calendar.name);
    lines.text("X-WR-CALNAME", &calendar.name);
    lines.line("REFRESH-INTERVAL;VALUE=DURATION", EVERY);
    lines.line("X-PUBLISHED-TTL", EVERY);
    for entry in &entries {
        entry.write(&mut lines, shown, host);
    }
    lines.line("END", "VCALENDAR");
    Ok(lines.end())
}

async fn entries(db: &Db, calendar: &Asked, public_url: &str) -> Result<Vec<Entry>> {
    let mut tx = db.begin_read().await?;
    let today = Day::today();
    let mut tasks = tasks(&mut tx, calendar, &today, true, MOST).await?;
    let left = MOST - i64::try_from(tasks.len()).unwrap_or(MOST);
    tasks.extend(self::tasks(&mut tx, calendar, &today, false, left).await?);
    let labels = names(
        &tasks,
        tx.query(
            "select l.task_id, o.name from {rows $1: id uuid} r
             join task_labels l on l.task_id = r.id
             join labels o on o.id = l.label_id
             order by o.name, o.id",
        ),
    )
    .await?;
    let people = names(
        &tasks,
        tx.query(
            "select a.task_id, u.name from {rows $1: id uuid} r
             join task_assignees a on a.task_id = r.id
             join users u on u.id = a.user_id
             order by u.name, u.id",
        ),
    )
    .await?;
    let of = |names: &HashMap<TaskId, Vec<String>>, id| names.get(&id).cloned().unwrap_or_default();
    let mut entries: Vec<Entry> = tasks
        .into_iter()
        .filter_map(|task| {
            let (labels, people) = (of(&labels, task.id), of(&people, task.id));
            Entry::of_task(task, labels, &people, public_url)
        })
        .collect();
    let milestones = milestones(&mut tx, calendar, &today).await?;
    entries.extend(milestones.into_iter().map(|milestone| Entry::of_milestone(milestone, public_url)));
    entries.sort_by(|a, b| (&a.first, a.id).cmp(&(&b.first, b.id)));
    Ok(entries)
}

/// Tasks that have a day: those that are not over on this one, the next first; or the others, the last first. The memberships
/// are looked up by the same statement.
async fn tasks(tx: &mut Tx, calendar: &Asked, today: &Day, ahead: bool, most: i64) -> Result<Vec<TaskRow>> {
    let query = tx
        .query(
            "select t.id, t.number, t.title, t.priority, t.start_on, t.due_on, t.completed_at, t.created_at, t.version,
                    coalesce(e.at, t.created_at) as changed_at, c.name as column_name, p.key as project_key,
                    p.name as project_name
             from calendars k
             join members m on m.user_id = k.user_id
             join projects p on p.id = m.project_id and p.deleted_at is null and p.archived_at is null
             join tasks t on t.project_id = p.id and t.archived_at is null and t.trashed_at is null
             join columns c on c.id = t.column_id
             left join events e on e.project_id = t.project_id and e.seq = t.version
             where k.id = $1
               and (not k.limited or exists (select 1 from calendar_projects o
                                             where o.calendar_id = k.id and o.project_id = p.id))
               and (not k.mine_only or exists (select 1 from task_assignees a
                                               where a.task_id = t.id and a.user_id = k.user_id))",
        )
        .bind(calendar.id);
    let query = if ahead {
        query
            .append(part(
                "and coalesce(t.due_on, t.start_on) >= $1
                 order by coalesce(t.due_on, t.start_on), t.id
                 limit $2",
            ))
            .bind(today.clone())
    } else {
        query
            .append(part(
                "and coalesce(t.due_on, t.start_on) < $1 and coalesce(t.due_on, t.start_on) >= $3
                 order by coalesce(t.due_on, t.start_on) desc, t.id desc
                 limit $2",
            ))
            .bind(today.clone())
    };
    let query = query.bind(most);
    if ahead { query.all().await } else { query.bind(today.plus(-DAYS_BACK)).all().await }
}

async fn milestones(tx: &mut Tx, calendar: &Asked, today: &Day) -> Result<Vec<MilestoneRow>> {
    if calendar.mine_only {
        return Ok(vec![]);
    }
    tx.query(
        "select s.id, s.name, s.due_on, s.completed_at, s.version, coalesce(e.at, p.created_at) as changed_at,
                p.key as project_key, p.name as project_name
         from calendars k
         join members m on m.user_id = k.user_id
         join projects p on p.id = m.project_id and p.deleted_at is null and p.archived_at is null
         join milestones s on s.project_id = p.id and s.due_on >= $2
         left join events e on e.project_id = s.project_id and e.seq = s.version
         where k.id = $1
           and (not k.limited or exists (select 1 from calendar_projects o
                                         where o.calendar_id = k.id and o.project_id = p.id))
         order by s.due_on, s.id
         limit $3",
    )
    .bind(calendar.id)
    .bind(today.plus(-DAYS_BACK))
    .bind(MOST)
    .all()
    .await
}

/// The names that a statement finds for these tasks.
async fn names(tasks: &[TaskRow], query: crate::db::Query<'_>) -> Result<HashMap<TaskId, Vec<String>>> {
    let rows: Vec<(TaskId, String)> = query.bind_rows(tasks, |cells, task| cells.bind(task.id)).all().await?;
    let mut names: HashMap<TaskId, Vec<String>> = HashMap::new();
    for (task, name) in rows {
        names.entry(task).or_default().push(name);
    }
    Ok(names)
}

impl Entry {
    fn of_task(task: TaskRow, labels: Vec<String>, people: &[String], public_url: &str) -> Option<Self> {
        let last = task.due_on.clone().or_else(|| task.start_on.clone())?;
        let first = task.start_on.filter(|start| *start < last).unwrap_or_else(|| last.clone());
        let key = format!("{}-{}", task.project_key, task.number);
        let mut about = format!("{key} \u{b7} {} \u{b7} {}", task.project_name, task.column_name);
        if !people.is_empty() {
            about = format!("{about}\n{}", people.join(", "));
        }
        Some(Self {
            id: task.id.0,
            version: task.version,
            title: task.title,
            about,
            url: format!("{public_url}/p/{}/board/{}", task.project_key, task.number),
            categories: labels,
            priority: task.priority,
            first,
            last,
            due: task.due_on.is_some(),
            completed_at: task.completed_at,
            created_at: Some(task.created_at),
            changed_at: task.changed_at,
        })
    }

    fn of_milestone(milestone: MilestoneRow, public_url: &str) -> Self {
        Self {
            id: milestone.id.0,
            version: milestone.version,
            title: format!("\u{25c6} {}", milestone.name),
            about: format!("Milestone \u{b7} {}", milestone.project_name),
            url: format!("{public_url}/p/{}/timeline", milestone.project_key),
            categories: vec!["Milestone".into()],
            priority: Priority::None,
            first: milestone.due_on.clone(),
            last: milestone.due_on,
            due: true,
            completed_at: milestone.completed_at,
            created_at: None,
            changed_at: milestone.changed_at,
        }
    }

    fn write(&self, lines: &mut Lines, shown: Shown, host: &str) {
        let name = if shown == Shown::Events { "VEVENT" } else { "VTODO" };
        lines.line("BEGIN", name);
        lines.line("UID", &format!("{}@{host}", self.id));
        // A feed is made anew for each question: what would differ is when it changed.
        lines.line("DTSTAMP", &instant(self.changed_at));
        lines.line("LAST-MODIFIED", &instant(self.changed_at));
        if let Some(at) = self.created_at {
            lines.line("CREATED", &instant(at));
        }
        lines.line("SEQUENCE", &self.version.to_string());
        match shown {
            Shown::Events => self.write_event(lines),
            Shown::Todos => self.write_todo(lines),
        }
        lines.text("DESCRIPTION", &self.about);
        lines.line("URL", &self.url);
        lines.texts("CATEGORIES", &self.categories);
        // 1 is the highest (RFC 5545, 3.8.1.9).
        match self.priority {
            Priority::None => {}
            Priority::Low => lines.line("PRIORITY", "9"),
            Priority::Medium => lines.line("PRIORITY", "5"),
            Priority::High => lines.line("PRIORITY", "3"),
            Priority::Urgent => lines.line("PRIORITY", "1"),
        }
        lines.line("END", name);
    }

    /// Whole days, and time that is free all the same. The end is the first day that is not of it any more.
    fn write_event(&self, lines: &mut Lines) {
        lines.line("DTSTART;VALUE=DATE", &day(&self.first));
        if let Some(end) = self.last.plus(1) {
            lines.line("DTEND;VALUE=DATE", &day(&end));
        }
        // An event knows of no completion.
        let done = if self.completed_at.is_some() { "\u{2713} " } else { "" };
        lines.text("SUMMARY", &format!("{done}{}", self.title));
        lines.line("STATUS", "CONFIRMED");
        lines.line("TRANSP", "TRANSPARENT");
        lines.line("X-MICROSOFT-CDO-BUSYSTATUS", "FREE");
    }

    /// The day by which it is to be done is the last one of it, and behind its beginning (3.8.2.3).
    fn write_todo(&self, lines: &mut Lines) {
        if !self.due || self.first < self.last {
            lines.line("DTSTART;VALUE=DATE", &day(&self.first));
        }
        if self.due {
            lines.line("DUE;VALUE=DATE", &day(&self.last));
        }
        lines.text("SUMMARY", &self.title);
        match self.completed_at {
            Some(at) => {
                lines.line("STATUS", "COMPLETED");
                lines.line("COMPLETED", &instant(at));
                lines.line("PERCENT-COMPLETE", "100");
            }
            None => lines.line("STATUS", "NEEDS-ACTION"),
        }
    }
}

fn day(day: &Day) -> String {
    day.to_string().replace('-', "")
}

/// `20261201T101500Z`
fn instant(at: Timestamp) -> String {
    let text = at.to_string();
    let (seconds, _) = text.split_once('.').unwrap_or((&text, ""));
    format!("{}Z", seconds.replace(['-', ':'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_of_the_short_form() {
        assert_eq!(instant(Timestamp(1_763_632_815_999)), "20251120T100015Z");
    }
}
