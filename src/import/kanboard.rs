//! A board of Kanboard as one JSON document: columns, swimlanes and tasks by their names.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    Options,
    board::{Board, Column, ColumnKind, Comment, Item, Label, Parsed, Person, Task},
    json::{Read, day_there},
    leaves::{self, Fate, Rule},
    report::Report,
    text,
};

const RULES: &[Rule] = &[
    ("board.name", Fate::Taken),
    ("board.id", Fate::Taken),
    ("board.description", Fate::Taken),
    ("columns[].title", Fate::Taken),
    ("columns[].task_limit", Fate::Taken),
    ("swimlanes", Fate::Taken),
    ("users", Fate::Left("people come along where a task or a comment names them")),
    ("tasks[].id", Fate::Taken),
    ("tasks[].title", Fate::Taken),
    ("tasks[].description", Fate::Taken),
    ("tasks[].column_name", Fate::Taken),
    ("tasks[].swimlane_name", Fate::Taken),
    ("tasks[].position", Fate::Taken),
    ("tasks[].date_due", Fate::Taken),
    ("tasks[].date_started", Fate::Taken),
    ("tasks[].date_creation", Fate::Taken),
    ("tasks[].date_completed", Fate::Taken),
    ("tasks[].is_active", Fate::Taken),
    ("tasks[].priority", Fate::Taken),
    ("tasks[].score", Fate::Taken),
    ("tasks[].owner_username", Fate::Taken),
    ("tasks[].creator_username", Fate::Taken),
    ("tasks[].category_name", Fate::Taken),
    ("tasks[].tags", Fate::Taken),
    ("tasks[].subtasks[].title", Fate::Taken),
    ("tasks[].subtasks[].status", Fate::Taken),
    ("tasks[].comments[].id", Fate::Taken),
    ("tasks[].comments[].comment", Fate::Taken),
    ("tasks[].comments[].username", Fate::Taken),
    ("tasks[].comments[].date_creation", Fate::Taken),
    ("tasks[].time_estimated", Fate::Left("there is no time tracking here")),
    ("tasks[].time_spent", Fate::Left("there is no time tracking here")),
    ("", Fate::Left("is a setting of the other program")),
];

/// What is named is there, once.
fn person(board: &mut Board, name: Option<String>) -> Option<String> {
    let name = name?;
    if !board.people.iter().any(|person| person.id == name) {
        board.people.push(Person { id: name.clone(), name: name.clone(), email: text::email(&name) });
    }
    Some(name)
}

#[must_use]
pub fn parse(document: &Value, options: &Options) -> Parsed {
    let mut report = Report::default();
    let about = &document["board"];
    let name = about.raw("name");
    let mut board = Board {
        source: format!("kanboard:{}", about.text("id").unwrap_or_else(|| name.clone())),
        name,
        description: about.raw("description"),
        ..Board::default()
    };
    for column in document.items("columns") {
        let name = column.raw("title");
        let kind = if text::says_done(&name) { ColumnKind::Done } else { ColumnKind::Active };
        let wip_limit = column.whole("task_limit").filter(|limit| *limit > 0);
        board.columns.push(Column { id: name.clone(), name, wip_limit, kind, archive_after_days: None });
    }
    let mut tasks = document.items("tasks");
    tasks.sort_by_key(|task| task.whole("position").unwrap_or(0));
    let lanes: HashSet<String> = tasks.iter().filter_map(|task| task.text("swimlane_name")).collect();
    let mut seen = std::collections::HashMap::<String, usize>::new();
    for of in tasks {
        let title = of.raw("title");
        // Without an id a task is known by its title, and by how many of the title came before it.
        let count = seen.entry(title.clone()).or_default();
        *count += 1;
        let id = of.text("id").unwrap_or_else(|| format!("{title}#{count}"));
        let mut labels: Vec<String> = of
            .items("tags")
            .into_iter()
            .filter_map(|tag| tag.as_str().map(str::to_owned).or_else(|| tag.text("name")))
            .collect();
        labels.extend(of.text("category_name"));
        for label in &labels {
            if !board.labels.iter().any(|known| known.id == *label) {
                let colour = text::colour_for(label);
                board.labels.push(Label { id: label.clone(), name: label.clone(), colour });
            }
        }
        let closed = of.get("is_active").is_some() && !of.flag("is_active");
        let mut comments = vec![];
        for (index, comment) in of.items("comments").into_iter().enumerate() {
            comments.push(Comment {
                id: comment.text("id").unwrap_or_else(|| format!("{id}/{index}")),
                author: person(&mut board, comment.text("username")),
                body: comment.raw("comment"),
                created_at: comment.instant("date_creation"),
                ..Comment::default()
            });
        }
        let items = of.items("subtasks").into_iter().map(|item| Item {
            text: item.raw("title"),
            done: item.whole("status") == Some(2) || item.raw("status") == "Done",
        });
        let items = items.collect();
        let lane = of.text("swimlane_name").filter(|_| lanes.len() > 1);
        let assignees = person(&mut board, of.text("owner_username")).into_iter().collect();
        let created_by = person(&mut board, of.text("creator_username"));
        let name = title.clone();
        board.tasks.push(Task {
            number: of.whole("id"),
            title,
            description: of.raw("description"),
            column: of.raw("column_name"),
            labels,
            assignees,
            priority: of.whole("priority").map_or(0, |priority| i16::try_from(priority.clamp(0, 4)).unwrap_or(0)),
            start_on: day_there(of, "date_started", options, &name, &mut report),
            due_on: day_there(of, "date_due", options, &name, &mut report),
            estimate: of.number("score").filter(|score| *score > 0.0),
            completed_at: of.instant("date_completed").or_else(|| closed.then_some(options.now)),
            archived_at: if closed { of.instant("date_completed").or(Some(options.now)) } else { None },
            created_by,
            created_at: of.instant("date_creation"),
            items,
            comments,
            fields: lane.map(|lane| ("Swimlane".to_owned(), lane)).into_iter().collect(),
            id,
            ..Task::default()
        });
    }
    if document["tasks"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|task| task.get("is_active").is_some() && !task.flag("is_active"))
    {
        report.note("Closed tasks of Kanboard are archived.");
    }
    leaves::account(document, RULES, &mut report);
    Parsed { board, report }
}
