//! Which events a webhook is sent: types, or all of a noun.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::{PartialSchema, ToSchema, openapi};

/// The types of events, by their noun. A test holds them against the types that the log is written with.
const TYPES: [(&str, &[&str]); 12] = [
    ("project", &["created", "changed", "archived", "unarchived", "duplicated", "imported", "deleted", "restored"]),
    ("member", &["added", "changed", "removed", "merged"]),
    ("column", &["created", "changed", "moved", "deleted", "undone"]),
    (
        "task",
        &[
            "created",
            "changed",
            "moved",
            "assigned",
            "unassigned",
            "labelled",
            "unlabelled",
            "completed",
            "reopened",
            "archived",
            "unarchived",
            "deleted",
            "restored",
            "undone",
        ],
    ),
    ("timeline", &["shifted", "undone"]),
    ("checklist_item", &["created", "changed", "moved", "deleted", "undone"]),
    ("dependency", &["created", "changed", "deleted", "undone"]),
    ("comment", &["created", "changed", "deleted", "reacted"]),
    ("attachment", &["created", "changed", "deleted"]),
    ("label", &["created", "changed", "deleted", "undone"]),
    ("milestone", &["created", "changed", "deleted", "undone"]),
    ("view", &["created", "changed", "deleted"]),
];

/// All of them.
const ALL: &str = "*";

/// `task.moved`, `task.*` or `*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct EventPattern(String);

/// Every pattern that there is.
fn known() -> impl Iterator<Item = String> {
    let of_nouns = TYPES.iter().flat_map(|(noun, verbs)| {
        let verbs = [ALL].into_iter().chain(verbs.iter().copied());
        verbs.map(move |verb| format!("{noun}.{verb}"))
    });
    [ALL.to_owned()].into_iter().chain(of_nouns)
}

impl EventPattern {
    #[must_use]
    pub fn all() -> Self {
        Self(ALL.into())
    }

    fn parse(text: String) -> Result<Self, String> {
        if known().any(|pattern| pattern == text) {
            return Ok(Self(text));
        }
        Err("must be a type of event such as task.moved, a noun of them such as task.*, or *".into())
    }

    #[must_use]
    pub fn matches(&self, event_type: &str) -> bool {
        match self.0.strip_suffix(ALL) {
            Some(begin) => event_type.starts_with(begin),
            None => self.0 == event_type,
        }
    }
}

impl<'de> Deserialize<'de> for EventPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl PartialSchema for EventPattern {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        openapi::ObjectBuilder::new()
            .schema_type(openapi::schema::Type::String)
            .enum_values(Some(known()))
            .description(Some("A type of event, all of a noun, or all."))
            .into()
    }
}

impl ToSchema for EventPattern {
    fn name() -> Cow<'static, str> {
        "EventPattern".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_type_a_noun_or_everything() {
        let matches = |pattern: &str, event_type| EventPattern::parse(pattern.into()).unwrap().matches(event_type);
        assert!(matches("*", "task.moved") && matches("task.*", "task.moved") && matches("task.moved", "task.moved"));
        assert!(!matches("task.*", "timeline.shifted") && !matches("task.moved", "task.created"));
        for text in ["", "task", "task.", ".*", "**", "task.m*", "tasks.*", "task.mooved", "TASK.*", " *"] {
            assert!(EventPattern::parse(text.into()).is_err(), "{text}");
        }
    }
}
