//! API tokens.

use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::Me,
    app::App,
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
async fn list(by: Me) -> Result<Json<List<Token>>> {
    by.caller.in_person()?;
    Ok(Json(List::whole(tokens::list(&by.app, by.id()).await?)))
}

/// Make a token. Its secret is in this answer only.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = NewToken, responses((status = 201, body = Minted)))]
async fn create(by: Me, Json(body): Json<NewToken>) -> Result<Stored> {
    by.caller.in_person()?;
    let mut work = by.work().await?;
    let minted = tokens::create(&mut work, by.id(), body).await?;
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
async fn remove(by: Me, Path(path): Path<InPath>) -> Result<Stored> {
    by.caller.in_person()?;
    let once = || async {
        let mut work = by.work_from_reserve().await?;
        tokens::remove(&mut work, by.id(), path.token).await?;
        work.done().await
    };
    let answer = by.app.db.making_room(once).await?;
    by.app.hub.end(path.token.0);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(remove))
}
