//! A person with an account, as they see themselves.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    base::{clock::Timestamp, error::Result, ids::UserId},
    db::{Bind, Tx},
};

#[derive(Clone, Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub admin: bool,
    pub created_at: Timestamp,
    /// Where their clock is, an IANA name; UTC when `null`.
    #[schema(required)]
    pub time_zone: Option<String>,
    /// Whether the members of a project see that this person is there, and which task they look at.
    pub show_presence: bool,
}

/// Let no other transaction count or change what is this person's until this one ends: two that count at once would both
/// find room for one more. It comes after the lock of a project, as everywhere.
pub async fn lock(tx: &mut Tx, user: UserId) -> Result<()> {
    lock_all(tx, BTreeSet::from([user])).await
}

/// The same for many people, in the order of their ids: no two transactions wait for each other.
pub async fn lock_all(tx: &mut Tx, users: BTreeSet<UserId>) -> Result<()> {
    tx.seal();
    let _: Vec<(UserId,)> = tx
        .query(
            "select u.id from users u
             where u.id in (select r.id from {rows $1: id uuid} r)
             order by u.id {for update}",
        )
        .bind_rows(users, Bind::bind)
        .all()
        .await?;
    Ok(())
}
