//! What goes wrong around the servers: they die, Postgres hangs up, Redis stops, the log is trimmed.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use boardcast::log;
use rand::RngExt;

use crate::{
    archive::{Archive, project_id},
    cluster::Lost,
    law::Law,
    presence,
    readers::State,
    world::World,
};

/// How long an event may take to a reader that reads, with every hint lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a server may take to end when it is asked to.
const TO_END: Duration = Duration::from_secs(10);

/// Kills a node, or asks it to end, and starts it again.
pub async fn kill(world: &Arc<World>) {
    let Some(mean) = world.plan.kills else { return };
    let mut rng = world.chances("kills");
    while world.may_work().await {
        world.pause(&mut rng, mean).await;
        let node = world.any_node(&mut rng);
        let politely = rng.random_bool(0.25);
        let pause = Duration::from_millis(rng.random_range(0..200));
        let there = world.clone();
        let restart = tokio::task::spawn_blocking(move || {
            let _alone = there.cluster.restarting(node);
            let ended = there.cluster.down(node, politely);
            std::thread::sleep(pause);
            there.cluster.up(node);
            ended
        });
        if let Some((status, took)) = restart.await.unwrap()
            && (status.code() != Some(0) || took > world.pulse.allow(TO_END))
        {
            let text = format!("node {node} was asked to end, and did so after {took:?}: {status}");
            world.verdict.broken(Law::BadInput, text);
        }
    }
}

/// By when a server has ended that lost a file.
const TO_NOTICE: Duration = Duration::from_secs(5);

/// How long many answers may take with a log that nobody reads: as long as with any other.
const TO_ANSWER: Duration = Duration::from_secs(10);

/// Moves a file of a server away, which has to end before it answers anything that is then not to be found.
pub async fn lose_files(world: &Arc<World>) {
    let Some(mean) = world.plan.vanishings else { return };
    let mut rng = world.chances("vanishings");
    while world.may_work().await {
        world.pause(&mut rng, mean).await;
        let name = ["boardcast.db", "boardcast.db-wal", "boardcast.db-shm", "boardcast.lock"][rng.random_range(0..4)];
        let (there, time) = (world.clone(), world.pulse.allow(TO_NOTICE));
        let lost = tokio::task::spawn_blocking(move || there.cluster.lose_file(0, name, time)).await.unwrap();
        match lost {
            Lost::GoesOn => {
                world.verdict.broken(Law::Kept, format!("the server goes on without {name} after {time:?}"));
            }
            Lost::Ended(status) if status.code() != Some(74) => {
                world.verdict.broken(Law::Kept, format!("the server lost {name} and ended with {status}"));
            }
            Lost::Ended(_) | Lost::WasDown => {}
        }
    }
}

/// Whoever reads the log of a node stops, and reads on later or never again. Nobody else is to notice.
pub async fn stop_log_readers(world: &Arc<World>) {
    let Some(mean) = world.plan.log_stops else { return };
    let mut rng = world.chances("log readers");
    while world.may_work().await {
        world.pause(&mut rng, mean).await;
        let node = world.any_node(&mut rng);
        let reader = world.cluster.log_reader(node);
        // A node has no other reader until it starts again.
        let gone = world.plan.kills.is_some() && rng.random_bool(0.3);
        if gone {
            reader.go_away();
        } else {
            reader.stop();
        }
        world.pause(&mut rng, mean / 2).await;
        let (there, time) = (world.clone(), world.pulse.allow(TO_ANSWER));
        if !tokio::task::spawn_blocking(move || there.cluster.is_alive(node, time)).await.unwrap() {
            let what = if gone { "went away" } else { "stopped reading" };
            world
                .verdict
                .broken(Law::SlowReader, format!("node {node} is not alive since whoever reads its log {what}"));
        }
        if !gone {
            reader.go_on();
        }
    }
}

pub async fn hang_up(world: &World) {
    let Some(mean) = world.plan.hangups else { return };
    let mut rng = world.chances("hangups");
    while world.may_work().await {
        world.pause(&mut rng, mean).await;
        world.cluster.hang_up(rng.random_bool(0.6)).await;
    }
}

pub async fn stop_redis(world: &Arc<World>) {
    let Some(mean) = world.plan.redis_stops else { return };
    let mut rng = world.chances("redis");
    let mut hangs = false;
    while world.may_work().await {
        world.pause(&mut rng, mean).await;
        let there = world.clone();
        tokio::task::spawn_blocking(move || there.cluster.lose_redis(hangs)).await.unwrap();
        world.pause(&mut rng, mean / 3).await;
        let there = world.clone();
        tokio::task::spawn_blocking(move || there.cluster.redis_again(hangs)).await.unwrap();
        hangs = !hangs;
    }
}

/// Copies the log as it grows and trims what was copied, in the steps of the server's own sweep. By number: by time
/// an event could be trimmed whose transaction began before it was copied, and ended after.
pub async fn copy_and_trim(world: &World) {
    let mut rng = world.chances("trims");
    let mut trim_at = tokio::time::Instant::now();
    let mut lag = Lag::default();
    while !world.over() {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let mut archive = world.archive.lock().await;
        if archive.copy(world).await.is_err() {
            continue;
        }
        let states: Vec<_> = world.places.lock().unwrap().iter().map(|place| place.state()).collect();
        lag.look(world, &archive, &states);
        presence::look(world, &states);
        if let Some(mean) = world.plan.trims
            && trim_at <= tokio::time::Instant::now()
        {
            trim_at += mean.mul_f64(rng.random_range(0.5..1.5));
            for (project, log) in archive.logs.iter().filter(|(_, log)| log.head - world.plan.kept > log.trimmed) {
                drop(log::history::trim_upto(&world.cluster.db, project_id(project), log.head - world.plan.kept).await);
            }
        }
    }
}

/// Readers that are behind, though they read: of which project, behind which event, and since when.
#[derive(Default)]
struct Lag(HashMap<(usize, String), (i64, Instant)>);

impl Lag {
    fn look(&mut self, world: &World, archive: &Archive, states: &[State]) {
        let stalled = states.iter().any(|state| state.stalled);
        for (number, state) in states.iter().enumerate() {
            self.0.retain(|(reader, _), (_, since)| {
                *reader != number || state.reads_since().is_some_and(|at| at < *since)
            });
            for (project, at) in state.positions.iter().filter(|_| state.reads_since().is_some()) {
                let Some(log) = archive.logs.get(project).filter(|log| !log.deleted) else { continue };
                let key = (number, project.clone());
                let (wanted, since) = *self.0.entry(key.clone()).or_insert((log.head, Instant::now()));
                if *at >= wanted {
                    self.0.remove(&key);
                } else if since.elapsed() > world.pulse.allow(PATIENCE) {
                    let law = if stalled { Law::SlowReader } else { Law::WhatWasMissed };
                    let text = format!(
                        "reader {number} reads and is at {at} of {project}; {wanted} was there {:?} ago",
                        since.elapsed()
                    );
                    world.verdict.broken(law, text);
                }
            }
        }
    }
}
