//! The export of Nextcloud Deck: boards by their ids, with stacks and cards. A file of several boards is read as one, whose
//! columns carry the names of their boards.

use serde_json::Value;

use super::{
    Options,
    board::{Board, Column, ColumnKind, Comment, Label, Parsed, Person, Task},
    json::{Read, day_there},
    leaves::{self, Fate, Rule},
    report::Report,
    text,
};

const SETTINGS: Fate = Fate::Left("is a setting of the other program");
const RULES: &[Rule] = &[
    ("boards[].id", Fate::Taken),
    ("boards[].title", Fate::Taken),
    ("boards[].labels[].id", Fate::Taken),
    ("boards[].labels[].title", Fate::Taken),
    ("boards[].labels[].color", Fate::Taken),
    ("boards[].acl", Fate::Left("roles are given here by those who manage the project")),
    ("boards[].stacks[].id", Fate::Taken),
    ("boards[].stacks[].title", Fate::Taken),
    ("boards[].stacks[].order", Fate::Taken),
    ("boards[].stacks[].isDoneColumn", Fate::Taken),
    ("boards[].stacks[].cards[].id", Fate::Taken),
    ("boards[].stacks[].cards[].title", Fate::Taken),
    ("boards[].stacks[].cards[].description", Fate::Taken),
    ("boards[].stacks[].cards[].stackId", Fate::Taken),
    ("boards[].stacks[].cards[].createdAt", Fate::Taken),
    ("boards[].stacks[].cards[].lastModified", Fate::Taken),
    ("boards[].stacks[].cards[].labels", Fate::Taken),
    ("boards[].stacks[].cards[].assignedUsers", Fate::Taken),
    ("boards[].stacks[].cards[].owner", Fate::Taken),
    ("boards[].stacks[].cards[].order", Fate::Taken),
    ("boards[].stacks[].cards[].archived", Fate::Taken),
    ("boards[].stacks[].cards[].done", Fate::Taken),
    ("boards[].stacks[].cards[].duedate", Fate::Taken),
    ("boards[].stacks[].cards[].startdate", Fate::Taken),
    ("boards[].stacks[].cards[].deletedAt", Fate::Taken),
    ("boards[].stacks[].cards[].comments", Fate::Taken),
    ("boards[].stacks[].cards[].attachments", Fate::Left("attachments are not in the file")),
    ("", SETTINGS),
];

fn person(board: &mut Board, of: &Value) -> Option<String> {
    let id = of.text("uid").or_else(|| of.text("primaryKey")).or_else(|| of.as_str().map(str::to_owned))?;
    let name = of.text("displayname").or_else(|| of.text("displayName")).unwrap_or_else(|| id.clone());
    if !board.people.iter().any(|person| person.id == id) {
        board.people.push(Person { id: id.clone(), name, email: text::email(&id) });
    }
    Some(id)
}

fn sorted(mut items: Vec<&Value>) -> Vec<&Value> {
    items.sort_by_key(|item| (item.whole("order").unwrap_or(0), item.whole("id").unwrap_or(0)));
    items
}

#[must_use]
pub fn parse(document: &Value, options: &Options) -> Parsed {
    let mut report = Report::default();
    let several = document.items("boards");
    let boards = if document.get("boards").is_some() { several } else { vec![document] };
    let boards: Vec<&Value> = boards.into_iter().filter(|board| board.whole("deletedAt").unwrap_or(0) == 0).collect();
    let ids: Vec<String> = boards.iter().map(|board| board.id("id")).collect();
    let names: Vec<String> = boards.iter().map(|board| board.raw("title")).collect();
    let mut board = Board { source: format!("deck:{}", ids.join(",")), name: names.join(", "), ..Board::default() };
    for of in &boards {
        let prefix = if boards.len() > 1 { format!("{}: ", of.raw("title")) } else { String::new() };
        if boards.len() > 1 {
            report.note("The file holds several boards: the columns carry the names of theirs.");
        }
        for label in of.items("labels") {
            let colour = text::colour(&label.raw("color")).unwrap_or_default();
            board.labels.push(Label { id: label.id("id"), name: label.raw("title"), colour });
        }
        for stack in sorted(of.items("stacks")) {
            if stack.whole("deletedAt").unwrap_or(0) != 0 {
                report.leave("deleted stacks", "was deleted there", &stack.raw("title"));
                continue;
            }
            let name = stack.raw("title");
            let done = stack.flag("isDoneColumn") || text::says_done(&name);
            let kind = if done { ColumnKind::Done } else { ColumnKind::Active };
            board.columns.push(Column {
                id: stack.id("id"),
                name: format!("{prefix}{name}"),
                kind,
                ..Column::default()
            });
            for card in sorted(stack.items("cards")) {
                if card.whole("deletedAt").unwrap_or(0) != 0 {
                    report.leave("deleted cards", "was deleted there", &card.raw("title"));
                    continue;
                }
                let task = task(&mut board, card, &stack.id("id"), options, &mut report);
                board.tasks.push(task);
            }
        }
    }
    leaves::account(document, RULES, &mut report);
    Parsed { board, report }
}

fn task(board: &mut Board, card: &Value, column: &str, options: &Options, report: &mut Report) -> Task {
    let modified = card.instant("lastModified");
    let assignees = card.items("assignedUsers").into_iter().filter_map(|assigned| {
        let of = if assigned["participant"].is_object() { &assigned["participant"] } else { assigned };
        person(board, of)
    });
    let assignees = assignees.collect();
    let created_by = person(board, &card["owner"]);
    let mut comments = vec![];
    for comment in card.items("comments") {
        let author = comment.text("actorId").map(|id| {
            let name = comment.text("actorDisplayName").unwrap_or_else(|| id.clone());
            if !board.people.iter().any(|person| person.id == id) {
                board.people.push(Person { id: id.clone(), name, email: text::email(&id) });
            }
            id
        });
        comments.push(Comment {
            id: comment.id("id"),
            author,
            body: comment.raw("message"),
            created_at: comment.instant("creationDateTime"),
            ..Comment::default()
        });
    }
    Task {
        id: card.id("id"),
        number: card.whole("id"),
        title: card.raw("title"),
        description: card.raw("description"),
        column: column.into(),
        labels: card.items("labels").into_iter().map(|label| label.id("id")).collect(),
        assignees,
        start_on: day_there(card, "startdate", options, &card.raw("title"), report),
        due_on: day_there(card, "duedate", options, &card.raw("title"), report),
        completed_at: card.instant("done").or_else(|| if card.flag("done") { modified } else { None }),
        archived_at: if card.flag("archived") { modified.or(Some(options.now)) } else { None },
        created_by,
        created_at: card.instant("createdAt"),
        comments,
        ..Task::default()
    }
}
