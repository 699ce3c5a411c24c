//! Everything that the actors share: who and what there is, and what of it should hold at the moment.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::sync::watch;

use crate::{
    archive::Archive,
    cluster::Cluster,
    evidence::Evidence,
    law::Verdict,
    ledger::Ledger,
    people::{Credential, Person},
    plan::Plan,
    presence::Said,
    pulse::Pulse,
    push::Pushes,
    readers::Place,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Work,
    /// Nobody writes, nothing is disturbed, readers stay.
    Calm,
    Over,
}

/// Where somebody stands in a project, as far as answers say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Member,
    Gone,
    /// A change is on its way, or its answer never came.
    Unsure,
}

pub struct Board {
    pub at: usize,
    pub id: String,
    pub things: Mutex<Things>,
    /// Not asked for any more, and when that was answered.
    pub deleting: Mutex<(bool, Option<Instant>)>,
}

/// What writers know to be there; some of it may be gone.
#[derive(Clone, Default)]
pub struct Things {
    pub tasks: Vec<(String, i64)>,
    pub columns: Vec<String>,
    pub labels: Vec<String>,
    /// Tasks that were deleted and may be in the trash.
    pub deleted: Vec<String>,
    /// Events that undid others.
    pub undone: Vec<i64>,
    /// The last event that an answer told of.
    pub head: i64,
    /// Attachments, and what their bytes are.
    pub files: Vec<(String, String)>,
}

impl Board {
    /// In every text of this project, so that it is known anywhere.
    pub fn tag(&self) -> String {
        format!("[p{}]", self.at)
    }

    pub fn ends(&self) -> bool {
        self.deleting.lock().unwrap().0
    }

    pub fn gone_since(&self) -> Option<Instant> {
        self.deleting.lock().unwrap().1
    }
}

/// A project, and the number of a person.
type Membership = (String, usize);

pub struct World {
    pub plan: Plan,
    pub cluster: Cluster,
    pub http: reqwest::Client,
    pub verdict: Verdict,
    pub people: Vec<Person>,
    pub keeper: Arc<Credential>,
    pub boards: RwLock<Vec<Arc<Board>>>,
    pub ledger: Ledger,
    pub evidence: Evidence,
    pub archive: tokio::sync::Mutex<Archive>,
    pub pulse: Pulse,
    pub phase: watch::Sender<Phase>,
    /// How many actors are at work, and must come to rest.
    pub busy: AtomicUsize,
    pub places: Mutex<Vec<Arc<Place>>>,
    /// With the number of the change that led there, and when that was.
    standings: Mutex<HashMap<Membership, (Standing, u64, Instant)>>,
    /// Held by the actor that changes who is a member.
    pub membership: tokio::sync::Mutex<()>,
    pub said: Said,
    pub pushes: Pushes,
    pub answers: AtomicUsize,
    /// How far each log was when the database was put back to an older state, each time.
    put_back: Mutex<Vec<HashMap<String, i64>>>,
    /// How long events took to readers at another node than the one that was asked for the change.
    pub delays: Mutex<Vec<Duration>>,
}

impl World {
    pub fn new(
        plan: Plan,
        cluster: Cluster,
        http: reqwest::Client,
        people: Vec<Person>,
        keeper: Arc<Credential>,
    ) -> Self {
        Self {
            plan,
            cluster,
            http,
            verdict: Verdict::default(),
            people,
            keeper,
            boards: RwLock::default(),
            ledger: Ledger::default(),
            evidence: Evidence::default(),
            archive: tokio::sync::Mutex::default(),
            pulse: Pulse::default(),
            phase: watch::channel(Phase::Work).0,
            busy: AtomicUsize::default(),
            places: Mutex::default(),
            standings: Mutex::default(),
            membership: tokio::sync::Mutex::default(),
            said: Said::default(),
            pushes: Pushes::default(),
            answers: AtomicUsize::default(),
            put_back: Mutex::default(),
            delays: Mutex::default(),
        }
    }

