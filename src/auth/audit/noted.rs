//! Acts that belong to no transaction: refused sign-ins, forgotten passwords, exports. They are noted here, and a job writes
//! them to the audit log. A flood of them costs a row now and then: what is the same is counted, and of what differs only
//! so many rows are kept apart.

use std::net::IpAddr;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{
    act::{Act, By, Entry, Target},
    chain,
};
use crate::{
    auth::user::User,
    base::{clock::Timestamp, error::Result, ids::UserId},
    db::Db,
};

/// How many different ones are kept apart between two writes.
const MOST: usize = 20;

#[derive(Debug)]
struct Counted {
    by: By,
    entry: Entry,
    first: Timestamp,
    last: Timestamp,
    count: u64,
}

/// What waits to be written.
#[derive(Debug, Default)]
pub struct Noted {
    waiting: Mutex<Vec<Counted>>,
    wake: Notify,
}

impl Noted {
    pub fn note(&self, by: By, entry: Entry) {
        let now = Timestamp::now();
        add(&mut self.waiting.lock(), Counted { by, entry, first: now, last: now, count: 1 });
        self.wake.notify_one();
    }

    /// Resolves when something was noted.
    pub async fn wait(&self) {
        self.wake.notified().await;
    }

    /// Write what was noted. Answers whether some of it was counted together because there was too much.
    pub async fn flush(&self, db: &Db) -> Result<bool> {
        let taken = std::mem::take(&mut *self.waiting.lock());
        if taken.is_empty() {
            return Ok(false);
        }
        let entries: Vec<_> = taken.iter().map(Counted::entry).collect();
        let written = chain::append_alone(db, &entries).await;
        let crowded = taken.len() > MOST;
        if written.is_err() {
            let mut waiting = self.waiting.lock();
            for one in taken {
                add(&mut waiting, one);
            }
        }
        written.map(|()| crowded)
    }

    /// A sign-in, or a password asked for once more, that was refused.
    pub fn refused_password(&self, account: Option<&str>, address: IpAddr, why: &'static str) {
        super::refused_password(account, address, why);
        self.note(By { address: Some(address), ..By::default() }, of_account(Act::SignIn, account).with("why", why));
    }

    /// A code of a second factor that was refused.
    pub fn refused_code(&self, user: UserId, address: IpAddr, why: &'static str) {
        super::refused_code(user, address, why);
        let entry = Entry::new(Act::SecondFactor).about(Target::User(user)).with("why", why);
        self.note(By { address: Some(address), ..By::default() }, entry);
    }

    /// A person signed in by a recovery code.
    pub fn used_recovery_code(&self, user: &User, address: IpAddr) {
        super::second_factor(Act::RecoveryCode.name(), user.id, address);
        let by = By { actor: Some((user.id, user.name.clone())), address: Some(address), ..By::default() };
        self.note(by, Entry::new(Act::RecoveryCode).about(Target::User(user.id)));
    }

    /// A person asked for a link for a new password, or a stranger in their place.
    pub fn asked_for_password(&self, account: &str, address: IpAddr) {
        super::asked_for_password(account, address);
        self.note(By { address: Some(address), ..By::default() }, of_account(Act::ForgottenPassword, Some(account)));
    }
}

fn add(waiting: &mut Vec<Counted>, mut new: Counted) {
    if !new.is_in(waiting) && waiting.len() >= MOST {
        // One for each kind of act, whose ever it is.
        new = Counted { by: By::default(), entry: Entry::new(new.entry.act).with("others", true), ..new };
    }
    match waiting.iter_mut().find(|known| known.is_like(&new)) {
        Some(known) => {
            known.first = known.first.min(new.first);
            known.last = known.last.max(new.last);
            known.count += new.count;
        }
        None => waiting.push(new),
    }
}

fn of_account(act: Act, account: Option<&str>) -> Entry {
    let entry = Entry::new(act).about(Target::Account);
    match account {
        Some(account) => entry.named(account),
        None => entry,
    }
}

impl Counted {
    fn is_like(&self, other: &Self) -> bool {
        self.by == other.by && self.entry == other.entry
    }

    fn is_in(&self, waiting: &[Self]) -> bool {
        waiting.iter().any(|known| known.is_like(self))
    }

    fn entry(&self) -> (Timestamp, By, Entry) {
        let mut entry = self.entry.clone();
        if self.count > 1 {
            entry = entry.with("count", self.count).with("until", self.last);
        }
        (self.first, self.by.clone(), entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn what_is_the_same_is_counted_and_what_is_too_much_is_counted_together() {
        let noted = Noted::default();
        for n in 0..3 * MOST {
            noted.refused_password(Some(&format!("{n}@example.com")), HERE, "wrong password");
            noted.refused_password(Some("alice@example.com"), HERE, "wrong password");
            noted.asked_for_password("alice@example.com", HERE);
        }
        let waiting = noted.waiting.lock();
        assert_eq!(waiting.len(), MOST + 1);
        let total: u64 = waiting.iter().map(|one| one.count).sum();
        assert_eq!(total, u64::try_from(9 * MOST).unwrap());
        let (_, by, others) = waiting[MOST].entry();
        assert_eq!((by, others.target, others.details["others"].as_bool()), (By::default(), None, Some(true)));
        assert_eq!(waiting[1].count, u64::try_from(3 * MOST).unwrap());
    }
}
