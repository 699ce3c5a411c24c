//! Projects.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{
        audit::{self, Act, By, Entry, Target},
        membership::Membership,
        policy::{self, Right},
        role::Role,
        user,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, UserId},
        text::{Body, Key, Name},
    },
    change::{Change, Grant, InSnapshot, Transaction},
    db::{Bind, Db, Tx, query::part},
    faults,
    log::{self, Draft},
    model::{
        members::{self, Member},
        nullable, present, samples,
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    /// The prefix of its task numbers, such as `WEB`.
    pub key: String,
    pub description: String,
    /// Whether completing a task moves it to the first column of kind `done`.
    pub move_completed: bool,
    /// Whether it is offered as a template for new projects.
    pub template: bool,
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    pub version: i64,
}

/// A project in the list of those that a user belongs to.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
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
    /// Whether the caller keeps it on top.
    pub pinned: bool,
    /// The number of its last event.
    pub seq: i64,
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
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub move_completed: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub template: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(default = "false")]
pub enum Archived {
    #[default]
    False,
    True,
    Any,
}

/// Whether the actor belongs to another project with this key. Keys are one to a person's view, not to the
/// instance: a refusal must not tell that a stranger's project exists.
async fn key_taken(tx: &mut Transaction, user: UserId, key: &Key, but: ProjectId) -> Result<bool> {
    let (count,): (i64,) = tx
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

async fn free_key(tx: &mut Transaction, user: UserId, new: &NewProject, id: ProjectId) -> Result<Key> {
    if let Some(key) = &new.key {
        return if key_taken(tx, user, key, id).await? { Err(key_conflict()) } else { Ok(key.clone()) };
    }
    like(tx, user, Key::from_name(new.name.as_str()), id).await
}

/// A key that is free in this person's view: this one, or with a number behind it.
async fn like(tx: &mut Transaction, user: UserId, stem: Key, id: ProjectId) -> Result<Key> {
    let mut key = stem.clone();
    let mut number = 2;
    while key_taken(tx, user, &key, id).await? {
        key = stem.numbered(number);
        number += 1;
    }
    Ok(key)
}

/// How many projects a person owns.
async fn owned(tx: &mut Transaction, owner: UserId) -> Result<i64> {
    let (count,): (i64,) = tx
        .query(
            "select count(*) from members m
             join projects p on p.id = m.project_id
             where m.user_id = $1 and m.role = $2 and p.deleted_at is null",
        )
        .bind(owner)
        .bind(Role::Owner)
        .one()
        .await?;
    Ok(count)
}

fn too_many(count: i64, most: i64) -> Error {
    let detail = format!("you own {count} projects, and a person may own {most}: delete one first");
    Error::conflict("too_many_projects", detail)
}

/// Refuse one more project to a person who owns as many as they may.
async fn check_count(tx: &mut Transaction, owner: UserId) -> Result<()> {
    let (count, most) = (owned(tx, owner).await?, tx.config().projects_per_person);
    if count >= most { Err(too_many(count, most)) } else { Ok(()) }
}

/// Check that a project which is its owner's again is not one too many. Answers its key, with a number behind it where
/// another project has it meanwhile.
pub async fn welcome_back(tx: &mut Transaction, owner: UserId, project: &Project) -> Result<Key> {
    user::lock(tx.tx(), owner).await?;
    let (count, most) = (owned(tx, owner).await?, tx.config().projects_per_person);
    if count > most {
        return Err(too_many(count - 1, most));
    }
    let key = Key::parse(&project.key).map_err(Error::Internal)?;
    like(tx, owner, key, project.id).await
}

fn key_conflict() -> Error {
    Error::conflict("key_taken", "another project of yours has this key")
}

/// Create a project; the actor is its owner.
pub async fn create(mut tx: Transaction, new: NewProject) -> Result<(Change, Project)> {
    let owner = tx.actor()?.id;
    let id = ProjectId::new();
    policy::check(tx.tx(), owner, Right::CreateProjects).await?;
    user::lock(tx.tx(), owner).await?;
    check_count(&mut tx, owner).await?;
    let key = free_key(&mut tx, owner, &new, id).await?;
    let (mut change, project, mut event) = found(tx, id, new.name, key).await?;
    members::insert(&mut change, &mut event, owner, Role::Owner).await?;
    change.record(event).await?;
    if matches!(new.template, Template::Basic) {
        samples::basic(&mut change).await?;
    }
    Ok((change, project))
}

/// Create a project that has no member, so that no caller finds it, until [`reveal`]. It gets the key that is wished for, or
/// one like it.
pub async fn create_hidden(mut tx: Transaction, name: Name, wish: Option<Key>) -> Result<(Change, Project)> {
    let owner = tx.actor()?.id;
    let id = ProjectId::new();
    policy::check(tx.tx(), owner, Right::CreateProjects).await?;
    user::lock(tx.tx(), owner).await?;
    check_count(&mut tx, owner).await?;
    let key = like(&mut tx, owner, wish.unwrap_or_else(|| Key::from_name(name.as_str())), id).await?;
    let (mut change, project, event) = found(tx, id, name, key).await?;
    change.record(event).await?;
    Ok((change, project))
}

/// Make the actor the owner of a project that had no member.
pub async fn reveal(change: &mut Change) -> Result<()> {
    let (owner, id) = (change.actor()?.id, change.project());
    user::lock(change.tx(), owner).await?;
    let before = load(change).await?;
    let key = Key::parse(&before.key).map_err(Error::Internal)?;
    // Another project may have taken the key meanwhile.
    let key = like(change, owner, key, id).await?;
    let after = Project { key: key.as_str().into(), ..before.clone() };
    update(change, "project.changed", &before, after).await?;
    let mut event = Draft::new("member.added");
    members::insert(change, &mut event, owner, Role::Owner).await?;
    change.record(event).await
}

/// Write the row of a project, and begin to tell of it.
async fn found(mut tx: Transaction, id: ProjectId, name: Name, key: Key) -> Result<(Change, Project, Draft)> {
    let mut project = Project {
        id,
        name: name.as_str().into(),
        key: key.as_str().into(),
        description: String::new(),
        move_completed: true,
        template: false,
        archived_at: None,
        version: 0,
    };
    let at = tx.at();
    tx.query(
        "insert into projects (id, key, name, description, version, seq, created_at)
         values ($1, $2, $3, '', 1, 0, $4)",
    )
    .bind(id)
    .bind(key)
    .bind(name)
    .bind(at)
    .execute()
    .await?;
    let change = tx.lock_project(id, Grant::Founder).await?;
    project.version = change.seq();
    let mut event = Draft::new("project.created");
    event.create("project", &project)?;
    Ok((change, project, event))
}

const PROJECT: &str =
    "select id, name, key, description, move_completed, template, archived_at, version from projects where id = $1";

/// The project that is being changed.
pub async fn load(change: &mut Change) -> Result<Project> {
    let id = change.project();
    change.query(PROJECT).bind(id).one().await
}

/// A project that the caller belongs to.
pub async fn find(by: &Membership) -> Result<Project> {
    by.query(PROJECT).bind(by.project()).one().await
}

/// The same inside of a transaction that reads.
pub async fn read(tx: &mut Tx, by: &Membership) -> Result<Project> {
    tx.query(PROJECT).bind(by.project()).one().await
}

/// The projects of a user, or those among `within`, behind the one that ended the page before.
pub async fn list(
    db: &Db,
    user: UserId,
    within: Option<&[ProjectId]>,
    archived: Archived,
    after: Option<ProjectId>,
    limit: i64,
) -> Result<Vec<ProjectSummary>> {
    let mut query = db
        .query(
            "select p.id, p.name, p.key, p.description, p.move_completed, p.template, p.archived_at, p.version, m.role, p.seq,
                    (select count(*) from members o where o.project_id = p.id) as member_count,
                    exists (select 1 from project_pins i where i.project_id = p.id and i.user_id = m.user_id) as pinned,
                    p.open_task_count as task_count,
                    (select count(*) from tasks t
                     where t.project_id = p.id and t.archived_at is null and t.completed_at is not null) as done_count
             from projects p
             join members m on m.project_id = p.id
             where m.user_id = $1 and p.deleted_at is null",
        )
        .bind(user);
    match archived {
        Archived::Any => {}
        Archived::True => query = query.append(part("and p.archived_at is not null")),
        Archived::False => query = query.append(part("and p.archived_at is null")),
    }
    if let Some(within) = within {
        query = query
            .append(part("and p.id in (select r.id from {rows $1: id uuid} as r)"))
            .bind_rows(within, |cells, id| cells.bind(*id));
    }
    if let Some(after) = after {
        query = query.append(part("and p.id > $1")).bind(after);
    }
    query.append(part("order by p.id limit $1")).bind(limit).all().await
}

/// The projects of a user that have this key, or had it, and whether they have it now.
pub async fn by_key(db: &Db, user: UserId, key: &Key) -> Result<Vec<(ProjectId, bool)>> {
    db.query(
        "select p.id, p.key = $2 from projects p
         join members m on m.project_id = p.id
         where m.user_id = $1 and p.deleted_at is null
           and (p.key = $2 or exists (select 1 from project_keys k where k.project_id = p.id and k.key = $2))
         order by p.id",
    )
    .bind(user)
    .bind(key.as_str())
    .all()
    .await
}

async fn update(change: &mut Change, event: &'static str, before: &Project, mut after: Project) -> Result<Project> {
    change.check_match("project", before, &after).await?;
    if *before == after {
        return Ok(after);
    }
    after.version = change.seq();
    change
        .query(
            "update projects
             set name = $2, key = $3, description = $4, move_completed = $5, template = $6, archived_at = $7,
                 version = $8
             where id = $1",
        )
        .bind(after.id)
        .bind(after.name.as_str())
        .bind(after.key.as_str())
        .bind(after.description.as_str())
        .bind(after.move_completed)
        .bind(after.template)
        .bind(after.archived_at)
        .bind(after.version)
        .execute()
        .await?;
    let mut event = Draft::new(event);
    event.update("project", before, &after)?;
    change.record(event).await?;
    Ok(after)
}

pub async fn patch(change: &mut Change, patch: ProjectPatch) -> Result<Project> {
    let before = load(change).await?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        after.name = name.as_str().into();
    }
    if let Some(description) = patch.description {
        after.description = description.unwrap_or_default().into_string();
    }
    after.move_completed = patch.move_completed.unwrap_or(after.move_completed);
    after.template = patch.template.unwrap_or(after.template);
    if let Some(key) = patch.key {
        let (user, project) = (change.actor()?.id, change.project());
        if key.as_str() != before.key {
            user::lock(change.tx(), user).await?;
            if key_taken(change, user, &key, project).await? {
                return Err(key_conflict());
            }
            // Tasks are still found by the names that they had with it.
            change
                .query("insert into project_keys (project_id, key) values ($1, $2) on conflict do nothing")
                .bind(project)
                .bind(before.key.as_str())
                .execute()
                .await?;
        }
        after.key = key.as_str().into();
    }
    update(change, "project.changed", &before, after).await
}

