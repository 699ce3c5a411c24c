//! What an import took and what it left, with the reason. Every value of the file is one or the other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// So many examples of what was left are named.
const EXAMPLES: usize = 3;
/// The most characters of an example.
const LONGEST: usize = 80;

/// How many objects of each kind came along.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Taken {
    pub columns: u64,
    pub labels: u64,
    pub milestones: u64,
    pub people: u64,
    pub tasks: u64,
    pub checklist_items: u64,
    pub comments: u64,
    pub reactions: u64,
    pub attachments: u64,
    pub dependencies: u64,
    pub views: u64,
}

/// What did not come along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Left {
    /// Such as `cards[].stickers[]`, or a name of what is meant.
    pub what: String,
    pub count: u64,
    pub why: String,
    pub examples: Vec<String>,
}

/// A person of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MatchedPerson {
    pub name: String,
    #[schema(required)]
    pub email: Option<String>,
    /// Who that is here. Others become guests: they are shown by their names, and cannot sign in.
    #[schema(required)]
    pub matched_user_id: Option<Uuid>,
}

/// The values of the file, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Leaves {
    pub total: u64,
    pub taken: u64,
    pub left: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportReport)]
pub struct Report {
    pub taken: Taken,
    pub left: Vec<Left>,
    pub people: Vec<MatchedPerson>,
    /// What was made of the file that one may want to know.
    pub notes: Vec<String>,
    pub leaves: Leaves,
    /// How many events it made.
    pub events: u64,
    /// What was there already, from an earlier import of the same board.
    pub known_tasks: u64,
    /// The first rows of a table, as they are understood.
    pub preview: Vec<BTreeMap<String, String>>,
}

fn short(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    if text.chars().count() > LONGEST { format!("{line}…") } else { line }
}

impl Report {
    /// Note something that does not come along.
    pub fn leave(&mut self, what: &str, why: &str, example: &str) {
        self.leave_many(what, why, 1, example);
    }

    pub fn leave_many(&mut self, what: &str, why: &str, count: u64, example: &str) {
        if count == 0 {
            return;
        }
        let known = self.left.iter().position(|left| left.what == what && left.why == why);
        let at = known.unwrap_or_else(|| {
            self.left.push(Left { what: what.into(), count: 0, why: why.into(), examples: vec![] });
            self.left.len() - 1
        });
        let left = &mut self.left[at];
        left.count += count;
        if !example.trim().is_empty() && left.examples.len() < EXAMPLES {
            left.examples.push(short(example));
        }
    }

    pub fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }
}
