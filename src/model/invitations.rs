//! Invitations by link: the role is stored here, so the link cannot be edited; each takes one person, or as many as its
//! maker says.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{
        audit::{Act, Entry, Target},
        membership::Membership,
        policy::{self, Right},
        role::Role,
        user::User,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{InvitationId, ProjectId, UserId},
        secrets,
        text::{Email, Secret},
    },
    change::{Change, Grant, Transaction},
    db::Db,
    model::{mails, members, nullable},
};

const DAY: Duration = Duration::from_hours(24);
const MOST: i64 = 200;
const MOST_USES: i64 = 1_000;

/// Why an invitation gives less than it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InvitationProblem)]
pub enum Problem {
    /// The account of who made it is disabled.
    MakerDisabled,
    /// Who made it is no longer a member.
    MakerLeft,
    /// Who made it has a role by which they may not invite to this one.
    MakerDemoted,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invitation {
    pub id: InvitationId,
    /// What it was made for.
    pub role: Role,
    /// What it gives now: no more than who made it may give now. `null` when the link does not work.
    #[schema(required)]
    pub gives: Option<Role>,
    /// Why it gives less than its role; `null` when it gives that.
    #[schema(required)]
    pub problem: Option<Problem>,
    #[schema(required)]
    pub email: Option<String>,
    /// It takes only people who have an account: who made it may not invite others, by the policy of this instance.
    pub accounts_only: bool,
    /// How many people it takes; `null` when it takes any number.
    #[schema(required)]
    pub max_uses: Option<i64>,
    /// How many people have joined by it.
    pub use_count: i64,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// An invitation when it was just made: the only time that its link is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct Issued {
    #[serde(flatten)]
    pub invitation: Invitation,
    /// Absent when the answer is given again under the same `Idempotency-Key`: it is written down nowhere.
    #[schema(required = false)]
    pub secret: String,
    #[schema(required = false)]
    pub url: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    pub role: Role,
    /// Whom it is for.
    pub email: Option<Email>,
    /// Mail the link to that address; refused where the server mails nothing.
    #[serde(default)]
    pub send: bool,
    /// 1 to 90, 7 when absent.
    #[schema(minimum = 1, maximum = 90)]
    pub expires_in_days: Option<u32>,
    /// How many people it takes: 1 when absent, any number when `null`. What is for one address takes one.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(minimum = 1, maximum = 1_000)]
    pub max_uses: Option<Option<i64>>,
}

impl NewInvitation {
    fn max_uses(&self) -> Result<Option<i64>> {
        let max_uses = self.max_uses.unwrap_or(Some(1));
        if max_uses.is_some_and(|count| !(1..=MOST_USES).contains(&count)) {
            return Err(Error::invalid("/max_uses", format!("must be 1 to {MOST_USES}, or null")));
        }
        if max_uses != Some(1) && self.email.is_some() {
            return Err(Error::invalid("/email", "is for an invitation that takes one person"));
        }
        Ok(max_uses)
    }
}

/// What the holder of a link may know before accepting it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    pub project_name: String,
    /// What accepting it gives.
    pub role: Role,
    pub invited_by: String,
    /// Whom it is for, if its maker said so.
    #[schema(required)]
    pub email: Option<Email>,
    /// It takes only people who have an account, by the policy of this instance.
    pub accounts_only: bool,
    pub expires_at: Timestamp,
}

/// Who uses an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    HasAccount,
    /// Their account is made by the same transaction.
    SignsUp,
}

/// Who made an invitation, as they are now.
#[derive(Debug, sqlx_macros::FromRow)]
#[expect(clippy::struct_field_names, reason = "as the columns of a row that has a role of its own")]
struct Maker {
    maker_role: Option<Role>,
    maker_disabled: bool,
    accounts_only: bool,
}

impl Maker {
    /// What an invitation to this role gives, and why it is less.
    fn gives(&self, role: Role) -> (Option<Role>, Option<Problem>) {
        match self.maker_role {
            _ if self.maker_disabled => (None, Some(Problem::MakerDisabled)),
            None => (None, Some(Problem::MakerLeft)),
            Some(maker) => {
                let gives = maker.still_gives(role);
                (gives, (gives != Some(role)).then_some(Problem::MakerDemoted))
            }
        }
    }
}

