//! Tasks, and the states of a task, which are resources of their own.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::{Read, Write},
    base::{
        clock::Timestamp,
        error::Result,
        ids::{LabelId, TaskId, UserId},
        stored_response::StoredResponse,
    },
    http::{
        conditional,
        extract::{Json, OptionalJson, Path},
        guard::{Me, Member},
        query::{List, Page, Query},
        task_filter::Filter,
    },
    model::{
        dependencies::{self, Dependency, SetDependency},
        quiet_tasks::{self, QuietTask},
        task_lists::{self, ListedTask},
        tasks::{
            self, ArchivedAfter, BulkChange, ChangedTasks, NewTask, Task, TaskDetail, TaskPatch, TaskPosition, TaskRef,
        },
        watching,
    },
};

#[derive(Deserialize)]
struct InPath {
    task: TaskRef,
}

/// Create a task.
#[utoipa::path(post, path = "/projects/{project}/tasks", tag = "tasks", request_body = NewTask, responses((status = 201, body = TaskDetail)))]
async fn create(by: Member<Write>, Json(body): Json<NewTask>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::create(&mut change, body).await?;
    change.created(&task).await
}

/// Change, move, complete, archive or delete up to 500 tasks at once: all of them, or none. 409 `tasks_blocked` lists
/// those that stand in the way. Editors archive and delete the tasks that they created.
#[utoipa::path(post, path = "/projects/{project}/tasks/bulk", tag = "tasks", request_body = BulkChange, responses((status = 200, body = ChangedTasks)))]
async fn change_all(by: Member<Write>, Json(body): Json<BulkChange>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let changed = tasks::change_all(&mut change, body).await?;
    change.ok(&changed).await
}

/// The tasks of a project by pages.
#[utoipa::path(get, path = "/projects/{project}/tasks", tag = "tasks", params(Filter, Page), responses((status = 200, body = List<Task>)))]
async fn list(by: Member<Read>, Query(filter): Query<Filter>, Query(page): Query<Page>) -> Result<List<Task>> {
    // As the page reads them: by an index of the database, whatever their number.
    if filter.is_plain() {
        let items = tasks::open(&by.membership, page.cursor()?.unwrap_or(0), page.rows()).await?;
        return Ok(List::page(items, page.limit, |task| task.number.to_string()));
    }
    if filter.is_archive() {
        let items = tasks::archived(&by.membership, page.cursor()?, page.rows()).await?;
        return Ok(List::page(items, page.limit, |task| ArchivedAfter::of(task).to_string()));
    }
    let list = filter.list(&by.caller, Some(by.membership.project()), &page)?;
    let items = task_lists::list(by.membership.db(), &by.caller, list).await?;
    let List { items, next_cursor } = List::page(items, page.limit, |listed| listed.place().to_string());
    Ok(List { items: items.into_iter().map(|listed| listed.task).collect(), next_cursor })
}

/// The tasks of all projects that one belongs to, by pages.
#[utoipa::path(get, path = "/me/tasks", tag = "tasks", params(Filter, Page), responses((status = 200, body = List<ListedTask>)))]
async fn list_mine(by: Me, Query(filter): Query<Filter>, Query(page): Query<Page>) -> Result<List<ListedTask>> {
    let list = filter.list(&by.caller, None, &page)?;
    let items = task_lists::list(&by.app.db, &by.caller, list).await?;
    Ok(List::page(items, page.limit, |listed| listed.place().to_string()))
}

/// Create a task like this one, right below it: with its texts, labels, people, dates and checklist, and without its
/// comments, attachments and dependencies.
#[utoipa::path(post, path = "/projects/{project}/tasks/{task}/duplicate", tag = "tasks", responses((status = 201, body = TaskDetail)))]
async fn duplicate(by: Member<Write>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::duplicate(&mut change, path.task).await?;
    change.created(&task).await
}

/// The tasks that go to the archive within a week, by the rule of their column (`archive_after_days`), unless a
/// change touches them.
#[utoipa::path(get, path = "/projects/{project}/quiet-tasks", tag = "tasks", params(Page), responses((status = 200, body = List<QuietTask>)))]
async fn quiet(by: Member<Read>, Query(page): Query<Page>) -> Result<List<QuietTask>> {
    let after = page.cursor()?.map(TaskId);
    let items = quiet_tasks::list(&by.membership, Timestamp::now(), after, page.rows()).await?;
    Ok(List::page(items, page.limit, |task| task.task_id.to_string()))
}

/// A task as one of its readers sees it.
#[derive(Serialize, ToSchema)]
struct ShownTask {
    #[serde(flatten)]
    detail: TaskDetail,
    /// Whether the caller is told of its comments.
    watching: bool,
}

