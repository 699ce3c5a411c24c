//! What a task keeps of its parts: how many comments and attachments it has, and when one of its parts was changed.

use crate::{
    base::{error::Result, ids::AttachmentId},
    change::{Change, Kind, Set},
    db::{Bind, Cells},
    log::Draft,
    model::tasks::{Task, TaskDetail, task::part_of_task},
};

part_of_task! {
    /// A task of which only the counts change, and with an attachment the cover.
    Counted { comment_count, attachment_count, cover_id, updated_at }
}

impl Set for Counted {
    const UPDATE_ALL: &'static str = "update tasks
         set comment_count = r.comment_count, attachment_count = r.attachment_count, cover_id = r.cover_id,
             updated_at = r.updated_at, version = r.version
         from {rows $1: id uuid, comment_count bigint, attachment_count bigint, cover_id uuid, updated_at bigint,
               version bigint} r
         where tasks.id = r.id";
    const PARK_ALL: &'static str = Task::PARK_ALL;

    fn bind_row(&self, cells: Cells) -> Cells {
        let Task { id, comment_count, attachment_count, cover_id, updated_at, version, .. } = self.of.task;
        cells.bind(id).bind(comment_count).bind(attachment_count).bind(cover_id).bind(updated_at).bind(version)
    }
}

/// Note that what hangs on a task is changed, as part of the event that tells of it.
pub async fn touch(change: &mut Change, event: &mut Draft, task: &TaskDetail) -> Result<()> {
    touch_all(change, event, vec![task.clone()]).await
}

/// The same for many tasks, in one statement.
pub async fn touch_all(change: &mut Change, event: &mut Draft, tasks: Vec<TaskDetail>) -> Result<()> {
    let at = change.at();
    let touched = |task| {
        let before = Counted { of: task };
        let mut after = before.clone();
        after.touch(at);
        (before, after)
    };
    change.update_all(event, tasks.into_iter().map(touched).collect()).await?;
    Ok(())
}

/// Count comments and attachments that come to a task or go, as part of the event that tells of them.
pub async fn count_parts(
    change: &mut Change,
    event: &mut Draft,
    task: &TaskDetail,
    comments: i64,
    attachments: i64,
) -> Result<()> {
    count_all(change, event, vec![(task.clone(), comments, attachments)]).await
}

/// The same for many tasks, in one statement.
pub async fn count_all(change: &mut Change, event: &mut Draft, tasks: Vec<(TaskDetail, i64, i64)>) -> Result<()> {
    let count = |(task, comments, attachments): (TaskDetail, i64, i64)| {
        let before = Counted { of: task };
        let mut after = before.clone();
        after.of.task.comment_count += comments;
        after.of.task.attachment_count += attachments;
        (before, after)
    };
    change.update_all(event, tasks.into_iter().map(count).collect()).await?;
    Ok(())
}

/// Take an attachment off its task, and off the card where it is the cover, as part of the event that tells of it.
pub async fn detach_attachment(
    change: &mut Change,
    event: &mut Draft,
    task: &TaskDetail,
    attachment: AttachmentId,
) -> Result<()> {
    let before = Counted { of: task.clone() };
    let mut after = before.clone();
    let counted = &mut after.of.task;
    counted.attachment_count -= 1;
    counted.cover_id = counted.cover_id.filter(|cover| *cover != attachment);
    change.update_all(event, vec![(before, after)]).await?;
    Ok(())
}
