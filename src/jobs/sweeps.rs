//! What is done once a minute, or once an hour where it looks through a whole table: deleting what need not be kept any
//! more, and reminding of what is due. Each sweep has a loop and a time limit of its own, so that one which fails, panics
//! or hangs stops no other.

use std::{
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    app::App,
    auth::{pending_sign_ins, sessions},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        runs::Run,
    },
    change::idempotency,
    faults,
    log::history::{self, KEEP_EVENTS},
    model::{blobs, boards, imports, password_resets, projects, pushes, quiet_tasks, reminders, sign_ins, trash},
};

/// How long an answer is kept for a retry with the same `Idempotency-Key`.
const KEEP_KEYS: Duration = Duration::from_hours(24);
/// How long a deleted task or project is kept.
const KEEP_TRASH: Duration = Duration::from_hours(30 * 24);

/// How long bytes are kept that no attachment refers to.
const KEEP_BLOBS: Duration = Duration::from_hours(24);

/// How long the parts of an upload may lie in a bucket that is not complete: far longer than one takes.
const KEEP_PARTS: Duration = Duration::from_hours(24);

/// How long it can be read what an import took and left.
const KEEP_IMPORTS: Duration = Duration::from_hours(90 * 24);

/// How often a sweep runs, and how long it may take.
#[derive(Clone, Copy)]
struct Schedule {
    every: Duration,
    limit: Duration,
}

/// A sweep deletes in short transactions. One that is stopped at the limit loses the last of them and goes on next time.
const SCHEDULE: Schedule = Schedule { every: Duration::from_mins(1), limit: Duration::from_mins(10) };

/// The time that sweeps go by. A clock that jumps ahead and soon back, as a machine's may after its start, must not make
/// anything old: for an hour after a jump the time goes on as before it, or as the clock says where that is earlier.
struct SteadyClock(Mutex<Steady>);

struct Steady {
    /// What the clock said at an instant of the machine's own count, which does not jump.
    clock: Timestamp,
    at: Instant,
    /// How far the clock is from that count, in milliseconds, and since when.
    jumped: Option<(i64, Instant)>,
}

impl SteadyClock {
    /// A clock that is off by less than this has drifted, or was set right.
    const DRIFT: i64 = 60_000;
    /// How long a clock has to stay where it jumped to until it is believed.
    const HOLD: Duration = Duration::from_hours(1);

    const fn new(clock: Timestamp, at: Instant) -> Self {
        Self(Mutex::new(Steady { clock, at, jumped: None }))
    }

    /// The time to go by, where the clock says this at this instant.
    fn now(&self, clock: Timestamp, at: Instant) -> Timestamp {
        let mut steady = self.0.lock();
        let expected = steady.clock.plus(at.duration_since(steady.at));
        let off = clock.0.saturating_sub(expected.0);
        let stays = |known: i64| off.saturating_sub(known).abs() <= Self::DRIFT;
        match steady.jumped {
            _ if off.abs() <= Self::DRIFT => *steady = Steady { clock, at, jumped: None },
            Some((known, since)) if stays(known) && at.duration_since(since) >= Self::HOLD => {
                *steady = Steady { clock, at, jumped: None };
                return clock;
            }
            Some((known, _)) if stays(known) => {}
            _ => {
                tracing::warn!(
                    "the clock has jumped by {} s: nothing is deleted by its new time for an hour",
                    off / 1_000
                );
                steady.jumped = Some((off, at));
            }
        }
        if off > 0 { expected } else { clock }
    }
}

type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Deletes one kind of things, as of an instant.
struct Sweep {
    /// As the log of the server names it.
    name: &'static str,
    /// It takes its turn once in so many.
    every: u32,
    work: Box<dyn Fn(Timestamp) -> Work + Send + Sync>,
}

impl Sweep {
    fn new<F>(app: &App, name: &'static str, work: fn(App, Timestamp) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let app = app.clone();
        Self { name, every: 1, work: Box::new(move |now| Box::pin(work(app.clone(), now))) }
    }

    const fn once_in(mut self, turns: u32) -> Self {
        self.every = turns;
        self
    }

