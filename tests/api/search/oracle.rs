//! Random texts and random searches. What has to be found is computed here from the tokens alone, in memory: a database that
//! finds the same as these few lines finds the same as the other one. Seeds are fixed; `PROPTEST_CASES` asks for more.

use std::collections::HashSet;

use boardcast::base::tokens::tokens;
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use serde_json::json;

use super::titles;
use crate::support::{Project, app};

/// Few words, so that many texts have many of them in common.
const WORDS: [&str; 24] = [
    "plan",
    "plant",
    "planet",
    "roof",
    "rooftop",
    "the",
    "a",
    "water",
    "Straße",
    "strasse",
    "Łódź",
    "café",
    "cafés",
    "運用",
    "朝の運用",
    "用",
    "관리를",
    "관리",
    "ทะเล",
    "🚀",
    "🚀🔥",
    "WEB-142",
    "alice@example.com",
    "жираф",
];

#[derive(Clone, Debug)]
struct Text {
    /// Unique, and in no search.
    id: String,
    title: String,
    body: String,
}

fn words(random: &mut SmallRng, most: usize) -> String {
    let count = random.random_range(0..=most);
    (0..count).map(|_| WORDS[random.random_range(0..WORDS.len())]).collect::<Vec<_>>().join(" ")
}

/// A row of tokens, of which the last may go on.
struct Row {
    tokens: Vec<String>,
    whole: bool,
}

/// What a search means, for the few forms that are made up here.
struct Meaning {
    words: Vec<Row>,
    without: Vec<Row>,
}

fn row(text: &str, typed: bool) -> Option<Row> {
    let mut found: Vec<String> = tokens(text).map(|token| token.text).collect();
    let letters = found.last()?.chars().count();
    let of_run = |text: &str| !text.chars().all(|c| c.is_ascii_alphanumeric() || ('а'..='я').contains(&c));
    if of_run(found.last()?) && letters == 1 {
        // The last sign of a run of several says only that the run ends here.
        let in_run = found.iter().rev().nth(1).is_some_and(|before| of_run(before) && before.chars().count() == 2);
        if in_run {
            found.pop();
        }
        return Some(Row { tokens: found, whole: in_run });
    }
    Some(Row { tokens: found, whole: !typed || letters < 2 })
}

impl Row {
    fn is_in(&self, text: &[String], whole: bool) -> bool {
        let whole = whole || self.whole;
        text.windows(self.tokens.len()).any(|window| {
            let (last, before) = window.split_last().unwrap();
            let (wanted, others) = self.tokens.split_last().unwrap();
            before == others && if whole { last == wanted } else { last.starts_with(wanted.as_str()) }
        })
    }

    /// One sign of a run is looked for as the beginning of a pair even where words are whole.
    fn is_whole_in(&self, text: &[String]) -> bool {
        let single = self.tokens.last().is_some_and(|token| token.chars().count() == 1 && !token.is_ascii());
        self.is_in(text, !single)
    }
}

impl Meaning {
    /// How well a text fits, the better the greater.
    fn step(&self, text: &Text) -> Option<u8> {
        let parted = |text: &str| tokens(text).map(|token| token.text).collect::<Vec<_>>();
        let (title, body) = (parted(&text.title), parted(&text.body));
        let anywhere = |row: &Row| row.is_in(&title, false) || row.is_in(&body, false);
        if !self.words.iter().all(anywhere) || self.without.iter().any(anywhere) {
            return None;
        }
        let in_title = self.words.iter().filter(|row| row.is_in(&title, false)).count();
        Some(if self.words.iter().all(|row| row.is_whole_in(&title)) {
            4
        } else if in_title == self.words.len() {
            3
        } else if in_title > 0 {
            2
        } else {
            1
        })
    }
}

/// A search, and what it means.
fn search(random: &mut SmallRng) -> (String, Meaning) {
    let mut pieces: Vec<(bool, String, bool)> = vec![];
    for _ in 0..random.random_range(1..=3) {
        let word = WORDS[random.random_range(0..WORDS.len())];
        match random.random_range(0..6) {
            0 => pieces.push((true, word.into(), false)),
            1 => pieces.push((false, format!("{word} {}", WORDS[random.random_range(0..WORDS.len())]), true)),
            2 => {
                let end = word.char_indices().nth(random.random_range(1..=3)).map_or(word.len(), |(at, _)| at);
                pieces.push((false, word[..end].into(), false));
            }
            _ => pieces.push((false, word.into(), false)),
        }
    }
    let last = pieces.iter().rposition(|(excluded, ..)| !excluded);
    let (mut line, mut meaning) = (vec![], Meaning { words: vec![], without: vec![] });
    for (at, (excluded, text, quoted)) in pieces.into_iter().enumerate() {
        let shown = if quoted { format!("\"{text}\"") } else { text.clone() };
        line.push(format!("{}{shown}", if excluded { "-" } else { "" }));
        let rows = if excluded { &mut meaning.without } else { &mut meaning.words };
        rows.extend(row(&text, !quoted && last == Some(at)));
    }
    (line.join(" "), meaning)
}

async fn write(project: &Project, random: &mut SmallRng, count: usize) -> Vec<Text> {
    let column = project.column("To do").await;
    let mut texts: Vec<Text> = vec![];
    for number in 0..count {
        let id = format!("x{number}x");
        let title = format!("{} {id}", words(random, 4)).trim().to_owned();
        let text = Text { id, title, body: words(random, 8) };
        let body = json!({"title": text.title, "description": text.body});
        let task = project.task_with(&column, body).await;
        if random.random_bool(0.3) {
            // Another text in its place does not make it newer.
            let body = words(random, 8);
            project.by.patch(&project.task_at(&task, "")).json(json!({"description": body})).await.ok();
            texts.push(Text { body, ..text });
        } else {
            texts.push(text);
        }
    }
    texts
}

#[tokio::test]
async fn any_search_finds_what_its_words_say_in_the_order_that_they_say() {
    let cases: u64 = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60);
    let (_, alice, ..) = app().await;
    // What each change tells is checked elsewhere.
    let alice = alice.unchecked();
    let mut random = SmallRng::seed_from_u64(142);
    let project = alice.project().await;
    let texts = write(&project, &mut random, 60).await;
    let mut found_any = HashSet::new();
    for case in 0..cases * 5 {
        let (line, meaning) = search(&mut random);
        if meaning.words.is_empty() {
            continue;
        }
        let mut expected: Vec<(u8, usize)> =
            texts.iter().enumerate().filter_map(|(at, text)| Some((meaning.step(text)?, at))).collect();
        expected.sort_unstable();
        let expected: Vec<&str> = expected.iter().rev().map(|(_, at)| texts[*at].id.as_str()).collect();
        let found = titles(&alice, &line).await;
        let found: Vec<&str> = found.iter().map(|title| title.rsplit(' ').next().unwrap()).collect();
        assert_eq!(found, expected, "case {case}: {line}");
        found_any.insert(found.len());
    }
    assert!(found_any.len() > 10, "the searches find all sorts of things: {found_any:?}");
}
