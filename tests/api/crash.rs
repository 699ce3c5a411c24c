//! `kill -9` under load, again and again: every change that was answered is there with its event
//! exactly once, and readers go on where they were. Run by its own part: `tests/run crash`.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::{sync::Notify, task::JoinSet};

use crate::support::{App, Call, Fields, Project, Stream, User, own_app};

const WRITERS: usize = 8;

/// What a writer asked for under a key, and the version it was answered, if it was.
type Asked = BTreeMap<String, Option<i64>>;

fn request(
    user: &User,
    project: &Project,
    column: &Value,
    task: &Value,
    key: &str,
    n: usize,
) -> Call {
    let user = user.unchecked();
    let call = match n % 3 {
        0 => user
            .post(&project.at("/tasks"))
            .json(json!({"title": key, "column_id": column.id()})),
        1 => user
            .patch(&project.task_at(task, ""))
            .json(json!({"title": key})),
        _ => user
            .post(&project.task_at(task, "/checklist"))
            .json(json!({"text": key})),
    };
    call.key(key)
}

/// Writes until the server is gone; the last request is the one whose fate is not known.
async fn write(
    user: User,
    project: Project,
    column: Value,
    task: Value,
    name: String,
    asked: Arc<Mutex<Asked>>,
    answered: Arc<AtomicUsize>,
    news: Arc<Notify>,
) {
    for n in 0.. {
        let key = format!("{name}-{n}");
        asked.lock().unwrap().insert(key.clone(), None);
        match request(&user, &project, &column, &task, &key, n)
            .attempt()
            .await
        {
            Ok(answer) if answer.status < 300 => {
                asked
                    .lock()
                    .unwrap()
                    .insert(key, Some(answer.body.version()));
                answered.fetch_add(1, Ordering::SeqCst);
                news.notify_one();
            }
            Ok(answer) => {
                assert_eq!(answer.status, 503, "{answer:?}");
                return;
            }
            Err(_) => return,
        }
    }
}

/// Reads until the server is gone; gives the numbers it saw and where it would go on.
async fn read(mut stream: Stream, project: String) -> (Vec<i64>, Option<String>) {
    stream.drain().await;
    (stream.numbers(&project), stream.cursor)
}

async fn round(
    app: &mut App,
    alice: &User,
    project: &Project,
    column: &Value,
    tasks: &[Value],
    round: usize,
) {
    let (alice, project) = (&alice.on(app), &project.on(app));
    let before = project.board().await;
    let start = before.int("seq");
    let epoch = before.str("epoch");

    let mut single = alice.stream(&project.at("/events")).await;
    let mut whole = alice.stream("/events").await;
    single.hello().await;
    whole.hello().await;
    let single = tokio::spawn(read(single, project.id.clone()));
    let whole = tokio::spawn(read(whole, project.id.clone()));

    let asked = Arc::new(Mutex::new(Asked::new()));
    let answered = Arc::new(AtomicUsize::new(0));
    let news = Arc::new(Notify::new());
    let mut writers = JoinSet::new();
    for (n, task) in tasks.iter().enumerate() {
        let name = format!("r{round}-w{n}");
        writers.spawn(write(
            alice.clone(),
            project.clone(),
            column.clone(),
            task.clone(),
            name,
            asked.clone(),
            answered.clone(),
            news.clone(),
        ));
    }
    // Never at the same point: after another number of answers in every round.
    let enough = 3 + round * 7 % 60;
    while answered.load(Ordering::SeqCst) < enough {
        crate::support::soon("an answer", news.notified()).await;
    }
    let mut restarted = app.clone();
    *app = tokio::task::spawn_blocking(move || {
        restarted.restart();
        restarted
    })
    .await
    .unwrap();
    writers.join_all().await;
    let asked = Arc::into_inner(asked).unwrap().into_inner().unwrap();

    let (alice, project) = (&alice.on(app), &project.on(app));
    let mut asked_again = BTreeMap::new();
    for (key, version) in &asked {
        let (name, n) = key.rsplit_once('-').unwrap();
        let writer: usize = name.rsplit_once('w').unwrap().1.parse().unwrap();
        if version.is_none() {
            // Nobody knows what became of it: the key makes asking again safe.
            let call = request(
                alice,
                project,
                column,
                &tasks[writer],
                key,
                n.parse().unwrap(),
            );
            let answer = call.await;
            assert!(answer.status < 300, "{answer:?}");
            asked_again.insert(key.clone(), answer.body.version());
        }
    }
    let events = project.events_after(start).await;
    let numbers: Vec<_> = events.iter().map(|event| event.int("seq")).collect();
    let head = start + i64::try_from(events.len()).unwrap();
    assert_eq!(
        numbers,
        (start + 1..=head).collect::<Vec<_>>(),
        "one order without a gap"
    );
    let mut causes: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for event in &events {
        causes
            .entry(event.str("cause"))
            .or_default()
            .push(event.int("seq"));
    }
    for (key, version) in &asked {
        let version = version.unwrap_or_else(|| asked_again[key]);
        assert_eq!(
            causes.get(key),
            Some(&vec![version]),
            "{key} was answered, and told"
        );
    }
    assert_eq!(causes.len(), asked.len(), "and nothing else happened");

    // Task numbers, which come from a counter of the same transaction.
    let board = project.board().await;
    assert_eq!(board.str("epoch"), epoch, "a crash is no restore");
    let mut numbers: Vec<_> = board
        .list("tasks")
        .iter()
        .map(|task| task.int("number"))
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<i64>>());
    project.settle().await;

    for (path, reader) in [(project.at("/events"), single), ("/events".into(), whole)] {
        let (seen, cursor) = reader.await.unwrap();
        assert_eq!(seen, (start + 1..).take(seen.len()).collect::<Vec<_>>());
        let cursor = cursor.unwrap_or_default();
        if cursor.is_empty() {
            // It was cut before anything came that one could go on from.
            continue;
        }
        let mut stream = alice.stream_from(&path, &cursor).await;
        let hello = stream.hello().await["projects"][&project.id].clone();
        assert_eq!(hello["status"], "ok", "{hello}");
        let from = hello.int("from");
        let last = seen.last().copied().unwrap_or(start);
        // A checkpoint may lie behind the last event that was read, never before it.
        assert!(from <= last, "{from} is beyond what was read, {last}");
        if path != "/events" {
            assert_eq!(from, last, "exactly the rest");
        }
        stream.changes(usize::try_from(head - from).unwrap()).await;
        assert_eq!(
            stream.numbers(&project.id),
            (from + 1..=head).collect::<Vec<_>>()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; run by tests/run crash"]
async fn what_was_answered_survives_kill_9() {
    let rounds = std::env::var("CRASH_ROUNDS").map_or(50, |rounds| rounds.parse().unwrap());
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut tasks = Vec::new();
    for n in 0..WRITERS {
        tasks.push(project.task(&column, &format!("Task of writer {n}")).await);
    }
    for n in 0..rounds {
        round(&mut app, &alice, &project, &column, &tasks, n).await;
    }
}
