//! The snapshot of a project: everything that its events change, at one moment.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    error::Result,
    ids::ProjectId,
    model::{
        checklists::{self, ChecklistItem},
        columns::{self, Column},
        dependencies::{self, Dependency},
        labels::{self, Label},
        members::{self, Membership},
        milestones::{self, Milestone},
        projects::{self, Project},
        tasks::{self, Task},
    },
};

#[derive(Debug, Serialize, ToSchema)]
pub struct Board {
    /// Which life of the log `seq` belongs to.
    pub epoch: String,
    /// The last event that is in this snapshot.
    pub seq: i64,
    pub project: Project,
    pub members: Vec<Membership>,
    pub columns: Vec<Column>,
    pub tasks: Vec<Task>,
    pub labels: Vec<Label>,
    pub milestones: Vec<Milestone>,
    pub dependencies: Vec<Dependency>,
    pub checklist_items: Vec<ChecklistItem>,
}

/// Ten statements in one reading transaction, whatever the size of the project.
pub async fn find(app: &App, id: ProjectId) -> Result<Board> {
    let mut tx = app.db.read().await?;
    let (seq,): (i64,) = tx.query("select seq from projects where id = $1").bind(id).one().await?;
    let project = projects::read(&mut tx, id).await?;
    let members = members::all(&mut tx, id).await?;
    let columns = columns::all(&mut tx, id).await?;
    let tasks = tasks::all(&mut tx, id).await?;
    let labels = labels::all(&mut tx, id).await?;
    let milestones = milestones::all(&mut tx, id).await?;
    let dependencies = dependencies::all(&mut tx, id).await?;
    let checklist_items = checklists::all(&mut tx, id).await?;
    Ok(Board {
        epoch: app.epoch.to_string(),
        seq,
        project,
        members,
        columns,
        tasks,
        labels,
        milestones,
        dependencies,
        checklist_items,
    })
}

/// The last event of a project, for answering that nothing is new without reading the rest.
pub async fn seq(app: &App, id: ProjectId) -> Result<i64> {
    let (seq,): (i64,) = app.db.query("select seq from projects where id = $1").bind(id).one().await?;
    Ok(seq)
}
