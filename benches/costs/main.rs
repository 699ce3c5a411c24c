//! Costs that do not grow: `cargo bench --bench costs [-- --only PART] [--beside BINARY] [--quick]`
//!
//! What is measured is the time that the server's process takes of the processors, which a busy machine changes
//! little, and it is given as a ratio: of a large project to a small one, or of this build to another one. With
//! `--beside` the other build's server runs along on data of its own, and both are asked in turns; `--instead` takes
//! another binary for this build's.
//!
//! - `tasks`     create, edit and move a task among 48,000 in one column, and among 100
//! - `sets`      changes of thousands of rows, and how long writers of another project wait meanwhile
//! - `bulk`      one change of 500 tasks, beside one of a task
//! - `stale`     a stale `If-Match` after a million events, and after ten
//! - `snapshot`  the snapshot of 10,000 tasks
//!
//! The servers have the first core, the clients the second. Large projects are written straight into the `SQLite`
//! file. Needs `taskset`.

#[path = "../writes/cores.rs"]
mod cores;

mod bulk;
mod cpu;
mod fill;
mod server;
mod sets;
mod snapshot;
mod stale;
mod table;
mod tasks;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use server::Build;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SERVER_CORE: usize = 0;
const PARTS: [&str; 5] = ["tasks", "sets", "bulk", "stale", "snapshot"];

/// How often everything is done.
#[derive(Clone, Copy)]
pub struct Pace {
    rounds: usize,
    /// How often something short is done in a round.
    times: usize,
}

struct Arguments {
    only: Vec<String>,
    builds: Vec<Build>,
    pace: Pace,
}

fn arguments() -> Result<Arguments> {
    let mut all = Arguments { only: vec![], builds: vec![server::this_build()], pace: Pace { rounds: 7, times: 60 } };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            // Cargo says so.
            "--bench" => {}
            "--quick" => all.pace = Pace { rounds: 2, times: 20 },
            "--only" => {
                let part = words.next().filter(|part| PARTS.contains(&part.as_str()));
                all.only.push(part.ok_or_else(|| format!("--only needs one of {}", PARTS.join(", ")))?);
            }
            "--beside" | "--instead" => {
                let binary = PathBuf::from(words.next().ok_or_else(|| format!("{word} needs a server's binary"))?);
                if !binary.is_file() {
                    return Err(format!("there is no {}", binary.display()).into());
                }
                let build = Build { name: word[2..].into(), binary };
                if word == "--instead" {
                    all.builds[0] = build;
                } else {
                    all.builds.push(build);
                }
            }
            other => return Err(format!("{other} is unknown").into()),
        }
    }
    Ok(all)
}

async fn measure(Arguments { only, builds, pace }: Arguments) -> Result<()> {
    let began = Instant::now();
    let wanted = |part: &str| only.is_empty() || only.iter().any(|only| only == part);
    if wanted("tasks") {
        tasks::run(&builds, pace).await?;
    }
    if wanted("sets") {
        sets::run(&builds, pace).await?;
    }
    if wanted("bulk") {
        bulk::run(&builds, pace).await?;
    }
    if wanted("stale") {
        stale::run(&builds, pace).await?;
    }
    if wanted("snapshot") {
        snapshot::run(&builds, pace).await?;
    }
    println!("\nMade by `cargo bench --bench costs` in {} s, rounds: {}.", began.elapsed().as_secs(), pace.rounds);
    Ok(())
}

fn run() -> Result<()> {
    let arguments = arguments()?;
    cores::pin_self()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure(arguments))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("costs: {error}");
            ExitCode::FAILURE
        }
    }
}
