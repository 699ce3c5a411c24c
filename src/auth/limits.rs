//! How often a caller may try a password, change something, or read, and how many streams may be open.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    auth::{
        buckets::{Buckets, Rate},
        network::Network,
    },
    base::{
        error::{Error, Result},
        ids::UserId,
    },
    config::Switch,
};

/// Wrong passwords for one account from one network, so that a stranger elsewhere cannot lock a user out.
const PASSWORDS: Rate = Rate { burst: 5, every: Duration::from_secs(30) };
/// Wrong codes of a second factor of one account, from wherever: only those who know its password get to try one, and a code
/// has six digits. At this pace a year of trying finds one with a chance of one in four.
const WRONG_CODES: Rate = Rate { burst: 10, every: Duration::from_mins(5) };
/// Whatever one network gets wrong, over all accounts: passwords, invitations, addresses that have an account.
const MISTAKES: Rate = Rate { burst: 30, every: Duration::from_secs(10) };
/// Accounts that one network makes. A class signs up within a minute.
const SIGN_UPS: Rate = Rate { burst: 120, every: Duration::from_secs(10) };
/// What one network asks without an account.
const STRANGERS: Rate = Rate { burst: 60, every: Duration::from_millis(50) };
/// The changes of one person, by whatever they are signed in with.
const MUTATIONS: Rate = Rate { burst: 60, every: Duration::from_millis(50) };
/// The reads of one person. A page with all of a person's projects open stays far below.
const READS: Rate = Rate { burst: 600, every: Duration::from_millis(10) };

/// How often a calendar is fetched by its address: a program asks every few minutes at most, and a person has several.
const FEEDS: Rate = Rate { burst: 60, every: Duration::from_secs(5) };

/// How often one person says where they are: a page says so at every change of it, and every 20 seconds.
const SIGHTINGS: Rate = Rate { burst: 60, every: Duration::from_millis(500) };

/// What a request counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Change,
    Read,
    /// Where a person is: nothing is written, and it is not to use up what they may change.
    Presence,
}

impl Counted {
    #[must_use]
    pub const fn policy(self) -> Policy {
        match self {
            Self::Change => CHANGES,
            Self::Read => READING,
            Self::Presence => PRESENCE,
        }
    }
}

/// A limit as answers tell of it: its name, how many at once, and after how many seconds all of them are there again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub name: &'static str,
    pub quota: u32,
    pub window: u32,
}

impl Policy {
    const fn of(name: &'static str, Rate { burst, every }: Rate) -> Self {
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a window is short")]
        let window = (every.as_millis() as u32 * burst).div_ceil(1_000);
        Self { name, quota: burst, window }
    }
}

pub const CHANGES: Policy = Policy::of("changes", MUTATIONS);
pub const READING: Policy = Policy::of("reads", READS);
pub const PRESENCE: Policy = Policy::of("presence", SIGHTINGS);
pub const SIGN_INS: Policy = Policy::of("sign-ins", PASSWORDS);
pub const CODES: Policy = Policy::of("codes", WRONG_CODES);
pub const ACCOUNTS: Policy = Policy::of("accounts", SIGN_UPS);
pub const ANONYMOUS: Policy = Policy::of("anonymous", STRANGERS);

/// Open streams of one session or token, and of one user.
pub const STREAMS_OF_CREDENTIAL: usize = 10;
pub const STREAMS_OF_USER: usize = 30;

/// Open streams of one server that takes so many connections: the rest is for those who call and go.
#[must_use]
pub const fn streams_of_node(connections: usize) -> usize {
    connections / 10 * 9
}

pub struct Limits {
    on: bool,
    passwords: Buckets,
    codes: Buckets,
    mistakes: Buckets,
    sign_ups: Buckets,
    strangers: Buckets,
    mutations: Buckets,
    reads: Buckets,
    sightings: Buckets,
    feeds: Buckets,
    /// How many streams and connections were refused because there were as many as may be.
    streams_refused: AtomicU64,
    connections_refused: AtomicU64,
}

/// A hash: what a caller sends is not kept as a key.
fn key(parts: &[&[u8]]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    u128::from_le_bytes(bytes)
}

fn of_network(address: IpAddr) -> u128 {
    match Network::from(address).address() {
        IpAddr::V4(address) => key(&[&address.octets()]),
        IpAddr::V6(address) => key(&[&address.octets()]),
    }
}

