//! What Prometheus reads: names that stay, labels that are few, figures that are true.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;

use crate::{
    crash::off_thread,
    support::{App, Gate, Home, Launch, LogReader, PASSWORD, Receiver, Reply, SOON, Way, own_app, until},
};

const ON: (&str, &str) = ("BOARDCAST_METRICS", "127.0.0.1:0");

type Labels = BTreeMap<String, String>;

#[derive(Debug, Default)]
struct Family {
    kind: String,
    unit: String,
    help: String,
    /// By the whole name of the sample.
    samples: Vec<(String, Labels, f64)>,
}

/// A text as a strict reader of `OpenMetrics` takes it.
#[derive(Debug)]
struct Scrape(BTreeMap<String, Family>);

fn address(app: &App) -> String {
    let said = app.said();
    let line = said.iter().find_map(|line| line.strip_prefix("metrics on "));
    line.unwrap_or_else(|| panic!("no word of metrics in {said:?}")).trim().to_owned()
}

async fn fetch(method: Method, url: &str) -> reqwest::Response {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.request(method, url).timeout(SOON).send().await.unwrap()
}

async fn scrape(app: &App) -> Scrape {
    let answer = fetch(Method::GET, &address(app)).await;
    assert_eq!(answer.status(), 200);
    let media = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(media, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    Scrape::parse(&answer.text().await.unwrap())
}

fn labels(text: &str) -> Labels {
    let mut found = Labels::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, more) = rest.split_once("=\"").unwrap();
        let end = more.find('"').unwrap();
        assert!(!more[..end].contains('\\'), "none of ours needs escapes: {text}");
        assert!(found.insert(name.to_owned(), more[..end].to_owned()).is_none(), "{name} twice: {text}");
        rest = more[end + 1..].trim_start_matches(',');
    }
    found
}

