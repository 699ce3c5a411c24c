//! Checklists: small steps inside a task.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        error::{Error, Result},
        ids::{ChecklistItemId, TaskId},
        text::Title,
    },
    change::{Change, Findable, InSnapshot, Kind, Many, Most, Object, Removable, Set},
    db::{Bind, Cells, Query, Tx},
    log::Draft,
    model::{
        nullable,
        objects::OfTask,
        positions::{self, Ordered, Place, neighbours},
        present,
        tasks::{self, TaskDetail, TaskRef},
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::FromRow, ToSchema)]
pub struct ChecklistItem {
    pub id: ChecklistItemId,
    pub task_id: TaskId,
    pub text: String,
    pub done: bool,
    /// An opaque key; items are in its byte order.
    pub position: String,
    pub version: i64,
}

impl Kind for ChecklistItem {
    const KIND: &'static str = "checklist_items";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = seq;
    }
}

impl InSnapshot for ChecklistItem {
    const ALL: &'static str = "select i.id, i.task_id, i.text, i.done, i.position, i.version from checklist_items i
         join tasks t on t.id = i.task_id
         where i.project_id = $1 and t.archived_at is null
         order by i.task_id, i.position";
    const ORDER: &'static [&'static str] = &["task_id", "position"];
}

impl Object for ChecklistItem {
    const MOST: Option<Most> = Some(Most {
        count: 200,
        sql: "select count(*) from checklist_items where task_id = $1",
        code: "too_many_items",
        detail: "a checklist has at most 200 items",
    });
    const SELECT: &'static str = "select id, task_id, text, done, position, version from checklist_items
         where project_id = $1 and id = $2";
    const INSERT: &'static str = "insert into checklist_items (project_id, id, task_id, text, done, position, version)
         values ($1, $2, $3, $4, $5, $6, $7)";
    const UPDATE: &'static str =
        "update checklist_items set task_id = $3, text = $4, done = $5, position = $6, version = $7
         where project_id = $1 and id = $2";
    const DELETE: &'static str = "delete from checklist_items where project_id = $1 and id = $2";

    fn parent(&self) -> Option<Uuid> {
        Some(self.task_id.0)
    }

    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.task_id).bind(self.text.clone()).bind(self.done).bind(self.position.clone()).bind(self.version)
    }
}

impl Findable for ChecklistItem {
    const SELECT_ALL: &'static str = "select i.id, i.task_id, i.text, i.done, i.position, i.version
         from {rows $1: id uuid} r
         join checklist_items i on i.id = r.id and i.project_id = $2";
}

impl Removable for ChecklistItem {
    const DELETE_ALL: &'static str = "delete from checklist_items where id in (select r.id from {rows $1: id uuid} r)";
}

impl OfTask for ChecklistItem {
    const OF_TASKS: &'static str = "select i.id, i.task_id, i.text, i.done, i.position, i.version
         from {rows $1: id uuid} r
         join checklist_items i on i.task_id = r.id
         order by i.task_id, i.position";
    const TOUCH: &'static str = "update checklist_items set version = $2
         where task_id in (select r.id from {rows $1: id uuid} r)";
}

impl Many for ChecklistItem {
    const INSERT_ALL: &'static str =
        "insert into checklist_items (project_id, id, task_id, text, done, position, version)
         select $2, r.id, r.task_id, r.text, r.done, r.position, r.version
         from {rows $1: id uuid, task_id uuid, text text, done boolean, position text, version bigint} r";

    fn bind_new(&self, cells: Cells) -> Cells {
        let cells = cells.bind(self.id).bind(self.task_id).bind(self.text.clone());
        cells.bind(self.done).bind(self.position.clone()).bind(self.version)
    }
}

impl Set for ChecklistItem {
    const UPDATE_ALL: &'static str =
        "update checklist_items set text = r.text, done = r.done, position = r.position, version = r.version
         from {rows $1: id uuid, text text, done boolean, position text, version bigint} r
         where checklist_items.id = r.id";
    const PARK_ALL: &'static str = "update checklist_items set position = '~' || checklist_items.position
         from {rows $1: id uuid} r
         where checklist_items.id = r.id";

    fn bind_row(&self, cells: Cells) -> Cells {
        cells.bind(self.id).bind(self.text.clone()).bind(self.done).bind(self.position.clone()).bind(self.version)
    }
}

impl Ordered for ChecklistItem {
    const POSITION: &'static str = "select position from checklist_items where task_id = $1 and id = $2";
    const PREVIOUS: &'static str =
        "select max(position) from checklist_items where task_id = $1 and id <> $2 and position < $3";
    const NEXT: &'static str =
        "select min(position) from checklist_items where task_id = $1 and id <> $2 and position > $3";
    const ROWS_BEFORE: &'static str = "select id, task_id, text, done, position, version from checklist_items
         where task_id = $1 and position < $2
         order by position desc
         limit $3";
    const ROWS_FROM: &'static str = "select id, task_id, text, done, position, version from checklist_items
         where task_id = $1 and position >= $2
         order by position
         limit $3";

    const TAKEN: &'static str = "select i.task_id, i.position, i.id from {rows $1: parent uuid, position text} r
         join checklist_items i on i.task_id = r.parent and i.position = r.position";

    fn position(&self) -> &str {
        &self.position
    }

