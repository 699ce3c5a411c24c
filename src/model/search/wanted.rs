//! What a person asks for in one line: words, `"words one behind the other"`, `-without`, and filters such as `is:open`.

use crate::{
    base::{
        error::{Error, Result},
        tokens::{Sort, tokens},
    },
    db::full_text::Expression,
};

/// The most characters to search for, and the most words.
const LONGEST: usize = 400;
const MOST_WORDS: usize = 32;

/// Whether the last token of a phrase may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Whole,
    /// Because it is still being typed.
    Typed,
    /// Because one character of a run is the beginning of a pair.
    Run,
}

/// Tokens that stand one behind the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    pub tokens: Vec<String>,
    pub ending: Ending,
}

impl Phrase {
    /// What a text says, as far as it says anything.
    fn of(text: &str, typed: bool) -> Option<Self> {
        let mut found: Vec<_> = tokens(text).collect();
        let last = found.pop()?;
        let in_run = found.last().is_some_and(|before| before.sort == Sort::Pair);
        let ending = match last.sort {
            // The run may go on in the text.
            Sort::Last if in_run => Ending::Whole,
            Sort::Last => Ending::Run,
            // The beginning of a word is more than a letter.
            _ if typed && last.text.chars().nth(1).is_some() => Ending::Typed,
            _ => Ending::Whole,
        };
        if !(last.sort == Sort::Last && in_run) {
            found.push(last);
        }
        Some(Self { tokens: found.into_iter().map(|token| token.text).collect(), ending })
    }

    /// As it is looked for, with a mark before each token.
    pub fn expression(&self, mark: &str, whole: bool) -> Expression {
        let prefix = match self.ending {
            Ending::Whole => false,
            Ending::Typed => !whole,
            Ending::Run => true,
        };
        Expression::Phrase { tokens: self.tokens.iter().map(|token| format!("{mark}{token}")).collect(), prefix }
    }
}

/// What a filter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Assignee,
    Label,
    Milestone,
    Column,
    Priority,
    Is,
    Due,
    Created,
    Updated,
    Project,
    Kind,
}

impl Field {
    const ALL: [(&'static str, Self); 11] = [
        ("assignee", Self::Assignee),
        ("label", Self::Label),
        ("milestone", Self::Milestone),
        ("column", Self::Column),
        ("priority", Self::Priority),
        ("is", Self::Is),
        ("due", Self::Due),
        ("created", Self::Created),
        ("updated", Self::Updated),
        ("project", Self::Project),
        ("kind", Self::Kind),
    ];
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// All of them have to be there.
    pub words: Vec<Phrase>,
    /// None of them may be there.
    pub without: Vec<Phrase>,
    /// A task's number, and the key before it if there was one.
    pub number: Option<(Option<String>, i64)>,
    pub filters: Vec<(Field, String)>,
    /// Each of them excludes what it names.
    pub excluded: Vec<(Field, String)>,
}

/// A piece of the line.
struct Piece<'a> {
    excluded: bool,
    field: Option<Field>,
    text: &'a str,
    quoted: bool,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// A quoted text, or what goes up to the next blank; and the rest behind it.
fn take(text: &str) -> (&str, bool, &str) {
    if let Some(inside) = text.strip_prefix(is_quote) {
        let end = inside.find(is_quote).unwrap_or(inside.len());
        let rest = &inside[end..];
        return (&inside[..end], true, rest.strip_prefix(is_quote).unwrap_or(rest));
    }
    let (word, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    (word, false, rest)
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = vec![];
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let positive = rest.strip_prefix('-').filter(|behind| !behind.starts_with(char::is_whitespace));
        let excluded = positive.is_some();
        rest = positive.unwrap_or(rest);
        let field = rest.split_once(':').and_then(|(name, behind)| {
            let field = Field::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1;
            (!behind.is_empty() && !behind.starts_with(char::is_whitespace)).then_some((field, behind))
        });
        rest = field.map_or(rest, |(_, behind)| behind);
        let (text, quoted, behind) = take(rest);
        pieces.push(Piece { excluded, field: field.map(|(field, _)| field), text, quoted });
        rest = behind.trim_start();
    }
    pieces
}

/// The number that a word names, as `12`, `#12` or `WEB-12`.
fn number(word: &str) -> Option<(Option<String>, i64)> {
    let (key, digits) = match word.rsplit_once('-') {
        Some((key, digits)) => (Some(key.to_uppercase()), digits),
        None => (None, word.strip_prefix('#').unwrap_or(word)),
    };
    let number = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((key, number))
}

impl Wanted {
    /// What a line asks for. What is not a filter that is known is a word.
    pub fn parse(text: &str) -> Result<Self> {
        let refuse = |detail: String| Err(Error::invalid("/q", detail));
        if text.chars().count() > LONGEST {
            return refuse(format!("must have at most {LONGEST} characters"));
        }
        let all = pieces(text);
        if all.len() > MOST_WORDS {
            return refuse(format!("must have at most {MOST_WORDS} words"));
        }
        let mut wanted = Self::default();
        let words = || all.iter().filter(|piece| piece.field.is_none());
        if let (Some(Piece { excluded: false, quoted: false, text, .. }), 1) = (words().next(), words().count()) {
            wanted.number = number(text);
        }
        let typing = words().rfind(|piece| !piece.excluded).map(|piece| piece.text.as_ptr());
        for Piece { excluded, field, text, quoted } in &all {
            if let Some(field) = field {
                let list = if *excluded { &mut wanted.excluded } else { &mut wanted.filters };
                list.push((*field, (*text).to_owned()));
            } else {
                let typed = !excluded && !quoted && typing == Some(text.as_ptr());
                let list = if *excluded { &mut wanted.without } else { &mut wanted.words };
                list.extend(Phrase::of(text, typed).filter(|phrase| !list.contains(phrase)));
            }
        }
        Ok(wanted)
    }

