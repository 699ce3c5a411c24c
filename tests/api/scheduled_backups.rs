//! Backups that a server makes by itself: whole ones, as many as are wanted, and a failure that is told and stops nothing.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use boardcast::{
    base::clock::Timestamp,
    model::scheduled_backups::{self, Schedule},
};
use serde_json::Value;

use crate::{
    backup::{command, fails, homes, name, scene, seen, works},
    crash::off_thread,
    retention::meanwhile,
    support::{App, Fields, Home, Launch, own_app, until, until_at_last},
};

const METRICS: (&str, &str) = ("BOARDCAST_METRICS", "127.0.0.1:0");
/// A name says the second.
const QUICK: (&str, &str) = ("BOARDCAST_TEST_BACKUP_EVERY", "1000");

/// The files in a folder that a server made, and those that it has not finished.
fn ours(folder: &Path) -> (BTreeSet<PathBuf>, BTreeSet<PathBuf>) {
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("boardcast-20"))
        .partition(|path| path.extension().is_none_or(|end| end != "part"))
}

fn whole(folder: &Path) -> BTreeSet<PathBuf> {
    ours(folder).0
}

/// Settings with which a home's servers make backups in this folder.
fn into<'a>(folder: &'a Path, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("BOARDCAST_BACKUP_TO", name(folder))], more].concat()
}

/// So many more backups that were begun from now on. Answers all that were seen.
async fn more(folder: &Path, count: usize) -> BTreeSet<PathBuf> {
    let before = whole(folder);
    let mut all = before.clone();
    until_at_last("backups", || {
        all.extend(whole(folder));
        // One may have been begun before.
        let there = (all.len() > before.len() + count).then(|| all.clone());
        async { there }
    })
    .await
}

