//! What a node counts of itself: a few numbers that are added to, and what they say of the last seconds.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::base::histogram::Counted;

/// Four to each doubling, from microseconds to an hour.
const BUCKETS: usize = 128;
/// Of those, the beginnings that are bounds for others, in microseconds: from a quarter of a millisecond to a minute.
const LAGS: &[u64] = &[
    256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576, 2_097_152,
    4_194_304, 8_388_608, 16_777_216, 33_554_432, 67_108_864,
];

#[derive(Debug)]
pub struct Meters {
    requests: AtomicU64,
    errors: AtomicU64,
    changes: AtomicU64,
    delays: [AtomicU64; BUCKETS],
    /// All delays together, in microseconds.
    delay: AtomicU64,
    /// Events that were written to a stream from the log, long after their commit.
    caught_up: AtomicU64,
    window: Mutex<Window>,
}

/// What was counted since the process began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    pub changes: u64,
    /// Events that were written to streams.
    pub delivered: u64,
    /// From the commit of an event to its being written to a stream, in microseconds.
    pub lag: Counted,
}

#[derive(Clone, Debug)]
struct Counts {
    at: Instant,
    requests: u64,
    errors: u64,
    changes: u64,
    delays: [u64; BUCKETS],
}

#[derive(Debug)]
struct Window {
    began: Counts,
    rates: Rates,
}

/// What the last seconds were like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    pub changes_per_second: f64,
    pub requests_per_second: f64,
    /// Answers with a status of 500 and more.
    pub errors_per_second: f64,
    /// From the commit of an event to its being written to a stream, in milliseconds; none where none was.
    pub lag_p50: Option<f64>,
    pub lag_p99: Option<f64>,
}

fn bucket(delay: Duration) -> usize {
    let micros = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
    if micros < 4 {
        return usize::try_from(micros).unwrap_or(0);
    }
    let doublings = micros.ilog2();
    let quarter = micros >> (doublings - 2) & 3;
    let bucket = usize::try_from((doublings - 1) * 4).unwrap_or(0) + usize::try_from(quarter).unwrap_or(0);
    bucket.min(BUCKETS - 1)
}

/// The longest delay of a bucket, in milliseconds.
fn longest(bucket: usize) -> f64 {
    let bucket = u32::try_from(bucket).unwrap_or(0);
    if bucket < 4 {
        return f64::from(bucket + 1) / 1_000.0;
    }
    let (doublings, quarter) = (bucket / 4 + 1, bucket % 4);
    f64::from(5 + quarter) * 2_f64.powi(i32::try_from(doublings).unwrap_or(0) - 2) / 1_000.0
}

fn percentile(delays: &[u64; BUCKETS], percent: u64) -> Option<f64> {
    let all: u64 = delays.iter().sum();
    let rank = (all * percent).div_ceil(100);
    let mut seen = 0;
    let found = delays.iter().position(|count| {
        seen += count;
        seen >= rank
    });
    found.filter(|_| all > 0).map(longest)
}

impl Default for Meters {
    fn default() -> Self {
        let began = Counts { at: Instant::now(), requests: 0, errors: 0, changes: 0, delays: [0; BUCKETS] };
        Self {
            requests: AtomicU64::default(),
            errors: AtomicU64::default(),
            changes: AtomicU64::default(),
            delays: [const { AtomicU64::new(0) }; BUCKETS],
            delay: AtomicU64::default(),
            caught_up: AtomicU64::default(),
            window: Mutex::new(Window { began, rates: Rates::default() }),
        }
    }
}

