//! How long a connection may do nothing. The head of a request has little time from its first byte on; between requests
//! there is more, since a proxy that keeps connections open for a minute must never find one closed under its request.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

/// How long a client may take to send the head of a request, or its first byte on a new connection.
const HEAD: Duration = Duration::from_secs(10);
/// How long a connection stays open after an answer.
const IDLE: Duration = Duration::from_secs(90);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing of the next request is here since then.
    Idle { since: Instant, patience: Duration },
    /// A part of a head is here; the first of it came then.
    Head { since: Instant },
    /// A request is worked on.
    Busy,
}

/// What a connection waits for. Shared by its socket, which sees bytes, and its service, which sees requests.
#[derive(Clone, Debug)]
pub struct Activity(Arc<Mutex<Phase>>);

impl Activity {
    /// Of a connection that was just accepted.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Phase::Idle { since: Instant::now(), patience: HEAD })))
    }

    /// When it has waited for long enough; never while a request is worked on.
    pub fn deadline(&self) -> Option<Instant> {
        match *self.0.lock() {
            Phase::Idle { since, patience } => Some(since + patience),
            Phase::Head { since } => Some(since + HEAD),
            Phase::Busy => None,
        }
    }

    /// The head of a request is complete.
    pub fn request(&self) {
        *self.0.lock() = Phase::Busy;
    }

    /// The request was answered; what is left is to write it.
    pub fn answered(&self) {
        *self.0.lock() = Phase::Idle { since: Instant::now(), patience: IDLE };
    }

    fn read(&self) {
        let mut phase = self.0.lock();
        if matches!(*phase, Phase::Idle { .. }) {
            *phase = Phase::Head { since: Instant::now() };
        }
    }

    fn written(&self) {
        let mut phase = self.0.lock();
        if let Phase::Idle { since, .. } | Phase::Head { since } = &mut *phase {
            *since = Instant::now();
        }
    }
}

/// A socket that tells of its activity.
pub struct Watched<S> {
    socket: S,
    activity: Activity,
}

impl<S> Watched<S> {
    pub const fn new(socket: S, activity: Activity) -> Self {
        Self { socket, activity }
    }

    pub fn into_inner(self) -> S {
        self.socket
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.activity.read();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        if written.is_ready() {
            self.activity.written();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, bytes);
        if written.is_ready() {
            self.activity.written();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience(activity: &Activity) -> Option<Duration> {
        // The deadline was set a moment ago.
        activity
            .deadline()
            .map(|deadline| deadline - Instant::now() + Duration::from_secs(1))
            .map(|left| Duration::from_secs(left.as_secs()))
    }

    #[test]
    fn a_head_has_ten_seconds_and_an_idle_connection_more_than_a_proxy_keeps_it() {
        let activity = Activity::new();
        assert_eq!(patience(&activity), Some(HEAD));
        activity.read();
        activity.read();
        assert_eq!(patience(&activity), Some(HEAD));
        activity.request();
        activity.read();
        assert_eq!(activity.deadline(), None);
        activity.answered();
        activity.written();
        assert_eq!(patience(&activity), Some(IDLE));
        assert!(IDLE > Duration::from_secs(75));
        activity.read();
        assert_eq!(patience(&activity), Some(HEAD));
    }
}
