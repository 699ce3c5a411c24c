//! A reader that costs little, for thousands of them at once: it follows the numbers of one project and its own
//! cursor, and keeps no frames.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::{Auth, User, soon};

/// How long a reader among thousands waits for its turn.
const PATIENCE: Duration = Duration::from_secs(45);

/// A frame of a stream, as it came.
pub struct Part {
    pub event: String,
    pub data: String,
}

pub struct Line {
    address: String,
    request: String,
    /// In bytes; what the kernel takes when absent.
    room: Option<u32>,
    socket: Option<TcpStream>,
    buffer: Vec<u8>,
    /// Chunks of a body that is sent in such, which proxies do, as far as they have not come whole.
    chunks: Option<Vec<u8>>,
    pub cursor: Option<String>,
    pub retry: Option<Duration>,
    /// The number of the last event, or where the stream began.
    pub last: Option<i64>,
    /// How many events came after the last cursor.
    pub unsaid: usize,
    /// Whether the server said that it goes on elsewhere than at the cursor.
    pub reset: bool,
}

impl Line {
    /// A reader of one project, by its own stream or by the stream of everything; not connected yet.
    pub fn new(user: &User, path: &str) -> Self {
        let Auth::Token(secret) = &user.auth else { panic!("{} has no token", user.name) };
        let address = user.app.url.trim_start_matches("http://").to_owned();
        let request = format!(
            "GET /api/v1{path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {secret}\r\n"
        );
        Self {
            address,
            request,
            room: None,
            socket: None,
            buffer: Vec::new(),
            chunks: None,
            cursor: None,
            retry: None,
            last: None,
            unsaid: 0,
            reset: false,
        }
    }

    /// With as little room as the kernel gives: it is soon full.
    pub fn narrow(mut self) -> Self {
        self.room = Some(4096);
        self
    }

    /// The same reader by way of a proxy.
    pub fn by_way_of(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self
    }

    /// Connect and ask, from the cursor if there is one; nothing is read.
    pub async fn ask(&mut self) -> std::io::Result<()> {
        let socket = TcpSocket::new_v4()?;
        if let Some(room) = self.room {
            socket.set_recv_buffer_size(room)?;
        }
        let mut socket = socket.connect(self.address.parse().unwrap()).await?;
        let cursor = self.cursor.as_ref().map(|cursor| format!("Last-Event-ID: {cursor}\r\n")).unwrap_or_default();
        socket.write_all(format!("{}{cursor}\r\n", self.request).as_bytes()).await?;
        self.socket = Some(socket);
        self.buffer.clear();
        self.chunks = None;
        Ok(())
    }

    /// Read the head of the answer and the greeting. An error when the server has no room now: come back after `retry`.
    pub async fn greeted(&mut self) -> std::io::Result<()> {
        let head = timeout(PATIENCE, self.until(b"\r\n\r\n")).await.expect("the head of a stream");
        let Some(head) = head else { return Err(std::io::ErrorKind::UnexpectedEof.into()) };
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
            self.chunks = Some(std::mem::take(&mut self.buffer));
            self.unwrap_chunks();
        }
        match soon("the greeting", self.next()).await {
            Some(part) if part.event == "hello" => Ok(()),
            Some(part) if part.event == "bye" => Err(std::io::ErrorKind::ConnectionRefused.into()),
            Some(part) => panic!("a stream began with {} {}", part.event, part.data),
            None => Err(std::io::ErrorKind::UnexpectedEof.into()),
        }
    }

    pub async fn open(&mut self) -> std::io::Result<()> {
        self.ask().await?;
        self.greeted().await
    }

    pub fn socket(&self) -> &TcpStream {
        self.socket.as_ref().expect("a connected reader")
    }

    /// The next frame, or none at the end of the stream. Events have to follow each other.
    pub async fn next(&mut self) -> Option<Part> {
        loop {
            let block = self.until(b"\n\n").await?;
            if let Some(part) = self.take(&block) {
                return Some(part);
            }
        }
    }

    /// Read on until the event with this number came; false when the stream ended before.
    pub async fn reach(&mut self, number: i64) -> bool {
        while self.last.is_none_or(|last| last < number) {
            if self.next().await.is_none() {
                return false;
            }
        }
        true
    }

    async fn until(&mut self, end: &[u8]) -> Option<String> {
        let mut from = 0;
        loop {
            if let Some(at) = self.buffer[from..].windows(end.len()).position(|bytes| bytes == end) {
                let block = self.buffer.drain(..from + at + end.len()).collect();
                return Some(String::from_utf8(block).unwrap());
            }
            from = (self.buffer.len() + 1).saturating_sub(end.len());
            let socket = self.socket.as_mut().expect("a connected reader");
            // A server that is gone does not always say so politely.
            let got = socket.read_buf(self.chunks.as_mut().unwrap_or(&mut self.buffer)).await.unwrap_or(0);
            if got == 0 {
                return None;
            }
            self.unwrap_chunks();
        }
    }

    /// Take what came whole out of its chunks.
    fn unwrap_chunks(&mut self) {
        let Some(chunks) = &mut self.chunks else { return };
        while let Some(end) = chunks.windows(2).position(|pair| pair == b"\r\n") {
            let size = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).unwrap(), 16).unwrap();
            let (from, to) = (end + 2, end + 2 + size);
            if chunks.len() < to + 2 {
                return;
            }
            self.buffer.extend_from_slice(&chunks[from..to]);
            chunks.drain(..to + 2);
        }
    }

    fn take(&mut self, block: &str) -> Option<Part> {
        let (mut event, mut data) = (None, None);
        for line in block.lines() {
            match line.split_once(": ") {
                Some(("id", cursor)) => {
                    self.cursor = Some(cursor.to_owned());
                    self.unsaid = 0;
                }
                Some(("retry", ms)) => self.retry = Some(Duration::from_millis(ms.parse().unwrap())),
                Some(("event", name)) => event = Some(name.to_owned()),
                Some(("data", text)) => data = Some(text.to_owned()),
                _ => {}
            }
        }
        let part = Part { event: event?, data: data? };
        self.follow(&part, block.starts_with("id: "));
        Some(part)
    }

    fn follow(&mut self, part: &Part, said: bool) {
        if part.event == "hello" || part.event == "reset" {
            self.reset |= part.data.contains(r#""status":"reset""#);
            if self.last.is_none() || self.reset {
                self.last = number(&part.data, r#""head":"#);
            }
        } else if let Some(seq) = number(&part.data, r#""seq":"#) {
            let due = self.last.expect("an event behind the greeting") + 1;
            assert_eq!(seq, due, "a gap, or an event that came twice");
            self.last = Some(seq);
            self.unsaid += usize::from(!said);
        }
    }
}

fn number(text: &str, name: &str) -> Option<i64> {
    let rest = text.split_once(name)?.1;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
