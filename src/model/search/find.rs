//! What fits, best first.
//!
//! The order has steps, and within a step what was created last comes first. The first step is the task whose number was
//! asked for. Then come texts with all words in their title, whole ones before those that only begin so; then those with
//! some of the words in their title, and then the rest. A step is one statement that reads the index from the newest to the
//! oldest and stops at the end of the page, so that a word which is everywhere costs no more than a rare one. No score is
//! computed, and so both databases have the same order.

use std::{
    collections::HashMap,
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    DocumentKind, index,
    names::{self, Filters, Searched},
    snippet::{Places, Snippet, around, whole},
    wanted::Wanted,
};
use crate::{
    auth::caller::Caller,
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{AttachmentId, CommentId, ProjectId, TaskId},
    },
    db::{Bind, Db, Tx, full_text::Expression, query::part},
    model::filters::{Days, TaskFilter},
};

/// With more projects than this, looking each hit's project up is cheaper than asking the index for all of them.
const FEW_PROJECTS: usize = 16;
/// How far behind the first word of a text is looked for more of them, in bytes.
const SNIPPET_BYTES: usize = 1_000;

/// Something that was found, and where.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Hit {
    pub kind: DocumentKind,
    pub project_id: ProjectId,
    /// The task, or the one that the comment or the attachment belongs to.
    pub task_id: TaskId,
    #[schema(required)]
    pub comment_id: Option<CommentId>,
    #[schema(required)]
    pub attachment_id: Option<AttachmentId>,
    /// The project's key and the task's number, as in `WEB-12`.
    pub key: String,
    pub number: i64,
    /// Of the task.
    pub title: String,
    pub completed: bool,
    pub archived: bool,
    /// In pieces: the title, if all words stand there, or else a part of the text around them.
    pub snippet: Vec<Snippet>,
    #[serde(skip)]
    pub place: HitPlace,
}

/// A place in the order of what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HitPlace {
    step: u8,
    at: i64,
    id: Uuid,
}

impl Display for HitPlace {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.step, self.at, self.id.simple())
    }
}

impl FromStr for HitPlace {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(());
        let step = next()?.parse().map_err(drop)?;
        let at = next()?.parse().map_err(drop)?;
        Ok(Self { step, at, id: Uuid::try_parse(next()?).map_err(drop)? })
    }
}

/// What is asked for.
pub struct Search<'a> {
    pub text: &'a str,
    pub project: Option<ProjectId>,
    pub kinds: Vec<DocumentKind>,
    pub after: Option<HitPlace>,
    pub limit: i64,
}

#[derive(sqlx_macros::FromRow)]
struct Found {
    kind: DocumentKind,
    object_id: Uuid,
    at: i64,
    project_id: ProjectId,
    task_id: TaskId,
    key: String,
    number: i64,
    title: String,
    completed_at: Option<Timestamp>,
    archived_at: Option<Timestamp>,
}

/// Where the caller searches.
struct Scope {
    projects: Vec<Searched>,
    filters: Filters,
    kinds: Vec<DocumentKind>,
    days: Days,
}

