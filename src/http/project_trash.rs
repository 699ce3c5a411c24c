//! Deleted projects.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    base::{error::Result, ids::ProjectId, stored_response::StoredResponse},
    http::{
        extract::Path,
        guard::Me,
        query::{List, Page, Query},
        trash::After,
    },
    model::{
        project_trash::{self, TrashedProject},
        projects::Project,
    },
};

#[derive(Deserialize)]
struct InPath {
    deleted: ProjectId,
}

/// The deleted projects that one owns, the last deleted first. They go for good after 30 days.
#[utoipa::path(get, path = "/trash", tag = "projects", params(Page), responses((status = 200, body = List<TrashedProject>)))]
async fn trashed(by: Me, Query(page): Query<Page>) -> Result<List<TrashedProject>> {
    let after = page.cursor::<After>()?.map(|After(at, id)| (at, ProjectId(id)));
    let within = by.caller.within();
    let items = project_trash::list(&by.app.db, by.id(), within.as_deref(), after, page.rows()).await?;
    Ok(List::page(items, page.limit, |entry| After(entry.deleted_at, entry.id.0).to_string()))
}

/// Bring a deleted project back, with everything in it and everybody on it. Where another project of yours has its key
/// meanwhile, it comes back with a number behind the key.
#[utoipa::path(post, path = "/trash/{deleted}/restore", tag = "projects", responses((status = 200, body = Project)))]
async fn restore(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let tx = by.begin_for(path.deleted).await?;
    let (change, project) = project_trash::restore(tx, &by.caller, path.deleted).await?;
    change.ok(&project).await
}

/// Delete a project that is in the trash for good.
#[utoipa::path(delete, path = "/trash/{deleted}", tag = "projects", responses((status = 204)))]
async fn purge(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut tx = by.begin_for(path.deleted).await?;
    project_trash::purge(&mut tx, &by.caller, path.deleted).await?;
    tx.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(trashed)).routes(routes!(restore)).routes(routes!(purge))
}
