//! How one is told of news in browsers that are not looking: by push. For sessions only; a token has no browser.

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    base::{error::Result, stored_response::StoredResponse},
    http::{extract::Json, guard::Me},
    model::{
        instance,
        push_subscriptions::{self, NewPushSubscription, Push, PushPatch},
    },
};

/// How one is told by push, and whether this browser is.
#[utoipa::path(get, path = "/me/push", tag = "notifications", responses((status = 200, body = Push)))]
async fn show(by: Me) -> Result<Json<Push>> {
    let session = by.caller.in_person()?;
    Ok(Json(push_subscriptions::find(&by.app.db, by.id(), session).await?))
}

/// Say whether messages may hold texts of projects: devices show them to those who see the screen.
#[utoipa::path(patch, path = "/me/push", tag = "notifications", request_body = PushPatch, responses((status = 200, body = Push)))]
async fn patch(by: Me, Json(body): Json<PushPatch>) -> Result<StoredResponse> {
    let session = by.caller.in_person()?;
    let key = instance::push_key(&by.app.db).await?.public();
    let mut tx = by.begin().await?;
    push_subscriptions::patch(&mut tx, by.id(), &body).await?;
    let push = push_subscriptions::find_in(&mut tx, by.id(), session, key).await?;
    tx.ok(&push).await
}

/// Have this browser told of news, as long as this session lives.
#[utoipa::path(put, path = "/me/push/subscription", tag = "notifications", request_body = NewPushSubscription, responses((status = 200, body = Push)))]
async fn subscribe(by: Me, Json(body): Json<NewPushSubscription>) -> Result<StoredResponse> {
    let session = by.caller.in_person()?;
    let key = instance::push_key(&by.app.db).await?.public();
    let mut tx = by.begin().await?;
    push_subscriptions::put(&mut tx, by.id(), session, &body).await?;
    let push = push_subscriptions::find_in(&mut tx, by.id(), session, key).await?;
    tx.ok(&push).await
}

/// Have this browser told of nothing any more.
#[utoipa::path(delete, path = "/me/push/subscription", tag = "notifications", responses((status = 204)))]
async fn unsubscribe(by: Me) -> Result<StoredResponse> {
    let session = by.caller.in_person()?;
    let mut tx = by.begin().await?;
    push_subscriptions::remove(tx.tx(), session).await?;
    tx.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show, patch)).routes(routes!(subscribe, unsubscribe))
}
