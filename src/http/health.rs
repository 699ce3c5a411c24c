//! For whoever watches over the process.

use std::time::Duration;

use axum::{Router, extract::State, routing::get};

use crate::{
    app::App,
    error::{Error, Result},
};

/// The process answers.
async fn live() -> &'static str {
    "ok\n"
}

/// The process can do its work: the database answers, and it is not about to stop.
async fn ready(State(app): State<App>) -> Result<&'static str> {
    if app.draining() {
        return Err(Error::Unavailable);
    }
    let check = app.db.query("select epoch from instance where id = 1").one::<(String,)>();
    tokio::time::timeout(Duration::from_secs(2), check).await.map_err(|_| Error::Unavailable)??;
    Ok("ok\n")
}

pub fn routes() -> Router<App> {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready))
}
