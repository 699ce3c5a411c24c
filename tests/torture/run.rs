//! A run: the world is made, everybody sets to work, and again and again everything comes to rest and is held
//! against the laws.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    archive::Archive,
    call::Answer,
    chaos,
    cluster::{Cluster, KEEPER_EMAIL},
    credentials,
    law::{Breach, Law},
    members, offline,
    people::{Credential, Person},
    plan::Plan,
    presence, pulse, push,
    readers::{self, Place},
    restore, strangers, stuck,
    support::{Fields, PASSWORD},
    world::{Phase, World},
    writers,
};

/// How long anybody may take to finish what they are at.
const REST: Duration = Duration::from_secs(40);
/// By when everybody who reads has everything, with every hint lost.
const ARRIVAL: Duration = Duration::from_secs(5);

/// How much should have been answered when the power goes.
const BEFORE_THE_CUT: usize = 400;

/// How a run went.
pub struct Outcome {
    pub breach: Option<Breach>,
    pub rounds: usize,
    pub answers: usize,
    pub events: i64,
}

/// For this time, or until something is found. On a machine that has little time for it longer, until there were so
/// many answers.
pub async fn run(plan: Plan, time: Duration, answers: usize) -> Outcome {
    let start = Instant::now();
    let world = Arc::new(make(plan).await);
    let actors = set_to_work(&world).await;
    let mut rounds = 0;
    let mut rng = world.chances("restores");
    if world.plan.power_cut {
        return lose_power(world, actors).await;
    }
    while world.verdict.found().is_none() && !world.enough(start, time, answers) {
        drop(tokio::time::timeout(world.plan.round, world.verdict.wait()).await);
        if world.verdict.found().is_none() {
            // Whoever finds something meanwhile ends the round.
            tokio::select! {
                () = rest(&world, &mut rng) => rounds += 1,
                _ = world.verdict.wait() => {}
            }
        }
    }
    world.phase.send_replace(Phase::Over);
    finish(&world, actors).await;
    let events = world.archive.lock().await.logs.values().map(|log| log.head).sum();
    world.cluster.end().await;
    Outcome { breach: world.verdict.found(), rounds, answers: world.answers.load(Ordering::Relaxed), events }
}

/// Everybody works until the power goes; then only the log that is left is looked at.
async fn lose_power(world: Arc<World>, actors: JoinSet<()>) -> Outcome {
    let start = Instant::now();
    while world.verdict.found().is_none() && !world.enough(start, world.plan.round * 2, BEFORE_THE_CUT) {
        drop(tokio::time::timeout(world.plan.round / 4, world.verdict.wait()).await);
    }
    let there = world.clone();
    tokio::task::spawn_blocking(move || there.cluster.down(0, false).is_some()).await.unwrap();
    world.phase.send_replace(Phase::Over);
    finish(&world, actors).await;
    let Some(mut world) = Arc::into_inner(world) else { panic!("somebody is still at work") };
    world.cluster.cut_power().await;
    let mut archive = Archive::default();
    archive.copy(&world).await.unwrap();
    let boards = world.boards.read().unwrap().clone();
    for board in boards {
        let call = world.call(0, &world.keeper, Method::GET, format!("/projects/{}/board", board.id));
        if let Some(answer) = call.send().await.filter(Answer::done) {
            world.keep_snapshot(&board.id, answer.body);
        }
    }
    world.weigh(&mut archive.logs);
    let events = archive.logs.values().map(|log| log.head).sum();
    world.cluster.end().await;
    Outcome { breach: world.verdict.found(), rounds: 1, answers: world.answers.load(Ordering::Relaxed), events }
}

async fn make(plan: Plan) -> World {
    let cluster = Cluster::start(&plan).await;
    let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(64).build().unwrap();
    let names = (1..plan.people).map(|at| match at {
        1 => "Bob".to_owned(),
        2 => "Charlie".to_owned(),
        at => format!("Member {}", at + 1),
    });
    let url = format!("{}/api/v1", cluster.url(0));
    let enter = async |path: &str, body: serde_json::Value| {
        let request = http
            .post(format!("{url}{path}"))
            .header("origin", cluster.url(0))
            .header("content-type", "application/json");
        let response = request.body(body.to_string()).send().await.unwrap();
        let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let body: serde_json::Value = response.json().await.unwrap();
        (body["user"].id(), cookie)
    };
    let (id, cookie) = enter("/session", json!({"email": KEEPER_EMAIL, "password": PASSWORD})).await;
    let mut people = vec![Person::new(0, &id, "Alice", KEEPER_EMAIL, PASSWORD)];
    let keeper = Arc::new(Credential::session(0, cookie));
    for (at, name) in names.enumerate() {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "-"));
        let (id, cookie) = enter("/users", json!({"email": email, "name": name, "password": PASSWORD})).await;
        let person = Person::new(at + 1, &id, &name, &email, PASSWORD);
        person.take(Credential::session(at + 1, cookie));
        people.push(person);
    }
    // Alice's second session is one that may end.
    let (_, cookie) = enter("/session", json!({"email": KEEPER_EMAIL, "password": PASSWORD})).await;
    people[0].take(Credential::session(0, cookie));
    World::new(plan, cluster, http, people, keeper)
}

