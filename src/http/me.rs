//! One's own account.

use std::sync::Arc;

use axum::{Extension, extract::State, http::HeaderMap};
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::Caller,
    app::App,
    change::{Request, Work},
    error::Result,
    http::{
        extract::{Json, List, Path},
        intake::Client,
        session::user_agent,
    },
    ids::SessionId,
    model::{
        answers::Stored,
        sessions::{self, Listed},
        users::{self, MePatch, User},
    },
    text::Password,
};

/// One's own account.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, body = User)))]
async fn show(caller: Caller) -> Json<User> {
    Json(caller.user)
}

/// Take another name; every project that one belongs to shows it at once.
#[utoipa::path(patch, path = "/me", tag = "me", request_body = MePatch, responses((status = 200, body = User)))]
async fn patch(
    State(app): State<App>,
    caller: Caller,
    Extension(request): Extension<Arc<Request>>,
    Json(body): Json<MePatch>,
) -> Result<Stored> {
    caller.unrestricted()?;
    let work = Work::begin(&app, &caller, &request).await?;
    let Some(name) = body.name else { return work.ok(&caller.user).await };
    let (work, user) = users::rename(work, &caller.user, &name).await?;
    work.ok(&user).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetPassword {
    current_password: String,
    new_password: Password,
}

/// Change one's password. All other sessions end; this one goes on under a new id.
#[utoipa::path(put, path = "/me/password", tag = "me", request_body = SetPassword, responses((status = 204)))]
async fn set_password(
    State(app): State<App>,
    caller: Caller,
    Extension(request): Extension<Arc<Request>>,
    Extension(client): Extension<Client>,
    session: Session,
    headers: HeaderMap,
    Json(body): Json<SetPassword>,
) -> Result<StatusCode> {
    caller.in_person()?;
    app.limits.sign_in(&caller.user.email, client.0)?;
    users::confirm(&app, caller.user.id, &body.current_password).await?;
    let hash = app.passwords.hash(String::from_utf8_lossy(body.new_password.as_bytes()).into_owned()).await?;
    let remember = sessions::remembered(&session).await?;
    let mut work = Work::begin(&app, &caller, &request).await?;
    users::set_password(&mut work, caller.user.id, &hash).await?;
    sessions::remove_others(&mut work, caller.user.id, None).await?;
    work.done().await?;
    app.hub.end_user(caller.user.id, None);
    sessions::begin(&session, caller.user.id, remember, user_agent(&headers)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where one is signed in.
#[utoipa::path(get, path = "/me/sessions", tag = "me", responses((status = 200, body = List<Listed>)))]
async fn sessions(State(app): State<App>, caller: Caller) -> Result<Json<List<Listed>>> {
    caller.in_person()?;
    Ok(Json(List::whole(sessions::list(&app, &caller).await?)))
}

#[derive(Deserialize)]
struct InPath {
    session: SessionId,
}

/// Sign out somewhere else.
#[utoipa::path(delete, path = "/me/sessions/{session}", tag = "me", responses((status = 204)))]
async fn end_session(
    State(app): State<App>,
    caller: Caller,
    Extension(request): Extension<Arc<Request>>,
    Path(path): Path<InPath>,
) -> Result<Stored> {
    caller.in_person()?;
    let mut work = Work::begin(&app, &caller, &request).await?;
    sessions::remove(&mut work, caller.user.id, path.session).await?;
    let answer = work.done().await?;
    app.hub.end(path.session.0);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show, patch))
        .routes(routes!(set_password))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
}
