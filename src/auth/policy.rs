//! What administrators decide for the whole instance. It stands in the database and is read with each request that it is about, so
//! that a change counts on all nodes at once.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::{
    base::{
        error::{Error, Result},
        ids::UserId,
    },
    db::{Bind, Db, Tx},
};

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum AllowedTo {
    /// Everybody who may otherwise.
    Everyone = 0,
    Administrators = 1,
}

/// People who have to sign in with a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum RequiredOf {
    Nobody = 0,
    Administrators = 1,
    Everyone = 2,
}

/// The policy of the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Policy {
    /// Who may create projects, also by importing and duplicating.
    pub create_projects: AllowedTo,
    /// Who may invite people who have no account yet: everybody who may invite into the project, or only administrators
    /// who may.
    pub invite_people: AllowedTo,
    /// Who may make API tokens. Those that there are go on.
    pub create_tokens: AllowedTo,
    /// People who have to sign in with a second factor. A person without one can only set it up, and their tokens do not work.
    pub second_factor: RequiredOf,
}

/// What the policy means for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx_macros::FromRow, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each says of one thing whether it is so")]
pub struct OwnPolicy {
    /// Whether they may create projects.
    pub create_projects: bool,
    /// Whether they may invite people who have no account, where they may invite at all.
    pub invite_people: bool,
    /// Whether they may make API tokens.
    pub create_tokens: bool,
    /// Whether they have to sign in with a second factor.
    pub second_factor_required: bool,
    /// Whether they have to and have none: nothing else works until it is set up.
    pub second_factor_missing: bool,
}

/// Something that administrators may keep to themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    CreateProjects,
    InvitePeople,
    CreateTokens,
}

impl Right {
    const fn of(self, policy: OwnPolicy) -> bool {
        match self {
            Self::CreateProjects => policy.create_projects,
            Self::InvitePeople => policy.invite_people,
            Self::CreateTokens => policy.create_tokens,
        }
    }

    #[must_use]
    pub fn refused(self) -> Error {
        let (code, detail) = match self {
            Self::CreateProjects => {
                ("projects_restricted", "on this server only administrators create projects: ask one of them")
            }
            Self::InvitePeople => (
                "invitations_restricted",
                "on this server only administrators bring in people who have no account: ask one of them for an account",
            ),
            Self::CreateTokens => {
                ("tokens_restricted", "on this server only administrators make API tokens: ask one of them")
            }
        };
        Error::Forbidden { code, detail: detail.into() }
    }
}

/// What a person, or a program that acts for one, hears while the second factor that they need is not set up.
#[must_use]
pub fn second_factor_missing() -> Error {
    Error::Forbidden {
        code: "second_factor_missing",
        detail: "administrators of this server require two-step sign-in: set it up in your account first".into(),
    }
}

/// The policy, for administrators.
pub async fn find(db: &Db) -> Result<Policy> {
    db.query("select create_projects, invite_people, create_tokens, second_factor from instance where id = 1")
        .one()
        .await
}

/// The policy, which no other transaction changes until this one ends.
pub async fn lock(tx: &mut Tx) -> Result<Policy> {
    tx.seal();
    tx.query(
        "select create_projects, invite_people, create_tokens, second_factor from instance where id = 1 {for update}",
    )
    .one()
    .await
}

pub async fn store(tx: &mut Tx, policy: &Policy) -> Result<()> {
    tx.query(
        "update instance set create_projects = $1, invite_people = $2, create_tokens = $3, second_factor = $4 where id = 1",
    )
    .bind(policy.create_projects)
    .bind(policy.invite_people)
    .bind(policy.create_tokens)
    .bind(policy.second_factor)
    .execute()
    .await?;
    Ok(())
}

impl Policy {
    /// What differs, from what to what.
    #[must_use]
    pub fn changes(&self, after: &Self) -> Map<String, Value> {
        let (before, after) = (json!(self), json!(after));
        let fields = after.as_object().cloned().unwrap_or_default().into_iter();
        let changed = fields.filter(|(name, value)| before.get(name) != Some(value));
        changed.map(|(name, to)| (name.clone(), json!({"from": before.get(&name), "to": to}))).collect()
    }
}

const OWN: &str = "select (i.create_projects = 0 or u.admin) as create_projects,
            (i.invite_people = 0 or u.admin) as invite_people,
            (i.create_tokens = 0 or u.admin) as create_tokens,
            (i.second_factor = 2 or (i.second_factor = 1 and u.admin)) as second_factor_required,
            exists (select 1 from second_factors_missing f where f.user_id = u.id) as second_factor_missing
     from instance i
     join users u on u.id = $1
     where i.id = 1";

/// What it means for a person.
pub async fn own(db: &Db, user: UserId) -> Result<OwnPolicy> {
    db.query(OWN).bind(user).one().await
}

/// Refuse a person what administrators keep to themselves.
pub async fn check(tx: &mut Tx, user: UserId, right: Right) -> Result<()> {
    let own: OwnPolicy = tx.query(OWN).bind(user).one().await?;
    if right.of(own) { Ok(()) } else { Err(right.refused()) }
}

/// Those of these people who need a second factor and have none.
pub async fn without_second_factor(db: &Db, users: &BTreeSet<UserId>) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = db
        .query("select f.user_id from {rows $1: id uuid} r join second_factors_missing f on f.user_id = r.id")
        .bind_rows(users, |cells, user| cells.bind(*user))
        .all()
        .await?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_from_what_to_what() {
        let before = Policy {
            create_projects: AllowedTo::Everyone,
            invite_people: AllowedTo::Everyone,
            create_tokens: AllowedTo::Administrators,
            second_factor: RequiredOf::Nobody,
        };
        let after = Policy { create_tokens: AllowedTo::Everyone, second_factor: RequiredOf::Everyone, ..before };
        assert_eq!(
            Value::Object(before.changes(&after)),
            json!({"create_tokens": {"from": "administrators", "to": "everyone"},
                   "second_factor": {"from": "nobody", "to": "everyone"}})
        );
        assert!(before.changes(&before).is_empty());
    }
}
