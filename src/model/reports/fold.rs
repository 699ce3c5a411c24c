//! Goes through the facts of a log in their order, and keeps what each task is at that moment.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    base::error::Result,
    log::facts::{ColumnFact, Fact, Ids, TaskFact, chunk},
    model::{columns::ColumnKind, reports::Wanted},
};

/// What a task is at a moment. Instants are in unix milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Task {
    /// It is not deleted.
    pub there: bool,
    pub archived: bool,
    pub completed: bool,
    pub column: u32,
    pub assignees: Vec<u32>,
    pub labels: Vec<u32>,
    pub milestone: Option<u32>,
    pub due_on: Option<u32>,
    pub created_at: i64,
    /// When it first came into a column of kind `active`.
    pub started_at: Option<i64>,
    /// When it was last completed.
    pub completed_at: i64,
}

impl Task {
    /// When the work on it began: when it first came into a column of kind `active`, or else when it was created.
    #[must_use]
    pub fn begun_at(&self, ended_at: i64) -> i64 {
        self.started_at.filter(|at| *at <= ended_at).unwrap_or(self.created_at)
    }
}

/// A column as it is at the end of the log, or was when it was deleted.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
    pub position: String,
    pub gone: bool,
}

/// What a field of the tasks has to be.
#[derive(Clone, Copy, Debug, Default)]
enum Only {
    #[default]
    Any,
    Nothing,
    /// This number of an id.
    This(u32),
    /// An id that no event names: no task has it.
    Unknown,
}

/// Which tasks a report is about.
#[derive(Debug, Default)]
pub struct Filter {
    label: Only,
    assignee: Only,
    milestone: Only,
}

impl Filter {
    fn new(wanted: &Wanted, ids: &Ids) -> Self {
        let this = |id: Uuid| ids.find(id).map_or(Only::Unknown, Only::This);
        let or_nothing = |id: Option<Uuid>| id.map_or(Only::Nothing, this);
        Self {
            label: wanted.label.map(|id| this(id.0)).unwrap_or_default(),
            assignee: wanted.assignee.map(|user| or_nothing(user.map(|user| user.0))).unwrap_or_default(),
            milestone: wanted.milestone.map(|id| or_nothing(id.map(|id| id.0))).unwrap_or_default(),
        }
    }

    /// Whether a task matches as it is at this moment.
    #[must_use]
    pub fn matches(&self, task: &Task) -> bool {
        let has = |only: Only, ids: &[u32]| match only {
            Only::Any => true,
            Only::Nothing => ids.is_empty(),
            Only::This(id) => ids.contains(&id),
            Only::Unknown => false,
        };
        has(self.label, &task.labels)
            && has(self.assignee, &task.assignees)
            && has(self.milestone, task.milestone.as_slice())
    }
}

/// What a report notes along the way.
pub trait Notes {
    /// A task changed, from what it was to what it is. `None` is a task that was not known, and `base` one that a trimmed log
    /// begins with.
    fn changed(&mut self, fold: &Fold, before: Option<&Task>, after: &Task, base: bool);
    /// An interval is over.
    fn end_interval(&mut self) {}
}

/// For reports of the last moment alone.
impl Notes for () {
    fn changed(&mut self, _: &Fold, _: Option<&Task>, _: &Task, _: bool) {}
}

