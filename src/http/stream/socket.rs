//! The writer of one stream. Once the request was answered the socket is taken from hyper: a stream then costs its
//! own few hundred bytes instead of two buffers, and an event one system call on bytes that all readers share.

use std::{
    future::poll_fn,
    io::{ErrorKind, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use http::{header, response::Parts};
use parking_lot::Mutex;
use socket2::SockRef;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{Instant, Sleep, sleep_until},
};

use super::Stream;
use crate::{
    clock::Timestamp,
    hub::{Signal, Sleeper},
};

/// A reader that takes nothing for this long is let go; it comes back with its cursor.
const STUCK: Duration = Duration::from_secs(30);
/// How long a reader that was said goodbye to has to close its side.
const LINGER: Duration = Duration::from_secs(1);
/// What the kernel keeps for a reader that does not read: enough for a fast line, little enough for thousands.
const SEND_BUFFER: usize = 128 * 1024;
/// A socket takes more when less than this is waiting in it: the rest waits in the ring, shared.
const NOT_SENT: u32 = 32 * 1024;

/// A stream on its way through the layers of the router to whoever holds the socket.
#[derive(Clone)]
pub struct Handover(Arc<Mutex<Option<Box<Stream>>>>);

impl Handover {
    pub(super) fn new(stream: Stream) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(stream)))))
    }

    /// The stream, once.
    #[must_use]
    pub fn take(self) -> Option<Box<Stream>> {
        self.0.lock().take()
    }
}

enum Woken {
    ByEvents,
    Gone,
}

/// A stream with its socket.
struct Line {
    stream: Box<Stream>,
    socket: TcpStream,
    /// When the stream wakes by itself.
    wakes_at: Instant,
}

/// Where a line is while it has nothing to do.
#[derive(Default)]
struct Berth {
    line: Mutex<Option<Line>>,
}

impl Sleeper for Berth {
    fn serve(&self) -> bool {
        // Somebody else is at it, perhaps since before there was this to do.
        let Some(mut berth) = self.line.try_lock() else { return false };
        let Some(line) = berth.as_mut() else { return false };
        // Whoever has an event for many is not to fail with one of them, which ends like a task that panics.
        catch_unwind(AssertUnwindSafe(|| line.serve())).unwrap_or_else(|_| {
            *berth = None;
            false
        })
    }
}

/// Takes the line out when the task that should is gone: the two hold each other.
struct Asleep {
    berth: Arc<Berth>,
}

impl Asleep {
    fn rise(&self) -> Option<Line> {
        self.berth.line.lock().take()
    }
}

impl Drop for Asleep {
    fn drop(&mut self) {
        drop(self.rise());
    }
}

impl Line {
    /// One turn by whoever has an event for it. False when there is more to do than to write what is due.
    fn serve(&mut self) -> bool {
        let Self { stream, socket, wakes_at } = self;
        if stream.over || stream.must_end() {
            return false;
        }
        stream.turn();
        if stream.ask.is_some() || stream.must_end() {
            return false;
        }
        if !stream.out.is_empty() {
            if stream.out.write(socket).is_err() {
                return false;
            }
            stream.wrote();
        }
        !stream.over && !stream.more && stream.deadline() >= *wakes_at
    }

    /// All there is to do for it. What is needed at its end only is not kept room for in the meantime.
    async fn run(self) {
        if let Ok(line) = self.write().await {
            Box::pin(line.farewell()).await;
        }
    }

