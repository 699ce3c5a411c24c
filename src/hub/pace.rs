//! When the listeners of a topic are woken. At once as long as that is cheap; where very many deliveries a second
//! are due, a little later, so that one write carries several events.

use std::time::Duration;

use tokio::time::Instant;

/// The longest that an event waits for others.
const LONGEST: Duration = Duration::from_millis(20);
/// Shorter waits than the timer's grain are none.
const SHORTEST: Duration = Duration::from_millis(1);
/// How long an event waits for each delivery a second that is due: a million of them make 20 ms.
const NANOS_A_DELIVERY: f64 = 20.0;
/// Over which time events are counted.
const PERIOD: Duration = Duration::from_millis(100);

#[derive(Debug, Default)]
pub struct Pace {
    period: Option<Instant>,
    events: u32,
    /// Events a second, in the last whole period.
    rate: f64,
    /// Not before this instant again.
    next: Option<Instant>,
    waiting: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Wake them now.
    Now,
    /// Wake them at this instant, and call [`Pace::flushed`].
    At(Instant),
    /// Somebody is going to.
    Underway,
}

impl Pace {
    /// An event came for so many listeners.
    pub fn event(&mut self, now: Instant, listeners: usize) -> Due {
        self.count(now);
        if self.waiting {
            return Due::Underway;
        }
        match self.next {
            Some(next) if next > now => {
                self.waiting = true;
                Due::At(next)
            }
            _ => {
                self.flushed(now, listeners);
                Due::Now
            }
        }
    }

    /// The listeners were woken.
    pub fn flushed(&mut self, now: Instant, listeners: usize) {
        self.waiting = false;
        self.next = self.window(listeners).map(|window| now + window);
    }

    fn count(&mut self, now: Instant) {
        let period = *self.period.get_or_insert(now);
        let passed = now - period;
        if passed >= PERIOD {
            self.rate = f64::from(self.events) / passed.as_secs_f64();
            self.period = Some(now);
            self.events = 0;
        }
        self.events += 1;
    }

    fn window(&self, listeners: usize) -> Option<Duration> {
        let listeners = u32::try_from(listeners).unwrap_or(u32::MAX);
        let window = Duration::from_nanos(1).mul_f64(self.rate * f64::from(listeners) * NANOS_A_DELIVERY);
        (window >= SHORTEST).then_some(window.min(LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events at a rate for a second: how many times the listeners were woken in the second half, and the longest
    /// that an event waited.
    fn wakes(listeners: usize, rate: u32) -> (usize, Duration) {
        let began = Instant::now();
        let mut pace = Pace::default();
        let (mut wakes, mut longest) = (0, Duration::ZERO);
        let mut planned: Option<(Instant, Instant)> = None;
        for n in 0..rate {
            let now = began + Duration::from_secs(1) * n / rate;
            if let Some((at, since)) = planned.filter(|(at, _)| *at <= now) {
                pace.flushed(at, listeners);
                longest = longest.max(at - since);
                wakes += usize::from(n >= rate / 2);
                planned = None;
            }
            match pace.event(now, listeners) {
                Due::Now => wakes += usize::from(n >= rate / 2),
                Due::At(at) => planned = Some((at, now)),
                Due::Underway => {}
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
        let mut pace = Pace::default();
        for n in 0..1_000 {
            pace.event(began + Duration::from_millis(n), 1_000);
            pace.flushed(began + Duration::from_millis(n), 1_000);
        }
        assert_eq!(pace.event(began + Duration::from_secs(9), 1_000), Due::Now);
    }
}
