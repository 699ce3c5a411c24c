//! The time that a report is about, and its intervals.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::{
    clock::{Day, Timestamp},
    error::{Error, Result},
};

/// How many points a report has at most.
const MOST: usize = 1_000;
/// How many days it is about when nothing else is said.
const DAYS: i64 = 30;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(default = "day")]
pub enum Interval {
    #[default]
    Day,
    /// From Monday to Sunday; the first and the last may be shorter.
    Week,
}

#[derive(Clone, Debug)]
pub struct Span {
    pub interval: Interval,
    pub from: Day,
    pub to: Day,
    pub zone: Option<String>,
    /// The first day of each interval that has begun …
    pub firsts: Vec<Day>,
    /// … and the moment with which it ends.
    pub ends: Vec<i64>,
    /// The moment with which the first one begins.
    pub begin: i64,
    /// The day of the last moment: the last of the span, or today.
    pub last: Day,
    /// The last moment.
    pub until: i64,
}

impl Span {
    pub fn new(interval: Interval, from: Option<Day>, to: Option<Day>, zone: Option<String>) -> Result<Self> {
        let now = Timestamp::now();
        let (today, _) = Day::at(now, zone.as_deref());
        let to = to.unwrap_or_else(|| today.clone().max(from.clone().unwrap_or_else(|| today.clone())));
        let from = from.or_else(|| to.plus(1 - DAYS)).unwrap_or_else(|| to.clone());
        if to < from {
            return Err(Error::invalid("/to", "must not be before `from`"));
        }
        let begins = |day: &Day| day.begins(zone.as_deref()).0;
        let (mut firsts, mut ends, mut day) = (vec![], vec![], from.clone());
        let mut last = from.clone();
        // Of days that have not come yet there is nothing to say.
        let upto = to.clone().min(today.clone());
        while day <= upto {
            if firsts.len() == MOST {
                let detail = format!("a report has at most {MOST} points: ask for fewer days, or for weeks");
                return Err(Error::invalid("/from", detail));
            }
            let days = match interval {
                Interval::Day => 1,
                Interval::Week => 7 - day.weekday(),
            };
            let (Some(next), Some(behind)) = (day.plus(days), upto.plus(1)) else { break };
            let next = next.min(behind);
            ends.push(begins(&next));
            firsts.push(day);
            last = next.plus(-1).unwrap_or(next.clone());
            day = next;
        }
        let begin = begins(&from);
        let until = ends.last().copied().unwrap_or(begin).min(now.0);
        Ok(Self { interval, last: last.min(today), from, to, zone, firsts, ends, begin, until })
    }

    /// Whether an instant is in it.
    #[must_use]
    pub fn holds(&self, at: i64) -> bool {
        at >= self.begin && self.ends.last().is_some_and(|end| at < *end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn span(interval: Interval, from: &str, to: &str, zone: &str) -> Span {
        Span::new(interval, Some(day(from)), Some(day(to)), Some(zone.into())).unwrap()
    }

    #[test]
    fn a_day_is_as_long_as_the_zone_says() {
        let span = span(Interval::Day, "2026-03-28", "2026-03-30", "Europe/Berlin");
        assert_eq!(span.firsts.len(), 3);
        let hours: Vec<i64> = span.ends.windows(2).map(|ends| (ends[1] - ends[0]) / 3_600_000).collect();
        assert_eq!(hours, [23, 24]);
        assert!(span.holds(span.begin) && !span.holds(span.begin - 1) && !span.holds(span.ends[2]));
    }

    #[test]
    fn weeks_begin_on_monday_and_the_first_and_last_are_cut() {
        let span = span(Interval::Week, "2026-03-04", "2026-03-17", "UTC");
        let firsts: Vec<String> = span.firsts.iter().map(ToString::to_string).collect();
        assert_eq!(firsts, ["2026-03-04", "2026-03-09", "2026-03-16"]);
        assert_eq!((span.ends[2] - span.begin) / 86_400_000, 14);
        assert_eq!(span.last.to_string(), "2026-03-17");
    }

    #[test]
    fn a_span_is_bounded_and_has_a_default() {
        let plain = Span::new(Interval::Day, None, None, None).unwrap();
        assert_eq!((plain.firsts.len(), plain.to), (30, Day::today()));
        let from = Span::new(Interval::Day, Day::today().plus(-2), None, None).unwrap();
        assert_eq!(from.firsts.len(), 3);
        let future = Span::new(Interval::Day, Day::today().plus(3), None, None).unwrap();
        assert_eq!((future.firsts.len(), future.ends.len()), (0, 0));
        assert!(Span::new(Interval::Day, Some(day("2020-01-02")), Some(day("2020-01-01")), None).is_err());
        assert!(Span::new(Interval::Day, Some(day("1999-01-01")), Some(day("2026-01-01")), None).is_err());
        assert!(Span::new(Interval::Day, Some(day("1999-01-01")), Some(day("2999-12-31")), None).is_err());
        assert!(Span::new(Interval::Week, Some(day("2010-01-01")), Some(day("2026-01-01")), None).is_ok());
    }
}
