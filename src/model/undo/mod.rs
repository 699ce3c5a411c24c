//! Undoing: a compensating event that gives objects back what they were before an event, or before a run of events. What
//! others did since stays: where they touched the same fields, nothing is undone.

mod run;
mod there;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::run::Run;
use self::{
    run::{Done, Net},
    there::There,
};
use crate::{
    auth::role::Role,
    base::{
        error::{Error, Result, Touched},
        ids::{CommentId, LabelId, MilestoneId, TaskId},
    },
    change::{Change, Findable, Kind, Object, object},
    faults::planted,
    log::{
        Draft,
        conflict::{self, ObjectVersion},
    },
    model::{
        checklists::{self, ChecklistItem},
        columns::{self, Column},
        comments::{self, Comment},
        dependencies::{self, Dependency},
        imports,
        labels::Label,
        milestones::Milestone,
        positions::{self, Wanted},
        search::index,
        tasks::{self, Reference, Task, TaskDetail},
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

/// What the causes of imports begin with.
const IMPORT: &str = "import:";
/// What the causes of the changes begin with that an agent makes (`http/mcp`).
pub const AGENT: &str = "mcp:";

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
    let old = net.old.clone();
    let old = planted!(
        UndoForgetsAField => {
            let mut old = old;
            old.remove("due_on");
            old
        },
        old
    );
    fields.extend(old);
    of_fields(fields)
}

/// An object as it was when the run deleted it.
fn deleted_as<T: DeserializeOwned>(id: &str, net: &Net) -> Result<T> {
    let mut fields = net.old.clone();
    fields.extend([("id".into(), id.into()), ("version".into(), 0.into())]);
    of_fields(fields)
}

fn version(object: &impl Serialize) -> Result<i64> {
    Ok(self::object(object)?.get("version").and_then(Value::as_i64).unwrap_or(0))
}

/// The objects whose places the run changed.
fn moving(nets: &[(&str, &Net)]) -> Result<BTreeSet<Uuid>> {
    nets.iter().filter(|(_, net)| net.fields.contains("position")).map(|(of, _)| id(of)).collect()
}

/// A checklist item as it is to be, and as it is.
type Then<'a> = (&'a str, ChecklistItem, Option<ChecklistItem>);

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
    // What people said stays said; what an import brought goes with it, and what an agent said.
    let brought = |prefix: &str| prefix.starts_with(IMPORT) || prefix.starts_with(AGENT);
    let comments_too = run.cause_prefix.as_deref().is_some_and(brought);
    let undoable = |kind: &str| KINDS.contains(&kind) || (comments_too && kind == Comment::KIND);
    if let Some((kind, _)) = done.objects.keys().find(|(kind, _)| !undoable(kind)) {
        return Err(Error::conflict("not_undoable", format!("changes of {kind} cannot be undone")));
    }
    if done.objects.is_empty() && done.put_away.is_empty() {
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
    undoing.comments(change, &mut event).await?;
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
    let all = planted!(UndoIgnoresRoles => true, change.role() >= Role::Manager);
    if !all && done.objects.iter().any(managed) {
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

    /// Which of these objects, each with its version, no other event touched where the run had touched them.
    async fn free(
        &mut self,
        change: &mut Change,
        kind: &'static str,
        objects: impl IntoIterator<Item = (&'a str, i64)>,
    ) -> Result<HashSet<&'a str>> {
        let done = self.done;
        let net = |of: &str| done.objects.get(&(kind.to_owned(), of.to_owned()));
        let (project, mut free, mut known) = (change.project(), HashSet::new(), vec![]);
        for (of, version) in objects {
            match net(of) {
                None => drop(free.insert(of)),
                Some(net) => known.push((ObjectVersion { kind, id: of, version }, net)),
            }
        }
        let since: Vec<_> = known.iter().map(|(object, net)| (*object, net.first)).collect();
        let touched = conflict::touched_since(change.tx(), project, &since).await?;
        for ((ObjectVersion { id: of, .. }, net), events) in known.into_iter().zip(touched) {
            let Some(events) = events else {
                self.touch(kind, of, ["version"]);
                continue;
            };
            let others = events.into_iter().filter(|(seq, _)| !done.events.contains(seq));
            let fields: BTreeSet<String> = others
                .flat_map(|(_, fields)| fields)
                .filter(|field| field != "id" && field != "version" && (net.created || net.fields.contains(field)))
                .collect();
            if planted!(UndoGoesOverOthers => true, fields.is_empty()) {
                free.insert(of);
            } else {
                self.touch(kind, of, fields.into_iter().filter(|field| !field.ends_with("_html")));
            }
        }
        Ok(free)
    }

    /// The object as it is, if no other event touched what is to be undone.
    async fn current<T: Object>(&mut self, change: &mut Change, of: &'a str) -> Result<Option<T>> {
        match change.load::<T>(id(of)?).await {
            Ok(found) => {
                let free = self.free(change, T::KIND, [(of, version(&found)?)]).await?;
                Ok(free.contains(of).then_some(found))
            }
            Err(Error::NotFound) => {
                self.touch(T::KIND, of, ["id"]);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The objects of a kind that the run touched, as they are, and which of them are free.
    async fn current_all<T: Findable>(
        &mut self,
        change: &mut Change,
        nets: &[(&'a str, &'a Net)],
    ) -> Result<(HashMap<&'a str, T>, HashSet<&'a str>)> {
        let ids = nets.iter().map(|(of, _)| id(of)).collect::<Result<Vec<_>>>()?;
        let mut loaded = change.load_all::<T>(&ids).await?;
        let found: HashMap<_, _> =
            nets.iter().zip(&ids).filter_map(|((of, _), id)| Some((*of, loaded.remove(id)?))).collect();
        let mut versions = vec![];
        for (of, net) in nets {
            match found.get(of) {
                Some(_) if net.gone => self.touch(T::KIND, of, ["id"]),
                None if !net.gone => self.touch(T::KIND, of, ["id"]),
                Some(now) => versions.push((*of, version(now)?)),
                None => {}
            }
        }
        let free = self.free(change, T::KIND, versions).await?;
        Ok((found, free))
    }

    /// Make anew what was deleted.
    async fn make_anew<T: Object + DeserializeOwned>(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        for (of, net) in self.of(T::KIND).into_iter().filter(|(_, net)| net.gone) {
            if exists::<T>(change, id(of)?).await? {
                self.touch(T::KIND, of, ["id"]);
                continue;
            }
            let mut new: T = deleted_as(of, net)?;
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
        let nets: Vec<_> = self.of(TaskDetail::KIND).into_iter().filter(|(_, net)| !net.created).collect();
        let ids = nets.iter().map(|(of, _)| id(of).map(TaskId)).collect::<Result<Vec<_>>>()?;
        let trashed = trash::held(change, &ids).await?;
        let (mut wanted, mut back) = (vec![], vec![]);
        for (task, (of, net)) in ids.iter().zip(&nets) {
            let is_held = trashed.contains(task);
            if is_held && !net.gone {
                self.touch(TaskDetail::KIND, of, ["id"]);
                continue;
            }
            back.extend(is_held.then_some(*task));
            wanted.push(*task);
        }
        trash::bring_back(change, event, &back).await?;
        let found = tasks::load_all(change.tx(), wanted.into_iter()).await?;
        let mut found: HashMap<TaskId, TaskDetail> = found.into_iter().map(|task| (task.task.id, task)).collect();
        let there = nets.iter().zip(&ids).filter_map(|((of, _), id)| Some((*of, found.get(id)?)));
        let here = there.filter(|(_, now)| !back.contains(&now.task.id)).map(|(of, now)| (of, now.task.version));
        let here: Vec<_> = here.collect();
        let mut free = self.free(change, TaskDetail::KIND, here).await?;
        free.extend(nets.iter().zip(&ids).filter(|(_, id)| back.contains(id)).map(|((of, _), _)| *of));
        let mut pairs = vec![];
        for ((of, net), task) in nets.iter().zip(&ids).filter(|((of, _), _)| free.contains(of)) {
            let Some(now) = found.remove(task) else { continue };
            let mut then: TaskDetail = reverted(&now, net)?;
            then.task.comment_count = now.task.comment_count;
            then.task.attachment_count = now.task.attachment_count;
            then.task.version = now.task.version;
            if now.in_snapshot() != then.in_snapshot() {
                tasks::require_own(change, &now)?;
            }
            pairs.push((*of, now, then));
        }
        let there = There::find(change, pairs.iter().map(|(_, now, then)| (now, then))).await?;
        pairs.retain_mut(|(of, now, then)| {
            let missing = there.missing(then, now);
            if let Some(field) = missing {
                self.touch(TaskDetail::KIND, of, [field]);
            }
            missing.is_none()
        });
        let moving = moving(&nets)?;
        let place = |task: &TaskDetail| (task.task.column_id, task.task.position.clone());
        let moved: Vec<usize> = (0..pairs.len()).filter(|at| place(&pairs[*at].1) != place(&pairs[*at].2)).collect();
        let wanted = moved.iter().map(|at| {
            let then = &pairs[*at].2.task;
            Wanted { parent: then.column_id.0, id: then.id.0, key: then.position.clone() }
        });
        let keys = positions::near_all::<Task>(change, event, wanted.collect(), &moving).await?;
        for (at, key) in moved.into_iter().zip(keys) {
            pairs[at].2.task.position = key;
        }
        let pairs = pairs.into_iter().map(|(_, now, then)| (now, then)).collect();
        if self.touched.is_empty() { tasks::rewrite_all(change, event, pairs).await } else { Ok(()) }
    }

    async fn items(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        let nets = self.of(ChecklistItem::KIND);
        let (mut found, free) = self.current_all::<ChecklistItem>(change, &nets).await?;
        let (mut deleted, mut thens) = (vec![], vec![]);
        for (of, net) in nets {
            let now = found.remove(of);
            match now {
                Some(_) if !free.contains(of) => {}
                Some(now) if net.created => deleted.push(now),
                Some(now) => thens.push((of, reverted(&now, net)?, Some(now))),
                None if net.gone => thens.push((of, deleted_as(of, net)?, None)),
                None => {}
            }
        }
        let open = tasks::openness(change, thens.iter().map(|(_, then, _): &Then<'_>| then.task_id)).await?;
        thens.retain(|(of, then, _)| {
            let is_open = open.get(&then.task_id) == Some(&true);
            if !is_open {
                self.touch(ChecklistItem::KIND, of, ["task_id"]);
            }
            is_open
        });
        let is_moved = |(_, then, now): &Then<'_>| now.as_ref().is_none_or(|now| now.position != then.position);
        let moved: Vec<usize> = (0..thens.len()).filter(|at| is_moved(&thens[*at])).collect();
        let wanted = moved.iter().map(|at| {
            let then = &thens[*at].1;
            Wanted { parent: then.task_id.0, id: then.id.0, key: then.position.clone() }
        });
        let of_items = deleted.iter().map(|item| item.task_id).chain(thens.iter().map(|(_, then, _)| then.task_id));
        let touched: BTreeSet<TaskId> = of_items.collect();
        let keys = positions::near_all::<ChecklistItem>(change, event, wanted.collect(), &BTreeSet::new()).await?;
        for (at, key) in moved.into_iter().zip(keys) {
            thens[at].1.position = key;
        }
        let (changed, new): (Vec<_>, Vec<_>) = thens.into_iter().partition(|(_, _, now)| now.is_some());
        change.delete_all(event, &deleted).await?;
        let pairs = changed.into_iter().filter_map(|(_, then, now)| Some((now?, then)));
        change.reposition_all(event, pairs.collect()).await?;
        checklists::make_anew(change, event, new.into_iter().map(|(_, then, _)| then).collect()).await?;
        let touched = tasks::load_all(change.tx(), touched.into_iter()).await?;
        tasks::touch_all(change, event, touched).await
    }

    async fn dependencies(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        let nets = self.of(Dependency::KIND);
        let kept: Vec<_> = nets.iter().copied().filter(|(_, net)| !net.gone).collect();
        let gone = nets.iter().filter(|(_, net)| net.gone).map(|(of, net)| deleted_as(of, net));
        let gone = gone.collect::<Result<Vec<Dependency>>>()?;
        for refused in dependencies::make_anew(change, event, gone).await? {
            self.touch(Dependency::KIND, &refused.id.to_string(), ["id"]);
        }
        let (mut found, free) = self.current_all::<Dependency>(change, &kept).await?;
        let mut deleted = vec![];
        for (of, net) in kept.into_iter().filter(|(of, _)| free.contains(of)) {
            let Some(now) = found.remove(of) else { continue };
            if net.created {
                deleted.push(now);
            } else {
                let then = reverted(&now, net)?;
                change.update(event, &now, then).await?;
            }
        }
        change.delete_all(event, &deleted).await
    }

    /// Put the tasks of the run into the trash.
    async fn delete_tasks(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        let (mut deleted, mut others) = (vec![], vec![]);
        let created: Vec<_> = self.of(TaskDetail::KIND).into_iter().filter(|(_, net)| net.created).collect();
        let ids: Vec<TaskId> = created.iter().map(|(of, _)| id(of).map(TaskId)).collect::<Result<_>>()?;
        let trashed = trash::held(change, &ids).await?;
        let found = tasks::load_all(change.tx(), ids.iter().copied()).await?;
        let mut found: HashMap<TaskId, TaskDetail> = found.into_iter().map(|task| (task.task.id, task)).collect();
        for ((of, net), task) in created.into_iter().zip(ids) {
            match found.remove(&task).filter(|_| !trashed.contains(&task)) {
                // One that is as it was made needs no look into the log.
                Some(task) if task.task.version == net.first && task.in_snapshot() => deleted.push(task),
                Some(task) => others.push((of, task)),
                None => self.touch(TaskDetail::KIND, of, ["id"]),
            }
        }
        let versions: Vec<_> = others.iter().map(|(of, task)| (*of, task.task.version)).collect();
        let free = self.free(change, TaskDetail::KIND, versions).await?;
        deleted.extend(others.into_iter().filter(|(of, _)| free.contains(of)).map(|(_, task)| task));
        for task in &deleted {
            tasks::require_own(change, task)?;
        }
        deleted.extend(self.put_away(change).await?);
        if deleted.is_empty() || !self.touched.is_empty() {
            return Ok(());
        }
        trash::put(change, event, &deleted).await?;
        imports::forget(change, deleted.iter().map(|task| task.task.id.0)).await
    }

    /// The tasks that the run made and archived, as far as they are still in the archive.
    async fn put_away(&mut self, change: &mut Change) -> Result<Vec<TaskDetail>> {
        let ids: Vec<TaskId> = self.done.put_away.iter().map(|of| id(of).map(TaskId)).collect::<Result<_>>()?;
        let trashed = trash::held(change, &ids).await?;
        let mut there = vec![];
        for task in tasks::load_all(change.tx(), ids.into_iter()).await? {
            if task.in_snapshot() {
                self.touch(TaskDetail::KIND, &task.task.id.to_string(), ["archived_at"]);
            } else if !trashed.contains(&task.task.id) {
                tasks::require_own(change, &task)?;
                there.push(task);
            }
        }
        Ok(there)
    }

    /// Delete the comments that an import or an agent brought to tasks that were there.
    async fn comments(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        let created: Vec<_> = self.of(Comment::KIND).into_iter().filter(|(_, net)| net.created).collect();
        let ids: Vec<CommentId> = created.iter().map(|(of, _)| id(of).map(CommentId)).collect::<Result<_>>()?;
        // One that was deleted since is gone already.
        let found = comments::load_all(change.tx(), &ids).await?;
        let mut found: HashMap<CommentId, Comment> = found.into_iter().map(|comment| (comment.id, comment)).collect();
        let there = created.iter().zip(&ids).filter_map(|((of, _), id)| Some((*of, found.get(id)?.version)));
        let there: Vec<_> = there.collect();
        let free = self.free(change, Comment::KIND, there).await?;
        let gone = created.iter().zip(&ids).filter(|((of, _), _)| free.contains(of));
        let gone: Vec<Comment> = gone.filter_map(|(_, id)| found.remove(id)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        for comment in &gone {
            comments::require_own(change, comment)?;
        }
        change.delete_all(event, &gone).await?;
        index::remove_all(change, gone.iter().map(|comment| comment.id.0)).await?;
        imports::forget(change, gone.iter().map(|comment| comment.id.0)).await?;
        let mut counts: BTreeMap<TaskId, i64> = BTreeMap::new();
        for comment in &gone {
            *counts.entry(comment.task_id).or_default() -= 1;
        }
        let of = tasks::load_all(change.tx(), counts.keys().copied()).await?;
        let counted = of.into_iter().map(|task| {
            let count = counts.get(&task.task.id).copied().unwrap_or_default();
            (task, count, 0)
        });
        tasks::count_all(change, event, counted.collect()).await
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
                // Tasks in the trash may have it still.
                if T::KIND == Milestone::KIND {
                    tasks::detach(change, event, Reference::Milestone(MilestoneId(now.id()))).await?;
                } else {
                    tasks::detach(change, event, Reference::Label(LabelId(now.id()))).await?;
                }
                change.delete(event, &now).await?;
            }
        }
        Ok(())
    }

    async fn columns(&mut self, change: &mut Change, event: &mut Draft) -> Result<()> {
        let nets = self.of(Column::KIND);
        let moving = moving(&nets)?;
        for (of, net) in nets.into_iter().filter(|(_, net)| !net.gone) {
            let Some(now) = self.current::<Column>(change, of).await? else { continue };
            if net.created {
                let emptied = !tasks::any_open_in(change, now.id).await? && columns::empty(change, event, &now).await?;
                if emptied {
                    change.delete(event, &now).await?;
                } else {
                    self.touch(Column::KIND, of, ["tasks"]);
                }
                continue;
            }
            let mut then: Column = reverted(&now, net)?;
            if then.position != now.position {
                let (project, wanted) = (change.project().0, then.position.clone());
                let wanted = Wanted { parent: project, id: then.id.0, key: wanted };
                then.position = positions::near::<Column>(change, event, wanted, &moving).await?;
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
    let wanted = Wanted { parent: change.project().0, id: new.id(), key: wanted };
    let key = positions::near::<Column>(change, event, wanted, &BTreeSet::new()).await?;
    fields.insert("position".into(), key.into());
    of_fields(fields)
}
