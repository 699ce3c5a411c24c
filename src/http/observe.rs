//! The outermost layer: every request gets an id, a task of its own, its headers and one line in the log.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{
    app::App,
    error::{Error, Problem},
    ids::RequestId,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Panics that a request was saved from; asserted to be 0 after the suite.
pub static PANICS: AtomicU64 = AtomicU64::new(0);

/// Who called, as far as it is known when the answer begins.
#[derive(Clone, Debug, Default)]
pub struct Seen(Arc<OnceLock<String>>);

impl Seen {
    pub fn is(&self, caller: &str) {
        // Set by the first extractor; a second one says the same.
        let _ = self.0.set(caller.to_owned());
    }
}

/// The id of a request, for those who write it into an answer.
#[derive(Clone, Debug)]
pub struct Id(pub String);

/// A caller's own id is taken over when it can stand in a header and a log line.
fn id_of(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let usable = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    given.filter(usable).map_or_else(|| RequestId::new().to_string(), ToOwned::to_owned)
}

pub async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = id_of(request.headers());
    let seen = Seen::default();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(Id(id.clone()));
    request.extensions_mut().insert(seen.clone());
    // A task of its own: a client that hangs up cannot cancel a transaction half-way.
    let answer = tokio::spawn(next.run(request)).await;
    let mut response = answer.unwrap_or_else(|error| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        Error::Internal(format!("a request panicked: {error}")).into_response()
    });
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        *response.body_mut() = problem.with_request_id(&id).into();
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    dress(response.headers_mut(), &id, app.secure());
    let status = response.status().as_u16();
    let caller = seen.0.get().map_or("-", String::as_str);
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(target: "boardcast::request", %id, %method, route, status, ms, caller);
    response
}

fn dress(headers: &mut HeaderMap, id: &str, secure: bool) {
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    default(header::CACHE_CONTROL, "no-store");
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::REFERRER_POLICY, "no-referrer");
    default(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    default(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if secure {
        default(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
