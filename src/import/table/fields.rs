//! What a column of a table may be.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::import::Format;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportField)]
pub enum Field {
    Id,
    Number,
    Title,
    Description,
    Column,
    Labels,
    Assignee,
    AssigneeEmail,
    Creator,
    StartOn,
    DueOn,
    Priority,
    Estimate,
    CreatedAt,
    CompletedAt,
    ArchivedAt,
    /// A word such as `yes`, `Completed` or `1`.
    Done,
    Milestone,
    Parent,
    BlockedBy,
    Blocking,
    Comment,
    Attachment,
    /// A row of a table under the description.
    Extra,
    Ignore,
}

impl Field {
    /// What a header says by itself.
    #[must_use]
    pub fn of(header: &str) -> Option<Self> {
        let header = header.trim().to_lowercase().replace(['_', '-'], " ");
        Some(match header.as_str() {
            "id" | "task id" | "issue id" | "issue key" | "key" | "identifier" => Self::Id,
            "number" | "no" | "nr" | "#" | "iid" => Self::Number,
            "title" | "name" | "summary" | "task" | "task name" | "subject" | "titel" | "aufgabe" | "content" => {
                Self::Title
            }
            "description" | "notes" | "note" | "body" | "details" | "beschreibung" | "notizen" => Self::Description,
            "column" | "status" | "list" | "section" | "section/column" | "state" | "stage" | "bucket" | "spalte" => {
                Self::Column
            }
            "labels" | "label" | "tags" | "tag" | "categories" | "category" | "etiketten" => Self::Labels,
            "assignee" | "assignees" | "assigned to" | "owner" | "owners" | "responsible" | "zuständig" => {
                Self::Assignee
            }
            "assignee email" | "assignee e mail" => Self::AssigneeEmail,
            "creator" | "reporter" | "author" | "created by" | "requestor" => Self::Creator,
            "start" | "start date" | "starts on" | "start on" | "begin" | "started on" | "beginn" => Self::StartOn,
            "due" | "due date" | "due on" | "deadline" | "end date" | "duedate" | "fällig" | "fällig am" => {
                Self::DueOn
            }
            "priority" | "priorität" => Self::Priority,
            "estimate" | "points" | "story points" | "story point estimate" => Self::Estimate,
            "created" | "created at" | "created time" | "creation date" | "date created" => Self::CreatedAt,
            "completed" | "completed at" | "completed time" | "resolved" | "closed at" | "done at" => Self::CompletedAt,
            "archived" | "archived at" => Self::ArchivedAt,
            "done" | "is completed" | "complete" => Self::Done,
            "milestone" | "fix version/s" | "fix versions" | "release" | "meilenstein" => Self::Milestone,
            "parent" | "parent task" | "parent issue" | "parent summary" => Self::Parent,
            "blocked by" | "blocked by (dependencies)" | "depends on" => Self::BlockedBy,
            "blocking" | "blocking (dependencies)" => Self::Blocking,
            "comment" | "comments" => Self::Comment,
            "attachment" | "attachments" => Self::Attachment,
            _ => return None,
        })
    }
}

fn has(headers: &[String], names: &[&str]) -> bool {
    names.iter().all(|name| headers.iter().any(|header| header.eq_ignore_ascii_case(name)))
}

/// The program that writes such headers.
pub fn format(headers: &[String]) -> Format {
    if has(headers, &["Summary", "Issue key"]) {
        Format::JiraCsv
    } else if has(headers, &["Task ID", "Section/Column"]) || has(headers, &["Task ID", "Created At", "Parent Task"]) {
        Format::AsanaCsv
    } else if has(headers, &["ID", "Team", "Title", "Status", "Priority"]) {
        Format::LinearCsv
    } else if has(headers, &["TYPE", "CONTENT", "PRIORITY"]) {
        Format::TodoistCsv
    } else if has(headers, &["Folder Name", "List Name", "Title"]) {
        Format::TicktickCsv
    } else if has(headers, &["Title", "URL", "Status"]) {
        Format::GithubTsv
    } else {
        Format::Csv
    }
}

/// What a column of this program is.
pub fn field(format: Format, header: &str) -> Field {
    let name = header.trim().to_lowercase();
    let of_program = match format {
        Format::JiraCsv => jira(&name),
        Format::AsanaCsv => match name.as_str() {
            "name" => Some(Field::Title),
            "projects" | "last modified" => Some(Field::Ignore),
            _ => None,
        },
        Format::LinearCsv => match name.as_str() {
            "id" => Some(Field::Id),
            "project milestone" => Some(Field::Milestone),
            "started" | "updated" | "canceled" | "team" | "parent issue id" | "uuid" => Some(Field::Ignore),
            "cycle number" | "cycle name" | "cycle start" | "cycle end" | "project" | "project id" => {
                Some(Field::Extra)
            }
            _ => None,
        },
        Format::TicktickCsv => match name.as_str() {
            "list name" | "column name" => Some(Field::Column),
            "content" => Some(Field::Description),
            "taskid" => Some(Field::Id),
            "parentid" => Some(Field::Parent),
            "status" => Some(Field::Done),
            "folder name" | "kind" | "is check list" | "order" | "column order" | "view mode" | "timezone"
            | "is all day" | "is floating" => Some(Field::Ignore),
            "reminder" | "repeat" => Some(Field::Extra),
            _ => None,
        },
        Format::GithubTsv => match name.as_str() {
            "url" => Some(Field::Id),
            "repository" | "linked pull requests" | "sub-issues progress" => Some(Field::Extra),
            _ => None,
        },
        _ => None,
    };
    of_program.or_else(|| Field::of(header)).unwrap_or(Field::Extra)
}

/// Columns of Jira that say nothing of a task.
const JIRA_SETTINGS: &[&str] = &[
    "issue id",
    "project key",
    "project name",
    "project type",
    "project lead",
    "project description",
    "votes",
    "watchers",
    "last viewed",
    "updated",
    "work ratio",
    "status category",
    "project url",
    "creator",
    "custom field (rank)",
];

fn jira(name: &str) -> Option<Field> {
    Some(match name {
        "issue key" => Field::Id,
        "reporter" => Field::Creator,
        "resolved" => Field::CompletedAt,
        "custom field (story point estimate)" | "custom field (story points)" => Field::Estimate,
        "custom field (start date)" => Field::StartOn,
        "fix version/s" | "fix versions" => Field::Milestone,
        "inward issue link (blocks)" => Field::BlockedBy,
        "outward issue link (blocks)" => Field::Blocking,
        name if name.ends_with(" id") || name.starts_with("σ ") || JIRA_SETTINGS.contains(&name) => Field::Ignore,
        _ => return None,
    })
}
