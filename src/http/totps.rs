//! The second factor of an account: turned on and off by its person, and taken off by administrators.

use axum::{
    Extension,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tower_sessions::{
    Session,
    cookie::{Cookie, SameSite},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        audit::{self, Act, Entry, Target},
        limits::{self, Try},
        pending_sign_ins, policy,
        sessions::{self, NewSession},
        totps::{self, NewTotp, RecoveryCodes, Totp},
    },
    base::{
        error::{Error, Result},
        ids::UserId,
        stored_response::StoredResponse,
    },
    change::Transaction,
    http::{
        client_address::Client,
        extract::{Json, Path},
        guard::Me,
        observe::LimitSlot,
        session::user_agent,
    },
    model,
};

/// Whether one signs in with a second factor.
#[utoipa::path(get, path = "/me/totp", tag = "totp", responses((status = 200, body = Totp)))]
async fn show(by: Me) -> Result<Json<Totp>> {
    by.caller.in_person()?;
    Ok(Json(totps::find(&by.app.db, by.id()).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpRequest {
    current_password: String,
}

/// Make the secret of a second factor, for an app that makes codes. It is shown once, and counts when a code of it was shown.
#[utoipa::path(post, path = "/me/totp", tag = "totp", request_body = TotpRequest, responses((status = 200, body = NewTotp)))]
async fn begin(by: Me, Extension(client): Extension<Client>, Json(body): Json<TotpRequest>) -> Result<StoredResponse> {
    by.caller.in_person()?;
    by.confirm(&body.current_password, client).await?;
    let mut tx = by.begin_without_idempotency().await?;
    let at = tx.at();
    let made = totps::create(tx.tx(), at, &by.caller.user, &by.app.public_url).await?;
    tx.ok(&made).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpCode {
    /// The six digits that the app shows.
    code: String,
}

/// Turn the second factor on by a first code. The recovery codes are in this answer only. All other sessions end; this one goes
/// on under a new id.
#[utoipa::path(put, path = "/me/totp", tag = "totp", request_body = TotpCode, responses((status = 200, body = RecoveryCodes)))]
async fn enable(
    by: Me,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    session: Session,
    headers: HeaderMap,
    Json(body): Json<TotpCode>,
) -> Result<StoredResponse> {
    by.caller.in_person()?;
    let remember = sessions::remembered(&session).await?;
    let new_session = NewSession::new(&session, remember, user_agent(&headers)).await?.of(by.id());
    let attempt = async {
        let mut tx = by.begin_without_idempotency().await?;
        let at = tx.at();
        let codes = totps::enable(tx.tx(), at, by.id(), &body.code).await?;
        sessions::remove_others(tx.tx(), by.id(), None).await?;
        new_session.write(tx.tx()).await?;
        tx.audit(Entry::new(Act::TotpOn).about(Target::User(by.id())));
        tx.ok(&codes).await
    };
    let answer = in_field(Box::pin(counted(&by.app, by.id(), client, &limit, attempt)).await)?;
    audit::second_factor("totp_on", by.id(), client.0);
    by.app.live.end_user(by.id(), Some(new_session.id().0));
    new_session.set_cookie(&session).await;
    Ok(answer)
}

/// The password and a code, once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpProof {
    current_password: String,
    /// The six digits that the app shows, or a recovery code.
    code: String,
}

impl TotpProof {
    /// Check both, and act in the transaction that uses the code up.
    async fn then<F>(
        &self,
        by: &Me,
        client: Client,
        limit: &LimitSlot,
        act: impl FnOnce(Transaction) -> F,
    ) -> Result<StoredResponse>
    where
        F: Future<Output = Result<StoredResponse>>,
    {
        by.caller.in_person()?;
        by.confirm(&self.current_password, client).await?;
        let attempt = async {
            let mut tx = by.begin_without_idempotency().await?;
            let at = tx.at();
            totps::take(tx.tx(), at, by.id(), &self.code).await?;
            act(tx).await
        };
        in_field(Box::pin(counted(&by.app, by.id(), client, limit, attempt)).await)
    }
}

/// Turn the second factor off.
#[utoipa::path(delete, path = "/me/totp", tag = "totp", request_body = TotpProof, responses((status = 204)))]
async fn remove(
    by: Me,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    Json(proof): Json<TotpProof>,
) -> Result<StoredResponse> {
    let user = by.id();
    let act = |mut tx: Transaction| async move {
        model::totps::remove(&mut tx, user).await?;
        tx.audit(Entry::new(Act::TotpOff).about(Target::User(user)));
        tx.no_content().await
    };
    let answer = proof.then(&by, client, &limit, act).await?;
    audit::second_factor("totp_off", user, client.0);
    end_without(&by.app, user).await;
    Ok(answer)
}

/// Make new recovery codes; the ones from before end, and the second factor stays on. They are in this answer only.
#[utoipa::path(post, path = "/me/totp/recovery-codes", tag = "totp", request_body = TotpProof, responses((status = 200, body = RecoveryCodes)))]
async fn renew_codes(
    by: Me,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    Json(proof): Json<TotpProof>,
) -> Result<StoredResponse> {
    let user = by.id();
    let act = |mut tx: Transaction| async move {
        let codes = model::totps::renew_codes(&mut tx, user).await?;
        tx.audit(Entry::new(Act::RecoveryCodes).about(Target::User(user)));
        tx.ok(&codes).await
    };
    let answer = proof.then(&by, client, &limit, act).await?;
    audit::second_factor("recovery_codes", user, client.0);
    Ok(answer)
}

#[derive(Deserialize)]
struct InPath {
    user: UserId,
}

/// Take the second factor off a person who lost it and the recovery codes. The person is told by mail.
#[utoipa::path(delete, path = "/admin/users/{user}/totp", tag = "accounts", request_body = TotpRequest, responses((status = 204)))]
async fn remove_totp(
    by: Me,
    Extension(client): Extension<Client>,
    Path(path): Path<InPath>,
    Json(body): Json<TotpRequest>,
) -> Result<StoredResponse> {
    by.caller.admin()?;
    if path.user == by.id() {
        // Here the password would be enough.
        return Err(Error::conflict("own_account", "your own is turned off in your account, by a code"));
    }
    by.confirm(&body.current_password, client).await?;
    let mut tx = by.begin_without_idempotency().await?;
    model::users::find(&mut tx, path.user).await?;
    let was_on = model::totps::remove(&mut tx, path.user).await?;
    if was_on {
        tx.audit(Entry::new(Act::TakeSecondFactor).about(Target::User(path.user)));
    }
    let answer = tx.no_content().await?;
    if was_on {
        audit::took_second_factor(by.id(), path.user, client.0);
        end_without(&by.app, path.user).await;
    }
    Ok(answer)
}

/// Close the streams of a person who needs a second factor and has none any more. If that fails, the comparison with the database
/// closes them within a second.
async fn end_without(app: &App, user: UserId) {
    if matches!(policy::own(&app.db, user).await, Ok(own) if own.second_factor_missing) {
        app.live.end_user(user, None);
    }
}

/// Try a code. Wrong ones count for the account, and are in the audit log; right ones do not count.
pub async fn counted<T>(
    app: &App,
    user: UserId,
    client: Client,
    limit: &LimitSlot,
    attempt: impl Future<Output = Result<T>>,
) -> Result<T> {
    let tried = app.limits.try_code(user, client.0);
    let tried = tried.inspect_err(|_| app.noted.refused_code(user, client.0, "too many wrong codes"));
    let tried = limit.note(limits::CODES, tried, Try::left)?;
    let outcome = attempt.await;
    if matches!(outcome, Err(Error::WrongCode)) {
        tried.mistake();
        app.noted.refused_code(user, client.0, "wrong code");
    } else {
        tried.withdraw();
    }
    outcome
}

/// Where a session is at stake already, a wrong code is a wrong field.
pub fn in_field<T>(outcome: Result<T>) -> Result<T> {
    outcome.map_err(|error| match error {
        Error::WrongCode => Error::invalid("/code", "is wrong, or was used already"),
        error => error,
    })
}

/// The answer to the right password of an account with a second factor: the browser gets a secret that is good for nothing but
/// completing this sign-in.
pub async fn wait(app: &App, user: UserId, remember: bool) -> Result<Response> {
    let secret = pending_sign_ins::create(&app.db, user, remember).await?;
    let life = i64::try_from(pending_sign_ins::LIFE.as_secs()).unwrap_or_default();
    let cookie = Cookie::build((app.pending_cookie_name(), secret))
        .http_only(true)
        .secure(app.secure())
        .same_site(SameSite::Strict)
        .path("/")
        .max_age(time::Duration::seconds(life));
    let cookie = HeaderValue::try_from(cookie.to_string()).map_err(|error| Error::Internal(error.to_string()))?;
    let mut response = Error::SecondFactorRequired.into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The secret of a sign-in that waits. With a token no cookie is looked at.
pub fn pending_secret<'a>(app: &App, headers: &'a HeaderMap) -> Result<&'a str> {
    let name = app.pending_cookie_name();
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = cookies.flat_map(|value| value.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    let found = cookies.find(|(known, _)| *known == name).filter(|_| !headers.contains_key(header::AUTHORIZATION));
    found.map(|(_, secret)| secret).ok_or(Error::SignInExpired)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show, begin, enable, remove))
        .routes(routes!(renew_codes))
        .routes(routes!(remove_totp))
}
