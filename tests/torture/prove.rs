//! Shows of each planted mistake that it is caught, and by which law; and of the same runs without it, that they find
//! nothing.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use boardcast::faults::Fault;
use tokio::{runtime::Handle, sync::Semaphore, task::JoinSet, time::Instant};

use crate::{
    faults::{self, Case},
    plan::Plan,
    run::{self, Outcome},
};

/// By when a mistake has to be caught, if there were so many answers.
const BOUND: (Duration, usize) = (Duration::from_secs(90), 9_000);
/// For how long nothing has to be found without it: as long as it took, within these.
const CONTROL: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(10));

/// Runs that go on at the same time, each with servers of its own.
struct Runs<K> {
    room: Arc<Semaphore>,
    running: JoinSet<(K, Result<Outcome, String>, Duration)>,
}

impl<K: Send + 'static> Runs<K> {
    fn new(jobs: usize) -> Self {
        Self { room: Arc::new(Semaphore::new(jobs)), running: JoinSet::new() }
    }

    fn add(&mut self, key: K, plan: Plan, (time, answers): (Duration, usize)) {
        let room = self.room.clone();
        self.running.spawn(async move {
            let _room = room.acquire_owned().await;
            let start = Instant::now();
            let here = Handle::current();
            let run = tokio::task::spawn_blocking(move || here.block_on(run::run(plan, time, answers))).await;
            (key, run.map_err(|error| format!("the harness failed: {error}")), start.elapsed())
        });
    }

    async fn next(&mut self) -> Option<(K, Result<Outcome, String>, Duration)> {
        self.running.join_next().await.map(Result::unwrap)
    }
}

/// Plants one mistake after the other, and none; answers whether each was caught as expected, and nothing else.
pub async fn prove(faults: &[Fault], seed: u64, postgres: Option<&str>, jobs: usize) -> bool {
    let mut all = true;
    let mut runs = Runs::new(jobs);
    let mut cases = BTreeMap::new();
    for &fault in faults.iter().filter(|fault| !faults::ELSEWHERE.contains(fault)) {
        match faults::case(fault, seed, postgres) {
            Some(case) => {
                let name = faults::name(fault);
                runs.add(name.clone(), case.plan.clone(), BOUND);
                cases.insert(name, case);
            }
            None => all = say(false, ["caught", "MISSED"], &faults::name(fault), "needs BOARDCAST_TEST_POSTGRES"),
        }
    }
    let mut controls: Vec<(Plan, Duration, Vec<String>)> = vec![];
    let mut missed = vec![];
    while let Some((name, outcome, took)) = runs.next().await {
        let case = &cases[&name];
        let (caught, said) = outcome.map_or_else(|error| (false, error), |outcome| judge(case, &outcome));
        let said = format!("{:>5.1} s  {said}", took.as_secs_f64());
        if caught {
            say(true, ["caught", "MISSED"], &name, &said);
        } else {
            println!("again   {name:<30} {said}");
            missed.push(name.clone());
        }
        let plan = Plan { fault: None, ..case.plan.clone() };
        match controls.iter_mut().find(|(other, ..)| *other == plan) {
            Some((_, time, names)) => {
                *time = took.max(*time);
                names.push(name);
            }
            None => controls.push((plan, took, vec![name])),
        }
    }
    // By other chances, and with the machine for itself.
    let mut runs = Runs::new(1);
    for name in missed {
        let plan = cases[&name].plan.clone();
        runs.add(name, Plan { seed: plan.seed + 1, ..plan }, BOUND);
    }
    while let Some((name, outcome, took)) = runs.next().await {
        let (caught, said) = outcome.map_or_else(|error| (false, error), |outcome| judge(&cases[&name], &outcome));
        all &= say(caught, ["caught", "MISSED"], &name, &format!("{:>5.1} s  {said}", took.as_secs_f64()));
    }
    let mut runs = Runs::new(jobs);
    for (plan, took, names) in controls {
        runs.add(names.join(", "), plan, (took.clamp(CONTROL.0, CONTROL.1), 0));
    }
    while let Some((names, outcome, _)) = runs.next().await {
        let found =
            outcome.map_or_else(Some, |outcome| outcome.breach.map(|breach| format!("{breach}: {}", breach.evidence)));
        all &=
            say(found.is_none(), ["silent", "ALARMED"], "without", &format!("{names} {}", found.unwrap_or_default()));
    }
    println!("{}", if all { "each was caught, and nothing else" } else { "not each was caught as expected" });
    all
}

fn say(good: bool, words: [&str; 2], name: &str, text: &str) -> bool {
    println!("{:<7} {name:<30} {text}", words[usize::from(!good)]);
    good
}

fn judge(case: &Case, outcome: &Outcome) -> (bool, String) {
    match &outcome.breach {
        None => (false, format!("by nothing, in {} rounds and {} answers", outcome.rounds, outcome.answers)),
        Some(breach) if case.shows(breach) => (true, format!("by {breach}")),
        Some(breach) => (false, format!("by {breach} instead of {}: {}", case.expected(), breach.evidence)),
    }
}
