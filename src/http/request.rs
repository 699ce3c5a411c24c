//! What happens to a request before its handler runs. It must be for this host, and for an operation that there is; a
//! browser's request must come from our own page. Then the headers that concern the operation are parsed.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};

use crate::{
    app::App,
    base::error::{Error, Result},
    change,
    http::{
        body,
        client_address::{Client, Proxies},
        conditional, host,
        observe::Id,
        operations::{Operation, Operations, Public, Uploads},
        origin::{self, mutates},
        problem::CreatedId,
        query::NextPage,
    },
};

const LONGEST_URI: usize = 8 * 1024;

/// The other end of the request's connection: the client, or a proxy.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub std::net::SocketAddr);

/// What [`read_request`] needs to know.
#[derive(Clone)]
pub struct Reading {
    pub app: App,
    pub operations: Arc<Operations>,
    pub proxies: Arc<Proxies>,
}

/// Check a request; and afterwards say where the answer leads.
pub async fn read_request(State(reading): State<Reading>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let (mut parts, body) = request.into_parts();
    if let Err(error) = check_address(&reading.app, &parts) {
        return error.into_response();
    }
    if let Some(Peer(peer)) = parts.extensions.get::<Peer>().copied() {
        parts.extensions.insert(reading.proxies.client(peer.ip(), &parts.headers));
    }
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    let Some(operation) = reading.operations.find(&parts.method, route) else {
        // Not of the API, or a method that its address does not know: the router says so, whatever else is wrong.
        let mut response = next.run(Request::from_parts(parts, body)).await;
        if let Some(Ok(allow)) = reading.operations.methods(route).map(HeaderValue::try_from) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        return response;
    };
    let uri = parts.uri.clone();
    match read(&reading.app, operation, &mut parts) {
        Ok(()) => leading_on(operation, &uri, next.run(Request::from_parts(parts, body)).await),
        Err(error) => {
            body::discard(&parts.headers, body).await;
            error.into_response()
        }
    }
}

fn check_address(app: &App, parts: &http::request::Parts) -> Result<()> {
    if parts.uri.path_and_query().is_some_and(|uri| uri.as_str().len() > LONGEST_URI) {
        return Err(Error::UriTooLong { limit: LONGEST_URI });
    }
    host::check(parts, &app.config.hosts, &app.public_url)
}

/// `Location` of what was created, and `Link` to the next page of a list.
fn leading_on(operation: &Operation, uri: &http::Uri, mut response: Response) -> Response {
    if let Some(CreatedId { id }) = response.extensions_mut().remove()
        && let Some(location) = operation.location(uri.path(), &id)
        && let Ok(location) = HeaderValue::try_from(location)
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if let Some(next) = response.extensions_mut().remove::<NextPage>()
        && let Ok(link) = HeaderValue::try_from(format!("<{}>; rel=\"next\"", next.address(uri)))
    {
        response.headers_mut().append(header::LINK, link);
    }
    response
}

fn read(app: &App, operation: &Operation, parts: &mut http::request::Parts) -> Result<()> {
    origin::check(app, &parts.method, &parts.headers, operation.public)?;
    if operation.by_token {
        origin::check_by_token(app, &parts.headers)?;
    }
    if operation.uploads.is_some() {
        origin::check_upload(&parts.headers)?;
    }
    operation.check_accept(&parts.headers)?;
    operation.check_query(parts.uri.query().unwrap_or_default())?;
    let mut asked = change::Request {
        id: parts.extensions.get::<Id>().map(|id| id.0.clone()).unwrap_or_default(),
        address: parts.extensions.get::<Client>().map(|client| client.0),
        ..change::Request::default()
    };
    if mutates(&parts.method) {
        asked.key = idempotency_key(&parts.headers)?;
        asked.if_match = conditional::versions(&parts.headers)?;
    }
    parts.extensions.insert(Arc::new(asked));
    parts.extensions.insert(Public(operation.public));
    parts.extensions.insert(Uploads(operation.uploads));
    Ok(())
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key =
        value.to_str().ok().filter(|key| (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()));
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| Error::BadRequest("Idempotency-Key must be 1 to 255 visible ASCII characters".into()))
}
