//! The program as somebody types it.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::support::{App, Fields, Home, PASSWORD, each};

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
