//! Creating tasks.

use crate::{
    base::{
        error::{Error, Result},
        ids::{MilestoneId, TaskId, UserId},
        text::{Body, Title},
    },
    change::Change,
    log::Draft,
    markdown::Boxes,
    model::{
        checklists, columns, markdown,
        milestones::Milestone,
        positions::Place,
        search::index,
        tasks::{NewTask, Task, TaskDetail, TaskRef, edit, load_open, parts, place},
    },
};

/// The most tasks of a project that are not archived.
const MOST: i64 = 50_000;

pub async fn create(change: &mut Change, new: NewTask) -> Result<TaskDetail> {
    let mut event = Draft::new("task.created");
    let (detail, mentioned) = insert(change, &mut event, new).await?;
    change.record(event).await?;
    edit::mention(change, &detail, mentioned).await?;
    Ok(detail)
}

/// Create a task like this one, right below it: with its texts, labels, people, dates and checklist, of which nothing is
/// done. Comments, attachments and dependencies are the original's own.
pub async fn duplicate(change: &mut Change, task: TaskRef) -> Result<TaskDetail> {
    let original = load_open(change, task).await?;
    let of = &original.task;
    let new = NewTask {
        title: Title::stored(of.title.clone()),
        column_id: of.column_id,
        after: Some(Some(of.id)),
        before: None,
        description: Body::parse(original.description.clone()).map_err(Error::Internal)?,
        assignee_ids: parts::assignable(change, &of.assignee_ids).await?,
        label_ids: of.label_ids.clone(),
        milestone_id: of.milestone_id,
        priority: of.priority,
        start_on: of.start_on.clone(),
        due_on: of.due_on.clone(),
        estimate: of.estimate,
    };
    let mut event = Draft::new("task.created");
    let (copy, _) = insert(change, &mut event, new).await?;
    checklists::copy(change, &mut event, of.id, copy.task.id).await?;
    change.record(event).await?;
    Ok(copy)
}

/// Create a task as part of an event; answers it, and whom its description mentions.
async fn insert(change: &mut Change, event: &mut Draft, new: NewTask) -> Result<(TaskDetail, Vec<UserId>)> {
    let column = columns::named(change, "/column_id", new.column_id).await?;
    let mut task = Task {
        id: TaskId::new(),
        number: next_number(change).await?,
        title: new.title.as_str().into(),
        column_id: column.id,
        position: String::new(),
        assignee_ids: parts::set("/assignee_ids", new.assignee_ids)?,
        label_ids: parts::set("/label_ids", new.label_ids)?,
        milestone_id: checked_milestone(change, new.milestone_id).await?,
        priority: new.priority,
        start_on: new.start_on,
        due_on: new.due_on,
        estimate: edit::checked_estimate(new.estimate)?,
        completed_at: None,
        archived_at: None,
        comment_count: 0,
        attachment_count: 0,
        cover_id: None,
        created_by: change.actor()?.id,
        created_at: change.at(),
        updated_at: change.at(),
        version: 0,
    };
    edit::check_dates(&task)?;
    let to = Place::between(new.after, new.before.map(Some));
    place::put(change, event, &mut task, &column, to).await?;
    let description = new.description.into_string();
    let (project, author) = (change.project(), task.created_by);
    let rendered = markdown::render(change.tx(), project, author, &description, Boxes::Named).await?;
    let detail = TaskDetail { task, description, description_html: rendered.html };
    let detail = change.insert(event, detail).await?;
    place::check_limit(change, &column).await?;
    Ok((detail, rendered.mentioned))
}

/// Write new open tasks as part of an event, with the people and labels that they have; no person is told of them. Their
/// numbers are drawn, and the project counts them already.
pub async fn insert_all(change: &mut Change, event: &mut Draft, new: Vec<TaskDetail>) -> Result<Vec<TaskDetail>> {
    let new = change.insert_all(event, new).await?;
    parts::write_new(change, new.iter().map(|detail| &detail.task)).await?;
    let texts: Vec<_> = new.iter().map(TaskDetail::indexed).collect();
    index::add_all(change, &texts).await?;
    Ok(new)
}

/// Count one more open task of the project and draw its number.
async fn next_number(change: &mut Change) -> Result<i64> {
    let project = change.project();
    let (number, open): (i64, i64) = change
        .query(
            "update projects set task_seq = task_seq + 1, open_task_count = open_task_count + 1
             where id = $1
             returning task_seq, open_task_count",
        )
        .bind(project)
        .one()
        .await?;
    check_count(open)?;
    Ok(number)
}

/// Count open tasks that come or go.
pub async fn count(change: &mut Change, by: i64) -> Result<()> {
    let project = change.project();
    let (open,): (i64,) = change
        .query("update projects set open_task_count = open_task_count + $2 where id = $1 returning open_task_count")
        .bind(project)
        .bind(by)
        .one()
        .await?;
    if by > 0 { check_count(open) } else { Ok(()) }
}

fn check_count(open: i64) -> Result<()> {
    if open > MOST {
        return Err(Error::conflict(
            "too_many_tasks",
            format!("a project has at most {MOST} open tasks: archive some of them"),
        ));
    }
    Ok(())
}

pub async fn checked_milestone(change: &mut Change, milestone: Option<MilestoneId>) -> Result<Option<MilestoneId>> {
    if let Some(id) = milestone {
        change.load_named::<Milestone>("/milestone_id", id, "is not a milestone of this project").await?;
    }
    Ok(milestone)
}
