//! The people of a project.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::{Manage, Read},
    base::{error::Result, ids::UserId, stored_response::StoredResponse},
    http::{
        extract::{Json, Path},
        guard::Member,
        query::{List, Page, Place, Query},
    },
    model::{
        guests::{self, MergeGuest},
        members::{self, ListedMember, SetRole},
    },
};

#[derive(Deserialize)]
struct InPath {
    user: UserId,
}

#[derive(Deserialize)]
struct GuestInPath {
    guest: UserId,
}

/// Everybody in the project.
#[utoipa::path(get, path = "/projects/{project}/members", tag = "members", params(Page), responses((status = 200, body = List<ListedMember>)))]
async fn list(by: Member<Read>, Query(page): Query<Page>) -> Result<List<ListedMember>> {
    let after = page.cursor::<Place>()?;
    let after = after.as_ref().map(|place| (place.key.as_str(), UserId(place.id)));
    let members = members::list(&by.membership, after, page.rows()).await?;
    Ok(List::page(members, page.limit, |last| {
        Place { key: last.member.name.clone(), id: last.member.id.0 }.to_string()
    }))
}

/// Give a member another role, or add a person one already works with.
#[utoipa::path(put, path = "/projects/{project}/members/{user}", tag = "members", request_body = SetRole, responses((status = 200, body = members::Member)))]
async fn set(by: Member<Manage>, Path(path): Path<InPath>, Json(body): Json<SetRole>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let member = members::set_role(&mut change, path.user, body.role, by.caller.admin().is_ok()).await?;
    change.ok(&member).await
}

/// Remove a member, or leave the project oneself.
#[utoipa::path(delete, path = "/projects/{project}/members/{user}", tag = "members", responses((status = 204)))]
async fn remove(by: Member<Read>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    members::remove(&mut change, path.user).await?;
    change.no_content().await
}

/// Say which member a guest of an import is. What the guest has becomes the member's: what they wrote, made, and are assigned
/// to or mentioned in. The guest is no more. Guests with the address of a person who joins are merged by themselves.
#[utoipa::path(post, path = "/projects/{project}/members/{guest}/merge", tag = "members", request_body = MergeGuest, responses((status = 200, body = members::Member)))]
async fn merge(
    by: Member<Manage>,
    Path(path): Path<GuestInPath>,
    Json(body): Json<MergeGuest>,
) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let member = guests::merge(&mut change, path.guest, body.user_id).await?;
    change.ok(&member).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(set, remove)).routes(routes!(merge))
}
