//! Webhooks of all projects, as administrators see them: whose they are and how they do, and of the address only the host.

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    base::{error::Result, ids::WebhookId},
    http::{
        guard::Me,
        query::{List, Page, Query},
    },
    model::webhooks::overview::{self, AdminWebhook},
};

/// Where events of projects are sent, for administrators.
#[utoipa::path(get, path = "/admin/webhooks", tag = "admin", params(Page), responses((status = 200, body = List<AdminWebhook>)))]
async fn list_webhooks(by: Me, Query(page): Query<Page>) -> Result<List<AdminWebhook>> {
    by.caller.admin()?;
    let after = page.cursor()?.map(WebhookId);
    let webhooks = overview::list(&by.app.db, after, page.rows()).await?;
    Ok(List::page(webhooks, page.limit, |last| last.id.to_string()))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_webhooks))
}
