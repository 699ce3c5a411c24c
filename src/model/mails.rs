//! The outbox: mails that wait to be sent. A mail is written with the change that it tells of; what it says, and whether its
//! person may still know it, is looked up when it is sent.

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{InvitationId, MailId, NotificationId, PasswordResetId, ProjectId, UserId},
    },
    change::{Change, Transaction},
    db::{Bind, Db, Tx},
    faults,
    mail::News,
    model::{
        news::{self, Way},
        notification_settings::NotificationKind,
    },
};

/// How long one node may take for a mail before another tries.
const CLAIM: Duration = Duration::from_mins(2);
/// How long a mail waits after its first failed attempt; later ones wait longer, by the square of their number.
const PAUSE: Duration = Duration::from_secs(30);
/// After so many attempts a mail is left to the administrators.
const MOST_ATTEMPTS: i64 = 8;
/// How many pieces of news one mail tells of.
const MOST_NEWS: i64 = 50;

/// News of which a person is told by mail too.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub user: UserId,
    pub kind: NotificationKind,
    pub notification: NotificationId,
    pub at: Timestamp,
}

/// Write mails with the change that they tell of.
pub async fn queue(change: &mut Change, mails: &[Due]) -> Result<()> {
    if mails.is_empty() {
        return Ok(());
    }
    let (project, at) = (change.project(), change.at());
    change
        .query(
            "insert into mails (id, user_id, kind, project_id, notification_id, created_at, send_at)
             select r.id, r.user_id, r.kind, $2, r.notification_id, $3, r.send_at
             from {rows $1: id uuid, user_id uuid, kind text, notification_id uuid, send_at bigint} r",
        )
        .bind_rows(mails, |cells, mail| {
            let cells = cells.bind(MailId::new()).bind(mail.user).bind(mail.kind.name());
            cells.bind(mail.notification).bind(mail.at)
        })
        .bind(project)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

/// Write the mail of an invitation.
pub async fn queue_invitation(change: &mut Change, invitation: InvitationId, address: &str, link: &str) -> Result<()> {
    let (project, at, by) = (change.project(), change.at(), change.actor()?.id);
    change
        .query(
            "insert into mails (id, user_id, address, kind, project_id, link, created_at, send_at, invitation_id)
             values ($1, $2, $3, 'invitation', $4, $5, $6, $6, $7)",
        )
        .bind(MailId::new())
        .bind(by)
        .bind(address)
        .bind(project)
        .bind(link)
        .bind(at)
        .bind(invitation)
        .execute()
        .await?;
    Ok(())
}

/// Write the mail that has a link for a new password.
pub async fn queue_reset(
    tx: &mut Transaction,
    reset: PasswordResetId,
    user: UserId,
    address: &str,
    link: &str,
) -> Result<()> {
    let at = tx.at();
    tx.query(
        "insert into mails (id, user_id, address, kind, link, created_at, send_at, reset_id)
         values ($1, $2, $3, 'password_reset', $4, $5, $5, $6)",
    )
    .bind(MailId::new())
    .bind(user)
    .bind(address)
    .bind(link)
    .bind(at)
    .bind(reset)
    .execute()
    .await?;
    Ok(())
}

/// What an account itself is told, by mail only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountMail {
    /// The second factor was turned off.
    TotpOff,
    /// The recovery codes of the second factor were made anew.
    RecoveryCodes,
    /// A sign-in from where the account was not used before: when, from which address, by which program.
    NewSignIn(String),
}

impl AccountMail {
    fn parts(self) -> (&'static str, Option<String>) {
        match self {
            Self::TotpOff => ("totp_off", None),
            Self::RecoveryCodes => ("recovery_codes", None),
            Self::NewSignIn(details) => ("new_sign_in", Some(details)),
        }
    }
}

/// Write a mail to the person of an account, if this server sends mails and the person may sign in.
pub async fn queue_for_account(tx: &mut Transaction, user: UserId, mail: AccountMail) -> Result<()> {
    if tx.config().smtp.is_none() {
        return Ok(());
    }
    let (at, (kind, details)) = (tx.at(), mail.parts());
    tx.query(
        "insert into mails (id, user_id, address, kind, details, created_at, send_at)
         select $1, u.id, u.email, $3, $5, $4, $4 from users u
         where u.id = $2 and u.disabled_at is null",
    )
    .bind(MailId::new())
    .bind(user)
    .bind(kind)
    .bind(at)
    .bind(details)
    .execute()
    .await?;
    Ok(())
}

/// Mails that one node has taken: all that wait for one person of one project.
#[derive(Debug)]
pub struct Claimed {
    pub mails: Vec<MailId>,
    pub address: String,
    pub name: String,
    /// The account of the address, if it has one.
    pub user: Option<UserId>,
    /// What is left to tell; nothing when all of it was read, is gone, or is not for this person any more.
    pub news: Vec<News>,
}

