//! A disk that is really full: a small file system of its own, filled to the last byte and freed again.

use std::{
    fs::File,
    io::{ErrorKind, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;

use crate::{
    crash::off_thread,
    support::{ADMIN_EMAIL, App, Auth, Fields, Home, Project, User, until},
};

/// A small disk; gone when dropped.
struct Disk(tempfile::TempDir);

impl Disk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "none"]).arg(folder.path()).status();
        assert!(mount.unwrap().success(), "a tmpfs could not be mounted");
        Self(folder)
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn filler(&self) -> PathBuf {
        self.0.path().join("filler")
    }

    /// Takes all that is free.
    fn fill(&self) {
        let mut filler = File::options().create(true).append(true).open(self.filler()).unwrap();
        let mut size = 64 * 1024;
        while size > 0 {
            match filler.write(&vec![1; size]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => size /= 2,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a server that is about to end may still hold a file there.
        drop(Command::new("umount").arg("-l").arg(self.0.path()).status());
    }
}

async fn write(project: &Project, n: usize) -> crate::support::Answer {
    let body = json!({"name": format!("Label {n}"), "colour": "#3366cc"});
    project.by.unchecked().post(&project.at("/labels")).json(body).key(&format!("label-{n}")).await
}

/// Writes until there is no room; answers how many found some. What the database had in reserve by itself is used up
/// first.
async fn write_until_full(project: &Project, from: usize) -> usize {
    for n in from..from + 5_000 {
        let answer = write(project, n).await;
        if answer.status == 507 {
            answer.problem(507, "storage_full");
            return n;
        }
        answer.created();
    }
    panic!("the disk is never full");
}

async fn sign_in(app: &App) -> User {
    let alice = app.administrator().await;
    alice.get("/session").await.ok();
    alice
}

fn reserved(data: &Path) -> u64 {
    std::fs::metadata(data.join("boardcast.reserve")).map_or(0, |file| file.blocks() * 512)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; run by tests/run below"]
async fn a_full_disk_refuses_writes_and_nothing_else_until_it_is_freed() {
    let disk = Disk::new();
    let home = Home::in_folder(&disk.data());
    home.add_user(ADMIN_EMAIL, "Alice", true);
    let mut app = App::of(&home);
    let alice = app.sign_up("Alice").await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let (task, archived) = (project.task(&column, "One").await, project.task(&column, "Two").await);
    alice.put(&project.task_at(&archived, "/archive")).await.ok();
    let other = alice.project().await;
    let mut stream = alice.stream(&project.at("/events")).await;
    stream.hello().await;
    assert!(reserved(&disk.data()) >= 4 << 20);

    let keeper = sign_in(&app).await;
    let token = keeper.post("/tokens").json(json!({"name": "Lost", "scopes": ["read"]})).await.created();

    disk.fill();
    let kept = write_until_full(&project, 0).await;
    let head = project.seq().await;
    stream.changes(kept).await;
    // What may be in the wrong hands can be ended first of all.
    keeper.delete(&format!("/tokens/{}", token.str("id"))).await.no_content();
    keeper.with(Auth::Token(token.str("secret"))).get("/projects").await.problem(401, "unauthenticated");
    for n in kept..kept + 5 {
        write(&project, n).await.problem(507, "storage_full");
    }

    // Reading, streams and signing in go on, signing out too.
    project.settle().await;
    alice.get("/projects").await.ok();
    let mut another = alice.stream(&project.at("/events")).await;
    assert_eq!(another.hello().await["projects"][&project.id]["head"], head);
    for _ in 0..20 {
        let session = sign_in(&app).await;
        session.delete("/session").await.no_content();
        session.get("/session").await.problem(401, "unauthenticated");
    }
    assert_eq!(reserved(&disk.data()), 0, "{}", app.log());
    let (lost, here) = (sign_in(&app).await, sign_in(&app).await);
    for session in here.get("/me/sessions").await.ok().list("items") {
        if session["current"] == false {
            here.delete(&format!("/me/sessions/{}", session.str("id"))).await.no_content();
        }
    }
    lost.get("/session").await.problem(401, "unauthenticated");
    // The room that was given up is for them alone.
    for n in kept..kept + 5 {
        write(&project, n).await.problem(507, "storage_full");
    }
    assert_eq!(project.seq().await, head, "a refusal draws no number");

    // What makes room is let through: whatever is deleted, and how often.
    let mut head = head;
    let deleted = [project.task_at(&task, ""), project.task_at(&archived, "")];
    let purged = [&task, &archived].map(|task| project.at(&format!("/trash/{}", task.id())));
    let column = [project.at(&format!("/columns/{}", column.id()))];
    for (paths, tells) in [(&deleted[..], true), (&purged[..], false), (&column[..], true)] {
        for path in paths {
            alice.delete(path).await.no_content();
            if tells {
                head += 1;
                assert_eq!(stream.change().await["seq"], head);
            }
        }
    }
    let labels = project.board().await.list("labels");
    for label in labels.iter().take(20) {
        alice.delete(&project.at(&format!("/labels/{}", label.id()))).await.no_content();
        head += 1;
    }
    stream.changes(labels.len().min(20)).await;
    alice.delete(&other.at("")).key("once").await.no_content();
    alice.delete(&other.at("")).key("once").await.not_found();
    write(&project, kept).await.problem(507, "storage_full");
    sign_in(&app).await;
    assert_eq!(project.seq().await, head);

    // A server that starts anew on the full disk serves as well.
    off_thread(&mut app, App::restart).await;
    let (alice, project) = (alice.on(&app), project.on(&app));
    write(&project, kept).await.problem(507, "storage_full");
    sign_in(&app).await;
    project.settle().await;
    let mut stream = alice.stream(&project.at("/events")).await;
    assert_eq!(stream.hello().await["projects"][&project.id]["head"], head);
    disk.free();
    until("room again", async || (write(&project, kept).await.status == 201).then_some(())).await;
    assert_eq!(stream.change().await["seq"], head + 1, "no gap, and no restart");
    assert!(reserved(&disk.data()) >= 4 << 20, "the reserve is there again");
    project.settle().await;
    write(&project, kept + 1).await.created();
    let events = project.events_after(0).await;
    let numbers: Vec<_> = events.iter().map(|event| event.int("seq")).collect();
    assert_eq!(numbers, (1..=head + 2).collect::<Vec<_>>());
    assert_eq!(alice.get("/session").await.status, 200);
}

#[tokio::test]
#[ignore = "takes a while; run by tests/run below"]
async fn attachments_leave_room_for_the_database() {
    let disk = Disk::new();
    let app = App::of(&Home::in_folder(&disk.data()));
    let alice = app.sign_up("Alice").await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "With files").await;
    project.told().await;
    // This disk is smaller than what is left.
    let upload = alice.post(&project.task_at(&task, "/attachments?name=x")).bytes("application/octet-stream", "bytes");
    upload.await.problem(507, "store_full");
    project.told_nothing().await;
    assert_eq!(std::fs::read_dir(disk.data().join("files/tmp")).unwrap().count(), 0);
    alice.patch(&project.task_at(&task, "")).json(json!({"title": "On"})).await.ok();
}
