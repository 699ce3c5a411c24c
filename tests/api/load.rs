//! `boardcast load`: its figures add up on a server that does everything right, and show every mistake of one that
//! does not.

use std::process::{Command, ExitStatus};

use serde_json::Value;

use crate::support::{App, Auth, Fake, Fields, Home, Mistake, Tool, User, own_app, until_at_last};

fn load(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(&["load", "--json", "--people", "2", "--log", "warn"]);
    command.args(arguments);
    command
}

fn at(home: &Home, url: &str, token: &str, arguments: &[&str]) -> Command {
    let mut command = load(home, arguments);
    command.args(["--url", url, "--token", token]);
    command
}

fn secret(user: &User) -> &str {
    let Auth::Token(secret) = &user.auth else { panic!("called by token") };
    secret
}

/// The report, and how it ended.
async fn report(command: Command) -> (Value, ExitStatus, String) {
    let (status, out, err) = Tool::start(command).end().await;
    let report = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out} {err}"));
    (report, status, err)
}

#[track_caller]
fn figures(report: &Value, expected: &[(&str, i64)]) {
    let seen: Vec<(&str, i64)> = expected.iter().map(|(name, _)| (*name, report.int(name))).collect();
    assert_eq!(seen, expected, "{report}");
}

const FAULTLESS: &[(&str, i64)] =
    &[("lost", 0), ("doubled", 0), ("out_of_order", 0), ("wrong_chain", 0), ("skipped", 0), ("resets", 0)];

#[tokio::test]
async fn a_load_test_on_a_server_of_its_own_adds_up() {
    let home = Home::of_files();
    let command = load(&home, &["--streams", "40", "--seconds", "1", "--rate", "30"]);
    let (report, status, said) = report(command).await;
    assert!(status.success(), "{report} {said}");
    figures(&report, FAULTLESS);
    let delivered = 40 * 30;
    figures(&report, &[("streams", 40), ("connected", 40), ("changes", 30), ("cuts", 0)]);
    figures(&report, &[("expected", delivered), ("delivered", delivered)]);
    assert_eq!(report["latency_us"]["count"], delivered);
    let latency = |name: &str| report["latency_us"].int(name);
    assert!(latency("p50") <= latency("p90") && latency("p90") <= latency("p99") && latency("p99") <= latency("max"));
    // Of so few streams it may be less than what the server gave back meanwhile.
    assert!(report["memory_kib_per_stream"].is_f64() && report["memory_kib"].as_f64().unwrap() > 0.0, "{report}");
    assert!(report["cpu_us_per_delivery"].as_f64().unwrap() > 0.0, "{report}");
    assert_eq!((&report["clean"], &report["interrupted"]), (&true.into(), &false.into()));
    assert_eq!(said, "", "nothing stays");
}

#[tokio::test]
async fn the_settings_of_a_real_server_are_not_those_of_the_one_that_is_thrown_away() {
    let home = Home::of_files();
    let mut command = load(&home, &["--streams", "2", "--seconds", "1", "--rate", "2"]);
    command.env("BOARDCAST_SIGNUP", "closed").env("BOARDCAST_CONNECTIONS", "1");
    let (report, status, said) = report(command).await;
    assert!(status.success(), "{report} {said}");
    figures(&report, &[("delivered", 4)]);
}

#[tokio::test]
async fn a_load_test_on_a_running_server_takes_its_project_away_and_says_what_stays() {
    let (app, alice, ..) = own_app(&[]).await;
    let garden = alice.project_called("Garden").await;
    let command = at(app.home(), &app.url, secret(&alice), &["--streams", "6", "--seconds", "1", "--rate", "10"]);
    let (report, status, said) = report(command).await;
    assert!(status.success(), "{report} {said}");
    figures(&report, FAULTLESS);
    figures(&report, &[("delivered", 60)]);
    assert!(report["memory_kib_per_stream"].is_null(), "whose memory is not known: {report}");
    assert!(said.contains("2 accounts load-…@example.com"), "{said}");
    let mine = alice.get("/projects?archived=any").await.ok().list("items");
    assert_eq!(crate::support::each(&mine, "id"), [garden.id]);
    let accounts = app.administrator().await.get("/admin/users?q=load-").await.ok().list("items");
    assert_eq!(accounts.len(), 2);
}

#[tokio::test]
async fn streams_that_are_cut_by_a_restart_lose_nothing() {
    let (app, alice, ..) = own_app(&[]).await;
    let command = at(app.home(), &app.url, secret(&alice), &["--streams", "20", "--seconds", "4", "--rate", "40"]);
    let tool = Tool::start(command);
    halfway(&app, &alice, 40).await;
    let mut restarting = app.clone();
    tokio::task::spawn_blocking(move || restarting.restart_in_place()).await.unwrap();
    let (status, out, err) = tool.end().await;
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out} {err}"));
    assert!(status.success(), "{report} {err}");
    figures(&report, FAULTLESS);
    figures(&report, &[("connected", 20), ("changes", 160), ("expected", 20 * 160), ("delivered", 20 * 160)]);
    assert!(report.int("cuts") >= 20, "every stream was cut: {report}");
}

