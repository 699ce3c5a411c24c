//! The export of a `WeKan` board: one JSON document.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    Options,
    board::{Board, Column, ColumnKind, Comment, Item, Label, Parsed, Person, Task},
    json::{Read, day_there},
    leaves::{self, Fate, Rule},
    report::Report,
    text, trello,
};

const SETTINGS: Fate = Fate::Left("is a setting of the other program");
const RULES: &[Rule] = &[
    ("_format", Fate::Taken),
    ("_id", Fate::Taken),
    ("title", Fate::Taken),
    ("description", Fate::Taken),
    ("labels", Fate::Taken),
    ("lists[]._id", Fate::Taken),
    ("lists[].title", Fate::Taken),
    ("lists[].sort", Fate::Taken),
    ("lists[].archived", Fate::Taken),
    ("lists[].wipLimit.value", Fate::Taken),
    ("swimlanes[]._id", Fate::Taken),
    ("swimlanes[].title", Fate::Taken),
    ("cards[]._id", Fate::Taken),
    ("cards[].title", Fate::Taken),
    ("cards[].description", Fate::Taken),
    ("cards[].listId", Fate::Taken),
    ("cards[].swimlaneId", Fate::Taken),
    ("cards[].labelIds", Fate::Taken),
    ("cards[].members", Fate::Taken),
    ("cards[].assignees", Fate::Taken),
    ("cards[].userId", Fate::Taken),
    ("cards[].sort", Fate::Taken),
    ("cards[].archived", Fate::Taken),
    ("cards[].archivedAt", Fate::Taken),
    ("cards[].startAt", Fate::Taken),
    ("cards[].dueAt", Fate::Taken),
    ("cards[].endAt", Fate::Taken),
    ("cards[].createdAt", Fate::Taken),
    ("cards[].dateLastActivity", Fate::Taken),
    ("cards[].parentId", Fate::Taken),
    ("cards[].cardNumber", Fate::Taken),
    ("cards[].customFields", Fate::Taken),
    ("cards[].spentTime", Fate::Left("there is no time tracking here")),
    ("customFields[]._id", Fate::Taken),
    ("customFields[].name", Fate::Taken),
    ("customFields[].settings.dropdownItems", Fate::Taken),
    ("checklists[]._id", Fate::Taken),
    ("checklists[].cardId", Fate::Taken),
    ("checklists[].title", Fate::Taken),
    ("checklists[].sort", Fate::Taken),
    ("checklistItems[]", Fate::Taken),
    ("comments[]._id", Fate::Taken),
    ("comments[].cardId", Fate::Taken),
    ("comments[].text", Fate::Taken),
    ("comments[].createdAt", Fate::Taken),
    ("comments[].userId", Fate::Taken),
    ("users[]._id", Fate::Taken),
    ("users[].username", Fate::Taken),
    ("users[].profile.fullname", Fate::Taken),
    ("users[].emails[].address", Fate::Taken),
    ("attachments", Fate::Left("attachments are not taken out of this file yet")),
    ("activities", Fate::Left("is history: this import brings the present state, with the instants of creation")),
    ("rules", Fate::Left("rules are not imported")),
    ("triggers", Fate::Left("rules are not imported")),
    ("actions", Fate::Left("rules are not imported")),
    ("", SETTINGS),
];

fn sorted(mut items: Vec<&Value>) -> Vec<&Value> {
    items.sort_by(|one, other| {
        let place = |item: &Value| item.number("sort").unwrap_or(0.0);
        place(one).total_cmp(&place(other)).then_with(|| one.id("_id").cmp(&other.id("_id")))
    });
    items
}

#[must_use]
pub fn parse(document: &Value, options: &Options) -> Parsed {
    let mut report = Report::default();
    let mut board = Board {
        source: format!("wekan:{}", document.id("_id")),
        name: document.raw("title"),
        description: document.raw("description"),
        ..Board::default()
    };
    let mut closed = HashSet::new();
    for list in sorted(document.items("lists")) {
        if list.flag("archived") {
            closed.insert(list.id("_id"));
        }
        let name = list.raw("title");
        let kind = if text::says_done(&name) { ColumnKind::Done } else { ColumnKind::Active };
        let wip_limit = list["wipLimit"].flag("enabled").then(|| list["wipLimit"].whole("value")).flatten();
        board.columns.push(Column { id: list.id("_id"), name, wip_limit, kind, archive_after_days: None });
    }
    for label in document.items("labels") {
        let named = label.raw("color");
        let name = label.text("name").unwrap_or_else(|| named.clone());
        let colour = trello::colour(&named).map_or_else(|| text::colour_for(&named), str::to_owned);
        board.labels.push(Label { id: label.id("_id"), name, colour });
    }
    for person in document.items("users") {
        let name = person["profile"].text("fullname").or_else(|| person.text("username")).unwrap_or_default();
        let email = person.items("emails").first().and_then(|email| email.text("address"));
        board.people.push(Person { id: person.id("_id"), name, email });
    }
    cards(document, &closed, options, &mut board, &mut report);
    // The bytes stand in the file as one long text: it is not shown as an example.
    for attachment in document.items("attachments") {
        report.leave("attachments", "attachments are not taken out of this file yet", &attachment.raw("name"));
    }
    leaves::account(document, RULES, &mut report);
    Parsed { board, report }
}

