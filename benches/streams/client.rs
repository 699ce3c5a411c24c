//! A keep-alive connection that sends one request after the other: as little of a client as will do.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

pub struct Client {
    address: SocketAddr,
    socket: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer {
    pub status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    /// The body of a request that had to succeed.
    #[track_caller]
    pub fn json(self) -> Value {
        let body = String::from_utf8_lossy(&self.body);
        assert!((200..300).contains(&self.status), "{}: {body}", self.status);
        serde_json::from_str(&body).unwrap_or_default()
    }

    #[track_caller]
    pub fn cookie(&self) -> String {
        let cookie = self.header("set-cookie").expect("a cookie");
        cookie.split(';').next().unwrap().to_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|h| h.1)
    }
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).unwrap();
        socket.set_nodelay(true).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self { address, socket, buffer: vec![] }
    }

    pub fn call(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let Self { address, .. } = self;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.socket.write_all(request.as_bytes()).unwrap();
        let end = self.read_to(b"\r\n\r\n");
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        self.buffer.drain(..end);
        let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut answer = Answer { status, head, body: vec![] };
        if answer.header("transfer-encoding").is_some() {
            loop {
                let end = self.read_to(b"\r\n");
                let size = usize::from_str_radix(String::from_utf8_lossy(&self.buffer[..end]).trim(), 16).unwrap();
                self.read_some(end + size + 2);
                answer.body.extend_from_slice(&self.buffer[end..end + size]);
                self.buffer.drain(..end + size + 2);
                if size == 0 {
                    break;
                }
            }
        } else {
            let length = answer.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            self.read_some(length);
            answer.body = self.buffer.drain(..length).collect();
        }
        answer
    }

    /// Reads until this is there, and says where it ends.
    fn read_to(&mut self, end: &[u8]) -> usize {
        loop {
            if let Some(at) = memchr::memmem::find(&self.buffer, end) {
                return at + end.len();
            }
            self.read_some(self.buffer.len() + 1);
        }
    }

    fn read_some(&mut self, wanted: usize) {
        let mut piece = [0; 16 * 1024];
        while self.buffer.len() < wanted {
            let got = self.socket.read(&mut piece).unwrap();
            assert!(got > 0, "the server hung up");
            self.buffer.extend_from_slice(&piece[..got]);
        }
    }
}
