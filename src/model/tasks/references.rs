//! What tasks refer to, and what becomes of the tasks when it goes away.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    base::{
        error::Result,
        ids::{LabelId, MilestoneId, TaskId, UserId},
    },
    change::Change,
    db::query::{Part, part},
    log::Draft,
    model::tasks::{Task, task::TASKS},
};

/// Something that tasks refer to and that goes away.
#[derive(Clone, Copy, Debug)]
pub enum Reference {
    Assignee(UserId),
    Label(LabelId),
    Milestone(MilestoneId),
}

/// The statements for one kind of reference; `$1` is the project, `$2` what is referred to.
struct Statements {
    /// The tasks that refer to it.
    tasks: Part,
    /// All assignees, or all labels, of those tasks.
    parts: &'static str,
    /// Forgets the references that are not in the tasks' own rows.
    forget: &'static str,
}

const ASSIGNEES: Statements = Statements {
    tasks: part(
        "where tasks.id in (select task_id from task_assignees where project_id = $1 and user_id = $2) order by tasks.id",
    ),
    parts: "select task_id, user_id from task_assignees
         where task_id in (select task_id from task_assignees where project_id = $1 and user_id = $2)
         order by task_id, user_id",
    forget: "delete from task_assignees where project_id = $1 and user_id = $2",
};

const LABELS: Statements = Statements {
    tasks: part(
        "where tasks.id in (select task_id from task_labels where project_id = $1 and label_id = $2) order by tasks.id",
    ),
    parts: "select task_id, label_id from task_labels
         where task_id in (select task_id from task_labels where project_id = $1 and label_id = $2)
         order by task_id, label_id",
    forget: "delete from task_labels where project_id = $1 and label_id = $2",
};

const MILESTONE: Part = part("where project_id = $1 and milestone_id = $2 order by tasks.id");

/// Take something off every task that has it, as part of an event, in a constant number of statements.
pub async fn detach(change: &mut Change, event: &mut Draft, reference: Reference) -> Result<()> {
    let pairs = match reference {
        Reference::Assignee(user) => {
            let (tasks, mut users) = referring(change, &ASSIGNEES, user.0).await?;
            pairs(
                tasks,
                |task| task.assignee_ids = take(&mut users, task.id, UserId),
                |task| {
                    task.assignee_ids.retain(|id| *id != user);
                },
            )
        }
        Reference::Label(label) => {
            let (tasks, mut labels) = referring(change, &LABELS, label.0).await?;
            pairs(
                tasks,
                |task| task.label_ids = take(&mut labels, task.id, LabelId),
                |task| {
                    task.label_ids.retain(|id| *id != label);
                },
            )
        }
        Reference::Milestone(milestone) => {
            let project = change.project();
            let tasks: Vec<Task> = change.query(TASKS).append(MILESTONE).bind(project).bind(milestone).all().await?;
            pairs(tasks, |_| {}, |task| task.milestone_id = None)
        }
    };
    change.update_all(event, pairs).await?;
    Ok(())
}

/// Whether any task that is not in the trash has this label or this milestone.
pub async fn refer_to(change: &mut Change, id: Uuid) -> Result<bool> {
    let project = change.project();
    let (found,): (bool,) = change
        .query(
            "select exists (select 1 from task_labels l join tasks t on t.id = l.task_id and t.trashed_at is null
                             where l.project_id = $1 and l.label_id = $2)
                 or exists (select 1 from tasks where project_id = $1 and milestone_id = $2 and trashed_at is null)",
        )
        .bind(project)
        .bind(id)
        .one()
        .await?;
    Ok(found)
}

type Parts = HashMap<TaskId, Vec<Uuid>>;

/// The tasks with a reference and their parts of that sort; the reference is forgotten.
async fn referring(change: &mut Change, statements: &Statements, to: Uuid) -> Result<(Vec<Task>, Parts)> {
    let project = change.project();
    let tasks = change.query(TASKS).append(statements.tasks).bind(project).bind(to).all().await?;
    let rows: Vec<(TaskId, Uuid)> = change.query(statements.parts).bind(project).bind(to).all().await?;
    change.query(statements.forget).bind(project).bind(to).execute().await?;
    let mut parts = Parts::new();
    for (task, part) in rows {
        parts.entry(task).or_default().push(part);
    }
    Ok((tasks, parts))
}

fn take<T>(parts: &mut Parts, task: TaskId, id: impl Fn(Uuid) -> T) -> Vec<T> {
    parts.remove(&task).unwrap_or_default().into_iter().map(id).collect()
}

fn pairs(tasks: Vec<Task>, mut load: impl FnMut(&mut Task), edit: impl Fn(&mut Task)) -> Vec<(Task, Task)> {
    let pair = |mut before: Task| {
        load(&mut before);
        let mut after = before.clone();
        edit(&mut after);
        (before, after)
    };
    tasks.into_iter().map(pair).collect()
}
