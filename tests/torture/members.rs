//! Memberships that come and go, and projects that are archived, unarchived and deleted.

use std::{sync::Arc, time::Instant};

use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::json;

use crate::{
    call::Answer,
    world::{Board, Standing, World},
};

const ROLES: [&str; 5] = ["viewer", "commenter", "editor", "editor", "manager"];

/// Removes members, brings them back, and gives them other roles.
pub async fn change(world: &World) {
    let Some(mean) = world.plan.removals else { return };
    let mut rng = world.chances("members");
    while world.may_work().await {
        let board = world.any_board(&mut rng);
        // Not the keeper.
        let person = rng.random_range(1..world.people.len());
        match world.standing(&board.id, person).0 {
            Standing::Member if rng.random_bool(0.6) => remove(world, &board, person, &mut rng).await,
            Standing::Member => {
                let role = ROLES[rng.random_range(0..ROLES.len())];
                give(world, &board, person, role, &mut rng).await;
            }
            _ => drop(give(world, &board, person, "editor", &mut rng).await),
        }
        world.pause(&mut rng, mean).await;
    }
}

pub async fn remove(world: &World, board: &Board, person: usize, rng: &mut StdRng) {
    let _alone = world.membership.lock().await;
    world.stands(&board.id, person, Standing::Unsure);
    let path = format!("/projects/{}/members/{}", board.id, world.people[person].id);
    let answer = world.call(world.any_node(rng), &world.keeper, Method::DELETE, path).send().await;
    if answer.is_some_and(|answer| answer.done()) {
        world.stands(&board.id, person, Standing::Gone);
    }
}

pub async fn give(world: &World, board: &Board, person: usize, role: &str, rng: &mut StdRng) -> bool {
    let _alone = world.membership.lock().await;
    world.stands(&board.id, person, Standing::Unsure);
    let path = format!("/projects/{}/members/{}", board.id, world.people[person].id);
    let call = world.call(world.any_node(rng), &world.keeper, Method::PUT, path).json(json!({"role": role}));
    let done = call.send().await.is_some_and(|answer| answer.done());
    if done {
        world.stands(&board.id, person, Standing::Member);
    }
    done
}

/// Makes a project that everybody belongs to.
pub async fn found(world: &World, rng: &mut StdRng) -> Option<Arc<Board>> {
    let at = world.boards.read().unwrap().len();
    let body = json!({"name": format!("[p{at}]project"), "template": "empty"});
    let call = world.call(world.any_node(rng), &world.keeper, Method::POST, "/projects").json(body);
    let answer = call.send().await.filter(Answer::done)?;
    let id = answer.body["id"].as_str()?.to_owned();
    let board = Arc::new(Board { at, id, things: Default::default(), deleting: Default::default() });
    for n in 0..2 {
        let body = json!({"name": format!("[p{at}]column-{n}")});
        let call =
            world.call(world.any_node(rng), &world.keeper, Method::POST, format!("/projects/{}/columns", board.id));
        let answer = call.json(body).send().await.filter(Answer::done)?;
        board.things.lock().unwrap().columns.push(answer.body["id"].as_str()?.to_owned());
    }
    world.stands(&board.id, 0, Standing::Member);
    for person in 1..world.people.len() {
        give(world, &board, person, "editor", rng).await;
    }
    // Now others may find it.
    world.boards.write().unwrap().push(board.clone());
    Some(board)
}

/// Archives projects for a moment, and deletes some for good.
pub async fn lives(world: &World) {
    let Some(mean) = world.plan.lives else { return };
    let mut rng = world.chances("lives");
    while world.may_work().await {
        world.pause(&mut rng, mean).await;
        let board = world.any_board(&mut rng);
        if rng.random_bool(0.7) {
            let path = format!("/projects/{}/archive", board.id);
            let node = world.any_node(&mut rng);
            drop(world.call(node, &world.keeper, Method::PUT, &path).send().await);
            world.pause(&mut rng, mean / 8).await;
            // Whatever became of it; a project that stays archived is refused to writers, which is right too.
            drop(world.call(node, &world.keeper, Method::DELETE, &path).send().await);
        } else if found(world, &mut rng).await.is_some() {
            board.deleting.lock().unwrap().0 = true;
            let path = format!("/projects/{}", board.id);
            let answer = world.call(world.any_node(&mut rng), &world.keeper, Method::DELETE, path).send().await;
            if answer.is_some_and(|answer| answer.done()) {
                board.deleting.lock().unwrap().1 = Some(Instant::now());
            }
        }
    }
}