/// What the caller finds.
pub async fn find(db: &Db, by: &Caller, search: Search<'_>) -> Result<Vec<Hit>> {
    let wanted = Wanted::parse(search.text)?;
    if wanted.is_empty() {
        return Ok(vec![]);
    }
    let mut tx = db.begin_read().await?;
    let scope = scope(&mut tx, by, &wanted, &search).await?;
    let mut found: Vec<(u8, Found)> = vec![];
    if !scope.projects.is_empty() {
        let numbered = numbered(&mut tx, by, &wanted, &scope).await?;
        let known: Vec<TaskId> = numbered.iter().map(|task| task.task_id).collect();
        let places = numbered.into_iter().map(|task| (NUMBERED, task));
        found.extend(places.filter(|(step, task)| search.after.is_none_or(|after| is_behind(*step, task, after))));
        for (step, expression) in steps(&wanted, &scope) {
            let left = search.limit - i64::try_from(found.len()).unwrap_or(i64::MAX);
            if left <= 0 {
                break;
            }
            let after = match search.after {
                Some(after) if after.step < step => continue,
                after => after.filter(|after| after.step == step),
            };
            // Some of them may be known already, by their number.
            let most = left + i64::try_from(known.len()).unwrap_or(0);
            let rows = in_step(&mut tx, by, &expression, &scope, after, most).await?;
            let new = rows.into_iter().filter(|row| row.kind != DocumentKind::Task || !known.contains(&row.task_id));
            found.extend(new.map(|row| (step, row)));
        }
        found.truncate(usize::try_from(search.limit).unwrap_or(usize::MAX));
    }
    let texts = texts(&mut tx, &found).await?;
    // Texts are parted on a thread for which no stream waits.
    let hits = tokio::task::spawn_blocking(move || {
        found.into_iter().map(|(step, row)| hit(step, row, &texts, &wanted)).collect()
    });
    hits.await.map_err(|error| Error::Internal(error.to_string()))
}

/// What a line asks of tasks that are listed.
pub struct TaskSearch {
    pub projects: Vec<ProjectId>,
    pub words: Option<Expression>,
    pub filter: TaskFilter,
}

/// What a line asks of tasks, in all projects of the caller or in one; `None` when it asks for nothing.
pub async fn line(tx: &mut Tx, by: &Caller, text: &str, project: Option<ProjectId>) -> Result<Option<TaskSearch>> {
    let wanted = Wanted::parse(text)?;
    if wanted.is_empty() {
        return Ok(None);
    }
    let search = Search { text, project, kinds: vec![DocumentKind::Task], after: None, limit: 0 };
    let scope = scope(tx, by, &wanted, &search).await?;
    let words: Vec<_> = wanted.words.iter().map(index::anywhere).collect();
    let without: Vec<_> = wanted.without.iter().map(index::anywhere).collect();
    let words = match (words.is_empty(), without.is_empty()) {
        (true, true) => None,
        (false, true) => Some(Expression::All(words)),
        (none, false) => {
            let words = if none { index::every() } else { Expression::All(words) };
            Some(Expression::But(Box::new(words), Box::new(Expression::Any(without))))
        }
    };
    let projects = scope.projects.into_iter().map(|project| project.id).collect();
    Ok(Some(TaskSearch { projects, words, filter: scope.filters.tasks }))
}

/// The projects of the caller in which is searched, and what the filters come to there.
async fn scope(tx: &mut Tx, by: &Caller, wanted: &Wanted, search: &Search<'_>) -> Result<Scope> {
    let mut query = tx
        .query(
            "select p.id, p.key, p.name from members m
             join projects p on p.id = m.project_id
             where m.user_id = $1 and p.deleted_at is null",
        )
        .bind(by.user.id);
    if let Some(project) = search.project {
        query = query.append(part("and p.id = $1")).bind(project);
    }
    let mut projects: Vec<Searched> = query.all().await?;
    projects.retain(|project| by.reaches(project.id));
    names::narrow(&mut projects, wanted);
    let filters = names::resolve(tx, by.user.id, &projects, wanted).await?;
    let mut kinds = search.kinds.clone();
    if !filters.kinds.is_empty() {
        kinds = filters.kinds.iter().copied().filter(|kind| kinds.is_empty() || kinds.contains(kind)).collect();
    } else if kinds.is_empty() && wanted.words.is_empty() {
        // Filters without words are about tasks.
        kinds = vec![DocumentKind::Task];
    }
    let mut unlikely = !filters.kinds.is_empty() && kinds.is_empty();
    if !filters.without_kinds.is_empty() {
        let all = [DocumentKind::Task, DocumentKind::Comment, DocumentKind::Attachment];
        let asked = if kinds.is_empty() { &all[..] } else { &kinds };
        kinds = asked.iter().copied().filter(|kind| !filters.without_kinds.contains(kind)).collect();
        unlikely |= kinds.is_empty();
    }
    if unlikely {
        projects.clear();
    }
    let days = Days::now(by.user.time_zone.as_deref());
    Ok(Scope { projects, filters, kinds, days })
}

