//! The HTTP API: one file a noun, named as in `model/`. A handler says who may call, calls the model, and commits.

mod admin_projects;
mod admin_webhooks;
mod assets;
mod attachments;
mod audit_log;
mod board;
pub mod body;
mod calendars;
mod checklist;
pub mod client_address;
mod columns;
mod comments;
mod conditional;
pub mod connection;
mod content;
mod credentials;
mod deletion;
mod encoding;
mod events;
mod exports;
pub mod extract;
pub mod guard;
pub mod health;
mod history;
mod host;
mod imports;
mod instance_overview;
mod invitations;
mod labels;
mod live;
mod mails;
mod mcp;
mod me;
mod media;
mod members;
pub mod metrics;
mod milestones;
mod multipart;
mod notifications;
mod objects;
pub mod observe;
pub mod openapi;
pub mod operations;
mod origin;
mod password_resets;
mod people;
mod policy;
mod presence;
mod preview;
pub mod problem;
mod project_trash;
mod projects;
mod push;
mod query;
mod reports;
pub mod request;
pub mod schema;
mod search;
mod session;
mod sign_ins;
mod task_filter;
mod tasks;
mod timeline;
mod tokens;
mod totps;
mod trash;
mod upload;
mod users;
mod views;
mod watching;
mod webhooks;

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{Extensions, HeaderMap, Method, StatusCode, Version},
    middleware,
    response::{IntoResponse, Response},
};
use tower_http::compression::{CompressionLayer, DefaultPredicate, Predicate};
use tower_sessions::{SessionManagerLayer, cookie::SameSite};
use utoipa_axum::router::OpenApiRouter;

use crate::{app::App, auth::sessions, base::error::Error, db, http::client_address::Proxies};

/// Every endpoint of the API, with its documentation.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(session::routes())
        .merge(users::routes())
        .merge(password_resets::routes())
        .merge(me::routes())
        .merge(totps::routes())
        .merge(sign_ins::routes())
        .merge(notifications::routes())
        .merge(push::routes())
        .merge(tokens::routes())
        .merge(calendars::routes())
        .merge(projects::routes())
        .merge(board::routes())
        .merge(events::routes())
        .merge(history::routes())
        .merge(reports::routes())
        .merge(presence::routes())
        .merge(members::routes())
        .merge(people::routes())
        .merge(search::routes())
        .merge(admin_projects::routes())
        .merge(mails::routes())
        .merge(audit_log::routes())
        .merge(admin_webhooks::routes())
        .merge(credentials::routes())
        .merge(instance_overview::routes())
        .merge(policy::routes())
        .merge(live::routes())
        .merge(invitations::routes())
        .merge(columns::routes())
        .merge(tasks::routes())
        .merge(checklist::routes())
        .merge(attachments::routes())
        .merge(comments::routes())
        .merge(preview::routes())
        .merge(views::routes())
        .merge(trash::routes())
        .merge(project_trash::routes())
        .merge(watching::routes())
        .merge(webhooks::routes())
        .merge(labels::routes())
        .merge(timeline::routes())
        .merge(milestones::routes())
        .merge(imports::routes())
        .merge(exports::routes())
}

/// The document of the API, made from the code.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    OpenApiRouter::new().nest("/api/v1", api()).split_for_parts().1
}

/// OPTIONS is known everywhere; `request::read_request` says in `Allow` which other methods are.
async fn another_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    Error::MethodNotAllowed.into_response()
}

/// What goes out as it is was compressed before, or is counted by its bytes.
fn is_not_verbatim(_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions) -> bool {
    extensions.get::<content::Verbatim>().is_none()
}

/// An answer waits until all that its transactions had read is durable; when that is lost, it is told instead.
async fn refuse_for_what_is_durable(request: Request, next: middleware::Next) -> Response {
    let (response, durable) = db::settled(next.run(request)).await;
    durable.map_or_else(IntoResponse::into_response, |()| response)
}

/// The whole service, whose requests are counted here.
pub fn router(app: App, requests: Arc<metrics::Requests>) -> Router {
    let sessions = SessionManagerLayer::new(sessions::Store { db: app.db.clone() })
        .with_name(app.cookie_name())
        .with_secure(app.secure())
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_path("/");
    let (api, document) = OpenApiRouter::new().nest("/api/v1", api()).split_for_parts();
    let document = openapi::Documents::new(&document);
    let bodies = body::Bodies::new(app.clone());
    let proxies = Arc::new(Proxies::new(app.config.proxies.clone()));
    let reading = request::Reading { app: app.clone(), operations: document.operations(), proxies };
    let observing = observe::Observing { app: app.clone(), requests };
    Router::new()
        .merge(api)
        .merge(document.routes())
        .merge(health::routes())
        .merge(mails::unsubscribing())
        .merge(mcp::routes())
        .merge(calendars::feeds())
        .route("/api", axum::routing::any(|| async { Error::NotFound }))
        .route("/api/{*rest}", axum::routing::any(|| async { Error::NotFound }))
        .fallback(assets::serve)
        .method_not_allowed_fallback(another_method)
        .layer(middleware::from_fn(refuse_for_what_is_durable))
        .layer(middleware::from_fn_with_state(app.clone(), deletion::retry_from_ballast))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(is_not_verbatim)))
        .layer(middleware::from_fn(conditional::answer))
        .layer(middleware::from_fn_with_state(bodies, body::read))
        .layer(sessions)
        .layer(middleware::from_fn_with_state(reading, request::read_request))
        .layer(middleware::from_fn_with_state(app.clone(), origin::share))
        .layer(middleware::from_fn_with_state(observing, observe::observe))
        .with_state(app)
}
