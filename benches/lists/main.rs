//! Lists of tasks over all projects of a person: `cargo bench --bench lists [-- --quick] [sqlite] [postgres]`
//!
//! How long `GET /me/tasks` takes over 20 projects of 5,000 tasks each, by what is asked for: the first page of each list,
//! and the second of the longest one.
//!
//! The server has the first core, the client the second, and Postgres both. Needs `taskset`, and for its part a Postgres.

#[path = "../writes/cores.rs"]
mod cores;
#[path = "../writes/postgres.rs"]
#[expect(dead_code, reason = "the other benchmark needs more of it")]
mod postgres;
#[path = "../writes/server.rs"]
#[expect(dead_code, reason = "the other benchmark needs more of it")]
mod server;

mod fill;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use postgres::Postgres;
use serde_json::Value;
use server::{Api, Home};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SERVER_CORE: usize = 0;
const LISTS: [(&str, &str); 7] = [
    ("all, by the day on which they are due", ""),
    ("one's own that are open", "assignee=me&status=open"),
    ("one's own that are due within a week", "assignee=me&due=overdue,week"),
    ("open and urgent or high", "status=open&priority=urgent,high&sort=-priority"),
    ("the last changed", "sort=-updated_at"),
    ("changed in the last 7 days", "updated=week&sort=-updated_at"),
    ("as on the boards", "sort=position"),
];

/// How much of everything.
#[derive(Clone, Copy)]
pub struct Pace {
    projects: usize,
    /// Of each project.
    tasks: usize,
    /// How often each list is asked for.
    times: usize,
}

fn ms(sorted: &[Duration], percent: usize) -> String {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    format!("{:.1}", sorted.get(at).copied().unwrap_or_default().as_secs_f64() * 1e3)
}

/// Ask for a list so often; the first times fill caches.
async fn ask(api: &Api, path: &str, times: usize) -> Result<(Vec<Duration>, Value)> {
    let (mut took, mut answer) = (vec![], Value::Null);
    for time in 0..times + times / 10 {
        let began = Instant::now();
        answer = api.get(path).await?;
        if time >= times / 10 {
            took.push(began.elapsed());
        }
    }
    took.sort_unstable();
    Ok((took, answer))
}

/// The keys of the tasks of a list, which are the same on both databases.
fn keys(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().into_iter().flatten();
    items.filter_map(|item| item["title"].as_str().map(ToOwned::to_owned)).collect()
}

async fn run(name: &str, database: Option<String>, pace: Pace) -> Result<Vec<Vec<String>>> {
    let home = Home::new(database.clone(), pace.projects, 1).await?;
    fill::fill(&home, database.as_ref(), pace).await?;
    let server = home.start(&[], None)?;
    let api = Api::new(&server, &server.token);
    println!(
        "\n### {name}: `GET /me/tasks` over {} projects of {} tasks, ms\n\n| what | 50 % | 99 % | the longest | tasks |\n|---|---:|---:|---:|---:|",
        pace.projects, pace.tasks
    );
    let mut found = vec![];
    let mut next = None;
    for (what, query) in LISTS {
        let (took, answer) = ask(&api, &format!("/me/tasks?{query}"), pace.times).await?;
        let titles = keys(&answer);
        println!("| {what} | {} | {} | {} | {} |", ms(&took, 50), ms(&took, 99), ms(&took, 100), titles.len());
        if query.is_empty() {
            next = answer["next_cursor"].as_str().map(ToOwned::to_owned);
        }
        found.push(titles);
    }
    let cursor = next.ok_or("the longest list has one page")?;
    let cursor: String = form(&cursor);
    let (took, answer) = ask(&api, &format!("/me/tasks?cursor={cursor}"), pace.times).await?;
    println!(
        "| the second page of the first | {} | {} | {} | {} |",
        ms(&took, 50),
        ms(&took, 99),
        ms(&took, 100),
        keys(&answer).len()
    );
    found.push(keys(&answer));
    Ok(found)
}

/// As it stands in a query.
fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn all(pace: Pace, parts: &[String]) -> Result<()> {
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut found = vec![];
    if wanted("sqlite") {
        found.push(run("SQLite", None, pace).await?);
    }
    if wanted("postgres") {
        match Postgres::start()? {
            Some(postgres) => found.push(run("Postgres", Some(postgres.create("listed").await?), pace).await?),
            None => println!("\nSkipped: no Postgres is installed."),
        }
    }
    if let [one, other] = &found[..]
        && one != other
    {
        return Err("the databases list other tasks, or in another order".into());
    }
    println!("\nMade by `cargo bench --bench lists`.");
    Ok(())
}

fn run_all() -> Result<()> {
    // Cargo says `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (flags, parts): (Vec<_>, Vec<_>) = arguments.into_iter().partition(|argument| argument.starts_with('-'));
    let pace = if flags.iter().any(|flag| flag == "--quick") {
        Pace { projects: 4, tasks: 500, times: 10 }
    } else {
        Pace { projects: 20, tasks: 5_000, times: 200 }
    };
    cores::pin_self()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(all(pace, &parts))
}

fn main() -> ExitCode {
    match run_all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lists: {error}");
            ExitCode::FAILURE
        }
    }
}
