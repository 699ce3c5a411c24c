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
use tokio::{
    sync::Notify,
    task::{JoinHandle, JoinSet},
};

use crate::support::{App, Call, Fields, Project, User, own_app};

pub const WRITERS: usize = 8;

/// What a writer asked for under a key, and the version it was answered, if it was.
pub type Asked = BTreeMap<String, Option<i64>>;

/// A project that many write to, as seen at the server that runs at the moment.
#[derive(Clone)]
pub struct Team {
    pub alice: User,
    pub project: Project,
    column: Value,
    /// One for each writer.
    tasks: Vec<Value>,
}

impl Team {
    pub async fn new(alice: User) -> Self {
        let project = alice.project().await;
        let column = project.column("To do").await;
        let mut tasks = Vec::new();
        for n in 0..WRITERS {
            tasks.push(project.task(&column, &format!("Task of writer {n}")).await);
        }
        Self { alice, project, column, tasks }
    }

    pub fn on(&self, app: &App) -> Self {
        Self { alice: self.alice.on(app), project: self.project.on(app), ..self.clone() }
    }

    /// The n-th request of a writer: always the same, so that it can be sent once more.
    pub fn request(&self, key: &str) -> Call {
        let (writer, n) = numbers_of(key);
        let (user, task) = (self.alice.unchecked(), &self.tasks[writer]);
        let call = match n % 3 {
            0 => {
                let body = json!({"title": key, "column_id": self.column.id()});
                user.post(&self.project.at("/tasks")).json(body)
            }
            1 => user.patch(&self.project.task_at(task, "")).json(json!({"title": key})),
            _ => user.post(&self.project.task_at(task, "/checklist")).json(json!({"text": key})),
        };
        call.key(key)
    }

    /// The snapshot is what the events say, in the same life of the log.
    pub async fn check_board(&self, before: &Value) {
        // Task numbers come from a counter that the same transaction moved.
        let board = self.project.board().await;
        assert_eq!(board["epoch"], before["epoch"], "a crash is no restore");
        let tasks = board.list("tasks");
        let mut numbers: Vec<_> = tasks.iter().map(|task| task.int("number")).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<i64>>());
        self.project.settle().await;
    }

    /// Reads from now on, unless the server is gone already.
    pub async fn read(&self, path: &str) -> Reader {
        let mut stream = self.alice.attempt_stream(path, None).await;
        if let Some(stream) = &mut stream
            && let Some(first) = stream.read().await
        {
            assert_eq!(first.event, "hello");
        }
        let project = self.project.id.clone();
        let reading = tokio::spawn(async move {
            let Some(mut stream) = stream else { return (Vec::new(), None) };
            stream.drain().await;
            (stream.numbers(&project), stream.cursor)
        });
        Reader { path: path.to_owned(), reading }
    }
}

/// `r3-w5-12`: the thirteenth request of writer 5 in round 3.
pub fn numbers_of(key: &str) -> (usize, usize) {
    let (rest, n) = key.rsplit_once('-').unwrap();
    let (_, writer) = rest.rsplit_once('w').unwrap();
    (writer.parse().unwrap(), n.parse().unwrap())
}

/// Somebody who reads until the server is gone: the numbers he saw and where he would go on.
pub struct Reader {
    path: String,
    reading: JoinHandle<(Vec<i64>, Option<String>)>,
}

#[derive(Clone, Default)]
pub struct Ledger {
    pub asked: Arc<Mutex<Asked>>,
    /// How many answers did not know.
    pub unknown: Arc<AtomicUsize>,
    answered: Arc<AtomicUsize>,
    news: Arc<Notify>,
}

/// Writes until the server is gone; the last request is the one whose fate is not known.
pub async fn write(team: Team, name: String, ledger: Ledger) {
    for n in 0.. {
        let key = format!("{name}-{n}");
        ledger.asked.lock().unwrap().insert(key.clone(), None);
        match team.request(&key).attempt().await {
            Ok(answer) if answer.status < 300 => {
                ledger.answer(key, answer.body.version());
            }
            Ok(answer) => {
                assert_eq!(answer.status, 503, "{answer:?}");
                return;
            }
            Err(_) => return,
        }
    }
}

impl Ledger {
    /// All writers at once, each until the server is gone.
    pub fn begin(&self, team: &Team, round: usize) -> JoinSet<()> {
        let mut writers = JoinSet::new();
        for n in 0..WRITERS {
            writers.spawn(write(team.clone(), format!("r{round}-w{n}"), self.clone()));
        }
        writers
    }

    pub fn answers(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }

