//! A stream tells its reader of the people in each project: of all when it begins, then of those who come, move and go.

use super::{Followed, Stream};
use crate::{faults::planted, live::presence::Departure};

impl Stream {
    /// The stream writes all people of a project that it follows from now on.
    pub(super) fn enter_room(&mut self, index: usize) {
        let followed = &mut self.followed[index];
        let (round, everyone) = followed.room.enter(followed.subscription.project, self.credential);
        followed.round = round;
        if let Some(everyone) = everyone {
            self.buffer.push(everyone);
        }
    }

    /// The stream follows a project no more. With the last stream of a session or token its presence ends, unless the server
    /// sent it away.
    pub(super) fn leave_room(&self, followed: &Followed) {
        if followed.room.leave(self.credential) && !self.comes_back {
            let project = Some(followed.subscription.project);
            let departure = Departure { user: self.user, project, credential: Some(self.credential) };
            planted!(ClosedStreamsStay => (), self.app.live.depart(departure));
        }
    }

    /// Write what changed in the rooms, as far as there is room in the buffer.
    pub(super) fn pull_presence(&mut self) {
        for followed in &mut self.followed {
            if followed.room.round() == followed.round {
                continue;
            }
            if self.buffer.is_full() {
                self.turn_due = true;
                return;
            }
            let (round, told) = followed.room.since(followed.subscription.project, followed.round);
            followed.round = round;
            for told in told {
                self.buffer.push(told);
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        for followed in std::mem::take(&mut self.followed) {
            self.leave_room(&followed);
        }
    }
}
