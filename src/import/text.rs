//! Texts of other programs as they are kept here: single lines, Markdown, dates and instants.

use std::fmt::Write;

use jiff::{civil, tz::TimeZone};

use crate::base::{
    clock::{Day, Timestamp},
    invisible::shows_nothing,
    text::{Body, Email},
};

/// The instants that are believed: those that the calendar here has.
const FIRST: i64 = -2_208_988_800_000;
const LAST: i64 = 32_503_680_000_000;

fn believed(at: i64) -> Option<Timestamp> {
    (FIRST..LAST).contains(&at).then_some(Timestamp(at))
}

/// A number of seconds since 1970, or of milliseconds when it is too large for that. Zero says that there is none.
#[must_use]
pub fn seconds(number: f64) -> Option<Timestamp> {
    let milliseconds = if number.abs() > 1e11 { number } else { number * 1_000.0 };
    if !milliseconds.is_finite() || milliseconds == 0.0 {
        return None;
    }
    let at = jiff::SignedDuration::try_from_secs_f64(milliseconds / 1_000.0).ok()?;
    believed(i64::try_from(at.as_millis()).ok()?)
}

/// An instant as programs write it: RFC 3339, the same with a blank or without a zone (then UTC), or a day alone.
#[must_use]
pub fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // Programs say so where there is none.
    if text.is_empty() || text.starts_with("0001-01-01") {
        return None;
    }
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return believed(at.as_millisecond());
    }
    for layout in ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%.f%z"] {
        if let Ok(at) = jiff::Timestamp::strptime(layout, text) {
            return believed(at.as_millisecond());
        }
    }
    if text.len() > 10
        && let Ok(at) = text.parse::<civil::DateTime>()
    {
        return believed(at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond());
    }
    let day: civil::Date = text.get(..10).filter(|_| text.len() == 10)?.parse().ok()?;
    believed(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// The day of an instant, or of a date, as it is written: what a time zone would make of it nothing says.
#[must_use]
pub fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    if text.starts_with("0001-01-01") {
        return None;
    }
    text.get(..10)?.parse().ok()
}

/// A single line of at most so many characters; nothing when no letter is left.
#[must_use]
pub fn line(text: &str, most: usize) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = line.trim();
    if shows_nothing(line) {
        return None;
    }
    if line.chars().count() <= most {
        return Some(line.into());
    }
    let cut: String = line.chars().take(most.saturating_sub(1)).collect();
    Some(format!("{}…", cut.trim_end()))
}

/// A text of any number of lines, without what no text may hold, and no longer than it may be.
#[must_use]
pub fn body(text: &str) -> (String, bool) {
    let text = text.replace('\0', "").replace("\r\n", "\n");
    if text.len() <= Body::MAX_BYTES {
        return (text, false);
    }
    let mut end = Body::MAX_BYTES - 4;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (format!("{}…", &text[..end]), true)
}

/// A text that stands for itself in Markdown, in one line.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '!' => {
                plain.push('\\');
                plain.push(c);
            }
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain.trim().into()
}

/// An address on the web; others, such as `javascript:`, are none.
#[must_use]
pub fn web_address(text: &str) -> Option<String> {
    let address = url::Url::parse(text.trim()).ok()?;
    let on_the_web = matches!(address.scheme(), "http" | "https") && address.has_host();
    on_the_web.then(|| String::from(address)).filter(|address| address.len() <= 2_000)
}

#[must_use]
pub fn email(text: &str) -> Option<String> {
    Email::parse(text).ok().map(|email| email.as_str().to_owned())
}

/// `#rrggbb`, with or without its first character, or with three digits.
#[must_use]
pub fn colour(text: &str) -> Option<String> {
    let digits = text.trim().trim_start_matches('#');
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    match digits.len() {
        6 => Some(format!("#{}", digits.to_lowercase())),
        3 => Some(digits.to_lowercase().chars().fold("#".into(), |text, digit| format!("{text}{digit}{digit}"))),
        _ => None,
    }
}

/// A colour for what has none, the same for the same name.
#[must_use]
pub fn colour_for(name: &str) -> String {
    const COLOURS: [&str; 10] =
        ["#4bce97", "#f5cd47", "#fea362", "#f87168", "#9f8fef", "#579dff", "#6cc3e0", "#94c748", "#e774bb", "#8590a2"];
    let sum = name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
    COLOURS[sum % COLOURS.len()].into()
}

/// Whether a column of this name holds what is done.
#[must_use]
pub fn says_done(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    matches!(
        name.as_str(),
        "done" | "closed" | "completed" | "complete" | "finished" | "resolved" | "fertig" | "erledigt"
    )
}

/// Whether a column of this name holds what is not begun.
#[must_use]
pub fn says_backlog(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    matches!(name.as_str(), "backlog" | "to do" | "todo" | "to-do" | "open" | "ideas" | "inbox" | "unstarted")
}

