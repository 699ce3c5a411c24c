//! A short-lived cache of log pages for streams that are far behind. When thousands of them reconnect at once, each page
//! is read from the database once.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::log::{Frame, read::PAGE_BYTES};

/// How many events one read of the log fetches, unless they are long.
pub const PAGE: i64 = 500;
/// How long a page stays in the cache.
pub const TTL: Duration = Duration::from_secs(2);
/// How many pages of one project are cached, and how many bytes.
const MOST: usize = 16;
const MOST_BYTES: usize = 4 * PAGE_BYTES;

struct Page {
    /// The page holds what follows this event.
    after: i64,
    read_at: Instant,
    frames: Vec<Frame>,
    bytes: usize,
}

/// The cached log pages of one project.
pub struct LogPageCache {
    pages: VecDeque<Page>,
    bytes: usize,
    /// Pages begin at multiples of this, so that streams with nearby cursors share a page. It follows how many events a
    /// page was lately seen to hold: few when they are long.
    step: i64,
}

impl Default for LogPageCache {
    fn default() -> Self {
        Self { pages: VecDeque::new(), bytes: 0, step: PAGE }
    }
}

/// How many bytes these frames have together.
#[must_use]
pub fn size(frames: &[Frame]) -> usize {
    frames.iter().map(Frame::len).sum()
}

/// Whether the log may go on after a page with these frames: a shorter page ends because the log does.
#[must_use]
pub fn is_full(frames: &[Frame]) -> bool {
    i64::try_from(frames.len()).is_ok_and(|count| count >= PAGE) || size(frames) >= PAGE_BYTES
}

impl LogPageCache {
    /// The event after which the page begins that serves this cursor.
    #[must_use]
    pub const fn page_start(&self, cursor: i64) -> i64 {
        cursor - cursor % self.step
    }

    /// The events after a cursor, from a page that reaches beyond it. A page that ends at the cursor does not count: the
    /// log may have grown since it was read.
    #[must_use]
    pub fn frames_after(&self, cursor: i64, now: Instant) -> Option<Vec<Frame>> {
        let reaches = |page: &&Page| {
            let last = page.frames.last().map_or(page.after, |frame| frame.seq);
            page.after <= cursor && cursor < last && page.read_at + TTL > now
        };
        let page = self.pages.iter().find(reaches)?;
        let begin = page.frames.partition_point(|frame| frame.seq <= cursor);
        Some(page.frames[begin..].to_vec())
    }

    /// Cache a page. True when it is the only one: the caller then has to see to it that the cache expires.
    pub fn insert(&mut self, after: i64, frames: Vec<Frame>, now: Instant) -> bool {
        self.learn_step(&frames);
        self.evict(|page| page.after == after);
        let first = self.pages.is_empty();
        let bytes = size(&frames);
        self.bytes += bytes;
        self.pages.push_back(Page { after, read_at: now, frames, bytes });
        while self.pages.len() > MOST || (self.bytes > MOST_BYTES && self.pages.len() > 1) {
            let Some(oldest) = self.pages.pop_front() else { break };
            self.bytes -= oldest.bytes;
        }
        first
    }

    /// Expect the next pages to hold as many events as this one. A page that is short because the log ends says nothing.
    fn learn_step(&mut self, frames: &[Frame]) {
        let held = i64::try_from(frames.len()).unwrap_or(PAGE).clamp(1, PAGE);
        if size(frames) >= PAGE_BYTES || held > self.step {
            self.step = held;
        }
    }

    /// Evict expired pages. True when none is left.
    pub fn expire(&mut self, now: Instant) -> bool {
        self.evict(|page| page.read_at + TTL <= now);
        self.pages.is_empty()
    }

    fn evict(&mut self, which: impl Fn(&Page) -> bool) {
        self.pages.retain(|page| !which(page));
        self.bytes = self.pages.iter().map(|page| page.bytes).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Chain, LogPosition};

    fn frames(from: i64, to: i64) -> Vec<Frame> {
        (from..=to).map(|seq| Frame::new("e", LogPosition::new(seq, Chain::NONE), "task.changed", "{}", None)).collect()
    }

    /// A page as it is read when each event has 64 KiB: as many as bring it to its weight.
    fn long(from: i64) -> Vec<Frame> {
        let body = "x".repeat(64 * 1024);
        (from..from + 16)
            .map(|seq| Frame::new("e", LogPosition::new(seq, Chain::NONE), "task.changed", &body, None))
            .collect()
    }

    fn reach(frames: Option<Vec<Frame>>) -> Option<(i64, i64)> {
        let frames = frames?;
        Some((frames.first()?.seq, frames.last()?.seq))
    }

    #[test]
    fn a_page_serves_every_cursor_in_it_until_it_is_old() {
        let now = Instant::now();
        let mut cache = LogPageCache::default();
        assert_eq!(cache.page_start(777), 500);
        assert!(cache.insert(500, frames(501, 1_000), now));
        assert_eq!(reach(cache.frames_after(500, now)), Some((501, 1_000)));
        assert_eq!(reach(cache.frames_after(998, now)), Some((999, 1_000)));
        assert_eq!(reach(cache.frames_after(1_000, now)), None);
        assert_eq!(reach(cache.frames_after(499, now)), None);
        assert_eq!(reach(cache.frames_after(500, now + TTL)), None);
        assert!(!cache.expire(now) && cache.expire(now + TTL));
    }

    #[test]
    fn the_end_of_the_log_is_read_again() {
        let now = Instant::now();
        let mut cache = LogPageCache::default();
        cache.insert(500, frames(501, 600), now);
        assert_eq!(reach(cache.frames_after(600, now)), None);
        assert!(cache.insert(500, frames(501, 700), now));
        assert_eq!(reach(cache.frames_after(600, now)), Some((601, 700)));
    }

    #[test]
    fn the_cache_holds_only_so_many_pages() {
        let now = Instant::now();
        let mut cache = LogPageCache::default();
        for n in 0..100 {
            cache.insert(n * PAGE, frames(n * PAGE + 1, n * PAGE + PAGE), now);
        }
        assert_eq!(cache.pages.len(), MOST);
    }

    #[test]
    fn the_cache_holds_only_so_many_bytes() {
        let now = Instant::now();
        let mut cache = LogPageCache::default();
        for n in 0..100 {
            cache.insert(n * 16, long(n * 16 + 1), now);
            assert!(cache.bytes <= MOST_BYTES);
        }
        assert!(cache.pages.len() > 1, "some are");
        let frame =
            Frame::new("e", LogPosition::new(7, Chain::NONE), "task.changed", &"x".repeat(2 * MOST_BYTES), None);
        cache.insert(6, vec![frame], now);
        assert_eq!(reach(cache.frames_after(6, now)), Some((7, 7)), "the last page is kept, whatever its size");
    }

    #[test]
    fn a_cursor_beyond_a_page_of_long_events_gets_a_page_that_reaches_it() {
        let now = Instant::now();
        let mut cache = LogPageCache::default();
        cache.insert(500, long(501), now);
        assert_eq!(reach(cache.frames_after(730, now)), None);
        assert_eq!(cache.page_start(730), 720);
        cache.insert(720, long(721), now);
        assert_eq!(reach(cache.frames_after(730, now)), Some((731, 736)));
        assert_eq!(reach(cache.frames_after(510, now)), Some((511, 516)), "the other one is still there");
        // Where events are short again, pages hold many again.
        cache.insert(736, frames(737, 1_236), now);
        assert_eq!(cache.page_start(1_400), 1_000);
    }
}
