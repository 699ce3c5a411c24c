//! A stream's subscription to one project.

use std::sync::Arc;

use crate::{
    base::ids::ProjectId,
    live::{Live, signal::Signal, topic::Topic},
};

/// A stream among the listeners of a project. Dropping it unsubscribes, and the last one takes the topic with it.
pub struct Subscription {
    live: Live,
    pub project: ProjectId,
    pub topic: Arc<Topic>,
    key: u64,
}

impl Live {
    /// Subscribe to a project. Events that are committed from here on reach the topic; earlier ones are in the log. So
    /// subscribe *before* reading where the log ends.
    #[must_use]
    pub fn subscribe(&self, project: ProjectId, signal: &Arc<Signal>) -> Subscription {
        let mut topics = self.0.topics.lock();
        let topic = topics.entry(project).or_default().clone();
        let key = topic.add_listener(signal.clone());
        Subscription { live: self.clone(), project, topic, key }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut topics = self.live.0.topics.lock();
        if self.topic.remove_listener(self.key) == 0 {
            topics.remove(&self.project);
        }
    }
}