    /// Run once, in a task of its own: a sweep that panics has failed, and nothing else has.
    async fn attempt(&self, now: Timestamp, limit: Duration) -> Result<()> {
        let task = AbortOnDropHandle::new(tokio::spawn((self.work)(now)));
        match timeout(limit, task).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => Err(Error::Internal(panic.to_string())),
            Err(_) => Err(Error::Internal(format!("it was stopped after {limit:?}"))),
        }
    }

    async fn repeat(self, schedule: Schedule, clock: Arc<SteadyClock>, told: impl Fn(Run)) {
        let pause = schedule.every * self.every;
        loop {
            let began = Timestamp::now();
            let outcome = self.attempt(clock.now(began, Instant::now()), schedule.limit).await;
            if let Err(error) = &outcome {
                tracing::warn!(sweep = self.name, %error, "a sweep failed; the next attempt is in {pause:?}");
            }
            told(Run {
                name: self.name,
                last_run_at: began,
                next_run_at: Timestamp::now().plus(pause),
                last_error: outcome.err().map(|error| error.to_string()),
            });
            sleep(pause).await;
        }
    }
}

fn all(app: &App) -> [Sweep; 14] {
    [
        Sweep::new(app, "limits", limits),
        Sweep::new(app, "sessions", ended_sessions),
        Sweep::new(app, "sign-ins", past_sign_ins).once_in(60),
        Sweep::new(app, "idempotency keys", idempotency_keys),
        Sweep::new(app, "deleted projects", deleted_projects),
        Sweep::new(app, "event log", event_log),
        Sweep::new(app, "trash", trashed_tasks).once_in(60),
        Sweep::new(app, "reminders", due_tasks),
        Sweep::new(app, "quiet tasks", quiet).once_in(60),
        Sweep::new(app, "attachments", attachments).once_in(60),
        Sweep::new(app, "uploads", uploads),
        Sweep::new(app, "parts of uploads", parts_of_uploads).once_in(60),
        Sweep::new(app, "push messages", push_messages),
        Sweep::new(app, "imports", ended_imports).once_in(60),
    ]
}

async fn limits(app: App, _: Timestamp) -> Result<()> {
    app.limits.sweep();
    Ok(())
}

async fn ended_sessions(app: App, now: Timestamp) -> Result<()> {
    sessions::sweep(&app.db, now).await?;
    pending_sign_ins::sweep(&app.db, now).await?;
    password_resets::sweep(&app.db, now).await?;
    Ok(())
}

async fn past_sign_ins(app: App, now: Timestamp) -> Result<()> {
    sign_ins::sweep(&app.db, now).await?;
    Ok(())
}

async fn idempotency_keys(app: App, now: Timestamp) -> Result<()> {
    idempotency::sweep(&app.db, now.minus(KEEP_KEYS)).await?;
    Ok(())
}

async fn deleted_projects(app: App, now: Timestamp) -> Result<()> {
    projects::sweep(&app.db, now.minus(KEEP_TRASH)).await?;
    faults::point("sweep.after");
    Ok(())
}

async fn trashed_tasks(app: App, now: Timestamp) -> Result<()> {
    trash::sweep(&app.db, now.minus(KEEP_TRASH)).await?;
    Ok(())
}

async fn ended_imports(app: App, now: Timestamp) -> Result<()> {
    imports::sweep(&app.db, now.minus(KEEP_IMPORTS)).await?;
    Ok(())
}

async fn due_tasks(app: App, _: Timestamp) -> Result<()> {
    // A morning is what the clock says it is.
    reminders::remind(&app, Timestamp::now()).await
}

async fn quiet(app: App, now: Timestamp) -> Result<()> {
    quiet_tasks::sweep(&app, now).await
}

async fn event_log(app: App, now: Timestamp) -> Result<()> {
    let Some(days) = app.config.history else { return Ok(()) };
    let kept = Duration::from_hours(24) * days;
    while history::trim(&app.db, boards::HELD, KEEP_EVENTS, now.minus(kept)).await? > 0 {}
    Ok(())
}

async fn attachments(app: App, now: Timestamp) -> Result<()> {
    blobs::sweep(&app.db, &app.files, now, now.minus(KEEP_BLOBS)).await
}

async fn push_messages(app: App, now: Timestamp) -> Result<()> {
    pushes::sweep(&app.db, now).await?;
    Ok(())
}

async fn uploads(app: App, _: Timestamp) -> Result<()> {
    app.files.sweep().await
}

async fn parts_of_uploads(app: App, now: Timestamp) -> Result<()> {
    app.files.sweep_parts(now.minus(KEEP_PARTS)).await
}

