//! Which projects a stream follows.

use std::collections::BTreeMap;

use super::{Followed, Scope, Stream, frames};
use crate::{
    auth::membership::{self, ProjectHead},
    base::{error::Result, ids::ProjectId},
    faults::planted,
    live::Subscription,
    log::LogPosition,
};

impl Stream {
    /// Follow every project in scope that the user is a member of and that the stream does not follow yet. Answers the
    /// index of each, and how far its log is trimmed.
    pub(super) async fn follow_new_projects(&mut self) -> Result<Vec<(usize, LogPosition)>> {
        let candidates = self.candidates().await?;
        // Subscribe first, then read where the logs end and whether the user is a member. A removal in between is seen by
        // that reading, or it reaches the subscription.
        let early = planted!(
            SubscribeAfterReadingHead => {
                let heads = membership::heads(&self.app.db, self.user).await?;
                // As long as it may take between the two on a busy machine.
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                Some(heads)
            },
            None
        );
        let subscriptions: Vec<Subscription> = candidates
            .into_iter()
            .filter(|project| self.wants(*project) && self.index_of(*project).is_none())
            .map(|project| self.app.live.subscribe(project, &self.registration.signal))
            .collect();
        if subscriptions.is_empty() {
            return Ok(vec![]);
        }
        let heads = if let Some(early) = early { early } else { membership::heads(&self.app.db, self.user).await? };
        Ok(self.follow(subscriptions, heads))
    }

    /// The projects to subscribe to, perhaps of former memberships: the subscription comes before the decisive look-up.
    async fn candidates(&self) -> Result<Vec<ProjectId>> {
        match &self.scope {
            Scope::Project(project) => Ok(vec![*project]),
            Scope::User(_) => membership::projects(&self.app.db, self.user).await,
        }
    }

    /// Follow those of the subscribed projects that the user is a member of.
    fn follow(&mut self, subscriptions: Vec<Subscription>, heads: Vec<ProjectHead>) -> Vec<(usize, LogPosition)> {
        let mut heads: BTreeMap<ProjectId, ProjectHead> = heads.into_iter().map(|head| (head.project, head)).collect();
        let mut joined = vec![];
        // A stream lives for long and joins seldom: no more room than it needs.
        self.followed.reserve_exact(subscriptions.len());
        for subscription in subscriptions {
            let Some(head) = heads.remove(&subscription.project) else { continue };
            subscription.topic.start_at(head.seq);
            joined.push((self.followed.len(), head.trimmed()));
            let room = self.app.live.presence().room(subscription.project);
            let (cursor, member_since) = (head.end(), head.version);
            self.followed.push(Followed { subscription, cursor, room, round: 0, member_since });
        }
        joined
    }

    /// Follow the projects that the user has joined, and say so.
    pub(super) async fn join_new_projects(&mut self) -> Result<()> {
        for (index, _) in self.follow_new_projects().await? {
            let followed = &self.followed[index];
            self.buffer.push(frames::joined(followed.subscription.project, followed.cursor));
            self.enter_room(index);
            self.uncovered();
        }
        Ok(())
    }

    /// The user is no longer a member, or the project is deleted: nothing of it follows.
    pub(super) fn leave(&mut self, index: usize, reason: &str) {
        let followed = self.followed.swap_remove(index);
        self.leave_room(&followed);
        self.buffer.push(frames::left(followed.subscription.project, reason));
        if self.is_of_user() {
            self.uncovered();
            // The user may have joined again since: then the look-up follows the project anew.
            self.news = true;
            self.turn_due = true;
        } else {
            self.bye("left", frames::RETRY);
        }
    }
}
