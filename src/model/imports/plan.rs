//! What of a board is new to a project, as the objects that are to be written.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    links::{self, Links},
    people::{self, Acquaintance},
};
use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ChecklistItemId, ColumnId, CommentId, DependencyId, LabelId, MilestoneId, ProjectId, TaskId, UserId},
        rank,
    },
    change::InSnapshot,
    db::Db,
    import::{
        Mapping,
        board::{self, Board},
        boardcast,
        report::{MatchedPerson, Report},
    },
    model::{
        checklists::ChecklistItem,
        columns::{Column, ColumnKind},
        comments::Comment,
        dependencies::Dependency,
        labels::Label,
        milestones::Milestone,
        tasks::{Priority, Task, TaskDetail},
    },
};

/// The highest number that a task keeps from its file.
const HIGHEST: i64 = 10_000_000;

/// What a project holds already.
#[derive(Debug, Default)]
pub struct Existing {
    pub seq: i64,
    task_seq: i64,
    key: String,
    columns: Vec<Column>,
    labels: Vec<Label>,
    milestones: Vec<Milestone>,
    members: Vec<UserId>,
    /// The last position in each column.
    ends: HashMap<ColumnId, String>,
    /// The tasks that the board brought before, and whether they are in the trash.
    tasks: HashMap<Uuid, bool>,
    links: Links,
}

impl Existing {
    pub async fn load(db: &Db, project: ProjectId, source: &str) -> Result<Self> {
        let links = Links::load(db, project, source).await?;
        let (seq, task_seq, key): (i64, i64, String) =
            db.query("select seq, task_seq, key from projects where id = $1").bind(project).one().await?;
        let ends: Vec<(ColumnId, String)> = db
            .query("select column_id, max(position) from tasks where project_id = $1 group by column_id")
            .bind(project)
            .all()
            .await?;
        let tasks: Vec<(Uuid, bool)> = db
            .query(
                "select t.id, t.trashed_at is not null from import_links l
                 join tasks t on t.id = l.object_id
                 where l.project_id = $1 and l.source = $2 and l.kind = $3",
            )
            .bind(project)
            .bind(source)
            .bind(links::TASK)
            .all()
            .await?;
        Ok(Self {
            seq,
            task_seq,
            key,
            columns: db.query(Column::ALL).bind(project).all().await?,
            labels: db.query(Label::ALL).bind(project).all().await?,
            milestones: db.query(Milestone::ALL).bind(project).all().await?,
            members: people::members(db, project).await?,
            ends: ends.into_iter().collect(),
            tasks: tasks.into_iter().collect(),
            links,
        })
    }
}

/// A task that is to be written, open at first.
#[derive(Debug)]
pub struct PlannedTask {
    pub external: String,
    pub detail: TaskDetail,
    pub archived_at: Option<Timestamp>,
    pub items: Vec<ChecklistItem>,
}

#[derive(Debug)]
pub struct PlannedComment {
    pub external: String,
    pub comment: Comment,
}

/// A person who is to become a member.
#[derive(Debug)]
pub struct Joining {
    pub id: UserId,
    pub name: String,
    pub guest: bool,
    /// Of a guest, by which they are known when they join.
    pub email: Option<String>,
}

#[derive(Debug, Default)]
pub struct Plan {
    /// The last event that the plan knows of.
    pub seq: i64,
    pub key: String,
    /// Who is to become a member.
    pub joining: Vec<Joining>,
    pub columns: Vec<Column>,
    pub labels: Vec<Label>,
    pub milestones: Vec<Milestone>,
    /// What the frame and the people are elsewhere.
    pub links: Vec<(i16, String, Uuid)>,
    pub tasks: Vec<PlannedTask>,
    pub comments: Vec<PlannedComment>,
    /// How many comments come to tasks that were there.
    pub counted: HashMap<TaskId, i64>,
    /// With whether the snapshot holds it.
    pub dependencies: Vec<(Dependency, bool)>,
    pub last_number: i64,
    /// The names that texts may mention.
    pub names: HashMap<Uuid, String>,
    /// Ids of the file by their ids here, for the filters of views.
    pub ids: HashMap<String, Uuid>,
}

impl Plan {
    /// How many tasks and comments there are to write.
    pub fn total(&self) -> usize {
        self.tasks.len() + self.comments.len()
    }

