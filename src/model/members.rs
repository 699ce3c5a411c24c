//! The people of a project, and their roles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Role,
    app::App,
    change::Change,
    db::Tx,
    error::{Error, Result},
    event::Draft,
    ids::{ProjectId, UserId},
    model::{
        notifications,
        tasks::{self, Touched},
    },
};

/// A member as everybody in the project sees them; the id is the user's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow, ToSchema)]
#[schema(as = Member)]
pub struct Membership {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub version: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRole {
    pub role: Role,
}

/// All members of a project, in the order of the snapshot.
pub async fn all(tx: &mut Tx, project: ProjectId) -> Result<Vec<Membership>> {
    tx.query(
        "select u.id, u.name, m.role, m.version from members m
         join users u on u.id = m.user_id
         where m.project_id = $1
         order by u.id",
    )
    .bind(project)
    .all()
    .await
}

pub async fn list(app: &App, project: ProjectId) -> Result<Vec<Membership>> {
    app.db
        .query(
            "select u.id, u.name, m.role, m.version from members m
             join users u on u.id = m.user_id
             where m.project_id = $1
             order by u.name, u.id",
        )
        .bind(project)
        .all()
        .await
}

/// Where somebody stands in one of their projects, as a stream needs it.
#[derive(Debug, sqlx::FromRow)]
pub struct Standing {
    pub project: ProjectId,
    /// The event that made them a member, or last changed their membership.
    pub version: i64,
    pub seq: i64,
    pub trimmed_seq: i64,
}

/// All projects that a user belongs to.
pub async fn of_user(app: &App, user: UserId) -> Result<Vec<Standing>> {
    app.db
        .query(
            "select m.project_id as project, m.version, p.seq, p.trimmed_seq from members m
             join projects p on p.id = m.project_id
             where m.user_id = $1 and p.deleted_at is null",
        )
        .bind(user)
        .all()
        .await
}

async fn find(change: &mut Change, user: UserId) -> Result<Option<Membership>> {
    let project = change.project();
    change
        .query(
            "select u.id, u.name, m.role, m.version from members m
             join users u on u.id = m.user_id
             where m.project_id = $1 and m.user_id = $2",
        )
        .bind(project)
        .bind(user)
        .optional()
        .await
}

/// Write the row of a new member; the event is the caller's.
pub async fn insert(change: &mut Change, user: UserId, name: &str, role: Role) -> Result<Membership> {
    let (project, version) = (change.project(), change.seq());
    change
        .query("insert into members (project_id, user_id, role, version) values ($1, $2, $3, $4)")
        .bind(project)
        .bind(user)
        .bind(role)
        .bind(version)
        .execute()
        .await?;
    change.tell(user);
    Ok(Membership { id: user, name: name.into(), role, version })
}

/// Bring somebody in, with the event and the notice.
pub async fn add(change: &mut Change, user: UserId, name: &str, role: Role) -> Result<Membership> {
    let member = insert(change, user, name, role).await?;
    let mut draft = Draft::new("member.added");
    draft.create("members", &member)?;
    change.record(draft).await?;
    let project = change.project();
    notifications::notify(change, user, notifications::ADDED_TO_PROJECT, project, None).await?;
    Ok(member)
}

/// Managers act on people and roles below their own; owners on all.
fn may_set(actor: Role, role: Role) -> Result<()> {
    if actor == Role::Owner || role < actor {
        Ok(())
    } else {
        Err(Error::forbidden("managers manage people and roles below their own"))
    }
}

async fn keep_an_owner(change: &mut Change) -> Result<()> {
    let project = change.project();
    let (owners,): (i64,) = change
        .query("select count(*) from members where project_id = $1 and role = $2")
        .bind(project)
        .bind(Role::Owner)
        .one()
        .await?;
    if owners == 0 {
        return Err(Error::conflict("last_owner", "a project needs an owner: make somebody else one first"));
    }
    Ok(())
}

/// Give a member another role, or bring in somebody whom the actor already works with.
pub async fn set_role(change: &mut Change, user: UserId, role: Role, actor_is_admin: bool) -> Result<Membership> {
    may_set(change.role(), role)?;
    let Some(before) = find(change, user).await? else {
        let name = known_person(change, user, actor_is_admin).await?;
        return add(change, user, &name, role).await;
    };
    may_set(change.role(), before.role)?;
    change.check_match("members", &before, &["role"]).await?;
    if before.role == role {
        return Ok(before);
    }
    let after = Membership { role, version: change.seq(), ..before.clone() };
    let project = change.project();
    change
        .query("update members set role = $3, version = $4 where project_id = $1 and user_id = $2")
        .bind(project)
        .bind(user)
        .bind(role)
        .bind(after.version)
        .execute()
        .await?;
    keep_an_owner(change).await?;
    let mut draft = Draft::new("member.changed");
    draft.update("members", &before, &after)?;
    change.record(draft).await?;
    Ok(after)
}

/// The name of somebody who shares another project with the actor (or of anybody, for instance administrators).
/// Others cannot be told apart from people who do not exist.
async fn known_person(change: &mut Change, user: UserId, actor_is_admin: bool) -> Result<String> {
    let actor = change.actor()?.id;
    let row: Option<(String,)> = change
        .query(
            "select u.name from users u
             where u.id = $1 and u.disabled_at is null
               and ($2 or exists (
                 select 1 from members mine
                 join members theirs on theirs.project_id = mine.project_id
                 join projects p on p.id = mine.project_id
                 where mine.user_id = $3 and theirs.user_id = u.id and p.deleted_at is null))",
        )
        .bind(user)
        .bind(actor_is_admin)
        .bind(actor)
        .optional()
        .await?;
    row.map(|(name,)| name)
        .ok_or_else(|| Error::invalid("/user", "is nobody you work with: send an invitation link instead"))
}

/// Take somebody off the project; everybody may take themselves off. Their tasks lose them in the same event,
/// which is the last thing of the project that concerns their streams.
pub async fn remove(change: &mut Change, user: UserId) -> Result<()> {
    let member = find(change, user).await?.ok_or(Error::NotFound)?;
    if change.actor()?.id != user {
        if change.role() < Role::Manager {
            return Err(Error::forbidden("your role in this project does not allow this"));
        }
        may_set(change.role(), member.role)?;
    }
    change.check_match("members", &member, &[]).await?;
    let mut draft = Draft::new("member.removed");
    draft.left = Some(user);
    draft.remove("members", &member)?;
    tasks::detach(change, &mut draft, Touched::Assignee(user)).await?;
    let project = change.project();
    change
        .query("delete from members where project_id = $1 and user_id = $2")
        .bind(project)
        .bind(user)
        .execute()
        .await?;
    keep_an_owner(change).await?;
    // Links that they made end with their membership.
    change
        .query("delete from invitations where project_id = $1 and created_by = $2 and used_at is null")
        .bind(project)
        .bind(user)
        .execute()
        .await?;
    change.tell(user);
    change.record(draft).await
}

/// Tell the project's readers of a member's new name, which is written behind this.
pub async fn renamed(change: &mut Change, user: UserId, name: &str) -> Result<()> {
    let Some(before) = find(change, user).await? else { return Ok(()) };
    let after = Membership { name: name.into(), version: change.seq(), ..before.clone() };
    let project = change.project();
    change
        .query("update members set version = $3 where project_id = $1 and user_id = $2")
        .bind(project)
        .bind(after.id)
        .bind(after.version)
        .execute()
        .await?;
    let mut draft = Draft::new("member.changed");
    draft.update("members", &before, &after)?;
    change.record(draft).await
}
