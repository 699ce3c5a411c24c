//! The outermost layer. Each request gets an id, a task of its own, the headers that every answer carries, and one
//! line in the log.

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use parking_lot::Mutex;

use crate::{
    app::App,
    auth::limits::Policy,
    base::{
        error::{Error, Result},
        ids::RequestId,
    },
    http::{media, metrics::Requests, problem::Problem},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where the guard leaves the caller's name for the line in the log: it knows the caller only after this layer began.
#[derive(Clone, Debug, Default)]
pub struct CallerSlot(Arc<OnceLock<String>>);

impl CallerSlot {
    pub fn set(&self, caller: &str) {
        // The first extractor sets it; each later one finds the same caller.
        let _ = self.0.set(caller.to_owned());
    }
}

/// Where the limits leave what they counted, for the answer: the limit, and how many are left or when to try again.
#[derive(Clone, Debug, Default)]
pub struct LimitSlot(Arc<Mutex<Vec<(Policy, u32, u64)>>>);

impl LimitSlot {
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Keep what a limit said, and hand it on.
    pub fn note<T>(&self, policy: Policy, said: Result<T>, left: impl FnOnce(&T) -> Option<u32>) -> Result<T> {
        let entry = match &said {
            Ok(counted) => left(counted).map(|left| {
                // Evenly refilled: what is missing comes back in its share of the window.
                let missing = policy.quota.saturating_sub(left).saturating_mul(policy.window);
                (policy, left, u64::from(missing.div_ceil(policy.quota.max(1))))
            }),
            Err(Error::RateLimited { retry_after }) => Some((policy, 0, *retry_after)),
            Err(_) => None,
        };
        self.0.lock().extend(entry);
        said
    }

    /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
    fn write(&self, headers: &mut HeaderMap) {
        let entries = self.0.lock();
        if entries.is_empty() {
            return;
        }
        let list =
            |item: &dyn Fn(&(Policy, u32, u64)) -> String| entries.iter().map(item).collect::<Vec<_>>().join(", ");
        let policies = list(&|(policy, ..)| format!("\"{}\";q={};w={}", policy.name, policy.quota, policy.window));
        let left = list(&|(policy, left, seconds)| format!("\"{}\";r={left};t={seconds}", policy.name));
        for (name, value) in [("ratelimit-policy", policies), ("ratelimit", left)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

/// The id of a request.
#[derive(Clone, Debug)]
pub struct Id(pub String);

/// The id in the request's header when it is safe to repeat in a header and in the log, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let usable = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    given.filter(usable).map_or_else(|| RequestId::new().to_string(), ToOwned::to_owned)
}

/// What [`observe`] needs to know.
#[derive(Clone)]
pub struct Observing {
    pub app: App,
    pub requests: Arc<Requests>,
}

/// A stream says nothing about how long an answer takes: it lasts as long as its client listens.
fn is_stream(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|media| media == "text/event-stream")
}

pub async fn observe(State(observing): State<Observing>, mut request: Request, next: Next) -> Response {
    let Observing { app, requests } = observing;
    let began = Instant::now();
    let id = request_id(request.headers());
    let caller = CallerSlot::default();
    let limits = LimitSlot::default();
    let method = request.method().clone();
    let showed_token = request.headers().contains_key(header::AUTHORIZATION);
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(Id(id.clone()));
    request.extensions_mut().insert(caller.clone());
    request.extensions_mut().insert(limits.clone());
    // In a task of its own, a transaction is not cancelled half-way when the client hangs up.
    let in_flight = requests.begin(&method);
    let answering = async move {
        let response = next.run(request).await;
        drop(in_flight);
        response
    };
    let answer = tokio::spawn(answering).await;
    let mut response =
        answer.unwrap_or_else(|error| Error::Internal(format!("a request panicked: {error}")).into_response());
    let problem = response.extensions_mut().remove::<Problem>();
    add_challenge(&mut response, problem.as_ref().map_or("", Problem::code), showed_token);
    add_methods(&mut response, &method);
    if let Some(problem) = problem {
        *response.body_mut() = problem.with_request_id(&id).into();
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    limits.write(response.headers_mut());
    add_headers(response.headers_mut(), &id, app.secure());
    let status = response.status().as_u16();
    app.live.meters().answered(status);
    let caller = caller.0.get().map_or("-", String::as_str);
    let time = began.elapsed();
    if !is_stream(&response) {
        requests.answered(&method, if route == "-" { "" } else { &route }, status, time);
    }
    let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(target: "boardcast::request", %id, %method, route, status, ms, caller);
    response
}

/// How a program shows who it is (RFC 6750).
fn add_challenge(response: &mut Response, code: &str, showed_token: bool) {
    let challenge = match (response.status(), code) {
        (StatusCode::UNAUTHORIZED, _) if showed_token => "Bearer realm=\"boardcast\", error=\"invalid_token\"",
        (StatusCode::UNAUTHORIZED, _) => "Bearer realm=\"boardcast\"",
        (_, "insufficient_scope") => "Bearer realm=\"boardcast\", error=\"insufficient_scope\"",
        _ => return,
    };
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
}

/// Which bodies an address takes.
fn add_methods(response: &mut Response, method: &Method) {
    let status = response.status();
    let headers = response.headers_mut();
    let methods = headers.get(header::ALLOW).and_then(|allow| allow.to_str().ok()).unwrap_or_default();
    let patches = methods.split(',').any(|method| method.trim() == "PATCH");
    let unsupported = status == StatusCode::UNSUPPORTED_MEDIA_TYPE && !headers.contains_key(header::ACCEPT_ENCODING);
    if unsupported && *method != Method::PATCH {
        headers.insert(header::ACCEPT, HeaderValue::from_static(media::JSON));
    } else if unsupported || (patches && *method == Method::OPTIONS) {
        headers.insert(
            HeaderName::from_static("accept-patch"),
            HeaderValue::from_static("application/merge-patch+json, application/json"),
        );
    }
}

fn add_headers(headers: &mut HeaderMap, id: &str, secure: bool) {
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
