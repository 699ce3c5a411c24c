//! Saved views.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Read,
    base::{error::Result, ids::ViewId, stored_response::StoredResponse},
    http::{
        extract::{Json, Path},
        guard::Member,
        query::{List, Page, Query},
    },
    model::views::{self, NewView, View, ViewPatch},
};

#[derive(Deserialize)]
struct InPath {
    view: ViewId,
}

/// The views that are shared in a project, and one's own.
#[utoipa::path(get, path = "/projects/{project}/views", tag = "views", params(Page), responses((status = 200, body = List<View>)))]
async fn list(by: Member<Read>, Query(page): Query<Page>) -> Result<List<View>> {
    let after = page.cursor()?.map(ViewId);
    let items = views::list(&by.membership, after, page.rows()).await?;
    Ok(List::page(items, page.limit, |view| view.id.to_string()))
}

/// Save a view. Everybody has views of their own; editors share them.
#[utoipa::path(post, path = "/projects/{project}/views", tag = "views", request_body = NewView, responses((status = 201, body = View)))]
async fn create(by: Member<Read>, Json(body): Json<NewView>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let view = views::create(&mut change, body).await?;
    change.created(&view).await
}

/// Change a view: one's own, and as a manager what others share.
#[utoipa::path(patch, path = "/projects/{project}/views/{view}", tag = "views", request_body = ViewPatch, responses((status = 200, body = View)))]
async fn patch(by: Member<Read>, Path(path): Path<InPath>, Json(body): Json<ViewPatch>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let view = views::patch(&mut change, path.view, body).await?;
    change.ok(&view).await
}

/// Delete a view: one's own, and as a manager what others share.
#[utoipa::path(delete, path = "/projects/{project}/views/{view}", tag = "views", responses((status = 204)))]
async fn remove(by: Member<Read>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    views::remove(&mut change, path.view).await?;
    change.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(patch, remove))
}
