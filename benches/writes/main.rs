//! How many changes the whole API makes durable in a second: `cargo bench --bench writes [-- --quick] [part…]`
//!
//! Real `PATCH` requests through a bearer token over connections that are kept, each making an event. Both sides of
//! a comparison run in turns, round by round, so that a disk or a neighbour that gets slower does so for both; after
//! each round the log is compared with what was answered. The server has the first core, the writers the second.
//!
//! - `sqlite`    64 writers against a bare loop of UPDATE, INSERT and COMMIT on the same file's disk
//! - `slow`      writers that share a COMMIT against writers that do not, when the disk takes 2 ms longer
//! - `postgres`  our log against one without an order
//!
//! Needs `taskset`, `cc` and for its part a Postgres.

mod bare;
mod cores;
mod load;
mod postgres;
mod server;

use std::{
    path::Path,
    process::{Command, ExitCode},
    time::Duration,
};

use postgres::Postgres;
use server::Home;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SERVER_CORE: usize = 0;
const ALONE: &[&str] = &["--commit", "alone"];

/// How long everything takes.
#[derive(Clone, Copy)]
struct Pace {
    rounds: usize,
    time: Duration,
}

/// One side of a comparison, and what each round gave.
struct Side {
    name: String,
    rates: Vec<f64>,
}

impl Side {
    fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), rates: vec![] }
    }

    fn median(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    }
}

/// The last line of a comparison is the one that is compared with the first.
fn print(title: &str, sides: &[Side]) {
    println!("\n### {title}\n\n| | changes/s, median | lowest | highest | ratio |\n|---|---:|---:|---:|---:|");
    let first = sides[0].median();
    for side in sides {
        let (low, high) =
            side.rates.iter().fold((f64::MAX, 0.0_f64), |(low, high), rate| (low.min(*rate), high.max(*rate)));
        let median = side.median();
        println!("| {} | {median:.0} | {low:.0} | {high:.0} | {:.2} |", side.name, median / first);
    }
}

async fn sqlite(pace: Pace) -> Result<()> {
    let ours = Home::new(None, 1, 64).await?;
    let theirs = Home::new(None, 1, 64).await?;
    let mut sides = [Side::new("bare loop, 1 COMMIT a change"), Side::new("server, 64 writers")];
    for _ in 0..pace.rounds {
        sides[0].rates.push(bare_loop(&theirs.file(), pace.time)?);
        let server = ours.start(&[], None)?;
        sides[1].rates.push(load::run(&server, &ours.projects, 64, pace.time, true).await?);
    }
    print("SQLite, WAL, synchronous=FULL", &sides);
    Ok(())
}

/// In a process of its own, on the server's core.
fn bare_loop(file: &Path, time: Duration) -> Result<f64> {
    let output = Command::new("taskset")
        .args(["-c", &SERVER_CORE.to_string()])
        .arg(std::env::current_exe()?)
        .arg("--bare")
        .arg(file)
        .arg(time.as_millis().to_string())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

async fn slow(pace: Pace) -> Result<()> {
    let home = Home::new(None, 1, 64).await?;
    let folder = tempfile::tempdir()?;
    let library = server::slow_disk(folder.path())?;
    for (disk, preload) in [("fsync takes 2 ms longer", Some(library.as_path())), ("the disk as it is", None)] {
        for writers in [64, 1] {
            let mut sides = [Side::new("a COMMIT each"), Side::new("a shared COMMIT")];
            for _ in 0..pace.rounds {
                for (side, settings) in sides.iter_mut().zip([ALONE, &[]]) {
                    let server = home.start(settings, preload)?;
                    side.rates.push(load::run(&server, &home.projects, writers, pace.time, true).await?);
                }
            }
            print(&format!("SQLite, {disk}, writers: {writers}"), &sides);
        }
    }
    Ok(())
}

async fn postgres(pace: Pace) -> Result<()> {
    let Some(postgres) = Postgres::start()? else {
        println!("\nSkipped: no Postgres is installed.");
        return Ok(());
    };
    let unordered = postgres.create("unordered").await?;
    let theirs = Home::new(Some(unordered.clone()), 16, 4).await?;
    let ours = Home::new(Some(postgres.create("ordered").await?), 16, 4).await?;
    postgres::take_the_order_away(&unordered).await?;
    for (projects, writers) in [(16, 32), (8, 32), (4, 16), (1, 8)] {
        let mut sides = [Side::new("unordered log"), Side::new("our log")];
        for _ in 0..pace.rounds {
            for (side, (home, ordered)) in sides.iter_mut().zip([(&theirs, false), (&ours, true)]) {
                let server = home.start(&[], None)?;
                side.rates.push(load::run(&server, &home.projects[..projects], writers, pace.time, ordered).await?);
            }
        }
        print(&format!("Postgres, projects: {projects}, writers: {writers}"), &sides);
    }
    Ok(())
}

async fn all(pace: Pace, parts: &[String]) -> Result<()> {
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if wanted("sqlite") {
        sqlite(pace).await?;
    }
    if wanted("slow") {
        slow(pace).await?;
    }
    if wanted("postgres") {
        postgres(pace).await?;
    }
    println!("\nMade by `cargo bench --bench writes`, rounds: {}, {:?} each.", pace.rounds, pace.time);
    Ok(())
}

fn run() -> Result<()> {
    // Cargo says `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [bare, file, time] = arguments.as_slice()
        && bare == "--bare"
    {
        println!("{}", bare::run(Path::new(file), Duration::from_millis(time.parse()?))?);
        return Ok(());
    }
    let (flags, parts): (Vec<_>, Vec<_>) = arguments.into_iter().partition(|argument| argument.starts_with('-'));
    let pace = if flags.iter().any(|flag| flag == "--quick") {
        Pace { rounds: 1, time: Duration::from_secs(2) }
    } else {
        Pace { rounds: 5, time: Duration::from_secs(4) }
    };
    cores::pin_self()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(all(pace, &parts))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("writes: {error}");
            ExitCode::FAILURE
        }
    }
}
