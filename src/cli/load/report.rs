//! The figures of a load test.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use crate::client::{Arrival, Order};

/// What the streams of one thread saw.
pub struct Tally {
    /// Streams that received `hello`.
    pub streams: u64,
    /// Events that these had to receive.
    pub expected: u64,
    /// Events that arrived, each counted once.
    pub delivered: u64,
    /// Events that never arrived.
    pub lost: u64,
    /// Events that a reset left out.
    pub skipped: u64,
    /// Events that arrived twice on the same connection.
    pub doubled: u64,
    /// Events that arrived after a later one.
    pub disordered: u64,
    /// Events that do not follow from the one before, or that other streams received otherwise.
    pub mischained: u64,
    /// Events that arrived once more after a cut, because the cursor was older: the contract allows that.
    pub again: u64,
    pub cuts: u64,
    pub resets: u64,
    /// What the server answered to streams that it refused for good, and how often.
    pub refused: Option<(String, u64)>,
    /// Microseconds from the writer's answer to the reader.
    pub lag: Histogram<u64>,
}

impl Default for Tally {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "the bounds are constants that are valid")]
        let lag = Histogram::new_with_bounds(1, 600_000_000, 3).expect("valid bounds");
        Self {
            streams: 0,
            expected: 0,
            delivered: 0,
            lost: 0,
            skipped: 0,
            doubled: 0,
            disordered: 0,
            mischained: 0,
            again: 0,
            cuts: 0,
            resets: 0,
            refused: None,
            lag,
        }
    }
}

impl Tally {
    /// Count an event that arrived this long after its writer's answer.
    pub fn arrived(&mut self, arrival: Arrival, lag: Option<u64>) {
        match arrival {
            Arrival::Duplicate => self.doubled += 1,
            Arrival::Repeated => self.again += 1,
            Arrival::Next | Arrival::Gap(_) | Arrival::OutOfOrder => {
                self.delivered += 1;
                self.disordered += u64::from(arrival == Arrival::OutOfOrder);
                if let Some(lag) = lag {
                    self.lag.saturating_record(lag.max(1));
                }
            }
        }
    }

    /// Count a stream that had to receive the events after `first` up to `last`.
    pub fn ended(&mut self, first: i64, order: &Order, last: i64) {
        self.streams += 1;
        self.expected += u64::try_from(last - first).unwrap_or(0);
        self.lost += order.missing(last);
    }

    pub fn refused(&mut self, why: String) {
        self.refused.get_or_insert((why, 0)).1 += 1;
    }

    pub fn add(&mut self, other: &Self) {
        self.streams += other.streams;
        self.expected += other.expected;
        self.delivered += other.delivered;
        self.lost += other.lost;
        self.skipped += other.skipped;
        self.doubled += other.doubled;
        self.disordered += other.disordered;
        self.mischained += other.mischained;
        self.again += other.again;
        self.cuts += other.cuts;
        self.resets += other.resets;
        if let Some((why, count)) = &other.refused {
            self.refused.get_or_insert((why.clone(), 0)).1 += count;
        }
        // It fails only if the bounds differ.
        let _ = self.lag.add(&other.lag);
    }
}

/// Resident memory in KiB and processor time in milliseconds of a server on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    pub kib: u64,
    pub cpu_ms: u64,
}

/// The server before the streams, with the streams and no changes, and after the changes.
#[derive(Clone, Copy, Debug)]
pub struct Usages {
    pub before: Usage,
    pub idle: Usage,
    pub after: Usage,
}

#[derive(Default)]
pub struct Report {
    /// How many streams were wanted.
    pub streams: usize,
    /// How many were connected.
    pub connected: usize,
    /// How many changes were wanted, and made.
    pub wanted: u64,
    pub changes: u64,
    pub took: Duration,
    pub total: Tally,
    /// How often the server told a stream to come back later.
    pub busy: u64,
    pub usages: Option<Usages>,
    pub interrupted: bool,
    pub failure: Option<String>,
}

impl Report {
    /// Whether every stream was connected and received everything, once and in order.
    pub fn clean(&self) -> bool {
        let Tally { lost, skipped, doubled, disordered, mischained, .. } = self.total;
        let all_there = self.connected == self.streams || self.interrupted;
        all_there && lost + skipped + doubled + disordered + mischained == 0 && self.failure.is_none()
    }

    /// The server's memory for one stream, in tenths of a KiB.
    fn memory(&self) -> Option<u64> {
        let Usages { before, idle, .. } = self.usages?;
        Some(idle.kib.saturating_sub(before.kib) * 10 / u64::try_from(self.connected.max(1)).ok()?)
    }

    /// The server's processor time for one delivery, its share of the change included, in tenths of a microsecond.
    fn processor(&self) -> Option<u64> {
        let Usages { idle, after, .. } = self.usages?;
        let delivered = self.total.delivered;
        (delivered > 0).then(|| after.cpu_ms.saturating_sub(idle.cpu_ms) * 10_000 / delivered)
    }

