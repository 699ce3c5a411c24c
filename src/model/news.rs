//! News when they leave by mail or by push. That is later than they were written: by then their person may have read them, or
//! may not know of them any more.

use crate::{
    base::{
        error::Result,
        ids::{CommentId, NotificationId, TaskId},
    },
    db::{Bind, Tx, query::part},
    faults::planted,
    mail::News,
};

/// By which way news leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Email,
    Push,
}

/// A piece of news, and whom it is for.
#[derive(Debug)]
pub struct Told {
    pub notification: NotificationId,
    pub email: String,
    pub name: String,
    pub news: News,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: NotificationId,
    email: String,
    name: String,
    kind: String,
    project_name: String,
    project_key: String,
    task_id: Option<TaskId>,
    task_number: Option<i64>,
    task_title: Option<String>,
    comment_id: Option<CommentId>,
    body: Option<String>,
    body_html: Option<String>,
    actor: Option<String>,
}

impl From<Row> for Told {
    fn from(row: Row) -> Self {
        let news = News {
            kind: row.kind,
            project_name: row.project_name,
            project_key: row.project_key,
            task: row
                .task_id
                .zip(row.task_number)
                .zip(row.task_title)
                .map(|((id, number), title)| (id.0, number, title)),
            actor: row.actor,
            comment: row.comment_id.zip(row.body).zip(row.body_html).map(|((id, body), html)| (id.0, body, html)),
            link: None,
            details: None,
        };
        Self { notification: row.id, email: row.email, name: row.name, news }
    }
}

/// What is still to be told of these: to a member who can sign in, wants to be told of it in this way, and has not seen it on
/// the page. The oldest first.
pub async fn untold(tx: &mut Tx, notifications: &[NotificationId], way: Way) -> Result<Vec<Told>> {
    let query = tx
        .query(
            "select n.id, u.email, u.name, n.kind, p.name as project_name, p.key as project_key,
                    t.id as task_id, t.number as task_number, t.title as task_title,
                    c.id as comment_id, c.body, c.body_html, a.name as actor
             from {rows $1: id uuid} r
             join notifications n on n.id = r.id and n.read_at is null
             join users u on u.id = n.user_id and u.disabled_at is null
             join projects p on p.id = n.project_id and p.deleted_at is null
             left join tasks t on t.id = n.task_id and t.trashed_at is null
             left join comments c on c.id = n.comment_id and t.id is not null
             left join users a on a.id = n.actor_id
             left join notification_settings s on s.user_id = n.user_id and s.kind = n.kind
             left join project_mutes e on e.user_id = n.user_id and e.project_id = n.project_id
             left join task_watchers w on w.user_id = n.user_id and w.task_id = n.task_id
             where (n.task_id is null or t.id is not null) and (n.comment_id is null or c.id is not null)
               and (n.kind in ('assigned', 'added', 'mentioned')
                    or (n.kind = 'commented' and e.user_id is null and coalesce(w.watching, true))
                    or (n.kind in ('due', 'overdue') and e.user_id is null
                        and t.completed_at is null and t.archived_at is null
                        and exists (select 1 from reminders d
                                    where d.task_id = t.id and d.user_id = n.user_id and d.kind = n.kind
                                      and d.due_on = t.due_on)
                        and exists (select 1 from task_assignees x where x.task_id = t.id and x.user_id = n.user_id)))",
        )
        .bind_rows(notifications, |cells, id| cells.bind(*id));
    let former =
        part("and exists (select 1 from members m where m.project_id = n.project_id and m.user_id = n.user_id)");
    let query = planted!(PushToFormerMembers => query, query.append(former));
    let query = match way {
        Way::Email => query.append(part("and coalesce(s.by_email, true)")),
        Way::Push => query.append(part("and coalesce(s.by_push, true)")),
    };
    let rows: Vec<Row> = query.append(part("order by n.number")).all().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
