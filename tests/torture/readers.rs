//! Readers of streams: they cut, stop reading for a while, come back with their cursor to another node, and
//! leave with what they were let in by.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use rand::{RngExt, rngs::StdRng};
use tokio::time::sleep_until;

use crate::{
    follow::Follow,
    law::Law,
    people::{Credential, End},
    sse::{self, Opened, Opening, Sse},
    world::{Phase, Standing, World},
};

/// Promised for streams of the node that ended what they were opened by, of other nodes, and of those when every
/// hint between them is lost.
const SAME_NODE: Duration = Duration::from_millis(400);
const OTHER_NODE: Duration = Duration::from_secs(1);
const WITHOUT_HINTS: Duration = Duration::from_secs(5);
/// A stream that was being opened when its session ended may be found by the next comparison only.
const OPENING: Duration = Duration::from_millis(300);

/// Where a reader is, for those who wait until all have arrived.
#[derive(Default)]
pub struct Place(Mutex<State>);

#[derive(Clone, Default)]
pub struct State {
    pub wish: Option<Wish>,
    pub positions: HashMap<String, i64>,
    /// Who is shown as present: the project and the person.
    pub shown: BTreeSet<(String, String)>,
    pub stalled: bool,
    /// Since when without a break; not at all while it is between two streams.
    pub since: Option<Instant>,
}

impl State {
    /// Since when it has been reading, without a break and without a pause.
    pub fn reads_since(&self) -> Option<Instant> {
        self.since.filter(|_| !self.stalled)
    }
}

impl Place {
    pub fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap());
    }

    pub fn state(&self) -> State {
        self.0.lock().unwrap().clone()
    }
}

/// Who wants to read what.
#[derive(Clone)]
pub struct Wish {
    pub person: usize,
    pub credential: Arc<Credential>,
    pub single: Option<String>,
    pub only: Option<Vec<String>>,
}

impl Wish {
    pub fn wants(&self, project: &str) -> bool {
        self.credential.reaches(project)
            && self.single.as_ref().is_none_or(|single| single == project)
            && self.only.as_ref().is_none_or(|only| only.iter().any(|id| id == project))
    }

    fn path(&self) -> String {
        match (&self.single, &self.only) {
            (Some(project), _) => format!("/projects/{project}/events"),
            (None, Some(only)) => format!("/events?project={}", only.join("&project=")),
            (None, None) => "/events".into(),
        }
    }
}

/// What a reader takes along from stream to stream: the cursor, and what had been read when it came.
#[derive(Default)]
pub struct Memory {
    pub cursor: Option<String>,
    pub at_cursor: HashMap<String, i64>,
    /// Of which history of the database it is.
    pub history: usize,
}

fn wish(world: &World, rng: &mut StdRng) -> Option<Wish> {
    let person = rng.random_range(0..world.people.len());
    let mut valid = world.people[person].valid();
    if valid.is_empty() {
        return None;
    }
    let credential = valid.swap_remove(rng.random_range(0..valid.len()));
    let board = world.any_board(rng).id.clone();
    let single = rng.random_bool(world.plan.single).then(|| board.clone());
    let only = (single.is_none() && rng.random_bool(0.2)).then(|| vec![board]);
    Some(Wish { person, credential, single, only })
}

