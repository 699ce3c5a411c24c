//! Dying while the past is forgotten: by a sweep that comes days later.

use std::{os::unix::process::ExitStatusExt, time::Duration};

use boardcast::{
    base::{clock::Timestamp, ids::ProjectId},
    db::Db,
};

use crate::{
    crash::off_thread,
    support::{App, Fields, Launch, Project, own_app},
};

const DAYS: Duration = Duration::from_hours(24 * 31);
const OLD_EVENTS: i64 = 6_300;

/// Opens the database of a server that has ended, as the server would.
async fn opened<T>(app: &App, work: impl AsyncFnOnce(&Db) -> T) -> T {
    let config = app.home().config();
    let address = config.listen;
    let opened = boardcast::cli::serve::open(config, address).await.unwrap();
    let answer = work(&opened.app.db).await;
    opened.app.db.close().await;
    answer
}

fn id(project: &Project) -> ProjectId {
    ProjectId(project.id.parse().unwrap())
}

/// A server whose clock is a month ahead and which dies at this point.
fn later(folder: &std::path::Path, deadly: Option<&str>) -> Launch {
    let clock = folder.join("clock");
    std::fs::write(&clock, DAYS.as_millis().to_string()).unwrap();
    let launch = Launch::default().with("BOARDCAST_TEST_CLOCK_FILE", clock.to_str().unwrap());
    match deadly {
        Some(deadly) => launch.with("BOARDCAST_TEST_KILL", deadly),
        None => launch,
    }
}

/// A server that is to die in its first sweep, a moment after it began or even before it said so.
async fn die(app: &mut App, launch: Launch, what: &str) {
    let status = match off_thread(app, move |app| app.restart_as(&launch)).await {
        Ok(()) => app.ended().await,
        Err(stillborn) => stillborn.status,
    };
    assert_eq!(status.signal(), Some(9), "{what}: {status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; run by tests/run below"]
async fn whoever_dies_while_trimming_leaves_a_log_without_a_gap() {
    let (mut app, alice, ..) = own_app(&[("BOARDCAST_HISTORY", "7")]).await;
    let folder = tempfile::tempdir().unwrap();
    let project = alice.project().await;
    let start = project.seq().await;
    app.terminate().await;
    opened(&app, async |db| {
        let mut tx = db.begin().await.unwrap();
        tx.query(
            "insert into events (project_id, seq, type, at, body)
             with recursive n(seq) as (select $2 + 1 union all select seq + 1 from n where seq < $2 + $3)
             select $1, n.seq, 'project.changed', $4, '{\"seq\":' || n.seq || '}' from n",
        )
        .bind(id(&project))
        .bind(start)
        .bind(OLD_EVENTS)
        .bind(Timestamp::now())
        .execute()
        .await
        .unwrap();
        tx.query("update projects set seq = seq + $2 where id = $1")
            .bind(id(&project))
            .bind(OLD_EVENTS)
            .execute()
            .await
            .unwrap();
        tx.commit().await.unwrap();
    })
    .await;
    let head = start + OLD_EVENTS;
    let reach = async |app: &App| {
        let (project, app) = (id(&project), app.clone());
        opened(&app, async move |db| {
            let trimmed = db.query("select trimmed_seq from projects where id = $1").bind(project);
            let (trimmed,): (i64,) = trimmed.one().await.unwrap();
            let log = db.query("select min(seq), max(seq), count(*) from events where project_id = $1").bind(project);
            let (first, last, count): (i64, i64, i64) = log.one().await.unwrap();
            assert_eq!((first, last, count), (trimmed + 1, head, head - trimmed), "exactly the rest");
            trimmed
        })
        .await
    };
    assert_eq!(reach(&app).await, 0);
    for (deadly, kept) in [("trim.between:1", 0), ("trim.after:1", 500), ("trim.between:2", 1_000)] {
        die(&mut app, later(folder.path(), Some(deadly)), deadly).await;
        assert_eq!(reach(&app).await, kept, "{deadly}");
    }
    let launch = later(folder.path(), None);
    off_thread(&mut app, move |app| app.restart_as(&launch)).await.unwrap();
    let project = project.on(&app);
    let oldest = head - 5_000 + 1;
    crate::support::until("the end of the sweep", async || {
        let page = project.by.get(&project.at("/events?after=0")).await.problem(410, "trimmed");
        (page.int("oldest") == oldest).then_some(())
    })
    .await;
    assert_eq!(i64::try_from(project.events_after(oldest - 1).await.len()).unwrap(), 5_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while; run by tests/run below"]
async fn a_project_is_forgotten_as_a_whole_or_not_at_all() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let (kept, gone) = (alice.project().await, alice.project().await);
    gone.task(&gone.column("To do").await, "One").await;
    alice.delete(&gone.at("")).await.no_content();
    let rows = async |app: &App| {
        let gone = id(&gone);
        let app = app.clone();
        opened(&app, async move |db| {
            let (count,): (i64,) = db
                .query(
                    "select (select count(*) from tasks where project_id = $1)
                          + (select count(*) from columns where project_id = $1)
                          + (select count(*) from members where project_id = $1)
                          + (select count(*) from projects where id = $1)",
                )
                .bind(gone)
                .one()
                .await
                .unwrap();
            count
        })
        .await
    };
    // After a step of the log, and after the rows, before they are gone for good.
    for times in [1, 2] {
        let deadly = format!("forget.between:{times}");
        die(&mut app, later(folder.path(), Some(&deadly)), &deadly).await;
        assert_eq!(rows(&app).await, 4, "{deadly}");
    }
    die(&mut app, later(folder.path(), Some("sweep.after:1")), "sweep.after").await;
    assert_eq!(rows(&app).await, 0);
    off_thread(&mut app, App::restart).await;
    kept.on(&app).settle().await;
    alice.on(&app).get(&gone.at("")).await.not_found();
}
