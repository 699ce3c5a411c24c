//! Looking back: what happened, and what differs between two moments.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::Read,
    base::{
        error::Result,
        ids::{TaskId, UserId},
    },
    http::{
        extract::{Json, Path},
        guard::Member,
        query::{List, Number, Page, Query, listed},
    },
    model::{
        activity::{self, Activity, Noun, Wanted},
        boards::{self, Difference},
        tasks::{self, TaskRef},
    },
};

/// The number of an event, up to the largest that every reader of JSON has exactly (RFC 7493).
type Seq = Number<0, 9_007_199_254_740_991, 0>;

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
    Path(path): Path<InPath>,
    Query(asked): Query<ActivityParams>,
    Query(page): Query<Page>,
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

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_project)).routes(routes!(of_task)).routes(routes!(changes))
}
