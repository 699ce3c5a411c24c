//! Extractors whose refusals are problems of ours.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::{
    app::App,
    error::{Error, Result},
};

/// A JSON body; answers 400 when it is none, 422 with a pointer when a value in it is wrong.
pub struct Json<T>(pub T);

/// A JSON body that may be left out.
pub struct OptionalJson<T>(pub T);

/// What stands in the path. An id that is none is a thing that does not exist.
pub struct Path<T>(pub T);

/// What stands behind the question mark.
pub struct Query<T>(pub T);

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let mut pointer = pointer(error.path());
        let error = error.into_inner();
        // Some wrong types are reported as syntax (null where one of several words is wanted): whether it is JSON
        // is for the parser to say.
        if !error.is_data() && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err() {
            return Error::BadRequest(format!("the body is not JSON: {error}"));
        }
        // The place within the text helps nobody who has the pointer.
        let detail = error.to_string();
        let detail = detail.split(" at line ").next().unwrap_or_default().to_owned();
        if let Some(field) = detail.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            pointer = format!("{pointer}/{field}");
        }
        Error::invalid(pointer, detail)
    })?;
    deserializer.end().map_err(|error| Error::BadRequest(format!("the body goes on after its end: {error}")))?;
    Ok(value)
}

async fn read(request: Request) -> Result<(bool, bytes::Bytes)> {
    let json = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        value.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
    });
    let body = request.into_body().collect().await.map_err(|_| Error::BadRequest("the body broke off".into()))?;
    Ok((json, body.to_bytes()))
}

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let (json, bytes) = read(request).await?;
        if !json {
            return Err(Error::UnsupportedMediaType);
        }
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let (json, bytes) = read(request).await?;
        match (json, bytes.is_empty()) {
            (_, true) => Ok(Self(T::default())),
            (false, false) => Err(Error::UnsupportedMediaType),
            (true, false) => parse(&bytes).map(Self),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let path = axum::extract::Path::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        Ok(Self(path.0))
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let query = axum::extract::Query::from_request_parts(parts, app).await;
        let query = query.map_err(|error| {
            use std::error::Error as _;
            let detail = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            let (field, detail) = detail.split_once(": ").unwrap_or(("", &detail));
            Error::invalid(if field.is_empty() { String::new() } else { format!("/{field}") }, detail)
        })?;
        Ok(Self(query.0))
    }
}

/// How many entries a page has: 1 to 200.
#[derive(Clone, Copy, Debug)]
pub struct Limit(pub i64);

impl Default for Limit {
    fn default() -> Self {
        Self(100)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse() {
            Ok(limit) if (1..=200).contains(&limit) => Ok(Self(limit)),
            _ => Err(serde::de::Error::custom("must be 1 to 200")),
        }
    }
}

/// A page of a list, and where the next one begins.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Hand it back as `cursor`; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A list that is never longer than one page.
    pub const fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// A page of up to `limit` of the items, of which one more was asked for to see whether there is more.
    pub fn page(mut items: Vec<T>, limit: Limit, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit.0).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(cursor);
        Self { items, next_cursor }
    }
}

/// The id in a `cursor`; what is none is refused.
pub fn cursor_id(cursor: Option<&str>) -> Result<Option<uuid::Uuid>> {
    cursor
        .map(|text| uuid::Uuid::try_parse(text).map_err(|_| Error::invalid("/cursor", "is not a cursor of this list")))
        .transpose()
}
