//! The server keeps in memory, and never in the log, which members are in a project and which task each looks at or edits.
//! The streams of the other members tell of it.
//!
//! Every node knows of everybody, by hints. What is known of a person is forgotten after some silence, so a hint or a
//! node that is lost leaves nothing behind. Once a second at most a room tells what changed; being there still is not
//! told again.

mod room;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::room::Room;
use crate::{
    base::ids::{ProjectId, TaskId, UserId},
    faults::planted,
    live::{Live, cluster::hints::Hint},
};

/// A room tells what changed this often at most.
const EVERY: Duration = Duration::from_secs(1);
/// After this silence a person is gone; with the two rounds that it may take to say so it is half a minute.
const SILENCE: Duration = Duration::from_secs(28);
/// How many places a node knows at most. Beyond that newcomers are not seen.
const MOST: usize = 100_000;

/// What a person does. Of several places the one with the most to do counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    Left,
    Viewing,
    Editing,
}

/// A person in a project, at one of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub project: ProjectId,
    pub user: UserId,
    /// The session or token.
    pub credential: Uuid,
    /// A hash of what the tab calls itself.
    pub tab: u32,
}

/// What a person does at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    pub place: Place,
    pub state: PresenceState,
    pub task: Option<TaskId>,
}

/// A person is gone: from all projects where there is none, with all credentials where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Departure {
    pub user: UserId,
    pub project: Option<ProjectId>,
    pub credential: Option<Uuid>,
}

impl Departure {
    #[must_use]
    pub fn is_of(&self, place: &Place) -> bool {
        self.user == place.user
            && self.project.is_none_or(|project| project == place.project)
            && self.credential.is_none_or(|credential| credential == place.credential)
    }
}

/// How long a silence may be. A test may say less.
fn silence() -> Duration {
    #[cfg(debug_assertions)]
    {
        use std::sync::LazyLock;

        static SHORTER: LazyLock<Option<u64>> =
            LazyLock::new(|| crate::config::test_switch("BOARDCAST_TEST_PRESENCE_SILENCE")?.parse().ok());
        if let Some(shorter) = *SHORTER {
            return Duration::from_millis(shorter);
        }
    }
    SILENCE
}

/// The rooms of this node.
#[derive(Debug, Default)]
pub struct Presence {
    rooms: Mutex<HashMap<ProjectId, Arc<Room>>>,
    places: AtomicUsize,
    changed: Notify,
}

impl Presence {
    /// The room of a project. It stays for as long as it is held or anyone is in it.
    pub fn room(&self, project: ProjectId) -> Arc<Room> {
        self.rooms.lock().entry(project).or_default().clone()
    }

    /// Note what a person does. Answers whether the place is a new one.
    pub fn see(&self, sighting: &Sighting) -> bool {
        let full = self.places.load(Ordering::Relaxed) >= MOST;
        if sighting.state == PresenceState::Left && !self.rooms.lock().contains_key(&sighting.place.project) {
            return false;
        }
        let seen = self.room(sighting.place.project).see(sighting, full, Instant::now());
        if seen.changed {
            self.changed.notify_one();
        }
        seen.new
    }

    /// Whether this place is known to be at this task.
    pub fn is_at(&self, place: &Place, task: TaskId) -> bool {
        let room = self.rooms.lock().get(&place.project).cloned();
        room.is_some_and(|room| room.is_at(place, task))
    }

    /// Forget the places that match.
    pub fn forget(&self, project: Option<ProjectId>, gone: impl Fn(&Place) -> bool) {
        let rooms: Vec<Arc<Room>> = match project {
            Some(project) => self.rooms.lock().get(&project).cloned().into_iter().collect(),
            None => self.rooms.lock().values().cloned().collect(),
        };
        let mut any = false;
        for room in rooms {
            any |= room.forget(&gone);
        }
        if any {
            self.changed.notify_one();
        }
    }

    /// Forget those who were silent, and make the frames of what changed. Answers which rooms have some.
    fn tell(&self, now: Instant) -> Vec<ProjectId> {
        let mut rooms = self.rooms.lock();
        let (mut told, mut places) = (vec![], 0);
        rooms.retain(|project, room| {
            if room.tell(*project, now, silence()) {
                told.push(*project);
            }
            let here = room.places();
            places += here;
            here > 0 || Arc::strong_count(room) > 1
        });
        self.places.store(places, Ordering::Relaxed);
        told
    }
}

impl Live {
    /// A person said what they do. Answers whether the place is a new one.
    #[must_use]
    pub fn see(&self, sighting: Sighting) -> bool {
        planted!(PresenceKeptToItself => (), self.send_hint(Hint::Present(sighting), None));
        self.0.presence.see(&sighting)
    }

    /// A person is gone, here and on the other nodes.
    pub fn depart(&self, departure: Departure) {
        self.send_hint(Hint::Departed(departure), None);
        self.apply_hint(Hint::Departed(departure));
    }

    #[must_use]
    pub fn presence(&self) -> &Presence {
        &self.0.presence
    }

    /// Tell the streams what changed, until the process ends.
    pub async fn tell_presence(&self) {
        let presence = &self.0.presence;
        loop {
            // A change is told at once when the last one is a while ago. Without any, those who are silent are looked for.
            let _ = timeout(EVERY, presence.changed.notified()).await;
            for project in presence.tell(Instant::now()) {
                if let Some(topic) = self.topic(project) {
                    topic.wake();
                }
            }
            self.nudge_hints();
            sleep(EVERY).await;
        }
    }
}
