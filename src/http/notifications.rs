//! One's own notifications.

use std::sync::Arc;

use axum::{Extension, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::Caller,
    app::App,
    change::{Request, Work},
    error::{Error, Result},
    http::extract::{Json, Limit, List, OptionalJson, Path, Query},
    ids::NotificationId,
    model::{
        answers::Stored,
        notifications::{self, Notification},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
    #[serde(default)]
    unread: bool,
}

#[derive(Serialize, ToSchema)]
struct NotificationPage {
    items: Vec<Notification>,
    #[schema(required)]
    next_cursor: Option<String>,
    /// Of all, not of this page.
    unread_count: i64,
}

#[derive(Serialize, ToSchema)]
struct Unread {
    unread_count: i64,
}

/// The newest first.
#[utoipa::path(get, path = "/me/notifications", tag = "notifications", responses((status = 200, body = NotificationPage)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(listing): Query<Listing>,
) -> Result<Json<NotificationPage>> {
    caller.unrestricted()?;
    let before = match listing.cursor {
        Some(cursor) => cursor.parse().map_err(|_| Error::invalid("/cursor", "is not a cursor of this list"))?,
        None => i64::MAX,
    };
    let items = notifications::list(&app, caller.user.id, listing.unread, before, listing.limit.0 + 1).await?;
    let page = List::page(items, listing.limit, |last| last.number.to_string());
    let unread_count = notifications::unread_count(&app, caller.user.id).await?;
    Ok(Json(NotificationPage { items: page.items, next_cursor: page.next_cursor, unread_count }))
}

#[derive(Deserialize)]
struct InPath {
    notification: NotificationId,
}

/// Mark one as read.
#[utoipa::path(put, path = "/me/notifications/{notification}/read", tag = "notifications", responses((status = 200, body = Notification)))]
async fn read(
    State(app): State<App>,
    caller: Caller,
    Extension(request): Extension<Arc<Request>>,
    Path(path): Path<InPath>,
) -> Result<Stored> {
    caller.unrestricted()?;
    let mut work = Work::begin(&app, &caller, &request).await?;
    let notification = notifications::read(&mut work, caller.user.id, path.notification).await?;
    work.ok(&notification).await
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadAll {
    /// The number of the newest that was seen; all when absent.
    up_to: Option<i64>,
}

/// Mark all as read.
#[utoipa::path(put, path = "/me/notifications/read", tag = "notifications", request_body = Option<ReadAll>, responses((status = 200, body = Unread)))]
async fn read_all(
    State(app): State<App>,
    caller: Caller,
    Extension(request): Extension<Arc<Request>>,
    OptionalJson(body): OptionalJson<ReadAll>,
) -> Result<Stored> {
    caller.unrestricted()?;
    let mut work = Work::begin(&app, &caller, &request).await?;
    notifications::read_all(&mut work, caller.user.id, body.up_to).await?;
    let unread_count = notifications::unread_in(&mut work, caller.user.id).await?;
    work.ok(&Unread { unread_count }).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read)).routes(routes!(read_all))
}