#[derive(sqlx_macros::FromRow)]
struct First {
    id: MailId,
    user_id: UserId,
    kind: String,
    project_id: Option<ProjectId>,
    address: Option<String>,
    link: Option<String>,
    details: Option<String>,
}

/// Take the next mails that are due, so that no other node sends them.
pub async fn claim(db: &Db, now: Timestamp) -> Result<Option<Claimed>> {
    let due: Option<(MailId,)> = db
        .query(
            "select id from mails
             where send_at <= $1 and failed_at is null and (claimed_until is null or claimed_until < $1)
             limit 1",
        )
        .bind(now)
        .optional()
        .await?;
    if due.is_none() {
        // Without a transaction, for which writers would wait.
        return Ok(None);
    }
    let mut tx = db.begin().await?;
    let first: Option<First> = tx
        .query(
            "select id, user_id, kind, project_id, address, link, details from mails
             where send_at <= $1 and failed_at is null and (claimed_until is null or claimed_until < $1)
             order by send_at, id
             limit 1",
        )
        .bind(now)
        .optional()
        .await?;
    let Some(first) = first else { return Ok(None) };
    // An invitation is a letter of its own; what else waits for the person goes along, also what is not due yet, but not
    // what pauses after a failure.
    let ids: Vec<(MailId,)> = if first.address.is_some() {
        vec![(first.id,)]
    } else {
        tx.query(
            "select id from mails
             where user_id = $1 and project_id = $2 and address is null and failed_at is null
               and (claimed_until is null or claimed_until < $3) and (send_at <= $3 or attempts = 0)
             order by send_at, id
             limit $4",
        )
        .bind(first.user_id)
        .bind(first.project_id)
        .bind(now)
        .bind(MOST_NEWS)
        .all()
        .await?
    };
    let claimed: Vec<(MailId, Option<NotificationId>)> = tx
        .query(
            "update mails set claimed_until = $2
             where id in (select r.id from {rows $1: id uuid} r)
               and failed_at is null and (claimed_until is null or claimed_until < $3)
             returning id, notification_id",
        )
        .bind_rows(&ids, |cells, (id,)| cells.bind(*id))
        .bind(now.plus(faults::mail_pace().map_or(CLAIM, |pace| pace * 20)))
        .bind(now)
        .all()
        .await?;
    let mails: Vec<MailId> = claimed.iter().map(|(id, _)| *id).collect();
    let claimed = if first.kind == "password_reset" {
        reset(&mut tx, first, mails).await?
    } else if first.address.is_some() && first.project_id.is_none() {
        of_account(&mut tx, first, mails).await?
    } else if first.address.is_some() {
        invitation(&mut tx, first, mails).await?
    } else {
        let notifications: Vec<_> = claimed.iter().filter_map(|(_, notification)| *notification).collect();
        news(&mut tx, first, mails, &notifications).await?
    };
    tx.commit().await?;
    Ok(claimed)
}

async fn invitation(tx: &mut Tx, first: First, mails: Vec<MailId>) -> Result<Option<Claimed>> {
    let (Some(address), Some(link)) = (first.address, first.link) else { return Ok(None) };
    let row: Option<(String, String, String)> = tx
        .query(
            "select p.name, p.key, u.name from projects p
             join members m on m.project_id = p.id
             join users u on u.id = m.user_id and u.disabled_at is null
             join mails q on q.id = $3
             join invitations i on i.id = q.invitation_id and i.used_at is null and i.expires_at > $4
             where p.id = $1 and m.user_id = $2 and p.deleted_at is null",
        )
        .bind(first.project_id)
        .bind(first.user_id)
        .bind(first.id)
        .bind(Timestamp::now())
        .optional()
        .await?;
    let news = row.map(|(project_name, project_key, actor)| News {
        kind: "invitation".into(),
        project_name,
        project_key,
        actor: Some(actor),
        link: Some(link),
        ..News::default()
    });
    Ok(Some(Claimed { mails, address, name: String::new(), user: None, news: news.into_iter().collect() }))
}

/// The link for a new password, while it works.
async fn reset(tx: &mut Tx, first: First, mails: Vec<MailId>) -> Result<Option<Claimed>> {
    let (Some(address), Some(link)) = (first.address, first.link) else { return Ok(None) };
    let row: Option<(String,)> = tx
        .query(
            "select u.name from mails q
             join password_resets r on r.id = q.reset_id and r.expires_at > $2
             join users u on u.id = r.user_id and u.disabled_at is null
             where q.id = $1",
        )
        .bind(first.id)
        .bind(Timestamp::now())
        .optional()
        .await?;
    let Some((name,)) = row else {
        return Ok(Some(Claimed { mails, address, name: String::new(), user: None, news: vec![] }));
    };
    let news = News { kind: "password_reset".into(), link: Some(link), ..News::default() };
    Ok(Some(Claimed { mails, address, name, user: None, news: vec![news] }))
}

