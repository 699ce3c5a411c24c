//! The log of a project as pages, and the two streams.

use std::io;

use axum::{
    body::Body,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, header};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{caller::Caller, membership, role::Read},
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
    live::stream as streams,
    log::{self, LogPosition, ProjectCursor, read::LogPage},
};

/// How many lines are read from the log at once.
const LINES_AT_ONCE: i64 = 500;

/// The number of an event, or 0 before the first one.
/// Up to the largest number that every reader of JSON has exactly (RFC 7493).
pub type Seq = Number<0, 9_007_199_254_740_991, 0>;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfProject {
    /// The page begins behind the event of this number. Not together with `cursor`.
    #[param(inline)]
    after: Option<Seq>,
    /// How many events a page has at most. Lines (`application/x-ndjson`) without it are the whole rest of the log.
    #[param(inline)]
    limit: Option<Limit>,
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

/// Lines of a log that a client takes as fast as it likes.
struct Lines {
    by: Member<Read>,
    /// The last event of the answer: the last one of the log when it was asked for.
    upto: i64,
    /// How many events may follow.
    left: i64,
}

impl Lines {
    /// The lines of a page, and behind which event the next one begins.
    fn of(&mut self, page: &LogPage, after: i64) -> (Bytes, Option<i64>) {
        let wanted = page.items.len().min(usize::try_from(self.left.min(self.upto - after)).unwrap_or(0));
        let mut text = String::new();
        for item in &page.items[..wanted] {
            text.push_str(item.get());
            text.push('\n');
        }
        let count = i64::try_from(wanted).unwrap_or(i64::MAX);
        self.left -= count;
        let end = after + count;
        (text.into(), (wanted > 0 && self.left > 0 && end < self.upto).then_some(end))
    }

    /// Reads the next page, if the caller is still a member.
    async fn next(&mut self, after: i64) -> Result<(Bytes, Option<i64>)> {
        let page = log::read::page(&self.by.app.db, self.by.membership.project(), after, LINES_AT_ONCE).await?;
        if page.trimmed_seq > after {
            return Err(Error::Trimmed { oldest: page.trimmed_seq + 1 });
        }
        if !membership::holds(&self.by.app.db, &self.by.membership).await? {
            return Err(Error::NotFound);
        }
        Ok(self.of(&page, after))
    }

    /// Send the first page, and what follows as it is taken: at most one page is held, and no reader of the database.
    fn respond(mut self, first: &LogPage, after: i64) -> Response {
        let (bytes, next) = self.of(first, after);
        let rest = stream::unfold((self, next), |(mut lines, next)| async move {
            match lines.next(next?).await {
                Ok((bytes, next)) => Some((Ok(bytes), (lines, next))),
                Err(error) => {
                    tracing::info!(%error, "the lines of a log broke off");
                    // The body ends in a way by which the client sees that it is not whole.
                    Some((Err(io::Error::other("the log broke off")), (lines, None)))
                }
            }
        });
        let body = stream::iter([Ok(bytes)]).chain(rest);
        // Compression asks once more behind the end.
        let mut response = Response::new(Body::from_stream(body.fuse()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media::LINES));
        response
    }
}

/// What happened in a project: a page of the log, with `Accept: text/event-stream` a stream that goes on, or with
/// `Accept: application/x-ndjson` the log up to its end, an event a line.
#[utoipa::path(
    get,
    path = "/projects/{project}/events",
    tag = "events",
    params(OfProject),
    responses((status = 200, content((schema::EventPage = "application/json"), (schema::Event = "text/event-stream"), (String = "application/x-ndjson"))))
)]
async fn of_project(by: Result<Member<Read>>, headers: HeaderMap, Query(page): Query<OfProject>) -> Result<Response> {
    let stream = media::prefers_stream(&headers);
    let by = match by {
        Err(error) if stream && is_overload(&error) => return Ok(retry_later(&error)),
        by => by?,
    };
    if stream {
        let cursor = last_event_id(&headers).or(page.cursor);
        return Ok(streams::of_project(by.app, by.caller, by.membership.project(), cursor.as_deref()).await);
    }
    let begin = page.begin(&by.app.epoch)?;
    let lines = media::prefers_lines(&headers);
    let limit = match page.limit {
        Some(Number(limit)) => limit,
        None if lines => i64::MAX,
        None => Limit::default().0,
    };
    let at_once = if lines { limit.min(LINES_AT_ONCE) } else { limit };
    let page = log::read::page(&by.app.db, by.membership.project(), begin.seq(), at_once).await?;
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
    if lines {
        let after = begin.seq();
        return Ok(Lines { by, upto: page.head.seq, left: limit }.respond(&page, after));
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
    Ok(streams::of_user(app, caller, only, cursor.as_deref()).await)
}

/// Whether the client can do nothing but come back later.
fn is_overload(error: &Error) -> bool {
    error.is_server_error() || matches!(error, Error::RateLimited { .. })
}

/// Our own failure is answered like overload (200 and `bye busy`), so that an `EventSource` retries.
fn retry_later(error: &Error) -> Response {
    tracing::warn!(%error, "a stream could not begin");
    streams::busy()
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_project)).routes(routes!(of_user))
}
