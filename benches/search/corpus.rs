//! Texts in ten scripts, made up: words of each script, of which few are frequent and most are rare, as in any language.

use rand::{RngExt, SeedableRng, rngs::SmallRng};

/// A way to write, by the letters that words are made of.
struct Script {
    letters: &'static [(u32, u32)],
    /// Whether words have blanks between them.
    blanks: bool,
    /// The fewest and the most letters of a word.
    length: (usize, usize),
}

const SCRIPTS: [Script; 10] = [
    Script { letters: &[(0x61, 0x7a)], blanks: true, length: (2, 9) },
    // With marks: à to ý, and some of Polish and Turkish.
    Script { letters: &[(0x61, 0x7a), (0xe0, 0xf6), (0xf8, 0xfd), (0x100, 0x17e)], blanks: true, length: (3, 9) },
    Script { letters: &[(0x430, 0x44f)], blanks: true, length: (2, 9) },
    Script { letters: &[(0x3b1, 0x3c9)], blanks: true, length: (2, 9) },
    Script { letters: &[(0x5d0, 0x5ea)], blanks: true, length: (2, 6) },
    Script { letters: &[(0x628, 0x63a), (0x641, 0x64a)], blanks: true, length: (2, 6) },
    Script { letters: &[(0x915, 0x939)], blanks: true, length: (2, 6) },
    Script { letters: &[(0xe01, 0xe2e)], blanks: false, length: (2, 6) },
    Script { letters: &[(0x4e00, 0x53ff), (0x3042, 0x3093)], blanks: false, length: (1, 3) },
    Script { letters: &[(0xac00, 0xb3ff)], blanks: true, length: (1, 4) },
];
const WORDS: usize = 3_000;

pub struct Corpus {
    random: SmallRng,
    words: Vec<Vec<String>>,
}

/// A text, and the words that it is made of.
pub struct Text {
    pub script: usize,
    pub words: Vec<String>,
    pub body: String,
}

impl Corpus {
    pub fn new() -> Self {
        let mut random = SmallRng::seed_from_u64(250_000);
        let words = SCRIPTS.iter().map(|script| (0..WORDS).map(|_| word(script, &mut random)).collect()).collect();
        Self { random, words }
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end)
    }

    pub const fn scripts() -> usize {
        SCRIPTS.len()
    }

    /// A word of a script; the second is half as frequent as the first, and the third a third.
    fn draw(&mut self, script: usize) -> String {
        // Each doubling of the rank has as many occurrences as the one before.
        let first = 1 << self.below(12);
        let rank = first + self.below(first);
        self.words[script][rank.min(WORDS) - 1].clone()
    }

    /// One of the ten most frequent words of a script.
    pub fn frequent(&mut self, script: usize) -> String {
        let rank = self.below(10);
        self.words[script][rank].clone()
    }

    pub fn text(&mut self, least: usize, most: usize) -> Text {
        let script = self.below(SCRIPTS.len());
        let count = self.random.random_range(least..=most);
        let words: Vec<_> = (0..count).map(|_| self.draw(script)).collect();
        let body = words.join(if SCRIPTS[script].blanks { " " } else { "" });
        Text { script, words, body }
    }
}

fn word(script: &Script, random: &mut SmallRng) -> String {
    let count = random.random_range(script.length.0..=script.length.1);
    let letter = |random: &mut SmallRng| {
        let (from, to) = script.letters[random.random_range(0..script.letters.len())];
        char::from_u32(random.random_range(from..=to)).unwrap_or('a')
    };
    (0..count).map(|_| letter(random)).collect()
}
