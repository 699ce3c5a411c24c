//! Deleting on a full disk: what is deleted makes room, and takes the ballast's space to be told of.

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};
use http_body_util::BodyExt;

use crate::{app::App, base::error::Error};

/// Run a DELETE once more when the disk was full, with the space of the ballast. The first attempt has changed nothing.
pub async fn retry_from_ballast(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method() != Method::DELETE {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // It was read within the limits before.
    let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Error::BadRequest("the body broke off".into()).into_response();
    };
    let again = Request::from_parts(parts.clone(), Body::from(body.clone()));
    let response = next.clone().run(Request::from_parts(parts, Body::from(body))).await;
    if response.status() == StatusCode::INSUFFICIENT_STORAGE && app.db.release_ballast().await {
        return next.run(again).await;
    }
    response
}