const NUMBERED: u8 = 5;

/// What each step looks for, the best first.
fn steps(wanted: &Wanted, scope: &Scope) -> Vec<(u8, Expression)> {
    let words = &wanted.words;
    let anywhere = Expression::All(words.iter().map(index::anywhere).collect());
    let whole_titles = Expression::All(words.iter().map(|word| index::in_title(word, true)).collect());
    let titles: Vec<_> = words.iter().map(|word| index::in_title(word, false)).collect();
    let any_title = Expression::Any(titles.clone());
    let titles = Expression::All(titles);
    let but = |left: &Expression, right: &Expression| Expression::But(Box::new(left.clone()), Box::new(right.clone()));
    let mut steps = vec![];
    if words.is_empty() {
        steps.push((1, index::every()));
    } else {
        if whole_titles == titles {
            steps.push((4, whole_titles));
        } else {
            steps.push((4, whole_titles.clone()));
            steps.push((3, but(&titles, &whole_titles)));
        }
        if words.len() > 1 {
            let some = Expression::All(vec![anywhere.clone(), any_title.clone()]);
            steps.push((2, but(&some, &titles)));
        }
        steps.push((1, but(&anywhere, &any_title)));
    }
    let without: Vec<_> = wanted.without.iter().map(index::anywhere).collect();
    let of_projects = Expression::Any(scope.projects.iter().map(|project| index::of_project(project.id)).collect());
    let narrow = |mut expression: Expression| {
        if !without.is_empty() {
            expression = but(&expression, &Expression::Any(without.clone()));
        }
        if scope.projects.len() <= FEW_PROJECTS {
            expression = Expression::All(vec![of_projects.clone(), expression]);
        }
        expression
    };
    steps.into_iter().map(|(step, expression)| (step, narrow(expression))).collect()
}

/// Whether something comes behind a place.
fn is_behind(step: u8, found: &Found, after: HitPlace) -> bool {
    (step, found.at, found.object_id) < (after.step, after.at, after.id)
}

/// The documents of a step, behind the one that ended the page before. The caller's memberships are looked up by the same
/// statement: what belongs to a project that they were taken off is not found.
async fn in_step(
    tx: &mut Tx,
    by: &Caller,
    expression: &Expression,
    scope: &Scope,
    after: Option<HitPlace>,
    most: i64,
) -> Result<Vec<Found>> {
    let mut query = tx
        .query(
            "select d.kind, d.object_id, d.id as at, d.project_id, d.task_id, p.key, t.number, t.title, t.completed_at,
                    t.archived_at
             from {documents}
             {join} members m on m.project_id = d.project_id and m.user_id = $2
             {join} projects p on p.id = d.project_id and p.deleted_at is null
             {join} tasks t on t.id = d.task_id and t.trashed_at is null
             where {matches $1}",
        )
        .bind_expression(expression)
        .bind(by.user.id)
        .append(part("and d.project_id in (select r.id from {rows $1: id uuid} as r)"))
        .bind_rows(&scope.projects, |cells, project| cells.bind(project.id));
    if !scope.kinds.is_empty() {
        query = query
            .append(part("and d.kind in (select r.kind from {rows $1: kind smallint} as r)"))
            .bind_rows(&scope.kinds, |cells, kind| cells.bind(*kind));
    }
    if let Some(after) = after {
        query =
            query.append(part("and {document} <= $1 and (d.id, d.object_id) < ($1, $2)")).bind(after.at).bind(after.id);
    }
    query = scope.filters.tasks.apply(query, &scope.days);
    query.append(part("order by {newest} limit $1")).bind(most).plan_anew().all().await
}

