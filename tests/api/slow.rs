//! Readers that are slow, stuck, gone without a word, or gone: each harms only itself. Run by `tests/run streams`.

use std::time::{Duration, Instant};

use serde_json::json;
use socket2::{SockFilter, SockRef};
use tokio::{sync::mpsc, time::sleep};

use crate::support::{App, Fields, Line, Project, own_app, soon};

const STUCK: usize = 1_000;
const WELL: usize = 10;
/// "About a minute".
const PATIENCE: Duration = Duration::from_secs(65);

/// Open readers that have been answered, and have read nothing.
async fn asking(make: impl Fn() -> Line, count: usize) -> Vec<Line> {
    let mut lines = Vec::with_capacity(count);
    for _ in 0..count {
        let mut line = make();
        line.ask().await.unwrap();
        lines.push(line);
    }
    for line in &lines {
        soon("the answer to a reader", line.socket().readable()).await.unwrap();
    }
    lines
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

/// Readers that read; they tell when each event came to them.
fn well(lines: Vec<Line>) -> mpsc::UnboundedReceiver<(i64, Instant)> {
    let (tell, heard) = mpsc::unbounded_channel();
    for mut line in lines {
        let tell = tell.clone();
        tokio::spawn(async move {
            line.greeted().await.unwrap();
            while let Some(part) = line.next().await {
                if part.data.contains(r#""seq":"#) {
                    // Nobody may be listening any more.
                    let _ = tell.send((line.last.unwrap(), Instant::now()));
                }
            }
        });
    }
    heard
}

/// Make long changes one after the other, and answer how long each took to everybody who reads, counted from its answer.
async fn change(
    project: &Project,
    task: &str,
    heard: &mut mpsc::UnboundedReceiver<(i64, Instant)>,
    count: usize,
) -> Vec<Duration> {
    let mut delays = Vec::new();
    for n in 0..count {
        let body = json!({"description": format!("{n} {}", "x".repeat(8_000))});
        let call = project.by.unchecked().patch(&project.at(&format!("/tasks/{task}"))).json(body);
        let number = call.await.ok().version();
        let answered = Instant::now();
        let mut slowest = Duration::ZERO;
        for _ in 0..WELL {
            let (seq, at) = soon("an event for those who read", heard.recv()).await.unwrap();
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
async fn a_thousand_readers_that_stop_reading_harm_only_themselves() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("Long texts").await;
    let task = project.task(&column, "Written often").await.id();
    let path = project.at("/events");
    let mut heard = well(asking(|| Line::new(&alice, &path), WELL).await);
    change(&project, &task, &mut heard, 20).await;
    let alone = change(&project, &task, &mut heard, 50).await;

    let most = app.connections();
    let stuck = asking(|| Line::new(&bob, &path).narrow(), STUCK).await;
    let before = app.memory();
    // More than the kernel and the ring hold together.
    let crowded = change(&project, &task, &mut heard, 200).await;
    let grown = app.memory() - before;
    let each = grown / i64::try_from(STUCK).unwrap();
    eprintln!("{grown} KiB for {STUCK} stuck readers, {each} KiB each");
    assert!(each <= 32, "a stuck reader holds {each} KiB");
    let (median, worst) = (crowded[crowded.len() / 2], crowded[crowded.len() - 1]);
    eprintln!("others waited {:?}, now {median:?}, at most {worst:?}", alone[alone.len() / 2]);
    // A thousand that take nothing cost those who read no more than the looks at them: nobody waits for a time-out.
    assert!(worst < Duration::from_secs(2), "{worst:?}");
    assert!(median < Duration::from_millis(200), "{median:?}");

    // Whoever reads again gets the rest in order, or is told that it has to begin anew; `Line` checks it.
    let mut stuck = stuck.into_iter();
    let newest = project.seq().await;
    for mut line in stuck.by_ref().take(20) {
        line.greeted().await.unwrap();
        soon("what a stuck reader missed", async {
            while !line.reach(newest).await {
                line.open().await.unwrap();
            }
        })
        .await;
        assert!(!line.reset, "the log had everything");
    }

    // The rest is let go by and by, and the well are not.
    let still: Vec<Line> = stuck.collect();
    let took = closed(&app, most, PATIENCE).await;
    eprintln!("{} stuck readers were let go within {took:?}", still.len());
    change(&project, &task, &mut heard, 1).await;
    project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute: tests/run streams"]
async fn a_reader_that_is_gone_without_a_word_is_let_go_within_a_minute() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let mut here = Line::new(&alice, &project.at("/events"));
    here.open().await.unwrap();
    let most = app.connections();
    let gone = asking(|| Line::new(&alice, "/events"), 50).await;
    assert!(app.connections() >= most + 50);
    for line in &gone {
        // The machine takes nothing for this socket any more, and acknowledges nothing: as if the cable was cut.
        // `ret 0` in the language of the Berkeley packet filter: keep no byte of any packet.
        SockRef::from(line.socket()).attach_filter(&[SockFilter::new(6, 0, 0, 0)]).unwrap();
    }
    let took = closed(&app, most, PATIENCE).await;
    eprintln!("{} readers that were cut off were let go within {took:?}", gone.len());
    project.column("Still told").await;

    let number = project.seq().await;
    assert!(soon("the next event", here.reach(number)).await, "who is here stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "hundreds of streams: tests/run streams"]
async fn readers_that_hang_up_are_noticed_at_once() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    alice.get("/me").await.ok();
    let most = app.connections();
    for politely in [true, false] {
        let lines = asking(|| Line::new(&alice, &project.at("/events")), 500).await;
        assert!(app.connections() >= most + 500);
        if !politely {
            for line in &lines {
                SockRef::from(line.socket()).set_linger(Some(Duration::ZERO)).unwrap();
            }
        }
        drop(lines);
        let took = closed(&app, most, Duration::from_secs(2)).await;
        eprintln!("500 readers that hung up were noticed within {took:?}");
    }
}
