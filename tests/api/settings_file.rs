//! Settings in a file: what comes before them, what is refused, and that no password in it is shown.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Output};

use serde_json::Value;

use crate::support::{Fields, Home, Launch};

/// A file with this text, in the home's folder.
fn file(home: &Home, text: &str) -> PathBuf {
    let path = home.data().join("boardcast.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn run(home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    home.command(arguments).envs(variables.iter().copied()).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn doctor(home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    let output = run(home, &[&["doctor", "--json"], arguments].concat(), variables);
    let said = said(&output);
    assert!(!said.contains("secret-7"), "{said}");
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

#[tokio::test]
async fn the_command_line_and_the_environment_come_before_the_file() {
    let home = Home::of_files();
    let text = "listen = '127.0.0.1:0'\nhistory = 30\nmail-delay = 7\nsessions-per-person = 5\n\
                proxies = ['10.0.0.0/8', '127.0.0.1/32']\n";
    let path = file(&home, text);
    let path = path.to_str().unwrap();
    let variables = [("BOARDCAST_CONFIG", path), ("BOARDCAST_HISTORY", "31"), ("BOARDCAST_MAIL_DELAY", "8")];
    for options in [&["--history", "32"][..], &["--history", "32", "--config", path]] {
        let report = doctor(&home, options, &variables);
        let of = |name: &str| (report["settings"][name].str("value"), report["settings"][name].str("source"));
        assert_eq!(of("history"), ("32".into(), "command_line".into()));
        assert_eq!(of("mail-delay"), ("8".into(), "environment".into()));
        assert_eq!(of("sessions-per-person"), ("5".into(), "file".into()));
        assert_eq!(of("proxies"), ("10.0.0.0/8,127.0.0.1/32".into(), "file".into()));
        assert_eq!(of("dependencies-per-task"), ("200".into(), "default".into()));
        let from = if options.len() > 2 { "command_line" } else { "environment" };
        assert_eq!(of("config"), (path.into(), from.into()));
    }
    let text = said(&run(&home, &["doctor", "--config", path], &[]));
    assert!(text.contains("--sessions-per-person 5  (file)"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_is_as_the_file_says() {
    let home = Home::of_files();
    let path = file(&home, "metrics = '127.0.0.1:0'\nlog = 'boardcast=debug'\nlog-format = 'json'\n");
    let launch = Launch::default().with("BOARDCAST_CONFIG", path.to_str().unwrap());
    let server = home.launch("serve", &launch).unwrap();
    let said = server.said.lock().unwrap().join("\n");
    assert!(said.contains("metrics on http://127.0.0.1:"), "{said}");
    server.terminate();
    let log = server.log();
    assert!(log.lines().count() > 0 && log.lines().all(|line| line.starts_with('{')), "{log}");
}

#[tokio::test]
async fn what_is_wrong_in_the_file_is_refused_with_its_line() {
    let home = Home::of_files();
    for (text, because) in [
        ("log = 'info'\nlistn = '127.0.0.1:0'", "line 2: there is no setting `listn` (did you mean `listen`?)"),
        ("pool = 'secret-7'", "line 1: `pool` must be a whole number"),
        ("backup-every = '1s'", "line 1: `backup-every`: must be a time"),
        ("smtp = 'smtp://alice:secret-7@host", "line 1: "),
        ("database = 'mysql://alice:secret-7@host'", "--database (BOARDCAST_DATABASE_URL) must begin with"),
        ("public-url = 'https://alice:secret-7@boards.example.org'", "line 1: `public-url`: "),
    ] {
        let path = file(&home, text);
        let output = run(&home, &["serve", "--listen", "127.0.0.1:0", "--config", path.to_str().unwrap()], &[]);
        let said = said(&output);
        assert!(!output.status.success() && said.contains(because), "no word of `{because}` in: {said}");
        assert!(!said.contains("secret-7") && !said.contains("panicked"), "{said}");
    }
    for (name, because) in [("none.toml", "cannot be read"), (".", "cannot be read")] {
        let path = home.data().join(name);
        let output = run(&home, &["serve", "--config", path.to_str().unwrap()], &[]);
        let said = said(&output);
        assert!(!output.status.success() && said.contains(because) && said.contains(path.to_str().unwrap()), "{said}");
    }
}

#[tokio::test]
async fn a_password_in_the_file_is_never_shown() {
    let home = Home::of_files();
    let text = "listen = '127.0.0.1:0'\nsmtp = 'smtp://alice:secret-7@localhost:1'\nmail-from = 'a@example.org'\n";
    let path = file(&home, text);
    let path = path.to_str().unwrap();
    for arguments in [&["--help"][..], &["doctor"], &["serve", "--pool", "x"], &["man"]] {
        let said = said(&run(&home, arguments, &[("BOARDCAST_CONFIG", path)]));
        assert!(said.len() > 20 && !said.contains("secret-7"), "{said}");
    }
    let warned = |report: &Value| report.list("findings").iter().any(|finding| finding["check"] == "file of settings");
    assert!(!warned(&doctor(&home, &["--config", path], &[])));
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(warned(&doctor(&home, &["--config", path], &[])));
}
