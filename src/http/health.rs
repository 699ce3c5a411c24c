//! Whether the process lives and whether it can serve, for a supervisor or a load balancer.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;

use crate::{
    app::App,
    base::error::{Error, Result},
    model::instance,
};

/// The process answers.
async fn live() -> &'static str {
    "ok\n"
}

/// The process can serve: the database answers and takes changes, and the server is not about to stop.
async fn ready(State(app): State<App>) -> Result<Response> {
    if app.draining() {
        return Err(Error::Unavailable);
    }
    let asked = async {
        instance::epoch(&app.db).await?;
        app.db.writable().await
    };
    let writable = tokio::time::timeout(Duration::from_secs(2), asked).await.map_err(|_| Error::Unavailable)??;
    Ok(if writable {
        "ok\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database is read-only: it takes no changes\n").into_response()
    })
}

pub fn routes() -> Router<App> {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready))
}
