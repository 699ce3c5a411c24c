//! Writes what a file holds, all of it or nothing.
//!
//! A project that the import makes has no member until the last step: it is written in steps, each with a COMMIT of its own,
//! and no reader sees it before it is whole. What is added to a project that people look at is written in one transaction.
//! Either way the log gets ordinary events, with the import as their cause.

use std::{collections::HashMap, sync::Arc};

use super::{
    Claimed, State, is_wanted,
    links::{self},
    people,
    plan::{Existing, Plan, PlannedComment, PlannedTask, Planner},
    texts,
};
use crate::{
    app::App,
    auth::{role::Role, user},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, TaskId, ViewId},
        text::{Body, Key, ShortText},
    },
    change::{Change, Grant, Request, Transaction},
    import::{Mapping, board::Board, report::Report},
    log::{Actor, Draft},
    markdown::{Boxes, Known, TaskName},
    model::{
        comments, members,
        notification_settings::NotificationKind,
        notifications::{self, About},
        projects::{self, ProjectPatch},
        tasks::{self, TaskDetail},
        views::{self, Layout, View},
    },
};

/// One event tells of so many tasks or comments, and of so many bytes of texts.
const STEP: usize = 500;
const BYTES: usize = 256 * 1024;
/// So often a plan is made anew because the project changed meanwhile.
const ATTEMPTS: usize = 5;

/// What is imported, and by whom.
pub struct Job<'a> {
    pub app: &'a App,
    pub claimed: &'a Claimed,
    pub board: &'a Board,
    pub mapping: &'a Mapping,
    /// Where it goes; a project of its own when absent.
    pub project: Option<ProjectId>,
}

fn cancelled() -> Error {
    Error::conflict("import_cancelled", "the import was cancelled")
}

/// Cut into parts of a bearable size.
fn parts<T>(items: Vec<T>, size: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let (mut parts, mut bytes) = (vec![], BYTES);
    for item in items {
        let more = size(&item);
        if bytes + more > BYTES || parts.last().is_none_or(|part: &Vec<T>| part.len() >= STEP) {
            parts.push(vec![]);
            bytes = 0;
        }
        bytes += more;
        if let Some(part) = parts.last_mut() {
            part.push(item);
        }
    }
    parts
}

/// The transactions of an import.
struct Steps<'a> {
    job: &'a Job<'a>,
    project: ProjectId,
    /// Whether the project has no member yet: each step has a COMMIT of its own.
    hidden: bool,
    change: Option<Change>,
    written: usize,
    total: usize,
}

