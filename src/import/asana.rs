//! The JSON export of an Asana project: a list of tasks.

use serde_json::Value;

use super::{
    Options,
    board::{Attachment, Board, Column, ColumnKind, Comment, Dependency, Item, Label, Parsed, Person, Task},
    json::{Read, day_there},
    leaves::{self, Fate, Rule},
    report::Report,
    text,
};

const RULES: &[Rule] = &[
    ("data[].gid", Fate::Taken),
    ("data[].name", Fate::Taken),
    ("data[].notes", Fate::Taken),
    ("data[].assignee", Fate::Taken),
    ("data[].completed", Fate::Taken),
    ("data[].completed_at", Fate::Taken),
    ("data[].created_at", Fate::Taken),
    ("data[].created_by", Fate::Taken),
    ("data[].due_on", Fate::Taken),
    ("data[].due_at", Fate::Taken),
    ("data[].start_on", Fate::Taken),
    ("data[].tags", Fate::Taken),
    ("data[].memberships", Fate::Taken),
    ("data[].projects", Fate::Taken),
    ("data[].dependencies", Fate::Taken),
    ("data[].parent", Fate::Taken),
    ("data[].custom_fields[].name", Fate::Taken),
    ("data[].custom_fields[].display_value", Fate::Taken),
    ("data[].custom_fields[]", Fate::Left("is how the other program keeps the field")),
    ("data[].subtasks[].gid", Fate::Taken),
    ("data[].subtasks[].name", Fate::Taken),
    ("data[].subtasks[].completed", Fate::Taken),
    ("data[].subtasks[]", Fate::Left("a subtask is an item of the checklist: its text, and whether it is done")),
    ("data[].stories", Fate::Taken),
    ("data[].attachments", Fate::Taken),
    ("data[].followers", Fate::Left("who watches what is chosen here")),
    ("data[].hearts", Fate::Left("there are no votes here")),
    ("data[].likes", Fate::Left("there are no votes here")),
    ("", Fate::Left("is a setting of the other program")),
];

fn person(board: &mut Board, of: &Value) -> Option<String> {
    let id = of.text("gid")?;
    if !board.people.iter().any(|person| person.id == id) {
        board.people.push(Person { id: id.clone(), name: of.raw("name"), email: of.text("email") });
    }
    Some(id)
}

#[must_use]
pub fn parse(document: &Value, options: &Options) -> Parsed {
    let mut report = Report::default();
    let mut board = Board::default();
    for of in document.items("data") {
        let membership = of.items("memberships").into_iter().next().unwrap_or(&Value::Null);
        let projects = of.items("projects");
        let project =
            if membership["project"].is_object() { Some(&membership["project"]) } else { projects.first().copied() };
        if board.name.is_empty()
            && let Some(project) = project
        {
            board.name = project.raw("name");
            board.source = format!("asana:{}", project.id("gid"));
        }
        let section = &membership["section"];
        let (column, name) = (section.id("gid"), section.raw("name"));
        if !column.is_empty() && !board.columns.iter().any(|known| known.id == column) {
            let kind = if text::says_done(&name) { ColumnKind::Done } else { ColumnKind::Active };
            board.columns.push(Column { id: column.clone(), name, kind, ..Column::default() });
        }
        let task = task(&mut board, of, column, options, &mut report);
        board.tasks.push(task);
    }
    if board.source.is_empty() {
        board.source = format!("asana:{}", options.name);
    }
    leaves::account(document, RULES, &mut report);
    for of in document.items("data") {
        for story in of.items("stories").into_iter().filter(|story| !is_comment(story)) {
            let why = "is history: this import brings the present state, with the instants of creation";
            leaves::leave(story, "data[].stories[]", RULES, why, &story.raw("text"), &mut report);
        }
        // The day alone is taken where there are both.
        if of.day("due_on").is_some() && of.instant("due_at").is_some() {
            report.leave("times of day of dates", "a date here is a day", &of.raw("name"));
        }
    }
    Parsed { board, report }
}

/// What a person said of a task, and no line of its history.
fn is_comment(story: &Value) -> bool {
    story.raw("type") == "comment" || story.raw("resource_subtype") == "comment_added"
}

fn task(board: &mut Board, of: &Value, column: String, options: &Options, report: &mut Report) -> Task {
    let id = of.id("gid");
    for tag in of.items("tags") {
        let label = Label { id: tag.id("gid"), name: tag.raw("name"), colour: String::new() };
        if !board.labels.iter().any(|known| known.id == label.id) {
            board.labels.push(label);
        }
    }
    for other in of.items("dependencies") {
        board.dependencies.push(Dependency { task: id.clone(), depends_on: other.id("gid"), lag_days: 0 });
    }
    let mut comments = vec![];
    for story in of.items("stories").into_iter().filter(|story| is_comment(story)) {
        comments.push(Comment {
            id: story.id("gid"),
            author: person(board, &story["created_by"]),
            body: story.raw("text"),
            created_at: story.instant("created_at"),
            ..Comment::default()
        });
    }
    let mut fields: Vec<(String, String)> = of
        .items("custom_fields")
        .into_iter()
        .filter_map(|field| Some((field.raw("name"), field.text("display_value")?)))
        .collect();
    fields.extend(of["parent"].text("name").map(|parent| ("Part of".into(), parent)));
    let items = of.items("subtasks").into_iter();
    let attachments = of.items("attachments").into_iter();
    let assignees = person(board, &of["assignee"]).into_iter().collect();
    let created_by = person(board, &of["created_by"]);
    Task {
        title: of.raw("name"),
        description: of.raw("notes"),
        column,
        labels: of.items("tags").into_iter().map(|tag| tag.id("gid")).collect(),
        assignees,
        start_on: of.day("start_on"),
        due_on: of.day("due_on").or_else(|| day_there(of, "due_at", options, &of.raw("name"), report)),
        completed_at: of.instant("completed_at").or_else(|| of.flag("completed").then_some(options.now)),
        created_by,
        created_at: of.instant("created_at"),
        items: items.map(|item| Item { text: item.raw("name"), done: item.flag("completed") }).collect(),
        comments,
        attachments: attachments
            .map(|file| Attachment {
                name: file.raw("name"),
                url: file.text("permanent_url").or(file.text("view_url")),
            })
            .collect(),
        fields,
        id,
        ..Task::default()
    }
}
