//! The tools that change something. Each is one transaction, with the rules and rights of the REST API.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    agent::{Agent, RetryKey, Terms},
    changes::{by_whom, of_activity},
    reads::{arguments, task_fields, with_description},
    words::{NOTE, brief},
};
use crate::{
    auth::role::Role,
    base::{
        error::{Error, Result, Stale},
        ids::ProjectId,
        stored_response::StoredResponse,
    },
    change::Change,
    model::{
        activity::{self, Activity, Wanted},
        comments::{self, NewComment},
        dependencies, projects,
        tasks::{self, NewTask, TaskDetail, TaskPatch, TaskPosition, TaskRef},
        undo::{self, Run},
    },
};

/// How many changes of others a refusal tells of.
const TOLD: usize = 10;
const MOST_TASKS: usize = 50;

/// Which task a call is about, on which version it is based, and what makes its retry safe.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    task: String,
    project: Option<String>,
    base_version: Option<i64>,
    key: Option<RetryKey>,
}

/// A call that edits one task, or says something to it.
struct Edit<T> {
    task: TaskRef,
    terms: Terms,
    asks: T,
}

/// Whether a call has to say on which version of the task it is based.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Based {
    On,
    Free,
}

/// Part the arguments that every edit of a task has from those of this one.
async fn edit<T: DeserializeOwned>(
    agent: &Agent,
    asked: String,
    mut given: Map<String, Value>,
    (role, based): (Role, Based),
) -> Result<Edit<T>> {
    let mut target = Map::new();
    for name in ["task", "project", "base_version", "key"] {
        if let Some((name, value)) = given.shift_remove_entry(name) {
            target.insert(name, value);
        }
    }
    let Target { task, project, base_version, key } = arguments(target)?;
    match (based, base_version) {
        (Based::On, None) => {
            let detail = "is needed: the version of the task as get_task or find_tasks told it";
            return Err(Error::invalid("/base_version", detail));
        }
        (Based::Free, Some(_)) => return Err(Error::invalid("/base_version", "is not for this tool")),
        _ => {}
    }
    let asks = arguments(given)?;
    let (project, task) = agent.task(&task, project.as_deref()).await?;
    Ok(Edit { task, terms: Terms { project, role, base_version, key, asked }, asks })
}

/// All that a call asks, as a text.
fn asked(tool: &str, given: &Map<String, Value>) -> String {
    format!("{tool}\0{}", Value::Object(given.clone()))
}

/// A change that has begun, and the number of its first event.
struct Begun {
    change: Change,
    first: i64,
}

async fn begin(agent: &Agent, terms: Terms) -> Result<Begun> {
    let change = agent.change(terms).await?;
    Ok(Begun { first: change.seq(), change })
}

impl Begun {
    async fn shown(&mut self, task: &TaskDetail) -> Result<Value> {
        let key = projects::load(&mut self.change).await?.key;
        Ok(task_fields(&task.task, &format!("{key}-{}", task.task.number)).into())
    }

    /// Commit, and answer what the change is about with the numbers of its events.
    async fn commit(self, mut result: Value) -> Result<Value> {
        let last = self.change.seq() - 1;
        if last >= self.first {
            result["from_seq"] = self.first.into();
            result["seq"] = last.into();
        } else {
            result["nothing_changed"] = true.into();
        }
        value(self.change.ok(&result).await?)
    }
}

fn value(answer: StoredResponse) -> Result<Value> {
    let body = answer.body.unwrap_or_default();
    let mut value: Value = serde_json::from_str(&body).map_err(|error| Error::Internal(error.to_string()))?;
    if answer.replayed {
        value["done_before"] = true.into();
    }
    Ok(value)
}

/// The result of a call: what it did, what an earlier call with the same key did, or why others stand in its way.
async fn outcome(agent: &Agent, project: ProjectId, done: Result<Value>) -> Result<Value> {
    match done {
        Err(Error::Answered(stored)) => value(*stored),
        Err(Error::Stale(stale)) => explain(agent, project, *stale).await,
        done => done,
    }
}

