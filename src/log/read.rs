//! Events behind a cursor, in order, and where a project's log begins and ends.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, UserId},
    },
    db::{Bind, Db, Query, Tx},
    log::{Chain, Frame, LogPosition},
};

/// A read ends with the event that brings it to this many bytes: a page of long events has fewer of them.
pub const PAGE_BYTES: usize = 1024 * 1024;

/// The last event of a project; of a log that was trimmed to its end, the last that was trimmed.
const HEAD: &str = "
    select p.seq, coalesce((select e.chain from events e where e.project_id = p.id and e.seq = p.seq), p.trimmed_chain)
    from projects p
    where p.id = $1";

fn position((seq, chain): (i64, i64)) -> LogPosition {
    LogPosition::new(seq, chain.into())
}

/// Where a project's log ends.
pub async fn head(db: &Db, project: ProjectId) -> Result<LogPosition> {
    db.query(HEAD).bind(project).one().await.map(position)
}

/// The same inside of a transaction.
pub async fn head_in(tx: &mut Tx, project: ProjectId) -> Result<LogPosition> {
    tx.query(HEAD).bind(project).one().await.map(position)
}

/// The chains of one event of each of these projects. A log that no longer holds the event, and does not end with it
/// where it was trimmed, has none.
pub async fn chains(db: &Db, events: &[(ProjectId, i64)]) -> Result<HashMap<ProjectId, Chain>> {
    let rows: Vec<(ProjectId, Option<i64>)> = db
        .query(
            "select r.id, coalesce(e.chain, case when p.trimmed_seq = r.seq then p.trimmed_chain end)
             from {rows $1: id uuid, seq bigint} r
             join projects p on p.id = r.id
             left join events e on e.project_id = r.id and e.seq = r.seq",
        )
        .bind_rows(events, |cells, (project, seq)| cells.bind(*project).bind(*seq))
        .all()
        .await?;
    Ok(rows.into_iter().filter_map(|(project, chain)| Some((project, chain?.into()))).collect())
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    seq: i64,
    chain: i64,
    r#type: String,
    body: String,
    left_id: Option<UserId>,
}

impl Row {
    fn position(&self) -> LogPosition {
        LogPosition::new(self.seq, self.chain.into())
    }

