//! All figures as text, under names that stay: `tests/api/metrics.txt` holds them.

use std::{fmt, sync::Arc};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, MetricEncoder, NoLabelSet, text::encode},
    metrics::MetricType,
    registry::{Registry, Unit},
};

use super::{Requests, backlogs::Known, process::Process};
use crate::{
    app::App,
    base::{clock::Timestamp, histogram::Counted, output},
    db::{error_kind, meters::Connections},
    live::{StreamKind, Totals},
};

/// What is written.
pub struct Figures {
    pub app: App,
    pub requests: Arc<Requests>,
    pub live: Totals,
    pub streams: [(StreamKind, usize); StreamKind::ALL.len()],
    pub nodes: usize,
    pub connections: Connections,
    pub refusals: [(&'static str, u64); 10],
    pub known: Option<Known>,
    pub process: Process,
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Figures")
    }
}

/// Write all metrics.
pub fn write(figures: Figures) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(figures));
    let mut text = String::with_capacity(64 * 1024);
    // Writing to a text never fails.
    let _ = encode(&mut text, &registry);
    text
}

const MICROSECOND: f64 = 1e-6;

/// As Prometheus has numbers: whole ones are exact up to 2^53.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a figure that is read by people")]
const fn float(number: u64) -> f64 {
    number as f64
}

fn size(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn positive(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Writes one metric after the other.
struct Page<'a>(DescriptorEncoder<'a>);

impl Page<'_> {
    fn metric(
        &mut self,
        kind: MetricType,
        (name, unit): (&str, Option<&Unit>),
        help: &str,
        each: impl FnOnce(&mut MetricEncoder<'_>) -> fmt::Result,
    ) -> fmt::Result {
        each(&mut self.0.encode_descriptor(name, help, unit, kind)?)
    }

    fn counters<L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (L, u64)>,
    ) -> fmt::Result {
        self.metric(MetricType::Counter, (name, None), help, |metric| {
            rows.into_iter().try_for_each(|(labels, count)| {
                metric.encode_family(&labels)?.encode_counter::<NoLabelSet, u64, f64>(&count, None)
            })
        })
    }

    fn counter(&mut self, name: &str, help: &str, count: u64) -> fmt::Result {
        self.metric(MetricType::Counter, (name, None), help, |metric| {
            metric.encode_counter::<NoLabelSet, u64, f64>(&count, None)
        })
    }

    fn gauges<L: EncodeLabelSet>(
        &mut self,
        name: (&str, Option<&Unit>),
        help: &str,
        rows: impl IntoIterator<Item = (L, f64)>,
    ) -> fmt::Result {
        self.metric(MetricType::Gauge, name, help, |metric| {
            rows.into_iter().try_for_each(|(labels, value)| metric.encode_family(&labels)?.encode_gauge(&value))
        })
    }

    /// A figure that may be unknown: then there is no sample of it.
    fn gauge(&mut self, name: (&str, Option<&Unit>), help: &str, value: Option<f64>) -> fmt::Result {
        self.metric(MetricType::Gauge, name, help, |metric| value.map_or(Ok(()), |value| metric.encode_gauge(&value)))
    }

    fn histogram(&mut self, name: (&str, Option<&Unit>), help: &str, counted: &Counted, scale: f64) -> fmt::Result {
        self.metric(MetricType::Histogram, name, help, |metric| spread(metric, counted, scale))
    }
}

fn spread(metric: &mut MetricEncoder<'_>, counted: &Counted, scale: f64) -> fmt::Result {
    let bounds = counted.bounds.iter().map(|bound| scaled(*bound, scale)).chain([f64::INFINITY]);
    let buckets: Vec<(f64, u64)> = bounds.zip(counted.counts.iter().copied()).collect();
    let count = counted.counts.iter().sum();
    metric.encode_histogram::<NoLabelSet>(scaled(counted.sum, scale), count, &buckets, None)
}

/// A division gives the shortest decimal of a bound, which is a part of its name: 0.075 and not 0.07500000000000001.
fn scaled(number: u64, scale: f64) -> f64 {
    float(number) / (1.0 / scale).round()
}

