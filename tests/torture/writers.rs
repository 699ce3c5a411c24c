//! Writers: they ask for changes at any node, cut connections, ask again under the same key, ask twice at once,
//! and look at snapshots and pages of the log in between.

use std::{sync::Arc, time::Duration};

use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    back::{activity, look_back},
    call::{Answer, Call},
    changes::{self, Asked},
    law::Law,
    ledger::{Entry, Fate},
    people::Credential,
    presence,
    world::{Board, Standing, World},
};

pub async fn write(world: &World, number: usize) {
    let mut rng = world.chances(&format!("writer {number}"));
    let mut count = 0;
    while world.may_work().await {
        count += 1;
        let board = world.any_board(&mut rng);
        let Some(by) = somebody(world, &board, &mut rng) else { continue };
        let roll: f64 = rng.random();
        if roll < 0.07 {
            snapshot(world, &board, &by, &mut rng).await;
        } else if roll < 0.12 {
            page(world, &board, &by, &mut rng).await;
        } else if roll < 0.14 {
            file(world, &board, &by, &mut rng).await;
        } else if roll < 0.16 {
            activity(world, &board, &by, &mut rng).await;
        } else if roll < 0.17 && world.plan.presence.is_some() {
            presence::say(world, &board, &by, &mut rng).await;
        } else if roll < 0.17 + world.plan.stray {
            stray(world, &board, &by, &mut rng).await;
        } else {
            let mark = format!("{}w{number}-{count}", board.tag());
            change(world, &board, &by, &mark, &mut rng).await;
        }
    }
}

/// The keeper at times; else a member most of the time, and at times somebody who is none.
fn somebody(world: &World, board: &Board, rng: &mut StdRng) -> Option<Arc<Credential>> {
    if rng.random_bool(0.2) {
        return Some(world.keeper.clone());
    }
    let person = rng.random_range(0..world.people.len());
    // Also somebody who is being removed at this moment.
    let is_member = world.standing(&board.id, person).0 != Standing::Gone;
    let valid = world.people[person].valid();
    let useless = valid.is_empty() || (!is_member && rng.random_bool(0.9));
    (!useless).then(|| valid[rng.random_range(0..valid.len())].clone())
}

async fn change(world: &World, board: &Arc<Board>, by: &Arc<Credential>, mark: &str, rng: &mut StdRng) {
    let Some(asked) = changes::any(board, mark, world.plan.plain, rng) else { return };
    let known = known_version(board, asked.object.as_deref());
    let conditional = asked.method != Method::POST && rng.random_bool(0.3);
    ask(world, board, by, mark, (asked, known.filter(|_| conditional)), rng).await;
}

/// Asks for a change, with the version in its `If-Match`.
async fn ask(
    world: &World,
    board: &Arc<Board>,
    by: &Arc<Credential>,
    mark: &str,
    (mut asked, known): (Asked, Option<i64>),
    rng: &mut StdRng,
) {
    let keyed = rng.random_bool(0.7);
    let wrong = asked.body.is_some() && rng.random_bool(world.plan.invalid);
    if let Some(body) = asked.body.as_mut().filter(|_| wrong) {
        body["no such field"] = json!(true);
    }
    let what = format!("{} {} {}", asked.method, asked.path, asked.body.as_ref().map_or(String::new(), shortened));
    let Asked { titled, idle, .. } = asked;
    let (project, mark) = (board.id.clone(), mark.to_owned());
    // An undo names as its cause what it undoes.
    let named = keyed && !asked.path.ends_with("/undo");
    let base = asked.object.clone().zip(known);
    world.ledger.asked(Entry {
        project,
        mark: mark.clone(),
        keyed: named,
        titled,
        idle,
        base,
        what,
        fate: Fate::Unknown,
    });
    let mut call = world.call(world.any_node(rng), by, asked.method.clone(), &asked.path).key(keyed.then_some(&mark));
    call = call.file(asked.file.clone());
    if let Some(body) = asked.body.clone() {
        call = call.json(body);
    }
    call = call.if_match(known);
    let (fate, answer) = perform(world, call, keyed, rng).await;
    if wrong && matches!(fate, Fate::Kept(_)) {
        world.verdict.broken(Law::BadInput, format!("an unknown field was accepted: {mark}"));
    }
    world.ledger.became(&mark, fate);
    if let Some(answer) = answer.filter(Answer::done) {
        learn(board, &asked, &answer.body);
    }
}

