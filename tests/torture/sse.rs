//! A stream that is read only when a frame is asked for, through a small receive window, so that a reader that stops
//! reading slows the server down soon.

use std::collections::VecDeque;

use boardcast::client::FrameParser;
pub use boardcast::client::OwnedFrame as Frame;
use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpSocket, task::JoinHandle};

use crate::support::{Auth, cookie_at};

pub struct Sse {
    body: Incoming,
    connection: JoinHandle<()>,
    parser: FrameParser,
    /// Frames that came together with one that was asked for.
    frames: VecDeque<Frame>,
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
    /// The receive buffer of the socket, in bytes.
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
        Auth::Cookie(cookie) => request = request.header(header::COOKIE, cookie_at(cookie, opening.url)),
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
        return Some(Opened::Stream(Sse { body, connection, parser: FrameParser::default(), frames: VecDeque::new() }));
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
    /// The next frame with data; none at the end. Nothing is lost when the future is dropped.
    pub async fn frame(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                return Some(frame);
            }
            let next = self.body.frame().await?.ok()?;
            let Ok(data) = next.into_data() else { continue };
            let frames = &mut self.frames;
            self.parser.push(&data, |raw| {
                let frame = raw.parse().filter(|frame| !frame.data.is_empty());
                frames.extend(frame.map(|frame| frame.to_owned()));
            });
        }
    }
}
