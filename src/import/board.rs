//! What a file of another program says, in the words of this one: every parser makes a [`Board`], and one writer takes it.
//! Ids are those of the file.

use crate::{
    base::clock::{Day, Timestamp},
    import::report::Report,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnKind {
    Backlog,
    #[default]
    Active,
    Done,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    pub id: String,
    pub name: String,
    pub wip_limit: Option<i64>,
    pub kind: ColumnKind,
    pub archive_after_days: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Label {
    pub id: String,
    pub name: String,
    /// `#rrggbb`
    pub colour: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Milestone {
    pub id: String,
    pub name: String,
    pub due_on: Option<Day>,
    pub completed_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    pub text: String,
    pub done: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reaction {
    pub emoji: String,
    /// People of the file.
    pub people: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comment {
    pub id: String,
    /// A person of the file; the one who imports where it does not say.
    pub author: Option<String>,
    pub body: String,
    pub created_at: Option<Timestamp>,
    pub edited_at: Option<Timestamp>,
    pub reactions: Vec<Reaction>,
}

/// A file beside a task: a link, or bytes that came along.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attachment {
    pub name: String,
    /// Where it is, when it is on the web.
    pub url: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Task {
    pub id: String,
    /// The number that people know it by.
    pub number: Option<i64>,
    pub title: String,
    /// Markdown.
    pub description: String,
    /// A column of the file.
    pub column: String,
    pub labels: Vec<String>,
    pub assignees: Vec<String>,
    pub milestone: Option<String>,
    /// 0 is none, 4 is urgent.
    pub priority: i16,
    pub start_on: Option<Day>,
    pub due_on: Option<Day>,
    pub estimate: Option<f64>,
    pub completed_at: Option<Timestamp>,
    pub archived_at: Option<Timestamp>,
    pub created_by: Option<String>,
    pub created_at: Option<Timestamp>,
    pub items: Vec<Item>,
    pub comments: Vec<Comment>,
    pub attachments: Vec<Attachment>,
    /// Fields that there are none of here: they become a table under the description.
    pub fields: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dependency {
    pub task: String,
    pub depends_on: String,
    pub lag_days: i64,
}

/// A view of the project that its members share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    pub id: String,
    pub name: String,
    pub layout: String,
    pub filter: String,
    pub sort: Option<String>,
    pub group_by: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    /// Which board it is, of which program: importing it again finds what it brought.
    pub source: String,
    pub name: String,
    pub key: Option<String>,
    pub description: String,
    pub move_completed: Option<bool>,
    pub columns: Vec<Column>,
    pub labels: Vec<Label>,
    pub milestones: Vec<Milestone>,
    pub people: Vec<Person>,
    /// In the order of the board: tasks of one column follow each other as they stand there.
    pub tasks: Vec<Task>,
    pub dependencies: Vec<Dependency>,
    pub views: Vec<View>,
}

/// What a parser answers.
#[derive(Debug, Default)]
pub struct Parsed {
    pub board: Board,
    pub report: Report,
}
