//! A reader that costs little, for thousands of them at once: it follows the numbers of one project and its own
//! cursor, and keeps no frames.

use std::{collections::VecDeque, time::Duration};

use boardcast::client::{OwnedFrame, StreamResponse};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::{Auth, User, soon};

/// How long a reader among thousands waits for its turn.
const PATIENCE: Duration = Duration::from_secs(45);

pub struct LightReader {
    address: String,
    request: String,
    /// In bytes; what the kernel takes when absent.
    room: Option<u32>,
    socket: Option<TcpStream>,
    response: StreamResponse,
    /// Frames that came together with one that was asked for.
    unread: VecDeque<OwnedFrame>,
    pub cursor: Option<String>,
    pub retry: Option<Duration>,
    /// The number of the last event, or where the stream began.
    pub last: Option<i64>,
    /// How many events came after the last cursor.
    pub unsaid: usize,
    /// Whether the server said that it goes on elsewhere than at the cursor.
    pub reset: bool,
}

impl LightReader {
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
            response: StreamResponse::default(),
            unread: VecDeque::new(),
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
        self.response = StreamResponse::default();
        self.unread.clear();
        Ok(())
    }

    /// Read the head of the answer and the greeting. An error when the server has no room now: come back after `retry`.
    pub async fn greeted(&mut self) -> std::io::Result<()> {
        while !self.response.has_head() {
            let goes_on = timeout(PATIENCE, self.receive()).await.expect("the head of a stream");
            if !goes_on {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
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

    /// The next frame with data, or none at the end of the stream. Events have to follow each other.
    pub async fn next(&mut self) -> Option<OwnedFrame> {
        loop {
            while let Some(frame) = self.unread.pop_front() {
                self.take(&frame);
                if !frame.data.is_empty() {
                    return Some(frame);
                }
            }
            if !self.receive().await {
                return None;
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

    /// Read what the socket has; false when the stream ended.
    async fn receive(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let socket = self.socket.as_mut().expect("a connected reader");
        // A server that is gone does not always say so politely.
        let got = socket.read(&mut bytes).await.unwrap_or(0);
        let unread = &mut self.unread;
        let pushed = self.response.push(&bytes[..got], |frame| unread.push_back(frame.to_owned()));
        pushed.unwrap();
        got > 0
    }

    fn take(&mut self, frame: &OwnedFrame) {
        if let Some(cursor) = &frame.id {
            self.cursor = Some(cursor.clone());
            self.unsaid = 0;
        }
        self.retry = frame.retry.map(Duration::from_millis).or(self.retry);
        if !frame.data.is_empty() {
            self.follow(frame);
        }
    }

    fn follow(&mut self, frame: &OwnedFrame) {
        if frame.event == "hello" || frame.event == "reset" {
            self.reset |= frame.data.contains(r#""status":"reset""#);
            if self.last.is_none() || self.reset {
                self.last = number(&frame.data, r#""head":"#);
            }
        } else if let Some(seq) = number(&frame.data, r#""seq":"#) {
            let due = self.last.expect("an event behind the greeting") + 1;
            assert_eq!(seq, due, "a gap, or an event that came twice");
            self.last = Some(seq);
            self.unsaid += usize::from(frame.id.is_none());
        }
    }
}

fn number(text: &str, name: &str) -> Option<i64> {
    let rest = text.split_once(name)?.1;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
