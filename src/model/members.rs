//! The people of a project, and their roles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::{
        audit::{Act, Entry, Target},
        membership::Membership,
        role::Role,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::UserId,
    },
    change::{Change, InSnapshot, Kind, Most, Object},
    db::Query,
    log::Draft,
    model::{
        guests,
        notification_settings::NotificationKind,
        notifications::{self, About},
        objects,
        tasks::{self, Reference},
    },
};

/// A member as everybody in the project sees them; the id is the user's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Member {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    /// An administrator has disabled the account: the person cannot sign in, and is assigned to nothing more.
    pub disabled: bool,
    pub version: i64,
}

impl Kind for Member {
    const KIND: &'static str = "members";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = seq;
    }
}

impl InSnapshot for Member {
    const ALL: &'static str =
        "select u.id, u.name, m.role, u.disabled_at is not null as disabled, m.version from members m
         join users u on u.id = m.user_id
         where m.project_id = $1
         order by u.id";
    const ORDER: &'static [&'static str] = &["id"];
}

impl Object for Member {
    const MOST: Option<Most> = None;
    const SELECT: &'static str = "select u.id, u.name, m.role, u.disabled_at is not null as disabled, m.version
         from members m
         join users u on u.id = m.user_id
         where m.project_id = $1 and m.user_id = $2";
    const INSERT: &'static str = "insert into members (project_id, user_id, role, version) values ($1, $2, $3, $4)";
    const UPDATE: &'static str = "update members set role = $3, version = $4 where project_id = $1 and user_id = $2";
    const DELETE: &'static str = "delete from members where project_id = $1 and user_id = $2";

    /// The name is the user's, and so is whether they are disabled: neither is in this row.
    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.role).bind(self.version)
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRole {
    pub role: Role,
}

/// A member in the project's list.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct ListedMember {
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub member: Member,
    /// For managers and owners, who know people by it; `null` for others. Of a guest the one of the file, if it had one.
    #[schema(required)]
    pub email: Option<String>,
    /// A person of an imported file, who has no account: a manager may say which member they are.
    pub guest: bool,
}

/// The members of a project by name, behind the one that ended the page before.
pub async fn list(by: &Membership, after: Option<(&str, UserId)>, limit: i64) -> Result<Vec<ListedMember>> {
    let (name, id) = after.unwrap_or(("", UserId(uuid::Uuid::nil())));
    by.query(
        "select u.id, u.name, m.role, u.disabled_at is not null as disabled, m.version,
                case when $5 then case when u.guest then u.guest_email else u.email end end as email, u.guest
         from members m
         join users u on u.id = m.user_id
         where m.project_id = $1 and (u.name > $2 or (u.name = $2 and u.id > $3))
         order by u.name, u.id
         limit $4",
    )
    .bind(by.project())
    .bind(name)
    .bind(id)
    .bind(limit)
    .bind(by.role() >= Role::Manager)
    .all()
    .await
}

