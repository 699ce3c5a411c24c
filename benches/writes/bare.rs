//! What the disk and `SQLite` give without a server: a loop on the server's own tables that writes what a change
//! writes, the task's row and the event, with a COMMIT each.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;

/// Write for this long; answers how many changes were made in a second.
pub fn run(file: &Path, time: Duration) -> Result<f64> {
    let connection = Connection::open(file)?;
    // The settings of the server's own connection.
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -16384",
    )?;
    let (id, project): (Vec<u8>, Vec<u8>) =
        connection.query_row("select id, project_id from tasks limit 1", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    // An event as the server writes it when a title changes.
    let sample = "select body, before from events where type = 'task.changed' order by seq desc limit 1";
    let sample: Option<(String, String)> =
        connection.query_row(sample, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (body, before) = sample.ok_or("the server has not changed a title yet")?;
    let first: i64 = connection.query_row("select max(seq) + 1 from events", [], |row| row.get(0))?;

    let mut update = connection.prepare("update tasks set title = ?2, version = ?3 where id = ?1")?;
    let mut insert = connection.prepare(
        "insert into events (project_id, seq, type, at, body, before, left_id)
         values (?1, ?2, 'task.changed', 0, ?3, ?4, null)",
    )?;
    let mut open = connection.prepare("begin immediate")?;
    let mut commit = connection.prepare("commit")?;
    let began = Instant::now();
    let mut seq = first;
    while began.elapsed() < time {
        open.execute([])?;
        update.execute(params![id, format!("Title {seq}"), seq])?;
        insert.execute(params![project, seq, body, before])?;
        commit.execute([])?;
        seq += 1;
    }
    let rate = f64::from(u32::try_from(seq - first)?) / began.elapsed().as_secs_f64();
    let written: i64 = connection.query_row(
        "select count(*) from events where seq >= ?1 and project_id = ?2",
        params![first, project],
        |row| row.get(0),
    )?;
    if written != seq - first {
        return Err(format!("{} events were written, {written} are there", seq - first).into());
    }
    Ok(rate)
}
