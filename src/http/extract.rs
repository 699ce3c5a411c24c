//! Extractors that refuse with problem details (RFC 9457) instead of axum's plain text.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    app::App,
    base::error::{Error, Result},
    http::{media, objects::Named},
};

/// A JSON body: 400 when it is not JSON, 422 with a pointer when a value in it is wrong.
pub struct Json<T>(pub T);

/// A JSON body that may be left out.
pub struct OptionalJson<T>(pub T);

/// The path's parameters. A malformed id is answered like an unknown one: 404.
pub struct Path<T>(pub T);

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

/// 422 at the place that a deserializer reached, or at the field that it missed there.
#[must_use]
pub fn invalid(path: &serde_path_to_error::Path, detail: &str) -> Error {
    let mut pointer = pointer(path);
    if let Some(field) = detail.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        pointer = format!("{pointer}/{field}");
    }
    Error::invalid(pointer, detail)
}

/// Some editors and shells put a byte order mark before the text.
#[must_use]
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Read the JSON text in a field of a form: 422 with a pointer when it, or a value in it, is wrong.
pub fn parse_field<T: DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    parse(text.as_bytes()).map_err(|error| match error {
        Error::Invalid { pointer, detail } => Error::invalid(format!("/{name}{pointer}"), detail),
        error => Error::invalid(format!("/{name}"), error.to_string()),
    })
}

/// Read JSON: 400 when it is not JSON, 422 with a pointer when a value in it is wrong.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let bytes = without_mark(bytes);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(Named(&mut deserializer)).map_err(|located| {
        let error = located.inner();
        // serde_json reports some wrong types as wrong syntax (null in place of an enum's word), so a second parse
        // decides whether the body is JSON at all.
        if !error.is_data() && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err() {
            return Error::BadRequest(format!("the body is not JSON: {error}"));
        }
        // The pointer says where; the line and column of the text are left out.
        let detail = error.to_string();
        invalid(located.path(), detail.split(" at line ").next().unwrap_or_default())
    })?;
    deserializer.end().map_err(|error| Error::BadRequest(format!("the body goes on after its end: {error}")))?;
    Ok(value)
}

async fn read(request: Request) -> Result<(bool, bytes::Bytes)> {
    let json = media::is_json(request.method(), request.headers());
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
