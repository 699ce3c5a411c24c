//! Columns of a board.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    change::Change,
    db::Tx,
    error::{Error, Result},
    event::Draft,
    ids::{ColumnId, ProjectId},
    model::{
        nullable,
        positions::{self, Place},
        present, tasks,
    },
    text::Name,
};

const MOST: i64 = 100;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum ColumnKind {
    Backlog = 0,
    #[default]
    Active = 1,
    Done = 2,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow, ToSchema)]
pub struct Column {
    pub id: ColumnId,
    pub name: String,
    /// An opaque key; columns are in its byte order.
    pub position: String,
    /// The most tasks that may be in it.
    #[schema(required)]
    pub wip_limit: Option<i64>,
    pub kind: ColumnKind,
    pub version: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewColumn {
    pub name: Name,
    pub wip_limit: Option<i64>,
    #[serde(default)]
    pub kind: ColumnKind,
    /// The column before it; `null` is the beginning, absent the end.
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
    pub wip_limit: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub kind: Option<ColumnKind>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnPosition {
    /// The column before it; `null` is the beginning.
    pub after: Option<ColumnId>,
}

fn checked_limit(limit: Option<i64>) -> Result<Option<i64>> {
    match limit {
        Some(limit) if !(1..=10_000).contains(&limit) => {
            Err(Error::invalid("/wip_limit", "must be 1 to 10000, or null"))
        }
        limit => Ok(limit),
    }
}

/// All columns of a project, in their order.
pub async fn all(tx: &mut Tx, project: ProjectId) -> Result<Vec<Column>> {
    tx.query("select id, name, position, wip_limit, kind, version from columns where project_id = $1 order by position")
        .bind(project)
        .all()
        .await
}

async fn load(change: &mut Change, column: ColumnId) -> Result<Column> {
    let project = change.project();
    change
        .query("select id, name, position, wip_limit, kind, version from columns where project_id = $1 and id = $2")
        .bind(project)
        .bind(column)
        .one()
        .await
}

/// A column of this project that a body names.
pub async fn named(change: &mut Change, pointer: &str, column: ColumnId) -> Result<Column> {
    load(change, column).await.map_err(|error| match error {
        Error::NotFound => Error::invalid(pointer, "is not a column of this project"),
        error => error,
    })
}

async fn key(change: &mut Change, draft: &mut Draft, column: ColumnId, place: Place) -> Result<String> {
    let project = change.project();
    positions::key(change, draft, &positions::COLUMNS, project.0, column.0, place)
        .await?
        .ok_or_else(|| Error::invalid("/after", "is not another column of this project"))
}

pub async fn create(change: &mut Change, new: NewColumn) -> Result<Column> {
    let project = change.project();
    let (count,): (i64,) =
        change.query("select count(*) from columns where project_id = $1").bind(project).one().await?;
    if count >= MOST {
        return Err(Error::conflict("too_many_columns", format!("a board has at most {MOST} columns")));
    }
    let mut draft = Draft::new("column.created");
    let id = ColumnId::new();
    let position = key(change, &mut draft, id, Place::after(new.after.map(|after| after.map(|id| id.0)))).await?;
    let column = Column {
        id,
        name: new.name.as_str().into(),
        position,
        wip_limit: checked_limit(new.wip_limit)?,
        kind: new.kind,
        version: change.seq(),
    };
    change
        .query(
            "insert into columns (id, project_id, name, position, wip_limit, kind, version)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(column.id)
        .bind(project)
        .bind(column.name.as_str())
        .bind(column.position.as_str())
        .bind(column.wip_limit)
        .bind(column.kind)
        .bind(column.version)
        .execute()
        .await?;
    draft.create("columns", &column)?;
    change.record(draft).await?;
    Ok(column)
}

async fn save(change: &mut Change, mut draft: Draft, before: &Column, mut after: Column) -> Result<Column> {
    if *before == after {
        return Ok(after);
    }
    after.version = change.seq();
    change
        .query("update columns set name = $2, position = $3, wip_limit = $4, kind = $5, version = $6 where id = $1")
        .bind(after.id)
        .bind(after.name.as_str())
        .bind(after.position.as_str())
        .bind(after.wip_limit)
        .bind(after.kind)
        .bind(after.version)
        .execute()
        .await?;
    draft.update("columns", before, &after)?;
    change.record(draft).await?;
    Ok(after)
}

pub async fn patch(change: &mut Change, column: ColumnId, patch: ColumnPatch) -> Result<Column> {
    let before = load(change, column).await?;
    let fields =
        [(patch.name.is_some(), "name"), (patch.wip_limit.is_some(), "wip_limit"), (patch.kind.is_some(), "kind")];
    let fields: Vec<_> = fields.into_iter().filter(|(has, _)| *has).map(|(_, field)| field).collect();
    change.check_match("columns", &before, &fields).await?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        after.name = name.as_str().into();
    }
    if let Some(limit) = patch.wip_limit {
        after.wip_limit = checked_limit(limit)?;
    }
    after.kind = patch.kind.unwrap_or(after.kind);
    save(change, Draft::new("column.changed"), &before, after).await
}

pub async fn place(change: &mut Change, column: ColumnId, to: &ColumnPosition) -> Result<Column> {
    let before = load(change, column).await?;
    change.check_match("columns", &before, &["position"]).await?;
    let mut draft = Draft::new("column.moved");
    let position = key(change, &mut draft, column, Place::after(Some(to.after.map(|id| id.0)))).await?;
    let after = Column { position, ..before.clone() };
    save(change, draft, &before, after).await
}

/// Delete a column. Tasks in it go to the end of `move_to`; without it there may be none but archived ones,
/// which go to the first of the other columns.
pub async fn remove(change: &mut Change, column: ColumnId, move_to: Option<ColumnId>) -> Result<()> {
    let before = load(change, column).await?;
    change.check_match("columns", &before, &[]).await?;
    let mut draft = Draft::new("column.deleted");
    let inside = tasks::in_column(change, column).await?;
    if !inside.is_empty() {
        let to = match move_to {
            Some(to) if to != column => named(change, "/move_to", to).await?.id,
            Some(_) => return Err(Error::invalid("/move_to", "is the column itself")),
            None if inside.iter().any(|task| task.task.archived_at.is_none()) => {
                return Err(Error::conflict(
                    "column_not_empty",
                    "the column has tasks: move them, or say where with move_to",
                ));
            }
            None => first_other(change, column).await?,
        };
        for task in inside {
            tasks::move_to_end(change, &mut draft, task, to).await?;
        }
        if move_to.is_some() {
            tasks::check_wip_limit(change, to).await?;
        }
    }
    change.query("delete from columns where id = $1").bind(column).execute().await?;
    draft.remove("columns", &before)?;
    change.record(draft).await
}

async fn first_other(change: &mut Change, column: ColumnId) -> Result<ColumnId> {
    let project = change.project();
    let row: Option<(Uuid,)> = change
        .query("select id from columns where project_id = $1 and id <> $2 order by position limit 1")
        .bind(project)
        .bind(column)
        .optional()
        .await?;
    row.map(|(id,)| ColumnId(id))
        .ok_or_else(|| Error::conflict("column_not_empty", "archived tasks need a column: make another one first"))
}
