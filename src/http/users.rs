//! Accounts: signing up, and the administrators' view of all of them.

use std::sync::Arc;

use axum::{Extension, extract::State, http::HeaderMap};
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::Me,
    app::App,
    change::Request,
    error::Result,
    http::{
        extract::{Json, Limit, List, Path, Query, cursor_id},
        intake::Client,
        session::{SignedIn, user_agent},
    },
    ids::UserId,
    model::{
        answers::Stored,
        sessions::{self, Beginning},
        users::{self, Account, AccountPatch, NewUser},
    },
};

/// Sign up, as the instance's policy allows, and sign in.
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUser, responses((status = 201, body = SignedIn)))]
async fn create(
    State(app): State<App>,
    Extension(request): Extension<Arc<Request>>,
    Extension(client): Extension<Client>,
    session: Session,
    headers: HeaderMap,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, Json<SignedIn>)> {
    app.limits.sign_in("", client.0)?;
    let beginning = Beginning::new(&session, false, user_agent(&headers)).await?;
    let (user, beginning) = users::sign_up(&app, &request, body, beginning).await?;
    if let Some(former) = beginning.hand_over(&session).await {
        app.hub.end(former.0);
    }
    Ok((StatusCode::CREATED, Json(SignedIn { user })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    #[serde(default)]
    q: String,
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// All accounts, for administrators.
#[utoipa::path(get, path = "/admin/users", tag = "admin", responses((status = 200, body = List<Account>)))]
async fn list(by: Me, Query(listing): Query<Listing>) -> Result<Json<List<Account>>> {
    by.caller.admin()?;
    let after = cursor_id(listing.cursor.as_deref())?.map(UserId);
    let accounts = users::list(&by.app, &listing.q, after, listing.limit.0 + 1).await?;
    Ok(Json(List::page(accounts, listing.limit, |account| account.user.id.to_string())))
}

#[derive(Deserialize)]
struct InPath {
    user: UserId,
}

/// Make or unmake an administrator, disable or enable an account.
#[utoipa::path(patch, path = "/admin/users/{user}", tag = "admin", request_body = AccountPatch, responses((status = 200, body = Account)))]
async fn administer(by: Me, Path(path): Path<InPath>, Json(body): Json<AccountPatch>) -> Result<Stored> {
    by.caller.admin()?;
    let mut work = by.work().await?;
    let account = users::administer(&mut work, path.user, &body).await?;
    // The rows of the sessions go too: enabled again, an account signs in anew.
    let ends = account.disabled_at.is_some() || (body.admin == Some(true) && path.user != by.id());
    if ends {
        sessions::remove_others(&mut work, path.user, None).await?;
    }
    let answer = work.ok(&account).await?;
    if ends {
        by.app.hub.end_user(path.user, None);
    }
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(list)).routes(routes!(administer))
}
