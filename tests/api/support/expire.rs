//! What ends by the clock, without waiting for it.

use sqlx::{AssertSqlSafe, Connection, Executor};

use super::App;

/// Let a session, a token or an invitation end by the clock.
pub async fn expire(here: &App, table: &str, id: &str) {
    set(here, &format!("update {table} set expires_at = 1000 where id ="), id).await;
}

/// Let a quiet task go to the archive at this instant.
pub async fn archive_at(here: &App, task: &str, at: i64) {
    set(here, &format!("update quiet_tasks set archives_at = {at} where task_id ="), task).await;
}

async fn set(here: &App, sql: &str, id: &str) {
    let sql = |id: &str| AssertSqlSafe(format!("{sql} {id}"));
    let done = if let Some(url) = here.home().database() {
        let mut database = sqlx::PgConnection::connect(url).await.unwrap();
        database.execute(sql(&format!("'{id}'"))).await.unwrap().rows_affected()
    } else {
        let file = here.home().config().data.join("boardcast.db");
        let mut database = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        database.execute(sql(&format!("x'{}'", id.replace('-', "")))).await.unwrap().rows_affected()
    };
    assert_eq!(done, 1);
}