impl Scrape {
    #[track_caller]
    fn parse(text: &str) -> Self {
        let mut families: BTreeMap<String, Family> = BTreeMap::new();
        let mut current = String::new();
        let mut seen = BTreeSet::new();
        let body = text.strip_suffix("# EOF\n").expect("it ends by its mark");
        for line in body.lines() {
            if let Some(about) = line.strip_prefix("# ") {
                let (what, rest) = about.split_once(' ').unwrap();
                let (name, value) = rest.split_once(' ').unwrap();
                if what == "HELP" {
                    assert!(!families.contains_key(name), "{name} comes in two places");
                    name.clone_into(&mut current);
                }
                assert_eq!(name, current, "{line}");
                let family = families.entry(name.to_owned()).or_default();
                match what {
                    "HELP" => value.clone_into(&mut family.help),
                    "TYPE" => value.clone_into(&mut family.kind),
                    "UNIT" => value.clone_into(&mut family.unit),
                    other => panic!("{other} in {line}"),
                }
                continue;
            }
            assert!(seen.insert(line.rsplit_once(' ').unwrap().0.to_owned()), "twice: {line}");
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, of) = series.split_once('{').unwrap_or((series, "}"));
            let family = families.get_mut(&current).unwrap();
            let suffix = name.strip_prefix(&current).unwrap_or_else(|| panic!("{name} within {current}"));
            let allowed: &[&str] = match family.kind.as_str() {
                "counter" => &["_total"],
                "gauge" => &[""],
                "histogram" => &["_sum", "_count", "_bucket"],
                "info" => &["_info"],
                kind => panic!("{kind} of {current}"),
            };
            assert!(allowed.contains(&suffix), "{line}");
            let value = value.parse().unwrap_or_else(|_| panic!("{line}"));
            family.samples.push((name.to_owned(), labels(of.strip_suffix('}').unwrap()), value));
        }
        let scrape = Self(families);
        scrape.check();
        scrape
    }

    /// What holds of every text.
    #[track_caller]
    fn check(&self) {
        for (name, family) in &self.0 {
            assert!(family.help.len() > 5, "{name} says nothing of itself");
            assert!(family.unit.is_empty() || name.ends_with(&format!("_{}", family.unit)), "{name}: {}", family.unit);
            if family.kind == "histogram" {
                let mut by_labels: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
                for (_, labels, value) in family.samples.iter().filter(|(name, ..)| name.ends_with("_bucket")) {
                    let mut labels = labels.clone();
                    let bound = labels.remove("le").unwrap();
                    let bound = if bound == "+Inf" { f64::INFINITY } else { bound.parse().unwrap() };
                    by_labels.entry(labels).or_default().push((bound, *value));
                }
                for (labels, buckets) in by_labels {
                    assert!(buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{name} {labels:?}: {buckets:?}");
                    let (last, all) = *buckets.last().unwrap();
                    assert!(last.is_infinite(), "{name} {labels:?}");
                    let count = family.samples.iter().find(|(of, with, _)| of.ends_with("_count") && *with == labels);
                    assert!((count.unwrap().2 - all).abs() < 0.5, "{name} {labels:?}");
                }
            }
        }
    }

    /// The values of all samples of this name that have these labels.
    fn all(&self, name: &str, with: &[(&str, &str)]) -> Vec<f64> {
        let has =
            |labels: &Labels| with.iter().all(|(key, value)| labels.get(*key).is_some_and(|found| found == value));
        let all = self.0.values().flat_map(|family| &family.samples);
        all.filter(|(of, labels, _)| of == name && has(labels)).map(|(.., value)| *value).collect()
    }

    /// All of them added up.
    fn sum(&self, name: &str, with: &[(&str, &str)]) -> f64 {
        self.all(name, with).into_iter().sum()
    }

    /// The same as a whole number.
    #[track_caller]
    fn count(&self, name: &str, with: &[(&str, &str)]) -> i64 {
        let sum = format!("{:.3}", self.sum(name, with));
        sum.strip_suffix(".000").unwrap_or_else(|| panic!("{name} with {with:?} is {sum}")).parse().unwrap()
    }

    /// The value of the one sample of this name that has these labels.
    #[track_caller]
    fn one(&self, name: &str, with: &[(&str, &str)]) -> f64 {
        let all = self.all(name, with);
        assert_eq!(all.len(), 1, "samples of {name} with {with:?}");
        all[0]
    }

    fn series(&self) -> usize {
        self.0.values().map(|family| family.samples.len()).sum()
    }

    /// Each name with its type, its unit and its labels; of labels that are the same on every server their values too.
    fn shape(&self) -> String {
        const OPEN: [&str; 7] = [
            "le",
            "http_request_method",
            "http_route",
            "http_response_status_code",
            "url_scheme",
            "version",
            "database",
        ];
        let mut lines = vec![];
        for (name, family) in &self.0 {
            let mut labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for (label, value) in family.samples.iter().flat_map(|(_, labels, _)| labels) {
                let values = labels.entry(label).or_default();
                if !OPEN.contains(&label.as_str()) {
                    values.insert(value);
                }
            }
            let labels = labels.into_iter().map(|(label, values)| match values.len() {
                0 => format!(" {label}"),
                _ => format!(" {label}={}", values.into_iter().collect::<Vec<_>>().join("|")),
            });
            lines.push(format!("{name} {}{}\n", family.kind, labels.collect::<String>()));
        }
        lines.concat()
    }
}

#[tokio::test]
async fn names_and_labels_are_those_in_the_repository() {
    let (app, alice, ..) = own_app(&[ON]).await;
    alice.project().await;
    let found = scrape(&app).await.shape();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/metrics.txt");
    if std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|value| value == "1") {
        std::fs::write(&file, &found).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        found, kept,
        "the metrics are not what tests/api/metrics.txt says, and rules and dashboards rest on it. Wanted? \
         UPDATE_SNAPSHOTS=1 cargo test --test api metrics::names"
    );
}

