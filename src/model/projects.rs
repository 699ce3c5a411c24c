//! Projects.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Role,
    app::App,
    change::{Change, Work},
    clock::Timestamp,
    db::Tx,
    error::{Error, Result},
    event::Draft,
    faults,
    ids::{ProjectId, UserId},
    model::{members, nullable, present, samples},
    text::{Body, Key, Name},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow, ToSchema)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    /// The prefix of its task numbers, such as `WEB`.
    pub key: String,
    pub description: String,
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    pub version: i64,
}

/// A project in the list of those that a user belongs to.
#[derive(Debug, Serialize, sqlx::FromRow, ToSchema)]
pub struct ProjectSummary {
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub project: Project,
    /// The caller's own.
    pub role: Role,
    pub member_count: i64,
    /// Tasks that are not archived.
    pub task_count: i64,
    /// Those of them that are completed.
    pub done_count: i64,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// Three columns, and a few tasks that explain themselves.
    #[default]
    Basic,
    Empty,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    pub name: Name,
    /// Made from the name when absent.
    pub key: Option<Key>,
    #[serde(default)]
    pub template: Template,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<Name>,
    #[serde(default, deserialize_with = "nullable")]
    pub description: Option<Option<Body>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub key: Option<Key>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Archived {
    #[default]
    False,
    True,
    Any,
}

/// Whether the actor belongs to another project with this key. Keys are one to a person's view, not to the
/// instance: a refusal must not tell that somebody else's project exists.
async fn key_taken(work: &mut Work, user: UserId, key: &Key, but: ProjectId) -> Result<bool> {
    let (count,): (i64,) = work
        .query(
            "select count(*) from projects p
             join members m on m.project_id = p.id
             where m.user_id = $1 and p.key = $2 and p.id <> $3 and p.deleted_at is null",
        )
        .bind(user)
        .bind(key.clone())
        .bind(but)
        .one()
        .await?;
    Ok(count > 0)
}

async fn free_key(work: &mut Work, user: UserId, new: &NewProject, id: ProjectId) -> Result<Key> {
    if let Some(key) = &new.key {
        return if key_taken(work, user, key, id).await? { Err(key_conflict()) } else { Ok(key.clone()) };
    }
    let stem = Key::from_name(new.name.as_str());
    let mut key = stem.clone();
    let mut number = 2;
    while key_taken(work, user, &key, id).await? {
        key = stem.numbered(number);
        number += 1;
    }
    Ok(key)
}

fn key_conflict() -> Error {
    Error::conflict("key_taken", "another project of yours has this key")
}

/// Create a project; the actor is its owner.
pub async fn create(mut work: Work, new: NewProject) -> Result<(Change, Project)> {
    let owner = work.actor()?.clone();
    let id = ProjectId::new();
    let key = free_key(&mut work, owner.id, &new, id).await?;
    let mut project = Project {
        id,
        name: new.name.as_str().into(),
        key: key.as_str().into(),
        description: String::new(),
        archived_at: None,
        version: 0,
    };
    let at = work.at();
    work.query(
        "insert into projects (id, key, name, description, version, seq, created_at)
         values ($1, $2, $3, '', 1, 0, $4)",
    )
    .bind(id)
    .bind(key)
    .bind(new.name)
    .bind(at)
    .execute()
    .await?;
    work.tell(owner.id);
    let mut change = work.enter(id).await?;
    project.version = change.seq();
    let mut draft = Draft::new("project.created");
    draft.create("project", &project)?;
    let member = members::insert(&mut change, owner.id, &owner.name, Role::Owner).await?;
    draft.create("members", &member)?;
    change.record(draft).await?;
    if matches!(new.template, Template::Basic) {
        samples::basic(&mut change).await?;
    }
    Ok((change, project))
}

const PROJECT: &str = "select id, name, key, description, archived_at, version from projects where id = $1";

/// The project that is being changed.
pub async fn load(change: &mut Change) -> Result<Project> {
    let id = change.project();
    read(change.tx(), id).await
}

/// A project whose membership was proved.
pub async fn find(app: &App, id: ProjectId) -> Result<Project> {
    app.db.query(PROJECT).bind(id).one().await
}

/// The same inside of a transaction.
pub async fn read(tx: &mut Tx, id: ProjectId) -> Result<Project> {
    tx.query(PROJECT).bind(id).one().await
}

/// The projects of a user, by name, behind the one that ended the page before.
pub async fn list(
    app: &App,
    user: UserId,
    archived: Archived,
    after: Option<ProjectId>,
    limit: i64,
) -> Result<Vec<ProjectSummary>> {
    app.db
        .query(
            "select p.id, p.name, p.key, p.description, p.archived_at, p.version, m.role,
                    (select count(*) from members o where o.project_id = p.id) as member_count,
                    (select count(*) from tasks t where t.project_id = p.id and t.archived_at is null) as task_count,
                    (select count(*) from tasks t
                     where t.project_id = p.id and t.archived_at is null and t.completed_at is not null) as done_count
             from projects p
             join members m on m.project_id = p.id
             where m.user_id = $1 and p.deleted_at is null
               and ($2 or (p.archived_at is not null) = $3)
               and ($4 or p.id > $5)
             order by p.id
             limit $6",
        )
        .bind(user)
        .bind(archived == Archived::Any)
        .bind(archived == Archived::True)
        .bind(after.is_none())
        .bind(after.unwrap_or(ProjectId(uuid::Uuid::nil())))
        .bind(limit)
        .all()
        .await
}

async fn save(change: &mut Change, kind: &'static str, before: &Project, mut after: Project) -> Result<Project> {
    if *before == after {
        return Ok(after);
    }
    after.version = change.seq();
    change
        .query(
            "update projects set name = $2, key = $3, description = $4, archived_at = $5, version = $6 where id = $1",
        )
        .bind(after.id)
        .bind(after.name.as_str())
        .bind(after.key.as_str())
        .bind(after.description.as_str())
        .bind(after.archived_at)
        .bind(after.version)
        .execute()
        .await?;
    let mut draft = Draft::new(kind);
    draft.update("project", before, &after)?;
    change.record(draft).await?;
    Ok(after)
}

pub async fn patch(change: &mut Change, patch: ProjectPatch) -> Result<Project> {
    let before = load(change).await?;
    let fields =
        [(patch.name.is_some(), "name"), (patch.description.is_some(), "description"), (patch.key.is_some(), "key")];
    let fields: Vec<_> = fields.into_iter().filter(|(has, _)| *has).map(|(_, field)| field).collect();
    change.check_match("project", &before, &fields).await?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        after.name = name.as_str().into();
    }
    if let Some(description) = patch.description {
        after.description = description.unwrap_or_default().into_string();
    }
    if let Some(key) = patch.key {
        let (user, project) = (change.actor()?.id, change.project());
        if key.as_str() != before.key && key_taken(change, user, &key, project).await? {
            return Err(key_conflict());
        }
        after.key = key.as_str().into();
    }
    save(change, "project.changed", &before, after).await
}

