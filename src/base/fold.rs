//! Text as a search compares it: without case, accents and the two dotless letters of Turkish, so that it is found however
//! it is typed, on every database and in every locale. Accents are what Latin, Greek, Cyrillic, Hebrew and Arabic writing
//! may leave out; the vowel signs of Hindi or Thai and the voicing marks of Japanese are letters, and stay.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::invisible::is_invisible;

/// The text as it is compared.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for signs in clusters(text) {
        fold_cluster(&text[signs], &mut folded);
    }
    folded
}

/// The text in the pieces that fold by themselves: a character with the marks that follow it, or the parts of a Korean
/// syllable.
pub fn clusters(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (from, first) = characters.next()?;
        let mut to = from + first.len_utf8();
        while let Some((at, c)) = characters.next_if(|(_, c)| !c.is_ascii() && joins(*c)) {
            to = at + c.len_utf8();
        }
        Some(from..to)
    })
}

/// Add what one of [`clusters`] is compared as.
pub fn fold_cluster(cluster: &str, to: &mut String) {
    let mut characters = cluster.chars();
    if let (Some(only), None) = (characters.next(), characters.next())
        && let Some(folded) = quick(only)
    {
        to.push(folded);
        return;
    }
    // Upper case first: `ß` and `SS`, `ς` and `σ` are one then.
    let plain = |text: &str| text.nfkd().filter(|c| !is_accent(*c) && !is_ignored(*c)).collect::<String>();
    let upper = plain(cluster).to_uppercase().to_lowercase();
    for c in plain(&upper).nfc() {
        match c {
            'ı' => to.push('i'),
            'ς' => to.push('σ'),
            'ł' => to.push('l'),
            'đ' | 'ð' => to.push('d'),
            'ħ' => to.push('h'),
            'ø' => to.push('o'),
            'ŧ' => to.push('t'),
            'ß' => to.push_str("ss"),
            'æ' => to.push_str("ae"),
            'œ' => to.push_str("oe"),
            'þ' => to.push_str("th"),
            c => to.push(c),
        }
    }
}

/// What is most of most texts, without looking it up.
fn quick(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' => Some(c.to_ascii_lowercase()),
        'й' | 'Й' => None,
        'а'..='я'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{ac00}'..='\u{d7a3}' => Some(c),
        'А'..='Я' => char::from_u32(u32::from(c) + 32),
        _ => None,
    }
}

/// Whether a character belongs to the one before it.
fn joins(c: char) -> bool {
    is_combining_mark(c) || is_ignored(c) || matches!(c, '\u{1160}'..='\u{11ff}' | '\u{ff9e}' | '\u{ff9f}')
}

/// Whether a character is nothing in a word: one that shows nothing, but does not part words, or the colour of a skin.
fn is_ignored(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
        || (is_invisible(c) && !c.is_control() && !matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}'))
}

fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20f0}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Example {
        folded: String,
        of: Vec<String>,
    }

    /// The page folds the same examples in its own tests.
    #[test]
    fn what_a_person_reads_as_the_same_is_the_same() {
        let examples: Vec<Example> = serde_json::from_str(include_str!("../../tests/fixtures/folded.json")).unwrap();
        assert!(!examples.is_empty());
        for Example { folded, of } in examples {
            for text in of {
                assert_eq!(fold(&text), folded, "{text}");
            }
        }
    }

    #[test]
    fn the_quick_way_and_the_long_one_agree() {
        for c in ('\0'..=char::MAX).filter(|c| quick(*c).is_some()) {
            let mut long = String::new();
            // A mark that folds to nothing makes it take the long way.
            fold_cluster(&format!("{c}\u{300}"), &mut long);
            let mut short = String::new();
            fold_cluster(c.encode_utf8(&mut [0; 4]), &mut short);
            // NFKD and what follows leave these alone.
            assert_eq!(short, long, "{c:?}");
        }
    }

    #[test]
    fn what_is_folded_stays_as_it_is() {
        for c in '\0'..=char::MAX {
            let once = fold(c.encode_utf8(&mut [0; 4]));
            assert_eq!(fold(&once), once, "{c:?}");
        }
    }
}
