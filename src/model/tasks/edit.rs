//! Editing a task in its place.

use crate::{
    base::{
        clock::Day,
        error::{Error, Result},
        ids::{LabelId, UserId},
    },
    change::{Change, Set},
    db::{Bind, Cells},
    log::Draft,
    markdown::{Boxes, names, set_box},
    model::{
        attachments, columns, markdown,
        notification_settings::NotificationKind,
        notifications::{self, About},
        positions::Place,
        tasks::{Task, TaskDetail, TaskPatch, TaskRef, create, load_open, parts, place, task::part_of_task},
        watching,
    },
};

/// Load, change, write and record: what most verbs are.
async fn edit(
    change: &mut Change,
    task: TaskRef,
    event: &'static str,
    edit: impl FnOnce(&mut Task),
) -> Result<TaskDetail> {
    let before = load_open(change, task).await?;
    let mut after = before.clone();
    edit(&mut after.task);
    let mut event = Draft::new(event);
    let after = change.update(&mut event, &before, after).await?;
    change.record(event).await?;
    Ok(after)
}

pub async fn patch(change: &mut Change, task: TaskRef, patch: TaskPatch) -> Result<TaskDetail> {
    let before = load_open(change, task).await?;
    let only_assigns = patch.only_assigns();
    let mut after = before.clone();
    let edited = &mut after.task;
    if let Some(title) = patch.title {
        edited.title = title.as_str().into();
    }
    edited.priority = patch.priority.unwrap_or(edited.priority);
    if let Some(milestone) = patch.milestone_id {
        edited.milestone_id = create::checked_milestone(change, milestone).await?;
    }
    if let Some(start_on) = patch.start_on {
        edited.start_on = start_on;
    }
    if let Some(due_on) = patch.due_on {
        edited.due_on = due_on;
    }
    if let Some(estimate) = patch.estimate {
        edited.estimate = checked_estimate(estimate)?;
    }
    if let Some(cover) = patch.cover_id {
        edited.cover_id = attachments::checked_cover(change, edited.id, cover).await?;
    }
    if let Some(assignees) = patch.assignee_ids {
        edited.assignee_ids = parts::set("/assignee_ids", assignees)?;
    }
    if let Some(labels) = patch.label_ids {
        edited.label_ids = parts::set("/label_ids", labels)?;
    }
    let mut mentioned = vec![];
    if let Some(description) = patch.description {
        mentioned = describe(change, &mut after, description.unwrap_or_default().into_string()).await?;
    }
    let mut event = Draft::new(if only_assigns { "task.assigned" } else { "task.changed" });
    let after = update(change, &mut event, &before, after).await?;
    change.record(event).await?;
    mention(change, &after, mentioned).await?;
    Ok(after)
}

/// Give a task another description; answers the members who are mentioned there and were not before.
async fn describe(change: &mut Change, task: &mut TaskDetail, description: String) -> Result<Vec<UserId>> {
    if description == task.description {
        return Ok(vec![]);
    }
    let (project, writer) = (change.project(), change.actor()?.id);
    let rendered = markdown::render(change.tx(), project, writer, &description, Boxes::Named).await?;
    let earlier = names(&task.description).people;
    task.description_html = rendered.html;
    task.description = description;
    Ok(rendered.mentioned.into_iter().filter(|user| !earlier.contains(&user.0)).collect())
}

/// Tell members that a description mentions them; they watch the task from here on.
pub async fn mention(change: &mut Change, task: &TaskDetail, mentioned: Vec<UserId>) -> Result<()> {
    if mentioned.is_empty() {
        return Ok(());
    }
    let id = task.task.id;
    watching::begin(change, id, &mentioned).await?;
    let reasons: Vec<_> = mentioned.into_iter().map(|user| (user, NotificationKind::Mentioned)).collect();
    notifications::notify(change, About { task: Some(id), comment: None }, &reasons).await
}

/// Tick a box of the description, or clear it: a change of that box, wherever its line stands now.
pub async fn tick(change: &mut Change, task: TaskRef, name: &str, ticked: bool) -> Result<TaskDetail> {
    let before = load_open(change, task).await?;
    let text = set_box(&before.description, name, ticked)
        .ok_or_else(|| Error::conflict("box_gone", "the description has no such box any more: its line was changed"))?;
    let mut after = before.clone();
    describe(change, &mut after, text).await?;
    let mut event = Draft::new("task.changed");
    let after = change.update(&mut event, &before, after).await?;
    change.record(event).await?;
    Ok(after)
}