pub async fn create(change: &mut Change, new: NewInvitation, public_url: &str) -> Result<Issued> {
    if !change.role().may_give(new.role) {
        return Err(Error::forbidden("managers invite to roles below their own"));
    }
    let days = new.expires_in_days.unwrap_or(7);
    if !(1..=90).contains(&days) {
        return Err(Error::invalid("/expires_in_days", "must be 1 to 90"));
    }
    let max_uses = new.max_uses()?;
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
    let actor = change.actor()?.id;
    let accounts_only = match policy::check(change.tx(), actor, Right::InvitePeople).await {
        Ok(()) => false,
        // Whether an address has an account is not told: an actor who may not invite others sends a mail to none.
        Err(refused @ Error::Forbidden { .. }) if new.send => return Err(refused),
        Err(Error::Forbidden { .. }) => true,
        Err(error) => return Err(error),
    };
    let secret = secrets::link();
    let invitation = Invitation {
        id: InvitationId::new(),
        role: new.role,
        gives: Some(new.role),
        problem: None,
        email: new.email.map(|email| email.as_str().into()),
        accounts_only,
        max_uses,
        use_count: 0,
        created_by: actor,
        created_at: at,
        expires_at: at.plus(DAY * days),
    };
    change
        .query(
            "insert into invitations
               (id, project_id, secret_hash, role, email, max_uses, created_by, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(invitation.id)
        .bind(project)
        .bind(secrets::hash(&secret))
        .bind(invitation.role)
        .bind(invitation.email.clone())
        .bind(invitation.max_uses)
        .bind(invitation.created_by)
        .bind(invitation.created_at)
        .bind(invitation.expires_at)
        .execute()
        .await?;
    let url = format!("{public_url}/invite#{secret}");
    if new.send {
        if change.config().smtp.is_none() {
            return Err(Error::conflict("no_mail", "this server sends no mail: hand the link over yourself"));
        }
        let address = invitation.email.as_deref().ok_or_else(|| Error::invalid("/email", "is needed to send it"))?;
        mails::queue_invitation(change, invitation.id, address, &url).await?;
    }
    let entry =
        Entry::new(Act::InvitationCreate).about(Target::Other("invitation", invitation.id.0)).in_project(project);
    let entry = entry.with("role", invitation.role).with("max_uses", invitation.max_uses);
    change.audit(match &invitation.email {
        Some(email) => entry.named(email.as_str()),
        None => entry,
    });
    Ok(Issued { invitation, secret, url })
}

/// Those that are neither used up nor have expired, also the ones whose maker may no longer invite: the newest first,
/// behind the one that ended the page before.
pub async fn list(by: &Membership, before: Option<InvitationId>, limit: i64) -> Result<Vec<Invitation>> {
    #[derive(sqlx_macros::FromRow)]
    struct Row {
        id: InvitationId,
        role: Role,
        email: Option<String>,
        max_uses: Option<i64>,
        use_count: i64,
        created_by: UserId,
        created_at: Timestamp,
        expires_at: Timestamp,
        #[sqlx(flatten)]
        maker: Maker,
    }
    let rows: Vec<Row> = by
        .query(
            "select i.id, i.role, i.email, i.max_uses, i.use_count, i.created_by, i.created_at, i.expires_at,
                    m.role as maker_role, u.disabled_at is not null as maker_disabled,
                    (n.invite_people = 1 and not u.admin) as accounts_only
             from invitations i
             join instance n on n.id = 1
             join users u on u.id = i.created_by
             left join members m on m.project_id = i.project_id and m.user_id = i.created_by
             where i.project_id = $1 and i.used_at is null and i.expires_at > $2 and i.id < $3
             order by i.id desc
             limit $4",
        )
        .bind(by.project())
        .bind(Timestamp::now())
        .bind(before.unwrap_or(InvitationId(uuid::Uuid::max())))
        .bind(limit)
        .all()
        .await?;
    let listed = rows.into_iter().map(|row| {
        let (gives, problem) = row.maker.gives(row.role);
        Invitation {
            id: row.id,
            role: row.role,
            gives,
            problem,
            email: row.email,
            accounts_only: row.maker.accounts_only,
            max_uses: row.max_uses,
            use_count: row.use_count,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    });
    Ok(listed.collect())
}

/// Revoke one that is not used up. Who joined by it stays.
pub async fn remove(change: &mut Change, invitation: InvitationId) -> Result<()> {
    let project = change.project();
    let removed = change
        .query("delete from invitations where id = $1 and project_id = $2 and used_at is null")
        .bind(invitation)
        .bind(project)
        .execute()
        .await?;
    if removed == 0 {
        return Err(Error::NotFound);
    }
    let entry = Entry::new(Act::InvitationRevoke).about(Target::Other("invitation", invitation.0));
    change.audit(entry.in_project(project));
    Ok(())
}

pub async fn preview(db: &Db, secret: &Secret) -> Result<Preview> {
    #[derive(sqlx_macros::FromRow)]
    struct Row {
        project_name: String,
        role: Role,
        invited_by: String,
        email: Option<Email>,
        expires_at: Timestamp,
        #[sqlx(flatten)]
        maker: Maker,
    }
    let row: Row = db
        .query(
            "select p.name as project_name, i.role, u.name as invited_by, i.email, i.expires_at,
                    m.role as maker_role, u.disabled_at is not null as maker_disabled,
                    (n.invite_people = 1 and not u.admin) as accounts_only
             from invitations i
             join instance n on n.id = 1
             join projects p on p.id = i.project_id
             join users u on u.id = i.created_by
             left join members m on m.project_id = i.project_id and m.user_id = i.created_by
             where i.secret_hash = $1 and i.used_at is null and i.expires_at > $2 and p.deleted_at is null",
        )
        .bind(secrets::hash(&secret.0))
        .bind(Timestamp::now())
        .one()
        .await?;
    let role = row.maker.gives(row.role).0.ok_or(Error::NotFound)?;
    let Row { project_name, invited_by, email, expires_at, maker, .. } = row;
    Ok(Preview { project_name, role, invited_by, email, accounts_only: maker.accounts_only, expires_at })
}

/// Use a link: as often as it may be, in time, only while it was not revoked, and for no more than who made it may give
/// at this moment. A user who is a member already stays as they are, and the link stays unused. A former member needs a
/// link that was made after they left: a link that a team shares would bring back the person whom the team removed.
pub async fn redeem(
    mut tx: Transaction,
    secret: &Secret,
    user: &User,
    joining: Joining,
) -> Result<(ProjectId, Change)> {
    #[derive(sqlx_macros::FromRow)]
    struct Row {
        id: InvitationId,
        project_id: ProjectId,
        role: Role,
    }
    let now = tx.at();
    let row: Row = tx
        .query(
            "select id, project_id, role from invitations
             where secret_hash = $1 and used_at is null and expires_at > $2",
        )
        .bind(secrets::hash(&secret.0))
        .bind(now)
        .one()
        .await?;
    // The project's row first, as everywhere; what was read before the wait is read again by the conditional update.
    let project = row.project_id;
    let mut change = tx.lock_project(project, Grant::Invitation(row.role)).await?;
    // Behind the lock, as the role of every actor.
    let maker: Maker = change
        .query(
            "select m.role as maker_role, u.disabled_at is not null as maker_disabled,
                    (n.invite_people = 1 and not u.admin) as accounts_only
             from invitations i
             join instance n on n.id = 1
             join users u on u.id = i.created_by
             left join members m on m.project_id = i.project_id and m.user_id = i.created_by
             where i.id = $1",
        )
        .bind(row.id)
        .one()
        .await?;
    let role = maker.gives(row.role).0.ok_or(Error::NotFound)?;
    if maker.accounts_only && joining == Joining::SignsUp {
        return Err(Right::InvitePeople.refused());
    }
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
        .query(
            "update invitations
             set use_count = use_count + 1, used_at = case when use_count + 1 >= max_uses then cast($2 as bigint) end
             where id = $1 and used_at is null and not exists (
               select 1 from former_members f
               where f.project_id = invitations.project_id and f.user_id = $3 and f.left_at >= invitations.created_at)",
        )
        .bind(row.id)
        .bind(now)
        .bind(user.id)
        .execute()
        .await?;
    if redeemed == 0 {
        return Err(Error::NotFound);
    }
    members::add(&mut change, user.id, role).await?;
    Ok((project, change))
}
