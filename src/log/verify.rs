//! Proves a log by its chain: that no event is missing, was changed, or stands elsewhere.

use crate::{
    base::{chain::Chain, error::Result, ids::ProjectId},
    db::Db,
};

/// How many events are read at once.
const STEP: i64 = 500;

/// A project's log.
#[derive(Debug, sqlx_macros::FromRow)]
pub struct Log {
    pub project: ProjectId,
    pub key: String,
    pub seq: i64,
    trimmed_seq: i64,
    trimmed_chain: i64,
}

impl Log {
    /// The first event that is kept.
    #[must_use]
    pub const fn first(&self) -> i64 {
        self.trimmed_seq + 1
    }
}

/// Why a log is not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The event of this number is missing.
    Missing(i64),
    /// The event of this number does not follow the one before it.
    Broken(i64),
}

/// The logs of all projects, by key.
pub async fn logs(db: &Db) -> Result<Vec<Log>> {
    db.query(
        "select id as project, key, seq, trimmed_seq, trimmed_chain from projects
         where deleted_at is null
         order by key, id",
    )
    .all()
    .await
}

/// The first fault of a log; `None` when it is proved up to the event that was its last when the list was made.
pub async fn verify(db: &Db, log: &Log) -> Result<Option<Fault>> {
    #[derive(sqlx_macros::FromRow)]
    struct Row {
        seq: i64,
        chain: i64,
        body: String,
    }
    let mut chain = Chain::from(log.trimmed_chain);
    let mut expected = log.first();
    while expected <= log.seq {
        let rows: Vec<Row> = db
            .query(
                "select seq, chain, body from events
                 where project_id = $1 and seq >= $2 and seq < $3 and seq <= $4
                 order by seq",
            )
            .bind(log.project)
            .bind(expected)
            .bind(expected + STEP)
            .bind(log.seq)
            .all()
            .await?;
        let last = log.seq.min(expected + STEP - 1);
        for row in rows {
            if row.seq != expected {
                return Ok(Some(Fault::Missing(expected)));
            }
            match chain.verify(&row.body) {
                Some(next) if next == Chain::from(row.chain) => chain = next,
                _ => return Ok(Some(Fault::Broken(row.seq))),
            }
            expected += 1;
        }
        if expected <= last {
            return Ok(Some(Fault::Missing(expected)));
        }
    }
    Ok(None)
}
