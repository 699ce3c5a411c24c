//! Projects as administrators see them: never what is in one.

use axum::Extension;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::audit::{self, Act, Entry, Target},
    base::{error::Result, ids::ProjectId, stored_response::StoredResponse},
    change::{Change, Grant, Transaction},
    http::{
        client_address::Client,
        extract::{Json, Path},
        guard::Me,
        query::{List, Page, Query},
    },
    model::{
        admin_projects::{self, AdminProject, NewOwner},
        members::{self, Member},
        projects,
    },
};

const fn yes() -> bool {
    true
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only the projects of which no owner can sign in; `false` for all. Names are told of those only.
    #[serde(default = "yes")]
    #[param(required = false)]
    orphaned: bool,
}

/// The projects without an owner who can sign in, or all, for administrators.
#[utoipa::path(get, path = "/admin/projects", tag = "admin", params(Filter, Page), responses((status = 200, body = List<AdminProject>)))]
async fn list_projects(by: Me, Query(filter): Query<Filter>, Query(page): Query<Page>) -> Result<List<AdminProject>> {
    by.caller.admin()?;
    let after = page.cursor()?.map(ProjectId);
    let projects = admin_projects::list(&by.app.db, filter.orphaned, after, page.rows()).await?;
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
    let entry = Entry::new(Act::GiveOwner).about(Target::User(body.user_id)).named(member.name.as_str());
    change.audit(entry.in_project(path.project));
    let answer = change.ok(&member).await?;
    audit::gave_owner(by.id(), path.project, body.user_id, client.0);
    Ok(answer)
}

/// Change a project of which the administrator may be no member.
async fn change(mut tx: Transaction, project: ProjectId) -> Result<Change> {
    admin_projects::check(&mut tx, project).await?;
    tx.lock_project(project, Grant::Administrator).await
}

/// Archive a project: everything stays readable for its members, nothing can be changed.
#[utoipa::path(put, path = "/admin/projects/{project}/archive", tag = "admin", responses((status = 204)))]
async fn archive_project(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    by.caller.admin()?;
    let mut change = change(by.begin().await?, path.project).await?;
    projects::archive(&mut change, true).await?;
    change.audit(Entry::new(Act::ProjectArchive).about(Target::Project(path.project)));
    change.no_content().await
}

/// Take a project back from the archive.
#[utoipa::path(delete, path = "/admin/projects/{project}/archive", tag = "admin", responses((status = 204)))]
async fn unarchive_project(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    by.caller.admin()?;
    let mut change = change(by.begin().await?, path.project).await?;
    projects::archive(&mut change, false).await?;
    change.audit(Entry::new(Act::ProjectUnarchive).about(Target::Project(path.project)));
    change.no_content().await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Deletion {
    /// Your own password.
    current_password: String,
}

/// Delete a project with everything in it, for everybody. It is in the trash of its owners for 30 days.
#[utoipa::path(put, path = "/admin/projects/{project}/deletion", tag = "admin", request_body = Deletion, responses((status = 204)))]
async fn remove_project(
    by: Me,
    Extension(client): Extension<Client>,
    Path(path): Path<InPath>,
    Json(body): Json<Deletion>,
) -> Result<StoredResponse> {
    by.caller.admin()?;
    by.confirm(&body.current_password, client).await?;
    let mut change = change(by.begin_without_idempotency().await?, path.project).await?;
    projects::remove(&mut change).await?;
    change.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_projects))
        .routes(routes!(give_owner))
        .routes(routes!(archive_project, unarchive_project))
        .routes(routes!(remove_project))
}
