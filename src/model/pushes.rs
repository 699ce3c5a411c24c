//! The outbox of push messages. One is written with the change that it tells of, for each browser of its person; what it says,
//! and whether its person may still know it, is looked up when it is sent.

use std::time::Duration;

use crate::{
    auth::sessions,
    base::{
        clock::Timestamp,
        error::Result,
        ids::{NotificationId, PushSubscriptionId, SessionId, UserId},
    },
    change::Change,
    db::{Bind, Db, Tx},
    faults,
    mail::News,
    model::{
        news::{self, Way},
        notifications,
    },
    push::Keys,
};

/// How many browsers are looked at for one that no other node serves.
const MOST_CANDIDATES: i64 = 16;
/// How many pieces of news one browser is told of at once.
const MOST_NEWS: i64 = 100;
/// How long a message waits for a push service that takes none. By then it is no news.
const KEPT: Duration = Duration::from_hours(24);
/// How often a push service is asked at least before a subscription is given up.
const LEAST_FAILURES: i64 = 8;
/// A pause grows with the square of the failures, up to so many times the first one.
const LONGEST_PAUSE: i64 = 120;
/// No push service makes a message wait for longer.
const LONGEST_RETRY: Duration = Duration::from_hours(12);

/// The times that sending goes by.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How often the outbox is looked at.
    pub every: Duration,
    /// How long news wait for their person to see them on the page: who looks at the task has read them at once.
    pub delay: Duration,
    /// How long a push service may take for one message.
    pub patience: Duration,
    /// How long one node may take for the messages of a browser before another tries.
    pub claim: Duration,
    /// How long a browser waits after its first failure.
    pub pause: Duration,
    /// How long a push service may fail before its subscription is given up.
    pub dead_after: Duration,
}

impl Timing {
    #[must_use]
    pub fn present() -> Self {
        let real = Self {
            every: Duration::from_secs(1),
            delay: Duration::from_secs(5),
            patience: Duration::from_secs(10),
            claim: Duration::from_mins(2),
            pause: Duration::from_secs(30),
            dead_after: Duration::from_hours(168),
        };
        faults::push_pace().map_or(real, |pace| Self {
            every: pace,
            delay: pace * 5,
            patience: pace * 50,
            claim: pace * 60,
            pause: pace,
            dead_after: pace * 50,
        })
    }
}

/// Write messages with the change that they tell of: one for each browser of each of these people.
pub async fn queue(change: &mut Change, told: &[(UserId, NotificationId)]) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let at = change.at();
    change
        .query(
            "insert into pushes (subscription_id, notification_id, created_at, send_at)
             select s.id, r.notification_id, $2, $3
             from {rows $1: user_id uuid, notification_id uuid} r
             join push_subscriptions s on s.user_id = r.user_id",
        )
        .bind_rows(told, |cells, (user, notification)| cells.bind(*user).bind(*notification))
        .bind(at)
        .bind(at.plus(Timing::present().delay))
        .execute()
        .await?;
    Ok(())
}

/// A browser that one node has taken, with what it is to be told.
#[derive(Debug)]
pub struct Claimed {
    pub subscription: PushSubscriptionId,
    pub endpoint: String,
    pub keys: Keys,
    /// Whether messages may hold texts.
    pub show_texts: bool,
    pub unread_count: i64,
    /// What is left to tell; nothing when all of it was read, is gone, or is not for this person any more.
    pub told: Vec<(NotificationId, News)>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    session_id: SessionId,
    user_id: UserId,
    endpoint: String,
    p256dh: String,
    auth: String,
}

/// Take the next browser for which something is due, so that no other node sends to it. What there is nothing left to say of
/// is forgotten with that.
pub async fn claim(db: &Db, now: Timestamp) -> Result<Option<Claimed>> {
    // Without a transaction, for which writers would wait.
    let due: Vec<(PushSubscriptionId,)> = db
        .query(
            "select distinct s.id from pushes p
             join push_subscriptions s on s.id = p.subscription_id
             where p.send_at <= $1
               and (s.claimed_until is null or s.claimed_until < $1)
               and (s.paused_until is null or s.paused_until <= $1)
             limit $2",
        )
        .bind(now)
        .bind(MOST_CANDIDATES)
        .all()
        .await?;
    for (subscription,) in due {
        if let Some(claimed) = claim_one(db, subscription, now).await? {
            return Ok(Some(claimed));
        }
    }
    Ok(None)
}

