//! The sessions and the tokens of a person, as administrators see and end them.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        audit::{Act, Entry, Target},
        sessions::{self, SessionInfo},
        tokens::{self, Token},
    },
    base::{
        error::Result,
        ids::{SessionId, TokenId, UserId},
        stored_response::StoredResponse,
    },
    http::{
        extract::Path,
        guard::Me,
        me::sessions_of,
        query::{List, Page, Query},
    },
    model::users,
};

#[derive(Deserialize)]
struct InPath {
    user: UserId,
}

#[derive(Deserialize)]
struct OfSession {
    user: UserId,
    session: SessionId,
}

#[derive(Deserialize)]
struct OfToken {
    user: UserId,
    token: TokenId,
}

/// Where a person is signed in, for administrators.
#[utoipa::path(get, path = "/admin/users/{user}/sessions", tag = "accounts", params(Page), responses((status = 200, body = List<SessionInfo>)))]
async fn list_sessions(by: Me, Path(path): Path<InPath>, Query(page): Query<Page>) -> Result<List<SessionInfo>> {
    by.caller.admin()?;
    users::account(&by.app.db, path.user).await?;
    sessions_of(&by, path.user, &page).await
}

/// Sign a person out somewhere.
#[utoipa::path(delete, path = "/admin/users/{user}/sessions/{session}", tag = "accounts", responses((status = 204)))]
async fn end_session(by: Me, Path(path): Path<OfSession>) -> Result<StoredResponse> {
    by.caller.admin()?;
    let account = users::account(&by.app.db, path.user).await?;
    let once = || async {
        let mut tx = by.begin_from_reserve().await?;
        sessions::remove(tx.tx(), path.user, path.session).await?;
        let entry = Entry::new(Act::SessionEnd).about(Target::User(path.user)).named(account.user.email.as_str());
        tx.audit(entry.with("session_id", path.session));
        tx.no_content().await
    };
    let answer = by.app.db.retry_from_ballast(once).await?;
    by.app.live.end_credential(path.session.0);
    Ok(answer)
}

/// The tokens of a person, without their secrets, for administrators.
#[utoipa::path(get, path = "/admin/users/{user}/tokens", tag = "accounts", params(Page), responses((status = 200, body = List<Token>)))]
async fn list_tokens(by: Me, Path(path): Path<InPath>, Query(page): Query<Page>) -> Result<List<Token>> {
    by.caller.admin()?;
    users::account(&by.app.db, path.user).await?;
    let before = page.cursor()?.map(TokenId);
    let tokens = tokens::list(&by.app.db, path.user, before, page.rows()).await?;
    Ok(List::page(tokens, page.limit, |last| last.id.to_string()))
}

/// Revoke a token of a person; its streams end at once.
#[utoipa::path(delete, path = "/admin/users/{user}/tokens/{token}", tag = "accounts", responses((status = 204)))]
async fn revoke_token(by: Me, Path(path): Path<OfToken>) -> Result<StoredResponse> {
    by.caller.admin()?;
    let account = users::account(&by.app.db, path.user).await?;
    let once = || async {
        let mut tx = by.begin_from_reserve().await?;
        tokens::remove(tx.tx(), path.user, path.token).await?;
        let entry = Entry::new(Act::TokenRevoke).about(Target::User(path.user)).named(account.user.email.as_str());
        tx.audit(entry.with("token_id", path.token));
        tx.no_content().await
    };
    let answer = by.app.db.retry_from_ballast(once).await?;
    by.app.live.end_credential(path.token.0);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_sessions))
        .routes(routes!(end_session))
        .routes(routes!(list_tokens))
        .routes(routes!(revoke_token))
}
