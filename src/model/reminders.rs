//! Reminders of tasks that are due: to those who are assigned, at eight in the morning where they are. Of a task that is not
//! done by then they are reminded once more on the day after.

use std::collections::BTreeMap;

use crate::{
    app::App,
    auth::user,
    base::{
        clock::{Day, Timestamp},
        error::Result,
        ids::{ProjectId, TaskId, UserId},
    },
    change::{Change, Grant, Request, Transaction},
    db::{Bind, Db},
    model::{
        notification_settings::NotificationKind,
        notifications::{self, About},
    },
};

/// The hour of the day from which people are reminded.
const MORNING: i8 = 8;
/// How many days after its day a task still is one to remind of, when no server was running.
const LATE: i64 = 2;

#[derive(sqlx_macros::FromRow)]
struct Row {
    project_id: ProjectId,
    task_id: TaskId,
    user_id: UserId,
    due_on: Day,
    time_zone: Option<String>,
    told_due: bool,
    told_overdue: bool,
}

struct Reminder {
    task: TaskId,
    user: UserId,
    kind: NotificationKind,
    due_on: Day,
}

/// What a person is to be told of a task that is due on this day, if anything yet.
fn kind_of(due_on: &Day, zone: Option<&str>, now: Timestamp) -> Option<NotificationKind> {
    let (today, hour) = Day::at(now, zone);
    if hour < MORNING {
        return None;
    }
    match today.since(due_on) {
        0 => Some(NotificationKind::Due),
        1..=LATE => Some(NotificationKind::Overdue),
        _ => None,
    }
}

/// Those who are to be told something now, and were not told it.
async fn due(db: &Db, now: Timestamp) -> Result<BTreeMap<ProjectId, Vec<Reminder>>> {
    let (today, _) = Day::at(now, None);
    // Clocks are up to 14 hours ahead and 12 behind.
    let (Some(from), Some(to)) = (today.plus(-LATE - 1), today.plus(1)) else { return Ok(BTreeMap::new()) };
    let rows: Vec<Row> = db
        .query(
            "select t.project_id, t.id as task_id, a.user_id, t.due_on, u.time_zone,
                    exists (select 1 from reminders r where r.task_id = t.id and r.user_id = a.user_id
                              and r.due_on = t.due_on and r.kind = 'due') as told_due,
                    exists (select 1 from reminders r where r.task_id = t.id and r.user_id = a.user_id
                              and r.due_on = t.due_on and r.kind = 'overdue') as told_overdue
             from tasks t
             join task_assignees a on a.task_id = t.id
             join users u on u.id = a.user_id and u.disabled_at is null
             join projects p on p.id = t.project_id and p.deleted_at is null and p.archived_at is null
             where t.due_on >= $1 and t.due_on <= $2 and t.completed_at is null and t.archived_at is null
             order by t.project_id, t.id",
        )
        .bind(from)
        .bind(to)
        .all()
        .await?;
    let mut due: BTreeMap<ProjectId, Vec<Reminder>> = BTreeMap::new();
    for row in rows {
        let kind = kind_of(&row.due_on, row.time_zone.as_deref(), now);
        let told = |kind: &NotificationKind| match kind {
            NotificationKind::Due => row.told_due,
            _ => row.told_overdue,
        };
        if let Some(kind) = kind.filter(|kind| !told(kind)) {
            let reminder = Reminder { task: row.task_id, user: row.user_id, kind, due_on: row.due_on };
            due.entry(row.project_id).or_default().push(reminder);
        }
    }
    Ok(due)
}

/// Remind everybody of what is due by now. Of several nodes one does. A project in which it fails stops no other.
pub async fn remind(app: &App, now: Timestamp) -> Result<()> {
    for (project, reminders) in due(&app.db, now).await? {
        if let Err(error) = remind_of(app, project, reminders).await {
            tracing::warn!(%project, %error, "nobody is reminded of what is due in this project: the next attempt is soon");
        }
    }
    Ok(())
}

