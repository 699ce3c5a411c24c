//! What a new project begins with, and the project that `boardcast demo` shows.

use crate::{
    change::Change,
    clock::Day,
    error::{Error, Result},
    ids::{ColumnId, LabelId, MilestoneId, TaskId, UserId},
    model::{
        checklists::{self, NewChecklistItem},
        columns::{self, ColumnKind, ColumnPatch, NewColumn},
        dependencies,
        labels::{self, NewLabel},
        milestones::{self, NewMilestone},
        tasks::{self, NewTask, Priority, TaskRef},
    },
    text::{Body, Colour, Line},
};

fn line<const MAX: usize>(text: &str) -> Result<Line<MAX>> {
    Line::parse(text).map_err(Error::Internal)
}

fn body(text: &str) -> Result<Body> {
    Body::parse(text.into()).map_err(Error::Internal)
}

async fn column(change: &mut Change, name: &str, kind: ColumnKind) -> Result<ColumnId> {
    let new = NewColumn { name: line(name)?, wip_limit: None, kind, after: None };
    Ok(columns::create(change, new).await?.id)
}

fn task(title: &str, column_id: ColumnId) -> Result<NewTask> {
    Ok(NewTask {
        title: line(title)?,
        column_id,
        after: None,
        before: None,
        description: Body::default(),
        assignee_ids: vec![],
        label_ids: vec![],
        milestone_id: None,
        priority: Priority::None,
        start_on: None,
        due_on: None,
        estimate: None,
    })
}

/// Three columns, and a few tasks that explain themselves.
pub async fn basic(change: &mut Change) -> Result<()> {
    let todo = column(change, "To do", ColumnKind::Backlog).await?;
    column(change, "Doing", ColumnKind::Active).await?;
    column(change, "Done", ColumnKind::Done).await?;
    for (title, text) in [
        (
            "Drag this card to Doing",
            "With the mouse, with a finger, or with the keyboard: focus the card, press space, move it with the \
             arrow keys, and press space again.\n\nEverybody who looks at the board sees it move.",
        ),
        (
            "Give this task a due date to see it on the timeline",
            "Open the timeline from the tabs above. Bars can be dragged and resized, and tasks that wait for each \
             other move along.",
        ),
        (
            "Invite somebody under Members",
            "A link brings them in with the role that you choose. Assign them a task, and they are told at once.",
        ),
    ] {
        tasks::create(change, NewTask { description: body(text)?, ..task(title, todo)? }).await?;
    }
    Ok(())
}

/// The people of the demonstration.
pub struct Cast {
    pub alice: UserId,
    pub bob: UserId,
    pub charlie: UserId,
}

struct Planned {
    title: &'static str,
    column: usize,
    /// Days from today of start and end.
    days: Option<(i64, i64)>,
    assignees: Vec<UserId>,
    labels: Vec<LabelId>,
    priority: Priority,
    estimate: Option<f64>,
    milestone: Option<MilestoneId>,
    done: bool,
}

