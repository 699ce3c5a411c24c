//! The search: `cargo bench --bench search [-- --quick] [sqlite] [postgres]`
//!
//! - How long a person waits for the first 20 hits, with what is shown of each, among 250,000 texts in ten scripts. The
//!   aim is 10 ms for 99 of 100 searches of each sort. Both databases have to find the same, in the same order.
//! - What the index adds to a change: a server with it and one whose database throws away what is written for it are asked
//!   in turns. The aim is at most 15 %.
//!
//! The server has the first core, the client the second, and Postgres both. Needs `taskset`, and for its part a Postgres.

#[path = "../writes/cores.rs"]
mod cores;
#[path = "../costs/cpu.rs"]
mod cpu;
#[path = "../writes/postgres.rs"]
#[expect(dead_code, reason = "the other benchmark needs more of it")]
mod postgres;
#[path = "../writes/server.rs"]
#[expect(dead_code, reason = "the other benchmark needs more of it")]
mod server;

mod corpus;
mod costs;
mod fill;
mod queries;

use std::process::ExitCode;

use postgres::Postgres;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SERVER_CORE: usize = 0;

/// How much of everything.
#[derive(Clone, Copy)]
pub struct Pace {
    texts: usize,
    /// Searches of each sort.
    searches: usize,
    rounds: usize,
    /// Changes of each sort in a round.
    changes: usize,
}

async fn all(pace: Pace, parts: &[String]) -> Result<()> {
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut found = vec![];
    if wanted("sqlite") {
        found.push(queries::run("SQLite", None, pace).await?);
        costs::run("SQLite", [None, None], pace).await?;
    }
    if wanted("postgres") {
        match Postgres::start()? {
            Some(postgres) => {
                found.push(queries::run("Postgres", Some(postgres.create("searched").await?), pace).await?);
                let both = [Some(postgres.create("indexed").await?), Some(postgres.create("unindexed").await?)];
                costs::run("Postgres", both, pace).await?;
            }
            None => println!("\nSkipped: no Postgres is installed."),
        }
    }
    if let [one, other] = &found[..] {
        if let Some(difference) = queries::difference(one, other) {
            return Err(format!("the databases find other things: {difference}").into());
        }
        println!("\nBoth databases found the same in {} searches.", one.len());
    }
    println!("\nMade by `cargo bench --bench search`.");
    Ok(())
}

fn run() -> Result<()> {
    // Cargo says `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (flags, parts): (Vec<_>, Vec<_>) = arguments.into_iter().partition(|argument| argument.starts_with('-'));
    let pace = if flags.iter().any(|flag| flag == "--quick") {
        Pace { texts: 25_000, searches: 100, rounds: 3, changes: 50 }
    } else {
        Pace { texts: 250_000, searches: 400, rounds: 12, changes: 150 }
    };
    cores::pin_self()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(all(pace, &parts))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("search: {error}");
            ExitCode::FAILURE
        }
    }
}