/// The tasks with the number that is asked for, by the key that their project has or had.
async fn numbered(tx: &mut Tx, by: &Caller, wanted: &Wanted, scope: &Scope) -> Result<Vec<Found>> {
    let Some((key, number)) = &wanted.number else { return Ok(vec![]) };
    if !scope.kinds.is_empty() && !scope.kinds.contains(&DocumentKind::Task) {
        return Ok(vec![]);
    }
    let mut query = tx
        .query(
            "select cast(0 as smallint) as kind, t.id as object_id, t.created_at as at, p.id as project_id, t.id as task_id,
                    p.key, t.number, t.title, t.completed_at, t.archived_at
             from {rows $1: id uuid} as r
             join members m on m.project_id = r.id and m.user_id = $2
             join projects p on p.id = m.project_id and p.deleted_at is null
             join tasks t on t.project_id = p.id and t.number = $3 and t.trashed_at is null
             where true",
        )
        .bind_rows(&scope.projects, |cells, project| cells.bind(project.id))
        .bind(by.user.id)
        .bind(*number);
    if let Some(key) = key {
        query = query
            .append(part(
                "and (p.key = $1 or exists (select 1 from project_keys k where k.project_id = p.id and k.key = $1))",
            ))
            .bind(key.as_str());
    }
    query = scope.filters.tasks.apply(query, &scope.days);
    query.append(part("order by t.created_at desc, t.id desc")).all().await
}

/// The description of a task, the text of a comment, or the name of an attachment.
async fn texts(tx: &mut Tx, found: &[(u8, Found)]) -> Result<HashMap<Uuid, String>> {
    let rows: Vec<(Uuid, String)> = tx
        .query(
            "select r.id, coalesce(c.body, a.name, t.description, '') as body from {rows $1: id uuid, kind smallint} as r
             left join tasks t on t.id = r.id and r.kind = 0
             left join comments c on c.id = r.id and r.kind = 1
             left join attachments a on a.id = r.id and r.kind = 2",
        )
        .bind_rows(found, |cells, (_, row)| cells.bind(row.object_id).bind(row.kind))
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}

fn hit(step: u8, row: Found, texts: &HashMap<Uuid, String>, wanted: &Wanted) -> Hit {
    let of = |kind| Some(row.object_id).filter(|_| row.kind == kind);
    let text = texts.get(&row.object_id).map_or("", String::as_str);
    Hit {
        snippet: snippet(step, &row, text, wanted),
        kind: row.kind,
        project_id: row.project_id,
        task_id: row.task_id,
        comment_id: of(DocumentKind::Comment).map(CommentId),
        attachment_id: of(DocumentKind::Attachment).map(AttachmentId),
        key: format!("{}-{}", row.key, row.number),
        number: row.number,
        completed: row.completed_at.is_some(),
        archived: row.archived_at.is_some(),
        place: HitPlace { step, at: row.at, id: row.object_id },
        title: row.title,
    }
}

fn snippet(step: u8, row: &Found, text: &str, wanted: &Wanted) -> Vec<Snippet> {
    let words = &wanted.words[..];
    if row.kind == DocumentKind::Attachment {
        return whole(text, &Places::find(text, words, usize::MAX));
    }
    if row.kind == DocumentKind::Task {
        let words = if step == NUMBERED { &[] } else { words };
        let title = Places::find(&row.title, words, usize::MAX);
        if title.all() {
            return whole(&row.title, &title);
        }
        let text = index::shown(row.kind, text);
        let found = Places::find(&text, words, SNIPPET_BYTES);
        return if found.any() { around(&text, &found) } else { whole(&row.title, &title) };
    }
    let text = index::shown(row.kind, text);
    around(&text, &Places::find(&text, words, SNIPPET_BYTES))
}
