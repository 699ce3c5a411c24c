//! The backups that a server makes by itself: whose turn it is, and what became of the last ones. Of several nodes on one
//! database one makes each.

use std::time::Duration;

use crate::{
    base::{clock::Timestamp, error::Result},
    db::Db,
};

/// A clock that is behind by more than this was ahead when the last backup was made: that one says nothing of when the next
/// is due.
const AHEAD: Duration = Duration::from_hours(1);

/// What became of the last ones.
#[derive(Clone, Debug, PartialEq, Eq, sqlx_macros::FromRow)]
pub struct Last {
    claim: String,
    claimed_until: Timestamp,
    /// The moment that the last one is of.
    pub made_at: Option<Timestamp>,
    pub bytes: Option<i64>,
    /// When an attempt failed that no backup followed.
    pub failed_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// How often there is to be one.
    pub every: Duration,
    /// How long the next attempt waits after one that failed.
    pub again: Duration,
    /// How long a node may be silent before another one takes its turn over.
    pub lease: Duration,
}

/// The turn of this node.
#[derive(Clone, Debug)]
pub struct Claim {
    claim: String,
    lease: Duration,
}

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Made {
    pub at: Timestamp,
    pub file: String,
    pub bytes: i64,
    /// What is wrong all the same.
    pub error: Option<String>,
}

impl Last {
    fn is_due(&self, now: Timestamp, schedule: Schedule) -> bool {
        let within = |at: Timestamp, time: Duration| at <= now.plus(AHEAD) && now < at.plus(time);
        let held = now <= self.claimed_until && self.claimed_until <= now.plus(AHEAD);
        let waits = self.failed_at.is_some_and(|at| within(at, schedule.again));
        !held && !waits && !self.made_at.is_some_and(|at| within(at, schedule.every))
    }
}

/// What became of the last ones; nothing where no server has looked for its turn yet.
pub async fn last(db: &Db) -> Result<Option<Last>> {
    db.query("select claim, claimed_until, made_at, bytes, failed_at from scheduled_backups where id = 1")
        .optional()
        .await
}

/// Take the turn, where a backup is due and no other node is at it.
pub async fn claim(db: &Db, now: Timestamp, schedule: Schedule) -> Result<Option<Claim>> {
    let last = if let Some(last) = last(db).await? {
        last
    } else {
        db.execute(
            "insert into scheduled_backups (id, claim, claimed_until) values (1, '', 0) on conflict (id) do nothing",
            |query| query,
        )
        .await?;
        Last { claim: String::new(), claimed_until: Timestamp(0), made_at: None, bytes: None, failed_at: None }
    };
    if !last.is_due(now, schedule) {
        return Ok(None);
    }
    let claim = format!("{:016x}", rand::random::<u64>());
    let (taken, until) = (claim.clone(), now.plus(schedule.lease));
    // Of several nodes that have read the same row one changes it.
    let changed = db
        .execute(
            "update scheduled_backups set claim = $1, claimed_until = $2
             where id = 1 and claim = $3 and claimed_until = $4",
            |query| query.bind(taken).bind(until).bind(last.claim).bind(last.claimed_until),
        )
        .await?;
    Ok((changed == 1).then_some(Claim { claim, lease: schedule.lease }))
}

/// Say that this node is still at it.
pub async fn refresh(db: &Db, held: &Claim) -> Result<()> {
    let (claim, until) = (held.claim.clone(), Timestamp::now().plus(held.lease));
    db.execute("update scheduled_backups set claimed_until = $2 where id = 1 and claim = $1", |query| {
        query.bind(claim).bind(until)
    })
    .await?;
    Ok(())
}

/// Let a turn go that a process before this one had; there is no other node.
pub async fn release(db: &Db) -> Result<()> {
    db.execute("update scheduled_backups set claimed_until = 0 where id = 1", |query| query).await?;
    Ok(())
}

/// Write down what was made, and let the turn go.
pub async fn made(db: &Db, held: &Claim, made: Made) -> Result<()> {
    let claim = held.claim.clone();
    db.execute(
        "update scheduled_backups
         set claimed_until = 0, made_at = $2, file = $3, bytes = $4, error = $5, failed_at = null
         where id = 1 and claim = $1",
        |query| query.bind(claim).bind(made.at).bind(made.file).bind(made.bytes).bind(made.error),
    )
    .await?;
    Ok(())
}

/// Write down why there is none, and let the turn go.
pub async fn failed(db: &Db, held: &Claim, at: Timestamp, why: &str) -> Result<()> {
    let (claim, why) = (held.claim.clone(), why.to_owned());
    db.execute(
        "update scheduled_backups set claimed_until = 0, failed_at = $2, error = $3 where id = 1 and claim = $1",
        |query| query.bind(claim).bind(at).bind(why),
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const DAY: i64 = 24 * 60 * MINUTE;

    #[test]
    fn a_backup_is_due_once_a_day_and_soon_after_one_that_failed() {
        let minutes = Duration::from_mins;
        let schedule = Schedule { every: minutes(24 * 60), again: minutes(10), lease: minutes(1) };
        let now = Timestamp(100 * DAY);
        let due = |made: Option<i64>, failed: Option<i64>, claimed: i64| {
            let at = |ago: i64| Timestamp(now.0 - ago);
            let last = Last {
                claim: String::new(),
                claimed_until: at(claimed),
                made_at: made.map(at),
                bytes: None,
                failed_at: failed.map(at),
            };
            last.is_due(now, schedule)
        };
        assert!(due(None, None, DAY), "the first one");
        assert!(!due(Some(DAY - 1), None, DAY) && due(Some(DAY), None, DAY));
        assert!(!due(Some(2 * DAY), Some(9 * MINUTE), DAY) && due(Some(2 * DAY), Some(10 * MINUTE), DAY));
        assert!(!due(Some(2 * DAY), None, -MINUTE), "another node is at it");
        assert!(!due(Some(-MINUTE), None, DAY), "another node's clock is ahead");
        assert!(due(Some(-2 * DAY), Some(-2 * DAY), -2 * DAY), "the clock was ahead");
    }
}
