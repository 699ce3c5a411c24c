//! Milestones: days that a project works towards.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        clock::{Day, Timestamp},
        error::Result,
        ids::MilestoneId,
        text::Name,
    },
    change::{Change, Findable, InSnapshot, Kind, Most, Object},
    db::Query,
    log::Draft,
    model::{
        nullable, present,
        tasks::{self, Reference},
    },
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx_macros::FromRow, ToSchema)]
pub struct Milestone {
    pub id: MilestoneId,
    pub name: String,
    #[schema(required)]
    pub due_on: Option<Day>,
    #[schema(required)]
    pub completed_at: Option<Timestamp>,
    pub version: i64,
}

impl Kind for Milestone {
    const KIND: &'static str = "milestones";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = seq;
    }
}

impl InSnapshot for Milestone {
    const ALL: &'static str = "select id, name, due_on, completed_at, version from milestones where project_id = $1 order by due_on nulls first, id";
    const ORDER: &'static [&'static str] = &["due_on", "id"];
}

impl Findable for Milestone {
    const SELECT_ALL: &'static str = "select m.id, m.name, m.due_on, m.completed_at, m.version
         from {rows $1: id uuid} r
         join milestones m on m.id = r.id and m.project_id = $2";
}

impl Object for Milestone {
    const MOST: Option<Most> = Some(Most {
        count: 500,
        sql: "select count(*) from milestones where project_id = $1",
        code: "too_many_milestones",
        detail: "a project has at most 500 milestones",
    });
    const SELECT: &'static str =
        "select id, name, due_on, completed_at, version from milestones where project_id = $1 and id = $2";
    const INSERT: &'static str =
        "insert into milestones (project_id, id, name, due_on, completed_at, version) values ($1, $2, $3, $4, $5, $6)";
    const UPDATE: &'static str = "update milestones set name = $3, due_on = $4, completed_at = $5, version = $6
         where project_id = $1 and id = $2";
    const DELETE: &'static str = "delete from milestones where project_id = $1 and id = $2";

    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.name.clone()).bind(self.due_on.clone()).bind(self.completed_at).bind(self.version)
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMilestone {
    pub name: Name,
    pub due_on: Option<Day>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestonePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<Name>,
    #[serde(default, deserialize_with = "nullable")]
    pub due_on: Option<Option<Day>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub completed: Option<bool>,
}

pub async fn create(change: &mut Change, new: NewMilestone) -> Result<Milestone> {
    let milestone = Milestone {
        id: MilestoneId::new(),
        name: new.name.as_str().into(),
        due_on: new.due_on,
        completed_at: None,
        version: 0,
    };
    let mut event = Draft::new("milestone.created");
    let milestone = change.insert(&mut event, milestone).await?;
    change.record(event).await?;
    Ok(milestone)
}

pub async fn patch(change: &mut Change, milestone: MilestoneId, patch: MilestonePatch) -> Result<Milestone> {
    let before: Milestone = change.load(milestone).await?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        after.name = name.as_str().into();
    }
    if let Some(due_on) = patch.due_on {
        after.due_on = due_on;
    }
    match patch.completed {
        Some(true) => after.completed_at = after.completed_at.or(Some(change.at())),
        Some(false) => after.completed_at = None,
        None => {}
    }
    let mut event = Draft::new("milestone.changed");
    let after = change.update(&mut event, &before, after).await?;
    change.record(event).await?;
    Ok(after)
}

/// Delete a milestone; tasks lose it in the same event.
pub async fn remove(change: &mut Change, milestone: MilestoneId) -> Result<()> {
    let before: Milestone = change.load(milestone).await?;
    let mut event = Draft::new("milestone.deleted");
    change.check_delete(&before).await?;
    tasks::detach(change, &mut event, Reference::Milestone(milestone)).await?;
    change.delete(&mut event, &before).await?;
    change.record(event).await
}