async fn claim_one(db: &Db, subscription: PushSubscriptionId, now: Timestamp) -> Result<Option<Claimed>> {
    let mut tx = db.begin().await?;
    let row: Option<Row> = tx
        .query(
            "update push_subscriptions set claimed_until = $2
             where id = $1 and (claimed_until is null or claimed_until < $3)
               and (paused_until is null or paused_until <= $3)
             returning session_id, user_id, endpoint, p256dh, auth",
        )
        .bind(subscription)
        .bind(now.plus(Timing::present().claim))
        .bind(now)
        .optional()
        .await?;
    // Another node was faster.
    let Some(row) = row else { return Ok(None) };
    let keys = Keys::parse(&row.p256dh, &row.auth).ok();
    let (true, Some(keys)) = (sessions::is_live(&mut tx, row.session_id, now).await?, keys) else {
        delete(&mut tx, subscription).await?;
        tx.commit().await?;
        return Ok(None);
    };
    let waiting: Vec<(NotificationId,)> = tx
        .query(
            "select notification_id from pushes
             where subscription_id = $1 and send_at <= $2
             order by send_at, notification_id
             limit $3",
        )
        .bind(subscription)
        .bind(now)
        .bind(MOST_NEWS)
        .all()
        .await?;
    let waiting: Vec<_> = waiting.into_iter().map(|(notification,)| notification).collect();
    let told = news::untold(&mut tx, &waiting, Way::Push).await?;
    let told: Vec<_> = told.into_iter().map(|one| (one.notification, one.news)).collect();
    let past: Vec<_> = waiting.into_iter().filter(|one| !told.iter().any(|(known, _)| known == one)).collect();
    forget(&mut tx, subscription, &past).await?;
    let (show_texts,): (bool,) = tx.query("select push_texts from users where id = $1").bind(row.user_id).one().await?;
    let unread_count = notifications::unread_in(&mut tx, row.user_id).await?;
    tx.commit().await?;
    Ok(Some(Claimed { subscription, endpoint: row.endpoint, keys, show_texts, unread_count, told }))
}

async fn forget(tx: &mut Tx, subscription: PushSubscriptionId, told: &[NotificationId]) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    tx.query(
        "delete from pushes
         where subscription_id = $2 and notification_id in (select r.id from {rows $1: id uuid} r)",
    )
    .bind_rows(told, |cells, id| cells.bind(*id))
    .bind(subscription)
    .execute()
    .await?;
    Ok(())
}

/// These are with the push service, or cannot be sent at all.
pub async fn done(db: &Db, subscription: PushSubscriptionId, told: &[NotificationId]) -> Result<()> {
    let mut tx = db.begin().await?;
    forget(&mut tx, subscription, told).await?;
    tx.query("update push_subscriptions set failures = 0, failing_since = null where id = $1 and failures > 0")
        .bind(subscription)
        .execute()
        .await?;
    tx.commit().await
}

/// Let others send to this browser again: everything that was claimed is done.
pub async fn release(db: &Db, subscription: PushSubscriptionId) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.query("update push_subscriptions set claimed_until = null where id = $1").bind(subscription).execute().await?;
    tx.commit().await
}

/// The push service took nothing: leave it alone for a while, each time for longer, or as long as it says. One that takes
/// nothing for days is given up. `jitter` is a number from 0 to 1: browsers that failed together come back one by one.
pub async fn failed(
    db: &Db,
    subscription: PushSubscriptionId,
    retry_after: Option<Duration>,
    jitter: f64,
    now: Timestamp,
) -> Result<()> {
    let timing = Timing::present();
    let mut tx = db.begin().await?;
    let row: Option<(i64, Timestamp)> = tx
        .query(
            "update push_subscriptions
             set failures = failures + 1, failing_since = coalesce(failing_since, $2), claimed_until = null
             where id = $1
             returning failures, failing_since",
        )
        .bind(subscription)
        .bind(now)
        .optional()
        .await?;
    let Some((failures, since)) = row else { return Ok(()) };
    if failures >= LEAST_FAILURES && since.plus(timing.dead_after) <= now {
        delete(&mut tx, subscription).await?;
    } else {
        let times = u32::try_from((failures * failures).min(LONGEST_PAUSE)).unwrap_or(1);
        let pause = (timing.pause * times).mul_f64(0.75 + jitter / 2.0);
        let pause = pause.max(retry_after.unwrap_or_default().min(LONGEST_RETRY));
        tx.query("update push_subscriptions set paused_until = $2 where id = $1")
            .bind(subscription)
            .bind(now.plus(pause))
            .execute()
            .await?;
    }
    tx.commit().await
}

/// The browser has ended its subscription.
pub async fn gone(db: &Db, subscription: PushSubscriptionId) -> Result<()> {
    let mut tx = db.begin().await?;
    delete(&mut tx, subscription).await?;
    tx.commit().await
}

async fn delete(tx: &mut Tx, subscription: PushSubscriptionId) -> Result<()> {
    tx.query("delete from push_subscriptions where id = $1").bind(subscription).execute().await?;
    tx.query("delete from pushes where subscription_id = $1").bind(subscription).execute().await?;
    Ok(())
}

/// Forget messages that no push service took in time, or whose subscription is gone.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    db.execute(
        "delete from pushes
         where created_at <= $1
            or not exists (select 1 from push_subscriptions s where s.id = pushes.subscription_id)",
        |query| query.bind(now.minus(KEPT)),
    )
    .await
}
