//! The words of a text, as searches compare them: one way to part texts for both databases, so that they find the same.
//!
//! A word is what stands between blanks and signs, folded: `WEB-142` is `web` and `142`, one behind the other, and an address
//! or a path is its parts. Writing that puts no blanks between words (Chinese, Japanese, Thai …) and Korean, whose words
//! carry endings, is taken by overlapping pairs of characters, as are emoji: `朝の運用` is `朝の`, `の運`, `運用` and, at its
//! end, `用`. Whatever is a part of such a run is then a row of neighbouring pairs, and one character is the beginning of a
//! pair.

use std::{collections::VecDeque, ops::Range};

use unicode_normalization::char::is_combining_mark;

use super::fold::{clusters, fold_cluster};

/// The most characters of a word that are compared.
const LONGEST: usize = 64;

/// What a token is of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Word,
    /// Two neighbours of a run.
    Pair,
    /// The last character of a run.
    Last,
}

/// A token, and where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub sort: Sort,
    pub at: Range<usize>,
}

/// The tokens of a text, in its order.
pub fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let mut parts = Parts::default();
    let mut clusters = clusters(text);
    let mut folded = String::new();
    std::iter::from_fn(move || {
        loop {
            if let Some(token) = parts.ready.pop_front() {
                return Some(token);
            }
            let Some(at) = clusters.next() else {
                parts.end();
                return parts.ready.pop_front();
            };
            folded.clear();
            fold_cluster(&text[at.clone()], &mut folded);
            for c in folded.chars() {
                parts.push(c, &at);
            }
        }
    })
}

/// Where the characters end that the first `length` bytes of a folded text come from.
#[must_use]
pub fn end_of(text: &str, length: usize) -> usize {
    let mut folded = String::new();
    let mut end = 0;
    for at in clusters(text) {
        if folded.len() >= length {
            break;
        }
        fold_cluster(&text[at.clone()], &mut folded);
        end = at.end;
    }
    end
}

/// What was read of a text and is not a token yet.
#[derive(Default)]
struct Parts {
    word: Option<Token>,
    /// How many characters the word has.
    length: usize,
    /// The last character of the run.
    last: Option<Token>,
    ready: VecDeque<Token>,
}

enum Class {
    Word,
    /// Of writing that is taken by pairs.
    Run,
    /// Belongs to what it follows.
    Mark,
    Between,
}

impl Parts {
    fn push(&mut self, c: char, at: &Range<usize>) {
        match class(c) {
            Class::Word => self.add_to_word(c, at),
            Class::Mark if self.word.is_some() => self.add_to_word(c, at),
            Class::Run => self.add_to_run(c, at),
            Class::Mark | Class::Between => self.end(),
        }
    }

    fn add_to_word(&mut self, c: char, at: &Range<usize>) {
        self.ready.extend(self.last.take());
        let word = self.word.get_or_insert_with(|| {
            self.length = 0;
            Token { text: String::new(), sort: Sort::Word, at: at.clone() }
        });
        word.at.end = at.end;
        self.length += 1;
        if self.length <= LONGEST {
            word.text.push(c);
        }
    }

    fn add_to_run(&mut self, c: char, at: &Range<usize>) {
        self.ready.extend(self.word.take());
        let last = Token { text: c.into(), sort: Sort::Last, at: at.clone() };
        if let Some(before) = self.last.replace(last) {
            let mut text = before.text;
            text.push(c);
            self.ready.push_back(Token { text, sort: Sort::Pair, at: before.at.start..at.end });
        }
    }

    fn end(&mut self) {
        self.ready.extend(self.word.take());
        self.ready.extend(self.last.take());
    }
}

fn class(c: char) -> Class {
    match c {
        // Most of most texts.
        'a'..='z' | '0'..='9' | 'а'..='я' => Class::Word,
        '\0'..='\x7f' => Class::Between,
        // Thai, Lao, Burmese and Khmer, without their digits and signs.
        '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e81}'..='\u{ece}' | '\u{edc}'..='\u{edf}'
        | '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{109d}' | '\u{1780}'..='\u{17d3}' | '\u{17dc}' | '\u{17dd}'
        // Korean, Japanese and Chinese.
        | '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}'
        | '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3105}'..='\u{312f}'
        | '\u{3131}'..='\u{318e}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}'
        // Arrows, symbols and emoji.
        | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => Class::Run,
        c if c.is_alphanumeric() => Class::Word,
        c if is_combining_mark(c) => Class::Mark,
        _ => Class::Between,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(text: &str) -> String {
        tokens(text).map(|token| token.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn texts_are_parted_in_every_script() {
        for (text, parted) in [
            ("Water the roses!", "water the roses"),
            ("WEB-142: alice@example.com", "web 142 alice example com"),
            ("src/main.rs, foo_bar", "src main rs foo bar"),
            ("Don’t — l’été", "don t l ete"),
            ("Die Straße", "die strasse"),
            ("朝の運用", "朝の の運 運用 用"),
            ("Web運用2", "web 運用 用 2"),
            ("用", "用"),
            ("프로젝트 관리", "프로 로젝 젝트 트 관리 리"),
            ("ไทย", "ไท ทย ย"),
            ("Launch 🚀🔥!", "launch 🚀🔥 🔥"),
            ("👩‍💻 👍🏽", "👩💻 💻 👍"),
            ("काम करो", "काम करो"),
            ("a\u{300}\u{301}b", "ab"),
            ("\u{300}\0\n—", ""),
            ("a\0b\u{200b}c", "a b c"),
        ] {
            assert_eq!(joined(text), parted, "{text}");
        }
        assert_eq!(joined(&"x".repeat(100)), "x".repeat(LONGEST));
    }

    #[test]
    fn the_same_text_composed_or_not_has_the_same_tokens() {
        use unicode_normalization::UnicodeNormalization;
        for text in ["Ömer İstanbul", "한글 관리", "ガソリン", "żółć", "Việt Nam", "ที่นี่", "कि"]
        {
            let parted = joined(text);
            assert_eq!(joined(&text.nfc().collect::<String>()), parted, "{text}");
            assert_eq!(joined(&text.nfd().collect::<String>()), parted, "{text}");
        }
    }

    #[test]
    fn the_place_of_a_beginning_is_found() {
        assert_eq!(end_of("Straße", 6), 6);
        assert_eq!(end_of("Cafe\u{301}s", 4), 6);
        assert_eq!(end_of("運用", 3), 3);
        assert_eq!(end_of("x", 9), 1);
    }

    proptest! {
        #[test]
        fn every_token_is_clean_and_stands_where_it_says(text in any::<String>()) {
            for token in tokens(&text) {
                prop_assert!(!token.text.is_empty());
                prop_assert!(token.text.chars().count() <= LONGEST);
                let clean = |c: char| !c.is_whitespace() && !c.is_control() && (!c.is_ascii() || c.is_ascii_alphanumeric());
                prop_assert!(token.text.chars().all(clean), "{:?}", token);
                prop_assert!(!token.text.chars().any(|c| c.is_ascii_uppercase()));
                prop_assert!(text.get(token.at.clone()).is_some_and(|piece| !piece.is_empty()));
            }
        }
    }
}
