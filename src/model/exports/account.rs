//! A person's own data: what the server knows of them, and what they wrote and have to do in the projects that they belong to
//! at this moment. No secret is in it, and nothing that only others may see.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    COMMENTS, Out, Sink, TASKS,
    json::{list, text},
};
use crate::{
    auth::{
        caller::Caller,
        sessions::{self, SessionInfo},
        tokens::{self, Token},
        user::User,
    },
    base::{
        clock::Timestamp,
        error::Result,
        ids::{CommentId, ProjectId, TaskId, UserId},
    },
    db::{Db, Tx},
    model::{
        attachments::Attachment,
        calendars::{self, Calendar},
        comments::{self, Comment},
        notification_settings::{self, NotificationSettings},
        projects::{self, Archived, ProjectSummary},
        sign_ins::{self, PastSignIn},
        tasks::{self, TaskDetail},
        views::View,
    },
};

/// How many entries of the short lists are read at once.
const STEP: i64 = 200;

/// A task that one is assigned to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignedTask {
    pub project_id: ProjectId,
    #[serde(flatten)]
    pub task: TaskDetail,
}

/// A comment that one wrote.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnComment {
    pub project_id: ProjectId,
    #[serde(flatten)]
    pub comment: Comment,
}

/// A file that one attached.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct OwnAttachment {
    pub project_id: ProjectId,
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub attachment: Attachment,
}

/// A view that one made.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct OwnView {
    pub project_id: ProjectId,
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub view: View,
}

/// A person's own data.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountExport {
    pub exported_at: Timestamp,
    /// The program that wrote it.
    pub version: &'static str,
    pub account: User,
    pub notification_settings: NotificationSettings,
    /// Those of which one is told nothing but what names oneself.
    pub muted_project_ids: Vec<ProjectId>,
    pub sessions: Vec<SessionInfo>,
    /// The sign-ins to the account and the refused attempts of the last 90 days, the newest first.
    pub sign_ins: Vec<PastSignIn>,
    /// Without their secrets.
    pub tokens: Vec<Token>,
    /// Without their addresses.
    pub calendars: Vec<Calendar>,
    /// Those that one belongs to.
    pub projects: Vec<ProjectSummary>,
    pub views: Vec<OwnView>,
    /// What one is assigned to, archived tasks too.
    pub tasks: Vec<AssignedTask>,
    /// What one wrote, the oldest first.
    pub comments: Vec<OwnComment>,
    pub attachments: Vec<OwnAttachment>,
}

/// Write it. What is long sees one moment.
pub async fn write(db: &Db, by: &Caller, sink: &mut impl Sink) -> Result<()> {
    let mut out = Out { sink, piece: vec![] };
    let user = by.user.id;
    let settings = notification_settings::find(db, user).await?;
    let muted: Vec<(ProjectId,)> = db
        .query(
            "select project_id from project_mutes
             where user_id = $1
             order by project_id",
        )
        .bind(user)
        .all()
        .await?;
    let muted: Vec<ProjectId> = muted.into_iter().map(|(id,)| id).collect();
    let head = format!(
        "{{\"exported_at\":{},\n\"version\":{},\n\"account\":{},\n\"notification_settings\":{}",
        text(&Timestamp::now())?,
        text(&env!("CARGO_PKG_VERSION"))?,
        text(&by.user)?,
        text(&settings)?
    );
    out.put(head.as_bytes()).await?;
    list(&mut out, "muted_project_ids", &muted).await?;
    list(&mut out, "sessions", &sessions_of(db, by).await?).await?;
    list(&mut out, "sign_ins", &sign_ins_of(db, user).await?).await?;
    list(&mut out, "tokens", &tokens::list(db, user, None, STEP).await?).await?;
    list(&mut out, "calendars", &calendars::list(db, user, None, STEP).await?).await?;
    list(&mut out, "projects", &projects_of(db, user).await?).await?;
    let mut tx = db.begin_read().await?;
    let views: Vec<OwnView> = tx
        .query(
            "select v.project_id, v.id, v.name, v.layout, v.filter, v.sort, v.group_by, v.shared, v.owner_id, v.version
             from views v
             join members m on m.project_id = v.project_id and m.user_id = v.owner_id
             join projects p on p.id = v.project_id and p.deleted_at is null
             where v.owner_id = $1
             order by v.id",
        )
        .bind(user)
        .all()
        .await?;
    list(&mut out, "views", &views).await?;
    tasks_of(&mut tx, user, &mut out).await?;
    comments_of(&mut tx, user, &mut out).await?;
    attachments_of(&mut tx, user, &mut out).await?;
    out.put(b"}\n").await?;
    out.flush().await
}