/// Markdown of what another program keeps as HTML. Only marks that texts have are kept; everything else is its words.
#[must_use]
pub fn of_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut lists: Vec<Option<u32>> = vec![];
    let mut links: Vec<Option<String>> = vec![];
    let mut hidden = 0_usize;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        if hidden == 0 {
            text.push_str(&decoded(&rest[..at]));
        }
        let Some(end) = rest[at..].find('>') else {
            rest = &rest[at..];
            break;
        };
        let tag = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        let closes = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase();
        if matches!(name.as_str(), "script" | "style") {
            hidden = if closes { hidden.saturating_sub(1) } else { hidden + 1 };
            continue;
        }
        if hidden > 0 {
            continue;
        }
        match (name.as_str(), closes) {
            ("strong" | "b", _) => text.push_str("**"),
            ("em" | "i", _) => text.push('*'),
            ("s" | "del" | "strike", _) => text.push_str("~~"),
            ("code", _) if !text.ends_with("```\n") => text.push('`'),
            ("pre", false) => text.push_str("\n\n```\n"),
            ("pre", true) => text.push_str("\n```\n\n"),
            ("br", _) => text.push('\n'),
            ("hr", _) => text.push_str("\n\n---\n\n"),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) => {
                let level = name[1..].parse().unwrap_or(1);
                let _ = write!(text, "\n\n{} ", "#".repeat(level));
            }
            ("blockquote", false) => text.push_str("\n\n> "),
            ("ul", false) => lists.push(None),
            ("ol", false) => lists.push(Some(0)),
            ("ul" | "ol", true) => {
                lists.pop();
                text.push('\n');
            }
            ("li", false) => {
                let depth = lists.len().clamp(1, 8) - 1;
                let mark = match lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{number}.")
                    }
                    _ => "-".into(),
                };
                let checked = tag.contains("data-checked=\"true\"");
                let unchecked = tag.contains("data-checked=\"false\"");
                let state = if checked {
                    " [x]"
                } else if unchecked {
                    " [ ]"
                } else {
                    ""
                };
                let _ = write!(text, "\n{}{mark}{state} ", "  ".repeat(depth));
            }
            ("a", false) => {
                let target = attribute(tag, "href").and_then(|target| web_address(&target));
                if target.is_some() {
                    text.push('[');
                }
                links.push(target);
            }
            ("a", true) => {
                if let Some(Some(target)) = links.pop() {
                    let _ = write!(text, "](<{target}>)");
                }
            }
            ("p" | "div" | "blockquote" | "table" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6", _)
                if lists.is_empty() =>
            {
                text.push_str("\n\n");
            }
            _ => {}
        }
    }
    if hidden == 0 {
        text.push_str(&decoded(rest));
    }
    squeezed(&text)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!("{name}="))?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = value[1..].split_once(quote)?;
    Some(decoded(value))
}

fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.into();
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&nbsp;", " ").replace("&amp;", "&")
}

/// At most one empty line in a row, and none at the ends.
fn squeezed(text: &str) -> String {
    let mut lines: Vec<&str> = vec![];
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_of_many_programs_are_one() {
        let expected = Some(Timestamp(1_544_569_200_000));
        for text in [
            "2018-12-11T23:00:00Z",
            "2018-12-11T23:00:00.000Z",
            "2018-12-11T23:00:00+0000",
            "2018-12-12T00:00:00+01:00",
            "2018-12-11 23:00:00",
            " 2018-12-11T23:00:00 ",
        ] {
            assert_eq!(instant(text), expected, "{text}");
        }
        assert_eq!(instant("2018-12-11"), Some(Timestamp(1_544_486_400_000)));
        assert_eq!(seconds(1_544_569_200.0), expected);
        assert_eq!(seconds(1_544_569_200_000.0), expected);
        for text in ["", "0001-01-01T00:00:00Z", "yesterday", "9999-99-99", "2018", "🎂🎂🎂🎂"] {
            assert_eq!(instant(text), None, "{text}");
        }
        for number in [0.0, f64::NAN, f64::INFINITY, 1e300, -1e300] {
            assert_eq!(seconds(number), None, "{number}");
        }
    }

    #[test]
    fn texts_are_made_to_fit() {
        assert_eq!(line(" a\tb\u{7}\n", 10).unwrap(), "a b");
        assert_eq!(line(&"ä".repeat(300), 255).unwrap().chars().count(), 255);
        assert_eq!(line(" \n", 10), None);
        let (cut, was_cut) = body(&"ä".repeat(40_000));
        assert!(was_cut && cut.len() <= Body::MAX_BYTES && cut.ends_with('…'));
        assert_eq!(body("a\0b\r\nc"), ("ab\nc".into(), false));
        assert_eq!(web_address("javascript:alert(1)"), None);
        assert_eq!(web_address("https://example.org/a b").unwrap(), "https://example.org/a%20b");
        assert_eq!(colour("FFF").unwrap(), "#ffffff");
        assert_eq!(colour("url(x)"), None);
    }

    #[test]
    fn html_becomes_markdown() {
        let html = "<h2>Plan</h2><p>One <strong>two</strong> &amp; <a href=\"https://example.org/?a=1&amp;b=2\">three</a>\
                    <a href='javascript:alert(1)'>x</a></p><ul><li>a</li><li data-checked=\"true\">b</li></ul>\
                    <script>alert(1)</script><p>end";
        assert_eq!(
            of_html(html),
            "## Plan\n\nOne **two** & [three](<https://example.org/?a=1&b=2>)x\n\n- a\n- [x] b\n\nend"
        );
        for text in ["<", "<<<", "a < b", "</", "<a href=", "&"] {
            let _ = of_html(text);
        }
    }
}
