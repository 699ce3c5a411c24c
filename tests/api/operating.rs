//! What containers, shells and log collectors ask of the program.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::{
    crash::off_thread,
    support::{App, Fields, Gate, Home, Launch, LogReader, Receiver, SOON, Way, own_app, soon, until},
};

/// Without a thread of the runtime: what is asked may run on the same one.
async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// An address that is none of the API.
async fn get(app: &App, path: &str, header: (&str, &str)) -> reqwest::Response {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("{}{path}", app.url)).header(header.0, header.1).timeout(SOON).send().await.unwrap()
}

async fn healthcheck(home: &Home, address: &str, more: &[&str]) -> Output {
    run(home.command(&[&["healthcheck", "--listen", address], more].concat())).await
}

#[tokio::test]
async fn a_container_asks_whether_its_server_can_serve() {
    let (app, ..) = own_app(&[("BOARDCAST_HOSTS", "boards.example.org")]).await;
    let home = app.home().clone();
    let address = app.url.trim_start_matches("http://").to_owned();
    let well = healthcheck(&home, &address, &[]).await;
    assert_eq!(well.status.code(), Some(0), "{}", said(&well));
    let port = address.rsplit_once(':').unwrap().1;
    let everywhere = ["--public-url", "https://boards.example.org"];
    let well = healthcheck(&home, &format!("0.0.0.0:{port}"), &everywhere).await;
    assert_eq!(well.status.code(), Some(0), "{}", said(&well));

    let other = Receiver::start().await;
    let elsewhere = other.url("").trim_start_matches("http://").to_owned();
    let wrong = healthcheck(&home, &elsewhere, &[]).await;
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
    assert!(said(&wrong).contains("204"), "{}", said(&wrong));
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let late = healthcheck(&home, &silent.local_addr().unwrap().to_string(), &["--timeout", "1"]).await;
    assert!(late.status.code() == Some(1) && said(&late).contains("within 1 s"), "{}", said(&late));
    drop(silent);
    app.terminate().await;
    let gone = healthcheck(&home, &address, &[]).await;
    assert!(gone.status.code() == Some(1) && said(&gone).contains("is not ready"), "{}", said(&gone));
    let nowhere = healthcheck(&home, "127.0.0.1:0", &[]).await;
    assert!(nowhere.status.code() == Some(1) && said(&nowhere).contains("port 0"), "{}", said(&nowhere));
}

/// What only Postgres has.
mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn the_probe_says_what_is_missing() {
        let home = Home::new(&[]).await;
        let gate = Gate::before(home.database().unwrap()).await;
        let app = App::of(&home.with_database(&gate.url));
        let address = app.url.trim_start_matches("http://").to_owned();
        // It has begun: what a start asks has no time limit.
        until("ready", async || (get(&app, "/readyz", ("accept", "*/*")).await.status() == 200).then_some(())).await;
        for (way, codes) in [
            (Way::Stuck, ["database_timeout", "database_unavailable"]),
            (Way::Shut, ["database_unavailable", "database_timeout"]),
        ] {
            gate.set(way);
            let problem = until("not ready", async || {
                let answer = get(&app, "/readyz", ("accept", "*/*")).await;
                (answer.status() == 503).then_some(answer)
            })
            .await;
            assert!(!problem.headers()["retry-after"].is_empty());
            assert_eq!(problem.headers()["content-type"], "application/problem+json");
            let problem: Value = serde_json::from_str(&problem.text().await.unwrap()).unwrap();
            assert!(codes.contains(&problem.str("code").as_str()), "{way:?}: {problem}");
            assert!(
                problem.str("detail").contains("the database") && !problem.str("request_id").is_empty(),
                "{problem}"
            );
            let unwell = healthcheck(&home, &address, &[]).await;
            assert_eq!(unwell.status.code(), Some(1));
            assert!(said(&unwell).contains("the database"), "{}", said(&unwell));
            gate.set(Way::Open);
            until("ready", async || (get(&app, "/readyz", ("accept", "*/*")).await.status() == 200).then_some(()))
                .await;
        }
    }
}

