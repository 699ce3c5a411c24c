//! Sessions and tokens: made, and ended in every way that there is.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use boardcast::base::clock::Timestamp;
use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::json;

use crate::{
    call::Answer,
    people::{Credential, End, Person},
    support::Auth,
    world::World,
};

pub async fn change(world: &World, number: usize) {
    let Some(mean) = world.plan.endings else { return };
    let mut rng = world.chances(&format!("credentials {number}"));
    let people: Vec<&Person> = world.people[1..].iter().filter(|one| one.at % world.plan.enders == number).collect();
    while world.may_work().await {
        let person = people[rng.random_range(0..people.len())];
        if rng.random_bool(world.plan.passwords) {
            change_password(world, person, &mut rng).await;
        } else if rng.random_bool(0.05) {
            disable(world, person, &mut rng).await;
        } else if rng.random_bool(0.5) {
            end_one(world, person, &mut rng).await;
        }
        if person.valid().len() < 4 {
            make(world, person, &mut rng).await;
        }
        world.pause(&mut rng, mean).await;
    }
}

/// One more session or token.
pub async fn make(world: &World, person: &Person, rng: &mut StdRng) {
    let session = person.valid().into_iter().find(|credential| credential.is_session());
    match session {
        Some(session) if rng.random_bool(0.75) => mint(world, person, &session, rng).await,
        _ => sign_in(world, person, rng).await,
    }
}

async fn sign_in(world: &World, person: &Person, rng: &mut StdRng) {
    let nobody = Arc::new(Credential::new(person.at, Auth::None, String::new()));
    nobody.set(End::Unsure);
    let passwords = person.passwords.lock().unwrap().clone();
    for password in passwords {
        let body = json!({"email": person.email, "password": password});
        let call = world.call(world.any_node(rng), &nobody, Method::POST, "/session").json(body);
        if let Some(cookie) = call.send().await.filter(Answer::done).and_then(|answer| answer.cookie) {
            *person.passwords.lock().unwrap() = vec![password];
            person.take(Credential::session(person.at, cookie));
            return;
        }
    }
}

async fn mint(world: &World, person: &Person, session: &Arc<Credential>, rng: &mut StdRng) {
    let mut body = json!({"name": "torture", "scopes": ["read", "write"]});
    let mut token = Credential::new(person.at, Auth::None, String::new());
    if rng.random_bool(0.3) {
        let board = world.any_board(rng).id.clone();
        body["project_ids"] = json!([board]);
        token.reach = Some(vec![board]);
    }
    if rng.random_bool(0.2) {
        body["scopes"] = json!(["read"]);
        token.writes = false;
    }
    if rng.random_bool(world.plan.expiring) {
        let life = Duration::from_millis(rng.random_range(700..2_500));
        body["expires_at"] = json!(Timestamp::now().plus(life));
        token.expires_at = Some(Instant::now() + life);
    }
    let call = world.call(world.any_node(rng), session, Method::POST, "/tokens").json(body);
    if let Some(answer) = call.send().await.filter(Answer::done)
        && let (Some(secret), Some(id)) = (answer.body["secret"].as_str(), answer.body["id"].as_str())
    {
        token.auth = Auth::Token(secret.to_owned());
        id.clone_into(&mut token.id);
        person.take(token);
    }
}

/// Signs out, revokes a token, or ends another session.
async fn end_one(world: &World, person: &Person, rng: &mut StdRng) {
    let mut valid = person.valid();
    if valid.is_empty() {
        return;
    }
    let target = valid.swap_remove(rng.random_range(0..valid.len()));
    let session =
        if target.is_session() { Some(target.clone()) } else { valid.into_iter().find(|one| one.is_session()) };
    let Some(by) = session else { return };
    let path = if target.is_session() { "/session".to_owned() } else { format!("/tokens/{}", target.id) };
    // A page that is still loading asks on while its session ends.
    let asks = (0..if target.is_session() { rng.random_range(0..10) } else { 0 }).map(|_| {
        let call = world.call(world.any_node(rng), &target, Method::GET, "/me");
        let pause = Duration::from_micros(rng.random_range(0..20_000));
        async move {
            tokio::time::sleep(pause).await;
            call.send().await
        }
    });
    let asks: Vec<_> = asks.collect();
    let node = world.any_node(rng);
    target.set(End::Unsure);
    let end = world.call(node, &by, Method::DELETE, path);
    let (answer, _) = tokio::join!(end.send(), futures_util::future::join_all(asks));
    if answer.is_some_and(|answer| answer.done()) {
        target.set(End::Ended(Instant::now(), node));
        ask_after(world, &target, rng).await;
    }
}

/// What has ended stays ended, everywhere.
async fn ask_after(world: &World, ended: &Arc<Credential>, rng: &mut StdRng) {
    for _ in 0..2 {
        drop(world.call(world.any_node(rng), ended, Method::GET, "/me").send().await);
    }
}

fn all(person: &Person, sessions_only: bool) -> Vec<Arc<Credential>> {
    person.valid().into_iter().filter(|credential| !sessions_only || credential.is_session()).collect()
}

fn set(credentials: &[Arc<Credential>], end: End) {
    for credential in credentials {
        credential.set(end);
    }
}

async fn change_password(world: &World, person: &Person, rng: &mut StdRng) {
    if all(person, true).len() < 2 {
        sign_in(world, person, rng).await;
    }
    let Some(by) = person.valid().into_iter().find(|credential| credential.is_session()) else { return };
    let current = person.passwords.lock().unwrap()[0].clone();
    let next = format!("orchid-lantern-{}", rng.random_range(100..1_000_000));
    person.passwords.lock().unwrap().push(next.clone());
    let sessions = all(person, true);
    set(&sessions, End::Unsure);
    let node = world.any_node(rng);
    let body = json!({"current_password": current, "new_password": next});
    let answer = world.call(node, &by, Method::PUT, "/me/password").json(body).send().await;
    let Some(answer) = answer.filter(Answer::done) else { return };
    *person.passwords.lock().unwrap() = vec![next];
    set(&sessions, End::Ended(Instant::now(), node));
    if let Some(cookie) = answer.cookie {
        person.take(Credential::session(person.at, cookie));
    }
    for session in &sessions {
        ask_after(world, session, rng).await;
    }
}

/// Disables an account, and enables it a moment later.
async fn disable(world: &World, person: &Person, rng: &mut StdRng) {
    let before = all(person, false);
    set(&before, End::Unsure);
    let path = format!("/admin/users/{}", person.id);
    let node = world.any_node(rng);
    let call = world.call(node, &world.keeper, Method::PATCH, &path).json(json!({"disabled": true}));
    if call.send().await.is_some_and(|answer| answer.done()) {
        set(&before, End::Ended(Instant::now(), node));
        for credential in &before {
            ask_after(world, credential, rng).await;
        }
        let wait = Duration::from_millis(300);
        world.pause(rng, wait).await;
    }
    // Tokens work again then; sessions are gone for good.
    before.iter().filter(|credential| !credential.is_session()).for_each(|token| token.set(End::Unsure));
    for _ in 0..20 {
        let call =
            world.call(world.any_node(rng), &world.keeper, Method::PATCH, &path).json(json!({"disabled": false}));
        if call.send().await.is_some_and(|answer| answer.done()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
