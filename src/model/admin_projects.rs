//! What administrators see of projects: whose they are and how large, so that they know whom to ask. Names they see only of
//! those of which no owner can sign in, so that they can give them one; and of what is in a project nothing.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::role::Role,
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, UserId},
    },
    change::Transaction,
    db::{Bind, Db, query::part},
};

/// How many members of a project are named; those with the highest roles come first.
const CANDIDATES: usize = 50;

/// A project as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminProject {
    pub id: ProjectId,
    /// Only where no owner can sign in: `null` for all other projects.
    #[schema(required)]
    pub name: Option<String>,
    /// The same.
    #[schema(required)]
    pub key: Option<String>,
    /// Whether no owner of it can sign in.
    pub orphaned: bool,
    /// Members who can sign in, those with the highest roles first; only where no owner can.
    pub candidates: Vec<Candidate>,
    /// Also those who cannot sign in.
    pub owners: Vec<Owner>,
    pub member_count: i64,
    /// Tasks that are not archived.
    pub task_count: i64,
    /// The bytes of its attachments.
    pub attachment_bytes: i64,
    pub created_at: Timestamp,
    /// When something in it last changed.
    pub updated_at: Timestamp,
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
}

/// A member who could become the owner.
#[derive(Debug, Serialize, ToSchema)]
pub struct Candidate {
    pub id: UserId,
    pub name: String,
    pub role: Role,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProjectOwner)]
pub struct Owner {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub disabled: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    /// A member of the project, or any other user who can sign in.
    pub user_id: UserId,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: ProjectId,
    name: String,
    key: String,
    orphaned: bool,
    member_count: i64,
    task_count: i64,
    attachment_bytes: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    archived_at: Option<Timestamp>,
}

#[derive(sqlx_macros::FromRow)]
struct OfProject {
    project_id: ProjectId,
    id: UserId,
    name: String,
    email: String,
    role: Role,
    disabled: bool,
    guest: bool,
}

/// The projects behind the one that ended the page before; only those without an owner who can sign in, or all.
pub async fn list(db: &Db, orphaned: bool, after: Option<ProjectId>, limit: i64) -> Result<Vec<AdminProject>> {
    let mut query = db
        .query(
            "select p.id, p.name, p.key, p.archived_at, p.created_at, p.open_task_count as task_count,
                    (select count(*) from members o where o.project_id = p.id) as member_count,
                    (select cast(coalesce(sum(a.size), 0) as bigint) from attachments a where a.project_id = p.id)
                      as attachment_bytes,
                    coalesce((select e.at from events e where e.project_id = p.id and e.seq = p.seq), p.created_at) as updated_at,
                    not exists (
                      select 1 from members m
                      join users u on u.id = m.user_id
                      where m.project_id = p.id and m.role = $1 and u.disabled_at is null) as orphaned
             from projects p
             where p.deleted_at is null and p.id > $2
               and not exists (select 1 from imports i where i.project_id = p.id and i.made_project and i.state = 1)",
        )
        .bind(Role::Owner)
        .bind(after.unwrap_or(ProjectId(uuid::Uuid::nil())));
    if orphaned {
        query = query
            .append(part(
                "and not exists (
                   select 1 from members m
                   join users u on u.id = m.user_id
                   where m.project_id = p.id and m.role = $1 and u.disabled_at is null)",
            ))
            .bind(Role::Owner);
    }
    let rows: Vec<Row> = query.append(part("order by p.id limit $1")).bind(limit).all().await?;
    let mut projects: Vec<AdminProject> = rows.into_iter().map(Row::project).collect();
    let people: Vec<OfProject> = db
        .query(
            "select m.project_id, u.id, u.name, u.email, m.role, u.disabled_at is not null as disabled, u.guest
             from {rows $1: id uuid, orphaned boolean} r
             join members m on m.project_id = r.id
             join users u on u.id = m.user_id
             where m.role = $2 or (r.orphaned and u.disabled_at is null)
             order by m.role desc, u.name, u.id",
        )
        .bind_rows(&projects, |cells, project| cells.bind(project.id).bind(project.orphaned))
        .bind(Role::Owner)
        .all()
        .await?;
    for person in people {
        if let Some(project) = projects.iter_mut().find(|project| project.id == person.project_id) {
            project.add(person);
        }
    }
    Ok(projects)
}

impl Row {
    fn project(self) -> AdminProject {
        AdminProject {
            id: self.id,
            name: self.orphaned.then_some(self.name),
            key: self.orphaned.then_some(self.key),
            orphaned: self.orphaned,
            candidates: vec![],
            owners: vec![],
            member_count: self.member_count,
            task_count: self.task_count,
            attachment_bytes: self.attachment_bytes,
            created_at: self.created_at,
            updated_at: self.updated_at,
            archived_at: self.archived_at,
        }
    }
}

impl AdminProject {
    fn add(&mut self, OfProject { id, name, email, role, disabled, guest, .. }: OfProject) {
        if role == Role::Owner && self.owners.len() < CANDIDATES && !guest {
            self.owners.push(Owner { id, name: name.clone(), email, disabled });
        }
        if self.orphaned && !disabled && self.candidates.len() < CANDIDATES {
            self.candidates.push(Candidate { id, name, role });
        }
    }
}

/// Refuse what is no project that administrators see.
pub async fn check(tx: &mut Transaction, project: ProjectId) -> Result<()> {
    let found: Option<(ProjectId,)> = tx
        .query(
            "select p.id from projects p
             where p.id = $1 and p.deleted_at is null
               and not exists (select 1 from imports i where i.project_id = p.id and i.made_project and i.state = 1)",
        )
        .bind(project)
        .optional()
        .await?;
    found.map(drop).ok_or(Error::NotFound)
}
