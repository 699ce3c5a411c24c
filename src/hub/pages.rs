//! Pages of the log that readers far behind are going through, kept for a moment: when thousands come back at once,
//! each page is read once for all of them.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::{
    event::{Frame, PAGE_BYTES},
    hub::weight,
};

/// How many events one read of the log fetches, unless they are long.
pub const PAGE: i64 = 500;
/// For how long a page is kept.
pub const KEPT: Duration = Duration::from_secs(2);
/// How many pages are kept of one project, and how many bytes.
const MOST: usize = 16;
const MOST_BYTES: usize = 4 * PAGE_BYTES;

struct Page {
    begin: i64,
    read_at: Instant,
    frames: Vec<Frame>,
    bytes: usize,
}

pub struct Pages {
    kept: VecDeque<Page>,
    bytes: usize,
    /// Pages begin at multiples of this, so that readers who stand close to each other share one. It is as many events
    /// as a page was seen to hold of late: pages of long events hold few.
    step: i64,
}

impl Default for Pages {
    fn default() -> Self {
        Self { kept: VecDeque::new(), bytes: 0, step: PAGE }
    }
}

impl Pages {
    /// Behind which event the page begins that follows this cursor.
    #[must_use]
    pub const fn begin(&self, after: i64) -> i64 {
        after - after % self.step
    }

    /// What follows a cursor in a page that reaches beyond it. Nothing when there is none or it ends with the cursor:
    /// more may have been written since.
    #[must_use]
    pub fn behind(&self, after: i64, now: Instant) -> Option<Vec<Frame>> {
        let reaches = |page: &&Page| {
            let last = page.frames.last().map_or(page.begin, |frame| frame.seq);
            page.begin <= after && after < last && page.read_at + KEPT > now
        };
        let page = self.kept.iter().find(reaches)?;
        let place = page.frames.partition_point(|frame| frame.seq <= after);
        Some(page.frames[place..].to_vec())
    }

    /// Keep a page. Answers whether it is the only one: then somebody has to sweep.
    pub fn keep(&mut self, begin: i64, frames: Vec<Frame>, now: Instant) -> bool {
        self.learn(&frames);
        self.forget(|page| page.begin == begin);
        let first = self.kept.is_empty();
        let bytes = weight(&frames);
        self.bytes += bytes;
        self.kept.push_back(Page { begin, read_at: now, frames, bytes });
        while self.kept.len() > MOST || (self.bytes > MOST_BYTES && self.kept.len() > 1) {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.bytes -= oldest.bytes;
        }
        first
    }

    /// How many events the next pages may be expected to hold. The end of the log tells nothing about that.
    fn learn(&mut self, frames: &[Frame]) {
        let held = i64::try_from(frames.len()).unwrap_or(PAGE).clamp(1, PAGE);
        if weight(frames) >= PAGE_BYTES || held > self.step {
            self.step = held;
        }
    }

    /// Forget old pages; answers whether none is left.
    pub fn sweep(&mut self, now: Instant) -> bool {
        self.forget(|page| page.read_at + KEPT <= now);
        self.kept.is_empty()
    }

    fn forget(&mut self, which: impl Fn(&Page) -> bool) {
        self.kept.retain(|page| !which(page));
        self.bytes = self.kept.iter().map(|page| page.bytes).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(from: i64, to: i64) -> Vec<Frame> {
        (from..=to).map(|seq| Frame::new("e", seq, "task.changed", "{}", None)).collect()
    }

    /// A page as it is read when each event has 64 KiB: as many as bring it to its weight.
    fn long(from: i64) -> Vec<Frame> {
        let body = "x".repeat(64 * 1024);
        (from..from + 16).map(|seq| Frame::new("e", seq, "task.changed", &body, None)).collect()
    }

    fn reach(frames: Option<Vec<Frame>>) -> Option<(i64, i64)> {
        let frames = frames?;
        Some((frames.first()?.seq, frames.last()?.seq))
    }

    #[test]
    fn a_page_serves_every_cursor_in_it_until_it_is_old() {
        let now = Instant::now();
        let mut pages = Pages::default();
        assert_eq!(pages.begin(777), 500);
        assert!(pages.keep(500, frames(501, 1_000), now));
        assert_eq!(reach(pages.behind(500, now)), Some((501, 1_000)));
        assert_eq!(reach(pages.behind(998, now)), Some((999, 1_000)));
        assert_eq!(reach(pages.behind(1_000, now)), None);
        assert_eq!(reach(pages.behind(499, now)), None);
        assert_eq!(reach(pages.behind(500, now + KEPT)), None);
        assert!(!pages.sweep(now) && pages.sweep(now + KEPT));
    }

    #[test]
    fn the_end_of_the_log_is_read_again() {
        let now = Instant::now();
        let mut pages = Pages::default();
        pages.keep(500, frames(501, 600), now);
        assert_eq!(reach(pages.behind(600, now)), None);
        assert!(pages.keep(500, frames(501, 700), now));
        assert_eq!(reach(pages.behind(600, now)), Some((601, 700)));
    }

    #[test]
    fn only_so_many_are_kept() {
        let now = Instant::now();
        let mut pages = Pages::default();
        for n in 0..100 {
            pages.keep(n * PAGE, frames(n * PAGE + 1, n * PAGE + PAGE), now);
        }
        assert_eq!(pages.kept.len(), MOST);
    }

    #[test]
    fn only_so_many_bytes_are_kept() {
        let now = Instant::now();
        let mut pages = Pages::default();
        for n in 0..100 {
            pages.keep(n * 16, long(n * 16 + 1), now);
            assert!(pages.bytes <= MOST_BYTES);
        }
        assert!(pages.kept.len() > 1, "some are");
        let frame = Frame::new("e", 7, "task.changed", &"x".repeat(2 * MOST_BYTES), None);
        pages.keep(6, vec![frame], now);
        assert_eq!(reach(pages.behind(6, now)), Some((7, 7)), "the last one is kept, whatever it weighs");
    }

    #[test]
    fn a_cursor_beyond_a_page_of_long_events_has_one_that_reaches_it() {
        let now = Instant::now();
        let mut pages = Pages::default();
        pages.keep(500, long(501), now);
        assert_eq!(reach(pages.behind(730, now)), None);
        assert_eq!(pages.begin(730), 720);
        pages.keep(720, long(721), now);
        assert_eq!(reach(pages.behind(730, now)), Some((731, 736)));
        assert_eq!(reach(pages.behind(510, now)), Some((511, 516)), "the other one is still there");
        // Where events are short again, pages hold many again.
        pages.keep(736, frames(737, 1_236), now);
        assert_eq!(pages.begin(1_400), 1_000);
    }
}
