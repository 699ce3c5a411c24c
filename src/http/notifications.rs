//! One's own notifications.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::Me,
    app::App,
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
async fn list(by: Me, Query(listing): Query<Listing>) -> Result<Json<NotificationPage>> {
    by.caller.unrestricted()?;
    let before = match listing.cursor {
        Some(cursor) => cursor.parse().map_err(|_| Error::invalid("/cursor", "is not a cursor of this list"))?,
        None => i64::MAX,
    };
    let items = notifications::list(&by.app, by.id(), listing.unread, before, listing.limit.0 + 1).await?;
    let page = List::page(items, listing.limit, |last| last.number.to_string());
    let unread_count = notifications::unread_count(&by.app, by.id()).await?;
    Ok(Json(NotificationPage { items: page.items, next_cursor: page.next_cursor, unread_count }))
}

#[derive(Deserialize)]
struct InPath {
    notification: NotificationId,
}

/// Mark one as read.
#[utoipa::path(put, path = "/me/notifications/{notification}/read", tag = "notifications", responses((status = 200, body = Notification)))]
async fn read(by: Me, Path(path): Path<InPath>) -> Result<Stored> {
    by.caller.unrestricted()?;
    let mut work = by.work().await?;
    let notification = notifications::read(&mut work, by.id(), path.notification).await?;
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
async fn read_all(by: Me, OptionalJson(body): OptionalJson<ReadAll>) -> Result<Stored> {
    by.caller.unrestricted()?;
    let mut work = by.work().await?;
    notifications::read_all(&mut work, by.id(), body.up_to).await?;
    let unread_count = notifications::unread_in(&mut work, by.id()).await?;
    work.ok(&Unread { unread_count }).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read)).routes(routes!(read_all))
}
