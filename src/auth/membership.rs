//! Who belongs to which project.

use std::collections::{BTreeSet, HashMap};

use crate::{
    auth::{caller::Caller, role::Role},
    base::{
        error::{Error, Result},
        ids::{ProjectId, UserId},
    },
    db::{Bind, Db, Query, Tx},
    faults::planted,
    log::LogPosition,
};

/// Proof that a caller is a member of a project. Whatever reads a project takes one, and only [`Membership::prove`]
/// makes one, from what the caller's session or token says.
#[derive(Clone, Debug)]
pub struct Membership {
    db: Db,
    project: ProjectId,
    user: UserId,
    role: Role,
}

impl Membership {
    /// The caller's membership, if it has at least this role. To others the project does not exist.
    pub fn prove(db: &Db, caller: &Caller, project: ProjectId, least: Role) -> Result<Self> {
        if !caller.reaches(project) {
            return Err(Error::NotFound);
        }
        let role = caller.role_in(project);
        let role = planted!(StrangersFindProjects => role.or(Some(Role::Viewer)), role).ok_or(Error::NotFound)?;
        if role < least {
            return Err(Error::forbidden("your role in this project does not allow this"));
        }
        Ok(Self { db: db.clone(), project, user: caller.user.id, role })
    }

    /// The instance itself, which proves that what it keeps of a project is what its log says. No caller gets this one.
    #[must_use]
    pub fn of_instance(db: &Db, project: ProjectId) -> Self {
        Self { db: db.clone(), project, user: UserId(uuid::Uuid::nil()), role: Role::Viewer }
    }

    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }

    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Begin to read: every statement sees the same moment.
    pub async fn read(&self) -> Result<Tx> {
        self.db.begin_read().await
    }

    /// A single reading statement.
    pub fn query<'a>(&'a self, sql: &'static str) -> Query<'a> {
        self.db.query(sql)
    }

    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }
}

/// Whether a project exists for a caller now.
pub async fn sees(tx: &mut Tx, caller: Option<&Caller>, project: ProjectId) -> Result<bool> {
    let Some(caller) = caller.filter(|caller| caller.reaches(project)) else { return Ok(false) };
    let (count,): (i64,) = tx
        .query(
            "select count(*) from members m
             join projects p on p.id = m.project_id
             where m.project_id = $1 and m.user_id = $2 and p.deleted_at is null",
        )
        .bind(project)
        .bind(caller.user.id)
        .one()
        .await?;
    Ok(count > 0)
}

/// Whether a membership that was proved has not ended since.
pub async fn holds(db: &Db, membership: &Membership) -> Result<bool> {
    let found: Option<(UserId,)> = db
        .query("select user_id from members where project_id = $1 and user_id = $2")
        .bind(membership.project)
        .bind(membership.user)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// One of a user's projects and how far its log reaches, as a stream needs it.
#[derive(Debug, sqlx_macros::FromRow)]
pub struct ProjectHead {
    pub project: ProjectId,
    /// The event that last changed the membership, or brought the project back.
    pub version: i64,
    pub seq: i64,
    chain: i64,
    pub trimmed_seq: i64,
    trimmed_chain: i64,
}

impl ProjectHead {
    /// Where the log ends.
    #[must_use]
    pub fn end(&self) -> LogPosition {
        LogPosition::new(self.seq, self.chain.into())
    }

    /// The last event that was trimmed away.
    #[must_use]
    pub fn trimmed(&self) -> LogPosition {
        LogPosition::new(self.trimmed_seq, self.trimmed_chain.into())
    }
}

/// The projects that a user belongs to.
pub async fn projects(db: &Db, user: UserId) -> Result<Vec<ProjectId>> {
    let rows: Vec<(ProjectId,)> = db
        .query(
            "select m.project_id from members m
             join projects p on p.id = m.project_id
             where m.user_id = $1 and p.deleted_at is null",
        )
        .bind(user)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(project,)| project).collect())
}

/// The heads of all projects that a user belongs to.
pub async fn heads(db: &Db, user: UserId) -> Result<Vec<ProjectHead>> {
    db.query(
        "select m.project_id as project, p.seq,
                    case when p.restored_seq > m.version then p.restored_seq else m.version end as version,
                    p.trimmed_seq, p.trimmed_chain,
                    coalesce((select e.chain from events e where e.project_id = p.id and e.seq = p.seq),
                             p.trimmed_chain) as chain
             from members m
             join projects p on p.id = m.project_id
             where m.user_id = $1 and p.deleted_at is null",
    )
    .bind(user)
    .all()
    .await
}

/// What the database says of a user: the number of their notifications, and a sum over their memberships. It changes
/// with each notification and each membership, also when a membership is replaced by another one of the same version.
pub type Fingerprint = (i64, i64);

/// The fingerprints of these users.
pub async fn fingerprints(db: &Db, users: &BTreeSet<UserId>) -> Result<HashMap<UserId, Fingerprint>> {
    let rows: Vec<(UserId, i64, i64)> = db
        .query(
            "select u.id, u.notification_seq,
                    (select cast(coalesce(sum((m.version + p.restored_seq + 1) * (p.created_at % 1000003 + 1)), 0) as bigint)
                     from members m join projects p on p.id = m.project_id
                     where m.user_id = u.id and p.deleted_at is null)
             from {rows $1: id uuid} r
             join users u on u.id = r.id",
        )
        .bind_rows(users, |cells, user| cells.bind(*user))
        .all()
        .await?;
    Ok(rows.into_iter().map(|(user, notifications, memberships)| (user, (notifications, memberships))).collect())
}
