//! One's own account.

use std::num::ParseIntError;

use axum::{Extension, http::HeaderMap};
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        self,
        audit::{self, Act, Entry, Target},
        caller::Caller,
        passwords::Owner,
        sessions::{self, NewSession, SessionInfo},
        user::User,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{SessionId, UserId},
        stored_response::StoredResponse,
        text::Password,
    },
    http::{
        client_address::Client,
        extract::{Json, Path},
        guard::Me,
        observe::LimitSlot,
        query::{List, Page, Place, Query},
        session::user_agent,
        totps::{counted, in_field},
    },
    live::presence::Departure,
    model::{
        account_removal,
        users::{self, MePatch},
    },
};

/// One's own account.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, body = User)))]
async fn show(caller: Caller) -> Json<User> {
    Json(caller.user)
}

/// Take another name, which every project that one belongs to shows at once; say where one's clock is.
#[utoipa::path(patch, path = "/me", tag = "me", request_body = MePatch, responses((status = 200, body = User)))]
async fn patch(by: Me, Json(body): Json<MePatch>) -> Result<StoredResponse> {
    by.caller.unrestricted()?;
    let (mut tx, mut user) = (by.begin().await?, by.caller.user.clone());
    if let Some(name) = body.name {
        (tx, user) = users::rename(tx, &user, &name).await?;
    }
    if let Some(zone) = body.time_zone {
        user = users::set_time_zone(&mut tx, &user, zone).await?;
    }
    if let Some(show) = body.show_presence {
        user = users::set_show_presence(&mut tx, &user, show).await?;
    }
    let answer = tx.ok(&user).await?;
    if !user.show_presence {
        by.app.live.depart(Departure { user: user.id, project: None, credential: None });
    }
    Ok(answer)
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
    by.confirm(&body.current_password, client).await?;
    let user = &by.caller.user;
    let owner = Owner::new(&user.name, &user.email);
    let hash = by.app.passwords.hash_new(&body.new_password, &owner, "/new_password").await?;
    let remember = sessions::remembered(&session).await?;
    let new_session = NewSession::new(&session, remember, user_agent(&headers)).await?.of(by.id());
    let mut tx = by.begin_without_idempotency().await?;
    users::set_password(&mut tx, by.id(), &hash).await?;
    sessions::remove_others(tx.tx(), by.id(), None).await?;
    new_session.write(tx.tx()).await?;
    tx.audit(Entry::new(Act::Password).about(Target::User(by.id())).named(user.email.as_str()));
    tx.no_content().await?;
    audit::changed_password(by.id(), client.0);
    by.app.live.end_user(by.id(), Some(new_session.id().0));
    new_session.set_cookie(&session).await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountRemoval {
    current_password: String,
    /// The six digits that the app shows, or a recovery code: needed where the account has a second factor.
    code: Option<String>,
}

/// Delete one's account, for good. Name and address go; tasks, comments and events stay, as those of a removed person. Refused
/// (`only_owner`, with the projects) while others would be left without an owner; projects without others go into the trash.
#[utoipa::path(delete, path = "/me", tag = "me", request_body = AccountRemoval, responses((status = 204)))]
async fn remove_account(
    by: Me,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    session: Session,
    Json(body): Json<AccountRemoval>,
) -> Result<StoredResponse> {
    by.caller.in_person()?;
    by.confirm(&body.current_password, client).await?;
    let needs_code = auth::totps::is_on(&by.app.db, by.id()).await?;
    if needs_code && body.code.is_none() {
        return Err(Error::invalid("/code", "a code of your second factor is needed"));
    }
    let attempt = async {
        let mut tx = by.begin_without_idempotency().await?;
        if needs_code {
            let at = tx.at();
            auth::totps::take(tx.tx(), at, by.id(), body.code.as_deref().unwrap_or_default()).await?;
        }
        let mut tx = account_removal::remove(tx, &by.caller.user).await?;
        tx.audit(Entry::new(Act::RemoveAccount).about(Target::User(by.id())));
        tx.no_content().await
    };
    let answer = in_field(Box::pin(counted(&by.app, by.id(), client, &limit, attempt)).await)?;
    audit::removed_account(by.id(), client.0);
    by.app.live.end_user(by.id(), None);
    // The row is gone; the browser forgets the cookie.
    let _ = sessions::end(&session).await;
    Ok(answer)
}

/// Where one is signed in.
#[utoipa::path(get, path = "/me/sessions", tag = "sessions", params(Page), responses((status = 200, body = List<SessionInfo>)))]
async fn list(by: Me, Query(page): Query<Page>) -> Result<List<SessionInfo>> {
    by.caller.in_person()?;
    sessions_of(&by, by.id(), &page).await
}

/// A page of the sessions of a person.
pub async fn sessions_of(by: &Me, user: UserId, page: &Page) -> Result<List<SessionInfo>> {
    let before = page.cursor::<Place>()?;
    let before = before.map(|place| Ok((Timestamp(place.key.parse()?), SessionId(place.id)))).transpose();
    let before = before.map_err(|_: ParseIntError| Error::invalid("/cursor", "is not a cursor of this list"))?;
    let asking = by.caller.credential_id();
    let sessions = sessions::list(&by.app.db, user, asking, before, page.rows()).await?;
    let place = |last: &SessionInfo| Place { key: last.last_seen_at.0.to_string(), id: last.id.0 };
    Ok(List::page(sessions, page.limit, |last| place(last).to_string()))
}

#[derive(Deserialize)]
struct InPath {
    session: SessionId,
}

/// Sign out somewhere else.
#[utoipa::path(delete, path = "/me/sessions/{session}", tag = "sessions", responses((status = 204)))]
async fn remove(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    by.caller.in_person()?;
    let once = || async {
        let mut tx = by.begin_from_reserve().await?;
        sessions::remove(tx.tx(), by.id(), path.session).await?;
        tx.no_content().await
    };
    let answer = by.app.db.retry_from_ballast(once).await?;
    by.app.live.end_credential(path.session.0);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show, patch, remove_account))
        .routes(routes!(set_password))
        .routes(routes!(list))
        .routes(routes!(remove))
}
