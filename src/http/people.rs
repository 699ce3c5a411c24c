//! Whom one could bring into a project without an invitation.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Manage, Member},
    app::App,
    error::Result,
    event::Actor,
    http::{
        extract::{Json, List, Query},
        schema,
    },
    model::users,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    #[serde(default)]
    q: String,
}

/// People with whom one shares another project.
#[utoipa::path(get, path = "/projects/{project}/people", tag = "members", responses((status = 200, body = List<schema::Person>)))]
async fn people(by: Member<Manage>, Query(search): Query<Search>) -> Result<Json<List<Actor>>> {
    Ok(Json(List::whole(users::acquainted(&by.app, by.caller.user.id, by.project, &search.q).await?)))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(people))
}
