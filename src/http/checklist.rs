//! Checklists.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Write,
    base::{error::Result, ids::ChecklistItemId, stored_response::StoredResponse},
    http::{
        extract::{Json, Path},
        guard::Member,
    },
    model::{
        checklists::{self, ChecklistItem, ChecklistItemPatch, ChecklistItemPosition, NewChecklistItem},
        tasks::TaskRef,
    },
};

#[derive(Deserialize)]
struct TaskPath {
    task: TaskRef,
}

#[derive(Deserialize)]
struct InPath {
    task: TaskRef,
    item: ChecklistItemId,
}

/// Add an item.
#[utoipa::path(post, path = "/projects/{project}/tasks/{task}/checklist", tag = "checklist", request_body = NewChecklistItem, responses((status = 201, body = ChecklistItem)))]
async fn create(
    by: Member<Write>,
    Path(path): Path<TaskPath>,
    Json(body): Json<NewChecklistItem>,
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let item = checklists::create(&mut change, path.task, body).await?;
    change.created(&item).await
}

/// Change its text, or check it off.
#[utoipa::path(patch, path = "/projects/{project}/tasks/{task}/checklist/{item}", tag = "checklist", request_body = ChecklistItemPatch, responses((status = 200, body = ChecklistItem)))]
async fn patch(
    by: Member<Write>,
    Path(path): Path<InPath>,
    Json(body): Json<ChecklistItemPatch>,
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let item = checklists::patch(&mut change, path.task, path.item, body).await?;
    change.ok(&item).await
}

/// Move it behind another one.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/checklist/{item}/position", tag = "checklist", request_body = ChecklistItemPosition, responses((status = 200, body = ChecklistItem)))]
async fn place(
    by: Member<Write>,
    Path(path): Path<InPath>,
    Json(body): Json<ChecklistItemPosition>,
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let item = checklists::place(&mut change, path.task, path.item, &body).await?;
    change.ok(&item).await
}

/// Delete it.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/checklist/{item}", tag = "checklist", responses((status = 204)))]
async fn remove(by: Member<Write>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    checklists::remove(&mut change, path.task, path.item).await?;
    change.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(patch, remove)).routes(routes!(place))
}
