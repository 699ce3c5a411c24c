//! Pages of the log that readers far behind are going through, kept for a moment: when thousands come back at once,
//! each page is read once for all of them.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::event::Frame;

/// How many events one read of the log fetches.
pub const PAGE: i64 = 500;
/// For how long a page is kept.
pub const KEPT: Duration = Duration::from_secs(2);
/// How many pages are kept of one project.
const MOST: usize = 16;

struct Page {
    begin: i64,
    read_at: Instant,
    frames: Vec<Frame>,
}

#[derive(Default)]
pub struct Pages(VecDeque<Page>);

impl Pages {
    /// Behind which event the page begins that follows this cursor.
    #[must_use]
    pub const fn begin(after: i64) -> i64 {
        after - after % PAGE
    }

    /// What follows a cursor in the page that it belongs to. Nothing when the page is not there or ends with the
    /// cursor: more may have been written since.
    #[must_use]
    pub fn behind(&self, after: i64, now: Instant) -> Option<Vec<Frame>> {
        let begin = Self::begin(after);
        let page = self.0.iter().find(|page| page.begin == begin && page.read_at + KEPT > now)?;
        let place = page.frames.partition_point(|frame| frame.seq <= after);
        let frames = &page.frames[place..];
        (!frames.is_empty()).then(|| frames.to_vec())
    }

    /// Keep a page. Answers whether it is the only one: then somebody has to sweep.
    pub fn keep(&mut self, begin: i64, frames: Vec<Frame>, now: Instant) -> bool {
        self.0.retain(|page| page.begin != begin);
        let first = self.0.is_empty();
        self.0.push_back(Page { begin, read_at: now, frames });
        if self.0.len() > MOST {
            self.0.pop_front();
        }
        first
    }

    /// Forget old pages; answers whether none is left.
    pub fn sweep(&mut self, now: Instant) -> bool {
        self.0.retain(|page| page.read_at + KEPT > now);
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(from: i64, to: i64) -> Vec<Frame> {
        (from..=to).map(|seq| Frame::new("e", seq, "task.changed", "{}", None)).collect()
    }

    fn reach(frames: Option<Vec<Frame>>) -> Option<(i64, i64)> {
        let frames = frames?;
        Some((frames.first()?.seq, frames.last()?.seq))
    }

    #[test]
    fn a_page_serves_every_cursor_in_it_until_it_is_old() {
        let now = Instant::now();
        let mut pages = Pages::default();
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
        assert_eq!(pages.0.len(), MOST);
    }
}
