//! Where a connection waits while its stream has nothing to do. Its own task is asleep there, and the task of a fanout may
//! take the stream's turns.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use parking_lot::Mutex;
use tokio::time::{Instant, Sleep};

use super::Connection;
use crate::live::{
    signal::{InlineDelivery, Signal},
    stream::socket::poll_closed,
};

#[derive(Default)]
struct Parked {
    connection: Mutex<Option<Connection>>,
}

impl InlineDelivery for Parked {
    fn deliver(&self) -> bool {
        // The stream's own task holds the lock. It may have looked before there was anything new.
        let Some(mut parked) = self.connection.try_lock() else { return false };
        let Some(connection) = parked.as_mut() else { return false };
        // A stream that panics ends, as it would in its own task; the others of the fanout go on.
        catch_unwind(AssertUnwindSafe(|| connection.deliver())).unwrap_or_else(|_| {
            *parked = None;
            false
        })
    }
}

/// Parks the connection of one task. The connection holds the signal, and the signal what is parked: dropping the guard
/// breaks that circle when the task ends before it unparks.
pub struct ParkGuard {
    parked: Arc<Parked>,
}

/// What woke a parked connection.
pub enum Woken {
    /// Something to do: an event, or a deadline.
    ByWork,
    /// The client has closed its side, or an inline turn panicked.
    ByClose,
}

impl ParkGuard {
    pub fn new(signal: &Signal) -> Self {
        let parked: Arc<Parked> = Arc::default();
        signal.deliver_inline_to(parked.clone());
        Self { parked }
    }

    pub fn park(&self, connection: Connection) {
        *self.parked.connection.lock() = Some(connection);
    }

    pub fn unpark(&self) -> Option<Connection> {
        self.parked.connection.lock().take()
    }

    /// Ready when the parked connection has to go on in its own task.
    pub fn poll_woken(&self, cx: &mut Context<'_>, signal: &Signal, mut alarm: Pin<&mut Sleep>) -> Poll<Woken> {
        if signal.poll_woken(cx).is_ready() {
            return Poll::Ready(Woken::ByWork);
        }
        let mut parked = self.parked.connection.lock();
        // Only a turn that panicked takes the connection out.
        let Some(connection) = &mut *parked else { return Poll::Ready(Woken::ByClose) };
        if poll_closed(cx, &connection.socket).is_ready() {
            return Poll::Ready(Woken::ByClose);
        }
        // Inline turns mostly move the deadline on. The alarm is set again when it rings, and not at every event.
        let deadline = connection.stream.deadline();
        if deadline < alarm.deadline() {
            alarm.as_mut().reset(deadline);
        }
        while alarm.as_mut().poll(cx).is_ready() {
            if deadline <= Instant::now() {
                return Poll::Ready(Woken::ByWork);
            }
            alarm.as_mut().reset(deadline);
        }
        connection.wakes_at = alarm.deadline();
        Poll::Pending
    }
}

impl Drop for ParkGuard {
    fn drop(&mut self) {
        drop(self.unpark());
    }
}
