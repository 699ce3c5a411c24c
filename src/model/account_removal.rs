//! A person deletes their account. Their name and address go, and so does everything by which they come in or are told of
//! something. What they wrote and did stays, as that of a removed person.

use crate::{
    auth::{role::Role, user::User},
    base::{
        error::{Error, OnlyOwner, Result},
        ids::{ProjectId, UserId},
    },
    change::{Grant, Transaction},
    db::{Bind, Tx},
    model::{members, projects},
};

/// What a person is called whose account was deleted.
pub const REMOVED: &str = "Removed person";

#[derive(sqlx_macros::FromRow)]
struct Membership {
    id: ProjectId,
    name: String,
    key: String,
    role: Role,
    others: i64,
    other_owners: i64,
}

impl Membership {
    /// Whether the others would be left without an owner.
    const fn is_needed(&self) -> bool {
        matches!(self.role, Role::Owner) && self.others > 0 && self.other_owners == 0
    }
}

/// Delete the account. It is refused while other people would be left without an owner, and for the last administrator. Projects
/// that are the person's alone are put into the trash. The caller ends the streams.
pub async fn remove(mut tx: Transaction, user: &User) -> Result<Transaction> {
    let memberships = memberships(&mut tx, user.id).await?;
    let needed: Vec<OnlyOwner> = memberships
        .iter()
        .filter(|of| of.is_needed())
        .map(|of| OnlyOwner { id: of.id.0, name: of.name.clone(), key: of.key.clone() })
        .collect();
    if !needed.is_empty() {
        return Err(Error::OnlyOwner(needed));
    }
    // In the order of ids, as everywhere.
    for of in memberships {
        let mut change = tx.lock_project(of.id, Grant::Account).await?;
        if of.others == 0 && of.role == Role::Owner {
            projects::remove(&mut change).await?;
        } else {
            members::remove(&mut change, user.id).await?;
        }
        tx = change.finish().await?;
    }
    // After the projects, as in `users::rename`.
    tx.tx().seal();
    let _: Vec<(UserId,)> =
        tx.query("select id from users where admin or id = $1 order by id {for update}").bind(user.id).all().await?;
    let (joined,): (i64,) = tx
        .query(
            "select count(*) from members m
             join projects p on p.id = m.project_id
             where m.user_id = $1 and p.deleted_at is null",
        )
        .bind(user.id)
        .one()
        .await?;
    if joined > 0 {
        // Another request has added the person to a project meanwhile.
        return Err(Error::Unavailable);
    }
    forget(tx.tx(), user.id).await?;
    let at = tx.at();
    tx.query(
        "update users
         set email = $2, name = $3, password_hash = '', admin = false, time_zone = null, show_presence = false,
             disabled_at = $4, removed_at = $4
         where id = $1",
    )
    .bind(user.id)
    .bind(format!("removed {}", user.id))
    .bind(REMOVED)
    .bind(at)
    .execute()
    .await?;
    let (admins,): (i64,) = tx.query("select count(*) from users where admin and disabled_at is null").one().await?;
    if user.admin && admins == 0 {
        return Err(Error::conflict("last_admin", "the instance needs an administrator"));
    }
    Ok(tx)
}

async fn memberships(tx: &mut Transaction, user: UserId) -> Result<Vec<Membership>> {
    tx.query(
        "select p.id, p.name, p.key, m.role,
                (select count(*) from members o
                 join users u on u.id = o.user_id and not u.guest
                 where o.project_id = p.id and o.user_id <> m.user_id) as others,
                (select count(*) from members o
                 join users u on u.id = o.user_id and u.disabled_at is null
                 where o.project_id = p.id and o.user_id <> m.user_id and o.role = $2) as other_owners
         from members m
         join projects p on p.id = m.project_id and p.deleted_at is null
         where m.user_id = $1
         order by p.id",
    )
    .bind(user)
    .bind(Role::Owner)
    .all()
    .await
}

/// What is theirs alone: sessions with their push subscriptions, tokens, calendars, news and settings, the second factor.
async fn forget(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.query("delete from sessions where user_id = $1").bind(user).execute().await?;
    tx.query("delete from token_projects where token_id in (select id from tokens where user_id = $1)")
        .bind(user)
        .execute()
        .await?;
    tx.query("delete from tokens where user_id = $1").bind(user).execute().await?;
    tx.query("delete from calendars where user_id = $1").bind(user).execute().await?;
    tx.query("delete from push_subscriptions where user_id = $1").bind(user).execute().await?;
    tx.query("delete from notifications where user_id = $1").bind(user).execute().await?;
    tx.query("delete from notification_settings where user_id = $1").bind(user).execute().await?;
    tx.query("delete from password_resets where user_id = $1").bind(user).execute().await?;
    tx.query("delete from mails where user_id = $1").bind(user).execute().await?;
    tx.query("delete from pending_sign_ins where user_id = $1").bind(user).execute().await?;
    tx.query("delete from totps where user_id = $1").bind(user).execute().await?;
    tx.query("delete from sign_ins where user_id = $1").bind(user).execute().await?;
    Ok(())
}

/// Which of these people have deleted their accounts.
pub async fn removed(tx: &mut Tx, people: impl IntoIterator<Item = UserId>) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = tx
        .query("select u.id from {rows $1: id uuid} r join users u on u.id = r.id where u.removed_at is not null")
        .bind_rows(people, Bind::bind)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
