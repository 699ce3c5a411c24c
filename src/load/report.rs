//! What came out of it.

use hdrhistogram::Histogram;

/// What one stream saw.
pub struct Tally {
    /// The event that has to come next; 0 before hello.
    pub next: i64,
    pub delivered: u64,
    pub lost: u64,
    pub doubled: u64,
    pub cuts: u64,
    pub resets: u64,
    /// Microseconds from the writer's answer to the reader.
    pub lag: Histogram<u32>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { next: 0, delivered: 0, lost: 0, doubled: 0, cuts: 0, resets: 0, lag: histogram() }
    }
}

/// Up to a minute, in two significant digits: small, since every stream has one.
fn histogram() -> Histogram<u32> {
    #[expect(clippy::expect_used, reason = "the bounds are constants that are valid")]
    Histogram::new_with_bounds(1, 60_000_000, 2).expect("valid bounds")
}

impl Tally {
    pub fn arrived(&mut self, seq: i64, lag: Option<u64>) {
        if seq < self.next {
            self.doubled += 1;
            return;
        }
        self.lost += u64::try_from(seq - self.next).unwrap_or(0);
        self.next = seq + 1;
        self.delivered += 1;
        if let Some(lag) = lag {
            self.lag.saturating_record(lag.max(1));
        }
    }
}

/// Resident memory in KiB and processor time in milliseconds of the server, where it runs on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    pub kib: u64,
    pub cpu_ms: u64,
}

pub struct Report {
    streams: usize,
    connected: usize,
    expected: u64,
    total: Tally,
    usage: Option<(Usage, Usage, Usage)>,
}

impl Report {
    pub fn new(streams: usize, connected: usize, expected: u64) -> Self {
        Self { streams, connected, expected, total: Tally::default(), usage: None }
    }

    pub fn add(&mut self, tally: &Tally) {
        let total = &mut self.total;
        total.delivered += tally.delivered;
        total.lost += tally.lost;
        total.doubled += tally.doubled;
        total.cuts += tally.cuts;
        total.resets += tally.resets;
        // Same bounds on both sides.
        let _ = total.lag.add(&tally.lag);
    }

    pub fn usage(&mut self, before: Option<Usage>, idle: Option<Usage>, after: Option<Usage>) {
        self.usage = before.zip(idle).zip(after).map(|((before, idle), after)| (before, idle, after));
    }

    /// Whether every stream was there and got everything, once.
    pub fn clean(&self) -> bool {
        self.connected == self.streams && self.total.lost == 0 && self.total.delivered >= self.expected
    }

    #[expect(clippy::print_stdout, reason = "this is what the command is for")]
    pub fn print(&self) {
        let total = &self.total;
        let missing = self.expected.saturating_sub(total.delivered);
        println!("streams        {} of {} connected", self.connected, self.streams);
        println!("delivered      {} of {}", total.delivered, self.expected);
        println!("lost           {}", total.lost.max(missing));
        println!("doubled        {}   (after {} cuts, {} resets)", total.doubled, total.cuts, total.resets);
        let ms = |quantile: f64| milliseconds(total.lag.value_at_quantile(quantile));
        println!(
            "latency        p50 {}  p90 {}  p99 {}  max {}   (writer's answer to reader)",
            ms(0.5),
            ms(0.9),
            ms(0.99),
            milliseconds(total.lag.max())
        );
        if let Some((before, idle, after)) = self.usage {
            let streams = u64::try_from(self.connected.max(1)).unwrap_or(1);
            let memory = idle.kib.saturating_sub(before.kib) * 10 / streams;
            println!("memory         {}.{} KiB a stream, {} MiB in all", memory / 10, memory % 10, after.kib / 1024);
            let cpu = (after.cpu_ms.saturating_sub(idle.cpu_ms)) * 10_000 / total.delivered.max(1);
            println!("processor      {}.{} µs a delivery", cpu / 10, cpu % 10);
        }
    }
}

fn milliseconds(micros: u64) -> String {
    format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100)
}
