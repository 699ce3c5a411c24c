//! The trash of a project.

use std::{
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    auth::role::{Manage, Write},
    base::{clock::Timestamp, error::Result, ids::TaskId, stored_response::StoredResponse},
    http::{
        extract::Path,
        guard::Member,
        query::{List, Page, Query},
    },
    model::{
        tasks::TaskDetail,
        trash::{self, TrashedTask},
    },
};

/// Behind which entry a page begins.
pub struct After(pub Timestamp, pub Uuid);

impl Display for After {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.0, self.1)
    }
}

impl FromStr for After {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('.').ok_or(())?;
        Ok(Self(Timestamp(at.parse().map_err(|_| ())?), Uuid::try_parse(id).map_err(|_| ())?))
    }
}

#[derive(Deserialize)]
struct InPath {
    trashed: TaskId,
}

/// Deleted tasks, the last deleted first. They go for good after 30 days. Editors see those that they created.
#[utoipa::path(get, path = "/projects/{project}/trash", tag = "trash", params(Page), responses((status = 200, body = List<TrashedTask>)))]
async fn list(by: Member<Write>, Query(page): Query<Page>) -> Result<List<TrashedTask>> {
    let after = page.cursor::<After>()?.map(|After(at, id)| (at, TaskId(id)));
    let items = trash::list(&by.membership, after, page.rows()).await?;
    Ok(List::page(items, page.limit, |entry| After(entry.deleted_at, entry.task.id.0).to_string()))
}

/// Take a task out of the trash, back onto the board, with everything that hung on it; editors those that they created.
#[utoipa::path(post, path = "/projects/{project}/trash/{trashed}/restore", tag = "trash", responses((status = 200, body = TaskDetail)))]
async fn restore(by: Member<Write>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let task = trash::restore(&mut change, path.trashed).await?;
    change.ok(&task).await
}

/// Delete a task that is in the trash for good.
#[utoipa::path(delete, path = "/projects/{project}/trash/{trashed}", tag = "trash", responses((status = 204)))]
async fn purge(by: Member<Manage>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    trash::purge(&mut change, path.trashed).await?;
    change.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(restore)).routes(routes!(purge))
}
