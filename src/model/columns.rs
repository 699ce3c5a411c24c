//! Columns of a board.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        error::{Error, Result},
        ids::ColumnId,
        text::Name,
    },
    change::{Change, Findable, InSnapshot, Kind, Most, Object, Set},
    db::{Bind, Cells, Query, query::part},
    log::Draft,
    model::{
        nullable,
        positions::{self, Ordered, Place, neighbours},
        present, tasks,
    },
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum ColumnKind {
    Backlog = 0,
    #[default]
    Active = 1,
    Done = 2,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::FromRow, ToSchema)]
pub struct Column {
    pub id: ColumnId,
    pub name: String,
    /// An opaque key; columns are in its byte order.
    pub position: String,
    /// The most tasks that may be in it.
    #[schema(required)]
    pub wip_limit: Option<i64>,
    pub kind: ColumnKind,
    /// After how many days without a change its tasks go to the archive.
    #[schema(required)]
    pub archive_after_days: Option<i64>,
    pub version: i64,
}

/// The rows of [`Column`]; what they are looked up by is appended.
const COLUMNS: &str = "select id, name, position, wip_limit, kind, archive_after_days, version from columns";

impl Kind for Column {
    const KIND: &'static str = "columns";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = seq;
    }
}

impl InSnapshot for Column {
    const ALL: &'static str = "select id, name, position, wip_limit, kind, archive_after_days, version from columns
         where project_id = $1
         order by position";
    const ORDER: &'static [&'static str] = &["position"];
}

impl Findable for Column {
    const SELECT_ALL: &'static str =
        "select c.id, c.name, c.position, c.wip_limit, c.kind, c.archive_after_days, c.version
         from {rows $1: id uuid} r
         join columns c on c.id = r.id and c.project_id = $2";
}

impl Object for Column {
    const MOST: Option<Most> = Some(Most {
        count: 100,
        sql: "select count(*) from columns where project_id = $1",
        code: "too_many_columns",
        detail: "a board has at most 100 columns",
    });
    const SELECT: &'static str = "select id, name, position, wip_limit, kind, archive_after_days, version from columns where project_id = $1 and id = $2";
    const INSERT: &'static str =
        "insert into columns (project_id, id, name, position, wip_limit, kind, archive_after_days, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8)";
    const UPDATE: &'static str = "update columns
         set name = $3, position = $4, wip_limit = $5, kind = $6, archive_after_days = $7, version = $8
         where project_id = $1 and id = $2";
    const DELETE: &'static str = "delete from columns where project_id = $1 and id = $2";

    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query
            .bind(self.name.clone())
            .bind(self.position.clone())
            .bind(self.wip_limit)
            .bind(self.kind)
            .bind(self.archive_after_days)
            .bind(self.version)
    }
}

impl Set for Column {
    const UPDATE_ALL: &'static str = "update columns set position = r.position, version = r.version
         from {rows $1: id uuid, position text, version bigint} r
         where columns.id = r.id";
    const PARK_ALL: &'static str = "update columns set position = '~' || columns.position
         from {rows $1: id uuid} r
         where columns.id = r.id";

    fn bind_row(&self, cells: Cells) -> Cells {
        cells.bind(self.id).bind(self.position.clone()).bind(self.version)
    }
}

impl Ordered for Column {
    const POSITION: &'static str = "select position from columns where project_id = $1 and id = $2";
    const PREVIOUS: &'static str =
        "select max(position) from columns where project_id = $1 and id <> $2 and position < $3";
    const NEXT: &'static str = "select min(position) from columns where project_id = $1 and id <> $2 and position > $3";
    const ROWS_BEFORE: &'static str =
        "select id, name, position, wip_limit, kind, archive_after_days, version from columns
         where project_id = $1 and position < $2
         order by position desc
         limit $3";
    const ROWS_FROM: &'static str =
        "select id, name, position, wip_limit, kind, archive_after_days, version from columns
         where project_id = $1 and position >= $2
         order by position
         limit $3";

