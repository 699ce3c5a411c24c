//! The kinds of a project, listed once: the snapshot, its schema, and what hangs on a task come from here.

use crate::{
    base::{
        error::Result,
        ids::{TaskId, UserId},
    },
    change::{Change, Kind},
    db::Bind,
    log::Draft,
    model::{checklists::ChecklistItem, dependencies::Dependency, views::View},
};

/// Calls a macro with all kinds of the snapshot: their names, which are those of [`Kind::KIND`], and their types.
macro_rules! for_each_kind {
    ($then:ident) => {
        $then! {
            members: $crate::model::members::Member,
            columns: $crate::model::columns::Column,
            tasks: $crate::model::tasks::Task,
            labels: $crate::model::labels::Label,
            milestones: $crate::model::milestones::Milestone,
            dependencies: $crate::model::dependencies::Dependency,
            checklist_items: $crate::model::checklists::ChecklistItem,
        }
    };
}

pub(crate) use for_each_kind;

/// A kind that hangs on a task: it is deleted with the task, and leaves the snapshot with it.
pub trait OfTask: Kind {
    /// Those of the tasks in the rows `$1` that the snapshot holds while these tasks are open.
    const OF_TASKS: &'static str;
    /// Gives all of these tasks the version `$2`: whatever comes back into the snapshot is new to its readers.
    const TOUCH: &'static str;
}

async fn tell<T: OfTask>(change: &mut Change, event: &mut Draft, tasks: &[TaskId], back: bool) -> Result<()> {
    let seq = change.seq();
    if back {
        change.query(T::TOUCH).bind_rows(tasks, |cells, task| cells.bind(*task)).bind(seq).execute().await?;
    }
    let found: Vec<T> = change.query(T::OF_TASKS).bind_rows(tasks, |cells, task| cells.bind(*task)).all().await?;
    for object in &found {
        if back { event.create(T::KIND, object)? } else { event.remove(T::KIND, object)? }
    }
    Ok(())
}

/// Tell of what hangs on tasks of this project that leave the snapshot, or that come back into it.
pub async fn tell_of_tasks(change: &mut Change, event: &mut Draft, tasks: &[TaskId], back: bool) -> Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    tell::<Dependency>(change, event, tasks, back).await?;
    tell::<ChecklistItem>(change, event, tasks, back).await
}

/// A kind of which a member has objects of their own: no event tells of these, and they go with the membership.
pub trait OfMember: Kind {
    /// Deletes those of the member `$2` in the project `$1`.
    const FORGET: &'static str;
}

/// Delete what belongs to a member whose membership ends.
pub async fn forget_member(change: &mut Change, member: UserId) -> Result<()> {
    let project = change.project();
    change.query(View::FORGET).bind(project).bind(member).execute().await?;
    Ok(())
}