    pub fn is_empty(&self) -> bool {
        self.total() == 0 && self.columns.is_empty() && self.labels.is_empty() && self.milestones.is_empty()
    }
}

pub struct Planner<'a> {
    pub board: &'a Board,
    pub existing: &'a Existing,
    pub known: &'a [Acquaintance],
    pub mapping: &'a Mapping,
    pub by: UserId,
    pub by_name: &'a str,
    pub now: Timestamp,
    /// Whether the project is made by this import.
    pub new_project: bool,
}

fn kind(kind: board::ColumnKind) -> ColumnKind {
    match kind {
        board::ColumnKind::Backlog => ColumnKind::Backlog,
        board::ColumnKind::Active => ColumnKind::Active,
        board::ColumnKind::Done => ColumnKind::Done,
    }
}

const fn priority(priority: i16) -> Priority {
    match priority {
        1 => Priority::Low,
        2 => Priority::Medium,
        3 => Priority::High,
        4 => Priority::Urgent,
        _ => Priority::None,
    }
}

/// The ids here of a kind of things of the file.
type Ids<T> = HashMap<String, T>;

impl Planner<'_> {
    pub fn plan(&self, report: &mut Report) -> Result<Plan> {
        let mut plan = Plan { seq: self.existing.seq, key: self.existing.key.clone(), ..Plan::default() };
        let fresh: Vec<&board::Task> = self.board.tasks.iter().filter(|task| self.is_new(task, report)).collect();
        let columns = self.columns(&mut plan, &fresh);
        let labels = self.labels(&mut plan, &fresh);
        let milestones = self.milestones(&mut plan, &fresh);
        let people = self.people(&mut plan, &fresh, report);
        let mut tasks: Ids<TaskId> = HashMap::new();
        for task in &self.board.tasks {
            if let Some(id) = self.here(&task.id) {
                tasks.insert(task.id.clone(), TaskId(id));
            }
        }
        report.known_tasks = u64::try_from(tasks.len()).unwrap_or(0);
        self.tasks(&mut plan, &fresh, (&columns, &labels, &milestones, &people), &mut tasks)?;
        self.comments(&mut plan, &tasks, &people);
        self.dependencies(&mut plan, &fresh, &tasks);
        plan.ids = columns.iter().map(|(id, to)| (id.clone(), to.0)).collect();
        plan.ids.extend(labels.iter().map(|(id, to)| (id.clone(), to.0)));
        plan.ids.extend(milestones.iter().map(|(id, to)| (id.clone(), to.0)));
        plan.ids.extend(people.iter().map(|(id, to)| (id.clone(), to.0)));
        self.count(&plan, report);
        Ok(plan)
    }

    /// The task of the project that this one became, if it is there.
    fn here(&self, id: &str) -> Option<Uuid> {
        let object = self.existing.links.find(links::TASK, id)?;
        (self.existing.tasks.get(&object) == Some(&false)).then_some(object)
    }

    fn is_new(&self, task: &board::Task, report: &mut Report) -> bool {
        match self.existing.links.find(links::TASK, &task.id) {
            None => true,
            Some(object) if self.existing.tasks.get(&object) == Some(&false) => false,
            Some(_) => {
                report.leave("tasks", "was imported before, and deleted here since", &task.title);
                false
            }
        }
    }

    fn columns(&self, plan: &mut Plan, fresh: &[&board::Task]) -> Ids<ColumnId> {
        let used: HashSet<&str> = fresh.iter().map(|task| task.column.as_str()).collect();
        let mut ids = Ids::new();
        let mut missing = vec![];
        for column in &self.board.columns {
            let linked = self.existing.links.find(links::COLUMN, &column.id);
            let same = |known: &&Column| known.name.to_lowercase() == column.name.to_lowercase();
            let known = match linked {
                Some(id) => self.existing.columns.iter().find(|known| known.id.0 == id),
                None => self.existing.columns.iter().find(same),
            };
            if let Some(known) = known {
                ids.insert(column.id.clone(), known.id);
                if linked.is_none() {
                    plan.links.push((links::COLUMN, column.id.clone(), known.id.0));
                }
            } else if linked.is_none() || used.contains(column.id.as_str()) {
                missing.push(column);
            }
        }
        let last = self.existing.columns.iter().map(|column| column.position.as_str()).max();
        for (column, position) in missing.iter().zip(rank::append(last, missing.len())) {
            let id = ColumnId::new();
            ids.insert(column.id.clone(), id);
            plan.links.push((links::COLUMN, column.id.clone(), id.0));
            plan.columns.push(Column {
                id,
                name: column.name.clone(),
                position,
                wip_limit: column.wip_limit,
                kind: kind(column.kind),
                archive_after_days: column.archive_after_days,
                version: 0,
            });
        }
        ids
    }

    fn labels(&self, plan: &mut Plan, fresh: &[&board::Task]) -> Ids<LabelId> {
        let used: HashSet<&str> = fresh.iter().flat_map(|task| &task.labels).map(String::as_str).collect();
        let mut ids = Ids::new();
        for label in &self.board.labels {
            let linked = self.existing.links.find(links::LABEL, &label.id);
            let by_name = || self.existing.labels.iter().find(|known| known.name == label.name);
            let by_id = |id: Uuid| self.existing.labels.iter().find(|known| known.id.0 == id);
            if let Some(known) = linked.and_then(by_id).or_else(by_name) {
                ids.insert(label.id.clone(), known.id);
                if linked.is_none() {
                    plan.links.push((links::LABEL, label.id.clone(), known.id.0));
                }
            } else if linked.is_none() || used.contains(label.id.as_str()) {
                let id = LabelId::new();
                ids.insert(label.id.clone(), id);
                plan.links.push((links::LABEL, label.id.clone(), id.0));
                plan.labels.push(Label { id, name: label.name.clone(), colour: label.colour.clone(), version: 0 });
            }
        }
        ids
    }

    fn milestones(&self, plan: &mut Plan, fresh: &[&board::Task]) -> Ids<MilestoneId> {
        let used: HashSet<&str> = fresh.iter().filter_map(|task| task.milestone.as_deref()).collect();
        let mut ids = Ids::new();
        for milestone in &self.board.milestones {
            let linked = self.existing.links.find(links::MILESTONE, &milestone.id);
            let by_name = || self.existing.milestones.iter().find(|known| known.name == milestone.name);
            let by_id = |id: Uuid| self.existing.milestones.iter().find(|known| known.id.0 == id);
            let known = linked.and_then(by_id).or_else(|| if self.new_project { None } else { by_name() });
            if let Some(known) = known {
                ids.insert(milestone.id.clone(), known.id);
                if linked.is_none() {
                    plan.links.push((links::MILESTONE, milestone.id.clone(), known.id.0));
                }
            } else if linked.is_none() || used.contains(milestone.id.as_str()) {
                let id = MilestoneId::new();
                ids.insert(milestone.id.clone(), id);
                plan.links.push((links::MILESTONE, milestone.id.clone(), id.0));
                plan.milestones.push(Milestone {
                    id,
                    name: milestone.name.clone(),
                    due_on: milestone.due_on.clone(),
                    completed_at: milestone.completed_at,
                    version: 0,
                });
            }
        }
        ids
    }

    /// Who is needed by what is new. Those who are not known become guests.
    fn people(&self, plan: &mut Plan, fresh: &[&board::Task], report: &mut Report) -> Ids<UserId> {
        let mut needed: HashSet<&str> = HashSet::new();
        for task in fresh {
            needed.extend(task.assignees.iter().chain(&task.created_by).map(String::as_str));
        }
        for task in &self.board.tasks {
            for comment in &task.comments {
                if self.existing.links.find(links::COMMENT, &comment_key(task, comment)).is_none() {
                    needed.extend(comment.author.iter().map(String::as_str));
                    needed.extend(comment.reactions.iter().flat_map(|reaction| &reaction.people).map(String::as_str));
                }
            }
        }
        let mut ids = Ids::new();
        plan.names.insert(self.by.0, self.by_name.into());
        for person in &self.board.people {
            let found = people::find(person, self.known, self.mapping, self.by);
            let found = found.filter(|one| self.new_project || self.existing.members.contains(&one.id));
            let linked = self.existing.links.find(links::PERSON, &person.id).map(UserId);
            let linked = linked.filter(|id| self.existing.members.contains(id));
            report.people.push(MatchedPerson {
                name: person.name.clone(),
                email: person.email.clone(),
                matched_user_id: found.map(|one| one.id.0),
            });
            let id = if let Some(one) = found {
                let member = one.id == self.by || self.existing.members.contains(&one.id);
                if !member && !plan.joining.iter().any(|joining| joining.id == one.id) {
                    plan.joining.push(Joining { id: one.id, name: one.name.clone(), guest: false, email: None });
                }
                one.id
            } else if let Some(id) = linked {
                id
            } else if needed.contains(person.id.as_str()) {
                let id = UserId::new();
                let (name, email) = (person.name.clone(), person.email.clone());
                plan.joining.push(Joining { id, name, guest: true, email });
                plan.links.push((links::PERSON, person.id.clone(), id.0));
                id
            } else {
                continue;
            };
            plan.names.insert(id.0, person.name.clone());
            ids.insert(person.id.clone(), id);
        }
        ids
    }

    fn tasks(
        &self,
        plan: &mut Plan,
        fresh: &[&board::Task],
        (columns, labels, milestones, people): (&Ids<ColumnId>, &Ids<LabelId>, &Ids<MilestoneId>, &Ids<UserId>),
        ids: &mut Ids<TaskId>,
    ) -> Result<()> {
        let numbers = self.numbers(fresh);
        plan.last_number = numbers.iter().copied().max().unwrap_or(self.existing.task_seq);
        let words: HashMap<String, String> = people.iter().map(|(id, user)| (id.clone(), user.to_string())).collect();
        let mut positions: HashMap<ColumnId, std::vec::IntoIter<String>> = HashMap::new();
        let mut counts: HashMap<ColumnId, usize> = HashMap::new();
        for task in fresh {
            if let Some(column) = columns.get(&task.column) {
                *counts.entry(*column).or_default() += 1;
            }
        }
        for (column, count) in counts {
            let end = self.existing.ends.get(&column).map(String::as_str);
            positions.insert(column, rank::append(end, count).into_iter());
        }
        for (task, number) in fresh.iter().zip(numbers) {
            let missing = || Error::Internal("a task has a column that was not planned".into());
            let column_id = *columns.get(&task.column).ok_or_else(missing)?;
            let position = positions.get_mut(&column_id).and_then(Iterator::next).ok_or_else(missing)?;
            let id = TaskId::new();
            ids.insert(task.id.clone(), id);
            let mut assignee_ids: Vec<UserId> =
                task.assignees.iter().filter_map(|one| people.get(one).copied()).collect();
            let mut label_ids: Vec<LabelId> = task.labels.iter().filter_map(|one| labels.get(one).copied()).collect();
            assignee_ids.sort_unstable();
            assignee_ids.dedup();
            label_ids.sort_unstable();
            label_ids.dedup();
            let created_by = task.created_by.as_ref().and_then(|person| people.get(person).copied());
            let one = Task {
                id,
                number,
                title: task.title.clone(),
                column_id,
                position,
                assignee_ids,
                label_ids,
                milestone_id: task.milestone.as_ref().and_then(|one| milestones.get(one).copied()),
                priority: priority(task.priority),
                start_on: task.start_on.clone(),
                due_on: task.due_on.clone(),
                estimate: task.estimate,
                completed_at: task.completed_at,
                archived_at: None,
                comment_count: i64::try_from(task.comments.len()).unwrap_or(0),
                attachment_count: 0,
                cover_id: None,
                created_by: created_by.unwrap_or(self.by),
                created_at: task.created_at.unwrap_or(self.now).min(self.now),
                updated_at: self.now,
                version: 0,
            };
            let keys = rank::spread(task.items.len());
            let items = task.items.iter().zip(keys).map(|(item, position)| ChecklistItem {
                id: ChecklistItemId::new(),
                task_id: id,
                text: item.text.clone(),
                done: item.done,
                position,
                version: 0,
            });
            let description = boardcast::with_people(&task.description, &words);
            plan.tasks.push(PlannedTask {
                external: task.id.clone(),
                detail: TaskDetail { task: one, description, description_html: String::new() },
                archived_at: task.archived_at,
                items: items.collect(),
            });
        }
        Ok(())
    }

    /// A number for each: in a project of its own that of the file, as far as it is one.
    fn numbers(&self, fresh: &[&board::Task]) -> Vec<i64> {
        let mut next = self.existing.task_seq;
        if !self.new_project {
            return fresh
                .iter()
                .map(|_| {
                    next += 1;
                    next
                })
                .collect();
        }
        let mut taken = HashSet::new();
        let given: Vec<Option<i64>> = fresh
            .iter()
            .map(|task| task.number.filter(|number| (1..=HIGHEST).contains(number) && taken.insert(*number)))
            .collect();
        next = taken.iter().copied().max().unwrap_or(0);
        given
            .into_iter()
            .map(|number| {
                number.unwrap_or_else(|| {
                    next += 1;
                    next
                })
            })
            .collect()
    }

    fn comments(&self, plan: &mut Plan, tasks: &Ids<TaskId>, people: &Ids<UserId>) {
        let words: HashMap<String, String> = people.iter().map(|(id, user)| (id.clone(), user.to_string())).collect();
        for task in &self.board.tasks {
            let Some(task_id) = tasks.get(&task.id).copied() else { continue };
            let was_here = self.here(&task.id).is_some();
            let mut count = 0_u16;
            for comment in &task.comments {
                let external = comment_key(task, comment);
                if was_here && self.existing.links.find(links::COMMENT, &external).is_some() {
                    continue;
                }
                let created_at = comment.created_at.unwrap_or(self.now).min(self.now);
                count = count.wrapping_add(1);
                let author_id = comment.author.as_ref().and_then(|person| people.get(person).copied());
                let reactions = comment.reactions.iter().map(|reaction| {
                    let users = reaction.people.iter().filter_map(|person| people.get(person).copied()).collect();
                    (reaction.emoji.clone(), users)
                });
                let made = Comment::imported(
                    CommentId::at(created_at, count),
                    task_id,
                    author_id.unwrap_or(self.by),
                    boardcast::with_people(&comment.body, &words),
                    (created_at, comment.edited_at.map(|at| at.min(self.now))),
                    reactions.collect(),
                );
                if was_here {
                    *plan.counted.entry(task_id).or_default() += 1;
                }
                plan.comments.push(PlannedComment { external, comment: made });
            }
        }
    }

    fn dependencies(&self, plan: &mut Plan, fresh: &[&board::Task], tasks: &Ids<TaskId>) {
        let new: HashSet<&str> = fresh.iter().map(|task| task.id.as_str()).collect();
        let archived: HashSet<&str> =
            fresh.iter().filter(|task| task.archived_at.is_some()).map(|task| task.id.as_str()).collect();
        for dependency in &self.board.dependencies {
            let (one, other) = (dependency.task.as_str(), dependency.depends_on.as_str());
            // Between tasks that were there, people may have deleted it since.
            if !new.contains(one) || !new.contains(other) {
                continue;
            }
            let (Some(task_id), Some(depends_on_id)) = (tasks.get(one).copied(), tasks.get(other).copied()) else {
                continue;
            };
            let told = !archived.contains(one) && !archived.contains(other);
            let id = DependencyId::new();
            let made = Dependency { id, task_id, depends_on_id, lag_days: dependency.lag_days, version: 0 };
            plan.dependencies.push((made, told));
        }
    }

    /// What is written, where not all of it is new.
    fn count(&self, plan: &Plan, report: &mut Report) {
        let count = |number: usize| u64::try_from(number).unwrap_or(0);
        let taken = &mut report.taken;
        taken.columns = count(plan.columns.len());
        taken.labels = count(plan.labels.len());
        taken.milestones = count(plan.milestones.len());
        taken.tasks = count(plan.tasks.len());
        taken.checklist_items = count(plan.tasks.iter().map(|task| task.items.len()).sum());
        taken.comments = count(plan.comments.len());
        taken.dependencies = count(plan.dependencies.len());
        let reactions = |comment: &PlannedComment| -> usize {
            comment.comment.reactions.iter().map(|reaction| reaction.user_ids.len()).sum()
        };
        taken.reactions = count(plan.comments.iter().map(reactions).sum());
        if !self.new_project {
            taken.views = 0;
            let fresh: HashSet<&str> = plan.tasks.iter().map(|task| task.external.as_str()).collect();
            let attached = self.board.tasks.iter().filter(|task| fresh.contains(task.id.as_str()));
            taken.attachments =
                count(attached.map(|task| task.attachments.iter().filter(|one| one.url.is_some()).count()).sum());
        }
    }
}

/// Comments are known by their ids, where those of a file are not one to a task.
fn comment_key(task: &board::Task, comment: &board::Comment) -> String {
    if comment.id.len() >= 16 { comment.id.clone() } else { format!("{}/{}", task.id, comment.id) }
}
