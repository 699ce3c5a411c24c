//! Rows to tasks.

use std::collections::{BTreeMap, HashMap};

use super::{Field, Table, dates::Dates, fields};
use crate::{
    base::error::{Error, Result},
    import::{
        Format, Options,
        board::{Attachment, Board, Column, ColumnKind, Comment, Dependency, Label, Milestone, Parsed, Person, Task},
        report::Report,
        text,
    },
};

/// So many rows are shown as they are understood.
const PREVIEW: usize = 5;

struct Reading<'a> {
    format: Format,
    fields: Vec<Field>,
    headers: &'a [String],
    dates: Dates,
    options: &'a Options,
    board: Board,
    report: Report,
    people: HashMap<String, usize>,
    labels: HashMap<String, String>,
    columns: HashMap<String, String>,
    milestones: HashMap<String, String>,
    /// How many rows had this title before.
    titles: HashMap<String, usize>,
    /// Tasks by what other rows call them: their ids, and their titles.
    named: HashMap<String, String>,
    /// What a task waits for, and what waits for it, as rows call them.
    waits: Vec<(String, String, bool)>,
}

/// What each column is. The person's word counts, then the program's, then the header's.
fn fields_of(format: Format, table: &Table, options: &Options) -> Result<Vec<Field>> {
    for header in options.mapping.columns.keys() {
        if !table.headers.contains(header) {
            let pointer = format!("/mapping/columns/{}", header.replace('~', "~0").replace('/', "~1"));
            return Err(Error::invalid(pointer, "is no column of this table"));
        }
    }
    let of =
        |header: &String| options.mapping.columns.get(header).copied().unwrap_or_else(|| fields::field(format, header));
    let mut found: Vec<Field> = table.headers.iter().map(of).collect();
    // A second column of what there is once is a field beside it.
    let several = [
        Field::Labels,
        Field::Assignee,
        Field::Comment,
        Field::Attachment,
        Field::BlockedBy,
        Field::Blocking,
        Field::Extra,
        Field::Ignore,
        Field::Column,
    ];
    let mut seen = vec![];
    for field in &mut found {
        if !several.contains(field) && seen.contains(field) {
            *field = Field::Extra;
        }
        seen.push(*field);
    }
    if !found.contains(&Field::Title) {
        let headers = table.headers.join(", ");
        return Err(Error::invalid("/mapping/columns", format!("which column is the title? There are: {headers}")));
    }
    Ok(found)
}

pub fn parse(format: Format, table: &Table, options: &Options) -> Result<Parsed> {
    let fields = fields_of(format, table, options)?;
    let is_date = |field: &Field| {
        matches!(field, Field::StartOn | Field::DueOn | Field::CreatedAt | Field::CompletedAt | Field::ArchivedAt)
    };
    let cells = table.rows.iter().flat_map(|row| row.iter().zip(&fields));
    let dates = Dates::of(
        cells.filter(|(_, field)| is_date(field)).map(|(cell, _)| cell.as_str()),
        options.mapping.date_order,
    )?;
    let mut reading = Reading {
        format,
        fields,
        headers: &table.headers,
        dates,
        options,
        board: Board {
            source: format!("{}:{}", format.name(), options.name),
            name: options.name.clone(),
            ..Board::default()
        },
        report: Report::default(),
        people: HashMap::new(),
        labels: HashMap::new(),
        columns: HashMap::new(),
        milestones: HashMap::new(),
        titles: HashMap::new(),
        named: HashMap::new(),
        waits: vec![],
    };
    for row in &table.rows {
        reading.row(row);
    }
    Ok(reading.end())
}

/// The texts of a cell that holds several.
fn split(cell: &str) -> impl Iterator<Item = &str> {
    let by = if cell.contains(';') { ';' } else { ',' };
    cell.split(by).map(str::trim).filter(|part| !part.is_empty())
}

fn priority(cell: &str, format: Format) -> i16 {
    let word = cell.trim().to_lowercase();
    match (format, word.as_str()) {
        (Format::TicktickCsv, number) => match number {
            "5" => 3,
            "3" => 2,
            "1" => 1,
            _ => 0,
        },
        (_, "urgent" | "highest" | "critical" | "blocker" | "p0" | "1" | "dringend") => 4,
        (_, "high" | "major" | "p1" | "2" | "hoch") => 3,
        (_, "medium" | "normal" | "p2" | "3" | "mittel") => 2,
        (_, "low" | "lowest" | "minor" | "trivial" | "p3" | "4" | "niedrig") => 1,
        _ => 0,
    }
}

/// What an export of this program, or of another careful one, put before a cell that looks like a formula.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

