//! Projects of which no owner can sign in: all that administrators see of projects, so that they can give them an owner.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::role::Role,
    base::{
        error::Result,
        ids::{ProjectId, UserId},
    },
    db::{Bind, Db},
};

/// How many members of a project are named; those with the highest roles come first.
const CANDIDATES: usize = 50;

/// A project without an owner who can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrphanedProject {
    pub id: ProjectId,
    pub name: String,
    pub key: String,
    /// Members who can sign in, those with the highest roles first.
    pub candidates: Vec<Candidate>,
}

/// A member who could become the owner.
#[derive(Debug, Serialize, ToSchema)]
pub struct Candidate {
    pub id: UserId,
    pub name: String,
    pub role: Role,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    /// A member of the project, or any other user who can sign in.
    pub user_id: UserId,
}

/// The projects without an owner who can sign in, behind the one that ended the page before.
pub async fn list(db: &Db, after: Option<ProjectId>, limit: i64) -> Result<Vec<OrphanedProject>> {
    let rows: Vec<(ProjectId, String, String)> = db
        .query(
            "select p.id, p.name, p.key from projects p
             where p.deleted_at is null and p.id > $2
               and not exists (select 1 from imports i where i.project_id = p.id and i.made_project and i.state = 1)
               and not exists (
                 select 1 from members m
                 join users u on u.id = m.user_id
                 where m.project_id = p.id and m.role = $1 and u.disabled_at is null)
             order by p.id
             limit $3",
        )
        .bind(Role::Owner)
        .bind(after.unwrap_or(ProjectId(uuid::Uuid::nil())))
        .bind(limit)
        .all()
        .await?;
    let mut projects: Vec<OrphanedProject> =
        rows.into_iter().map(|(id, name, key)| OrphanedProject { id, name, key, candidates: vec![] }).collect();
    let members: Vec<(ProjectId, UserId, String, Role)> = db
        .query(
            "select m.project_id, u.id, u.name, m.role from {rows $1: id uuid} r
             join members m on m.project_id = r.id
             join users u on u.id = m.user_id
             where u.disabled_at is null
             order by m.role desc, u.name, u.id",
        )
        .bind_rows(&projects, |cells, project| cells.bind(project.id))
        .all()
        .await?;
    for (project, id, name, role) in members {
        let orphan = projects.iter_mut().find(|orphan| orphan.id == project);
        if let Some(orphan) = orphan.filter(|orphan| orphan.candidates.len() < CANDIDATES) {
            orphan.candidates.push(Candidate { id, name, role });
        }
    }
    Ok(projects)
}
