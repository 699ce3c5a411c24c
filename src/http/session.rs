//! Signing in and out.

use axum::{
    Extension,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        caller::Caller,
        limits::{self, Try},
        pending_sign_ins,
        policy::{self, OwnPolicy},
        sessions::{self, NewSession},
        totps::{self, Shown},
        user::User,
    },
    base::{
        error::{Error, Result},
        ids::UserId,
        text::Email,
    },
    config::SignUp,
    http::{
        client_address::Client,
        extract::Json,
        observe::LimitSlot,
        totps::{counted, pending_secret, wait},
    },
    model::{
        instance,
        sign_ins::{self, Method, Origin},
        users,
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
    /// What the policy of this instance means for them.
    pub policy: OwnPolicy,
}

impl SignedIn {
    pub async fn of(app: &App, user: User) -> Result<Self> {
        let policy = policy::own(&app.db, user.id).await?;
        Ok(Self { user, policy })
    }
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

/// Sign in. Where the account has a second factor, the right password is answered by 401 `second_factor_required` and a cookie,
/// with which a code completes the sign-in within five minutes; no session has begun then.
#[utoipa::path(post, path = "/session", tag = "session", security(()), request_body = SignIn, responses((status = 200, body = SignedIn)))]
async fn sign_in(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    session: Session,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<Response> {
    let origin = Origin::new(client.0, user_agent(&headers));
    let user = authenticate(&app, &body, client, &origin, &limit).await?;
    if totps::is_on(&app.db, user.id).await? {
        return wait(&app, user.id, body.remember).await;
    }
    let new_session = NewSession::new(&session, body.remember, user_agent(&headers)).await?.of(user.id);
    new_session.write_alone(&app.db).await?;
    begin(&app, &session, user.id, new_session).await;
    sign_ins::note(&app, user.id, &origin, Method::Password).await;
    Ok(Json(SignedIn::of(&app, user).await?).into_response())
}

/// Give the browser the session that was written, whose former one ended with it.
async fn begin(app: &App, session: &Session, user: UserId, new_session: NewSession) {
    let former = new_session.set_cookie(session).await;
    let ended = sessions::end_oldest(&app.db, user, app.config.sessions_per_person).await;
    for session in former.into_iter().chain(ended) {
        app.live.end_credential(session.0);
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecondFactor {
    /// The six digits that the app shows, or a recovery code.
    code: String,
}

/// Complete a sign-in by the second factor. A code works once.
#[utoipa::path(post, path = "/session/totp", tag = "session", security(()), request_body = SecondFactor, responses((status = 200, body = SignedIn)))]
async fn complete(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    session: Session,
    headers: HeaderMap,
    Json(body): Json<SecondFactor>,
) -> Result<Json<SignedIn>> {
    let secret = pending_secret(&app, &headers)?;
    let pending = pending_sign_ins::find(&app.db, secret).await?;
    let user = pending.user;
    let new_session = NewSession::new(&session, pending.remember, user_agent(&headers)).await?.of(user.id);
    let attempt = pending_sign_ins::complete(&app.db, secret, user.id, &body.code, &new_session);
    let shown = counted(&app, user.id, client, &limit, attempt).await;
    let origin = Origin::new(client.0, user_agent(&headers));
    if let (Err(Error::WrongCode), Ok(email)) = (&shown, Email::parse(&user.email)) {
        sign_ins::note_refused(&app, &email, origin.clone(), Method::Totp);
    }
    let method = match shown? {
        Shown::Code => Method::Totp,
        Shown::RecoveryCode => {
            app.noted.used_recovery_code(&user, client.0);
            Method::RecoveryCode
        }
    };
    begin(&app, &session, user.id, new_session).await;
    sign_ins::note(&app, user.id, &origin, method).await;
    Ok(Json(SignedIn::of(&app, user).await?))
}

/// The user of this address and password. A text that is no address costs no hash. Wrong passwords count, right ones do not.
async fn authenticate(app: &App, body: &SignIn, client: Client, origin: &Origin, limit: &LimitSlot) -> Result<User> {
    let email = Email::parse(&body.email).ok();
    let account = email.as_ref().map(Email::as_str);
    let tried = app
        .limits
        .try_password(account, client.0)
        .inspect_err(|_| app.noted.refused_password(account, client.0, "too many wrong passwords"));
    let tried = limit.note(limits::SIGN_INS, tried, Try::left)?;
    let user = match &email {
        Some(email) => users::authenticate(app, email, body.password.clone()).await,
        None => Err(Error::WrongCredentials),
    };
    if matches!(user, Err(Error::WrongCredentials)) {
        tried.mistake();
        app.noted.refused_password(account, client.0, "wrong password");
        if let Some(email) = &email {
            sign_ins::note_refused(app, email, origin.clone(), Method::Password);
        }
    } else {
        tried.withdraw();
    }
    user
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", tag = "session", responses((status = 200, body = SignedIn)))]
async fn show(State(app): State<App>, caller: Caller) -> Result<Json<SignedIn>> {
    Ok(Json(SignedIn::of(&app, caller.user).await?))
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
    OpenApiRouter::new().routes(routes!(sign_in, show, sign_out)).routes(routes!(complete)).routes(routes!(about))
}
