//! Labels.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    change::Change,
    db::Tx,
    error::{Error, Result},
    event::Draft,
    ids::{LabelId, ProjectId},
    model::{
        present,
        tasks::{self, Touched},
    },
    text::{Colour, Name},
};

const MOST: i64 = 200;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow, ToSchema)]
pub struct Label {
    pub id: LabelId,
    pub name: String,
    /// `#rrggbb`
    pub colour: String,
    pub version: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLabel {
    pub name: Name,
    pub colour: Colour,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<Name>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub colour: Option<Colour>,
}

fn named_twice(error: Error) -> Error {
    if error.is_unique_violation() {
        Error::conflict("label_taken", "the project has a label of this name")
    } else {
        error
    }
}

pub async fn all(tx: &mut Tx, project: ProjectId) -> Result<Vec<Label>> {
    tx.query("select id, name, colour, version from labels where project_id = $1 order by name, id")
        .bind(project)
        .all()
        .await
}

async fn load(change: &mut Change, label: LabelId) -> Result<Label> {
    let project = change.project();
    change
        .query("select id, name, colour, version from labels where project_id = $1 and id = $2")
        .bind(project)
        .bind(label)
        .one()
        .await
}

pub async fn create(change: &mut Change, new: NewLabel) -> Result<Label> {
    let project = change.project();
    let (count,): (i64,) =
        change.query("select count(*) from labels where project_id = $1").bind(project).one().await?;
    if count >= MOST {
        return Err(Error::conflict("too_many_labels", format!("a project has at most {MOST} labels")));
    }
    let label = Label {
        id: LabelId::new(),
        name: new.name.as_str().into(),
        colour: new.colour.as_str().into(),
        version: change.seq(),
    };
    change
        .query("insert into labels (id, project_id, name, colour, version) values ($1, $2, $3, $4, $5)")
        .bind(label.id)
        .bind(project)
        .bind(label.name.as_str())
        .bind(label.colour.as_str())
        .bind(label.version)
        .execute()
        .await
        .map_err(named_twice)?;
    let mut draft = Draft::new("label.created");
    draft.create("labels", &label)?;
    change.record(draft).await?;
    Ok(label)
}

pub async fn patch(change: &mut Change, label: LabelId, patch: LabelPatch) -> Result<Label> {
    let before = load(change, label).await?;
    let fields = [(patch.name.is_some(), "name"), (patch.colour.is_some(), "colour")];
    let fields: Vec<_> = fields.into_iter().filter(|(has, _)| *has).map(|(_, field)| field).collect();
    change.check_match("labels", &before, &fields).await?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        after.name = name.as_str().into();
    }
    if let Some(colour) = patch.colour {
        after.colour = colour.as_str().into();
    }
    if before == after {
        return Ok(after);
    }
    after.version = change.seq();
    change
        .query("update labels set name = $2, colour = $3, version = $4 where id = $1")
        .bind(after.id)
        .bind(after.name.as_str())
        .bind(after.colour.as_str())
        .bind(after.version)
        .execute()
        .await
        .map_err(named_twice)?;
    let mut draft = Draft::new("label.changed");
    draft.update("labels", &before, &after)?;
    change.record(draft).await?;
    Ok(after)
}

/// Delete a label; tasks lose it in the same event.
pub async fn remove(change: &mut Change, label: LabelId) -> Result<()> {
    let before = load(change, label).await?;
    change.check_match("labels", &before, &[]).await?;
    let mut draft = Draft::new("label.deleted");
    tasks::detach(change, &mut draft, Touched::Label(label)).await?;
    change.query("delete from labels where id = $1").bind(label).execute().await?;
    draft.remove("labels", &before)?;
    change.record(draft).await
}
