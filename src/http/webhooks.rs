//! Webhooks: where a project's events are sent. For managers; an archived project has them too, for its people still come and
//! go.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        audit::{self, Act, Entry, Target},
        role::Manage,
    },
    base::{
        error::Result,
        ids::{DeliveryId, WebhookId},
        stored_response::StoredResponse,
    },
    change::Change,
    http::{
        extract::{Json, Path},
        guard::Member,
        query::{List, Page, Query},
    },
    model::webhooks::{
        self, NewWebhook, Ping, Redelivery, Webhook, WebhookPatch, WebhookWithSecret,
        deliveries::{self, Delivery},
    },
};

#[derive(Deserialize)]
struct InPath {
    webhook: WebhookId,
}

/// Write to the audit log who changes a webhook. The address is not told: it may hold a secret of its receiver.
fn note(change: &mut Change, act: Act, webhook: WebhookId) {
    let project = change.project();
    change.audit(Entry::new(act).about(Target::Other("webhook", webhook.0)).in_project(project));
}

/// After a change of a webhook: it is noted who did it, and what is due is sent at once.
fn changed(by: &Member<Manage>, act: Act, webhook: WebhookId) {
    audit::webhook(act.name(), by.membership.user(), by.membership.project(), webhook);
    by.app.live.follower().wake();
}

/// Answer with a secret that is in this answer only: a retry gets the webhook without it, as it is not written down among the
/// answers.
async fn answer_once(change: Change, status: StatusCode, made: &WebhookWithSecret) -> Result<StoredResponse> {
    let project = change.project();
    let kept = StoredResponse::json(status, &made.webhook)?.about(project);
    let answer = StoredResponse::json(status, made)?.about(project);
    change.finish().await?.answer_storing(answer, &kept).await
}

/// The webhooks of a project, and how sending to each of them goes.
#[utoipa::path(get, path = "/projects/{project}/webhooks", tag = "webhooks", params(Page), responses((status = 200, body = List<Webhook>)))]
async fn list(by: Member<Manage>, Query(page): Query<Page>) -> Result<List<Webhook>> {
    let after = page.cursor()?.map(WebhookId);
    let items = webhooks::list(&by.membership, after, page.rows()).await?;
    Ok(List::page(items, page.limit, |last| last.id.to_string()))
}

/// Send the events of a project to an address from here on: in order, signed as Standard Webhooks has it. The secret is in
/// this answer only.
#[utoipa::path(post, path = "/projects/{project}/webhooks", tag = "webhooks", request_body = NewWebhook, responses((status = 201, body = WebhookWithSecret)))]
async fn create(by: Member<Manage>, Json(body): Json<NewWebhook>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let made = webhooks::create(&mut change, body).await?;
    note(&mut change, Act::WebhookCreate, made.webhook.id);
    let answer = answer_once(change, StatusCode::CREATED, &made).await?;
    changed(&by, Act::WebhookCreate, made.webhook.id);
    Ok(answer)
}

/// One webhook, and how sending to it goes.
#[utoipa::path(get, path = "/projects/{project}/webhooks/{webhook}", tag = "webhooks", responses((status = 200, body = Webhook)))]
async fn show(by: Member<Manage>, Path(path): Path<InPath>) -> Result<Json<Webhook>> {
    Ok(Json(webhooks::find(&by.membership, path.webhook).await?))
}

/// Change a webhook, or stop it for a while: what happens meanwhile is sent when it is active again.
#[utoipa::path(patch, path = "/projects/{project}/webhooks/{webhook}", tag = "webhooks", request_body = WebhookPatch, responses((status = 200, body = Webhook)))]
async fn patch(by: Member<Manage>, Path(path): Path<InPath>, Json(body): Json<WebhookPatch>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let webhook = webhooks::patch(&mut change, path.webhook, body).await?;
    note(&mut change, Act::WebhookChange, path.webhook);
    let answer = change.ok(&webhook).await?;
    changed(&by, Act::WebhookChange, path.webhook);
    Ok(answer)
}

/// Send nothing there any more.
#[utoipa::path(delete, path = "/projects/{project}/webhooks/{webhook}", tag = "webhooks", responses((status = 204)))]
async fn remove(by: Member<Manage>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    webhooks::remove(&mut change, path.webhook).await?;
    note(&mut change, Act::WebhookDelete, path.webhook);
    let answer = change.no_content().await?;
    changed(&by, Act::WebhookDelete, path.webhook);
    Ok(answer)
}

/// Make another secret, which is in this answer only. For a day messages are signed by the one before, too.
#[utoipa::path(post, path = "/projects/{project}/webhooks/{webhook}/rotate", tag = "webhooks", responses((status = 200, body = WebhookWithSecret)))]
async fn rotate(by: Member<Manage>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let made = webhooks::rotate(&mut change, path.webhook).await?;
    note(&mut change, Act::WebhookRotate, path.webhook);
    let answer = answer_once(change, StatusCode::OK, &made).await?;
    changed(&by, Act::WebhookRotate, path.webhook);
    Ok(answer)
}

/// Send a message that tells of no event, to see whether it arrives: the deliveries say so in a moment. One that arrives
/// brings back a webhook that waits after failures.
#[utoipa::path(post, path = "/projects/{project}/webhooks/{webhook}/ping", tag = "webhooks", responses((status = 202, body = Ping)))]
async fn ping(by: Member<Manage>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let ping = webhooks::ping(&mut change, path.webhook).await?;
    note(&mut change, Act::WebhookPing, path.webhook);
    let answer = accepted(change, &ping).await?;
    changed(&by, Act::WebhookPing, path.webhook);
    Ok(answer)
}

async fn accepted(change: Change, value: &impl Serialize) -> Result<StoredResponse> {
    let answer = StoredResponse::json(StatusCode::ACCEPTED, value)?.about(change.project());
    let kept = answer.clone();
    change.finish().await?.answer_storing(answer, &kept).await
}

/// The last attempts, the newest first: the last 200 are kept.
#[utoipa::path(get, path = "/projects/{project}/webhooks/{webhook}/deliveries", tag = "webhooks", params(Page), responses((status = 200, body = List<Delivery>)))]
async fn deliveries(by: Member<Manage>, Query(page): Query<Page>, Path(path): Path<InPath>) -> Result<List<Delivery>> {
    let before = page.cursor()?.map(DeliveryId);
    let items = deliveries::list(&by.membership, path.webhook, before, page.rows()).await?;
    Ok(List::page(items, page.limit, |last| last.id.to_string()))
}

/// Go on from another event, at once: send some once more, or leave some out. Messages keep their ids.
#[utoipa::path(post, path = "/projects/{project}/webhooks/{webhook}/redeliver", tag = "webhooks", request_body = Redelivery, responses((status = 200, body = Webhook)))]
async fn redeliver(
    by: Member<Manage>,
    Path(path): Path<InPath>,
    Json(body): Json<Redelivery>,
) -> Result<StoredResponse> {
    let mut change = by.change_even_archived().await?;
    let webhook = webhooks::redeliver(&mut change, path.webhook, body.from_seq).await?;
    note(&mut change, Act::WebhookRedeliver, path.webhook);
    let answer = change.ok(&webhook).await?;
    changed(&by, Act::WebhookRedeliver, path.webhook);
    Ok(answer)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, patch, remove))
        .routes(routes!(rotate))
        .routes(routes!(ping))
        .routes(routes!(deliveries))
        .routes(routes!(redeliver))
}
