//! The notifications of one person, numbered without a gap, so that a stream resumes them like events.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    base::{
        clock::Timestamp,
        error::Result,
        ids::{CommentId, NotificationId, ProjectId, TaskId, UserId},
    },
    db::{Db, query::part},
    log::Person,
    markdown,
};

#[derive(Debug, Serialize, ToSchema)]
pub struct Notification {
    pub id: NotificationId,
    /// Counts up for each person, without a gap.
    pub number: i64,
    /// `assigned`, `added`, `mentioned`, `commented`, `due` or `overdue`.
    pub kind: String,
    pub project: NamedProject,
    #[schema(required)]
    pub task: Option<NamedTask>,
    /// The comment that it is about, while that is there.
    #[schema(required)]
    pub comment: Option<NamedComment>,
    #[schema(required)]
    pub actor: Option<Person>,
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

#[derive(Debug, Serialize, ToSchema)]
pub struct NamedComment {
    pub id: CommentId,
    /// The beginning of what it says, without its marks.
    pub excerpt: String,
}

/// How many characters of a comment are shown.
const EXCERPT: usize = 200;

#[derive(sqlx_macros::FromRow)]
pub struct Row {
    id: NotificationId,
    number: i64,
    kind: String,
    project_id: ProjectId,
    project_name: String,
    project_key: String,
    task_id: Option<TaskId>,
    task_number: Option<i64>,
    task_title: Option<String>,
    comment_id: Option<CommentId>,
    comment_body: Option<String>,
    actor_id: Option<UserId>,
    actor_name: Option<String>,
    created_at: Timestamp,
    read_at: Option<Timestamp>,
}

/// The rows of [`Row`], of projects that their people still belong to; which of them is appended.
pub const NOTIFICATIONS: &str =
    "select n.id, n.number, n.kind, n.project_id, p.name as project_name, p.key as project_key,
            t.id as task_id, t.number as task_number, t.title as task_title,
            c.id as comment_id, substr(c.body, 1, 2000) as comment_body,
            a.id as actor_id, a.name as actor_name, n.created_at, n.read_at
     from notifications n
     join members m on m.project_id = n.project_id and m.user_id = n.user_id
     join projects p on p.id = n.project_id and p.deleted_at is null
     left join tasks t on t.id = n.task_id and t.trashed_at is null
     left join comments c on c.id = n.comment_id and t.id is not null
     left join users a on a.id = n.actor_id";

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        let comment = row.comment_id.zip(row.comment_body);
        let task = row.task_id.zip(row.task_number).zip(row.task_title);
        Self {
            id: row.id,
            number: row.number,
            kind: row.kind,
            project: NamedProject { id: row.project_id, name: row.project_name, key: row.project_key },
            task: task.map(|((id, number), title)| NamedTask { id, number, title }),
            comment: comment.map(|(id, body)| NamedComment { id, excerpt: markdown::excerpt(&body, EXCERPT) }),
            actor: row.actor_id.zip(row.actor_name).map(|(id, name)| Person { id, name }),
            created_at: row.created_at,
            read_at: row.read_at,
        }
    }
}

/// Up to which notification a user was told, and four bytes of its id: a copy of the database that goes on differently
/// gives the same numbers to other notifications. 0 where there is none, or where it is gone with its project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notified {
    pub number: i64,
    pub check: u32,
}

impl Notified {
    #[must_use]
    pub fn of(number: i64, id: Option<NotificationId>) -> Self {
        let bits = id.map_or(0, |id| id.0.as_u64_pair().1 & u64::from(u32::MAX));
        Self { number, check: u32::try_from(bits).unwrap_or_default() }
    }
}

/// The last notification that was ever given to this person, and the one of a number: its check is 0 when there is none.
pub async fn head(db: &Db, user: UserId, number: i64) -> Result<(Notified, Notified)> {
    let (head, last, asked): (i64, Option<NotificationId>, Option<NotificationId>) = db
        .query(
            "select u.notification_seq,
                    (select n.id from notifications n where n.user_id = u.id and n.number = u.notification_seq),
                    (select n.id from notifications n where n.user_id = u.id and n.number = $2)
             from users u
             where u.id = $1",
        )
        .bind(user)
        .bind(number)
        .one()
        .await?;
    Ok((Notified::of(head, last), Notified::of(number, asked)))
}

/// The next ones behind a number, in order: what a stream still owes.
pub async fn after(db: &Db, user: UserId, number: i64, limit: i64) -> Result<Vec<Notification>> {
    let rows: Vec<Row> = db
        .query(NOTIFICATIONS)
        .append(part(
            "where n.user_id = $1 and n.number > $2 and n.on_page
             order by n.number
             limit $3",
        ))
        .bind(user)
        .bind(number)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
