//! A backup is the instance as of one moment, in one file: made while people write, proved without being restored, and
//! restored on either database.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{App, Fields, Home, PASSWORD, Project, Receiver, User, own_app, until};

/// Where the tests may keep data: files, and Postgres where there is one.
pub async fn homes() -> Vec<Arc<Home>> {
    let mut homes = vec![Home::of_files()];
    if let Some(url) = std::env::var("BOARDCAST_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) {
        homes.push(Home::on(Some(&url), &[]).await);
    }
    homes
}

/// A server with a project of Alice's in which there is a bit of everything.
pub struct Scene {
    pub app: App,
    pub alice: User,
    pub bob: User,
    pub project: Project,
    pub task: Value,
    email: String,
}

/// Larger than a piece, and not to be compressed.
fn bytes() -> Vec<u8> {
    (0..40_000_u32).flat_map(|n| <[u8; 32]>::from(Sha256::digest(n.to_be_bytes()))).collect()
}

pub async fn scene(app: App) -> Scene {
    let email = app.fresh_email("dora");
    let body = json!({"email": email, "name": "Dora", "password": PASSWORD});
    app.anonymous().post("/users").json(body).await.created();
    let (alice, bob) = tokio::join!(app.sign_up("Alice"), app.sign_up("Bob"));
    let project = alice.project_called("Launch \"ä\" \u{1f680}").await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let label = project.label("urgent").await;
    let body = json!({"title": "Plan", "estimate": 0.1 + 0.2, "label_ids": [label.id()], "assignee_ids": [bob.id],
        "description": "With *marks*\nand lines\ttoo", "due_on": "2026-12-24"});
    let task = project.task_with(&column, body).await;
    let other = project.task(&column, "Later").await;
    project.checklist_item(&task, "one").await;
    project.dependency(&other, &task, 2).await;
    project.comment(&task, "Zebra crossing").await;
    project.attach(&task, "large.bin", &bytes()).await;
    project.attach(&other, "empty.txt", b"").await;
    project.milestone("End").await;
    let gone = project.task(&column, "Gone").await;
    alice.delete(&project.task_at(&gone, "")).await.no_content();
    Scene { app, alice, bob, project, task, email }
}

pub fn command(home: &Home, arguments: &[&str]) -> Output {
    home.command(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("panicked"), "{text}");
    text
}

#[track_caller]
pub fn works(output: Output) -> String {
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

#[track_caller]
pub fn fails(output: Output, because: &str) {
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(because), "no word of `{because}` in: {text}");
}

pub fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn backup(app: &App, folder: &tempfile::TempDir) -> PathBuf {
    let file = folder.path().join("boardcast.tar.zst");
    works(command(app.home(), &["backup", name(&file)]));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something is left beside it");
    file
}

/// What a member sees of a project, but for the epoch.
pub async fn seen(user: &User, project: &Project, task: &Value) -> Vec<Value> {
    let mut board = user.get(&project.at("/board")).await.ok();
    for field in ["epoch", "cursor"] {
        board.as_object_mut().unwrap().remove(field);
    }
    let mut all = vec![board];
    for rest in ["", "/comments", "/attachments"] {
        all.push(user.get(&project.task_at(task, rest)).await.ok());
    }
    all.push(user.get(&project.at("/trash")).await.ok());
    all.push(user.get(&project.at("/members")).await.ok());
    all.push(user.get("/me/notifications").await.ok());
    all.push(json!(events(user, project).await));
    all
}

