//! Looking back: what happened, and what differs between two moments.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::{Read, Write},
    base::{
        error::{Error, Result},
        ids::{TaskId, UserId},
        stored_response::StoredResponse,
    },
    http::{
        events::Seq,
        extract::{Json, Path},
        guard::Member,
        query::{List, Page, Query, listed},
    },
    model::{
        activity::{self, Activity, Noun, Wanted},
        boards::{self, Difference},
        tasks::{self, TaskRef},
        undo::{self, Run, Undone},
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ActivityParams {
    /// Only what this person did.
    actor: Option<UserId>,
    /// Only what is about these: repeated, or with commas between them.
    #[serde(default, deserialize_with = "listed")]
    #[param(inline)]
    kind: Vec<Noun>,
}

impl ActivityParams {
    async fn page(self, by: &Member<Read>, task: Option<TaskId>, page: &Page) -> Result<List<Activity>> {
        let limit = usize::try_from(page.limit.0).unwrap_or(usize::MAX);
        let wanted = Wanted { task, actor: self.actor, nouns: self.kind, before: page.cursor()?, limit };
        let found = activity::list(&by.membership, &wanted).await?;
        Ok(List { items: found.items, next_cursor: found.next.map(|seq| seq.to_string()) })
    }
}

/// What happened in the project, newest first. A page may be shorter than its limit, and even empty, while another follows.
#[utoipa::path(get, path = "/projects/{project}/activity", tag = "history", params(ActivityParams, Page), responses((status = 200, body = List<Activity>)))]
async fn of_project(
    by: Member<Read>,
    Query(asked): Query<ActivityParams>,
    Query(page): Query<Page>,
) -> Result<List<Activity>> {
    asked.page(&by, None, &page).await
}

#[derive(Deserialize)]
struct InPath {
    task: TaskRef,
}

/// What happened to the task and to what hangs on it, newest first.
#[utoipa::path(get, path = "/projects/{project}/tasks/{task}/activity", tag = "history", params(ActivityParams, Page), responses((status = 200, body = List<Activity>)))]
async fn of_task(
    by: Member<Read>,
    Query(asked): Query<ActivityParams>,
    Query(page): Query<Page>,
    Path(path): Path<InPath>,
) -> Result<List<Activity>> {
    let mut tx = by.membership.read().await?;
    let task = tasks::find_in(&mut tx, &by.membership, path.task).await?;
    drop(tx);
    asked.page(&by, Some(task.task.id), &page).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Moments {
    /// The number of the event with which the earlier moment ends; before the first one when absent.
    #[serde(default)]
    #[param(inline)]
    from: Seq,
    /// The same of the later moment; the present when absent.
    #[param(inline)]
    to: Option<Seq>,
}

/// What differs between two moments of the project.
#[derive(Serialize, ToSchema)]
struct Changes {
    from: i64,
    /// The number of the last event that is in it.
    to: i64,
    items: Vec<Difference>,
}

/// What differs between two moments of the board, by kind and id: an object that changed ten times is there once.
#[utoipa::path(get, path = "/projects/{project}/changes", tag = "history", params(Moments), responses((status = 200, body = Changes)))]
async fn changes(by: Member<Read>, Query(asked): Query<Moments>) -> Result<Json<Changes>> {
    let from = asked.from.0;
    let found = boards::compare(&by.membership, from, asked.to.map(|to| to.0)).await?;
    Ok(Json(Changes { from, to: found.to, items: found.items }))
}

#[derive(Deserialize)]
struct EventPath {
    seq: i64,
}

/// Undo an event, by another one: objects are given back what they were. Those who may make such a change may. 409
/// `undo_conflict` lists what others touched since; nothing is undone then. An undo is undone in the same way.
#[utoipa::path(post, path = "/projects/{project}/events/{seq}/undo", tag = "history", responses((status = 200, body = Undone)))]
async fn undo(by: Member<Write>, Path(path): Path<EventPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let run = Run { from: path.seq, to: path.seq, actor: None, cause_prefix: None };
    let undone = undo::undo(&mut change, &run).await?;
    change.ok(&undone).await
}

/// The events to undo.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoRun {
    #[schema(minimum = 1)]
    pub from_seq: i64,
    #[schema(minimum = 1)]
    pub to_seq: i64,
    /// Only what this person did.
    pub actor_id: Option<UserId>,
    /// Only what has a cause that begins so: the `Idempotency-Key` of a request.
    #[schema(max_length = 255)]
    pub cause_prefix: Option<String>,
}

/// Undo a run of events at once, by one event: all of them, or none.
#[utoipa::path(post, path = "/projects/{project}/undo", tag = "history", request_body = UndoRun, responses((status = 200, body = Undone)))]
async fn undo_run(by: Member<Write>, Json(body): Json<UndoRun>) -> Result<StoredResponse> {
    let UndoRun { from_seq: from, to_seq: to, actor_id: actor, cause_prefix } = body;
    if from < 1 || to < from {
        return Err(Error::invalid("/to_seq", "must not be before from_seq, which is 1 or more"));
    }
    let mut change = by.change().await?;
    let undone = undo::undo(&mut change, &Run { from, to, actor, cause_prefix }).await?;
    change.ok(&undone).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_project))
        .routes(routes!(of_task))
        .routes(routes!(changes))
        .routes(routes!(undo))
        .routes(routes!(undo_run))
}
