//! Who the people of a file are here: a person with whom the importer works, by what they say or by an e-mail address, or a
//! guest.

use super::plan::Joining;
use crate::{
    auth::role::Role,
    base::{
        clock::Timestamp,
        error::Result,
        ids::{ProjectId, UserId},
    },
    change::Change,
    db::{Bind, Db},
    import::{Mapping, board::Person},
};

/// A user who belongs to a project of the importer.
#[derive(Clone, Debug, sqlx_macros::FromRow)]
pub struct Acquaintance {
    pub id: UserId,
    pub name: String,
    pub email: String,
    /// Whether the importer manages a project of theirs, and so knows their address.
    pub managed: bool,
}

pub async fn acquaintances(db: &Db, user: UserId) -> Result<Vec<Acquaintance>> {
    db.query(
        "select u.id, u.name, u.email,
                exists (select 1 from members a
                        join members b on b.project_id = a.project_id
                        join projects q on q.id = a.project_id and q.deleted_at is null
                        where a.user_id = $1 and b.user_id = u.id and (a.role >= $2 or u.id = $1)) as managed
         from users u
         where u.disabled_at is null
           and (u.id = $1 or exists (
             select 1 from members mine
             join members theirs on theirs.project_id = mine.project_id
             join projects p on p.id = mine.project_id and p.deleted_at is null
             where mine.user_id = $1 and theirs.user_id = u.id))",
    )
    .bind(user)
    .bind(Role::Manager)
    .all()
    .await
}

/// The members of a project.
pub async fn members(db: &Db, project: ProjectId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> =
        db.query("select user_id from members where project_id = $1").bind(project).all().await?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Who of the importer's acquaintances a person is.
pub fn find<'a>(person: &Person, known: &'a [Acquaintance], mapping: &Mapping, by: UserId) -> Option<&'a Acquaintance> {
    let names = [Some(&person.id), person.email.as_ref(), Some(&person.name)];
    if let Some(id) = names.into_iter().flatten().find_map(|name| mapping.people.get(name)) {
        return known.iter().find(|one| one.id.0 == *id);
    }
    let email = person.email.as_ref()?;
    known.iter().find(|one| one.email == *email && (one.managed || one.id == by))
}

/// Make accounts of people who have none: no password fits them, and their address leads nowhere.
pub async fn insert_guests(change: &mut Change, guests: &[&Joining], at: Timestamp) -> Result<()> {
    if guests.is_empty() {
        return Ok(());
    }
    change
        .query(
            "insert into users (id, email, name, password_hash, admin, disabled_at, created_at, guest, guest_email)
             select r.id, r.email, r.name, '!', $2, $3, $3, $4, r.guest_email
             from {rows $1: id uuid, email text, name text, guest_email text} r",
        )
        .bind_rows(guests, |cells, guest| {
            let nowhere = format!("{}@guest.invalid", guest.id.0.simple());
            cells.bind(guest.id).bind(nowhere).bind(guest.name.clone()).bind(guest.email.clone())
        })
        .bind(false)
        .bind(at)
        .bind(true)
        .execute()
        .await?;
    Ok(())
}
