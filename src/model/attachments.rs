//! Attachments: files that belong to a task. Here are their rows; their bytes are in the store.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::{membership::Membership, role::Role},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{AttachmentId, TaskId, UserId},
        text::FileName,
    },
    change::{Change, Kind, Most, Object},
    db::{Bind, Query, Tx},
    files::incoming::Received,
    log::Draft,
    model::{
        present,
        search::{
            DocumentKind,
            index::{self, Indexed},
        },
        tasks::{self, TaskRef},
    },
};

const MOST_OF_TASK: i64 = 100;
const COUNT: &str = "select count(*) from attachments where task_id = $1";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Attachment {
    pub id: AttachmentId,
    pub task_id: TaskId,
    pub name: String,
    /// By its first bytes, or else by its name.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// In hex digits; also the entity tag of the content.
    pub sha256: String,
    /// Of an image of which there are thumbnails, as it is shown.
    #[schema(required)]
    pub width: Option<i64>,
    #[schema(required)]
    pub height: Option<i64>,
    pub uploaded_by: UserId,
    pub created_at: Timestamp,
    pub version: i64,
}

impl Kind for Attachment {
    const KIND: &'static str = "attachments";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = seq;
    }
}

impl Object for Attachment {
    const MOST: Option<Most> = Some(Most {
        count: MOST_OF_TASK,
        sql: COUNT,
        code: "too_many_attachments",
        detail: "a task has at most 100 attachments",
    });
    const SELECT: &'static str =
        "select id, task_id, name, media_type, size, sha256, width, height, uploaded_by, created_at, version
         from attachments
         where project_id = $1 and id = $2";
    const INSERT: &'static str = "insert into attachments
           (project_id, id, name, version, task_id, media_type, size, sha256, width, height, uploaded_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    const UPDATE: &'static str = "update attachments set name = $3, version = $4 where project_id = $1 and id = $2";
    const DELETE: &'static str = "delete from attachments where project_id = $1 and id = $2";

    fn parent(&self) -> Option<Uuid> {
        Some(self.task_id.0)
    }

    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.name.clone()).bind(self.version)
    }

    fn bind_fixed<'q>(&self, query: Query<'q>) -> Query<'q> {
        query
            .bind(self.task_id)
            .bind(self.media_type.clone())
            .bind(self.size)
            .bind(self.sha256.clone())
            .bind(self.width)
            .bind(self.height)
            .bind(self.uploaded_by)
            .bind(self.created_at)
    }

    async fn write_parts(&self, before: Option<&Self>, change: &mut Change) -> Result<()> {
        let text = Indexed {
            kind: DocumentKind::Attachment,
            id: self.id.0,
            task: self.task_id,
            created_at: self.created_at,
            title: "",
            body: &self.name,
        };
        match before {
            None => index::add(change, text).await,
            Some(before) if before.name == self.name => Ok(()),
            Some(_) => index::replace(change, text).await,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachmentPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<FileName>,
}

/// A file that was received, and how large it is as a picture.
pub struct NewAttachment<'a> {
    pub name: &'a FileName,
    pub received: &'a Received,
    pub measures: Option<(i64, i64)>,
}

/// An attachment with the key of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, sqlx_macros::FromRow)]
pub struct Kept {
    #[sqlx(flatten)]
    pub attachment: Attachment,
    pub key: String,
}

/// The attachments of a task, the oldest first, behind the one that ended the page before.
pub async fn of_task(
    by: &Membership,
    task: TaskRef,
    after: Option<AttachmentId>,
    limit: i64,
) -> Result<Vec<Attachment>> {
    let mut tx = by.read().await?;
    let task = tasks::find_in(&mut tx, by, task).await?.task.id;
    tx.query(
        "select id, task_id, name, media_type, size, sha256, width, height, uploaded_by, created_at, version
         from attachments
         where task_id = $1 and id > $2
         order by id
         limit $3",
    )
    .bind(task)
    .bind(after.unwrap_or(AttachmentId(Uuid::nil())))
    .bind(limit)
    .all()
    .await
}

/// An attachment, for reading its bytes.
pub async fn find(by: &Membership, attachment: AttachmentId) -> Result<Kept> {
    by.query(
        "select a.id, a.task_id, a.name, a.media_type, a.size, a.sha256, a.width, a.height, a.uploaded_by,
                a.created_at, a.version, b.key
         from attachments a
         join blobs b on b.sha256 = a.sha256
         join tasks t on t.id = a.task_id and t.trashed_at is null
         where a.project_id = $1 and a.id = $2",
    )
    .bind(by.project())
    .bind(attachment)
    .one()
    .await
}

fn exceeded(quota: i64) -> Error {
    Error::conflict("quota_exceeded", format!("the attachments of a project have at most {quota} bytes together"))
}