    /// Waits until this many requests were answered.
    pub async fn reaches(&self, enough: usize) {
        while self.answers() < enough {
            crate::support::soon("an answer", self.news.notified()).await;
        }
    }

    pub fn answer(&self, key: String, version: i64) {
        self.asked.lock().unwrap().insert(key, Some(version));
        self.answered.fetch_add(1, Ordering::SeqCst);
        self.news.notify_one();
    }
}

/// Writes under load until the server is lost, in the way that is given, and is there again. `before` is the board as it
/// was read of a server that lives: the one that is lost may be gone before the first request.
pub async fn round(
    app: &mut App,
    team: &Team,
    before: &Value,
    round: usize,
    lose: impl AsyncFnOnce(&mut App, &Ledger),
) {
    let start = before.int("seq");
    let single = team.read(&team.project.at("/events")).await;
    let whole = team.read("/events").await;

    let ledger = Ledger::default();
    let writers = ledger.begin(team, round);
    lose(app, &ledger).await;
    writers.join_all().await;
    let mut asked = std::mem::take(&mut *ledger.asked.lock().unwrap());
    let team = &team.on(app);
    for (key, version) in &mut asked {
        if version.is_none() {
            // Nobody knows what became of it: the key makes asking again safe.
            let answer = team.request(key).await;
            assert!(answer.status < 300, "{answer:?}");
            *version = Some(answer.body.version());
        }
    }
    let events = team.project.events_after(start).await;
    let head = start + i64::try_from(events.len()).unwrap();
    check_log(&events, start, &asked);
    team.check_board(before).await;
    resume(team, single, start, head).await;
    resume(team, whole, start, head).await;
}

/// Every answered change is told exactly once, in one order, and nothing else is.
pub fn check_log(events: &[Value], start: i64, asked: &Asked) {
    let numbers: Vec<_> = events.iter().map(|event| event.int("seq")).collect();
    assert_eq!(numbers, (start + 1..).take(events.len()).collect::<Vec<_>>());
    let mut causes: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for event in events {
        let told = causes.entry(event.str("cause")).or_default();
        told.push(event.int("seq"));
    }
    for (key, version) in asked {
        let told = causes.get(key).map(Vec::as_slice);
        assert_eq!(told, version.as_ref().map(std::slice::from_ref), "{key}");
    }
    assert_eq!(causes.len(), asked.len(), "nothing else happened");
}

/// A reader who comes back gets what he missed.
pub async fn resume(team: &Team, reader: Reader, start: i64, head: i64) {
    let (seen, cursor) = reader.reading.await.unwrap();
    assert_eq!(seen, (start + 1..).take(seen.len()).collect::<Vec<_>>());
    // Cut before anything came that one could go on from.
    let Some(cursor) = cursor else { return };
    let project = &team.project.id;
    let mut stream = team.alice.stream_from(&reader.path, &cursor).await;
    let hello = stream.hello().await["projects"][project].clone();
    assert_eq!(hello["status"], "ok", "{hello}");
    let (from, last) = (hello.int("from"), seen.last().copied().unwrap_or(start));
    if reader.path == "/events" {
        // A checkpoint may be older than the last event that was read, never newer.
        assert!(from <= last, "{from} was never read, only {last}");
    } else {
        assert_eq!(from, last, "exactly the rest");
    }
    stream.changes(usize::try_from(head - from).unwrap()).await;
    assert_eq!(stream.numbers(project), (from + 1..=head).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; run by tests/run crash"]
async fn what_was_answered_survives_kill_9() {
    let rounds = std::env::var("CRASH_ROUNDS").map_or(50, |rounds| rounds.parse().unwrap());
    let (mut app, alice, ..) = own_app(&[]).await;
    let team = Team::new(alice).await;
    for n in 0..rounds {
        let team = team.on(&app);
        let lose = async |app: &mut App, ledger: &Ledger| {
            // Never at the same point: after another number of answers in every round.
            ledger.reaches(3 + n * 7 % 60).await;
            off_thread(app, App::restart).await;
        };
        let before = team.project.board().await;
        round(&mut app, &team, &before, n, lose).await;
    }
}

/// Starting a server waits for it, which is nothing for a thread that others want too.
pub async fn off_thread<T: Send + 'static>(app: &mut App, start: impl FnOnce(&mut App) -> T + Send + 'static) -> T {
    let mut started = app.clone();
    let starting = tokio::task::spawn_blocking(move || {
        let answer = start(&mut started);
        (started, answer)
    });
    let answer;
    (*app, answer) = starting.await.unwrap();
    answer
}
