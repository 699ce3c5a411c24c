//! People whose network goes away: they work on with what they last saw, and send it all when there is a network again, each edit
//! with the version that it was made on and a key of its own. No edit gets lost in silence: it is in the log, or its person is told
//! which fields others changed, or they were removed.

use std::{sync::Arc, time::Duration};

use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    archive::{ProjectLog, project_id},
    call::Answer,
    law::Law,
    ledger::{Entry, Fate},
    members,
    people::Credential,
    world::{Board, Standing, World},
};

/// How often a page asks again that got no answer.
const TRIES: usize = 40;

/// An edit that waits for the network.
struct Edit {
    mark: String,
    method: Method,
    path: String,
    body: Value,
    /// The task that it changes.
    task: Option<String>,
    version: Option<i64>,
    /// It was sent before, and no answer came.
    sent: bool,
}

impl Edit {
    fn fields(&self) -> Vec<String> {
        self.body.as_object().into_iter().flatten().map(|(field, _)| field.clone()).collect()
    }
}

/// An edit that was refused, to be held against the log.
pub struct Refusal {
    history: usize,
    person: usize,
    pub project: String,
    what: String,
    task: Option<String>,
    version: Option<i64>,
    fields: Vec<String>,
    answer: Answer,
    /// Where the log ended before it was sent, and when it was answered.
    within: (i64, i64),
}

pub async fn work(world: &World, number: usize) {
    let Some(mean) = world.plan.offline else { return };
    let mut rng = world.chances(&format!("offline {number}"));
    let mut count = 0;
    while world.may_work().await {
        count += 1;
        let board = world.any_board(&mut rng);
        // Each client is of other people, and none of the keeper.
        let people: Vec<_> = world.people[1..].iter().filter(|person| person.at % 2 == number % 2).collect();
        let person = people[rng.random_range(0..people.len())].at;
        let tag = format!("{}o{number}-{count}", board.tag());
        if world.standing(&board.id, person).0 == Standing::Member {
            once(world, &board, person, &tag, &mut rng).await;
        }
        world.pause(&mut rng, mean).await;
    }
}

/// Somebody's session or token that may change this project.
fn credential(world: &World, board: &Board, person: usize) -> Option<Arc<Credential>> {
    world.people[person].valid().into_iter().find(|one| one.writes && one.reaches(&board.id))
}

async fn once(world: &World, board: &Arc<Board>, person: usize, tag: &str, rng: &mut StdRng) {
    let Some(by) = credential(world, board, person) else { return };
    let history = world.history();
    let call = world.call(world.any_node(rng), &by, Method::GET, format!("/projects/{}/board", board.id));
    let Some(seen) = call.send().await.filter(Answer::done).map(|answer| answer.body) else { return };
    let mut edits = edits(board, &seen, tag, rng);
    if rng.random_bool(0.5)
        && let Some(edit) = edits.first_mut()
    {
        // The network goes while it waits for the answer.
        edit.sent = true;
        ask(world, board, edit);
        drop(call_of(world, &by, edit, rng).send().await);
    }
    world.pause(rng, Duration::from_millis(300)).await;
    let removed = rng.random_bool(0.25);
    if removed {
        members::remove(world, board, person, rng).await;
    }
    if history == world.history() {
        let page = format!("/projects/{}/events?after={}", board.id, seen["seq"]);
        drop(world.call(world.any_node(rng), &by, Method::GET, page).send().await);
        send(world, board, person, edits, rng).await;
    }
    if removed {
        members::give(world, board, person, "editor", rng).await;
    }
}

