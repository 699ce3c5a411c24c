//! Planka: what its API answers for one board, with everything that is included.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    Options,
    board::{Attachment, Board, Column, ColumnKind, Comment, Item, Label, Parsed, Person, Task},
    json::{Read, day_there},
    leaves::{self, Fate, Rule},
    report::Report,
    text,
};

const RULES: &[Rule] = &[
    ("item", Fate::Taken),
    ("included.users[].avatar", Fate::Left("avatars are not imported")),
    ("included.projects", Fate::Left("a project of Planka holds several boards, and each is a project here")),
    ("included.boardMemberships", Fate::Left("roles are given here by those who manage the project")),
    ("included.cards[].isSubscribed", Fate::Left("who watches what is chosen here")),
    ("included.cards[].stopwatch", Fate::Left("there are no stopwatches here")),
    ("included.cards[].coverAttachmentId", Fate::Left("a cover is an attachment whose bytes are here")),
    ("included.attachments[].data", Fate::Taken),
    ("included.tasks[].assigneeUserId", Fate::Taken),
    ("included.tasks[].linkedCardId", Fate::Left("an item of a checklist links to no card")),
    ("included.taskLists[].showOnFrontOfCard", Fate::Left("is a setting of the other program")),
    ("included.taskLists[].hideCompletedTasks", Fate::Left("is a setting of the other program")),
    ("included.customFields[].showOnFrontOfCard", Fate::Left("is a setting of the other program")),
    ("included.lists[]", Fate::Taken),
    ("included.labels[]", Fate::Taken),
    ("included.users[].id", Fate::Taken),
    ("included.users[].name", Fate::Taken),
    ("included.users[].username", Fate::Taken),
    ("included.users[].email", Fate::Taken),
    ("included.cards[]", Fate::Taken),
    ("included.cardLabels[]", Fate::Taken),
    ("included.cardMemberships[]", Fate::Taken),
    ("included.comments[]", Fate::Taken),
    ("included.attachments[]", Fate::Taken),
    ("included.tasks[]", Fate::Taken),
    ("included.taskLists[]", Fate::Taken),
    ("included.customFields[]", Fate::Taken),
    ("included.customFieldValues[]", Fate::Taken),
    ("", Fate::Left("is a setting of the other program")),
];

/// Planka's names of colours, as far as they say one.
fn colour(name: &str) -> String {
    let of = [
        ("red", "#f87168"),
        ("pink", "#e774bb"),
        ("orange", "#fea362"),
        ("tangerine", "#fea362"),
        ("yellow", "#f5cd47"),
        ("sun", "#f5cd47"),
        ("lime", "#94c748"),
        ("green", "#4bce97"),
        ("moss", "#5b7f24"),
        ("turquoise", "#6cc3e0"),
        ("sky", "#6cc3e0"),
        ("blue", "#579dff"),
        ("navy", "#0c66e4"),
        ("purple", "#9f8fef"),
        ("violet", "#9f8fef"),
        ("lilac", "#dfd8fd"),
        ("brown", "#946f00"),
        ("grey", "#8590a2"),
        ("concrete", "#8590a2"),
    ];
    of.iter()
        .find(|(part, _)| name.contains(part))
        .map_or_else(|| text::colour_for(name), |(_, colour)| (*colour).into())
}

fn sorted(mut items: Vec<&Value>) -> Vec<&Value> {
    items.sort_by(|one, other| {
        let place = |item: &Value| item.number("position").unwrap_or(f64::MAX);
        place(one).total_cmp(&place(other)).then_with(|| one.id("id").cmp(&other.id("id")))
    });
    items
}

/// The items by what one of their fields names.
fn by<'a>(items: Vec<&'a Value>, key: &str) -> HashMap<String, Vec<&'a Value>> {
    let mut found: HashMap<String, Vec<&Value>> = HashMap::new();
    for item in items {
        found.entry(item.id(key)).or_default().push(item);
    }
    found
}

