//! The export of a Trello board: one JSON document. It holds the newest thousand actions only, so that older comments are
//! not in it; how many of which card are missing is counted.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    Options,
    board::{Attachment, Board, Column, ColumnKind, Comment, Item, Label, Parsed, Person, Task},
    json::Read,
    leaves::{self, Fate, Rule},
    report::Report,
    text,
};
use crate::base::clock::{Day, Timestamp};

const SETTINGS: Fate = Fate::Left("is a setting of the other program");
const COPY: Fate = Fate::Taken;
const HISTORY: Fate = Fate::Left("is history: this import brings the present state, with the instants of creation");
const MONEY: Fate = Fate::Left("belongs to an extension of the other program");

const RULES: &[Rule] = &[
    ("id", Fate::Taken),
    ("name", Fate::Taken),
    ("desc", Fate::Taken),
    ("descData", SETTINGS),
    ("closed", Fate::Left("a board that is closed is imported as an open one")),
    ("dateClosed", SETTINGS),
    ("dateLastActivity", HISTORY),
    ("url", SETTINGS),
    ("shortUrl", SETTINGS),
    ("shortLink", SETTINGS),
    ("idOrganization", SETTINGS),
    ("idMemberCreator", SETTINGS),
    ("prefs", SETTINGS),
    ("limits", SETTINGS),
    ("labelNames", COPY),
    ("premiumFeatures", SETTINGS),
    ("memberships", Fate::Left("roles are given here by those who manage the project")),
    ("powerUps", MONEY),
    ("pluginData", MONEY),
    ("lists[].id", Fate::Taken),
    ("lists[].name", Fate::Taken),
    ("lists[].closed", Fate::Taken),
    ("lists[].pos", Fate::Taken),
    ("lists[].softLimit", Fate::Taken),
    ("lists[].idBoard", COPY),
    ("lists[]", SETTINGS),
    ("labels[].id", Fate::Taken),
    ("labels[].name", Fate::Taken),
    ("labels[].color", Fate::Taken),
    ("labels[].idBoard", COPY),
    ("labels[]", SETTINGS),
    ("members[].id", Fate::Taken),
    ("members[].fullName", Fate::Taken),
    ("members[].username", Fate::Taken),
    ("members[].initials", COPY),
    ("members[]", SETTINGS),
    ("checklists[].id", Fate::Taken),
    ("checklists[].idCard", Fate::Taken),
    ("checklists[].name", Fate::Taken),
    ("checklists[].pos", Fate::Taken),
    ("checklists[].idBoard", COPY),
    ("checklists[].checkItems[].id", Fate::Taken),
    ("checklists[].checkItems[].name", Fate::Taken),
    ("checklists[].checkItems[].state", Fate::Taken),
    ("checklists[].checkItems[].pos", Fate::Taken),
    ("checklists[].checkItems[].idChecklist", COPY),
    ("checklists[].checkItems[].due", Fate::Taken),
    ("checklists[].checkItems[].idMember", Fate::Taken),
    ("checklists[]", SETTINGS),
    ("customFields[].id", Fate::Taken),
    ("customFields[].name", Fate::Taken),
    ("customFields[].type", Fate::Taken),
    ("customFields[].options[].id", Fate::Taken),
    ("customFields[].options[].value", Fate::Taken),
    ("customFields[]", SETTINGS),
    ("cards[].id", Fate::Taken),
    ("cards[].idShort", Fate::Taken),
    ("cards[].name", Fate::Taken),
    ("cards[].desc", Fate::Taken),
    ("cards[].closed", Fate::Taken),
    ("cards[].idList", Fate::Taken),
    ("cards[].pos", Fate::Taken),
    ("cards[].due", Fate::Taken),
    ("cards[].dueComplete", Fate::Taken),
    ("cards[].start", Fate::Taken),
    ("cards[].idLabels", Fate::Taken),
    ("cards[].labels", COPY),
    ("cards[].idMembers", Fate::Taken),
    ("cards[].idChecklists", COPY),
    ("cards[].checklists", COPY),
    ("cards[].checkItemStates", COPY),
    ("cards[].idBoard", COPY),
    ("cards[].badges", COPY),
    ("cards[].attachments[].id", Fate::Taken),
    ("cards[].attachments[].name", Fate::Taken),
    ("cards[].attachments[].fileName", Fate::Taken),
    ("cards[].attachments[].url", Fate::Taken),
    ("cards[].attachments[].isUpload", Fate::Taken),
    ("cards[].attachments[]", Fate::Left("attachments are links: the file does not hold their bytes")),
    ("cards[].customFieldItems[].id", COPY),
    ("cards[].customFieldItems[].idCustomField", Fate::Taken),
    ("cards[].customFieldItems[].idValue", Fate::Taken),
    ("cards[].customFieldItems[].value", Fate::Taken),
    ("cards[].customFieldItems[]", COPY),
    ("cards[].dateLastActivity", Fate::Taken),
    ("cards[].address", Fate::Taken),
    ("cards[].locationName", Fate::Taken),
    ("cards[].coordinates", Fate::Taken),
    ("cards[].shortUrl", SETTINGS),
    ("cards[].shortLink", COPY),
    ("cards[].url", COPY),
    ("cards[].cardRole", Fate::Taken),
    ("cards[].idMembersVoted", Fate::Left("there are no votes here")),
    ("cards[].stickers", Fate::Left("there are no stickers here")),
    ("cards[].cover", Fate::Left("a cover is an attachment whose bytes are here")),
    ("cards[].idAttachmentCover", Fate::Left("a cover is an attachment whose bytes are here")),
    ("cards[].email", Fate::Left("is an address of the other program, and a secret")),
    ("cards[].pluginData", MONEY),
    ("cards[]", SETTINGS),
    ("actions[].id", Fate::Taken),
    ("actions[].type", Fate::Taken),
    ("actions[].date", Fate::Taken),
    ("actions[].idMemberCreator", Fate::Taken),
    ("actions[].memberCreator", Fate::Taken),
    ("actions[].data.text", Fate::Taken),
    ("actions[].data.card", COPY),
    ("actions[].data.board", COPY),
    ("actions[].data.list", COPY),
    ("actions[].data.dateLastEdited", Fate::Taken),
    ("actions[].data", HISTORY),
    ("actions[].limits", SETTINGS),
    ("actions[]", HISTORY),
    ("", SETTINGS),
];

