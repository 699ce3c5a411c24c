//! Labels.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        error::{Error, Result},
        ids::LabelId,
        text::{Colour, Name},
    },
    change::{Change, InSnapshot, Kind, Most, Object},
    db::Query,
    log::Draft,
    model::{
        present,
        tasks::{self, Reference},
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::FromRow, ToSchema)]
pub struct Label {
    pub id: LabelId,
    pub name: String,
    /// `#rrggbb`
    pub colour: String,
    pub version: i64,
}

impl Kind for Label {
    const KIND: &'static str = "labels";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = seq;
    }
}

impl InSnapshot for Label {
    const ALL: &'static str =
        "select id, name, colour, version from labels where project_id = $1 order by name collate \"C\", id";
    const ORDER: &'static [&'static str] = &["name", "id"];
}

impl Object for Label {
    const MOST: Option<Most> = Some(Most {
        count: 200,
        sql: "select count(*) from labels where project_id = $1",
        code: "too_many_labels",
        detail: "a project has at most 200 labels",
    });
    const SELECT: &'static str = "select id, name, colour, version from labels where project_id = $1 and id = $2";
    const INSERT: &'static str =
        "insert into labels (project_id, id, name, colour, version) values ($1, $2, $3, $4, $5)";
    const UPDATE: &'static str =
        "update labels set name = $3, colour = $4, version = $5 where project_id = $1 and id = $2";
    const DELETE: &'static str = "delete from labels where project_id = $1 and id = $2";

    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.name.clone()).bind(self.colour.clone()).bind(self.version)
    }
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

fn name_taken(error: Error) -> Error {
    if error.is_unique_violation() {
        Error::conflict("label_taken", "the project has a label of this name")
    } else {
        error
    }
}

pub async fn create(change: &mut Change, new: NewLabel) -> Result<Label> {
    let label =
        Label { id: LabelId::new(), name: new.name.as_str().into(), colour: new.colour.as_str().into(), version: 0 };
    let mut event = Draft::new("label.created");
    let label = change.insert(&mut event, label).await.map_err(name_taken)?;
    change.record(event).await?;
    Ok(label)
}

pub async fn patch(change: &mut Change, label: LabelId, patch: LabelPatch) -> Result<Label> {
    let before: Label = change.load(label).await?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        after.name = name.as_str().into();
    }
    if let Some(colour) = patch.colour {
        after.colour = colour.as_str().into();
    }
    let mut event = Draft::new("label.changed");
    let after = change.update(&mut event, &before, after).await.map_err(name_taken)?;
    change.record(event).await?;
    Ok(after)
}

/// Delete a label; tasks lose it in the same event.
pub async fn remove(change: &mut Change, label: LabelId) -> Result<()> {
    let before: Label = change.load(label).await?;
    let mut event = Draft::new("label.deleted");
    change.check_delete(&before).await?;
    tasks::detach(change, &mut event, Reference::Label(label)).await?;
    change.delete(&mut event, &before).await?;
    change.record(event).await
}
