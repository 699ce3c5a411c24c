//! What concerns one person: being assigned, added, mentioned, a comment on what they watch. Numbered for each person
//! without a gap, so that a stream resumes them like events.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crate::{
    auth::user,
    base::{
        clock::Timestamp,
        error::Result,
        ids::{CommentId, NotificationId, ProjectId, TaskId, UserId},
    },
    change::{Change, Transaction},
    db::{Bind, Tx, query::part},
    log::notifications::{NOTIFICATIONS, Notification, Row},
    model::{
        mails,
        notification_settings::{self, Channels, NotificationKind},
        pushes,
    },
};

/// What happened, and where.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    pub task: Option<TaskId>,
    pub comment: Option<CommentId>,
}

/// Who is told of something and why: each person once, by the first reason that is listed for them, and never of what they
/// did themselves. A muted project tells no more than what names the person.
#[must_use]
pub fn audience(
    actor: Option<UserId>,
    reasons: &[(UserId, NotificationKind)],
    muted: &BTreeSet<UserId>,
) -> BTreeMap<UserId, NotificationKind> {
    let mut told = BTreeMap::new();
    for (user, kind) in reasons {
        let silent = muted.contains(user) && !kind.names_the_person();
        if Some(*user) != actor && !silent {
            told.entry(*user).or_insert(*kind);
        }
    }
    told
}

/// Notify people of what the actor did; those who are disabled are told nothing. `reasons` lists the stronger one first.
pub async fn notify(change: &mut Change, about: About, reasons: &[(UserId, NotificationKind)]) -> Result<()> {
    notify_all(change, &[(about, reasons.to_vec())]).await
}

/// News before it has a number.
struct Told {
    about: About,
    user: UserId,
    kind: NotificationKind,
    channels: Channels,
}

/// News as it is written.
struct Numbered {
    id: NotificationId,
    number: i64,
    told: Told,
}

/// The same for several things that happened in one change, in a constant number of statements.
pub async fn notify_all(change: &mut Change, news: &[(About, Vec<(UserId, NotificationKind)>)]) -> Result<()> {
    let actor = change.actor_or_none().map(|actor| actor.id);
    let reasons = news.iter().flat_map(|(_, reasons)| reasons);
    let users: BTreeSet<UserId> = reasons.map(|(user, _)| *user).filter(|user| Some(*user) != actor).collect();
    if users.is_empty() {
        return Ok(());
    }
    let project = change.project();
    let muted = muted(change, project, &users).await?;
    let told: Vec<_> = news.iter().map(|(about, reasons)| (*about, audience(actor, reasons, &muted))).collect();
    let wanted: BTreeSet<_> = told.iter().flat_map(|(_, told)| told).map(|(user, kind)| (*user, *kind)).collect();
    let channels = notification_settings::of_all(change, &wanted).await?;
    let told: Vec<Told> = told
        .into_iter()
        .flat_map(|(about, told)| told.into_iter().map(move |(user, kind)| (about, user, kind)))
        .map(|(about, user, kind)| Told { about, user, kind, channels: channels[&(user, kind)] })
        .filter(|told| told.channels.any())
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let mut counts: BTreeMap<UserId, i64> = BTreeMap::new();
    for told in &told {
        *counts.entry(told.user).or_default() += 1;
    }
    // Other projects' changes count these people's notifications too.
    user::lock_all(change.tx(), counts.keys().copied().collect()).await?;
    let numbers: Vec<(UserId, i64)> = change
        .query(
            "update users set notification_seq = notification_seq + r.count
             from {rows $1: id uuid, count bigint} r
             where users.id = r.id and disabled_at is null
             returning users.id, notification_seq",
        )
        .bind_rows(&counts, |cells, (user, count)| cells.bind(*user).bind(*count))
        .all()
        .await?;
    let mut next: BTreeMap<UserId, i64> = numbers.iter().map(|(user, last)| (*user, last - counts[user])).collect();
    let number = |told: Told| {
        let number = next.get_mut(&told.user)?;
        *number += 1;
        Some(Numbered { id: NotificationId::new(), number: *number, told })
    };
    let rows: Vec<Numbered> = told.into_iter().filter_map(number).collect();
    write(change, &rows).await?;
    for (user, _) in numbers {
        change.notify_user(user);
    }
    send(change, &rows).await
}