async fn find(change: &mut Change, user: UserId) -> Result<Option<Member>> {
    match change.load(user).await {
        Ok(member) => Ok(Some(member)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What others see of a user.
#[derive(sqlx_macros::FromRow)]
struct Shown {
    name: String,
    disabled: bool,
}

/// Add a member as part of an event. From here on no other transaction gives the person another name, or disables them,
/// until this one ends: by then that is told to this project too. Many are added behind [`user::lock_all`].
pub async fn insert(change: &mut Change, event: &mut Draft, user: UserId, role: Role) -> Result<Member> {
    change.tx().seal();
    let shown: Shown = change
        .query("select name, disabled_at is not null as disabled from users where id = $1 {for update}")
        .bind(user)
        .one()
        .await?;
    change.notify_user(user);
    let Shown { name, disabled } = shown;
    change.insert(event, Member { id: user, name, role, disabled, version: 0 }).await
}

/// Write to the audit log who belongs to a project, and as what.
fn audit(change: &mut Change, entry: Entry, user: UserId, name: &str) {
    let project = change.project();
    change.audit(entry.about(Target::User(user)).named(name).in_project(project));
}

/// Add a member, with the event and the notification. What guests of the same address have is theirs from here on.
pub async fn add(change: &mut Change, user: UserId, role: Role) -> Result<Member> {
    let mut event = Draft::new("member.added");
    let member = insert(change, &mut event, user, role).await?;
    if member.disabled {
        // Since they were found. Asked again, the same request is refused with the reason.
        return Err(Error::Unavailable);
    }
    change.record(event).await?;
    notifications::notify(change, About::default(), &[(user, NotificationKind::Added)]).await?;
    audit(change, Entry::new(Act::MemberAdd).with("role", role), user, &member.name);
    guests::welcome(change, user).await?;
    Ok(member)
}

/// Managers act on people and roles below their own; owners on all.
fn may_set(actor: Role, role: Role) -> Result<()> {
    if actor.may_give(role) {
        Ok(())
    } else {
        Err(Error::forbidden("managers manage people and roles below their own"))
    }
}

/// How many owners can sign in.
async fn count_owners(change: &mut Change) -> Result<i64> {
    let project = change.project();
    let (owners,): (i64,) = change
        .query(
            "select count(*) from members m
             join users u on u.id = m.user_id
             where m.project_id = $1 and m.role = $2 and u.disabled_at is null",
        )
        .bind(project)
        .bind(Role::Owner)
        .one()
        .await?;
    Ok(owners)
}

/// Refuse that the last owner who can sign in is none any more. A project that has none stays open to its managers.
async fn keep_an_owner(change: &mut Change, before: &Member) -> Result<()> {
    if before.role == Role::Owner && count_owners(change).await? == 0 {
        return Err(Error::conflict("last_owner", "a project needs an owner: make somebody else one first"));
    }
    Ok(())
}

/// Give a member another role, or add a person with whom the actor already works.
pub async fn set_role(change: &mut Change, user: UserId, role: Role, actor_is_admin: bool) -> Result<Member> {
    may_set(change.role(), role)?;
    let Some(before) = find(change, user).await? else {
        find_person(change, user, actor_is_admin).await?;
        return add(change, user, role).await;
    };
    may_set(change.role(), before.role)?;
    let mut event = Draft::new("member.changed");
    let after = change.update(&mut event, &before, Member { role, ..before.clone() }).await?;
    keep_an_owner(change, &before).await?;
    change.record(event).await?;
    if role != before.role {
        let entry = Entry::new(Act::MemberRole).with("from", before.role).with("to", role);
        audit(change, entry, user, &before.name);
    }
    Ok(after)
}

/// Find a user who shares another project with the actor; administrators may add every user.
/// Others cannot be told apart from people who do not exist.
async fn find_person(change: &mut Change, user: UserId, actor_is_admin: bool) -> Result<()> {
    let actor = change.actor()?.id;
    let row: Option<(UserId,)> = change
        .query(
            "select u.id from users u
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
    row.map(drop).ok_or_else(|| Error::invalid("/user", "is nobody you work with: send an invitation link instead"))
}

/// Remove a member; every member may leave. Their tasks lose them in the same event, which is the last one of the
/// project that their streams get.
pub async fn remove(change: &mut Change, user: UserId) -> Result<()> {
    let member = find(change, user).await?.ok_or(Error::NotFound)?;
    if change.actor()?.id != user {
        if change.role() < Role::Manager {
            return Err(Error::forbidden("your role in this project does not allow this"));
        }
        may_set(change.role(), member.role)?;
    }
    change.check_delete(&member).await?;
    let mut event = Draft::new("member.removed");
    event.left = Some(user);
    tasks::detach(change, &mut event, Reference::Assignee(user)).await?;
    change.delete(&mut event, &member).await?;
    let project = change.project();
    keep_an_owner(change, &member).await?;
    objects::forget_member(change, user).await?;
    // Links that they made end with their membership.
    change
        .query("delete from invitations where project_id = $1 and created_by = $2 and used_at is null")
        .bind(project)
        .bind(user)
        .execute()
        .await?;
    // Behind the lock: every invitation that was made before this removal is older than this instant.
    let left_at = Timestamp::now();
    change
        .query(
            "insert into former_members (project_id, user_id, left_at) values ($1, $2, $3)
             on conflict (project_id, user_id) do update set left_at = excluded.left_at",
        )
        .bind(project)
        .bind(user)
        .bind(left_at)
        .execute()
        .await?;
    change.notify_user(user);
    audit(change, Entry::new(Act::MemberRemove).with("role", member.role), user, &member.name);
    change.record(event).await
}

/// Tell the project's readers of what members see of a user's account, which the caller writes afterwards.
pub async fn update_shown(change: &mut Change, user: UserId, edit: &impl Fn(&mut Member)) -> Result<()> {
    let Some(before) = find(change, user).await? else { return Ok(()) };
    let mut after = before.clone();
    edit(&mut after);
    let mut event = Draft::new("member.changed");
    change.update(&mut event, &before, after).await?;
    change.record(event).await
}

/// Give an owner to a project of which no owner can sign in: to one of its members, or to another user. To
/// administrators a project with an owner does not exist.
pub async fn give_owner(change: &mut Change, user: UserId) -> Result<Member> {
    if count_owners(change).await? > 0 {
        return Err(Error::NotFound);
    }
    let account: Option<(UserId,)> =
        change.query("select id from users where id = $1 and disabled_at is null").bind(user).optional().await?;
    account.ok_or_else(|| Error::invalid("/user_id", "is no user who can sign in"))?;
    let Some(before) = find(change, user).await? else {
        return add(change, user, Role::Owner).await;
    };
    let mut event = Draft::new("member.changed");
    let after = change.update(&mut event, &before, Member { role: Role::Owner, ..before.clone() }).await?;
    change.record(event).await?;
    Ok(after)
}
