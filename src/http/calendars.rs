//! Calendars that other programs fetch. Their addresses are outside of the API: who knows one needs nothing else.

use axum::{
    Extension, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    base::{
        error::{Error, Result},
        ids::CalendarId,
        secrets,
        stored_response::StoredResponse,
    },
    http::{
        client_address::Client,
        extract::{Json, Path},
        guard::Me,
        observe::CallerSlot,
        query::{List, Page, Query},
    },
    model::calendars::{
        self, Calendar, CreatedCalendar, NewCalendar,
        feed::{self, Shown},
    },
};

/// The calendars that one shows to other programs, without their addresses.
#[utoipa::path(get, path = "/me/calendars", tag = "calendars", params(Page), responses((status = 200, body = List<Calendar>)))]
async fn list(by: Me, Query(page): Query<Page>) -> Result<List<Calendar>> {
    by.caller.in_person()?;
    let before = page.cursor()?.map(CalendarId);
    let calendars = calendars::list(&by.app.db, by.id(), before, page.rows()).await?;
    Ok(List::page(calendars, page.limit, |last| last.id.to_string()))
}

/// Make a calendar for other programs (iCalendar, RFC 5545): an address at which they find the tasks that have a day, and the
/// milestones, of one's projects. The address is in this answer only, and works until the calendar is deleted. With
/// `?as=todo` behind it tasks come as things to do and not as events.
#[utoipa::path(post, path = "/me/calendars", tag = "calendars", request_body = NewCalendar, responses((status = 201, body = CreatedCalendar)))]
async fn create(by: Me, Json(body): Json<NewCalendar>) -> Result<StoredResponse> {
    by.caller.in_person()?;
    let mut tx = by.begin().await?;
    let created = calendars::create(&mut tx, by.id(), body, &by.app.public_url).await?;
    // A retry gets the calendar without its address, which is not written down anywhere.
    let kept = StoredResponse::json(StatusCode::CREATED, &created.calendar)?;
    let answer = StoredResponse::json(StatusCode::CREATED, &created)?;
    tx.answer_storing(answer, &kept).await
}

#[derive(Deserialize)]
struct InPath {
    calendar: CalendarId,
}

/// Delete a calendar. Its address leads nowhere from now on.
#[utoipa::path(delete, path = "/me/calendars/{calendar}", tag = "calendars", responses((status = 204)))]
async fn remove(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    by.caller.in_person()?;
    let once = || async {
        let mut tx = by.begin_from_reserve().await?;
        calendars::remove(&mut tx, by.id(), path.calendar).await?;
        tx.no_content().await
    };
    by.app.db.retry_from_ballast(once).await
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum As {
    #[default]
    Event,
    Todo,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "as", default)]
    shown: As,
}

/// What a program fetches. The log knows the calendar by its id; the secret is in no line of it, for it names routes only.
async fn feed(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Extension(caller): Extension<CallerSlot>,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let found = match file.strip_suffix(".ics") {
        Some(secret) => calendars::find(&app.db, secret).await,
        None => Err(Error::NotFound),
    };
    // Who guesses is counted; a program that asks for a calendar that is gone is no hindrance to others of its network.
    let calendar = match found {
        Err(Error::NotFound) => app.limits.stranger(client.0).and(Err(Error::NotFound))?,
        found => found?,
    };
    caller.set(&format!("calendar:{}", calendar.id));
    app.limits.feed(calendar.id.0)?;
    calendars::note_use(&app.db, &calendar).await;
    let shown = match asked.shown {
        As::Event => Shown::Events,
        As::Todo => Shown::Todos,
    };
    let body = feed::write(&app.db, &calendar, shown, &app.public_url).await?;
    let etag = format!("\"{}\"", secrets::hash(&body));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"boardcast.ics\""));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    Ok(response)
}

/// Where programs fetch them.
pub fn feeds() -> Router<App> {
    Router::new().route("/calendar/{file}", get(feed))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(remove))
}