#[must_use]
pub fn parse(document: &Value, options: &Options) -> Parsed {
    let mut report = Report::default();
    let (item, included) = (&document["item"], &document["included"]);
    let mut board = Board { source: format!("planka:{}", item.id("id")), name: item.raw("name"), ..Board::default() };
    let mut archives = HashMap::new();
    for list in sorted(included.items("lists")) {
        let kind = list.raw("type");
        let (id, name) = (list.id("id"), list.raw("name"));
        match kind.as_str() {
            "archive" | "trash" => drop(archives.insert(id, kind)),
            _ => {
                let done = kind == "closed" || text::says_done(&name);
                let kind = if done { ColumnKind::Done } else { ColumnKind::Active };
                board.columns.push(Column { id, name, kind, ..Column::default() });
            }
        }
    }
    for label in sorted(included.items("labels")) {
        let colour_name = label.raw("color");
        let name = label.text("name").unwrap_or_else(|| colour_name.replace('-', " "));
        board.labels.push(Label { id: label.id("id"), name, colour: colour(&colour_name) });
    }
    for person in included.items("users") {
        let name = person.text("name").or_else(|| person.text("username")).unwrap_or_default();
        board.people.push(Person { id: person.id("id"), name, email: person.text("email") });
    }
    let labels = by(included.items("cardLabels"), "cardId");
    let members = by(included.items("cardMemberships"), "cardId");
    let comments = by(included.items("comments"), "cardId");
    let attachments = by(included.items("attachments"), "cardId");
    let values = by(included.items("customFieldValues"), "cardId");
    let fields: HashMap<String, String> =
        included.items("customFields").into_iter().map(|field| (field.id("id"), field.raw("name"))).collect();
    let people: HashMap<String, String> =
        board.people.iter().map(|person| (person.id.clone(), person.name.clone())).collect();
    let steps = items(included, &people, &mut report);
    let mut in_trash = vec![];
    let first = board.columns.first().map(|column| column.id.clone()).unwrap_or_default();
    let ids = |of: Option<&Vec<&Value>>, key: &str| of.into_iter().flatten().map(|item| item.id(key)).collect();
    for card in sorted(included.items("cards")) {
        let id = card.id("id");
        let mut column = card.id("listId");
        let archive = archives.get(&column);
        if archive.is_some_and(|kind| kind == "trash") {
            in_trash.push(card);
            continue;
        }
        if archive.is_some() {
            column = card.text("prevListId").unwrap_or_else(|| first.clone());
        }
        let changed = card.instant("listChangedAt").or_else(|| card.instant("updatedAt")).or(card.instant("createdAt"));
        let comments = comments.get(&id).into_iter().flatten().map(|comment| Comment {
            id: comment.id("id"),
            author: comment.text("userId"),
            body: comment.raw("text"),
            created_at: comment.instant("createdAt"),
            ..Comment::default()
        });
        let attachments = attachments.get(&id).into_iter().flatten().map(|attachment| {
            let url = attachment["data"].text("url").or_else(|| attachment.text("url"));
            Attachment { name: attachment.raw("name"), url }
        });
        let values = values
            .get(&id)
            .into_iter()
            .flatten()
            .filter_map(|value| Some((fields.get(&value.id("customFieldId"))?.clone(), value.text("content")?)));
        let counted = u64::try_from(card.whole("commentsTotal").unwrap_or(0)).unwrap_or(0);
        let comments: Vec<Comment> = comments.collect();
        let here = u64::try_from(comments.len()).unwrap_or(0);
        let why = "is not in the file: Planka answers comments of each card by itself";
        report.leave_many("comments", why, counted.saturating_sub(here), &card.raw("name"));
        board.tasks.push(Task {
            title: card.raw("name"),
            description: card.raw("description"),
            column,
            labels: ids(labels.get(&id), "labelId"),
            assignees: ids(members.get(&id), "userId"),
            due_on: day_there(card, "dueDate", options, &card.raw("name"), &mut report),
            completed_at: if card.flag("isClosed") || card.flag("isDueCompleted") { changed } else { None },
            archived_at: if archive.is_some() { changed.or(Some(options.now)) } else { None },
            created_by: card.text("creatorUserId"),
            created_at: card.instant("createdAt"),
            items: steps.get(&id).cloned().unwrap_or_default(),
            comments,
            attachments: attachments.collect(),
            fields: values.collect(),
            id,
            ..Task::default()
        });
    }
    leaves::account(document, RULES, &mut report);
    for card in in_trash {
        leaves::count_left(card, "included.cards[]", RULES, &mut report);
        report.leave("cards in the trash", "what is in the trash stays there", &card.raw("name"));
    }
    Parsed { board, report }
}

/// The items of all cards: of version 2 in lists of tasks, of version 1 right below the card.
fn items(included: &Value, people: &HashMap<String, String>, report: &mut Report) -> HashMap<String, Vec<Item>> {
    let named = |task: &Value| match task.text("assigneeUserId").and_then(|id| people.get(&id)) {
        Some(person) => format!("{} ({person})", task.raw("name")),
        None => task.raw("name"),
    };
    let lists = by(sorted(included.items("taskLists")), "cardId");
    let tasks = by(sorted(included.items("tasks")), "taskListId");
    let mut found: HashMap<String, Vec<Item>> = HashMap::new();
    for (card, lists) in lists {
        let several = lists.len() > 1;
        for list in lists {
            for task in tasks.get(&list.id("id")).into_iter().flatten() {
                let mut line = named(task);
                if several {
                    report.note("A task has one checklist here: items of several carry the name of theirs.");
                    line = format!("{}: {line}", list.raw("name"));
                }
                found.entry(card.clone()).or_default().push(Item { text: line, done: task.flag("isCompleted") });
            }
        }
    }
    for task in sorted(included.items("tasks")).into_iter().filter(|task| task.text("cardId").is_some()) {
        let item = Item { text: named(task), done: task.flag("isCompleted") };
        found.entry(task.id("cardId")).or_default().push(item);
    }
    found
}
