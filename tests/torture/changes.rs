//! What writers ask for: a change of a project, chosen by chance from what they know to be there.

use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Board, Things};

pub struct Asked {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    /// The bytes of a file, in the place of a body.
    pub file: Option<String>,
    /// The mark stands in a text of the event.
    pub titled: bool,
    /// A 2xx may have found nothing to change.
    pub idle: bool,
    /// The object that is changed, and the kind of one that is made.
    pub object: Option<String>,
    pub makes: Option<&'static str>,
}

impl Asked {
    /// Without a text of its own, of no object that others know.
    fn new(method: Method, path: impl Into<String>, body: Option<Value>) -> Self {
        Self { method, path: path.into(), body, file: None, titled: false, idle: false, object: None, makes: None }
    }

    /// The task that goes into the trash.
    pub fn deletes(&self) -> Option<&str> {
        let task = self.object.as_deref().filter(|_| self.method == Method::DELETE)?;
        self.path.ends_with(&format!("/tasks/{task}")).then_some(task)
    }
}

fn one<'a, T>(list: &'a [T], rng: &mut StdRng) -> Option<&'a T> {
    // The latest ones are changed the most.
    let from = list.len().saturating_sub(if rng.random_bool(0.7) { 6 } else { list.len() });
    (!list.is_empty()).then(|| &list[rng.random_range(from..list.len())])
}

fn day(rng: &mut StdRng) -> String {
    format!("2026-{:02}-{:02}", rng.random_range(1..=12), rng.random_range(1..=28))
}

/// The next change of this project, or none if what it needs is not there.
pub fn any(board: &Board, mark: &str, plain: bool, rng: &mut StdRng) -> Option<Asked> {
    let things = board.things.lock().unwrap().clone();
    let made = |path: &str, body: Value, makes| Asked {
        titled: true,
        makes: Some(makes),
        ..Asked::new(Method::POST, path, Some(body))
    };
    let column = one(&things.columns, rng)?.clone();
    let roll = if plain { rng.random_range(0..35) } else { rng.random_range(0..100) };
    let mut asked = match roll {
        0..15 => made("/tasks", json!({"title": mark, "column_id": column, "description": long(rng)}), "tasks"),
        85..87 if things.columns.len() < 6 => made("/columns", json!({"name": mark}), "columns"),
        87..90 if things.labels.len() < 12 => made("/labels", json!({"name": mark, "colour": "#3366cc"}), "labels"),
        90..91 => file(&things, mark, rng)?,
        91..92 => Asked { makes: None, ..made("/milestones", json!({"name": mark, "due_on": day(rng)}), "") },
        92..94 => column_change(&things, mark, rng)?,
        94 | 95 => undo(&things, rng)?,
        96 => restored(&things, rng)?,
        _ => task_change(&things, mark, roll, rng)?,
    };
    asked.path = format!("/projects/{}{}", board.id, asked.path);
    Some(asked)
}

/// A file whose bytes and whose name are the mark.
fn file(things: &Things, mark: &str, rng: &mut StdRng) -> Option<Asked> {
    let (task, _) = one(&things.tasks, rng)?;
    let name: String = url::form_urlencoded::byte_serialize(mark.as_bytes()).collect();
    Some(Asked {
        file: Some(mark.to_owned()),
        titled: true,
        makes: Some("files"),
        ..Asked::new(Method::POST, format!("/tasks/{task}/attachments?name={name}"), None)
    })
}

/// Undoes one of the latest events, or a run of them. The event names what it undoes, and not the key.
fn undo(things: &Things, rng: &mut StdRng) -> Option<Asked> {
    let seq = things.head - rng.random_range(0..6);
    // What was undone is done again.
    let seq = things.undone.last().copied().filter(|_| rng.random_bool(0.3)).unwrap_or(seq);
    let (path, body) = if rng.random_bool(0.8) {
        (format!("/events/{seq}/undo"), None)
    } else {
        ("/undo".to_owned(), Some(json!({"from_seq": seq, "to_seq": seq + rng.random_range(0..3)})))
    };
    (seq > 0).then(|| Asked { idle: true, ..Asked::new(Method::POST, path, body) })
}

/// Takes a task out of the trash.
fn restored(things: &Things, rng: &mut StdRng) -> Option<Asked> {
    let task = one(&things.deleted, rng)?;
    Some(Asked { makes: Some("tasks"), ..Asked::new(Method::POST, format!("/trash/{task}/restore"), None) })
}

/// Sometimes as much as fills a reader's window.
fn long(rng: &mut StdRng) -> String {
    "words ".repeat(if rng.random_bool(0.2) { rng.random_range(500..3_000) } else { 1 })
}

fn column_change(things: &Things, mark: &str, rng: &mut StdRng) -> Option<Asked> {
    let column = one(&things.columns, rng)?;
    let at = format!("/columns/{column}");
    let after = one(&things.columns, rng).filter(|after| *after != column);
    let (method, path, body, titled) = match rng.random_range(0..3) {
        0 => (Method::PATCH, at, json!({"name": mark}), true),
        1 => (Method::PUT, format!("{at}/position"), json!({"after": after}), false),
        _ => (Method::PATCH, at, json!({"wip_limit": rng.random_range(5..50)}), false),
    };
    Some(Asked { titled, idle: !titled, object: Some(column.clone()), ..Asked::new(method, path, Some(body)) })
}

fn task_change(things: &Things, mark: &str, roll: u32, rng: &mut StdRng) -> Option<Asked> {
    let (task, _) = one(&things.tasks, rng)?;
    let at = format!("/tasks/{task}");
    let other = one(&things.tasks, rng).map(|(id, _)| id).filter(|other| *other != task);
    let column = one(&things.columns, rng)?;
    let change = |method, rest: &str, body| (method, format!("{at}{rest}"), body, false);
    let priority = ["low", "high", "urgent"][rng.random_range(0..3)];
    let on_or_off = if rng.random_bool(0.6) { Method::PUT } else { Method::DELETE };
    let (method, path, body, titled) = match roll {
        0..35 => (Method::PATCH, at, Some(json!({"title": mark})), true),
        35..40 => change(Method::PATCH, "", Some(json!({"priority": priority, "due_on": null}))),
        40..58 => change(Method::PUT, "/position", Some(json!({"column_id": column, "after": other}))),
        58..63 => change(on_or_off, "/completion", None),
        63..66 => change(on_or_off, "/archive", None),
        66..70 => change(on_or_off, &format!("/labels/{}", one(&things.labels, rng)?), None),
        70..75 => change(Method::PUT, "/schedule", Some(schedule(rng))),
        75..79 => change(on_or_off, &format!("/dependencies/{}", other?), None),
        79..81 => (Method::POST, format!("{at}/checklist"), Some(json!({"text": mark})), true),
        81 => (Method::POST, format!("{at}/comments"), Some(json!({"body": mark})), true),
        82..85 | 97..98 => change(Method::PATCH, "", Some(json!({"assignee_ids": []}))),
        _ => change(Method::DELETE, "", None),
    };
    let removes = method == Method::DELETE && roll >= 85;
    Some(Asked { titled, idle: !titled && !removes, object: Some(task.clone()), ..Asked::new(method, path, body) })
}

fn schedule(rng: &mut StdRng) -> Value {
    let (one, other) = (day(rng), day(rng));
    let (start, due) = if one <= other { (one, other) } else { (other, one) };
    let dependents = ["keep", "push", "shift"][rng.random_range(0..3)];
    json!({"start_on": start, "due_on": due, "dependents": dependents})
}
