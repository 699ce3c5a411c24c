//! Comments on a task, and the reactions to them.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::{membership::Membership, role::Role},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{CommentId, TaskId, UserId},
        text::{Body, Emoji},
    },
    change::{Change, Kind, Many, Most, Object, Removable},
    db::{Bind, Cells, Query, Tx},
    log::Draft,
    markdown::{Boxes, names},
    model::{
        markdown,
        notification_settings::NotificationKind,
        notifications::{self, About},
        search::{
            DocumentKind,
            index::{self, Indexed},
        },
        tasks::{self, TaskDetail, TaskRef},
        watching,
    },
};

/// The most comments of one task, and the most different reactions to one comment.
const MOST: i64 = 10_000;
const MOST_REACTIONS: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Comment {
    pub id: CommentId,
    pub task_id: TaskId,
    pub author_id: UserId,
    /// Markdown.
    pub body: String,
    /// The same as HTML that is safe to show.
    pub body_html: String,
    pub created_at: Timestamp,
    #[schema(required)]
    pub edited_at: Option<Timestamp>,
    /// The first one first.
    #[sqlx(skip)]
    pub reactions: Vec<Reaction>,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reaction {
    pub emoji: String,
    /// Who reacted so, the first one first.
    pub user_ids: Vec<UserId>,
    /// By which event each of them did.
    #[serde(skip)]
    numbers: Vec<i64>,
}

impl Kind for Comment {
    const KIND: &'static str = "comments";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = seq;
    }
}

impl Object for Comment {
    /// The task keeps the number of its comments.
    const MOST: Option<Most> = None;
    const SELECT: &'static str = "select id, task_id, author_id, body, body_html, created_at, edited_at, version
         from comments
         where project_id = $1 and id = $2";
    const INSERT: &'static str = "insert into comments
           (project_id, id, body, body_html, edited_at, version, task_id, author_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    const UPDATE: &'static str = "update comments set body = $3, body_html = $4, edited_at = $5, version = $6
         where project_id = $1 and id = $2";
    const DELETE: &'static str = "delete from comments where project_id = $1 and id = $2";

    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.body.clone()).bind(self.body_html.clone()).bind(self.edited_at).bind(self.version)
    }

    fn bind_fixed<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.task_id).bind(self.author_id).bind(self.created_at)
    }

    async fn load_parts(&mut self, change: &mut Change) -> Result<()> {
        fill(change.tx(), std::slice::from_mut(self)).await
    }

    async fn write_parts(&self, before: Option<&Self>, change: &mut Change) -> Result<()> {
        let pairs = |comment: &Self| -> BTreeSet<(String, UserId)> {
            let each = |reaction: &Reaction| {
                let emoji = reaction.emoji.clone();
                reaction.user_ids.iter().map(move |user| (emoji.clone(), *user)).collect::<Vec<_>>()
            };
            comment.reactions.iter().flat_map(each).collect()
        };
        let (old, new) = (before.map(pairs).unwrap_or_default(), pairs(self));
        for (emoji, user) in old.difference(&new) {
            change
                .query("delete from comment_reactions where comment_id = $1 and emoji = $2 and user_id = $3")
                .bind(self.id)
                .bind(emoji.clone())
                .bind(*user)
                .execute()
                .await?;
        }
        for (emoji, user) in new.difference(&old) {
            let number = change.seq();
            change
                .query("insert into comment_reactions (comment_id, emoji, user_id, number) values ($1, $2, $3, $4)")
                .bind(self.id)
                .bind(emoji.clone())
                .bind(*user)
                .bind(number)
                .execute()
                .await?;
        }
        let text = self.indexed();
        match before {
            None => index::add(change, text).await,
            Some(before) if before.body == self.body => Ok(()),
            Some(_) => index::replace(change, text).await,
        }
    }
}

impl Removable for Comment {
    const DELETE_ALL: &'static str = "delete from comments where id in (select r.id from {rows $1: id uuid} r)";
}

impl Many for Comment {
    const INSERT_ALL: &'static str =
        "insert into comments (project_id, id, task_id, author_id, body, body_html, created_at, edited_at, version)
         select $2, r.id, r.task_id, r.author_id, r.body, r.body_html, r.created_at, r.edited_at, r.version
         from {rows $1: id uuid, task_id uuid, author_id uuid, body text, body_html text, created_at bigint,
               edited_at bigint, version bigint} r";