    fn set_position(&mut self, position: String) {
        self.position = position;
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChecklistItem {
    pub text: Title,
    /// The item before it; `null` is the beginning, absent the end. One that is gone counts as absent.
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

/// Where an item goes: its neighbours, `after` (`null` is the beginning) and `before` (`null` is the end), of which one is
/// enough. It goes next to the first of the two that is still there, or else to the end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItemPosition {
    #[serde(default, deserialize_with = "nullable")]
    pub after: Option<Option<ChecklistItemId>>,
    #[serde(default, deserialize_with = "nullable")]
    pub before: Option<Option<ChecklistItemId>>,
}

async fn load(change: &mut Change, task: TaskRef, item: ChecklistItemId) -> Result<(TaskDetail, ChecklistItem)> {
    let task = tasks::load_open(change, task).await?;
    let item: ChecklistItem = change.load(item).await?;
    if item.task_id == task.task.id { Ok((task, item)) } else { Err(Error::NotFound) }
}

/// Write what differs between two states of an item, as an event of this type.
async fn update(
    change: &mut Change,
    mut event: Draft,
    task: &TaskDetail,
    before: &ChecklistItem,
    after: ChecklistItem,
) -> Result<ChecklistItem> {
    let after = change.update(&mut event, before, after).await?;
    if *before != after {
        tasks::touch(change, &mut event, task).await?;
    }
    change.record(event).await?;
    Ok(after)
}

async fn key(
    change: &mut Change,
    event: &mut Draft,
    task: TaskId,
    item: ChecklistItemId,
    place: Place,
) -> Result<String> {
    positions::key::<ChecklistItem>(change, event, task.0, item.0, place).await
}

/// Make items anew that were deleted, in a constant number of statements.
pub async fn make_anew(change: &mut Change, event: &mut Draft, gone: Vec<ChecklistItem>) -> Result<()> {
    let Some(most) = ChecklistItem::MOST else { return Ok(()) };
    let new = change.insert_all(event, gone).await?;
    let longest: Option<(TaskId, i64)> = change
        .query(
            "select r.id, count(*) from {rows $1: id uuid} r
             join checklist_items i on i.task_id = r.id
             group by r.id
             having count(*) > $2
             limit 1",
        )
        .bind_rows(new.iter().map(|item| item.task_id).collect::<BTreeSet<_>>(), Bind::bind)
        .bind(most.count)
        .optional()
        .await?;
    if longest.is_some() { Err(Error::conflict(most.code, most.detail)) } else { Ok(()) }
}

pub async fn create(change: &mut Change, task: TaskRef, new: NewChecklistItem) -> Result<ChecklistItem> {
    let task = tasks::load_open(change, task).await?;
    let task_id = task.task.id;
    let mut event = Draft::new("checklist_item.created");
    let id = ChecklistItemId::new();
    let place = Place::between(new.after, None);
    let item = ChecklistItem {
        id,
        task_id,
        text: new.text.as_str().into(),
        done: false,
        position: key(change, &mut event, task_id, id, place).await?,
        version: 0,
    };
    let item = change.insert(&mut event, item).await?;
    tasks::touch(change, &mut event, &task).await?;
    change.record(event).await?;
    Ok(item)
}

pub async fn patch(
    change: &mut Change,
    task: TaskRef,
    item: ChecklistItemId,
    patch: ChecklistItemPatch,
) -> Result<ChecklistItem> {
    let (task, before) = load(change, task, item).await?;
    let mut after = before.clone();
    if let Some(text) = patch.text {
        after.text = text.as_str().into();
    }
    after.done = patch.done.unwrap_or(after.done);
    update(change, Draft::new("checklist_item.changed"), &task, &before, after).await
}

pub async fn place(
    change: &mut Change,
    task: TaskRef,
    item: ChecklistItemId,
    to: &ChecklistItemPosition,
) -> Result<ChecklistItem> {
    let (task, before) = load(change, task, item).await?;
    let mut event = Draft::new("checklist_item.moved");
    let position = key(change, &mut event, before.task_id, item, neighbours(to.after, to.before)?).await?;
    update(change, event, &task, &before, ChecklistItem { position, ..before.clone() }).await
}

pub async fn remove(change: &mut Change, task: TaskRef, item: ChecklistItemId) -> Result<()> {
    let (task, before) = load(change, task, item).await?;
    let mut event = Draft::new("checklist_item.deleted");
    change.delete(&mut event, &before).await?;
    tasks::touch(change, &mut event, &task).await?;
    change.record(event).await
}

/// The checklist of a task that was found.
pub async fn of_task(tx: &mut Tx, task: TaskId) -> Result<Vec<ChecklistItem>> {
    tx.query(ChecklistItem::OF_TASKS).bind_rows([task], Bind::bind).all().await
}

/// Give a new task the checklist of another one, with nothing done, as part of an event.
pub async fn copy(change: &mut Change, event: &mut Draft, from: TaskId, to: TaskId) -> Result<()> {
    let items: Vec<ChecklistItem> = change.query(ChecklistItem::OF_TASKS).bind_rows([from], Bind::bind).all().await?;
    let copy = |item| ChecklistItem { id: ChecklistItemId::new(), task_id: to, done: false, ..item };
    change.insert_all(event, items.into_iter().map(copy).collect()).await?;
    Ok(())
}
