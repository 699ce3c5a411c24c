//! Markdown before it is sent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Read,
    base::{error::Result, text::Body},
    http::{extract::Json, guard::Member},
    markdown::Boxes,
    model::markdown,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Text {
    text: Body,
}

/// What a text becomes. The schemas of the whole API share their names: an invitation has the preview.
#[derive(Serialize, ToSchema)]
struct Rendered {
    html: String,
}

/// How a text of this project will be shown. Nothing is kept.
#[utoipa::path(post, path = "/projects/{project}/preview", tag = "comments", request_body = Text, responses((status = 200, body = Rendered)))]
async fn preview(by: Member<Read>, Json(body): Json<Text>) -> Result<Json<Rendered>> {
    let mut tx = by.membership.read().await?;
    let (project, writer) = (by.membership.project(), by.membership.user());
    let rendered = markdown::render(&mut tx, project, writer, &body.text.into_string(), Boxes::Shown).await?;
    Ok(Json(Rendered { html: rendered.html }))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(preview))
}
