//! People say which task they look at, and go in every way that there is. Others see both soon, at every node, and nothing of it
//! is in the log.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    call::Answer,
    law::Law,
    people::{Credential, End},
    readers::State,
    sse::{self, Opened, Opening, Sse},
    support::{Auth, Fields, PASSWORD},
    world::{Board, World},
};

/// After this silence a person is gone. A server outside of tests waits for longer.
pub const SILENCE: Duration = Duration::from_secs(6);
/// How long a change takes to those who watch: a node tells the others and its streams once a second.
const AT_ONCE: Duration = Duration::from_secs(3);
/// The same for an end that each node finds out by itself.
const BY_SILENCE: Duration = Duration::from_secs(10);
/// How long a request without an answer may still be on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(2);

/// When each person last said in a project what they do.
#[derive(Default)]
pub struct Said(Mutex<HashMap<(String, String), Instant>>);

impl Said {
    fn note(&self, project: &str, user: &str, at: Instant) {
        self.0.lock().unwrap().insert((project.to_owned(), user.to_owned()), at);
    }

    fn last(&self, project: &str, user: &str) -> Option<Instant> {
        self.0.lock().unwrap().get(&(project.to_owned(), user.to_owned())).copied()
    }
}

/// Somebody says which task they look at, and may never say anything again.
pub async fn say(world: &World, board: &Board, by: &Arc<Credential>, rng: &mut StdRng) {
    let tasks = board.things.lock().unwrap().tasks.clone();
    let task = tasks.last().map(|(id, _)| id);
    let path = format!("/projects/{}/presence", board.id);
    let user = &world.people[by.person].id;
    world.said.note(&board.id, user, Instant::now() + ON_ITS_WAY);
    let call =
        world.call(world.any_node(rng), by, Method::PUT, path).json(json!({"state": "viewing", "task_id": task}));
    if call.send().await.is_some() {
        world.said.note(&board.id, user, Instant::now());
    }
}

/// Nobody is shown who was removed, or who has said nothing for long.
pub fn look(world: &World, states: &[State]) {
    let promised = if world.plan.keeps_hints() { AT_ONCE } else { BY_SILENCE };
    let (removed, silent) = (world.pulse.allow(promised), world.pulse.allow(BY_SILENCE));
    for state in states {
        let Some(since) = state.reads_since() else { continue };
        for (project, user) in &state.shown {
            let person = world.people.iter().find(|person| person.id == *user);
            let name = person.map_or(user.as_str(), |person| &person.name);
            let gone = person.and_then(|person| world.gone_since(project, person.at));
            if let Some(gone) = gone.map(|at| at.max(since).elapsed()).filter(|gone| *gone > removed) {
                let text = format!("{name} was removed from {project} {gone:?} ago and is shown there");
                world.verdict.broken(Law::Revocation, text);
            }
            let said = world.said.last(project, user).unwrap_or(since).max(since);
            if said.elapsed() > silent {
                let text = format!("{name} is shown in {project} and has said nothing for {:?}", said.elapsed());
                world.verdict.broken(Law::Presence, text);
            }
        }
    }
}

/// How a person goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Says,
    Closes,
    Silent,
    Removed,
    Ends,
}

const WAYS: [Way; 5] = [Way::Says, Way::Closes, Way::Removed, Way::Ends, Way::Silent];

/// One person comes and goes, again and again, and another one watches.
pub async fn visit(world: &World) {
    let Some(mean) = world.plan.presence else { return };
    let mut rng = world.chances("presence");
    let (mut scene, mut count) = (None, 0);
    while !world.over() {
        if scene.is_none() {
            scene = Scene::make(world, &mut rng).await;
        }
        if let Some(there) = &scene {
            count += 1;
            if there.once(world, WAYS[count % WAYS.len()], &mut rng).await.is_none()
                && there.is_lost(world, &mut rng).await
            {
                scene = None;
            }
        }
        tokio::time::sleep(Duration::from_millis(if scene.is_some() { 50 } else { 500 })).await;
        world.pause(&mut rng, mean).await;
    }
}

