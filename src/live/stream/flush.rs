//! Writes the buffer of a stream to its socket, and waits when the socket is full.

use std::{future::poll_fn, io::ErrorKind, pin::pin, task::Poll, time::Duration};

use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until},
};

use super::{Stream, socket::poll_closed};

/// A client that takes nothing for this long is dropped. It comes back with its cursor.
const STUCK: Duration = Duration::from_secs(30);
/// The same for a stream that has to close.
const STUCK_CLOSING: Duration = Duration::from_secs(1);

impl Stream {
    /// Write the whole buffer. True when the session ended before it was written.
    pub(super) async fn flush(&mut self, socket: &TcpStream) -> std::io::Result<bool> {
        // How much was left when the socket last took something, and since when it takes nothing.
        let mut stuck: Option<(usize, Instant)> = None;
        while !self.buffer.is_empty() {
            match self.buffer.write(socket) {
                Ok(()) => self.buffer_written(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let left = self.buffer.len();
                    let (_, since) = *match &mut stuck {
                        Some(stuck) if left >= stuck.0 => stuck,
                        stuck => stuck.insert((left, Instant::now())),
                    };
                    // Boxed, because most streams never come here and are to keep no room for it.
                    if Box::pin(self.wait_writable(socket, since)).await? {
                        return Ok(true);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Wait until the socket takes more. True when the session ended instead.
    async fn wait_writable(&self, socket: &TcpStream, since: Instant) -> std::io::Result<bool> {
        let mut closing = self.closing;
        let mut alarm = pin!(sleep_until(since + if closing { STUCK_CLOSING } else { STUCK }));
        poll_fn(|cx| {
            if !closing && self.registration.signal.poll_closing(cx).is_ready() {
                if self.registration.signal.ended() {
                    return Poll::Ready(Ok(true));
                }
                closing = true;
                alarm.as_mut().reset(Instant::now() + STUCK_CLOSING);
            }
            if poll_closed(cx, socket).is_ready() {
                return Poll::Ready(Err(ErrorKind::UnexpectedEof.into()));
            }
            if let Poll::Ready(ready) = socket.poll_write_ready(cx) {
                return Poll::Ready(ready.map(|()| false));
            }
            alarm.as_mut().poll(cx).map(|()| Err(ErrorKind::TimedOut.into()))
        })
        .await
    }
}
