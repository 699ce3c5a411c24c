//! Which nodes share this database. One Redis may serve several: a copy of the database, projects, sessions and epoch
//! included, may be what a second installation runs on. `NOTIFY` stays within one database, so who was heard there
//! belongs here.

use std::collections::HashSet;

use parking_lot::Mutex;
use uuid::Uuid;

pub struct Peers {
    pub node: Uuid,
    known: Mutex<HashSet<Uuid>>,
}

impl Peers {
    pub fn new(node: Uuid) -> Self {
        Self { node, known: Mutex::default() }
    }

    /// Heard by way of the database. Answers whether for the first time: then it has not heard of this node either.
    pub fn meet(&self, other: Uuid) -> bool {
        other != self.node && self.known.lock().insert(other)
    }

    pub fn know(&self, other: Uuid) -> bool {
        self.known.lock().contains(&other)
    }
}
