//! Gives an event to all listeners of a topic.
//!
//! A few listeners are woken, and each stream's task does its own work. Many are served inline: a task for each shard
//! takes the turns of the parked streams itself. That saves waking, queueing and running a task for each of them, and
//! the request that made the event does not wait for it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::{faults, live::signal::Signal};

/// Up to this many listeners are woken; more are served inline.
const INLINE_ABOVE: usize = 64;
/// How many listeners one task serves.
const SHARD: usize = 512;
/// How many listeners a task serves before it yields to other tasks.
const BATCH: usize = 32;

/// The listeners of a topic as they are at one moment, so that they are served without holding the topic's lock.
pub struct Fanout {
    signals: Box<[Arc<Signal>]>,
    /// For each shard, how many deliveries were asked for since its task began a round; 0 while no task runs.
    requested: Box<[AtomicUsize]>,
}

impl Fanout {
    pub fn new(signals: impl Iterator<Item = Arc<Signal>>) -> Arc<Self> {
        let signals: Box<[_]> = signals.collect();
        let inline = signals.len() > faults::inline_above().unwrap_or(INLINE_ABOVE);
        let shards = if inline { signals.len().div_ceil(SHARD) } else { 0 };
        Arc::new(Self { signals, requested: (0..shards).map(|_| AtomicUsize::new(0)).collect() })
    }

    /// The topic has something new for all of them.
    pub fn deliver(self: &Arc<Self>) {
        if self.requested.is_empty() {
            self.signals.iter().for_each(|signal| signal.wake());
        }
        for (shard, requested) in self.requested.iter().enumerate() {
            // A task that runs already goes through its shard once more. The listeners that it has not reached yet take
            // both events in one turn: the busier the machine, the more events share a turn.
            if requested.fetch_add(1, Ordering::AcqRel) == 0 {
                tokio::spawn(self.clone().serve_shard(shard));
            }
        }
    }

    async fn serve_shard(self: Arc<Self>, shard: usize) {
        let begin = shard * SHARD;
        let signals = &self.signals[begin..self.signals.len().min(begin + SHARD)];
        let requested = &self.requested[shard];
        loop {
            let seen = requested.load(Ordering::Acquire);
            for batch in signals.chunks(BATCH) {
                for signal in batch {
                    signal.deliver();
                }
                tokio::task::yield_now().await;
            }
            if requested.compare_exchange(seen, 0, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::live::signal::InlineDelivery;

    /// A stream that counts its turns, and during the first one may publish another event to all.
    #[derive(Default)]
    struct Counter {
        turns: AtomicUsize,
        publish_once: OnceLock<Arc<Fanout>>,
    }

    impl InlineDelivery for Counter {
        fn deliver(&self) -> bool {
            if self.turns.fetch_add(1, Ordering::AcqRel) == 0
                && let Some(fanout) = self.publish_once.get()
            {
                fanout.deliver();
            }
            true
        }
    }

    fn fanout(count: usize) -> (Arc<Fanout>, Vec<Arc<Counter>>) {
        let counters: Vec<Arc<Counter>> = (0..count).map(|_| Arc::default()).collect();
        let signals = counters.iter().map(|counter| {
            let signal = Arc::new(Signal::default());
            signal.deliver_inline_to(counter.clone());
            signal
        });
        (Fanout::new(signals), counters)
    }

    async fn until_idle(fanout: &Fanout) {
        while fanout.requested.iter().any(|requested| requested.load(Ordering::Acquire) > 0) {
            tokio::task::yield_now().await;
        }
    }

    fn all_took(counters: &[Arc<Counter>], turns: usize) {
        let taken: Vec<usize> = counters.iter().map(|counter| counter.turns.load(Ordering::Acquire)).collect();
        assert!(taken.iter().all(|taken| *taken == turns), "{taken:?}");
    }

    #[tokio::test]
    async fn every_listener_takes_one_turn_for_an_event_or_for_several_that_came_together() {
        for count in [INLINE_ABOVE + 1, SHARD, SHARD + 1, 3 * SHARD - 1] {
            let (fanout, counters) = fanout(count);
            fanout.deliver();
            until_idle(&fanout).await;
            all_took(&counters, 1);
            fanout.deliver();
            fanout.deliver();
            until_idle(&fanout).await;
            all_took(&counters, 2);
        }
    }

    #[tokio::test]
    async fn an_event_that_comes_during_a_round_reaches_the_listeners_that_were_served_already() {
        for from in [0, BATCH, SHARD - 1] {
            let (fanout, counters) = fanout(SHARD);
            assert!(counters[from].publish_once.set(fanout.clone()).is_ok());
            fanout.deliver();
            until_idle(&fanout).await;
            all_took(&counters, 2);
        }
    }
}
