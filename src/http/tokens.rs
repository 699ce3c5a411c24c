//! API tokens.

use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        audit::{Act, Entry, Target},
        tokens::{self, CreatedToken, NewToken, Token},
    },
    base::{error::Result, ids::TokenId, stored_response::StoredResponse},
    http::{
        extract::{Json, Path},
        guard::Me,
        query::{List, Page, Query},
    },
};

/// One's own tokens, without their secrets.
#[utoipa::path(get, path = "/tokens", tag = "tokens", params(Page), responses((status = 200, body = List<Token>)))]
async fn list(by: Me, Query(page): Query<Page>) -> Result<List<Token>> {
    by.caller.in_person()?;
    let before = page.cursor()?.map(TokenId);
    let tokens = tokens::list(&by.app.db, by.id(), before, page.rows()).await?;
    Ok(List::page(tokens, page.limit, |last| last.id.to_string()))
}

/// Make a token. Its secret is in this answer only.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = NewToken, responses((status = 201, body = CreatedToken)))]
async fn create(by: Me, Json(body): Json<NewToken>) -> Result<StoredResponse> {
    by.caller.in_person()?;
    let mut tx = by.begin().await?;
    let at = tx.at();
    let created = tokens::create(tx.tx(), at, by.id(), body).await?;
    let token = &created.token;
    tx.audit(
        Entry::new(Act::TokenCreate)
            .about(Target::Other("token", token.id.0))
            .named(token.name.as_str())
            .with("scopes", &token.scopes)
            .with("project_ids", &token.project_ids)
            .with("expires_at", token.expires_at),
    );
    // A retry gets the token without the secret, which is not written down anywhere.
    let kept = StoredResponse::json(StatusCode::CREATED, &created.token)?;
    let answer = StoredResponse::json(StatusCode::CREATED, &created)?;
    tx.answer_storing(answer, &kept).await
}

#[derive(Deserialize)]
struct InPath {
    token: TokenId,
}

/// Revoke a token; its streams end at once.
#[utoipa::path(delete, path = "/tokens/{token}", tag = "tokens", responses((status = 204)))]
async fn remove(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    by.caller.in_person()?;
    let once = || async {
        let mut tx = by.begin_from_reserve().await?;
        tokens::remove(tx.tx(), by.id(), path.token).await?;
        tx.audit(Entry::new(Act::TokenRevoke).about(Target::Other("token", path.token.0)));
        tx.no_content().await
    };
    let answer = by.app.db.retry_from_ballast(once).await?;
    by.app.live.end_credential(path.token.0);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(remove))
}
