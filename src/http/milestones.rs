//! Milestones.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Manage, Member, Write},
    app::App,
    error::Result,
    http::extract::{Json, Path},
    ids::MilestoneId,
    model::{
        answers::Stored,
        milestones::{self, Milestone, MilestonePatch, NewMilestone},
    },
};

#[derive(Deserialize)]
struct InPath {
    milestone: MilestoneId,
}

/// Create a milestone.
#[utoipa::path(post, path = "/projects/{project}/milestones", tag = "timeline", request_body = NewMilestone, responses((status = 201, body = Milestone)))]
async fn create(by: Member<Write>, Json(body): Json<NewMilestone>) -> Result<Stored> {
    let mut change = by.change().await?;
    let milestone = milestones::create(&mut change, body).await?;
    change.created(&milestone).await
}

/// Change its name or day, or complete it.
#[utoipa::path(patch, path = "/projects/{project}/milestones/{milestone}", tag = "timeline", request_body = MilestonePatch, responses((status = 200, body = Milestone)))]
async fn patch(by: Member<Write>, Path(path): Path<InPath>, Json(body): Json<MilestonePatch>) -> Result<Stored> {
    let mut change = by.change().await?;
    let milestone = milestones::patch(&mut change, path.milestone, body).await?;
    change.ok(&milestone).await
}

/// Delete it; tasks lose it.
#[utoipa::path(delete, path = "/projects/{project}/milestones/{milestone}", tag = "timeline", responses((status = 204)))]
async fn remove(by: Member<Manage>, Path(path): Path<InPath>) -> Result<Stored> {
    let mut change = by.change().await?;
    milestones::remove(&mut change, path.milestone).await?;
    change.done().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(patch, remove))
}
