//! What becomes of an attempt, and when the next one is made.

use std::time::Duration;

use http::StatusCode;

use super::deliveries::Delivery;
use crate::{
    base::{clock::Timestamp, ids::DeliveryId},
    faults,
    outgoing::Answer,
};

/// The pauses behind failed attempts, as Standard Webhooks recommends them, in seconds; the first attempt is made at once.
const PAUSES: [u64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// The first of them.
const FIRST_PAUSE: u64 = PAUSES[0];
/// No receiver makes a message wait for longer.
const LONGEST_RETRY: Duration = Duration::from_hours(24);
/// How much of an answer is kept.
const EXCERPT: usize = 200;

/// The times that sending goes by.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How often it is looked whether something is due, besides at each event.
    pub every: Duration,
    /// How long a receiver may take for one message.
    pub patience: Duration,
    /// How long one node may take until it says that it goes on, before another tries.
    pub lease: Duration,
    /// How long the place in the log may be behind what was sent.
    pub write: Duration,
    /// How long a node stays with a receiver to which it has sent everything.
    pub linger: Duration,
    /// The first pause behind a failure. The others are in proportion.
    pub pause: Duration,
    /// How long a receiver may put off before it is given up.
    pub dead_after: Duration,
}

impl Timing {
    #[must_use]
    pub fn present() -> Self {
        let real = Self {
            every: Duration::from_secs(1),
            patience: Duration::from_secs(15),
            lease: Duration::from_secs(40),
            write: Duration::from_millis(100),
            linger: Duration::from_millis(500),
            pause: Duration::from_secs(FIRST_PAUSE),
            dead_after: Duration::from_hours(120),
        };
        faults::webhook_pace().map_or(real, |pace| Self {
            every: pace,
            patience: pace * 50,
            lease: pace * 150,
            pause: pace,
            dead_after: pace * 500,
            ..real
        })
    }

    /// How long to wait behind so many failures; nothing when that were enough.
    fn pause_after(self, failures: i64) -> Option<Duration> {
        let seconds = usize::try_from(failures - 1).ok().and_then(|at| PAUSES.get(at))?;
        // With the pace of a test each pause is as long as the first.
        let times = if faults::webhook_pace().is_some() { 1 } else { u32::try_from(seconds / FIRST_PAUSE).ok()? };
        Some(self.pause * times)
    }
}

/// What a webhook's row says of its sending.
#[derive(Clone, Debug)]
pub struct State {
    pub next_seq: i64,
    pub failures: i64,
    pub failing_since: Option<Timestamp>,
    pub next_attempt_at: Timestamp,
    pub last_error: Option<String>,
    /// Why nothing more is sent.
    pub disabled: Option<String>,
}

/// What became of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// The receiver says that it never wants this message.
    Declined,
    /// The receiver says that it is gone.
    Gone,
    Failed {
        /// The receiver says when to come back.
        retry_after: Option<Duration>,
    },
}

impl Outcome {
    /// What an answer says (Standard Webhooks): all but 2xx is a failure, a redirect too.
    #[must_use]
    pub fn of(answer: &Answer, now: Timestamp) -> Self {
        let declines = answer.headers.get("webhook-delivery").is_some_and(|value| value == "abort-message");
        match answer.status {
            status if status.is_success() => Self::Delivered,
            StatusCode::GONE => Self::Gone,
            _ if declines => Self::Declined,
            _ => Self::Failed { retry_after: answer.retry_after(now) },
        }
    }
}

/// An attempt as it is kept.
#[must_use]
pub fn attempt(
    (message_id, seq, event_type): (&str, Option<i64>, &str),
    attempt: i64,
    (at, latency): (Timestamp, Duration),
    answer: &Result<Answer, String>,
) -> Delivery {
    let (status, error, excerpt) = match answer {
        Ok(answer) if answer.status.is_success() => (Some(answer.status), None, None),
        Ok(answer) => {
            let redirect = if answer.status.is_redirection() { ", and redirects are not followed" } else { "" };
            let excerpt = Some(answer.excerpt(EXCERPT)).filter(|text| !text.is_empty());
            (Some(answer.status), Some(format!("{}{redirect}", answer.status)), excerpt)
        }
        Err(reason) => (None, Some(reason.clone()), None),
    };
    Delivery {
        id: DeliveryId::new(),
        message_id: message_id.into(),
        seq,
        r#type: event_type.into(),
        attempt,
        at,
        latency_ms: i64::try_from(latency.as_millis()).unwrap_or(i64::MAX),
        status: status.map(|status| status.as_u16().into()),
        error,
        excerpt,
        next_attempt_at: None,
    }
}