async fn events(user: &User, project: &Project) -> Vec<Value> {
    let mut all = vec![];
    loop {
        let path = project.at(&format!("/events?after={}&limit=200", all.len()));
        let page = user.unchecked().get(&path).header("Accept", "application/json").await.ok().list("items");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

async fn content(user: &User, project: &Project, attachment: &Value) -> Vec<u8> {
    let answer = user.get(&project.at(&format!("/attachments/{}/content", attachment.id()))).open().await.unwrap();
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn a_backup_is_restored_on_either_database() {
    for source in homes().await {
        let scene = scene(App::of(&source)).await;
        let folder = tempfile::tempdir().unwrap();
        let mut stream = scene.alice.stream(&scene.project.at("/events")).await;
        stream.hello().await;
        scene.project.column("Doing").await;
        stream.changes(1).await;
        let cursor = stream.cut();
        let file = backup(&scene.app, &folder);
        let expected = seen(&scene.bob, &scene.project, &scene.task).await;
        let proved = works(command(&source, &["verify", name(&file)]));
        assert!(proved.contains("3 people, 1 projects") && proved.contains(": proved"), "{proved}");

        for target in homes().await {
            works(command(&target, &["restore", name(&file)]));
            let app = App::of(&target);
            let (alice, bob, project) = (scene.alice.on(&app), scene.bob.on(&app), scene.project.on(&app));
            let found = seen(&bob, &project, &scene.task).await;
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found, expected);
            }
            let attachments = found[3].list("items");
            assert_eq!(content(&bob, &project, &attachments[0]).await, bytes());

            // A reader from before begins anew: this is another database.
            let hello = alice.stream_from(&project.at("/events"), &cursor).await.hello().await;
            let standing = &hello["projects"][&project.id];
            assert_eq!((standing.str("status"), standing.str("reason")), ("reset".into(), "epoch".into()), "{hello}");

            // It goes on: sign-in, search, changes.
            let body = json!({"email": scene.email, "password": PASSWORD});
            app.anonymous().post("/session").json(body).await.ok();
            project.column("Another").await;
            until("the index of the search", || async {
                let hits = alice.get("/search?q=zebra").await.ok().list("items");
                (!hits.is_empty()).then_some(())
            })
            .await;
            works(command(&target, &["verify"]));
            fails(
                command(&target, &["restore", name(&file)]),
                if target.database().is_some() { "not empty" } else { "a server uses" },
            );
        }
    }
}

#[tokio::test]
async fn a_backup_under_load_is_a_prefix_of_each_log() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let (one, two) = (alice.project().await, bob.project().await);
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = vec![];
    for (user, project) in [(alice.clone(), one.id.clone()), (bob.clone(), two.id.clone())] {
        for _ in 0..2 {
            let (user, project, stop) = (user.unchecked(), project.clone(), stop.clone());
            writers.push(tokio::spawn(async move {
                let path = format!("/projects/{project}/columns");
                let column = user.post(&path).json(json!({"name": "To do"})).await.created();
                while !stop.load(Ordering::Relaxed) {
                    let path = format!("/projects/{project}/tasks");
                    let body = json!({"title": "Task", "column_id": column.id()});
                    let task = user.post(&path).json(body).await.created();
                    let body = json!({"title": "Renamed"});
                    user.patch(&format!("{path}/{}", task.id())).json(body).await.ok();
                }
            }));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut files = vec![];
    for n in 0..3 {
        let file = folder.path().join(format!("{n}.tar.zst"));
        let mut command = app.home().command(&["backup", name(&file)]);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        works(output);
        files.push(file);
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    for file in files {
        works(command(app.home(), &["verify", name(&file)]));
        let home = Home::of_files();
        works(command(&home, &["restore", name(&file)]));
        works(command(&home, &["verify"]));
        let copy = App::of(&home);
        for (user, project) in [(&alice, &one), (&bob, &two)] {
            let (whole, copied) = (events(user, project).await, events(&user.on(&copy), &project.on(&copy)).await);
            assert!(copied.len() > 1 && copied.len() <= whole.len());
            assert_eq!(copied, whole[..copied.len()]);
            let board = user.on(&copy).get(&project.at("/board")).await.ok();
            assert_eq!(board["seq"], json!(copied.len()));
        }
    }
}

/// The entries of a backup, to be changed.
fn entries(file: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(zstd::Decoder::new(File::open(file).unwrap()).unwrap());
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = vec![];
        entry.read_to_end(&mut bytes).unwrap();
        (String::from_utf8(entry.path_bytes().to_vec()).unwrap(), bytes)
    });
    entries.collect()
}

fn written(file: &Path, entries: &[(String, Vec<u8>)]) {
    let mut tar = tar::Builder::new(zstd::Encoder::new(File::create(file).unwrap(), 1).unwrap());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        // As it is: `set_path` would refuse some names.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len().try_into().unwrap());
        header.set_mode(0o600);
        header.set_cksum();
        tar.append(&header, bytes.as_slice()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap().flush().unwrap();
}

/// The entry of this name, or the first one in this folder.
fn at(entries: &[(String, Vec<u8>)], name: &str) -> usize {
    entries.iter().position(|(found, _)| found.starts_with(name)).unwrap()
}

fn hash(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

/// Change an entry's text, and let the manifest agree with it.
fn forged(mut entries: Vec<(String, Vec<u8>)>, name: &str, from: &str, to: &str) -> Vec<(String, Vec<u8>)> {
    let (part, manifest) = (at(&entries, name), at(&entries, "manifest"));
    let text = String::from_utf8(entries[part].1.clone()).unwrap();
    assert!(text.contains(from), "no {from} in {text}");
    let changed = text.replace(from, to).into_bytes();
    let says = String::from_utf8(entries[manifest].1.clone()).unwrap();
    entries[manifest].1 = says.replace(&hash(&entries[part].1), &hash(&changed)).into_bytes();
    entries[part].1 = changed;
    entries
}

fn replaced(mut entries: Vec<(String, Vec<u8>)>, name: &str, from: &str, to: &str) -> Vec<(String, Vec<u8>)> {
    let part = at(&entries, name);
    let text = String::from_utf8(entries[part].1.clone()).unwrap();
    assert!(text.contains(from), "no {from} in {text}");
    entries[part].1 = text.replace(from, to).into_bytes();
    entries
}

type Entries = Vec<(String, Vec<u8>)>;

#[tokio::test]
async fn a_broken_backup_is_refused_in_words_and_nothing_of_it_is_restored() {
    let (app, ..) = own_app(&[]).await;
    let scene = scene(app).await;
    let folder = tempfile::tempdir().unwrap();
    let good = backup(&scene.app, &folder);
    let whole = entries(&good);
    let bad = folder.path().join("bad");
    let home = Home::of_files();
    let refused = |because: &str| {
        fails(command(&home, &["verify", name(&bad)]), because);
        fails(command(&home, &["restore", name(&bad)]), because);
    };

    let bytes = fs::read(&good).unwrap();
    fs::write(&bad, &bytes[..bytes.len() / 2]).unwrap();
    refused("cut off");
    fs::write(&bad, &bytes[..bytes.len() - 2]).unwrap();
    refused("cut off");
    for place in [8, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
        let mut flipped = bytes.clone();
        flipped[place] ^= 0x10;
        fs::write(&bad, flipped).unwrap();
        refused("no whole backup");
    }
    fs::write(&bad, b"").unwrap();
    refused("no whole backup");
    fs::write(&bad, b"PK is something else").unwrap();
    refused("no whole backup");
    fs::remove_file(&bad).unwrap();
    refused("No such file");

    let without = |name: &str| -> Entries {
        let mut entries = whole.clone();
        entries.remove(at(&whole, name));
        entries
    };
    let with = |place: usize, name: &str, bytes: &[u8]| -> Entries {
        let mut entries = whole.clone();
        entries.insert(place, (name.into(), bytes.to_vec()));
        entries
    };
    let last = whole.len();
    let twice = whole[at(&whole, "tables/users")].clone();
    for (entries, because) in [
        (without("tables/tasks/"), "`tables/tasks/00000001.ndjson` is missing"),
        (without("files/"), "and the manifest says"),
        (without("manifest"), "not written to its end"),
        (without("boardcast.json"), "begins with"),
        (with(last - 1, "tables/../../etc/passwd", b"x"), "is in no backup"),
        (with(last - 1, "/etc/passwd", b"x"), "is in no backup"),
        (with(last - 1, "files/../boardcast.db", b"x"), "is in no backup"),
        (with(last - 1, "tables/secrets/00000001.ndjson", b"[1]\n"), "no table `secrets`"),
        (with(last - 1, "tables/labels/00000009.ndjson", b""), "the manifest does not know"),
        (with(last - 1, &twice.0, &twice.1), "is in it twice"),
        (with(last, "tables/labels/00000002.ndjson", b""), "behind the manifest"),
        (replaced(whole.clone(), "tables/tasks/", "Plan", "Plot"), "not what the manifest says"),
        (replaced(whole.clone(), "boardcast.json", "\"format\": 1", "\"format\": 2"), "has the format 2"),
        (replaced(whole.clone(), "boardcast.json", "\"schema\": ", "\"schema\": 9"), "a newer Boardcast"),
        (replaced(whole.clone(), "boardcast.json", "\"version\": \"0", "\"version\": \"1"), "say different things"),
        (forged(whole.clone(), "tables/blobs/", "sha256/", "../../sha256/"), "no attachment is kept under"),
        (forged(whole.clone(), "tables/members/", "]\n", ",1]\n"), "cells and not"),
        (forged(whole.clone(), "tables/members/", "[\"", "[\"00"), "`members`"),
    ] {
        written(&bad, &entries);
        refused(because);
    }
    let mut other = whole.clone();
    let file = at(&whole, "files/");
    other[file].1 = vec![b'x'; other[file].1.len().max(1)];
    written(&bad, &other);
    fails(command(&home, &["verify", name(&bad)]), "no whole backup");

    // What only the law finds.
    for (entries, because) in [
        (
            forged(whole.clone(), "tables/tasks/", "\"Plan\"", "\"Plot\""),
            "has title \"Plot\", and its events say \"Plan\"",
        ),
        (forged(whole.clone(), "tables/events/", "Zebra", "Cobra"), "does not follow the one before it"),
    ] {
        written(&bad, &entries);
        fails(command(&home, &["verify", name(&bad)]), because);
    }

    // The same place takes a good one: nothing was left in it.
    works(command(&home, &["restore", name(&good)]));
    works(command(&home, &["verify"]));
}

#[tokio::test]
async fn a_backup_that_is_killed_is_not_there_and_the_next_one_is() {
    let (app, ..) = own_app(&[]).await;
    let scene = scene(app).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    for point in ["backup.table:1", "backup.table:20", "backup.file:1", "backup.before_rename:1"] {
        let output = scene.app.home().command(&["backup", name(&file)]).env("BOARDCAST_TEST_KILL", point).output();
        assert!(!output.unwrap().status.success(), "{point}");
        assert!(!file.exists(), "{point}");
    }
    let file = {
        works(command(scene.app.home(), &["backup", name(&file)]));
        file
    };
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "others can read it");
    for home in homes().await {
        let output =
            home.command(&["restore", name(&file)]).env("BOARDCAST_TEST_KILL", "restore.before_commit:1").output();
        assert!(!output.unwrap().status.success());
        works(command(&home, &["restore", name(&file)]));
        works(command(&home, &["verify"]));
    }
}

#[tokio::test]
async fn a_backup_goes_to_the_standard_output_and_one_without_room_is_an_error() {
    let (app, ..) = own_app(&[]).await;
    let scene = scene(app).await;
    let folder = tempfile::tempdir().unwrap();
    let output = command(scene.app.home(), &["backup", "-"]);
    let file = folder.path().join("piped");
    fs::write(&file, &output.stdout).unwrap();
    works(command(scene.app.home(), &["verify", name(&file)]));

    let full = File::options().write(true).open("/dev/full").unwrap();
    let child = scene.app.home().command(&["backup", "-"]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    fails(child.wait_with_output().unwrap(), "cannot be written");
    let nowhere = folder.path().join("no/such/folder");
    fails(command(scene.app.home(), &["backup", name(&nowhere)]), "cannot be written");
}

#[tokio::test]
async fn an_attachment_that_the_store_has_lost_is_named_and_the_rest_is_saved() {
    let home = Home::of_files();
    let scene = scene(App::of(&home)).await;
    let hash = hash(&bytes());
    let shelf = home.data().join("files/sha256").join(&hash[..2]);
    let kept = fs::read_dir(&shelf).unwrap().next().unwrap().unwrap().path();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");

    fs::write(&kept, vec![b'x'; bytes().len()]).unwrap();
    fails(command(&home, &["backup", name(&file)]), &format!("the attachment {hash} has other bytes"));
    fails(command(&home, &["verify", name(&file)]), &format!("{hash} had other bytes"));
    fs::remove_file(&kept).unwrap();
    fails(command(&home, &["backup", name(&file)]), &format!("the attachment {hash} is missing"));
    fails(command(&home, &["verify", name(&file)]), "attachments that are lost: 1");
    let target = Home::of_files();
    let told = works(command(&target, &["restore", name(&file)]));
    assert!(told.contains(&hash), "{told}");
    let app = App::of(&target);
    let board = scene.alice.on(&app).get(&scene.project.at("/board")).await.ok();
    assert_eq!(board.list("tasks").len(), 2);
}

#[tokio::test]
async fn what_was_sent_or_ended_does_not_come_back_with_a_copy() {
    let receiver = Receiver::start().await;
    let (mut app, alice, ..) = own_app(&Receiver::SETTINGS).await;
    let project = alice.project().await;
    let body = json!({"url": receiver.url("/x")});
    let webhook = alice.post(&project.at("/webhooks")).json(body).await.created();
    let signed_in = alice.by_cookie().await;
    signed_in.get("/me").await.ok();
    crate::retention::meanwhile(&mut app, async |app| {
        let sql = "insert into mails (id, address, kind, created_at, send_at) values ($1, 'x@example.org', 'invitation', 1, 1)";
        app.db.execute(sql, |query| query.bind(uuid::Uuid::new_v4())).await.unwrap();
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = backup(&app, &folder);
    for (arguments, active) in [(&["restore", name(&file)][..], true), (&["restore", name(&file), "--copy"], false)] {
        let home = Home::of_files();
        works(command(&home, arguments));
        let database = rusqlite::Connection::open(home.data().join("boardcast.db")).unwrap();
        for table in
            ["sessions", "mails", "pushes", "push_subscriptions", "password_resets", "pending_sign_ins", "setup_links"]
        {
            let count: i64 =
                database.query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap();
            assert_eq!(count, 0, "{table}");
        }
        drop(database);
        let copy = App::of(&home);
        signed_in.on(&copy).get("/me").await.problem(401, "unauthenticated");
        let found = alice.on(&copy).get(&project.at(&format!("/webhooks/{}", webhook.id()))).await.ok();
        assert_eq!(found["active"], active);
    }
}
