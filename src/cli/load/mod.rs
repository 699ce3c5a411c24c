//! `boardcast load`: opens many streams of real members, makes changes through the real API, and checks on every stream that
//! nothing is lost, doubled or out of order. It tells an operator how much a machine can serve.

mod answers;
mod chains;
mod readers;
mod report;
mod target;
mod writers;

use std::{
    fmt::Display,
    future::Future,
    io::Write,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::{
    runtime,
    sync::watch,
    task::{self, LocalSet},
    time,
};

use crate::base::output;

use self::{
    answers::Answers,
    chains::Chains,
    readers::{Plan, Progress, Readers},
    report::{Report, Tally, Usages},
    target::Target,
    writers::{Work, Written},
};

/// An error is a sentence for the person at the terminal.
pub type Result<T> = std::result::Result<T, String>;

/// Load a server with many streams and changes, and check that every stream gets everything.
///
/// Opens streams of real members of a project, changes its tasks through the API, and follows
/// every stream. Without --url it does so on a server of its own, which is gone afterwards.
///
/// Latency is the time from the moment a writer has its answer, which the server gives after
/// the commit, to the moment a reader has read the event. An event that is there before the
/// answer counts as 0. Both moments are taken by this process: its own reading is included.
///
/// Ends with an error unless every stream connected and got every event once and in order.
/// What is left out by a reset that the server announces, and what comes once more after a cut
/// because the cursor was older, are figures of their own; the first is an error too.
/// Ctrl-C ends it early, with the report so far.
#[derive(Args, Clone, Debug)]
#[command(verbatim_doc_comment)]
pub struct Options {
    /// The server to load, http://host:port; a throw-away one of its own, in a temporary folder, when absent
    #[arg(long, value_name = "URL", requires = "token")]
    url: Option<String>,
    /// An API token with both scopes, for the server at --url. It makes a project, and accounts by invitation; the
    /// project is deleted at the end, the accounts stay
    #[arg(long, env = "BOARDCAST_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
    /// The process of the server at --url, if it runs on this machine: for its memory and processor time. Memory a
    /// stream is right only for a server that was just started: what it used before and gave up is used again
    #[arg(long, value_name = "PID", requires = "url")]
    pid: Option<u32>,
    /// How many streams
    #[arg(long, default_value_t = 1_000)]
    streams: usize,
    /// For how long changes are made
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Changes in a second
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// How many people the streams belong to
    #[arg(long, default_value_t = 20)]
    people: usize,
    /// How many changes may be under way at once, each on a connection of its own
    #[arg(long, default_value_t = 8)]
    writers: usize,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// When a number has not moved for this long, it is taken as final: while some streams are disconnected …
const LONG_TIMEOUT: Duration = Duration::from_secs(30);
/// … and when all streams are connected, or the server turns them away.
const SHORT_TIMEOUT: Duration = Duration::from_secs(4);
/// How long to go on listening for events that should not arrive.
const LINGER: Duration = Duration::from_millis(300);
/// How often the progress is looked at.
const TICK: Duration = Duration::from_millis(50);

/// Run the load test; answers whether every stream got everything.
pub async fn run(options: Options) -> Result<bool> {
    enough_files(options.streams)?;
    let mut stop = interrupts()?;
    let mut target = unless(&mut stop, 1, Target::open(&options)).await??;
    let outcome = measure(&options, &mut target, &mut stop).await;
    // A second signal ends the tidying up as well.
    let stays = unless(&mut stop, 2, target.close()).await.unwrap_or_else(Some);
    if let Some(stays) = stays {
        // On the standard error: scripts read the report.
        output::stderr().line(format!("{stays}\n").as_bytes());
    }
    let report = outcome?;
    let text = if options.json { report.json().to_string() } else { report.text() };
    // A closed pipe does not change the outcome.
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(report.clean())
}

async fn measure(options: &Options, target: &mut Target, stop: &mut watch::Receiver<u32>) -> Result<Report> {
    unless(stop, 1, target.furnish(options.people)).await??;
    unless(stop, 1, target.refresh()).await??;
    let head = target.head().await?;
    let total = options.seconds.saturating_mul(u64::from(options.rate));
    let plan = Arc::new(Plan {
        host: crate::client::host(&target.url)?,
        path: format!("/events?project={}", target.project.as_deref().unwrap_or_default()),
        project: target.project.clone().unwrap_or_default(),
        tokens: target.people.iter().map(|person| person.token.clone()).collect(),
        answers: Answers::new(head + 1, usize::try_from(total).map_err(said)?),
        chains: Chains::new(head + 1, usize::try_from(total).map_err(said)?),
        progress: Progress::default(),
    });

    let before = target.usage();
    let (over, ended) = watch::channel(None);
    let readers = Readers::open(&plan, options.streams, &ended);
    let connected = connect(options, &plan.progress, stop).await;
    let idle = target.usage();

    let written = change(options, target, &plan, total, stop).await?;
    let last = match written.last {
        0 => head,
        // A change that was not answered may have been made all the same.
        last => target.head().await.unwrap_or(last),
    };
    let due = u64::try_from(last - head).unwrap_or(0) * u64::try_from(connected).unwrap_or(0);
    settle(&plan.progress, due, stop).await;
    let after = target.usage();
    over.send_replace(Some(last));

    let mut total_tally = Tally::default();
    for tally in readers.join().await? {
        total_tally.add(&tally);
    }
    let usages = before.zip(idle).zip(after);
    Ok(Report {
        streams: options.streams,
        connected,
        wanted: total,
        changes: written.changes,
        took: written.took,
        total: total_tally,
        busy: plan.progress.busy.load(Ordering::Relaxed),
        usages: usages.map(|((before, idle), after)| Usages { before, idle, after }),
        interrupted: *stop.borrow() > 0,
        failure: written.failure,
    })
}

/// Wait until all streams are connected; answers how many are.
async fn connect(options: &Options, progress: &Progress, stop: &watch::Receiver<u32>) -> usize {
    let goal = u64::try_from(options.streams).unwrap_or(0);
    let now = || u64::try_from(progress.connected.load(Ordering::Relaxed)).unwrap_or(0);
    let timeout = || if progress.busy.load(Ordering::Relaxed) > 0 { SHORT_TIMEOUT } else { LONG_TIMEOUT };
    Watch { bar: bar(goal, "connecting"), goal, now, timeout }.until(stop, 1).await;
    progress.connected.load(Ordering::Relaxed)
}

/// Make the changes, until all are made or a signal ends it.
async fn change(
    options: &Options,
    target: &Target,
    plan: &Arc<Plan>,
    total: u64,
    stop: &mut watch::Receiver<u32>,
) -> Result<Written> {
    let work = Arc::new(Work::new(options, target, total));
    let bar = bar(total, "changing");
    let writing = task::spawn_blocking({
        let (plan, work) = (plan.clone(), work.clone());
        move || on_this_thread(writers::write(plan, work))
    });
    tokio::pin!(writing);
    loop {
        tokio::select! {
            written = &mut writing => {
                bar.finish();
                return written.map_err(said)?;
            }
            () = time::sleep(TICK) => bar.set_position(work.done.load(Ordering::Relaxed)),
            _ = stop.wait_for(|count| *count > 0) => {
                work.stop.store(true, Ordering::Release);
                return writing.await.map_err(said)?;
            }
        }
    }
}

/// Wait until all streams have received what is due to them, and a moment longer for what is not.
async fn settle(progress: &Progress, due: u64, stop: &watch::Receiver<u32>) {
    let all_online = || progress.online.load(Ordering::Relaxed) >= progress.connected.load(Ordering::Relaxed);
    let timeout = || if all_online() { SHORT_TIMEOUT } else { LONG_TIMEOUT };
    let now = || progress.settled.load(Ordering::Relaxed);
    Watch { bar: bar(due, "delivering"), goal: due, now, timeout }.until(stop, 2).await;
    time::sleep(LINGER).await;
}

/// A number that grows towards a goal.
struct Watch<N, P> {
    bar: ProgressBar,
    goal: u64,
    now: N,
    timeout: P,
}

impl<N: Fn() -> u64, P: Fn() -> Duration> Watch<N, P> {
    /// Show it until it reaches the goal, or does not move for the timeout, or this many signals came.
    async fn until(self, stop: &watch::Receiver<u32>, signals: u32) {
        let (mut seen, mut moved) = ((self.now)(), Instant::now());
        while seen < self.goal && moved.elapsed() < (self.timeout)() && *stop.borrow() < signals {
            time::sleep(TICK).await;
            let now = (self.now)();
            if now != seen {
                (seen, moved) = (now, Instant::now());
            }
            self.bar.set_position(seen);
        }
        self.bar.finish();
    }
}

fn bar(length: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length).with_message(what);
    let style = ProgressStyle::with_template("{msg:>12} {wide_bar} {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// How many signals to end came so far.
fn interrupts() -> Result<watch::Receiver<u32>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (count, counted) = watch::channel(0);
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let (count, mut signals) = (count.clone(), signal(kind).map_err(said)?);
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                count.send_modify(|count| *count += 1);
            }
        });
    }
    Ok(counted)
}

/// Run it, unless this many signals come before it is done.
async fn unless<T>(stop: &mut watch::Receiver<u32>, signals: u32, work: impl Future<Output = T>) -> Result<T> {
    tokio::select! {
        done = work => Ok(done),
        _ = stop.wait_for(|count| *count >= signals) => Err("interrupted before there was anything to report".into()),
    }
}

/// Run a future to its end on this thread, with a runtime of its own.
fn on_this_thread<T>(work: impl Future<Output = T>) -> Result<T> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(said)?;
    Ok(LocalSet::new().block_on(&runtime, work))
}

/// Every stream is an open file in this process, and one in the server's, which inherits the limit.
fn enough_files(streams: usize) -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let wanted = u64::try_from(streams).unwrap_or(u64::MAX).saturating_add(100);
    match getrlimit(Resource::Nofile).current {
        Some(allowed) if allowed < wanted => {
            Err(format!("{streams} streams need {wanted} open files, and this system allows {allowed} (ulimit -n)"))
        }
        _ => Ok(()),
    }
}

fn said(error: impl Display) -> String {
    error.to_string()
}
