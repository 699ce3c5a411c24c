//! The wire: a file a noun, mirroring `model/`. Handlers say who may call, hand over to the model, and commit.

mod assets;
mod board;
mod checklist;
mod columns;
mod events;
mod extract;
mod health;
mod intake;
mod invitations;
mod labels;
mod me;
mod members;
mod milestones;
mod notifications;
pub mod observe;
pub mod openapi;
mod people;
mod projects;
pub mod schema;
mod session;
pub mod stream;
mod tasks;
mod timeline;
mod tokens;
mod users;

use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;
use tower_sessions::{SessionManagerLayer, cookie::SameSite};
use utoipa_axum::router::OpenApiRouter;

use crate::{app::App, error::Error, model::sessions};

/// Every endpoint of the API, with its documentation.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(session::routes())
        .merge(users::routes())
        .merge(me::routes())
        .merge(notifications::routes())
        .merge(tokens::routes())
        .merge(projects::routes())
        .merge(board::routes())
        .merge(events::routes())
        .merge(members::routes())
        .merge(people::routes())
        .merge(invitations::routes())
        .merge(columns::routes())
        .merge(tasks::routes())
        .merge(checklist::routes())
        .merge(labels::routes())
        .merge(timeline::routes())
        .merge(milestones::routes())
}

/// The document of the API, made from the code.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    OpenApiRouter::new().nest("/api/v1", api()).split_for_parts().1
}

/// The whole service.
pub fn router(app: App) -> Router {
    let sessions = SessionManagerLayer::new(sessions::Store { db: app.db.clone() })
        .with_name(if app.secure() { "__Host-sid" } else { "sid" })
        .with_secure(app.secure())
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_path("/");
    let (api, document) = OpenApiRouter::new().nest("/api/v1", api()).split_for_parts();
    let document = openapi::Documents::new(&document);
    Router::new()
        .merge(api)
        .merge(document.routes())
        .merge(health::routes())
        .route("/api", axum::routing::any(|| async { Error::NotFound }))
        .route("/api/{*rest}", axum::routing::any(|| async { Error::NotFound }))
        .fallback(assets::serve)
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed })
        .layer(CompressionLayer::new())
        .layer(sessions)
        .layer(middleware::from_fn_with_state(app.clone(), intake::check_origin))
        .layer(middleware::from_fn_with_state(app.clone(), intake::take_in))
        .layer(middleware::from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}