async fn remind_of(app: &App, project: ProjectId, reminders: Vec<Reminder>) -> Result<()> {
    let transaction = Transaction::anonymous(app, &Request::default().into()).await?;
    let mut change = transaction.lock_project(project, Grant::Reminder).await?.require_active()?;
    if write(&mut change, reminders).await? {
        change.no_content().await?;
    }
    Ok(())
}

/// Write reminders that were not written before, of what is still so behind the lock; answers whether there is one.
async fn write(change: &mut Change, reminders: Vec<Reminder>) -> Result<bool> {
    let project = change.project();
    let new: Vec<(TaskId, UserId, String)> = change
        .query(
            "insert into reminders (task_id, user_id, kind, due_on)
             select r.task_id, r.user_id, r.kind, r.due_on
             from {rows $1: task_id uuid, user_id uuid, kind text, due_on text} r
             join tasks t on t.id = r.task_id and t.due_on = r.due_on and t.project_id = $2
               and t.completed_at is null and t.archived_at is null
             join task_assignees a on a.task_id = r.task_id and a.user_id = r.user_id
             join members m on m.project_id = t.project_id and m.user_id = r.user_id
             where true
             on conflict do nothing
             returning task_id, user_id, kind",
        )
        .bind_rows(&reminders, |cells, reminder| {
            cells.bind(reminder.task).bind(reminder.user).bind(reminder.kind.name()).bind(reminder.due_on.clone())
        })
        .bind(project)
        .all()
        .await?;
    user::lock_all(change.tx(), new.iter().map(|(_, user, _)| *user).collect()).await?;
    let mut by_task: BTreeMap<TaskId, Vec<_>> = BTreeMap::new();
    for (task, user, kind) in &new {
        let kind = NotificationKind::ALL.iter().find(|known| known.name() == kind);
        by_task.entry(*task).or_default().extend(kind.map(|kind| (*user, *kind)));
    }
    for (task, reasons) in by_task {
        notifications::notify(change, About { task: Some(task), comment: None }, &reasons).await?;
    }
    Ok(!new.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_reminded_in_their_own_morning() {
        use NotificationKind::{Due, Overdue};
        for (day, zone, now, expected) in [
            ("2026-12-01", None, "2026-12-01T07:59:59Z", None),
            ("2026-12-01", None, "2026-12-01T08:00:00Z", Some(Due)),
            ("2026-12-01", None, "2026-12-02T07:00:00Z", None),
            ("2026-12-01", None, "2026-12-02T08:00:00Z", Some(Overdue)),
            ("2026-12-01", None, "2026-12-04T08:00:00Z", None),
            ("2026-12-01", Some("Europe/Berlin"), "2026-12-01T07:00:00Z", Some(Due)),
            ("2026-12-01", Some("America/Los_Angeles"), "2026-12-01T15:59:00Z", None),
            ("2026-12-01", Some("America/Los_Angeles"), "2026-12-01T16:00:00Z", Some(Due)),
            ("2026-12-01", Some("America/Los_Angeles"), "2026-12-02T07:00:00Z", Some(Due)),
            ("2026-12-01", Some("Pacific/Kiritimati"), "2026-11-30T18:00:00Z", Some(Due)),
            // The hour before which clocks were set forward is missing there.
            ("2026-03-29", Some("Europe/Berlin"), "2026-03-29T06:00:00Z", Some(Due)),
            ("2026-12-01", Some("No/Where"), "2026-12-01T08:00:00Z", Some(Due)),
        ] {
            let instant: jiff::Timestamp = now.parse().unwrap();
            let day: Day = serde_json::from_value(day.into()).unwrap();
            let kind = kind_of(&day, zone, Timestamp(instant.as_millisecond()));
            assert_eq!(kind, expected, "{zone:?} at {now}");
        }
    }
}
