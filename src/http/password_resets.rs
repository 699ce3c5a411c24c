//! Forgotten passwords.

use std::sync::Arc;

use axum::{Extension, extract::State, http::HeaderMap};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        audit::{self, Act, Entry, Target},
        limits,
        limits::Try,
    },
    base::{
        error::{Error, Result},
        ids::UserId,
        stored_response::StoredResponse,
    },
    change::Request,
    http::{
        client_address::Client,
        extract::{Json, OptionalJson, Path},
        guard::Me,
        observe::LimitSlot,
        session::user_agent,
    },
    model::{
        password_resets::{self, ForgottenPassword, NewPassword, PasswordLink},
        sign_ins::{self, Method, Origin},
    },
};

/// Ask for a link by which one chooses a new password. It goes to the address by mail; the answer is the same whether there
/// is an account with this address or not.
#[utoipa::path(post, path = "/password-resets", tag = "session", security(()), request_body = ForgottenPassword, responses((status = 202, description = "A mail is on its way, if there is such an account and this server sends mails.")))]
async fn ask(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    Json(body): Json<ForgottenPassword>,
) -> Result<StatusCode> {
    // Each mail counts like a wrong password, in a budget of its own: no box is filled from here.
    let account = format!("reset {}", body.email.as_str());
    let tried = app.limits.try_password(Some(&account), client.0);
    limit.note(limits::SIGN_INS, tried, Try::left)?.mistake();
    app.noted.asked_for_password(body.email.as_str(), client.0);
    // By itself: how long it takes does not tell whether there is an account.
    tokio::spawn(async move {
        if let Err(error) = password_resets::ask(&app, &body.email).await {
            tracing::warn!(%error, "a link for a new password could not be sent");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

/// Choose a new password by a link. All sessions of the account end.
#[utoipa::path(put, path = "/password-resets", tag = "session", security(()), request_body = NewPassword, responses((status = 204)))]
async fn take(
    State(app): State<App>,
    Extension(request): Extension<Arc<Request>>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Json(body): Json<NewPassword>,
) -> Result<StatusCode> {
    let tried = app.limits.try_secret(client.0)?;
    let taken = password_resets::take(&app, &request, body).await;
    if matches!(taken, Err(Error::NotFound)) {
        tried.mistake();
    } else {
        tried.withdraw();
    }
    let user = taken?;
    audit::changed_password(user, client.0);
    sign_ins::note(&app, user, &Origin::new(client.0, user_agent(&headers)), Method::Link).await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct InPath {
    user: UserId,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordLinkRequest {
    /// Your own password: needed where the account is another administrator's.
    current_password: Option<String>,
}

/// Make a link by which a person chooses a new password, to hand over. It works once, for a day, and as long as its maker is
/// an administrator.
#[utoipa::path(post, path = "/admin/users/{user}/password-link", tag = "accounts", request_body = Option<PasswordLinkRequest>, responses((status = 201, body = PasswordLink)))]
async fn link(
    by: Me,
    Extension(client): Extension<Client>,
    Path(path): Path<InPath>,
    OptionalJson(body): OptionalJson<PasswordLinkRequest>,
) -> Result<StoredResponse> {
    by.caller.admin()?;
    if password_resets::is_grave(&by.app.db, path.user, by.id()).await? {
        let needed =
            || Error::invalid("/current_password", "your password is needed: this is an administrator's account");
        by.confirm(body.current_password.as_deref().ok_or_else(needed)?, client).await?;
    }
    // The answer holds a secret, which is not kept for retries.
    let mut tx = by.begin_without_idempotency().await?;
    let link = password_resets::link(&mut tx, path.user, Some(by.id()), &by.app.public_url).await?;
    tx.audit(Entry::new(Act::PasswordLink).about(Target::User(path.user)));
    let answer = tx.created(&link).await?;
    audit::made_password_link(by.id(), path.user, client.0);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask, take)).routes(routes!(link))
}
