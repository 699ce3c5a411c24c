//! Invitations by link: the role is stored here, so the link cannot be edited; each is used once.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Role,
    app::App,
    change::{Change, Work},
    clock::Timestamp,
    error::{Error, Result},
    ids::{InvitationId, ProjectId, UserId},
    model::{members, users::User},
    secrets,
    text::{Email, Secret},
};

const DAY: Duration = Duration::from_hours(24);
const MOST: i64 = 200;

#[derive(Clone, Debug, Serialize, sqlx::FromRow, ToSchema)]
pub struct Invitation {
    pub id: InvitationId,
    pub role: Role,
    #[schema(required)]
    pub email: Option<String>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// An invitation when it was just made: the only time that its link is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct Issued {
    #[serde(flatten)]
    pub invitation: Invitation,
    pub secret: String,
    pub url: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    pub role: Role,
    /// A reminder of whom it is for; nothing is sent.
    pub email: Option<Email>,
    /// 1 to 90, 7 when absent.
    pub expires_in_days: Option<u32>,
}

/// What the holder of a link may know before accepting it.
#[derive(Debug, Serialize, sqlx::FromRow, ToSchema)]
pub struct Preview {
    pub project_name: String,
    pub role: Role,
    pub invited_by: String,
    pub expires_at: Timestamp,
}

pub async fn create(change: &mut Change, new: NewInvitation, public_url: &str) -> Result<Issued> {
    if change.role() < Role::Owner && new.role >= change.role() {
        return Err(Error::forbidden("managers invite to roles below their own"));
    }
    let days = new.expires_in_days.unwrap_or(7);
    if !(1..=90).contains(&days) {
        return Err(Error::invalid("/expires_in_days", "must be 1 to 90"));
    }
    let (project, at) = (change.project(), change.at());
    let (open,): (i64,) = change
        .query("select count(*) from invitations where project_id = $1 and used_at is null and expires_at > $2")
        .bind(project)
        .bind(at)
        .one()
        .await?;
    if open >= MOST {
        return Err(Error::conflict("too_many_invitations", format!("{MOST} invitations are open: revoke one first")));
    }
    let secret = secrets::link();
    let invitation = Invitation {
        id: InvitationId::new(),
        role: new.role,
        email: new.email.map(|email| email.as_str().into()),
        created_by: change.actor()?.id,
        created_at: at,
        expires_at: at.plus(DAY * days),
    };
    change
        .query(
            "insert into invitations (id, project_id, secret_hash, role, email, created_by, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(invitation.id)
        .bind(project)
        .bind(secrets::hash(&secret))
        .bind(invitation.role)
        .bind(invitation.email.clone())
        .bind(invitation.created_by)
        .bind(invitation.created_at)
        .bind(invitation.expires_at)
        .execute()
        .await?;
    let url = format!("{public_url}/invite#{secret}");
    Ok(Issued { invitation, secret, url })
}

/// Those that can still be used.
pub async fn list(app: &App, project: ProjectId) -> Result<Vec<Invitation>> {
    app.db
        .query(
            "select id, role, email, created_by, created_at, expires_at from invitations
             where project_id = $1 and used_at is null and expires_at > $2
             order by id desc",
        )
        .bind(project)
        .bind(Timestamp::now())
        .all()
        .await
}

/// Revoke one that was not used.
pub async fn remove(change: &mut Change, invitation: InvitationId) -> Result<()> {
    let project = change.project();
    let removed = change
        .query("delete from invitations where id = $1 and project_id = $2 and used_at is null")
        .bind(invitation)
        .bind(project)
        .execute()
        .await?;
    if removed == 0 { Err(Error::NotFound) } else { Ok(()) }
}

pub async fn preview(app: &App, secret: &Secret) -> Result<Preview> {
    app.db
        .query(
            "select p.name as project_name, i.role, u.name as invited_by, i.expires_at from invitations i
             join projects p on p.id = i.project_id
             join users u on u.id = i.created_by
             where i.secret_hash = $1 and i.used_at is null and i.expires_at > $2 and p.deleted_at is null",
        )
        .bind(secrets::hash(&secret.0))
        .bind(Timestamp::now())
        .one()
        .await
}

/// Use a link: once, in time, and only while it was not revoked. Whoever is a member already stays as they are,
/// and the link stays unused.
pub async fn redeem(mut work: Work, secret: &Secret, user: &User) -> Result<(ProjectId, Change)> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: InvitationId,
        project_id: ProjectId,
        role: Role,
    }
    let now = work.at();
    let row: Row = work
        .query(
            "select id, project_id, role from invitations
             where secret_hash = $1 and used_at is null and expires_at > $2",
        )
        .bind(secrets::hash(&secret.0))
        .bind(now)
        .one()
        .await?;
    // The project's row first, as everywhere; what was read before the wait is read again by the conditional update.
    let mut change = work.enter(row.project_id).await?;
    let project = row.project_id;
    let (member,): (i64,) = change
        .query("select count(*) from members where project_id = $1 and user_id = $2")
        .bind(project)
        .bind(user.id)
        .one()
        .await?;
    if member > 0 {
        return Ok((project, change));
    }
    let redeemed = change
        .query("update invitations set used_at = $2 where id = $1 and used_at is null")
        .bind(row.id)
        .bind(now)
        .execute()
        .await?;
    if redeemed == 0 {
        return Err(Error::NotFound);
    }
    members::add(&mut change, user.id, &user.name, row.role).await?;
    Ok((project, change))
}
