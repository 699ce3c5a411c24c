//! Postgres restarts, and its backends are killed, while everybody writes. It is an instance that may be restarted:
//! `BOARDCAST_TEST_PG_CTL` is the `pg_ctl` that does it, with the words before it and the folder behind it.

use std::{process::Command, sync::atomic::Ordering, time::Duration};

use sqlx::{Connection, Executor, PgConnection};

use super::{Follower, check, insist};
use crate::{
    crash::{Ledger, Team},
    support::{App, Fields, SOON, own_app, until, until_at_last},
};

const EACH: usize = 40;

/// Waits until this many are answered, however long Postgres is away.
async fn reaches(ledger: &Ledger, enough: usize) {
    until_at_last("answers", async || (ledger.answers() >= enough).then_some(())).await;
}

/// A connection of one's own, as soon as one can be had.
async fn connect(url: &str) -> PgConnection {
    until_at_last("Postgres", async || PgConnection::connect(url).await.ok()).await
}

async fn restart(mode: &'static str) {
    let control = std::env::var("BOARDCAST_TEST_PG_CTL").expect("tests/run says how Postgres is restarted");
    let ran = tokio::task::spawn_blocking(move || {
        let command = format!("{control} -m {mode} -w restart");
        Command::new("sh").args(["-c", &command]).output().unwrap()
    });
    let ran = ran.await.unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}

/// Ends backends of this database by `how`, once each of the others has been busy in the meantime.
async fn end_backends(url: &str, how: &str) -> usize {
    let mut connection = connect(url).await;
    let sql = format!(
        "select {how} from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
    );
    let ended = connection.fetch_all(sqlx::AssertSqlSafe(sql)).await.unwrap_or_default();
    ended.len()
}

/// One of the backends that is in its COMMIT at this moment is ended.
async fn end_a_commit(url: &str) -> bool {
    let mut connection = connect(url).await;
    let sql = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and state = 'active' and query ilike 'commit%' limit 1";
    connection.fetch_all(sql).await.is_ok_and(|ended| !ended.is_empty())
}

/// From here on a COMMIT takes long enough to be found in it, and can be ended before it is one.
async fn slow_commits(url: &str) {
    let sql = "create function slow() returns trigger language plpgsql as
                   $$ begin perform pg_sleep(0.01); return null; end $$;
               create constraint trigger slow after insert on events deferrable initially deferred
                   for each row execute function slow()";
    connect(url).await.execute(sql).await.unwrap();
}

/// One of the backends is ended that has committed, and waits for a standby that does not exist.
async fn end_a_kept_commit(url: &str) -> bool {
    let mut connection = connect(url).await;
    let set = async |connection: &mut PgConnection, sql: &'static str| {
        connection.execute(sql).await.unwrap();
        connection.execute("select pg_reload_conf()").await.unwrap();
    };
    set(&mut connection, "alter system set synchronous_standby_names = 'nobody'").await;
    let sql = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and wait_event = 'SyncRep' limit 1";
    let waiting = async { while connection.fetch_all(sql).await.unwrap().is_empty() {} };
    let ended = tokio::time::timeout(SOON, waiting).await.is_ok();
    set(&mut connection, "alter system reset synchronous_standby_names").await;
    ended
}

/// `kill -9` of a backend, of one in its COMMIT if there is one: Postgres ends all of them and recovers.
async fn kill_a_backend(url: &str) {
    let mut connection = connect(url).await;
    let sql = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
               order by case when state = 'active' and query ilike 'commit%' then 0 else 1 end limit 1";
    let row: (i32,) =
        sqlx::query_as_with(sql, sqlx::postgres::PgArguments::default()).fetch_one(&mut connection).await.unwrap();
    let killed = Command::new("kill").args(["-9", &row.0.to_string()]).status().unwrap();
    assert!(killed.success());
}

async fn under_load(each: usize, disturb: impl AsyncFnOnce(&str, &Ledger)) -> (App, Ledger) {
    let (app, alice, ..) = own_app(&[]).await;
    let url = app.home().database().expect("Postgres").to_owned();
    let team = Team::new(alice).await;
    let board = team.project.board().await;
    let follower = Follower::new(&team, &board);
    let ledger = Ledger::default();
    let writing = {
        let (team, ledger) = (team.clone(), ledger.clone());
        tokio::spawn(async move { insist(&team, 0, each, &ledger).await })
    };
    disturb(&url, &ledger).await;
    tokio::time::timeout(Duration::from_mins(3), writing).await.expect("everybody is answered").unwrap();
    check(&team, board.int("seq"), &ledger, &board).await;
    follower.reaches(team.project.seq().await).await;
    (app, ledger)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a Postgres of its own; run by tests/run below"]
async fn a_restart_of_postgres_loses_nothing() {
    let (app, _) = under_load(EACH, async |_, ledger| {
        for (enough, mode) in [(20, "immediate"), (60, "fast"), (120, "immediate")] {
            reaches(ledger, enough).await;
            restart(mode).await;
        }
    })
    .await;
    assert!(app.log().contains("status=503"), "nobody noticed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a Postgres of its own; run by tests/run below"]
async fn backends_that_end_in_mid_transaction_lose_nothing() {
    under_load(EACH, async |url, ledger| {
        for n in 1..=12 {
            ledger.reaches(n * 15).await;
            assert!(end_backends(url, "pg_terminate_backend(pid)").await > 0);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a Postgres of its own; run by tests/run below"]
async fn backends_that_end_in_their_commit_lose_nothing() {
    let (_, ledger) = under_load(EACH * 2, async |url, ledger| {
        slow_commits(url).await;
        for n in 1..=10 {
            ledger.reaches(n * 20).await;
            until("somebody who commits", async || end_a_commit(url).await.then_some(())).await;
        }
    })
    .await;
    assert!(ledger.unknown.load(Ordering::Relaxed) > 0, "nobody was told that it is not known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a Postgres of its own; run by tests/run below"]
async fn a_commit_that_is_kept_and_not_answered_happens_once() {
    let (_, ledger) = under_load(EACH, async |url, ledger| {
        for n in 1..=4 {
            ledger.reaches(n * 20).await;
            assert!(end_a_kept_commit(url).await, "nobody committed");
        }
    })
    .await;
    assert!(ledger.unknown.load(Ordering::Relaxed) > 0, "nobody was told that it is not known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a Postgres of its own; run by tests/run below"]
async fn a_crash_of_postgres_loses_nothing() {
    let (app, _) = under_load(EACH, async |url, ledger| {
        for enough in [30, 120] {
            reaches(ledger, enough).await;
            kill_a_backend(url).await;
        }
    })
    .await;
    assert!(app.log().contains("status=503"), "nobody noticed");
}