/// The colour of a label's name in Trello.
#[must_use]
pub fn colour(name: &str) -> Option<&'static str> {
    Some(match name {
        "green" => "#4bce97",
        "yellow" => "#f5cd47",
        "orange" => "#fea362",
        "red" => "#f87168",
        "purple" => "#9f8fef",
        "blue" => "#579dff",
        "sky" => "#6cc3e0",
        "lime" => "#94c748",
        "pink" => "#e774bb",
        "black" => "#8590a2",
        "green_dark" => "#1f845a",
        "yellow_dark" => "#946f00",
        "orange_dark" => "#c25100",
        "red_dark" => "#c9372c",
        "purple_dark" => "#6e5dc6",
        "blue_dark" => "#0c66e4",
        "sky_dark" => "#227d9b",
        "lime_dark" => "#5b7f24",
        "pink_dark" => "#ae4787",
        "black_dark" => "#626f86",
        "green_light" => "#baf3db",
        "yellow_light" => "#f8e6a0",
        "orange_light" => "#fedec8",
        "red_light" => "#ffd5d2",
        "purple_light" => "#dfd8fd",
        "blue_light" => "#cce0ff",
        "sky_light" => "#c6edfb",
        "lime_light" => "#d3f1a7",
        "pink_light" => "#fdd0ec",
        "black_light" => "#dcdfe4",
        _ => return None,
    })
}

/// When something was created: the first eight digits of its id are the seconds.
fn created_at(id: &str) -> Option<Timestamp> {
    if id.len() != 24 {
        return None;
    }
    let seconds = i64::from_str_radix(id.get(..8)?, 16).ok()?;
    (seconds > 0).then_some(Timestamp(seconds * 1_000))
}

/// In the order of their positions; those of one position in the order of their ids.
fn sorted(mut items: Vec<&Value>) -> Vec<&Value> {
    items.sort_by(|one, other| {
        let place = |item: &Value| item.number("pos").unwrap_or(0.0);
        place(one).total_cmp(&place(other)).then_with(|| one.id("id").cmp(&other.id("id")))
    });
    items
}

/// The day of an instant in the zone of the person who imports; a time of day is said in the report.
fn day(value: &Value, key: &str, options: &Options, title: &str, report: &mut Report) -> Option<Day> {
    let at = value.instant(key)?;
    if at.0 % 86_400_000 != 0 {
        report.leave("times of day of dates", "a date here is a day", title);
    }
    Some(Day::at(at, options.zone.as_deref()).0)
}

