//! What a stream reads whose cursor is behind the ring. After a restart many of them come back at once, so one stream
//! reads for all: what fits goes into the ring, what does not goes through the page cache.

use std::sync::Arc;

use tokio::time::Instant;

use crate::{
    base::{error::Result, ids::ProjectId},
    live::{
        Live,
        log_pages::{LogPageCache, PAGE, TTL, is_full, size},
        ring::{Next, RING_EVENTS},
        topic::Topic,
    },
    log::{self, Frame, read::PAGE_BYTES},
};

impl Live {
    /// The next events after a cursor that the ring does not reach back to. None when the log does not hold them either.
    pub async fn fetch(&self, topic: &Arc<Topic>, project: ProjectId, cursor: i64) -> Result<Vec<Frame>> {
        let mut pages = topic.log_pages.lock().await;
        // The stream that held the lock before may have filled the ring.
        if let Next::Frame(frame) = topic.next(cursor) {
            return Ok(vec![frame]);
        }
        let Some((floor, head)) = topic.reach() else { return Ok(vec![]) };
        let reach = (head - i64::try_from(RING_EVENTS).unwrap_or(0)).max(0);
        if cursor >= reach
            && topic.has_room()
            && let Some(frames) = self.fill_ring(topic, project, cursor, (reach, floor)).await?
        {
            return Ok(frames);
        }
        self.fetch_page(topic, project, cursor, &mut pages).await
    }

    /// Read what fits into the ring before its oldest frame. Answers what follows the cursor; `None` when the events are
    /// so long that what was read does not reach back to it.
    async fn fill_ring(
        &self,
        topic: &Topic,
        project: ProjectId,
        cursor: i64,
        (after, upto): (i64, i64),
    ) -> Result<Option<Vec<Frame>>> {
        let mut frames = log::read::frames_upto(&self.0.db, &self.0.epoch, project, after, upto).await?;
        tracing::debug!(target: "boardcast::log", %project, upto, bytes = size(&frames), "read");
        topic.backfill(frames.clone());
        let complete = size(&frames) < PAGE_BYTES;
        let reaches = frames.first().is_some_and(|first| complete || first.seq <= cursor + 1);
        if !reaches {
            return Ok(None);
        }
        frames.retain(|frame| frame.seq > cursor);
        Ok(Some(frames))
    }

    async fn fetch_page(
        &self,
        topic: &Arc<Topic>,
        project: ProjectId,
        cursor: i64,
        pages: &mut LogPageCache,
    ) -> Result<Vec<Frame>> {
        loop {
            let now = Instant::now();
            if let Some(frames) = pages.frames_after(cursor, now) {
                return Ok(frames);
            }
            let start = pages.page_start(cursor);
            let frames = self.read_log(project, start, PAGE).await?;
            let log_ends = !is_full(&frames);
            if pages.insert(start, frames, now) {
                tokio::spawn(expire_pages(topic.clone()));
            }
            let found = pages.frames_after(cursor, now);
            if found.is_some() || log_ends || start == cursor {
                return Ok(found.unwrap_or_default());
            }
            // The page ended before the cursor, because its events are long. The cache has learned from it and now
            // begins pages closer to the cursor.
        }
    }
}

/// Empty the cache when no stream uses it any more.
async fn expire_pages(topic: Arc<Topic>) {
    loop {
        tokio::time::sleep(TTL).await;
        if topic.log_pages.lock().await.expire(Instant::now()) {
            return;
        }
    }
}