#[track_caller]
fn objects(log: &str) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let all: Vec<Value> = log.lines().map(parse).collect();
    for line in &all {
        let level = line.str("level");
        assert!(["ERROR", "WARN", "INFO", "DEBUG"].contains(&level.as_str()), "{line}");
        assert!(line.str("timestamp").parse::<jiff::Timestamp>().is_ok() && !line.str("target").is_empty(), "{line}");
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_of_the_log_is_json_where_that_is_wanted() {
    let reader = LogReader::default();
    let (mut app, alice, ..) = own_app(&[]).await;
    let launch = Launch::default().read_by(&reader).with("BOARDCAST_LOG", "info").with("BOARDCAST_LOG_FORMAT", "json");
    off_thread(&mut app, move |app| app.restart_as(&launch)).await.unwrap();
    alice.on(&app).project().await;
    let request = until("the line of a request", async || {
        objects(&app.log()).into_iter().find(|line| line["route"] == "/api/v1/projects" && line["method"] == "POST")
    })
    .await;
    assert_eq!((request.int("status"), request.str("target").as_str()), (201, "boardcast::request"));
    assert!(request["caller"].is_string() && request["ms"].is_number() && request["id"].is_string(), "{request}");
    // What the process says by itself too.
    reader.stop();
    let (client, id) = (reqwest::Client::builder().no_proxy().build().unwrap(), "x".repeat(64));
    for _ in 0..4_000 {
        let answer = client.get(format!("{}/livez", app.url)).header("x-request-id", &id).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    reader.go_on();
    until("the number of lost lines", async || {
        let line = objects(&app.log()).into_iter().find(|line| line["message"].to_string().contains("dropped here"))?;
        assert_eq!(line.str("level"), "WARN");
        Some(())
    })
    .await;
    let home = Home::of_files();
    let refused = run(home.command(&["serve", "--listen", "0.0.0.0:0", "--log-format", "json"])).await;
    assert!(!refused.status.success());
    let lines = objects(&String::from_utf8_lossy(&refused.stderr));
    assert!(lines[0].str("message").contains("--public-url") && lines[0].str("level") == "ERROR", "{lines:?}");
}

#[tokio::test]
async fn shells_complete_the_words_of_the_program() {
    let home = Home::of_files();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(home.command(&["completions", shell])).await;
        assert!(output.status.success(), "{}", said(&output));
        let script = String::from_utf8(output.stdout).unwrap();
        for word in ["healthcheck", "public-url", "metrics"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
        if shell == "bash" {
            let file = home.data().join("completions");
            std::fs::write(&file, &script).unwrap();
            let mut bash = Command::new("bash");
            bash.arg("-c").arg(
                ". \"$0\"; COMP_WORDS=(boardcast health); COMP_CWORD=1; _boardcast boardcast health boardcast; \
                 echo \"${COMPREPLY[@]}\"",
            );
            bash.arg(&file);
            let completed = run(bash).await;
            assert_eq!(said(&completed).trim(), "healthcheck");
        }
    }
    assert!(!run(home.command(&["completions", "abacus"])).await.status.success());
}

#[tokio::test]
async fn there_is_a_manual_with_a_page_for_each_command() {
    let home = Home::of_files();
    let output = run(home.command(&["man"])).await;
    let page = String::from_utf8(output.stdout).unwrap();
    for word in [".TH boardcast 1", ".SH OPTIONS", "BOARDCAST_PUBLIC_URL", "healthcheck"] {
        assert!(page.contains(word), "no {word} in the manual");
    }
    let folder = home.data().join("man");
    let path = folder.to_str().unwrap();
    let nowhere = run(home.command(&["man", "--folder", path])).await;
    assert!(!nowhere.status.success() && said(&nowhere).contains(path), "{}", said(&nowhere));
    std::fs::create_dir(&folder).unwrap();
    assert!(run(home.command(&["man", "--folder", path])).await.status.success());
    for name in ["boardcast.1", "boardcast-backup.1", "boardcast-doctor.1", "boardcast-user-add.1"] {
        assert!(folder.join(name).exists(), "no {name}");
    }
}

#[tokio::test]
async fn a_probe_of_streams_comes_in_pieces() {
    let (app, ..) = own_app(&[]).await;
    let asked = std::time::Instant::now();
    let mut answer = get(&app, "/livez", ("accept", "text/event-stream")).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    let mut at = vec![];
    let mut text = String::new();
    while let Some(piece) = soon("a piece", answer.chunk()).await.unwrap() {
        at.push(asked.elapsed());
        text.push_str(&String::from_utf8_lossy(&piece));
    }
    assert_eq!(text.matches("event: probe\n").count(), 3, "{text}");
    assert!(at.last().unwrap().as_millis() - at[0].as_millis() > 400, "{at:?}");
    assert!(asked.elapsed() < SOON, "it ends");
    assert_eq!(get(&app, "/livez", ("accept", "*/*")).await.text().await.unwrap(), "ok\n");
}