/// Every name in the rules and on the dashboard is one that is written.
#[test]
fn rules_and_dashboard_ask_for_what_there_is() {
    let read = |name: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let mut written = BTreeSet::new();
    for line in read("tests/api/metrics.txt").lines() {
        let mut words = line.split(' ');
        let (name, kind) = (words.next().unwrap(), words.next().unwrap());
        let endings: &[&str] = match kind {
            "counter" => &["_total"],
            "histogram" => &["_bucket", "_sum", "_count"],
            "info" => &["_info"],
            _ => &[""],
        };
        written.extend(endings.iter().map(|ending| format!("{name}{ending}")));
    }
    for (file, least) in [("docs/operate/alerts.yaml", 15), ("docs/operate/dashboard.json", 15)] {
        let text = read(file);
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let prefixes = ["boardcast_", "http_server_", "db_client_", "process_"];
        let named: BTreeSet<_> = words.filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix))).collect();
        assert!(named.len() >= least, "{file}: {named:?}");
        // The one label that begins so.
        let unknown: Vec<_> =
            named.iter().filter(|name| !written.contains(**name) && **name != "db_client_connection_state").collect();
        assert!(unknown.is_empty(), "{file} asks for {unknown:?}, which nothing writes");
    }
}

#[tokio::test]
async fn what_happens_is_counted() {
    let (app, alice, bob, _) = own_app(&[ON]).await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let mut streams = [
        alice.stream(&project.at("/events")).await,
        bob.stream(&project.at("/events")).await,
        bob.stream("/events").await,
    ];
    for stream in &mut streams {
        stream.hello().await;
    }
    let before = scrape(&app).await;
    assert_eq!(before.count("boardcast_streams_open", &[("kind", "project")]), 2);
    assert_eq!(before.count("boardcast_streams_open", &[("kind", "user")]), 1);
    let began = Instant::now();
    for n in 0..10 {
        project.column(&format!("Column {n}")).await;
        for stream in &mut streams {
            stream.change().await;
        }
    }
    let took = began.elapsed().as_secs_f64();
    let after = scrape(&app).await;
    let grown = |name: &str, with: &[(&str, &str)]| after.sum(name, with) - before.sum(name, with);
    let more = |name: &str, with: &[(&str, &str)]| after.count(name, with) - before.count(name, with);
    assert_eq!(more("boardcast_events_committed_total", &[]), 10);
    assert_eq!(more("boardcast_events_delivered_total", &[]), 30);
    assert_eq!(more("boardcast_delivery_lag_seconds_count", &[]), 30);
    let lag = grown("boardcast_delivery_lag_seconds_sum", &[]);
    assert!(lag > 0.0 && lag < took * 30.0, "{lag} of {took}");
    let columns = [
        ("http_request_method", "POST"),
        ("http_route", "/api/v1/projects/{project}/columns"),
        ("http_response_status_code", "201"),
        ("url_scheme", "http"),
    ];
    assert_eq!(more("http_server_request_duration_seconds_count", &columns), 10);
    let seconds = grown("http_server_request_duration_seconds_sum", &columns);
    assert!(seconds > 0.0 && seconds < took, "{seconds} of {took}");
    let commits = more("boardcast_commit_duration_seconds_count", &[]);
    assert!(commits >= 10 && grown("boardcast_commit_duration_seconds_sum", &[]) > 0.0, "{commits}");
    assert_eq!(more("boardcast_commit_batch_size_count", &[]), commits);
    assert!(more("boardcast_commit_batch_size_sum", &[]) >= commits);
    assert!(more("boardcast_write_queue_wait_seconds_count", &[]) >= 10);
    assert!(more("db_client_connection_wait_time_seconds_count", &[]) > 0);
    assert_eq!(after.count("http_server_active_requests", &[]), 0);
    for quiet in ["boardcast_panics_total", "boardcast_log_lines_dropped_total", "boardcast_rate_limit_refusals_total"]
    {
        assert_eq!(after.count(quiet, &[]), 0, "{quiet}");
    }
    assert_eq!(after.count("boardcast_nodes", &[]), 1);
    assert!(after.one("process_resident_memory_bytes", &[]) > 1e6 && after.one("process_cpu_seconds_total", &[]) > 0.0);
    assert!(after.one("process_open_fds", &[]) < after.one("process_max_fds", &[]));
    let began = after.one("process_start_time_seconds", &[]);
    let now = f64::from(u32::try_from(jiff::Timestamp::now().as_second()).unwrap());
    assert!(now - began < 600.0 && began <= now + 1.0, "{began} is not now");

    // A stream never counts as a request that took long.
    assert_eq!(after.count("http_server_request_duration_seconds_count", &[("http_route", "/api/v1/events")]), 0);
    drop(streams);
    until("the end of the streams", async || {
        (scrape(&app).await.count("boardcast_streams_open", &[]) == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_a_stream_catches_up_with_is_delivered_too() {
    let (app, alice, ..) = own_app(&[ON]).await;
    let project = alice.project().await;
    for n in 0..5 {
        project.column(&format!("Column {n}")).await;
    }
    let begin = project.cursor_at(1).await;
    let mut stream = alice.stream_from(&project.at("/events"), &begin).await;
    stream.changes(5).await;
    let found = scrape(&app).await;
    assert_eq!(found.count("boardcast_events_delivered_total", &[]), 5);
    assert_eq!(found.count("boardcast_delivery_lag_seconds_count", &[]), 0, "nothing was late");
}

#[tokio::test]
async fn however_much_is_asked_there_are_few_series_and_none_names_anything() {
    let (app, alice, ..) = own_app(&[ON]).await;
    let project = alice.project().await;
    let ask = async |round: usize| {
        for n in 0..40 {
            let name = format!("{round}-{n}");
            for path in [
                format!("/{name}"),
                format!("/api/{name}"),
                format!("/api/v1/projects/{name}/board"),
                format!("/p/{name}/board"),
                format!("/livez?{name}"),
            ] {
                let answer = fetch(Method::GET, &format!("{}{path}", app.url)).await;
                assert!(!answer.status().is_server_error(), "{path}");
            }
            let method = Method::from_bytes(format!("M{round}X{n}").as_bytes()).unwrap();
            fetch(method, &format!("{}/api/v1/projects", app.url)).await;
        }
        scrape(&app).await
    };
    let first = ask(1).await;
    let second = ask(2).await;
    assert_eq!(second.series(), first.series(), "labels grow with what is asked");
    let other = [("http_request_method", "_OTHER")];
    assert!(second.count("http_server_request_duration_seconds_count", &other) >= 80);
    let unknown = second.count("http_server_request_duration_seconds_count", &[("http_route", "")]);
    assert!(unknown >= 160, "addresses without a route: {unknown}");
    let text = fetch(Method::GET, &address(&app)).await.text().await.unwrap();
    for secret in [project.id.as_str(), alice.id.as_str(), alice.email.as_str(), "2-7"] {
        assert!(!text.contains(secret), "{secret} is in there");
    }
}

#[tokio::test]
async fn metrics_are_on_their_own_address_and_nothing_else_is() {
    let (app, ..) = own_app(&[ON]).await;
    assert_eq!(fetch(Method::GET, &format!("{}/metrics", app.url)).await.status(), 404);
    let address = address(&app);
    let origin = address.trim_end_matches("/metrics");
    for (method, path, status) in [
        (Method::GET, "/", 404),
        (Method::GET, "/api/v1/instance", 404),
        (Method::GET, "/metrics/", 404),
        (Method::POST, "/metrics", 405),
        (Method::HEAD, "/metrics", 200),
        (Method::GET, "/metrics?x=1", 200),
    ] {
        assert_eq!(fetch(method.clone(), &format!("{origin}{path}")).await.status(), status, "{method} {path}");
    }
    let taken = Home::of_files();
    let output = taken
        .command(&["serve", "--listen", "127.0.0.1:0", "--metrics", origin.trim_start_matches("http://")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("cannot listen on"), "{said}");
}

#[tokio::test]
async fn a_client_that_says_nothing_keeps_no_other_away() {
    let (app, ..) = own_app(&[ON]).await;
    let address = address(&app);
    let place = address.trim_start_matches("http://").trim_end_matches("/metrics").to_owned();
    let mut silent = vec![];
    for _ in 0..15 {
        silent.push(tokio::net::TcpStream::connect(&place).await.unwrap());
    }
    scrape(&app).await;
    drop(silent);
}

#[tokio::test]
async fn a_limit_that_refuses_is_named() {
    let (app, alice, ..) = own_app(&[ON, ("BOARDCAST_LIMITS", "on")]).await;
    let wrong = json!({"email": alice.email, "password": format!("{PASSWORD}!")});
    let mut refused: i64 = 0;
    for _ in 0..8 {
        let answer = app.anonymous().post("/session").json(wrong.clone()).await;
        refused += i64::from(answer.status == 429);
    }
    assert!(refused > 0);
    let mut streams = vec![];
    for _ in 0..11 {
        streams.push(alice.stream("/events").await);
    }
    streams.last_mut().unwrap().event("bye").await;
    let found = scrape(&app).await;
    let limit = |name: &str| found.count("boardcast_rate_limit_refusals_total", &[("limit", name)]);
    assert_eq!((limit("sign-ins"), limit("streams"), limit("reads")), (refused, 1, 0));
}

#[tokio::test]
async fn what_waits_for_a_receiver_is_counted_and_grows_old() {
    let receiver = Receiver::start().await;
    receiver.reply_always(Reply::Status(500));
    // At the real pace: with that of other tests the webhook is given up at once.
    let (app, alice, ..) = own_app(&[Receiver::SETTINGS[0], ON]).await;
    let project = alice.project().await;
    let body = json!({"url": receiver.url("/hook"), "types": ["*"]});
    alice.post(&project.at("/webhooks")).json(body).await.created();
    assert_eq!(scrape(&app).await.count("boardcast_database_up", &[]), 1);
    for n in 0..3 {
        project.column(&format!("Column {n}")).await;
    }
    let webhooks = [("consumer", "webhooks")];
    let found = until("events that wait", async || {
        let found = scrape(&app).await;
        (found.count("boardcast_backlog", &webhooks) > 0).then_some(found)
    })
    .await;
    assert_eq!(found.count("boardcast_backlog", &webhooks), 3);
    until("their age", async || {
        let found = scrape(&app).await;
        (found.one("boardcast_backlog_age_seconds", &webhooks) > 1.0).then_some(())
    })
    .await;
    assert!(found.one("boardcast_database_size_bytes", &[]) > 10_000.0);
    assert_eq!(found.count("boardcast_database_writable", &[]), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_nothing_reads_are_counted() {
    let reader = LogReader::default();
    let (mut app, ..) = own_app(&[]).await;
    let place = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let launch = Launch::default().read_by(&reader).with("BOARDCAST_LOG", "info").with(ON.0, &place);
    off_thread(&mut app, move |app| app.restart_as(&launch)).await.unwrap();
    reader.stop();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let id = "x".repeat(64);
    for _ in 0..4_000 {
        let answer = client.get(format!("{}/livez", app.url)).header("x-request-id", &id).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    let text = client.get(format!("http://{place}/metrics")).send().await.unwrap().text().await.unwrap();
    reader.go_on();
    assert!(Scrape::parse(&text).count("boardcast_log_lines_dropped_total", &[]) > 0, "{text}");
}

/// What only Postgres has.
mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn a_database_that_says_nothing_keeps_no_scrape_waiting() {
        let home = Home::new(&[ON]).await;
        let gate = Gate::before(home.database().unwrap()).await;
        let app = App::of(&home.with_database(&gate.url));
        let up = async || scrape(&app).await.count("boardcast_database_up", &[]);
        assert_eq!(up().await, 1);
        for way in [Way::Deaf, Way::Stuck, Way::Shut] {
            gate.set(way);
            until("no answer", async || {
                let began = Instant::now();
                let found = scrape(&app).await;
                assert!(began.elapsed() < Duration::from_secs(2), "{way:?}: {:?}", began.elapsed());
                let down = found.count("boardcast_database_up", &[]) == 0;
                (down && found.all("boardcast_backlog", &[]).is_empty()).then_some(())
            })
            .await;
            gate.set(Way::Open);
            until("an answer", async || (up().await == 1).then_some(())).await;
        }
    }
}
