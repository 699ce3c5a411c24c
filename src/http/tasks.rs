//! Tasks, and the states of a task, which are resources of their own.

use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Member, Read, Write},
    app::App,
    error::Result,
    http::extract::{Json, OptionalJson, Path},
    ids::{LabelId, UserId},
    model::{
        answers::Stored,
        dependencies::{self, Dependency, SetDependency},
        tasks::{self, NewTask, TaskDetail, TaskPatch, TaskPosition, TaskRef},
    },
};

#[derive(Deserialize)]
struct InPath {
    task: TaskRef,
}

/// Create a task.
#[utoipa::path(post, path = "/projects/{project}/tasks", tag = "tasks", request_body = NewTask, responses((status = 201, body = TaskDetail)))]
async fn create(by: Member<Write>, Json(body): Json<NewTask>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::create(&mut change, body).await?;
    change.created(&task).await
}

/// A task with its description; by id, by number, or as `WEB-12`.
#[utoipa::path(get, path = "/projects/{project}/tasks/{task}", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn show(by: Member<Read>, Path(path): Path<InPath>) -> Result<Stored> {
    Stored::json(StatusCode::OK, &tasks::find(&by.app, by.project, path.task).await?)
}

/// Change fields (JSON Merge Patch).
#[utoipa::path(patch, path = "/projects/{project}/tasks/{task}", tag = "tasks", request_body = TaskPatch, responses((status = 200, body = TaskDetail)))]
async fn patch(by: Member<Write>, Path(path): Path<InPath>, Json(body): Json<TaskPatch>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::patch(&mut change, path.task, body).await?;
    change.ok(&task).await
}

/// Delete a task; editors those that they created.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}", tag = "tasks", responses((status = 204)))]
async fn remove(by: Member<Write>, Path(path): Path<InPath>) -> Result<Stored> {
    let mut change = by.change().await?;
    tasks::remove(&mut change, path.task).await?;
    change.done().await
}

/// Move a task between two neighbours.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/position", tag = "tasks", request_body = TaskPosition, responses((status = 200, body = TaskDetail)))]
async fn place(by: Member<Write>, Path(path): Path<InPath>, Json(body): Json<TaskPosition>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::place(&mut change, path.task, &body).await?;
    change.ok(&task).await
}

#[derive(Deserialize)]
struct AssigneePath {
    task: TaskRef,
    user: UserId,
}

/// Assign a task; the person is told at once.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/assignees/{user}", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn assign(by: Member<Write>, Path(path): Path<AssigneePath>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::assign(&mut change, path.task, path.user, true).await?;
    change.ok(&task).await
}

/// Take somebody off a task.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/assignees/{user}", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn unassign(by: Member<Write>, Path(path): Path<AssigneePath>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::assign(&mut change, path.task, path.user, false).await?;
    change.ok(&task).await
}

#[derive(Deserialize)]
struct LabelPath {
    task: TaskRef,
    label: LabelId,
}

/// Put a label on a task.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/labels/{label}", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn label(by: Member<Write>, Path(path): Path<LabelPath>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::label(&mut change, path.task, path.label, true).await?;
    change.ok(&task).await
}

/// Take a label off a task.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/labels/{label}", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn unlabel(by: Member<Write>, Path(path): Path<LabelPath>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::label(&mut change, path.task, path.label, false).await?;
    change.ok(&task).await
}

/// Complete a task.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/completion", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn complete(by: Member<Write>, Path(path): Path<InPath>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::complete(&mut change, path.task, true).await?;
    change.ok(&task).await
}

/// Reopen a task.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/completion", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn reopen(by: Member<Write>, Path(path): Path<InPath>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::complete(&mut change, path.task, false).await?;
    change.ok(&task).await
}

/// Archive a task; editors those that they created.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/archive", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn archive(by: Member<Write>, Path(path): Path<InPath>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::archive(&mut change, path.task, true).await?;
    change.ok(&task).await
}

/// Take a task back from the archive.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/archive", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn unarchive(by: Member<Write>, Path(path): Path<InPath>) -> Result<Stored> {
    let mut change = by.change().await?;
    let task = tasks::archive(&mut change, path.task, false).await?;
    change.ok(&task).await
}

#[derive(Deserialize)]
struct DependencyPath {
    task: TaskRef,
    other: TaskRef,
}

/// Let a task wait for another one.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/dependencies/{other}", tag = "tasks", request_body = Option<SetDependency>, responses((status = 200, body = Dependency)))]
async fn depend(
    by: Member<Write>,
    Path(path): Path<DependencyPath>,
    OptionalJson(body): OptionalJson<SetDependency>,
) -> Result<Stored> {
    let mut change = by.change().await?;
    let dependency = dependencies::set(&mut change, path.task, path.other, body.lag_days).await?;
    change.ok(&dependency).await
}

/// Let it wait no longer.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/dependencies/{other}", tag = "tasks", responses((status = 204)))]
async fn undepend(by: Member<Write>, Path(path): Path<DependencyPath>) -> Result<Stored> {
    let mut change = by.change().await?;
    dependencies::remove(&mut change, path.task, path.other).await?;
    change.done().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(show, patch, remove))
        .routes(routes!(place))
        .routes(routes!(assign, unassign))
        .routes(routes!(label, unlabel))
        .routes(routes!(complete, reopen))
        .routes(routes!(archive, unarchive))
        .routes(routes!(depend, undepend))
}
