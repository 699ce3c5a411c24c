//! What readers saw, kept until everything is at rest and then held against the log.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Mutex,
    time::Duration,
};

use serde_json::Value;

use crate::{archive::ProjectLog, law::Law, offline::Refusal, people::Person, support::Fields, world::World};

/// What is known of the moment at which a stream looked whether somebody is a member: not before the first, not
/// behind the second.
pub type Vouched = (i64, i64);

/// An event as it came to somebody.
pub struct Sighting {
    pub history: usize,
    pub person: usize,
    pub project: String,
    pub vouched: Vouched,
    pub seq: i64,
    pub data: String,
}

/// A stream that began to follow a project, or went on elsewhere in it.
pub struct Stand {
    pub history: usize,
    pub person: usize,
    pub project: String,
    pub vouched: Vouched,
    pub at: i64,
}

#[derive(Default)]
pub struct Evidence {
    pub sightings: Mutex<Vec<Sighting>>,
    pub stands: Mutex<Vec<Stand>>,
    pub snapshots: Mutex<Vec<(String, Value)>>,
    pub activities: Mutex<Vec<Told>>,
    pub refusals: Mutex<Vec<Refusal>>,
}

/// The events that the activity of a task tells of.
pub struct Told {
    pub history: usize,
    pub project: String,
    pub task: String,
    pub seqs: BTreeSet<i64>,
}

impl World {
    /// Holds everything that was seen since the last rest against the log.
    pub fn weigh(&self, logs: &mut HashMap<String, ProjectLog>) {
        // What a stream of a former history told late cannot be held against this log.
        let history = self.history();
        for sighting in std::mem::take(&mut *self.evidence.sightings.lock().unwrap()) {
            if sighting.history == history
                && let Some(log) = logs.get(&sighting.project)
            {
                self.weigh_sighting(&sighting, log);
            }
        }
        for stand in std::mem::take(&mut *self.evidence.stands.lock().unwrap()) {
            if stand.history == history
                && let Some(log) = logs.get(&stand.project)
            {
                self.weigh_stand(&stand, log);
            }
        }
        for told in std::mem::take(&mut *self.evidence.activities.lock().unwrap()) {
            if told.history == history
                && let Some(log) = logs.get(&told.project)
            {
                self.weigh_activity(&told, log);
            }
        }
        let mut snapshots: HashMap<String, Vec<Value>> = HashMap::new();
        for (project, snapshot) in std::mem::take(&mut *self.evidence.snapshots.lock().unwrap()) {
            snapshots.entry(project).or_default().push(snapshot);
        }
        for (project, log) in logs.iter_mut() {
            log.replay(project, snapshots.remove(project).unwrap_or_default(), &self.verdict);
        }
        for refusal in std::mem::take(&mut *self.evidence.refusals.lock().unwrap()) {
            if let Some(log) = logs.get(&refusal.project) {
                self.weigh_refusal(&refusal, log);
            }
        }
        self.weigh_pushes(logs);
        self.ledger.check(logs, &self.verdict);
        for log in logs.values_mut() {
            log.index = crate::archive::Index::default();
        }
    }

    /// With every hint between nodes kept nobody waits for the next comparison, which takes half a second in the mean.
    pub fn weigh_delays(&self) {
        let mut delays = std::mem::take(&mut *self.delays.lock().unwrap());
        delays.sort_unstable();
        let bound = Duration::from_millis(250) + self.pulse.usual() * 3;
        let middle = delays.get(delays.len() / 2).copied().unwrap_or_default();
        if self.plan.keeps_hints() && delays.len() >= 30 && middle > bound {
            let text = format!("half of {} events took {middle:?} and more to another node", delays.len());
            self.verdict.broken(Law::WhatWasMissed, text);
        }
    }

    fn weigh_sighting(&self, sighting: &Sighting, log: &ProjectLog) {
        let Sighting { project, seq, data, vouched, .. } = sighting;
        let person = &self.people[sighting.person];
        match log.body(*seq) {
            None => {
                let text =
                    format!("{} was told event {seq} of {project}, which is not in the log: {data}", person.name);
                self.verdict.broken(Law::OneTransaction, text);
            }
            Some(body) if body != data => {
                let text = format!(
                    "{} was told as event {seq} of {project}\n  {data}\nand the log has\n  {body}",
                    person.name
                );
                self.verdict.broken(Law::OneTransaction, text);
            }
            Some(_) => {}
        }
        if let Some(end) = log.end_of(&person.id, vouched.0, vouched.1).filter(|end| seq >= end) {
            let name = &person.name;
            let text = format!(
                "{name} was removed from {project} by event {end}, and was told event {seq} on a stream that followed from {vouched:?}: {data}"
            );
            self.verdict.broken(Law::Revocation, text);
        }
    }

    /// Between the oldest and the newest event that an activity tells of there is none that changed the task and is not told.
    fn weigh_activity(&self, told: &Told, log: &ProjectLog) {
        let Told { task, seqs, .. } = told;
        let (Some(oldest), Some(newest)) = (seqs.first(), seqs.last()) else { return };
        let changes = |seq: &i64| {
            let Some(body) = log.body(*seq).filter(|body| body.contains(task.as_str())) else { return false };
            let event: Value = serde_json::from_str(body).unwrap_or_default();
            event["changes"]["tasks"].as_array().is_some_and(|tasks| tasks.iter().any(|one| one["id"] == *task))
        };
        if let Some(seq) = (*oldest..=*newest).filter(|seq| !seqs.contains(seq)).find(changes) {
            let text = format!("the activity of task {task} has {seqs:?}, and not event {seq}: {:?}", log.body(seq));
            self.verdict.broken(Law::WhatWasMissed, text);
        }
    }

    fn weigh_stand(&self, stand: &Stand, log: &ProjectLog) {
        let Stand { project, vouched, at, .. } = stand;
        let Person { id, name, .. } = &self.people[stand.person];
        if let Some(end) = log.end_of(id, vouched.0, vouched.1).filter(|end| *end <= vouched.0 && at >= end) {
            let text = format!(
                "{name} was removed from {project} by event {end}, and a stream follows it from {at}, looked up at {vouched:?}"
            );
            self.verdict.broken(Law::Revocation, text);
        }
    }

    pub fn keep_snapshot(&self, project: &str, snapshot: Value) {
        if snapshot["seq"].is_i64() && snapshot["project"].id() == project {
            self.evidence.snapshots.lock().unwrap().push((project.to_owned(), snapshot));
        } else {
            self.verdict.broken(Law::OnlyMembers, format!("asked for {project}: {snapshot}"));
        }
    }
}
