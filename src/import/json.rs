//! Reading a document of another program, which may say anything: what is not of the type that is expected counts as absent.

use serde_json::Value;

use super::{Options, report::Report, text};
use crate::base::clock::{Day, Timestamp};

/// Fields of a document.
pub trait Read {
    /// A text, or a number as one; nothing when it is blank.
    fn text(&self, key: &str) -> Option<String>;
    /// The same as it is, with blanks around it.
    fn raw(&self, key: &str) -> String;
    fn number(&self, key: &str) -> Option<f64>;
    fn whole(&self, key: &str) -> Option<i64>;
    fn flag(&self, key: &str) -> bool;
    fn items(&self, key: &str) -> Vec<&Value>;
    fn instant(&self, key: &str) -> Option<Timestamp>;
    fn day(&self, key: &str) -> Option<Day>;
    /// An id, whether it is a text or a number.
    fn id(&self, key: &str) -> String;
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An instant, written in one of the usual ways, or as seconds since 1970.
#[must_use]
pub fn instant_of(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(written) => text::instant(written),
        Value::Number(number) => text::seconds(number.as_f64()?),
        _ => None,
    }
}

/// The day of a date, or of an instant in the zone of the person who imports. A midnight of UTC is a date that some program
/// keeps as an instant. A time of day is said in the report.
pub fn day_there(value: &Value, key: &str, options: &Options, title: &str, report: &mut Report) -> Option<Day> {
    let is_date = value[key].as_str().is_some_and(|text| text.trim().len() == "2026-11-20".len());
    let Some(at) = value.instant(key).filter(|at| !is_date && at.0 % 86_400_000 != 0) else { return value.day(key) };
    let zone = options.zone.as_deref();
    let day = Day::at(at, zone).0;
    if day.begins(zone) != at {
        report.leave("times of day of dates", "a date here is a day", title);
    }
    Some(day)
}

impl Read for Value {
    fn text(&self, key: &str) -> Option<String> {
        text_of(&self[key]).filter(|text| !text.trim().is_empty())
    }

    fn raw(&self, key: &str) -> String {
        text_of(&self[key]).unwrap_or_default()
    }

    fn number(&self, key: &str) -> Option<f64> {
        let value = &self[key];
        value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number: &f64| number.is_finite())
    }

    fn whole(&self, key: &str) -> Option<i64> {
        let value = &self[key];
        value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
    }

    fn flag(&self, key: &str) -> bool {
        match &self[key] {
            Value::Bool(flag) => *flag,
            Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
            Value::String(text) => matches!(text.as_str(), "true" | "1"),
            _ => false,
        }
    }

    fn items(&self, key: &str) -> Vec<&Value> {
        match &self[key] {
            Value::Array(items) => items.iter().collect(),
            Value::Object(fields) => fields.values().collect(),
            _ => vec![],
        }
    }

    fn instant(&self, key: &str) -> Option<Timestamp> {
        instant_of(&self[key])
    }

    fn day(&self, key: &str) -> Option<Day> {
        match &self[key] {
            Value::String(text) => text::day(text),
            value => instant_of(value).map(|at| Day::at(at, None).0),
        }
    }

    fn id(&self, key: &str) -> String {
        text_of(&self[key]).unwrap_or_default()
    }
}
