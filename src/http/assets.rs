//! The page's files, embedded in the binary. Every address that is not the API's is the page's.

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, header};
use rust_embed::Embed;

use crate::error::Error;

#[derive(Embed)]
#[folder = "$EMBEDDED_PAGE"]
struct Files;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

pub async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Error::MethodNotAllowed.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let file = Files::get(path).filter(|_| !path.is_empty());
    let hashed = file.is_some() && path.starts_with("assets/");
    // An address with a dot names a file; everything else is a view of the page.
    let (name, file) = match file {
        Some(file) => (path, file),
        None if path.rsplit('/').next().is_some_and(|last| last.contains('.')) => {
            return Error::NotFound.into_response();
        }
        None => match Files::get("index.html") {
            Some(file) => ("index.html", file),
            None => return Error::NotFound.into_response(),
        },
    };
    let mut response = file.data.into_response();
    let headers = response.headers_mut();
    let media = mime_guess::from_path(name).first_or_octet_stream();
    if let Ok(media) = HeaderValue::try_from(media.as_ref()) {
        headers.insert(header::CONTENT_TYPE, media);
    }
    let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
