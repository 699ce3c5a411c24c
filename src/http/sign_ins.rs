//! One's own sign-ins.

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    base::{error::Result, ids::SignInId},
    http::{
        guard::Me,
        query::{List, Page, Query},
    },
    model::sign_ins::{self, PastSignIn},
};

/// Who signed in to one's account, and who tried to, in the last 90 days; the latest first.
#[utoipa::path(get, path = "/me/sign-ins", tag = "sign_ins", params(Page), responses((status = 200, body = List<PastSignIn>)))]
async fn list(by: Me, Query(page): Query<Page>) -> Result<List<PastSignIn>> {
    by.caller.in_person()?;
    let before = page.cursor()?.map(SignInId);
    let sign_ins = sign_ins::list(&by.app.db, by.id(), before, page.rows()).await?;
    Ok(List::page(sign_ins, page.limit, |last| last.id.to_string()))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}