struct Lookup<'a> {
    checklists: HashMap<String, Vec<&'a Value>>,
    comments: HashMap<String, Vec<Comment>>,
    fields: HashMap<String, &'a Value>,
    people: HashMap<String, String>,
}

#[must_use]
pub fn parse(document: &Value, options: &Options) -> Parsed {
    let mut report = Report::default();
    let mut board = Board {
        source: format!("trello:{}", document.id("id")),
        name: document.raw("name"),
        description: document.raw("desc"),
        ..Board::default()
    };
    let mut closed = HashSet::new();
    for list in sorted(document.items("lists")) {
        if list.flag("closed") {
            closed.insert(list.id("id"));
        }
        let name = list.raw("name");
        let kind = if text::says_done(&name) { ColumnKind::Done } else { ColumnKind::Active };
        let wip_limit = list.whole("softLimit");
        board.columns.push(Column { id: list.id("id"), name, wip_limit, kind, archive_after_days: None });
    }
    for label in document.items("labels") {
        let colour_name = label.raw("color");
        let name = label
            .text("name")
            .unwrap_or_else(|| if colour_name.is_empty() { "no colour".into() } else { colour_name.replace('_', " ") });
        let colour = colour(&colour_name).unwrap_or("#8590a2").to_owned();
        // Labels without names differ by their colours only.
        board.labels.push(Label { id: label.id("id"), name, colour });
    }
    people(document, &mut board);
    let lookup = lookup(document, &board);
    let (mut missing, mut found) = (0_u64, 0_u64);
    for card in sorted(document.items("cards")) {
        let task = task(card, &lookup, &closed, options, &mut report);
        let counted = u64::try_from(card["badges"].whole("comments").unwrap_or(0)).unwrap_or(0);
        let here = u64::try_from(task.comments.len()).unwrap_or(0);
        found += here;
        if counted > here {
            missing += counted - here;
            let example = format!("{} ({} of {counted})", task.title, counted - here);
            let why = "is not in the file: Trello exports the newest 1,000 actions only";
            report.leave_many("comments", why, counted - here, &example);
        }
        board.tasks.push(task);
    }
    if missing > 0 {
        report.note(format!("Of {} comments {missing} are not in the file.", missing + found));
    }
    let empty: Vec<_> = board.columns.iter().filter(|column| closed.contains(&column.id)).cloned().collect();
    for column in empty {
        // A closed list is no column: its cards are archived, and stay in it when they come back.
        if !board.tasks.iter().any(|task| task.column == column.id) {
            board.columns.retain(|other| other.id != column.id);
            report.leave("closed lists", "is closed and has no cards", &column.name);
        }
    }
    leaves::account(document, RULES, &mut report);
    leave_strays(document, &board, &mut report);
    Parsed { board, report }
}

/// What belongs to a card that is not in the file, such as one that was deleted.
fn leave_strays(document: &Value, board: &Board, report: &mut Report) {
    const WHY: &str = "belongs to a card that is not in the file";
    let cards: HashSet<&str> = board.tasks.iter().map(|task| task.id.as_str()).collect();
    for list in document.items("checklists").into_iter().filter(|list| !cards.contains(list.id("idCard").as_str())) {
        leaves::leave(list, "checklists[]", RULES, WHY, &list.raw("name"), report);
    }
    for action in document.items("actions").into_iter().filter(|action| is_comment(action)) {
        if !cards.contains(action["data"]["card"].id("id").as_str()) {
            leaves::leave(action, "actions[]", RULES, WHY, &action["data"].raw("text"), report);
        }
    }
}

fn is_comment(action: &Value) -> bool {
    matches!(action.raw("type").as_str(), "commentCard" | "copyCommentCard")
}

fn people(document: &Value, board: &mut Board) {
    // Those who left appear only as the authors of actions.
    let authors = document.items("actions").into_iter().map(|action| &action["memberCreator"]);
    let mut known = HashSet::new();
    for person in document.items("members").into_iter().chain(authors) {
        let id = person.id("id");
        if id.is_empty() || !known.insert(id.clone()) {
            continue;
        }
        let name = person.text("fullName").or_else(|| person.text("username")).unwrap_or_default();
        board.people.push(Person { id, name, email: person.text("email") });
    }
}

