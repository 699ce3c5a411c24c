//! A stream of events, read from its socket.

use std::io::ErrorKind;

use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{Failure, Frame, StreamResponse};

pub struct Stream {
    socket: TcpStream,
    response: StreamResponse,
}

impl Stream {
    /// Ask for the stream at `path` below `/api/v1`, from the cursor on, or from now without one.
    pub async fn open(host: &str, path: &str, token: &str, cursor: Option<&str>) -> Result<Self, Failure> {
        let broken = |error: std::io::Error| Failure::Broken(error.to_string());
        let mut socket = TcpStream::connect(host).await.map_err(broken)?;
        let mut request = format!(
            "GET /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n"
        );
        if let Some(cursor) = cursor {
            request.push_str("Last-Event-ID: ");
            request.push_str(cursor);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        socket.write_all(request.as_bytes()).await.map_err(broken)?;
        Ok(Self { socket, response: StreamResponse::default() })
    }

    /// Wait until there is something to read.
    pub async fn readable(&self) -> Result<(), Failure> {
        self.socket.readable().await.map_err(|error| Failure::Broken(error.to_string()))
    }

    /// Read what is there, into a buffer that many streams may share. Answers whether the stream goes on.
    pub fn read(&mut self, buffer: &mut [u8], take: impl FnMut(Frame<'_>)) -> Result<bool, Failure> {
        match self.socket.try_read(buffer) {
            Ok(0) => Ok(false),
            Ok(length) => self.response.push(&buffer[..length], take),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(Failure::Broken(error.to_string())),
        }
    }
}
