//! What a connection owes its client beyond hyper: a refusal in words where a request cannot be read at all, and an end
//! that does not take the answer back.
//!
//! A socket that is closed while something of its client waits in it unread is reset, and with that the client loses the
//! answer that it has not read yet: a program that is still sending a large body would never see its 413. So what follows
//! is read and thrown away for a while.

use std::{
    io::{IoSlice, Result},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::StatusCode;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
};

use crate::base::{clock::Timestamp, ids::RequestId};

/// How many fields the head of a request may have.
pub const MAX_HEADERS: usize = 100;

/// How much of a body that is not wanted is read, and for how long.
const DISCARDED: u64 = 64 * 1024 * 1024;
const LINGER: Duration = Duration::from_secs(5);

/// The socket below hyper. It keeps back what hyper says by itself about a request that it cannot read, a status without
/// a body, so that [`Io::end`] says it in words.
pub struct Io {
    socket: TcpStream,
    refused: Option<StatusCode>,
}

impl Io {
    #[must_use]
    pub const fn new(socket: TcpStream) -> Self {
        Self { socket, refused: None }
    }

    #[must_use]
    pub fn into_socket(self) -> TcpStream {
        self.socket
    }

    /// End a connection that hyper has let go: with a refusal when one is due, and patiently when a client may still be
    /// sending.
    pub async fn end(mut self, timed_out: bool, unread: bool) {
        let refused = self.refused.take().or(timed_out.then_some(StatusCode::REQUEST_TIMEOUT));
        if let Some(status) = refused
            && self.socket.write_all(refusal(status).as_bytes()).await.is_err()
        {
            return;
        }
        if (refused.is_some() || unread) && self.socket.shutdown().await.is_ok() {
            let (mut rest, mut nowhere) = (self.socket.take(DISCARDED), tokio::io::sink());
            // Afterwards the socket is closed either way.
            let _ = tokio::time::timeout(LINGER, tokio::io::copy(&mut rest, &mut nowhere)).await;
        }
    }
}

/// The status of an answer that hyper makes by itself: no answer of ours is without an id.
fn bare_status(bytes: &[u8]) -> Option<StatusCode> {
    if bytes.len() > 256 || !bytes.starts_with(b"HTTP/1.") {
        return None;
    }
    let mut lines = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?.split("\r\n");
    let status = StatusCode::from_bytes(lines.next()?.as_bytes().get(9..12)?).ok()?;
    let bare = lines.all(|line| {
        let name = line.split(':').next().unwrap_or_default();
        ["connection", "content-length", "date"].iter().any(|known| name.eq_ignore_ascii_case(known))
    });
    Some(status).filter(|status| bare && status.is_client_error())
}

/// A whole answer with problem details.
fn refusal(status: StatusCode) -> String {
    let (code, detail) = match status {
        StatusCode::REQUEST_TIMEOUT => ("request_timeout", "the head of the request took too long to arrive"),
        StatusCode::URI_TOO_LONG => ("uri_too_long", "the address is too long"),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => (
            "headers_too_large",
            &*format!("the head of the request has more than {MAX_HEADERS} fields, or is too long"),
        ),
        _ => ("bad_request", "the head of the request is not HTTP/1.1"),
    };
    let id = RequestId::new();
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({
        "type": "about:blank", "title": title, "status": status.as_u16(), "code": code, "detail": detail,
        "request_id": id,
    });
    let body = body.to_string();
    format!(
        "HTTP/1.1 {} {title}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\nx-request-id: {id}\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\n\
         content-security-policy: default-src 'none'; frame-ancestors 'none'\r\ndate: {}\r\nconnection: close\r\n\r\n\
         {body}",
        status.as_u16(),
        body.len(),
        Timestamp::now().http_date(),
    )
}

impl AsyncRead for Io {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        if let Some(status) = bare_status(bytes) {
            self.refused = Some(status);
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        if let [only] = slices {
            return self.poll_write(cx, only);
        }
        Pin::new(&mut self.socket).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if self.refused.is_some() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// A request's body that says when it is dropped before its end.
pub struct Received {
    body: Incoming,
    ended: bool,
    unread: Arc<AtomicBool>,
}

impl Received {
    #[must_use]
    pub fn new(body: Incoming, unread: Arc<AtomicBool>) -> Self {
        unread.store(false, Ordering::Relaxed);
        Self { body, ended: false, unread }
    }
}

impl Body for Received {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        self.ended |= matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if !self.ended && !self.body.is_end_stream() {
            self.unread.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_without_anything_is_hypers_own() {
        let bare = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\ndate: x\r\n\r\n";
        assert_eq!(bare_status(bare.as_bytes()), Some(StatusCode::BAD_REQUEST));
        let large = "HTTP/1.0 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(bare_status(large.as_bytes()), Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
        for other in [
            "HTTP/1.1 404 Not Found\r\nx-request-id: 1\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 4",
            "",
        ] {
            assert_eq!(bare_status(other.as_bytes()), None, "{other}");
        }
        assert!(refusal(StatusCode::BAD_REQUEST).contains("\"code\":\"bad_request\""));
    }
}