async fn figure(app: &App, name: &str) -> Option<f64> {
    let said = app.said();
    let address = said.iter().find_map(|line| line.strip_prefix("metrics on ")).unwrap().trim().to_owned();
    let text = reqwest::Client::builder().no_proxy().build().unwrap().get(address).send().await.unwrap().text().await;
    text.unwrap().lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

async fn doctor(home: &Arc<Home>, folder: &Path) -> Value {
    let mut command = home.command(&["doctor", "--json", "--listen", "127.0.0.1:0", "--backup-to", name(folder)]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = report.list("findings");
    all.into_iter().find(|finding| finding["check"] == "backups").unwrap()
}

#[track_caller]
fn says(finding: &Value, state: &str, word: &str) {
    assert!(finding["state"] == state && finding.str("detail").contains(word), "not {state} with {word}: {finding}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_makes_by_itself_is_proved_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let scene = scene(App::own(&into(folder.path(), &[QUICK])).await).await;
    let home = scene.app.home().clone();
    let expected = seen(&scene.bob, &scene.project, &scene.task).await;
    let last = more(folder.path(), 1).await.pop_last().unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&last).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "others can read it");
    // The audit log tells of it.
    let admin = scene.app.administrator().await;
    let entries = admin.get("/admin/audit?act=backup").await.ok().list("items");
    assert!(entries.iter().any(|entry| entry["via"] == "schedule"), "{entries:?}");
    let jobs = admin.get("/admin/instance").await.ok().list("jobs");
    assert!(jobs.iter().any(|job| job["name"] == "backups" && job["last_error"].is_null()), "{jobs:?}");
    scene.app.terminate().await;
    for file in whole(folder.path()) {
        works(command(&home, &["verify", name(&file)]));
    }
    for target in homes().await {
        works(command(&target, &["restore", name(&last)]));
        works(command(&target, &["verify"]));
        let app = App::of(&target);
        let found = seen(&scene.bob.on(&app), &scene.project.on(&app), &scene.task).await;
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_as_are_wanted_stay_and_what_others_put_there_too() {
    let folder = tempfile::tempdir().unwrap();
    let others = [
        "boardcast-1970-01-01T00-00-00Z-AbCdEf12.tar.zst",
        "boardcast-1970-01-01T00-00-00Z-AbCdEf12.tar.zst.part",
        "boardcast-by-hand.tar.zst",
        "notes.txt",
    ];
    for name in others {
        fs::write(folder.path().join(name), name).unwrap();
    }
    let home = Home::new(&into(folder.path(), &[QUICK, ("BOARDCAST_BACKUP_KEEP", "2")])).await;
    let app = App::of(&home);
    let mut seen = BTreeSet::new();
    until_at_last("five backups", || {
        let there = whole(folder.path());
        assert!(there.len() <= 3, "two, and the one that was just made: {there:?}");
        seen.extend(there);
        let enough = (seen.len() >= 5).then_some(());
        async move { enough }
    })
    .await;
    // Between the end of one and the begin of the next.
    let left = until("two backups", || {
        let (there, parts) = ours(folder.path());
        let two = (there.len() == 2 && parts.is_empty()).then_some(there);
        async { two }
    })
    .await;
    seen.extend(left.clone());
    assert_eq!(left, seen.iter().rev().take(2).cloned().collect(), "the newest");
    app.terminate().await;
    for name in others {
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), name);
    }
}

#[tokio::test]
async fn a_folder_that_takes_nothing_is_refused_at_the_start() {
    let home = Home::of_files();
    let missing = home.data().join("no/such/folder");
    let file = home.data().join("file");
    fs::write(&file, "").unwrap();
    for (folder, because) in
        [(missing.as_path(), "is not there"), (&file, "is a file"), (Path::new("/proc/self"), "cannot be written to")]
    {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--backup-to", name(folder)];
        fails(command(&home, &serve), because);
        fails(command(&home, &serve), "--backup-to (BOARDCAST_BACKUP_TO)");
        says(&doctor(&home, folder).await, "error", because);
    }
    assert!(!missing.exists());
    for (setting, value) in [("--backup-every", "59s"), ("--backup-every", "often"), ("--backup-keep", "0")] {
        let output = command(&home, &["serve", "--listen", "127.0.0.1:0", setting, value]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(setting), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_crash_leaves_is_removed_and_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    for point in ["backup.table:3", "backup.before_rename:1"] {
        let home = Home::new(&into(folder.path(), &[QUICK])).await;
        let before = whole(folder.path());
        let deadly = Launch::default().with("BOARDCAST_TEST_KILL", point);
        let (home_of_server, ended) = (home.clone(), Duration::from_secs(20));
        let died = tokio::task::spawn_blocking(move || {
            // It may be gone before it says where it listens.
            home_of_server.launch("serve", &deadly).map_or(true, |server| server.ended_within(ended).is_some())
        });
        assert!(died.await.unwrap(), "{point}: it goes on");
        let (there, parts) = ours(folder.path());
        assert!(there == before && parts.len() == 1, "{point}: {there:?} {parts:?}");
        let app = App::of(&home);
        // On Postgres another node could still be at it: for a while it is not begun anew.
        until_at_last("a whole one", || {
            let (there, parts) = ours(folder.path());
            let made = (there.len() > before.len() && parts.is_empty()).then_some(());
            async move { made }
        })
        .await;
        app.terminate().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_fails_is_told_everywhere_and_the_server_goes_on() {
    let parent = tempfile::tempdir().unwrap();
    let (folder, away) = (parent.path().join("backups"), parent.path().join("away"));
    fs::create_dir(&folder).unwrap();
    let (mut app, alice, ..) = own_app(&into(&folder, &[QUICK, METRICS])).await;
    more(&folder, 1).await;
    assert!(figure(&app, "boardcast_backups_total{outcome=\"done\"}").await.unwrap() >= 1.0);
    says(&doctor(app.home(), &folder).await, "ok", "0 h ago");
    fs::rename(&folder, &away).unwrap();
    until("failures", async || {
        (figure(&app, "boardcast_backups_total{outcome=\"failed\"}").await? >= 2.0).then_some(())
    })
    .await;
    assert!(app.log().contains("no backup was made"), "{}", app.log());
    let made = until("the last one", async || figure(&app, "boardcast_backup_last_timestamp_seconds").await).await;
    assert!(made > 1.0e9 && figure(&app, "boardcast_backup_last_size_bytes").await.unwrap() > 100.0);
    let admin = app.administrator().await;
    let jobs = admin.get("/admin/instance").await.ok().list("jobs");
    let job = jobs.iter().find(|job| job["name"] == "backups").unwrap();
    assert!(job.str("last_error").contains("folder of backups"), "{job}");
    // It serves.
    alice.project().await.column("To do").await;
    app.terminate().await;
    fs::rename(&away, &folder).unwrap();
    says(&doctor(app.home(), &folder).await, "error", "the last attempt failed, 0 h ago: ");
    off_thread(&mut app, App::restart).await;
    more(&folder, 1).await;
    says(&doctor(app.home(), &folder).await, "ok", "0 h ago");
    app.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_without_what_the_store_has_lost_is_kept_and_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::new(&into(folder.path(), &[QUICK])).await;
    let scene = scene(App::of(&home)).await;
    for shelf in fs::read_dir(home.data().join("files/sha256")).unwrap() {
        fs::remove_dir_all(shelf.unwrap().path()).unwrap();
    }
    let last = more(folder.path(), 1).await.pop_last().unwrap();
    scene.app.terminate().await;
    says(&doctor(&home, folder.path()).await, "warning", "attachments that the store has lost");
    fails(command(&home, &["verify", name(&last)]), "attachments that are lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_ask_for_the_turn_at_once_one_gets_it() {
    let mut app = App::untouched(&[]).await;
    meanwhile(&mut app, async |app| {
        let hours = Duration::from_hours;
        let schedule = Schedule { every: hours(24), again: hours(1), lease: hours(1) };
        for round in 0..5 {
            let now = Timestamp::now();
            let asked: Vec<_> = (0..8)
                .map(|_| {
                    let db = app.db.clone();
                    tokio::spawn(async move { scheduled_backups::claim(&db, now, schedule).await.unwrap() })
                })
                .collect();
            let mut turns = vec![];
            for one in asked {
                turns.extend(one.await.unwrap());
            }
            assert_eq!(turns.len(), 1, "round {round}");
            scheduled_backups::release(&app.db).await.unwrap();
        }
    })
    .await;
}

/// Several servers on one Postgres.
mod nodes {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn of_two_nodes_one_makes_each_backup() {
        let folder = tempfile::tempdir().unwrap();
        let here = App::untouched(&into(folder.path(), &[QUICK, METRICS, ("BOARDCAST_BACKUP_KEEP", "1000")])).await;
        let there = here.another_node();
        more(folder.path(), 5).await;
        until("as many files as were made", async || {
            let mut left = f64::from(u32::try_from(whole(folder.path()).len()).unwrap());
            for node in [&here, &there] {
                left -= figure(node, "boardcast_backups_total{outcome=\"done\"}").await?;
                assert_eq!(figure(node, "boardcast_backups_total{outcome=\"failed\"}").await, Some(0.0));
            }
            (left.abs() < 0.5).then_some(())
        })
        .await;
        here.terminate().await;
        // The other one goes on.
        more(folder.path(), 2).await;
    }
}
