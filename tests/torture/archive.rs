//! The log as it was committed, copied past the server before any of it is trimmed, and what follows from it:
//! who was a member when, and what the state is.

use std::collections::{BTreeMap, HashMap};

use boardcast::{
    base::{chain::Chain, clock::Timestamp, ids::ProjectId},
    db::Tx,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    law::{Law, Verdict},
    support::{
        Fields,
        replay::{self, State},
    },
    touches::Touches,
    world::World,
};

#[derive(Default)]
pub struct Archive {
    pub logs: HashMap<String, ProjectLog>,
}

#[derive(Clone, Default)]
pub struct ProjectLog {
    pub head: i64,
    /// The chain of the last event.
    chain: Chain,
    pub trimmed: i64,
    bodies: Vec<Box<str>>,
    /// When each event was written.
    instants: Vec<Timestamp>,
    /// For each person the events that made them a member, changed the role, or took them off.
    roles: HashMap<String, BTreeMap<i64, Option<String>>>,
    pub index: Index,
    /// Replayed up to the last time that everything was at rest.
    pub state: State,
    /// What the events that were replayed did.
    pub touches: Touches,
    pub deleted: bool,
}

/// The events since everything was at rest, by what they tell.
#[derive(Clone, Default)]
pub struct Index {
    pub causes: HashMap<String, Vec<i64>>,
    pub texts: HashMap<String, Vec<i64>>,
}

pub fn project_id(id: &str) -> ProjectId {
    ProjectId(Uuid::parse_str(id).unwrap())
}

impl ProjectLog {
    pub fn body(&self, seq: i64) -> Option<&str> {
        self.bodies.get(usize::try_from(seq - 1).ok()?).map(AsRef::as_ref)
    }

    fn role_before(&self, person: &str, seq: i64) -> Option<&str> {
        self.roles.get(person)?.range(..seq).next_back()?.1.as_deref()
    }

    pub fn is_member_at(&self, person: &str, seq: i64) -> bool {
        self.role_before(person, seq + 1).is_some()
    }

    /// The roles that somebody had at an event and since, up to another one.
    pub fn roles_between(&self, person: &str, from: i64, to: i64) -> Vec<Option<&str>> {
        let Some(roles) = self.roles.get(person) else { return vec![None] };
        let later = roles.range(from + 1..to.max(from).saturating_add(1)).map(|(_, role)| role.as_deref());
        std::iter::once(self.role_before(person, from + 1)).chain(later).collect()
    }

    /// Whether somebody was a member at any moment between two.
    pub fn was_member_within(&self, person: &str, from: Timestamp, to: Timestamp) -> bool {
        let at = |seq: i64| usize::try_from(seq - 1).ok().and_then(|at| self.instants.get(at)).copied();
        let until = |to: Timestamp| (1..=self.head).rev().find(|seq| at(*seq).is_some_and(|at| at <= to)).unwrap_or(0);
        self.roles_between(person, until(from), until(to)).iter().any(Option::is_some)
    }

    /// How many events say of a task that it is somebody's.
    pub fn assigned(&self, task: &str, person: &str) -> usize {
        let says = |body: &str| {
            let event: Value = serde_json::from_str(body).unwrap_or_default();
            let mut tasks = event["changes"]["tasks"].as_array().into_iter().flatten();
            let is_theirs =
                |one: &Value| one["assignee_ids"].as_array().is_some_and(|all| all.iter().any(|id| id == person));
            tasks.any(|one| one["id"] == task && is_theirs(one))
        };
        let bodies = self.bodies.iter().map(AsRef::<str>::as_ref);
        bodies.filter(|body| body.contains(task) && body.contains(person) && says(body)).count()
    }

    /// The event from which on somebody must be told nothing, on a stream that began at `from` when the log had
    /// come to `known`: whoever was back by then was looked up as a member again.
    pub fn end_of(&self, person: &str, from: i64, known: i64) -> Option<i64> {
        let roles = self.roles.get(person)?;
        let mut member = self.is_member_at(person, from);
        let mut end = if member { None } else { Some(roles.range(..=from).next_back().map_or(0, |(seq, _)| *seq)) };
        for (seq, role) in roles.range(from + 1..) {
            match (member, role) {
                (true, None) => (member, end) = (false, Some(*seq)),
                (false, Some(_)) if *seq <= known => (member, end) = (true, None),
                (false, _) => break,
                (true, Some(_)) => {}
            }
        }
        end
    }

    /// Takes in the next event, of which the database says that it has this chain.
    fn take(&mut self, seq: i64, chain: Chain, body: String, verdict: &Verdict) {
        if seq != self.head + 1 {
            verdict.broken(Law::OneOrder, format!("event {seq} follows event {}: {body}", self.head));
        }
        self.head = seq;
        if self.chain.verify(&body) != Some(chain) || chain == Chain::NONE {
            verdict.broken(Law::OneOrder, format!("event {seq}, {chain}, does not follow from {}: {body}", self.chain));
        }
        self.chain = chain;
        let event: Value = serde_json::from_str(&body).unwrap_or_default();
        if event["seq"] != seq {
            verdict.broken(Law::OneOrder, format!("event {seq} calls itself otherwise: {body}"));
        }
        self.check_actor(&event, seq, verdict);
        for member in event["changes"]["members"].as_array().into_iter().flatten() {
            let roles = self.roles.entry(member.id()).or_default();
            let role = member["role"].as_str().map(str::to_owned);
            let role = role.or_else(|| roles.values().next_back().cloned().flatten());
            roles.insert(seq, role);
        }
        for id in event["removed"]["members"].as_array().into_iter().flatten() {
            let id = id.as_str().unwrap_or_default().to_owned();
            self.roles.entry(id).or_default().insert(seq, None);
        }
        if let Some(cause) = event["cause"].as_str() {
            self.index.causes.entry(cause.to_owned()).or_default().push(seq);
        }
        // What comes back is told whole once more, and what is undone has an earlier text once more.
        let kind = event["type"].as_str().unwrap_or_default();
        let again = ["task.unarchived", "task.restored"].contains(&kind) || kind.ends_with(".undone");
        let texts = if again { vec![] } else { texts(&event) };
        for text in texts {
            self.index.texts.entry(text).or_default().push(seq);
        }
        self.deleted |= event["type"] == "project.deleted";
        self.instants.push(serde_json::from_value(event["at"].clone()).unwrap_or(Timestamp(0)));
        self.bodies.push(body.into());
    }

