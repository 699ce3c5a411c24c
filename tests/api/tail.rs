//! `boardcast tail`: events as lines, through cuts, and a word about whatever is wrong with them.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{App, Auth, Fake, Fields, Home, Mistake, Project, Tool, User, own_app, until};

fn tail(app: &App, by: &User, arguments: &[&str]) -> Command {
    let Auth::Token(secret) = &by.auth else { panic!("called by token") };
    at(app.home(), &app.url, secret, arguments)
}

fn at(home: &Home, url: &str, token: &str, arguments: &[&str]) -> Command {
    let mut command = home.command(&["tail", "--url", url]);
    command.args(arguments).env("BOARDCAST_TOKEN", token);
    command
}

async fn garden(alice: &User) -> (Project, Value) {
    let project = alice.project_called("Garden").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Water the roses").await;
    (project, task)
}

async fn rename(project: &Project, task: &Value, title: &str) -> i64 {
    let body = json!({"title": title});
    project.by.patch(&project.task_at(task, "")).json(body).await.ok().version()
}

#[tokio::test]
async fn events_are_printed_as_they_happen() {
    let (app, alice, ..) = own_app(&[]).await;
    let (project, task) = garden(&alice).await;
    let mut tool = Tool::start(tail(&app, &alice, &["--project", &project.key.to_lowercase()]));
    let connected = tool.says("connected at").await;
    assert!(connected.ends_with(&format!("{} {}", project.key, project.seq().await)), "{connected}");
    let seq = rename(&project, &task, "Water the tulips").await;
    let line = tool.line().await;
    let event = project.events_after(seq - 1).await[0].clone();
    let id = task.id();
    let short = &id[id.len() - 6..];
    assert_eq!(
        line,
        format!(
            "{} {} {seq} task.changed Alice  tasks …{short} title=\"Water the tulips\"",
            event.str("at"),
            project.key
        )
    );
    tool.interrupt();
    let (status, out, _) = tool.end().await;
    assert!(status.success() && out.is_empty(), "{out}");
}

#[tokio::test]
async fn the_log_is_printed_first_and_the_rest_follows() {
    let (app, alice, ..) = own_app(&[]).await;
    let (project, task) = garden(&alice).await;
    for n in 0..250 {
        let body = json!({"title": format!("Title {n}")});
        alice.unchecked().patch(&project.task_at(&task, "")).json(body).await.ok();
    }
    let head = project.seq().await;
    let count = (head + 1).to_string();
    let mut tool = Tool::start(tail(&app, &alice, &["--project", &project.id, "--all", "--json", "--count", &count]));
    tool.says("connected").await;
    rename(&project, &task, "Live").await;
    let (status, out, err) = tool.end().await;
    assert!(status.success(), "{err}");
    let printed: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(printed, project.events_after(0).await);

    let since = (head - 1).to_string();
    let arguments = ["--project", &project.id, "--since", &since, "--json", "--count", "2"];
    let (status, out, err) = Tool::start(tail(&app, &alice, &arguments)).end().await;
    assert!(status.success(), "{err}");
    let printed: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(printed, project.events_after(head - 1).await);
    project.settle().await;
}

#[tokio::test]
async fn all_projects_of_a_token_are_followed_and_those_that_come_later() {
    let (app, alice, ..) = own_app(&[]).await;
    let (first, task) = garden(&alice).await;
    let second = alice.project_called("House").await;
    let mut tool = Tool::start(tail(&app, &alice, &[]));
    tool.says("connected").await;
    rename(&first, &task, "One").await;
    assert!(tool.line().await.contains(&format!(" {} ", first.key)));
    second.column("Two").await;
    assert!(tool.line().await.contains(&format!(" {} ", second.key)));
    let third = alice.project_called("Later").await;
    tool.says(&format!("{} joined", third.key)).await;
    third.column("Three").await;
    assert!(tool.line().await.contains(" column.created Alice"));
    alice.delete(&third.at("")).await.no_content();
    tool.says("left: deleted").await;
    rename(&first, &task, "Four").await;
    assert!(tool.line().await.contains("\"Four\""));
}

