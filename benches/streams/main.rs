//! What streams cost, beside other ways to send the same bytes to the same readers.
//!
//!     cargo bench --bench streams                        everything
//!     cargo bench --bench streams -- --only cpu          one measurement: cpu, memory, steady, flood, lag, resume, log
//!     cargo bench --bench streams -- --quick             less of everything, to see that it works
//!
//! All servers are measured in the same run, in turns, with the same reader. Debian's packages `nginx` and
//! `libnginx-mod-nchan`, Node and a C compiler are used when they are there, and their rows say so when they are not.
#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "a bench ends with a panic, and its figures are for people"
)]

mod axum_sse;
mod client;
mod machine;
mod readers;
mod resume;
mod sides;
mod table;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use clap::Parser;

use readers::{Crowd, Found, Plan};
use sides::{Kind, Ours, Sample, Side};
use table::{Table, median, quantile};

#[derive(Parser)]
pub struct Options {
    /// Only this: cpu, memory, steady, flood, lag, resume, log.
    #[arg(long)]
    only: Vec<String>,
    /// Less of everything.
    #[arg(long)]
    quick: bool,
    /// How often each server has its turn.
    #[arg(long)]
    rounds: Option<usize>,
    /// For how long events are made in a turn.
    #[arg(long)]
    seconds: Option<u64>,
    /// How many readers the measurements of CPU, memory and resuming have.
    #[arg(long, default_value_t = 5_000)]
    readers: usize,
    /// Events in a second in the measurement of CPU.
    #[arg(long, default_value_t = 20)]
    rate: u32,
    /// Only these servers, by a part of their name, beside Boardcast.
    #[arg(long)]
    side: Vec<String>,
    /// What cargo says to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 1 } else { 3 })
    }

    fn seconds(&self, full: u64) -> u64 {
        self.seconds.unwrap_or(if self.quick { full.div_ceil(4) } else { full })
    }

    fn wants_side(&self, kind: Kind) -> bool {
        self.side.is_empty() || self.side.iter().any(|side| kind.name().contains(side.as_str()))
    }
}

const OTHERS: [Kind; 5] = [Kind::Bare, Kind::Nchan(1), Kind::Nchan(2), Kind::Node, Kind::Axum];

fn main() {
    if std::env::args().nth(1).as_deref() == Some("serve-axum") {
        axum_sse::serve();
        return;
    }
    let options = Options::parse();
    println!("# Streams\n\n{}\n", machine::describe());
    println!("Command: `cargo bench --bench streams -- {}`", std::env::args().skip(1).collect::<Vec<_>>().join(" "));
    let ours = Ours::new();
    let sample = ours.sample(&ours.start(Kind::Project));
    println!("An event on the wire: {} bytes (`task.changed`).", sample.length());
    if options.wants("cpu") {
        cpu(&options, &ours, &sample);
    }
    if options.wants("memory") {
        memory(&options, &ours, &sample);
    }
    if options.wants("steady") {
        steady(&options, &ours, &sample);
    }
    if options.wants("flood") {
        flood(&options, &ours, &sample);
    }
    if options.wants("lag") {
        lag(&options, &ours);
    }
    if options.wants("resume") {
        resume::storm(&options, &ours);
    }
    if options.wants("log") {
        resume::long_log(&options);
    }
}

/// Boardcast and those of the others that can run here; why the rest cannot.
fn sides(options: &Options, ours: &Ours, sample: &Sample, with: &[Kind]) -> (Vec<Side>, Vec<(Kind, String)>) {
    let (mut sides, mut missing) = (vec![], vec![]);
    for kind in with.iter().copied().filter(|kind| kind.is_ours() || options.wants_side(*kind)) {
        if kind.is_ours() {
            // Both streams are served by one process, and one process may use the data.
            if !sides.iter().any(|side: &Side| side.kind.is_ours()) {
                sides.push(ours.start(kind));
            }
        } else {
            match sides::other(kind, sample) {
                Ok(side) => sides.push(side),
                Err(why) => missing.push((kind, why)),
            }
        }
    }
    (sides, missing)
}

