//! The index: what is written into it with each change, and how it is made anew.

use uuid::Uuid;

use super::{DocumentKind, wanted::Phrase};
use crate::{
    base::{
        clock::Timestamp,
        error::Result,
        ids::{ProjectId, TaskId},
        tokens::tokens,
    },
    change::Change,
    db::{
        Bind, Db, Query, Row, Tx,
        full_text::{Document, Expression},
    },
    markdown,
};

/// What stands before tokens, and is in none of them.
const IN_TITLE: &str = "·";
const OF_PROJECT: &str = "¶";
/// A token that every document has.
const EVERY: &str = "¤";

/// How many documents are indexed in one transaction: other writers get their turn in between.
const STEP: i64 = 200;

/// The text of an object that can be found.
pub struct Indexed<'a> {
    pub kind: DocumentKind,
    pub id: Uuid,
    pub task: TaskId,
    pub created_at: Timestamp,
    pub title: &'a str,
    /// Markdown, except of an attachment: its name.
    pub body: &'a str,
}

impl Indexed<'_> {
    /// Its place in the order of time, which leaves room for a million documents in a millisecond. Ids that are made in
    /// one millisecond count up in these bits.
    fn place(&self) -> i64 {
        let (_, low) = self.id.as_u64_pair();
        let count = i64::try_from((low >> 32) & 0xf_ffff).unwrap_or(0);
        (self.created_at.0.clamp(0, i64::MAX >> 20) << 20) | count
    }

    fn document(&self, project: ProjectId) -> Document {
        let mut document = Document::default();
        document.push(EVERY.into());
        document.push(format!("{OF_PROJECT}{}", project.0.simple()));
        // Between title and text stand the title's tokens once more, so that no phrase goes from one into the other.
        let title: Vec<_> = tokens(self.title).map(|token| token.text).collect();
        for token in &title {
            document.push(token.clone());
        }
        for token in &title {
            document.push(format!("{IN_TITLE}{token}"));
        }
        for token in tokens(&shown(self.kind, self.body)) {
            if !document.push(token.text) {
                break;
            }
        }
        document
    }
}

/// What a person reads of a body.
#[must_use]
pub fn shown(kind: DocumentKind, body: &str) -> String {
    match kind {
        DocumentKind::Attachment => body.into(),
        DocumentKind::Task | DocumentKind::Comment => markdown::excerpt(body, usize::MAX),
    }
}

#[must_use]
pub fn every() -> Expression {
    Expression::Phrase { tokens: vec![EVERY.into()], prefix: false }
}

#[must_use]
pub fn of_project(project: ProjectId) -> Expression {
    Expression::Phrase { tokens: vec![format!("{OF_PROJECT}{}", project.0.simple())], prefix: false }
}

/// A phrase in any text.
#[must_use]
pub fn anywhere(phrase: &Phrase) -> Expression {
    phrase.expression("", false)
}

/// A phrase in a title, where a word is as far as it was typed, or whole.
#[must_use]
pub fn in_title(phrase: &Phrase, whole: bool) -> Expression {
    phrase.expression(IN_TITLE, whole)
}

