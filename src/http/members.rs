//! The people of a project.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Manage, Member, Read},
    app::App,
    error::Result,
    http::extract::{Json, List, Path},
    ids::UserId,
    model::{
        answers::Stored,
        members::{self, Membership, SetRole},
    },
};

#[derive(Deserialize)]
struct InPath {
    user: UserId,
}

/// Everybody in the project.
#[utoipa::path(get, path = "/projects/{project}/members", tag = "members", responses((status = 200, body = List<Membership>)))]
async fn list(by: Member<Read>) -> Result<Json<List<Membership>>> {
    Ok(Json(List::whole(members::list(&by.app, by.project).await?)))
}

/// Give a member another role, or bring in somebody one already works with.
#[utoipa::path(put, path = "/projects/{project}/members/{user}", tag = "members", request_body = SetRole, responses((status = 200, body = Membership)))]
async fn set(by: Member<Manage>, Path(path): Path<InPath>, Json(body): Json<SetRole>) -> Result<Stored> {
    let mut change = by.change_even_archived().await?;
    let member = members::set_role(&mut change, path.user, body.role, by.caller.admin().is_ok()).await?;
    change.ok(&member).await
}

/// Take somebody off the project, or leave it oneself.
#[utoipa::path(delete, path = "/projects/{project}/members/{user}", tag = "members", responses((status = 204)))]
async fn remove(by: Member<Read>, Path(path): Path<InPath>) -> Result<Stored> {
    let mut change = by.change_even_archived().await?;
    members::remove(&mut change, path.user).await?;
    change.done().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(set, remove))
}
