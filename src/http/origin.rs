//! Which page a request comes from. A browser sends the session's cookie along with whatever any page asks for, so a
//! request with a cookie must come from this server's own page. Programs show a token; pages of other origins may do so
//! too, where the settings name their origin.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::{
    app::App,
    base::error::{Error, Result},
    http::mcp,
};

#[must_use]
pub const fn mutates(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn has_session(app: &App, headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .any(|cookie| cookie.trim().split_once('=').is_some_and(|(name, _)| name == app.cookie_name()))
}

/// Refuse a request without credentials, and one to which a browser may have added ours for another site's page. With an
/// `Authorization` header the cookie is not looked at.
pub fn check(app: &App, method: &Method, headers: &HeaderMap, public: bool) -> Result<()> {
    if headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let session = has_session(app, headers);
    if !session && !public {
        return Err(Error::Unauthenticated);
    }
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("invalid"));
    let (site, origin) = (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN));
    let ours = if mutates(method) {
        // What changes something without a credential signs in, or up: that is for our page too.
        match (site, origin) {
            (Some(site), _) => site == "same-origin",
            (None, Some(origin)) => origin == app.public_url,
            (None, None) => false,
        }
    } else {
        // A read says nothing to the other page, but it would hold a stream. `none` is an address that a person typed.
        !session
            || match (site, origin) {
                (Some(site), _) => matches!(site, "same-origin" | "none"),
                (None, Some(origin)) => origin == app.public_url,
                (None, None) => true,
            }
    };
    if ours { Ok(()) } else { Err(foreign(&app.public_url, site, origin)) }
}

/// What is for programs takes no cookie, and no request of a page that the settings do not name: a name that leads to
/// this machine today would let it in by its owner's network.
pub fn check_by_token(app: &App, headers: &HeaderMap) -> Result<()> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Err(Error::Unauthenticated);
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let known = |known: &str| known.as_bytes() == origin.as_bytes();
    if known(&app.public_url) || app.config.cors_origins.iter().any(|origin| known(origin)) {
        return Ok(());
    }
    Err(Error::Forbidden { code: "origin", detail: "pages of this origin may not call this server".into() })
}

/// A form of any page can send a file, and no form can send a header of its own: with a cookie an upload needs one.
pub fn check_upload(headers: &HeaderMap) -> Result<()> {
    let own = headers.get(HeaderName::from_static("x-boardcast")).is_some_and(|value| value == "1");
    if own || headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let detail = "an upload with a cookie needs the header X-Boardcast: 1".into();
    Err(Error::Forbidden { code: "csrf", detail })
}

/// The refusal, in words for whom opened this server under another name.
fn foreign(public_url: &str, site: Option<&str>, origin: Option<&str>) -> Error {
    let seen = match (origin, site) {
        (Some(origin), _) if origin != public_url => {
            let origin: String = origin.chars().take(200).collect();
            format!("but came from {origin}")
        }
        (_, Some(site)) => {
            let site: String = site.chars().take(20).collect();
            format!("but came from a page that is not its own (Sec-Fetch-Site: {site})")
        }
        _ => "and this one says neither by Origin nor by Sec-Fetch-Site where it comes from".into(),
    };
    let detail =
        format!("a request with a cookie must come from the page at {public_url}, {seen}: open {public_url} instead");
    Error::Forbidden { code: "csrf", detail }
}

const ALLOW_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOW_HEADERS: &str = "accept, authorization, content-encoding, content-type, idempotency-key, if-match, \
    if-none-match, if-range, last-event-id, mcp-method, mcp-name, mcp-protocol-version, range, x-request-id";
const EXPOSE_HEADERS: &str = "accept-patch, accept-ranges, allow, content-disposition, content-range, etag, \
    idempotency-replayed, link, location, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id";

/// Cross-origin requests of the pages that the settings name (CORS). Never with credentials: a browser that added the
/// cookie keeps the answer to itself, and `check` refuses the request. The layer of tower-http would answer each OPTIONS
/// as if it were a preflight; here one without its headers goes on to the route.
pub async fn share(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let shared = path.starts_with("/api/") || mcp::PATHS.contains(&path);
    if app.config.cors_origins.is_empty() || !shared {
        return next.run(request).await;
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origin =
        origin.filter(|origin| app.config.cors_origins.iter().any(|known| known.as_bytes() == origin.as_bytes()));
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight && origin.is_some() { allowed() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSE_HEADERS));
    }
    response
}

fn allowed() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(ALLOW_METHODS));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOW_HEADERS));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    response
}