#[tokio::test]
async fn a_tail_goes_on_after_a_restart_where_it_was() {
    for all in [false, true] {
        let (mut app, alice, ..) = own_app(&[]).await;
        let (project, task) = garden(&alice).await;
        let one: &[&str] = if all { &[] } else { &["--project", &project.id] };
        let mut tool = Tool::start(tail(&app, &alice, one));
        tool.says("connected").await;
        rename(&project, &task, "Before").await;
        assert!(tool.line().await.contains("\"Before\""));
        app.restart_in_place();
        let project = project.on(&app);
        rename(&project, &task, "Meanwhile").await;
        tool.says("again in").await;
        tool.says("connected again").await;
        assert!(tool.line().await.contains("\"Meanwhile\""));
        rename(&project, &task, "After").await;
        assert!(tool.line().await.contains("\"After\""));
        tool.interrupt();
        let (status, out, err) = tool.end().await;
        assert!(status.success() && out.is_empty(), "{out} {err}");
    }
}

#[tokio::test]
async fn a_tail_ends_with_its_project() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let (project, _) = garden(&alice).await;
    project.add(&bob, "viewer").await;
    let mut tool = Tool::start(tail(&app, &bob, &["--project", &project.id]));
    tool.says("connected").await;
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    tool.says("left: removed").await;
    let (status, ..) = tool.end().await;
    assert!(status.success());
    let (status, _, err) = Tool::start(tail(&app, &bob, &["--project", &project.id])).end().await;
    assert!(!status.success() && err.contains("no project"), "{err}");
    let (status, _, err) = Tool::start(at(app.home(), &app.url, "bc_nonsense", &[])).end().await;
    assert!(!status.success() && err.contains("401"), "{err}");
}

/// What a server that makes this mistake with the third of five events is accused of.
async fn accused(mistake: Mistake) -> (bool, String, Vec<i64>) {
    let fake = Fake::start(mistake).await;
    let home = Home::of_files();
    let mut tool = Tool::start(at(&home, &fake.url, "bc_x", &["--project", "fake", "--json"]));
    tool.says("connected").await;
    for n in 0..5 {
        if mistake == Mistake::Skip && n == 3 {
            // The third was the end of the first stream; what follows is for the second.
            tool.says("connected again").await;
        }
        fake.tell();
    }
    let mut seqs = vec![];
    while seqs.last() != Some(&15) {
        seqs.push(serde_json::from_str::<Value>(&tool.line().await).unwrap().int("seq"));
    }
    tool.interrupt();
    let (status, _, err) = tool.end().await;
    until("the end of the stream", || async { (fake.readers() == 0).then_some(()) }).await;
    (status.success(), err, seqs)
}

#[tokio::test]
async fn every_mistake_of_a_server_is_said() {
    let (clean, said, seqs) = accused(Mistake::None).await;
    assert!(clean && said.is_empty(), "{said}");
    assert_eq!(seqs, [11, 12, 13, 14, 15]);
    for (mistake, words, expected) in [
        (Mistake::Lose, "gap in FAKE: 1 are missing before 14", &[11, 12, 14, 15][..]),
        (Mistake::Double, "double in FAKE: 13", &[11, 12, 13, 14, 15]),
        (Mistake::Swap, "out of order in FAKE: 13", &[11, 12, 14, 13, 15]),
        (Mistake::Reset, "reset of FAKE (trimmed): 1 are left out up to 13", &[11, 12, 14, 15]),
    ] {
        let (clean, said, seqs) = accused(mistake).await;
        assert!(!clean && said.contains(words), "{mistake:?}: {said}");
        assert_eq!(seqs, expected, "{mistake:?}");
    }
    let (clean, said, seqs) = accused(Mistake::Chain).await;
    assert!(!clean && said.contains("another history of FAKE: 13 does not follow"), "{said}");
    assert_eq!(seqs, [11, 12, 13, 14, 15]);
    let (clean, said, seqs) = accused(Mistake::Skip).await;
    assert!(!clean && said.contains("gap in FAKE: 1 are missing before 14"), "{said}");
    assert_eq!(seqs, [11, 12, 14, 15]);
}
