//! What the index holds: what every change wrote into it is what a new one would hold.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sqlx::{Connection, Executor};

use super::{search, titles};
use crate::support::{Fields, Home, own_app, until};

/// The tokens of each document by the id of its object, each with its place.
type Held = BTreeMap<String, BTreeSet<(i64, String)>>;

async fn held(home: &Home) -> Held {
    match home.database() {
        Some(url) => on_postgres(url).await,
        None => on_sqlite(home),
    }
}

fn on_sqlite(home: &Home) -> Held {
    let file = rusqlite::Connection::open(home.data().join("boardcast.db")).unwrap();
    file.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    file.execute_batch("create virtual table temp.words using fts5vocab(main, search_index, instance)").unwrap();
    let mut held = Held::new();
    let mut documents = file.prepare("select hex(object_id) from search_documents").unwrap();
    for id in documents.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        held.insert(id.unwrap().to_lowercase(), BTreeSet::new());
    }
    let mut words = file
        .prepare(
            "select (select hex(d.object_id) from search_documents d where d.id = doc), offset, term from temp.words",
        )
        .unwrap();
    let rows = words.query_map([], |row| Ok((row.get::<_, Option<String>>(0)?, row.get(1)?, row.get(2)?))).unwrap();
    for row in rows {
        let (id, at, term): (Option<String>, i64, String) = row.unwrap();
        let id = id.expect("every word is one of a document").to_lowercase();
        held.get_mut(&id).unwrap().insert((at, term));
    }
    held
}

async fn on_postgres(url: &str) -> Held {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let sql = "select replace(cast(d.object_id as text), '-', ''), cast(w.place as bigint) - 1, w.lexeme
               from search_documents d
               cross join lateral (select u.lexeme, unnest(u.positions) as place from unnest(d.tokens) u) w";
    let rows: Vec<(String, i64, String)> =
        sqlx::query_as_with(sql, sqlx::postgres::PgArguments::default()).fetch_all(&mut connection).await.unwrap();
    let mut held = Held::new();
    for (id, at, term) in rows {
        held.entry(id).or_default().insert((at, term));
    }
    held
}

/// A statement, beside the server.
async fn execute(home: &Home, sql: &'static str) {
    if let Some(url) = home.database() {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        connection.execute(sql).await.unwrap();
    } else {
        let file = rusqlite::Connection::open(home.data().join("boardcast.db")).unwrap();
        file.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        file.execute_batch(sql).unwrap();
    }
}

/// Spoil the index, as a mistake in the server would.
async fn spoil(home: &Home) {
    const FORGET: &str = "delete from search_documents where kind = 0";
    execute(home, FORGET).await;
    let spoilt = if home.database().is_some() {
        "update search_documents set tokens = cast('''spoilt'':1' as tsvector)"
    } else {
        "replace into search_index (rowid, tokens) select id, 'spoilt' from search_documents"
    };
    execute(home, spoilt).await;
}