/// Write a task whose dates may have changed. The conflict with another change comes before what is wrong with the dates.
async fn update(change: &mut Change, event: &mut Draft, before: &TaskDetail, after: TaskDetail) -> Result<TaskDetail> {
    let checked = check_dates(&after.task);
    let after = change.update(event, before, after).await?;
    checked?;
    Ok(after)
}

pub fn checked_estimate(estimate: Option<f64>) -> Result<Option<f64>> {
    match estimate {
        Some(value) if !(0.0..=100_000.0).contains(&value) => Err(Error::invalid("/estimate", "must be 0 to 100000")),
        estimate => Ok(estimate),
    }
}

pub fn check_dates(task: &Task) -> Result<()> {
    if let (Some(start), Some(due)) = (&task.start_on, &task.due_on)
        && start > due
    {
        return Err(Error::invalid("/due_on", "must not be before start_on"));
    }
    Ok(())
}

/// Give a task other dates, as part of an event.
pub async fn schedule(
    change: &mut Change,
    event: &mut Draft,
    before: &TaskDetail,
    dates: (Option<Day>, Option<Day>),
) -> Result<TaskDetail> {
    let mut after = before.clone();
    (after.task.start_on, after.task.due_on) = dates;
    update(change, event, before, after).await
}

part_of_task! {
    /// A task of which only the dates change: what else stands in an index is not written again.
    Rescheduled { start_on, due_on, updated_at }
}

impl Set for Rescheduled {
    const UPDATE_ALL: &'static str = "update tasks
         set start_on = r.start_on, due_on = r.due_on, updated_at = r.updated_at, version = r.version
         from {rows $1: id uuid, start_on text, due_on text, updated_at bigint, version bigint} r
         where tasks.id = r.id";
    const PARK_ALL: &'static str = Task::PARK_ALL;

    fn bind_row(&self, cells: Cells) -> Cells {
        let task = &self.of.task;
        let cells = cells.bind(task.id).bind(task.start_on.clone()).bind(task.due_on.clone());
        cells.bind(task.updated_at).bind(task.version)
    }
}

/// Give many tasks other dates, as part of an event.
pub async fn reschedule_all(
    change: &mut Change,
    event: &mut Draft,
    pairs: Vec<(TaskDetail, TaskDetail)>,
) -> Result<Vec<TaskDetail>> {
    let pairs = pairs.into_iter().map(|(before, after)| (Rescheduled { of: before }, Rescheduled { of: after }));
    let moved = change.update_all(event, pairs.collect()).await?;
    Ok(moved.into_iter().map(|moved| moved.of).collect())
}

pub async fn assign(change: &mut Change, task: TaskRef, user: UserId, assigned: bool) -> Result<TaskDetail> {
    let event = if assigned { "task.assigned" } else { "task.unassigned" };
    let edited = edit(change, task, event, |task| parts::toggle(&mut task.assignee_ids, user, assigned)).await;
    edited.map_err(unknown_part)
}

pub async fn label(change: &mut Change, task: TaskRef, label: LabelId, labelled: bool) -> Result<TaskDetail> {
    let event = if labelled { "task.labelled" } else { "task.unlabelled" };
    let edited = edit(change, task, event, |task| parts::toggle(&mut task.label_ids, label, labelled)).await;
    edited.map_err(unknown_part)
}

/// Here the id stands in the path, not in the body.
fn unknown_part(error: Error) -> Error {
    match error {
        Error::Invalid { pointer, .. } if pointer == "/assignee_ids" || pointer == "/label_ids" => Error::NotFound,
        error => error,
    }
}

/// Complete a task, or reopen it. The card follows to a column that says the same: to the first of kind `done` by the
/// project's setting `move_completed`, and out of one always.
pub async fn complete(change: &mut Change, task: TaskRef, completed: bool) -> Result<TaskDetail> {
    let before = load_open(change, task).await?;
    let mut after = before.clone();
    if before.task.completed_at.is_some() != completed {
        after.task.completed_at = completed.then(|| change.at());
    }
    let mut event = Draft::new(if completed { "task.completed" } else { "task.reopened" });
    let column = match (before == after, completed) {
        (true, _) => None,
        (_, true) => columns::to_complete_in(change, before.task.column_id).await?,
        (_, false) => columns::to_reopen_in(change, before.task.column_id).await?,
    };
    if let Some(column) = &column {
        place::put(change, &mut event, &mut after.task, column, Place::First).await?;
    }
    let after = change.update(&mut event, &before, after).await?;
    if let Some(column) = &column {
        place::check_limit(change, column).await?;
    }
    change.record(event).await?;
    Ok(after)
}