impl State {
    /// The receiver took a message, or wants none of it: the next one's turn.
    pub fn passed(&mut self, next_seq: i64) {
        *self = Self {
            next_seq,
            failures: 0,
            failing_since: None,
            next_attempt_at: Timestamp(0),
            last_error: None,
            disabled: None,
        };
    }

    /// The receiver took nothing. It is left alone for a while, each time for longer, or as long as it says; after days of
    /// that it is sent nothing more. `jitter` is a number from 0 to 1: what failed together comes back one by one.
    pub fn failed(&mut self, timing: Timing, reason: &str, retry_after: Option<Duration>, jitter: f64, now: Timestamp) {
        let since = *self.failing_since.get_or_insert(now);
        self.last_error = Some(reason.into());
        // A receiver that says when is at work: that is no step towards giving it up.
        self.failures = if retry_after.is_some() { self.failures.max(1) } else { self.failures + 1 };
        let pause = match retry_after {
            Some(asked) => Some(asked.clamp(timing.pause / 5, LONGEST_RETRY).mul_f64(1.0 + jitter / 10.0)),
            None => timing.pause_after(self.failures).map(|pause| pause.mul_f64(0.8 + jitter * 0.4)),
        };
        if let Some(pause) = pause.filter(|_| since.plus(timing.dead_after) > now) {
            self.next_attempt_at = now.plus(pause);
        } else {
            let hours = now.0.saturating_sub(since.0) / 3_600_000;
            self.disabled = Some(format!("its receiver took nothing for {hours} hours; the last attempt: {reason}"));
        }
    }

    /// The receiver says that it is gone.
    pub fn gone(&mut self, now: Timestamp) {
        self.failing_since.get_or_insert(now);
        self.failures += 1;
        self.last_error = Some("410 Gone".into());
        self.disabled = Some("its receiver says that it is gone (410)".into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing() -> Timing {
        Timing::present()
    }

    fn fresh() -> State {
        let mut state = State {
            next_seq: 0,
            failures: 7,
            failing_since: Some(Timestamp(0)),
            next_attempt_at: Timestamp(9),
            last_error: None,
            disabled: None,
        };
        state.passed(7);
        state
    }

    #[test]
    fn a_receiver_is_tried_by_the_schedule_of_the_standard_and_then_no_more() {
        let mut state = fresh();
        let mut now = Timestamp(0);
        for seconds in PAUSES {
            state.failed(timing(), "500", None, 0.5, now);
            assert_eq!(state.next_attempt_at.0 - now.0, i64::try_from(seconds).unwrap() * 1_000);
            assert_eq!((state.next_seq, state.disabled.as_ref()), (7, None));
            now = state.next_attempt_at;
        }
        assert_eq!(now.0 / 3_600_000, 75);
        state.failed(timing(), "500", None, 0.5, now);
        assert!(state.disabled.unwrap().contains("75 hours"));
    }

    #[test]
    fn pauses_are_spread() {
        let after = |jitter| {
            let mut state = fresh();
            state.failed(timing(), "500", None, jitter, Timestamp(0));
            state.next_attempt_at.0
        };
        assert_eq!((after(0.0), after(1.0)), (4_000, 6_000));
    }

    #[test]
    fn a_receiver_says_when_to_come_back_and_not_for_ever() {
        let mut state = fresh();
        let mut now = Timestamp(0);
        state.failed(timing(), "429", Some(Duration::from_mins(2)), 0.0, now);
        assert_eq!(state.next_attempt_at, Timestamp(120_000));
        state.failed(timing(), "429", Some(Duration::ZERO), 0.0, now);
        assert_eq!(state.next_attempt_at, Timestamp(1_000), "not at once");
        let mut attempts = 0;
        while state.disabled.is_none() {
            state.failed(timing(), "429", Some(Duration::from_hours(1_000)), 0.0, now);
            now = state.next_attempt_at;
            attempts += 1;
        }
        assert_eq!(attempts, 6, "a day each");
    }
}
