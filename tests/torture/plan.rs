//! What a run does, and how often. Everything that is left to chance follows from the seed.

use std::time::Duration;

use boardcast::faults::Fault;

#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each of them is a switch of its own")]
pub struct Plan {
    pub seed: u64,
    /// An administrator's address; on files without.
    pub postgres: Option<String>,
    pub nodes: usize,
    pub redis: bool,
    pub fault: Option<Fault>,
    /// The server loses its power once, and with it what the disk was not asked to keep.
    pub power_cut: bool,
    /// Of a hundred hints between nodes, how many are lost.
    pub lost_hints: u32,
    /// Of a hundred changes, how many fail at their COMMIT.
    pub failed_commits: u32,
    /// The first node is asked for changes, the others for streams.
    pub apart: bool,

    pub projects: usize,
    pub people: usize,
    pub writers: usize,
    pub readers: usize,
    /// How long a round lasts until everything has to come to rest.
    pub round: Duration,

    /// How often, in the mean; never when absent.
    pub kills: Option<Duration>,
    pub hangups: Option<Duration>,
    /// In which share of the rests the database is put back to an older state.
    pub restores: f64,
    pub redis_stops: Option<Duration>,
    /// Whoever reads the log of a node stops reading, or goes away.
    pub log_stops: Option<Duration>,
    /// A file of a server is moved away; on files only.
    pub vanishings: Option<Duration>,
    pub trims: Option<Duration>,
    /// How many events of a project a trim leaves.
    pub kept: i64,
    pub removals: Option<Duration>,
    pub endings: Option<Duration>,
    /// How many end sessions and tokens, each those of other people; the share of changed passwords among the ends,
    /// and of tokens that expire soon among the new ones.
    pub enders: usize,
    pub passwords: f64,
    pub expiring: f64,
    pub lives: Option<Duration>,
    /// How often people come and go whom others watch, clients lose their network, and people are told by push.
    pub presence: Option<Duration>,
    pub offline: Option<Duration>,
    pub push: Option<Duration>,

    /// The share of requests: whose connection is cut, that are sent twice at once under one key, that are about
    /// something of others, that are wrong.
    pub cut: f64,
    pub twice: f64,
    pub stray: f64,
    pub invalid: f64,
    /// Writers of titles only, as fast as they can.
    pub plain: bool,
    /// The share of readers' turns in which they stop reading for a while.
    pub stall: f64,
    /// For how long a reader stays, in the mean, before it cuts.
    pub stay: Duration,
    /// For how long it stays away until it comes back.
    pub away: Duration,
    /// How often somebody asks for much and reads nothing of it.
    pub stuck: Option<Duration>,
    /// How often strangers come who do not finish their requests.
    pub strangers: Option<Duration>,
    /// The share of readers of single projects.
    pub single: f64,
    /// The share of events that are looked up in the log as soon as they are seen.
    pub witness: f64,
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

impl Plan {
    pub fn of_sqlite(seed: u64) -> Self {
        Self {
            seed,
            postgres: None,
            nodes: 1,
            redis: false,
            fault: None,
            power_cut: false,
            lost_hints: 0,
            failed_commits: 1,
            apart: false,
            projects: 3,
            people: 6,
            writers: 10,
            readers: 12,
            round: ms(1_500),
            kills: Some(ms(2_500)),
            hangups: None,
            restores: 0.3,
            redis_stops: None,
            log_stops: Some(ms(2_000)),
            vanishings: Some(ms(5_000)),
            trims: Some(ms(400)),
            kept: 60,
            removals: Some(ms(120)),
            endings: Some(ms(250)),
            enders: 1,
            passwords: 0.05,
            expiring: 0.3,
            lives: Some(ms(1_500)),
            presence: Some(ms(200)),
            offline: Some(ms(150)),
            push: Some(ms(250)),
            cut: 0.03,
            twice: 0.05,
            stray: 0.05,
            invalid: 0.03,
            plain: false,
            stall: 0.1,
            stay: ms(400),
            away: ms(60),
            stuck: None,
            strangers: Some(ms(400)),
            single: 0.5,
            witness: 0.1,
        }
    }

    pub fn of_postgres(seed: u64, url: &str, redis: bool) -> Self {
        Self {
            postgres: Some(url.to_owned()),
            nodes: 3,
            redis,
            // Some seeds lose no hint, some a third, some all of them.
            lost_hints: [0, 30, 100][usize::try_from(seed / 2 % 3).unwrap_or(0)],
            kills: Some(ms(4_000)),
            hangups: Some(ms(700)),
            redis_stops: redis.then_some(ms(2_000)),
            vanishings: None,
            ..Self::of_sqlite(seed)
        }
    }

    /// One life of one server, whose end nobody else causes.
    pub fn until_the_power_goes(self) -> Self {
        let quiet = Self { kills: None, vanishings: None, log_stops: None, trims: None, push: None, ..self };
        Self { power_cut: true, writers: 4, ..quiet }
    }

    /// Whether servers end while requests are on their way.
    pub fn dies(&self) -> bool {
        self.kills.is_some() || self.vanishings.is_some()
    }

    /// Whether a change whose outcome is said to be unknown was taken back for sure.
    pub fn knows_the_unknown(&self) -> bool {
        self.failed_commits > 0 && !self.dies() && self.hangups.is_none() && !self.power_cut
    }

    /// Whether hints between nodes arrive for sure.
    pub fn keeps_hints(&self) -> bool {
        self.lost_hints == 0 && self.hangups.is_none() && self.redis_stops.is_none() && !self.dies()
    }
}
