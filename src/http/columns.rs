//! Columns.

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Manage,
    base::{error::Result, ids::ColumnId, stored_response::StoredResponse},
    http::{
        extract::{Json, Path},
        guard::Member,
        query::Query,
    },
    model::columns::{self, Column, ColumnPatch, ColumnPosition, NewColumn},
};

#[derive(Deserialize)]
struct InPath {
    column: ColumnId,
}

/// Create a column.
#[utoipa::path(post, path = "/projects/{project}/columns", tag = "columns", request_body = NewColumn, responses((status = 201, body = Column)))]
async fn create(by: Member<Manage>, Json(body): Json<NewColumn>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let column = columns::create(&mut change, body).await?;
    change.created(&column).await
}

/// Change its name, limit or kind.
#[utoipa::path(patch, path = "/projects/{project}/columns/{column}", tag = "columns", request_body = ColumnPatch, responses((status = 200, body = Column)))]
async fn patch(by: Member<Manage>, Path(path): Path<InPath>, Json(body): Json<ColumnPatch>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let column = columns::patch(&mut change, path.column, body).await?;
    change.ok(&column).await
}

/// Move it behind another one.
#[utoipa::path(put, path = "/projects/{project}/columns/{column}/position", tag = "columns", request_body = ColumnPosition, responses((status = 200, body = Column)))]
async fn place(
    by: Member<Manage>,
    Path(path): Path<InPath>,
    Json(body): Json<ColumnPosition>,
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let column = columns::place(&mut change, path.column, &body).await?;
    change.ok(&column).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Removal {
    /// The column that its tasks go to.
    move_to: Option<ColumnId>,
}

/// Delete it; tasks in it need `move_to`.
#[utoipa::path(delete, path = "/projects/{project}/columns/{column}", tag = "columns", params(Removal), responses((status = 204)))]
async fn remove(
    by: Member<Manage>,
    Path(path): Path<InPath>,
    Query(removal): Query<Removal>,
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    columns::remove(&mut change, path.column, removal.move_to).await?;
    change.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(patch, remove)).routes(routes!(place))
}