    const TAKEN: &'static str = "select c.project_id, c.position, c.id from {rows $1: parent uuid, position text} r
         join columns c on c.project_id = r.parent and c.position = r.position";

    fn position(&self) -> &str {
        &self.position
    }

    fn set_position(&mut self, position: String) {
        self.position = position;
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewColumn {
    pub name: Name,
    #[schema(minimum = 1, maximum = 10_000)]
    pub wip_limit: Option<i64>,
    #[serde(default)]
    pub kind: ColumnKind,
    #[schema(minimum = 1, maximum = 365)]
    pub archive_after_days: Option<i64>,
    /// The column before it; `null` is the beginning, absent the end. One that is gone counts as absent.
    #[serde(default, deserialize_with = "nullable")]
    pub after: Option<Option<ColumnId>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<Name>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(minimum = 1, maximum = 10_000)]
    pub wip_limit: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub kind: Option<ColumnKind>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(minimum = 1, maximum = 365)]
    pub archive_after_days: Option<Option<i64>>,
}

/// Where a column goes: its neighbours, `after` (`null` is the beginning) and `before` (`null` is the end), of which one
/// is enough. It goes next to the first of the two that is still there, or else to the end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnPosition {
    #[serde(default, deserialize_with = "nullable")]
    pub after: Option<Option<ColumnId>>,
    #[serde(default, deserialize_with = "nullable")]
    pub before: Option<Option<ColumnId>>,
}

fn checked_limit(limit: Option<i64>) -> Result<Option<i64>> {
    match limit {
        Some(limit) if !(1..=10_000).contains(&limit) => {
            Err(Error::invalid("/wip_limit", "must be 1 to 10000, or null"))
        }
        limit => Ok(limit),
    }
}

fn checked_days(days: Option<i64>) -> Result<Option<i64>> {
    match days {
        Some(days) if !(1..=365).contains(&days) => {
            Err(Error::invalid("/archive_after_days", "must be 1 to 365, or null"))
        }
        days => Ok(days),
    }
}

/// A column of this project that a body names.
pub async fn named(change: &mut Change, pointer: &str, column: ColumnId) -> Result<Column> {
    change.load_named(pointer, column, "is not a column of this project").await
}

async fn key(change: &mut Change, event: &mut Draft, column: ColumnId, place: Place) -> Result<String> {
    let project = change.project();
    positions::key::<Column>(change, event, project.0, column.0, place).await
}

pub async fn create(change: &mut Change, new: NewColumn) -> Result<Column> {
    let mut event = Draft::new("column.created");
    let id = ColumnId::new();
    let position = key(change, &mut event, id, Place::between(new.after, None)).await?;
    let column = Column {
        id,
        name: new.name.as_str().into(),
        position,
        wip_limit: checked_limit(new.wip_limit)?,
        kind: new.kind,
        archive_after_days: checked_days(new.archive_after_days)?,
        version: 0,
    };
    let column = change.insert(&mut event, column).await?;
    change.record(event).await?;
    Ok(column)
}

pub async fn patch(change: &mut Change, column: ColumnId, patch: ColumnPatch) -> Result<Column> {
    let before: Column = change.load(column).await?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        after.name = name.as_str().into();
    }
    if let Some(limit) = patch.wip_limit {
        after.wip_limit = checked_limit(limit)?;
    }
    if let Some(days) = patch.archive_after_days {
        after.archive_after_days = checked_days(days)?;
    }
    after.kind = patch.kind.unwrap_or(after.kind);
    let mut event = Draft::new("column.changed");
    let after = change.update(&mut event, &before, after).await?;
    if after.kind == ColumnKind::Done && before.kind != after.kind {
        tasks::complete_all(change, &mut event, column).await?;
    }
    change.record(event).await?;
    Ok(after)
}

