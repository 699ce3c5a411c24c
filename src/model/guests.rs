//! Guests: people of an imported file who have no account here. When one of them joins, or a manager says which member a guest
//! is, what the guest has becomes the member's, by one event, and the guest is no more.

use std::collections::HashMap;

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        error::{Error, Result},
        ids::{CommentId, TaskId, UserId},
    },
    change::{Change, Kind, Object},
    db::Bind,
    log::Draft,
    model::{
        comments::{self, Comment},
        members::Member,
        tasks::{self, TaskDetail},
        views::View,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeGuest {
    /// The member who the guest is.
    pub user_id: UserId,
}

/// Say that a guest of the project is this member.
pub async fn merge(change: &mut Change, guest: UserId, member: UserId) -> Result<Member> {
    let here: Member = change.load(guest).await?;
    let (is_guest,): (bool,) = change.query("select guest from users where id = $1").bind(guest).one().await?;
    if !is_guest {
        return Err(Error::conflict("not_a_guest", "this is a person with an account, and no guest of an import"));
    }
    let detail = "is no member of this project who can sign in";
    let member: Member = change.load_named("/user_id", member, detail).await?;
    if member.disabled {
        return Err(Error::invalid("/user_id", detail));
    }
    become_real(change, &here, member.id).await?;
    Ok(member)
}

/// Give a person who joins what the guests with their address have.
pub async fn welcome(change: &mut Change, user: UserId) -> Result<()> {
    let project = change.project();
    let guests: Vec<(UserId,)> = change
        .query(
            "select g.id from users u
             join users g on g.guest and g.guest_email = u.email
             join members m on m.user_id = g.id and m.project_id = $1
             where u.id = $2
             order by g.id",
        )
        .bind(project)
        .bind(user)
        .all()
        .await?;
    for (guest,) in guests {
        let here: Member = change.load(guest).await?;
        become_real(change, &here, user).await?;
    }
    Ok(())
}

/// A kind whose objects name people.
trait NamesPeople: Kind {
    /// Writes into the rows `{rows $1: id uuid}` one person in place of another: in texts `$3` in place of `$2`, and in columns,
    /// if it has some, `$6` in place of `$5`. The version is `$4`.
    const REPLACE_PERSON: &'static str;
    const HAS_COLUMNS: bool;
}

impl NamesPeople for TaskDetail {
    const REPLACE_PERSON: &'static str = "update tasks
         set description = replace(description, $2, $3), description_html = replace(description_html, $2, $3),
             version = $4, created_by = case when created_by = $5 then $6 else created_by end
         from {rows $1: id uuid} r
         where tasks.id = r.id";
    const HAS_COLUMNS: bool = true;
}

impl NamesPeople for Comment {
    const REPLACE_PERSON: &'static str = "update comments
         set body = replace(body, $2, $3), body_html = replace(body_html, $2, $3),
             version = $4, author_id = case when author_id = $5 then $6 else author_id end
         from {rows $1: id uuid} r
         where comments.id = r.id";
    const HAS_COLUMNS: bool = true;
}

impl NamesPeople for View {
    const REPLACE_PERSON: &'static str = "update views
         set filter = replace(filter, $2, $3), version = $4
         from {rows $1: id uuid} r
         where views.id = r.id";
    const HAS_COLUMNS: bool = false;
}

/// What the index of the search holds of a text is what people read of it, which stays: no id is in that.
async fn replace_person<T: NamesPeople>(change: &mut Change, objects: &[T], guest: UserId, user: UserId) -> Result<()> {
    let seq = change.seq();
    let query = change.query(T::REPLACE_PERSON).bind_rows(objects, |cells, object| cells.bind(object.id()));
    let query = query.bind(guest.to_string()).bind(user.to_string()).bind(seq);
    let query = if T::HAS_COLUMNS { query.bind(guest).bind(user) } else { query };
    query.execute().await?;
    Ok(())
}

/// What texts are like that mention a person.
fn mentioning(user: UserId) -> String {
    format!("%mention:{user}%")
}

async fn become_real(change: &mut Change, guest: &Member, user: UserId) -> Result<()> {
    let mut event = Draft::new("member.merged");
    event.left = Some(guest.id);
    move_tasks(change, &mut event, guest.id, user).await?;
    move_comments(change, &mut event, guest.id, user).await?;
    move_views(change, &mut event, guest.id, user).await?;
    let project = change.project();
    // Who watches: the guest's rows go with the membership.
    change
        .query(
            "insert into task_watchers (task_id, project_id, user_id, watching)
             select task_id, project_id, $3, watching from task_watchers where project_id = $1 and user_id = $2
             on conflict (task_id, user_id) do nothing",
        )
        .bind(project)
        .bind(guest.id)
        .bind(user)
        .execute()
        .await?;
    // A newer file of the same board finds the member.
    change
        .query("update import_links set object_id = $3 where project_id = $1 and object_id = $2")
        .bind(project)
        .bind(guest.id)
        .bind(user)
        .execute()
        .await?;
    // Not by `Change::delete`: the version in the request's `If-Match` is not the guest's.
    change.query(Member::DELETE).bind(project).bind(guest.id).execute().await?;
    event.remove(Member::KIND, guest)?;
    change.record(event).await
}

/// Tasks that the guest made, is assigned to, or is mentioned in; also those in the archive and in the trash.
async fn move_tasks(change: &mut Change, event: &mut Draft, guest: UserId, user: UserId) -> Result<()> {
    let project = change.project();
    let ids: Vec<(TaskId,)> = change
        .query(
            "select id from tasks where project_id = $1 and (created_by = $2 or description like $3)
             union
             select task_id from task_assignees where project_id = $1 and user_id = $2",
        )
        .bind(project)
        .bind(guest)
        .bind(mentioning(guest))
        .all()
        .await?;
    let before = tasks::load_all(change.tx(), ids.iter().map(|(id,)| *id)).await?;
    change
        .query(
            "insert into task_assignees (task_id, user_id, project_id)
             select task_id, $3, project_id from task_assignees where project_id = $1 and user_id = $2
             on conflict (task_id, user_id) do nothing",
        )
        .bind(project)
        .bind(guest)
        .bind(user)
        .execute()
        .await?;
    change
        .query("delete from task_assignees where project_id = $1 and user_id = $2")
        .bind(project)
        .bind(guest)
        .execute()
        .await?;
    replace_person(change, &before, guest, user).await?;
    let after = tasks::load_all(change.tx(), ids.iter().map(|(id,)| *id)).await?;
    let mut after: HashMap<TaskId, TaskDetail> = after.into_iter().map(|task| (task.task.id, task)).collect();
    for before in &before {
        if let Some(after) = after.remove(&before.task.id) {
            event.change(TaskDetail::KIND, (before, before.in_snapshot()), (&after, after.in_snapshot()))?;
        }
    }
    Ok(())
}

/// Comments that the guest wrote, reacted to, or is mentioned in.
async fn move_comments(change: &mut Change, event: &mut Draft, guest: UserId, user: UserId) -> Result<()> {
    let project = change.project();
    let ids: Vec<(CommentId,)> = change
        .query(
            "select id from comments where project_id = $1 and (author_id = $2 or body like $3)
             union
             select r.comment_id from comment_reactions r
             join comments c on c.id = r.comment_id and c.project_id = $1
             where r.user_id = $2",
        )
        .bind(project)
        .bind(guest)
        .bind(mentioning(guest))
        .all()
        .await?;
    let ids: Vec<CommentId> = ids.into_iter().map(|(id,)| id).collect();
    let before = comments::load_all(change.tx(), &ids).await?;
    change
        .query(
            "insert into comment_reactions (comment_id, emoji, user_id, number)
             select c.comment_id, c.emoji, $3, c.number from {rows $1: id uuid} r
             join comment_reactions c on c.comment_id = r.id and c.user_id = $2
             where true
             on conflict (comment_id, emoji, user_id) do nothing",
        )
        .bind_rows(&ids, |cells, id| cells.bind(*id))
        .bind(guest)
        .bind(user)
        .execute()
        .await?;
    change
        .query(
            "delete from comment_reactions
             where user_id = $2 and comment_id in (select r.id from {rows $1: id uuid} r)",
        )
        .bind_rows(&ids, |cells, id| cells.bind(*id))
        .bind(guest)
        .execute()
        .await?;
    replace_person(change, &before, guest, user).await?;
    let mut after: HashMap<Uuid, Comment> =
        comments::load_all(change.tx(), &ids).await?.into_iter().map(|comment| (comment.id.0, comment)).collect();
    for before in &before {
        if let Some(after) = after.remove(&before.id.0) {
            event.update(Comment::KIND, before, &after)?;
        }
    }
    Ok(())
}

/// Views whose filters name the guest. No event tells of those that one person has for themselves.
async fn move_views(change: &mut Change, event: &mut Draft, guest: UserId, user: UserId) -> Result<()> {
    let project = change.project();
    let before: Vec<View> = change
        .query(
            "select id, name, layout, filter, sort, group_by, shared, owner_id, version from views
             where project_id = $1 and filter like $2
             order by id",
        )
        .bind(project)
        .bind(format!("%{guest}%"))
        .all()
        .await?;
    replace_person(change, &before, guest, user).await?;
    for before in before.iter().filter(|view| view.shared) {
        let after: View = change.load(before.id).await?;
        event.update(View::KIND, before, &after)?;
    }
    Ok(())
}
