//! One's own notifications.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    base::{error::Result, ids::NotificationId, stored_response::StoredResponse},
    http::{
        extract::{Json, OptionalJson, Path},
        guard::Me,
        query::{self, List, Page, Query},
    },
    log::notifications::Notification,
    model::{
        notification_settings::{self, NotificationSettings, NotificationSettingsPatch},
        notifications,
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only those that are not read.
    #[serde(default)]
    #[param(default = false)]
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
#[utoipa::path(get, path = "/me/notifications", tag = "notifications", params(Filter, Page), responses((status = 200, body = NotificationPage)))]
async fn list(by: Me, Query(filter): Query<Filter>, Query(page): Query<Page>) -> Result<Response> {
    by.caller.unrestricted()?;
    let before = page.cursor()?.unwrap_or(i64::MAX);
    // At one moment: what comes between the two would be counted twice by a reader of both.
    let mut tx = by.app.db.begin_read().await?;
    let items = notifications::list(&mut tx, by.id(), filter.unread, before, page.rows()).await?;
    let unread_count = notifications::unread_in(&mut tx, by.id()).await?;
    drop(tx);
    let page = List::page(items, page.limit, |last| last.number.to_string());
    let next_cursor = page.next_cursor.clone();
    Ok(query::page(NotificationPage { items: page.items, next_cursor: page.next_cursor, unread_count }, next_cursor))
}

#[derive(Deserialize)]
struct InPath {
    notification: NotificationId,
}

/// Mark one as read.
#[utoipa::path(put, path = "/me/notifications/{notification}/read", tag = "notifications", responses((status = 200, body = Notification)))]
async fn read(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    by.caller.unrestricted()?;
    let mut tx = by.begin().await?;
    let notification = notifications::read(&mut tx, by.id(), path.notification).await?;
    tx.ok_about(notification.project.id, &notification).await
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadAll {
    /// The number of the newest that was seen; all when absent.
    up_to: Option<i64>,
}

/// Mark all as read.
#[utoipa::path(put, path = "/me/notifications/read", tag = "notifications", request_body = Option<ReadAll>, responses((status = 200, body = Unread)))]
async fn read_all(by: Me, OptionalJson(body): OptionalJson<ReadAll>) -> Result<StoredResponse> {
    by.caller.unrestricted()?;
    let mut tx = by.begin().await?;
    notifications::read_all(&mut tx, by.id(), body.up_to).await?;
    let unread_count = notifications::unread_in(tx.tx(), by.id()).await?;
    tx.ok(&Unread { unread_count }).await
}

/// How one is told of what.
#[utoipa::path(get, path = "/me/notification-settings", tag = "notifications", responses((status = 200, body = NotificationSettings)))]
async fn settings(by: Me) -> Result<Json<NotificationSettings>> {
    by.caller.unrestricted()?;
    Ok(Json(notification_settings::find(&by.app.db, by.id()).await?))
}

/// Change how one is told of what.
#[utoipa::path(patch, path = "/me/notification-settings", tag = "notifications", request_body = NotificationSettingsPatch, responses((status = 200, body = NotificationSettings)))]
async fn set(by: Me, Json(body): Json<NotificationSettingsPatch>) -> Result<StoredResponse> {
    by.caller.unrestricted()?;
    let mut tx = by.begin().await?;
    let settings = notification_settings::patch(&mut tx, by.id(), &body).await?;
    tx.ok(&settings).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(read_all))
        .routes(routes!(settings, set))
}