/// Reads as one person after the other until everything is over.
pub async fn read(world: &World, number: usize, place: Arc<Place>) {
    let mut rng = world.chances(&format!("reader {number}"));
    while !world.over() {
        let Some(mut wish) = wish(world, &mut rng) else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let mut memory = Memory::default();
        loop {
            place.set(|state| *state = State { wish: Some(wish.clone()), ..State::default() });
            if !visit(world, &place, &wish, &mut memory, &mut rng).await || world.over() {
                break;
            }
            let others = world.people[wish.person].valid();
            let others: Vec<_> = others.into_iter().filter(|other| other.reach == wish.credential.reach).collect();
            if others.is_empty() || (world.phase() == Phase::Work && rng.random_bool(0.15)) {
                break;
            }
            wish.credential = others[rng.random_range(0..others.len())].clone();
            place.set(|state| *state = State { wish: Some(wish.clone()), ..State::default() });
            if world.phase() == Phase::Work {
                world.pause(&mut rng, world.plan.away).await;
            }
        }
        place.set(|state| *state = State::default());
        // A refusal may be for a reason that lasts.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    place.set(|state| *state = State::default());
}

/// One stream from its opening to its end; answers whether to come back.
async fn visit(world: &World, place: &Place, wish: &Wish, memory: &mut Memory, rng: &mut StdRng) -> bool {
    let node = world.any_node_to_read(rng);
    let kills = world.cluster.kills(node);
    let asked = Instant::now();
    let ended = wish.credential.end();
    let standing = wish.single.as_ref().map(|project| world.standing(project, wish.person));
    // In this order: a node of a new history has another address.
    let (url, history, path) = (world.cluster.url(node), world.history(), wish.path());
    // Through a small window everything is slow, the end too.
    let slow = rng.random_bool(0.25);
    let window = if slow { 8 * 1024 } else { 512 * 1024 };
    let opening =
        Opening { url: &url, path: &path, auth: &wish.credential.auth, cursor: memory.cursor.as_deref(), window };
    let opened = tokio::time::timeout(Duration::from_secs(15), sse::open(opening)).await.unwrap_or(Opened::Broken);
    let stream = match opened {
        Opened::Broken => {
            tokio::time::sleep(Duration::from_millis(40)).await;
            return true;
        }
        Opened::Refused(status, text) => {
            if status >= 500 && status != 503 {
                world.verdict.broken(Law::BadInput, format!("GET {path} as a stream: {status} {text}"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            return status == 503;
        }
        Opened::Stream(stream) => stream,
    };
    let name = &world.people[wish.person].name;
    let mut unwanted = None;
    if let (Some(single), Some((Standing::Gone, n))) = (&wish.single, standing)
        && world.standing(single, wish.person) == (Standing::Gone, n)
    {
        unwanted = Some((Law::OnlyMembers, format!("a stream of {path} was opened for {name}, who is no member")));
    }
    if matches!(ended, End::Ended(..)) {
        let text = format!("a stream of {path} was opened for {name} by what had ended before: {ended:?}");
        unwanted = Some((Law::Revocation, text));
    }
    place.set(|state| (state.since, state.stalled) = (Some(Instant::now()), slow));
    Visit { world, place, wish, node, kills, history, asked, slow, stream, unwanted }.stay(memory, rng).await;
    true
}

struct Visit<'a> {
    world: &'a World,
    place: &'a Place,
    wish: &'a Wish,
    node: usize,
    /// The node's mark from before it was opened.
    kills: usize,
    history: usize,
    asked: Instant,
    slow: bool,
    stream: Sse,
    unwanted: Option<(Law, String)>,
}

impl Visit<'_> {
    async fn stay(mut self, memory: &mut Memory, rng: &mut StdRng) {
        let Self { world, place, wish, .. } = self;
        let mut follow = Follow::new(world, place, wish, memory, self.history);
        follow.unwanted = self.unwanted.take();
        let mut end = wish.credential.watch();
        let mut phase = world.phase.subscribe();
        let mut act_at = Instant::now() + world.plan.stay.mul_f64(rng.random_range(0.0..2.0));
        // While it did not read, the end may have waited in its own window.
        let mut read_since = Instant::now();
        let mut stalled = self.slow;
        while !world.over() {
            let deadline = self.deadline(read_since);
            let far = Instant::now() + Duration::from_mins(1);
            tokio::select! {
                frame = self.stream.frame() => {
                    let Some(frame) = frame else {
                        if !follow.sent_away() && !stalled {
                            self.cut_off(&follow);
                        }
                        return;
                    };
                    let witness = rng.random_bool(world.plan.witness);
                    follow.take(frame, witness).await;
                }
                () = sleep_until(deadline.unwrap_or(far).into()), if deadline.is_some() => {
                    return self.outlived();
                }
                _ = end.changed() => {}
                _ = phase.changed() => {
                    if world.over() {
                        return;
                    }
                    act_at = Instant::now() + world.plan.stay.mul_f64(rng.random_range(0.0..2.0));
                }
                () = sleep_until(act_at.into()), if world.phase() == Phase::Work => {
                    if !rng.random_bool(world.plan.stall) {
                        return;
                    }
                    stalled = true;
                    place.set(|state| state.stalled = true);
                    world.pause(rng, Duration::from_millis(900)).await;
                    read_since = Instant::now();
                    let slow = self.slow;
                    place.set(|state| (state.stalled, state.since) = (slow, Some(read_since)));
                    act_at = read_since + world.plan.stay;
                }
            }
        }
    }

    /// By when the stream has to be over, if what it was opened by is.
    fn deadline(&self, read_since: Instant) -> Option<Instant> {
        let End::Ended(at, node) = self.wish.credential.end() else { return None };
        // By time every node knows it by itself.
        let same = node == self.node || node == usize::MAX;
        let opening = self.asked + OPENING > at;
        let promised = match (same, opening) {
            _ if self.slow => WITHOUT_HINTS * 2,
            (true, false) => SAME_NODE,
            (true, true) => OTHER_NODE * 2,
            (false, _) if self.world.plan.keeps_hints() => OTHER_NODE * 3 / 2,
            (false, _) => WITHOUT_HINTS,
        };
        Some(at.max(read_since) + self.world.pulse.allow(promised))
    }

    /// A server that runs on, or stops when asked to, says `bye` on every stream whose credential is valid.
    fn cut_off(&self, follow: &Follow<'_>) {
        if !self.world.cluster.was_killed_since(self.node, self.kills) && self.wish.credential.is_valid() {
            let name = &self.world.people[self.wish.person].name;
            let text = format!("a stream of {name} at node {} ended without a bye", self.node);
            follow.broken(Law::WhatWasMissed, &text);
        }
    }

    fn outlived(&self) {
        let End::Ended(at, node) = self.wish.credential.end() else { return };
        let by = if node == usize::MAX { "its time".to_owned() } else { format!("node {node}") };
        let what = if self.wish.credential.is_session() { "session" } else { "token" };
        let name = &self.world.people[self.wish.person].name;
        let text = format!(
            "the {what} of {name} was ended by {by}, and {:?} later its stream at node {} goes on (everything is {:?} late here)",
            at.elapsed(),
            self.node,
            self.world.pulse.late()
        );
        self.world.verdict.broken(Law::Revocation, text);
    }
}
