//! The snapshot of a project.

use std::sync::Arc;

use axum::{
    Extension,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Read,
    base::error::{Error, Result},
    http::{conditional, encoding, guard::Member, query::Query},
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

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct At {
    /// An earlier moment: the number of the event with which it ends, or an instant such as `2026-11-20T10:00:00Z`. The
    /// present when absent.
    at: Option<String>,
}

/// Everything on the board at one moment. With `If-None-Match` 304 when nothing happened since. The board of an earlier
/// moment (`at`) has `"past": true`; 410 `trimmed` where the log does not reach back so far.
#[utoipa::path(get, path = "/projects/{project}/board", tag = "board", params(At), responses((status = 200, body = Board), (status = 304)))]
async fn show(
    by: Member<Read>,
    cache: Extension<Arc<BoardCache>>,
    Query(asked): Query<At>,
    headers: HeaderMap,
) -> Result<Response> {
    if let Some(at) = asked.at {
        return show_past(&by, &at).await;
    }
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

async fn show_past(by: &Member<Read>, at: &str) -> Result<Response> {
    let moment = at.parse().map_err(|detail: String| Error::invalid("/at", detail))?;
    let board = boards::past(&by.membership, &by.app.epoch, moment).await?;
    let etag = format!("\"{}-past\"", board.end.cursor(&by.app.epoch));
    let mut response = board.bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
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
