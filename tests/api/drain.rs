//! A deploy under load: the server closes thousands of streams, their clients come back to the next server, and their
//! events do not show that there were two. Run by `tests/run streams`.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{interval, sleep, timeout},
};

use crate::support::{App, Fields, LightReader, Project, own_app, soon, until_at_last};

const STREAMS: usize = 5_000;

/// The `bye` that a client got from the server that stopped.
struct Bye {
    reason: String,
    retry: Duration,
    unsaid: usize,
    at: Instant,
}

/// Reads until the last event, and reconnects as often as that takes, as an `EventSource` would.
async fn follow(mut reader: LightReader, byes: mpsc::UnboundedSender<Bye>, mut last: watch::Receiver<Option<i64>>) {
    loop {
        let reached = |reader: &LightReader, last: Option<i64>| last.is_some_and(|last| reader.last >= Some(last));
        loop {
            tokio::select! {
                part = reader.next() => match part {
                    Some(part) if part.event == "bye" => {
                        let retry = reader.retry.expect("a time to come back");
                        let at = Instant::now();
                        byes.send(Bye { reason: part.data, retry, unsaid: reader.unsaid, at }).unwrap();
                    }
                    Some(_) => {}
                    None => break,
                },
                changed = last.changed() => changed.unwrap(),
            }
            if reached(&reader, *last.borrow()) {
                assert!(!reader.reset, "a client was sent to the snapshot");
                return;
            }
        }
        loop {
            sleep(reader.retry.unwrap()).await;
            if reader.open().await.is_ok() {
                break;
            }
        }
    }
}

/// Changes titles until the server takes no more. Answers what was confirmed, by its number.
async fn write(project: Project, task: String, name: usize) -> BTreeMap<i64, String> {
    let mut answered = BTreeMap::new();
    let mut pace = interval(Duration::from_secs(1));
    for n in 0.. {
        pace.tick().await;
        let title = format!("Title {name}.{n}");
        let call = project.by.unchecked().patch(&project.at(&format!("/tasks/{task}"))).json(json!({"title": title}));
        // The request may be refused, or cut off before its answer.
        match call.open().await {
            Ok(answer) if answer.status() == 200 => {
                let task: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
                answered.insert(task.version(), title);
            }
            _ => break,
        }
    }
    answered
}

/// How long until the server says that it is no longer ready.
async fn not_ready(app: &App) -> Duration {
    let began = Instant::now();
    loop {
        let answer = app.raw(b"GET /readyz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").await;
        if answer.starts_with("HTTP/1.1 503") {
            assert!(
                answer.contains("application/problem+json") && answer.contains("\"code\":\"draining\""),
                "{answer}"
            );
            return began.elapsed();
        }
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

fn spread(byes: &[Bye]) -> [usize; 10] {
    let mut tenths = [0; 10];
    for bye in byes {
        assert_eq!(bye.reason, r#"{"reason":"deploy"}"#);
        assert_eq!(bye.unsaid, 0, "a cursor comes before each bye");
        let ms = bye.retry.as_millis();
        assert!((200..10_000).contains(&ms), "{ms}");
        tenths[usize::try_from((ms - 200) / 980).unwrap()] += 1;
    }
    tenths
}

/// Over what time nine of ten clients got their `bye`, and how many of them within the same half second.
fn stages(byes: &[Bye]) -> (Duration, usize) {
    let mut instants: Vec<Instant> = byes.iter().map(|bye| bye.at).collect();
    instants.sort_unstable();
    let count = instants.len();
    let within = |from: Instant| instants.partition_point(|at| *at <= from + Duration::from_millis(500));
    let most = instants.iter().enumerate().map(|(n, at)| within(*at) - n).max().unwrap();
    (instants[count - count / 20 - 1] - instants[count / 20], most)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "thousands of streams: tests/run streams"]
async fn five_thousand_streams_survive_a_deploy_and_none_loses_or_doubles_an_event() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let column = project.column("Busy").await;
    let mut tasks = Vec::new();
    for n in 0..4 {
        tasks.push(project.task(&column, &format!("Task {n}")).await.id());
    }

    let (report, mut reports) = mpsc::unbounded_channel();
    let (end, last) = watch::channel(None);
    let opening_readers = (0..STREAMS).map(|n| {
        let user = if n % 2 == 0 { &alice } else { &bob };
        let path = if n % 4 < 2 { "/events".to_owned() } else { project.at("/events") };
        let mut reader = LightReader::new(user, &path);
        async move {
            reader.open().await.unwrap();
            reader
        }
    });
    let mut readers = JoinSet::new();
    let mut opening = stream::iter(opening_readers).buffer_unordered(100);
    while let Some(reader) = opening.next().await {
        readers.spawn(follow(reader, report.clone(), last.clone()));
    }
    drop(opening);

    let mut writers: JoinSet<_> =
        tasks.iter().enumerate().map(|(n, task)| write(project.clone(), task.clone(), n)).collect();
    // The server stops in the middle of work.
    let before = project.seq().await;
    while project.seq().await < before + 8 {
        sleep(Duration::from_millis(50)).await;
    }
    let began = Instant::now();
    let stopping = {
        let app = app.clone();
        tokio::spawn(async move { (app.terminate().await, began.elapsed()) })
    };
    let unready = not_ready(&app).await;
    let (status, took) = soon("the end of the server", stopping).await.unwrap();
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(unready < Duration::from_secs(2), "ready for {unready:?} more");
    app.start_again();

    let mut byes = Vec::new();
    while byes.len() < STREAMS {
        byes.push(soon("a bye on every stream", reports.recv()).await.unwrap());
    }
    let tenths = spread(&byes);
    let fair = STREAMS / 10;
    assert!(tenths.iter().all(|count| (fair / 2..fair * 2).contains(count)), "{tenths:?}");
    // One part after the other, over three seconds.
    let (over, most) = stages(&byes);
    assert!(over > Duration::from_millis(1_500) && most < STREAMS / 2, "{over:?}, {most} within half a second");

    let mut answered = BTreeMap::new();
    while let Some(written) = writers.join_next().await {
        answered.extend(written.unwrap());
    }
    for n in 0..5 {
        // Thousands of clients come back at this moment: a server that is too busy says so, and is asked again.
        until_at_last("a change after the deploy", || async {
            let change = project.by.unchecked().patch(&project.at(&format!("/tasks/{}", tasks[0])));
            let answer = change.json(json!({"title": format!("After {n}")})).await;
            (answer.status != 503).then(|| answer.ok())
        })
        .await;
    }
    let events = project.events_after(0).await;
    end.send_replace(Some(events.last().unwrap().int("seq")));
    let all_readers = async {
        while let Some(reader) = readers.join_next().await {
            reader.unwrap();
        }
    };
    timeout(Duration::from_mins(2), all_readers).await.expect("all clients come back and get everything");

    // Every confirmed change is in the log, under its number.
    let told: BTreeMap<i64, _> =
        events.iter().map(|event| (event.int("seq"), event["changes"]["tasks"][0]["title"].clone())).collect();
    for (number, title) in &answered {
        assert_eq!(told[number], *title, "event {number}");
    }
    assert!(answered.len() >= 8, "{answered:?}");
    eprintln!(
        "{STREAMS} streams: not ready after {unready:?}, ended after {took:?}, {tenths:?} came back in each tenth; \
         byes over {over:?}, at most {most} in half a second"
    );
    project.settle().await;
}
