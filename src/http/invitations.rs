//! Invitations by link.

use axum::{Extension, extract::State};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Manage, Me, Member},
    app::App,
    error::Result,
    http::{
        extract::{Json, List, Path},
        intake::Client,
    },
    ids::InvitationId,
    model::{
        answers::Stored,
        invitations::{self, Invitation, Issued, NewInvitation, Preview},
        projects::{self, Project},
    },
    text::Secret,
};

/// Those that can still be used.
#[utoipa::path(get, path = "/projects/{project}/invitations", tag = "invitations", responses((status = 200, body = List<Invitation>)))]
async fn list(by: Member<Manage>) -> Result<Json<List<Invitation>>> {
    Ok(Json(List::whole(invitations::list(&by.app, by.project).await?)))
}

/// Make an invitation. Its link is in this answer only.
#[utoipa::path(post, path = "/projects/{project}/invitations", tag = "invitations", request_body = NewInvitation, responses((status = 201, body = Issued)))]
async fn create(by: Member<Manage>, Json(body): Json<NewInvitation>) -> Result<Stored> {
    let mut change = by.change_even_archived().await?;
    let issued = invitations::create(&mut change, body, &by.app.public_url).await?;
    // A retry gets the invitation without its secret, which is not written down anywhere.
    let kept = Stored::json(StatusCode::CREATED, &issued.invitation)?;
    change.leave().await?.answer_keeping(Stored::json(StatusCode::CREATED, &issued)?, &kept).await
}

#[derive(Deserialize)]
struct InPath {
    invitation: InvitationId,
}

/// Revoke an invitation.
#[utoipa::path(delete, path = "/projects/{project}/invitations/{invitation}", tag = "invitations", responses((status = 204)))]
async fn remove(by: Member<Manage>, Path(path): Path<InPath>) -> Result<Stored> {
    let mut change = by.change_even_archived().await?;
    invitations::remove(&mut change, path.invitation).await?;
    change.done().await
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
    Json(body): Json<Link>,
) -> Result<Json<Preview>> {
    app.limits.mutation(&format!("address {}", client.0))?;
    Ok(Json(invitations::preview(&app, &body.secret).await?))
}

#[derive(Serialize, ToSchema)]
struct Accepted {
    project: Project,
}

/// Become a member of the project that the link is for.
#[utoipa::path(post, path = "/invitations/accept", tag = "invitations", request_body = Link, responses((status = 200, body = Accepted)))]
async fn accept(by: Me, Json(body): Json<Link>) -> Result<Stored> {
    by.caller.unrestricted()?;
    let work = by.work().await?;
    let (_, mut change) = invitations::redeem(work, &body.secret, &by.caller.user).await?;
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
