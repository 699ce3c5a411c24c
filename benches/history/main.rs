//! Looking back, and who is there: `cargo bench --bench history [-- --quick] [reports] [past] [presence]`
//!
//! - reports over a log of 100,000 events. The aim is 100 ms for 99 of 100.
//! - the board at any event of a log of 1,000,000 events, compared with a slow fold at 200 moments. The aim is 50 ms.
//! - what 1,000 people who are present in one project cost. The aim is at most 5 % of a core.
//!
//! The server has the first core, the client the second. On `SQLite`. Needs `taskset`.

#[path = "../writes/cores.rs"]
mod cores;
#[path = "../costs/cpu.rs"]
mod cpu;
#[path = "../writes/server.rs"]
#[expect(dead_code, reason = "the other benchmark needs more of it")]
mod server;

mod fill;
mod past;
mod presence;
mod reports;

use std::{process::ExitCode, time::Duration};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SERVER_CORE: usize = 0;

/// How much of everything.
#[derive(Clone, Copy)]
pub struct Pace {
    events_of_reports: usize,
    events_of_past: usize,
    tasks: usize,
    /// How often each report is asked for.
    rounds: usize,
    moments: usize,
    people: usize,
    seconds: u64,
}

/// Median, 99 of 100, and the longest.
#[must_use]
pub fn summary(mut took: Vec<Duration>) -> [f64; 3] {
    took.sort_unstable();
    let at = |part: f64| {
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let index = ((took.len() as f64 * part).ceil() as usize).saturating_sub(1);
        took.get(index).map_or(0.0, |took| took.as_secs_f64() * 1e3)
    };
    [at(0.5), at(0.99), at(1.0)]
}

async fn all(pace: Pace, parts: &[String]) -> Result<()> {
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if wanted("reports") {
        reports::run(pace).await?;
    }
    if wanted("past") {
        past::run(pace).await?;
    }
    if wanted("presence") {
        presence::run(pace).await?;
    }
    println!("\nMade by `cargo bench --bench history`.");
    Ok(())
}

fn run() -> Result<()> {
    // Cargo says `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (flags, parts): (Vec<_>, Vec<_>) = arguments.into_iter().partition(|argument| argument.starts_with('-'));
    let pace = if flags.iter().any(|flag| flag == "--quick") {
        Pace {
            events_of_reports: 20_000,
            events_of_past: 20_000,
            tasks: 500,
            rounds: 20,
            moments: 20,
            people: 100,
            seconds: 10,
        }
    } else {
        Pace {
            events_of_reports: 100_000,
            events_of_past: 1_000_000,
            tasks: 2_000,
            rounds: 200,
            moments: 200,
            people: 1_000,
            seconds: 60,
        }
    };
    cores::pin_self()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(all(pace, &parts))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("history: {error}");
            ExitCode::FAILURE
        }
    }
}