fn reindex(home: &Home) -> String {
    let output = home.command(&["reindex"]).output().unwrap();
    assert!(output.status.success(), "reindex: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn hex(id: &str) -> String {
    id.replace('-', "")
}

#[tokio::test]
async fn every_change_writes_what_a_new_index_would_hold() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let text = json!({"title": "Sow the beans", "description": "In **May**, not before"});
    let (sow, dig) = (project.task_with(&column, text).await, project.task(&column, "Dig").await);
    let gone = project.task(&column, "Burn the leaves").await;
    let (kept, edited) = (project.comment(&sow, "Which beans?").await, project.comment(&sow, "Peas, then").await);
    let deleted = project.comment(&sow, "Nonsense").await;
    let (file, lost) = (project.attach(&dig, "spade.txt", b"x").await, project.attach(&dig, "fork.txt", b"y").await);
    project.comment(&gone, "Smoke").await;
    project.attach(&gone, "fire.txt", b"z").await;

    let at = |rest: &str| project.at(rest);
    alice.patch(&project.task_at(&sow, "")).json(json!({"title": "Sow the runner beans"})).await.ok();
    alice.patch(&project.task_at(&dig, "")).json(json!({"priority": "high"})).await.ok();
    alice.patch(&at(&format!("/comments/{}", edited.id()))).json(json!({"body": "Lentils, then"})).await.ok();
    alice.delete(&at(&format!("/comments/{}", deleted.id()))).await.no_content();
    alice.patch(&at(&format!("/attachments/{}", file.id()))).json(json!({"name": "shovel.txt"})).await.ok();
    alice.delete(&at(&format!("/attachments/{}", lost.id()))).await.no_content();
    alice.delete(&project.task_at(&gone, "")).await.no_content();
    alice.delete(&at(&format!("/trash/{}", gone.id()))).await.no_content();
    alice.put(&project.task_at(&dig, "/archive")).await.ok();

    let written = held(app.home()).await;
    let documents: BTreeSet<String> = written.keys().cloned().collect();
    assert_eq!(documents, [&sow, &dig, &kept, &edited, &file].iter().map(|of| hex(&of.id())).collect());
    let words = |of: &serde_json::Value| -> BTreeSet<&str> {
        let tokens = &written[&hex(&of.id())];
        tokens.iter().map(|(_, word)| word.as_str()).filter(|word| word.chars().all(char::is_alphanumeric)).collect()
    };
    assert_eq!(words(&sow), ["sow", "the", "runner", "beans", "in", "may", "not", "before"].into());
    assert_eq!(words(&edited), ["lentils", "then"].into());
    assert_eq!(words(&file), ["shovel", "txt"].into());

    assert_eq!(reindex(app.home()), "indexed 5 texts of 1 projects\n");
    assert_eq!(held(app.home()).await, written, "made anew");
    spoil(app.home()).await;
    assert_ne!(held(app.home()).await, written);
    assert!(titles(&alice, "runner").await.is_empty());
    reindex(app.home());
    assert_eq!(held(app.home()).await, written, "made anew from what was spoilt");
    assert_eq!(titles(&alice, "runner").await, ["Sow the runner beans"]);

    // A server that finds texts which are not indexed, as after an update from a version without an index, does it.
    spoil(app.home()).await;
    execute(app.home(), "insert into search_backlog (project_id) select id from projects").await;
    app.restart();
    let alice = alice.on(&app);
    until("the index", || async { (titles(&alice, "runner").await.len() == 1).then_some(()) }).await;
    until("the rest of it", || async { (search(&alice, "lentils").await.len() == 1).then_some(()) }).await;
    until("all of it", || async { (held(app.home()).await == written).then_some(()) }).await;
}

/// A change that is refused, and one that is rolled back, leave the index alone.
#[tokio::test]
async fn a_refused_change_is_not_indexed() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column_with(json!({"name": "Doing", "wip_limit": 1})).await;
    project.task(&column, "Mow").await;
    let before = held(app.home()).await;
    let body = json!({"title": "Rake", "column_id": column.id()});
    alice.post(&project.at("/tasks")).json(body).await.problem(409, "wip_limit");
    assert_eq!(held(app.home()).await, before);
    assert!(titles(&alice, "rake").await.is_empty());
}

/// With the project's rows the sweep takes its documents.
#[tokio::test]
async fn a_forgotten_project_leaves_nothing_behind() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Prune").await;
    project.comment(&task, "The roses first").await;
    assert_eq!(held(app.home()).await.len(), 2);
    alice.delete(&project.at("")).await.no_content();
    let config = app.home().config();
    let db = match app.home().database() {
        Some(url) => boardcast::db::Db::postgres(url, config.commit).await.unwrap(),
        None => boardcast::db::Db::sqlite_beside(&app.home().data().join("boardcast.db"), config.commit).await.unwrap(),
    };
    let later = boardcast::base::clock::Timestamp(i64::MAX);
    assert_eq!(boardcast::model::projects::sweep(&db, later).await.unwrap(), 1);
    assert!(held(app.home()).await.is_empty());
    db.close().await;
}