/// What an account is told, while its person may sign in.
async fn of_account(tx: &mut Tx, first: First, mails: Vec<MailId>) -> Result<Option<Claimed>> {
    let Some(address) = first.address else { return Ok(None) };
    let row: Option<(String,)> =
        tx.query("select name from users where id = $1 and disabled_at is null").bind(first.user_id).optional().await?;
    let news = News { kind: first.kind, details: first.details, ..News::default() };
    let news = row.iter().map(|_| news.clone()).collect();
    let (name,) = row.unwrap_or_default();
    Ok(Some(Claimed { mails, address, name, user: None, news }))
}

/// What is still to be told, to whom.
async fn news(
    tx: &mut Tx,
    first: First,
    mails: Vec<MailId>,
    notifications: &[NotificationId],
) -> Result<Option<Claimed>> {
    let told = news::untold(tx, notifications, Way::Email).await?;
    let (address, name) = told.first().map(|one| (one.email.clone(), one.name.clone())).unwrap_or_default();
    let news = told.into_iter().map(|one| one.news).collect();
    Ok(Some(Claimed { mails, address, name, user: Some(first.user_id), news }))
}

/// They are sent, or there is nothing left to say.
pub async fn done(db: &Db, mails: &[MailId]) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.query("delete from mails where id in (select r.id from {rows $1: id uuid} r)")
        .bind_rows(mails, |cells, id| cells.bind(*id))
        .execute()
        .await?;
    tx.commit().await
}

/// They were not taken: try again later, each time after longer, until they are left to the administrators.
pub async fn failed(db: &Db, mails: &[MailId], reason: &str, for_good: bool, now: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.query(
        "update mails
         set attempts = attempts + 1, claimed_until = null, error = $2,
             failed_at = case when $3 or attempts + 1 >= $4 then $5 else null end,
             link = case when $3 or attempts + 1 >= $4 then null else link end,
             send_at = $5 + $6 * (attempts + 1) * (attempts + 1)
         where id in (select r.id from {rows $1: id uuid} r)",
    )
    .bind_rows(mails, |cells, id| cells.bind(*id))
    .bind(reason.chars().take(500).collect::<String>())
    .bind(for_good)
    .bind(MOST_ATTEMPTS)
    .bind(now)
    .bind(i64::try_from(faults::mail_pace().unwrap_or(PAUSE).as_millis()).unwrap_or(i64::MAX))
    .execute()
    .await?;
    tx.commit().await
}

/// A mail that could not be sent.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct FailedMail {
    pub id: MailId,
    /// `assigned`, `commented` …, `invitation`, `password_reset`, `totp_off`, `recovery_codes` or `new_sign_in`.
    pub kind: String,
    pub address: String,
    pub attempts: i64,
    /// What the SMTP server said.
    pub error: String,
    pub created_at: Timestamp,
    pub failed_at: Timestamp,
}

/// Mails that could not be sent, the last one first. What they say is not shown.
pub async fn list_failed(db: &Db, before: Option<MailId>, limit: i64) -> Result<Vec<FailedMail>> {
    db.query(
        "select q.id, q.kind, coalesce(q.address, u.email) as address, q.attempts, coalesce(q.error, '') as error,
                q.created_at, q.failed_at
         from mails q
         join users u on u.id = q.user_id
         where q.failed_at is not null and q.id < $1
         order by q.id desc
         limit $2",
    )
    .bind(before.unwrap_or(MailId(uuid::Uuid::max())))
    .bind(limit)
    .all()
    .await
}

/// Try a failed mail again. The link of an invitation, or for a new password, is not kept: a new one is made instead.
pub async fn retry(tx: &mut Transaction, mail: MailId) -> Result<()> {
    let at = tx.at();
    let found = tx
        .query(
            "update mails set failed_at = null, attempts = 0, send_at = $2
             where id = $1 and failed_at is not null and invitation_id is null and reset_id is null",
        )
        .bind(mail)
        .bind(at)
        .execute()
        .await?;
    if found == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Give up a failed mail.
pub async fn remove_failed(tx: &mut Transaction, mail: MailId) -> Result<()> {
    let found = tx.query("delete from mails where id = $1 and failed_at is not null").bind(mail).execute().await?;
    if found == 0 { Err(Error::NotFound) } else { Ok(()) }
}
