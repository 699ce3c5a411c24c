//! What the database layer counts: how long each COMMIT takes and how many changes share it, and how long callers wait.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use crate::base::histogram::{Counted, Histogram};

/// In microseconds: from a COMMIT into memory to one that waits for a slow disk.
const TIMES: &[u64] = &[
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000,
];
const SIZES: &[u64] = &[1, 2, 4, 8, 16, 32, 64];

#[derive(Debug)]
pub struct Meters {
    /// How long each COMMIT took.
    pub commits: Histogram,
    /// How many changes shared it.
    pub sizes: Histogram,
    /// Changes that wait for their turn to write.
    pub queue: Waits,
    /// Statements and transactions that wait for a connection of the pool.
    pub connections: Waits,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            commits: Histogram::new(TIMES),
            sizes: Histogram::new(SIZES),
            queue: Waits::default(),
            connections: Waits::default(),
        }
    }
}

/// What is waited for.
#[derive(Debug)]
pub struct Waits {
    begun: AtomicU64,
    ended: AtomicU64,
    timeouts: AtomicU64,
    times: Histogram,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            timeouts: AtomicU64::new(0),
            times: Histogram::new(TIMES),
        }
    }
}

/// A caller that waits; dropping it ends the wait.
#[must_use = "a wait lasts as long as this"]
pub struct Waiting<'a> {
    waits: &'a Waits,
    since: Instant,
}

impl Waits {
    pub fn begin(&self) -> Waiting<'_> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        Waiting { waits: self, since: Instant::now() }
    }

    /// How many wait now.
    #[must_use]
    pub fn pending(&self) -> u64 {
        // What has ended is read first: it has begun by then.
        let ended = self.ended.load(Ordering::Acquire);
        self.begun.load(Ordering::Relaxed).saturating_sub(ended)
    }

    /// How many gave up.
    #[must_use]
    pub fn timeouts(&self) -> u64 {
        self.timeouts.load(Ordering::Relaxed)
    }

    #[must_use]
    pub fn times(&self) -> Counted {
        self.times.counted()
    }
}

impl Waiting<'_> {
    /// Wait for a connection of a Postgres pool.
    pub async fn until<T>(self, connection: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        let connected = connection.await;
        if matches!(connected, Err(sqlx::Error::PoolTimedOut)) {
            self.timed_out();
        }
        connected
    }

    /// What was waited for did not come in time.
    pub fn timed_out(self) {
        self.waits.timeouts.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.waits.times.add_time(self.since.elapsed());
        self.waits.ended.fetch_add(1, Ordering::Release);
    }
}

/// How many connections of a pool there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    pub used: usize,
    pub idle: usize,
    pub most: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_counted_until_it_ends_or_gives_up() {
        let waits = Waits::default();
        let (one, other) = (waits.begin(), waits.begin());
        assert_eq!((waits.pending(), waits.timeouts()), (2, 0));
        drop(one);
        other.timed_out();
        assert_eq!((waits.pending(), waits.timeouts()), (0, 1));
        assert_eq!(waits.times().counts.iter().sum::<u64>(), 2);
    }
}
