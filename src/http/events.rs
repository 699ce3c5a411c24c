//! The log of a project as pages, and the two streams.

use axum::extract::RawQuery;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use http::header;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    access::{Caller, Member, Read},
    app::App,
    error::{Error, Result},
    event,
    faults::{Fault, planted},
    http::{
        extract::{Json, Limit, Query},
        schema, stream,
    },
    ids::ProjectId,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default)]
    after: i64,
    #[serde(default)]
    limit: Limit,
    /// Where a stream goes on; `Last-Event-ID` wins.
    cursor: Option<String>,
}

#[derive(Serialize)]
struct EventPage {
    items: Vec<Box<RawValue>>,
    next_cursor: Option<i64>,
    head: i64,
    epoch: String,
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    accept.to_ascii_lowercase().contains("text/event-stream")
}

fn last_event_id(headers: &HeaderMap) -> Option<String> {
    headers.get("last-event-id").map(|value| value.to_str().unwrap_or("").to_owned()).filter(|id| !id.is_empty())
}

/// What happened in a project: a page of the log, or with `Accept: text/event-stream` a stream that goes on.
#[utoipa::path(
    get,
    path = "/projects/{project}/events",
    tag = "events",
    responses((status = 200, content((schema::EventPage = "application/json"), (schema::Event = "text/event-stream"))))
)]
async fn of_project(by: Result<Member<Read>>, headers: HeaderMap, Query(page): Query<Page>) -> Result<Response> {
    let stream = wants_stream(&headers);
    let by = match by {
        Err(error) if stream && error.is_ours() => return Ok(put_off(&error)),
        by => by?,
    };
    if stream {
        let cursor = last_event_id(&headers).or(page.cursor);
        return Ok(stream::of_project(by.app, by.caller, by.project, cursor.as_deref()).await);
    }
    if page.after < 0 {
        return Err(Error::invalid("/after", "must not be negative"));
    }
    let (items, reach) = event::page(&by.app.db, by.project, page.after, page.limit.0).await?;
    if page.after < reach.trimmed_seq && !planted(Fault::PageAcrossATrim) {
        return Err(Error::Trimmed { oldest: reach.trimmed_seq + 1 });
    }
    let last = page.after.saturating_add(i64::try_from(items.len()).unwrap_or(0));
    let next_cursor = (last < reach.seq && !items.is_empty()).then_some(last);
    let epoch = by.app.epoch.to_string();
    Ok(Json(EventPage { items, next_cursor, head: reach.seq, epoch }).into_response())
}

/// One stream for all of one's projects and notifications; `project`, repeated, narrows it.
#[utoipa::path(get, path = "/events", tag = "events", responses((status = 200, body = schema::Event, content_type = "text/event-stream")))]
async fn of_user(
    State(app): State<App>,
    caller: Result<Caller>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let caller = match caller {
        Err(error) if error.is_ours() => return Ok(put_off(&error)),
        caller => caller?,
    };
    let mut cursor = last_event_id(&headers);
    let mut only = vec![];
    for (name, value) in form_urlencoded(query.as_deref().unwrap_or("")) {
        match name.as_str() {
            "cursor" => cursor = cursor.or(Some(value)),
            // A project that is not one's own, or none at all, is simply not in the stream.
            "project" => only.push(ProjectId(Uuid::try_parse(&value).unwrap_or(Uuid::nil()))),
            _ => return Err(Error::invalid(format!("/{name}"), "is unknown")),
        }
    }
    let only = Some(only).filter(|only| !only.is_empty());
    Ok(stream::of_user(app, caller, only, cursor.as_deref()).await)
}

/// Who could not be looked up because of us comes back later.
fn put_off(error: &Error) -> Response {
    tracing::warn!(%error, "a stream could not begin");
    stream::busy()
}

fn form_urlencoded(query: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query).unwrap_or_default()
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_project)).routes(routes!(of_user))
}
