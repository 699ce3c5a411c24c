//! The end of a stream, when the server decides it.

use std::ops::Range;

use super::{Stream, frames};
use crate::faults::planted;

impl Stream {
    /// Write the last checkpoint, when to come back, and a `bye`. Nothing follows it.
    pub(super) fn bye(&mut self, reason: &str, retry: Range<u64>) {
        if self.closing {
            return;
        }
        self.closing = true;
        self.comes_back = matches!(reason, "deploy" | "rotate" | "busy");
        planted!(ByeNotSent => (), {
            self.checkpoint();
            self.buffer.push(frames::retry(retry));
            self.buffer.push(frames::bye(reason));
        });
    }

    /// Whether the session or token ended and the stream has not said `bye`. The caller asks before a turn, and again
    /// before it writes the turn's frames: they may have been committed after the end.
    pub(super) fn is_revoked(&self) -> bool {
        !self.closing && self.registration.signal.ended()
    }

    /// The session or token ended: drop what waits in the buffer, and say `bye`. False when no `bye` can be written,
    /// because the head of the response was not, or a frame is half written.
    pub(super) fn revoke(&mut self) -> bool {
        let writable = self.buffer.is_between_frames();
        self.buffer.clear();
        self.checkpoints.forget();
        self.bye("session", frames::RETRY);
        writable
    }
}
