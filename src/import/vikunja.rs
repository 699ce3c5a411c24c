//! The export of Vikunja: a ZIP with `data.json`, which is a list of projects with their tasks. Its texts are HTML. Projects
//! become columns when there are several, and otherwise the buckets do.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    Options,
    board::{Board, Column, ColumnKind, Comment, Dependency, Item, Label, Parsed, Person, Task},
    json::{Read, day_there},
    leaves::{self, Fate, Rule},
    report::Report,
    text,
};

const RULES: &[Rule] = &[
    ("[].id", Fate::Taken),
    ("[].title", Fate::Taken),
    ("[].description", Fate::Taken),
    ("[].buckets[].id", Fate::Taken),
    ("[].buckets[].title", Fate::Taken),
    ("[].buckets[].limit", Fate::Taken),
    ("[].buckets[].position", Fate::Taken),
    ("[].buckets[].is_done_bucket", Fate::Taken),
    ("[].tasks[].id", Fate::Taken),
    ("[].tasks[].index", Fate::Taken),
    ("[].tasks[].title", Fate::Taken),
    ("[].tasks[].description", Fate::Taken),
    ("[].tasks[].done", Fate::Taken),
    ("[].tasks[].done_at", Fate::Taken),
    ("[].tasks[].due_date", Fate::Taken),
    ("[].tasks[].start_date", Fate::Taken),
    ("[].tasks[].end_date", Fate::Taken),
    ("[].tasks[].priority", Fate::Taken),
    ("[].tasks[].percent_done", Fate::Taken),
    ("[].tasks[].bucket_id", Fate::Taken),
    ("[].tasks[].position", Fate::Taken),
    ("[].tasks[].kanban_position", Fate::Taken),
    ("[].tasks[].labels[].id", Fate::Taken),
    ("[].tasks[].labels[].title", Fate::Taken),
    ("[].tasks[].labels[].hex_color", Fate::Taken),
    ("[].tasks[].assignees[].id", Fate::Taken),
    ("[].tasks[].assignees[].name", Fate::Taken),
    ("[].tasks[].assignees[].username", Fate::Taken),
    ("[].tasks[].created", Fate::Taken),
    ("[].tasks[].created_by", Fate::Taken),
    ("[].tasks[].comments[].id", Fate::Taken),
    ("[].tasks[].comments[].comment", Fate::Taken),
    ("[].tasks[].comments[].author", Fate::Taken),
    ("[].tasks[].comments[].created", Fate::Taken),
    ("[].tasks[].related_tasks.subtask", Fate::Taken),
    ("[].tasks[].related_tasks.blocked", Fate::Taken),
    ("[].tasks[].related_tasks", Fate::Left("there are only dependencies here")),
    ("[].tasks[].reminders", Fate::Left("reminders are set here by each person")),
    ("[].tasks[].repeat_after", Fate::Left("there are no repeating tasks here")),
    ("[].tasks[].attachments", Fate::Left("attachments are not taken out of this file yet")),
    ("[].views", Fate::Left("views are made anew")),
    ("", Fate::Left("is a setting of the other program")),
];

fn person(board: &mut Board, of: &Value) -> Option<String> {
    let id = of.text("id")?;
    let name = of.text("name").or_else(|| of.text("username")).unwrap_or_default();
    if !board.people.iter().any(|person| person.id == id) {
        board.people.push(Person { id: id.clone(), name, email: of.text("email") });
    }
    Some(id)
}

#[must_use]
pub fn parse(document: &Value, options: &Options) -> Parsed {
    let mut report = Report::default();
    let nothing = vec![];
    let projects = document.as_array().unwrap_or(&nothing);
    let ids: Vec<String> = projects.iter().map(|project| project.id("id")).collect();
    let mut board = Board { source: format!("vikunja:{}", ids.join(",")), ..Board::default() };
    let several = projects.iter().filter(|project| !project.items("tasks").is_empty()).count() > 1;
    let mut known = HashSet::new();
    for project in projects {
        if board.name.is_empty() || (!several && !project.items("tasks").is_empty()) {
            board.name = project.raw("title");
            board.description = text::of_html(&project.raw("description"));
        }
        if several {
            report.note("The file holds several projects: each is a column.");
            let column =
                Column { id: format!("p{}", project.id("id")), name: project.raw("title"), ..Column::default() };
            if !project.items("tasks").is_empty() {
                board.columns.push(column);
            }
        } else {
            buckets(project, &mut board);
        }
        let read = &mut Reading { known: &mut known, options, report: &mut report };
        tasks(project, several, read, &mut board);
    }
    leaves::account(document, RULES, &mut report);
    Parsed { board, report }
}

