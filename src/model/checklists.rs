//! Checklists: small steps inside a task.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    change::Change,
    db::Tx,
    error::{Error, Result},
    event::Draft,
    ids::{ChecklistItemId, ProjectId, TaskId},
    model::{
        nullable,
        positions::{self, Place},
        present,
        tasks::{self, TaskRef},
    },
    text::Title,
};

const MOST: i64 = 200;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow, ToSchema)]
pub struct ChecklistItem {
    pub id: ChecklistItemId,
    pub task_id: TaskId,
    pub text: String,
    pub done: bool,
    /// An opaque key; items are in its byte order.
    pub position: String,
    pub version: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChecklistItem {
    pub text: Title,
    /// The item before it; `null` is the beginning, absent the end.
    #[serde(default, deserialize_with = "nullable")]
    pub after: Option<Option<ChecklistItemId>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItemPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub text: Option<Title>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub done: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItemPosition {
    /// The item before it; `null` is the beginning.
    pub after: Option<ChecklistItemId>,
}

pub async fn all(tx: &mut Tx, project: ProjectId) -> Result<Vec<ChecklistItem>> {
    tx.query(
        "select id, task_id, text, done, position, version from checklist_items
         where project_id = $1
         order by task_id, position",
    )
    .bind(project)
    .all()
    .await
}

async fn load(change: &mut Change, task: TaskRef, item: ChecklistItemId) -> Result<ChecklistItem> {
    let project = change.project();
    let task = tasks::load(change, task).await?.task.id;
    change
        .query(
            "select id, task_id, text, done, position, version from checklist_items
             where project_id = $1 and task_id = $2 and id = $3",
        )
        .bind(project)
        .bind(task)
        .bind(item)
        .one()
        .await
}

async fn key(
    change: &mut Change,
    draft: &mut Draft,
    task: TaskId,
    item: ChecklistItemId,
    place: Place,
) -> Result<String> {
    positions::key(change, draft, &positions::CHECKLIST_ITEMS, task.0, item.0, place)
        .await?
        .ok_or_else(|| Error::invalid("/after", "is not another item of this checklist"))
}

pub async fn create(change: &mut Change, task: TaskRef, new: NewChecklistItem) -> Result<ChecklistItem> {
    let (project, task) = (change.project(), tasks::load(change, task).await?.task.id);
    let (count,): (i64,) =
        change.query("select count(*) from checklist_items where task_id = $1").bind(task).one().await?;
    if count >= MOST {
        return Err(Error::conflict("too_many_items", format!("a checklist has at most {MOST} items")));
    }
    let mut draft = Draft::new("checklist_item.created");
    let id = ChecklistItemId::new();
    let item = ChecklistItem {
        id,
        task_id: task,
        text: new.text.as_str().into(),
        done: false,
        position: key(change, &mut draft, task, id, Place::after(new.after.map(|after| after.map(|id| id.0)))).await?,
        version: change.seq(),
    };
    change
        .query(
            "insert into checklist_items (id, project_id, task_id, text, done, position, version)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(item.id)
        .bind(project)
        .bind(item.task_id)
        .bind(item.text.as_str())
        .bind(item.done)
        .bind(item.position.as_str())
        .bind(item.version)
        .execute()
        .await?;
    draft.create("checklist_items", &item)?;
    change.record(draft).await?;
    Ok(item)
}

async fn save(
    change: &mut Change,
    mut draft: Draft,
    before: &ChecklistItem,
    mut after: ChecklistItem,
) -> Result<ChecklistItem> {
    if *before == after {
        return Ok(after);
    }
    after.version = change.seq();
    change
        .query("update checklist_items set text = $2, done = $3, position = $4, version = $5 where id = $1")
        .bind(after.id)
        .bind(after.text.as_str())
        .bind(after.done)
        .bind(after.position.as_str())
        .bind(after.version)
        .execute()
        .await?;
    draft.update("checklist_items", before, &after)?;
    change.record(draft).await?;
    Ok(after)
}

pub async fn patch(
    change: &mut Change,
    task: TaskRef,
    item: ChecklistItemId,
    patch: ChecklistItemPatch,
) -> Result<ChecklistItem> {
    let before = load(change, task, item).await?;
    let fields = [(patch.text.is_some(), "text"), (patch.done.is_some(), "done")];
    let fields: Vec<_> = fields.into_iter().filter(|(has, _)| *has).map(|(_, field)| field).collect();
    change.check_match("checklist_items", &before, &fields).await?;
    let mut after = before.clone();
    if let Some(text) = patch.text {
        after.text = text.as_str().into();
    }
    after.done = patch.done.unwrap_or(after.done);
    save(change, Draft::new("checklist_item.changed"), &before, after).await
}

pub async fn place(
    change: &mut Change,
    task: TaskRef,
    item: ChecklistItemId,
    to: &ChecklistItemPosition,
) -> Result<ChecklistItem> {
    let before = load(change, task, item).await?;
    change.check_match("checklist_items", &before, &["position"]).await?;
    let mut draft = Draft::new("checklist_item.moved");
    let position = key(change, &mut draft, before.task_id, item, Place::after(Some(to.after.map(|id| id.0)))).await?;
    let after = ChecklistItem { position, ..before.clone() };
    save(change, draft, &before, after).await
}

pub async fn remove(change: &mut Change, task: TaskRef, item: ChecklistItemId) -> Result<()> {
    let before = load(change, task, item).await?;
    change.check_match("checklist_items", &before, &[]).await?;
    change.query("delete from checklist_items where id = $1").bind(item).execute().await?;
    let mut draft = Draft::new("checklist_item.deleted");
    draft.remove("checklist_items", &before)?;
    change.record(draft).await
}

/// Remove all items of a task that is going away, as part of its event.
pub async fn remove_of(change: &mut Change, draft: &mut Draft, task: TaskId) -> Result<()> {
    let items: Vec<ChecklistItem> = change
        .query("select id, task_id, text, done, position, version from checklist_items where task_id = $1 order by id")
        .bind(task)
        .all()
        .await?;
    change.query("delete from checklist_items where task_id = $1").bind(task).execute().await?;
    items.iter().try_for_each(|item| draft.remove("checklist_items", item))
}
