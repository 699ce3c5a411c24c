//! How the instance is doing, for administrators who watch.

use std::{convert::Infallible, future::poll_fn, task::Poll};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use tokio::time::{Instant, sleep_until};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{credentials, limits::STREAMS_OF_CREDENTIAL},
    base::{clock::Timestamp, error::Result, ids::UserId},
    http::{guard::Me, metrics},
    live::{EVERY, Registration, StreamKind, stream as streams},
    model::users,
};

#[derive(Debug, Serialize, ToSchema)]
struct DeliveryLag {
    /// Null when nothing was delivered.
    #[schema(required)]
    p50: Option<f64>,
    #[schema(required)]
    p99: Option<f64>,
}

/// How the instance is doing. Rates and the lag are those of this node in the last five seconds.
#[derive(Debug, Serialize, ToSchema)]
struct Metrics {
    at: Timestamp,
    /// People with a stream open, on all nodes.
    people_online: u64,
    /// Open streams, on all nodes.
    streams: u64,
    changes_per_second: f64,
    requests_per_second: f64,
    /// Answers with a status of 500 and more.
    errors_per_second: f64,
    /// From the commit of an event to its being written to a stream.
    delivery_lag_ms: DeliveryLag,
    /// Of the machine, over 1, 5 and 15 minutes; null where it does not say.
    #[schema(required)]
    load: Option<[f64; 3]>,
    /// What the process keeps in memory; null where the machine does not say.
    #[schema(required)]
    memory_bytes: Option<u64>,
    /// Null while the database does not say.
    #[schema(required)]
    database_bytes: Option<i64>,
    node: Uuid,
    nodes: usize,
}

async fn load() -> Option<[f64; 3]> {
    let text = tokio::fs::read_to_string("/proc/loadavg").await.ok()?;
    let mut numbers = text.split(' ').map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}

impl Metrics {
    async fn read(app: &App) -> Self {
        let overview = app.live.overview();
        let rates = overview.rates;
        Self {
            at: Timestamp::now(),
            people_online: overview.people,
            streams: overview.streams,
            changes_per_second: rates.changes_per_second,
            requests_per_second: rates.requests_per_second,
            errors_per_second: rates.errors_per_second,
            delivery_lag_ms: DeliveryLag { p50: rates.lag_p50, p99: rates.lag_p99 },
            load: load().await,
            memory_bytes: metrics::memory().await,
            database_bytes: app.db.size().await.ok(),
            node: overview.node,
            nodes: overview.nodes,
        }
    }
}

/// One administrator who watches.
struct Watch {
    app: App,
    user: UserId,
    credential: Uuid,
    registration: Registration,
    next: Instant,
    over: bool,
}

enum Woken {
    Clock,
    /// What the user may do may have changed.
    News,
    End,
}

impl Watch {
    async fn woken(&self) -> Woken {
        let signal = &self.registration.signal;
        let mut alarm = std::pin::pin!(sleep_until(self.next));
        poll_fn(|cx| {
            if signal.poll_closing(cx).is_ready() {
                return Poll::Ready(Woken::End);
            }
            if signal.take_reasons().news() {
                return Poll::Ready(Woken::News);
            }
            alarm.as_mut().poll(cx).map(|()| Woken::Clock)
        })
        .await
    }

    /// Whether the session still is one, of an administrator.
    async fn may(&self) -> Result<bool> {
        Ok(credentials::live(&self.app.db, self.credential).await? && users::is_admin(&self.app.db, self.user).await?)
    }

    fn bye(mut self, reason: &str) -> (Bytes, Self) {
        self.over = true;
        (streams::bye(reason), self)
    }

    /// The next frame; none when there was a `bye`.
    async fn frame(mut self) -> Option<(Bytes, Self)> {
        while !self.over {
            let woken = self.woken().await;
            if matches!(woken, Woken::End) {
                let reason = if self.registration.signal.ended() { "session" } else { "deploy" };
                return Some(self.bye(reason));
            }
            match self.may().await {
                Ok(true) => {}
                Ok(false) => return Some(self.bye("session")),
                Err(error) => {
                    tracing::warn!(%error, "nothing is known of who watches the instance");
                    return Some(self.bye("busy"));
                }
            }
            if matches!(woken, Woken::Clock) {
                self.next = Instant::now() + EVERY;
                let metrics = serde_json::to_string(&Metrics::read(&self.app).await).unwrap_or_default();
                return Some((format!("event: metrics\ndata: {metrics}\n\n").into(), self));
            }
        }
        None
    }
}

/// How the instance is doing: `event: metrics` at once and every five seconds. It ends with a `bye` when the session ends or
/// the right of an administrator does.
#[utoipa::path(get, path = "/admin/live", tag = "admin", responses((status = 200, body = Metrics, content_type = "text/event-stream")))]
async fn show(by: Me) -> Result<Response> {
    by.caller.admin()?;
    let (app, user, credential) = (by.app.clone(), by.id(), by.caller.credential_id());
    let registration = app.live.register(user, credential, StreamKind::Instance);
    if app.limits.on() && registration.of_credential > STREAMS_OF_CREDENTIAL {
        app.limits.refuse_stream();
        return Ok(streams::busy());
    }
    let watch = Watch { app, user, credential, registration, next: Instant::now(), over: false };
    let frames = stream::unfold(watch, async |watch| {
        let (frame, watch) = watch.frame().await?;
        Some((Ok::<_, Infallible>(frame), watch))
    });
    // A body may be asked once more behind its end.
    Ok(streams::event_stream(Body::from_stream(frames.fuse())))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}
