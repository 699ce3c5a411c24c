//! What networks hold of something that there is a limited amount of, such as connections or bytes of memory.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;

use crate::auth::network::Network;

/// An amount, of which each network may hold a part.
#[derive(Debug)]
pub struct Shares {
    most: usize,
    most_each: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    each: HashMap<Network, usize>,
}

/// Why there is no more of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// All of it is held.
    All,
    /// This network holds as much as one may.
    Network,
}

/// What is held by one request or connection of a network; given back when it is dropped.
#[derive(Debug)]
pub struct Share {
    of: Arc<Shares>,
    network: Network,
    held: usize,
}

impl Shares {
    #[must_use]
    pub fn new(most: usize, most_each: usize) -> Arc<Self> {
        Arc::new(Self { most, most_each, held: Mutex::default() })
    }

    /// A share that holds nothing yet.
    #[must_use]
    pub const fn begin(self: Arc<Self>, network: Network) -> Share {
        Share { of: self, network, held: 0 }
    }

    /// A share of one.
    pub fn one(self: &Arc<Self>, network: Network) -> Result<Share, Exceeded> {
        let mut share = self.clone().begin(network);
        share.grow(1)?;
        Ok(share)
    }

    /// How much is held in all.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.lock().all
    }
}

impl Share {
    /// Hold more, if there is as much.
    pub fn grow(&mut self, by: usize) -> Result<(), Exceeded> {
        let mut held = self.of.held.lock();
        let all = held.all.saturating_add(by);
        let each = held.each.get(&self.network).copied().unwrap_or(0).saturating_add(by);
        if each > self.of.most_each {
            return Err(Exceeded::Network);
        }
        if all > self.of.most {
            return Err(Exceeded::All);
        }
        held.all = all;
        held.each.insert(self.network, each);
        drop(held);
        self.held += by;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.held == 0 {
            return;
        }
        let mut held = self.of.held.lock();
        held.all -= self.held;
        if let Some(each) = held.each.get_mut(&self.network) {
            *each -= self.held;
            if *each == 0 {
                held.each.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn a_network_holds_no_more_than_its_part_and_all_together_no_more_than_there_is() {
        let network = |last: u8| Network::from(IpAddr::from([192, 0, 2, last]));
        let shares = Shares::new(5, 3);
        let mut first = shares.clone().begin(network(1));
        first.grow(3).unwrap();
        assert_eq!(first.grow(1), Err(Exceeded::Network));
        assert_eq!(shares.one(network(1)).unwrap_err(), Exceeded::Network);
        let others = [shares.one(network(2)).unwrap(), shares.one(network(3)).unwrap()];
        assert_eq!(shares.one(network(4)).unwrap_err(), Exceeded::All);
        drop(first);
        assert_eq!(shares.held(), 2);
        let again = shares.one(network(1)).unwrap();
        drop((others, again));
        assert_eq!(shares.held(), 0);
        assert!(shares.held.lock().each.is_empty());
    }
}
