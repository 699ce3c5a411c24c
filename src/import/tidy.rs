//! Makes what a parser found fit the rules of this program: lengths, counts, names that are unique. What does not fit is
//! cut or left, and the report says so.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

use super::{
    board::{Board, Column, ColumnKind, Label, Parsed, Task},
    report::Report,
    text,
};
use crate::base::{
    clock::Timestamp,
    error::{Error, Result},
    text::{Emoji, Key},
};

const TITLE: usize = 255;
const NAME: usize = 100;
const MOST_COLUMNS: usize = 100;
const MOST_LABELS: usize = 200;
const MOST_MILESTONES: usize = 500;
const MOST_ITEMS: usize = 200;
const MOST_COMMENTS: usize = 10_000;
const MOST_PARTS: usize = 100;
const MOST_REACTIONS: usize = 20;
const MOST_TASKS: usize = 50_000;
const MOST_PEOPLE: usize = 5_000;
const MOST_VIEWS: usize = 100;
const MOST_FIELDS: usize = 200;
const MOST_ALL_COMMENTS: usize = 500_000;

/// The column of tasks that have none.
const HOME: &str = "\u{1}home";

/// The columns, labels, people … of the file that exist after tidying, by their ids in it.
struct Known {
    columns: HashSet<String>,
    labels: HashMap<String, String>,
    milestones: HashSet<String>,
    people: HashSet<String>,
}

/// Make a board fit. `now` is when what is done without an instant is done.
pub fn tidy(mut parsed: Parsed, now: Timestamp) -> Result<Parsed> {
    let report = &mut parsed.report;
    let board = &mut parsed.board;
    if board.tasks.len() > MOST_TASKS {
        return Err(Error::invalid("/file", format!("has more than {MOST_TASKS} tasks")));
    }
    let comments: usize = board.tasks.iter().map(|task| task.comments.len()).sum();
    if comments > MOST_ALL_COMMENTS {
        return Err(Error::invalid("/file", format!("has more than {MOST_ALL_COMMENTS} comments")));
    }
    board.source = board.source.chars().filter(|c| !c.is_control()).take(200).collect();
    board.name = text::line(&board.name, NAME).unwrap_or_else(|| "Imported board".into());
    board.description = text::body(&board.description).0;
    board.key = board.key.take().filter(|key| Key::parse(key).is_ok());
    let known = Known {
        columns: columns(board, report),
        labels: labels(board, report),
        milestones: milestones(board, report),
        people: people(board, report),
    };
    let mut ids = HashSet::new();
    let before = board.tasks.len();
    board.tasks.retain(|task| ids.insert(task.id.clone()));
    let twice = before - board.tasks.len();
    report.leave_many("tasks", "has the id of another one", u64::try_from(twice).unwrap_or(0), "");
    let done: HashSet<String> =
        board.columns.iter().filter(|column| column.kind == ColumnKind::Done).map(|column| column.id.clone()).collect();
    for one in &mut board.tasks {
        task(one, &known, report);
        if done.contains(&one.column) && one.completed_at.is_none() {
            one.completed_at = Some(one.created_at.unwrap_or(now).max(Timestamp(0)).min(now));
        }
    }
    if board.tasks.iter().any(|task| task.column == HOME) {
        let name = "To do".to_owned();
        let home = Column { id: HOME.into(), name, kind: ColumnKind::Backlog, ..Column::default() };
        board.columns.insert(0, home);
    }
    dependencies(board, &ids, report);
    board.views.truncate(MOST_VIEWS);
    count(&parsed.board, &mut parsed.report);
    Ok(parsed)
}

fn cut(report: &mut Report, what: &str, text: &str) {
    report.leave(what, "was longer than it may be, and is cut", text);
}

fn named(name: &str, what: &str, report: &mut Report) -> String {
    let line = text::line(name, NAME).unwrap_or_else(|| "Without a name".into());
    if line.ends_with('…') && !name.trim_end().ends_with('…') {
        cut(report, what, name);
    }
    line
}

fn columns(board: &mut Board, report: &mut Report) -> HashSet<String> {
    let mut ids = HashSet::new();
    board.columns.retain(|column| ids.insert(column.id.clone()));
    if board.columns.len() > MOST_COLUMNS {
        let more = board.columns.split_off(MOST_COLUMNS);
        let into = board.columns.last().map(|column| column.id.clone()).unwrap_or_default();
        for column in more {
            report.leave("columns", "a board has at most 100: its tasks are in the last one", &column.name);
            ids.remove(&column.id);
            let tasks = board.tasks.iter_mut().filter(|task| task.column == column.id);
            tasks.for_each(|task| task.column.clone_from(&into));
        }
    }
    for column in &mut board.columns {
        column.name = named(&column.name, "names of columns", report);
        column.wip_limit = column.wip_limit.filter(|limit| (1..=10_000).contains(limit));
        column.archive_after_days = column.archive_after_days.filter(|days| (1..=365).contains(days));
    }
    ids
}

