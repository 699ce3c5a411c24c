//! Milestones: days that a project works towards.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    change::Change,
    clock::{Day, Timestamp},
    db::Tx,
    error::{Error, Result},
    event::Draft,
    ids::{MilestoneId, ProjectId},
    model::{
        nullable, present,
        tasks::{self, Touched},
    },
    text::Name,
};

const MOST: i64 = 500;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow, ToSchema)]
pub struct Milestone {
    pub id: MilestoneId,
    pub name: String,
    #[schema(required)]
    pub due_on: Option<Day>,
    #[schema(required)]
    pub completed_at: Option<Timestamp>,
    pub version: i64,
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

pub async fn all(tx: &mut Tx, project: ProjectId) -> Result<Vec<Milestone>> {
    tx.query("select id, name, due_on, completed_at, version from milestones where project_id = $1 order by due_on, id")
        .bind(project)
        .all()
        .await
}

async fn load(change: &mut Change, milestone: MilestoneId) -> Result<Milestone> {
    let project = change.project();
    change
        .query("select id, name, due_on, completed_at, version from milestones where project_id = $1 and id = $2")
        .bind(project)
        .bind(milestone)
        .one()
        .await
}

pub async fn create(change: &mut Change, new: NewMilestone) -> Result<Milestone> {
    let project = change.project();
    let (count,): (i64,) =
        change.query("select count(*) from milestones where project_id = $1").bind(project).one().await?;
    if count >= MOST {
        return Err(Error::conflict("too_many_milestones", format!("a project has at most {MOST} milestones")));
    }
    let milestone = Milestone {
        id: MilestoneId::new(),
        name: new.name.as_str().into(),
        due_on: new.due_on,
        completed_at: None,
        version: change.seq(),
    };
    change
        .query("insert into milestones (id, project_id, name, due_on, version) values ($1, $2, $3, $4, $5)")
        .bind(milestone.id)
        .bind(project)
        .bind(milestone.name.as_str())
        .bind(milestone.due_on.clone())
        .bind(milestone.version)
        .execute()
        .await?;
    let mut draft = Draft::new("milestone.created");
    draft.create("milestones", &milestone)?;
    change.record(draft).await?;
    Ok(milestone)
}

pub async fn patch(change: &mut Change, milestone: MilestoneId, patch: MilestonePatch) -> Result<Milestone> {
    let before = load(change, milestone).await?;
    let fields = [
        (patch.name.is_some(), "name"),
        (patch.due_on.is_some(), "due_on"),
        (patch.completed.is_some(), "completed_at"),
    ];
    let fields: Vec<_> = fields.into_iter().filter(|(has, _)| *has).map(|(_, field)| field).collect();
    change.check_match("milestones", &before, &fields).await?;
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
    if before == after {
        return Ok(after);
    }
    after.version = change.seq();
    change
        .query("update milestones set name = $2, due_on = $3, completed_at = $4, version = $5 where id = $1")
        .bind(after.id)
        .bind(after.name.as_str())
        .bind(after.due_on.clone())
        .bind(after.completed_at)
        .bind(after.version)
        .execute()
        .await?;
    let mut draft = Draft::new("milestone.changed");
    draft.update("milestones", &before, &after)?;
    change.record(draft).await?;
    Ok(after)
}

/// Delete a milestone; tasks lose it in the same event.
pub async fn remove(change: &mut Change, milestone: MilestoneId) -> Result<()> {
    let before = load(change, milestone).await?;
    change.check_match("milestones", &before, &[]).await?;
    let mut draft = Draft::new("milestone.deleted");
    tasks::detach(change, &mut draft, Touched::Milestone(milestone)).await?;
    change.query("delete from milestones where id = $1").bind(milestone).execute().await?;
    draft.remove("milestones", &before)?;
    change.record(draft).await
}
