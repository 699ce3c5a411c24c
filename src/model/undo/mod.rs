//! Undoing: a compensating event that gives objects back what they were before an event, or before a run of events. What
//! others did since stays: where they touched the same fields, nothing is undone.

mod run;

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::run::Run;
use self::run::{Done, Net};
use crate::{
    auth::role::Role,
    base::{
        error::{Error, Result, Touched},
        ids::TaskId,
    },
    change::{Change, Kind, Object, object},
    log::{
        Draft,
        conflict::{self, ObjectVersion},
    },
    model::{
        checklists::ChecklistItem,
        columns::Column,
        dependencies::{self, Dependency},
        labels::Label,
        milestones::Milestone,
        positions,
        tasks::{self, Task, TaskDetail, TaskRef},
        trash,
    },
};

/// The compensating event.
#[derive(Debug, Serialize, ToSchema)]
pub struct Undone {
    pub seq: i64,
}

/// The kinds whose changes can be undone, in the order in which what was deleted is made anew.
const KINDS: [&str; 6] =
    [Column::KIND, Label::KIND, Milestone::KIND, TaskDetail::KIND, ChecklistItem::KIND, Dependency::KIND];

fn id(text: &str) -> Result<Uuid> {
    Uuid::try_parse(text).map_err(|error| Error::Internal(error.to_string()))
}

/// An object with these fields.
fn of_fields<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T> {
    serde_json::from_value(Value::Object(fields)).map_err(|error| Error::Internal(error.to_string()))
}

/// The same object with what its fields were.
fn reverted<T: Serialize + DeserializeOwned>(now: &T, net: &Net) -> Result<T> {
    let mut fields = object(now)?;
    fields.extend(net.old.clone());
    of_fields(fields)
}

/// An object as it was when the run deleted it.
fn deleted<T: DeserializeOwned>(id: &str, net: &Net) -> Result<T> {
    let mut fields = net.old.clone();
    fields.extend([("id".into(), id.into()), ("version".into(), 0.into())]);
    of_fields(fields)
}

async fn exists<T: Object>(change: &mut Change, id: Uuid) -> Result<bool> {
    match change.load::<T>(id).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Undo the events of a run, by one event. Answers it.
pub async fn undo(change: &mut Change, run: &Run) -> Result<Undone> {
    let done = Done::read(change, run).await?;
    if let Some((kind, _)) = done.objects.keys().find(|(kind, _)| !KINDS.contains(&kind.as_str())) {
        return Err(Error::conflict("not_undoable", format!("changes of {kind} cannot be undone")));
    }
    if done.objects.is_empty() {
        return Err(Error::conflict("nothing_to_undo", "nothing is left of what these events did"));
    }
    check_role(change, &done)?;
    let mut undoing = Undoing { done: &done, touched: vec![] };
    let cause = if run.from == run.to { format!("undo:{}", run.from) } else { format!("undo:{}-{}", run.from, run.to) };
    change.set_cause(cause);
    let mut event = Draft::new(name(&done.nouns));
    undoing.make_anew::<Column>(change, &mut event).await?;
    undoing.make_anew::<Label>(change, &mut event).await?;
    undoing.make_anew::<Milestone>(change, &mut event).await?;
    undoing.tasks(change, &mut event).await?;
    undoing.items(change, &mut event).await?;
    undoing.dependencies(change, &mut event).await?;
    undoing.delete_tasks(change, &mut event).await?;
    undoing.milestones_and_labels(change, &mut event).await?;
    undoing.columns(change, &mut event).await?;
    if !undoing.touched.is_empty() {
        return Err(Error::Undo(undoing.touched));
    }
    if event.is_empty() {
        return Err(Error::conflict("nothing_to_undo", "everything is as it was before these events"));
    }
    let seq = change.seq();
    change.record(event).await?;
    Ok(Undone { seq })
}

/// Those who may make such a change may undo it.
fn check_role(change: &Change, done: &Done) -> Result<()> {
    let managed = |((kind, _), net): (&run::Key, &Net)| match kind.as_str() {
        Column::KIND | Label::KIND => true,
        Milestone::KIND => net.created || net.gone,
        _ => false,
    };
    if change.role() < Role::Manager && done.objects.iter().any(managed) {
        return Err(Error::forbidden("your role in this project does not allow this"));
    }
    Ok(())
}

fn name(nouns: &BTreeSet<String>) -> &'static str {
    let only = if nouns.len() == 1 { nouns.first().map(String::as_str) } else { None };
    match only {
        Some("column") => "column.undone",
        Some("label") => "label.undone",
        Some("milestone") => "milestone.undone",
        Some("checklist_item") => "checklist_item.undone",
        Some("dependency") => "dependency.undone",
        Some("timeline") => "timeline.undone",
        _ => "task.undone",
    }
}