/// Wait until the load test has made this many changes.
async fn halfway(app: &App, by: &User, changes: i64) {
    let by = by.on(app);
    // On a busy machine the tool takes its time to connect.
    until_at_last("changes by the load test", || async {
        let projects = by.get("/projects").await.ok().list("items");
        let project = projects.iter().find(|project| project["name"] == "Load test")?.id();
        let titles = by.get(&format!("/projects/{project}/board")).await.ok().list("tasks");
        let numbers = titles.iter().filter_map(|task| task["title"].as_str()?.strip_prefix("Change ")?.parse().ok());
        (numbers.max().unwrap_or(0) >= changes).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_interrupted_load_test_reports_what_there_was_and_tidies_up() {
    let (app, alice, ..) = own_app(&[]).await;
    let command = at(app.home(), &app.url, secret(&alice), &["--streams", "10", "--seconds", "600", "--rate", "50"]);
    let tool = Tool::start(command);
    halfway(&app, &alice, 20).await;
    tool.interrupt();
    let (status, out, err) = tool.end().await;
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out} {err}"));
    assert!(status.success(), "{report} {err}");
    assert_eq!(report["interrupted"], true);
    figures(&report, FAULTLESS);
    assert!(report.int("changes") >= 20 && report.int("delivered") == 10 * report.int("changes"), "{report}");
    assert_eq!(report["expected"], report["delivered"]);
    assert!(alice.get("/projects?archived=any").await.ok().list("items").is_empty());
}

#[tokio::test]
async fn streams_that_a_server_does_not_take_are_said_and_an_error() {
    let (app, alice, ..) = own_app(&[("BOARDCAST_LIMITS", "on")]).await;
    let arguments = ["--streams", "22", "--seconds", "1", "--rate", "5", "--writers", "1"];
    let (report, status, err) = report(at(app.home(), &app.url, secret(&alice), &arguments)).await;
    assert!(!status.success(), "{report} {err}");
    figures(&report, FAULTLESS);
    // Ten streams for each of two tokens.
    figures(&report, &[("connected", 20), ("delivered", 100)]);
    assert!(report.int("busy") >= 2, "{report}");
}

async fn mistaken(mistake: Mistake) -> Value {
    let fake = Fake::start(mistake).await;
    let home = Home::of_files();
    let arguments = ["--streams", "7", "--seconds", "1", "--rate", "20", "--writers", "1"];
    let (report, status, said) = report(at(&home, &fake.url, "bc_x", &arguments)).await;
    assert_eq!(status.success(), mistake == Mistake::None, "{report} {said}");
    assert_eq!(report["clean"], mistake == Mistake::None);
    assert!(fake.was_tidied_up());
    figures(&report, &[("connected", 7), ("expected", 140)]);
    report
}

#[tokio::test]
async fn a_server_that_does_everything_right_is_not_accused() {
    let report = mistaken(Mistake::None).await;
    figures(&report, FAULTLESS);
    figures(&report, &[("delivered", 140)]);
}

#[tokio::test]
async fn a_server_that_loses_is_found_out() {
    let report = mistaken(Mistake::Lose).await;
    figures(&report, &[("delivered", 133), ("lost", 7), ("doubled", 0), ("out_of_order", 0), ("cuts", 0)]);
}

#[tokio::test]
async fn a_server_that_goes_on_too_late_after_a_cut_is_found_out() {
    let report = mistaken(Mistake::Skip).await;
    figures(&report, &[("doubled", 0), ("out_of_order", 0), ("cuts", 7), ("resets", 0)]);
    assert!(report.int("lost") >= 7 && report.int("lost") + report.int("delivered") == 140, "{report}");
}

#[tokio::test]
async fn a_server_that_doubles_is_found_out() {
    let report = mistaken(Mistake::Double).await;
    figures(&report, &[("delivered", 140), ("lost", 0), ("doubled", 7), ("out_of_order", 0), ("cuts", 0)]);
}

#[tokio::test]
async fn a_server_that_swaps_is_found_out() {
    let report = mistaken(Mistake::Swap).await;
    figures(&report, &[("delivered", 140), ("lost", 0), ("doubled", 0), ("out_of_order", 7), ("cuts", 0)]);
}

#[tokio::test]
async fn a_server_that_goes_on_with_another_history_is_found_out() {
    let report = mistaken(Mistake::Chain).await;
    figures(&report, &[("delivered", 140), ("lost", 0), ("doubled", 0), ("out_of_order", 0)]);
    assert!(report.int("wrong_chain") >= 1, "{report}");
}

#[tokio::test]
async fn a_server_that_says_what_it_leaves_out_is_not_clean_either() {
    let report = mistaken(Mistake::Reset).await;
    figures(&report, &[("delivered", 133), ("skipped", 7), ("resets", 7), ("lost", 0), ("doubled", 0)]);
}
