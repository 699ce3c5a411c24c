//! Whom one could bring into a project without an invitation.

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Manage,
    base::{error::Result, ids::UserId},
    http::{
        guard::Member,
        query::{List, Page, Place, Query},
    },
    log::Person,
    model::users,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// A part of the name.
    #[serde(default)]
    q: String,
}

/// People with whom one shares another project.
#[utoipa::path(get, path = "/projects/{project}/people", tag = "people", params(Search, Page), responses((status = 200, body = List<Person>)))]
async fn list(by: Member<Manage>, Query(search): Query<Search>, Query(page): Query<Page>) -> Result<List<Person>> {
    let after = page.cursor::<Place>()?;
    let after = after.as_ref().map(|place| (place.key.as_str(), UserId(place.id)));
    let people = users::acquainted(&by.membership, &search.q, after, page.rows()).await?;
    Ok(List::page(people, page.limit, |last| Place { key: last.name.clone(), id: last.id.0 }.to_string()))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}