/// Labels of one name are one. Answers which label stands for each.
fn labels(board: &mut Board, report: &mut Report) -> HashMap<String, String> {
    let mut by_name: HashMap<String, String> = HashMap::new();
    let mut stands_for = HashMap::new();
    let mut kept: Vec<Label> = vec![];
    for mut label in std::mem::take(&mut board.labels) {
        label.name = named(&label.name, "names of labels", report);
        label.colour = text::colour(&label.colour).unwrap_or_else(|| text::colour_for(&label.name));
        if let Some(same) = by_name.get(&label.name) {
            stands_for.insert(label.id, same.clone());
        } else if kept.len() >= MOST_LABELS {
            report.leave("labels", "a project has at most 200", &label.name);
        } else {
            by_name.insert(label.name.clone(), label.id.clone());
            stands_for.insert(label.id.clone(), label.id.clone());
            kept.push(label);
        }
    }
    board.labels = kept;
    stands_for
}

fn milestones(board: &mut Board, report: &mut Report) -> HashSet<String> {
    for milestone in board.milestones.split_off(board.milestones.len().min(MOST_MILESTONES)) {
        report.leave("milestones", "a project has at most 500", &milestone.name);
    }
    for milestone in &mut board.milestones {
        milestone.name = named(&milestone.name, "names of milestones", report);
    }
    board.milestones.iter().map(|milestone| milestone.id.clone()).collect()
}

fn people(board: &mut Board, report: &mut Report) -> HashSet<String> {
    for person in board.people.split_off(board.people.len().min(MOST_PEOPLE)) {
        report.leave("people", "a file has at most 5,000", &person.name);
    }
    let mut ids = HashSet::new();
    board.people.retain(|person| ids.insert(person.id.clone()));
    for person in &mut board.people {
        person.email = person.email.take().and_then(|email| text::email(&email));
        person.name = text::line(&person.name, NAME).unwrap_or_else(|| "Without a name".into());
    }
    ids
}

fn task(task: &mut Task, known: &Known, report: &mut Report) {
    let title = std::mem::take(&mut task.title);
    task.title = text::line(&title, TITLE).unwrap_or_else(|| {
        report.note("Tasks without a title are called Untitled.");
        "Untitled".into()
    });
    if title.trim().chars().count() > TITLE {
        cut(report, "titles (the whole is in the description)", &title);
        task.description = format!("{}\n\n{}", text::body(&title).0, task.description);
    }
    attach(task, report);
    let (description, was_cut) = text::body(&task.description);
    if was_cut {
        cut(report, "descriptions", &task.title);
    }
    task.description = description;
    if !known.columns.contains(&task.column) {
        task.column = HOME.into();
    }
    let wanted = std::mem::take(&mut task.labels);
    for label in wanted.iter().filter_map(|label| known.labels.get(label)) {
        if !task.labels.contains(label) {
            task.labels.push(label.clone());
        }
    }
    task.assignees.retain(|person| known.people.contains(person));
    let mut once = HashSet::new();
    task.assignees.retain(|person| once.insert(person.clone()));
    for list in [&mut task.labels, &mut task.assignees] {
        if list.len() > MOST_PARTS {
            report.leave("labels or people of a task", "a task has at most 100", &task.title);
            list.truncate(MOST_PARTS);
        }
    }
    task.milestone = task.milestone.take().filter(|milestone| known.milestones.contains(milestone));
    task.created_by = task.created_by.take().filter(|person| known.people.contains(person));
    task.priority = task.priority.clamp(0, 4);
    let estimate = task.estimate.take();
    task.estimate = estimate.filter(|estimate| (0.0..=100_000.0).contains(estimate));
    if estimate.is_some() && task.estimate.is_none() {
        report.leave("estimates", "an estimate is a number from 0 to 100,000", &task.title);
    }
    if let (Some(start), Some(due)) = (&task.start_on, &task.due_on)
        && due.since(start) < 0
    {
        report.leave("start dates", "is behind the due date", &task.title);
        task.start_on = None;
    }
    let items = std::mem::take(&mut task.items);
    for mut item in items {
        let Some(line) = text::line(&item.text, TITLE) else { continue };
        if task.items.len() >= MOST_ITEMS {
            report.leave("checklist items", "a checklist has at most 200", &line);
            continue;
        }
        if item.text.trim().chars().count() > TITLE {
            cut(report, "checklist items", &item.text);
        }
        item.text = line;
        task.items.push(item);
    }
    comments(task, known, report);
}