    /// Each actor has its own chances.
    pub fn chances(&self, actor: &str) -> StdRng {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        StdRng::seed_from_u64(actor.bytes().fold(self.plan.seed ^ 0xcbf2_9ce4_8422_2325, mix))
    }

    /// Whom to ask for anything but a stream.
    pub fn any_node(&self, rng: &mut StdRng) -> usize {
        if self.plan.apart { 0 } else { rng.random_range(0..self.cluster.size()) }
    }

    /// Whom to ask for a stream.
    pub fn any_node_to_read(&self, rng: &mut StdRng) -> usize {
        rng.random_range(usize::from(self.plan.apart)..self.cluster.size())
    }

    pub fn any_board(&self, rng: &mut StdRng) -> Arc<Board> {
        let boards = self.boards.read().unwrap();
        let alive: Vec<_> = boards.iter().filter(|board| !board.ends()).collect();
        alive[rng.random_range(0..alive.len())].clone()
    }

    pub fn board(&self, id: &str) -> Option<Arc<Board>> {
        self.boards.read().unwrap().iter().find(|board| board.id == id).cloned()
    }

    pub fn standing(&self, project: &str, person: usize) -> (Standing, u64) {
        let standings = self.standings.lock().unwrap();
        let found = standings.get(&(project.to_owned(), person));
        found.map_or((Standing::Unsure, 0), |(standing, number, _)| (*standing, *number))
    }

    /// Since when somebody is no member for sure.
    pub fn gone_since(&self, project: &str, person: usize) -> Option<Instant> {
        let standings = self.standings.lock().unwrap();
        let (standing, _, at) = standings.get(&(project.to_owned(), person))?;
        (*standing == Standing::Gone).then_some(*at)
    }

    pub fn stands(&self, project: &str, person: usize, standing: Standing) {
        let mut standings = self.standings.lock().unwrap();
        let now = Instant::now();
        let entry = standings.entry((project.to_owned(), person)).or_insert((standing, 0, now));
        *entry = (standing, entry.1 + 1, now);
    }

    /// From here on the database goes on from an older state, in which the logs ended here.
    pub fn put_back(&self, heads: HashMap<String, i64>) {
        self.put_back.lock().unwrap().push(heads);
    }

    /// Which history this is: how often the database was put back.
    pub fn history(&self) -> usize {
        self.put_back.lock().unwrap().len()
    }

    /// Up to where a project's log of then is that of now.
    pub fn common(&self, project: &str, history: usize) -> i64 {
        let put_back = self.put_back.lock().unwrap();
        let heads = put_back[history..].iter().filter_map(|heads| heads.get(project));
        heads.copied().min().unwrap_or(i64::MAX)
    }

    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Whether all of this time is over and so much was answered; where that takes long, four times the time is enough.
    pub fn enough(&self, start: Instant, time: Duration, answers: usize) -> bool {
        let few = self.answers.load(Ordering::Relaxed) < answers;
        start.elapsed() >= if few { time * 4 } else { time }
    }

    pub fn over(&self) -> bool {
        self.phase() == Phase::Over || self.verdict.found().is_some()
    }

    /// At the beginning of every turn of an actor that changes anything: rests while it has to be calm. Answers
    /// whether to go on.
    pub async fn may_work(&self) -> bool {
        if self.over() {
            return false;
        }
        if self.phase() == Phase::Work {
            return true;
        }
        self.busy.fetch_sub(1, Ordering::SeqCst);
        let mut phase = self.phase.subscribe();
        drop(phase.wait_for(|phase| *phase != Phase::Calm).await);
        self.busy.fetch_add(1, Ordering::SeqCst);
        !self.over()
    }

    /// Waits for about this long, or until it has to be calm.
    pub async fn pause(&self, rng: &mut StdRng, mean: Duration) {
        let time = mean.mul_f64(rng.random_range(0.3..1.7));
        let mut phase = self.phase.subscribe();
        let rest = phase.wait_for(|phase| *phase != Phase::Work);
        drop(tokio::time::timeout(time, rest).await);
    }
}