/// What somebody does who sees this board.
fn edits(board: &Board, seen: &Value, tag: &str, rng: &mut StdRng) -> Vec<Edit> {
    let list = |kind: &str| seen[kind].as_array().cloned().unwrap_or_default();
    let (tasks, columns) = (list("tasks"), list("columns"));
    let at = format!("/projects/{}/tasks", board.id);
    let id = |object: &Value| object["id"].as_str().map(str::to_owned);
    let mut edits = vec![];
    for n in 0..rng.random_range(3..8) {
        let mark = format!("{tag}-{n}");
        let Some(column) = columns.get(rng.random_range(0..columns.len().max(1))) else { break };
        let new = tasks.is_empty() || rng.random_bool(0.1);
        if new {
            let body = json!({"title": mark, "column_id": column["id"]});
            edits.push(Edit {
                mark,
                method: Method::POST,
                path: at.clone(),
                body,
                task: None,
                version: None,
                sent: false,
            });
            continue;
        }
        // The latest ones are those that others change too.
        let task = &tasks[rng.random_range(tasks.len().saturating_sub(5)..tasks.len())];
        let Some(of) = id(task) else { break };
        let (method, path, body) = match rng.random_range(0..10) {
            0..3 => (Method::PATCH, format!("{at}/{of}"), json!({"title": mark})),
            3..7 => {
                let (priority, due) = (["low", "high"][rng.random_range(0..2)], rng.random_range(1..29));
                let body = json!({"title": mark, "priority": priority, "due_on": format!("2027-01-{due:02}")});
                (Method::PATCH, format!("{at}/{of}"), body)
            }
            7 | 8 => (Method::PATCH, format!("{at}/{of}"), json!({"description": mark})),
            _ => (Method::PUT, format!("{at}/{of}/position"), json!({"column_id": column["id"], "after": null})),
        };
        edits.push(Edit { mark, method, path, body, version: task["version"].as_i64(), task: Some(of), sent: false });
    }
    edits
}

fn call_of<'a>(world: &'a World, by: &Arc<Credential>, edit: &Edit, rng: &mut StdRng) -> crate::call::Call<'a> {
    let call = world.call(world.any_node(rng), by, edit.method.clone(), &edit.path);
    call.json(edit.body.clone()).key(Some(&edit.mark)).if_match(edit.version)
}

fn ask(world: &World, board: &Board, edit: &Edit) {
    let titled = edit.body["title"].is_string();
    world.ledger.asked(Entry {
        project: board.id.clone(),
        mark: edit.mark.clone(),
        keyed: true,
        titled,
        idle: !titled && edit.body["description"].is_null(),
        base: edit.task.clone().zip(edit.version),
        what: format!("{} {} {} on {:?}, offline", edit.method, edit.path, edit.body, edit.version),
        fate: Fate::Unknown,
    });
}

/// Sends what waited, one edit after the other.
async fn send(world: &World, board: &Arc<Board>, person: usize, edits: Vec<Edit>, rng: &mut StdRng) {
    let mut waiting = std::collections::VecDeque::from(edits);
    let mut versions = std::collections::HashMap::new();
    while let Some(mut edit) = waiting.pop_front() {
        if !edit.sent {
            // Its own former edits are nothing that others did.
            let own = edit.task.as_ref().and_then(|task| versions.get(task)).copied();
            edit.version = own.or(edit.version);
            ask(world, board, &edit);
        }
        let from = head(world, board).await.unwrap_or(0);
        let Some((by, answer, sure)) = answer(world, board, person, &edit, rng).await else { return };
        let within = (from, head(world, board).await.unwrap_or(i64::MAX));
        if answer.done() {
            let version = answer.body["version"].as_i64();
            world.ledger.became(&edit.mark, Fate::Kept(version));
            versions.extend(edit.task.clone().zip(version));
            continue;
        }
        if sure {
            world.ledger.became(&edit.mark, Fate::Refused(answer.status));
        }
        if answer.status == 401 && !by.is_valid() {
            return;
        }
        waiting.extend(rest(&edit, &answer));
        let Edit { task, version, .. } = &edit;
        let refusal = Refusal {
            history: world.history(),
            person,
            project: board.id.clone(),
            what: format!("{} {} {} on {version:?}", edit.method, edit.path, edit.body),
            task: task.clone(),
            version: *version,
            fields: edit.fields(),
            answer,
            within,
        };
        world.evidence.refusals.lock().unwrap().push(refusal);
    }
}

