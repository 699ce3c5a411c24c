//! Brings a topic up to date from the log, when a gap lasts or events may have been missed.

use std::{sync::Arc, time::Duration};

use crate::{
    base::ids::ProjectId,
    live::{
        Live,
        log_pages::{PAGE, is_full},
        topic::Topic,
    },
    log::Frame,
};

/// How long a gap (n + 1 came before n) may last before it is filled from the log. Most are gone sooner: requests that
/// share a COMMIT publish their events in any order.
const GAP: Duration = Duration::from_millis(5);

impl Live {
    /// Fill the topic's gap from the log if it lasts. One task watches at a time.
    pub(super) fn watch_gap(&self, topic: Arc<Topic>, project: ProjectId) {
        if topic.gap_repair.watch() {
            let live = self.clone();
            tokio::spawn(async move { live.fill_lasting_gaps(&topic, project).await });
        }
    }

    async fn fill_lasting_gaps(&self, topic: &Arc<Topic>, project: ProjectId) {
        loop {
            while let Some(gap) = topic.gap() {
                tokio::time::sleep(GAP).await;
                if topic.gap() == Some(gap) && !self.fill_gap(topic, project, gap).await {
                    // The comparison with the database, once a second, tries again.
                    return topic.gap_repair.unwatch();
                }
            }
            topic.gap_repair.unwatch();
            // Another gap may have come before this, and have found that it is watched.
            if topic.gap().is_none() || !topic.gap_repair.watch() {
                return;
            }
        }
    }

    /// False when the log does not have what is missing, or cannot be read.
    async fn fill_gap(&self, topic: &Arc<Topic>, project: ProjectId, gap: i64) -> bool {
        let _lock = topic.gap_repair.lock().await;
        if topic.gap() == Some(gap) {
            self.read_new_events(topic, project).await;
        }
        topic.gap() != Some(gap)
    }

    /// Events may have been committed without a hint reaching this node: look into the log.
    pub fn repair(&self, project: ProjectId) {
        let Some(topic) = self.topic(project) else { return };
        if topic.gap_repair.queue() {
            let live = self.clone();
            tokio::spawn(async move {
                let _lock = topic.gap_repair.lock().await;
                topic.gap_repair.begin();
                live.read_new_events(&topic, project).await;
            });
        }
    }

    async fn read_new_events(&self, topic: &Arc<Topic>, project: ProjectId) {
        while let Some(head) = topic.head() {
            match self.read_log(project, head, PAGE).await {
                Ok(frames) if is_full(&frames) => insert_all(topic, frames),
                Ok(frames) => return insert_all(topic, frames),
                Err(error) => {
                    tracing::warn!(%error, %project, "the log could not be read to repair a topic");
                    return;
                }
            }
        }
    }
}

fn insert_all(topic: &Arc<Topic>, frames: Vec<Frame>) {
    if let Some(first) = frames.first() {
        // Changes nothing unless the events between the head and this one were trimmed.
        topic.restart_at(first.seq - 1);
    }
    for frame in frames {
        topic.insert(frame);
    }
}