fn crowd(side: &Side, requests: Vec<Arc<[u8]>>, readers: usize, stopwatch: bool) -> Crowd {
    let crowd = Crowd::gather(Plan { address: side.process.address, requests, readers, stopwatch, storm: false });
    crowd.ready();
    // The head of an answer may come before the reader is listed, and opening costs something that comes later.
    std::thread::sleep(Duration::from_secs(1));
    crowd
}

/// An event that was made: its number, when it was asked for, and when it was answered.
pub struct Made {
    pub number: u64,
    pub asked: Instant,
    pub answered: Instant,
}

/// Make events by so many writers for a while, at a rate or as fast as it takes.
fn write(side: &Side, writers: usize, rate: Option<u32>, seconds: u64) -> Vec<Made> {
    let began = Instant::now();
    let end = began + Duration::from_secs(seconds);
    let turns = AtomicU64::new(0);
    let most = rate.map_or(u64::MAX, |rate| u64::from(rate) * seconds);
    let made = Mutex::new(vec![]);
    std::thread::scope(|scope| {
        for number in 0..writers {
            let (turns, made) = (&turns, &made);
            scope.spawn(move || {
                let mut writer = side.writer(number);
                let mut own = vec![];
                loop {
                    let turn = turns.fetch_add(1, Ordering::Relaxed);
                    if turn >= most || (rate.is_none() && Instant::now() >= end) {
                        break;
                    }
                    if let Some(rate) = rate {
                        let due = Duration::from_secs_f64(turn as f64 / f64::from(rate));
                        std::thread::sleep(due.saturating_sub(began.elapsed()));
                    }
                    let asked = Instant::now();
                    let number = writer.write(side.number.fetch_add(1, Ordering::Relaxed));
                    own.push(Made { number, asked, answered: Instant::now() });
                }
                made.lock().unwrap().extend(own);
            });
        }
    });
    made.into_inner().unwrap()
}

/// What must hold in the end: everybody got everything, once and in order.
fn complete(found: &Found, readers: usize, events: usize) -> bool {
    found.gaps == 0
        && found.ended == 0
        && found.counts.len() == readers
        && found.counts.iter().all(|n| *n == events as u64)
}

#[derive(Default)]
struct Costs {
    micros: Vec<f64>,
    bytes: Vec<f64>,
    deliveries: u64,
    lost: i64,
}

