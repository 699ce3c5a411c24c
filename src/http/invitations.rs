//! Invitations by link.

use axum::{Extension, extract::State};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{limits, role::Manage},
    base::{
        error::{Error, Result},
        ids::InvitationId,
        stored_response::StoredResponse,
        text::Secret,
    },
    http::{
        client_address::Client,
        extract::{Json, Path},
        guard::{Me, Member},
        observe::LimitSlot,
        query::{List, Page, Query},
    },
    model::{
        invitations::{self, Invitation, Issued, Joining, NewInvitation, Preview},
        projects::{self, Project},
    },
};

/// Those that are neither used up nor have expired.
#[utoipa::path(get, path = "/projects/{project}/invitations", tag = "invitations", params(Page), responses((status = 200, body = List<Invitation>)))]
async fn list(by: Member<Manage>, Query(page): Query<Page>) -> Result<List<Invitation>> {
    let before = page.cursor()?.map(InvitationId);
    let invitations = invitations::list(&by.membership, before, page.rows()).await?;
    Ok(List::page(invitations, page.limit, |last| last.id.to_string()))
}

/// Make an invitation. Its link is in this answer only.
#[utoipa::path(post, path = "/projects/{project}/invitations", tag = "invitations", request_body = NewInvitation, responses((status = 201, body = Issued)))]
async fn create(by: Member<Manage>, Json(body): Json<NewInvitation>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let issued = invitations::create(&mut change, body, &by.app.public_url).await?;
    // A retry gets the invitation without its secret, which is not written down anywhere.
    let kept = StoredResponse::json(StatusCode::CREATED, &issued.invitation)?;
    change.finish().await?.answer_storing(StoredResponse::json(StatusCode::CREATED, &issued)?, &kept).await
}

#[derive(Deserialize)]
struct InPath {
    invitation: InvitationId,
}

/// Revoke an invitation. The people who joined by it stay.
#[utoipa::path(delete, path = "/projects/{project}/invitations/{invitation}", tag = "invitations", responses((status = 204)))]
async fn remove(by: Member<Manage>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    invitations::remove(&mut change, path.invitation).await?;
    change.no_content().await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Link {
    secret: Secret,
}

/// What an invitation is for, before accepting it.
#[utoipa::path(post, path = "/invitations/preview", tag = "invitations", security(()), request_body = Link, responses((status = 200, body = Preview)))]
async fn preview(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Extension(limit): Extension<LimitSlot>,
    Json(body): Json<Link>,
) -> Result<Json<Preview>> {
    limit.note(limits::ANONYMOUS, app.limits.stranger(client.0), |left| *left)?;
    let tried = app.limits.try_secret(client.0)?;
    let preview = invitations::preview(&app.db, &body.secret).await;
    if matches!(preview, Err(Error::NotFound)) {
        tried.mistake();
    }
    Ok(Json(preview?))
}

#[derive(Serialize, ToSchema)]
struct Accepted {
    project: Project,
}

/// Become a member of the project that the link is for.
#[utoipa::path(post, path = "/invitations/accept", tag = "invitations", request_body = Link, responses((status = 200, body = Accepted)))]
async fn accept(by: Me, Json(body): Json<Link>) -> Result<StoredResponse> {
    by.caller.unrestricted()?;
    let tx = by.begin().await?;
    let (_, mut change) = invitations::redeem(tx, &body.secret, &by.caller.user, Joining::HasAccount).await?;
    let project = projects::load(&mut change).await?;
    change.ok(&Accepted { project }).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(remove))
        .routes(routes!(preview))
        .routes(routes!(accept))
}
