//! Comments, and the reactions to them.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::{Comment as MayComment, Read},
    base::{error::Result, ids::CommentId, stored_response::StoredResponse, text::Emoji},
    http::{
        extract::{Json, Path},
        guard::Member,
        query::{List, Page, Query},
    },
    model::{
        comments::{self, Comment, NewComment},
        tasks::TaskRef,
    },
};

#[derive(Deserialize)]
struct TaskPath {
    task: TaskRef,
}

#[derive(Deserialize)]
struct InPath {
    comment: CommentId,
}

#[derive(Deserialize)]
struct ReactionPath {
    comment: CommentId,
    emoji: Emoji,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(default = "asc")]
enum Order {
    #[default]
    Asc,
    Desc,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sorting {
    /// `asc`: the oldest first. `desc`: the newest first.
    #[serde(default)]
    #[param(inline)]
    order: Order,
}

/// The comments of a task.
#[utoipa::path(get, path = "/projects/{project}/tasks/{task}/comments", tag = "comments", params(Sorting, Page), responses((status = 200, body = List<Comment>)))]
async fn list(
    by: Member<Read>,
    Query(sorting): Query<Sorting>,
    Query(page): Query<Page>,
    Path(path): Path<TaskPath>,
) -> Result<List<Comment>> {
    let newest_first = matches!(sorting.order, Order::Desc);
    let after = page.cursor()?.map(CommentId);
    let items = comments::list(&by.membership, path.task, newest_first, after, page.rows()).await?;
    Ok(List::page(items, page.limit, |comment| comment.id.to_string()))
}

/// Comment on a task; those who are mentioned or watch it are told.
#[utoipa::path(post, path = "/projects/{project}/tasks/{task}/comments", tag = "comments", request_body = NewComment, responses((status = 201, body = Comment)))]
async fn create(
    by: Member<MayComment>,
    Path(path): Path<TaskPath>,
    Json(body): Json<NewComment>,
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let comment = comments::create(&mut change, path.task, body).await?;
    change.created(&comment).await
}

/// Edit one's own comment.
#[utoipa::path(patch, path = "/projects/{project}/comments/{comment}", tag = "comments", request_body = NewComment, responses((status = 200, body = Comment)))]
async fn patch(
    by: Member<MayComment>,
    Path(path): Path<InPath>,
    Json(body): Json<NewComment>,
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let comment = comments::patch(&mut change, path.comment, body).await?;
    change.ok(&comment).await
}

/// Delete one's own comment; managers every one.
#[utoipa::path(delete, path = "/projects/{project}/comments/{comment}", tag = "comments", responses((status = 204)))]
async fn remove(by: Member<MayComment>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    comments::remove(&mut change, path.comment).await?;
    change.no_content().await
}

/// React with an emoji.
#[utoipa::path(put, path = "/projects/{project}/comments/{comment}/reactions/{emoji}", tag = "comments", responses((status = 200, body = Comment)))]
async fn react(by: Member<MayComment>, Path(path): Path<ReactionPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let comment = comments::react(&mut change, path.comment, &path.emoji, true).await?;
    change.ok(&comment).await
}

/// Take a reaction back.
#[utoipa::path(delete, path = "/projects/{project}/comments/{comment}/reactions/{emoji}", tag = "comments", responses((status = 200, body = Comment)))]
async fn unreact(by: Member<MayComment>, Path(path): Path<ReactionPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let comment = comments::react(&mut change, path.comment, &path.emoji, false).await?;
    change.ok(&comment).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(patch, remove)).routes(routes!(react, unreact))
}
