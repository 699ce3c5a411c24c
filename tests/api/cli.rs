//! The program as somebody types it.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use boardcast::base::ids::ProjectId;
use serde_json::{Value, json};

use crate::{
    retention::meanwhile,
    support::{App, Fields, Home, Launch, PASSWORD, each, own_app},
};

fn fails(output: &Output, because: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains(because), "no word of `{because}` in: {said}");
    assert!(!said.contains("panicked"), "{said}");
}

fn typing(mut command: Command, text: &str) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that refuses early does not read it.
    drop(child.stdin.take().unwrap().write_all(text.as_bytes()));
    child.wait_with_output().unwrap()
}

fn add(home: &Home, email: &str, password: &str) -> Output {
    typing(home.command(&["user", "add", "--email", email, "--name", "Alice", "--password-stdin"]), password)
}

#[tokio::test]
async fn a_user_is_added_once_and_with_a_password_that_will_do() {
    let home = Home::of_files();
    fails(&add(&home, "alice@example.com", "short\n"), "password");
    fails(&add(&home, "alice@example.com", "iloveyou1\n"), "the password is one of those");
    fails(&add(&home, "alice@example.com", "alice@example.com\n"), "the password is made of your name");
    fails(&add(&home, "nowhere", PASSWORD), "email");
    let output = add(&home, "alice@example.com", &format!("{PASSWORD}\nand more\n"));
    assert!(output.status.success(), "{output:?}");
    fails(&add(&home, "Alice@Example.com", PASSWORD), "e-mail address");
    let app = App::of(&home);
    let body = json!({"email": "alice@example.com", "password": PASSWORD});
    let user = app.anonymous().post("/session").json(body).await.ok();
    assert_eq!(user["user"]["admin"], false);
}

#[tokio::test]
async fn a_misspelt_setting_is_an_error() {
    let home = Home::of_files();
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    fails(&command.env("BOARDCAST_LISTN", "x").output().unwrap(), "BOARDCAST_LISTN");
    fails(&home.command(&["serve", "--lisen", "x"]).output().unwrap(), "--lisen");
    fails(&home.command(&["serve", "--database", "mysql://x"]).output().unwrap(), "postgres://");
    fails(&home.command(&["serve", "--public-url", "boards.example.org"]).output().unwrap(), "https://");
}

#[tokio::test]
async fn what_was_meant_is_said_and_what_kubernetes_says_is_passed_over() {
    let home = Home::of_files();
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    fails(&command.env("BOARDCAST_LISTN", "x").output().unwrap(), "did you mean BOARDCAST_LISTEN?");
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    fails(&command.env("BOARDCAST_PORT", "8080").output().unwrap(), "BOARDCAST_PORT");
    let mut launch = Launch::default();
    for (name, value) in [
        ("BOARDCAST_SERVICE_HOST", "10.0.0.1"),
        ("BOARDCAST_SERVICE_PORT", "8080"),
        ("BOARDCAST_PORT", "tcp://10.0.0.1:8080"),
        ("BOARDCAST_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ("BOARDCAST_PORT_8080_TCP_ADDR", "10.0.0.1"),
    ] {
        launch = launch.with(name, value);
    }
    let server = home.launch("serve", &launch).unwrap();
    assert!(server.log().contains("BOARDCAST_PORT_8080_TCP_ADDR"), "{}", server.log());
}

#[tokio::test]
async fn a_password_in_a_refused_setting_is_never_shown() {
    let home = Home::of_files();
    for arguments in [
        &["--database", "mysql://alice:secret-7@host/db"][..],
        &["--database", "postgres://alice:secret-7@host:port/db"],
        &["--database", "alice:secret-7@host"],
        &["--redis", "http://:secret-7@host"],
        &["--redis", ":secret-7@host"],
        &["--public-url", "https://alice:secret-7@boards.example.org"],
        &["postgres://alice:secret-7@host/db"],
        &["--datbase=postgres://alice:secret-7@host/db"],
        &["--limits", "postgres://alice:secret-7@host/db"],
    ] {
        let output = home.command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat()).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success() && said.len() > 20, "{said}");
        assert!(!said.contains("secret-7"), "{said}");
    }
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    let output = command.env("BOARDCAST_DATABASE_URL", "alice:secret-7@host").output().unwrap();
    fails(&output, "BOARDCAST_DATABASE_URL");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("secret-7"));
}

