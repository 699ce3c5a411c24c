//! How long a report is waited for.

use std::time::Instant;

use crate::{Pace, Result, fill::fill, summary};

const REPORTS: [&str; 6] = ["burnup", "throughput", "cycle-time", "cumulative-flow", "workload", "ageing"];

pub async fn run(pace: Pace) -> Result<()> {
    let filled = fill(pace.events_of_reports, pace.tasks * 5).await?;
    let server = filled.home.start(&[], None)?;
    let client = reqwest::Client::new();
    println!("\n### Reports over {} events, ms (aim: 100)\n", pace.events_of_reports);
    println!("| report | p50 | p99 | longest | KiB |\n|---|---:|---:|---:|---:|");
    for report in REPORTS {
        let url = format!(
            "http://{}/api/v1/projects/{}/reports/{report}?from={}",
            server.host,
            filled.project,
            boardcast::base::clock::Day::today().plus(-89).ok_or("no such day")?
        );
        let (mut took, mut bytes) = (vec![], 0);
        for round in 0..pace.rounds + 3 {
            let began = Instant::now();
            let answer = client.get(&url).bearer_auth(&server.token).send().await?.error_for_status()?;
            bytes = answer.bytes().await?.len();
            // The first rounds fill caches.
            if round >= 3 {
                took.push(began.elapsed());
            }
        }
        let [p50, p99, longest] = summary(took);
        println!("| {report} | {p50:.1} | {p99:.1} | {longest:.1} | {} |", bytes / 1024);
    }
    Ok(())
}