pub async fn archive(change: &mut Change, archived: bool) -> Result<Project> {
    let before = load(change).await?;
    let mut after = before.clone();
    after.archived_at = if archived { before.archived_at.or(Some(change.at())) } else { None };
    update(change, if archived { "project.archived" } else { "project.unarchived" }, &before, after).await
}

/// Delete a project: at this event every stream of it ends. Its owners may bring it back; the rows go later.
pub async fn remove(change: &mut Change) -> Result<()> {
    let project = load(change).await?;
    change.check_match_all("project", &project).await?;
    let (id, at) = (change.project(), change.at());
    change.query("update projects set deleted_at = $2 where id = $1").bind(id).bind(at).execute().await?;
    let mut event = Draft::new("project.deleted");
    event.remove("project", &project)?;
    change.audit(Entry::new(Act::ProjectDelete).about(Target::Project(id)));
    let members: Vec<Member> = change.query(Member::ALL).bind(id).all().await?;
    for member in members {
        change.notify_user(member.id);
    }
    change.record(event).await
}

/// How many events of a deleted project go at once: other writers get their turn in between.
const STEP: i64 = 5_000;

/// Forget projects that were deleted before this instant. The log goes in steps, and with the project's row what
/// hangs on it, by `on delete cascade`.
pub async fn sweep(db: &Db, before: Timestamp) -> Result<u64> {
    let gone: Vec<(ProjectId, i64, Timestamp)> =
        db.query("select id, seq, deleted_at from projects where deleted_at < $1").bind(before).all().await?;
    let mut forgotten = 0;
    for (project, seq, deleted_at) in gone {
        let mut upto = 0;
        while upto < seq {
            upto += STEP;
            log::history::trim_upto(db, project, upto).await?;
            faults::point("forget.between");
        }
        let mut tx = db.begin().await?;
        tx.query("delete from task_events where task_id in (select id from tasks where project_id = $1)")
            .bind(project)
            .execute()
            .await?;
        forgotten += tx.query("delete from projects where id = $1").bind(project).execute().await?;
        faults::point("forget.between");
        // One that was deleted for good in its trash is in the audit log since then.
        if deleted_at > Timestamp(0) {
            let entry = Entry::new(Act::ProjectPurge).about(Target::Project(project));
            audit::chain::append(&mut tx, &[(Timestamp::now(), By::default(), entry)]).await?;
        }
        tx.commit().await?;
    }
    Ok(forgotten)
}