const fn limited(wait: Duration) -> Error {
    Error::RateLimited { retry_after: wait.as_secs() + 1 }
}

fn take(buckets: &Buckets, key: u128) -> Result<()> {
    buckets.take(key).map_err(limited)
}

/// A try of a secret. Its mistake counts for the network; for the account it counts until it is withdrawn, so that many
/// tries at once are no way around the limit.
#[must_use = "a try ends in a mistake or is withdrawn"]
pub struct Try<'a> {
    limits: &'a Limits,
    network: u128,
    account: Option<(&'a Buckets, u128)>,
}

impl Try<'_> {
    /// How many more the account has, when this one is a mistake; nothing where there are no limits.
    #[must_use]
    pub fn left(&self) -> Option<u32> {
        self.account.map(|(buckets, account)| buckets.budget(account).remaining)
    }

    /// It was wrong.
    pub fn mistake(self) {
        if self.limits.on {
            // An empty bucket stays empty.
            let _ = self.limits.mistakes.take(self.network);
        }
    }

    /// It was right, or its outcome is not the caller's fault: it does not count.
    pub fn withdraw(self) {
        if let Some((buckets, account)) = self.account {
            buckets.give_back(account);
        }
    }
}

impl Limits {
    #[must_use]
    pub fn new(switch: Switch) -> Self {
        Self {
            on: switch == Switch::On,
            passwords: Buckets::new(PASSWORDS),
            codes: Buckets::new(WRONG_CODES),
            mistakes: Buckets::new(MISTAKES),
            sign_ups: Buckets::new(SIGN_UPS),
            strangers: Buckets::new(STRANGERS),
            mutations: Buckets::new(MUTATIONS),
            reads: Buckets::new(READS),
            sightings: Buckets::new(SIGHTINGS),
            feeds: Buckets::new(FEEDS),
            streams_refused: AtomicU64::new(0),
            connections_refused: AtomicU64::new(0),
        }
    }

    /// A stream was refused: its caller, or this server, has as many as may be.
    pub fn refuse_stream(&self) {
        self.streams_refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection was closed: its network has as many as it may.
    pub fn refuse_connection(&self) {
        self.connections_refused.fetch_add(1, Ordering::Relaxed);
    }

    /// How often each limit refused something.
    #[must_use]
    pub fn refusals(&self) -> [(&'static str, u64); 10] {
        [
            (SIGN_INS.name, self.passwords.refused()),
            ("mistakes", self.mistakes.refused()),
            (ACCOUNTS.name, self.sign_ups.refused()),
            (ANONYMOUS.name, self.strangers.refused()),
            (CHANGES.name, self.mutations.refused()),
            (READING.name, self.reads.refused()),
            (PRESENCE.name, self.sightings.refused()),
            ("calendars", self.feeds.refused()),
            ("streams", self.streams_refused.load(Ordering::Relaxed)),
            ("connections", self.connections_refused.load(Ordering::Relaxed)),
        ]
    }

    #[must_use]
    pub const fn on(&self) -> bool {
        self.on
    }

    fn count(&self, buckets: &Buckets, key: u128) -> Result<Option<u32>> {
        if !self.on {
            return Ok(None);
        }
        take(buckets, key)?;
        Ok(Some(buckets.budget(key).remaining))
    }

    /// A try of a password for an account, which is an address as it is stored; none where the text is no address.
    pub fn try_password(&self, account: Option<&str>, address: IpAddr) -> Result<Try<'_>> {
        let mut tried = self.try_secret(address)?;
        if let Some(account) = account.filter(|_| self.on) {
            let key = key(&[account.as_bytes(), &tried.network.to_le_bytes()]);
            take(&self.passwords, key)?;
            tried.account = Some((&self.passwords, key));
        }
        Ok(tried)
    }

    /// A try of a code for an account whose password was right. It counts from whichever network it comes.
    pub fn try_code(&self, user: UserId, address: IpAddr) -> Result<Try<'_>> {
        let mut tried = self.try_secret(address)?;
        if self.on {
            take(&self.codes, user.0.as_u128())?;
            tried.account = Some((&self.codes, user.0.as_u128()));
        }
        Ok(tried)
    }

