//! Projects.

use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::{Manage, Own, Read},
    base::{error::Result, ids::ProjectId, stored_response::StoredResponse},
    http::{
        extract::Json,
        guard::{Me, Member},
        query::{List, Page, Query},
    },
    model::{
        copies::{self, ProjectCopy},
        pins::{self, Pinned},
        projects::{self, Archived, NewProject, Project, ProjectPatch, ProjectSummary},
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those that are not archived, only those that are, or both.
    #[serde(default)]
    #[param(inline)]
    archived: Archived,
}

/// The projects that one belongs to.
#[utoipa::path(get, path = "/projects", tag = "projects", params(Filter, Page), responses((status = 200, body = List<ProjectSummary>)))]
async fn list(by: Me, Query(filter): Query<Filter>, Query(page): Query<Page>) -> Result<List<ProjectSummary>> {
    let after = page.cursor()?.map(ProjectId);
    let within = by.caller.within();
    let items = projects::list(&by.app.db, by.id(), within.as_deref(), filter.archived, after, page.rows()).await?;
    Ok(List::page(items, page.limit, |last| last.project.id.to_string()))
}

/// Create a project, as its owner.
#[utoipa::path(post, path = "/projects", tag = "projects", request_body = NewProject, responses((status = 201, body = Project)))]
async fn create(by: Me, Json(body): Json<NewProject>) -> Result<StoredResponse> {
    by.caller.unrestricted()?;
    let tx = by.begin().await?;
    let (change, project) = projects::create(tx, body).await?;
    change.created(&project).await
}

/// A project.
#[utoipa::path(get, path = "/projects/{project}", tag = "projects", responses((status = 200, body = Project)))]
async fn show(by: Member<Read>) -> Result<StoredResponse> {
    StoredResponse::json(StatusCode::OK, &projects::find(&by.membership).await?)
}

/// Change its name, key or description.
#[utoipa::path(patch, path = "/projects/{project}", tag = "projects", request_body = ProjectPatch, responses((status = 200, body = Project)))]
async fn patch(by: Member<Manage>, Json(body): Json<ProjectPatch>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let project = projects::patch(&mut change, body).await?;
    change.ok(&project).await
}

/// Delete it with everything in it, for everybody. It is in the trash of its owners for 30 days.
#[utoipa::path(delete, path = "/projects/{project}", tag = "projects", responses((status = 204)))]
async fn remove(by: Member<Own>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    projects::remove(&mut change).await?;
    change.no_content().await
}

/// Archive it: everything stays readable, nothing can be changed.
#[utoipa::path(put, path = "/projects/{project}/archive", tag = "projects", responses((status = 200, body = Project)))]
async fn archive(by: Member<Manage>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let project = projects::archive(&mut change, true).await?;
    change.ok(&project).await
}

/// Take it back from the archive.
#[utoipa::path(delete, path = "/projects/{project}/archive", tag = "projects", responses((status = 200, body = Project)))]
async fn unarchive(by: Member<Manage>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let project = projects::archive(&mut change, false).await?;
    change.ok(&project).await
}

/// Keep it on top of one's projects.
#[utoipa::path(put, path = "/projects/{project}/pin", tag = "projects", responses((status = 200, body = Pinned)))]
async fn pin(by: Member<Read>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let pinned = pins::set(&mut change, true).await?;
    change.ok(&pinned).await
}

/// Keep it on top no longer.
#[utoipa::path(delete, path = "/projects/{project}/pin", tag = "projects", responses((status = 200, body = Pinned)))]
async fn unpin(by: Member<Read>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let pinned = pins::set(&mut change, false).await?;
    change.ok(&pinned).await
}

/// Make a project like this one, as its owner: with its columns, labels, milestones and open tasks, and on request with its
/// people. Comments, attachments and archived tasks stay behind.
#[utoipa::path(post, path = "/projects/{project}/duplicate", tag = "projects", request_body = ProjectCopy, responses((status = 201, body = Project)))]
async fn duplicate(by: Member<Read>, Json(body): Json<ProjectCopy>) -> Result<StoredResponse> {
    by.caller.unrestricted()?;
    let tx = by.begin_elsewhere().await?;
    let (change, project) = copies::project(tx, &by.caller, &by.membership, body).await?;
    change.created(&project).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, patch, remove))
        .routes(routes!(archive, unarchive))
        .routes(routes!(pin, unpin))
        .routes(routes!(duplicate))
}
