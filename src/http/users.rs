//! Accounts: signing up, and the administrators' view of all of them.

use std::sync::Arc;

use axum::{Extension, extract::State, http::HeaderMap};
use http::{HeaderName, StatusCode, header};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        audit::{self, Act, Entry, Target},
        limits,
        sessions::{self, NewSession},
    },
    base::{
        error::{Error, Result},
        ids::UserId,
        stored_response::StoredResponse,
    },
    change::Request,
    http::{
        client_address::Client,
        extract::{Json, Path},
        guard::Me,
        observe::LimitSlot,
        query::{List, Page, Query},
        session::{SignedIn, user_agent},
    },
    model::{
        password_resets::{self, PasswordLink},
        sign_ins::{self, Method, Origin},
        users::{self, Account, AccountPatch, NewAccount, NewUser},
    },
};

/// Sign up, as the instance's policy allows, and sign in.
#[utoipa::path(post, path = "/users", tag = "users", security(()), request_body = NewUser, responses((status = 201, body = SignedIn)))]
async fn create(
    State(app): State<App>,
    Extension(request): Extension<Arc<Request>>,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    session: Session,
    headers: HeaderMap,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<SignedIn>)> {
    let tried = app.limits.try_secret(client.0)?;
    limit.note(limits::ACCOUNTS, app.limits.sign_up(client.0), |left| *left)?;
    let new_session = NewSession::new(&session, false, user_agent(&headers)).await?;
    let signed_up = users::sign_up(&app, &request, body, new_session).await;
    if matches!(signed_up, Err(Error::NotFound | Error::Conflict { .. })) {
        tried.mistake();
    } else {
        tried.withdraw();
    }
    let (user, new_session) = signed_up?;
    audit::signed_up(user.id, user.admin, client.0);
    if let Some(former) = new_session.set_cookie(&session).await {
        app.live.end_credential(former.0);
    }
    sign_ins::note(&app, user.id, &Origin::new(client.0, user_agent(&headers)), Method::SignUp).await;
    Ok((StatusCode::CREATED, [(header::LOCATION, "/api/v1/me")], Json(SignedIn::of(&app, user).await?)))
}

/// An account that an administrator made, and the link by which its person chooses a password: it is shown once.
#[derive(Debug, Serialize, ToSchema)]
struct CreatedAccount {
    #[serde(flatten)]
    account: Account,
    link: PasswordLink,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// A part of the name or of the e-mail address.
    #[serde(default)]
    q: String,
}

/// All accounts, for administrators.
#[utoipa::path(get, path = "/admin/users", tag = "accounts", params(Filter, Page), responses((status = 200, body = List<Account>)))]
async fn list(by: Me, Query(filter): Query<Filter>, Query(page): Query<Page>) -> Result<List<Account>> {
    by.caller.admin()?;
    let after = page.cursor()?.map(UserId);
    let accounts = users::list(&by.app.db, &filter.q, after, page.rows()).await?;
    Ok(List::page(accounts, page.limit, |account| account.user.id.to_string()))
}

/// Make an account for a person, who chooses a password by the link in the answer: it works once, for a day, and as long as
/// its maker is an administrator.
#[utoipa::path(post, path = "/admin/users", tag = "accounts", request_body = NewAccount, responses((status = 201, body = CreatedAccount)))]
async fn create_for(by: Me, Json(body): Json<NewAccount>) -> Result<StoredResponse> {
    by.caller.admin()?;
    // The answer holds a secret, which is not kept for retries.
    let mut tx = by.begin_without_idempotency().await?;
    let account = users::create_for(&mut tx, &body).await?;
    let link = password_resets::link(&mut tx, account.user.id, Some(by.id()), &by.app.public_url).await?;
    tx.audit(Entry::new(Act::UserCreate).about(Target::User(account.user.id)).named(account.user.email.as_str()));
    tx.created(&CreatedAccount { account, link }).await
}

#[derive(Deserialize)]
struct InPath {
    user: UserId,
}

/// Make or unmake an administrator, disable or enable an account. To make an administrator one says one's password again.
#[utoipa::path(patch, path = "/admin/users/{user}", tag = "accounts", request_body = AccountPatch, responses((status = 200, body = Account)))]
async fn administer(
    by: Me,
    Extension(client): Extension<Client>,
    Path(path): Path<InPath>,
    Json(body): Json<AccountPatch>,
) -> Result<StoredResponse> {
    by.caller.admin()?;
    if body.admin == Some(true) {
        let needed = || Error::invalid("/current_password", "your password is needed to make an administrator");
        by.confirm(body.current_password.as_deref().ok_or_else(needed)?, client).await?;
    }
    let with_password = body.current_password.is_some();
    let tx = if with_password { by.begin_without_idempotency().await? } else { by.begin().await? };
    let (mut tx, account) = users::administer(tx, path.user, &body).await?;
    // The rows of the sessions go too: enabled again, an account signs in anew.
    let ends = account.disabled_at.is_some() || (body.admin == Some(true) && path.user != by.id());
    if ends {
        sessions::remove_others(tx.tx(), path.user, None).await?;
    }
    tx.audit(
        Entry::new(Act::Administer)
            .about(Target::User(path.user))
            .named(account.user.email.as_str())
            .with("admin", body.admin)
            .with("disabled", body.disabled),
    );
    let answer = tx.ok(&account).await?;
    audit::administered(by.id(), path.user, body.admin, body.disabled, client.0);
    if ends {
        by.app.live.end_user(path.user, None);
    } else if body.admin == Some(false) {
        by.app.live.notify_user(path.user);
    }
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(list, create_for)).routes(routes!(administer))
}
