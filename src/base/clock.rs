//! Instants and days. Instants are unix milliseconds in the database and RFC 3339 in JSON; days are
//! `YYYY-MM-DD` in both.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

/// By how many milliseconds the clock is wrong on purpose: a test says so in the file that
/// `BOARDCAST_TEST_CLOCK_FILE` names, and may change it at any moment. Debug builds only.
#[cfg(debug_assertions)]
#[must_use]
pub fn shift() -> Option<i64> {
    use std::sync::LazyLock;

    static FILE: LazyLock<Option<String>> = LazyLock::new(|| crate::config::test_switch("BOARDCAST_TEST_CLOCK_FILE"));
    let text = std::fs::read_to_string(FILE.as_ref()?).ok()?;
    text.trim().parse().ok()
}

#[cfg(not(debug_assertions))]
#[must_use]
pub const fn shift() -> Option<i64> {
    None
}

/// An instant in unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx_macros::Type, ToSchema)]
#[sqlx(transparent)]
#[schema(value_type = String, format = DateTime)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The present moment.
    #[must_use]
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_millisecond().saturating_add(shift().unwrap_or(0)))
    }

    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// As the `Date` of an answer (RFC 9110).
    #[must_use]
    pub fn http_date(self) -> String {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&instant).unwrap_or_default()
    }

    /// How long from now until this instant; nothing when it has passed.
    #[must_use]
    pub fn until(self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(Self::now().0)).unwrap_or(0))
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        write!(f, "{instant:.3}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant: jiff::Timestamp =
            text.parse().map_err(|_| de::Error::custom("must be an instant such as 2026-11-20T10:00:00Z"))?;
        Ok(Self(instant.as_millisecond()))
    }
}

/// A calendar day, without a time or a zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, sqlx_macros::Type, ToSchema)]
#[sqlx(transparent)]
#[serde(transparent)]
#[schema(value_type = String, format = Date)]
pub struct Day(String);

impl Day {
    fn date(&self) -> jiff::civil::Date {
        // Only `new` and the database make days, both from a date.
        self.0.parse().unwrap_or(jiff::civil::Date::ZERO)
    }

    fn new(date: jiff::civil::Date) -> Self {
        Self(date.to_string())
    }

    #[must_use]
    pub fn today() -> Self {
        Self::at(Timestamp::now(), None).0
    }

    /// The day and the hour of an instant in a time zone, by its IANA name; in UTC where that is unknown.
    #[must_use]
    pub fn at(instant: Timestamp, zone: Option<&str>) -> (Self, i8) {
        let zone = zone.and_then(|name| jiff::tz::TimeZone::get(name).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
        let instant = jiff::Timestamp::from_millisecond(instant.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let there = instant.to_zoned(zone);
        (Self::new(there.date()), there.hour())
    }

    /// The moment with which it begins in a time zone, by its IANA name; in UTC where that is unknown.
    #[must_use]
    pub fn begins(&self, zone: Option<&str>) -> Timestamp {
        let zone = zone.and_then(|name| jiff::tz::TimeZone::get(name).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
        let begin = self.date().to_zoned(zone).map(|begin| begin.timestamp().as_millisecond());
        Timestamp(begin.unwrap_or_default())
    }

    /// How many days after Monday it is.
    #[must_use]
    pub fn weekday(&self) -> i64 {
        i64::from(self.date().weekday().to_monday_zero_offset())
    }

    /// The day this many days later (or earlier, when negative); none beyond the calendar, which is 1900 to 2999.
    #[must_use]
    pub fn plus(&self, days: i64) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        let moved = self.date().checked_add(span).ok()?;
        (1900..=2999).contains(&moved.year()).then(|| Self::new(moved))
    }

    /// Days from `earlier` to this day.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> i64 {
        self.date().since(earlier.date()).map_or(0, |span| i64::from(span.get_days()))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Day {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const REFUSED: &str = "must be a day such as 2026-11-20, from 1900 to 2999";
        if text.len() != 10 {
            return Err(REFUSED);
        }
        let date: jiff::civil::Date = text.parse().map_err(|_| REFUSED)?;
        if !(1900..=2999).contains(&date.year()) || date.to_string() != text {
            return Err(REFUSED);
        }
        Ok(Self(text.into()))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Result<Day, serde_json::Error> {
        serde_json::from_value(serde_json::json!(text))
    }

    #[test]
    fn days_are_counted_over_a_leap_day() {
        let (a, b) = (day("2028-02-27").unwrap(), day("2028-03-01").unwrap());
        assert_eq!(b.since(&a), 3);
        assert_eq!(a.plus(3), Some(b.clone()));
        assert_eq!(b.plus(-3), Some(a));
    }

    #[test]
    fn the_calendar_has_an_end() {
        let last = day("2999-12-31").unwrap();
        assert_eq!(last.plus(0), Some(last.clone()));
        for days in [1, i64::MAX, i64::MIN, -500_000] {
            assert_eq!(last.plus(days), None, "{days}");
        }
        assert_eq!(day("1900-01-01").unwrap().plus(-1), None);
    }

    #[test]
    fn impossible_days_are_refused() {
        for text in ["2026-02-30", "0000-01-01", "2026-1-1", "20261-01-1", "2026-11-20T10:00:00Z", ""] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn instants_are_written_with_milliseconds() {
        assert_eq!(Timestamp(1_763_632_800_000).to_string(), "2025-11-20T10:00:00.000Z");
    }
}
