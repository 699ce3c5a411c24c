//! API tokens.

use std::sync::Arc;

use axum::{Extension, extract::State};
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::Caller,
    app::App,
    change::{Request, Work},
    error::Result,
    http::extract::{Json, List, Path},
    ids::TokenId,
    model::{
        answers::Stored,
        tokens::{self, Minted, NewToken, Token},
    },
};

/// One's own tokens, without their secrets.
#[utoipa::path(get, path = "/tokens", tag = "tokens", responses((status = 200, body = List<Token>)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<List<Token>>> {
    caller.in_person()?;
    Ok(Json(List::whole(tokens::list(&app, caller.user.id).await?)))
}

/// Make a token. Its secret is in this answer only.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = NewToken, responses((status = 201, body = Minted)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Extension(request): Extension<Arc<Request>>,
    Json(body): Json<NewToken>,
) -> Result<Stored> {
    caller.in_person()?;
    let mut work = Work::begin(&app, &caller, &request).await?;
    let minted = tokens::create(&mut work, caller.user.id, body).await?;
    // A retry gets the token without the secret, which is not written down anywhere.
    let kept = Stored::json(StatusCode::CREATED, &minted.token)?;
    let answer = Stored::json(StatusCode::CREATED, &minted)?;
    work.answer_keeping(answer, &kept).await
}

#[derive(Deserialize)]
struct InPath {
    token: TokenId,
}

/// Revoke a token; its streams end at once.
#[utoipa::path(delete, path = "/tokens/{token}", tag = "tokens", responses((status = 204)))]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    Extension(request): Extension<Arc<Request>>,
    Path(path): Path<InPath>,
) -> Result<Stored> {
    caller.in_person()?;
    let mut work = Work::begin(&app, &caller, &request).await?;
    tokens::remove(&mut work, caller.user.id, path.token).await?;
    let answer = work.done().await?;
    app.hub.end(path.token.0);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(remove))
}
