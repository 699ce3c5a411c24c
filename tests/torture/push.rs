//! People subscribe in browsers, at a push service that stands in for those of browsers' makers, and are told of tasks that are
//! assigned to them. What is pushed is of projects that they belong to, and is pushed once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use boardcast::base::clock::Timestamp;
use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    archive::ProjectLog,
    call::Answer,
    law::Law,
    members,
    people::{Credential, End, Person},
    support::{Browser, PushService, Received},
    world::{Board, Standing, World},
};

/// The server's pace: it waits five times as long until it pushes a piece of news.
const PACE: &str = "300";
/// How long a message may be on its way after it was looked up whether its person may know it. Less than the wait.
const ON_ITS_WAY: Duration = Duration::from_millis(900);
/// How long somebody who was removed stays away at least.
const GONE: Duration = Duration::from_millis(2_500);
/// How many browsers a person has at most.
const BROWSERS: usize = 3;

struct Subscribed {
    browser: Browser,
    person: usize,
    session: Arc<Credential>,
}

/// A push service, who subscribed there, and what was pushed.
#[derive(Default)]
pub struct Pushes {
    browsers: Mutex<HashMap<String, Subscribed>>,
    /// How many messages were looked at.
    weighed: Mutex<usize>,
    /// For each browser and what it was told of: how often, and when first.
    told: Mutex<HashMap<(String, String), (usize, Instant)>>,
}

/// What a server needs to push.
pub fn settings(service: &PushService) -> Vec<(&'static str, String)> {
    let given = service.settings().into_iter().filter(|(name, _)| *name != "BOARDCAST_TEST_PUSH_PACE");
    given.map(|(name, value)| (name, value.to_owned())).chain([("BOARDCAST_TEST_PUSH_PACE", PACE.to_owned())]).collect()
}

/// Gives people tasks, and removes some of them before they are told.
pub async fn assign(world: &World) {
    let Some(mean) = world.plan.push else { return };
    let mut rng = world.chances("push");
    let mut count = 0;
    while world.may_work().await {
        world.pause(&mut rng, mean).await;
        let person = &world.people[rng.random_range(1..world.people.len())];
        subscribe(world, person, &mut rng).await;
        let board = world.any_board(&mut rng);
        if world.standing(&board.id, person.at).0 != Standing::Member {
            // Not before they would have been told of what they had been given.
            if world.gone_since(&board.id, person.at).is_none_or(|at| at.elapsed() > GONE) {
                members::give(world, &board, person.at, "editor", &mut rng).await;
            }
            continue;
        }
        count += 1;
        let Some(column) = board.things.lock().unwrap().columns.first().cloned() else { continue };
        let title = format!("{}push-{count}", board.tag());
        let body = json!({"title": title, "column_id": column, "assignee_ids": [person.id]});
        let path = format!("/projects/{}/tasks", board.id);
        drop(world.call(world.any_node(&mut rng), &world.keeper, Method::POST, path).json(body).send().await);
        if rng.random_bool(0.3) {
            members::remove(world, &board, person.at, &mut rng).await;
        }
    }
}

/// One more browser of somebody, in one of their sessions.
async fn subscribe(world: &World, person: &Person, rng: &mut StdRng) {
    let Some(service) = &world.cluster.push_service else { return };
    let taken: Vec<String> = world.pushes.browsers.lock().unwrap().values().map(|one| auth(&one.session)).collect();
    let free = person.valid().into_iter().find(|one| one.is_session() && !taken.contains(&auth(one)));
    let alive = world
        .pushes
        .browsers
        .lock()
        .unwrap()
        .values()
        .filter(|one| one.person == person.at && one.session.is_valid())
        .count();
    let Some(session) = free.filter(|_| alive < BROWSERS) else { return };
    let browser = Browser::new(&format!("{}-{}", person.at, taken.len()));
    let body = browser.at(&service.origin());
    let subscribed = Subscribed { browser: browser.clone(), person: person.at, session: session.clone() };
    world.pushes.browsers.lock().unwrap().insert(browser.path(), subscribed);
    let node = world.any_node(rng);
    drop(world.call(node, &session, Method::PUT, "/me/push/subscription").json(body).send().await.filter(Answer::done));
    drop(world.call(node, &session, Method::PATCH, "/me/push").json(json!({"show_texts": true})).send().await);
}

