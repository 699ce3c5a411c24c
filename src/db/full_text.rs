//! Full-text search on two databases: a text as the index keeps it, and what is looked for in it. Both are made of tokens
//! (`base::tokens`), which neither database parts or changes, so that both find the same: `SQLite` by FTS5, Postgres by a
//! `tsvector` with a GIN index.

use std::{collections::BTreeMap, fmt::Write};

use super::rows::Dialect;

/// The most tokens of a text: Postgres knows no places beyond 16,383.
const MOST: usize = 16_000;
/// The most places of one token: Postgres knows no more.
const MOST_OF_ONE: usize = 255;
/// The most bytes of all tokens: a `tsvector` has less than a megabyte.
const MOST_BYTES: usize = 512 * 1024;

/// A text as the index keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    tokens: Vec<String>,
    bytes: usize,
    places: BTreeMap<String, usize>,
}

impl Document {
    /// Add a token behind the others, unless the text is too long. Answers whether more may follow.
    pub fn push(&mut self, token: String) -> bool {
        self.bytes += token.len();
        if self.tokens.len() >= MOST || self.bytes > MOST_BYTES {
            return false;
        }
        let places = self.places.entry(token.clone()).or_default();
        if *places < MOST_OF_ONE {
            *places += 1;
            self.tokens.push(token);
        }
        true
    }

    /// As a value of `{tokens …}`.
    #[must_use]
    pub fn render(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Sqlite => self.tokens.join(" "),
            Dialect::Postgres => {
                let mut places: BTreeMap<&str, String> = BTreeMap::new();
                for (at, token) in self.tokens.iter().enumerate() {
                    let list = places.entry(token).or_default();
                    // Writing to a text never fails.
                    let _ = write!(list, "{}{}", if list.is_empty() { "" } else { "," }, at + 1);
                }
                let each = places.iter().map(|(token, list)| format!("{}:{list}", quoted(token, '\'')));
                each.collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Tokens one behind the other; with `prefix` the last is only the beginning of one.
    Phrase {
        tokens: Vec<String>,
        prefix: bool,
    },
    All(Vec<Self>),
    Any(Vec<Self>),
    /// The first without the second.
    But(Box<Self>, Box<Self>),
}

impl Expression {
    /// As a value of `{matches …}`.
    #[must_use]
    pub fn render(&self, dialect: Dialect) -> String {
        let joined = |parts: &[Self], word: &str| {
            let parts: Vec<_> = parts.iter().map(|part| part.render(dialect)).collect();
            if parts.len() == 1 { parts.concat() } else { format!("({})", parts.join(word)) }
        };
        match (self, dialect) {
            (Self::Phrase { tokens, prefix }, Dialect::Sqlite) => {
                quoted(&tokens.join(" "), '"') + if *prefix { " *" } else { "" }
            }
            (Self::Phrase { tokens, prefix }, Dialect::Postgres) => {
                let tokens: Vec<_> = tokens.iter().map(|token| quoted(token, '\'')).collect();
                format!("({}{})", tokens.join(" <-> "), if *prefix { ":*" } else { "" })
            }
            (Self::All(parts), Dialect::Sqlite) => joined(parts, " AND "),
            (Self::All(parts), Dialect::Postgres) => joined(parts, " & "),
            (Self::Any(parts), Dialect::Sqlite) => joined(parts, " OR "),
            (Self::Any(parts), Dialect::Postgres) => joined(parts, " | "),
            (Self::But(left, right), Dialect::Sqlite) => {
                format!("({} NOT {})", left.render(dialect), right.render(dialect))
            }
            (Self::But(left, right), Dialect::Postgres) => {
                format!("({} & !{})", left.render(dialect), right.render(dialect))
            }
        }
    }
}

/// A text in quotes. Tokens hold neither quotes nor backslashes; were there one, it stays a text.
fn quoted(text: &str, quote: char) -> String {
    let mut quoted = String::from(quote);
    for c in text.chars() {
        if c == quote || (c == '\\' && quote == '\'') {
            quoted.push(c);
        }
        quoted.push(c);
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(tokens: &[&str], prefix: bool) -> Expression {
        Expression::Phrase { tokens: tokens.iter().map(|token| (*token).to_owned()).collect(), prefix }
    }

    #[test]
    fn a_text_and_what_is_looked_for_are_written_for_each_database() {
        let mut document = Document::default();
        for token in ["plan", "the", "plan"] {
            document.push(token.into());
        }
        assert_eq!(document.render(Dialect::Sqlite), "plan the plan");
        assert_eq!(document.render(Dialect::Postgres), "'plan':1,3 'the':2");
        let all = Expression::All(vec![phrase(&["a", "b"], false), phrase(&["c"], true)]);
        let wanted = Expression::But(Box::new(all), Box::new(phrase(&["d"], false)));
        assert_eq!(wanted.render(Dialect::Sqlite), r#"(("a b" AND "c" *) NOT "d")"#);
        assert_eq!(wanted.render(Dialect::Postgres), "((('a' <-> 'b') & ('c':*)) & !('d'))");
        assert_eq!(phrase(&["'\\\""], false).render(Dialect::Postgres), r#"('''\\"')"#);
    }

    #[test]
    fn a_text_without_end_has_an_end() {
        let mut document = Document::default();
        let pushed = (0..100_000).filter(|at| document.push(format!("t{}", at % 1_000))).count();
        assert!(pushed < 100_000);
        assert!(document.tokens.len() <= MOST);
        let mut document = Document::default();
        for _ in 0..1_000 {
            document.push("again".into());
        }
        assert_eq!(document.tokens.len(), MOST_OF_ONE);
    }
}