/// What others did since the version that an edit was based on, and what to do now.
async fn explain(agent: &Agent, project: ProjectId, stale: Stale) -> Result<Value> {
    let by = agent.member(project, Role::Viewer).await?;
    let id = stale.current.get("id").and_then(Value::as_str).unwrap_or_default();
    let task = id.parse::<TaskRef>()?;
    // The state in the refusal may hold what this very change had done before it was taken back.
    let detail = tasks::find_in(&mut by.read().await?, &by, task).await?;
    let (key, version) = (projects::find(&by).await?.key, detail.task.version);
    let name = format!("{key}-{}", detail.task.number);
    let wanted = Wanted { task: Some(detail.task.id), limit: TOLD, ..Wanted::default() };
    let since = activity::list(&by, &wanted).await?.items.into_iter();
    let since: Vec<Activity> = since.filter(|activity| activity.seq > stale.base_version).collect();
    let mut people: Vec<String> = since.iter().map(|activity| by_whom(activity.actor.as_ref())).collect();
    people.sort();
    people.dedup();
    let now = Value::Object(with_description(&detail, &name));
    let conflicts = stale.conflicts.iter().map(|field| {
        let before = stale.base.get(field).cloned().unwrap_or(Value::Null);
        json!({"field": field, "at_your_version": brief(before), "now": now.get(field)})
    });
    let conflicts: Vec<Value> = conflicts.collect();
    let detail = format!(
        "Nothing was done: {name} is at version {version}, and you read version {}. Changed since: {}, by {}.",
        stale.base_version,
        if stale.conflicts.is_empty() { "the task".into() } else { stale.conflicts.join(", ") },
        if people.is_empty() { "others".into() } else { people.join(", ") },
    );
    let next = format!(
        "Look at conflicts and changed_since. When your edit is still right, call again with base_version {version}, and \
         keep what the others wrote; when it is not, leave the task as it is."
    );
    Ok(json!({
        "error": {"code": "version_conflict", "status": 412, "detail": detail},
        "current_version": version,
        "base_version": stale.base_version,
        "conflicts": conflicts,
        "changed_since": since.into_iter().map(|activity| of_activity(agent, activity, &key)).collect::<Vec<_>>(),
        "task": now,
        "next": next,
        "note": NOTE,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTasks {
    project: String,
    tasks: Vec<NewTask>,
    key: Option<RetryKey>,
}

pub async fn create(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let asked = asked("create_tasks", &given);
    let NewTasks { project, tasks, key } = arguments(given)?;
    if !(1..=MOST_TASKS).contains(&tasks.len()) {
        return Err(Error::invalid("/tasks", format!("must be 1 to {MOST_TASKS} tasks")));
    }
    let project = agent.project(&project).await?;
    let terms = Terms { project, role: Role::Editor, base_version: None, key, asked };
    outcome(agent, project, create_all(agent, terms, tasks).await).await
}

async fn create_all(agent: &Agent, terms: Terms, new: Vec<NewTask>) -> Result<Value> {
    let mut begun = begin(agent, terms).await?;
    let mut created = vec![];
    for (at, new) in new.into_iter().enumerate() {
        let task = tasks::create(&mut begun.change, new).await.map_err(|error| within(at, error))?;
        created.push(begun.shown(&task).await?);
    }
    begun.commit(json!({"created": created})).await
}

/// The place of what is wrong, from the call's beginning.
fn within(at: usize, error: Error) -> Error {
    match error {
        Error::Invalid { pointer, detail } => Error::Invalid { pointer: format!("/tasks/{at}{pointer}"), detail },
        error => error,
    }
}

#[derive(Deserialize)]
struct Completion {
    completed: Option<bool>,
}

pub async fn update(agent: &Agent, mut given: Map<String, Value>) -> Result<Value> {
    let asked = asked("update_task", &given);
    let completion = given.shift_remove_entry("completed");
    let Completion { completed } = arguments(completion.into_iter().collect())?;
    let fields = given.keys().any(|name| !["task", "project", "base_version", "key"].contains(&name.as_str()));
    let Edit { task, terms, asks } = edit(agent, asked, given, (Role::Editor, Based::On)).await?;
    if !fields && completed.is_none() {
        return Err(Error::invalid("", "name a field to set, or completed"));
    }
    let project = terms.project;
    let patch: Option<TaskPatch> = fields.then_some(asks);
    outcome(agent, project, set(agent, terms, task, (patch, completed)).await).await
}

async fn set(
    agent: &Agent,
    terms: Terms,
    task: TaskRef,
    (patch, completed): (Option<TaskPatch>, Option<bool>),
) -> Result<Value> {
    let mut begun = begin(agent, terms).await?;
    let mut shown = Value::Null;
    if let Some(patch) = patch {
        let task = tasks::patch(&mut begun.change, task.clone(), patch).await?;
        shown = begun.shown(&task).await?;
    }
    if let Some(completed) = completed {
        let task = tasks::complete(&mut begun.change, task, completed).await?;
        shown = begun.shown(&task).await?;
    }
    begun.commit(json!({"task": shown})).await
}

pub async fn place(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let asked = asked("move_task", &given);
    let Edit { task, terms, asks } = edit::<TaskPosition>(agent, asked, given, (Role::Editor, Based::On)).await?;
    let project = terms.project;
    let done = async {
        let mut begun = begin(agent, terms).await?;
        let task = tasks::place(&mut begun.change, task, &asks).await?;
        let shown = begun.shown(&task).await?;
        begun.commit(json!({"task": shown})).await
    };
    outcome(agent, project, done.await).await
}

pub async fn comment(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let asked = asked("comment", &given);
    let Edit { task, terms, asks } = edit::<NewComment>(agent, asked, given, (Role::Commenter, Based::Free)).await?;
    let project = terms.project;
    let done = async {
        let mut begun = begin(agent, terms).await?;
        let comment = comments::create(&mut begun.change, task, asks).await?;
        begun.commit(json!({"comment": {"id": comment.id, "task_id": comment.task_id}})).await
    };
    outcome(agent, project, done.await).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    waits_for: TaskRef,
    #[serde(default)]
    lag_days: i64,
    #[serde(default)]
    remove: bool,
}

pub async fn link(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let asked = asked("link_tasks", &given);
    let Edit { task, terms, asks } = edit::<Link>(agent, asked, given, (Role::Editor, Based::Free)).await?;
    let project = terms.project;
    let done = async {
        let mut begun = begin(agent, terms).await?;
        let linked = if asks.remove {
            dependencies::remove(&mut begun.change, task, asks.waits_for).await?;
            Value::Null
        } else {
            let link = dependencies::set(&mut begun.change, task, asks.waits_for, asks.lag_days).await?;
            json!({"task_id": link.task_id, "waits_for_id": link.depends_on_id, "lag_days": link.lag_days})
        };
        begun.commit(json!({"link": linked})).await
    };
    outcome(agent, project, done.await).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restore {
    #[serde(default)]
    restore: bool,
}

pub async fn archive(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let asked = asked("archive_task", &given);
    let Edit { task, terms, asks } = edit::<Restore>(agent, asked, given, (Role::Editor, Based::On)).await?;
    let project = terms.project;
    let done = async {
        let mut begun = begin(agent, terms).await?;
        let task = tasks::archive(&mut begun.change, task, !asks.restore).await?;
        let shown = begun.shown(&task).await?;
        begun.commit(json!({"task": shown})).await
    };
    outcome(agent, project, done.await).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Undo {
    project: String,
    from_seq: i64,
    to_seq: Option<i64>,
    key: Option<RetryKey>,
}

/// Undo what this run did, when it has a name, or else what this token did.
pub async fn undo(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let asked = asked("undo", &given);
    let Undo { project, from_seq: from, to_seq, key } = arguments(given)?;
    let project = agent.project(&project).await?;
    let terms = Terms { project, role: Role::Editor, base_version: None, key, asked };
    let done = async {
        let mut begun = begin(agent, terms).await?;
        let to = to_seq.unwrap_or(begun.first - 1);
        if from < 1 || to < from {
            return Err(Error::invalid("/from_seq", "must be 1 to the last event, and not behind to_seq"));
        }
        let (actor, cause_prefix) = (Some(agent.caller.user.id), Some(agent.cause()));
        undo::undo(&mut begun.change, &Run { from, to, actor, cause_prefix }).await?;
        begun.commit(json!({"undone": {"from_seq": from, "to_seq": to}})).await
    };
    outcome(agent, project, done.await).await
}
