//! Dates in the cells of a table. Where a table does not say whether 05/06 is in May or in June, it has to be said.

use jiff::civil::Date;

use crate::{
    base::{
        clock::{Day, Timestamp},
        error::{Error, Result},
    },
    import::{DateOrder, text},
};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The numbers and words of a date, before its time of day.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for c in text.trim().chars() {
        let starts_time = c == ':';
        if starts_time {
            // The hour came already.
            parts.pop();
            break;
        }
        if c.is_alphanumeric() {
            let last = parts.last().and_then(|part| part.chars().last());
            if last.is_some_and(|last| last.is_ascii_digit() != c.is_ascii_digit()) {
                parts.push(String::new());
            }
            if let Some(part) = parts.last_mut() {
                part.push(c.to_ascii_lowercase());
            }
        } else if parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The two numbers whose order is not known, and the year; what is not so is known otherwise.
fn unordered(text: &str) -> Option<(i8, i8, i16)> {
    let parts = parts(text);
    let numbers: Vec<i16> = parts.iter().take(3).filter_map(|part| part.parse().ok()).collect();
    let [one, other, year] = numbers[..] else { return None };
    if parts[0].len() > 2 {
        return None;
    }
    let year = if year < 100 { year + 2000 } else { year };
    Some((i8::try_from(one).ok()?, i8::try_from(other).ok()?, year))
}

/// A date with the name of its month, such as `27/Oct/24` or `Oct 27, 2024`.
fn with_month(text: &str) -> Option<Date> {
    let parts = parts(text);
    let month = parts.iter().take(4).find_map(|part| {
        let at = MONTHS.iter().position(|month| part.starts_with(month))?;
        i8::try_from(at + 1).ok()
    })?;
    let numbers: Vec<i16> = parts.iter().take(4).filter_map(|part| part.parse().ok()).collect();
    let (day, year) = match numbers[..] {
        [day, year, ..] if day <= 31 => (day, year),
        [year, day, ..] => (day, year),
        _ => return None,
    };
    let year = if year < 100 { year + 2000 } else { year };
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

/// How the dates of a table are read.
#[derive(Clone, Copy, Debug)]
pub struct Dates {
    order: DateOrder,
}

impl Dates {
    /// By what all dates of the table say together, or by what the person says.
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>, given: Option<DateOrder>) -> Result<Self> {
        let (mut dmy, mut mdy, mut example) = (false, false, None);
        for cell in cells.filter(|cell| !cell.trim().is_empty()) {
            if text::instant(cell).is_some() || text::day(cell).is_some() || with_month(cell).is_some() {
                continue;
            }
            let Some((one, other, _)) = unordered(cell) else { continue };
            // With dots the day comes first, everywhere.
            dmy |= one > 12 || cell.contains('.');
            mdy |= other > 12;
            example.get_or_insert(cell);
        }
        let order = match (given, dmy, mdy, example) {
            (Some(order), ..) => order,
            (None, true, false, _) | (None, _, _, None) => DateOrder::Dmy,
            (None, false, true, _) => DateOrder::Mdy,
            (None, _, _, Some(example)) => {
                let detail = format!(
                    "\"{example}\" may be two days: say with dmy or mdy whether its day or its month comes first"
                );
                return Err(Error::invalid("/mapping/date_order", detail));
            }
        };
        Ok(Self { order })
    }

    fn date(self, text: &str) -> Option<Date> {
        if let Some(date) = with_month(text) {
            return Some(date);
        }
        let (one, other, year) = unordered(text)?;
        let (day, month) = if self.order == DateOrder::Dmy { (one, other) } else { (other, one) };
        Date::new(year, month, day).ok()
    }

    #[must_use]
    pub fn day(self, text: &str, zone: Option<&str>) -> Option<Day> {
        // An instant with a time is the day that it is where the person lives.
        if text.trim().len() > 10
            && let Some(at) = text::instant(text)
        {
            return Some(Day::at(at, zone).0);
        }
        text::day(text).or_else(|| self.date(text)?.to_string().parse().ok())
    }

    #[must_use]
    pub fn instant(self, text: &str) -> Option<Timestamp> {
        text::instant(text).or_else(|| text::instant(&self.date(text)?.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str], given: Option<DateOrder>) -> Result<Vec<String>> {
        let dates = Dates::of(cells.iter().copied(), given)?;
        let day = |cell: &&str| dates.day(cell, None).map(|day| day.to_string()).unwrap_or_default();
        Ok(cells.iter().map(day).collect())
    }

    #[test]
    fn the_order_of_day_and_month_is_found_or_asked() {
        assert_eq!(read(&["05/06/2026", "13/06/2026"], None).unwrap(), ["2026-06-05", "2026-06-13"]);
        assert_eq!(read(&["05/06/2026", "06/13/26"], None).unwrap(), ["2026-05-06", "2026-06-13"]);
        assert_eq!(read(&["05.06.2026"], None).unwrap(), ["2026-06-05"]);
        assert_eq!(read(&["05/06/2026"], Some(DateOrder::Mdy)).unwrap(), ["2026-05-06"]);
        assert_eq!(
            read(&["2026-05-06", "27/Oct/24 2:30 AM", "Oct 7, 2024", ""], None).unwrap(),
            ["2026-05-06", "2024-10-27", "2024-10-07", ""]
        );
        for cells in [&["05/06/2026"][..], &["13/06/2026", "06/13/2026"]] {
            assert!(
                matches!(read(cells, None), Err(Error::Invalid { pointer, .. }) if pointer == "/mapping/date_order")
            );
        }
        for cell in ["99/99/2026", "every monday", "🎂", "1/2", "//", "12:30"] {
            assert_eq!(read(&[cell], Some(DateOrder::Dmy)).unwrap(), [""], "{cell}");
        }
    }
}
