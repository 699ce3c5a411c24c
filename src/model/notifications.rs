//! What concerns one person: being assigned, being added to a project. Numbered for each person without a
//! gap, so that a stream resumes them like events.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    change::Work,
    clock::Timestamp,
    error::Result,
    event::Actor,
    ids::{NotificationId, ProjectId, TaskId, UserId},
};

pub const ASSIGNED: &str = "assigned";
pub const ADDED_TO_PROJECT: &str = "added_to_project";

#[derive(Debug, Serialize, ToSchema)]
pub struct Notification {
    pub id: NotificationId,
    /// Counts up for each person, without a gap.
    pub number: i64,
    /// `assigned` or `added_to_project`.
    pub kind: String,
    pub project: NamedProject,
    #[schema(required)]
    pub task: Option<NamedTask>,
    #[schema(required, value_type = Option<crate::http::schema::Person>)]
    pub actor: Option<Actor>,
    pub created_at: Timestamp,
    #[schema(required)]
    pub read_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NamedProject {
    pub id: ProjectId,
    pub name: String,
    pub key: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NamedTask {
    pub id: TaskId,
    pub number: i64,
    pub title: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: NotificationId,
    number: i64,
    kind: String,
    project_id: ProjectId,
    project_name: String,
    project_key: String,
    task_id: Option<TaskId>,
    task_number: Option<i64>,
    task_title: Option<String>,
    actor_id: Option<UserId>,
    actor_name: Option<String>,
    created_at: Timestamp,
    read_at: Option<Timestamp>,
}

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        let task = row.task_id.zip(row.task_number).zip(row.task_title);
        Self {
            id: row.id,
            number: row.number,
            kind: row.kind,
            project: NamedProject { id: row.project_id, name: row.project_name, key: row.project_key },
            task: task.map(|((id, number), title)| NamedTask { id, number, title }),
            actor: row.actor_id.zip(row.actor_name).map(|(id, name)| Actor { id, name }),
            created_at: row.created_at,
            read_at: row.read_at,
        }
    }
}

/// Tell somebody, unless it is themselves.
pub async fn notify(work: &mut Work, user: UserId, kind: &str, project: ProjectId, task: Option<TaskId>) -> Result<()> {
    let actor = work.actor()?.id;
    if user == actor {
        return Ok(());
    }
    // Other projects' changes count this person's notifications too, in an order of their own.
    work.tx().last();
    let (number,): (i64,) = work
        .query("update users set notification_seq = notification_seq + 1 where id = $1 returning notification_seq")
        .bind(user)
        .one()
        .await?;
    let at = work.at();
    work.query(
        "insert into notifications (id, user_id, number, kind, project_id, task_id, actor_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(NotificationId::new())
    .bind(user)
    .bind(number)
    .bind(kind)
    .bind(project)
    .bind(task)
    .bind(actor)
    .bind(at)
    .execute()
    .await?;
    work.tell(user);
    Ok(())
}

/// How many were ever given to this person.
pub async fn head(app: &App, user: UserId) -> Result<i64> {
    let (head,): (i64,) = app.db.query("select notification_seq from users where id = $1").bind(user).one().await?;
    Ok(head)
}

/// Those of projects that the person still belongs to: the newest first, before `before`.
pub async fn list(app: &App, user: UserId, unread: bool, before: i64, limit: i64) -> Result<Vec<Notification>> {
    let rows: Vec<Row> = app
        .db
        .query(
            "select n.id, n.number, n.kind, n.project_id, p.name as project_name, p.key as project_key,
                    t.id as task_id, t.number as task_number, t.title as task_title,
                    a.id as actor_id, a.name as actor_name, n.created_at, n.read_at
             from notifications n
             join members m on m.project_id = n.project_id and m.user_id = n.user_id
             join projects p on p.id = n.project_id and p.deleted_at is null
             left join tasks t on t.id = n.task_id
             left join users a on a.id = n.actor_id
             where n.user_id = $1 and n.number < $2 and (n.read_at is null or not $3)
             order by n.number desc
             limit $4",
        )
        .bind(user)
        .bind(before)
        .bind(unread)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The next ones behind a number, in order: what a stream still owes.
pub async fn after(app: &App, user: UserId, number: i64, limit: i64) -> Result<Vec<Notification>> {
    let rows: Vec<Row> = app
        .db
        .query(
            "select n.id, n.number, n.kind, n.project_id, p.name as project_name, p.key as project_key,
                    t.id as task_id, t.number as task_number, t.title as task_title,
                    a.id as actor_id, a.name as actor_name, n.created_at, n.read_at
             from notifications n
             join members m on m.project_id = n.project_id and m.user_id = n.user_id
             join projects p on p.id = n.project_id and p.deleted_at is null
             left join tasks t on t.id = n.task_id
             left join users a on a.id = n.actor_id
             where n.user_id = $1 and n.number > $2
             order by n.number
             limit $3",
        )
        .bind(user)
        .bind(number)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub async fn unread_count(app: &App, user: UserId) -> Result<i64> {
    let (count,): (i64,) = app.db.query(UNREAD).bind(user).one().await?;
    Ok(count)
}

/// The same inside of a transaction.
pub async fn unread_in(work: &mut Work, user: UserId) -> Result<i64> {
    let (count,): (i64,) = work.query(UNREAD).bind(user).one().await?;
    Ok(count)
}

const UNREAD: &str = "select count(*) from notifications n
 join members m on m.project_id = n.project_id and m.user_id = n.user_id
 join projects p on p.id = n.project_id and p.deleted_at is null
 where n.user_id = $1 and n.read_at is null";

/// Mark one as read.
pub async fn read(work: &mut Work, user: UserId, notification: NotificationId) -> Result<Notification> {
    let at = work.at();
    work.query("update notifications set read_at = coalesce(read_at, $3) where id = $1 and user_id = $2")
        .bind(notification)
        .bind(user)
        .bind(at)
        .execute()
        .await?;
    let row: Row = work
        .query(
            "select n.id, n.number, n.kind, n.project_id, p.name as project_name, p.key as project_key,
                    t.id as task_id, t.number as task_number, t.title as task_title,
                    a.id as actor_id, a.name as actor_name, n.created_at, n.read_at
             from notifications n
             join members m on m.project_id = n.project_id and m.user_id = n.user_id
             join projects p on p.id = n.project_id and p.deleted_at is null
             left join tasks t on t.id = n.task_id
             left join users a on a.id = n.actor_id
             where n.user_id = $1 and n.id = $2",
        )
        .bind(user)
        .bind(notification)
        .one()
        .await?;
    Ok(row.into())
}

/// Mark all as read, up to a number.
pub async fn read_all(work: &mut Work, user: UserId, up_to: Option<i64>) -> Result<()> {
    let at = work.at();
    work.query("update notifications set read_at = $2 where user_id = $1 and number <= $3 and read_at is null")
        .bind(user)
        .bind(at)
        .bind(up_to.unwrap_or(i64::MAX))
        .execute()
        .await?;
    Ok(())
}