/// A task with its description; by id, by number, or as `WEB-12`.
#[utoipa::path(get, path = "/projects/{project}/tasks/{task}", tag = "tasks", responses((status = 200, body = ShownTask)))]
async fn show(by: Member<Read>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut tx = by.membership.read().await?;
    let detail = tasks::find_in(&mut tx, &by.membership, path.task).await?;
    let watch = watching::find(&mut tx, &by.membership, &detail.task).await?;
    let mut answer = StoredResponse::json(StatusCode::OK, &ShownTask { detail, watching: watch.watching })?;
    if !watch.unasked {
        // The version does not tell of it.
        answer.etag = answer.etag.map(|etag| conditional::personal(&etag));
    }
    Ok(answer)
}

/// Change fields (JSON Merge Patch).
#[utoipa::path(patch, path = "/projects/{project}/tasks/{task}", tag = "tasks", request_body = TaskPatch, responses((status = 200, body = TaskDetail)))]
async fn patch(by: Member<Write>, Path(path): Path<InPath>, Json(body): Json<TaskPatch>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::patch(&mut change, path.task, body).await?;
    change.ok(&task).await
}

/// Delete a task; editors those that they created.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}", tag = "tasks", responses((status = 204)))]
async fn remove(by: Member<Write>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    tasks::remove(&mut change, path.task).await?;
    change.no_content().await
}

/// Move a task between two neighbours.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/position", tag = "tasks", request_body = TaskPosition, responses((status = 200, body = TaskDetail)))]
async fn place(by: Member<Write>, Path(path): Path<InPath>, Json(body): Json<TaskPosition>) -> Result<StoredResponse> {
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
async fn assign(by: Member<Write>, Path(path): Path<AssigneePath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::assign(&mut change, path.task, path.user, true).await?;
    change.ok(&task).await
}

/// Take a member off a task.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/assignees/{user}", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn unassign(by: Member<Write>, Path(path): Path<AssigneePath>) -> Result<StoredResponse> {
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
async fn label(by: Member<Write>, Path(path): Path<LabelPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::label(&mut change, path.task, path.label, true).await?;
    change.ok(&task).await
}

/// Take a label off a task.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/labels/{label}", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn unlabel(by: Member<Write>, Path(path): Path<LabelPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::label(&mut change, path.task, path.label, false).await?;
    change.ok(&task).await
}

/// Complete a task.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/completion", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn complete(by: Member<Write>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::complete(&mut change, path.task, true).await?;
    change.ok(&task).await
}

/// Reopen a task.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/completion", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn reopen(by: Member<Write>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::complete(&mut change, path.task, false).await?;
    change.ok(&task).await
}

/// Archive a task; editors those that they created.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/archive", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn archive(by: Member<Write>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::archive(&mut change, path.task, true).await?;
    change.ok(&task).await
}

/// Take a task back from the archive.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/archive", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn unarchive(by: Member<Write>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::archive(&mut change, path.task, false).await?;
    change.ok(&task).await
}

#[derive(Deserialize)]
struct BoxPath {
    task: TaskRef,
    r#box: String,
}

/// Tick a box of the description, by the name that `data-box` in its HTML has.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/boxes/{box}", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn tick(by: Member<Write>, Path(path): Path<BoxPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::tick(&mut change, path.task, &path.r#box, true).await?;
    change.ok(&task).await
}

/// Clear a box of the description.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/boxes/{box}", tag = "tasks", responses((status = 200, body = TaskDetail)))]
async fn untick(by: Member<Write>, Path(path): Path<BoxPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = tasks::tick(&mut change, path.task, &path.r#box, false).await?;
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
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let dependency = dependencies::set(&mut change, path.task, path.other, body.lag_days).await?;
    change.ok(&dependency).await
}

/// Let it wait no longer.
#[utoipa::path(delete, path = "/projects/{project}/tasks/{task}/dependencies/{other}", tag = "tasks", responses((status = 204)))]
async fn undepend(by: Member<Write>, Path(path): Path<DependencyPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    dependencies::remove(&mut change, path.task, path.other).await?;
    change.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(list_mine))
        .routes(routes!(change_all))
        .routes(routes!(duplicate))
        .routes(routes!(quiet))
        .routes(routes!(show, patch, remove))
        .routes(routes!(place))
        .routes(routes!(assign, unassign))
        .routes(routes!(label, unlabel))
        .routes(routes!(complete, reopen))
        .routes(routes!(tick, untick))
        .routes(routes!(archive, unarchive))
        .routes(routes!(depend, undepend))
}
