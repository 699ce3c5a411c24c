//! Calendars that other programs fetch: a secret address of a person shows the tasks of their projects, and the milestones.
//!
//! - this file — the addresses
//! - [`feed`] — what one shows
//! - `lines` — how it is written

pub mod feed;
mod lines;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::user,
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{CalendarId, ProjectId, UserId},
        secrets,
        text::Name,
    },
    change::Transaction,
    db::{Bind, Db},
};

/// The most calendars of a person.
const MOST: i64 = 20;
/// The most projects that one names.
const MOST_PROJECTS: usize = 200;
const USED_EVERY: Duration = Duration::from_mins(5);

/// A calendar that other programs fetch, without its address.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Calendar {
    pub id: CalendarId,
    pub name: String,
    /// The projects that it is limited to; `null` when it shows all of one's projects.
    #[schema(required)]
    pub project_ids: Option<Vec<ProjectId>>,
    /// Whether it shows only tasks that are assigned to oneself.
    pub mine_only: bool,
    pub created_at: Timestamp,
    /// When a program fetched it last, to about five minutes.
    #[schema(required)]
    pub last_used_at: Option<Timestamp>,
}

/// A calendar when it was just made: the only time that its address is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedCalendar {
    #[serde(flatten)]
    pub calendar: Calendar,
    /// Where programs fetch it. To know it is to read the calendar. Absent when the answer is given again under the same
    /// `Idempotency-Key`: it is written down nowhere.
    #[schema(required = false, format = "uri")]
    pub url: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCalendar {
    pub name: Name,
    /// All of one's projects, now and later, when absent.
    #[schema(min_items = 1, max_items = 200)]
    pub project_ids: Option<Vec<ProjectId>>,
    /// Only tasks that are assigned to oneself, and no milestones.
    #[serde(default)]
    pub mine_only: bool,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: CalendarId,
    name: String,
    mine_only: bool,
    limited: bool,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

/// The address of a feed. Programs of calendars want it whole: what is behind a `#` is not sent.
fn url(public_url: &str, secret: &str) -> String {
    format!("{public_url}/calendar/{secret}.ics")
}

/// Make a calendar.
pub async fn create(tx: &mut Transaction, user: UserId, new: NewCalendar, public_url: &str) -> Result<CreatedCalendar> {
    let named = new.project_ids.as_ref().map_or(1, Vec::len);
    if !(1..=MOST_PROJECTS).contains(&named) {
        return Err(Error::invalid("/project_ids", format!("must name 1 to {MOST_PROJECTS} projects, or be left out")));
    }
    user::lock(tx.tx(), user).await?;
    let (count,): (i64,) = tx.query("select count(*) from calendars where user_id = $1").bind(user).one().await?;
    if count >= MOST {
        return Err(Error::conflict("too_many_calendars", format!("there are {MOST} calendars: delete one first")));
    }
    let secret = secrets::link();
    let calendar = Calendar {
        id: CalendarId::new(),
        name: new.name.as_str().into(),
        project_ids: new.project_ids,
        mine_only: new.mine_only,
        created_at: tx.at(),
        last_used_at: None,
    };
    tx.query(
        "insert into calendars (id, user_id, name, mine_only, limited, secret_hash, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(calendar.id)
    .bind(user)
    .bind(calendar.name.as_str())
    .bind(calendar.mine_only)
    .bind(calendar.project_ids.is_some())
    .bind(secrets::hash(&secret))
    .bind(calendar.created_at)
    .execute()
    .await?;
    for (at, project) in calendar.project_ids.iter().flatten().enumerate() {
        // Through the same door as everything: a project that is not the caller's does not exist.
        let known = tx
            .query(
                "insert into calendar_projects (calendar_id, project_id)
                 select $1, m.project_id from members m
                 join projects p on p.id = m.project_id
                 where m.project_id = $2 and m.user_id = $3 and p.deleted_at is null
                 on conflict (calendar_id, project_id) do nothing",
            )
            .bind(calendar.id)
            .bind(*project)
            .bind(user)
            .execute()
            .await?;
        if known == 0 {
            return Err(Error::invalid(format!("/project_ids/{at}"), "is not a project of yours, or is named twice"));
        }
    }
    Ok(CreatedCalendar { calendar, url: url(public_url, &secret) })
}

/// The calendars of a person, the newest first, behind the one that ended the page before.
pub async fn list(db: &Db, user: UserId, before: Option<CalendarId>, limit: i64) -> Result<Vec<Calendar>> {
    let rows: Vec<Row> = db
        .query(
            "select id, name, mine_only, limited, created_at, last_used_at from calendars
             where user_id = $1 and id < $2
             order by id desc
             limit $3",
        )
        .bind(user)
        .bind(before.unwrap_or(CalendarId(uuid::Uuid::max())))
        .bind(limit)
        .all()
        .await?;
    let named: Vec<(CalendarId, ProjectId)> = db
        .query(
            "select c.calendar_id, c.project_id from {rows $1: id uuid} r
             join calendar_projects c on c.calendar_id = r.id
             order by c.project_id",
        )
        .bind_rows(&rows, |cells, row| cells.bind(row.id))
        .all()
        .await?;
    let of = |id| named.iter().filter(|(calendar, _)| *calendar == id).map(|(_, project)| *project).collect();
    let calendar = |row: Row| Calendar {
        project_ids: row.limited.then(|| of(row.id)),
        id: row.id,
        name: row.name,
        mine_only: row.mine_only,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    };
    Ok(rows.into_iter().map(calendar).collect())
}

/// Delete a calendar: its address leads nowhere from now on.
pub async fn remove(tx: &mut Transaction, user: UserId, calendar: CalendarId) -> Result<()> {
    let removed =
        tx.query("delete from calendars where id = $1 and user_id = $2").bind(calendar).bind(user).execute().await?;
    if removed == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// A calendar that a program asks for by its secret.
#[derive(Clone, Debug, sqlx_macros::FromRow)]
pub struct Asked {
    pub id: CalendarId,
    pub name: String,
    pub user_id: UserId,
    mine_only: bool,
    last_used_at: Option<Timestamp>,
}

/// The calendar of a secret, unless its person may not sign in, or lacks the second factor that the policy asks for.
pub async fn find(db: &Db, secret: &str) -> Result<Asked> {
    db.query(
        "select c.id, c.name, c.user_id, c.mine_only, c.last_used_at from calendars c
         join users u on u.id = c.user_id
         where c.secret_hash = $1 and u.disabled_at is null
           and not exists (select 1 from second_factors_missing f where f.user_id = u.id)",
    )
    .bind(secrets::hash(secret))
    .one()
    .await
}

/// Remember that it was fetched.
pub async fn note_use(db: &Db, calendar: &Asked) {
    let (id, now) = (calendar.id, Timestamp::now());
    if calendar.last_used_at.is_none_or(|used| used.plus(USED_EVERY) < now) {
        db.execute_best_effort("update calendars set last_used_at = $2 where id = $1", move |query| {
            query.bind(id).bind(now)
        })
        .await;
    }
}
