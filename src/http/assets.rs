//! The page's files, embedded in the binary, and the page itself at every address that it routes.

use std::borrow::Cow;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header};
use rust_embed::Embed;

use crate::{
    base::error::Error,
    http::{encoding, media},
};

#[derive(Embed)]
#[folder = "$EMBEDDED_PAGE"]
struct Files;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    media-src blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types boardcast-html boardcast-worker";

/// Names that mean something to programs: probes, scanners and monitors get an honest 404 there, never the page.
const RESERVED: [&str; 21] = [
    "api",
    "livez",
    "readyz",
    "health",
    "healthz",
    "healthcheck",
    "ready",
    "live",
    "ping",
    "status",
    "metrics",
    "version",
    "info",
    "debug",
    "actuator",
    "assets",
    "graphql",
    "mcp",
    "calendar",
    "unsubscribe",
    "docs",
];

/// Whether an address could be one of the page's views: no file, and no name of the API's.
fn is_view(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    !path.contains('.') && !RESERVED.iter().any(|name| first.eq_ignore_ascii_case(name))
}

/// The name of the file at an address. A page of the documentation has an address without an ending.
fn file_name(path: &str) -> Cow<'_, str> {
    if path.starts_with("docs/") && !path.contains('.') { Cow::Owned(format!("{path}.html")) } else { path.into() }
}

pub async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let own = file_name(path);
    let file = Files::get(&own).filter(|_| !path.is_empty());
    let hashed = file.is_some() && path.starts_with("assets/");
    // A browser that opens an address says that it takes HTML; the root is the page for everybody.
    let view = is_view(path) && (path.is_empty() || media::names_html(request.headers()) || !reads(request.method()));
    let (name, file) = match file {
        Some(file) => (own.as_ref(), file),
        None => match Files::get("index.html").filter(|_| view) {
            Some(file) => ("index.html", file),
            None => return Error::NotFound.into_response(),
        },
    };
    if !reads(request.method()) {
        let mut response = match *request.method() {
            Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
            _ => Error::MethodNotAllowed.into_response(),
        };
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
        return response;
    }
    // The build of the page leaves a compressed copy beside each text.
    let copy = Files::get(&format!("{name}.br")).filter(|_| encoding::accepts(request.headers(), &["br"]));
    let compressed = copy.is_some();
    let mut response = copy.unwrap_or(file).data.into_response();
    let headers = response.headers_mut();
    if compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    let media = mime_guess::from_path(name).first_or_octet_stream();
    if let Ok(media) = HeaderValue::try_from(media.as_ref()) {
        headers.insert(header::CONTENT_TYPE, media);
    }
    let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_no_file_and_no_name_of_the_api() {
        for path in ["", "sign-in", "p/WEB/board/12", "account/tokens", "p/API/board"] {
            assert!(is_view(path), "{path}");
        }
        for path in
            ["health", "Metrics", "status/x", ".well-known/security.txt", "favicon.ico", "p/a.b/c", "api", "docs/api"]
        {
            assert!(!is_view(path), "{path}");
        }
    }

    #[test]
    fn a_page_of_the_documentation_has_no_ending() {
        for (path, name) in [
            ("docs/api", "docs/api.html"),
            ("docs/api.html", "docs/api.html"),
            ("sign-in", "sign-in"),
            ("sw.js", "sw.js"),
        ] {
            assert_eq!(file_name(path), name);
        }
    }
}