struct Undoing<'a> {
    done: &'a Done,
    /// What others touched since.
    touched: Vec<Touched>,
}

impl<'a> Undoing<'a> {
    fn of(&self, kind: &str) -> Vec<(&'a str, &'a Net)> {
        let of_kind = self.done.objects.iter().filter(|((known, _), _)| known == kind);
        of_kind.map(|((_, id), net)| (id.as_str(), net)).collect()
    }

    fn touch(&mut self, kind: &'static str, id: &str, fields: impl IntoIterator<Item = impl Into<String>>) {
        let fields = fields.into_iter().map(Into::into).collect();
        self.touched.push(Touched { kind, id: id.into(), fields });
    }

    /// Whether other events touched since what the run had touched.
    async fn is_free(&mut self, change: &mut Change, kind: &'static str, id: &str, version: i64) -> Result<bool> {
        let done = self.done;
        let Some(net) = done.objects.get(&(kind.to_owned(), id.to_owned())) else { return Ok(true) };
        let project = change.project();
        let object = ObjectVersion { kind, id, version };
        let Some(events) = conflict::touched_since(change.tx(), project, object, net.first).await? else {
            self.touch(kind, id, ["version"]);
            return Ok(false);
        };
        let others = events.into_iter().filter(|(seq, _)| !done.events.contains(seq));
        let fields: BTreeSet<String> = others
            .flat_map(|(_, fields)| fields)
            .filter(|field| field != "id" && field != "version" && (net.created || net.fields.contains(field)))
            .collect();
        if fields.is_empty() {
            return Ok(true);
        }
        self.touch(kind, id, fields.into_iter().filter(|field| !field.ends_with("_html")));
        Ok(false)
    }

