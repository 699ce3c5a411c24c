//! How long events are kept.

use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::ProjectId,
    },
    db::Db,
    faults,
    log::past::{self, HeldKind, Moment},
};

/// Where logs are trimmed at all, at least this many events of a project are kept, however old.
pub const KEEP_EVENTS: i64 = 5_000;

/// Trim the oldest events of every project beyond what must be kept, a small step at a time. Answers how many it
/// deleted. What a project was at the last of them stays: its past begins there.
pub async fn trim(db: &Db, kinds: &'static [HeldKind], keep_events: i64, older_than: Timestamp) -> Result<u64> {
    #[derive(sqlx_macros::FromRow)]
    struct Due {
        project_id: ProjectId,
        upto: i64,
    }
    let due: Vec<Due> = db
        .query(
            "select e.project_id, max(e.seq) as upto
             from events e
             join projects p on p.id = e.project_id
             where e.at < $1 and e.seq <= p.seq - $2 and e.seq <= p.trimmed_seq + 500
             group by e.project_id",
        )
        .bind(older_than)
        .bind(keep_events)
        .all()
        .await?;
    let mut trimmed = 0;
    for Due { project_id, upto } in due {
        begin_past(db, kinds, project_id, upto).await?;
        trimmed += trim_upto(db, project_id, upto).await?;
    }
    Ok(trimmed)
}

/// Keep a checkpoint at this event, and none before it.
async fn begin_past(db: &Db, kinds: &'static [HeldKind], project: ProjectId, seq: i64) -> Result<()> {
    let mut reading = db.begin_read().await?;
    let moment = match Moment::read(&mut reading, project, seq).await {
        Ok(moment) => moment,
        // It was trimmed before there were checkpoints.
        Err(Error::Trimmed { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    drop(reading);
    let state = moment.fold(kinds).await?.compress()?;
    let mut tx = db.begin().await?;
    past::keep(&mut tx, project, seq, state).await?;
    tx.query("delete from checkpoints where project_id = $1 and seq < $2").bind(project).bind(seq).execute().await?;
    tx.commit().await
}

/// Trim the events of a project up to this one. Answers how many it deleted.
pub async fn trim_upto(db: &Db, project: ProjectId, upto: i64) -> Result<u64> {
    let mut tx = db.begin().await?;
    // A reader that has read up to there goes on from there: its cursor is compared with what is kept here.
    tx.query(
        "update projects
         set trimmed_seq = $2,
             trimmed_chain = coalesce((select e.chain from events e where e.project_id = $1 and e.seq = $2), 0)
         where id = $1 and trimmed_seq < $2",
    )
    .bind(project)
    .bind(upto)
    .execute()
    .await?;
    faults::point("trim.between");
    let trimmed =
        tx.query("delete from events where project_id = $1 and seq <= $2").bind(project).bind(upto).execute().await?;
    tx.commit().await?;
    faults::point("trim.after");
    Ok(trimmed)
}
