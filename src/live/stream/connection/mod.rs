//! Serves one stream on its socket, from the head of the response to the close.
//!
//! Once the request is answered the socket is taken from hyper. A stream then costs its own few hundred bytes instead of
//! hyper's two buffers, and an event costs one system call on bytes that all streams share.

mod park;

use std::{future::poll_fn, io::ErrorKind, pin::pin, time::Duration};

use http::response::Parts;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{Instant, sleep_until},
};

use self::park::{ParkGuard, Woken};
use super::{
    Stream,
    socket::{poll_closed, response_head, tune},
};

/// How long the server waits for the client to close its side too.
const LINGER: Duration = Duration::from_secs(1);

/// A stream with its socket.
struct Connection {
    stream: Box<Stream>,
    socket: TcpStream,
    /// When the stream's own task wakes by itself.
    wakes_at: Instant,
}

impl Stream {
    /// Write the head of the response, then whatever the stream says, until either side closes.
    pub fn serve(mut self: Box<Self>, socket: TcpStream, head: &Parts) -> impl Future<Output = ()> + use<> {
        tune(&socket);
        self.buffer.push_front(response_head(head));
        let wakes_at = self.deadline();
        Connection { stream: self, socket, wakes_at }.run()
    }
}

impl Connection {
    /// The lingering close is boxed, so that the task keeps no room for it in the meantime.
    async fn run(self) {
        if let Ok(connection) = self.write().await {
            Box::pin(connection.linger()).await;
        }
    }

    /// Serve until the `bye` is written. An error when the client is gone, or nothing may be written to it any more.
    async fn write(mut self) -> std::io::Result<Self> {
        let signal = self.stream.registration.signal.clone();
        let guard = ParkGuard::new(&signal);
        let mut alarm = pin!(sleep_until(self.wakes_at));
        loop {
            let Self { stream, socket, .. } = &mut self;
            if stream.is_revoked() && !stream.revoke() {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            if stream.turn_due {
                stream.turn();
                stream.run_lookup().await;
                if stream.is_revoked() {
                    continue;
                }
            }
            if stream.flush(socket).await? {
                continue;
            }
            if stream.closing {
                return Ok(self);
            }
            if !stream.turn_due {
                guard.park(self);
                let woken = poll_fn(|cx| guard.poll_woken(cx, &signal, alarm.as_mut())).await;
                self = guard.unpark().ok_or(ErrorKind::NotConnected)?;
                if matches!(woken, Woken::ByClose) {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                self.stream.turn_due = true;
            }
        }
    }

    /// Take one turn on the task of a fanout, while the stream is parked. False when its own task has to go on, because
    /// there is more to do than to write what is due.
    fn deliver(&mut self) -> bool {
        let Self { stream, socket, wakes_at } = self;
        if stream.closing || stream.is_revoked() {
            return false;
        }
        stream.turn();
        if stream.lookup.is_some() || stream.is_revoked() {
            return false;
        }
        if !stream.buffer.is_empty() {
            if stream.buffer.write(socket).is_err() {
                return false;
            }
            stream.buffer_written();
        }
        !stream.closing && !stream.turn_due && stream.deadline() >= *wakes_at
    }

    /// Close our side and give the client a moment to close its own. Closing both at once could reset the connection, and
    /// take back what the client has not read yet.
    async fn linger(self) {
        let Self { stream, mut socket, .. } = self;
        // The stream no longer counts against its user's limit.
        drop(stream);
        if socket.shutdown().await.is_ok() {
            let closed = poll_fn(|cx| poll_closed(cx, &socket));
            // After that time the socket closes either way.
            let _ = tokio::time::timeout(LINGER, closed).await;
        }
    }
}