fn lookup<'a>(document: &'a Value, board: &Board) -> Lookup<'a> {
    let mut checklists: HashMap<String, Vec<&Value>> = HashMap::new();
    for checklist in sorted(document.items("checklists")) {
        checklists.entry(checklist.id("idCard")).or_default().push(checklist);
    }
    let mut comments: HashMap<String, Vec<Comment>> = HashMap::new();
    for action in document.items("actions").into_iter().filter(|action| is_comment(action)) {
        let author = action.text("idMemberCreator").or_else(|| action["memberCreator"].text("id"));
        let data = &action["data"];
        let comment = Comment {
            id: action.id("id"),
            author,
            body: data.raw("text"),
            created_at: action.instant("date"),
            edited_at: data.instant("dateLastEdited"),
            reactions: vec![],
        };
        comments.entry(data["card"].id("id")).or_default().push(comment);
    }
    let fields = document.items("customFields").into_iter().map(|field| (field.id("id"), field)).collect();
    let people = board.people.iter().map(|person| (person.id.clone(), person.name.clone())).collect();
    Lookup { checklists, comments, fields, people }
}

/// The value of a custom field as a text.
fn field(item: &Value, fields: &HashMap<String, &Value>) -> Option<(String, String)> {
    let field = fields.get(&item.id("idCustomField"))?;
    let value = &item["value"];
    let chosen = item.text("idValue").and_then(|id| {
        let option = field.items("options").into_iter().find(|option| option.id("id") == id)?;
        option["value"].text("text")
    });
    let written = || {
        let date = value.instant("date").map(|at| at.to_string());
        let checked = value.text("checked").or_else(|| value.flag("checked").then(|| "true".into()));
        value.text("text").or_else(|| value.text("number")).or(date).or(checked)
    };
    Some((field.raw("name"), chosen.or_else(written)?))
}

fn task(card: &Value, lookup: &Lookup<'_>, closed: &HashSet<String>, options: &Options, report: &mut Report) -> Task {
    let (id, title, column) = (card.id("id"), card.raw("name"), card.id("idList"));
    let last = card.instant("dateLastActivity");
    let created_at = created_at(&id);
    let archived = card.flag("closed") || closed.contains(&column);
    let texts = |key: &str| card.items(key).into_iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    let mut items = vec![];
    for checklist in lookup.checklists.get(&id).into_iter().flatten() {
        let several = lookup.checklists.get(&id).is_some_and(|all| all.len() > 1);
        for item in sorted(checklist.items("checkItems")) {
            let mut line = item.raw("name");
            if several {
                report.note("A task has one checklist here: items of several carry the name of theirs.");
                line = format!("{}: {line}", checklist.raw("name"));
            }
            if let Some(due) = item.day("due") {
                line = format!("{line} ({due})");
            }
            if let Some(person) = item.text("idMember").and_then(|id| lookup.people.get(&id)) {
                line = format!("{line} ({person})");
            }
            items.push(Item { text: line, done: item.raw("state") == "complete" });
        }
    }
    let mut fields: Vec<_> =
        card.items("customFieldItems").into_iter().filter_map(|item| field(item, &lookup.fields)).collect();
    for (key, name) in [("locationName", "Place"), ("address", "Address"), ("cardRole", "Kind of card")] {
        fields.extend(card.text(key).map(|value| (name.into(), value)));
    }
    let at = &card["coordinates"];
    if let (Some(latitude), Some(longitude)) = (at.number("latitude"), at.number("longitude")) {
        fields.push(("Coordinates".into(), format!("{latitude}, {longitude}")));
    }
    let attachments = card.items("attachments").into_iter().map(|attachment| {
        let name = attachment.text("name").or_else(|| attachment.text("fileName")).unwrap_or_default();
        if attachment.flag("isUpload") {
            report.note("Files that were uploaded to Trello open only for those who are signed in there.");
        }
        Attachment { name, url: attachment.text("url") }
    });
    let attachments = attachments.collect();
    Task {
        number: card.whole("idShort"),
        description: card.raw("desc"),
        labels: texts("idLabels"),
        assignees: texts("idMembers"),
        start_on: day(card, "start", options, &title, report),
        due_on: day(card, "due", options, &title, report),
        completed_at: if card.flag("dueComplete") { last.or(created_at) } else { None },
        archived_at: if archived { last.or(created_at).or(Some(options.now)) } else { None },
        created_at,
        items,
        comments: lookup.comments.get(&id).cloned().unwrap_or_default(),
        attachments,
        fields,
        id,
        title,
        column,
        ..Task::default()
    }
}
