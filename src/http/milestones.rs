//! Milestones.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::{Manage, Write},
    base::{error::Result, ids::MilestoneId, stored_response::StoredResponse},
    http::{
        extract::{Json, Path},
        guard::Member,
    },
    model::milestones::{self, Milestone, MilestonePatch, NewMilestone},
};

#[derive(Deserialize)]
struct InPath {
    milestone: MilestoneId,
}

/// Create a milestone.
#[utoipa::path(post, path = "/projects/{project}/milestones", tag = "milestones", request_body = NewMilestone, responses((status = 201, body = Milestone)))]
async fn create(by: Member<Write>, Json(body): Json<NewMilestone>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let milestone = milestones::create(&mut change, body).await?;
    change.created(&milestone).await
}

/// Change its name or day, or complete it.
#[utoipa::path(patch, path = "/projects/{project}/milestones/{milestone}", tag = "milestones", request_body = MilestonePatch, responses((status = 200, body = Milestone)))]
async fn patch(
    by: Member<Write>,
    Path(path): Path<InPath>,
    Json(body): Json<MilestonePatch>,
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let milestone = milestones::patch(&mut change, path.milestone, body).await?;
    change.ok(&milestone).await
}

/// Delete it; tasks lose it.
#[utoipa::path(delete, path = "/projects/{project}/milestones/{milestone}", tag = "milestones", responses((status = 204)))]
async fn remove(by: Member<Manage>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    milestones::remove(&mut change, path.milestone).await?;
    change.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(patch, remove))
}
