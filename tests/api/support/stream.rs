//! A reader of server-sent events.

use std::collections::VecDeque;

use boardcast::client::{FrameParser, OwnedFrame};
use serde_json::Value;

use super::{Call, soon};

#[derive(Clone, Debug)]
pub struct Frame {
    pub event: String,
    pub id: Option<String>,
    pub data: Value,
}

pub struct Stream {
    response: reqwest::Response,
    parser: FrameParser,
    /// Frames that came together with one that was asked for.
    unread: VecDeque<OwnedFrame>,
    /// Where the next connection of this reader starts.
    pub cursor: Option<String>,
    /// In milliseconds.
    pub retry: Option<u64>,
    /// Everything that came, in order.
    pub seen: Vec<Frame>,
}

impl Stream {
    pub async fn open(call: Call) -> Self {
        let call = call.header("Accept", "text/event-stream");
        let response = soon("the head of a stream", call.open()).await.unwrap();
        let headers = response.headers().clone();
        assert_eq!(response.status(), 200, "{headers:?}");
        assert_eq!(headers["content-type"], "text/event-stream");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-accel-buffering"], "no");
        assert!(!headers.contains_key("content-encoding"));
        Self::of(response)
    }

    fn of(response: reqwest::Response) -> Self {
        Self {
            response,
            parser: FrameParser::default(),
            unread: VecDeque::new(),
            cursor: None,
            retry: None,
            seen: Vec::new(),
        }
    }

    /// The same where the server may be gone.
    pub async fn attempt(call: Call) -> Option<Self> {
        let response = call.header("Accept", "text/event-stream").open().await.ok()?;
        // Whatever is wrong with the database, a stream's answer is one that an `EventSource` comes back from.
        assert_eq!(response.status(), 200, "{response:?}");
        Some(Self::of(response))
    }

    /// The next frame with data, or none when the server ended the stream.
    pub async fn read(&mut self) -> Option<Frame> {
        loop {
            while let Some(frame) = self.unread.pop_front() {
                if let Some(frame) = self.take(frame) {
                    return Some(frame);
                }
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => {
                    let unread = &mut self.unread;
                    self.parser.push(&bytes, |raw| {
                        let frame = raw.parse().expect("a frame in UTF-8");
                        assert_eq!(frame.fault(), None);
                        unread.push_back(frame.to_owned());
                    });
                }
                // A server that was killed does not end its chunks.
                Ok(None) | Err(_) => return None,
            }
        }
    }

    fn take(&mut self, OwnedFrame { event, id, data, retry }: OwnedFrame) -> Option<Frame> {
        self.retry = retry.or(self.retry);
        if let Some(id) = &id {
            self.cursor = Some(id.clone());
        }
        if data.is_empty() {
            return None;
        }
        let frame = Frame { event, id, data: serde_json::from_str(&data).unwrap() };
        if frame.data.get("seq").is_some() {
            assert_eq!(frame.data["type"], frame.event, "{frame:?}");
        }
        self.seen.push(frame.clone());
        Some(frame)
    }

    /// The next frame with this name; what comes before it stays in `seen`.
    pub async fn event(&mut self, name: &str) -> Value {
        self.frame(name, |frame| frame.event == name).await.data
    }

    /// The next frame that fits.
    pub async fn frame(&mut self, what: &str, fits: impl Fn(&Frame) -> bool) -> Frame {
        let start = self.seen.len();
        let found = tokio::time::timeout(super::SOON, async {
            while let Some(frame) = self.read().await {
                if fits(&frame) {
                    return Some(frame);
                }
            }
            None
        })
        .await;
        let since = &self.seen[start..];
        match found {
            Ok(Some(frame)) => frame,
            Ok(None) => panic!("the stream ended before `{what}`; it sent {since:?}"),
            Err(_) => panic!("no `{what}` came; instead {since:?}"),
        }
    }

    pub async fn hello(&mut self) -> Value {
        let hello = self.event("hello").await;
        assert_eq!(self.seen.len(), 1, "hello is the first: {:?}", self.seen);
        hello
    }

    /// Waits as long as the caller lets it for the next frame, which is given if it has this name.
    pub async fn next_named(&mut self, name: &str) -> Option<Value> {
        let frame = self.read().await.expect("the stream goes on");
        (frame.event == name).then_some(frame.data)
    }

    /// The next event of a project.
    pub async fn change(&mut self) -> Value {
        let is_change = |frame: &Frame| frame.data.get("seq").is_some();
        self.frame("a project's event", is_change).await.data
    }

    /// The next events of projects, this many.
    pub async fn changes(&mut self, count: usize) -> Vec<Value> {
        let mut changes = Vec::with_capacity(count);
        while changes.len() < count {
            changes.push(self.change().await);
        }
        changes
    }

    /// The numbers of the events of one project that came so far.
    pub fn numbers(&self, project: &str) -> Vec<i64> {
        let of_project = self.seen.iter().filter(|frame| frame.data["project"] == project);
        of_project.filter_map(|frame| frame.data["seq"].as_i64()).collect()
    }

    /// Whether anything came with this name.
    pub fn saw(&self, name: &str) -> bool {
        self.seen.iter().any(|frame| frame.event == name)
    }

    /// Reads until the server ends it.
    pub async fn end(&mut self) {
        let ended = tokio::time::timeout(super::SOON, async { while self.read().await.is_some() {} }).await;
        assert!(ended.is_ok(), "the stream goes on; it sent {:?}", self.seen);
    }

    /// Reads until it breaks, however long that takes.
    pub async fn drain(&mut self) {
        while self.read().await.is_some() {}
    }

    /// Hangs up, and says where a next reader would go on.
    pub fn cut(self) -> String {
        self.cursor.expect("a cursor came before the cut")
    }
}