fn shortened(body: &Value) -> String {
    body.to_string().chars().take(120).collect()
}

fn known_version(board: &Board, object: Option<&str>) -> Option<i64> {
    let things = board.things.lock().unwrap();
    things.tasks.iter().find(|(id, _)| Some(id.as_str()) == object).map(|(_, version)| *version)
}

/// Sends it, once or in other ways, and says what became of it.
async fn perform(world: &World, call: Call<'_>, keyed: bool, rng: &mut StdRng) -> (Fate, Option<Answer>) {
    if keyed && rng.random_bool(world.plan.twice) {
        let other = call.clone().at(world.any_node(rng));
        let (one, two) = tokio::join!(call.send(), other.send());
        if let (Some(one), Some(two)) = (&one, &two)
            && one.done()
            && two.done()
            && one.text != two.text
        {
            let text = format!("one key, two answers:\n  {}\n  {}", one.text, two.text);
            world.verdict.broken(Law::Kept, text);
        }
        let done = [&one, &two].into_iter().flatten().find(|answer| answer.done()).cloned();
        return match (done, one, two) {
            (Some(done), ..) => (fate(&done), Some(done)),
            (None, Some(one), Some(two)) if !one.unknown() && !two.unknown() => (fate(&one), None),
            _ => (Fate::Unknown, None),
        };
    }
    let cut = rng.random_bool(world.plan.cut);
    let patience = Duration::from_micros(rng.random_range(0..8_000));
    let first = if cut { call.clone().patience(patience).send().await } else { call.send().await };
    match first {
        Some(answer) if !answer.unknown() => (fate(&answer), Some(answer)),
        None if !cut && !keyed => {
            // Most likely the node is down.
            tokio::time::sleep(Duration::from_millis(20)).await;
            (Fate::Unknown, None)
        }
        _ if keyed && rng.random_bool(0.8) => again(world, call, rng).await,
        Some(answer) if world.plan.knows_the_unknown() => (fate(&answer), Some(answer)),
        _ => (Fate::Unknown, None),
    }
}

fn fate(answer: &Answer) -> Fate {
    if answer.done() { Fate::Kept(answer.body["version"].as_i64()) } else { Fate::Refused(answer.status) }
}

