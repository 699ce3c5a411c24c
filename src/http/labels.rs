//! Labels.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Manage,
    base::{error::Result, ids::LabelId, stored_response::StoredResponse},
    http::{
        extract::{Json, Path},
        guard::Member,
    },
    model::labels::{self, Label, LabelPatch, NewLabel},
};

#[derive(Deserialize)]
struct InPath {
    label: LabelId,
}

/// Create a label.
#[utoipa::path(post, path = "/projects/{project}/labels", tag = "labels", request_body = NewLabel, responses((status = 201, body = Label)))]
async fn create(by: Member<Manage>, Json(body): Json<NewLabel>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let label = labels::create(&mut change, body).await?;
    change.created(&label).await
}

/// Change its name or colour.
#[utoipa::path(patch, path = "/projects/{project}/labels/{label}", tag = "labels", request_body = LabelPatch, responses((status = 200, body = Label)))]
async fn patch(by: Member<Manage>, Path(path): Path<InPath>, Json(body): Json<LabelPatch>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let label = labels::patch(&mut change, path.label, body).await?;
    change.ok(&label).await
}

/// Delete it; tasks lose it.
#[utoipa::path(delete, path = "/projects/{project}/labels/{label}", tag = "labels", responses((status = 204)))]
async fn remove(by: Member<Manage>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    labels::remove(&mut change, path.label).await?;
    change.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(patch, remove))
}
