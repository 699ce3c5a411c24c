//! The data folder: files that vanish, are emptied or belong to others, who may read them, and what is in them after a stop.
//! On files, whatever the other tests run on.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::Command,
    sync::Arc,
};

use serde_json::json;

use crate::support::{ADMIN_EMAIL, App, Fields, Home, Launch, PASSWORD, Project, User, until};

/// A server on files, with Alice and a project of hers.
async fn on_files() -> (Arc<Home>, App, User, Project) {
    let home = Home::of_files();
    home.add_user(ADMIN_EMAIL, "Administrator", true);
    let app = App::of(&home);
    let alice = app.sign_up("Alice").await;
    let project = alice.project().await;
    (home, app, alice, project)
}

/// What `serve` says where it refuses to begin.
fn refused(home: &Home) -> String {
    let Err(stillborn) = home.launch("serve", &Launch::default()) else { panic!("it has begun") };
    assert_eq!(stillborn.status.code(), Some(1), "{}", stillborn.log);
    assert!(!stillborn.log.contains("panicked"), "{}", stillborn.log);
    stillborn.log
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

/// The names of the project's labels, at a server that runs.
async fn labels(app: &App, alice: &User, project: &Project) -> Vec<String> {
    let board = alice.on(app).get(&project.at("/board")).await.ok();
    board.list("labels").iter().map(|label| label.str("name")).collect()
}

/// Writes until the server is gone; answers what it confirmed after `lost` was called, and before.
async fn write_until_gone(project: &Project, mut lost: impl FnMut()) -> (Vec<String>, Vec<String>) {
    let (mut before, mut after) = (vec![], vec![]);
    for n in 0..200 {
        if n == 25 {
            lost();
        }
        let name = format!("Label {n:03}");
        let body = json!({"name": name, "colour": "#3366cc"});
        let call = project.by.unchecked().post(&project.at("/labels")).json(body);
        match call.attempt().await {
            Ok(answer) if answer.status == 201 => {
                if n < 25 {
                    before.push(name);
                } else {
                    after.push(name);
                }
            }
            Ok(answer) => panic!("{answer:?}"),
            Err(_) => return (before, after),
        }
    }
    panic!("the server goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_answered_into_a_file_that_was_removed_or_moved() {
    for (name, removed) in [
        ("boardcast.db", false),
        ("boardcast.db-wal", false),
        ("boardcast.db-wal", true),
        ("boardcast.db-shm", true),
        ("boardcast.lock", true),
    ] {
        let (home, app, alice, project) = on_files().await;
        let (path, away) = (home.data().join(name), home.data().join("away"));
        let (before, after) = write_until_gone(&project, || {
            if removed { fs::remove_file(&path).unwrap() } else { fs::rename(&path, &away).unwrap() }
        })
        .await;
        assert_eq!((before.len(), after.len()), (25, 0), "{name}");
        assert_eq!(app.ended().await.code(), Some(74), "{name}");
        let log = app.log();
        assert!(log.contains(name) && log.contains("is gone"), "{log}");
        if name == "boardcast.db" {
            assert!(refused(&home).contains("boardcast.db is missing"));
            assert!(!path.exists(), "nothing new was made in its place");
            fs::rename(&away, &path).unwrap();
        }
        // What was in a WAL that is gone for good is in the database.
        let app = App::of(&home);
        // Of the change that was not answered nothing is known.
        let mut kept = labels(&app, &alice, &project).await;
        kept.sort();
        assert!(kept.starts_with(&before) && kept.len() <= before.len() + 1, "{name}: {kept:?}");
        project.on(&app).settle().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_nobody_writes_to_notices_too_that_its_files_are_gone() {
    for replaced in [false, true] {
        let (home, app, alice, project) = on_files().await;
        let folder = tempfile::tempdir().unwrap();
        let path = home.data().join("boardcast.db");
        if replaced {
            // A backup is put in the place of the database, as one does who thinks that the server is down.
            fs::copy(&path, folder.path().join("backup")).unwrap();
            fs::rename(folder.path().join("backup"), &path)
                .or_else(|_| {
                    let next = home.data().join("next");
                    fs::copy(folder.path().join("backup"), &next).and_then(|_| fs::rename(&next, &path))
                })
                .unwrap();
        } else {
            fs::rename(&path, home.data().join("away")).unwrap();
        }
        assert_eq!(app.ended().await.code(), Some(74), "{}", app.log());
        assert!(app.log().contains(if replaced { "replaced" } else { "is gone" }), "{}", app.log());
        if !replaced {
            fs::rename(home.data().join("away"), &path).unwrap();
            let app = App::of(&home);
            assert!(labels(&app, &alice, &project).await.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_emptied_or_cut_is_not_begun_anew() {
    let (home, app, alice, project) = on_files().await;
    project.label("Kept").await;
    app.terminate().await;
    let path = home.data().join("boardcast.db");
    let whole = fs::read(&path).unwrap();
    for (what, length) in [("is empty", 0), ("damaged", 8 * 1024), ("damaged", 100)] {
        fs::write(&path, &whole[..length]).unwrap();
        let said = refused(&home);
        assert!(said.contains(what) && said.contains("boardcast.db"), "{length}: {said}");
        assert_eq!(self::length(&path), u64::try_from(length).unwrap(), "it was not touched");
    }
    fs::write(&path, b"This was a text and never a database.".repeat(200)).unwrap();
    assert!(refused(&home).contains("damaged or no database"));
    // It is missing, and only its WAL or the marker tells of it.
    fs::remove_file(&path).unwrap();
    assert!(refused(&home).contains("is missing"));
    fs::remove_file(home.data().join("boardcast.marker")).unwrap();
    fs::write(home.data().join("boardcast.db-wal"), b"something").unwrap();
    assert!(refused(&home).contains("is missing"));
    fs::write(home.data().join("boardcast.db-wal"), b"").unwrap();
    fs::write(&path, &whole).unwrap();
    let app = App::of(&home);
    assert_eq!(labels(&app, &alice, &project).await, ["Kept"]);
    assert!(home.data().join("boardcast.marker").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_table_is_found_at_the_start() {
    for (statement, said) in [
        ("alter table labels rename to labels_away", "table labels is missing"),
        ("alter table tasks rename column title to title_away", "table tasks lacks title"),
    ] {
        let home = Home::new(&[]).await;
        home.add_user(ADMIN_EMAIL, "Administrator", true);
        let config = home.config();
        let address = config.listen;
        let opened = boardcast::cli::serve::open(config, address).await.unwrap();
        opened.app.db.execute(statement, |query| query).await.unwrap();
        opened.app.db.close().await;
        drop(opened);
        let log = refused(&home);
        assert!(log.contains(said), "{log}");
    }
}

/// A copy of the database alone, in a folder of its own.
fn copy(home: &Home) -> Arc<Home> {
    let copy = Home::of_files();
    fs::copy(home.data().join("boardcast.db"), copy.data().join("boardcast.db")).unwrap();
    copy
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_leaves_everything_in_the_database_itself() {
    let (home, app, alice, project) = on_files().await;
    project.label("Kept").await;
    assert!(length(&home.data().join("boardcast.db-wal")) > 0);
    assert_eq!(app.terminate().await.code(), Some(0));
    let wal = home.data().join("boardcast.db-wal");
    assert!(!wal.exists() || length(&wal) == 0);
    let app = App::of(&copy(&home));
    assert_eq!(labels(&app, &alice, &project).await, ["Kept"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_at_rest_has_everything_in_the_database_itself() {
    let (home, _app, alice, project) = on_files().await;
    project.label("Kept").await;
    // Streams and their reading are no reason not to.
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    let wal = home.data().join("boardcast.db-wal");
    until("an empty WAL", async || (length(&wal) == 0).then_some(())).await;
    let app = App::of(&copy(&home));
    assert_eq!(labels(&app, &alice, &project).await, ["Kept"]);
    project.label("Later").await;
    stream.frame("the next change", |frame| frame.data["type"] == "label.created").await;
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_other_user_of_the_machine_may_read_the_data() {
    let home = Home::of_files();
    let data = home.data().join("below").join("data");
    let launch = Launch::default().through(&["sh", "-c", "umask 022; exec \"$@\"", "sh"]).on(&data);
    let files = [
        "boardcast.db",
        "boardcast.db-wal",
        "boardcast.db-shm",
        "boardcast.lock",
        "boardcast.marker",
        "boardcast.reserve",
    ];
    let modes = || {
        let of_files = files.map(|name| mode(&data.join(name)));
        (mode(&data), of_files)
    };
    let server = home.launch("serve", &launch).unwrap();
    assert_eq!(modes(), (0o700, [0o600; 6]));
    server.terminate();
    // What was open before is closed.
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    for name in files.map(|name| data.join(name)).iter().filter(|path| path.exists()) {
        fs::set_permissions(name, Permissions::from_mode(0o644)).unwrap();
    }
    let server = home.launch("serve", &launch).unwrap();
    assert_eq!(modes(), (0o700, [0o600; 6]));
    drop(server);
}

/// Says what `serve` has to say when a user runs it that is neither root nor anybody else.
fn as_stranger(data: &Path) -> String {
    let home = Home::of_files();
    let binary = home.command(&[]).get_program().to_owned();
    let mut command = Command::new("setpriv");
    command.args(["--reuid=61234", "--regid=61234", "--clear-groups", "--"]).arg(binary);
    let output =
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).current_dir("/").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn a_folder_or_a_file_of_another_user_is_said_with_its_owner() {
    if !rustix::process::geteuid().is_root() {
        // Nobody else can make files of another user, or become one.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &Path, mode: u32| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    open(folder.path(), 0o755);
    let us = "user 61234";
    let data = folder.path().join("data");
    let name = data.display().to_string();
    // Below a folder that is root's nothing can be made.
    let said = as_stranger(&data);
    assert!(said.contains(&name) && said.contains("root (user 0)") && said.contains(us), "{said}");
    // A folder of root's.
    fs::create_dir(&data).unwrap();
    open(&data, 0o755);
    let said = as_stranger(&data);
    assert!(said.contains(&name) && said.contains("root (user 0)") && said.contains(us), "{said}");
    // A file of root's in a folder for everybody.
    open(&data, 0o777);
    for file in ["boardcast.db", "boardcast.db-wal", "boardcast.lock"] {
        File::create(data.join(file)).unwrap();
        open(&data.join(file), 0o644);
        let said = as_stranger(&data);
        assert!(said.contains(file) && said.contains("root (user 0)") && said.contains(us), "{said}");
        fs::remove_file(data.join(file)).unwrap();
    }
    // One's own that was made read-only.
    let database = data.join("boardcast.db");
    File::create(&database).unwrap();
    std::os::unix::fs::chown(&database, Some(61234), Some(61234)).unwrap();
    open(&database, 0o444);
    let said = as_stranger(&data);
    assert!(said.contains("boardcast.db") && said.contains("mode 444"), "{said}");
}

#[test]
fn a_data_folder_that_is_a_file_is_said_in_words() {
    let home = Home::of_files();
    let file = home.data().join("file");
    fs::write(&file, "").unwrap();
    for data in [file.clone(), file.join("data")] {
        let launch = Launch::default().on(&data);
        let Err(stillborn) = home.launch("serve", &launch) else { panic!("it has begun") };
        assert!(stillborn.log.contains("data folder") && stillborn.log.contains("file"), "{}", stillborn.log);
    }
}

async fn signs_in(app: &App, email: &str) {
    let body = json!({"email": email, "password": PASSWORD});
    app.anonymous().post("/session").json(body).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_added_beside_a_running_server() {
    let (home, app, alice, project) = on_files().await;
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    home.add_user("bob@example.com", "Bob", false);
    home.add_user("charlie@example.com", "Charlie", true);
    signs_in(&app, "bob@example.com").await;
    signs_in(&app, "charlie@example.com").await;
    project.label("Still").await;
    stream.change().await;
    // Meanwhile somebody writes.
    let writing = {
        let project = project.clone();
        tokio::spawn(async move {
            for n in 0..40 {
                let body = json!({"name": format!("Label {n}"), "colour": "#3366cc"});
                project.by.unchecked().post(&project.at("/labels")).json(body).await.created();
            }
        })
    };
    let adding = home.clone();
    tokio::task::spawn_blocking(move || adding.add_user("guest@example.com", "Charlie", false)).await.unwrap();
    writing.await.unwrap();
    signs_in(&app, "guest@example.com").await;
    project.settle().await;
    assert_eq!(app.terminate().await.code(), Some(0), "its files are still its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_server_of_another_version_nothing_is_added_and_nothing_migrated() {
    let (home, app, ..) = on_files().await;
    let path = home.data().join("boardcast.db");
    let change = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let add = || {
        let mut command =
            home.command(&["user", "add", "--email", "bob@example.com", "--name", "Bob", "--password-stdin"]);
        let output = command.stdin(std::process::Stdio::null()).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    change("insert into _sqlx_migrations values (9999, 'later', current_timestamp, true, x'00', 1)");
    assert!(add().contains("newer version"));
    change(
        "delete from _sqlx_migrations where version = 9999 or version = (select max(version) from _sqlx_migrations where version < 9999)",
    );
    assert!(add().contains("another version"));
    let count =
        |sql: &str| -> i64 { rusqlite::Connection::open(&path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("select count(*) from users where email = 'bob@example.com'"), 0);
    signs_in(&app, ADMIN_EMAIL).await;
}
