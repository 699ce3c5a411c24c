//! Deleted projects: an owner can bring them back, until their time is over.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::{
        audit::{Act, Entry, Target},
        caller::Caller,
        role::Role,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, UserId},
    },
    change::{Change, Grant, InSnapshot, Transaction},
    db::{Bind, Db, query::part},
    log::Draft,
    model::{
        members::Member,
        projects::{self, Project},
    },
};

/// A project in the trash.
#[derive(Debug, Serialize, ToSchema, sqlx_macros::FromRow)]
pub struct TrashedProject {
    pub id: ProjectId,
    pub name: String,
    pub key: String,
    /// How many tasks were open and not archived.
    pub task_count: i64,
    pub member_count: i64,
    pub deleted_at: Timestamp,
}

/// The deleted projects that a user owns, or those among `within`, the last deleted first, behind the one that ended the
/// page before.
pub async fn list(
    db: &Db,
    user: UserId,
    within: Option<&[ProjectId]>,
    after: Option<(Timestamp, ProjectId)>,
    limit: i64,
) -> Result<Vec<TrashedProject>> {
    let mut query = db
        .query(
            "select p.id, p.name, p.key, p.open_task_count as task_count, p.deleted_at,
                    (select count(*) from members o where o.project_id = p.id) as member_count
             from projects p
             join members m on m.project_id = p.id
             where m.user_id = $1 and m.role = $2 and p.deleted_at > 0",
        )
        .bind(user)
        .bind(Role::Owner);
    if let Some(within) = within {
        query = query
            .append(part("and p.id in (select r.id from {rows $1: id uuid} as r)"))
            .bind_rows(within, |cells, id| cells.bind(*id));
    }
    if let Some((at, id)) = after {
        query = query.append(part("and (p.deleted_at < $1 or (p.deleted_at = $1 and p.id < $2))")).bind(at).bind(id);
    }
    query.append(part("order by p.deleted_at desc, p.id desc limit $1")).bind(limit).all().await
}

/// Give a deleted project of the caller another `deleted_at`: null is none. It is locked from here on.
async fn set_deleted(
    tx: &mut Transaction,
    caller: &Caller,
    project: ProjectId,
    deleted_at: Option<Timestamp>,
) -> Result<()> {
    if !caller.reaches(project) {
        return Err(Error::NotFound);
    }
    let written = tx
        .query(
            "update projects set deleted_at = $3
             where id = $1 and deleted_at > 0
               and exists (select 1 from members m
                           where m.project_id = projects.id and m.user_id = $2 and m.role = $4)",
        )
        .bind(project)
        .bind(caller.user.id)
        .bind(deleted_at)
        .bind(Role::Owner)
        .execute()
        .await?;
    if written == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Bring a deleted project back, with everything in it. Where its key is another project's meanwhile, it gets a number.
pub async fn restore(mut tx: Transaction, caller: &Caller, project: ProjectId) -> Result<(Change, Project)> {
    set_deleted(&mut tx, caller, project, None).await?;
    let mut change = tx.lock_project(project, Grant::Role(Role::Owner)).await?;
    let before = projects::load(&mut change).await?;
    let mut after = before.clone();
    after.version = change.seq();
    after.key = projects::welcome_back(&mut change, caller.user.id, &before).await?.as_str().into();
    change
        .query("update projects set key = $2, version = $3, restored_seq = $3 where id = $1")
        .bind(project)
        .bind(after.key.as_str())
        .bind(after.version)
        .execute()
        .await?;
    let mut event = Draft::new("project.restored");
    event.restore("project", &before, &after)?;
    let members: Vec<Member> = change.query(Member::ALL).bind(project).all().await?;
    for member in members {
        change.notify_user(member.id);
    }
    change.record(event).await?;
    change.audit(Entry::new(Act::ProjectRestore).about(Target::Project(project)));
    Ok((change, after))
}

/// Delete a project that is in the trash for good. Its rows go soon.
pub async fn purge(tx: &mut Transaction, caller: &Caller, project: ProjectId) -> Result<()> {
    set_deleted(tx, caller, project, Some(Timestamp(0))).await?;
    tx.audit(Entry::new(Act::ProjectPurge).about(Target::Project(project)));
    Ok(())
}