    fn frame(self, epoch: &str) -> Frame {
        Frame::new(epoch, self.position(), &self.r#type, &self.body, self.left_id)
    }
}

fn page_bytes() -> i64 {
    i64::try_from(PAGE_BYTES).unwrap_or(i64::MAX)
}

/// The numbers have no gaps, so a bound on them bounds the rows: a `limit` inside would be sorted once more by `SQLite`,
/// and one outside would weigh the whole log.
const ROWS_AFTER: &str = "
    select seq, chain, type, body, left_id
    from (select seq, chain, type, body, left_id,
                 sum(octet_length(body)) over (order by seq) - octet_length(body) as ahead
          from events
          where project_id = $1 and seq > $2
            and seq < $3 + (select min(seq) from events where project_id = $1 and seq > $2)) weighed
    where ahead < $4
    order by seq";

async fn rows_after(rows_after: Query<'_>, project: ProjectId, after: i64, limit: i64) -> Result<Vec<Row>> {
    rows_after.bind(project).bind(after).bind(limit).bind(page_bytes()).all().await
}

/// The next frames behind `after`, in order; fewer than `limit` when they are long.
pub async fn frames_after(db: &Db, epoch: &str, project: ProjectId, after: i64, limit: i64) -> Result<Vec<Frame>> {
    let rows = rows_after(db.query(ROWS_AFTER), project, after, limit).await?;
    Ok(rows.into_iter().map(|row| row.frame(epoch)).collect())
}

/// An event, for what tells of it elsewhere.
#[derive(Debug, sqlx_macros::FromRow)]
pub struct LoggedEvent {
    pub seq: i64,
    chain: i64,
    pub r#type: String,
    pub at: Timestamp,
    pub body: String,
    /// What the objects that it changed were before.
    pub before: Option<String>,
    /// The tasks of objects that do not say of which they are.
    pub tasks: Option<String>,
}

impl LoggedEvent {
    /// Tells it apart from an event of the same number in another history.
    #[must_use]
    pub fn chain(&self) -> Chain {
        self.chain.into()
    }
}

/// The next events behind `after`, in order: at most so many, and one at least before they are so many bytes.
pub async fn events_after(db: &Db, project: ProjectId, after: i64, limit: i64, bytes: i64) -> Result<Vec<LoggedEvent>> {
    db.query(
        "select seq, chain, type, at, body, before, tasks
         from (select seq, chain, type, at, body, before, tasks,
                      sum(octet_length(body)) over (order by seq) - octet_length(body) as ahead
               from events
               where project_id = $1 and seq > $2
                 and seq < $3 + (select min(seq) from events where project_id = $1 and seq > $2)) weighed
         where ahead < $4
         order by seq",
    )
    .bind(project)
    .bind(after)
    .bind(limit)
    .bind(bytes)
    .all()
    .await
}

/// The last frames from behind `after` up to `upto`, in order; only the latest of them when they are long.
pub async fn frames_upto(db: &Db, epoch: &str, project: ProjectId, after: i64, upto: i64) -> Result<Vec<Frame>> {
    let rows: Vec<Row> = db
        .query(
            "select seq, chain, type, body, left_id
             from (select seq, chain, type, body, left_id,
                          sum(octet_length(body)) over (order by seq desc) - octet_length(body) as behind
                   from events
                   where project_id = $1 and seq > $2 and seq <= $3) weighed
             where behind < $4
             order by seq",
        )
        .bind(project)
        .bind(after)
        .bind(upto)
        .bind(page_bytes())
        .all()
        .await?;
    Ok(rows.into_iter().map(|row| row.frame(epoch)).collect())
}

/// A page of a project's log.
#[derive(Debug)]
pub struct LogPage {
    /// Byte for byte as they were sent.
    pub items: Vec<Box<RawValue>>,
    /// The last event of the log.
    pub head: LogPosition,
    /// The last event trimmed away; 0 when none was.
    pub trimmed_seq: i64,
    /// The chain of the event behind which the page begins; `None` when the log does not know it.
    pub begin: Option<Chain>,
    /// How far the log is read with this page.
    pub end: LogPosition,
}

#[derive(sqlx_macros::FromRow)]
struct PageBounds {
    seq: i64,
    chain: i64,
    trimmed_seq: i64,
    begin_chain: Option<i64>,
}

/// The next events behind `after`, in order; fewer than `limit` when they are long. The bounds are read in the same
/// transaction: read later they would promise events that are not in the page, read earlier they would not tell what
/// was trimmed.
pub async fn page(db: &Db, project: ProjectId, after: i64, limit: i64) -> Result<LogPage> {
    let mut tx = db.begin_read().await?;
    let bounds: PageBounds = tx
        .query(
            "select p.seq, p.trimmed_seq,
                    coalesce((select e.chain from events e where e.project_id = p.id and e.seq = p.seq), p.trimmed_chain)
                      as chain,
                    coalesce((select e.chain from events e where e.project_id = p.id and e.seq = $2),
                             case when p.trimmed_seq = $2 then p.trimmed_chain end) as begin_chain
             from projects p
             where p.id = $1",
        )
        .bind(project)
        .bind(after)
        .one()
        .await?;
    let rows = rows_after(tx.query(ROWS_AFTER), project, after, limit).await?;
    let head = LogPosition::new(bounds.seq, bounds.chain.into());
    let begin = if after == 0 { Some(Chain::NONE) } else { bounds.begin_chain.map(Chain::from) };
    let end = rows.last().map(Row::position).or(begin.map(|chain| LogPosition::new(after, chain))).unwrap_or(head);
    let items = rows
        .into_iter()
        .map(|row| RawValue::from_string(row.body).map_err(|error| Error::Internal(error.to_string())))
        .collect::<Result<_>>()?;
    Ok(LogPage { items, head, trimmed_seq: bounds.trimmed_seq, begin, end })
}

/// What events keep of the objects that they changed, as far as they are in the log.
pub async fn kept_by(
    tx: &mut Tx,
    project: ProjectId,
    events: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, String>> {
    let rows: Vec<(i64, String)> = tx
        .query(
            "select e.seq, e.before from {rows $1: seq bigint} r
             join events e on e.project_id = $2 and e.seq = r.seq
             where e.before is not null",
        )
        .bind_rows(events, Bind::bind)
        .bind(project)
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}

/// How far the logs of these projects reach.
pub async fn heads(db: &Db, projects: &[ProjectId]) -> Result<Vec<(ProjectId, i64)>> {
    db.query("select p.id, p.seq from {rows $1: id uuid} r join projects p on p.id = r.id")
        .bind_rows(projects, |cells, project| cells.bind(*project))
        .all()
        .await
}