const USED: &str = "select cast(coalesce(sum(size), 0) as bigint) from attachments where project_id = $1";

/// Refuse an upload of this size before it is sent. What is decided here is decided again behind the project's lock.
pub async fn check_room(by: &Membership, task: TaskRef, quota: Option<i64>, size: i64) -> Result<()> {
    let mut tx: Tx = by.read().await?;
    let task = tasks::find_in(&mut tx, by, task).await?.task;
    if task.archived_at.is_some() {
        return Err(tasks::archived_conflict());
    }
    let (count,): (i64,) = tx.query(COUNT).bind(task.id).one().await?;
    if count >= MOST_OF_TASK {
        return Err(Error::conflict("too_many_attachments", "a task has at most 100 attachments"));
    }
    if let Some(quota) = quota {
        let (used,): (i64,) = tx.query(USED).bind(by.project()).one().await?;
        if used.saturating_add(size) > quota {
            return Err(exceeded(quota));
        }
    }
    Ok(())
}

/// Attach what the store keeps by now.
pub async fn create(change: &mut Change, task: TaskRef, new: NewAttachment<'_>) -> Result<Attachment> {
    let task = tasks::load_open(change, task).await?;
    let size = i64::try_from(new.received.size()).unwrap_or(i64::MAX);
    if let Some(quota) = change.config().project_quota {
        let project = change.project();
        let (used,): (i64,) = change.query(USED).bind(project).one().await?;
        if used.saturating_add(size) > quota {
            return Err(exceeded(quota));
        }
    }
    let mut event = Draft::new("attachment.created");
    let attachment = Attachment {
        id: AttachmentId::new(),
        task_id: task.task.id,
        name: new.name.as_str().into(),
        media_type: new.received.media_type().into(),
        size,
        sha256: new.received.sha256().into(),
        width: new.measures.map(|(width, _)| width),
        height: new.measures.map(|(_, height)| height),
        uploaded_by: change.actor()?.id,
        created_at: change.at(),
        version: 0,
    };
    let attachment = change.insert(&mut event, attachment).await?;
    tasks::count_parts(change, &mut event, &task, 0, 1).await?;
    change.record(event).await?;
    Ok(attachment)
}

/// What is to be shown on a task's card: one of its own attachments, or nothing.
pub async fn checked_cover(
    change: &mut Change,
    task: TaskId,
    cover: Option<AttachmentId>,
) -> Result<Option<AttachmentId>> {
    const DETAIL: &str = "is not an attachment of this task";
    if let Some(id) = cover {
        let attachment: Attachment = change.load_named("/cover_id", id, DETAIL).await?;
        if attachment.task_id != task {
            return Err(Error::invalid("/cover_id", DETAIL));
        }
    }
    Ok(cover)
}

/// The tasks of these attachments of the project.
pub async fn tasks_of(change: &mut Change, attachments: &[AttachmentId]) -> Result<HashMap<AttachmentId, TaskId>> {
    if attachments.is_empty() {
        return Ok(HashMap::new());
    }
    let project = change.project();
    let rows: Vec<(AttachmentId, TaskId)> = change
        .query(
            "select a.id, a.task_id from {rows $1: id uuid} r
             join attachments a on a.id = r.id and a.project_id = $2",
        )
        .bind_rows(attachments, |cells, id| cells.bind(*id))
        .bind(project)
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}

/// Give it another name.
pub async fn patch(change: &mut Change, attachment: AttachmentId, patch: AttachmentPatch) -> Result<Attachment> {
    let before: Attachment = change.load(attachment).await?;
    let task = tasks::load_open(change, TaskRef::Id(before.task_id)).await?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        after.name = name.as_str().into();
    }
    let mut event = Draft::new("attachment.changed");
    let after = change.update(&mut event, &before, after).await?;
    if before != after {
        tasks::touch(change, &mut event, &task).await?;
    }
    change.record(event).await?;
    Ok(after)
}

/// Delete it: editors what they uploaded, managers all. Its bytes follow when nothing has referred to them for a day.
pub async fn remove(change: &mut Change, attachment: AttachmentId) -> Result<()> {
    let before: Attachment = change.load(attachment).await?;
    if change.role() < Role::Manager && before.uploaded_by != change.actor()?.id {
        return Err(Error::forbidden("editors delete the attachments that they uploaded"));
    }
    let task = tasks::load_open(change, TaskRef::Id(before.task_id)).await?;
    let mut event = Draft::new("attachment.deleted");
    change.delete(&mut event, &before).await?;
    index::remove(change, before.id.0).await?;
    tasks::detach_attachment(change, &mut event, &task, before.id).await?;
    change.record(event).await
}