/// Asks until there is an answer. Says whether it is that of the first attempt.
async fn answer(
    world: &World,
    board: &Board,
    person: usize,
    edit: &Edit,
    rng: &mut StdRng,
) -> Option<(Arc<Credential>, Answer, bool)> {
    let mut sure = !edit.sent;
    for _ in 0..TRIES {
        let by = credential(world, board, person)?;
        match call_of(world, &by, edit, rng).send().await {
            Some(answer) if answer.status != 503 => return Some((by, answer, sure)),
            _ => sure = false,
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    None
}

/// What of a stale edit goes out once more: the fields that others left alone.
fn rest(edit: &Edit, answer: &Answer) -> Option<Edit> {
    let version = answer.body["current"]["version"].as_i64().filter(|_| answer.status == 412)?;
    let asked = answer.body["conflicts"].as_array()?;
    let left = edit.body.as_object()?.iter().filter(|(field, _)| !asked.iter().any(|name| name == *field));
    let body: serde_json::Map<_, _> = left.map(|(field, value)| (field.clone(), value.clone())).collect();
    let goes = edit.method == Method::PATCH && !body.is_empty() && body.len() < edit.fields().len();
    let mark = format!("{}r", edit.mark);
    goes.then(|| Edit {
        body: if body.contains_key("title") { with_title(body, &mark) } else { Value::Object(body) },
        mark,
        method: edit.method.clone(),
        path: edit.path.clone(),
        task: edit.task.clone(),
        version: Some(version),
        sent: false,
    })
}

/// The title says which edit it is of.
fn with_title(mut body: serde_json::Map<String, Value>, mark: &str) -> Value {
    body.insert("title".into(), mark.into());
    Value::Object(body)
}

/// Where a project's log ends.
async fn head(world: &World, board: &Board) -> Option<i64> {
    let query = world.cluster.db.query("select seq from projects where id = $1").bind(project_id(&board.id));
    query.one::<(i64,)>().await.ok().map(|(seq,)| seq)
}

impl World {
    /// A refusal says the truth: others changed these fields, the person may not, or the task is gone.
    pub fn weigh_refusal(&self, refusal: &Refusal, log: &ProjectLog) {
        if refusal.history != self.history() {
            return;
        }
        let Refusal { what, answer, fields, within, .. } = refusal;
        let (from, to) = *within;
        let person = &self.people[refusal.person];
        let broken = |why: &str| {
            let text = format!("{} was refused {what}, {why}: {} {}", person.name, answer.status, answer.text);
            self.verdict.broken(Law::Kept, text);
        };
        let roles = log.roles_between(&person.id, from, to);
        let code = answer.body["code"].as_str().unwrap_or_default();
        match answer.status {
            404 if log.deleted || roles.iter().any(Option::is_none) => {}
            404 if refusal.task.as_ref().is_some_and(|task| log.touches.was_removed(task, to)) => {}
            404 => broken("and is a member, and the task is there"),
            403 if roles
                .iter()
                .any(|role| !role.is_some_and(|role| ["editor", "manager", "owner"].contains(&role))) => {}
            409 if !code.is_empty() => {}
            // The column is gone by now.
            422 if fields.iter().any(|field| field == "column_id") => {}
            401 => {}
            412 => self.weigh_conflict(refusal, log),
            _ => broken("for no reason"),
        }
    }

    fn weigh_conflict(&self, refusal: &Refusal, log: &ProjectLog) {
        let Refusal { what, answer, within, .. } = refusal;
        let named: Vec<&str> =
            answer.body["conflicts"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let (Some(task), Some(version)) = (&refusal.task, refusal.version) else { return };
        let broken = |why: &str| {
            self.verdict.broken(Law::Kept, format!("{what} was refused, {why}: {}", answer.text));
        };
        if named.is_empty() {
            return broken("and no field is named");
        }
        if answer.body["base"].is_null() {
            // The log does not say what others changed.
            if log.trimmed <= version {
                broken("though the log has all since");
            }
            return;
        }
        let to = within.1.min(log.head);
        if let Some(field) = log.touches.untouched(task, (version, to), &named) {
            broken(&format!("because of {field}, which nothing changed"));
        }
    }
}