/// CPU a delivery: what a server's processes use from the first event to half a second after the last one, divided by the
/// events that arrived.
fn cpu(options: &Options, ours: &Ours, sample: &Sample) {
    let (readers, rate, seconds) = (options.readers, options.rate, options.seconds(10));
    println!(
        "\n## CPU a delivery\n\n{readers} readers of one project, {rate} events/s for {seconds} s in each turn.\n"
    );
    let (sides, missing) = sides(options, ours, sample, &[&[Kind::Project, Kind::User][..], &OTHERS].concat());
    let mut costs: HashMap<String, Costs> = HashMap::new();
    let mut writes = vec![];
    for round in 0..options.rounds() {
        for side in &sides {
            let kinds = if side.kind.is_ours() { vec![Kind::Project, Kind::User] } else { vec![side.kind] };
            if side.kind.is_ours() {
                let before = machine::cpu(&side.pids());
                let made = write(side, 1, Some(rate), seconds).len();
                std::thread::sleep(Duration::from_millis(500));
                writes.push((machine::cpu_since(&side.pids(), before)).as_secs_f64() * 1e6 / made as f64);
            }
            for kind in kinds {
                let requests = if kind.is_ours() { ours.requests(kind, "") } else { side.requests() };
                let crowd = crowd(side, requests, readers, false);
                let (before, bytes) = (machine::cpu(&side.pids()), crowd.bytes());
                let made = write(side, 1, Some(rate), seconds).len();
                crowd.wait(made as u64 * readers as u64, Duration::from_secs(5));
                std::thread::sleep(Duration::from_millis(500));
                let spent = machine::cpu_since(&side.pids(), before);
                let (bytes, delivered) = (crowd.bytes() - bytes, crowd.delivered());
                let found = crowd.leave();
                let cost = costs.entry(kind.name()).or_default();
                cost.micros.push(spent.as_secs_f64() * 1e6 / delivered as f64);
                cost.bytes.push(bytes as f64 / delivered as f64);
                cost.deliveries += delivered;
                cost.lost += (made * readers) as i64 - delivered as i64 + found.gaps as i64;
                eprintln!("round {round}: {}: {:.2} µs", kind.name(), cost.micros.last().unwrap());
            }
        }
    }
    let of = |kind: Kind| costs.get(&kind.name()).map(|cost| median(&cost.micros));
    let nchan = [of(Kind::Nchan(1)), of(Kind::Nchan(2))].into_iter().flatten().reduce(f64::min);
    let bare = of(Kind::Bare);
    let mut table = Table::new(&[
        "server",
        "µs a delivery",
        "least – most",
        "÷ nchan",
        "÷ bare",
        "bytes a delivery",
        "deliveries",
        "lost",
    ]);
    let ratio = |micros: f64, to: Option<f64>| to.map_or("–".into(), |to| format!("{:.2}", micros / to));
    for kind in [&[Kind::Project, Kind::User][..], &OTHERS].concat() {
        let Some(cost) = costs.get(&kind.name()) else { continue };
        let mut row = |name: String, micros: &[f64]| {
            let middle = median(micros);
            table.row(&[
                name,
                format!("{middle:.2}"),
                format!("{:.2} – {:.2}", quantile(micros, 0.0), quantile(micros, 1.0)),
                ratio(middle, nchan),
                ratio(middle, bare),
                format!("{:.0}", median(&cost.bytes)),
                cost.deliveries.to_string(),
                cost.lost.to_string(),
            ]);
        };
        row(kind.name(), &cost.micros);
        if kind.is_ours() {
            let without: Vec<f64> =
                cost.micros.iter().map(|micros| micros - median(&writes) / readers as f64).collect();
            row(format!("{}, without the writes", kind.name()), &without);
        }
    }
    table.missing(&missing);
    table.print();
    println!(
        "\nThe writes alone: {:.0} µs a change, measured with the same changes and no reader, and subtracted above. \
         The better of nchan's two counts.",
        median(&writes)
    );
}

/// Memory of idle streams: what the processes of a fresh server grow by.
fn memory(options: &Options, ours: &Ours, sample: &Sample) {
    let readers = options.readers;
    println!(
        "\n## Memory of an idle stream\n\nGrowth from 0 to {readers} streams, fresh servers, 3 s after the last came.\n"
    );
    let mut grown: HashMap<String, (Vec<f64>, Vec<f64>)> = HashMap::new();
    let mut missing = vec![];
    let kinds = [&[Kind::Project, Kind::User][..], &OTHERS].concat();
    for round in 0..options.rounds() {
        for kind in kinds.iter().copied().filter(|kind| *kind != Kind::Bare) {
            let (sides, lacking) = sides(options, ours, sample, &[kind]);
            if round == 0 {
                missing.extend(lacking);
            }
            let Some(side) = sides.first() else { continue };
            // What the first streams and changes set up once is no stream's.
            let warm = crowd(side, side.requests(), 20, false);
            write(side, 1, Some(20), 1);
            warm.leave();
            std::thread::sleep(Duration::from_secs(1));
            let before = machine::memory(&side.pids());
            let crowd = crowd(side, side.requests(), readers, false);
            std::thread::sleep(Duration::from_secs(2));
            let after = machine::memory(&side.pids());
            assert_eq!(crowd.leave().ended, 0, "{} closed streams", kind.name());
            let (rss, pss) = grown.entry(kind.name()).or_default();
            rss.push((after.rss - before.rss) / readers as f64);
            pss.push((after.pss - before.pss) / readers as f64);
            eprintln!("round {round}: {}: {:.1} KiB", kind.name(), rss.last().unwrap());
        }
    }
    let mut table = Table::new(&["server", "RSS a stream, KiB", "least – most", "PSS a stream, KiB"]);
    for kind in kinds {
        let Some((rss, pss)) = grown.get(&kind.name()) else { continue };
        table.row(&[
            kind.name(),
            format!("{:.1}", median(rss)),
            format!("{:.1} – {:.1}", quantile(rss, 0.0), quantile(rss, 1.0)),
            format!("{:.1}", median(pss)),
        ]);
    }
    table.missing(&missing);
    table.print();
}