pub async fn place(change: &mut Change, column: ColumnId, to: &ColumnPosition) -> Result<Column> {
    let before: Column = change.load(column).await?;
    let mut event = Draft::new("column.moved");
    let position = key(change, &mut event, column, neighbours(to.after, to.before)?).await?;
    let after = change.update(&mut event, &before, Column { position, ..before.clone() }).await?;
    change.record(event).await?;
    Ok(after)
}

/// Delete a column. Tasks in it go to the end of `move_to`; without it there may be none but archived ones,
/// which go to the first of the other columns.
pub async fn remove(change: &mut Change, column: ColumnId, move_to: Option<ColumnId>) -> Result<()> {
    let before: Column = change.load(column).await?;
    change.check_delete(&before).await?;
    let mut event = Draft::new("column.deleted");
    let to = match move_to {
        Some(to) if to != column => Some(named(change, "/move_to", to).await?),
        Some(_) => return Err(Error::invalid("/move_to", "is the column itself")),
        None if tasks::any_open_in(change, column).await? => {
            return Err(Error::conflict(
                "column_not_empty",
                "the column has tasks: move them, or say where with move_to",
            ));
        }
        None => None,
    };
    if tasks::any_in(change, column).await? {
        let asked = to.is_some();
        let target = match to {
            Some(to) => to,
            None => first_other(change, column).await?,
        };
        tasks::move_all(change, &mut event, &before, &target).await?;
        if asked {
            tasks::check_limit(change, &target).await?;
        }
    }
    change.delete(&mut event, &before).await?;
    change.record(event).await
}

/// Move what a column holds of the archive and the trash to another one. Answers whether it is empty then: without another
/// column it is not.
pub async fn empty(change: &mut Change, event: &mut Draft, column: &Column) -> Result<bool> {
    if !tasks::any_in(change, column.id).await? {
        return Ok(true);
    }
    match first_other(change, column.id).await {
        Ok(other) => tasks::move_all(change, event, column, &other).await.map(|()| true),
        Err(Error::Conflict { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn first_other(change: &mut Change, column: ColumnId) -> Result<Column> {
    let project = change.project();
    let other = change
        .query(COLUMNS)
        .append(part("where project_id = $1 and id <> $2 order by position limit 1"))
        .bind(project)
        .bind(column)
        .optional()
        .await?;
    other.ok_or_else(|| {
        Error::conflict("column_not_empty", "archived and deleted tasks need a column: make another one first")
    })
}

/// The column to which completing moves a task that is in `column`: the first of kind `done`, where the project wants
/// that and the task is in no such column yet.
pub async fn to_complete_in(change: &mut Change, column: ColumnId) -> Result<Option<Column>> {
    let project = change.project();
    change
        .query(COLUMNS)
        .append(part(
            "where project_id = $1 and kind = $3
               and exists (select 1 from projects p where p.id = $1 and p.move_completed)
               and not exists (select 1 from columns o where o.id = $2 and o.kind = $3)
             order by position
             limit 1",
        ))
        .bind(project)
        .bind(column)
        .bind(ColumnKind::Done)
        .optional()
        .await
}

/// The column to which reopening moves a task that is in `column`: where that is of kind `done`, the nearest before it
/// that is not, or else the nearest behind it.
pub async fn to_reopen_in(change: &mut Change, column: ColumnId) -> Result<Option<Column>> {
    let column: Column = change.load(column).await?;
    if column.kind != ColumnKind::Done {
        return Ok(None);
    }
    let project = change.project();
    for nearest in [
        part("where project_id = $1 and kind <> $2 and position < $3 order by position desc limit 1"),
        part("where project_id = $1 and kind <> $2 and position > $3 order by position limit 1"),
    ] {
        let found = change
            .query(COLUMNS)
            .append(nearest)
            .bind(project)
            .bind(ColumnKind::Done)
            .bind(column.position.as_str())
            .optional()
            .await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
