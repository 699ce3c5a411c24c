//! The notifications in the stream of a user.

use super::{Stream, frames};
use crate::{
    base::error::Result,
    log::notifications::{self, Notified},
};

/// How many are read at once.
const PAGE: i64 = 100;

impl Stream {
    /// Put the new notifications of the user into the buffer, as many as fit.
    pub(super) async fn push_notifications(&mut self) -> Result<()> {
        while !self.buffer.is_full() {
            let items = notifications::after(&self.app.db, self.user, self.notified.number, PAGE).await?;
            let Some(last) = items.last() else { return Ok(()) };
            self.notified = Notified::of(last.number, Some(last.id));
            for item in &items {
                if self.wants(item.project.id) {
                    self.buffer.push(frames::notification(item));
                }
            }
            self.uncovered();
        }
        // The others follow when the buffer was written.
        self.news = true;
        Ok(())
    }
}
