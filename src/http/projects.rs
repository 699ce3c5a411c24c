//! Projects.

use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Manage, Me, Member, Own, Read},
    app::App,
    error::Result,
    http::extract::{Json, Limit, List, Query, cursor_id},
    ids::ProjectId,
    model::{
        answers::Stored,
        projects::{self, Archived, NewProject, Project, ProjectPatch, ProjectSummary},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    #[serde(default)]
    archived: Archived,
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// The projects that one belongs to.
#[utoipa::path(get, path = "/projects", tag = "projects", responses((status = 200, body = List<ProjectSummary>)))]
async fn list(by: Me, Query(listing): Query<Listing>) -> Result<Json<List<ProjectSummary>>> {
    let after = cursor_id(listing.cursor.as_deref())?.map(ProjectId);
    let items = projects::list(&by.app, by.id(), listing.archived, after, listing.limit.0 + 1).await?;
    let mut page = List::page(items, listing.limit, |last| last.project.id.to_string());
    page.items.retain(|item| by.caller.reaches(item.project.id));
    Ok(Json(page))
}

/// Create a project, as its owner.
#[utoipa::path(post, path = "/projects", tag = "projects", request_body = NewProject, responses((status = 201, body = Project)))]
async fn create(by: Me, Json(body): Json<NewProject>) -> Result<Stored> {
    by.caller.unrestricted()?;
    let work = by.work().await?;
    let (change, project) = projects::create(work, body).await?;
    change.created(&project).await
}

/// A project.
#[utoipa::path(get, path = "/projects/{project}", tag = "projects", responses((status = 200, body = Project)))]
async fn show(by: Member<Read>) -> Result<Stored> {
    Stored::json(StatusCode::OK, &projects::find(&by.app, by.project).await?)
}

/// Change its name, key or description.
#[utoipa::path(patch, path = "/projects/{project}", tag = "projects", request_body = ProjectPatch, responses((status = 200, body = Project)))]
async fn patch(by: Member<Manage>, Json(body): Json<ProjectPatch>) -> Result<Stored> {
    let mut change = by.change().await?;
    let project = projects::patch(&mut change, body).await?;
    change.ok(&project).await
}

/// Delete it with everything in it.
#[utoipa::path(delete, path = "/projects/{project}", tag = "projects", responses((status = 204)))]
async fn remove(by: Member<Own>) -> Result<Stored> {
    let mut change = by.change_even_archived().await?;
    projects::remove(&mut change).await?;
    change.done().await
}

/// Archive it: everything stays readable, nothing can be changed.
#[utoipa::path(put, path = "/projects/{project}/archive", tag = "projects", responses((status = 200, body = Project)))]
async fn archive(by: Member<Manage>) -> Result<Stored> {
    let mut change = by.change_even_archived().await?;
    let project = projects::archive(&mut change, true).await?;
    change.ok(&project).await
}

/// Take it back from the archive.
#[utoipa::path(delete, path = "/projects/{project}/archive", tag = "projects", responses((status = 200, body = Project)))]
async fn unarchive(by: Member<Manage>) -> Result<Stored> {
    let mut change = by.change_even_archived().await?;
    let project = projects::archive(&mut change, false).await?;
    change.ok(&project).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, patch, remove))
        .routes(routes!(archive, unarchive))
}
