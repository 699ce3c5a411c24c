//! The process dies at each of the points that a change passes, and at some of the disk's.

use std::os::unix::process::ExitStatusExt;

use crate::{
    crash::{Ledger, Team, off_thread, round},
    support::{App, Launch, own_app},
};

/// Where a change is on its way: its number is drawn, its event is written, its answer is kept, all is durable, readers
/// are told.
const OF_A_CHANGE: &[&str] =
    &["change.entered", "event.before", "event.after", "answer.before", "commit.before", "commit.after", "offer.after"];

/// Where writers share a COMMIT, and where the WAL is copied.
const OF_THE_WRITER: &[&str] = &["group.before", "group.after", "checkpoint.before", "checkpoint.after"];

/// Dies under load in the way that is given; then the same server as ever takes over.
pub async fn die(app: &mut App, team: &Team, number: usize, launch: Launch, what: &str) {
    let before = team.on(app).project.board().await;
    let begun = off_thread(app, move |app| app.restart_as(&launch)).await;
    let lose = async |app: &mut App, _: &Ledger| {
        let status = app.ended().await;
        assert_eq!(status.signal(), Some(9), "{what}: {status}");
        off_thread(app, App::restart).await;
    };
    if let Err(stillborn) = begun {
        // It passed that point before anybody came.
        assert_eq!(stillborn.status.signal(), Some(9), "{what}: {}", stillborn.log);
        off_thread(app, App::restart).await;
    } else {
        let team = team.on(app);
        round(app, &team, &before, number, lose).await;
    }
    team.on(app).project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; run by tests/run below"]
async fn whoever_dies_at_any_point_keeps_what_was_answered() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let team = Team::new(alice).await;
    let files = app.home().database().is_none();
    let points = OF_A_CHANGE.iter().chain(OF_THE_WRITER.iter().filter(|_| files));
    let mut number = 0;
    for point in points {
        let times: &[u32] = match point.split('.').next() {
            Some("checkpoint") => &[1],
            // Four of them belong to what the server does at its start.
            Some("group") => &[5, 6, 11],
            _ => &[1, 2, 9],
        };
        for times in times {
            number += 1;
            let deadly = format!("{point}:{times}");
            let launch = Launch::default().with("BOARDCAST_TEST_KILL", &deadly);
            die(&mut app, &team, number, launch, &deadly).await;
        }
    }
}

#[tokio::test]
#[ignore = "takes a while; run by tests/run below"]
async fn whoever_dies_while_making_the_tables_makes_them_the_next_time() {
    for point in ["migrate.before", "migrate.after"] {
        let home = crate::support::Home::new(&[]).await;
        let launch = Launch::default().with("BOARDCAST_TEST_KILL", &format!("{point}:1"));
        let Err(stillborn) = home.launch("serve", &launch) else { panic!("{point} was not passed") };
        assert_eq!(stillborn.status.signal(), Some(9), "{}", stillborn.log);
        let app = App::of(&home);
        app.sign_up("Alice").await.project().await.settle().await;
    }
}
