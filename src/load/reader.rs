//! One stream: opened, followed, opened again where it was cut.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt, Empty};
use hyper::{Request, body::Bytes, body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, sync::mpsc::UnboundedSender, time};

use super::{Answers, Result, api::host, report::Tally};

pub struct Reader {
    pub url: String,
    pub token: String,
    pub project: String,
    pub answers: Arc<Answers>,
    pub over: Arc<AtomicBool>,
    pub delivered: Arc<AtomicU64>,
    pub ready: UnboundedSender<()>,
}

impl Reader {
    pub async fn run(self) -> Tally {
        let mut tally = Tally::default();
        let mut cursor: Option<String> = None;
        while !self.over() {
            if let Err(error) = self.follow(&mut tally, &mut cursor).await {
                tracing::debug!(error, "a stream broke off");
            }
            if !self.over() {
                tally.cuts += 1;
                time::sleep(Duration::from_millis(200)).await;
            }
        }
        tally
    }

    fn over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    async fn follow(&self, tally: &mut Tally, cursor: &mut Option<String>) -> Result<()> {
        let mut body = self.open(cursor.as_deref()).await?;
        let mut buffer: Vec<u8> = vec![];
        while !self.over() {
            let Ok(frame) = time::timeout(Duration::from_millis(500), body.frame()).await else { continue };
            let Some(frame) = frame else { return Ok(()) };
            let Ok(data) = frame.map_err(|error| error.to_string())?.into_data() else { continue };
            buffer.extend_from_slice(&data);
            let mut begin = 0;
            while let Some(end) = find(&buffer[begin..], b"\n\n") {
                self.take(&buffer[begin..begin + end], tally, cursor);
                begin += end + 2;
            }
            buffer.drain(..begin);
        }
        Ok(())
    }

    async fn open(&self, cursor: Option<&str>) -> Result<Incoming> {
        let said = |error: &dyn std::fmt::Display| error.to_string();
        let host = host(&self.url)?;
        let stream = TcpStream::connect(host).await.map_err(|error| said(&error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| said(&error))?;
        tokio::spawn(connection);
        let mut request = Request::get(format!("/api/v1/events?project={}", self.project))
            .header("host", host)
            .header("accept", "text/event-stream")
            .header("authorization", format!("Bearer {}", self.token));
        if let Some(cursor) = cursor {
            request = request.header("last-event-id", cursor);
        }
        let request = request.body(Empty::<Bytes>::new()).map_err(|error| said(&error))?;
        let response = sender.send_request(request).await.map_err(|error| said(&error))?;
        if response.status().is_success() { Ok(response.into_body()) } else { Err(response.status().to_string()) }
    }

    /// One frame. What is looked for stands at known places, so a full parse of each is spared.
    fn take(&self, frame: &[u8], tally: &mut Tally, cursor: &mut Option<String>) {
        let Ok(text) = std::str::from_utf8(frame) else { return };
        if let Some(id) = text.strip_prefix("id: ").and_then(|rest| rest.lines().next()) {
            *cursor = Some(id.to_owned());
        } else if text.starts_with("event: hello") {
            if tally.next == 0 {
                tally.next = number(text, "\"head\":").unwrap_or(0) + 1;
                let _ = self.ready.send(());
            }
            if text.contains("\"reset\"") {
                tally.resets += 1;
            }
        } else if let Some(seq) = number(text, "\"seq\":") {
            // Events behind the last checkpoint come again after a cut; that is the contract, not a fault.
            tally.arrived(seq, self.answers.lag(seq));
            self.delivered.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn number(text: &str, before: &str) -> Option<i64> {
    let rest = &text[text.find(before)? + before.len()..];
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}
