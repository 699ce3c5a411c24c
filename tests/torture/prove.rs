//! Shows of each planted mistake that it is caught, and by which law.

use std::{sync::Arc, time::Duration};

use boardcast::faults::Fault;
use tokio::{runtime::Handle, sync::Semaphore, task::JoinSet, time::Instant};

use crate::{
    faults::{self, Case},
    run::{self, Outcome},
};

/// By when a mistake has to be caught.
const BOUND: Duration = Duration::from_secs(40);

/// Plants one mistake after the other, some at the same time; answers whether each was caught as expected.
pub async fn prove(faults: &[Fault], seed: u64, postgres: Option<&str>, jobs: usize) -> bool {
    let room = Arc::new(Semaphore::new(jobs));
    let mut proofs = JoinSet::new();
    for &fault in faults {
        let (room, case) = (room.clone(), faults::case(fault, seed, postgres));
        proofs.spawn(async move {
            let _room = room.acquire_owned().await;
            let start = Instant::now();
            let plan = case.as_ref().map(|case| case.plan.clone());
            let here = Handle::current();
            let run = tokio::task::spawn_blocking(move || plan.map(|plan| here.block_on(run::run(plan, BOUND))));
            (fault, case, run.await, start.elapsed())
        });
    }
    let mut all = true;
    while let Some(proof) = proofs.join_next().await {
        let (fault, case, outcome, took) = proof.unwrap();
        let (caught, said) = match outcome {
            Ok(outcome) => judge(case.as_ref(), outcome),
            Err(error) => (false, format!("the harness failed: {error}")),
        };
        println!(
            "{} {:<30} {:>5.1} s  {said}",
            if caught { "caught" } else { "MISSED" },
            faults::name(fault),
            took.as_secs_f64()
        );
        all &= caught;
    }
    println!("{}", if all { "each was caught" } else { "not each was caught as expected" });
    all
}

fn judge(case: Option<&Case>, outcome: Option<Outcome>) -> (bool, String) {
    let (Some(case), Some(outcome)) = (case, outcome) else {
        return (false, "needs a Postgres: set BOARDCAST_TEST_POSTGRES".into());
    };
    match outcome.breach {
        None => (false, format!("by nothing, in {} rounds and {} answers", outcome.rounds, outcome.answers)),
        Some(breach) if case.laws.contains(&breach.law) => (true, format!("by law {}", breach.law)),
        Some(breach) => {
            let expected: Vec<String> = case.laws.iter().map(ToString::to_string).collect();
            (false, format!("by law {} instead of {}: {}", breach.law, expected.join(" or "), breach.evidence))
        }
    }
}