    /// Until the goodbye is written; an error when the reader is gone.
    async fn write(mut self) -> std::io::Result<Self> {
        let asleep = Asleep { berth: Arc::default() };
        let signal = self.stream.reader.signal.clone();
        signal.lay_down(asleep.berth.clone());
        let mut alarm = pin!(sleep_until(self.wakes_at));
        loop {
            let Self { stream, socket, .. } = &mut self;
            if stream.must_end() && !stream.end() {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            if stream.more {
                stream.turn();
                stream.ask().await;
                if stream.must_end() {
                    continue;
                }
            }
            if stream.flush(socket).await? {
                continue;
            }
            if stream.over {
                return Ok(self);
            }
            if !stream.more {
                *asleep.berth.line.lock() = Some(self);
                let woken = poll_fn(|cx| poll_woken(cx, &signal, &asleep.berth, alarm.as_mut())).await;
                self = asleep.rise().ok_or(ErrorKind::NotConnected)?;
                if matches!(woken, Woken::Gone) {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                self.stream.more = true;
            }
        }
    }

    /// Close our side and give the reader a moment to close its own: closing both at once could take back what it has
    /// not read yet.
    async fn farewell(self) {
        let Self { stream, mut socket, .. } = self;
        // Somebody else may have this place now.
        drop(stream);
        if socket.shutdown().await.is_ok() {
            let gone = poll_fn(|cx| poll_gone(cx, &socket));
            // Longer is not waited for.
            let _ = tokio::time::timeout(LINGER, gone).await;
        }
    }
}

fn poll_woken(cx: &mut Context<'_>, signal: &Signal, berth: &Berth, mut alarm: Pin<&mut Sleep>) -> Poll<Woken> {
    if signal.poll_woken(cx).is_ready() {
        return Poll::Ready(Woken::ByEvents);
    }
    let mut berth = berth.line.lock();
    // Only a turn that panicked takes it out.
    let Some(line) = &mut *berth else { return Poll::Ready(Woken::Gone) };
    if poll_gone(cx, &line.socket).is_ready() {
        return Poll::Ready(Woken::Gone);
    }
    // Deadlines mostly move on: the alarm is set anew when it rings, not at every event.
    let deadline = line.stream.deadline();
    if deadline < alarm.deadline() {
        alarm.as_mut().reset(deadline);
    }
    while alarm.as_mut().poll(cx).is_ready() {
        if deadline <= Instant::now() {
            return Poll::Ready(Woken::ByEvents);
        }
        alarm.as_mut().reset(deadline);
    }
    line.wakes_at = alarm.deadline();
    Poll::Pending
}

impl Stream {
    /// Write the head of the answer, then whatever the stream says, until either side ends it.
    pub fn serve(mut self: Box<Self>, socket: TcpStream, head: &Parts) -> impl Future<Output = ()> + use<> {
        tune(&socket);
        self.out.precede(head_of(head));
        let wakes_at = self.deadline();
        Line { stream: self, socket, wakes_at }.run()
    }

    /// Whether the session ended and nothing was said of it yet. To be asked before a turn, and again before what it
    /// took is written: that may have been committed in between.
    fn must_end(&self) -> bool {
        !self.over && self.reader.signal.ended()
    }

    /// What the turn wants to know; kept out of the stream's own future, which is small and lives for long. Who has to
    /// leave does not wait for the database.
    async fn ask(&mut self) {
        let Some(ask) = self.ask.take() else { return };
        let signal = self.reader.signal.clone();
        let mut answer = Box::pin(self.answer(ask));
        let answered = poll_fn(|cx| match answer.as_mut().poll(cx) {
            Poll::Pending => signal.poll_leaving(cx).map(|()| None),
            Poll::Ready(answered) => Poll::Ready(Some(answered)),
        })
        .await;
        drop(answer);
        match answered {
            Some(Ok(())) => {}
            None => self.more = true,
            Some(Err(error)) => {
                tracing::warn!(%error, "a stream could not go on");
                self.bye("busy", super::RETRY);
            }
        }
    }

    /// Write what is in the outbox. True when the session ended before all of it was taken.
    async fn flush(&mut self, socket: &TcpStream) -> std::io::Result<bool> {
        // How much was left when the socket last took something, and since when it takes nothing.
        let mut stuck: Option<(usize, Instant)> = None;
        while !self.out.is_empty() {
            match self.out.write(socket) {
                Ok(()) => self.wrote(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let bytes = self.out.bytes();
                    let (_, since) = *match &mut stuck {
                        Some(stuck) if bytes >= stuck.0 => stuck,
                        stuck => stuck.insert((bytes, Instant::now())),
                    };
                    // Most never come to this: they do not keep room for it.
                    if Box::pin(self.blocked(socket, since)).await? {
                        return Ok(true);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Wait until the socket takes more. True when the session ended instead.
    async fn blocked(&self, socket: &TcpStream, since: Instant) -> std::io::Result<bool> {
        // When it is to end anyway, nobody is waited for that long.
        let mut leaving = self.over;
        let mut alarm = pin!(sleep_until(since + if leaving { LINGER } else { STUCK }));
        poll_fn(|cx| {
            if !leaving && self.reader.signal.poll_leaving(cx).is_ready() {
                if self.reader.signal.ended() {
                    return Poll::Ready(Ok(true));
                }
                leaving = true;
                alarm.as_mut().reset(Instant::now() + LINGER);
            }
            if poll_gone(cx, socket).is_ready() {
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

/// Ready when the reader has closed its side or is out of reach. What it may say is thrown away.
fn poll_gone(cx: &mut Context<'_>, socket: &TcpStream) -> Poll<()> {
    let mut ignored = [0; 256];
    loop {
        if ready!(socket.poll_read_ready(cx)).is_err() {
            return Poll::Ready(());
        }
        match socket.try_read(&mut ignored) {
            Ok(1..) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock || error.kind() == ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return Poll::Ready(()),
        }
    }
}

fn tune(socket: &TcpStream) {
    let socket = SockRef::from(socket);
    let tuned = socket.set_send_buffer_size(SEND_BUFFER).and_then(|()| socket.set_tcp_notsent_lowat(NOT_SENT));
    if let Err(error) = tuned {
        tracing::debug!(%error, "a stream's socket could not be tuned");
    }
}

/// The status line and the headers. The body ends with the connection, so it needs no chunks around its frames.
fn head_of(parts: &Parts) -> Vec<u8> {
    let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
    let ours = [header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::DATE];
    for (name, value) in parts.headers.iter().filter(|(name, _)| !ours.contains(name)) {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    // Writing into a vector does not fail.
    let _ = write!(head, "date: {}\r\nconnection: close\r\n\r\n", Timestamp::now().http_date());
    head
}