    /// Whether it asks for nothing at all.
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty() && self.without.is_empty() && self.filters.is_empty() && self.excluded.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Vec<String>, Vec<String>) {
        let wanted = Wanted::parse(text).unwrap();
        let shown = |phrase: &Phrase| {
            let end = match phrase.ending {
                Ending::Whole => "",
                Ending::Typed => "…",
                Ending::Run => "*",
            };
            phrase.tokens.join(" ") + end
        };
        (wanted.words.iter().map(shown).collect(), wanted.without.iter().map(shown).collect())
    }

    #[test]
    fn a_line_is_words_and_what_is_not_wanted() {
        for (line, words, without) in [
            ("Plan the roof", &["plan", "the", "roof…"][..], &[][..]),
            ("\"plan the\" -roof x", &["plan the", "x"], &["roof"]),
            ("“plan the”", &["plan the"], &[]),
            ("\"open", &["open"], &[]),
            ("-\"a b\" c-d", &["c d"], &["a b"]),
            ("alice@example.com", &["alice example com…"], &[]),
            ("朝の運用", &["朝の の運 運用"], &[]),
            ("運 web", &["運*", "web…"], &[]),
            ("\"運用 web\"", &["運用 用 web"], &[]),
            ("a a a", &["a"], &[]),
            ("- -- \"\" \u{300}", &[], &[]),
            ("http://x.org 10:30 foo:bar", &["http x org", "10 30", "foo bar…"], &[]),
            ("is: open", &["is", "open…"], &[]),
        ] {
            let (found, excluded) = parsed(line);
            assert_eq!(found, words, "{line}");
            assert_eq!(excluded, without, "{line}");
        }
    }

    #[test]
    fn a_line_has_filters_and_a_number() {
        let wanted = Wanted::parse("WEB-142 label:\"to do\" IS:open").unwrap();
        assert_eq!(wanted.filters, [(Field::Label, "to do".into()), (Field::Is, "open".into())]);
        assert_eq!(wanted.number, Some((Some("WEB".into()), 142)));
        let without = Wanted::parse("-label:\"to do\" x -is:open").unwrap();
        assert_eq!(without.excluded, [(Field::Label, "to do".into()), (Field::Is, "open".into())]);
        assert!(without.filters.is_empty());
        assert_eq!(Wanted::parse("#7").unwrap().number, Some((None, 7)));
        for line in ["7 x", "\"7\"", "-7", "x-", "99999999999999999999", "+7"] {
            assert_eq!(Wanted::parse(line).unwrap().number, None, "{line}");
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        assert!(Wanted::parse(&"x".repeat(401)).is_err());
        assert!(Wanted::parse(&"x ".repeat(33)).is_err());
    }
}
