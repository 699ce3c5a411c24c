//! Wakes what sends the events of projects elsewhere. Like a topic's frames, a wake-up may be lost: the log is looked at once
//! in a while anyway.

use std::collections::HashMap;

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use crate::base::ids::ProjectId;

/// The projects that are followed, and the turns that follow them.
#[derive(Debug, Default)]
pub struct Follower {
    projects: Mutex<HashMap<ProjectId, Followed>>,
    woken: Notify,
}

#[derive(Debug)]
struct Followed {
    /// The number of the last event that is known of.
    head: watch::Sender<i64>,
    /// How many follow the project when all of them do.
    most: usize,
}

impl Follower {
    /// Follow these projects, each for so many, and no others.
    pub fn follow(&self, wanted: Vec<(ProjectId, usize)>) {
        let mut projects = self.projects.lock();
        let mut before = std::mem::take(&mut *projects);
        projects.extend(wanted.into_iter().map(|(project, most)| {
            let head = before.remove(&project).map_or_else(|| watch::Sender::new(0), |known| known.head);
            (project, Followed { head, most })
        }));
    }

    /// An event was committed, here or on another node.
    pub fn changed(&self, project: ProjectId, seq: i64) {
        let projects = self.projects.lock();
        let Some(followed) = projects.get(&project) else { return };
        followed.head.send_modify(|head| *head = seq.max(*head));
        // Those that follow it at this moment look by themselves.
        if followed.head.receiver_count() < followed.most {
            self.woken.notify_one();
        }
    }

    /// What is sent, or where to, has changed: everything is looked at again.
    pub fn wake(&self) {
        for followed in self.projects.lock().values() {
            followed.head.send_modify(|_| ());
        }
        self.woken.notify_one();
    }

    /// One that followed a project has ended, and may have missed the last events.
    pub fn ended(&self) {
        self.woken.notify_one();
    }

    /// Ready when there may be something to do, also since before this call.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// Tells of new events of a project; nothing where it is not followed.
    #[must_use]
    pub fn head(&self, project: ProjectId) -> Option<watch::Receiver<i64>> {
        self.projects.lock().get(&project).map(|followed| followed.head.subscribe())
    }
}
