//! The open streams of this node: whose they are, and how each is woken.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use uuid::Uuid;

use crate::{base::ids::UserId, live::signal::Signal};

#[derive(Default)]
pub struct Registry(Mutex<Open>);

/// What a stream is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    /// One project.
    Project,
    /// All projects of a person.
    User,
    /// The instance, for administrators.
    Instance,
    /// An agent that waits for news.
    Agent,
}

impl StreamKind {
    pub const ALL: [Self; 4] = [Self::Project, Self::User, Self::Instance, Self::Agent];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::User => "user",
            Self::Instance => "instance",
            Self::Agent => "agent",
        }
    }
}

#[derive(Default)]
struct Open {
    streams: HashMap<u64, (UserId, Uuid, Arc<Signal>)>,
    by_user: HashMap<UserId, Vec<u64>>,
    /// In the order of [`StreamKind::ALL`].
    by_kind: [usize; StreamKind::ALL.len()],
    next_key: u64,
    draining: bool,
}

/// An open stream in the registry; dropping it takes the stream out.
pub struct Registration {
    registry: Arc<Registry>,
    user: UserId,
    kind: StreamKind,
    key: u64,
    pub signal: Arc<Signal>,
    /// How many streams the session or token has, this one included.
    pub of_credential: usize,
    /// How many streams the user has.
    pub of_user: usize,
    /// How many streams this node has.
    pub of_node: usize,
}

fn place(kind: StreamKind) -> usize {
    StreamKind::ALL.iter().position(|known| *known == kind).unwrap_or(0)
}

impl Registry {
    pub fn add(registry: &Arc<Self>, user: UserId, credential: Uuid, kind: StreamKind) -> Registration {
        let signal = Arc::new(Signal::default());
        let mut open = registry.0.lock();
        let key = open.next_key;
        open.next_key += 1;
        open.streams.insert(key, (user, credential, signal.clone()));
        open.by_kind[place(kind)] += 1;
        let keys = open.by_user.entry(user).or_default();
        keys.push(key);
        let keys = keys.clone();
        let of_credential = keys.iter().filter(|key| open.streams.get(key).is_some_and(|s| s.1 == credential)).count();
        if open.draining {
            signal.drain();
        }
        let of_node = open.streams.len();
        drop(open);
        Registration {
            registry: registry.clone(),
            user,
            kind,
            key,
            signal,
            of_credential,
            of_user: keys.len(),
            of_node,
        }
    }

    /// Memberships or notifications of this user changed.
    pub fn notify(&self, user: UserId) {
        let open = self.0.lock();
        for key in open.by_user.get(&user).into_iter().flatten() {
            if let Some((_, _, signal)) = open.streams.get(key) {
                signal.notify();
            }
        }
    }

    /// Close the streams whose user and credential match.
    pub fn end(&self, matches: impl Fn(UserId, Uuid) -> bool) {
        for (user, credential, signal) in self.0.lock().streams.values() {
            if matches(*user, *credential) {
                signal.end();
            }
        }
    }

    /// Close every stream that registers from here on; answers the signals of those that are open.
    pub fn drain(&self) -> Vec<Arc<Signal>> {
        let mut open = self.0.lock();
        open.draining = true;
        open.streams.values().map(|(_, _, signal)| signal.clone()).collect()
    }

    pub fn cut_off(&self) {
        for (_, _, signal) in self.0.lock().streams.values() {
            signal.cut_off();
        }
    }

    /// The user and the credential of each open stream.
    pub fn owners(&self) -> Vec<(UserId, Uuid)> {
        self.0.lock().streams.values().map(|(user, credential, _)| (*user, *credential)).collect()
    }

    pub fn count(&self) -> usize {
        self.0.lock().streams.len()
    }

    /// How many there are of each kind.
    pub fn by_kind(&self) -> [(StreamKind, usize); StreamKind::ALL.len()] {
        let by_kind = self.0.lock().by_kind;
        StreamKind::ALL.map(|kind| (kind, by_kind[place(kind)]))
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut open = self.registry.0.lock();
        open.streams.remove(&self.key);
        open.by_kind[place(self.kind)] -= 1;
        if let Some(keys) = open.by_user.get_mut(&self.user) {
            keys.retain(|key| *key != self.key);
            if keys.is_empty() {
                open.by_user.remove(&self.user);
            }
        }
    }
}
