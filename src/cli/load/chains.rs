//! The chain of each event, as the first stream that received it saw it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::chain::Chain;

/// By the number of the event.
pub struct Chains {
    first: i64,
    seen: Vec<AtomicU64>,
}

/// No stream has received the event.
const UNSEEN: u64 = 0;

fn seen(chain: Chain) -> u64 {
    1 << 32 | u64::from(chain.bits())
}

impl Chains {
    pub fn new(first: i64, count: usize) -> Self {
        Self { first, seen: (0..count).map(|_| AtomicU64::new(UNSEEN)).collect() }
    }

    fn slot(&self, seq: i64) -> Option<&AtomicU64> {
        self.seen.get(usize::try_from(seq - self.first).ok()?)
    }

    fn of(&self, seq: i64) -> Option<Chain> {
        let bits = self.slot(seq)?.load(Ordering::Acquire);
        (bits != UNSEEN).then(|| Chain::from_bits(u32::try_from(bits & u64::from(u32::MAX)).unwrap_or_default()))
    }

    /// Whether an event is the one that the other streams received, and follows from the one before. Only the first stream
    /// that receives it reads all of its bytes.
    pub fn fits(&self, seq: i64, body: &str) -> bool {
        let Some(slot) = self.slot(seq) else { return true };
        let told = Chain::of_event(body);
        if let Some(known) = self.of(seq) {
            return known == told;
        }
        slot.store(seen(told), Ordering::Release);
        self.of(seq - 1).is_none_or(|before| before.verify(body).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_does_not_follow_or_that_differs_between_streams_is_found() {
        let (first, one) = Chain::NONE.append(r#"{"seq":1}"#.into());
        let (_, two) = first.append(r#"{"seq":2}"#.into());
        let (_, other) = Chain::NONE.append(r#"{"seq":2}"#.into());
        let chains = Chains::new(1, 2);
        assert!(chains.fits(1, &one) && chains.fits(2, &two) && chains.fits(2, &two));
        assert!(!chains.fits(2, &other));
        let chains = Chains::new(1, 2);
        assert!(chains.fits(1, &one) && !chains.fits(2, &other));
        assert!(chains.fits(9, "not among those that are counted"));
    }
}
