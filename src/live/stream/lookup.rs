//! What a stream looks up in the database between two turns.

use std::{future::poll_fn, task::Poll};

use super::{Followed, Stream, frames};
use crate::{
    auth::membership,
    base::{error::Result, ids::ProjectId},
    faults::planted,
    log::LogPosition,
};

/// What a turn lacks from the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// What follows the cursor of this project, which the ring does not reach back to.
    Log(ProjectId),
    /// New memberships and notifications.
    News,
}

impl Stream {
    /// Look up what the turn lacks. The future of the look-up is boxed, because the stream's own lives for long and is to
    /// stay small. A stream that has to close does not wait for the database.
    pub(super) async fn run_lookup(&mut self) {
        let Some(lookup) = self.lookup.take() else { return };
        let signal = self.registration.signal.clone();
        let mut looking_up = Box::pin(self.look_up(lookup));
        let outcome = poll_fn(|cx| match looking_up.as_mut().poll(cx) {
            Poll::Pending => signal.poll_closing(cx).map(|()| None),
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
        })
        .await;
        drop(looking_up);
        match outcome {
            Some(Ok(())) => {}
            None => self.turn_due = true,
            Some(Err(error)) => {
                tracing::warn!(%error, "a stream could not go on");
                self.bye("busy", frames::RETRY);
            }
        }
    }

    async fn look_up(&mut self, lookup: Lookup) -> Result<()> {
        self.turn_due = true;
        match lookup {
            Lookup::News => {
                self.news = false;
                self.join_new_projects().await?;
                self.push_notifications().await
            }
            Lookup::Log(project) => match self.index_of(project) {
                Some(index) => self.catch_up(index).await,
                None => Ok(()),
            },
        }
    }

    /// Read what follows the cursor of one project from its log.
    async fn catch_up(&mut self, index: usize) -> Result<()> {
        let Followed { subscription, cursor, .. } = &self.followed[index];
        let frames = self.app.live.fetch(&subscription.topic, subscription.project, cursor.seq).await?;
        let skips_to = planted!(LaggardSkipsAhead => subscription.topic.head(), None);
        if let Some(head) = skips_to {
            let chain = subscription.topic.chain_at(head).unwrap_or_default();
            self.followed[index].cursor = LogPosition::new(head, chain);
            return Ok(());
        }
        let trimmed = frames.first().is_none_or(|frame| frame.seq != cursor.seq + 1);
        if planted!(TrimNotReported => false, trimmed) {
            return self.reset(index).await;
        }
        for frame in frames {
            self.app.live.meters().caught_up();
            if !self.push_event(index, frame) || self.buffer.is_full() {
                break;
            }
        }
        Ok(())
    }

    /// The log no longer holds what follows the cursor: go on from its end, and say so.
    async fn reset(&mut self, index: usize) -> Result<()> {
        let project = self.followed[index].subscription.project;
        // A removal of the user may be among what was trimmed, so the membership is looked up, and in the same statement
        // where the log ends.
        let heads = membership::heads(&self.app.db, self.user).await?;
        let Some(found) = heads.into_iter().find(|head| head.project == project) else {
            self.leave(index, "removed");
            return Ok(());
        };
        let followed = &mut self.followed[index];
        followed.member_since = found.version;
        let from = std::mem::replace(&mut followed.cursor, found.end());
        self.buffer.push(frames::reset(&self.app.epoch, project, from, found.end()));
        self.uncovered();
        Ok(())
    }
}