/// "Launch the website", in the middle of the work.
pub async fn launch(change: &mut Change, cast: &Cast) -> Result<()> {
    let columns = [
        column(change, "Backlog", ColumnKind::Backlog).await?,
        column(change, "To do", ColumnKind::Active).await?,
        column(change, "In progress", ColumnKind::Active).await?,
        column(change, "Review", ColumnKind::Active).await?,
        column(change, "Done", ColumnKind::Done).await?,
    ];
    let limit = ColumnPatch { name: None, wip_limit: Some(Some(4)), kind: None };
    columns::patch(change, columns[2], limit).await?;
    let mut label = async |name: &str, colour: &str| -> Result<LabelId> {
        let colour = Colour::parse(colour).map_err(Error::Internal)?;
        Ok(labels::create(change, NewLabel { name: line(name)?, colour }).await?.id)
    };
    let (design, content) = (label("design", "#8250df").await?, label("content", "#1a7f64").await?);
    let (code, bug) = (label("code", "#2563eb").await?, label("bug", "#cf3232").await?);
    let today = Day::today();
    let mut milestone = async |name: &str, days: i64| -> Result<MilestoneId> {
        let new = NewMilestone { name: line(name)?, due_on: Some(today.plus(days)) };
        Ok(milestones::create(change, new).await?.id)
    };
    let (preview, launch) = (milestone("Preview for friends", 6).await?, milestone("Launch", 17).await?);
    let Cast { alice, bob, charlie } = *cast;
    let plan = |title, column| Planned {
        title,
        column,
        days: None,
        assignees: vec![],
        labels: vec![],
        priority: Priority::None,
        estimate: None,
        milestone: None,
        done: false,
    };
    let planned = [
        Planned {
            days: Some((-9, -6)),
            assignees: vec![alice],
            labels: vec![content],
            done: true,
            estimate: Some(3.0),
            ..plan("Agree on the goals of the launch", 4)
        },
        Planned {
            days: Some((-6, -3)),
            assignees: vec![bob],
            labels: vec![design],
            done: true,
            estimate: Some(5.0),
            ..plan("Sketch the start page", 4)
        },
        Planned {
            days: Some((-3, 1)),
            assignees: vec![bob],
            labels: vec![design],
            priority: Priority::High,
            estimate: Some(5.0),
            milestone: Some(preview),
            ..plan("Design the start page", 3)
        },
        Planned {
            days: Some((0, 4)),
            assignees: vec![alice],
            labels: vec![code],
            priority: Priority::High,
            estimate: Some(8.0),
            milestone: Some(preview),
            ..plan("Build the start page", 2)
        },
        Planned {
            days: Some((-1, 3)),
            assignees: vec![charlie],
            labels: vec![content],
            priority: Priority::Medium,
            estimate: Some(3.0),
            milestone: Some(preview),
            ..plan("Write the words for the start page", 2)
        },
        Planned {
            days: Some((5, 6)),
            assignees: vec![alice, bob],
            labels: vec![],
            priority: Priority::Medium,
            estimate: Some(2.0),
            milestone: Some(preview),
            ..plan("Show the preview to friends", 1)
        },
        Planned {
            days: Some((7, 10)),
            assignees: vec![alice],
            labels: vec![code],
            priority: Priority::Medium,
            estimate: Some(5.0),
            milestone: Some(launch),
            ..plan("Sign-up form", 1)
        },
        Planned {
            days: Some((2, 3)),
            assignees: vec![],
            labels: vec![bug, design],
            priority: Priority::Urgent,
            ..plan("The logo is blurred on phones", 1)
        },
        Planned {
            days: Some((11, 14)),
            assignees: vec![charlie],
            labels: vec![content],
            milestone: Some(launch),
            ..plan("Questions and answers page", 0)
        },
        Planned {
            days: Some((11, 13)),
            assignees: vec![bob],
            labels: vec![code],
            milestone: Some(launch),
            ..plan("Measure how fast pages load", 0)
        },
        Planned {
            days: Some((15, 16)),
            assignees: vec![alice, bob, charlie],
            priority: Priority::High,
            milestone: Some(launch),
            ..plan("Rehearse the launch day", 0)
        },
        plan("Ideas for the time after the launch", 0),
    ];
    let mut made: Vec<TaskId> = vec![];
    for item in planned {
        let new = NewTask {
            assignee_ids: item.assignees,
            label_ids: item.labels,
            milestone_id: item.milestone,
            priority: item.priority,
            start_on: item.days.map(|(start, _)| today.plus(start)),
            due_on: item.days.map(|(_, due)| today.plus(due)),
            estimate: item.estimate,
            ..task(item.title, columns[item.column])?
        };
        let id = tasks::create(change, new).await?.task.id;
        if item.done {
            tasks::complete(change, TaskRef::Id(id), true).await?;
        }
        made.push(id);
    }
    for (task, waits_for) in [(1, 0), (2, 1), (3, 2), (5, 3), (5, 4), (6, 5), (10, 6), (10, 8), (10, 9)] {
        dependencies::set(change, TaskRef::Id(made[task]), TaskRef::Id(made[waits_for]), 0).await?;
    }
    for (text, done) in [("Header and navigation", true), ("Pictures in two sizes", false), ("Dark mode", false)] {
        let new = NewChecklistItem { text: line(text)?, after: None };
        let item = checklists::create(change, TaskRef::Id(made[3]), new).await?;
        if done {
            let patch = checklists::ChecklistItemPatch { text: None, done: Some(true) };
            checklists::patch(change, TaskRef::Id(made[3]), item.id, patch).await?;
        }
    }
    Ok(())
}
