//! The export of this program itself. Importing it gives the same project, but for its ids.

use std::{collections::HashMap, hash::BuildHasher};

use serde_json::Value;

use super::{
    board::{
        Attachment, Board, Column, ColumnKind, Comment, Dependency, Item, Label, Milestone, Parsed, Person, Reaction,
        Task, View,
    },
    json::Read,
    leaves::{self, Fate, Rule},
    report::Report,
};
use crate::base::error::{Error, Result};

/// The version of the export that this reads and writes.
pub const VERSION: i64 = 1;

const DERIVED: Fate = Fate::Taken;
const RULES: &[Rule] = &[
    ("project.archived_at", Fate::Left("an archived project is imported as an open one")),
    ("project.template", Fate::Left("whether it is a template is said here")),
    ("people[].role", Fate::Left("roles are given here by those who manage the project")),
    ("people[].disabled", Fate::Left("is a matter of the other server")),
    ("tasks[].attachments[].name", Fate::Taken),
    ("tasks[].attachments[]", Fate::Left("the bytes of attachments are not in the file")),
    ("tasks[].cover_id", Fate::Left("a cover is an attachment, whose bytes are not in the file")),
    ("tasks[].attachment_count", DERIVED),
    ("", Fate::Taken),
];

fn kind(name: &str) -> ColumnKind {
    match name {
        "backlog" => ColumnKind::Backlog,
        "done" => ColumnKind::Done,
        _ => ColumnKind::Active,
    }
}

fn priority(name: &str) -> i16 {
    match name {
        "low" => 1,
        "medium" => 2,
        "high" => 3,
        "urgent" => 4,
        _ => 0,
    }
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    value.items(key).into_iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

pub fn parse(document: &Value) -> Result<Parsed> {
    let version = document["boardcast"].whole("export");
    if version != Some(VERSION) {
        let newer = version.is_some_and(|version| version > VERSION);
        let detail = if newer { "was exported by a newer Boardcast" } else { "does not say which export it is" };
        return Err(Error::invalid("/file", detail));
    }
    let project = &document["project"];
    let mut board = Board {
        source: format!("boardcast:{}", project.id("id")),
        name: project.raw("name"),
        key: project.text("key"),
        description: project.raw("description"),
        move_completed: project["move_completed"].as_bool(),
        ..Board::default()
    };
    for column in document.items("columns") {
        board.columns.push(Column {
            id: column.id("id"),
            name: column.raw("name"),
            wip_limit: column.whole("wip_limit"),
            kind: kind(&column.raw("kind")),
            archive_after_days: column.whole("archive_after_days"),
        });
    }
    for label in document.items("labels") {
        board.labels.push(Label { id: label.id("id"), name: label.raw("name"), colour: label.raw("colour") });
    }
    for milestone in document.items("milestones") {
        board.milestones.push(Milestone {
            id: milestone.id("id"),
            name: milestone.raw("name"),
            due_on: milestone.day("due_on"),
            completed_at: milestone.instant("completed_at"),
        });
    }
    for person in document.items("people") {
        board.people.push(Person { id: person.id("id"), name: person.raw("name"), email: person.text("email") });
    }
    let mut report = Report::default();
    // Within a column in the order of the board; a position is a key that sorts by its bytes.
    let mut tasks = document.items("tasks");
    tasks.sort_by_key(|task| task.raw("position"));
    board.tasks = tasks.into_iter().map(|one| task(one, &mut report)).collect();
    for dependency in document.items("dependencies") {
        board.dependencies.push(Dependency {
            task: dependency.id("task_id"),
            depends_on: dependency.id("depends_on_id"),
            lag_days: dependency.whole("lag_days").unwrap_or(0),
        });
    }
    for view in document.items("views") {
        board.views.push(View {
            id: view.id("id"),
            name: view.raw("name"),
            layout: view.raw("layout"),
            filter: view.raw("filter"),
            sort: view.text("sort"),
            group_by: view.text("group_by"),
        });
    }
    leaves::account(document, RULES, &mut report);
    Ok(Parsed { board, report })
}

fn task(of: &Value, report: &mut Report) -> Task {
    let mut comments = vec![];
    for comment in of.items("comments") {
        let reactions = comment
            .items("reactions")
            .into_iter()
            .map(|reaction| Reaction { emoji: reaction.raw("emoji"), people: texts(reaction, "user_ids") });
        comments.push(Comment {
            id: comment.id("id"),
            author: comment.text("author_id"),
            body: comment.raw("body"),
            created_at: comment.instant("created_at"),
            edited_at: comment.instant("edited_at"),
            reactions: reactions.collect(),
        });
    }
    for attachment in of.items("attachments") {
        let name = attachment.raw("name");
        report.leave("attachments", "the bytes of attachments are not in the file", &name);
    }
    let mut items: Vec<&Value> = of.items("checklist");
    items.sort_by_key(|item| item.raw("position"));
    Task {
        id: of.id("id"),
        number: of.whole("number"),
        title: of.raw("title"),
        description: of.raw("description"),
        column: of.id("column_id"),
        labels: texts(of, "label_ids"),
        assignees: texts(of, "assignee_ids"),
        milestone: of.text("milestone_id"),
        priority: priority(&of.raw("priority")),
        start_on: of.day("start_on"),
        due_on: of.day("due_on"),
        estimate: of.number("estimate"),
        completed_at: of.instant("completed_at"),
        archived_at: of.instant("archived_at"),
        created_by: of.text("created_by"),
        created_at: of.instant("created_at"),
        items: items.iter().map(|item| Item { text: item.raw("text"), done: item.flag("done") }).collect(),
        comments,
        attachments: Vec::<Attachment>::new(),
        fields: vec![],
    }
}

/// A text with the ids of people as they are here: mentions name people by their ids.
#[must_use]
pub fn with_people<S: BuildHasher>(text: &str, people: &HashMap<String, String, S>) -> String {
    if !text.contains("mention:") {
        return text.into();
    }
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("mention:") {
        done.push_str(before);
        done.push_str("mention:");
        let known = after.get(..36).and_then(|id| people.get(id));
        rest = match known {
            Some(id) => {
                done.push_str(id);
                &after[36..]
            }
            None => after,
        };
    }
    done + rest
}
