//! Whether the events of a project arrive as they should: each number once, in order, without a gap, and each following
//! from the one before.

use std::ops::Range;

use crate::base::chain::Chain;

/// Which events of one project a stream has received, over all its connections.
#[derive(Clone, Debug)]
pub struct Order {
    /// Every event below this number has arrived, except for the gaps.
    next: i64,
    /// What this connection has to send next. It may be lower than `next`: a new connection starts at the cursor, and the
    /// cursor may be older than the last event.
    expected: i64,
    gaps: Vec<Range<i64>>,
}

/// How an event arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// As it should.
    Next,
    /// This many events before it have not arrived.
    Gap(u64),
    /// After a later one.
    OutOfOrder,
    /// Once more, because a new connection started at an older cursor: the contract allows that.
    Repeated,
    /// Once more on the same connection.
    Duplicate,
}

impl Order {
    /// Everything up to `head` is known.
    #[must_use]
    pub const fn after(head: i64) -> Self {
        Self { next: head + 1, expected: head + 1, gaps: vec![] }
    }

    /// The highest number that has arrived.
    #[must_use]
    pub const fn last(&self) -> i64 {
        self.next - 1
    }

    pub fn arrived(&mut self, seq: i64) -> Arrival {
        let expected = self.expected;
        self.expected = expected.max(seq + 1);
        if seq >= self.next {
            let missing = self.miss_up_to(seq);
            self.next = seq + 1;
            return if missing == 0 { Arrival::Next } else { Arrival::Gap(missing) };
        }
        if self.fill(seq) {
            Arrival::OutOfOrder
        } else if seq >= expected {
            Arrival::Repeated
        } else {
            Arrival::Duplicate
        }
    }

    /// A new connection sends what follows `from`. Answers how many events it leaves out.
    pub fn resume(&mut self, from: i64) -> u64 {
        self.expected = from + 1;
        if from < self.next { 0 } else { self.miss_up_to(from + 1) }
    }

    /// The server announces that it sends only what follows `head`. Answers how many events it leaves out.
    pub fn reset(&mut self, head: i64) -> u64 {
        let skipped = count(&(self.next..head + 1));
        self.next = head + 1;
        self.expected = head + 1;
        skipped
    }

    /// How many events up to `last` have not arrived.
    #[must_use]
    pub fn missing(&self, last: i64) -> u64 {
        self.gaps.iter().map(count).sum::<u64>() + count(&(self.next..last + 1))
    }

    /// Go on at `seq`; what lies between is a gap.
    fn miss_up_to(&mut self, seq: i64) -> u64 {
        let gap = self.next..seq;
        self.next = seq;
        let missing = count(&gap);
        if missing > 0 {
            self.gaps.push(gap);
        }
        missing
    }

    fn fill(&mut self, seq: i64) -> bool {
        let Some(index) = self.gaps.iter().position(|gap| gap.contains(&seq)) else { return false };
        let gap = self.gaps.swap_remove(index);
        self.gaps.extend([gap.start..seq, seq + 1..gap.end].into_iter().filter(|part| !part.is_empty()));
        true
    }
}

/// Whether each event follows from the one before by its chain: a server that was put back to an older state goes on with
/// the same numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChainCheck(Option<(i64, Chain)>);

impl ChainCheck {
    /// The server says which chain this event has. False when another one is known.
    pub fn told(&mut self, seq: i64, chain: Chain) -> bool {
        let known = self.0.replace((seq, chain)).filter(|(last, _)| *last == seq);
        known.is_none_or(|(_, known)| known == chain)
    }

    /// An event arrives, as the server wrote it. False when the one before it is known and it does not follow from that.
    pub fn follows(&mut self, seq: i64, body: &str) -> bool {
        let before = self.0.replace((seq, Chain::of_event(body))).filter(|(last, _)| *last + 1 == seq);
        before.is_none_or(|(_, chain)| chain.verify(body).is_some())
    }
}

fn count(range: &Range<i64>) -> u64 {
    u64::try_from(range.end - range.start).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Arrival::{Duplicate, Gap, Next, OutOfOrder, Repeated};

    fn arrivals(order: &mut Order, seqs: &[i64]) -> Vec<Arrival> {
        seqs.iter().map(|seq| order.arrived(*seq)).collect()
    }

    #[test]
    fn events_in_order_are_all_next() {
        let mut order = Order::after(4);
        assert_eq!(arrivals(&mut order, &[5, 6, 7]), [Next, Next, Next]);
        assert_eq!((order.last(), order.missing(7), order.missing(9)), (7, 0, 2));
    }

    #[test]
    fn a_lost_event_stays_missing() {
        let mut order = Order::after(4);
        assert_eq!(arrivals(&mut order, &[5, 8, 9]), [Next, Gap(2), Next]);
        assert_eq!(order.missing(9), 2);
    }

    #[test]
    fn two_swapped_events_are_out_of_order_and_not_missing() {
        let mut order = Order::after(4);
        assert_eq!(arrivals(&mut order, &[6, 5, 7]), [Gap(1), OutOfOrder, Next]);
        assert_eq!(order.missing(7), 0);
        assert_eq!(arrivals(&mut order, &[11, 9, 9, 8, 10]), [Gap(3), OutOfOrder, Duplicate, OutOfOrder, OutOfOrder]);
        assert_eq!(order.missing(11), 0);
    }

    #[test]
    fn an_event_that_comes_again_is_a_duplicate_only_on_the_same_connection() {
        let mut order = Order::after(4);
        assert_eq!(arrivals(&mut order, &[5, 5, 6, 5, 6]), [Next, Duplicate, Next, Duplicate, Duplicate]);
        assert_eq!(order.resume(4), 0);
        assert_eq!(arrivals(&mut order, &[5, 6, 7, 6]), [Repeated, Repeated, Next, Duplicate]);
        assert_eq!(order.missing(7), 0);
    }

    #[test]
    fn a_connection_that_starts_too_late_leaves_a_gap() {
        let mut order = Order::after(4);
        assert_eq!(order.resume(6), 2);
        assert_eq!(arrivals(&mut order, &[7]), [Next]);
        assert_eq!(order.missing(7), 2);
    }

    #[test]
    fn an_event_of_another_history_does_not_follow() {
        let (first, one) = Chain::NONE.append(r#"{"seq":1}"#.into());
        let (_, two) = first.append(r#"{"seq":2}"#.into());
        let (other, _) = Chain::NONE.append(r#"{"seq":1,"other":1}"#.into());
        let mut check = ChainCheck::default();
        assert!(check.told(1, first) && check.follows(2, &two) && check.follows(1, &one) && check.follows(2, &two));
        assert!(check.told(1, other), "nothing is known of it any more");
        assert!(!check.follows(2, &two));
        assert!(check.told(1, first) && !check.told(1, other));
        assert!(check.follows(3, &two), "the one before is not known");
    }

    #[test]
    fn a_reset_leaves_no_gap() {
        let mut order = Order::after(4);
        assert_eq!(order.reset(9), 5);
        assert_eq!(arrivals(&mut order, &[10]), [Next]);
        assert_eq!(order.missing(10), 0);
        // Numbers of another epoch may be lower.
        assert_eq!(order.reset(2), 0);
        assert_eq!(arrivals(&mut order, &[3]), [Next]);
    }
}