#[tokio::test]
async fn settings_that_would_serve_nobody_are_refused() {
    let home = Home::of_files();
    for (arguments, because) in [
        (["--connections", "0"], "--connections"),
        (["--pool", "3"], "--pool"),
        (["--public-url", "https://x/boards"], "path"),
        (["--public-url", "https://x:99999"], "port"),
        (["--public-url", "https://x\r\nSet-Cookie:a"], "character"),
        (["--public-url", "https://x\"<b>"], "character"),
        (["--smtp", "smtp://localhost"], "--mail-from"),
        (["--mail-from", "a@example.org"], "--smtp"),
        (["--mail-delay", "86401"], "--mail-delay"),
    ] {
        fails(
            &home.command(&[&["serve", "--listen", "127.0.0.1:0"], &arguments[..]].concat()).output().unwrap(),
            because,
        );
    }
}

#[tokio::test]
async fn a_browser_that_names_its_page_is_known_however_the_public_url_is_written() {
    for (given, origin) in [
        ("http://board.lan:80", "http://board.lan"),
        ("https://board.lan:443/", "https://board.lan"),
        ("https://Bücher.example", "https://xn--bcher-kva.example"),
        ("http://BOARD.lan:8080", "http://board.lan:8080"),
    ] {
        let app = App::untouched(&[("BOARDCAST_PUBLIC_URL", given)]).await;
        let body = json!({"email": "alice@example.com", "name": "Alice", "password": PASSWORD});
        app.anonymous().post("/users").header("Origin", origin).json(body).await.created();
        let link = app.said().join(" ");
        assert!(link.contains(&format!("{origin}/setup#")), "{link}");
    }
}

#[tokio::test]
async fn nobody_listens_to_the_world_without_saying_how_it_is_reached() {
    let home = Home::of_files();
    let output = home.command(&["serve", "--listen", "0.0.0.0:0"]).output().unwrap();
    fails(&output, "--public-url");
}

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused() {
    let home = Home::of_files();
    let app = App::of(&home);
    let output = home.command(&["serve", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.is_empty() && !said.contains("panicked"), "{said}");
    app.anonymous().get("/instance").await.ok();
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_in_words() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let home = Home::of_files();
    fails(&home.command(&["serve", "--listen", &address]).output().unwrap(), &address);
}

#[tokio::test]
async fn the_document_is_printed_as_it_is_served() {
    let app = App::shared().await;
    for (standard, path) in [("3.1", "/api/openapi-3.1.json"), ("3.2", "/api/openapi.json")] {
        let output = app.home().command(&["openapi", "--standard", standard]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(printed, app.anonymous().get(path).await.ok());
    }
}

#[tokio::test]
async fn the_demonstration_has_three_people_and_a_project() {
    let home = Home::of_files();
    let app = App::demo(&home);
    for (name, role) in [("alice", "owner"), ("bob", "manager"), ("charlie", "editor")] {
        let body = json!({"email": format!("{name}@example.com"), "password": "boardcast-demo"});
        let answer = app.anonymous().post("/session").json(body).await;
        let cookie = answer.cookie();
        answer.ok();
        let list = app.anonymous().get("/projects").header("Cookie", &cookie).await.ok().list("items");
        assert_eq!(each(&list, "name"), ["Launch the website"]);
        assert_eq!((list[0].str("key"), list[0].str("role")), ("WEB".into(), role.into()));
        assert!(list[0].int("task_count") > 5);
    }
}

#[tokio::test]
async fn it_says_its_version_and_what_it_can_do() {
    let home = Home::of_files();
    // Neither needs a folder or a database.
    let binary = |argument: &str| {
        let mut command = Command::new(home.command(&[]).get_program());
        command.arg(argument).output().unwrap()
    };
    let version = String::from_utf8(binary("--version").stdout).unwrap();
    assert!(version.starts_with("boardcast "), "{version}");
    let help = String::from_utf8(binary("--help").stdout).unwrap();
    for word in ["serve", "demo", "user", "--listen", "--data", "--database", "--public-url", "BOARDCAST_LISTEN"] {
        assert!(help.contains(word), "no {word} in {help}");
    }
}

#[tokio::test]
async fn a_log_is_proved_and_its_first_fault_is_named() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let (one, two) = (alice.project().await, alice.project().await);
    for project in [&one, &two] {
        for name in ["To do", "Doing", "Done"] {
            project.column(name).await;
        }
    }
    let verify = |app: &App| app.home().command(&["verify"]).output().unwrap();
    let said = |output: Output| String::from_utf8(output.stdout).unwrap();
    let proved = verify(&app);
    assert!(proved.status.success(), "{proved:?}");
    let lines = said(proved);
    assert_eq!(lines.lines().filter(|line| line.ends_with("events 1 to 4: proved")).count(), 2, "{lines}");

    let id = ProjectId(one.id.parse().unwrap());
    let spoil = async |app: &mut App, sql: &'static str| {
        meanwhile(app, async |app| {
            app.db.execute(sql, |query| query.bind(id)).await.unwrap();
        })
        .await;
    };
    spoil(&mut app, "update events set body = replace(body, 'Doing', 'Going') where project_id = $1 and seq = 3").await;
    let changed = verify(&app);
    fails(&changed, "logs that are not proved: 1");
    let lines = said(changed);
    assert!(lines.contains("event 3 does not follow the one before it"), "{lines}");
    spoil(&mut app, "delete from events where project_id = $1 and seq = 2").await;
    let lines = said(verify(&app));
    assert!(lines.contains("event 2 is missing") && lines.contains(": proved"), "{lines}");
}