fn comments(task: &mut Task, known: &Known, report: &mut Report) {
    let mut ids = HashSet::new();
    for mut comment in std::mem::take(&mut task.comments) {
        let (body, was_cut) = text::body(&comment.body);
        if !body.chars().any(|c| !c.is_whitespace() && !c.is_control()) {
            report.leave("comments", "says nothing", &task.title);
            continue;
        }
        if !ids.insert(comment.id.clone()) {
            report.leave("comments", "has the id of another one", &body);
            continue;
        }
        if task.comments.len() >= MOST_COMMENTS {
            report.leave("comments", "a task has at most 10,000", &task.title);
            continue;
        }
        if was_cut {
            cut(report, "comments", &task.title);
        }
        comment.body = body;
        comment.author = comment.author.filter(|person| known.people.contains(person));
        for reaction in std::mem::take(&mut comment.reactions) {
            let people: Vec<String> =
                reaction.people.iter().filter(|person| known.people.contains(*person)).cloned().collect();
            match Emoji::parse(&reaction.emoji) {
                Ok(emoji) if !people.is_empty() && comment.reactions.len() < MOST_REACTIONS => {
                    comment.reactions.push(super::board::Reaction { emoji: emoji.as_str().into(), people });
                }
                _ => {
                    report.leave(
                        "reactions",
                        "is no emoji, of no person of the file, or one too many",
                        &reaction.emoji,
                    );
                }
            }
        }
        task.comments.push(comment);
    }
    // The oldest first, as they are read.
    task.comments.sort_by_key(|comment| comment.created_at);
}

/// Fields and links become a part of the description.
fn attach(task: &mut Task, report: &mut Report) {
    let mut extra = String::new();
    let fields: Vec<_> = std::mem::take(&mut task.fields);
    if fields.len() > MOST_FIELDS {
        report.leave("fields of a task", "so many make no table: the first 200 are kept", &task.title);
    }
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.trim().is_empty()).take(MOST_FIELDS).collect();
    if !fields.is_empty() {
        report.note("Fields that there are none of here stand in a table under the description.");
        extra.push_str("| | |\n|---|---|\n");
        for (name, value) in &fields {
            let _ = writeln!(extra, "| {} | {} |", text::plain(name), text::plain(value));
        }
    }
    for attachment in &task.attachments {
        let name = text::line(&attachment.name, TITLE);
        let Some(url) = attachment.url.as_deref().and_then(text::web_address) else {
            let name = name.unwrap_or_default();
            report.leave("attachments", "the file holds neither the bytes nor an address on the web", &name);
            continue;
        };
        report.note("Attachments whose bytes are not in the file are links under the description.");
        let name = name.unwrap_or_else(|| url.clone());
        if !extra.is_empty() && !extra.ends_with("\n- ") {
            extra.push('\n');
        }
        let _ = write!(extra, "- [{}](<{}>)", text::plain(&name), url.replace(['<', '>'], ""));
    }
    if !extra.is_empty() {
        let before = task.description.trim_end();
        task.description = if before.is_empty() { extra } else { format!("{before}\n\n{extra}") };
    }
}

/// Only between tasks of the file, each once, and never in a circle.
fn dependencies(board: &mut Board, tasks: &HashSet<String>, report: &mut Report) {
    let mut seen = HashSet::new();
    let mut waits_for: HashMap<String, Vec<String>> = HashMap::new();
    let mut kept = vec![];
    for mut dependency in std::mem::take(&mut board.dependencies) {
        let (task, other) = (dependency.task.clone(), dependency.depends_on.clone());
        if !tasks.contains(&task) || !tasks.contains(&other) {
            report.leave("dependencies", "one of the two tasks is not in the file", "");
            continue;
        }
        if !seen.insert((task.clone(), other.clone())) {
            continue;
        }
        if task == other || reaches(&waits_for, &other, &task) {
            report.leave("dependencies", "would close a circle", "");
            continue;
        }
        let of_task = waits_for.entry(task).or_default();
        if of_task.len() >= MOST_PARTS {
            report.leave("dependencies", "a task waits for at most 100 others", "");
            continue;
        }
        of_task.push(other);
        dependency.lag_days = dependency.lag_days.clamp(-365, 365);
        kept.push(dependency);
    }
    board.dependencies = kept;
}

fn reaches(waits_for: &HashMap<String, Vec<String>>, from: &str, to: &str) -> bool {
    let (mut open, mut seen) = (vec![from], HashSet::new());
    while let Some(task) = open.pop() {
        if task == to {
            return true;
        }
        if seen.insert(task) {
            open.extend(waits_for.get(task).into_iter().flatten().map(String::as_str));
        }
    }
    false
}

fn count(board: &Board, report: &mut Report) {
    let count = |number: usize| u64::try_from(number).unwrap_or(0);
    let of_tasks = |each: fn(&Task) -> usize| count(board.tasks.iter().map(each).sum());
    let taken = &mut report.taken;
    taken.columns = count(board.columns.len());
    taken.labels = count(board.labels.len());
    taken.milestones = count(board.milestones.len());
    taken.people = count(board.people.len());
    taken.tasks = count(board.tasks.len());
    taken.checklist_items = of_tasks(|task| task.items.len());
    taken.comments = of_tasks(|task| task.comments.len());
    taken.reactions = of_tasks(|task| {
        task.comments.iter().flat_map(|comment| &comment.reactions).map(|reaction| reaction.people.len()).sum()
    });
    let linked = |task: &Task| task.attachments.iter().filter(|attachment| attachment.url.is_some()).count();
    taken.attachments = count(board.tasks.iter().map(linked).sum());
    taken.dependencies = count(board.dependencies.len());
    taken.views = count(board.views.len());
}
