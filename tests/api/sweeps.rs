//! Sweeps run by themselves: one that fails stops no other.

use std::time::Duration;

use boardcast::{
    app::App,
    base::{clock::Timestamp, ids::ProjectId},
    jobs,
    log::history,
};
use serde_json::json;

use crate::support::{own_app, until};

/// Old events, a few more than are kept whatever their age.
const OLD_EVENTS: i64 = history::KEEP_EVENTS + 10;

/// What each sweep deletes, as a number that is 0 when it has.
const LEFT: [(&str, &str); 4] = [
    ("sessions", "select count(*) from sessions where expires_at = 1"),
    ("idempotency_keys", "select count(*) from idempotency_keys where created_at = 1"),
    ("projects", "select count(*) from projects where deleted_at is not null"),
    ("events", "select count(*) from projects where seq > 5000 and trimmed_seq = 0"),
];

async fn execute(app: &App, sql: &'static str) {
    app.db.execute(sql, |query| query).await.unwrap();
}

/// Everything that there is to delete has been so for long.
async fn age(app: &App, project: ProjectId) {
    execute(app, "update sessions set expires_at = 1").await;
    execute(app, "update idempotency_keys set created_at = 1").await;
    execute(app, "update projects set deleted_at = 1 where deleted_at is not null").await;
    let (seq,): (i64,) = app.db.query("select seq from projects where id = $1").bind(project).one().await.unwrap();
    let insert = "insert into events (project_id, seq, type, at, body)
         with recursive n(seq) as (select $2 + 1 union all select seq + 1 from n where seq < $2 + $3)
         select $1, n.seq, 'project.changed', 1, '{}' from n";
    app.db.execute(insert, |query| query.bind(project).bind(seq).bind(OLD_EVENTS)).await.unwrap();
    let reach = "update projects set seq = seq + $2 where id = $1";
    app.db.execute(reach, |query| query.bind(project).bind(OLD_EVENTS)).await.unwrap();
    execute(app, "update events set at = 1").await;
}

async fn left(app: &App, sql: &'static str) -> Option<i64> {
    app.db.query(sql).one::<(i64,)>().await.ok().map(|(count,)| count)
}

/// With this table out of the way, whose sweep then fails, all other sweeps do their work.
async fn others_work_without(table: &str, away: &'static str) {
    let (server, alice, ..) = own_app(&[]).await;
    alice.by_cookie().await;
    let (kept, gone) = (alice.project().await, alice.project().await);
    alice.post("/projects").json(json!({"name": "Once"})).key("once").await.created();
    alice.delete(&gone.at("")).await.no_content();
    server.terminate().await;

    let config = boardcast::config::Config { history: Some(7), ..server.home().config() };
    let address = config.listen;
    let opened = boardcast::cli::serve::open(config, address).await.unwrap();
    let app = &opened.app;
    age(app, ProjectId(kept.id.parse().unwrap())).await;
    for (name, sql) in LEFT {
        assert_ne!(left(app, sql).await, Some(0), "there is nothing to delete of {name}");
    }
    execute(app, away).await;
    let running = tokio::spawn(jobs::run(app.clone()));
    for (name, sql) in LEFT.into_iter().filter(|(name, _)| *name != table) {
        until(name, async || (left(app, sql).await == Some(0)).then_some(())).await;
    }
    running.abort();
    let failed = tokio::time::timeout(Duration::from_secs(30), jobs::sweep(app, Timestamp::now())).await;
    assert!(failed.unwrap().is_err(), "the sweep of {table} says that it failed");
    app.db.close().await;
}

#[tokio::test]
async fn a_sweep_that_fails_stops_no_other() {
    others_work_without("sessions", "alter table sessions rename to sessions_away").await;
    others_work_without("idempotency_keys", "alter table idempotency_keys rename to idempotency_keys_away").await;
}
