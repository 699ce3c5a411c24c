//! Counts the values of a file by where they stand, and says of each place whether it comes along.

use std::collections::BTreeMap;

use serde_json::Value;

use super::report::{Leaves, Report};

/// A place is written like `cards[].attachments[].url`; a rule is about all that begins so. The longest rule counts.
pub enum Fate {
    Taken,
    /// With the reason.
    Left(&'static str),
}

pub type Rule = (&'static str, Fate);

#[derive(Default)]
struct Place<'a> {
    count: u64,
    example: Option<&'a Value>,
    below: BTreeMap<&'a str, Place<'a>>,
    items: Option<Box<Place<'a>>>,
}

impl<'a> Place<'a> {
    fn count(&mut self, value: &'a Value, keyed: bool) {
        match value {
            Value::Object(fields) if keyed => {
                // The keys are ids and no names.
                for value in fields.values() {
                    self.items.get_or_insert_default().count(value, false);
                }
            }
            Value::Object(fields) if !fields.is_empty() => {
                for (name, value) in fields {
                    self.below.entry(name).or_default().count(value, is_keyed(name, value));
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let below = self.items.get_or_insert_default();
                for item in items {
                    below.count(item, false);
                }
            }
            leaf => {
                self.count += 1;
                if !is_empty(leaf) {
                    self.example.get_or_insert(leaf);
                }
            }
        }
    }
}

/// Whether an object is a list whose keys are ids.
fn is_keyed(name: &str, value: &Value) -> bool {
    matches!(name, "boards" | "stacks") && value.as_object().is_some_and(|fields| fields.values().all(Value::is_object))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn fate<'r>(rules: &'r [Rule], path: &str) -> Option<&'r Fate> {
    let fits = |rule: &str| path.strip_prefix(rule).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let found = rules.iter().filter(|(rule, _)| rule.is_empty() || fits(rule));
    found.max_by_key(|(rule, _)| rule.len()).map(|(_, fate)| fate)
}

/// Count every value of a document, and note those that are left.
pub fn account(document: &Value, rules: &[Rule], report: &mut Report) {
    let mut root = Place::default();
    root.count(document, false);
    walk(&root, &mut String::new(), rules, report);
}

fn walk(place: &Place<'_>, path: &mut String, rules: &[Rule], report: &mut Report) {
    if place.count > 0 {
        let Leaves { total, taken, left } = &mut report.leaves;
        *total += place.count;
        // An empty value says nothing that could be left.
        match (fate(rules, path), place.example) {
            (Some(Fate::Taken), _) | (_, None) => *taken += place.count,
            (found, Some(example)) => {
                *left += place.count;
                let why = match found {
                    Some(Fate::Left(why)) => why,
                    _ => "is unknown to this importer",
                };
                let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                report.leave_many(path, why, place.count, &example);
            }
        }
    }
    let length = path.len();
    if let Some(items) = &place.items {
        path.push_str("[]");
        walk(items, path, rules, report);
        path.truncate(length);
    }
    for (name, below) in &place.below {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        walk(below, path, rules, report);
        path.truncate(length);
    }
}

/// Say that a part of a document is left which its rules would take, once all values are accounted for. `path` is where it
/// stands.
pub fn leave(part: &Value, path: &str, rules: &[Rule], why: &str, example: &str, report: &mut Report) {
    let count = count_left(part, path, rules, report);
    report.leave_many(path, why, count, example);
}

/// The same of a part that the report names in other words. Answers how many values it has.
pub fn count_left(part: &Value, path: &str, rules: &[Rule], report: &mut Report) -> u64 {
    let mut place = Place::default();
    place.count(part, false);
    let count = taken(&place, &mut path.to_owned(), rules);
    report.leaves.taken -= count;
    report.leaves.left += count;
    count
}

/// How many values the rules take that say something.
fn taken(place: &Place<'_>, path: &mut String, rules: &[Rule]) -> u64 {
    let says = place.example.is_some() && matches!(fate(rules, path), Some(Fate::Taken));
    let mut count = if says { place.count } else { 0 };
    let length = path.len();
    let items = place.items.iter().map(|items| ("[]".to_owned(), items.as_ref()));
    let below = place.below.iter().map(|(name, below)| (format!(".{name}"), below));
    for (name, below) in items.chain(below) {
        path.push_str(&name);
        count += taken(below, path, rules);
        path.truncate(length);
    }
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_is_taken_or_left() {
        let document = json!({
            "cards": [{"name": "a", "stickers": ["x", "y"], "pos": 1, "labels": []}, {"name": "b", "odd": {"deep": true}}],
            "boards": {"1": {"title": "t"}, "2": {"title": "u"}},
        });
        let rules: &[Rule] =
            &[("cards[].name", Fate::Taken), ("boards", Fate::Taken), ("cards[].stickers", Fate::Left("no"))];
        let mut report = Report::default();
        account(&document, rules, &mut report);
        assert_eq!(report.leaves, Leaves { total: 9, taken: 5, left: 4 });
        let left: Vec<_> = report.left.iter().map(|left| (left.what.as_str(), left.count, left.why.as_str())).collect();
        assert_eq!(
            left,
            [
                ("cards[].odd.deep", 1, "is unknown to this importer"),
                ("cards[].pos", 1, "is unknown to this importer"),
                ("cards[].stickers[]", 2, "no"),
            ]
        );
        assert_eq!(report.left[2].examples, ["x"]);

        leave(&document["cards"][0], "cards[]", rules, "is not wanted", "a", &mut report);
        assert_eq!(report.leaves, Leaves { total: 9, taken: 4, left: 5 });
        assert_eq!((report.left[3].what.as_str(), report.left[3].count), ("cards[]", 1));
    }
}
