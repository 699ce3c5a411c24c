//! What the doctor finds of Postgres, and of a Redis beside it.

use super::*;
use crate::{
    postgres::{name_of, run as sql, with},
    support::{Redis, until},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_postgres_that_is_too_small_read_only_or_of_another_encoding_is_found() {
    let home = Home::new(&[]).await;
    let url = home.database().unwrap().to_owned();
    let name = name_of(&url);
    let of = async |url: &str| {
        let there = home.with_database(url);
        run(command(&there, &[])).await
    };
    of(&url).await.is("tables", "warning", "not made yet");
    home.add_user("alice@example.com", "Alice", false);
    let well = of(&url).await;
    for check in ["database", "tables", "pooler", "encoding", "writes", "clock"] {
        assert_eq!(well.found(check).0, "ok", "{}", well.report);
    }
    // The role's own limit is full, or nearly.
    let role = format!("{name}_doctor");
    sql(&url, &format!(r#"create role "{role}" login connection limit 3"#)).await;
    let theirs = with(&url, |url| url.set_username(&role).unwrap());
    of(&theirs).await.is("connections", "error", "only 3 connections");
    sql(&url, &format!(r#"alter role "{role}" connection limit 10"#)).await;
    of(&theirs).await.is("connections", "warning", "allows 10 of the 28");
    let report = run(command(&home, &["--pool", "9000"])).await;
    assert_eq!(report.found("connections").0, "warning", "{}", report.report);
    sql(&url, &format!(r#"alter database "{name}" set default_transaction_read_only = on"#)).await;
    let read_only = of(&url).await;
    read_only.is("writes", "error", "read-only");
    assert_eq!(read_only.status, 2);
    sql(
        &with(&url, |url| url.set_path("postgres")),
        &format!(r#"alter database "{name}" reset default_transaction_read_only"#),
    )
    .await;
    let latin = format!("{name}_doctor_latin1");
    sql(
        &url,
        &format!(r#"create database "{latin}" encoding 'LATIN1' template template0 locale_provider libc lc_collate 'C' lc_ctype 'C'"#),
    )
    .await;
    of(&with(&url, |url| url.set_path(&latin))).await.is("encoding", "error", "LATIN1");
    of(&with(&url, |url| url.set_path("nowhere"))).await.is("database", "error", "nowhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_redis_that_answers_is_found_well() {
    let redis = Redis::start();
    let home = Home::new(&[]).await;
    until("Redis", async || {
        let report = run(command(&home, &["--redis", &redis.url()])).await;
        (report.found("redis").0 == "ok").then_some(())
    })
    .await;
    redis.hang();
    run(command(&home, &["--redis", &redis.url()])).await.is("redis", "warning", "by way of Postgres");
    redis.go_on();
}