fn auth(credential: &Credential) -> String {
    format!("{:?}", credential.auth)
}

/// Of which board a message tells.
fn board_of(world: &World, said: &Value) -> Option<Arc<Board>> {
    let title = said["notification"]["title"].as_str()?;
    let tag = &title[title.find("[p")?..=title.find(']')?];
    world.boards.read().unwrap().iter().find(|board| board.tag() == tag).cloned()
}

impl Pushes {
    /// The database goes on from an older state: what was pushed since may be pushed again.
    pub fn forget(&self, service: Option<&PushService>) {
        *self.weighed.lock().unwrap() = service.map_or(0, |service| service.received().len());
        self.told.lock().unwrap().clear();
    }
}

impl World {
    /// Holds what was pushed since the last rest against the log.
    pub fn weigh_pushes(&self, logs: &HashMap<String, ProjectLog>) {
        let Some(service) = &self.cluster.push_service else { return };
        let received = service.received();
        let from = std::mem::replace(&mut *self.pushes.weighed.lock().unwrap(), received.len());
        for message in &received[from..] {
            self.weigh_push(message, logs);
        }
    }

    fn weigh_push(&self, message: &Received, logs: &HashMap<String, ProjectLog>) {
        let browsers = self.pushes.browsers.lock().unwrap();
        let Some(Subscribed { browser, person, session }) = browsers.get(&message.path) else {
            return self.verdict.broken(Law::OnlyMembers, format!("nobody subscribed at {}", message.path));
        };
        let person = &self.people[*person];
        let Some(said) = self.verdict.check(Law::OnlyMembers, || browser.read(message)) else { return };
        let grace = self.pulse.allow(ON_ITS_WAY);
        if let End::Ended(at, _) = session.end()
            && message.at > at + grace
        {
            let text = format!("{} was pushed {said} {:?} after the end of the session", person.name, message.at - at);
            self.verdict.broken(Law::Revocation, text);
        }
        let Some(board) = board_of(self, &said) else { return };
        let Some(log) = logs.get(&board.id) else { return };
        let at = Timestamp::now().minus(message.at.elapsed());
        if !log.was_member_within(&person.id, at.minus(grace), at) {
            let text = format!("{} is no member of {} and was pushed {said} at {}", person.name, board.id, at.0);
            self.verdict.broken(Law::Revocation, text);
        }
        self.weigh_count((person, &message.path), message, &said, log);
    }

    /// One is told of an assignment once. A server that dies may have told, and not have written that down.
    fn weigh_count(&self, (person, path): (&Person, &str), message: &Received, said: &Value, log: &ProjectLog) {
        let shown = &said["notification"];
        let tag = shown["tag"].as_str().unwrap_or_default();
        let lines =
            shown["body"].as_str().unwrap_or_default().lines().filter(|line| line.contains("assigned it to you"));
        let count: usize = lines.map(times).sum();
        if count == 0 {
            return;
        }
        let mut all = self.pushes.told.lock().unwrap();
        let (told, first) = all.entry((path.to_owned(), tag.to_owned())).or_insert((0, message.at));
        *told += count;
        let assigned = log.assigned(tag, &person.id);
        if *told > assigned && !self.cluster.was_disturbed(*first, message.at) {
            let text = format!("{} was told {told} times of {tag}, assigned {assigned} times: {said}", person.name);
            self.verdict.broken(if assigned == 0 { Law::OneTransaction } else { Law::Pushed }, text);
        }
    }
}

/// How often a line says that it happened.
fn times(line: &str) -> usize {
    let count = line.rsplit_once('(').and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    count.unwrap_or(1)
}
