//! Clients say what their people look at and edit; the streams tell the other members.

use axum::http::StatusCode;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{membership, role::Read},
    base::{
        error::{Error, Result},
        ids::TaskId,
        text::ShortText,
    },
    http::{extract::Json, guard::Member},
    live::presence::{Departure, Place, PresenceState, Sighting},
    model::tasks,
};

/// What a person does in the project.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Presence {
    /// The task that is open, or that is edited.
    task_id: Option<TaskId>,
    state: PresenceState,
    /// Tells the tabs of one session apart: each names itself.
    tab: Option<ShortText<64>>,
}

fn tab(name: Option<&ShortText<64>>) -> u32 {
    let Some(name) = name else { return 0 };
    let hash = Sha256::digest(name.as_str());
    let mut first = [0; 4];
    first.copy_from_slice(&hash[..4]);
    u32::from_be_bytes(first)
}

/// Say that one is there, and which task one looks at or edits: after each change, and every 20 seconds while nothing
/// changes. The streams of the members tell it as `presence`, once a second at most. After 30 seconds of silence one has left.
/// Nothing of it is kept, and those who switched it off (`show_presence`) are not shown.
#[utoipa::path(put, path = "/projects/{project}/presence", tag = "presence", request_body = Presence, responses((status = 204)))]
async fn put(by: Member<Read>, Json(body): Json<Presence>) -> Result<StatusCode> {
    let (project, user) = (by.membership.project(), by.membership.user());
    let place = Place { project, user, credential: by.caller.credential_id(), tab: tab(body.tab.as_ref()) };
    let live = &by.app.live;
    if let Some(task) = body.task_id
        && !live.presence().is_at(&place, task)
        && !tasks::is_there(&by.membership, task).await?
    {
        return Err(Error::invalid("/task_id", "is not a task of this project"));
    }
    if !by.caller.user.show_presence {
        return Ok(StatusCode::NO_CONTENT);
    }
    let task = body.task_id.filter(|_| body.state != PresenceState::Left);
    let new = live.see(Sighting { place, state: body.state, task });
    // The membership may have ended after the request was let in.
    if new && !membership::holds(&by.app.db, &by.membership).await? {
        live.depart(Departure { user, project: Some(project), credential: None });
    }
    Ok(StatusCode::NO_CONTENT)
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(put))
}
