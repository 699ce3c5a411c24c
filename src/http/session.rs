//! Signing in and out.

use axum::{Extension, extract::State, http::HeaderMap};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::Caller,
    app::App,
    config::SignUp,
    error::Result,
    http::{extract::Json, intake::Client},
    model::{
        instance,
        sessions::{self, Beginning},
        users::{self, User},
    },
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
    /// Stay signed in for up to 30 days instead of one.
    #[serde(default)]
    remember: bool,
}

#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    pub user: User,
}

#[derive(Serialize, ToSchema)]
struct Instance {
    name: &'static str,
    version: &'static str,
    /// `open`, `invited` or `closed`
    signup: &'static str,
    /// There is no administrator yet: the link that the server printed makes one.
    setup_required: bool,
}

pub fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// Sign in.
#[utoipa::path(post, path = "/session", tag = "session", request_body = SignIn, responses((status = 200, body = SignedIn)))]
async fn sign_in(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    session: Session,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<Json<SignedIn>> {
    app.limits.sign_in(&body.email, client.0)?;
    let user = users::authenticate(&app, &body.email, body.password).await?;
    let beginning = Beginning::new(&session, body.remember, user_agent(&headers)).await?.of(user.id);
    beginning.write_alone(&app.db).await?;
    // The browser's former session ended with the new one's beginning.
    if let Some(former) = beginning.hand_over(&session).await {
        app.hub.end(former.0);
    }
    Ok(Json(SignedIn { user }))
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", tag = "session", responses((status = 200, body = SignedIn)))]
async fn show(caller: Caller) -> Json<SignedIn> {
    Json(SignedIn { user: caller.user })
}

/// Sign out.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204)))]
async fn sign_out(State(app): State<App>, caller: Caller, session: Session) -> Result<StatusCode> {
    caller.in_person()?;
    sessions::end(&session).await?;
    app.hub.end(caller.credential_id());
    Ok(StatusCode::NO_CONTENT)
}

/// What somebody who is not signed in may know.
#[utoipa::path(get, path = "/instance", tag = "session", security(()), responses((status = 200, body = Instance)))]
async fn about(State(app): State<App>) -> Result<Json<Instance>> {
    let signup = match app.config.signup {
        SignUp::Open => "open",
        SignUp::Invited => "invited",
        SignUp::Closed => "closed",
    };
    let setup_required = instance::setup_required(&app.db).await?;
    Ok(Json(Instance { name: "Boardcast", version: env!("CARGO_PKG_VERSION"), signup, setup_required }))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in, show, sign_out)).routes(routes!(about))
}