    fn bind_new(&self, cells: Cells) -> Cells {
        let cells = cells.bind(self.id).bind(self.task_id).bind(self.author_id).bind(self.body.clone());
        cells.bind(self.body_html.clone()).bind(self.created_at).bind(self.edited_at).bind(self.version)
    }
}

/// Write comments that were written elsewhere, as part of an event. Their tasks count them already, or are told apart.
pub async fn insert_imported(change: &mut Change, event: &mut Draft, mut new: Vec<Comment>) -> Result<()> {
    let number = change.seq();
    for reaction in new.iter_mut().flat_map(|comment| &mut comment.reactions) {
        reaction.numbers = vec![number; reaction.user_ids.len()];
    }
    for comment in &mut new {
        // In the order in which the database lists them.
        comment.reactions.sort_by(|one, other| one.emoji.cmp(&other.emoji));
        comment.reactions.iter_mut().for_each(|reaction| reaction.user_ids.sort_unstable());
    }
    let new = change.insert_all(event, new).await?;
    let reactions: Vec<(CommentId, &str, UserId)> = new
        .iter()
        .flat_map(|comment| comment.reactions.iter().map(move |reaction| (comment.id, reaction)))
        .flat_map(|(id, reaction)| reaction.user_ids.iter().map(move |user| (id, reaction.emoji.as_str(), *user)))
        .collect();
    if !reactions.is_empty() {
        change
            .query(
                "insert into comment_reactions (comment_id, emoji, user_id, number)
                 select r.id, r.emoji, r.user_id, $2 from {rows $1: id uuid, emoji text, user_id uuid} r",
            )
            .bind_rows(reactions, |cells, (id, emoji, user)| cells.bind(id).bind(emoji.to_owned()).bind(user))
            .bind(number)
            .execute()
            .await?;
    }
    let texts: Vec<_> = new.iter().map(Comment::indexed).collect();
    index::add_all(change, &texts).await
}

/// Give comments the reactions to them, in one statement.
async fn fill(tx: &mut Tx, comments: &mut [Comment]) -> Result<()> {
    let found: Vec<(CommentId, String, UserId, i64)> = tx
        .query(
            "select c.comment_id, c.emoji, c.user_id, c.number from {rows $1: id uuid} r
             join comment_reactions c on c.comment_id = r.id
             order by c.number, c.emoji, c.user_id",
        )
        .bind_rows(&*comments, |cells, comment| cells.bind(comment.id))
        .all()
        .await?;
    let places: HashMap<CommentId, usize> = comments.iter().enumerate().map(|(at, comment)| (comment.id, at)).collect();
    for (id, emoji, user, number) in found {
        if let Some(at) = places.get(&id) {
            comments[*at].react(&emoji, user, Some(number));
        }
    }
    Ok(())
}

impl Comment {
    /// What of it can be found.
    fn indexed(&self) -> Indexed<'_> {
        Indexed {
            kind: DocumentKind::Comment,
            id: self.id.0,
            task: self.task_id,
            created_at: self.created_at,
            title: "",
            body: &self.body,
        }
    }

    /// One that was written elsewhere, when it was created and edited, and the reactions to it by their emojis.
    #[must_use]
    pub fn imported(
        id: CommentId,
        task_id: TaskId,
        author_id: UserId,
        body: String,
        (created_at, edited_at): (Timestamp, Option<Timestamp>),
        reactions: Vec<(String, Vec<UserId>)>,
    ) -> Self {
        let mut merged: Vec<Reaction> = vec![];
        for (emoji, users) in reactions {
            if let Some(known) = merged.iter_mut().find(|known| known.emoji == emoji) {
                known.user_ids.extend(users);
            } else {
                merged.push(Reaction { emoji, user_ids: users, numbers: vec![] });
            }
        }
        for reaction in &mut merged {
            reaction.user_ids.sort_unstable();
            reaction.user_ids.dedup();
        }
        merged.retain(|reaction| !reaction.user_ids.is_empty());
        let body_html = String::new();
        Self { id, task_id, author_id, body, body_html, created_at, edited_at, reactions: merged, version: 0 }
    }

    /// Add a reaction of an event, or take it away. The order is the one in which the database lists them.
    fn react(&mut self, emoji: &str, user: UserId, number: Option<i64>) {
        let at = self.reactions.iter().position(|reaction| reaction.emoji == emoji);
        let at = at.unwrap_or_else(|| {
            self.reactions.push(Reaction { emoji: emoji.into(), user_ids: vec![], numbers: vec![] });
            self.reactions.len() - 1
        });
        let reaction = &mut self.reactions[at];
        let known = reaction.user_ids.iter().position(|other| *other == user);
        match (known, number) {
            (None, Some(number)) => {
                reaction.user_ids.push(user);
                reaction.numbers.push(number);
            }
            (Some(known), None) => {
                reaction.user_ids.remove(known);
                reaction.numbers.remove(known);
            }
            _ => {}
        }
        self.reactions.retain(|reaction| !reaction.user_ids.is_empty());
        self.reactions
            .sort_by(|one, other| (one.numbers.first(), &one.emoji).cmp(&(other.numbers.first(), &other.emoji)));
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Markdown; `[@Alice](mention:<user id>)` tells a member of it.
    pub body: Body,
}