/// Run every sweep at the start and once a minute, each by itself, until the process ends.
pub async fn run(app: &App) {
    let schedule = Schedule { every: faults::sweep_every().unwrap_or(SCHEDULE.every), ..SCHEDULE };
    let app = app.clone();
    repeat_all(all(&app), schedule, move |run| app.runs.note(run)).await;
}

async fn repeat_all(
    sweeps: impl IntoIterator<Item = Sweep>,
    schedule: Schedule,
    told: impl Fn(Run) + Clone + Send + Sync + 'static,
) {
    let clock = Arc::new(SteadyClock::new(Timestamp::now(), Instant::now()));
    let repeated = |sweep: Sweep| sweep.repeat(schedule, clock.clone(), told.clone());
    let mut loops: JoinSet<()> = sweeps.into_iter().map(repeated).collect();
    while loops.join_next().await.is_some() {}
}

/// Run every sweep once, as of this instant. Answers the first error, after all have run.
pub async fn sweep(app: &App, now: Timestamp) -> Result<()> {
    let mut outcome = Ok(());
    for sweep in all(app) {
        outcome = outcome.and(sweep.attempt(now, SCHEDULE.limit).await);
    }
    outcome
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::sync::mpsc::{self, UnboundedSender};

    use super::*;

    const QUICK: Schedule = Schedule { every: Duration::from_millis(1), limit: Duration::from_millis(20) };
    const TIMES: usize = 5;

    /// A sweep that reports each attempt and then does this.
    fn fake(attempts: &UnboundedSender<&'static str>, name: &'static str, work: fn() -> Work) -> Sweep {
        let attempts = attempts.clone();
        let work = move |_| {
            // The receiver is gone when the test is over.
            let _ = attempts.send(name);
            work()
        };
        Sweep { name, every: 1, work: Box::new(work) }
    }

    const DAYS: i64 = 2 * 24 * 3_600_000;
    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn a_clock_that_jumps_ahead_makes_nothing_old_until_it_has_stayed_there() {
        let begin = Instant::now();
        let steady = SteadyClock::new(Timestamp(0), begin);
        // What is said n minutes later by a clock that is off by so much.
        let says = |minutes: u32, off: i64| {
            let clock = Timestamp(off).plus(MINUTE * minutes);
            steady.now(clock, begin + MINUTE * minutes).0 - i64::from(minutes) * 60_000
        };
        assert_eq!(says(1, 0), 0);
        assert_eq!(says(2, DAYS), 0, "it has jumped");
        assert_eq!(says(30, DAYS), 0);
        assert_eq!(says(31, 0), 0, "it is back");
        assert_eq!(says(32, -DAYS), -DAYS, "what is earlier deletes less");
        assert_eq!(says(33, 0), 0);
        assert_eq!(says(40, DAYS), 0);
        assert_eq!(says(70, 2 * DAYS), 0, "another jump");
        assert_eq!(says(129, 2 * DAYS), 0);
        assert_eq!(says(131, 2 * DAYS), 2 * DAYS, "it stays");
        assert_eq!(says(132, 2 * DAYS), 2 * DAYS);
    }

    #[test]
    fn a_clock_that_drifts_is_followed() {
        let begin = Instant::now();
        let steady = SteadyClock::new(Timestamp(0), begin);
        for n in 1..200 {
            let clock = Timestamp(i64::from(n) * 65_000);
            assert_eq!(steady.now(clock, begin + MINUTE * n).0, clock.0 - 5_000);
        }
    }

    #[tokio::test]
    async fn a_sweep_that_fails_panics_or_hangs_stops_no_other_and_is_tried_again() {
        let (attempts, mut attempted) = mpsc::unbounded_channel();
        let sweeps = [
            fake(&attempts, "hangs", || Box::pin(pending())),
            fake(&attempts, "panics", || Box::pin(async { panic!("on purpose") })),
            fake(&attempts, "fails", || Box::pin(async { Err(Error::NotFound) })),
            fake(&attempts, "works", || Box::pin(async { Ok(()) })),
        ];
        let names = sweeps.each_ref().map(|sweep| sweep.name);
        let running = AbortOnDropHandle::new(tokio::spawn(repeat_all(sweeps, QUICK, |_| ())));
        let each_was_attempted_often = async {
            let mut counts = names.map(|_| 0);
            while counts.iter().any(|count| *count < TIMES) {
                let name = attempted.recv().await.unwrap();
                counts[names.iter().position(|known| *known == name).unwrap()] += 1;
            }
        };
        timeout(Duration::from_secs(10), each_was_attempted_often).await.unwrap();
        drop(running);
    }
}