/// Two people and a project of their own.
struct Scene {
    watcher: Arc<Credential>,
    visitor: Arc<Credential>,
    user: String,
    project: String,
    tasks: Vec<String>,
}

/// What a stream told within a time.
enum Told {
    This,
    Nothing,
    /// The stream ended: its server may have died.
    Broken,
}

impl Scene {
    async fn make(world: &World, rng: &mut StdRng) -> Option<Self> {
        let (watcher, _) = account(world, "Watcher", rng).await?;
        let (visitor, user) = account(world, "Visitor", rng).await?;
        let node = world.any_node(rng);
        let ask = async |method, path: String, body: Value| {
            world.call(node, &watcher, method, path).json(body).send().await.filter(Answer::done)
        };
        let project = ask(Method::POST, "/projects".into(), json!({"name": "Watched", "template": "empty"})).await?;
        let project = project.body.id();
        let at = format!("/projects/{project}");
        let column = ask(Method::POST, format!("{at}/columns"), json!({"name": "To do"})).await?.body.id();
        let mut tasks = vec![];
        for title in ["One", "Other"] {
            let body = json!({"title": title, "column_id": column});
            tasks.push(ask(Method::POST, format!("{at}/tasks"), body).await?.body.id());
        }
        let scene = Self { watcher, visitor, user, project, tasks };
        scene.join(world, node).await?;
        Some(scene)
    }

    /// Whether the database knows nothing of it any more, or the visitor was removed and not invited again.
    async fn is_lost(&self, world: &World, rng: &mut StdRng) -> bool {
        let path = format!("/projects/{}", self.project);
        let answer = world.call(world.any_node(rng), &self.visitor, Method::GET, path).send().await;
        answer.is_some_and(|answer| [401, 404].contains(&answer.status))
    }

    /// One visit; nothing when something else went wrong.
    async fn once(&self, world: &World, way: Way, rng: &mut StdRng) -> Option<()> {
        let (watched, node, at) = (world.any_node_to_read(rng), world.any_node(rng), world.any_node(rng));
        let kills: Vec<usize> = (0..world.cluster.size()).map(|node| world.cluster.kills(node)).collect();
        let hints = world.plan.keeps_hints();
        let token = self.token(world, rng).await?;
        let mut watch = stream(world, watched, &self.watcher).await?;
        let own = if way == Way::Closes { Some(stream(world, at, &token).await?) } else { None };
        let task = &self.tasks[rng.random_range(0..self.tasks.len())];
        let tab = format!("tab-{}", rng.random_range(0..u32::MAX));
        let path = format!("/projects/{}/presence", self.project);
        let put = async |node, body: Value| world.call(node, &token, Method::PUT, &path).json(body).send().await;
        put(node, json!({"state": "editing", "task_id": task, "tab": tab})).await.filter(Answer::done)?;
        let is_there = |told: &Value| told["state"] == "editing" && told["task_id"] == **task;
        match self.told(&mut watch, is_there, world.pulse.allow(AT_ONCE)).await {
            Told::This => {}
            Told::Nothing if hints || watched == node => {
                if kills.iter().enumerate().all(|(node, mark)| !world.cluster.was_killed_since(node, *mark)) {
                    let text = format!("what was said at node {node} is not told at node {watched}");
                    world.verdict.broken(Law::Presence, text);
                }
                return None;
            }
            Told::Nothing | Told::Broken => return None,
        }
        match way {
            Way::Says => drop(put(at, json!({"state": "left", "tab": tab})).await.filter(Answer::done)?),
            Way::Closes => drop(own),
            Way::Silent => {}
            Way::Removed => {
                let path = format!("/projects/{}/members/{}", self.project, self.user);
                world.call(at, &self.watcher, Method::DELETE, path).send().await.filter(Answer::done)?;
            }
            Way::Ends => {
                let path = format!("/tokens/{}", token.id);
                world.call(at, &self.visitor, Method::DELETE, path).send().await.filter(Answer::done)?;
            }
        }
        let at_once = way != Way::Silent && (hints || watched == at);
        let bound = if at_once { AT_ONCE } else { BY_SILENCE };
        let told = self.told(&mut watch, |told| told["state"] == "left", world.pulse.allow(bound)).await;
        let killed = kills.iter().enumerate().any(|(node, mark)| world.cluster.was_killed_since(node, *mark));
        if matches!(told, Told::Nothing) && !(killed && at_once) {
            let text = format!("one who went ({way:?}) at node {at} is still there at node {watched} after {bound:?}");
            world.verdict.broken(Law::Presence, text);
        }
        if way == Way::Removed {
            self.join(world, at).await?;
        }
        self.check_log(world, at, &tab).await
    }

