//! Projects of which no owner can sign in, for administrators.

use axum::Extension;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::audit,
    base::{
        error::{Error, Result},
        ids::ProjectId,
        stored_response::StoredResponse,
    },
    change::Grant,
    http::{
        client_address::Client,
        extract::{Json, Path},
        guard::Me,
        query::{List, Page, Query},
    },
    model::{
        members::{self, Member},
        orphans::{self, NewOwner, OrphanedProject},
    },
};

const fn yes() -> bool {
    true
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only `true`: administrators see nothing of the projects that have an owner.
    #[serde(default = "yes")]
    #[param(required = false)]
    orphaned: bool,
}

/// The projects without an owner who can sign in, for administrators.
#[utoipa::path(get, path = "/admin/projects", tag = "admin", params(Filter, Page), responses((status = 200, body = List<OrphanedProject>)))]
async fn list_projects(
    by: Me,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Result<List<OrphanedProject>> {
    by.caller.admin()?;
    if !filter.orphaned {
        return Err(Error::invalid("/orphaned", "must be true: administrators see only projects without an owner"));
    }
    let after = page.cursor()?.map(ProjectId);
    let projects = orphans::list(&by.app.db, after, page.rows()).await?;
    Ok(List::page(projects, page.limit, |project| project.id.to_string()))
}

#[derive(Deserialize)]
struct InPath {
    project: ProjectId,
}

/// Give an owner to a project that has none who can sign in.
#[utoipa::path(put, path = "/admin/projects/{project}/owner", tag = "admin", request_body = NewOwner, responses((status = 200, body = Member)))]
async fn give_owner(
    by: Me,
    Extension(client): Extension<Client>,
    Path(path): Path<InPath>,
    Json(body): Json<NewOwner>,
) -> Result<StoredResponse> {
    by.caller.admin()?;
    let mut change = by.begin().await?.lock_project(path.project, Grant::Administrator).await?;
    let member = members::give_owner(&mut change, body.user_id).await?;
    let answer = change.ok(&member).await?;
    audit::gave_owner(by.id(), path.project, body.user_id, client.0);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_projects)).routes(routes!(give_owner))
}
