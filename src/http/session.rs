//! Signing in and out.

use axum::{Extension, extract::State, http::HeaderMap};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        audit,
        caller::Caller,
        limits::{self, Try},
        sessions::{self, NewSession},
        user::User,
    },
    base::{
        error::{Error, Result},
        text::Email,
    },
    config::SignUp,
    http::{client_address::Client, extract::Json, observe::LimitSlot},
    model::{instance, users},
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
    /// Whether this server sends mails.
    mail: bool,
    /// There is no administrator yet: the link that the server printed makes one.
    setup_required: bool,
    /// The most bytes of one attachment.
    attachment_limit: usize,
    /// The most bytes of a file that is imported.
    import_limit: usize,
}

pub fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// Sign in.
#[utoipa::path(post, path = "/session", tag = "session", security(()), request_body = SignIn, responses((status = 200, body = SignedIn)))]
async fn sign_in(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    session: Session,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<Json<SignedIn>> {
    let user = authenticate(&app, &body, client, &limit).await?;
    let new_session = NewSession::new(&session, body.remember, user_agent(&headers)).await?.of(user.id);
    new_session.write_alone(&app.db).await?;
    // The browser's former session ended with the new one's new_session.
    let former = new_session.set_cookie(&session).await;
    let ended = sessions::end_oldest(&app.db, user.id, app.config.sessions_per_person).await;
    for session in former.into_iter().chain(ended) {
        app.live.end_credential(session.0);
    }
    Ok(Json(SignedIn { user }))
}

/// The user of this address and password. A text that is no address costs no hash. Wrong passwords count, right ones do not.
async fn authenticate(app: &App, body: &SignIn, client: Client, limit: &LimitSlot) -> Result<User> {
    let email = Email::parse(&body.email).ok();
    let account = email.as_ref().map(Email::as_str);
    let tried = app
        .limits
        .try_password(account, client.0)
        .inspect_err(|_| audit::refused_password(account, client.0, "too many wrong passwords"));
    let tried = limit.note(limits::SIGN_INS, tried, Try::left)?;
    let user = match &email {
        Some(email) => users::authenticate(app, email, body.password.clone()).await,
        None => Err(Error::WrongCredentials),
    };
    if matches!(user, Err(Error::WrongCredentials)) {
        tried.mistake();
        audit::refused_password(account, client.0, "wrong password");
    } else {
        tried.withdraw();
    }
    user
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
    app.live.end_credential(caller.credential_id());
    Ok(StatusCode::NO_CONTENT)
}

/// What a visitor who is not signed in may know.
#[utoipa::path(get, path = "/instance", tag = "instance", security(()), responses((status = 200, body = Instance)))]
async fn about(State(app): State<App>) -> Result<Json<Instance>> {
    let signup = match app.config.signup {
        SignUp::Open => "open",
        SignUp::Invited => "invited",
        SignUp::Closed => "closed",
    };
    let setup_required = instance::setup_required(&app.db).await?;
    Ok(Json(Instance {
        name: "Boardcast",
        version: env!("CARGO_PKG_VERSION"),
        signup,
        mail: app.config.smtp.is_some(),
        setup_required,
        attachment_limit: app.config.attachment_limit,
        import_limit: app.config.import_limit,
    }))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in, show, sign_out)).routes(routes!(about))
}