    async fn token(&self, world: &World, rng: &mut StdRng) -> Option<Arc<Credential>> {
        let call = world.call(world.any_node(rng), &self.visitor, Method::POST, "/tokens");
        let answer = call.json(json!({"name": "visit", "scopes": ["read", "write"]})).send().await;
        let answer = answer.filter(Answer::done)?.body;
        let token = Credential::new(0, Auth::Token(answer.str("secret")), answer.id());
        token.set(End::Unsure);
        Some(Arc::new(token))
    }

    /// The visitor is invited, and accepts.
    async fn join(&self, world: &World, node: usize) -> Option<()> {
        let path = format!("/projects/{}/invitations", self.project);
        let call = world.call(node, &self.watcher, Method::POST, path).json(json!({"role": "editor"}));
        let secret = call.send().await.filter(Answer::done)?.body.str("secret");
        let call = world.call(node, &self.visitor, Method::POST, "/invitations/accept");
        call.json(json!({"secret": secret})).send().await.filter(Answer::done).map(drop)
    }

    /// What the stream tells of the visitor, if it is this.
    async fn told(&self, watch: &mut Sse, wanted: impl Fn(&Value) -> bool, within: Duration) -> Told {
        let read = async {
            while let Some(frame) = watch.frame().await {
                let data: Value = serde_json::from_str(&frame.data).unwrap_or_default();
                if frame.event == "presence" && data["user_id"] == *self.user && wanted(&data) {
                    return Told::This;
                }
            }
            Told::Broken
        };
        tokio::time::timeout(within, read).await.unwrap_or(Told::Nothing)
    }

    /// Nothing of it is in the log.
    async fn check_log(&self, world: &World, node: usize, tab: &str) -> Option<()> {
        let path = format!("/projects/{}/events?after=0&limit=100", self.project);
        let log = world.call(node, &self.watcher, Method::GET, path).send().await.filter(Answer::done)?.text;
        if log.contains("editing") || log.contains(tab) {
            world.verdict.broken(Law::Presence, format!("the log tells of it: {log}"));
        }
        Some(())
    }
}

/// An account of one's own, that the database may forget.
async fn account(world: &World, name: &str, rng: &mut StdRng) -> Option<(Arc<Credential>, String)> {
    let unknown = Arc::new(Credential::new(0, Auth::None, String::new()));
    unknown.set(End::Unsure);
    let email = format!("{}-{}@example.com", name.to_lowercase(), rng.random_range(0..u64::MAX));
    let body = json!({"email": email, "name": name, "password": PASSWORD});
    let answer = world.call(world.any_node(rng), &unknown, Method::POST, "/users").json(body).send().await;
    let answer = answer.filter(Answer::done)?;
    let session = Credential::session(0, answer.cookie?);
    session.set(End::Unsure);
    Some((Arc::new(session), answer.body["user"].id()))
}

/// A stream of all projects of somebody, behind its hello.
async fn stream(world: &World, node: usize, by: &Credential) -> Option<Sse> {
    let url = world.cluster.url(node);
    let opening = Opening { url: &url, path: "/events", auth: &by.auth, cursor: None, window: 512 * 1024 };
    let opened = tokio::time::timeout(Duration::from_secs(10), sse::open(opening)).await.ok()?;
    let Opened::Stream(mut stream) = opened else { return None };
    let hello = tokio::time::timeout(Duration::from_secs(10), stream.frame()).await.ok()??;
    (hello.event == "hello").then_some(stream)
}