async fn sessions_of(db: &Db, by: &Caller) -> Result<Vec<SessionInfo>> {
    let mut all: Vec<SessionInfo> = vec![];
    loop {
        let behind = all.last().map(|last| (last.last_seen_at, last.id));
        let page = sessions::list(db, by.user.id, by.credential_id(), behind, STEP).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

async fn sign_ins_of(db: &Db, user: UserId) -> Result<Vec<PastSignIn>> {
    let mut all: Vec<PastSignIn> = vec![];
    loop {
        let page = sign_ins::list(db, user, all.last().map(|last| last.id), STEP).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

async fn projects_of(db: &Db, user: UserId) -> Result<Vec<ProjectSummary>> {
    let mut all: Vec<ProjectSummary> = vec![];
    loop {
        let behind = all.last().map(|last| last.project.id);
        let page = projects::list(db, user, None, Archived::Any, behind, STEP).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// A long list, as it is read.
struct Listing<'a, 'b, S> {
    out: &'a mut Out<'b, S>,
    first: bool,
}

impl<'a, 'b, S: Sink> Listing<'a, 'b, S> {
    async fn begin(out: &'a mut Out<'b, S>, name: &str) -> Result<Self> {
        out.put(format!(",\n\"{name}\":[").as_bytes()).await?;
        Ok(Self { out, first: true })
    }

    async fn put(&mut self, item: &impl Serialize) -> Result<()> {
        let before = if self.first { "\n" } else { ",\n" };
        self.first = false;
        self.out.put(format!("{before}{}", text(item)?).as_bytes()).await
    }

    async fn end(self) -> Result<()> {
        self.out.put(b"]").await
    }
}

async fn tasks_of<S: Sink>(tx: &mut Tx, user: UserId, out: &mut Out<'_, S>) -> Result<()> {
    let mut listing = Listing::begin(out, "tasks").await?;
    let mut after = TaskId(Uuid::nil());
    loop {
        let page: Vec<(TaskId, ProjectId)> = tx
            .query(
                "select t.id, t.project_id from task_assignees a
                 join tasks t on t.id = a.task_id and t.trashed_at is null
                 join members m on m.project_id = t.project_id and m.user_id = a.user_id
                 join projects p on p.id = t.project_id and p.deleted_at is null
                 where a.user_id = $1 and t.id > $2
                 order by t.id
                 limit $3",
            )
            .bind(user)
            .bind(after)
            .bind(TASKS)
            .all()
            .await?;
        let Some((last, _)) = page.last() else { return listing.end().await };
        after = *last;
        let of: HashMap<TaskId, ProjectId> = page.iter().copied().collect();
        for task in tasks::load_all(tx, page.iter().map(|(id, _)| *id)).await? {
            if let Some(project_id) = of.get(&task.task.id) {
                listing.put(&AssignedTask { project_id: *project_id, task }).await?;
            }
        }
    }
}

async fn comments_of<S: Sink>(tx: &mut Tx, user: UserId, out: &mut Out<'_, S>) -> Result<()> {
    let mut listing = Listing::begin(out, "comments").await?;
    let mut after = CommentId(Uuid::nil());
    loop {
        let page: Vec<(CommentId, ProjectId)> = tx
            .query(
                "select c.id, c.project_id from comments c
                 join tasks t on t.id = c.task_id and t.trashed_at is null
                 join members m on m.project_id = c.project_id and m.user_id = c.author_id
                 join projects p on p.id = c.project_id and p.deleted_at is null
                 where c.author_id = $1 and c.id > $2
                 order by c.id
                 limit $3",
            )
            .bind(user)
            .bind(after)
            .bind(COMMENTS)
            .all()
            .await?;
        let Some((last, _)) = page.last() else { return listing.end().await };
        after = *last;
        let of: HashMap<CommentId, ProjectId> = page.iter().copied().collect();
        let ids: Vec<CommentId> = page.iter().map(|(id, _)| *id).collect();
        for comment in comments::load_all(tx, &ids).await? {
            if let Some(project_id) = of.get(&comment.id) {
                listing.put(&OwnComment { project_id: *project_id, comment }).await?;
            }
        }
    }
}

async fn attachments_of<S: Sink>(tx: &mut Tx, user: UserId, out: &mut Out<'_, S>) -> Result<()> {
    let mut listing = Listing::begin(out, "attachments").await?;
    let mut after = Uuid::nil();
    loop {
        let page: Vec<OwnAttachment> = tx
            .query(
                "select a.project_id, a.id, a.task_id, a.name, a.media_type, a.size, a.sha256, a.width, a.height,
                        a.uploaded_by, a.created_at, a.version
                 from attachments a
                 join tasks t on t.id = a.task_id and t.trashed_at is null
                 join members m on m.project_id = a.project_id and m.user_id = a.uploaded_by
                 join projects p on p.id = a.project_id and p.deleted_at is null
                 where a.uploaded_by = $1 and a.id > $2
                 order by a.id
                 limit $3",
            )
            .bind(user)
            .bind(after)
            .bind(STEP)
            .all()
            .await?;
        let Some(last) = page.last() else { return listing.end().await };
        after = last.attachment.id.0;
        for attachment in &page {
            listing.put(attachment).await?;
        }
    }
}