pub async fn archive(change: &mut Change, archived: bool) -> Result<Project> {
    let before = load(change).await?;
    let mut after = before.clone();
    after.archived_at = if archived { before.archived_at.or(Some(change.at())) } else { None };
    save(change, if archived { "project.archived" } else { "project.unarchived" }, &before, after).await
}

/// End a project: this is its last event, at which every stream of it ends. The rows go later.
pub async fn remove(change: &mut Change) -> Result<()> {
    let project = load(change).await?;
    change.check_match("project", &project, &[]).await?;
    let (id, at) = (change.project(), change.at());
    change.query("update projects set deleted_at = $2 where id = $1").bind(id).bind(at).execute().await?;
    let mut draft = Draft::new("project.deleted");
    draft.remove("project", &project)?;
    for member in members::all(change.tx(), id).await? {
        change.tell(member.id);
    }
    change.record(draft).await
}

/// Statements that forget a deleted project, children first.
const FORGET: &[&str] = &[
    "delete from notifications where project_id = $1",
    "delete from token_projects where project_id = $1",
    "delete from invitations where project_id = $1",
    "delete from checklist_items where project_id = $1",
    "delete from dependencies where project_id = $1",
    "delete from task_labels where project_id = $1",
    "delete from task_assignees where project_id = $1",
    "delete from tasks where project_id = $1",
    "delete from labels where project_id = $1",
    "delete from milestones where project_id = $1",
    "delete from columns where project_id = $1",
    "delete from events where project_id = $1",
    "delete from members where project_id = $1",
    "delete from projects where id = $1",
];

/// Forget projects that were deleted before this instant.
pub async fn sweep(app: &App, before: Timestamp) -> Result<u64> {
    let gone: Vec<(ProjectId,)> =
        app.db.query("select id from projects where deleted_at < $1").bind(before).all().await?;
    let mut forgotten = 0;
    for (project,) in gone {
        let mut tx = app.db.write().await?;
        for statement in FORGET {
            tx.query(statement).bind(project).execute().await?;
            faults::point("forget.between");
        }
        tx.commit().await?;
        forgotten += 1;
    }
    Ok(forgotten)
}
