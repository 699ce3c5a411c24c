//! The socket of a stream: its buffers, its end, and the head of the response.

use std::{
    io::{ErrorKind, Write},
    task::{Context, Poll, ready},
};

use http::{header, response::Parts};
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::base::clock::Timestamp;

/// What the kernel keeps for a client that does not read: enough for a fast line, little enough for thousands of clients.
const SEND_BUFFER: usize = 128 * 1024;
/// The socket takes more when less than this waits in it to be sent. The rest waits in the ring, shared.
const NOT_SENT: u32 = 32 * 1024;

pub fn tune(socket: &TcpStream) {
    let socket = SockRef::from(socket);
    let tuned = socket.set_send_buffer_size(SEND_BUFFER).and_then(|()| socket.set_tcp_notsent_lowat(NOT_SENT));
    if let Err(error) = tuned {
        tracing::debug!(%error, "a stream's socket could not be tuned");
    }
}

/// Ready when the client has closed its side or is out of reach. Whatever it sends is ignored.
pub fn poll_closed(cx: &mut Context<'_>, socket: &TcpStream) -> Poll<()> {
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

/// The status line and the headers. The body ends with the connection, so its frames need no chunks around them.
pub fn response_head(parts: &Parts) -> Vec<u8> {
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
