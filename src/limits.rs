//! How often somebody may do something.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{Quota, RateLimiter, clock::Clock, clock::DefaultClock, state::keyed::DefaultKeyedStateStore};

use crate::{
    config::Switch,
    error::{Error, Result},
};

type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock>;

/// Failed sign-ins: this many at once, then one in half a minute, for each account and address together, so
/// that nobody can lock somebody else out from elsewhere.
const SIGN_IN_BURST: NonZeroU32 = NonZeroU32::new(5).unwrap();
const SIGN_IN_EVERY: Duration = Duration::from_secs(30);
const MUTATIONS: NonZeroU32 = NonZeroU32::new(20).unwrap();
const MUTATION_BURST: NonZeroU32 = NonZeroU32::new(60).unwrap();

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
    clock: DefaultClock,
    sign_in: Keyed<(String, IpAddr)>,
    mutation: Keyed<String>,
}

impl Limits {
    #[must_use]
    pub fn new(switch: Switch) -> Self {
        let sign_in = Quota::with_period(SIGN_IN_EVERY)
            .unwrap_or_else(|| Quota::per_minute(SIGN_IN_BURST))
            .allow_burst(SIGN_IN_BURST);
        Self {
            on: switch == Switch::On,
            clock: DefaultClock::default(),
            sign_in: RateLimiter::keyed(sign_in),
            mutation: RateLimiter::keyed(Quota::per_second(MUTATIONS).allow_burst(MUTATION_BURST)),
        }
    }

    #[must_use]
    pub const fn on(&self) -> bool {
        self.on
    }

    fn check<K: Clone + Eq + std::hash::Hash>(&self, limiter: &Keyed<K>, key: &K) -> Result<()> {
        if !self.on {
            return Ok(());
        }
        limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Error::RateLimited { retry_after: wait.as_secs() + 1 }
        })
    }

    /// Count a try to sign in to an account from an address.
    pub fn sign_in(&self, email: &str, address: IpAddr) -> Result<()> {
        self.check(&self.sign_in, &(email.to_lowercase(), address))
    }

    /// Count a change by a caller.
    pub fn mutation(&self, caller: &str) -> Result<()> {
        self.check(&self.mutation, &caller.to_owned())
    }

    /// Forget those who have not come for a while.
    pub fn sweep(&self) {
        self.sign_in.retain_recent();
        self.mutation.retain_recent();
    }
}
