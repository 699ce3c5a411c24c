//! Lines of iCalendar (RFC 5545, 3.1): at most 75 octets, and what is longer goes on in the next one behind a blank.

const LONGEST: usize = 75;

/// A document as it grows.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// A line as it is.
    pub fn line(&mut self, name: &str, value: &str) {
        let mut room = LONGEST;
        for part in [name, ":", value] {
            for c in part.chars() {
                if c.len_utf8() > room {
                    self.0.push_str("\r\n ");
                    room = LONGEST - 1;
                }
                self.0.push(c);
                room -= c.len_utf8();
            }
        }
        self.0.push_str("\r\n");
    }

    /// A line of what people wrote.
    pub fn text(&mut self, name: &str, value: &str) {
        self.line(name, &escaped(value));
    }

    /// A line of several such texts; none, when there are none.
    pub fn texts(&mut self, name: &str, values: &[String]) {
        if !values.is_empty() {
            self.line(name, &values.iter().map(|value| escaped(value)).collect::<Vec<_>>().join(","));
        }
    }

    #[must_use]
    pub fn end(self) -> String {
        self.0
    }
}

/// A text as a value (3.3.11). Other control characters than a line's end and a tab cannot be in one.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => escaped.push_str("\\n"),
            '\t' => escaped.push(c),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn a_line_has_75_octets_and_never_ends_inside_of_a_character() {
        for letter in ["a", "ж", "字", "🦊"] {
            for before in 0..5 {
                let value = format!("{}{}", "x".repeat(before), letter.repeat(200));
                let mut lines = Lines::default();
                lines.text("SUMMARY", &value);
                let text = lines.end();
                assert_eq!(unfolded(&text), format!("SUMMARY:{value}\r\n"));
                let lengths: Vec<usize> = text.trim_end().split("\r\n").map(str::len).collect();
                let (last, others) = lengths.split_last().unwrap();
                assert!(*last <= 75 && others.iter().all(|length| (72..=75).contains(length)), "{lengths:?}");
            }
        }
    }

    #[test]
    fn what_fits_is_not_folded() {
        let mut lines = Lines::default();
        lines.line("X", &"a".repeat(73));
        lines.line("X", &"a".repeat(74));
        assert_eq!(lines.end(), format!("X:{}\r\nX:{}\r\n a\r\n", "a".repeat(73), "a".repeat(73)));
    }

    #[test]
    fn no_text_begins_a_line_of_its_own() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a\r\nBEGIN:VEVENT\rb\nc;d,e\\f\u{2028}g\u{0}\u{7f}\u{85}h\ti");
        assert_eq!(lines.end(), "SUMMARY:a\\nBEGIN:VEVENT\\nb\\nc\\;d\\,e\\\\f\\ng\\nh\ti\r\n".replace("\\nh", "h"));
    }
}
