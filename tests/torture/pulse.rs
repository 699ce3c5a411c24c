//! How late everything is on this machine at the moment: what is promised within a time is judged with it.

use std::{
    collections::VecDeque,
    sync::Mutex,
    time::{Duration, Instant},
};

use crate::world::World;

const REMEMBERED: Duration = Duration::from_secs(4);

#[derive(Default)]
pub struct Pulse(Mutex<VecDeque<(Instant, Duration)>>);

impl Pulse {
    fn note(&self, late: Duration) {
        let now = Instant::now();
        let mut beats = self.0.lock().unwrap();
        beats.push_back((now, late));
        while beats.front().is_some_and(|(at, _)| now - *at > REMEMBERED) {
            beats.pop_front();
        }
    }

    /// The worst of the last seconds.
    pub fn late(&self) -> Duration {
        self.0.lock().unwrap().iter().map(|(_, late)| *late).max().unwrap_or_default()
    }

    /// How late things are as a rule.
    pub fn usual(&self) -> Duration {
        let mut beats: Vec<Duration> = self.0.lock().unwrap().iter().map(|(_, late)| *late).collect();
        beats.sort_unstable();
        beats.get(beats.len() / 2).copied().unwrap_or_default()
    }

    /// What a promise of this time comes to on this machine.
    pub fn allow(&self, promised: Duration) -> Duration {
        promised + self.late() * 3
    }
}

/// Measures how late a short sleep ends, and how long the simplest request takes.
pub async fn beat(world: &World) {
    const NAP: Duration = Duration::from_millis(20);
    let mut at = 0;
    while !world.over() {
        let start = Instant::now();
        tokio::time::sleep(NAP).await;
        world.pulse.note(start.elapsed().saturating_sub(NAP));
        at = (at + 1) % world.cluster.size();
        let url = format!("{}/livez", world.cluster.url(at));
        let start = Instant::now();
        if let Ok(Ok(_)) = tokio::time::timeout(Duration::from_secs(2), world.http.get(url).send()).await {
            world.pulse.note(start.elapsed());
        }
    }
}
