//! The projects that a person keeps on top.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{base::error::Result, change::Change};

#[derive(Debug, Serialize, ToSchema)]
pub struct Pinned {
    pub pinned: bool,
}

/// Keep a project on top, or no longer.
pub async fn set(change: &mut Change, pinned: bool) -> Result<Pinned> {
    let (project, user) = (change.project(), change.actor()?.id);
    let statement = if pinned {
        change.query("insert into project_pins (project_id, user_id) values ($1, $2) on conflict do nothing")
    } else {
        change.query("delete from project_pins where project_id = $1 and user_id = $2")
    };
    statement.bind(project).bind(user).execute().await?;
    Ok(Pinned { pinned })
}
