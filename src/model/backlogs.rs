//! What waits for each job that runs beside the requests, for operators.

use crate::{
    base::{clock::Timestamp, error::Result},
    db::Db,
};

/// What waits for one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    pub consumer: &'static str,
    pub count: i64,
    /// Since when the oldest of it has waited; none where nothing waits, or nothing says since when.
    pub oldest_at: Option<Timestamp>,
}

/// What waits for all jobs, and what waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlogs {
    pub waiting: Vec<Backlog>,
    /// Mails that were given up, until an administrator looks at them.
    pub mails_given_up: i64,
}

type Found = (i64, Option<Timestamp>);

/// Look what waits. Each statement reads what the job's own look reads, and no more.
pub async fn all(db: &Db, now: Timestamp) -> Result<Backlogs> {
    let mails: Found = db
        .query("select count(*), min(send_at) from mails where send_at <= $1 and failed_at is null")
        .bind(now)
        .one()
        .await?;
    let (mails_given_up,): (i64,) = db.query("select count(*) from mails where failed_at is not null").one().await?;
    let pushes: Found =
        db.query("select count(*), min(send_at) from pushes where send_at <= $1").bind(now).one().await?;
    // In events. The next one that a webhook is sent may have been trimmed away.
    let webhooks: Found = db
        .query(
            "select cast(coalesce(sum(p.seq - w.next_seq + 1), 0) as bigint), min(e.at) from webhooks w
             join projects p on p.id = w.project_id
             left join events e on e.project_id = w.project_id and e.seq = w.next_seq
             where w.active and w.next_seq <= p.seq and p.deleted_at is null",
        )
        .one()
        .await?;
    // In projects.
    let (search,): (i64,) = db.query("select count(*) from search_backlog").one().await?;
    let history: Found = db
        .query(
            "select cast(coalesce(sum(p.seq - coalesce(d.seq, 0)), 0) as bigint), min(e.at) from projects p
             left join log_digests d on d.project_id = p.id
             left join events e on e.project_id = p.id and e.seq = coalesce(d.seq, 0) + 1
             where p.deleted_at is null and p.seq > p.trimmed_seq and p.seq > coalesce(d.seq, 0)",
        )
        .one()
        .await?;
    let reports: Found = db
        .query(
            "select cast(coalesce(sum(p.seq - coalesce(d.facts_seq, 0)), 0) as bigint), min(e.at) from projects p
             left join log_digests d on d.project_id = p.id
             left join events e on e.project_id = p.id and e.seq = coalesce(d.facts_seq, 0) + 1
             where p.deleted_at is null and p.seq > p.trimmed_seq and p.seq > coalesce(d.facts_seq, 0)",
        )
        .one()
        .await?;
    let imports: Found = db.query("select count(*), min(created_at) from imports where state < 2").one().await?;
    let backlog = |consumer, (count, oldest_at): Found| Backlog { consumer, count, oldest_at };
    let waiting = vec![
        backlog("mails", mails),
        backlog("pushes", pushes),
        backlog("webhooks", webhooks),
        backlog("search", (search, None)),
        backlog("history", history),
        backlog("reports", reports),
        backlog("imports", imports),
    ];
    Ok(Backlogs { waiting, mails_given_up })
}
