//! The template export of a Todoist project: sections, tasks with their depth, and notes, one below the other.

use std::collections::HashMap;

use super::{Table, dates::Dates};
use crate::import::{
    DateOrder, Options,
    board::{Board, Column, ColumnKind, Comment, Item, Label, Parsed, Person, Task},
    report::Report,
    text,
};

/// The column of tasks before the first section.
const FIRST: &str = "tasks";

fn column(board: &mut Board, id: &str, name: &str) {
    let kind = if text::says_done(name) { ColumnKind::Done } else { ColumnKind::Active };
    board.columns.push(Column { id: id.into(), name: name.into(), kind, ..Column::default() });
}

/// A name with its number in parentheses, as Todoist writes people.
fn person(board: &mut Board, cell: &str) -> Option<String> {
    let id = cell.trim();
    if id.is_empty() {
        return None;
    }
    let name = id.rsplit_once('(').map_or(id, |(name, _)| name).trim();
    if !board.people.iter().any(|person| person.id == id) {
        board.people.push(Person { id: id.into(), name: name.into(), email: text::email(name) });
    }
    Some(id.into())
}

/// The title without its labels, and these.
fn labelled(content: &str) -> (String, Vec<String>) {
    let is_label = |word: &&str| word.len() > 1 && word.starts_with('@');
    let labels = content.split_whitespace().filter(is_label).map(|word| word[1..].to_owned()).collect();
    let words: Vec<&str> = content.split_whitespace().filter(|word| !is_label(word)).collect();
    (words.join(" "), labels)
}

/// What an item of a checklist has no place for.
const OF_TASKS: [&str; 6] = ["DESCRIPTION", "PRIORITY", "AUTHOR", "RESPONSIBLE", "DATE", "DEADLINE"];

fn leave_cells(report: &mut Report, count: u64) {
    report.leaves.taken -= count;
    report.leaves.left += count;
}

#[must_use]
pub fn parse(table: &Table, options: &Options) -> Parsed {
    let mut report = Report::default();
    let source = format!("todoist_csv:{}", options.name);
    let mut board = Board { source, name: options.name.clone(), ..Board::default() };
    let at: HashMap<String, usize> =
        table.headers.iter().enumerate().map(|(index, header)| (header.to_uppercase(), index)).collect();
    // Dates are words there: those that are none stay words.
    let dates = Dates::of(std::iter::empty(), Some(options.mapping.date_order.unwrap_or(DateOrder::Dmy)));
    let mut titles: HashMap<String, usize> = HashMap::new();
    let mut current = FIRST.to_owned();
    for row in &table.rows {
        let cell = |name: &str| at.get(name).and_then(|index| row.get(*index)).map_or("", |cell| cell.trim());
        let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
        let filled = u64::try_from(filled).unwrap_or(0);
        report.leaves.total += filled;
        report.leaves.taken += filled;
        let content = cell("CONTENT");
        match cell("TYPE") {
            "section" => {
                current = format!("section {}", board.columns.len());
                column(&mut board, &current, content);
            }
            "note" => {
                let author = person(&mut board, cell("AUTHOR"));
                let Some(task) = board.tasks.last_mut() else {
                    leave_cells(&mut report, filled);
                    report.leave("notes", "stands before the first task", content);
                    continue;
                };
                let id = format!("{}/{}", task.id, task.comments.len());
                let created_at = text::instant(cell("DATE"));
                task.comments.push(Comment { id, author, body: content.into(), created_at, ..Comment::default() });
            }
            "task" => {
                let (title, labels) = labelled(content);
                let depth: usize = cell("INDENT").parse().unwrap_or(1);
                if depth > 1
                    && let Some(parent) = board.tasks.last_mut()
                {
                    report.note("Tasks below a task are items of its checklist.");
                    for (name, value) in OF_TASKS.map(|name| (name, cell(name))) {
                        if !value.is_empty() {
                            leave_cells(&mut report, 1);
                            let what = format!("{name} of tasks below a task");
                            report.leave(&what, "an item of a checklist has a text only", value);
                        }
                    }
                    // With its labels: an item has none.
                    parent.items.push(Item { text: content.into(), done: false });
                    continue;
                }
                if current == FIRST && !board.columns.iter().any(|column| column.id == FIRST) {
                    column(&mut board, FIRST, "Tasks");
                }
                for label in &labels {
                    if !board.labels.iter().any(|known| known.id == *label) {
                        let colour = text::colour_for(label);
                        board.labels.push(Label { id: label.clone(), name: label.clone(), colour });
                    }
                }
                let count = titles.entry(title.clone()).or_default();
                *count += 1;
                let id = format!("{title}#{count}");
                let zone = options.zone.as_deref();
                let read = |name: &str| dates.as_ref().ok().and_then(|dates| dates.day(cell(name), zone));
                let due_on = read("DEADLINE").or_else(|| read("DATE"));
                let mut fields = vec![];
                if due_on.is_none() && !cell("DATE").is_empty() {
                    report.leave("dates in words", "is not a day: it stands under the description", cell("DATE"));
                    fields.push(("Date".to_owned(), cell("DATE").to_owned()));
                }
                let priority = match cell("PRIORITY") {
                    "1" => 4,
                    "2" => 3,
                    "3" => 2,
                    _ => 0,
                };
                let assignees = person(&mut board, cell("RESPONSIBLE")).into_iter().collect();
                let created_by = person(&mut board, cell("AUTHOR"));
                board.tasks.push(Task {
                    id,
                    title,
                    description: cell("DESCRIPTION").into(),
                    column: current.clone(),
                    labels,
                    assignees,
                    created_by,
                    priority,
                    due_on,
                    fields,
                    ..Task::default()
                });
            }
            "meta" | "" => {}
            other => report.leave("rows", "is of a kind that is unknown to this importer", other),
        }
    }
    report.note("Todoist does not export tasks that are completed.");
    Parsed { board, report }
}
