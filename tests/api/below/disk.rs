//! The disk fails at the k-th call: `strace` stands between the server and the kernel. Only files; Postgres has a disk
//! of its own, and opinions of its own about it.

use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

use super::{Follower, check, insist, points::die};
use crate::{
    crash::{Ledger, Team, off_thread, round},
    support::{App, Fields, Home, Launch, own_app},
};

const SYNCS: &str = "fsync,fdatasync";
const WRITES: &str = "pwrite64,fallocate,ftruncate";
/// What a process ends with whose disk failed.
const DISK_FAILED: i32 = 74;
const SAID: &str = "fsync failed";

/// The server, with some of its calls meddled with. It becomes the process that was started; strace stands beside it.
fn meddled(calls: &str, how: &str) -> Launch {
    let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:{how}"));
    Launch::default().through(&["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; run by tests/run below"]
async fn whoever_dies_at_any_fsync_keeps_what_was_answered() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let team = Team::new(alice).await;
    for (number, k) in [1, 2, 3, 5, 8, 13, 21, 34].into_iter().enumerate() {
        let launch = meddled(SYNCS, &format!("signal=SIGKILL:when={k}"));
        die(&mut app, &team, number, launch, &format!("fsync {k}")).await;
    }
}

fn said_why(status: ExitStatus, log: &str, what: &str) {
    assert_eq!(status.code(), Some(DISK_FAILED), "{what}: {status}");
    assert_eq!(log.matches(SAID).count(), 1, "{what}: {log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; run by tests/run below"]
async fn an_fsync_that_fails_while_the_wal_is_copied_ends_the_process() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let team = Team::new(alice).await;
    // Of the database itself nothing else is ever synced.
    let database = app.home().data().join("boardcast.db");
    let before = team.project.board().await;
    let mut launch = meddled(SYNCS, "error=EIO");
    launch.through.extend(["-P".into(), database.to_str().unwrap().into()]);
    off_thread(&mut app, move |app| app.restart_as(&launch)).await.unwrap();
    let lose = async |app: &mut App, _: &Ledger| {
        said_why(app.ended().await, &app.log(), "the database");
        off_thread(app, App::restart).await;
    };
    let team = team.on(&app);
    round(&mut app, &team, &before, 0, lose).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; run by tests/run below"]
async fn an_fsync_that_fails_ends_the_process() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let team = Team::new(alice).await;
    // The second of the writer's is the folder's, at which SQLite does not look: the server syncs that itself, first.
    for (number, k) in [1, 3, 4, 5, 8, 13, 21].into_iter().enumerate() {
        let before = team.on(&app).project.board().await;
        let launch = meddled(SYNCS, &format!("error=EIO:when={k}"));
        let ended = |status: ExitStatus, log: &str| said_why(status, log, &format!("fsync {k}"));
        if let Err(stillborn) = off_thread(&mut app, move |app| app.restart_as(&launch)).await {
            ended(stillborn.status, &stillborn.log);
            off_thread(&mut app, App::restart).await;
            continue;
        }
        let lose = async |app: &mut App, _: &Ledger| {
            ended(app.ended().await, &app.log());
            off_thread(app, App::restart).await;
        };
        let team = team.on(&app);
        round(&mut app, &team, &before, number, lose).await;
    }
}

/// The k-th write of each thread fails, or the k-th and all that follow for a while; whoever is refused asks again.
async fn writes_that_fail(error: &str) {
    let (mut app, alice, ..) = own_app(&[]).await;
    let team = Team::new(alice).await;
    let mut refused = false;
    for (number, when) in ["7", "8", "9", "10", "31..33", "64..90", "200..240", "20+97"].into_iter().enumerate() {
        let launch = meddled(WRITES, &format!("error={error}:when={when}"));
        if let Err(stillborn) = off_thread(&mut app, move |app| app.restart_as(&launch)).await {
            assert!(stillborn.status.signal().is_none(), "{when}: {} {}", stillborn.status, stillborn.log);
            off_thread(&mut app, App::restart).await;
        }
        let team = team.on(&app);
        let board = team.project.board().await;
        let start = board.int("seq");
        let follower = Follower::new(&team, &board);
        let ledger = Ledger::default();
        insist(&team, number, 6, &ledger).await;
        refused |= app.log().contains("COMMIT failed");
        let asked = ledger.asked.lock().unwrap().clone();
        check(&team, start, &ledger, &board).await;
        follower.reaches(team.project.seq().await).await;
        // What a failed write left behind in the file is nothing to the next process.
        off_thread(&mut app, App::restart).await;
        *ledger.asked.lock().unwrap() = asked;
        check(&team.on(&app), start, &ledger, &board).await;
    }
    assert!(refused, "no write failed when it mattered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; run by tests/run below"]
async fn a_write_that_fails_is_not_kept_by_halves() {
    writes_that_fail("EIO").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; run by tests/run below"]
async fn a_write_without_room_is_not_kept_by_halves() {
    writes_that_fail("ENOSPC").await;
}

#[test]
#[ignore = "takes a while; run by tests/run below"]
fn a_folder_on_a_network_file_system_is_refused_with_words() {
    for (number, name) in [("6969000000000000", "NFS"), ("424d53ff00000000", "CIFS"), ("7b51000000000000", "SMB")] {
        // What the kernel says of the folder's file system.
        let inject = format!("inject=statfs:poke_exit=@arg2={number}");
        let words = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=statfs", "-e", &inject];
        let home = Home::of_files();
        let Err(stillborn) = home.launch("serve", &Launch::default().through(&words)) else {
            panic!("it has begun on {name}")
        };
        assert_eq!(stillborn.status.code(), Some(1), "{}", stillborn.log);
        let folder = home.data().display().to_string();
        assert!(stillborn.log.contains(&format!("({name})")) && stillborn.log.contains(&folder), "{}", stillborn.log);
        assert!(!home.data().join("boardcast.db").exists(), "nothing was made there");
    }
}
