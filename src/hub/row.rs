//! The listeners of a topic in a row, and how they are served when there is something for them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::{faults, hub::Signal};

/// As many as this are woken, each to do its own work. More are served by tasks for a part of the row each: that costs
/// less, and the writer's answer does not wait for it.
const MANY: usize = 64;
const PART: usize = 512;
/// How many are served before others have their turn.
const IN_A_ROW: usize = 32;

pub struct Row {
    signals: Box<[Arc<Signal>]>,
    /// How often each part was to be served since somebody began with it; 0 when nobody is at it.
    asked: Box<[AtomicUsize]>,
}

impl Row {
    pub fn new(signals: impl Iterator<Item = Arc<Signal>>) -> Arc<Self> {
        let signals: Box<[_]> = signals.collect();
        let parts = if signals.len() > faults::many().unwrap_or(MANY) { signals.len().div_ceil(PART) } else { 0 };
        Arc::new(Self { signals, asked: (0..parts).map(|_| AtomicUsize::new(0)).collect() })
    }

    /// Something came for all of them.
    pub fn serve(self: &Arc<Self>) {
        if self.asked.is_empty() {
            self.signals.iter().for_each(|signal| signal.wake());
        }
        for (part, asked) in self.asked.iter().enumerate() {
            // Who is at it already goes through the part once more: those that it has not come to yet take both
            // events at once, and the busier the machine is, the more so.
            if asked.fetch_add(1, Ordering::AcqRel) == 0 {
                tokio::spawn(self.clone().serve_part(part));
            }
        }
    }

    async fn serve_part(self: Arc<Self>, part: usize) {
        let begin = part * PART;
        let signals = &self.signals[begin..self.signals.len().min(begin + PART)];
        let asked = &self.asked[part];
        loop {
            let times = asked.load(Ordering::Acquire);
            for some in signals.chunks(IN_A_ROW) {
                for signal in some {
                    signal.deliver();
                }
                tokio::task::yield_now().await;
            }
            if asked.compare_exchange(times, 0, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::hub::Sleeper;

    /// Counts how often it was served; at the first time something more may come for the whole row.
    #[derive(Default)]
    struct Counts {
        served: AtomicUsize,
        then: OnceLock<Arc<Row>>,
    }

    impl Sleeper for Counts {
        fn serve(&self) -> bool {
            if self.served.fetch_add(1, Ordering::AcqRel) == 0
                && let Some(row) = self.then.get()
            {
                row.serve();
            }
            true
        }
    }

    fn row(count: usize) -> (Arc<Row>, Vec<Arc<Counts>>) {
        let sleepers: Vec<Arc<Counts>> = (0..count).map(|_| Arc::default()).collect();
        let signals = sleepers.iter().map(|sleeper| {
            let signal = Arc::new(Signal::default());
            signal.lay_down(sleeper.clone());
            signal
        });
        (Row::new(signals), sleepers)
    }

    async fn until_idle(row: &Row) {
        while row.asked.iter().any(|asked| asked.load(Ordering::Acquire) > 0) {
            tokio::task::yield_now().await;
        }
    }

    fn all_were_served(sleepers: &[Arc<Counts>], times: usize) {
        let served: Vec<usize> = sleepers.iter().map(|sleeper| sleeper.served.load(Ordering::Acquire)).collect();
        assert!(served.iter().all(|served| *served == times), "{served:?}");
    }

    #[tokio::test]
    async fn everybody_is_served_once_for_an_event_or_for_several_that_came_together() {
        for count in [MANY + 1, PART, PART + 1, 3 * PART - 1] {
            let (row, sleepers) = row(count);
            row.serve();
            until_idle(&row).await;
            all_were_served(&sleepers, 1);
            row.serve();
            row.serve();
            until_idle(&row).await;
            all_were_served(&sleepers, 2);
        }
    }

    #[tokio::test]
    async fn what_comes_while_a_part_is_served_is_for_those_who_were_served_already_too() {
        for from in [0, IN_A_ROW, PART - 1] {
            let (row, sleepers) = row(PART);
            assert!(sleepers[from].then.set(row.clone()).is_ok());
            row.serve();
            until_idle(&row).await;
            all_were_served(&sleepers, 2);
        }
    }
}