/// The key makes asking again safe. A refusal now says nothing of the first time, which may still be on its way.
async fn again(world: &World, call: Call<'_>, rng: &mut StdRng) -> (Fate, Option<Answer>) {
    for _ in 0..6 {
        if let Some(answer) = call.clone().at(world.any_node(rng)).send().await
            && answer.status != 503
        {
            return if answer.done() { (fate(&answer), Some(answer)) } else { (Fate::Unknown, None) };
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (Fate::Unknown, None)
}

/// What others may go on with.
fn learn(board: &Board, asked: &Asked, body: &Value) {
    let mut things = board.things.lock().unwrap();
    if let Some(deleted) = asked.deletes() {
        things.deleted.push(deleted.to_owned());
    }
    if asked.path.ends_with("/undo") {
        things.undone.extend(body["seq"].as_i64());
    }
    let version = body["version"].as_i64().unwrap_or(0);
    things.head = things.head.max(version).max(body["seq"].as_i64().unwrap_or(0));
    let Some(id) = body["id"].as_str().map(str::to_owned) else { return };
    match asked.makes {
        Some("tasks") => things.tasks.push((id, version)),
        Some("columns") => things.columns.push(id),
        Some("labels") => things.labels.push(id),
        Some("files") => things.files.push((id, asked.file.clone().unwrap_or_default())),
        _ => {
            if let Some(known) = things.tasks.iter_mut().find(|(known, _)| *known == id) {
                known.1 = version.max(known.1);
            }
        }
    }
}

async fn snapshot(world: &World, board: &Board, by: &Arc<Credential>, rng: &mut StdRng) {
    let call = world.call(world.any_node(rng), by, Method::GET, format!("/projects/{}/board", board.id));
    let Some(answer) = call.send().await.filter(Answer::done) else { return };
    let ids = |kind: &str| -> Vec<String> {
        let list = answer.body[kind].as_array().into_iter().flatten();
        list.filter_map(|object| object["id"].as_str().map(str::to_owned)).collect()
    };
    let tasks = answer.body["tasks"].as_array().into_iter().flatten();
    let tasks =
        tasks.map(|task| (task["id"].as_str().unwrap_or_default().to_owned(), task["version"].as_i64().unwrap_or(0)));
    {
        let mut things = board.things.lock().unwrap();
        things.tasks = tasks.collect();
        things.columns = ids("columns");
        things.labels = ids("labels");
        things.head = things.head.max(answer.body["seq"].as_i64().unwrap_or(0));
    }
    if rng.random_bool(0.3) {
        look_back(world, board, by, answer.body["seq"].as_i64().unwrap_or(1), rng).await;
    }
    world.keep_snapshot(&board.id, answer.body);
}

/// The bytes of a file are those that were uploaded, whatever happened to servers meanwhile.
async fn file(world: &World, board: &Board, by: &Arc<Credential>, rng: &mut StdRng) {
    let files = board.things.lock().unwrap().files.clone();
    if files.is_empty() {
        return;
    }
    let (id, bytes) = &files[rng.random_range(0..files.len())];
    let path = format!("/projects/{}/attachments/{id}/content", board.id);
    // Without one folder for all nodes another one has other files: it says so, by 503.
    let Some(answer) = world.call(world.any_node(rng), by, Method::GET, path).send().await else { return };
    if answer.done() && answer.text != *bytes {
        world.verdict.broken(Law::Kept, format!("the file {id} is {:?}, and was {bytes:?}", answer.text));
    }
    if answer.status == 503 && world.plan.postgres.is_none() && answer.body["code"] == "store_unavailable" {
        world.verdict.broken(Law::Kept, format!("the bytes of the file {id} are gone: {}", answer.text));
    }
}

/// A page of the log: the contiguous rest, or a refusal that says why.
async fn page(world: &World, board: &Board, by: &Arc<Credential>, rng: &mut StdRng) {
    let head = world.archive.lock().await.logs.get(&board.id).map_or(0, |log| log.head);
    let after = rng.random_range(0..=head);
    let call = world.call(
        world.any_node(rng),
        by,
        Method::GET,
        format!("/projects/{}/events?after={after}&limit=50", board.id),
    );
    let Some(answer) = call.send().await else { return };
    let items = answer.body["items"].as_array().map_or(&[][..], Vec::as_slice);
    let numbers: Vec<i64> = items.iter().map(|event| event["seq"].as_i64().unwrap_or(-1)).collect();
    let expected: Vec<i64> = (after + 1..).take(numbers.len()).collect();
    let broken = |what: &str| {
        world.verdict.broken(Law::WhatWasMissed, format!("{what}: after {after} of {}: {numbers:?}", board.id));
    };
    if answer.done() && numbers != expected {
        broken("a page is not the contiguous rest");
    } else if answer.done() && numbers.is_empty() && answer.body["head"].as_i64().unwrap_or(0) > after {
        broken("an empty page before the end of the log");
    }
}

/// What belongs to another project is not found through this one.
async fn stray(world: &World, board: &Board, by: &Arc<Credential>, rng: &mut StdRng) {
    let other = world.any_board(rng);
    let task = other.things.lock().unwrap().tasks.last().map(|(id, _)| id.clone());
    let Some(task) = task.filter(|_| other.at != board.at) else { return };
    let path = format!("/projects/{}/tasks/{task}", board.id);
    let call = match rng.random_range(0..2) {
        0 => world.call(world.any_node(rng), by, Method::GET, path),
        _ => world
            .call(world.any_node(rng), by, Method::PATCH, path)
            .json(json!({"title": format!("{}stray", board.tag())})),
    };
    if let Some(answer) = call.send().await
        && answer.done()
    {
        world
            .verdict
            .broken(Law::OnlyMembers, format!("a task of another project was found in {}: {}", board.id, answer.text));
    }
}