    pub fn json(&self) -> Value {
        let total = &self.total;
        let quantile = |quantile: f64| total.lag.value_at_quantile(quantile);
        json!({
            "clean": self.clean(),
            "interrupted": self.interrupted,
            "failure": self.failure,
            "streams": self.streams,
            "connected": self.connected,
            "changes": self.changes,
            "seconds": tenths(u64::try_from(self.took.as_millis()).unwrap_or(0) / 100),
            "expected": total.expected,
            "delivered": total.delivered,
            "lost": total.lost,
            "doubled": total.doubled,
            "out_of_order": total.disordered,
            "wrong_chain": total.mischained,
            "skipped": total.skipped,
            "again": total.again,
            "cuts": total.cuts,
            "resets": total.resets,
            "busy": self.busy,
            "latency_us": {
                "count": total.lag.len(),
                "p50": quantile(0.5),
                "p90": quantile(0.9),
                "p99": quantile(0.99),
                "max": total.lag.max(),
            },
            "memory_kib_per_stream": self.memory().map(tenths),
            "memory_kib": self.usages.map(|usages| usages.after.kib),
            "cpu_us_per_delivery": self.processor().map(tenths),
        })
    }

    /// For people, a line for each figure.
    pub fn text(&self) -> String {
        let total = &self.total;
        let seconds = self.took.as_secs_f64();
        let mut lines = vec![
            format!("streams        {} of {} connected", self.connected, self.streams),
            format!("changes        {} of {} in {seconds:.1} s", self.changes, self.wanted),
            format!("delivered      {} of {}", total.delivered, total.expected),
            format!("lost           {}", total.lost),
            format!("doubled        {}", total.doubled),
            format!("out of order   {}", total.disordered),
            format!("wrong chain    {}", total.mischained),
            format!("resets         {}   (which left out {})", total.resets, total.skipped),
            format!("cuts           {}   (after which {} came once more)", total.cuts, total.again),
        ];
        if total.lag.is_empty() {
            lines.push("latency        not measured".into());
        } else {
            let ms = |quantile: f64| milliseconds(total.lag.value_at_quantile(quantile));
            lines.push(format!(
                "latency        p50 {}  p90 {}  p99 {}  max {}",
                ms(0.5),
                ms(0.9),
                ms(0.99),
                milliseconds(total.lag.max())
            ));
            lines.push("               from the writer's answer, which follows the commit, to the reader".into());
        }
        if let (Some(usages), Some(memory)) = (self.usages, self.memory()) {
            let mib = usages.after.kib / 1024;
            lines.push(format!("memory         {}.{} KiB a stream, {mib} MiB in all", memory / 10, memory % 10));
        }
        if let Some(processor) = self.processor() {
            let share = "the changes included";
            lines.push(format!("processor      {}.{} µs a delivery, {share}", processor / 10, processor % 10));
        }
        if let Some((why, count)) = &total.refused {
            lines.push(format!("refused        {count} streams: {why}"));
        }
        if self.busy > 0 {
            lines.push(format!(
                "turned away    {} times: more --people, or a server with --limits off, take more streams",
                self.busy
            ));
        }
        if let Some(failure) = &self.failure {
            lines.push(format!("failed         {failure}"));
        }
        if self.interrupted {
            lines.push("interrupted    this is what there was until then".into());
        }
        lines.join("\n")
    }
}

fn tenths(value: u64) -> Value {
    // By way of a text, since a division would add digits.
    format!("{}.{}", value / 10, value % 10).parse::<f64>().map_or(Value::Null, Value::from)
}

fn milliseconds(micros: u64) -> String {
    format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One stream behind 10, whose server sends these numbers, of which 15 is the last.
    fn after(seqs: &[i64]) -> Report {
        let (mut tally, mut order) = (Tally::default(), Order::after(10));
        for seq in seqs {
            let arrival = order.arrived(*seq);
            tally.arrived(arrival, Some(1_000));
        }
        tally.ended(10, &order, 15);
        let mut total = Tally::default();
        total.add(&tally);
        Report { streams: 1, connected: 1, total, ..Report::default() }
    }

    fn figures(report: &Report) -> (u64, u64, u64, u64) {
        let Tally { expected, delivered, lost, doubled, disordered, .. } = report.total;
        assert_eq!(expected, 5);
        (delivered, lost, doubled, disordered)
    }

    #[test]
    fn a_stream_that_gets_everything_is_clean() {
        let report = after(&[11, 12, 13, 14, 15]);
        assert_eq!(figures(&report), (5, 0, 0, 0));
        assert!(report.clean());
        assert_eq!(report.total.lag.len(), 5);
    }

    #[test]
    fn what_is_lost_doubled_or_out_of_order_is_counted_as_that() {
        for (seqs, expected) in [
            (&[11, 12, 14, 15][..], (4, 1, 0, 0)),
            (&[11, 12, 13], (3, 2, 0, 0)),
            (&[], (0, 5, 0, 0)),
            (&[11, 12, 12, 13, 14, 15], (5, 0, 1, 0)),
            (&[11, 13, 12, 14, 15], (5, 0, 0, 1)),
            (&[15, 14, 13, 12, 11], (5, 0, 0, 4)),
            (&[13, 13, 11, 14], (3, 2, 1, 1)),
        ] {
            let report = after(seqs);
            assert_eq!(figures(&report), expected, "{seqs:?}");
            assert!(!report.clean(), "{seqs:?}");
        }
    }

    #[test]
    fn a_stream_that_is_not_there_is_not_clean() {
        let report = Report { streams: 2, ..after(&[11, 12, 13, 14, 15]) };
        assert!(!report.clean());
        let report = Report { failure: Some("gone".into()), ..after(&[11, 12, 13, 14, 15]) };
        assert!(!report.clean());
    }
}
