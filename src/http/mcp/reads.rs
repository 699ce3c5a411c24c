//! The tools that read.

use std::collections::HashMap;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    agent::Agent,
    words::{self, NOTE, compact, words},
};
use crate::{
    auth::{membership::Membership, role::Role},
    base::{
        error::{Error, Result},
        ids::{CommentId, TaskId, UserId},
    },
    change::InSnapshot,
    db::Tx,
    http::{
        extract,
        query::{List, Page},
        task_filter::Filter,
    },
    log,
    model::{
        checklists::{self, ChecklistItem},
        columns::Column,
        comments,
        dependencies::{self, Dependency},
        labels::Label,
        members::Member,
        milestones::Milestone,
        projects::{self, Archived},
        task_lists::{self, ListedTask},
        tasks::{self, Task, TaskDetail, TaskRef},
    },
};

/// How many tasks a page has, unless it says so.
const TASKS: i64 = 20;
/// How many comments a task comes with.
const COMMENTS: i64 = 10;
/// The most things of one kind that a project shows.
const SHOWN: usize = 100;
/// How many characters of a text are shown.
const DESCRIPTION: usize = 10_000;
const COMMENT: usize = 1_000;

/// Read a tool's arguments; 422 says which one is wrong.
pub fn arguments<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T> {
    extract::parse(Value::Object(arguments).to_string().as_bytes())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub async fn whoami(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let Nothing {} = arguments(given)?;
    let caller = &agent.caller;
    let within = caller.within();
    let rows = i64::try_from(SHOWN).unwrap_or(i64::MAX) + 1;
    let mut found =
        projects::list(&agent.app.db, caller.user.id, within.as_deref(), Archived::False, None, rows).await?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let listed = found.iter().map(|found| {
        let project = &found.project;
        json!({"key": project.key, "id": project.id, "name": project.name, "role": found.role,
               "open_tasks": found.task_count - found.done_count, "seq": found.seq})
    });
    Ok(json!({
        "you": {"id": caller.user.id, "name": caller.user.name, "token": caller.via()},
        "token_writes": agent.writes() && !agent.only_reads,
        "projects": listed.collect::<Vec<_>>(),
        "more_projects": more,
        "note": NOTE,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfProject {
    project: String,
}

/// The first of a list, each without what says nothing.
fn shown(list: impl ExactSizeIterator<Item = Value>) -> Vec<Value> {
    list.take(SHOWN).map(|item| compact(item).into()).collect()
}

pub async fn project(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let OfProject { project } = arguments(given)?;
    let by = agent.member(agent.project(&project).await?, Role::Viewer).await?;
    let mut tx = by.read().await?;
    let project = projects::read(&mut tx, &by).await?;
    let seq = log::read::head_in(&mut tx, by.project()).await?.seq;
    let columns = Column::load_all(&mut tx, &by).await?;
    let labels = Label::load_all(&mut tx, &by).await?;
    let milestones = Milestone::load_all(&mut tx, &by).await?;
    let members = Member::load_all(&mut tx, &by).await?;
    let left_out = [labels.len(), milestones.len(), members.len()].into_iter().any(|count| count > SHOWN);
    let columns = columns.iter().map(
        |column| json!({"id": column.id, "name": column.name, "kind": column.kind, "wip_limit": column.wip_limit}),
    );
    let labels = labels.iter().map(|label| json!({"id": label.id, "name": label.name}));
    let milestones = milestones.iter().map(|milestone| {
        let Milestone { id, name, due_on, completed_at, .. } = milestone;
        json!({"id": id, "name": name, "due_on": due_on, "completed_at": completed_at})
    });
    let members = members.iter().map(|member| {
        json!({"id": member.id, "name": member.name, "role": member.role, "disabled": member.disabled.then_some(true)})
    });
    Ok(json!({
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "description": words("managers of the project", &project.description, COMMENT),
        "your_role": by.role(),
        "archived": project.archived_at.is_some(),
        "seq": seq,
        "columns": shown(columns),
        "labels": shown(labels),
        "milestones": shown(milestones),
        "members": shown(members),
        "lists_are_cut": left_out,
        "note": NOTE,
    }))
}

/// A task as models see it.
pub fn task_fields(task: &Task, name: &str) -> Map<String, Value> {
    let mut fields = Map::from_iter([("task".to_owned(), Value::from(name))]);
    fields.extend(compact(task));
    for unneeded in ["number", "position", "cover_id", "created_at", "updated_at"] {
        fields.shift_remove(unneeded);
    }
    fields
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    #[serde(default)]
    query: String,
    project: Option<String>,
    sort: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

pub async fn find(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let asked: Search = arguments(given)?;
    let limit = asked.limit.unwrap_or(TASKS);
    if !(1..=50).contains(&limit) {
        return Err(Error::invalid("/limit", "must be 1 to 50"));
    }
    let (mut filter, mut page) = (json!({"q": asked.query}), json!({"limit": limit.to_string()}));
    if let Some(sort) = asked.sort {
        filter["sort"] = sort.into();
    }
    if let Some(cursor) = asked.cursor {
        page["cursor"] = cursor.into();
    }
    let (filter, page): (Filter, Page) =
        (extract::parse(filter.to_string().as_bytes())?, extract::parse(page.to_string().as_bytes())?);
    let project = match &asked.project {
        Some(project) => Some(agent.member(agent.project(project).await?, Role::Viewer).await?.project()),
        None => None,
    };
    let list = filter.list(&agent.caller, project, &page)?;
    let found = task_lists::list(&agent.app.db, &agent.caller, list).await?;
    let List { mut items, mut next_cursor } = List::page(found, page.limit, |listed| listed.place().to_string());
    let mut tasks: Vec<Value> = items.iter().map(listed).collect();
    let mut size = 0;
    let fits = tasks.iter().take_while(|task| {
        size += task.to_string().len();
        size < words::LONGEST
    });
    let fits = fits.count().max(1);
    if fits < tasks.len() {
        tasks.truncate(fits);
        items.truncate(fits);
        next_cursor = items.last().map(|listed| listed.place().to_string());
    }
    Ok(json!({"note": NOTE, "tasks": tasks, "next_cursor": next_cursor}))
}

fn listed(listed: &ListedTask) -> Value {
    let mut fields = task_fields(&listed.task, &listed.key);
    fields.insert("project_id".into(), json!(listed.project_id));
    fields.into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfTask {
    task: String,
    project: Option<String>,
    cursor: Option<CommentId>,
}

/// The members of a project, by whom texts are.
async fn names(tx: &mut Tx, by: &Membership) -> Result<HashMap<UserId, String>> {
    let members = Member::load_all(tx, by).await?;
    Ok(members.into_iter().map(|member| (member.id, member.name)).collect())
}

pub async fn task(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let OfTask { task, project, cursor } = arguments(given)?;
    let (project, task) = agent.task(&task, project.as_deref()).await?;
    let by = agent.member(project, Role::Viewer).await?;
    let mut tx = by.read().await?;
    let project = projects::read(&mut tx, &by).await?;
    let detail = tasks::find_in(&mut tx, &by, task).await?;
    let id = detail.task.id;
    let items = checklists::of_task(&mut tx, id).await?;
    let links = dependencies::of_task(&mut tx, id).await?;
    let names = names(&mut tx, &by).await?;
    drop(tx);
    let found = comments::list(&by, TaskRef::Id(id), true, cursor, COMMENTS + 1).await?;
    let more = found.len() > usize::try_from(COMMENTS).unwrap_or(usize::MAX);
    let author = |id: &UserId| names.get(id).map_or("a former member", String::as_str);
    let mut shown: Vec<Value> = vec![];
    for comment in found.iter().take(usize::try_from(COMMENTS).unwrap_or(usize::MAX)) {
        let mut said = words(author(&comment.author_id), &comment.body, COMMENT);
        said["id"] = json!(comment.id);
        said["at"] = json!(comment.created_at);
        shown.push(said);
    }
    let next = found.iter().take(shown.len()).next_back().filter(|_| more).map(|comment| comment.id);
    let mut fields = with_description(&detail, &format!("{}-{}", project.key, detail.task.number));
    fields.insert("created_by_name".into(), author(&detail.task.created_by).into());
    let item = |item: &ChecklistItem| json!({"text": item.text, "done": item.done});
    fields.insert("checklist".into(), items.iter().take(SHOWN).map(item).collect());
    fields.insert("waits_for_ids".into(), others(&links, |link| (link.task_id == id).then_some(link.depends_on_id)));
    fields
        .insert("waited_for_by_ids".into(), others(&links, |link| (link.depends_on_id == id).then_some(link.task_id)));
    Ok(json!({"note": NOTE, "task": fields, "comments_newest_first": shown, "next_cursor": next}))
}

fn others(links: &[Dependency], other: impl Fn(&Dependency) -> Option<TaskId>) -> Value {
    links.iter().filter_map(other).map(|id| json!(id)).take(SHOWN).collect()
}

/// A task with its text.
pub fn with_description(detail: &TaskDetail, name: &str) -> Map<String, Value> {
    let mut fields = task_fields(&detail.task, name);
    if !detail.description.is_empty() {
        fields.insert("description".into(), words("people of the project", &detail.description, DESCRIPTION));
    }
    fields
}
