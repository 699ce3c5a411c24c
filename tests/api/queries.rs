//! Statements by themselves, on the database that the tests run on: what they are put together from, and many rows in
//! one of them.

use std::sync::Arc;

use boardcast::{
    base::{clock::Timestamp, error::Error, ids::TaskId},
    config::Commit,
    db::{
        Db,
        query::{Bind, part},
    },
};

use crate::support::Home;

const PLACES: &str =
    "create table places (id uuid primary key, position text not null unique, version bigint not null)";

async fn database() -> (Db, Arc<Home>) {
    let home = Home::new(&[]).await;
    let db = match home.database() {
        Some(url) => Db::postgres(url, Commit::Shared).await.unwrap(),
        None => Db::sqlite(&home.data().join("boardcast.db"), Commit::Shared).await.unwrap(),
    };
    (db, home)
}

/// Places under these numbers, and their ids.
async fn places(db: &Db, count: usize) -> Vec<TaskId> {
    db.execute(PLACES, |query| query).await.unwrap();
    let ids: Vec<_> = (0..count).map(|_| TaskId::new()).collect();
    let rows: Vec<_> = ids.iter().copied().enumerate().map(|(number, id)| (id, format!("a{number:06}"))).collect();
    let sql = "insert into places (id, position, version)
               select r.id, r.position, $2 from {rows $1: id uuid, position text} as r";
    let added = db
        .execute(sql, |query| query.bind_rows(rows, |cells, (id, position)| cells.bind(id).bind(position)).bind(1_i64));
    assert_eq!(usize::try_from(added.await.unwrap()).unwrap(), count);
    ids
}

#[tokio::test]
async fn cells_of_every_type_arrive_as_they_were() {
    type Row = (TaskId, Option<String>, Option<i64>, i16, bool, Option<f64>, Timestamp);
    let (db, _home) = database().await;
    let sql = "create table cells (id uuid, title text, big bigint, small smallint, yes boolean,
                 double double precision, at bigint)";
    db.execute(sql, |query| query).await.unwrap();
    let at = Timestamp::now();
    let mut rows: Vec<Row> = vec![
        (
            TaskId::new(),
            Some("\"Ünï\\code\" 'quoted' $1\n\u{1f600}{}".into()),
            Some(i64::MAX),
            -1,
            true,
            Some(-0.1),
            at,
        ),
        (TaskId::new(), None, None, i16::MIN, false, None, at),
        (TaskId::new(), Some(String::new()), Some(i64::MIN), i16::MAX, true, Some(3.0), at),
        (TaskId::new(), Some("null".into()), Some(0), 0, false, Some(1e300), at),
    ];
    let sql = "insert into cells (id, title, big, small, yes, double, at)
               select r.* from {rows $1: id uuid, title text, big bigint, small smallint, yes boolean,
                 double double precision, at bigint} as r";
    let added = db.execute(sql, |query| {
        query.bind_rows(&rows, |cells, (id, title, big, small, yes, double, at)| {
            cells.bind(*id).bind(title.clone()).bind(*big).bind(*small).bind(*yes).bind(*double).bind(*at)
        })
    });
    assert_eq!(added.await.unwrap(), 4);
    let mut found: Vec<Row> = db.query("select id, title, big, small, yes, double, at from cells").all().await.unwrap();
    rows.sort_by_key(|row| row.0);
    found.sort_by_key(|row| row.0);
    assert_eq!(found, rows);
}

#[tokio::test]
async fn thousands_of_rows_are_changed_by_one_statement() {
    let (db, _home) = database().await;
    let ids = places(&db, 20_000).await;
    let moved: Vec<_> = ids.iter().step_by(4).enumerate().map(|(number, id)| (*id, format!("b{number:06}"))).collect();
    let sql = "update places set position = r.position, version = $2
               from {rows $1: id uuid, position text} as r
               where places.id = r.id";
    let began = std::time::Instant::now();
    let changed = db.execute(sql, |query| {
        query.bind_rows(&moved, |cells, (id, position)| cells.bind(*id).bind(position.as_str())).bind(2_i64)
    });
    assert_eq!(changed.await.unwrap(), 5_000);
    println!("5,000 of 20,000 rows changed in {:?}", began.elapsed());
    let sql = "select id, position from places where version = 2 order by position";
    let found: Vec<(TaskId, String)> = db.query(sql).all().await.unwrap();
    assert_eq!(found, moved);

    let sql = "delete from places where id in (select r.id from {rows $1: id uuid} as r)";
    let gone = db.execute(sql, |query| query.bind_rows(&ids[..5_000], |cells, id| cells.bind(*id)));
    assert_eq!(gone.await.unwrap(), 5_000);
    let none = db.execute(sql, |query| query.bind_rows(&ids[..0], |cells, id| cells.bind(*id)));
    assert_eq!(none.await.unwrap(), 0);
}

#[tokio::test]
async fn rows_that_do_not_fit_their_statement_are_refused_and_change_nothing() {
    let (db, _home) = database().await;
    let ids = places(&db, 2).await;
    let sql = "delete from places where id in (select r.id from {rows $1: id uuid} as r)";
    let too_many = db.execute(sql, |query| query.bind_rows(&ids, |cells, id| cells.bind(*id).bind(1_i64)));
    assert!(matches!(too_many.await, Err(Error::Database(_))));
    let no_rows = db.execute(sql, |query| query.bind("[]"));
    assert!(matches!(no_rows.await, Err(Error::Database(_))));
    let uneven = db.execute(sql, |query| {
        query.bind_rows(&ids, |cells, id| if *id == ids[0] { cells.bind(*id) } else { cells.bind(*id).bind(*id) })
    });
    assert!(matches!(uneven.await, Err(Error::Database(_))));
    let (left,): (i64,) = db.query("select count(*) from places").one().await.unwrap();
    assert_eq!(left, 2);
}

#[tokio::test]
async fn a_statement_is_put_together_from_parts() {
    let (db, _home) = database().await;
    let ids = places(&db, 10).await;
    let list = async |after: Option<&str>, among: Option<&[TaskId]>, limit: i64| {
        let mut query = db.query("select id from places where version = $1").bind(1_i64);
        if let Some(after) = after {
            query = query.append(part("and (position > $1 or position = $1 and version > $2)")).bind(after).bind(1_i64);
        }
        if let Some(among) = among {
            query = query
                .append(part("and id in (select r.id from {rows $1: id uuid} as r)"))
                .bind_rows(among, |cells, id| cells.bind(*id));
        }
        let rows: Vec<(TaskId,)> =
            query.append(part("order by position")).append(part("limit $1")).bind(limit).all().await.unwrap();
        rows.into_iter().map(|(id,)| id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, None, 3).await, ids[..3]);
    assert_eq!(list(Some("a000004"), None, 9).await, ids[5..]);
    assert_eq!(list(None, Some(&ids[7..]), 2).await, ids[7..9]);
    assert_eq!(list(Some("a000007"), Some(&ids[2..9]), 9).await, ids[8..9]);
}
