//! What surrounds the process: whoever reads its log, signals, threads, the clock.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    crash::off_thread,
    support::{App, Fields, Home, Launch, LogReader, SOON, Stream, Tool, User, own_app, soon, until},
};

/// More lines than a pipe and the server's own queue hold.
const MANY: usize = 4_000;

/// Asks many times at once; answers how many answers came.
async fn ask(app: &App, count: usize) -> usize {
    let address = app.url.trim_start_matches("http://").to_owned();
    let socket = TcpStream::connect(&address).await.unwrap();
    let (mut answers, mut requests) = socket.into_split();
    let asking = tokio::spawn(async move {
        let id = "x".repeat(64);
        let one = format!("GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-Id: {id}\r\n\r\n");
        for _ in 0..count - 1 {
            requests.write_all(one.as_bytes()).await.unwrap();
        }
        requests.write_all(one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
        requests
    });
    let mut text = String::new();
    let answered = answers.read_to_string(&mut text);
    tokio::time::timeout(SOON * 6, answered).await.expect("all answers").unwrap();
    drop(asking.await.unwrap());
    text.matches("HTTP/1.1 200").count()
}

/// A server whose log this reader reads, with Alice.
async fn read_by(reader: &LogReader) -> (App, User) {
    let (mut app, alice, ..) = own_app(&[]).await;
    let launch = Launch::default().read_by(reader).with("BOARDCAST_LOG", "info");
    off_thread(&mut app, move |app| app.restart_as(&launch)).await.unwrap();
    let alice = alice.on(&app);
    (app, alice)
}

/// Everything is as ever, and the server ends when it is asked to.
async fn serves_and_ends(app: &App, alice: &User) {
    let project = alice.project().await;
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    project.column("To do").await;
    stream.change().await;
    let asked = Instant::now();
    let (ended, _) = tokio::join!(soon("the end", app.terminate()), stream.event("bye"));
    assert_eq!(ended.code(), Some(0));
    assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_nothing_reads_stops_nothing() {
    let reader = LogReader::default();
    let (app, alice) = read_by(&reader).await;
    reader.stop();
    assert_eq!(ask(&app, MANY).await, MANY);
    serves_and_ends(&app, &alice).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_read_again_says_how_much_is_missing() {
    let reader = LogReader::default();
    let (app, _) = read_by(&reader).await;
    reader.stop();
    assert_eq!(ask(&app, MANY).await, MANY);
    reader.go_on();
    let said = until("the number of lines", async || {
        let log = app.log();
        let at = log.find(" lines were dropped")?;
        log[..at].rsplit(' ').next()?.parse::<usize>().ok()
    });
    let dropped = said.await;
    let log = app.log();
    let lines = log.lines().filter(|line| line.contains("/livez")).count();
    assert!(dropped > 0 && lines + dropped >= MANY, "{lines} lines and {dropped} dropped");
    assert_eq!(ask(&app, 3).await, 3);
    until("the next lines", async || {
        let now = app.log().lines().filter(|line| line.contains("/livez")).count();
        (now > lines).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_reader_that_goes_away_stops_nothing() {
    let reader = LogReader::brief();
    let (app, alice) = read_by(&reader).await;
    reader.go_away();
    for _ in 0..3 {
        assert_eq!(ask(&app, 50).await, 50);
    }
    serves_and_ends(&app, &alice).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standard_output_that_is_closed_or_broken_stops_nothing() {
    for closed in [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", ""] {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let home = Home::of_files();
        let mut command = home.command(&["serve", "--listen", &free.to_string()]);
        let words: Vec<_> =
            std::iter::once(command.get_program()).chain(command.get_args()).map(ToOwned::to_owned).collect();
        command = Command::new("sh");
        command.arg("-c").arg(format!("exec \"$@\" {closed}")).arg("sh").args(words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Whoever would read the rest is gone before there is anything.
        drop((child.stdout.take(), child.stderr.take()));
        until("a server", async || TcpStream::connect(free).await.ok()).await;
        let mut socket = TcpStream::connect(free).await.unwrap();
        for _ in 0..3 {
            socket.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
            let mut answer = [0; 15];
            soon("an answer", socket.read_exact(&mut answer)).await.unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200 OK", "{closed}");
            let mut rest = vec![0; 4096];
            assert!(soon("the rest", socket.read(&mut rest)).await.unwrap() > 0);
        }
        drop(socket);
        assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
        assert_eq!(soon("the end", ended).await.unwrap().code(), Some(0), "{closed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_follows_a_server_ends_quietly_when_its_reader_goes_away() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let crate::support::Auth::Token(token) = &alice.auth else { unreachable!() };
    let mut command = app.home().command(&["tail", "--url", &app.url, "--all"]);
    command.env("BOARDCAST_TOKEN", token).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    project.column("To do").await;
    let mut child = command.spawn().unwrap();
    let ended = tokio::task::spawn_blocking(move || {
        // As `head -2` does, and nothing happens after that.
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(2);
        let lines: Vec<String> = lines.map(Result::unwrap).collect();
        (lines, child.wait_with_output().unwrap())
    });
    let (lines, output) = soon("its end", ended).await.unwrap();
    assert!(lines[0].contains("project.created") && lines[1].contains("column.created"), "{lines:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("panicked") && !said.contains("pipe"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_follows_a_server_is_stopped_while_its_reader_has_stopped_reading() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let crate::support::Auth::Token(token) = &alice.auth else { unreachable!() };
    let mut command = app.home().command(&["tail", "--url", &app.url, "--json"]);
    command.env("BOARDCAST_TOKEN", token);
    let mut tool = Tool::start(command);
    tool.says("connected").await;
    // More than a pipe holds.
    for n in 0..4 {
        let long = json!({"title": format!("{n}"), "description": "x".repeat(60_000)});
        project.task_with(&column, long).await;
    }
    tool.line().await;
    tool.interrupt();
    let status = soon("its end", tool.status()).await;
    assert_eq!(status.code(), Some(0), "{status}");
}

/// A server with a stream.
async fn streaming() -> (App, User, Stream) {
    let (app, alice, ..) = own_app(&[]).await;
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    (app, alice, stream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_signal_that_ends_a_process_is_a_goodbye() {
    for signal in ["TERM", "INT", "QUIT", "HUP"] {
        let (app, _, mut stream) = streaming().await;
        app.signal(signal);
        stream.event("bye").await;
        assert_eq!(app.ended().await.code(), Some(0), "{signal}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signals_that_mean_nothing_to_a_server_end_nothing() {
    let (app, alice, mut stream) = streaming().await;
    for signal in ["USR1", "USR2", "PIPE", "WINCH", "CHLD"] {
        app.signal(signal);
        let project = alice.project().await;
        stream.frame("a change", |frame| frame.data["project"] == project.id).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_started_to_outlive_its_terminal_does() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let launch = Launch::default().through(&["nohup"]);
    off_thread(&mut app, move |app| app.restart_as(&launch)).await.unwrap();
    app.signal("HUP");
    alice.on(&app).project().await;
    assert_eq!(app.terminate().await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_ends_at_once() {
    for (first, second, code) in [("TERM", "TERM", 143), ("INT", "INT", 130), ("HUP", "TERM", 143)] {
        let (app, ..) = own_app(&[]).await;
        // A request that will never be whole.
        let address = app.url.trim_start_matches("http://").to_owned();
        let mut stuck = TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nOrigin: {}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{{",
            app.url
        );
        stuck.write_all(head.as_bytes()).await.unwrap();
        let mut other = TcpStream::connect(&address).await.unwrap();
        other.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        soon("an answer", other.read_exact(&mut [0; 12])).await.unwrap();
        app.signal(first);
        until("the stop", async || app.log().contains("asked to stop").then_some(())).await;
        let asked = Instant::now();
        app.signal(second);
        assert_eq!(app.ended().await.code(), Some(code));
        assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    }
}

/// The words before a command that is run by a user who owns nothing here and may have so many processes.
fn as_stranger(processes: u32) -> Vec<String> {
    let limit = format!("--nproc={processes}");
    let root = rustix::process::geteuid().is_root();
    let user: &[&str] = if root { &["setpriv", "--reuid=61234", "--regid=61234", "--clear-groups", "--"] } else { &[] };
    ["prlimit", &limit, "--"].iter().chain(user).map(ToString::to_string).collect()
}

#[test]
fn too_few_processes_are_said_in_words() {
    let home = Home::of_files();
    let words = as_stranger(4);
    let command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut through = Command::new(&words[0]);
    through.args(&words[1..]).arg(command.get_program()).args(command.get_args()).current_dir("/");
    let output = through.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("threads could be started") && said.contains("ulimit -u"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_by_days_and_back_loses_no_session_and_no_key() {
    const DAYS: i64 = 2 * 24 * 3_600_000;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clock");
    let clock = |shift: i64| {
        let next = folder.path().join("next");
        std::fs::write(&next, shift.to_string()).unwrap();
        std::fs::rename(next, &file).unwrap();
    };
    clock(0);
    let settings = [("BOARDCAST_TEST_CLOCK_FILE", file.to_str().unwrap()), ("BOARDCAST_TEST_SWEEP_EVERY", "30")];
    let (app, alice, ..) = own_app(&settings).await;
    let session = alice.by_cookie().await;
    let project = alice.project().await;
    let body = json!({"name": "Once", "colour": "#3366cc"});
    let once = || alice.post(&project.at("/labels")).json(body.clone()).key("once");
    let label = once().await.created();
    // A session that is over by any clock: that it goes shows that a sweep came by.
    let swept = async |name: &str| {
        let db = match app.home().database() {
            Some(url) => boardcast::db::Db::postgres(url, boardcast::config::Commit::Shared).await.unwrap(),
            None => {
                boardcast::db::Db::sqlite(&app.home().data().join("boardcast.db"), boardcast::config::Commit::Shared)
                    .await
                    .unwrap()
            }
        };
        let insert = "insert into sessions (id, secret_hash, user_id, remember, user_agent, data, created_at, last_seen_at, expires_at)
             select $1, $2, id, false, '', '{}', 1, 1, 1 from users where id = $3";
        let id = uuid::Uuid::now_v7();
        let user = uuid::Uuid::parse_str(&alice.id).unwrap();
        let name = name.to_owned();
        for _ in 0..2 {
            let (id, name) = (boardcast::base::ids::SessionId(id), name.clone());
            db.execute(insert, |query| query.bind(id).bind(name).bind(boardcast::base::ids::UserId(user)))
                .await
                .unwrap();
            until("a sweep", async || {
                let count = db.query("select count(*) from sessions where id = $1").bind(id).one::<(i64,)>().await;
                (count.unwrap().0 == 0).then_some(())
            })
            .await;
        }
        db.close().await;
    };
    for shift in [DAYS, 0, -DAYS, 0, DAYS, 3 * DAYS, 0] {
        clock(shift);
        swept(&format!("swept {shift}")).await;
    }
    session.get("/session").await.ok();
    assert_eq!(once().await.created().id(), label.id(), "a retry is still one");
}
