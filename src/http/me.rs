//! One's own account.

use axum::{Extension, http::HeaderMap};
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Caller, Me},
    app::App,
    error::Result,
    http::{
        extract::{Json, List, Path},
        intake::Client,
        session::user_agent,
    },
    ids::SessionId,
    model::{
        answers::Stored,
        sessions::{self, Beginning, Listed},
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
async fn patch(by: Me, Json(body): Json<MePatch>) -> Result<Stored> {
    by.caller.unrestricted()?;
    let work = by.work().await?;
    let Some(name) = body.name else { return work.ok(&by.caller.user).await };
    let (work, user) = users::rename(work, &by.caller.user, &name).await?;
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
    by: Me,
    Extension(client): Extension<Client>,
    session: Session,
    headers: HeaderMap,
    Json(body): Json<SetPassword>,
) -> Result<StatusCode> {
    by.caller.in_person()?;
    by.app.limits.sign_in(&by.caller.user.email, client.0)?;
    users::confirm(&by.app, by.id(), &body.current_password).await?;
    let hash = by.app.passwords.hash(String::from_utf8_lossy(body.new_password.as_bytes()).into_owned()).await?;
    let remember = sessions::remembered(&session).await?;
    let beginning = Beginning::new(&session, remember, user_agent(&headers)).await?.of(by.id());
    let mut work = by.work_unkept().await?;
    users::set_password(&mut work, by.id(), &hash).await?;
    sessions::remove_others(&mut work, by.id(), None).await?;
    beginning.write(&mut work).await?;
    work.done().await?;
    by.app.hub.end_user(by.id(), Some(beginning.id().0));
    beginning.hand_over(&session).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Where one is signed in.
#[utoipa::path(get, path = "/me/sessions", tag = "me", responses((status = 200, body = List<Listed>)))]
async fn sessions(by: Me) -> Result<Json<List<Listed>>> {
    by.caller.in_person()?;
    Ok(Json(List::whole(sessions::list(&by.app, &by.caller).await?)))
}

#[derive(Deserialize)]
struct InPath {
    session: SessionId,
}

/// Sign out somewhere else.
#[utoipa::path(delete, path = "/me/sessions/{session}", tag = "me", responses((status = 204)))]
async fn end_session(by: Me, Path(path): Path<InPath>) -> Result<Stored> {
    by.caller.in_person()?;
    let once = || async {
        let mut work = by.work_from_reserve().await?;
        sessions::remove(&mut work, by.id(), path.session).await?;
        work.done().await
    };
    let answer = by.app.db.making_room(once).await?;
    by.app.hub.end(path.session.0);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show, patch))
        .routes(routes!(set_password))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
}
