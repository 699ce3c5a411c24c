//! The nodes that share the database, as each of them tells of itself every few seconds.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::live::{Live, cluster::hints::Hint, meters::Rates};

/// How often a node tells of itself, and how long its windows are.
pub const EVERY: Duration = Duration::from_secs(5);
/// A node that was not heard for so long is gone.
const GONE: Duration = Duration::from_secs(13);

/// What a node tells of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeReport {
    pub node: Uuid,
    /// How many people have a stream open.
    pub people: u32,
    pub streams: u32,
}

/// The other nodes that were heard.
#[derive(Debug, Default)]
pub struct Nodes(Mutex<HashMap<Uuid, (Instant, NodeReport)>>);

impl Nodes {
    pub fn learn(&self, report: NodeReport) {
        let now = Instant::now();
        let mut known = self.0.lock();
        known.retain(|_, (at, _)| now.duration_since(*at) < GONE);
        known.insert(report.node, (now, report));
    }

    fn others(&self) -> Vec<NodeReport> {
        let now = Instant::now();
        let known = self.0.lock();
        known.values().filter(|(at, _)| now.duration_since(*at) < GONE).map(|(_, report)| *report).collect()
    }
}

/// All nodes together, and what this one measured.
#[derive(Clone, Copy, Debug)]
pub struct Overview {
    pub node: Uuid,
    pub nodes: usize,
    /// People with streams on several nodes are counted on each.
    pub people: u64,
    pub streams: u64,
    pub rates: Rates,
}

impl Live {
    fn report(&self) -> NodeReport {
        let owners = self.0.registry.owners();
        let people: BTreeSet<_> = owners.iter().map(|(user, _)| *user).collect();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        NodeReport { node: self.0.node, people: count(people.len()), streams: count(owners.len()) }
    }

    #[must_use]
    pub fn overview(&self) -> Overview {
        let mut all = self.0.nodes.others();
        all.push(self.report());
        Overview {
            node: self.0.node,
            nodes: all.len(),
            people: all.iter().map(|report| u64::from(report.people)).sum(),
            streams: all.iter().map(|report| u64::from(report.streams)).sum(),
            rates: self.0.meters.rates(),
        }
    }

    /// Measure, and tell the other nodes, until the process ends.
    pub async fn beat(&self) {
        loop {
            self.0.meters.roll(Instant::now());
            self.send_hint(Hint::Node(self.report()), None);
            sleep(EVERY).await;
        }
    }
}
