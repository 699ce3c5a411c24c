//! What tasks were given before a run, and whether it is still there: looked up for all of them at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use crate::{
    base::{
        error::Result,
        ids::{AttachmentId, LabelId, TaskId, UserId},
    },
    change::Change,
    model::{
        attachments,
        columns::Column,
        milestones::Milestone,
        tasks::{self, TaskDetail},
    },
};

/// What is there of all that some tasks were given.
pub struct There {
    people: HashSet<UserId>,
    labels: HashSet<LabelId>,
    columns: HashSet<Uuid>,
    milestones: HashSet<Uuid>,
    /// With their tasks.
    covers: HashMap<AttachmentId, TaskId>,
}

/// Each of them once.
fn once<T: Ord>(of: impl Iterator<Item = T>) -> Vec<T> {
    of.collect::<BTreeSet<T>>().into_iter().collect()
}

impl There {
    /// For tasks as they are, and as they were.
    pub async fn find<'a>(
        change: &mut Change,
        pairs: impl Iterator<Item = (&'a TaskDetail, &'a TaskDetail)> + Clone,
    ) -> Result<Self> {
        let thens = pairs.clone().map(|(_, then)| &then.task);
        let people = once(thens.clone().flat_map(|task| task.assignee_ids.iter().copied()));
        let labels = once(thens.clone().flat_map(|task| task.label_ids.iter().copied()));
        let columns = once(thens.clone().map(|task| task.column_id.0));
        let milestones = once(thens.filter_map(|task| task.milestone_id).map(|milestone| milestone.0));
        let covers = once(
            pairs.filter_map(|(now, then)| then.task.cover_id.filter(|_| now.task.cover_id != then.task.cover_id)),
        );
        Ok(Self {
            people: tasks::assignable(change, &people).await?.into_iter().collect(),
            labels: tasks::known_labels(change, &labels).await?.into_iter().collect(),
            columns: change.load_all::<Column>(&columns).await?.into_keys().collect(),
            milestones: change.load_all::<Milestone>(&milestones).await?.into_keys().collect(),
            covers: attachments::tasks_of(change, &covers).await?,
        })
    }

    /// What a task was given before the run and that is no longer there. People who left are only left out.
    pub fn missing(&self, then: &mut TaskDetail, now: &TaskDetail) -> Option<&'static str> {
        let task = &mut then.task;
        task.assignee_ids.retain(|user| self.people.contains(user) || now.task.assignee_ids.contains(user));
        if task.column_id != now.task.column_id && !self.columns.contains(&task.column_id.0) {
            return Some("column_id");
        }
        if task.milestone_id.is_some_and(|milestone| !self.milestones.contains(&milestone.0)) {
            return Some("milestone_id");
        }
        if !task.label_ids.iter().all(|label| self.labels.contains(label)) {
            return Some("label_ids");
        }
        let cover = task.cover_id.filter(|_| task.cover_id != now.task.cover_id);
        cover.is_some_and(|cover| self.covers.get(&cover) != Some(&task.id)).then_some("cover_id")
    }
}