impl Figures {
    fn http(&self, page: &mut Page<'_>) -> fmt::Result {
        let scheme = if self.app.secure() { "https" } else { "http" };
        let seconds = ("http_server_request_duration", Some(&Unit::Seconds));
        let help = "From the head of a request to the head of its answer; streams are left out";
        page.metric(MetricType::Histogram, seconds, help, |metric| {
            self.requests.rows().iter().try_for_each(|row| {
                let labels = [
                    ("http_request_method", row.method.to_owned()),
                    ("http_route", row.route.clone()),
                    ("http_response_status_code", row.status.to_string()),
                    ("url_scheme", scheme.to_owned()),
                ];
                spread(&mut metric.encode_family(&labels)?, &row.durations, MICROSECOND)
            })
        })?;
        let in_flight = self.requests.in_flight();
        page.gauges(
            ("http_server_active_requests", None),
            "Requests that are being answered",
            in_flight.map(|(method, count)| ([("http_request_method", method), ("url_scheme", scheme)], float(count))),
        )?;
        page.counters(
            "boardcast_rate_limit_refusals",
            "Requests, streams and connections that a limit refused",
            self.refusals.map(|(limit, count)| ([("limit", limit)], count)),
        )
    }

    fn live(&self, page: &mut Page<'_>) -> fmt::Result {
        let streams = self.streams.map(|(kind, count)| ([("kind", kind.name())], float(size(count))));
        page.gauges(("boardcast_streams_open", None), "Streams that are open on this node", streams)?;
        page.gauge(
            ("boardcast_nodes", None),
            "Nodes on this database that this one hears, itself included",
            Some(float(size(self.nodes))),
        )?;
        page.counter("boardcast_events_committed", "Events of changes that this node made", self.live.changes)?;
        page.counter("boardcast_events_delivered", "Events that were written to streams", self.live.delivered)?;
        page.histogram(
            ("boardcast_delivery_lag", Some(&Unit::Seconds)),
            "From the commit of an event, or its coming from another node, until it is written to a stream",
            &self.live.lag,
            MICROSECOND,
        )
    }

    fn database(&self, page: &mut Page<'_>) -> fmt::Result {
        let (meters, db) = (self.app.db.meters(), self.connections);
        page.gauge(
            ("boardcast_database_up", None),
            "Whether the database answered within a moment",
            Some(if self.known.is_some() { 1.0 } else { 0.0 }),
        )?;
        let writable = self.known.as_ref().map(|known| if known.writable { 1.0 } else { 0.0 });
        page.gauge(("boardcast_database_writable", None), "Whether the database takes changes", writable)?;
        let bytes = self.known.as_ref().map(|known| float(positive(known.bytes)));
        page.gauge(("boardcast_database_size", Some(&Unit::Bytes)), "What the database takes on its disk", bytes)?;
        page.counters(
            "boardcast_database_errors",
            "Errors of the database that a caller was told of",
            error_kind::counts().map(|(kind, count)| ([("kind", kind)], count)),
        )?;
        let states = [("used", db.used), ("idle", db.idle)];
        page.gauges(
            ("db_client_connection_count", None),
            "Connections to the database",
            states.map(|(state, count)| ([("db_client_connection_state", state)], float(size(count)))),
        )?;
        let most = Some(float(size(db.most)));
        page.gauge(("db_client_connection_max", None), "The most connections to the database", most)?;
        page.gauge(
            ("db_client_connection_pending_requests", None),
            "Statements and transactions that wait for a connection",
            Some(float(meters.connections.pending())),
        )?;
        page.counter(
            "db_client_connection_timeouts",
            "Statements and transactions that waited for a connection in vain",
            meters.connections.timeouts(),
        )?;
        page.histogram(
            ("db_client_connection_wait_time", Some(&Unit::Seconds)),
            "How long a connection was waited for",
            &meters.connections.times(),
            MICROSECOND,
        )?;
        self.commits(page)
    }

    fn commits(&self, page: &mut Page<'_>) -> fmt::Result {
        let meters = self.app.db.meters();
        page.histogram(
            ("boardcast_commit_duration", Some(&Unit::Seconds)),
            "How long a COMMIT took, the wait for the disk included",
            &meters.commits.counted(),
            MICROSECOND,
        )?;
        page.histogram(
            ("boardcast_commit_batch_size", None),
            "How many changes shared a COMMIT",
            &meters.sizes.counted(),
            1.0,
        )?;
        page.gauge(
            ("boardcast_write_queue_length", None),
            "Changes that wait for their turn to write",
            Some(float(meters.queue.pending())),
        )?;
        page.counter(
            "boardcast_write_queue_timeouts",
            "Changes that waited for their turn in vain",
            meters.queue.timeouts(),
        )?;
        page.histogram(
            ("boardcast_write_queue_wait", Some(&Unit::Seconds)),
            "How long changes waited for their turn to write",
            &meters.queue.times(),
            MICROSECOND,
        )
    }