impl Steps<'_> {
    fn begin(job: &Job<'_>) -> impl Future<Output = Result<Transaction>> {
        let claimed = job.claimed;
        async move {
            let mut tx = Transaction::anonymous(job.app, &Arc::new(Request::default())).await?;
            tx.act_as(Actor::of(claimed.user_id, claimed.user_name.clone()));
            Ok(tx)
        }
    }

    async fn open(&self) -> Result<Change> {
        let tx = Self::begin(self.job).await?;
        let grant = if self.hidden { Grant::Founder } else { Grant::Role(Role::Manager) };
        let mut change = tx.lock_project(self.project, grant).await?.require_active()?;
        change.set_cause(self.job.claimed.cause());
        Ok(change)
    }

    async fn change(&mut self) -> Result<&mut Change> {
        if self.change.is_none() {
            self.change = Some(self.open().await?);
        }
        self.change.as_mut().ok_or_else(|| Error::Internal("a change was begun".into()))
    }

    /// End a step, unless the import was cancelled, or taken over by another node.
    async fn step(&mut self, written: usize) -> Result<()> {
        self.written += written;
        if !self.hidden {
            return if is_wanted(&self.job.app.db, self.job.claimed).await? { Ok(()) } else { Err(cancelled()) };
        }
        let (done, total) = (count(self.written), count(self.total));
        let (id, claim) = (self.job.claimed.id, self.job.claimed.claim.clone());
        let change = self.change().await?;
        let until = Timestamp::now().plus(super::LEASE);
        let ours = change
            .query(
                "update imports set done = $3, total = $4, claimed_until = $5
                 where id = $1 and claim = $2 and state = 1",
            )
            .bind(id)
            .bind(claim)
            .bind(done)
            .bind(total)
            .bind(until)
            .execute()
            .await?;
        if ours == 0 {
            return Err(cancelled());
        }
        if let Some(change) = self.change.take() {
            change.no_content().await?;
        }
        Ok(())
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What is new, as it would be written.
pub async fn plan(job: &Job<'_>, report: &mut Report) -> Result<Plan> {
    let db = &job.app.db;
    let existing = match job.project {
        Some(project) => Existing::load(db, project, &job.board.source).await?,
        None => Existing::default(),
    };
    let known = people::acquaintances(db, job.claimed.user_id).await?;
    let planner = Planner {
        board: job.board,
        existing: &existing,
        known: &known,
        mapping: job.mapping,
        by: job.claimed.user_id,
        by_name: &job.claimed.user_name,
        now: Timestamp::now(),
        new_project: job.project.is_none(),
    };
    report.people.clear();
    planner.plan(report)
}

/// Write it. Answers the project.
pub async fn run(job: &Job<'_>, report: &mut Report) -> Result<ProjectId> {
    let Some(project) = job.project else { return in_a_new_project(job, report).await };
    for _ in 0..ATTEMPTS {
        let mut fresh = report.clone();
        let mut plan = plan(job, &mut fresh).await?;
        let key = plan.key.clone();
        render(&mut plan, project, &key).await?;
        let total = plan.total();
        let mut steps = Steps { job, project, hidden: false, change: None, written: 0, total };
        let change = steps.change().await?;
        let first = change.seq();
        if first != plan.seq + 1 {
            // Another change came in between: what was planned may be there by now.
            continue;
        }
        write(&mut steps, plan).await?;
        finish(steps, fresh, first, vec![]).await?;
        return Ok(project);
    }
    Err(Error::conflict("project_busy", "the project changes all the time: try again later"))
}

async fn in_a_new_project(job: &Job<'_>, report: &mut Report) -> Result<ProjectId> {
    let mut plan = plan(job, report).await?;
    let name = ShortText::parse(&job.board.name).map_err(Error::Internal)?;
    let wish = job.board.key.as_deref().and_then(|key| Key::parse(key).ok());
    let tx = Steps::begin(job).await?;
    let (mut change, project) = projects::create_hidden(tx, name, wish).await?;
    let id = project.id;
    let (import, claim) = (job.claimed.id, job.claimed.claim.clone());
    let ours = change
        .query(
            "update imports set project_id = $3, made_project = $4
             where id = $1 and claim = $2 and state = 1",
        )
        .bind(import)
        .bind(claim)
        .bind(id)
        .bind(true)
        .execute()
        .await?;
    if ours == 0 {
        return Err(cancelled());
    }
    change.set_cause(job.claimed.cause());
    let patch = ProjectPatch {
        name: None,
        description: Some(Some(Body::parse(job.board.description.clone()).map_err(Error::Internal)?)),
        key: None,
        move_completed: job.board.move_completed,
        template: None,
    };
    projects::patch(&mut change, patch).await?;
    change.no_content().await?;
    render(&mut plan, id, &project.key).await?;
    let total = plan.total();
    let mut steps = Steps { job, project: id, hidden: true, change: None, written: 0, total };
    let joined: Vec<_> = plan.joining.iter().filter(|one| !one.guest).map(|one| one.id).collect();
    write(&mut steps, plan).await?;
    finish(steps, report.clone(), 1, joined).await?;
    Ok(id)
}

/// The HTML of all texts. Those that name tasks by their numbers mean these.
async fn render(plan: &mut Plan, project: ProjectId, key: &str) -> Result<()> {
    let mut known = Known { project: project.0, people: plan.names.clone(), ..Known::default() };
    for task in &plan.tasks {
        let number = task.detail.task.number;
        let address = format!("/p/{key}/board/{number}");
        known.tasks.insert(TaskName { key: None, number }, address.clone());
        known.tasks.insert(TaskName { key: Some(key.to_owned()), number }, address);
    }
    let descriptions: Vec<String> = plan.tasks.iter().map(|task| task.detail.description.clone()).collect();
    let bodies: Vec<String> = plan.comments.iter().map(|comment| comment.comment.body.clone()).collect();
    let rendered = tokio::task::spawn_blocking(move || {
        let descriptions = texts::render_all(&descriptions, &known, Boxes::Named);
        (descriptions, texts::render_all(&bodies, &known, Boxes::Shown))
    });
    let (descriptions, bodies) = rendered.await.map_err(|error| Error::Internal(error.to_string()))?;
    for (task, html) in plan.tasks.iter_mut().zip(descriptions) {
        task.detail.description_html = html;
    }
    for (comment, html) in plan.comments.iter_mut().zip(bodies) {
        comment.comment.body_html = html;
    }
    Ok(())
}

async fn write(steps: &mut Steps<'_>, plan: Plan) -> Result<()> {
    let views = if steps.hidden { shared_views(steps.job, &plan.ids) } else { vec![] };
    people_and_frame(steps, &plan, views).await?;
    let last = plan.last_number;
    let mut numbered = false;
    for part in parts(plan.tasks, |task| 2 * task.detail.description.len() + 500) {
        if !numbered {
            numbered = true;
            let change = steps.change().await?;
            let project = change.project();
            let statement = "update projects set task_seq = $2 where id = $1";
            change.query(statement).bind(project).bind(last).execute().await?;
        }
        let written = part.len();
        write_tasks(steps, part).await?;
        steps.step(written).await?;
    }
    for part in parts(plan.comments, |comment| 2 * comment.comment.body.len() + 300) {
        let written = part.len();
        write_comments(steps, part, &plan.counted).await?;
        steps.step(written).await?;
    }
    for part in parts(plan.dependencies, |_| 200) {
        let change = steps.change().await?;
        let mut event = Draft::new("project.imported");
        let (told, untold): (Vec<_>, Vec<_>) = part.into_iter().partition(|(_, told)| *told);
        change.insert_all(&mut event, told.into_iter().map(|(one, _)| one).collect()).await?;
        let seq = change.seq();
        let mut untold: Vec<_> = untold.into_iter().map(|(one, _)| one).collect();
        for one in &mut untold {
            one.version = seq;
        }
        change.insert_rows(&untold).await?;
        change.record(event).await?;
        steps.step(0).await?;
    }
    Ok(())
}

/// The views that members of the other project shared, with the ids that things have here.
fn shared_views(job: &Job<'_>, ids: &HashMap<String, uuid::Uuid>) -> Vec<View> {
    let mut made = vec![];
    for view in &job.board.views {
        let layout = match view.layout.as_str() {
            "table" => Layout::Table,
            "calendar" => Layout::Calendar,
            "timeline" => Layout::Timeline,
            _ => Layout::Board,
        };
        let mut filter = view.filter.clone();
        for (id, here) in ids.iter().filter(|(id, _)| id.len() == 36) {
            if filter.contains(id.as_str()) {
                filter = filter.replace(id.as_str(), &here.to_string());
            }
        }
        let view = View {
            id: ViewId::new(),
            name: view.name.clone(),
            layout,
            filter,
            sort: view.sort.clone(),
            group_by: view.group_by.clone(),
            shared: true,
            owner_id: job.claimed.user_id,
            version: 0,
        };
        made.extend(views::checked(view));
    }
    made
}

/// New members, columns, labels, milestones and views, and what they were elsewhere.
async fn people_and_frame(steps: &mut Steps<'_>, plan: &Plan, views: Vec<View>) -> Result<()> {
    let (import, source) = (steps.job.claimed.id, steps.job.board.source.clone());
    let cause = steps.job.claimed.cause();
    let change = steps.change().await?;
    let at = change.at();
    let guests: Vec<_> = plan.joining.iter().filter(|one| one.guest).collect();
    people::insert_guests(change, &guests, at).await?;
    for part in plan.joining.chunks(STEP) {
        // Members stay when the import is undone.
        change.set_cause(format!("import-people:{import}"));
        let mut event = Draft::new("member.added");
        user::lock_all(change.tx(), part.iter().map(|one| one.id).collect()).await?;
        for one in part {
            let role = if one.guest { Role::Viewer } else { Role::Editor };
            members::insert(change, &mut event, one.id, role).await?;
        }
        change.record(event).await?;
        change.set_cause(cause.clone());
    }
    let mut event = Draft::new("project.imported");
    for column in &plan.columns {
        change.insert(&mut event, column.clone()).await?;
    }
    for label in &plan.labels {
        change.insert(&mut event, label.clone()).await?;
    }
    for milestone in &plan.milestones {
        change.insert(&mut event, milestone.clone()).await?;
    }
    for view in views {
        change.insert(&mut event, view).await?;
    }
    change.record(event).await?;
    links::add(change, &source, import, plan.links.iter().map(|(kind, id, object)| (*kind, id.as_str(), *object)))
        .await?;
    steps.step(0).await
}

async fn write_tasks(steps: &mut Steps<'_>, part: Vec<PlannedTask>) -> Result<()> {
    let (import, source) = (steps.job.claimed.id, steps.job.board.source.clone());
    let change = steps.change().await?;
    let mut event = Draft::new("project.imported");
    let details: Vec<TaskDetail> = part.iter().map(|task| task.detail.clone()).collect();
    tasks::count_open(change, details.len(), 0).await?;
    let written = tasks::insert_all(change, &mut event, details).await?;
    let items: Vec<_> = part.iter().flat_map(|task| task.items.clone()).collect();
    change.insert_all(&mut event, items).await?;
    change.record(event).await?;
    let archived: HashMap<TaskId, Timestamp> =
        part.iter().filter_map(|task| Some((task.detail.task.id, task.archived_at?))).collect();
    let pairs: Vec<_> = written
        .into_iter()
        .filter_map(|before| {
            let mut after = before.clone();
            after.task.archived_at = Some(*archived.get(&before.task.id)?);
            Some((before, after))
        })
        .collect();
    if !pairs.is_empty() {
        let mut event = Draft::new("task.archived");
        tasks::write_all(change, &mut event, pairs).await?;
        change.record(event).await?;
    }
    let made = part.iter().map(|task| (links::TASK, task.external.as_str(), task.detail.task.id.0));
    links::add(change, &source, import, made).await
}

async fn write_comments(
    steps: &mut Steps<'_>,
    part: Vec<PlannedComment>,
    counted: &HashMap<TaskId, i64>,
) -> Result<()> {
    let (import, source) = (steps.job.claimed.id, steps.job.board.source.clone());
    let change = steps.change().await?;
    let mut event = Draft::new("project.imported");
    let mut more: HashMap<TaskId, i64> = HashMap::new();
    for comment in part.iter().filter(|comment| counted.contains_key(&comment.comment.task_id)) {
        *more.entry(comment.comment.task_id).or_default() += 1;
    }
    let all = part.iter().map(|comment| comment.comment.clone()).collect();
    comments::insert_imported(change, &mut event, all).await?;
    let known = tasks::load_all(change.tx(), more.keys().copied()).await?;
    for task in known {
        let count = more.get(&task.task.id).copied().unwrap_or(0);
        tasks::count_parts(change, &mut event, &task, count, 0).await?;
    }
    change.record(event).await?;
    let made = part.iter().map(|comment| (links::COMMENT, comment.external.as_str(), comment.comment.id.0));
    links::add(change, &source, import, made).await
}

/// The last step: a new project gets its owner, and the import is done, in one transaction with what it says of itself.
async fn finish(
    mut steps: Steps<'_>,
    mut report: Report,
    first: i64,
    joined: Vec<crate::base::ids::UserId>,
) -> Result<()> {
    let (hidden, total, project) = (steps.hidden, count(steps.total), steps.project);
    let claimed = steps.job.claimed;
    let change = steps.change().await?;
    if hidden {
        projects::reveal(change).await?;
        let reasons: Vec<_> = joined.into_iter().map(|user| (user, NotificationKind::Added)).collect();
        notifications::notify(change, About::default(), &reasons).await?;
    }
    report.events = u64::try_from(change.seq() - first).unwrap_or(0);
    let report = serde_json::to_string(&report).map_err(|error| Error::Internal(error.to_string()))?;
    let ours = change
        .query(
            "update imports set state = $3, project_id = $4, report = $5, done = $6, total = $6, ended_at = $7
             where id = $1 and claim = $2 and state = 1",
        )
        .bind(claimed.id)
        .bind(claimed.claim.as_str())
        .bind(State::Done)
        .bind(project)
        .bind(report)
        .bind(total)
        .bind(Timestamp::now())
        .execute()
        .await?;
    if ours == 0 {
        return Err(cancelled());
    }
    if let Some(change) = steps.change.take() {
        change.no_content().await?;
    }
    Ok(())
}
