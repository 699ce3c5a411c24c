//! What happens to a request before anybody looks at it: the body is read within its limits, and a browser
//! must show that the page that sent it is ours.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, Method, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use ipnet::IpNet;
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    change,
    error::{Error, Result},
    http::{observe::Id, openapi},
    serve::Peer,
};

const LONGEST_URI: usize = 8 * 1024;
const LARGEST: usize = 256 * 1024;
const DEADLINE: Duration = Duration::from_secs(30);

/// The address that a request came from, as far as proxies can be trusted.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Read the body, and what the headers ask of the change that follows.
pub async fn take_in(State(app): State<App>, request: Request, next: Next) -> Response {
    match taken_in(&app, request).await {
        Ok(request) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// Whose request it is: the peer's, or behind trusted proxies the last address that is not one of theirs.
fn client(peer: IpAddr, proxies: &[IpNet], headers: &HeaderMap) -> IpAddr {
    let trusted = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    if !trusted(&peer) {
        return peer;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let mut addresses: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
    let mut client = peer;
    // From the nearest outwards; what stands behind something that is no address was written by anybody.
    while let Some(address) = addresses.pop().and_then(|text| text.trim().parse().ok()) {
        client = address;
        if !trusted(&address) {
            break;
        }
    }
    client
}

async fn taken_in(app: &App, request: Request) -> Result<Request> {
    let (mut parts, body) = request.into_parts();
    if parts.uri.path_and_query().is_some_and(|uri| uri.as_str().len() > LONGEST_URI) {
        return Err(Error::UriTooLong { limit: LONGEST_URI });
    }
    if let Some(Peer(peer)) = parts.extensions.get::<Peer>().copied() {
        parts.extensions.insert(Client(client(peer.ip(), &app.config.proxies, &parts.headers)));
    }
    if let (Some(query), Some(route)) = (parts.uri.query(), parts.extensions.get::<MatchedPath>())
        && !query.is_empty()
        && route.as_str().starts_with("/api/v1/")
        && !openapi::takes_query(&parts.method, route.as_str())
    {
        let name = query.split(['=', '&']).next().unwrap_or_default();
        return Err(Error::invalid(format!("/{name}"), "is unknown: this takes no parameters"));
    }
    let bytes = tokio::time::timeout(DEADLINE, Limited::new(body, LARGEST).collect())
        .await
        .map_err(|_| Error::BadRequest("the body took too long to arrive".into()))?
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                Error::TooLarge { limit: LARGEST }
            } else {
                Error::BadRequest("the body broke off".into())
            }
        })?
        .to_bytes();
    let mut asked = change::Request {
        id: parts.extensions.get::<Id>().map(|id| id.0.clone()).unwrap_or_default(),
        ..change::Request::default()
    };
    if changes(&parts.method) {
        asked.key = idempotency_key(&parts.headers)?;
        asked.if_match = if_match(&parts.headers)?;
        if asked.key.is_some() {
            let mut hash = Sha256::new();
            hash.update(parts.method.as_str());
            hash.update([0]);
            hash.update(parts.uri.to_string());
            hash.update([0]);
            hash.update(&bytes);
            asked.hash = URL_SAFE_NO_PAD.encode(hash.finalize());
        }
    }
    parts.extensions.insert(Arc::new(asked));
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key =
        value.to_str().ok().filter(|key| (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()));
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| Error::BadRequest("Idempotency-Key must be 1 to 255 visible ASCII characters".into()))
}

fn if_match(headers: &HeaderMap) -> Result<Option<i64>> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok());
    version.map(Some).ok_or_else(|| Error::BadRequest("If-Match must be a version in quotes, such as \"12\"".into()))
}

/// Refuse changes that another site's page sends with our cookie. Programs with a token send no cookie, and
/// with an `Authorization` header the cookie is not looked at.
pub async fn check_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let by_cookie = !headers.contains_key(header::AUTHORIZATION);
    if changes(request.method()) && by_cookie && !from_our_page(headers, &app.public_url) {
        return Error::Forbidden { code: "csrf", detail: "the request does not come from this site's own page".into() }
            .into_response();
    }
    next.run(request).await
}

fn from_our_page(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("invalid"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == public_url,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_say_whose_request_it_is() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "9.9.9.9, 198.51.100.7".parse().unwrap());
        headers.append("x-forwarded-for", "10.0.0.2".parse().unwrap());
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(client(address("10.0.0.1"), &proxies, &headers), address("198.51.100.7"));
        assert_eq!(client(address("192.0.2.1"), &proxies, &headers), address("192.0.2.1"));
        assert_eq!(client(address("10.0.0.1"), &[], &headers), address("10.0.0.1"));
        headers.append("x-forwarded-for", "unknown".parse().unwrap());
        assert_eq!(client(address("10.0.0.1"), &proxies, &headers), address("10.0.0.1"));
    }
}