#[derive(Debug)]
pub struct Fold {
    pub ids: Ids,
    pub columns: HashMap<u32, Column>,
    pub filter: Filter,
    tasks: Vec<Option<Task>>,
    /// The moment of the last event. A clock that goes back does not take events back.
    pub at: i64,
    /// The log is whole.
    pub complete: bool,
    /// Of an event that moves the tasks of a column that it deletes.
    moved: Option<(u32, u32)>,
    base: bool,
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Fold {
    /// Go through the facts up to the end of the last interval. Intervals end at these moments.
    pub fn run(chunks: &[Vec<u8>], wanted: &Wanted, ends: &[i64], notes: &mut impl Notes) -> Result<Self> {
        let mut fold = Self {
            ids: Ids::default(),
            columns: HashMap::new(),
            filter: Filter::default(),
            tasks: vec![],
            at: i64::MIN,
            complete: true,
            moved: None,
            base: false,
        };
        fold.learn_columns(chunks)?;
        fold.filter = Filter::new(wanted, &fold.ids);
        fold.tasks.resize(fold.ids.len(), None);
        let (mut ended, mut there) = (0, HashMap::new());
        for bytes in chunks {
            let mut ids = std::mem::take(&mut fold.ids);
            let read = chunk::read(bytes, &mut ids, |fact| {
                if ended == ends.len() {
                    return;
                }
                if let Fact::At(at) = fact {
                    fold.at = fold.at.max(at);
                    (fold.moved, fold.base) = (None, false);
                    while ends.get(ended).is_some_and(|end| *end <= fold.at) {
                        notes.end_interval();
                        ended += 1;
                    }
                } else {
                    fold.apply(fact, &mut there, notes);
                }
            });
            fold.ids = ids;
            read?;
        }
        for _ in ended..ends.len() {
            notes.end_interval();
        }
        Ok(fold)
    }

    /// The columns as they are at the end.
    fn learn_columns(&mut self, chunks: &[Vec<u8>]) -> Result<()> {
        let Self { ids, columns, complete, .. } = self;
        for bytes in chunks {
            chunk::read(bytes, ids, |fact| match fact {
                Fact::Column(ColumnFact { id, name, kind, position }) => {
                    let column: &mut Column = columns.entry(id).or_default();
                    column.gone = false;
                    column.name = name.unwrap_or(std::mem::take(&mut column.name));
                    column.position = position.unwrap_or(std::mem::take(&mut column.position));
                    column.kind = match kind {
                        Some(0) => ColumnKind::Backlog,
                        Some(2) => ColumnKind::Done,
                        Some(_) => ColumnKind::Active,
                        None => column.kind,
                    };
                }
                Fact::ColumnGone(id) => columns.entry(id).or_default().gone = true,
                Fact::Base => *complete = false,
                _ => {}
            })?;
        }
        Ok(())
    }

    /// `there` are the columns of this moment and their places.
    fn apply(&mut self, fact: Fact<u32>, there: &mut HashMap<u32, String>, notes: &mut impl Notes) {
        match fact {
            Fact::Task(fact) => self.task(fact, notes),
            Fact::Archived(id) => self.change(id, notes, |task| task.archived = true),
            Fact::Deleted(id) => self.change(id, notes, |task| task.there = false),
            Fact::Column(ColumnFact { id, position, .. }) => {
                let known = there.entry(id).or_default();
                *known = position.unwrap_or(std::mem::take(known));
            }
            Fact::ColumnGone(id) => {
                there.remove(&id);
                self.column_gone(id, there, notes);
            }
            Fact::Base => {
                for task in 0..u32::try_from(self.tasks.len()).unwrap_or(u32::MAX) {
                    self.change(task, notes, |task| task.there = false);
                }
                self.tasks.fill(None);
                there.clear();
                self.base = true;
            }
            Fact::At(_) => {}
        }
    }

    fn change(&mut self, id: u32, notes: &mut impl Notes, change: impl FnOnce(&mut Task)) {
        let Some(before) = self.tasks.get_mut(index(id)).and_then(Option::take) else { return };
        let mut after = before.clone();
        change(&mut after);
        notes.changed(self, Some(&before), &after, self.base);
        self.tasks[index(id)] = Some(after);
    }

    fn task(&mut self, fact: TaskFact<u32>, notes: &mut impl Notes) {
        let at = self.at;
        let Some(before) = self.tasks.get_mut(index(fact.id)).map(Option::take) else { return };
        // The log was trimmed, and of a task that was archived then an event says that it changed.
        if before.is_none() && !fact.whole {
            return;
        }
        let mut task = before.clone().unwrap_or(Task { created_at: at, ..Task::default() });
        if fact.whole {
            (task.there, task.archived) = (true, false);
        }
        if let Some(column) = fact.column {
            if column != task.column {
                self.moved = Some((task.column, column));
            }
            task.column = column;
            if self.columns.get(&column).is_some_and(|column| column.kind == ColumnKind::Active) {
                task.started_at.get_or_insert(at);
            }
        }
        if let Some(completed) = fact.completed {
            if completed && !task.completed {
                task.completed_at = at;
            }
            task.completed = completed;
        }
        task.assignees = fact.assignees.unwrap_or(task.assignees);
        task.labels = fact.labels.unwrap_or(task.labels);
        task.milestone = fact.milestone.unwrap_or(task.milestone);
        task.due_on = fact.due_on.unwrap_or(task.due_on);
        notes.changed(self, before.as_ref(), &task, self.base);
        self.tasks[index(fact.id)] = Some(task);
    }

    /// Archived tasks go where the others of a deleted column went, or else to the first column that is left. No event says so:
    /// no reader holds them.
    fn column_gone(&mut self, gone: u32, there: &HashMap<u32, String>, notes: &mut impl Notes) {
        let moved = self.moved.filter(|(from, _)| *from == gone).map(|(_, to)| to);
        let first = || there.iter().min_by_key(|(_, position)| *position).map(|(id, _)| *id);
        let Some(to) = moved.or_else(first) else { return };
        for task in 0..u32::try_from(self.tasks.len()).unwrap_or(u32::MAX) {
            if self.tasks[index(task)].as_ref().is_some_and(|task| task.column == gone) {
                self.change(task, notes, |task| task.column = to);
            }
        }
    }

    /// The tasks that match and are not deleted, as they are at the end.
    pub fn tasks(&self) -> impl Iterator<Item = (Uuid, &Task)> {
        let numbered = (0..).zip(&self.tasks).filter_map(|(number, task)| Some((number, task.as_ref()?)));
        let wanted = numbered.filter(|(_, task)| task.there && self.filter.matches(task));
        wanted.map(|(number, task): (u32, &Task)| (self.ids.get(number), task))
    }
}