async fn insert(tx: &mut Tx, project: ProjectId, texts: &[Indexed<'_>]) -> Result<()> {
    let dialect = tx.dialect();
    tx.query(
        "insert into search_texts (id, project_id, task_id, kind, object_id, tokens)
         select r.id, $2, r.task_id, r.kind, r.object_id, {tokens r.tokens}
         from {rows $1: id bigint, task_id uuid, kind smallint, object_id uuid, tokens text} as r",
    )
    .bind_rows(texts, |cells, text| {
        let tokens = text.document(project).render(dialect);
        cells.bind(text.place()).bind(text.task).bind(text.kind).bind(text.id).bind(tokens)
    })
    .bind(project)
    .execute()
    .await?;
    Ok(())
}

async fn forget(tx: &mut Tx, ids: impl IntoIterator<Item = Uuid>) -> Result<()> {
    tx.query("delete from search_documents where object_id in (select r.id from {rows $1: id uuid} as r)")
        .bind_rows(ids, Bind::bind)
        .execute()
        .await?;
    Ok(())
}

/// Index an object whose text is new.
pub async fn add(change: &mut Change, text: Indexed<'_>) -> Result<()> {
    let project = change.project();
    insert(change.tx(), project, &[text]).await
}

/// Index many objects whose text is new.
pub async fn add_all(change: &mut Change, texts: &[Indexed<'_>]) -> Result<()> {
    let project = change.project();
    insert(change.tx(), project, texts).await
}

/// Index an object whose text is another one.
pub async fn replace(change: &mut Change, text: Indexed<'_>) -> Result<()> {
    remove(change, text.id).await?;
    add(change, text).await
}

/// Forget an object that is deleted. What hangs on a task goes with it.
pub async fn remove(change: &mut Change, id: Uuid) -> Result<()> {
    forget(change.tx(), [id]).await
}

/// Forget many objects that are deleted.
pub async fn remove_all(change: &mut Change, ids: impl IntoIterator<Item = Uuid>) -> Result<()> {
    forget(change.tx(), ids).await
}

/// A text as it is in the database.
#[derive(sqlx_macros::FromRow)]
struct Stored {
    /// Where the next step goes on: a task's number, or an id.
    at: Option<i64>,
    id: Uuid,
    task_id: TaskId,
    created_at: Timestamp,
    title: String,
    body: String,
}

/// How far the indexing of a project has come.
struct Progress {
    kind: DocumentKind,
    number: i64,
    id: Uuid,
}

/// Let every text of every project be indexed anew.
pub async fn begin_anew(db: &Db) -> Result<()> {
    let mut tx = db.begin().await?;
    begin_anew_in(&mut tx).await?;
    tx.commit().await
}

/// The same as a part of what else is done.
pub async fn begin_anew_in(tx: &mut Tx) -> Result<()> {
    let every = "insert into search_backlog (project_id) select p.id from projects p where true on conflict do nothing";
    tx.query(every).execute().await?;
    Ok(())
}

/// Index the texts of a project that has waited for it. Answers how many there were, or `None` when no project waits.
pub async fn catch_up(db: &Db) -> Result<Option<usize>> {
    let waiting: Option<(ProjectId,)> =
        db.query("select project_id from search_backlog order by project_id limit 1").optional().await?;
    let Some((project,)) = waiting else { return Ok(None) };
    let mut count = 0;
    for kind in [DocumentKind::Task, DocumentKind::Comment, DocumentKind::Attachment] {
        let mut progress = Progress { kind, number: 0, id: Uuid::nil() };
        loop {
            let indexed = step(db, project, &mut progress).await?;
            count += indexed;
            if i64::try_from(indexed).is_ok_and(|indexed| indexed < STEP) {
                break;
            }
        }
    }
    let mut tx = db.begin_for(project).await?;
    lock(&mut tx, project).await?;
    tx.query(
        "delete from search_documents
         where task_id in (select t.id from tasks t where t.project_id = $1)
           and ((kind = 1 and not exists (select 1 from comments c where c.id = search_documents.object_id))
             or (kind = 2 and not exists (select 1 from attachments a where a.id = search_documents.object_id)))",
    )
    .bind(project)
    .execute()
    .await?;
    tx.query("delete from search_backlog where project_id = $1").bind(project).execute().await?;
    tx.commit().await?;
    Ok(Some(count))
}

/// Let no change of the project come in between.
async fn lock(tx: &mut Tx, project: ProjectId) -> Result<()> {
    let _: Option<(i64,)> =
        tx.query("select seq from projects where id = $1 {for update}").bind(project).optional().await?;
    Ok(())
}

async fn stored<T: Row>(query: Query<'_>) -> Result<Vec<T>> {
    query.bind(STEP).all().await
}

/// Index the next texts of a kind; answers how many there were.
async fn step(db: &Db, project: ProjectId, progress: &mut Progress) -> Result<usize> {
    let mut tx = db.begin_for(project).await?;
    lock(&mut tx, project).await?;
    let found: Vec<Stored> = match progress.kind {
        DocumentKind::Task => {
            let query = tx.query(
                "select number as at, id, id as task_id, created_at, title, description as body from tasks
                 where project_id = $1 and number > $2
                 order by number
                 limit $3",
            );
            stored(query.bind(project).bind(progress.number)).await?
        }
        DocumentKind::Comment => {
            let query = tx.query(
                "select cast(null as bigint) as at, id, task_id, created_at, '' as title, body from comments
                 where project_id = $1 and id > $2
                 order by id
                 limit $3",
            );
            stored(query.bind(project).bind(progress.id)).await?
        }
        DocumentKind::Attachment => {
            let query = tx.query(
                "select cast(null as bigint) as at, id, task_id, created_at, '' as title, name as body from attachments
                 where project_id = $1 and id > $2
                 order by id
                 limit $3",
            );
            stored(query.bind(project).bind(progress.id)).await?
        }
    };
    if let Some(last) = found.last() {
        (progress.number, progress.id) = (last.at.unwrap_or(0), last.id);
        forget(&mut tx, found.iter().map(|text| text.id)).await?;
        let texts: Vec<_> = found
            .iter()
            .map(|Stored { id, task_id, created_at, title, body, .. }| Indexed {
                kind: progress.kind,
                id: *id,
                task: *task_id,
                created_at: *created_at,
                title,
                body,
            })
            .collect();
        insert(&mut tx, project, &texts).await?;
    }
    tx.commit().await?;
    Ok(found.len())
}