    /// A try of what a stranger may guess at: an invitation, an address that may have an account.
    pub fn try_secret(&self, address: IpAddr) -> Result<Try<'_>> {
        let network = of_network(address);
        if self.on {
            self.mistakes.check(network).map_err(limited)?;
        }
        Ok(Try { limits: self, network, account: None })
    }

    /// Count an account that is made from an address. Answers how many are left; nothing where there are no limits.
    pub fn sign_up(&self, address: IpAddr) -> Result<Option<u32>> {
        self.count(&self.sign_ups, of_network(address))
    }

    /// Count a question of a caller without an account. Answers how many are left; nothing where there are no limits.
    pub fn stranger(&self, address: IpAddr) -> Result<Option<u32>> {
        self.count(&self.strangers, of_network(address))
    }

    /// Count that a calendar is fetched: who got hold of its address does not use up what its person may read.
    pub fn feed(&self, calendar: Uuid) -> Result<()> {
        self.count(&self.feeds, calendar.as_u128()).map(drop)
    }

    const fn requests(&self, counted: Counted) -> &Buckets {
        match counted {
            Counted::Change => &self.mutations,
            Counted::Read => &self.reads,
            Counted::Presence => &self.sightings,
        }
    }

    /// Count a change or a read of a person, over all of their sessions and tokens. Answers how many are left; nothing
    /// where there are no limits.
    pub fn request(&self, user: UserId, counted: Counted) -> Result<Option<u32>> {
        self.count(self.requests(counted), user.0.as_u128())
    }

    /// Forget those who have not come for a while.
    pub fn sweep(&self) {
        let people = [&self.mutations, &self.reads, &self.sightings, &self.feeds];
        let all = [&self.passwords, &self.codes, &self.mistakes, &self.sign_ups, &self.strangers];
        all.into_iter().chain(people).for_each(Buckets::sweep);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn failures_of_an_account_are_counted_by_network_and_right_passwords_are_not() {
        let limits = Limits::new(Switch::On);
        let attempt = |from: &str| limits.try_password(Some("alice@example.com"), address(from));
        for _ in 0..50 {
            attempt("2001:db8::1").unwrap().withdraw();
        }
        for last in 1..=5 {
            attempt(&format!("2001:db8::{last}")).unwrap().mistake();
        }
        assert!(matches!(attempt("2001:db8::77"), Err(Error::RateLimited { retry_after: 1.. })));
        attempt("2001:db8:0:1::1").unwrap().withdraw();
        attempt("192.0.2.1").unwrap().withdraw();
        limits.try_password(Some("bob@example.com"), address("2001:db8::77")).unwrap().withdraw();
    }

    #[test]
    fn wrong_codes_of_an_account_are_counted_over_all_networks_and_right_ones_are_not() {
        let limits = Limits::new(Switch::On);
        let user = UserId::new();
        for _ in 0..50 {
            limits.try_code(user, address("192.0.2.1")).unwrap().withdraw();
        }
        for host in 1..=10 {
            limits.try_code(user, address(&format!("192.0.2.{host}"))).unwrap().mistake();
        }
        assert!(matches!(limits.try_code(user, address("192.0.2.77")), Err(Error::RateLimited { retry_after: 200.. })));
        limits.try_code(UserId::new(), address("192.0.2.77")).unwrap().withdraw();
    }

    #[test]
    fn one_network_cannot_try_many_accounts() {
        let limits = Limits::new(Switch::On);
        let tried = (0..60).take_while(|n| {
            let account = format!("person-{n}@example.com");
            limits.try_password(Some(&account), address("192.0.2.1")).map(Try::mistake).is_ok()
        });
        assert_eq!(tried.count(), 30);
        limits.try_password(Some("person-59@example.com"), address("::ffff:192.0.2.2")).unwrap().withdraw();
    }

    #[test]
    fn a_person_has_one_budget_of_changes_and_another_of_reads() {
        let limits = Limits::new(Switch::On);
        let (alice, bob) = (UserId::new(), UserId::new());
        let changes = (0..100).take_while(|_| limits.request(alice, Counted::Change).is_ok()).count();
        assert!((60..=62).contains(&changes), "{changes}");
        assert_eq!(limits.request(alice, Counted::Read).unwrap(), Some(599));
        assert_eq!(limits.request(bob, Counted::Change).unwrap(), Some(59));
        assert_eq!(Limits::new(Switch::Off).request(alice, Counted::Change).unwrap(), None);
    }
}
