//! A project made like another one.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    auth::{
        caller::Caller,
        membership::{self, Membership},
        user,
    },
    base::{
        clock::Day,
        error::{Error, Result},
        ids::{ChecklistItemId, ColumnId, DependencyId, LabelId, MilestoneId, TaskId, UserId},
        text::{Body, Key, Name},
    },
    change::{Change, InSnapshot, Many, Transaction},
    log::Draft,
    markdown::{Names, names},
    model::{
        checklists::ChecklistItem,
        columns::Column,
        dependencies::Dependency,
        labels::Label,
        markdown,
        members::{self, Member},
        milestones::Milestone,
        notification_settings::NotificationKind,
        notifications::{self, About},
        projects::{self, NewProject, Project, ProjectPatch, Template},
        tasks::{self, Task, TaskDetail},
    },
};

/// The most open tasks of a project that is copied in one go.
const MOST: usize = 5_000;
/// How many tasks one event tells of.
const STEP: usize = 500;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectCopy {
    name: Name,
    /// Made from the name when absent.
    key: Option<Key>,
    /// Whether the members come along, with their roles and what they are assigned to.
    #[serde(default)]
    with_members: bool,
    /// The day on which the earliest date of the copy is; all others move by as many days.
    start_on: Option<Day>,
}

/// What a project is made of.
struct Original {
    project: Project,
    members: Vec<Member>,
    columns: Vec<Column>,
    labels: Vec<Label>,
    milestones: Vec<Milestone>,
    tasks: Vec<TaskDetail>,
    dependencies: Vec<Dependency>,
    checklist_items: Vec<ChecklistItem>,
}

/// Read it as it is in the transaction that makes the copy.
async fn read(tx: &mut Transaction, caller: &Caller, by: &Membership) -> Result<Original> {
    let (tx, project) = (tx.tx(), by.project());
    if !membership::sees(tx, Some(caller), project).await? {
        return Err(Error::NotFound);
    }
    let tasks = Task::load_all(tx, by).await?;
    if tasks.len() > MOST {
        return Err(Error::conflict(
            "too_many_tasks",
            format!("a copy takes at most {MOST} open tasks: archive some of them"),
        ));
    }
    let texts: Vec<(TaskId, String, String)> = tx
        .query(
            "select id, description, coalesce(description_html, '') from tasks
             where project_id = $1 and archived_at is null",
        )
        .bind(project)
        .all()
        .await?;
    let mut texts: HashMap<_, _> = texts.into_iter().map(|(id, text, html)| (id, (text, html))).collect();
    let detail = |task: Task| {
        let (description, description_html) = texts.remove(&task.id).unwrap_or_default();
        TaskDetail { task, description, description_html }
    };
    Ok(Original {
        project: projects::read(tx, by).await?,
        members: Member::load_all(tx, by).await?,
        columns: Column::load_all(tx, by).await?,
        labels: Label::load_all(tx, by).await?,
        milestones: Milestone::load_all(tx, by).await?,
        tasks: tasks.into_iter().map(detail).collect(),
        dependencies: Dependency::load_all(tx, by).await?,
        checklist_items: ChecklistItem::load_all(tx, by).await?,
    })
}

/// By how many days the dates of a copy move.
fn shift(of: &Original, start_on: Option<&Day>) -> i64 {
    let tasks = of.tasks.iter().flat_map(|detail| [&detail.task.start_on, &detail.task.due_on]);
    let days = tasks.chain(of.milestones.iter().map(|milestone| &milestone.due_on)).flatten();
    match (start_on, days.min()) {
        (Some(start_on), Some(earliest)) => start_on.since(earliest),
        _ => 0,
    }
}

fn moved(day: Option<&Day>, days: i64) -> Result<Option<Day>> {
    day.map(|day| {
        day.plus(days).ok_or_else(|| Error::invalid("/start_on", "would move a date beyond the years 1900 to 2999"))
    })
    .transpose()
}

/// The ids of the copy, by those of the original.
#[derive(Default)]
struct Ids {
    columns: HashMap<ColumnId, ColumnId>,
    labels: HashMap<LabelId, LabelId>,
    milestones: HashMap<MilestoneId, MilestoneId>,
    tasks: HashMap<TaskId, TaskId>,
}

/// Make a project like the one of this membership; the actor is its owner. Its tasks keep their numbers, so that a text that
/// names one by its number still means it.
pub async fn project(
    mut tx: Transaction,
    caller: &Caller,
    by: &Membership,
    new: ProjectCopy,
) -> Result<(Change, Project)> {
    let of = read(&mut tx, caller, by).await?;
    let days = shift(&of, new.start_on.as_ref());
    let owner = tx.actor()?.id;
    let (mut change, _) =
        projects::create(tx, NewProject { name: new.name, key: new.key, template: Template::Empty }).await?;
    let patch = ProjectPatch {
        name: None,
        description: Some(Some(Body::parse(of.project.description.clone()).map_err(Error::Internal)?)),
        key: None,
        move_completed: Some(of.project.move_completed),
        template: None,
    };
    let project = projects::patch(&mut change, patch).await?;
    let people: Vec<&Member> = of.members.iter().filter(|member| new.with_members && !member.disabled).collect();
    add_members(&mut change, owner, &people).await?;
    let mut ids = Ids::default();
    copy_frame(&mut change, &of, days, &mut ids).await?;
    let assignable: Vec<UserId> = people.iter().map(|member| member.id).collect();
    let mut tasks = copies(&change, &of.tasks, days, &mut ids, &assignable)?;
    render(&mut change, &project, &mut tasks).await?;
    copy_tasks(&mut change, tasks).await?;
    copy_parts(&mut change, &of, &ids).await?;
    Ok((change, project))
}

