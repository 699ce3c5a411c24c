//! From a request to a stream: the limits, the look-ups, and the head of the response.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, header};

use super::{Scope, Stream, Upgrade, frames};
use crate::{
    app::App,
    auth::{
        caller::Caller,
        limits::{STREAMS_OF_CREDENTIAL, STREAMS_OF_USER, streams_of_node},
    },
    base::{error::Error, ids::ProjectId},
    live::{Cursor, registry::Registration},
    log::{ProjectCursor, notifications::Notified},
};

/// The stream of one project. Its events carry the cursor themselves, as `<epoch>.<seq>.<chain>`.
pub async fn of_project(app: App, caller: Caller, project: ProjectId, cursor: Option<&str>) -> Response {
    let cursor = cursor.map(|text| {
        // One that makes no sense is of no epoch.
        let Some(parsed) = ProjectCursor::parse(text) else { return Cursor::default() };
        let mut cursor = Cursor::new(&parsed.epoch, Notified::default());
        cursor.set(project, parsed.position);
        cursor
    });
    open(app, caller, Scope::Project(project), cursor).await
}

/// The stream of everything that a user may see, or of these projects only.
pub async fn of_user(app: App, caller: Caller, only: Option<Vec<ProjectId>>, cursor: Option<&str>) -> Response {
    let cursor = cursor.map(|text| Cursor::decode(text).unwrap_or_default());
    open(app, caller, Scope::User(only), cursor).await
}

async fn open(app: App, caller: Caller, scope: Scope, cursor: Option<Cursor>) -> Response {
    let registration = app.live.register(caller.user.id, caller.credential_id(), scope.kind());
    if app.limits.on() && exceeds_limits(&app, &registration) {
        app.limits.refuse_stream();
        return busy();
    }
    let live = app.live.clone();
    let mut stream = Stream::new(app, &caller, scope, registration);
    let permit = live.opening_permit().await;
    let begun = stream.begin(caller.credential_id(), cursor).await;
    drop(permit);
    match begun {
        Ok(()) => {
            let mut response = event_stream(Body::empty());
            response.extensions_mut().insert(Upgrade::new(stream));
            response
        }
        Err(Error::Unauthenticated) => Error::Unauthenticated.into_response(),
        Err(error) => {
            tracing::warn!(%error, "a stream could not begin");
            busy()
        }
    }
}

fn exceeds_limits(app: &App, registration: &Registration) -> bool {
    registration.of_credential > STREAMS_OF_CREDENTIAL
        || registration.of_user > STREAMS_OF_USER
        || registration.of_node > streams_of_node(app.config.connections)
}

/// A stream that says `bye busy` and ends. An `EventSource` that gets anything but 200 on a reconnect closes for good, so
/// overload is answered with 200.
#[must_use]
pub fn busy() -> Response {
    event_stream(Body::from([frames::retry(frames::RETRY_BUSY), frames::bye("busy")].concat()))
}

/// The answer that is a stream with this body.
#[must_use]
pub fn event_stream(body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx buffers responses unless told otherwise.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}