impl Meters {
    pub fn answered(&self, status: u16) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if status >= 500 {
            self.errors.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    pub fn delivered(&self, delay: Duration) {
        self.delays[bucket(delay)].fetch_add(1, Ordering::Relaxed);
        self.delay.fetch_add(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// An event was written to a stream that had missed it.
    pub fn caught_up(&self) {
        self.caught_up.fetch_add(1, Ordering::Relaxed);
    }

    pub fn totals(&self) -> Totals {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let delays: [u64; BUCKETS] = std::array::from_fn(|bucket| read(&self.delays[bucket]));
        let mut counts = vec![];
        let mut begin = 0;
        for bound in LAGS {
            let end = bucket(Duration::from_micros(*bound));
            counts.push(delays[begin..end].iter().sum());
            begin = end;
        }
        counts.push(delays[begin..].iter().sum());
        Totals {
            changes: read(&self.changes),
            delivered: delays.iter().sum::<u64>() + read(&self.caught_up),
            lag: Counted { bounds: LAGS, counts, sum: read(&self.delay) },
        }
    }

    fn counts(&self, at: Instant) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            at,
            requests: read(&self.requests),
            errors: read(&self.errors),
            changes: read(&self.changes),
            delays: std::array::from_fn(|bucket| read(&self.delays[bucket])),
        }
    }

    /// A window is over.
    pub fn roll(&self, now: Instant) {
        let ended = self.counts(now);
        let mut window = self.window.lock();
        let began = &window.began;
        let seconds = now.duration_since(began.at).as_secs_f64().max(0.001);
        let rate = |ended: u64, began: u64| {
            let count = u32::try_from(ended - began).unwrap_or(u32::MAX);
            (f64::from(count) / seconds * 10.0).round() / 10.0
        };
        let delays = std::array::from_fn(|bucket| ended.delays[bucket] - began.delays[bucket]);
        let rates = Rates {
            changes_per_second: rate(ended.changes, began.changes),
            requests_per_second: rate(ended.requests, began.requests),
            errors_per_second: rate(ended.errors, began.errors),
            lag_p50: percentile(&delays, 50),
            lag_p99: percentile(&delays, 99),
        };
        *window = Window { began: ended, rates };
    }

    /// What the last window was like.
    pub fn rates(&self) -> Rates {
        self.window.lock().rates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_in_a_bucket_that_is_no_shorter_and_a_quarter_longer_at_most() {
        let mut last = 0;
        for micros in (0..2_000).chain((2_000..3_000_000_000).step_by(7_654_321)) {
            let bucket = bucket(Duration::from_micros(micros));
            assert!(bucket >= last && bucket < BUCKETS, "{micros}");
            last = bucket;
            let (shown, real) = (longest(bucket) * 1_000.0, f64::from(u32::try_from(micros).unwrap()));
            assert!(shown > real && shown <= real.max(4.0) * 1.26, "{micros}: {shown}");
        }
        assert_eq!(bucket(Duration::MAX), BUCKETS - 1);
    }

    #[test]
    fn totals_put_each_delay_below_a_bound_that_it_does_not_pass() {
        let meters = Meters::default();
        // A delay of 1,024 µs is in a bucket that goes on beyond it.
        for micros in [0, 255, 256, 1_000, 1_024, 67_108_863, 67_108_864, 3_600_000_000] {
            meters.delivered(Duration::from_micros(micros));
        }
        meters.caught_up();
        let Totals { delivered, lag, .. } = meters.totals();
        assert_eq!((delivered, lag.counts.iter().sum()), (9, 8));
        assert_eq!(lag.counts[..4], [2, 1, 1, 1]);
        assert_eq!(lag.counts[LAGS.len() - 1..], [1, 2]);
        assert_eq!(lag.sum, 255 + 256 + 1_000 + 1_024 + 67_108_863 + 67_108_864 + 3_600_000_000);
    }

    #[test]
    fn rates_are_those_of_the_last_window() {
        let (meters, began) = (Meters::default(), Instant::now());
        meters.roll(began);
        for n in 0..100 {
            meters.answered(if n == 0 { 503 } else { 200 });
            meters.delivered(Duration::from_millis(if n < 98 { 2 } else { 200 }));
        }
        meters.changed();
        meters.roll(began + Duration::from_secs(5));
        let rates = meters.rates();
        assert_eq!((rates.requests_per_second, rates.errors_per_second, rates.changes_per_second), (20.0, 0.2, 0.2));
        assert!((2.0..2.6).contains(&rates.lag_p50.unwrap()) && rates.lag_p99.unwrap() >= 200.0, "{rates:?}");
        meters.roll(began + Duration::from_secs(10));
        assert_eq!(meters.rates(), Rates::default());
    }
}
