//! Imports: a file of another program becomes tasks of a project. What was asked for and how far it is stands in a row; a
//! job reads the file and writes what it holds.
//!
//! - this file — the rows, and what is asked of them
//! - `people` — who the people of the file are here
//! - `plan` — what of the file is new to the project
//! - `texts` — its texts as HTML
//! - [`write`] — writes it

mod links;
mod people;
mod plan;
mod texts;
pub mod write;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::links::forget;
use crate::{
    auth::{
        audit::{Act, Entry, Target},
        policy::{self, Right},
        role::Role,
        user,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ImportId, ProjectId, UserId},
    },
    change::Transaction,
    db::Db,
    import::{Format, Mapping, report::Report},
};

/// How long a node may be silent before another one takes its import over.
pub const LEASE: std::time::Duration = std::time::Duration::from_secs(20);
/// So often an import is begun anew before it counts as failed: it may be what ends the process.
const MOST_ATTEMPTS: i64 = 3;
/// The most imports of one person that wait.
const MOST_WAITING: i64 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx_macros::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportState)]
#[repr(i16)]
pub enum State {
    Queued = 0,
    Running = 1,
    Done = 2,
    Failed = 3,
    Cancelled = 4,
}

/// How far it is, in tasks and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ImportProgress)]
pub struct Progress {
    pub done: i64,
    pub total: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Import {
    pub id: ImportId,
    pub format: Format,
    pub file_name: String,
    /// The project that it is for, once there is one.
    #[schema(required)]
    pub project_id: Option<ProjectId>,
    pub dry_run: bool,
    pub state: State,
    pub progress: Progress,
    #[schema(required)]
    pub report: Option<Report>,
    /// Why it failed.
    #[schema(required)]
    pub error: Option<String>,
    pub created_at: Timestamp,
    #[schema(required)]
    pub ended_at: Option<Timestamp>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: ImportId,
    project_id: Option<ProjectId>,
    made_project: bool,
    format: String,
    file_name: String,
    dry_run: bool,
    state: State,
    done: i64,
    total: i64,
    report: Option<String>,
    error: Option<String>,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl Row {
    fn import(self) -> Result<Import> {
        let malformed = |error: serde_json::Error| Error::Internal(error.to_string());
        // A project that is being made has no member yet.
        let hidden = self.made_project && self.state != State::Done;
        Ok(Import {
            id: self.id,
            format: Format::of(&self.format).unwrap_or(Format::Csv),
            file_name: self.file_name,
            project_id: self.project_id.filter(|_| !hidden),
            dry_run: self.dry_run,
            state: self.state,
            progress: Progress { done: self.done, total: self.total },
            report: self.report.as_deref().map(serde_json::from_str).transpose().map_err(malformed)?,
            error: self.error,
            created_at: self.created_at,
            ended_at: self.ended_at,
        })
    }
}

/// A file that was received.
pub struct NewImport {
    pub format: Format,
    pub file_name: String,
    pub sha256: String,
    pub mapping: Mapping,
    pub project: Option<ProjectId>,
    pub dry_run: bool,
}

/// The project that holds this board already, if the person manages it: a newer file goes there.
pub async fn project_of(db: &Db, source: &str, user: UserId) -> Result<Option<ProjectId>> {
    let found: Option<(ProjectId,)> = db
        .query(
            "select l.project_id from import_links l
             join projects p on p.id = l.project_id
             join members m on m.project_id = l.project_id
             where l.source = $1 and m.user_id = $2 and m.role >= $3 and p.deleted_at is null and p.archived_at is null
             order by l.project_id desc
             limit 1",
        )
        .bind(source)
        .bind(user)
        .bind(Role::Manager)
        .optional()
        .await?;
    Ok(found.map(|(project,)| project))
}

/// Let a file wait for the job.
pub async fn create(tx: &mut Transaction, user: UserId, new: NewImport) -> Result<Import> {
    if new.project.is_none() {
        // Said at once; the job asks once more when it makes the project.
        policy::check(tx.tx(), user, Right::CreateProjects).await?;
    }
    user::lock(tx.tx(), user).await?;
    let (waiting,): (i64,) =
        tx.query("select count(*) from imports where user_id = $1 and state < 2").bind(user).one().await?;
    if waiting >= MOST_WAITING {
        let detail = format!("{waiting} imports of yours are not done yet: wait for them, or cancel one");
        return Err(Error::conflict("too_many_imports", detail));
    }
    let id = ImportId::new();
    let mapping = serde_json::to_string(&new.mapping).map_err(|error| Error::Internal(error.to_string()))?;
    tx.query(
        "insert into imports (id, user_id, project_id, format, file_name, sha256, mapping, dry_run, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(user)
    .bind(new.project)
    .bind(new.format.name())
    .bind(new.file_name)
    .bind(new.sha256)
    .bind(mapping)
    .bind(new.dry_run)
    .bind(Timestamp::now())
    .execute()
    .await?;
    let entry = Entry::new(Act::Import).about(Target::Other("import", id.0)).with("format", new.format.name());
    let entry = entry.with("dry_run", new.dry_run.then_some(true));
    tx.audit(match new.project {
        Some(project) => entry.in_project(project),
        None => entry,
    });
    let row: Row = tx.query(IMPORT).bind(id).bind(user).one().await?;
    row.import()
}

const IMPORT: &str =
    "select id, project_id, made_project, format, file_name, dry_run, state, done, total, report, error, created_at, ended_at
     from imports
     where id = $1 and user_id = $2";

/// An import of this person.
pub async fn find(db: &Db, user: UserId, import: ImportId) -> Result<Import> {
    let row: Row = db.query(IMPORT).bind(import).bind(user).one().await?;
    row.import()
}

/// Who asked for an import, for the command line.
pub async fn owner(db: &Db, import: ImportId) -> Result<UserId> {
    let (user,): (UserId,) = db.query("select user_id from imports where id = $1").bind(import).one().await?;
    Ok(user)
}

/// The imports of a person, the newest first, behind the one that ended the page before.
pub async fn list(db: &Db, user: UserId, after: Option<ImportId>, limit: i64) -> Result<Vec<Import>> {
    let rows: Vec<Row> = db
        .query(
            "select id, project_id, made_project, format, file_name, dry_run, state, done, total, report, error, created_at, ended_at
             from imports
             where user_id = $1 and id < $2
             order by id desc
             limit $3",
        )
        .bind(user)
        .bind(after.unwrap_or(ImportId(Uuid::max())))
        .bind(limit)
        .all()
        .await?;
    rows.into_iter().map(Row::import).collect()
}

/// Cancel an import that is not over. The job sees it before its next step, and takes back what it wrote.
pub async fn cancel(tx: &mut Transaction, user: UserId, import: ImportId) -> Result<()> {
    let _: Row = tx.query(IMPORT).bind(import).bind(user).one().await?;
    let cancelled = tx
        .query("update imports set state = $3, ended_at = $4 where id = $1 and user_id = $2 and state < 2")
        .bind(import)
        .bind(user)
        .bind(State::Cancelled)
        .bind(Timestamp::now())
        .execute()
        .await?;
    if cancelled == 0 {
        return Err(Error::conflict("import_ended", "this import is over"));
    }
    Ok(())
}

/// An import that this node works on.
#[derive(Clone, Debug, sqlx_macros::FromRow)]
pub struct Claimed {
    pub id: ImportId,
    pub project_id: Option<ProjectId>,
    pub made_project: bool,
    pub format: String,
    pub file_name: String,
    pub mapping: String,
    pub dry_run: bool,
    pub attempts: i64,
    pub created_at: Timestamp,
    pub user_id: UserId,
    pub user_name: String,
    pub time_zone: Option<String>,
    pub disabled_at: Option<Timestamp>,
    pub key: String,
    pub size: i64,
    /// What this node calls its claim.
    #[sqlx(skip)]
    pub claim: String,
}

impl Claimed {
    /// What the events of the import name as their cause.
    #[must_use]
    pub fn cause(&self) -> String {
        format!("import:{}", self.id)
    }
}

/// Let imports that an earlier process of this server left be taken over at once: with `SQLite` there is no other node.
pub async fn release_all(db: &Db) -> Result<()> {
    db.execute("update imports set claimed_until = 0 where state = 1", |query| query).await?;
    Ok(())
}

/// Take the next import that waits, or one whose node is gone.
pub async fn claim(db: &Db, now: Timestamp) -> Result<Option<Claimed>> {
    let waiting: Option<(ImportId,)> = db
        .query("select id from imports where state < 2 and claimed_until < $1 order by created_at, id limit 1")
        .bind(now)
        .optional()
        .await?;
    let Some((id,)) = waiting else { return Ok(None) };
    let claim = format!("{:016x}", rand::random::<u64>());
    let mut tx = db.begin().await?;
    let taken = tx
        .query(
            "update imports set state = 1, claim = $2, claimed_until = $3, attempts = attempts + 1
             where id = $1 and state < 2 and claimed_until < $4",
        )
        .bind(id)
        .bind(claim.as_str())
        .bind(now.plus(LEASE))
        .bind(now)
        .execute()
        .await?;
    tx.commit().await?;
    if taken == 0 {
        return Ok(None);
    }
    let claimed: Claimed = db
        .query(
            "select i.id, i.project_id, i.made_project, i.format, i.file_name, i.mapping, i.dry_run, i.attempts, i.created_at,
                    i.user_id, u.name as user_name, u.time_zone, u.disabled_at, b.key, b.size
             from imports i
             join users u on u.id = i.user_id
             join blobs b on b.sha256 = i.sha256
             where i.id = $1",
        )
        .bind(id)
        .one()
        .await?;
    let claimed = Claimed { claim, ..claimed };
    if claimed.attempts > MOST_ATTEMPTS {
        fail(db, &claimed, "it ended the server's process several times", None).await?;
        return Ok(None);
    }
    Ok(Some(claimed))
}

/// Say that this node still works on it.
pub async fn refresh(db: &Db, claimed: &Claimed) -> Result<()> {
    let (id, claim, until) = (claimed.id, claimed.claim.clone(), Timestamp::now().plus(LEASE));
    db.execute("update imports set claimed_until = $3 where id = $1 and claim = $2 and state = 1", |query| {
        query.bind(id).bind(claim).bind(until)
    })
    .await?;
    Ok(())
}

/// Whether this node is still to work on it.
pub async fn is_wanted(db: &Db, claimed: &Claimed) -> Result<bool> {
    let row: Option<(ImportId,)> = db
        .query("select id from imports where id = $1 and claim = $2 and state = 1")
        .bind(claimed.id)
        .bind(claimed.claim.as_str())
        .optional()
        .await?;
    Ok(row.is_some())
}

/// Write down why it failed, with what is known of the file.
pub async fn fail(db: &Db, claimed: &Claimed, why: &str, report: Option<&Report>) -> Result<()> {
    let report = report.map(serde_json::to_string).transpose().map_err(|error| Error::Internal(error.to_string()))?;
    let (id, claim, why) = (claimed.id, claimed.claim.clone(), why.to_owned());
    db.execute(
        "update imports set state = 3, error = $3, report = $4, ended_at = $5 where id = $1 and claim = $2 and state = 1",
        move |query| query.bind(id).bind(claim).bind(why).bind(report).bind(Timestamp::now()),
    )
    .await?;
    Ok(())
}

/// Write down that a dry run is over, and what it found.
pub async fn rehearsed(db: &Db, claimed: &Claimed, report: &Report, total: i64) -> Result<()> {
    let report = serde_json::to_string(report).map_err(|error| Error::Internal(error.to_string()))?;
    let (id, claim) = (claimed.id, claimed.claim.clone());
    db.execute(
        "update imports set state = 2, report = $3, done = $4, total = $4, ended_at = $5
         where id = $1 and claim = $2 and state = 1",
        move |query| query.bind(id).bind(claim).bind(report).bind(total).bind(Timestamp::now()),
    )
    .await?;
    Ok(())
}

/// The project that an import made and did not finish.
pub async fn made(db: &Db, claimed: &Claimed) -> Result<Option<ProjectId>> {
    let row: Option<(Option<ProjectId>,)> = db
        .query("select project_id from imports where id = $1 and made_project and state <> 2")
        .bind(claimed.id)
        .optional()
        .await?;
    Ok(row.and_then(|(project,)| project))
}

/// Take back a project that no member has seen yet.
pub async fn discard(db: &Db, claimed: &Claimed, project: ProjectId) -> Result<()> {
    let id = claimed.id;
    let mut tx = db.begin().await?;
    tx.query(
        "update projects set deleted_at = $2
         where id = $1 and deleted_at is null
           and exists (select 1 from imports i where i.id = $3 and i.project_id = projects.id and i.made_project)
           and not exists (select 1 from members m join users u on u.id = m.user_id where m.project_id = projects.id and not u.guest)",
    )
    .bind(project)
    // It is in no trash and goes soon.
    .bind(Timestamp(0))
    .bind(id)
    .execute()
    .await?;
    tx.query("update imports set project_id = null, made_project = false where id = $1").bind(id).execute().await?;
    tx.commit().await
}

/// Delete what is known of imports that ended before this instant, and guests of projects that are gone.
pub async fn sweep(db: &Db, before: Timestamp) -> Result<u64> {
    db.execute(
        "delete from users
         where guest and created_at < $1
           and not exists (select 1 from members m where m.user_id = users.id)
           and not exists (select 1 from comments c where c.author_id = users.id)
           and not exists (select 1 from comment_reactions r where r.user_id = users.id)
           and not exists (select 1 from tasks t where t.created_by = users.id)
           and not exists (select 1 from task_assignees a where a.user_id = users.id)",
        |query| query.bind(before),
    )
    .await?;
    db.execute("delete from imports where ended_at < $1", |query| query.bind(before)).await
}

/// Refuse a project that the person may not import into.
pub async fn check_project(db: &Db, user: UserId, project: ProjectId) -> Result<()> {
    let row: Option<(Role, Option<Timestamp>)> = db
        .query(
            "select m.role, p.archived_at from members m
             join projects p on p.id = m.project_id
             where m.project_id = $1 and m.user_id = $2 and p.deleted_at is null",
        )
        .bind(project)
        .bind(user)
        .optional()
        .await?;
    match row {
        None => Err(Error::NotFound),
        Some((role, _)) if role < Role::Manager => {
            Err(Error::forbidden("your role in this project does not allow this"))
        }
        Some((_, Some(_))) => Err(Error::conflict("project_archived", "the project is archived: unarchive it first")),
        Some(_) => Ok(()),
    }
}

/// Refuse a mapping to people with whom the importer does not work.
pub async fn check_people(db: &Db, user: UserId, mapping: &Mapping) -> Result<()> {
    if mapping.people.is_empty() {
        return Ok(());
    }
    let known = people::acquaintances(db, user).await?;
    for (name, id) in &mapping.people {
        if !known.iter().any(|one| one.id.0 == *id) {
            let pointer = format!("/mapping/people/{}", name.replace('~', "~0").replace('/', "~1"));
            return Err(Error::invalid(pointer, "is nobody you work with"));
        }
    }
    Ok(())
}
