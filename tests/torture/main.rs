//! Tortures the server: writers, readers, members and sessions that come and go, nodes that die, a database that
//! hangs up, hints that are lost – and after every round everything that was answered and told is held against
//! the nine laws, what is promised beside them, and a model that was made from the log itself.
//!
//! - `plan`, `world`, `run` what is done how often, what everybody shares, one run
//! - `cluster`, `call`, `sse` the servers, a request, a stream
//! - `writers`, `changes`, `back`, `offline`, `members`, `credentials`, `presence`, `push`, `readers`, `follow`, `stuck`,
//!   `strangers`, `chaos`, `restore` who does what
//! - `archive`, `touches`, `ledger`, `evidence`, `law`, `pulse` what is remembered, and held against what
//! - `faults`, `prove` mistakes that are planted, and the law that each is caught by
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::default_trait_access,
    clippy::needless_pass_by_value,
    reason = "a harness ends with a panic, reads its own settings, and writes bodies where they are sent"
)]

mod archive;
mod back;
mod call;
mod changes;
mod chaos;
mod cluster;
mod credentials;
mod evidence;
mod faults;
mod follow;
mod law;
mod ledger;
mod members;
mod offline;
mod people;
mod plan;
mod power;
mod presence;
mod prove;
mod pulse;
mod push;
mod readers;
mod restore;
mod run;
mod sse;
mod strangers;
mod stuck;
mod touches;
mod world;
mod writers;

#[path = "../api/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    clippy::match_wild_err_arm,
    reason = "the harness of the API tests, of which this needs a part"
)]
mod support;

use std::{process::ExitCode, time::Duration};

use boardcast::{base::clock::Timestamp, faults::Fault};
use clap::{Parser, ValueEnum};

use crate::plan::Plan;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// Tortures the server, and says which law it broke.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "options are switches")]
struct Options {
    /// What everything left to chance follows from; a new one when absent.
    #[arg(long)]
    seed: Option<u64>,
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Postgres is the one that `BOARDCAST_TEST_POSTGRES` names.
    #[arg(long, value_enum, default_value_t = Database::Sqlite)]
    database: Database,
    /// How many servers share the Postgres.
    #[arg(long)]
    nodes: Option<usize>,
    /// Send the hints between them by Redis.
    #[arg(long)]
    redis: bool,
    /// Plant this mistake; the run fails when it is caught.
    #[arg(long, value_enum)]
    fault: Option<Fault>,
    #[arg(long)]
    list_faults: bool,
    /// Show that this planted mistake, or each of them, is caught by the law that it breaks.
    #[arg(long)]
    prove: bool,
    /// How many mistakes are planted at the same time, each in servers of its own.
    #[arg(long, default_value_t = 4)]
    jobs: usize,
    /// Cut the power once (needs strace; on files only).
    #[arg(long)]
    power_cut: bool,
    /// What `cargo test` was asked for beside this program.
    #[arg(hide = true)]
    filter: Vec<String>,
}

fn postgres() -> Option<String> {
    std::env::var("BOARDCAST_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    if !options.filter.is_empty() {
        return ExitCode::SUCCESS;
    }
    if options.list_faults {
        for fault in Fault::value_variants() {
            println!("{}", faults::name(*fault));
        }
        return ExitCode::SUCCESS;
    }
    let seed = options.seed.unwrap_or_else(|| Timestamp::now().0.unsigned_abs() % 1_000_000);
    println!("seed {seed}");
    let postgres = postgres();
    if options.prove {
        let all = Fault::value_variants();
        let faults = options.fault.as_ref().map_or(all, std::slice::from_ref);
        let proved = prove::prove(faults, seed, postgres.as_deref(), options.jobs).await;
        return if proved { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let given = postgres.clone();
    let mut plan = match (options.database, postgres) {
        (Database::Sqlite, _) => Plan::of_sqlite(seed),
        (Database::Postgres, Some(url)) => Plan::of_postgres(seed, &url, options.redis),
        (Database::Postgres, None) => {
            eprintln!("set BOARDCAST_TEST_POSTGRES to an administrator's postgres://…");
            return ExitCode::FAILURE;
        }
    };
    if let Some(fault) = options.fault {
        let Some(case) = faults::case(fault, seed, given.as_deref()) else {
            eprintln!("this one needs Postgres (set BOARDCAST_TEST_POSTGRES), or is caught by tests of its own");
            return ExitCode::FAILURE;
        };
        plan = case.plan;
    }
    if options.power_cut {
        plan = plan.until_the_power_goes();
    }
    plan.nodes = options.nodes.unwrap_or(plan.nodes);
    let outcome = run::run(plan, Duration::from_secs(options.seconds), 0).await;
    println!("{} rounds, {} answers, {} events", outcome.rounds, outcome.answers, outcome.events);
    match outcome.breach {
        None => ExitCode::SUCCESS,
        Some(breach) => {
            println!("seed {seed} broke {breach}\n{}", breach.evidence);
            ExitCode::FAILURE
        }
    }
}
