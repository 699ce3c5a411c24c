//! The database is put back to an older state, as from a backup, and goes on differently: another history, with the same
//! epoch and the same numbers.

use std::collections::HashMap;

use boardcast::{base::error::Result, db::Db};
use rand::{RngExt, rngs::StdRng};
use serde_json::json;

use crate::{
    archive::ProjectLog,
    run,
    support::{Auth, Launch, cookie_at},
    world::World,
};

/// How many changes of each project are lost at most, and how many others follow them.
const LOST: u64 = 12;

/// While everything is at rest: some changes that everybody reads and that are lost, others in their place, and everybody
/// comes back.
pub async fn restore(world: &World, rng: &mut StdRng) {
    let boards = world.boards.read().unwrap().clone();
    let projects: Vec<String> = boards.iter().filter(|board| !board.ends()).map(|board| board.id.clone()).collect();
    let (saved, logs) = {
        let archive = world.archive.lock().await;
        (save(&world.cluster.db).await.unwrap(), archive.logs.clone())
    };
    let lost = rng.random_range(1..=LOST);
    change(world, &world.cluster.url(0), &projects, "lost", lost).await;
    run::copy(world).await;
    run::arrive(world).await;
    if world.verdict.found().is_some() {
        return;
    }
    {
        let mut archive = world.archive.lock().await;
        archive.copy(world).await.unwrap();
        world.weigh(&mut archive.logs);
        tokio::task::block_in_place(|| {
            for node in 0..world.cluster.size() {
                world.cluster.down(node, false);
            }
        });
        world.put_back(heads(&logs));
        put_back(&world.cluster.db, &saved).await.unwrap();
        world.pushes.forget(world.cluster.push_service.as_ref());
        archive.logs = logs;
    }
    // Before any reader comes back the log has come as far as it was, or not quite so far, or further.
    let others = (lost + rng.random_range(0..=LOST)).saturating_sub(LOST / 3).max(1);
    let alone = tokio::task::block_in_place(|| world.cluster.home.launch("serve", &Launch::default())).unwrap();
    change(world, &alone.url, &projects, "other", others).await;
    tokio::task::block_in_place(|| alone.terminate());
    tokio::task::block_in_place(|| {
        for node in 0..world.cluster.size() {
            world.cluster.up(node);
        }
    });
    run::settle(world).await;
}

fn heads(logs: &HashMap<String, ProjectLog>) -> HashMap<String, i64> {
    logs.iter().map(|(project, log)| (project.clone(), log.head)).collect()
}

/// Changes each of these projects so many times. The keeper may be refused: then it is another project's turn.
async fn change(world: &World, url: &str, projects: &[String], what: &str, times: u64) {
    let Auth::Cookie(cookie) = &world.keeper.auth else { return };
    let cookie = cookie_at(cookie, url);
    let mark = world.history();
    for n in 0..times {
        for project in projects {
            let request = world
                .http
                .patch(format!("{url}/api/v1/projects/{project}"))
                .header("cookie", &cookie)
                .header("origin", url)
                .header("content-type", "application/json")
                .body(json!({"description": format!("{what} {mark} {n}")}).to_string());
            drop(request.send().await);
        }
    }
}

/// The tables of the database, all but those of the search: a copy of the index's own tables would not fit together. And but
/// for the audit log, which takes no change and goes on as it is.
async fn tables(db: &Db) -> Result<Vec<String>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "select name from sqlite_master
             where type = 'table' and name not like 'sqlite%' and name not like '_sqlx%' and name not like 'saved_%'
               and name not like 'search_%' and name not like 'audit_%'"
        }
        Db::Postgres { .. } => {
            "select cast(tablename as text) from pg_tables
             where schemaname = current_schema() and tablename not like '_sqlx%' and tablename not like 'saved_%'
               and tablename not like 'search_%' and tablename not like 'audit_%'"
        }
    };
    Ok(db.query(sql).all::<(String,)>().await?.into_iter().map(|(name,)| name).collect())
}

/// A statement that was put together; there are few.
fn statement(sql: String) -> &'static str {
    Box::leak(sql.into_boxed_str())
}

/// Keeps a copy of every table beside it.
async fn save(db: &Db) -> Result<Vec<String>> {
    let tables = tables(db).await?;
    let mut tx = db.begin().await?;
    for table in &tables {
        tx.query(statement(format!("create table saved_{table} as select * from {table}"))).execute().await?;
    }
    tx.commit().await?;
    Ok(tables)
}

/// Every table is as it was, at one stroke.
async fn put_back(db: &Db, tables: &[String]) -> Result<()> {
    let mut tx = db.begin().await?;
    // What refers to what is looked at in the end, or not at all: it is as it was.
    let unordered = match db {
        Db::Sqlite { .. } => "pragma defer_foreign_keys = on",
        Db::Postgres { .. } => "set local session_replication_role = replica",
    };
    tx.query(unordered).execute().await?;
    // The texts of this state are indexed by the server, as those from before there was an index.
    for emptied in ["delete from search_documents", "delete from search_backlog"] {
        tx.query(emptied).execute().await?;
    }
    for table in tables {
        tx.query(statement(format!("delete from {table}"))).execute().await?;
    }
    for table in tables {
        tx.query(statement(format!("insert into {table} select * from saved_{table}"))).execute().await?;
        tx.query(statement(format!("drop table saved_{table}"))).execute().await?;
    }
    tx.query("insert into search_backlog (project_id) select id from projects").execute().await?;
    tx.commit().await
}
