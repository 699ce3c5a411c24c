//! The nodes that share this database.
//!
//! One Redis may serve several installations, and one of them may run on a copy of another's database, with the same
//! projects, sessions and epoch. `NOTIFY` stays within one database: a node that was heard there is a peer.

use std::collections::HashSet;

use parking_lot::Mutex;
use uuid::Uuid;

pub struct Peers {
    /// This node.
    pub node: Uuid,
    known: Mutex<HashSet<Uuid>>,
}

impl Peers {
    pub fn new(node: Uuid) -> Self {
        Self { node, known: Mutex::default() }
    }

    /// A node was heard by way of the database. True when it is a new peer: then it has not heard of this node either.
    pub fn add(&self, node: Uuid) -> bool {
        node != self.node && self.known.lock().insert(node)
    }

    pub fn contains(&self, node: Uuid) -> bool {
        self.known.lock().contains(&node)
    }
}
