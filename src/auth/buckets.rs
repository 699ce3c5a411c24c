//! Token buckets, by the generic cell rate algorithm (ITU-T I.371, annex A): one instant a key, which is when the bucket
//! is full again. What was taken can be given back, which a limit on failures needs: a try counts before its outcome is
//! known, so that many at once are counted too.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use parking_lot::Mutex;

/// So many at once, then one in every so long.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub burst: u32,
    pub every: Duration,
}

/// What is left of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// How many there are at most.
    pub limit: u32,
    /// How many are left.
    pub remaining: u32,
    /// When all are there again.
    pub reset: Duration,
}

/// One bucket for each key. Keys are hashes, and so of one size whatever a caller sends.
#[derive(Debug)]
pub struct Buckets {
    rate: Rate,
    full_at: Mutex<HashMap<u128, Instant>>,
    refused: AtomicU64,
}

impl Buckets {
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { rate, full_at: Mutex::default(), refused: AtomicU64::new(0) }
    }

    /// How often there was nothing to take.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    fn refuse(&self, wait: Duration) -> Duration {
        self.refused.fetch_add(1, Ordering::Relaxed);
        wait
    }

    fn size(&self) -> Duration {
        self.rate.every * self.rate.burst
    }

    /// Take one, or learn how long to wait for it.
    pub fn take(&self, key: u128) -> Result<(), Duration> {
        self.take_at(key, Instant::now())
    }

    fn take_at(&self, key: u128, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.full_at.lock();
        let full_at = buckets.entry(key).or_insert(now);
        let after = (*full_at).max(now) + self.rate.every;
        match (after - now).checked_sub(self.size()) {
            None | Some(Duration::ZERO) => {
                *full_at = after;
                Ok(())
            }
            Some(wait) => Err(self.refuse(wait)),
        }
    }

    /// Whether there is one to take, or how long to wait for it.
    pub fn check(&self, key: u128) -> Result<(), Duration> {
        let budget = self.budget(key);
        if budget.remaining > 0 {
            return Ok(());
        }
        Err(self.refuse((budget.reset + self.rate.every).saturating_sub(self.size())))
    }

    /// Give back one that was taken.
    pub fn give_back(&self, key: u128) {
        if let Some(full_at) = self.full_at.lock().get_mut(&key) {
            *full_at = full_at.checked_sub(self.rate.every).unwrap_or(*full_at);
        }
    }

    #[must_use]
    pub fn budget(&self, key: u128) -> Budget {
        self.budget_at(key, Instant::now())
    }

    fn budget_at(&self, key: u128, now: Instant) -> Budget {
        let full_at = self.full_at.lock().get(&key).copied();
        let reset = full_at.map_or(Duration::ZERO, |full_at| full_at.saturating_duration_since(now));
        let taken = reset.as_nanos().div_ceil(self.rate.every.as_nanos().max(1));
        let taken = u32::try_from(taken).unwrap_or(u32::MAX);
        Budget { limit: self.rate.burst, remaining: self.rate.burst.saturating_sub(taken), reset }
    }

    /// Forget those that are full.
    pub fn sweep(&self) {
        self.sweep_at(Instant::now());
    }

    fn sweep_at(&self, now: Instant) {
        let mut buckets = self.full_at.lock();
        buckets.retain(|_, full_at| *full_at > now);
        buckets.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_bucket_gives_a_burst_and_then_one_at_a_time() {
        let buckets = Buckets::new(Rate { burst: 3, every: SECOND });
        let start = Instant::now();
        let later = start + SECOND;
        assert_eq!(buckets.budget_at(7, start), Budget { limit: 3, remaining: 3, reset: Duration::ZERO });
        for left in [2, 1, 0] {
            buckets.take_at(7, start).unwrap();
            assert_eq!(buckets.budget_at(7, start).remaining, left);
        }
        assert_eq!(buckets.take_at(7, start), Err(SECOND));
        assert_eq!(buckets.refused(), 1);
        buckets.take_at(8, start).unwrap();
        buckets.take_at(7, later).unwrap();
        assert_eq!(buckets.take_at(7, later), Err(SECOND));
        assert_eq!(buckets.budget_at(7, later), Budget { limit: 3, remaining: 0, reset: SECOND * 3 });
        buckets.give_back(7);
        buckets.take_at(7, later).unwrap();
        buckets.sweep_at(later);
        assert_eq!(buckets.full_at.lock().len(), 1);
        buckets.sweep_at(later + SECOND * 3);
        assert!(buckets.full_at.lock().is_empty());
    }
}
