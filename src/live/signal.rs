//! Wakes one stream, and says why.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;

use crate::faults;

/// Memberships or notifications changed.
const NEWS: u8 = 1;
/// The session or token ended.
const ENDED: u8 = 2;
/// The server is about to stop.
const DRAIN: u8 = 4;
/// The database has been out of reach for too long.
const CUT_OFF: u8 = 8;
/// The stream was woken and has not looked since.
const WOKEN: u8 = 16;

/// A parked stream, as the task that has an event for it sees it.
pub trait InlineDelivery: Send + Sync {
    /// Take the stream's turn on the caller's task, without waking its own. False when its own task has to be woken
    /// after all.
    fn deliver(&self) -> bool;
}

/// Wakes one stream. The stream's task and every task that has something for it share it.
#[derive(Default)]
pub struct Signal {
    flags: AtomicU8,
    waker: AtomicWaker,
    inline: OnceLock<Arc<dyn InlineDelivery>>,
}

/// Why a stream was woken, apart from events that may wait in its topics.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reasons(u8);

impl Reasons {
    /// Memberships or notifications changed.
    #[must_use]
    pub const fn news(self) -> bool {
        self.0 & NEWS != 0
    }

    /// The database has been out of reach for too long.
    #[must_use]
    pub const fn cut_off(self) -> bool {
        self.0 & CUT_OFF != 0
    }

    /// The server is about to stop.
    #[must_use]
    pub const fn drain(self) -> bool {
        self.0 & DRAIN != 0
    }
}

impl Signal {
    /// A topic may have something new. A stream that has not looked since the last wake-up is not woken again, so a
    /// stuck stream costs nothing.
    pub fn wake(&self) {
        if self.flags.fetch_or(WOKEN, Ordering::AcqRel) & WOKEN == 0 {
            self.waker.wake();
        }
    }

    /// A topic with very many listeners has something new: take the stream's turn here if that is quick. Waking,
    /// queueing and running the stream's own task costs a fifth of what the event itself does.
    pub fn deliver(&self) {
        if !self.inline.get().is_some_and(|inline| inline.deliver()) {
            self.wake();
        }
    }

    /// From here on topics may take the stream's turns through `inline`. A stream calls this once.
    pub fn deliver_inline_to(&self, inline: Arc<dyn InlineDelivery>) {
        let _ = self.inline.set(inline);
    }

    fn raise(&self, reason: u8) {
        self.flags.fetch_or(reason | WOKEN, Ordering::AcqRel);
        self.waker.wake();
    }

    /// The session or token ended: the stream has to close.
    pub fn end(self: &Arc<Self>) {
        let Some(late) = faults::ends_are_late() else { return self.raise(ENDED) };
        self.flags.fetch_or(ENDED, Ordering::AcqRel);
        let signal = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(late).await;
            signal.raise(ENDED);
        });
    }

    /// The server is about to stop: the stream has to say `bye` and close.
    pub fn drain(&self) {
        self.raise(DRAIN);
    }

    /// The database is out of reach: the stream has to say `bye` and close.
    pub fn cut_off(&self) {
        self.raise(CUT_OFF);
    }

    /// Memberships or notifications changed: the stream looks them up in its next turn.
    pub fn notify(&self) {
        self.raise(NEWS);
    }

    /// Ready when the stream was woken since this was last ready, also before this call.
    pub fn poll_woken(&self, cx: &Context<'_>) -> Poll<()> {
        let woken = || self.flags.fetch_and(!WOKEN, Ordering::AcqRel) & WOKEN != 0;
        self.poll(cx, woken)
    }

    /// Ready when the stream has to close, for whatever reason.
    pub fn poll_closing(&self, cx: &Context<'_>) -> Poll<()> {
        self.poll(cx, || self.flags.load(Ordering::Acquire) & (ENDED | DRAIN | CUT_OFF) != 0)
    }

    fn poll(&self, cx: &Context<'_>, ready: impl Fn() -> bool) -> Poll<()> {
        if ready() {
            return Poll::Ready(());
        }
        self.waker.register(cx.waker());
        // A flag that was raised before the waker was registered woke nothing.
        if ready() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether the session or token ended.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.flags.load(Ordering::Acquire) & ENDED != 0
    }

    /// Why the stream was woken. News are cleared by this; the reasons to close stay.
    pub fn take_reasons(&self) -> Reasons {
        Reasons(self.flags.fetch_and(!NEWS, Ordering::AcqRel))
    }
}
