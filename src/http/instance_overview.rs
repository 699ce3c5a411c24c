//! What an instance is made of and how full it is, for administrators.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    base::{clock::Timestamp, error::Result, runs::Run},
    config::Setting,
    http::{extract::Json, guard::Me},
    model::instance_overview::{self, Counts, DatabaseOverview, Waiting},
};

/// Where the bytes of attachments are kept.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FilesKind {
    Folder,
    S3,
}

#[derive(Debug, Serialize, ToSchema)]
struct InstanceOverview {
    version: &'static str,
    /// When this node began.
    started_at: Timestamp,
    node: Uuid,
    nodes: usize,
    database: DatabaseOverview,
    files: FilesKind,
    counts: Counts,
    waiting: Waiting,
    /// Those of this node.
    settings: Vec<Setting>,
    /// What runs by itself on this node, now and then.
    jobs: Vec<Run>,
}

/// What this instance is made of, how much there is in it, how it is set, and what waits.
#[utoipa::path(get, path = "/admin/instance", tag = "admin", responses((status = 200, body = InstanceOverview)))]
async fn show_instance(by: Me) -> Result<Json<InstanceOverview>> {
    by.caller.admin()?;
    let (app, live) = (&by.app, by.app.live.overview());
    Ok(Json(InstanceOverview {
        version: env!("CARGO_PKG_VERSION"),
        started_at: app.started_at,
        node: live.node,
        nodes: live.nodes,
        database: instance_overview::database(&app.db).await?,
        files: if app.config.files.is_some() { FilesKind::S3 } else { FilesKind::Folder },
        counts: instance_overview::counts(&app.db).await?,
        waiting: instance_overview::waiting(&app.db).await?,
        settings: app.config.settings.clone(),
        jobs: app.runs.list(),
    }))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_instance))
}