    /// Whoever did it was allowed to by the members as they were then.
    fn check_actor(&self, event: &Value, seq: i64, verdict: &Verdict) {
        let (Some(actor), Some(kind)) = (event["actor"]["id"].as_str(), event["type"].as_str()) else { return };
        let own = |members: &Value| {
            members.as_array().is_some_and(|all| all.iter().all(|one| one["id"] == actor || *one == actor))
        };
        let needed: &[&str] = match kind {
            "project.created" => return,
            "member.added" | "member.changed" if own(&event["changes"]["members"]) => return,
            "member.removed" if own(&event["removed"]["members"]) => {
                &["viewer", "commenter", "editor", "manager", "owner"]
            }
            _ if ["member", "column", "project"].iter().any(|noun| kind.starts_with(noun)) => &["manager", "owner"],
            _ if kind.starts_with("comment") => &["commenter", "editor", "manager", "owner"],
            _ => &["editor", "manager", "owner"],
        };
        let role = self.role_before(actor, seq);
        if !role.is_some_and(|role| needed.contains(&role)) {
            verdict.broken(Law::OnlyMembers, format!("done by somebody whose role was {role:?}: {event}"));
        }
    }

    /// Replays what came since the last rest, and compares with the snapshots on the way. Each is given with the
    /// number that it claims to be of.
    pub fn replay(&mut self, project: &str, mut snapshots: Vec<Value>, verdict: &Verdict) {
        snapshots.sort_by_key(|snapshot| snapshot.int("seq"));
        let mut snapshots = snapshots.into_iter().peekable();
        loop {
            while let Some(snapshot) = snapshots.next_if(|snapshot| snapshot.int("seq") <= self.state.seq) {
                let there = State::of_snapshot(&snapshot);
                // One that was read before the last rest was overtaken by it.
                let difference = if there.seq < self.state.seq { String::new() } else { self.state.difference(&there) };
                if !difference.is_empty() {
                    verdict.broken(Law::Replay, format!("{project} at {}:\n{difference}", there.seq));
                }
            }
            let Some(body) = self.body(self.state.seq + 1) else { break };
            let event: Value = serde_json::from_str(body).unwrap_or_default();
            let mut state = std::mem::take(&mut self.state);
            let applied = verdict.check(Law::Replay, || {
                replay::check_event(&event, project);
                self.touches.take(&state, &event);
                state.apply(&event);
                state
            });
            let Some(state) = applied else { return };
            self.touches.check_undo(&state, &event, verdict);
            self.state = state;
        }
        if let Some(ahead) = snapshots.next() {
            verdict.broken(
                Law::OneTransaction,
                format!("a snapshot of {project} is at {} and the log ends at {}", ahead.int("seq"), self.head),
            );
        }
    }
}

/// The marks that writers put into titles and names.
fn texts(event: &Value) -> Vec<String> {
    let kinds = event["changes"].as_object().into_iter().flatten();
    let objects = kinds.flat_map(|(_, objects)| objects.as_array().into_iter().flatten());
    let texts = objects.flat_map(|object| ["title", "name", "text", "body"].map(|field| object[field].as_str()));
    texts.flatten().filter(|text| text.starts_with("[p")).map(str::to_owned).collect()
}

impl Archive {
    /// Copies what is new of every project, all at one moment.
    pub async fn copy(&mut self, world: &World) -> boardcast::base::error::Result<()> {
        let mut tx = world.cluster.db.begin_read().await?;
        let boards = world.boards.read().unwrap().clone();
        for board in boards {
            let log = self.logs.entry(board.id.clone()).or_default();
            if !log.deleted || board.gone_since().is_none() {
                copy_project(&mut tx, &board.id, log, &world.verdict).await?;
            }
        }
        Ok(())
    }
}

async fn copy_project(
    tx: &mut Tx,
    id: &str,
    log: &mut ProjectLog,
    verdict: &Verdict,
) -> boardcast::base::error::Result<()> {
    let sql = "select seq, trimmed_seq from projects where id = $1";
    let Some((seq, trimmed)) = tx.query(sql).bind(project_id(id)).optional::<(i64, i64)>().await? else {
        verdict.broken(Law::Kept, format!("project {id} was answered and is not there"));
        return Ok(());
    };
    let sql = "select seq, chain, body from events where project_id = $1 and seq > $2 order by seq";
    let rows: Vec<(i64, i64, String)> = tx.query(sql).bind(project_id(id)).bind(log.head).all().await?;
    log.trimmed = trimmed;
    for (seq, chain, body) in rows {
        log.take(seq, chain.into(), body, verdict);
    }
    if log.head != seq {
        verdict.broken(Law::OneTransaction, format!("project {id} has come to {seq}, and its log to {}", log.head));
    }
    Ok(())
}
