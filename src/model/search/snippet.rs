//! What is shown of a text that was found: the pieces of it around what was searched for.

use serde::Serialize;
use utoipa::ToSchema;

use super::wanted::{Ending, Phrase};
use crate::base::tokens::{Token, end_of, tokens};

/// How many characters are shown of a long text, and how many of them stand before what was found.
const SHOWN: usize = 160;
const BEFORE: usize = 40;

/// A piece of a found text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Snippet {
    pub text: String,
    /// Whether it is what was searched for.
    pub hit: bool,
}

/// Where the words stand in a text, as bytes, and which of them were found.
pub struct Places {
    places: Vec<(usize, usize)>,
    found: Vec<bool>,
}

impl Places {
    /// Up to `beyond` bytes behind the first place.
    pub fn find(text: &str, words: &[Phrase], beyond: usize) -> Self {
        let mut seen: Vec<Token> = vec![];
        let mut all = Self { places: vec![], found: vec![false; words.len()] };
        for token in tokens(text) {
            if all.places.first().is_some_and(|(first, _)| token.at.start > first.saturating_add(beyond)) {
                break;
            }
            seen.push(token);
            for (phrase, found) in words.iter().zip(&mut all.found) {
                if let Some(place) = ends_with(text, &seen, phrase) {
                    all.places.push(place);
                    *found = true;
                }
            }
        }
        all.places.sort_unstable();
        all
    }

    pub fn any(&self) -> bool {
        !self.places.is_empty()
    }

    pub fn all(&self) -> bool {
        self.found.iter().all(|found| *found)
    }
}

/// Where a phrase stands that these tokens end with.
fn ends_with(text: &str, seen: &[Token], phrase: &Phrase) -> Option<(usize, usize)> {
    let (last, before) = phrase.tokens.split_last()?;
    let (token, behind) = seen.split_last()?;
    let behind = &behind[behind.len().checked_sub(before.len())?..];
    let goes_on = phrase.ending != Ending::Whole && token.text.starts_with(last.as_str());
    let fits = behind.iter().zip(before).all(|(token, wanted)| token.text == *wanted);
    if !fits || !(goes_on || token.text == *last) {
        return None;
    }
    let from = behind.first().unwrap_or(token).at.start;
    let end =
        if token.text == *last { token.at.end } else { token.at.start + end_of(&text[token.at.clone()], last.len()) };
    Some((from, end))
}

/// A text in pieces.
pub fn whole(text: &str, found: &Places) -> Vec<Snippet> {
    cut(text, found, 0, text.len())
}

/// The part of a text around what was found first.
pub fn around(text: &str, found: &Places) -> Vec<Snippet> {
    let first = found.places.first().map_or(0, |(from, _)| *from);
    let back = |count: usize| text[..first].char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at);
    let mut from = back(BEFORE);
    if from > 0 {
        // At the beginning of a word, where there is one.
        from += text[from..first].find(' ').map_or(0, |blank| blank + 1);
    }
    let mut to = text[from..].char_indices().nth(SHOWN).map_or(text.len(), |(at, _)| from + at);
    if to < text.len() {
        to = text[first..to].rfind(' ').map_or(to, |blank| first + blank);
    }
    let mut pieces = cut(text, found, from, to);
    let dots = || Snippet { text: "…".into(), hit: false };
    if from > 0 {
        match pieces.first_mut().filter(|piece| !piece.hit) {
            Some(piece) => piece.text.insert(0, '…'),
            None => pieces.insert(0, dots()),
        }
    }
    if to < text.len() {
        match pieces.last_mut().filter(|piece| !piece.hit) {
            Some(piece) => piece.text.push('…'),
            None => pieces.push(dots()),
        }
    }
    pieces
}

fn cut(text: &str, found: &Places, from: usize, to: usize) -> Vec<Snippet> {
    let mut pieces: Vec<Snippet> = vec![];
    let mut at = from;
    let mut push = |begin: usize, end: usize, hit: bool| {
        if begin < end {
            pieces.push(Snippet { text: text[begin..end].to_owned(), hit });
        }
    };
    for (begin, end) in &found.places {
        let (begin, end) = ((*begin).max(at), (*end).min(to));
        if begin < end {
            push(at, begin, false);
            push(begin, end, true);
            at = end;
        }
    }
    push(at, to, false);
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::wanted::Wanted, *};

    fn marked(pieces: &[Snippet]) -> String {
        pieces.iter().map(|s| if s.hit { format!("[{}]", s.text) } else { s.text.clone() }).collect()
    }

    fn found(text: &str, words: &str) -> Places {
        Places::find(text, &Wanted::parse(words).unwrap().words, usize::MAX)
    }

    #[test]
    fn hits_are_marked_in_the_original() {
        for (title, words, result) in [
            ("Жук на листе", "жук", "[Жук] на листе"),
            ("Die Straße fegen", "strasse", "Die [Straße] fegen"),
            ("O\u{308}mer anrufen", "ömer", "[O\u{308}mer] anrufen"),
            ("Plan the plant", "plant", "Plan the [plant]"),
            ("Plan the plant", "plan", "[Plan] the [plan]t"),
            ("a-b a", "\"a b\"", "[a-b] a"),
            ("ﬁnish", "fin", "[ﬁn]ish"),
            ("Cafe\u{301} au lait", "cafe", "[Cafe\u{301}] au lait"),
            ("a dot", "dot a dot", "[a] [dot]"),
            ("朝の運用フロー", "運用", "朝の[運用]フロー"),
            ("朝の運用", "運", "朝の[運]用"),
            ("朝の運用", "用", "朝の運[用]"),
            ("Launch 🚀🔥", "🔥", "Launch 🚀[🔥]"),
            ("Dig", "dog", "Dig"),
        ] {
            assert_eq!(marked(&whole(title, &found(title, words))), result, "{words} in {title}");
        }
    }

    #[test]
    fn a_long_text_is_cut_around_what_was_found() {
        let text = format!("{}needle {}", "hay ".repeat(50), "straw ".repeat(50));
        let pieces = around(&text, &found(&text, "needle"));
        let shown = marked(&pieces);
        assert!(
            shown.starts_with("…hay hay") && shown.contains("[needle] straw") && shown.ends_with("straw…"),
            "{shown}"
        );
        assert!(pieces.iter().map(|piece| piece.text.chars().count()).sum::<usize>() <= SHOWN + 2, "{shown}");
        assert_eq!(marked(&around("needle", &found("needle", "needle"))), "[needle]");
    }

    proptest! {
        #[test]
        fn pieces_are_the_text(text in "[a-cß運用 \u{301}🔥é.-]{0,60}", words in "[a-cß運用 🔥é]{0,10}") {
            let found = Places::find(&text, &Wanted::parse(&words).unwrap().words, usize::MAX);
            let joined: String = whole(&text, &found).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(&joined, &text);
            around(&text, &found);
        }
    }
}
