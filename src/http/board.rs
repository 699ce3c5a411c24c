//! The snapshot of a project.

use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Member, Read},
    app::App,
    error::{Error, Result},
    http::extract::Json,
    model::boards::{self, Board},
};

fn etag(app: &App, seq: i64) -> String {
    format!("\"{}.{seq}\"", app.epoch)
}

/// Everything on the board at one moment. With `If-None-Match` 304 when nothing happened since.
#[utoipa::path(get, path = "/projects/{project}/board", tag = "board", responses((status = 200, body = Board), (status = 304)))]
async fn show(by: Member<Read>, headers: HeaderMap) -> Result<Response> {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if let Some(known) = known {
        let now = etag(&by.app, boards::seq(&by.app, by.project).await?);
        if known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == now) {
            return tagged(StatusCode::NOT_MODIFIED.into_response(), &now);
        }
    }
    let board = boards::find(&by.app, by.project).await?;
    let etag = etag(&by.app, board.seq);
    tagged(Json(board).into_response(), &etag)
}

fn tagged(mut response: Response, etag: &str) -> Result<Response> {
    let value = HeaderValue::try_from(etag).map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().insert(header::ETAG, value);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}
