//! Writers look back: at the board of an earlier moment, at what differs between two, and at what happened to a task.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::Value;

use crate::{
    call::Answer,
    evidence::Told,
    law::Law,
    people::Credential,
    support::replay::State,
    world::{Board, World},
};

/// What the board was a little earlier is held against the log like any other snapshot, and two of them against what the
/// server says of their difference.
pub async fn look_back(world: &World, board: &Board, by: &Arc<Credential>, head: i64, rng: &mut StdRng) {
    let at = rng.random_range((head - 10).max(1)..=head);
    let Some(then) = past(world, board, by, at, rng).await else { return };
    let Some(later) = past(world, board, by, head, rng).await else { return };
    let path = format!("/projects/{}/changes?from={at}&to={head}", board.id);
    let Some(answer) = world.call(world.any_node(rng), by, Method::GET, path).send().await.filter(Answer::done) else {
        return;
    };
    let told: BTreeSet<(String, String)> = answer.body["items"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| (text(&item["kind"]), text(&item["id"])))
        .filter(|(kind, _)| kind != "project")
        .collect();
    let differing = differing(&then, &later);
    if told != differing {
        let text = format!("{} differs between {at} and {head} by {differing:?}, and it says {told:?}", board.id);
        world.verdict.broken(Law::Replay, text);
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The objects that are not the same in two states; a version alone is no difference, nor when it was changed.
fn differing(then: &State, later: &State) -> BTreeSet<(String, String)> {
    let objects = |state: &State| -> HashMap<(String, String), Value> {
        let kinds = state.kinds.iter().flat_map(|(kind, objects)| objects.iter().map(move |object| (kind, object)));
        kinds
            .map(|(kind, (id, fields))| {
                let mut fields = fields.clone();
                fields.shift_remove("version");
                fields.shift_remove("updated_at");
                ((kind.clone(), id.clone()), Value::Object(fields))
            })
            .collect()
    };
    let (then, later) = (objects(then), objects(later));
    let all = then.keys().chain(later.keys());
    // An event changes the project without a word of its number.
    all.filter(|key| key.0 != "project" && then.get(*key) != later.get(*key)).cloned().collect()
}

async fn past(world: &World, board: &Board, by: &Arc<Credential>, at: i64, rng: &mut StdRng) -> Option<State> {
    let path = format!("/projects/{}/board?at={at}", board.id);
    let call = world.call(world.any_node(rng), by, Method::GET, path);
    let mut answer = call.send().await.filter(Answer::done)?;
    let past = answer.body.as_object_mut().and_then(|board| board.shift_remove("past"));
    if past != Some(Value::Bool(true)) || answer.body["seq"] != at {
        world.verdict.broken(Law::Replay, format!("asked for {} at {at}: {}", board.id, answer.body));
        return None;
    }
    let state = State::of_snapshot(&answer.body);
    world.keep_snapshot(&board.id, answer.body);
    Some(state)
}

/// What happened to a task is held against the log when everything is at rest.
pub async fn activity(world: &World, board: &Board, by: &Arc<Credential>, rng: &mut StdRng) {
    let tasks = board.things.lock().unwrap().tasks.clone();
    let Some((task, _)) = tasks.get(rng.random_range(0..tasks.len().max(1))) else { return };
    let history = world.history();
    let path = format!("/projects/{}/tasks/{task}/activity?limit=100", board.id);
    let Some(answer) = world.call(world.any_node(rng), by, Method::GET, path).send().await.filter(Answer::done) else {
        return;
    };
    let items = answer.body["items"].as_array().into_iter().flatten();
    let seqs: BTreeSet<i64> = items.filter_map(|item| item["seq"].as_i64()).collect();
    let (project, task) = (board.id.clone(), task.clone());
    world.evidence.activities.lock().unwrap().push(Told { history, project, task, seqs });
}