fn checked(body: Body) -> Result<String> {
    let body = body.into_string();
    let says_something = body.chars().any(|c| !c.is_whitespace() && !c.is_control());
    if says_something { Ok(body) } else { Err(Error::invalid("/body", "must not be empty")) }
}

/// The comments of a task, behind the one that ended the page before.
pub async fn list(
    by: &Membership,
    task: TaskRef,
    newest_first: bool,
    after: Option<CommentId>,
    limit: i64,
) -> Result<Vec<Comment>> {
    let mut tx = by.read().await?;
    let task = tasks::find_in(&mut tx, by, task).await?.task.id;
    let query = if newest_first {
        let query = tx.query(
            "select id, task_id, author_id, body, body_html, created_at, edited_at, version from comments
             where project_id = $1 and task_id = $2 and id < $3
             order by id desc
             limit $4",
        );
        query.bind(by.project()).bind(task).bind(after.unwrap_or(CommentId(Uuid::max())))
    } else {
        let query = tx.query(
            "select id, task_id, author_id, body, body_html, created_at, edited_at, version from comments
             where project_id = $1 and task_id = $2 and id > $3
             order by id
             limit $4",
        );
        query.bind(by.project()).bind(task).bind(after.unwrap_or(CommentId(Uuid::nil())))
    };
    let mut comments: Vec<Comment> = query.bind(limit).all().await?;
    fill(&mut tx, &mut comments).await?;
    Ok(comments)
}

/// Many comments, in the order of their ids, which the caller found by a right of its own.
pub async fn load_all(tx: &mut Tx, ids: &[CommentId]) -> Result<Vec<Comment>> {
    let mut comments: Vec<Comment> = tx
        .query(
            "select c.id, c.task_id, c.author_id, c.body, c.body_html, c.created_at, c.edited_at, c.version
             from {rows $1: id uuid} r
             join comments c on c.id = r.id
             order by c.id",
        )
        .bind_rows(ids, |cells, id| cells.bind(*id))
        .all()
        .await?;
    fill(tx, &mut comments).await?;
    Ok(comments)
}

/// The next comments of a task that was found, behind one of them.
pub async fn of_task(tx: &mut Tx, task: TaskId, after: Uuid, limit: i64) -> Result<Vec<Comment>> {
    let query = tx.query(
        "select id, task_id, author_id, body, body_html, created_at, edited_at, version from comments
         where task_id = $1 and id > $2
         order by id
         limit $3",
    );
    let mut comments: Vec<Comment> = query.bind(task).bind(after).bind(limit).all().await?;
    fill(tx, &mut comments).await?;
    Ok(comments)
}

pub async fn create(change: &mut Change, task: TaskRef, new: NewComment) -> Result<Comment> {
    let task = tasks::load_open(change, task).await?;
    let body = checked(new.body)?;
    if task.task.comment_count >= MOST {
        return Err(Error::conflict("too_many_comments", format!("a task has at most {MOST} comments")));
    }
    let (project, author) = (change.project(), change.actor()?.id);
    let rendered = markdown::render(change.tx(), project, author, &body, Boxes::Shown).await?;
    let mut event = Draft::new("comment.created");
    let comment = Comment {
        id: CommentId::new(),
        task_id: task.task.id,
        author_id: author,
        body,
        body_html: rendered.html,
        created_at: change.at(),
        edited_at: None,
        reactions: vec![],
        version: 0,
    };
    let comment = change.insert(&mut event, comment).await?;
    tasks::count_parts(change, &mut event, &task, 1, 0).await?;
    change.record(event).await?;
    tell(change, &comment, rendered.mentioned, true).await?;
    Ok(comment)
}

