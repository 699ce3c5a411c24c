//! What a new project begins with, and the project that `boardcast demo` shows.

use crate::{
    base::{
        clock::Day,
        error::{Error, Result},
        ids::{ColumnId, LabelId, MilestoneId, TaskId, UserId},
        text::{Body, Colour, ShortText},
    },
    change::Change,
    model::{
        checklists::{self, ChecklistItemPatch, NewChecklistItem},
        columns::{self, ColumnKind, ColumnPatch, NewColumn},
        dependencies,
        labels::{self, NewLabel},
        milestones::{self, NewMilestone},
        tasks::{self, NewTask, Priority, TaskRef},
    },
};

fn line<const MAX: usize>(text: &str) -> Result<ShortText<MAX>> {
    ShortText::parse(text).map_err(Error::Internal)
}

fn body(text: &str) -> Result<Body> {
    Body::parse(text.into()).map_err(Error::Internal)
}

async fn column(change: &mut Change, name: &str, kind: ColumnKind) -> Result<ColumnId> {
    let new = NewColumn { name: line(name)?, wip_limit: None, kind, archive_after_days: None, after: None };
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
            "Drag this task to Doing",
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
}

/// What the tasks refer to.
struct Parts {
    columns: [ColumnId; 5],
    design: LabelId,
    content: LabelId,
    code: LabelId,
    bug: LabelId,
    preview: MilestoneId,
    launch: MilestoneId,
}

/// "Launch the website", in the middle of the work.
pub async fn launch(change: &mut Change, cast: &Cast) -> Result<()> {
    let parts = parts(change).await?;
    let mut made: Vec<TaskId> = vec![];
    for item in plan(cast, &parts) {
        made.push(make(change, &parts, item).await?);
    }
    for (task, waits_for) in [(1, 0), (2, 1), (3, 2), (5, 3), (5, 4), (6, 5), (10, 6), (10, 8), (10, 9)] {
        dependencies::set(change, TaskRef::Id(made[task]), TaskRef::Id(made[waits_for]), 0).await?;
    }
    for (text, done) in [("Header and navigation", true), ("Pictures in two sizes", false), ("Dark mode", false)] {
        let new = NewChecklistItem { text: line(text)?, after: None };
        let item = checklists::create(change, TaskRef::Id(made[3]), new).await?;
        if done {
            let patch = ChecklistItemPatch { text: None, done: Some(true) };
            checklists::patch(change, TaskRef::Id(made[3]), item.id, patch).await?;
        }
    }
    Ok(())
}

async fn parts(change: &mut Change) -> Result<Parts> {
    let columns = [
        column(change, "Backlog", ColumnKind::Backlog).await?,
        column(change, "To do", ColumnKind::Active).await?,
        column(change, "In progress", ColumnKind::Active).await?,
        column(change, "Review", ColumnKind::Active).await?,
        column(change, "Done", ColumnKind::Done).await?,
    ];
    let limit = ColumnPatch { name: None, wip_limit: Some(Some(4)), kind: None, archive_after_days: None };
    columns::patch(change, columns[2], limit).await?;
    Ok(Parts {
        columns,
        design: label(change, "design", "#8250df").await?,
        content: label(change, "content", "#1a7f64").await?,
        code: label(change, "code", "#2563eb").await?,
        bug: label(change, "bug", "#cf3232").await?,
        preview: milestone(change, "Preview for friends", 6).await?,
        launch: milestone(change, "Launch", 17).await?,
    })
}

async fn label(change: &mut Change, name: &str, colour: &str) -> Result<LabelId> {
    let colour = Colour::parse(colour).map_err(Error::Internal)?;
    Ok(labels::create(change, NewLabel { name: line(name)?, colour }).await?.id)
}

async fn milestone(change: &mut Change, name: &str, days: i64) -> Result<MilestoneId> {
    let new = NewMilestone { name: line(name)?, due_on: Day::today().plus(days) };
    Ok(milestones::create(change, new).await?.id)
}

async fn make(change: &mut Change, parts: &Parts, item: Planned) -> Result<TaskId> {
    let today = Day::today();
    let new = NewTask {
        assignee_ids: item.assignees,
        label_ids: item.labels,
        milestone_id: item.milestone,
        priority: item.priority,
        start_on: item.days.and_then(|(start, _)| today.plus(start)),
        due_on: item.days.and_then(|(_, due)| today.plus(due)),
        estimate: item.estimate,
        ..task(item.title, parts.columns[item.column])?
    };
    Ok(tasks::create(change, new).await?.task.id)
}

impl Planned {
    fn new(title: &'static str, column: usize) -> Self {
        Self {
            title,
            column,
            days: None,
            assignees: vec![],
            labels: vec![],
            priority: Priority::None,
            estimate: None,
            milestone: None,
        }
    }

    fn days(self, start: i64, due: i64, estimate: f64) -> Self {
        Self { days: Some((start, due)), estimate: Some(estimate), ..self }
    }

    fn by(self, assignees: &[UserId]) -> Self {
        Self { assignees: assignees.to_vec(), ..self }
    }

    fn about(self, labels: &[LabelId]) -> Self {
        Self { labels: labels.to_vec(), ..self }
    }

    fn towards(self, milestone: MilestoneId, priority: Priority) -> Self {
        Self { milestone: Some(milestone), priority, ..self }
    }
}

fn plan(cast: &Cast, parts: &Parts) -> Vec<Planned> {
    use Priority::{High, Medium, None, Urgent};
    let Cast { alice, bob, charlie } = *cast;
    let Parts { design, content, code, bug, preview, launch, .. } = *parts;
    let urgent = |planned: Planned| Planned { priority: Urgent, ..planned };
    vec![
        Planned::new("Agree on the goals of the launch", 4).days(-9, -6, 3.0).by(&[alice]).about(&[content]),
        Planned::new("Sketch the start page", 4).days(-5, -3, 5.0).by(&[bob]).about(&[design]),
        Planned::new("Design the start page", 3).days(-2, 1, 5.0).by(&[bob]).about(&[design]).towards(preview, High),
        Planned::new("Build the start page", 2).days(2, 4, 8.0).by(&[alice]).about(&[code]).towards(preview, High),
        Planned::new("Write the words for the start page", 2)
            .days(-1, 3, 3.0)
            .by(&[charlie])
            .about(&[content])
            .towards(preview, Medium),
        Planned::new("Show the preview to friends", 1).days(5, 6, 2.0).by(&[alice, bob]).towards(preview, Medium),
        Planned::new("Sign-up form", 1).days(7, 10, 5.0).by(&[alice]).about(&[code]).towards(launch, Medium),
        urgent(Planned::new("The logo is blurred on phones", 1).days(2, 3, 1.0).about(&[bug, design])),
        Planned::new("Questions and answers page", 0)
            .days(11, 14, 3.0)
            .by(&[charlie])
            .about(&[content])
            .towards(launch, None),
        Planned::new("Measure how fast pages load", 0)
            .days(11, 13, 2.0)
            .by(&[bob])
            .about(&[code])
            .towards(launch, None),
        Planned::new("Rehearse the launch day", 0).days(15, 16, 1.0).by(&[alice, bob, charlie]).towards(launch, High),
        Planned::new("Ideas for the time after the launch", 0),
    ]
}