fn buckets(project: &Value, board: &mut Board) {
    let mut buckets = project.items("buckets");
    buckets.sort_by(|one, other| {
        let place = |bucket: &Value| bucket.number("position").unwrap_or(0.0);
        place(one).total_cmp(&place(other))
    });
    for bucket in buckets {
        let name = bucket.raw("title");
        let done = bucket.flag("is_done_bucket") || text::says_done(&name);
        let kind = if done { ColumnKind::Done } else { ColumnKind::Active };
        let wip_limit = bucket.whole("limit").filter(|limit| *limit > 0);
        board.columns.push(Column {
            id: format!("b{}", bucket.id("id")),
            name,
            wip_limit,
            kind,
            archive_after_days: None,
        });
    }
}

/// What is shared by all projects of a file.
struct Reading<'a> {
    /// The labels that are there already.
    known: &'a mut HashSet<String>,
    options: &'a Options,
    report: &'a mut Report,
}

fn tasks(project: &Value, several: bool, read: &mut Reading<'_>, board: &mut Board) {
    let mut all = project.items("tasks");
    all.sort_by(|one, other| {
        let place = |task: &Value| task.number("kanban_position").or_else(|| task.number("position")).unwrap_or(0.0);
        place(one).total_cmp(&place(other)).then_with(|| one.whole("id").cmp(&other.whole("id")))
    });
    let parents: HashMap<String, String> = all
        .iter()
        .flat_map(|task| {
            let title = task.raw("title");
            task["related_tasks"].items("subtask").into_iter().map(move |sub| (sub.id("id"), title.clone()))
        })
        .collect();
    for of in all {
        let id = of.id("id");
        let column = if several { format!("p{}", project.id("id")) } else { format!("b{}", of.id("bucket_id")) };
        let mut labels = vec![];
        for label in of.items("labels") {
            let key = label.id("id");
            if read.known.insert(key.clone()) {
                let colour = text::colour(&label.raw("hex_color")).unwrap_or_default();
                board.labels.push(Label { id: key.clone(), name: label.raw("title"), colour });
            }
            labels.push(key);
        }
        let assignees = of.items("assignees").into_iter().filter_map(|one| person(board, one)).collect();
        let created_by = person(board, &of["created_by"]);
        let mut comments = vec![];
        for comment in of.items("comments") {
            comments.push(Comment {
                id: comment.id("id"),
                author: person(board, &comment["author"]),
                body: text::of_html(&comment.raw("comment")),
                created_at: comment.instant("created"),
                ..Comment::default()
            });
        }
        for other in of["related_tasks"].items("blocked") {
            board.dependencies.push(Dependency { task: id.clone(), depends_on: other.id("id"), lag_days: 0 });
        }
        let mut fields: Vec<(String, String)> = vec![];
        fields.extend(parents.get(&id).map(|parent| ("Part of".into(), parent.clone())));
        let percent = of.number("percent_done").filter(|part| *part > 0.0 && *part < 1.0);
        fields.extend(percent.map(|part| ("Progress".into(), format!("{:.0} %", part * 100.0))));
        let priority = match of.whole("priority").unwrap_or(0) {
            1 => 1,
            2 => 2,
            3 => 3,
            4.. => 4,
            _ => 0,
        };
        let title = of.raw("title");
        let day = |key: &str, report: &mut Report| day_there(of, key, read.options, &title, report);
        board.tasks.push(Task {
            number: of.whole("index"),
            title: title.clone(),
            description: text::of_html(&of.raw("description")),
            column,
            labels,
            assignees,
            priority,
            start_on: day("start_date", read.report),
            due_on: day("due_date", read.report).or_else(|| day("end_date", read.report)),
            completed_at: of.instant("done_at").or_else(|| if of.flag("done") { of.instant("updated") } else { None }),
            created_by,
            created_at: of.instant("created"),
            items: Vec::<Item>::new(),
            comments,
            fields,
            id,
            ..Task::default()
        });
    }
}
