//! Searching over all projects.

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    base::{error::Result, ids::ProjectId},
    http::{
        guard::Me,
        query::{List, Page, Query, listed},
    },
    model::search::{self, DocumentKind, Hit},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchParams {
    /// At most 400 characters and 32 words, all of which have to be there, in any case and with or without accents; the last
    /// one may be the beginning of a word. `"words in quotes"` stand one behind the other, `-word` must not be there. A number
    /// such as `12` or `WEB-12` finds that task first. Filters stand among the words, and a value of several words stands in
    /// quotes: `assignee:me` (or `none`, or a name), `label:bug`, `milestone:`, `column:`, `priority:high`, `is:open` (or
    /// `done`, `archived`), `due:<2026-12-01` (or `overdue`, `today`, `week`, `later`, `none`, a day, `from..to`), `updated:>=2026-12-01` and
    /// `created:` (or `today`, `week`, `month`, a day, `from..to`), `project:WEB`,
    /// `kind:comment`. One field's values are alternatives. `-label:bug` excludes what the filter names. Words with another name before a colon are words. What is archived
    /// is found with `is:archived` only. Filters without words list tasks. Without anything nothing is found.
    #[serde(default)]
    q: String,
    /// Only in this project.
    project: Option<ProjectId>,
    /// Only these: repeated, or with commas between them.
    #[serde(default, deserialize_with = "listed")]
    kind: Vec<DocumentKind>,
}

/// What is found in the projects that one belongs to, best first.
///
/// Words in titles come before those in texts, and what is newer before what is older.
#[utoipa::path(get, path = "/search", tag = "search", params(SearchParams, Page), responses((status = 200, body = List<Hit>)))]
async fn list(by: Me, Query(asked): Query<SearchParams>, Query(page): Query<Page>) -> Result<List<Hit>> {
    let search = search::Search {
        text: &asked.q,
        project: asked.project,
        kinds: asked.kind,
        after: page.cursor()?,
        limit: page.rows(),
    };
    let items = search::find(&by.app.db, &by.caller, search).await?;
    Ok(List::page(items, page.limit, |hit| hit.place.to_string()))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}
