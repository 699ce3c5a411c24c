//! A turn of a stream: everything that is due goes into the write buffer, without waiting for anything.

use tokio::time::Instant;

use super::{Lookup, Stream, frames};
use crate::{faults::planted, live::Next, log::Frame};

/// How many frames one turn takes from each project.
const FRAMES: usize = 64;

impl Stream {
    /// Put what is due into the buffer. Afterwards `turn_due` or `lookup` say whether there is more.
    pub(super) fn turn(&mut self) {
        if self.closing {
            return;
        }
        self.turn_due = false;
        // After an inline turn the lookup was not run: this turn finds out again what is lacking.
        self.lookup = None;
        let now = Instant::now();
        self.turned_at = now;
        let reasons = self.registration.signal.take_reasons();
        self.news |= reasons.news();
        if reasons.cut_off() {
            return self.bye("busy", frames::RETRY_BUSY);
        }
        if self.expires_at <= now {
            return self.bye("session", frames::RETRY);
        }
        self.pull_all();
        if !self.closing && self.lookup.is_none() {
            self.pull_presence();
        }
        if !self.closing {
            self.finish_turn(now, reasons.drain());
        }
    }

    fn finish_turn(&mut self, now: Instant, drain: bool) {
        let rotate = self.rotate_at <= now;
        if self.lookup.is_some() {
            if !drain && !rotate {
                return self.checkpoint_if_due(now);
            }
            // A client that has much to catch up with is sent away like any other, with a cursor.
            self.lookup = None;
        }
        if self.news && self.is_of_user() && !drain {
            self.lookup = Some(Lookup::News);
        } else if self.turn_due {
            // The next turn follows at once and finishes.
        } else if drain {
            self.bye("deploy", frames::RETRY_DRAIN);
        } else if rotate {
            self.bye("rotate", frames::RETRY);
        } else {
            self.checkpoint_if_due(now);
            self.ping_if_due(now);
        }
    }

    fn ping_if_due(&mut self, now: Instant) {
        if self.buffer.is_empty() && self.wrote_at + self.ping <= now {
            self.checkpoint();
            self.buffer.push(frames::ping());
        }
    }

    /// When the next turn is due if nothing wakes the stream before.
    pub(super) fn deadline(&self) -> Instant {
        let deadline = (self.wrote_at + self.ping).min(self.rotate_at).min(self.expires_at);
        self.checkpoints.deadline().map_or(deadline, |checkpoint| deadline.min(checkpoint))
    }

    /// The buffer was written, right after a turn.
    pub(super) const fn buffer_written(&mut self) {
        self.wrote_at = self.turned_at;
    }

    /// Pull from every project, beginning with another one in each turn: a busy project does not starve the others.
    fn pull_all(&mut self) {
        for _ in 0..self.followed.len() {
            if self.followed.is_empty() {
                return;
            }
            self.pull_first %= self.followed.len();
            if self.pull(self.pull_first) {
                self.pull_first += 1;
            }
            if self.closing || self.lookup.is_some() {
                return;
            }
            if self.buffer.is_full() {
                self.turn_due = true;
                return;
            }
        }
    }

    /// Pull the next frames of one project. False when the stream no longer follows it.
    fn pull(&mut self, index: usize) -> bool {
        for _ in 0..FRAMES {
            let followed = &self.followed[index];
            match followed.subscription.topic.next(followed.cursor.seq) {
                Next::UpToDate => return true,
                Next::Behind => {
                    self.lookup = Some(Lookup::Log(followed.subscription.project));
                    return true;
                }
                Next::Frame(frame) => {
                    let meters = self.app.live.meters();
                    match frame.received {
                        Some(received) => meters.delivered(self.turned_at.saturating_duration_since(received)),
                        None => meters.caught_up(),
                    }
                    if !self.push_event(index, frame) {
                        return false;
                    }
                }
            }
            if self.buffer.is_full() {
                break;
            }
        }
        self.turn_due = true;
        true
    }

    /// Put one event into the buffer. False when the stream no longer follows the project, because the event removes the
    /// user from it or deletes it.
    pub(super) fn push_event(&mut self, index: usize, frame: Frame) -> bool {
        let followed = &mut self.followed[index];
        followed.cursor = frame.position();
        // Who comes back from before may read of an earlier end.
        let ends = frame.seq > followed.member_since;
        let removed = planted!(RemovalUnseen => false, ends && frame.left == Some(self.user));
        if removed || planted!(DeletionUnseen => false, ends && frame.gone) {
            self.leave(index, if removed { "removed" } else { "deleted" });
            return false;
        }
        self.buffer.push(if self.is_of_user() { frame.bare() } else { frame.with_id() });
        self.uncovered();
        true
    }
}
