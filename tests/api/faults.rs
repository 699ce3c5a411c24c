//! What the server lives through while it goes on: locks that others hold, too few descriptors, a clock that jumps.
//! What ends it, its disk or its database is in `below`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::net::TcpStream;

use crate::{
    crash::off_thread,
    support::{Answer, App, Fields, Home, Launch, PASSWORD, own_app, soon},
};

/// Somebody at the same database who keeps everybody else from writing.
enum Lock {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Lock {
    async fn take(home: &Home) -> Self {
        if let Some(url) = home.database() {
            let mut connection = PgConnection::connect(url).await.unwrap();
            connection.execute("begin; lock table projects, sessions, tokens in exclusive mode").await.unwrap();
            return Self::Postgres(connection);
        }
        let options = SqliteConnectOptions::new().filename(home.data().join("boardcast.db"));
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        connection.execute("begin immediate").await.unwrap();
        Self::Sqlite(connection)
    }

    async fn give_back(self) {
        match self {
            Self::Sqlite(mut connection) => drop(connection.execute("rollback").await.unwrap()),
            Self::Postgres(mut connection) => drop(connection.execute("rollback").await.unwrap()),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_somebody_else_holds_is_no_failure_of_ours() {
    let (app, alice, bob, ..) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    let head = project.seq().await;
    // Never used before: that it is now would be noted.
    let fresh = alice.by_cookie().await.by_token(json!({})).await;
    let body = json!({"name": "To do"});
    let post = || alice.unchecked().post(&project.at("/columns")).json(body.clone()).key("once");

    let lock = Lock::take(app.home()).await;
    let (one, other) = (post(), post());
    let refused = tokio::spawn(async move { tokio::join!(one, other).into() });
    // Meanwhile everybody reads.
    let began = Instant::now();
    fresh.get(&project.at("/board")).await.ok();
    bob.get("/projects").await.ok();
    bob.stream(&project.at("/events")).await.hello().await;
    assert!(began.elapsed() < Duration::from_secs(4), "reading waited for the lock: {:?}", began.elapsed());
    let refused: [Answer; 2] = refused.await.unwrap();
    for answer in refused {
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(answer.problem(503, "unavailable")["outcome"], "not_done");
    }
    let sign_in = json!({"email": alice.email, "password": PASSWORD});
    app.anonymous().post("/session").json(sign_in.clone()).await.problem(503, "unavailable");
    assert_eq!(project.seq().await, head);
    lock.give_back().await;

    let column = alice.post(&project.at("/columns")).json(body.clone()).key("once").await.created();
    assert_eq!(column.version(), head + 1);
    assert_eq!(stream.change().await["seq"], head + 1);
    app.anonymous().post("/session").json(sign_in).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_descriptors_are_enough_for_the_database_and_those_who_are_in() {
    const FILES: usize = 128;
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let script = format!("ulimit -n {FILES}; exec \"$@\"");
    let launch = Launch::default().through(&["sh", "-c", &script, "sh"]);
    off_thread(&mut app, move |app| app.restart_as(&launch)).await.unwrap();
    let (alice, project) = (alice.on(&app), project.on(&app));
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    assert!(app.log().contains("limit of open files"), "{}", app.log());

    // The stream has a connection of its own; these make some for everything else, one of which is always free.
    let calls = (0..6).map(|_| tokio::spawn(alice.get("/me").into_future()));
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().ok();
    }

    let address = app.url.trim_start_matches("http://").to_owned();
    let mut idle = vec![];
    for _ in 0..FILES + 32 {
        // Whoever is not let in waits in the kernel's line, which is about as long.
        idle.push(soon("a connection", TcpStream::connect(&address)).await.unwrap());
    }
    // This one came before the others, and its stream too.
    project.column("To do").await;
    assert_eq!(stream.change().await["type"], "column.created");
    // As many as will be let in are in by now.
    for _ in 0..50 {
        alice.get("/me").await.ok();
    }
    let open = std::fs::read_dir(format!("/proc/{}/fd", app.process())).unwrap().count();
    assert!(open >= FILES / 2, "only {open} descriptors are taken");
    assert!(open <= FILES - 16, "{open} of {FILES} descriptors are taken");
    drop(idle);
    // Somebody new is let in once others have left.
    let new = App::clone(&app).administrator().await;
    new.get("/session").await.ok();
    project.column("Doing").await;
    assert_eq!(stream.change().await["type"], "column.created");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_signs_nobody_out_and_keeps_the_order() {
    const HOUR: i64 = 3_600_000;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clock");
    let clock = |shift: i64| {
        // Replaced, never half written.
        let next = folder.path().join("next");
        std::fs::write(&next, shift.to_string()).unwrap();
        std::fs::rename(next, &file).unwrap();
    };
    clock(0);
    let (app, alice, ..) = own_app(&[("BOARDCAST_TEST_CLOCK_FILE", file.to_str().unwrap())]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let session = alice.by_cookie().await;
    let soon_over = (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(30)).to_string();
    let short = session.by_token(json!({"expires_at": soon_over})).await;
    let mut streams = vec![alice.stream(&project.at("/events")).await, alice.stream("/events").await];
    let mut ending = short.stream(&project.at("/events")).await;
    for stream in streams.iter_mut().chain([&mut ending]) {
        stream.hello().await;
    }
    let first = project.seq().await + 1;
    let mut ids = vec![];
    let mut instants: Vec<Value> = vec![];
    for shift in [0, -HOUR, -HOUR - 1, 0, -HOUR, HOUR, 0, -HOUR] {
        clock(shift);
        for _ in 0..3 {
            ids.push(project.task(&column, "A task").await.id());
        }
        // Nobody is signed out, and a retry is still one.
        session.get("/session").await.ok();
        alice.get("/me").await.ok();
        let again = alice.by_cookie().await;
        again.get("/session").await.ok();
        let key = format!("key {shift}").replace(' ', "-");
        let body = json!({"name": key, "colour": "#3366cc"});
        let label = || alice.post(&project.at("/labels")).json(body.clone()).key(&key);
        let (once, twice) = (label().await.created(), label().await.created());
        assert_eq!(once, twice);
        ids.push(once.id());
        if shift == HOUR {
            short.get("/me").await.problem(401, "unauthenticated");
            ending.end().await;
            assert!(ending.saw("bye"), "{:?}", ending.seen);
        }
    }
    let events = project.events_after(first - 1).await;
    let numbers: Vec<_> = events.iter().map(|event| event.int("seq")).collect();
    assert_eq!(numbers, (first..).take(events.len()).collect::<Vec<_>>());
    instants.extend(events.iter().map(|event| event["at"].clone()));
    assert!(!instants.is_sorted_by_key(ToString::to_string), "the clock went back: {instants:?}");
    for stream in &mut streams {
        stream.changes(events.len()).await;
        assert_eq!(stream.numbers(&project.id), numbers);
    }
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    // The label of a shift that comes twice is the same one.
    assert_eq!(count - ids.len(), 4, "ids are unique");
    project.settle().await;

    // Half a day of silence ends a session, by whatever clock.
    clock(13 * HOUR);
    session.get("/session").await.problem(401, "unauthenticated");
    alice.get("/me").await.ok();
    let log = app.log();
    assert!(!log.contains("panicked"), "{log}");
}
