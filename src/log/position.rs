//! Places in a project's log, and the cursors that name them.

use crate::base::chain::Chain;

/// A place in a project's log: an event by its number, and of which history it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogPosition {
    pub seq: i64,
    pub chain: Chain,
}

impl LogPosition {
    #[must_use]
    pub const fn new(seq: i64, chain: Chain) -> Self {
        Self { seq, chain }
    }

    /// As cursors of one project and `ETag`s say it: `<epoch>.<seq>.<chain>`. The beginning is that of every history:
    /// `<epoch>.0`.
    #[must_use]
    pub fn cursor(self, epoch: &str) -> String {
        let Self { seq, chain } = self;
        if seq == 0 { format!("{epoch}.0") } else { format!("{epoch}.{seq}.{chain}") }
    }
}

/// The parts of a cursor of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectCursor {
    pub epoch: String,
    pub position: LogPosition,
}

impl ProjectCursor {
    /// `None` for anything that [`LogPosition::cursor`] does not write.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (epoch, digits, chain) = (parts.next()?, parts.next()?, parts.next());
        let seq: i64 = digits.parse().ok().filter(|seq| *seq >= 0)?;
        let chain = match chain {
            Some(chain) => Chain::parse(chain)?,
            None => Chain::NONE,
        };
        let cursor = Self { epoch: epoch.to_owned(), position: LogPosition::new(seq, chain) };
        // One form for each place: no sign, no zeros in front, a chain unless it is the beginning.
        (cursor.position.cursor(epoch) == text && !epoch.is_empty()).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_was(seq in 1..i64::MAX, bits in any::<u32>()) {
            let position = LogPosition::new(seq, Chain::from_bits(bits));
            let cursor = ProjectCursor { epoch: "3f2a".into(), position };
            prop_assert_eq!(ProjectCursor::parse(&position.cursor("3f2a")), Some(cursor));
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in ".{0,40}") {
            let _ = ProjectCursor::parse(&text);
        }
    }

    #[test]
    fn a_place_has_one_cursor_and_anything_else_is_none() {
        let begin = ProjectCursor { epoch: "e".into(), position: LogPosition::default() };
        assert_eq!(ProjectCursor::parse("e.0"), Some(begin));
        for text in [
            "",
            "e",
            "e.",
            "e.5",
            "e.5.",
            "e.+5.00000000",
            "e.0005.00000000",
            "e.-5.00000000",
            "e.05",
            "e.00",
            "e.0.00000000",
            "e.5.0000000",
            "e.5.000000000",
            "e.5.ABCDEF01",
            "e.5.+0000000",
            "e.5.00000000.1",
            ".5.00000000",
            " e.5.00000000 ",
            "e.99999999999999999999.00000000",
        ] {
            assert_eq!(ProjectCursor::parse(text), None, "{text}");
        }
    }
}