/// A file in a folder of its own.
fn written(name: &str, content: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[tokio::test]
async fn a_file_is_imported_and_a_project_exported_with_and_without_a_server() {
    let (app, alice, ..) = own_app(&[]).await;
    let (folder, path) = written("Chores.csv", "Title,Status\nWash,Done\nIron,Doing\n");
    let home = app.home();
    let import =
        |more: &[&str]| home.command(&[&["import", path.as_str(), "--as", alice.email.as_str()][..], more].concat());
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let run = |mut command: Command| tokio::task::spawn_blocking(move || command.output().unwrap());

    let rehearsed = run(import(&["--dry-run"])).await.unwrap();
    assert!(said(&rehearsed).contains("would import 2 tasks"), "{rehearsed:?}");
    assert_eq!(alice.get("/projects").await.ok().list("items").len(), 0);
    // The server that runs does it.
    let imported = run(import(&[])).await.unwrap();
    assert!(imported.status.success() && said(&imported).contains("imported 2 tasks"), "{imported:?}");
    let projects = alice.get("/projects").await.ok().list("items");
    assert_eq!(each(&projects, "name"), ["Chores"]);
    let key = projects[0].str("key");
    let again = run(import(&["--project", key.as_str()])).await.unwrap();
    assert!(said(&again).contains("nothing that is new"), "{again:?}");

    let exported = run(home.command(&["export", key.as_str()])).await.unwrap();
    let whole: Value = serde_json::from_slice(&exported.stdout).unwrap();
    assert_eq!(each(&whole.list("tasks"), "title"), ["Wash", "Iron"]);
    let target = folder.path().join("chores.json");
    let target = target.to_str().unwrap();
    let id = projects[0].id();
    let exported = run(home.command(&["export", id.as_str(), "--output", target])).await.unwrap();
    assert!(exported.status.success(), "{exported:?}");
    let table = run(home.command(&["export", key.as_str(), "--format", "csv", "--kind", "columns"])).await.unwrap();
    assert!(said(&table).contains("Doing,active,,"), "{table:?}");

    fails(&run(home.command(&["export", "NONE"])).await.unwrap(), "there is no such project");
    fails(&run(home.command(&["import", "/nowhere", "--as", alice.email.as_str()])).await.unwrap(), "/nowhere");
    fails(&run(home.command(&["import", path.as_str(), "--as", "x@example.com"])).await.unwrap(), "no such account");
    fails(&run(import(&["--format", "trello"])).await.unwrap(), "not of this format");
    fails(&run(import(&["--mapping", "x"])).await.unwrap(), "--mapping");

    // Without one the command does it by itself.
    app.terminate().await;
    let other = run(home.command(&["import", target, "--as", alice.email.as_str()])).await.unwrap();
    assert!(said(&other).contains("imported 2 tasks"), "{other:?}");
}
