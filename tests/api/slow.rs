//! Clients that are slow, stuck, cut off or gone: each harms only itself. Run by `tests/run streams`.

use std::time::{Duration, Instant};

use serde_json::json;
use socket2::{SockFilter, SockRef};
use tokio::{sync::mpsc, time::sleep};

use crate::support::{App, Fields, LightReader, Project, own_app, soon};

const STUCK: usize = 1_000;
const READING: usize = 10;
/// "About a minute".
const PATIENCE: Duration = Duration::from_secs(65);

/// Opens streams that are answered and whose clients read nothing.
async fn unread(make: impl Fn() -> LightReader, count: usize) -> Vec<LightReader> {
    let mut readers = Vec::with_capacity(count);
    for _ in 0..count {
        let mut reader = make();
        reader.ask().await.unwrap();
        readers.push(reader);
    }
    for reader in &readers {
        soon("the answer to a reader", reader.socket().readable()).await.unwrap();
    }
    readers
}

/// Wait until the server has no more connections than this; answers how long that took.
async fn closed(app: &App, most: usize, patience: Duration) -> Duration {
    let began = Instant::now();
    while app.connections() > most {
        assert!(
            began.elapsed() < patience,
            "{} connections are open after {patience:?}, {most} should be",
            app.connections()
        );
        sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

/// Clients that read. They report when each event came to them.
fn read_along(readers: Vec<LightReader>) -> mpsc::UnboundedReceiver<(i64, Instant)> {
    let (report, reports) = mpsc::unbounded_channel();
    for mut reader in readers {
        let report = report.clone();
        tokio::spawn(async move {
            reader.greeted().await.unwrap();
            while let Some(part) = reader.next().await {
                if part.data.contains(r#""seq":"#) {
                    // The test may be over.
                    let _ = report.send((reader.last.unwrap(), Instant::now()));
                }
            }
        });
    }
    reports
}

/// Make long changes one after the other, and answer how long each took to reach all clients that read, counted from
/// its answer.
async fn change(
    project: &Project,
    task: &str,
    reports: &mut mpsc::UnboundedReceiver<(i64, Instant)>,
    count: usize,
) -> Vec<Duration> {
    let mut delays = Vec::new();
    for n in 0..count {
        let body = json!({"description": format!("{n} {}", "x".repeat(8_000))});
        let call = project.by.unchecked().patch(&project.at(&format!("/tasks/{task}"))).json(body);
        let number = call.await.ok().version();
        let answered = Instant::now();
        let mut slowest = Duration::ZERO;
        for _ in 0..READING {
            let (seq, at) = soon("an event for a client that reads", reports.recv()).await.unwrap();
            assert_eq!(seq, number);
            slowest = slowest.max(at.saturating_duration_since(answered));
        }
        delays.push(slowest);
    }
    delays.sort_unstable();
    delays
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "thousands of streams: tests/run streams"]
async fn a_thousand_clients_that_stop_reading_harm_only_themselves() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("Long texts").await;
    let task = project.task(&column, "Written often").await.id();
    let path = project.at("/events");
    let mut reports = read_along(unread(|| LightReader::new(&alice, &path), READING).await);
    change(&project, &task, &mut reports, 20).await;
    let alone = change(&project, &task, &mut reports, 50).await;

    let most = app.connections();
    let stuck = unread(|| LightReader::new(&bob, &path).narrow(), STUCK).await;
    let before = app.memory();
    // More than the kernel and the ring hold together.
    let crowded = change(&project, &task, &mut reports, 200).await;
    let grown = app.memory() - before;
    let each = grown / i64::try_from(STUCK).unwrap();
    eprintln!("{grown} KiB for {STUCK} stuck clients, {each} KiB each");
    assert!(each <= 32, "a stuck client holds {each} KiB");
    let (median, worst) = (crowded[crowded.len() / 2], crowded[crowded.len() - 1]);
    eprintln!("others waited {:?}, now {median:?}, at most {worst:?}", alone[alone.len() / 2]);
    // A thousand stuck clients cost the others no more than a failed write each: no event waits for a time-out.
    assert!(worst < Duration::from_secs(2), "{worst:?}");
    assert!(median < Duration::from_millis(200), "{median:?}");

    // A client that reads again gets the rest in order, or a reset; `LightReader` checks it.
    let mut stuck = stuck.into_iter();
    let newest = project.seq().await;
    for mut reader in stuck.by_ref().take(20) {
        reader.greeted().await.unwrap();
        let missed = Box::pin(async {
            while !reader.reach(newest).await {
                reader.open().await.unwrap();
            }
        });
        soon("what a stuck client missed", missed).await;
        assert!(!reader.reset, "the log had everything");
    }

    // The server drops the other stuck clients, and not those that read.
    let still: Vec<LightReader> = stuck.collect();
    let took = closed(&app, most, PATIENCE).await;
    eprintln!("{} stuck clients were dropped within {took:?}", still.len());
    change(&project, &task, &mut reports, 1).await;
    project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute: tests/run streams"]
async fn a_client_that_is_cut_off_is_dropped_within_a_minute() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let mut here = LightReader::new(&alice, &project.at("/events"));
    here.open().await.unwrap();
    let most = app.connections();
    let gone = unread(|| LightReader::new(&alice, "/events"), 50).await;
    assert!(app.connections() >= most + 50);
    for reader in &gone {
        // The kernel takes and acknowledges nothing for this socket any more, as if the cable was cut.
        // `ret 0` in the language of the Berkeley packet filter: keep no byte of any packet.
        SockRef::from(reader.socket()).attach_filter(&[SockFilter::new(6, 0, 0, 0)]).unwrap();
    }
    let took = closed(&app, most, PATIENCE).await;
    eprintln!("{} clients that were cut off were dropped within {took:?}", gone.len());
    project.column("Still told").await;

    let number = project.seq().await;
    assert!(soon("the next event", here.reach(number)).await, "the client that reads stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "hundreds of streams: tests/run streams"]
async fn clients_that_close_are_noticed_at_once() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    alice.get("/me").await.ok();
    let most = app.connections();
    for politely in [true, false] {
        let readers = unread(|| LightReader::new(&alice, &project.at("/events")), 500).await;
        assert!(app.connections() >= most + 500);
        if !politely {
            for reader in &readers {
                SockRef::from(reader.socket()).set_linger(Some(Duration::ZERO)).unwrap();
            }
        }
        drop(readers);
        let took = closed(&app, most, Duration::from_secs(2)).await;
        eprintln!("500 clients that closed were noticed within {took:?}");
    }
}