async fn write(change: &mut Change, rows: &[Numbered]) -> Result<()> {
    let (project, actor, at) = (change.project(), change.actor_or_none().map(|actor| actor.id), change.at());
    change
        .query(
            "insert into notifications
               (id, user_id, number, kind, on_page, project_id, task_id, comment_id, actor_id, created_at)
             select r.id, r.user_id, r.number, r.kind, r.on_page, $2, r.task_id, r.comment_id, $3, $4
             from {rows $1: id uuid, user_id uuid, number bigint, kind text, on_page boolean, task_id uuid,
                   comment_id uuid} r",
        )
        .bind_rows(rows, |cells, Numbered { id, number, told }| {
            let cells = cells.bind(*id).bind(told.user).bind(*number).bind(told.kind.name()).bind(told.channels.page);
            cells.bind(told.about.task).bind(told.about.comment)
        })
        .bind(project)
        .bind(actor)
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

/// Mail and push to those who want them.
async fn send(change: &mut Change, rows: &[Numbered]) -> Result<()> {
    if change.config().smtp.is_some() {
        let mailed = rows.iter().filter(|row| row.told.channels.email);
        let due: Vec<_> = mailed
            .map(|row| mails::Due {
                user: row.told.user,
                kind: row.told.kind,
                notification: row.id,
                at: send_at(change, row.told.kind),
            })
            .collect();
        mails::queue(change, &due).await?;
    }
    let pushed = rows.iter().filter(|row| row.told.channels.push);
    let pushed: Vec<_> = pushed.map(|row| (row.told.user, row.id)).collect();
    pushes::queue(change, &pushed).await
}

/// When a mail goes out, unless its person has seen the news until then: sooner where it names them.
fn send_at(change: &Change, kind: NotificationKind) -> Timestamp {
    let delay = Duration::from_secs(u64::from(change.config().mail_delay));
    change.at().plus(if kind.names_the_person() { delay } else { delay * 5 })
}

async fn muted(change: &mut Change, project: ProjectId, users: &BTreeSet<UserId>) -> Result<BTreeSet<UserId>> {
    let found: Vec<(UserId,)> = change
        .query(
            "select m.user_id from {rows $1: id uuid} r
             join project_mutes m on m.user_id = r.id and m.project_id = $2",
        )
        .bind_rows(users, |cells, user| cells.bind(*user))
        .bind(project)
        .all()
        .await?;
    Ok(found.into_iter().map(|(user,)| user).collect())
}

/// Those of projects that the person still belongs to: the newest first, before `before`.
pub async fn list(tx: &mut Tx, user: UserId, unread: bool, before: i64, limit: i64) -> Result<Vec<Notification>> {
    let rows: Vec<Row> = tx
        .query(NOTIFICATIONS)
        .append(part(
            "where n.user_id = $1 and n.number < $2 and n.on_page and (n.read_at is null or not $3)
             order by n.number desc
             limit $4",
        ))
        .bind(user)
        .bind(before)
        .bind(unread)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// How many a person has not read.
pub async fn unread_in(tx: &mut Tx, user: UserId) -> Result<i64> {
    let (count,): (i64,) = tx.query(UNREAD).bind(user).one().await?;
    Ok(count)
}

const UNREAD: &str = "select count(*) from notifications n
 join members m on m.project_id = n.project_id and m.user_id = n.user_id
 join projects p on p.id = n.project_id and p.deleted_at is null
 where n.user_id = $1 and n.on_page and n.read_at is null";

/// Mark one as read.
pub async fn read(tx: &mut Transaction, user: UserId, notification: NotificationId) -> Result<Notification> {
    let at = tx.at();
    tx.query("update notifications set read_at = coalesce(read_at, $3) where id = $1 and user_id = $2")
        .bind(notification)
        .bind(user)
        .bind(at)
        .execute()
        .await?;
    let row: Row = tx
        .query(NOTIFICATIONS)
        .append(part("where n.user_id = $1 and n.id = $2"))
        .bind(user)
        .bind(notification)
        .one()
        .await?;
    Ok(row.into())
}

/// Mark all as read, up to a number.
pub async fn read_all(tx: &mut Transaction, user: UserId, up_to: Option<i64>) -> Result<()> {
    let at = tx.at();
    tx.query("update notifications set read_at = $2 where user_id = $1 and number <= $3 and read_at is null")
        .bind(user)
        .bind(at)
        .bind(up_to.unwrap_or(i64::MAX))
        .execute()
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{
        NotificationKind::{Added, Assigned, Commented, Due, Mentioned, Overdue},
        *,
    };

    type Reasons<'a> = &'a [(usize, NotificationKind)];
    /// A rule in words; then an actor, the reasons to tell people, those who have muted the project, and those whom the rule tells.
    type Rule = (&'static str, Option<usize>, Reasons<'static>, &'static [usize], Reasons<'static>);

    #[test]
    fn who_is_told_of_what() {
        const ALICE: usize = 0;
        const BOB: usize = 1;
        const CHARLIE: usize = 2;
        let people: [UserId; 3] = std::array::from_fn(|_| UserId::new());
        let rules: [Rule; 10] = [
            ("without a reason no one is told", Some(ALICE), &[], &[], &[]),
            (
                "each is told by their reason",
                Some(ALICE),
                &[(BOB, Commented), (CHARLIE, Mentioned)],
                &[],
                &[(BOB, Commented), (CHARLIE, Mentioned)],
            ),
            (
                "not of what they did themselves",
                Some(ALICE),
                &[(ALICE, Assigned), (BOB, Commented)],
                &[],
                &[(BOB, Commented)],
            ),
            ("once, by the first reason", Some(ALICE), &[(BOB, Mentioned), (BOB, Commented)], &[], &[(BOB, Mentioned)]),
            ("a muted project tells no comment", Some(ALICE), &[(BOB, Commented)], &[BOB], &[]),
            ("nor a day that comes or has passed", None, &[(BOB, Due), (CHARLIE, Overdue)], &[BOB, CHARLIE], &[]),
            (
                "but what names the person",
                Some(ALICE),
                &[(BOB, Mentioned), (CHARLIE, Assigned)],
                &[BOB, CHARLIE],
                &[(BOB, Mentioned), (CHARLIE, Assigned)],
            ),
            ("that they were added too", Some(ALICE), &[(BOB, Added)], &[BOB], &[(BOB, Added)]),
            (
                "the weaker reason of who muted does not hide the one that names them",
                Some(ALICE),
                &[(BOB, Commented), (BOB, Mentioned)],
                &[BOB],
                &[(BOB, Mentioned)],
            ),
            (
                "one who muted changes nothing for another",
                Some(ALICE),
                &[(BOB, Commented), (CHARLIE, Commented)],
                &[BOB],
                &[(CHARLIE, Commented)],
            ),
        ];
        for (rule, actor, reasons, muted, expected) in rules {
            let named = |list: Reasons<'_>| list.iter().map(|(who, kind)| (people[*who], *kind)).collect::<Vec<_>>();
            let muted = muted.iter().map(|who| people[*who]).collect();
            let told = audience(actor.map(|who| people[who]), &named(reasons), &muted);
            assert_eq!(told, named(expected).into_iter().collect(), "{rule}");
        }
    }
}
