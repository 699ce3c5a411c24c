//! A project as one document, which this program imports. Fields may be added to it; a change of what is there is a new
//! version.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ExportedPerson, Out, Sink, Wanted, all, items_of, next_comments, next_tasks, people, project};
use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
    },
    db::{Bind, Tx},
    import::boardcast::VERSION,
    model::{
        attachments::Attachment, checklists::ChecklistItem, columns::Column, comments::Comment,
        dependencies::Dependency, labels::Label, milestones::Milestone, projects::Project, tasks::TaskDetail,
        views::View,
    },
};

/// Which export it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportHead {
    /// The version of this document.
    pub export: i64,
    pub exported_at: Timestamp,
    /// The program that wrote it.
    pub version: &'static str,
}

/// An attachment, and where its bytes are.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedAttachment {
    #[serde(flatten)]
    pub attachment: Attachment,
    /// The address of the bytes on the server that wrote it.
    pub content: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedTask {
    #[serde(flatten)]
    pub task: TaskDetail,
    pub checklist: Vec<ChecklistItem>,
    pub attachments: Vec<ExportedAttachment>,
    /// The oldest first.
    pub comments: Vec<Comment>,
}

/// A project as a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectExport {
    pub boardcast: ExportHead,
    pub project: Project,
    pub people: Vec<ExportedPerson>,
    pub columns: Vec<Column>,
    pub labels: Vec<Label>,
    pub milestones: Vec<Milestone>,
    /// Those that members share.
    pub views: Vec<View>,
    /// By their numbers, archived ones too.
    pub tasks: Vec<ExportedTask>,
    pub dependencies: Vec<Dependency>,
}

pub(super) fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}

pub(super) async fn list<S: Sink>(out: &mut Out<'_, S>, name: &str, items: &[impl Serialize + Sync]) -> Result<()> {
    out.put(format!(",\n\"{name}\":[").as_bytes()).await?;
    for (at, item) in items.iter().enumerate() {
        let before = if at == 0 { "\n" } else { ",\n" };
        out.put(format!("{before}{}", text(item)?).as_bytes()).await?;
    }
    out.put(b"]").await
}

pub(super) async fn write<S: Sink>(tx: &mut Tx, wanted: Wanted, out: &mut Out<'_, S>) -> Result<()> {
    let head = ExportHead { export: VERSION, exported_at: Timestamp::now(), version: env!("CARGO_PKG_VERSION") };
    let project = project(tx, wanted).await?;
    out.put(format!("{{\"boardcast\":{},\n\"project\":{}", text(&head)?, text(&project)?).as_bytes()).await?;
    list(out, "people", &people(tx, wanted).await?).await?;
    list(out, "columns", &all::<Column>(tx, wanted).await?).await?;
    list(out, "labels", &all::<Label>(tx, wanted).await?).await?;
    list(out, "milestones", &all::<Milestone>(tx, wanted).await?).await?;
    let views: Vec<View> = tx
        .query(
            "select id, name, layout, filter, sort, group_by, shared, owner_id, version from views
             where project_id = $1 and shared
             order by id",
        )
        .bind(wanted.project)
        .all()
        .await?;
    list(out, "views", &views).await?;
    out.put(b",\n\"tasks\":[").await?;
    let mut after = 0;
    loop {
        let tasks = next_tasks(tx, wanted, after).await?;
        let mut items = items_of(tx, &tasks).await?;
        let attachments: Vec<Attachment> = tx
            .query(
                "select a.id, a.task_id, a.name, a.media_type, a.size, a.sha256, a.width, a.height, a.uploaded_by,
                        a.created_at, a.version
                 from {rows $1: id uuid} r
                 join attachments a on a.task_id = r.id
                 order by a.id",
            )
            .bind_rows(&tasks, |cells, task| cells.bind(task.task.id))
            .all()
            .await?;
        let Some(last) = tasks.last().map(|task| task.task.number) else { break };
        for task in &tasks {
            let own: Vec<ExportedAttachment> = attachments
                .iter()
                .filter(|attachment| attachment.task_id == task.task.id)
                .map(|attachment| ExportedAttachment {
                    attachment: attachment.clone(),
                    content: format!("/api/v1/projects/{}/attachments/{}/content", wanted.project, attachment.id),
                })
                .collect();
            let detail = text(task)?;
            let detail = detail.strip_suffix('}').unwrap_or(&detail);
            let before = if after == 0 && task.task.id == tasks[0].task.id { "\n" } else { ",\n" };
            let items = items.remove(&task.task.id).unwrap_or_default();
            let begin = format!(
                "{before}{detail},\"checklist\":{},\"attachments\":{},\"comments\":[",
                text(&items)?,
                text(&own)?
            );
            out.put(begin.as_bytes()).await?;
            comments(tx, task, out).await?;
            out.put(b"]}").await?;
        }
        after = last;
    }
    out.put(b"]").await?;
    let dependencies: Vec<Dependency> = tx
        .query(
            "select d.id, d.task_id, d.depends_on_id, d.lag_days, d.version from dependencies d
             join tasks t on t.id = d.task_id
             join tasks o on o.id = d.depends_on_id
             where d.project_id = $1 and t.trashed_at is null and o.trashed_at is null
             order by d.id",
        )
        .bind(wanted.project)
        .all()
        .await?;
    list(out, "dependencies", &dependencies).await?;
    out.put(b"}\n").await
}

async fn comments<S: Sink>(tx: &mut Tx, task: &TaskDetail, out: &mut Out<'_, S>) -> Result<()> {
    let (mut after, mut first) = (Uuid::nil(), true);
    if task.task.comment_count == 0 {
        return Ok(());
    }
    loop {
        let comments = next_comments(tx, task.task.id, after).await?;
        let Some(last) = comments.last() else { return Ok(()) };
        after = last.id.0;
        for comment in &comments {
            let before = if first { "" } else { "," };
            first = false;
            out.put(format!("{before}{}", text(comment)?).as_bytes()).await?;
        }
    }
}