    /// The object as it is, if no other event touched what is to be undone.
    async fn current<T: Object>(&mut self, change: &mut Change, of: &str) -> Result<Option<T>> {
        match change.load::<T>(id(of)?).await {
            Ok(found) => {
                let version = object(&found)?.get("version").and_then(Value::as_i64).unwrap_or(0);
                Ok(self.is_free(change, T::KIND, of, version).await?.then_some(found))
            }
            Err(Error::NotFound) => {
                self.touch(T::KIND, of, ["id"]);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Make anew what was deleted.
    async fn make_anew<T: Object + DeserializeOwned>(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        for (of, net) in self.of(T::KIND).into_iter().filter(|(_, net)| net.gone) {
            if exists::<T>(change, id(of)?).await? {
                self.touch(T::KIND, of, ["id"]);
                continue;
            }
            let mut new: T = deleted(of, net)?;
            if T::KIND == Column::KIND {
                new = place_column(change, event, &new).await?;
            }
            let made = change.insert(event, new).await;
            self.taken::<T>(of, made)?;
        }
        Ok(())
    }

    /// What came of writing an object whose name another one may have by now.
    fn taken<T: Object>(&mut self, of: &str, written: Result<T>) -> Result<()> {
        match written {
            Err(error) if error.is_unique_violation() => {
                // The transaction is over on Postgres: nothing more can be said of the others.
                self.touch(T::KIND, of, ["name"]);
                Err(Error::Undo(std::mem::take(&mut self.touched)))
            }
            written => written.map(drop),
        }
    }

    /// Give the tasks back what they were: those from the trash and the archive, and those that changed.
    async fn tasks(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        let nets = self.of(TaskDetail::KIND);
        let (mut ids, mut back) = (vec![], HashSet::new());
        for (of, net) in nets.iter().filter(|(_, net)| !net.created) {
            let task = TaskId(id(of)?);
            if trash::holds(change, task).await? {
                if !net.gone {
                    self.touch(TaskDetail::KIND, of, ["id"]);
                    continue;
                }
                trash::bring_back(change, event, task).await?;
                back.insert(task);
            }
            ids.push(task);
        }
        let found = tasks::load_all(change.tx(), ids.into_iter()).await?;
        let mut found: HashMap<TaskId, TaskDetail> = found.into_iter().map(|task| (task.task.id, task)).collect();
        let moving: BTreeSet<Uuid> = nets
            .iter()
            .filter(|(_, net)| net.fields.contains("position"))
            .map(|(of, _)| id(of))
            .collect::<Result<_>>()?;
        let mut pairs = vec![];
        for (of, net) in nets.into_iter().filter(|(_, net)| !net.created) {
            let Some(now) = found.remove(&TaskId(id(of)?)) else { continue };
            let here = back.contains(&now.task.id);
            if !here && !self.is_free(change, TaskDetail::KIND, of, now.task.version).await? {
                continue;
            }
            let mut then: TaskDetail = reverted(&now, net)?;
            then.task.comment_count = now.task.comment_count;
            then.task.attachment_count = now.task.attachment_count;
            then.task.version = now.task.version;
            if now.in_snapshot() != then.in_snapshot() {
                tasks::require_own(change, &now)?;
            }
            if let Some(field) = self.missing(change, &mut then, &now).await? {
                self.touch(TaskDetail::KIND, of, [field]);
                continue;
            }
            if (&then.task.column_id, &then.task.position) != (&now.task.column_id, &now.task.position) {
                let wanted = then.task.position.clone();
                let column = then.task.column_id.0;
                then.task.position =
                    positions::near::<Task>(change, event, column, then.task.id.0, &wanted, &moving).await?;
            }
            pairs.push((now, then));
        }
        if self.touched.is_empty() { tasks::rewrite_all(change, event, pairs).await } else { Ok(()) }
    }

    /// What a task was given before the run and that is no longer there. People who left are only left out.
    async fn missing(
        &self,
        change: &mut Change,
        then: &mut TaskDetail,
        now: &TaskDetail,
    ) -> Result<Option<&'static str>> {
        let task = &mut then.task;
        let known = tasks::assignable(change, &task.assignee_ids).await?;
        task.assignee_ids.retain(|user| known.contains(user) || now.task.assignee_ids.contains(user));
        if task.column_id != now.task.column_id && !exists::<Column>(change, task.column_id.0).await? {
            return Ok(Some("column_id"));
        }
        if let Some(milestone) = task.milestone_id
            && !exists::<Milestone>(change, milestone.0).await?
        {
            return Ok(Some("milestone_id"));
        }
        if tasks::check_labels(change, "", &task.label_ids).await.is_err() {
            return Ok(Some("label_ids"));
        }
        if task.cover_id != now.task.cover_id
            && crate::model::attachments::checked_cover(change, task.id, task.cover_id).await.is_err()
        {
            return Ok(Some("cover_id"));
        }
        Ok(None)
    }

    async fn items(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        for (of, net) in self.of(ChecklistItem::KIND) {
            if net.created {
                if let Some(item) = self.current::<ChecklistItem>(change, of).await? {
                    change.delete(event, &item).await?;
                }
                continue;
            }
            let now = if net.gone {
                if exists::<ChecklistItem>(change, id(of)?).await? {
                    self.touch(ChecklistItem::KIND, of, ["id"]);
                    continue;
                }
                None
            } else {
                let Some(now) = self.current::<ChecklistItem>(change, of).await? else { continue };
                Some(now)
            };
            let mut then: ChecklistItem = now.as_ref().map_or_else(|| deleted(of, net), |now| reverted(now, net))?;
            if tasks::load_open(change, TaskRef::Id(then.task_id)).await.is_err() {
                self.touch(ChecklistItem::KIND, of, ["task_id"]);
                continue;
            }
            if now.as_ref().is_none_or(|now| now.position != then.position) {
                let (task, wanted) = (then.task_id.0, then.position.clone());
                let nothing = BTreeSet::new();
                then.position =
                    positions::near::<ChecklistItem>(change, event, task, then.id.0, &wanted, &nothing).await?;
            }
            match now {
                Some(now) => drop(change.update(event, &now, then).await?),
                None => drop(change.insert(event, then).await?),
            }
        }
        Ok(())
    }

    async fn dependencies(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        for (of, net) in self.of(Dependency::KIND) {
            if net.gone {
                let gone: Dependency = deleted(of, net)?;
                if !dependencies::make_anew(change, event, gone).await? {
                    self.touch(Dependency::KIND, of, ["id"]);
                }
                continue;
            }
            let Some(now) = self.current::<Dependency>(change, of).await? else { continue };
            if net.created {
                change.delete(event, &now).await?;
            } else {
                let then = reverted(&now, net)?;
                change.update(event, &now, then).await?;
            }
        }
        Ok(())
    }

    /// Put the tasks of the run into the trash.
    async fn delete_tasks(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        let mut deleted = vec![];
        for (of, _) in self.of(TaskDetail::KIND).into_iter().filter(|(_, net)| net.created) {
            if let Some(task) = self.current::<TaskDetail>(change, of).await? {
                tasks::require_own(change, &task)?;
                deleted.push(task);
            }
        }
        if deleted.is_empty() || !self.touched.is_empty() {
            return Ok(());
        }
        trash::put(change, event, &deleted).await
    }

    async fn milestones_and_labels(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        self.plain::<Milestone>(change, event).await?;
        self.plain::<Label>(change, event).await
    }

    /// Milestones and labels: what others use by now is not deleted.
    async fn plain<T: Object + DeserializeOwned>(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        for (of, net) in self.of(T::KIND).into_iter().filter(|(_, net)| !net.gone) {
            let Some(now) = self.current::<T>(change, of).await? else { continue };
            if !net.created {
                let written = change.update(event, &now, reverted(&now, net)?).await;
                self.taken::<T>(of, written)?;
            } else if tasks::refer_to(change, now.id()).await? {
                self.touch(T::KIND, of, ["tasks"]);
            } else {
                change.delete(event, &now).await?;
            }
        }
        Ok(())
    }

    async fn columns(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        let nets = self.of(Column::KIND);
        let moving: BTreeSet<Uuid> = nets
            .iter()
            .filter(|(_, net)| net.fields.contains("position"))
            .map(|(of, _)| id(of))
            .collect::<Result<_>>()?;
        for (of, net) in nets.into_iter().filter(|(_, net)| !net.gone) {
            let Some(now) = self.current::<Column>(change, of).await? else { continue };
            if net.created {
                if tasks::any_in(change, now.id).await? {
                    self.touch(Column::KIND, of, ["tasks"]);
                } else {
                    change.delete(event, &now).await?;
                }
                continue;
            }
            let mut then: Column = reverted(&now, net)?;
            if then.position != now.position {
                let (project, wanted) = (change.project().0, then.position.clone());
                then.position = positions::near::<Column>(change, event, project, then.id.0, &wanted, &moving).await?;
            }
            change.update(event, &now, then).await?;
        }
        Ok(())
    }
}

/// A column that comes back, at its place or right behind the one that has it by now.
async fn place_column<T: Object + DeserializeOwned>(change: &mut Change, event: &mut Draft, new: &T) -> Result<T> {
    let mut fields = object(new)?;
    let wanted = fields.get("position").and_then(Value::as_str).unwrap_or_default().to_owned();
    let project = change.project().0;
    let key = positions::near::<Column>(change, event, project, new.id(), &wanted, &BTreeSet::new()).await?;
    fields.insert("position".into(), key.into());
    of_fields(fields)
}
