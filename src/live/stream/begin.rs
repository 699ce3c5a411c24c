//! The beginning of a stream: from where each project goes on, and the hello that says so.

use std::collections::HashMap;

use serde_json::Map;
use uuid::Uuid;

use super::{Scope, Stream, frames};
use crate::{
    auth::credentials,
    base::{
        error::{Error, Result},
        ids::ProjectId,
    },
    faults::planted,
    live::Cursor,
    log::{
        self, Chain, LogPosition,
        notifications::{self, Notified},
    },
};

/// A client further behind than this fetches the snapshot instead of reading so many events.
const TOO_FAR: i64 = 20_000;

impl Stream {
    /// Subscribe, look up where everything stands, and say hello.
    pub(super) async fn begin(&mut self, credential: Uuid, cursor: Option<Cursor>) -> Result<()> {
        // A credential that ended before the stream was registered ended no stream.
        if !credentials::live(&self.app.db, credential).await? {
            return Err(Error::Unauthenticated);
        }
        self.buffer.push(frames::retry(frames::RETRY));
        // Read before the memberships: a notification that is added in between is found in the first turn.
        let told = cursor.as_ref().filter(|cursor| *cursor.epoch == *self.app.epoch).map(|cursor| cursor.notified);
        let notifications = if self.is_of_user() {
            Some(notifications::head(&self.app.db, self.user, told.map_or(0, |told| told.number)).await?)
        } else {
            None
        };
        let mut projects = Map::new();
        let joined = self.follow_new_projects().await?;
        let chains = self.chains(&joined, cursor.as_ref()).await?;
        for (index, trimmed) in joined {
            let (from, reset) = self.resume_point(index, trimmed.seq, cursor.as_ref(), &chains);
            let followed = &mut self.followed[index];
            // The end of the log as it was read together with the membership. The topic's head may lie behind a removal
            // of the user, which would be skipped, or before what the client has seen on another node.
            let head = followed.log_end();
            followed.cursor = if reset.is_some() { head } else { from };
            projects.insert(followed.subscription.project.to_string(), frames::position(from, head, reset));
        }
        let notifications = notifications.map(|(last, found)| {
            let resumed = told.is_some_and(|told| told.number == 0 || (told == found && found.check != 0));
            self.resume_notifications(if resumed { found } else { last });
            frames::notifications(self.notified.number, last.number, resumed || cursor.is_none())
        });
        self.buffer.push(frames::hello(&self.app.epoch, &projects, notifications));
        (0..self.followed.len()).for_each(|index| self.enter_room(index));
        self.end_without_membership();
        Ok(())
    }

    /// What the chains of the events are that the cursor names. The heads, which were read together with the memberships,
    /// and the rings know most of them; the log knows the others, all by one statement.
    async fn chains(
        &self,
        joined: &[(usize, LogPosition)],
        cursor: Option<&Cursor>,
    ) -> Result<HashMap<ProjectId, Chain>> {
        let (mut known, mut others) = (HashMap::new(), vec![]);
        let Some(cursor) = cursor.filter(|cursor| *cursor.epoch == *self.app.epoch) else { return Ok(known) };
        for (index, trimmed) in joined {
            let followed = &self.followed[*index];
            let (project, head) = (followed.subscription.project, followed.cursor);
            let Some(LogPosition { seq, .. }) = cursor.position(project) else { continue };
            let found = [head, *trimmed].into_iter().find(|position| position.seq == seq);
            let found = found.map(|position| position.chain).or_else(|| followed.subscription.topic.chain_at(seq));
            match found {
                Some(chain) => _ = known.insert(project, chain),
                None if seq > trimmed.seq && seq < head.seq && head.seq - seq <= TOO_FAR => others.push((project, seq)),
                None => {}
            }
        }
        if !others.is_empty() {
            known.extend(log::read::chains(&self.app.db, &others).await?);
        }
        Ok(known)
    }

    /// From where a project goes on, and why not from the cursor if it does not.
    fn resume_point(
        &self,
        index: usize,
        trimmed: i64,
        cursor: Option<&Cursor>,
        chains: &HashMap<ProjectId, Chain>,
    ) -> (LogPosition, Option<&'static str>) {
        let followed = &self.followed[index];
        let head = followed.log_end();
        let Some(cursor) = cursor else { return (head, None) };
        if *cursor.epoch != *self.app.epoch {
            return (head, Some("epoch"));
        }
        let project = followed.subscription.project;
        let Some(at) = cursor.position(project) else {
            return (head, Some("new"));
        };
        let seq = at.seq;
        // The beginning is that of every history.
        let found = if seq == 0 { Some(at.chain) } else { chains.get(&project).copied() };
        let found = planted!(ChainNotCompared => Some(at.chain), found);
        let reset = match found {
            _ if seq > head.seq => Some("ahead"),
            _ if planted!(TrimNotReported => false, seq < trimmed) => Some("trimmed"),
            _ if head.seq - seq > TOO_FAR => Some("too_far"),
            Some(chain) if chain != at.chain => return (head, Some("epoch")),
            Some(_) => None,
            // It was trimmed after the head was read.
            None => planted!(TrimNotReported => None, Some("trimmed")),
        };
        (planted!(CursorOffByOne if seq > trimmed => LogPosition { seq: seq - 1, ..at }, at), reset)
    }

    fn resume_notifications(&mut self, from: Notified) {
        self.notified = from;
        self.news = true;
        // A client that is cut off right after the hello has a cursor by then.
        self.checkpoints.require();
    }

    /// The membership may have ended after the request was let in.
    fn end_without_membership(&mut self) {
        if let Scope::Project(project) = self.scope
            && self.followed.is_empty()
        {
            self.buffer.push(frames::left(project, "removed"));
            self.bye("left", frames::RETRY);
        }
    }
}