async fn set_to_work(world: &Arc<World>) -> JoinSet<()> {
    let mut rng = world.chances("founder");
    for _ in 0..world.plan.projects {
        let mut tries = 0;
        while members::found(world, &mut rng).await.is_none() {
            tries += 1;
            if tries == 10 {
                world.verdict.broken(Law::Kept, "no project could be made at the beginning");
                break;
            }
        }
    }
    for person in &world.people[1..] {
        if world.over() {
            return JoinSet::new();
        }
        credentials::make(world, person, &mut rng).await;
    }
    let mut actors = JoinSet::new();
    // Each actor that changes something is waited for when everything has to rest.
    macro_rules! act {
        ($world:ident => $act:expr) => {{
            let $world = world.clone();
            world.busy.fetch_add(1, Ordering::SeqCst);
            actors.spawn(async move {
                $act.await;
                $world.busy.fetch_sub(1, Ordering::SeqCst);
            });
        }};
    }
    for number in 0..world.plan.writers {
        act!(world => writers::write(&world, number));
    }
    act!(world => members::change(&world));
    act!(world => members::lives(&world));
    for number in 0..world.plan.enders {
        act!(world => credentials::change(&world, number));
    }
    for number in 0..2 {
        act!(world => offline::work(&world, number));
    }
    act!(world => push::assign(&world));
    act!(world => chaos::kill(&world));
    act!(world => chaos::hang_up(&world));
    act!(world => chaos::stop_redis(&world));
    act!(world => chaos::lose_files(&world));
    act!(world => chaos::stop_log_readers(&world));
    for number in 0..world.plan.readers {
        let place = Arc::new(Place::default());
        world.places.lock().unwrap().push(place.clone());
        let world = world.clone();
        actors.spawn(async move { readers::read(&world, number, place).await });
    }
    {
        let world = world.clone();
        actors.spawn(async move { stuck::read(&world).await });
    }
    {
        let world = world.clone();
        actors.spawn(async move { strangers::come(&world).await });
    }
    {
        let world = world.clone();
        actors.spawn(async move { presence::visit(&world).await });
    }
    for measures in [true, false] {
        let world = world.clone();
        actors.spawn(
            async move { if measures { pulse::beat(&world).await } else { chaos::copy_and_trim(&world).await } },
        );
    }
    actors
}

/// Everything comes to rest, everybody arrives, everything is held against the laws.
async fn rest(world: &World, rng: &mut StdRng) {
    world.phase.send_replace(Phase::Calm);
    let start = Instant::now();
    while world.busy.load(Ordering::SeqCst) > 0 {
        if start.elapsed() > REST {
            let text = format!("{} are still at work after {REST:?}", world.busy.load(Ordering::SeqCst));
            return world.verdict.broken(Law::BadInput, text);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.weigh_delays();
    settle(world).await;
    if world.verdict.found().is_none() && rng.random_bool(world.plan.restores) {
        restore::restore(world, rng).await;
    }
    if let Some(panic) = world.cluster.panics() {
        world.verdict.broken(Law::BadInput, format!("a server panicked: {panic}"));
    }
    world.phase.send_replace(Phase::Work);
}

/// Everybody arrives, and what was seen is held against the laws.
pub async fn settle(world: &World) {
    copy(world).await;
    arrive(world).await;
    for node in 0..world.cluster.size() {
        let boards: Vec<_> = world.boards.read().unwrap().iter().filter(|board| !board.ends()).cloned().collect();
        for board in boards {
            let call = world.call(node, &world.keeper, Method::GET, format!("/projects/{}/board", board.id));
            if let Some(answer) = call.send().await.filter(Answer::done) {
                world.keep_snapshot(&board.id, answer.body);
            }
        }
    }
    copy(world).await;
    world.weigh(&mut world.archive.lock().await.logs);
}

pub async fn copy(world: &World) {
    for _ in 0..20 {
        if world.archive.lock().await.copy(world).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the database cannot be read");
}

/// Waits until every reader has everything that was committed.
pub async fn arrive(world: &World) {
    let start = Instant::now();
    loop {
        let missing = missing(world).await;
        let Some((law, text)) = missing else { return };
        if start.elapsed() > world.pulse.allow(ARRIVAL) {
            let text = format!("{:?} after the last change {text}", start.elapsed());
            return world.verdict.broken(law, text);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The first reader that is not where it should be.
async fn missing(world: &World) -> Option<(Law, String)> {
    let archive = world.archive.lock().await;
    let places = world.places.lock().unwrap().clone();
    for (number, place) in places.iter().enumerate() {
        let state = place.state();
        let Some(wish) = &state.wish else { continue };
        let person = &world.people[wish.person];
        let who = format!("reader {number} ({}, single {:?}, only {:?})", person.name, wish.single, wish.only);
        if state.since.is_none() {
            return Some((Law::WhatWasMissed, format!("{who} has no stream")));
        }
        for (project, log) in &archive.logs {
            let theirs = !log.deleted && wish.wants(project) && log.is_member_at(&person.id, log.head);
            match state.positions.get(project) {
                None if !theirs => {}
                Some(_) if !theirs => {
                    return Some((Law::Revocation, format!("{who} still follows {project}")));
                }
                Some(at) if *at == log.head => {}
                at => {
                    let text = format!("{who} is at {at:?} of {project}, whose log ends at {}", log.head);
                    return Some((Law::WhatWasMissed, text));
                }
            }
        }
    }
    None
}

async fn finish(world: &World, mut actors: JoinSet<()>) {
    let end = async {
        while let Some(ended) = actors.join_next().await {
            if let Err(error) = ended
                && error.is_panic()
            {
                world.verdict.failed(error.to_string());
            }
        }
    };
    if tokio::time::timeout(REST, end).await.is_err() {
        actors.abort_all();
    }
}
