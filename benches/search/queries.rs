//! How long the first 20 hits take, for searches of many sorts.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    Pace, Result,
    corpus::{Corpus, Text},
    fill::{self, Filled},
    server::Server,
};

const SORTS: [&str; 10] = [
    "a word",
    "a word that every third text of its script has",
    "the first two letters of a word",
    "the first four letters of a word",
    "two words of one text",
    "two frequent words",
    "three words of one text, in quotes",
    "a part of a text without blanks, or a word",
    "a word without a frequent one",
    "a word, in open tasks of one's own project",
];

fn beginning(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}

/// A search of this sort for what is in a text.
fn line(sort: usize, text: &Text, corpus: &mut Corpus) -> String {
    let first = corpus.below(text.words.len());
    let word = text.words[first].as_str();
    let other = text.words[corpus.below(text.words.len())].as_str();
    match sort {
        0 => word.into(),
        1 => corpus.frequent(text.script),
        2 => beginning(word, 2),
        3 => beginning(word, 4),
        4 => format!("{word} {other}"),
        5 => format!("{} {}", corpus.frequent(text.script), corpus.frequent(text.script)),
        6 => format!("\"{}\"", text.words[first..].iter().take(3).cloned().collect::<Vec<_>>().join(" ")),
        7 => {
            let letters: Vec<char> = text.body.chars().filter(|c| !c.is_whitespace()).collect();
            letters[corpus.below(letters.len())..].iter().take(3).collect()
        }
        8 => format!("{word} -{}", corpus.frequent(text.script)),
        _ => format!("{word} is:open assignee:none"),
    }
}

struct Asked {
    took: Vec<Duration>,
    hits: usize,
}

/// What was found by a search, the best first.
#[derive(PartialEq, Eq)]
pub struct Found {
    line: String,
    hits: Vec<String>,
}

/// Where two databases find other things, or in another order.
pub fn difference(one: &[Found], other: &[Found]) -> Option<String> {
    let differ = one.iter().zip(other).find(|(one, other)| one != other);
    let said = |(one, other): (&Found, &Found)| {
        format!("`{}` and `{}`: {:?} and {:?}", one.line, other.line, one.hits, other.hits)
    };
    differ.map(said).or_else(|| (one.len() != other.len()).then(|| "one was searched more often".into()))
}

async fn ask(client: &reqwest::Client, server: &Server, line: &str) -> Result<(Duration, Vec<String>)> {
    let base = format!("http://{}/api/v1/search", server.host);
    let url = reqwest::Url::parse_with_params(&base, [("q", line), ("limit", "20")])?;
    let request = client.get(url).bearer_auth(&server.token);
    let began = Instant::now();
    let body = request.send().await?.error_for_status()?.bytes().await?;
    let took = began.elapsed();
    let answer: Value = serde_json::from_slice(&body)?;
    let items = answer["items"].as_array().into_iter().flatten();
    // Both databases were given the same ids.
    let hits = items.map(|hit| format!("{} {}", hit["task_id"], hit["comment_id"])).collect();
    Ok((took, hits))
}

fn percentile(sorted: &[Duration], percent: usize) -> String {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    format!("{:.1}", sorted.get(at).copied().unwrap_or_default().as_secs_f64() * 1e3)
}

pub async fn run(name: &str, database: Option<String>, pace: Pace) -> Result<Vec<Found>> {
    let Filled { home, sample, mut corpus, indexed, bytes } = fill::fill(database, pace).await?;
    let server = home.start(&[], None)?;
    let client = reqwest::Client::new();
    println!(
        "\n### {name}: the first 20 of {} texts in {} scripts, {} MiB, ms (aim: 10 at 99 %)\n",
        pace.texts,
        Corpus::scripts(),
        bytes / 1024 / 1024
    );
    println!("Indexed in {:.1} s.\n", indexed.as_secs_f64());
    println!("| what | 50 % | 95 % | 99 % | the longest | hits |\n|---|---:|---:|---:|---:|---:|");
    let (mut all, mut found) = (vec![], vec![]);
    for (sort, what) in SORTS.iter().enumerate() {
        let mut asked = Asked { took: vec![], hits: 0 };
        for time in 0..pace.searches + pace.searches / 10 {
            let text = corpus.below(sample.len());
            let line = line(sort, &sample[text], &mut corpus);
            let (took, hits) = ask(&client, &server, &line).await?;
            // The first ones fill caches.
            if time >= pace.searches / 10 {
                asked.took.push(took);
                asked.hits += hits.len();
            }
            found.push(Found { line, hits });
        }
        asked.took.sort_unstable();
        let at = |percent| percentile(&asked.took, percent);
        let hits = asked.hits / asked.took.len();
        println!("| {what} | {} | {} | {} | {} | {hits} |", at(50), at(95), at(99), at(100));
        all.extend(asked.took);
    }
    all.sort_unstable();
    let at = |percent| percentile(&all, percent);
    println!("| all of them | {} | {} | {} | {} | |", at(50), at(95), at(99), at(100));
    Ok(found)
}