/// How long after the writer's answer, and after the request for the change, events came to readers, in ms.
fn delays(found: &Found, made: &[Made]) -> (Vec<f64>, Vec<f64>) {
    let by_number: HashMap<u64, &Made> = made.iter().map(|made| (made.number, made)).collect();
    let ms = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64() * 1e3;
    let arrivals = || found.arrivals.iter().filter_map(|(number, at)| Some((by_number.get(number)?, *at)));
    let answered = arrivals().map(|(made, at)| ms(made.answered, at)).collect();
    let asked = arrivals().map(|(made, at)| ms(made.asked, at)).collect();
    (answered, asked)
}

fn delay_row(name: String, kind: Kind, readers: usize, seconds: u64, made: &[Made], found: &Found) -> Vec<String> {
    let (answered, asked) = delays(found, made);
    let pair = |values: &[f64]| format!("{:.2} / {:.2}", quantile(values, 0.5), quantile(values, 0.99));
    let writes: Vec<f64> = made.iter().map(|made| (made.answered - made.asked).as_secs_f64() * 1e3).collect();
    let lost = (made.len() * readers) as i64 - found.counts.iter().sum::<u64>() as i64;
    vec![
        name,
        format!("{:.0}", made.len() as f64 / seconds as f64),
        pair(&answered),
        pair(&asked),
        pair(&writes),
        lost.to_string(),
        // The others have no order of their own: several writers are finished with in any.
        if kind.is_ours() { found.gaps.to_string() } else { "–".into() },
    ]
}

const DELAYS: [&str; 7] =
    ["server", "events/s", "answer → reader", "request → reader", "request → answer", "lost", "out of order"];
const DELAYS_NOTE: &str = "p50 / p99 in ms. \"answer → reader\": from when the writer has read the answer to its change, which \
     comes after the commit, to when a reader has read the event; 0 when the reader was first. \"request → reader\" \
     holds the write with its fsync too.";

/// A thousand readers, a hundred events a second.
fn steady(options: &Options, ours: &Ours, sample: &Sample) {
    let (readers, rate, seconds) = (1_000, 100, options.seconds(15));
    println!("\n## {readers} readers, {rate} events/s for {seconds} s\n\n{DELAYS_NOTE}\n");
    let (sides, missing) = sides(options, ours, sample, &[Kind::Project, Kind::Nchan(1), Kind::Bare]);
    let mut table = Table::new(&DELAYS);
    for round in 0..options.rounds().min(2) {
        for side in &sides {
            let crowd = crowd(side, side.requests(), readers, true);
            let made = write(side, 4, Some(rate), seconds);
            crowd.wait((made.len() * readers) as u64, Duration::from_secs(5));
            let found = crowd.leave();
            table.row(&delay_row(
                format!("{} ({})", side.kind.name(), round + 1),
                side.kind,
                readers,
                seconds,
                &made,
                &found,
            ));
        }
    }
    table.missing(&missing);
    table.print();
}