fn yes(cell: &str) -> bool {
    let word = cell.trim().to_lowercase();
    matches!(word.as_str(), "yes" | "true" | "1" | "2" | "x" | "done" | "completed" | "ja" | "wahr")
}

impl Reading<'_> {
    fn person(&mut self, name: &str, email: Option<&str>) -> String {
        let key = email.unwrap_or(name).trim().to_owned();
        let at = *self.people.entry(key.clone()).or_insert_with(|| {
            let email = email.map(str::to_owned).or_else(|| text::email(name));
            let name = if name.trim().is_empty() { key.clone() } else { name.trim().into() };
            self.board.people.push(Person { id: key.clone(), name, email });
            self.board.people.len() - 1
        });
        self.board.people[at].id.clone()
    }

    fn column(&mut self, name: &str) -> String {
        let key = name.trim().to_lowercase();
        if let Some(id) = self.columns.get(&key) {
            return id.clone();
        }
        let kind = if text::says_done(name) {
            ColumnKind::Done
        } else if text::says_backlog(name) {
            ColumnKind::Backlog
        } else {
            ColumnKind::Active
        };
        self.board.columns.push(Column { id: key.clone(), name: name.trim().into(), kind, ..Column::default() });
        self.columns.insert(key.clone(), key.clone());
        key
    }

    fn label(&mut self, name: &str) -> String {
        let name = name.to_owned();
        if let Some(id) = self.labels.get(&name) {
            return id.clone();
        }
        self.board.labels.push(Label { id: name.clone(), name: name.clone(), colour: text::colour_for(&name) });
        self.labels.insert(name.clone(), name.clone());
        name
    }

    fn milestone(&mut self, name: &str) -> String {
        let name = name.trim().to_owned();
        if !self.milestones.contains_key(&name) {
            self.board.milestones.push(Milestone { id: name.clone(), name: name.clone(), ..Milestone::default() });
            self.milestones.insert(name.clone(), name.clone());
        }
        name
    }

    fn row(&mut self, row: &[String]) {
        let mut task = Task::default();
        let mut done = false;
        let (mut assignees, mut emails, mut comments) = (vec![], vec![], vec![]);
        let mut waits = vec![];
        for (at, cell) in row.iter().enumerate() {
            let Some(field) = self.fields.get(at).copied() else {
                self.report.leave("cells", "stands behind the last column", cell);
                continue;
            };
            let cell = unguarded(cell);
            if cell.trim().is_empty() {
                continue;
            }
            let header = &self.headers[at];
            self.report.leaves.total += 1;
            if field == Field::Ignore {
                self.report.leaves.left += 1;
                self.report.leave(header, "is a column that is left out", cell);
                continue;
            }
            self.report.leaves.taken += 1;
            let zone = self.options.zone.as_deref();
            let unread = |report: &mut Report| {
                report.leaves.taken -= 1;
                report.leaves.left += 1;
                report.leave(header, "cannot be read as what the column is", cell);
            };
            match field {
                Field::Id => task.id = cell.trim().into(),
                Field::Number => task.number = cell.trim().trim_start_matches('#').parse().ok(),
                Field::Title => task.title = cell.into(),
                Field::Description => task.description = cell.into(),
                Field::Column => task.column = self.column(cell),
                Field::Labels if self.format == Format::JiraCsv => task.labels.push(self.label(cell.trim())),
                Field::Labels => {
                    for name in split(cell).map(str::to_owned).collect::<Vec<_>>() {
                        let label = self.label(&name);
                        task.labels.push(label);
                    }
                }
                Field::Assignee => assignees.extend(split(cell).map(str::to_owned)),
                Field::AssigneeEmail => emails.extend(split(cell).map(str::to_owned)),
                Field::Creator => task.created_by = Some(self.person(cell, None)),
                Field::StartOn => match self.dates.day(cell, zone) {
                    Some(day) => task.start_on = Some(day),
                    None => unread(&mut self.report),
                },
                Field::DueOn => match self.dates.day(cell, zone) {
                    Some(day) => task.due_on = Some(day),
                    None => unread(&mut self.report),
                },
                Field::CreatedAt => match self.dates.instant(cell) {
                    Some(at) => task.created_at = Some(at),
                    None => unread(&mut self.report),
                },
                Field::CompletedAt => match self.dates.instant(cell) {
                    Some(at) => task.completed_at = Some(at),
                    None => unread(&mut self.report),
                },
                Field::ArchivedAt => match self.dates.instant(cell) {
                    Some(at) => task.archived_at = Some(at),
                    None if yes(cell) => task.archived_at = Some(self.options.now),
                    None => {}
                },
                Field::Done => done = yes(cell),
                Field::Priority => task.priority = priority(cell, self.format),
                Field::Estimate => match cell.trim().replace(',', ".").parse::<f64>() {
                    Ok(number) if number.is_finite() => task.estimate = Some(number),
                    _ => unread(&mut self.report),
                },
                Field::Milestone => task.milestone = Some(self.milestone(cell)),
                Field::Parent => task.fields.push(("Part of".into(), cell.trim().into())),
                Field::BlockedBy => waits.extend(split(cell).map(|name| (name.to_owned(), true))),
                Field::Blocking => waits.extend(split(cell).map(|name| (name.to_owned(), false))),
                Field::Comment => comments.push(cell.to_owned()),
                Field::Attachment => task.attachments.push(attachment(cell)),
                Field::Extra => task.fields.push((header.clone(), cell.into())),
                Field::Ignore => {}
            }
        }
        let several = assignees.len().max(emails.len());
        for at in 0..several {
            let (name, email) = (assignees.get(at), emails.get(at));
            let name = name.or(email).cloned().unwrap_or_default();
            let person = self.person(&name, email.map(String::as_str));
            task.assignees.push(person);
        }
        if done && task.completed_at.is_none() {
            task.completed_at = task.created_at.or(Some(self.options.now));
        }
        self.identify(&mut task);
        for (index, comment) in comments.iter().enumerate() {
            let comment = self.comment(&task.id, index, comment);
            task.comments.push(comment);
        }
        self.waits.extend(waits.into_iter().map(|(name, blocked)| (task.id.clone(), name, blocked)));
        if self.report.preview.len() < PREVIEW {
            self.report.preview.push(preview(&task));
        }
        self.board.tasks.push(task);
    }

    /// A task without an id is known by its title, and by how many of the same title came before it.
    fn identify(&mut self, task: &mut Task) {
        let count = self.titles.entry(task.title.clone()).or_default();
        *count += 1;
        if task.id.is_empty() {
            task.id = format!("{}#{count}", task.title);
        } else if task.number.is_none() {
            let digits = task.id.rsplit(['-', '#', '/']).next().unwrap_or_default();
            task.number = digits.parse().ok().filter(|number| (1..10_000_000).contains(number));
        }
        self.named.entry(task.title.clone()).or_insert_with(|| task.id.clone());
        self.named.insert(task.id.clone(), task.id.clone());
    }

    /// Jira writes the instant and the author before the text.
    fn comment(&mut self, task: &str, index: usize, cell: &str) -> Comment {
        let id = format!("{task}/{index}");
        let mut parts = cell.splitn(3, ';');
        if let (Some(at), Some(author), Some(body)) = (parts.next(), parts.next(), parts.next())
            && let Some(created_at) = self.dates.instant(at)
        {
            let author = Some(self.person(author, None)).filter(|author| !author.is_empty());
            return Comment { id, author, body: body.into(), created_at: Some(created_at), ..Comment::default() };
        }
        Comment { id, body: cell.into(), ..Comment::default() }
    }

    fn end(mut self) -> Parsed {
        for (task, name, blocked) in std::mem::take(&mut self.waits) {
            let Some(other) = self.named.get(&name).cloned() else {
                self.report.leave("dependencies", "names a task that is not in the file", &name);
                continue;
            };
            let (task, depends_on) = if blocked { (task, other) } else { (other, task) };
            self.board.dependencies.push(Dependency { task, depends_on, lag_days: 0 });
        }
        if self.format == Format::JiraCsv
            && let Some(prefix) = self.board.tasks.first().and_then(|task| task.id.rsplit_once('-'))
        {
            self.board.source = format!("jira_csv:{}", prefix.0);
        }
        Parsed { board: self.board, report: self.report }
    }
}

/// A name, or an address, or what Jira writes: instant, author, name and address.
fn attachment(cell: &str) -> Attachment {
    let parts: Vec<&str> = cell.split(';').map(str::trim).collect();
    match parts[..] {
        [_, _, name, url] => Attachment { name: name.into(), url: text::web_address(url) },
        _ => Attachment { name: cell.trim().into(), url: text::web_address(cell) },
    }
}

fn preview(task: &Task) -> BTreeMap<String, String> {
    let mut row = BTreeMap::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            row.insert(name.to_owned(), value.chars().take(200).collect());
        }
    };
    put("title", Some(task.title.clone()));
    put("description", Some(task.description.clone()));
    put("column", Some(task.column.clone()));
    put("labels", Some(task.labels.join(", ")));
    put("assignee", Some(task.assignees.join(", ")));
    put("start_on", task.start_on.as_ref().map(ToString::to_string));
    put("due_on", task.due_on.as_ref().map(ToString::to_string));
    put("completed_at", task.completed_at.map(|at| at.to_string()));
    row
}
