//! Whether the process lives and whether it can serve, for a supervisor or a load balancer.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::stream;
use http::{HeaderMap, header};
use tokio::time::sleep;

use crate::{
    app::App,
    base::error::{Error, Result},
    live::stream::event_stream,
    model::instance,
};

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many events the probe of streams has, and how long it pauses between two of them.
pub const PROBES: usize = 3;
pub const PROBE_PAUSE: Duration = Duration::from_millis(300);

/// The process answers. To who wants a stream it answers by a short one, which shows whether a proxy in front keeps back
/// what streams say.
async fn live(headers: HeaderMap) -> Response {
    let streams = headers.get(header::ACCEPT).is_some_and(|accept| accept == "text/event-stream");
    if !streams {
        return "ok\n".into_response();
    }
    let events = stream::unfold(0, async |sent| {
        if sent == PROBES {
            return None;
        }
        if sent > 0 {
            sleep(PROBE_PAUSE).await;
        }
        Some((Ok::<_, Infallible>(format!("event: probe\ndata: {}\n\n", sent + 1)), sent + 1))
    });
    event_stream(Body::from_stream(events))
}

fn not_ready(code: &'static str, detail: impl Into<String>) -> Error {
    Error::NotReady { code, detail: detail.into() }
}

/// The process can serve: the database answers and takes changes, and the server is not about to stop. Otherwise the answer
/// says what is missing.
async fn ready(State(app): State<App>) -> Result<&'static str> {
    if app.draining() {
        return Err(not_ready("draining", "the server is about to stop"));
    }
    let asked = async {
        instance::epoch(&app.db).await?;
        app.db.writable().await
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(true)) => Ok("ok\n"),
        Ok(Ok(false)) => Err(not_ready("database_read_only", "the database is read-only: it takes no changes")),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database failed");
            Err(not_ready("database_unavailable", "the database cannot be read"))
        }
        Err(_) => {
            let detail = format!("the database has not answered within {} s", PATIENCE.as_secs());
            Err(not_ready("database_timeout", detail))
        }
    }
}

pub fn routes() -> Router<App> {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready))
}
