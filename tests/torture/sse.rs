//! A stream as it comes off the wire: read when it is asked for and not before, through a small window, so that
//! a reader that does not read is felt by the server.

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpSocket, task::JoinHandle};

use crate::support::Auth;

#[derive(Clone, Debug)]
pub struct Frame {
    pub event: String,
    pub id: Option<String>,
    pub data: String,
}

pub struct Sse {
    body: Incoming,
    connection: JoinHandle<()>,
    buffer: Vec<u8>,
}

pub enum Opened {
    Stream(Sse),
    Refused(u16, String),
    /// The connection broke before there was an answer.
    Broken,
}

/// What a reader asks for.
pub struct Opening<'a> {
    pub url: &'a str,
    pub path: &'a str,
    pub auth: &'a Auth,
    pub cursor: Option<&'a str>,
    /// Small enough that a reader that stops is felt soon.
    pub window: u32,
}

pub async fn open(opening: Opening<'_>) -> Opened {
    match attempt(opening).await {
        Some(opened) => opened,
        None => Opened::Broken,
    }
}

async fn attempt(opening: Opening<'_>) -> Option<Opened> {
    let address = opening.url.strip_prefix("http://")?.parse().ok()?;
    let socket = TcpSocket::new_v4().ok()?;
    socket.set_recv_buffer_size(opening.window).ok()?;
    let io = TokioIo::new(socket.connect(address).await.ok()?);
    let (mut sender, connection) = http1::handshake(io).await.ok()?;
    let connection = tokio::spawn(async move { drop(connection.await) });
    let mut request = Request::get(format!("/api/v1{}", opening.path))
        .header(header::HOST, opening.url.trim_start_matches("http://"))
        .header(header::ACCEPT, "text/event-stream");
    match opening.auth {
        Auth::Cookie(cookie) => request = request.header(header::COOKIE, cookie),
        Auth::Token(secret) => request = request.header(header::AUTHORIZATION, format!("Bearer {secret}")),
        Auth::None => {}
    }
    if let Some(cursor) = opening.cursor {
        request = request.header("last-event-id", cursor);
    }
    let response = sender.send_request(request.body(Empty::<Bytes>::new()).ok()?).await;
    let Ok(response) = response else {
        connection.abort();
        return None;
    };
    let status = response.status().as_u16();
    let body = response.into_body();
    if status == 200 {
        return Some(Opened::Stream(Sse { body, connection, buffer: vec![] }));
    }
    let text = body.collect().await.ok()?.to_bytes();
    connection.abort();
    Some(Opened::Refused(status, String::from_utf8_lossy(&text).into_owned()))
}

impl Drop for Sse {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Sse {
    /// The next frame; none at the end. Dropped while it waits, nothing is lost.
    pub async fn frame(&mut self) -> Option<Frame> {
        loop {
            while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                if let Some(frame) = parse(&String::from_utf8_lossy(&block)) {
                    return Some(frame);
                }
            }
            let next = self.body.frame().await?.ok()?;
            if let Ok(data) = next.into_data() {
                self.buffer.extend_from_slice(&data);
            }
        }
    }
}

fn parse(block: &str) -> Option<Frame> {
    let (mut event, mut id, mut data) = (String::new(), None, None);
    for line in block.lines() {
        let (field, value) = line.split_once(": ").unwrap_or((line, ""));
        match field {
            "event" => value.clone_into(&mut event),
            "id" => id = Some(value.to_owned()),
            "data" => data = Some(value.to_owned()),
            _ => {}
        }
    }
    Some(Frame { event, id, data: data? })
}
