//! The snapshot of a project.

use std::sync::Arc;

use axum::{
    Extension,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Read,
    base::error::{Error, Result},
    http::{conditional, encoding, guard::Member},
    log::LogPosition,
    model::boards::{self, Board, BoardCache, Encoding},
};

fn etag(app: &App, head: LogPosition) -> String {
    format!("\"{}\"", head.cursor(&app.epoch))
}

/// What the client takes.
fn encoding(headers: &HeaderMap) -> Encoding {
    if encoding::accepts(headers, &["gzip", "x-gzip"]) { Encoding::Gzip } else { Encoding::Identity }
}

/// Everything on the board at one moment. With `If-None-Match` 304 when nothing happened since.
#[utoipa::path(get, path = "/projects/{project}/board", tag = "board", responses((status = 200, body = Board), (status = 304)))]
async fn show(by: Member<Read>, cache: Extension<Arc<BoardCache>>, headers: HeaderMap) -> Result<Response> {
    let head = boards::head(&by.membership).await?;
    let encoding = encoding(&headers);
    let now = match encoding {
        Encoding::Gzip => conditional::encoded(&etag(&by.app, head), "gzip"),
        Encoding::Identity => etag(&by.app, head),
    };
    if conditional::is_known(&headers, &now) {
        return tagged(StatusCode::NOT_MODIFIED.into_response(), &now);
    }
    let board = cache.get(&by.membership, &by.app.epoch, encoding, head).await?;
    let etag = etag(&by.app, board.head);
    let mut response = board.bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if encoding == Encoding::Gzip {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    tagged(response, &etag)
}

fn tagged(mut response: Response, etag: &str) -> Result<Response> {
    let value = HeaderValue::try_from(etag).map_err(|error| Error::Internal(error.to_string()))?;
    let headers = response.headers_mut();
    headers.insert(header::ETAG, value);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show)).layer(Extension(Arc::new(BoardCache::default())))
}
