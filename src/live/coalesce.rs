//! When a topic wakes its streams for an event: at once while that is cheap; a little later when very many deliveries
//! a second are due, so that one write to a socket carries several events.

use std::time::Duration;

use tokio::time::Instant;

/// The longest that an event waits.
const LONGEST: Duration = Duration::from_millis(20);
/// A shorter wait is skipped: timers are no finer than this.
const SHORTEST: Duration = Duration::from_millis(1);
/// How much each delivery a second (one event to one stream) adds to the wait: a million of them make 20 ms.
const NANOS_A_DELIVERY: f64 = 20.0;
/// The rate of events is measured over periods of this length.
const PERIOD: Duration = Duration::from_millis(100);

/// Decides when the events of one topic are flushed to its streams.
#[derive(Debug, Default)]
pub struct Coalescer {
    period_began: Option<Instant>,
    events: u32,
    /// Events a second in the last full period.
    rate: f64,
    /// No flush before this instant.
    not_before: Option<Instant>,
    /// A flush is scheduled and has not happened yet.
    scheduled: bool,
}

/// What the topic does about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// Wake the streams now.
    Now,
    /// Wake them at this instant, and call [`Coalescer::flushed`].
    At(Instant),
    /// An earlier event has scheduled a flush that covers this one.
    Scheduled,
}

impl Coalescer {
    /// Count an event that goes to this many listeners, and say when to flush it.
    pub fn event(&mut self, now: Instant, listeners: usize) -> Flush {
        self.count(now);
        if self.scheduled {
            return Flush::Scheduled;
        }
        match self.not_before {
            Some(instant) if instant > now => {
                self.scheduled = true;
                Flush::At(instant)
            }
            _ => {
                self.flushed(now, listeners);
                Flush::Now
            }
        }
    }

    /// The listeners were woken: the next flush waits for as long as the rate demands.
    pub fn flushed(&mut self, now: Instant, listeners: usize) {
        self.scheduled = false;
        self.not_before = self.wait(listeners).map(|wait| now + wait);
    }

    fn count(&mut self, now: Instant) {
        let began = *self.period_began.get_or_insert(now);
        let passed = now - began;
        if passed >= PERIOD {
            self.rate = f64::from(self.events) / passed.as_secs_f64();
            self.period_began = Some(now);
            self.events = 0;
        }
        self.events += 1;
    }

    fn wait(&self, listeners: usize) -> Option<Duration> {
        let listeners = u32::try_from(listeners).unwrap_or(u32::MAX);
        let wait = Duration::from_nanos(1).mul_f64(self.rate * f64::from(listeners) * NANOS_A_DELIVERY);
        (wait >= SHORTEST).then_some(wait.min(LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds events at this rate for a second: how many times the listeners were woken in the second half, and the
    /// longest that an event waited.
    fn wakes(listeners: usize, rate: u32) -> (usize, Duration) {
        let began = Instant::now();
        let mut coalescer = Coalescer::default();
        let (mut wakes, mut longest) = (0, Duration::ZERO);
        let mut planned: Option<(Instant, Instant)> = None;
        for n in 0..rate {
            let now = began + Duration::from_secs(1) * n / rate;
            if let Some((at, since)) = planned.filter(|(at, _)| *at <= now) {
                coalescer.flushed(at, listeners);
                longest = longest.max(at - since);
                wakes += usize::from(n >= rate / 2);
                planned = None;
            }
            match coalescer.event(now, listeners) {
                Flush::Now => wakes += usize::from(n >= rate / 2),
                Flush::At(at) => planned = Some((at, now)),
                Flush::Scheduled => {}
            }
        }
        (wakes, longest)
    }

    #[test]
    fn few_deliveries_are_made_at_once() {
        assert_eq!(wakes(100, 200), (100, Duration::ZERO));
        assert_eq!(wakes(5_000, 8), (4, Duration::ZERO));
        assert_eq!(wakes(1, 5_000), (2_500, Duration::ZERO));
    }

    #[test]
    fn a_million_deliveries_a_second_are_gathered_and_none_waits_longer_than_20_ms() {
        let (wakes, longest) = wakes(1_000, 1_000);
        assert!((24..=27).contains(&wakes), "{wakes}");
        assert!(longest <= LONGEST, "{longest:?}");
    }

    #[test]
    fn after_a_quiet_time_nothing_waits() {
        let began = Instant::now();
        let mut coalescer = Coalescer::default();
        for n in 0..1_000 {
            coalescer.event(began + Duration::from_millis(n), 1_000);
            coalescer.flushed(began + Duration::from_millis(n), 1_000);
        }
        assert_eq!(coalescer.event(began + Duration::from_secs(9), 1_000), Flush::Now);
    }
}