/// Tell those who are mentioned and, of a new comment, those who watch the task; who writes or is mentioned watches it
/// from here on.
async fn tell(change: &mut Change, comment: &Comment, mentioned: Vec<UserId>, new: bool) -> Result<()> {
    let mut reasons: Vec<_> = mentioned.iter().map(|user| (*user, NotificationKind::Mentioned)).collect();
    if new {
        let watchers = watching::watchers(change, comment.task_id).await?;
        reasons.extend(watchers.into_iter().map(|user| (user, NotificationKind::Commented)));
    }
    let mut talking = mentioned;
    talking.push(comment.author_id);
    watching::begin(change, comment.task_id, &talking).await?;
    let about = About { task: Some(comment.task_id), comment: Some(comment.id) };
    notifications::notify(change, about, &reasons).await
}

/// Who was told already that this comment mentions them.
async fn mentioned_by(change: &mut Change, comment: CommentId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = change
        .query("select user_id from notifications where comment_id = $1 and kind = 'mentioned'")
        .bind(comment)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Load a comment, and its task, which is open.
async fn load(change: &mut Change, comment: CommentId) -> Result<(TaskDetail, Comment)> {
    let comment: Comment = change.load(comment).await?;
    let task = tasks::load_open(change, TaskRef::Id(comment.task_id)).await?;
    Ok((task, comment))
}

/// Its author edits a comment.
pub async fn patch(change: &mut Change, comment: CommentId, patch: NewComment) -> Result<Comment> {
    let (task, before) = load(change, comment).await?;
    let actor = change.actor()?.id;
    if before.author_id != actor {
        return Err(Error::forbidden("only its author edits a comment"));
    }
    let body = checked(patch.body)?;
    if body == before.body {
        return Ok(before);
    }
    let project = change.project();
    let earlier = names(&before.body).people;
    let rendered = markdown::render(change.tx(), project, actor, &body, Boxes::Shown).await?;
    let mut event = Draft::new("comment.changed");
    let edited_at = Some(change.at());
    let after = Comment { body, body_html: rendered.html, edited_at, ..before.clone() };
    let after = change.update(&mut event, &before, after).await?;
    tasks::touch(change, &mut event, &task).await?;
    change.record(event).await?;
    let told = mentioned_by(change, comment).await?;
    let new = rendered.mentioned.into_iter().filter(|user| !earlier.contains(&user.0) && !told.contains(user));
    tell(change, &after, new.collect(), false).await?;
    Ok(after)
}

/// Its author deletes a comment, or a manager does.
pub fn require_own(change: &Change, comment: &Comment) -> Result<()> {
    if comment.author_id != change.actor()?.id && change.role() < Role::Manager {
        return Err(Error::forbidden("its author and managers delete a comment"));
    }
    Ok(())
}

pub async fn remove(change: &mut Change, comment: CommentId) -> Result<()> {
    let comment: Comment = change.load(comment).await?;
    let task = tasks::load_open(change, TaskRef::Id(comment.task_id)).await?;
    require_own(change, &comment)?;
    let mut event = Draft::new("comment.deleted");
    change.delete(&mut event, &comment).await?;
    index::remove(change, comment.id.0).await?;
    tasks::count_parts(change, &mut event, &task, -1, 0).await?;
    change.record(event).await
}

/// React to a comment, or take the reaction back.
pub async fn react(change: &mut Change, comment: CommentId, emoji: &Emoji, on: bool) -> Result<Comment> {
    let (_, before) = load(change, comment).await?;
    let mut after = before.clone();
    let number = on.then(|| change.seq());
    after.react(emoji.as_str(), change.actor()?.id, number);
    if after.reactions.len() > MOST_REACTIONS {
        let detail = format!("a comment has at most {MOST_REACTIONS} different reactions");
        return Err(Error::conflict("too_many_reactions", detail));
    }
    let mut event = Draft::new("comment.reacted");
    let after = change.update(&mut event, &before, after).await?;
    change.record(event).await?;
    Ok(after)
}
