//! The plan.

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::{Read, Write},
    base::{error::Result, stored_response::StoredResponse},
    http::{
        extract::{Json, Path},
        guard::Member,
    },
    model::{
        tasks::TaskRef,
        timelines::{self, Schedule, Scheduled, Timeline},
    },
};

#[derive(Deserialize)]
struct InPath {
    task: TaskRef,
}

/// Tasks with dates, milestones, dependencies, the critical path, and the slack of each task.
#[utoipa::path(get, path = "/projects/{project}/timeline", tag = "timeline", responses((status = 200, body = Timeline)))]
async fn show(by: Member<Read>) -> Result<Json<Timeline>> {
    Ok(Json(timelines::find(&by.membership, &by.app.epoch).await?))
}

/// Move or resize a task's bar, and what waits for it along with it.
#[utoipa::path(put, path = "/projects/{project}/tasks/{task}/schedule", tag = "timeline", request_body = Schedule, responses((status = 200, body = Scheduled)))]
async fn schedule(by: Member<Write>, Path(path): Path<InPath>, Json(body): Json<Schedule>) -> Result<StoredResponse> {
    let followers = timelines::followers(&by.membership, path.task.clone(), &body).await;
    let mut change = by.change().await?;
    let scheduled = timelines::schedule(&mut change, path.task, &body, followers).await?;
    change.ok(&scheduled).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(schedule))
}
