//! What a member follows: tasks, and whether a project may be heard of at all. None of it is seen by others.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Read,
    base::{error::Result, stored_response::StoredResponse},
    http::{
        extract::{Json, Path},
        guard::Member,
    },
    model::{
        tasks::{self, TaskRef},
        watching::{self, Muted, Watching},
    },
};

#[derive(Deserialize)]
struct InPath {
    task: TaskRef,
}

/// Whether one watches a task.
#[utoipa::path(get, path = "/projects/{project}/tasks/{task}/watch", tag = "watching", responses((status = 200, body = Watching)))]
async fn show(by: Member<Read>, Path(path): Path<InPath>) -> Result<Json<Watching>> {
    let mut tx = by.membership.read().await?;
    let task = tasks::find_in(&mut tx, &by.membership, path.task).await?.task;
    let watching = watching::find(&mut tx, &by.membership, &task).await?.watching;
    Ok(Json(Watching { watching }))
}

/// Watch a task: be told of its comments.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/watch", tag = "watching", responses((status = 200, body = Watching)))]
async fn watch(by: Member<Read>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let watching = watching::set(&mut change, path.task, true).await?;
    change.ok(&watching).await
}

/// Watch it no longer, also not as its creator or assignee.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/watch", tag = "watching", responses((status = 200, body = Watching)))]
async fn unwatch(by: Member<Read>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let watching = watching::set(&mut change, path.task, false).await?;
    change.ok(&watching).await
}

/// Whether one has muted a project.
#[utoipa::path(get, path = "/projects/{project}/mute", tag = "watching", responses((status = 200, body = Muted)))]
async fn is_muted(by: Member<Read>) -> Result<Json<Muted>> {
    Ok(Json(watching::is_muted(&by.membership).await?))
}

/// Be told nothing of a project but what names oneself.
#[utoipa::path(put, path = "/projects/{project}/mute", tag = "watching", responses((status = 200, body = Muted)))]
async fn mute(by: Member<Read>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let muted = watching::mute(&mut change, true).await?;
    change.ok(&muted).await
}

/// Be told of a project again.
#[utoipa::path(delete, path = "/projects/{project}/mute", tag = "watching", responses((status = 200, body = Muted)))]
async fn unmute(by: Member<Read>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let muted = watching::mute(&mut change, false).await?;
    change.ok(&muted).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show, watch, unwatch)).routes(routes!(is_muted, mute, unmute))
}