    fn jobs(&self, page: &mut Page<'_>) -> fmt::Result {
        let waiting = || self.known.iter().flat_map(|known| &known.backlogs.waiting);
        page.gauges(
            ("boardcast_backlog", None),
            "What waits for a job: mails, push messages, events for webhooks, history and reports, projects for the \
             search, imports",
            waiting().map(|backlog| ([("consumer", backlog.consumer)], float(positive(backlog.count)))),
        )?;
        let now = self.known.as_ref().map_or(Timestamp(0), |known| known.at);
        let age = |since: Option<Timestamp>| float(since.map_or(0, |since| positive(now.0 - since.0))) / 1_000.0;
        page.gauges(
            ("boardcast_backlog_age", Some(&Unit::Seconds)),
            "How long the oldest of it has waited",
            waiting()
                .filter(|backlog| backlog.consumer != "search")
                .map(|backlog| ([("consumer", backlog.consumer)], age(backlog.oldest_at))),
        )?;
        page.gauge(
            ("boardcast_mails_given_up", None),
            "Mails that no attempt could send, until an administrator looks at them",
            self.known.as_ref().map(|known| float(positive(known.backlogs.mails_given_up))),
        )?;
        self.backups(page)
    }

    fn backups(&self, page: &mut Page<'_>) -> fmt::Result {
        page.counters(
            "boardcast_backups",
            "Backups that this node made by itself, or could not make",
            self.app.backups.totals().map(|(outcome, count)| ([("outcome", outcome)], count)),
        )?;
        let last = self.known.as_ref().and_then(|known| known.backup.as_ref());
        page.gauge(
            ("boardcast_backup_last_timestamp", Some(&Unit::Seconds)),
            "The moment that the last backup is of which a node made by itself, since 1970",
            last.and_then(|last| last.made_at).map(|at| float(positive(at.0)) / 1_000.0),
        )?;
        page.gauge(
            ("boardcast_backup_last_size", Some(&Unit::Bytes)),
            "How large that backup is",
            last.and_then(|last| last.bytes).map(|bytes| float(positive(bytes))),
        )
    }

    fn process(&self, page: &mut Page<'_>) -> fmt::Result {
        page.counter("boardcast_panics", "Panics, each of which ended one request, stream or job", output::panics())?;
        page.counter(
            "boardcast_log_lines_dropped",
            "Lines of the log that were dropped, because nothing read them",
            output::lines_dropped(),
        )?;
        page.metric(
            MetricType::Info,
            ("boardcast_build", None),
            "The version that runs, on which database",
            |metric| {
                metric
                    .encode_info(&[("version", env!("CARGO_PKG_VERSION")), ("database", self.app.db.dialect().name())])
            },
        )?;
        let process = &self.process;
        page.metric(
            MetricType::Counter,
            ("process_cpu", Some(&Unit::Seconds)),
            "CPU time that the process has used",
            |metric| metric.encode_counter::<NoLabelSet, f64, f64>(&process.cpu_seconds, None),
        )?;
        let bytes = Some(&Unit::Bytes);
        let began = Some(float(positive(process.began.0)) / 1_000.0);
        for (name, help, value) in [
            (("process_resident_memory", bytes), "Resident memory", process.memory.map(float)),
            (("process_virtual_memory", bytes), "Virtual memory", process.virtual_memory.map(float)),
            (("process_threads", None), "Threads", process.threads.map(float)),
            (("process_open_fds", None), "Open files and sockets", process.open_files.map(float)),
            (("process_max_fds", None), "The most files and sockets that may be open", process.most_files.map(float)),
            (("process_start_time", Some(&Unit::Seconds)), "When the process began, since 1970", began),
        ] {
            page.gauge(name, help, value)?;
        }
        Ok(())
    }
}

impl Collector for Figures {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let page = &mut Page(encoder);
        self.http(page)?;
        self.live(page)?;
        self.database(page)?;
        self.jobs(page)?;
        self.process(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_the_decimal_that_people_write() {
        let shown = [75_000, 100, 2_500_000, 256].map(|bound| scaled(bound, MICROSECOND).to_string());
        assert_eq!(shown, ["0.075", "0.0001", "2.5", "0.000256"]);
        assert_eq!(scaled(64, 1.0).to_string(), "64");
    }
}
