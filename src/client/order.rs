//! Whether the numbers of a project's events come as they should: each once, in order, without a gap.

use std::ops::Range;

/// What one stream, over all its connections, has had of one project.
#[derive(Clone, Debug)]
pub struct Order {
    /// Below this everything has come, but for the holes.
    next: i64,
    /// What this connection has to send next: behind a cut a part may come once more.
    here: i64,
    holes: Vec<Range<i64>>,
}

/// How an event came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// As it should.
    Next,
    /// This many before it have not come.
    Gap(u64),
    /// It was missing when a later one came.
    Late,
    /// Once more, because the cursor at the cut was older: that is the contract, not a fault.
    Again,
    /// Once more, without a cut.
    Double,
}

impl Order {
    /// Everything up to `head` is known.
    #[must_use]
    pub const fn after(head: i64) -> Self {
        Self { next: head + 1, here: head + 1, holes: vec![] }
    }

    /// The last number that came.
    #[must_use]
    pub const fn last(&self) -> i64 {
        self.next - 1
    }

    pub fn arrived(&mut self, seq: i64) -> Arrival {
        let here = self.here;
        self.here = here.max(seq + 1);
        if seq >= self.next {
            let missing = self.miss_up_to(seq);
            self.next = seq + 1;
            return if missing == 0 { Arrival::Next } else { Arrival::Gap(missing) };
        }
        if self.fill(seq) {
            Arrival::Late
        } else if seq >= here {
            Arrival::Again
        } else {
            Arrival::Double
        }
    }

    /// A new connection goes on behind `from`. Answers how many it leaves out.
    pub fn resume(&mut self, from: i64) -> u64 {
        self.here = from + 1;
        if from < self.next { 0 } else { self.miss_up_to(from + 1) }
    }

    /// The server says itself that it goes on behind `head`. Answers how many it leaves out.
    pub fn reset(&mut self, head: i64) -> u64 {
        let skipped = count(&(self.next..head + 1));
        self.next = head + 1;
        self.here = head + 1;
        skipped
    }

    /// How many up to `last` have not come.
    #[must_use]
    pub fn missing(&self, last: i64) -> u64 {
        self.holes.iter().map(count).sum::<u64>() + count(&(self.next..last + 1))
    }

    /// Go on at `seq`; what lies between is a hole.
    fn miss_up_to(&mut self, seq: i64) -> u64 {
        let hole = self.next..seq;
        self.next = seq;
        let missing = count(&hole);
        if missing > 0 {
            self.holes.push(hole);
        }
        missing
    }

    fn fill(&mut self, seq: i64) -> bool {
        let Some(index) = self.holes.iter().position(|hole| hole.contains(&seq)) else { return false };
        let hole = self.holes.swap_remove(index);
        self.holes.extend([hole.start..seq, seq + 1..hole.end].into_iter().filter(|part| !part.is_empty()));
        true
    }
}

fn count(range: &Range<i64>) -> u64 {
    u64::try_from(range.end - range.start).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Arrival::{Again, Double, Gap, Late, Next};

    fn arrivals(order: &mut Order, seqs: &[i64]) -> Vec<Arrival> {
        seqs.iter().map(|seq| order.arrived(*seq)).collect()
    }

    #[test]
    fn what_comes_in_order_is_well() {
        let mut order = Order::after(4);
        assert_eq!(arrivals(&mut order, &[5, 6, 7]), [Next, Next, Next]);
        assert_eq!((order.last(), order.missing(7), order.missing(9)), (7, 0, 2));
    }

    #[test]
    fn a_lost_event_stays_lost() {
        let mut order = Order::after(4);
        assert_eq!(arrivals(&mut order, &[5, 8, 9]), [Next, Gap(2), Next]);
        assert_eq!(order.missing(9), 2);
    }

    #[test]
    fn two_that_changed_places_are_out_of_order_and_not_lost() {
        let mut order = Order::after(4);
        assert_eq!(arrivals(&mut order, &[6, 5, 7]), [Gap(1), Late, Next]);
        assert_eq!(order.missing(7), 0);
        assert_eq!(arrivals(&mut order, &[11, 9, 9, 8, 10]), [Gap(3), Late, Double, Late, Late]);
        assert_eq!(order.missing(11), 0);
    }

    #[test]
    fn a_double_is_one_only_without_a_cut() {
        let mut order = Order::after(4);
        assert_eq!(arrivals(&mut order, &[5, 5, 6, 5, 6]), [Next, Double, Next, Double, Double]);
        assert_eq!(order.resume(4), 0);
        assert_eq!(arrivals(&mut order, &[5, 6, 7, 6]), [Again, Again, Next, Double]);
        assert_eq!(order.missing(7), 0);
    }

    #[test]
    fn a_connection_that_goes_on_too_late_leaves_a_gap() {
        let mut order = Order::after(4);
        assert_eq!(order.resume(6), 2);
        assert_eq!(arrivals(&mut order, &[7]), [Next]);
        assert_eq!(order.missing(7), 2);
    }

    #[test]
    fn a_reset_says_itself_what_it_leaves_out() {
        let mut order = Order::after(4);
        assert_eq!(order.reset(9), 5);
        assert_eq!(arrivals(&mut order, &[10]), [Next]);
        assert_eq!(order.missing(10), 0);
        // Numbers of another epoch may be lower.
        assert_eq!(order.reset(2), 0);
        assert_eq!(arrivals(&mut order, &[3]), [Next]);
    }
}
