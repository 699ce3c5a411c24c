//! The log of a project as pages, and the two streams.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{caller::Caller, role::Read},
    base::{
        error::{Error, Result},
        ids::ProjectId,
    },
    faults::planted,
    http::{
        extract::Json,
        guard::Member,
        media,
        query::{Limit, NextPage, Number, Query},
        schema,
    },
    live::stream,
    log::{self, LogPosition, ProjectCursor},
};

/// The number of an event, or 0 before the first one.
/// Up to the largest number that every reader of JSON has exactly (RFC 7493).
pub(super) type Seq = Number<0, 9_007_199_254_740_991, 0>;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfProject {
    /// The page begins behind the event of this number. Not together with `cursor`.
    #[param(inline)]
    after: Option<Seq>,
    /// How many events a page has at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// Where the page begins or a stream goes on: `cursor` or `next_cursor` of a page, `cursor` of the snapshot, or the
    /// `id` of an event. For a stream `Last-Event-ID` wins.
    cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfUser {
    /// Only these projects; all of the caller's when absent.
    #[serde(default, deserialize_with = "project_ids")]
    #[param(value_type = Vec<Uuid>)]
    project: Vec<ProjectId>,
    /// Where the stream goes on; `Last-Event-ID` wins.
    cursor: Option<String>,
}

/// A malformed id is answered like that of a project without the caller: the stream leaves it out.
fn project_ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ProjectId>, D::Error> {
    let ids = Vec::<String>::deserialize(deserializer)?;
    Ok(ids.iter().map(|id| ProjectId(Uuid::try_parse(id).unwrap_or_default())).collect())
}

#[derive(Serialize)]
struct EventPage {
    items: Vec<Box<RawValue>>,
    next_cursor: Option<String>,
    cursor: String,
    head: i64,
    epoch: String,
}

/// Where a page begins: behind a number, whatever its history, or behind an event of this one.
enum Begin {
    After(i64),
    Cursor(LogPosition),
}

impl Begin {
    const fn seq(&self) -> i64 {
        match self {
            Self::After(seq) | Self::Cursor(LogPosition { seq, .. }) => *seq,
        }
    }
}

impl OfProject {
    fn begin(&self, epoch: &str) -> Result<Begin> {
        let Some(cursor) = &self.cursor else { return Ok(Begin::After(self.after.unwrap_or_default().0)) };
        if self.after.is_some() {
            return Err(Error::invalid("/cursor", "does not go together with after"));
        }
        let cursor = ProjectCursor::parse(cursor);
        let cursor = cursor.ok_or_else(|| Error::invalid("/cursor", "is not a cursor of this log"))?;
        if cursor.epoch != epoch {
            return Err(Error::OtherHistory);
        }
        Ok(Begin::Cursor(cursor.position))
    }
}

/// One that is not ASCII is malformed, which is not the same as absent: the stream says `reset`.
fn last_event_id(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("last-event-id").filter(|value| !value.is_empty())?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// What happened in a project: a page of the log, or with `Accept: text/event-stream` a stream that goes on.
#[utoipa::path(
    get,
    path = "/projects/{project}/events",
    tag = "events",
    params(OfProject),
    responses((status = 200, content((schema::EventPage = "application/json"), (schema::Event = "text/event-stream"))))
)]
async fn of_project(by: Result<Member<Read>>, headers: HeaderMap, Query(page): Query<OfProject>) -> Result<Response> {
    let stream = media::prefers_stream(&headers);
    let by = match by {
        Err(error) if stream && is_overload(&error) => return Ok(retry_later(&error)),
        by => by?,
    };
    if stream {
        let cursor = last_event_id(&headers).or(page.cursor);
        return Ok(stream::of_project(by.app, by.caller, by.membership.project(), cursor.as_deref()).await);
    }
    let begin = page.begin(&by.app.epoch)?;
    let page = log::read::page(&by.app.db, by.membership.project(), begin.seq(), page.limit.0).await?;
    if matches!(begin, Begin::Cursor(_)) && begin.seq() > page.head.seq {
        return Err(Error::OtherHistory);
    }
    if planted!(PageAcrossATrim => false, begin.seq() < page.trimmed_seq) {
        return Err(Error::Trimmed { oldest: page.trimmed_seq + 1 });
    }
    if let Begin::Cursor(position) = begin
        && planted!(ChainNotCompared => false, page.begin != Some(position.chain))
    {
        return Err(Error::OtherHistory);
    }
    let epoch = by.app.epoch.to_string();
    let cursor = page.end.cursor(&epoch);
    let more = page.end.seq < page.head.seq && !page.items.is_empty();
    let next_cursor = more.then(|| cursor.clone());
    let next = next_cursor.clone().map(|cursor| NextPage { parameter: "cursor", cursor });
    let page = EventPage { items: page.items, next_cursor, cursor, head: page.head.seq, epoch };
    let mut response = Json(page).into_response();
    if let Some(next) = next {
        response.extensions_mut().insert(next);
    }
    Ok(response)
}

/// One stream for all of one's projects and notifications; `project`, repeated, narrows it.
#[utoipa::path(get, path = "/events", tag = "events", params(OfUser), responses((status = 200, body = schema::Event, content_type = "text/event-stream")))]
async fn of_user(
    State(app): State<App>,
    caller: Result<Caller>,
    headers: HeaderMap,
    Query(query): Query<OfUser>,
) -> Result<Response> {
    let caller = match caller {
        Err(error) if is_overload(&error) => return Ok(retry_later(&error)),
        caller => caller?,
    };
    let cursor = last_event_id(&headers).or(query.cursor);
    let only = Some(query.project).filter(|only| !only.is_empty());
    Ok(stream::of_user(app, caller, only, cursor.as_deref()).await)
}

/// Whether the client can do nothing but come back later.
fn is_overload(error: &Error) -> bool {
    error.is_server_error() || matches!(error, Error::RateLimited { .. })
}

/// Our own failure is answered like overload (200 and `bye busy`), so that an `EventSource` retries.
fn retry_later(error: &Error) -> Response {
    tracing::warn!(%error, "a stream could not begin");
    stream::busy()
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_project)).routes(routes!(of_user))
}
