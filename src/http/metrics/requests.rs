//! How long requests take, and how many are being answered. Labels are bounded: methods that HTTP does not know are one,
//! routes are those of the router, and an address without a route has none.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::Method;
use parking_lot::RwLock;

use crate::base::histogram::{Counted, Histogram};

/// Those that OpenTelemetry recommends for `http.server.request.duration`, in microseconds.
const TIMES: &[u64] = &[
    5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000, 750_000, 1_000_000, 2_500_000, 5_000_000,
    7_500_000, 10_000_000,
];
/// The methods by their names; the last stands for all others.
const METHODS: [&str; 10] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "_OTHER"];

fn place(method: &Method) -> usize {
    METHODS.iter().position(|known| method.as_str() == *known).unwrap_or(METHODS.len() - 1)
}

/// A method and a status.
type Outcome = (usize, u16);

#[derive(Debug, Default)]
pub struct Requests {
    /// By route, and then by what came of it. An entry is made once; from then on requests only read the maps.
    durations: RwLock<HashMap<String, HashMap<Outcome, Arc<Histogram>>>>,
    begun: [AtomicU64; METHODS.len()],
    ended: [AtomicU64; METHODS.len()],
}

/// One row of what was counted.
#[derive(Debug)]
pub struct Row {
    pub method: &'static str,
    pub route: String,
    pub status: u16,
    pub durations: Counted,
}

/// A request that is being answered, until this is dropped.
#[derive(Debug)]
pub struct InFlight {
    requests: Arc<Requests>,
    method: usize,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.requests.ended[self.method].fetch_add(1, Ordering::Release);
    }
}

impl Requests {
    #[must_use]
    pub fn begin(self: &Arc<Self>, method: &Method) -> InFlight {
        let method = place(method);
        self.begun[method].fetch_add(1, Ordering::Relaxed);
        InFlight { requests: self.clone(), method }
    }

    /// A request of this route was answered.
    pub fn answered(&self, method: &Method, route: &str, status: u16, time: Duration) {
        let outcome = (place(method), status);
        let known = self.durations.read().get(route).and_then(|of| of.get(&outcome)).cloned();
        let histogram = known.unwrap_or_else(|| {
            let mut durations = self.durations.write();
            let of = durations.entry(route.to_owned()).or_default();
            of.entry(outcome).or_insert_with(|| Arc::new(Histogram::new(TIMES))).clone()
        });
        histogram.add_time(time);
    }

    /// How many requests are being answered, by method.
    #[must_use]
    pub fn in_flight(&self) -> [(&'static str, u64); METHODS.len()] {
        std::array::from_fn(|at| {
            // What has ended is read first: it has begun by then.
            let ended = self.ended[at].load(Ordering::Acquire);
            (METHODS[at], self.begun[at].load(Ordering::Relaxed).saturating_sub(ended))
        })
    }

    /// All rows, in the order of their labels.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let durations = self.durations.read();
        let mut rows: Vec<Row> = durations
            .iter()
            .flat_map(|(route, of)| of.iter().map(move |(outcome, histogram)| (route, *outcome, histogram)))
            .map(|(route, (method, status), histogram)| Row {
                method: METHODS[method],
                route: route.clone(),
                status,
                durations: histogram.counted(),
            })
            .collect();
        drop(durations);
        rows.sort_by(|a, b| (&a.route, a.method, a.status).cmp(&(&b.route, b.method, b.status)));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_that_http_does_not_know_are_one() {
        let requests = Arc::<Requests>::default();
        for name in ["GET", "BREW", "WHEN", "_OTHER"] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            let in_flight = requests.begin(&method);
            requests.answered(&method, "/x", 200, Duration::from_millis(6));
            drop(in_flight);
        }
        let rows = requests.rows();
        let methods: Vec<_> = rows.iter().map(|row| (row.method, row.durations.counts[1])).collect();
        assert_eq!(methods, [("GET", 1), ("_OTHER", 3)]);
        let _one = requests.begin(&Method::POST);
        let counts: Vec<_> = requests.in_flight().into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(counts, [("POST", 1)]);
    }
}