async fn add_members(change: &mut Change, owner: UserId, people: &[&Member]) -> Result<()> {
    let others: Vec<&&Member> = people.iter().filter(|member| member.id != owner).collect();
    if others.is_empty() {
        return Ok(());
    }
    let mut event = Draft::new("member.added");
    user::lock_all(change.tx(), others.iter().map(|member| member.id).collect()).await?;
    for member in &others {
        members::insert(change, &mut event, member.id, member.role).await?;
    }
    change.record(event).await?;
    let reasons: Vec<_> = others.iter().map(|member| (member.id, NotificationKind::Added)).collect();
    notifications::notify(change, About::default(), &reasons).await
}

/// Columns, labels and milestones.
async fn copy_frame(change: &mut Change, of: &Original, days: i64, ids: &mut Ids) -> Result<()> {
    let mut event = Draft::new("project.duplicated");
    for column in &of.columns {
        let copy = change.insert(&mut event, Column { id: ColumnId::new(), ..column.clone() }).await?;
        ids.columns.insert(column.id, copy.id);
    }
    for label in &of.labels {
        let copy = change.insert(&mut event, Label { id: LabelId::new(), ..label.clone() }).await?;
        ids.labels.insert(label.id, copy.id);
    }
    for milestone in &of.milestones {
        let due_on = moved(milestone.due_on.as_ref(), days)?;
        let copy = Milestone { id: MilestoneId::new(), due_on, ..milestone.clone() };
        let copy = change.insert(&mut event, copy).await?;
        ids.milestones.insert(milestone.id, copy.id);
    }
    change.record(event).await
}

/// The tasks as they are in the copy.
fn copies(change: &Change, of: &[TaskDetail], days: i64, ids: &mut Ids, people: &[UserId]) -> Result<Vec<TaskDetail>> {
    let (by, at) = (change.actor()?.id, change.at());
    let mut copies = Vec::with_capacity(of.len());
    for detail in of {
        let task = &detail.task;
        let id = TaskId::new();
        ids.tasks.insert(task.id, id);
        let mut label_ids: Vec<LabelId> =
            task.label_ids.iter().filter_map(|label| ids.labels.get(label).copied()).collect();
        label_ids.sort_unstable();
        let copy = Task {
            id,
            column_id: ids.columns.get(&task.column_id).copied().unwrap_or(task.column_id),
            assignee_ids: task.assignee_ids.iter().filter(|user| people.contains(user)).copied().collect(),
            label_ids,
            milestone_id: task.milestone_id.and_then(|milestone| ids.milestones.get(&milestone).copied()),
            start_on: moved(task.start_on.as_ref(), days)?,
            due_on: moved(task.due_on.as_ref(), days)?,
            completed_at: task.completed_at.map(|_| at),
            comment_count: 0,
            attachment_count: 0,
            cover_id: None,
            created_by: by,
            created_at: at,
            ..task.clone()
        };
        copies.push(TaskDetail { task: copy, ..detail.clone() });
    }
    Ok(copies)
}

/// Write the tasks and tell of them, so many in one event.
async fn copy_tasks(change: &mut Change, tasks: Vec<TaskDetail>) -> Result<()> {
    let project = change.project();
    let last = tasks.iter().map(|detail| detail.task.number).max().unwrap_or(0);
    let count = i64::try_from(tasks.len()).unwrap_or(0);
    change
        .query("update projects set task_seq = $2, open_task_count = $3 where id = $1")
        .bind(project)
        .bind(last)
        .bind(count)
        .execute()
        .await?;
    for tasks in tasks.chunks(STEP) {
        let mut event = Draft::new("project.duplicated");
        tasks::insert_all(change, &mut event, tasks.to_vec()).await?;
        change.record(event).await?;
    }
    Ok(())
}

/// Render the texts that name tasks, people or attachments: those of the copy are meant, or none.
async fn render(change: &mut Change, project: &Project, tasks: &mut [TaskDetail]) -> Result<()> {
    let writer = change.actor()?.id;
    let numbers: HashSet<i64> = tasks.iter().map(|detail| detail.task.number).collect();
    for detail in tasks {
        if names(&detail.description) == Names::default() && !detail.description_html.is_empty() {
            continue;
        }
        let coming = markdown::Coming { key: &project.key, numbers: &numbers };
        let text = &detail.description;
        detail.description_html = markdown::render_with(change.tx(), project.id, writer, text, &coming).await?;
    }
    Ok(())
}

/// Checklists and dependencies.
async fn copy_parts(change: &mut Change, of: &Original, ids: &Ids) -> Result<()> {
    let items = of.checklist_items.iter().filter_map(|item| {
        Some(ChecklistItem { id: ChecklistItemId::new(), task_id: *ids.tasks.get(&item.task_id)?, ..item.clone() })
    });
    insert_in_steps(change, items.collect()).await?;
    let dependencies = of.dependencies.iter().filter_map(|dependency| {
        let (task_id, depends_on_id) =
            (*ids.tasks.get(&dependency.task_id)?, *ids.tasks.get(&dependency.depends_on_id)?);
        Some(Dependency { id: DependencyId::new(), task_id, depends_on_id, ..dependency.clone() })
    });
    insert_in_steps(change, dependencies.collect()).await
}

async fn insert_in_steps<T: Many>(change: &mut Change, new: Vec<T>) -> Result<()> {
    for new in new.chunks(STEP) {
        let mut event = Draft::new("project.duplicated");
        change.insert_all(&mut event, new.to_vec()).await?;
        change.record(event).await?;
    }
    Ok(())
}