/// From the commit to a hundred readers, while two hundred changes are made in a second.
fn lag(options: &Options, ours: &Ours) {
    let (readers, rate, seconds) = (100, 200, options.seconds(15));
    println!("\n## From the commit to {readers} readers, {rate} changes/s for {seconds} s\n\n{DELAYS_NOTE}\n");
    let side = ours.start(Kind::Project);
    let mut table = Table::new(&DELAYS);
    for round in 0..options.rounds() {
        for kind in [Kind::Project, Kind::User] {
            let crowd = crowd(&side, ours.requests(kind, ""), readers, true);
            let made = write(&side, 8, Some(rate), seconds);
            crowd.wait((made.len() * readers) as u64, Duration::from_secs(5));
            let found = crowd.leave();
            table.row(&delay_row(format!("{} ({})", kind.name(), round + 1), kind, readers, seconds, &made, &found));
        }
    }
    table.print();
}

/// A thousand readers and a thousand changes a second, against the most that nchan delivers.
fn flood(options: &Options, ours: &Ours, sample: &Sample) {
    let (readers, rate, seconds) = (1_000, 1_000, options.seconds(10));
    println!("\n## {readers} readers, {rate} events/s for {seconds} s, and the most that nchan delivers\n");
    println!(
        "Deliveries a second: events that arrived, divided by the time from the first request to the last arrival.\n"
    );
    let (sides, missing) = sides(options, ours, sample, &[Kind::Project, Kind::Nchan(1), Kind::Nchan(2), Kind::Bare]);
    let mut table = Table::new(&[
        "server",
        "writers",
        "events/s made",
        "deliveries/s",
        "lost",
        "out of order",
        "CPU µs a delivery",
        "complete",
    ]);
    let (mut best, mut own) = (HashMap::<String, f64>::new(), vec![]);
    for _ in 0..options.rounds() {
        for side in &sides {
            let ours = side.kind.is_ours();
            // Boardcast gets changes at the rate, through its API; the others events as fast as they take them.
            let runs: &[(usize, Option<u32>)] =
                if ours { &[(64, Some(rate)), (64, None)] } else { &[(1, None), (16, None), (64, None)] };
            for (writers, rate) in runs {
                let crowd = crowd(side, side.requests(), readers, false);
                let (before, began) = (machine::cpu(&side.pids()), Instant::now());
                let made = write(side, *writers, *rate, seconds).len();
                let writing = began.elapsed();
                crowd.wait((made * readers) as u64, Duration::from_secs(5));
                let spent = machine::cpu_since(&side.pids(), before);
                let delivered = crowd.delivered();
                let found = crowd.leave();
                let took = found.at.map_or(writing, |at| at - began);
                let speed = delivered as f64 / took.as_secs_f64();
                // Several writers to a server without an order of its own finish in any order.
                let ordered = ours || *writers == 1;
                table.row(&[
                    side.kind.name(),
                    format!("{writers}{}", if rate.is_some() { "" } else { ", unpaced" }),
                    format!("{:.0}", made as f64 / writing.as_secs_f64()),
                    format!("{speed:.0}"),
                    ((made * readers) as i64 - delivered as i64).to_string(),
                    if ordered { found.gaps.to_string() } else { "–".into() },
                    format!("{:.2}", spent.as_secs_f64() * 1e6 / delivered as f64),
                    if complete(&found, readers, made) || (!ordered && delivered == (made * readers) as u64) {
                        "yes".into()
                    } else {
                        "no".into()
                    },
                ]);
                if ours {
                    own.push(speed);
                } else {
                    let best = best.entry(side.kind.name()).or_default();
                    *best = best.max(speed);
                }
            }
        }
    }
    table.missing(&missing);
    table.print();
    let nchan =
        [Kind::Nchan(1), Kind::Nchan(2)].iter().filter_map(|kind| best.get(&kind.name())).copied().reduce(f64::max);
    if let Some(nchan) = nchan {
        let own = quantile(&own, 1.0);
        println!("\nBoardcast's best is {:.1} times nchan's best ({own:.0} and {nchan:.0} deliveries/s).", own / nchan);
    }
}