fn by<T>(items: impl Iterator<Item = (String, T)>) -> HashMap<String, Vec<T>> {
    let mut found: HashMap<String, Vec<T>> = HashMap::new();
    for (key, item) in items {
        found.entry(key).or_default().push(item);
    }
    found
}

fn cards(document: &Value, closed: &HashSet<String>, options: &Options, board: &mut Board, report: &mut Report) {
    let comments = by(document.items("comments").into_iter().map(|comment| {
        let read = Comment {
            id: comment.id("_id"),
            author: comment.text("userId"),
            body: comment.raw("text"),
            created_at: comment.instant("createdAt"),
            ..Comment::default()
        };
        (comment.id("cardId"), read)
    }));
    let checklists = by(sorted(document.items("checklists")).into_iter().map(|list| (list.id("cardId"), list)));
    let items = by(sorted(document.items("checklistItems")).into_iter().map(|item| (item.id("checklistId"), item)));
    let fields: HashMap<String, &Value> =
        document.items("customFields").into_iter().map(|field| (field.id("_id"), field)).collect();
    let lanes: HashMap<String, String> =
        document.items("swimlanes").into_iter().map(|lane| (lane.id("_id"), lane.raw("title"))).collect();
    let titles: HashMap<String, String> =
        document.items("cards").into_iter().map(|card| (card.id("_id"), card.raw("title"))).collect();
    for card in sorted(document.items("cards")) {
        let (id, column) = (card.id("_id"), card.id("listId"));
        let last = card.instant("dateLastActivity").or_else(|| card.instant("createdAt"));
        let archived = card.flag("archived") || closed.contains(&column);
        let texts = |key: &str| card.items(key).into_iter().filter_map(|id| id.as_str().map(str::to_owned));
        let lists = checklists.get(&id).map(Vec::as_slice).unwrap_or_default();
        let mut steps = vec![];
        for list in lists {
            for item in items.get(&list.id("_id")).into_iter().flatten() {
                let mut line = item.raw("title");
                if lists.len() > 1 {
                    report.note("A task has one checklist here: items of several carry the name of theirs.");
                    line = format!("{}: {line}", list.raw("title"));
                }
                steps.push(Item { text: line, done: item.flag("isFinished") });
            }
        }
        let mut extra: Vec<(String, String)> = card
            .items("customFields")
            .into_iter()
            .filter_map(|value| {
                let field = fields.get(&value.id("_id"))?;
                let written = value.text("value").or_else(|| value["value"].as_bool().map(|flag| flag.to_string()))?;
                let items = field["settings"].items("dropdownItems");
                let chosen = items.into_iter().find(|item| item.id("_id") == written).map(|item| item.raw("name"));
                Some((field.raw("name"), chosen.unwrap_or(written)))
            })
            .collect();
        let lane = lanes.get(&card.id("swimlaneId")).filter(|_| lanes.len() > 1);
        extra.extend(lane.map(|lane| ("Swimlane".into(), lane.clone())));
        extra.extend(titles.get(&card.id("parentId")).map(|parent| ("Part of".into(), parent.clone())));
        board.tasks.push(Task {
            number: card.whole("cardNumber"),
            title: card.raw("title"),
            description: card.raw("description"),
            column,
            labels: texts("labelIds").collect(),
            assignees: texts("assignees").chain(texts("members")).collect(),
            start_on: day_there(card, "startAt", options, &card.raw("title"), report),
            due_on: day_there(card, "dueAt", options, &card.raw("title"), report),
            completed_at: card.instant("endAt"),
            archived_at: if archived { card.instant("archivedAt").or(last).or(Some(options.now)) } else { None },
            created_by: card.text("userId"),
            created_at: card.instant("createdAt"),
            items: steps,
            comments: comments.get(&id).cloned().unwrap_or_default(),
            fields: extra,
            id,
            ..Task::default()
        });
    }
}
